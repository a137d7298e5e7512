// What is shown to a room: larger letters, nothing that is the keeper's: the data, those who are not to be named one by one.
const page = document.documentElement, button = document.getElementById("projeter");
page.classList.add("js");
const put = (on) => {
  page.classList.toggle("project", on);
  button?.setAttribute("aria-pressed", String(on));
  if (!on) page.classList.remove("drawer");
  document.dispatchEvent(new Event("projection"));
  const who = document.getElementById("qui");
  if (!on || !who?.value) return;
  who.value = "";
  who.dispatchEvent(new Event("change", { bubbles: true }));
};
// The settings and the choices of the list wait in a drawer while the page is projected.
const drawer = document.getElementById("tiroir");
drawer?.addEventListener("click", () => {
  drawer.setAttribute("aria-expanded", String(page.classList.toggle("drawer")));
  document.dispatchEvent(new Event("projection"));
});
// The data of the folder may change elsewhere while a page is open.
const change = document.getElementById("change");
if (change) setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch(`${page.dataset.root}/tampon`).catch(() => null);
  if (answer?.ok) change.hidden = await answer.text() === change.dataset.stamp;
}, 10000);
// On a phone, the screens unfold under one button.
const menu = document.getElementById("menu");
menu?.addEventListener("click", () => menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true")));
put(localStorage.getItem("projeter") === "1");
addEventListener("load", () => put(page.classList.contains("project"))); // the screen listens by then
button?.addEventListener("click", () => {
  const on = !page.classList.contains("project");
  localStorage.setItem("projeter", on ? "1" : "0");
  put(on);
  if (on) page.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
});
