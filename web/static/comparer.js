// Asks for the draws of what is set side by side, at rest; puts them in place. Computes nothing.
const answer = document.getElementById("reponse");
const spoken = document.getElementById("dite");

async function draws() {
  const query = new URLSearchParams(location.search);
  query.set("partie", "1");
  query.set("tirages", "1");
  try {
    const response = await fetch(`${location.pathname}?${query}`);
    if (!response.ok) throw new Error(String(response.status));
    const open = [...answer.querySelectorAll("details[open]")].length;
    if (open || answer.contains(document.activeElement) && document.activeElement !== answer) {
      document.addEventListener("focusout", () => setTimeout(draws), { once: true });
      return;
    }
    answer.innerHTML = await response.text();
    answer.dataset.drawn = "1";
    spoken.textContent = answer.querySelector("h1").textContent;
  } catch { for (const one of answer.querySelectorAll(".wait")) one.textContent = answer.dataset.failed; }
}

if (!answer.dataset.drawn && answer.querySelector(".wait")) draws();

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-link]");
  if (!button) return;
  await navigator.clipboard.writeText(new URL(button.dataset.link, location.href).href);
  button.textContent = spoken.textContent = button.dataset.done;
});
