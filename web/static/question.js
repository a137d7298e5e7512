// Asks for the answer of a state as its controls move; at rest, for its chances. Computes nothing.
import { asker } from "/static/asking.js";
import { patient, root, slidersOf, tell } from "/static/common.js";

const main = document.getElementById("question");
const answer = document.getElementById("answer");
const spoken = document.getElementById("dite");

function words() {
  const query = new URLSearchParams(new FormData(document.getElementById("etat")));
  return query.toString();
}

async function send(_number, drawn) {
  const response = await patient(`${root}/question?${words()}&partie=1${drawn ? "&tirages=1" : ""}`);
  return response.ok ? response.text() : null;
}

function unranged() {
  const wait = answer.querySelector(".second .js");
  if (wait) wait.textContent = main.dataset.unranged;
}

function put(html) {
  if (html === null) return;
  const open = answer.querySelector("details")?.open;
  answer.innerHTML = html;
  answer.querySelector("details").open = Boolean(open);
  const state = document.getElementById("reponse").dataset.state;
  history.replaceState(null, "", state ? `${root}/question?${state}` : `${root}/question`);
  document.querySelectorAll(".bar nav a, .if a[href*='/seance']").forEach((link) => { link.search = state; });
  clearTimeout(spoken.timer);
  spoken.timer = setTimeout(() => { spoken.textContent = answer.querySelector("h1").textContent; }, 700);
}

const { moved, ranges } = asker({ send, put, unranged });
document.addEventListener("input", (event) => {
  if (event.target.matches("input[type=range]")) { tell(event.target); moved(); }
});
document.getElementById("etat").addEventListener("submit", (event) => event.preventDefault());
slidersOf().forEach(tell);
if (!document.getElementById("reponse").dataset.drawn) ranges(200);
