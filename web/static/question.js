// Asks for the answer of a state as its controls move; at rest, for its chances. Computes nothing.
import { answers, leavesLate, root, silent, slidersOf, tell } from "/static/common.js";

const main = document.getElementById("question");
const answer = document.getElementById("answer");
const spoken = document.getElementById("dite");
let rest = 0, sent = 0, busy = false, waiting = null;
document.documentElement.classList.add("js");

function words() {
  const query = new URLSearchParams(new FormData(document.getElementById("etat")));
  return query.toString();
}

async function ask(drawn) {
  if (busy) { waiting = waiting === null ? drawn : waiting && drawn; return; }
  busy = true;
  const number = ++sent;
  const query = words();
  try {
    const response = await leavesLate(`${root}/question?${query}&partie=1${drawn ? "&tirages=1" : ""}`, drawn ? 120000 : 10000);
    answers();
    if (response.ok && number === sent && (!drawn || query === words())) put(await response.text());
  } catch (fault) { silent(fault, () => ask(drawn)); } finally {
    busy = false;
    if (waiting !== null) { const again = waiting; waiting = null; ask(again); }
  }
}

function put(html) {
  const open = answer.querySelector("details")?.open;
  answer.innerHTML = html;
  answer.querySelector("details").open = Boolean(open);
  const state = document.getElementById("reponse").dataset.state;
  history.replaceState(null, "", state ? `${root}/question?${state}` : `${root}/question`);
  document.querySelectorAll(".bar nav a, .if a[href*='/seance']").forEach((link) => { link.search = state; });
  clearTimeout(spoken.timer);
  spoken.timer = setTimeout(() => { spoken.textContent = answer.querySelector("h1").textContent; }, 700);
}

function moved() {
  clearTimeout(rest);
  ask(false);
  rest = setTimeout(() => ask(true), 400);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("input[type=range]")) { tell(event.target); moved(); }
});
document.getElementById("etat").addEventListener("submit", (event) => event.preventDefault());
slidersOf().forEach(tell);
if (!document.getElementById("reponse").dataset.drawn) rest = setTimeout(() => ask(true), 200);
