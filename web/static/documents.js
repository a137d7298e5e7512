// Looks how far the documents are, while some are being made; says when one is ready. Keeps the focus.
const block = document.getElementById("reponse");
const spoken = document.getElementById("dite");
let wait = 0;

const states = () => new Map([...block.querySelectorAll("[data-card]")].map((card) => [card.dataset.card, card.dataset.state]));
const going = () => Boolean(block.querySelector("[data-going='1']"));

async function look() {
  clearTimeout(wait);
  const query = new URLSearchParams(location.search);
  query.set("partie", "1");
  try {
    const response = await fetch(`${location.pathname}?${query}`);
    if (response.ok) put(await response.text());
  } catch { /* asked again below */ }
  if (going()) wait = setTimeout(look, 1000);
}

function put(html) {
  const focus = document.activeElement?.id, before = states();
  const open = block.querySelector("details")?.open;
  block.innerHTML = html;
  if (open) block.querySelector("details").open = true;
  const hand = document.getElementById(focus) || document.getElementById(focus?.replace(/^(faire|arreter)-/, (_all, one) => one === "faire" ? "arreter-" : "faire-"));
  hand?.focus({ preventScroll: true });
  const ready = [...states()].filter(([name, state]) => state === "done" && before.get(name) !== "done").map(([name]) => block.querySelector(`[data-card=${name}]`).dataset.title);
  if (ready.length) spoken.textContent = `${ready.join(", ")} ${block.dataset.ready}`;
}

block.addEventListener("submit", async (event) => {
  event.preventDefault();
  await fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" }).catch(() => {});
  look();
});
document.querySelector("#scenario select").addEventListener("change", (event) => event.target.form.submit());
if (going()) wait = setTimeout(look, 1000);
