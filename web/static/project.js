// What is shown to a room: larger letters, no way to the data, whose names are the keeper's.
const page = document.documentElement, button = document.getElementById("projeter");
const put = (on) => {
  page.classList.toggle("project", on);
  button?.setAttribute("aria-pressed", String(on));
};
put(localStorage.getItem("projeter") === "1");
button?.addEventListener("click", () => {
  const on = !page.classList.contains("project");
  localStorage.setItem("projeter", on ? "1" : "0");
  put(on);
  if (on) page.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
});
