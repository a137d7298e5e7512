// Asks the server for each state, puts its strings in place. Computes nothing: no kWh, no euro.
import { asker } from "/static/asking.js";
import { become, parsed } from "/static/become.js";
import { fill, hour, patient, root, silent, slidersOf as sliders, tell } from "/static/common.js";
import { resumed, visit } from "/static/past.js";
import "/static/scrolled.js";

const main = document.getElementById("seance");
const form = document.getElementById("etat");
const fault = document.getElementById("faute");
const said = document.getElementById("dite");
const start = new Set(main.dataset.start.split(" ").filter(Boolean));
// Who is in: rows that are folded away are not on the page.
const ticked = new Map();
const boxes = () => document.querySelectorAll("input[name=avec]");
const tick = (box) => box.value.split(" ").forEach((site) => ticked.set(site, box.checked));
boxes().forEach(tick);
let clock = hour();
const VIEW = ["tri", "grouper", "jour", "echelle", "suivre", "qui", "annee"];
const switches = () => document.querySelectorAll("input[name=changement]");
let held = false, axis = null, spoken = 0, touched = false, lost = "";

function state() {
  const set = [], without = [], kwp = [];
  for (const one of sliders()) {
    const { option, path, base, off } = one.dataset;
    if (option === "view") continue;
    if (one.value === base || (!one.dataset.moved && Number(one.value) === Number(base))) continue;
    if (off && Number(one.value) === 0) without.push(off);
    else (option === "kwp" ? kwp : set).push(`${path}=${one.value}`);
  }
  for (const [site, isIn] of ticked) {
    if (!isIn && start.has(site)) without.push(site);
    if (isIn && !start.has(site)) set.push(`participants.${site}.active=true`);
  }
  for (const one of switches()) if (one.checked !== Boolean(one.dataset.base)) set.push(`changes.${one.value}.active=${one.checked}`);
  const key = document.querySelector("input[name=cle]:checked");
  set.push(...main.dataset.more.split("\n").filter(Boolean));
  if (key && key.value === "optimal" && !key.dataset.base && document.querySelector("[data-block=fair]")) set.push(`key.floor_ratio=${floor()}`);
  return {
    set, without, kwp, key: key && !key.dataset.base ? key.value : null,
    variant: main.dataset.variant || null, face: main.dataset.face || null, ...view(),
  };
}

// How the state is looked at: it changes no figure.
function view() {
  const found = {};
  for (const [word, usual] of [["tri", "gap"], ["grouper", "effect"], ["jour", "sunny"], ["echelle", "eur"], ["suivre", ""], ["qui", ""], ["annee", document.getElementById("annee")?.dataset.base]]) {
    const value = document.getElementById(word)?.value;
    if (value && value !== usual) found[word] = value;
  }
  return found;
}

// The floor of the step chosen between euros and equality; none chosen yet is the end of the euros.
function floor() {
  const fair = document.getElementById("equite");
  return fair ? fair.dataset.floors.split("|")[Number(fair.value)] : "0.0";
}

function words(now) {
  const query = new URLSearchParams();
  for (const name of ["set", "without", "kwp"]) for (const word of now[name]) query.append(name, word);
  for (const name of ["key", "variant", "face", ...VIEW]) if (now[name]) query.append(name, now[name]);
  return query.toString();
}

function put(answer, isNow) {
  const focus = lost || document.activeElement?.id, was = lost;
  lost = "";
  const folded = [...document.querySelectorAll("button[data-group]")].map((b) => [b.dataset.group, b.getAttribute("aria-expanded")]);
  const rest = [...document.querySelectorAll("button[data-rest][aria-expanded=true]")].map((b) => b.dataset.rest);
  const members = [...document.querySelectorAll("button[data-member][aria-expanded=true]")].map((b) => b.dataset.member);
  // A newer state waits: what was ticked since is kept.
  const old = !isNow;
  for (const [name, html] of Object.entries(answer.blocks)) {
    const block = document.querySelector(`[data-block=${name}]`);
    // The step under the hand stays under it: only its words come from the answer, at rest.
    const stays = name === "fair" && (held || old) && document.activeElement.id === "equite";
    if (!block || stays || put.last[name] === answer.marks[name]) continue;
    become(block, html);
    put.last[name] = answer.marks[name];
  }
  for (const [group, expanded] of folded) fold(group, expanded === "true");
  rest.forEach((id) => unfold(id, true));
  members.forEach((id) => open(id, true));
  if (old) for (const box of boxes()) box.checked = ticked.get(box.value.split(" ")[0]);
  partly();
  if (sought()) seek();
  const hand = focus && document.getElementById(focus);
  // Its row moved among those that are folded away: it is asked for, and stays under the hand.
  if (focus?.startsWith("avec-") && !hand && !was) { lost = focus; more(); }
  if (hand) { reveal(hand); if (document.activeElement !== hand) hand.focus({ preventScroll: true }); }
  axis = answer.axis;
  document.getElementById("tient-toits").textContent = answer.power;
  const fair = document.getElementById("equite");
  if (fair) fill(fair);
  const change = document.getElementById("change");
  change.hidden = answer.stamp === change.dataset.stamp;
  main.dataset.number = answer.number;
}

put.last = {};

function fold(group, expanded) {
  const button = document.querySelector(`button[data-group=${group}]`);
  if (!button) return;
  button.setAttribute("aria-expanded", String(expanded));
  document.getElementById(group).classList.toggle("folded", !expanded);
}

function unfold(id, expanded) {
  const button = document.querySelector(`button[data-rest=${id}]`);
  if (!button) return;
  button.setAttribute("aria-expanded", String(expanded));
  document.getElementById(id).classList.toggle("folded", !expanded);
}

// What a hand holds is not folded away under it.
function reveal(one) {
  const folded = one.closest("tbody.folded, tr.folded");
  if (!folded) return;
  if (folded.matches("tr")) open(folded.dataset.of, true);
  unfold(folded.id, true);
  fold(folded.dataset.of || folded.id, true);
}

// The sites and the plants of a member, under its row.
function open(id, expanded) {
  const button = document.querySelector(`button[data-member="${CSS.escape(id)}"]`);
  if (!button) return;
  button.setAttribute("aria-expanded", String(expanded));
  document.querySelectorAll(`tr[data-of="${CSS.escape(id)}"]`).forEach((row) => row.classList.toggle("folded", !expanded));
}

const sitesOf = (box) => box.dataset.sites.split(" ").map((site) => document.getElementById(`avec-${site}`));
const sitesBoxes = (box) => (box.matches("input[data-sites]") ? sitesOf(box) : box.matches("input[name=avec]") ? [box] : []);

// The box of a member some of whose sites are out is neither ticked nor not.
function partly() {
  document.querySelectorAll("input[data-sites]").forEach((box) => {
    const ticked = sitesOf(box).filter((one) => one.checked).length;
    box.indeterminate = ticked > 0 && !box.checked;
  });
}

const sought = () => document.getElementById("trouver")?.value.trim() || "";

// Shows the rows whose name holds what is sought, wherever they are folded.
function seek() {
  const plain = (word) => word.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const name = plain(sought());
  const list = document.querySelector("table.members");
  list.classList.toggle("sought", Boolean(name));
  list.querySelectorAll("tr[data-row]").forEach((row) => {
    row.classList.toggle("found", Boolean(name) && plain(row.querySelector(".name").textContent).includes(name));
  });
}

const headers = { "content-type": "application/json" };
async function send(number, drawn) {
  const body = { ...state(), number, drawn };
  // What is folded away is not sent, but where one looks for a name; nor what stands there already.
  if (!sought() && !lost) body.unfolded = [...document.querySelectorAll("button[data-rest][aria-expanded=true]")].map((one) => one.dataset.rest.slice(1));
  body.has = Object.values(put.last);
  if (held) {
    body.order = [...document.querySelectorAll("tr[data-row]")].map((row) => row.dataset.row);
    body.axis = axis;
  }
  const response = await patient(`${root}/etat`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, ...await response.json() };
}

function show(answer, isNow) {
  if (answer.status !== 200) {
    fault.textContent = `${answer.problems.map((p) => p.message).join(" ")} ${main.dataset.last}`;
    return;
  }
  clock = hour();
  if (touched) fault.textContent = "";
  put(answer, isNow);
  clearTimeout(spoken);
  if (isNow) spoken = setTimeout(() => { said.textContent = answer.texts.sentence; }, 700);
}

const waits = (words) => document.querySelectorAll(".tile .range").forEach((one) => {
  const wait = document.createElement("span");
  wait.className = "wait"; wait.textContent = words;
  one.replaceChildren(wait);
});
// At which powers nearly nothing is left is asked for by hand, and leaves with its state.
const powers = document.getElementById("presque");
document.getElementById("puissances")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const query = words(state()), told = (text) => { if (query === words(state())) powers.textContent = text; };
  told(powers.dataset.waiting);
  try { told(await (await patient(`${event.target.pathname}?${query}&partie=1`)).text()); } catch { told(powers.dataset.failed); }
});

const unranged = () => waits(main.dataset.unranged);
const { moved: ask, ranges } = asker({ send, put: show, resting: () => !held, unranged });

// Ranges of an older state leave at once; they come back at rest.
function leave() {
  delete put.last.list;
  delete put.last.band;
  document.querySelectorAll(".spread").forEach((one) => one.remove());
  waits(main.dataset.waiting);
  powers?.replaceChildren();
}

// The rows that were not on the page, the state as it is: with its ranges where they stand there.
const more = () => { if (document.querySelector(".spread")) ranges(0); else ask(); };

function moved() {
  touched = true;
  leave();
  ask();
}

// The state is in the address, in the form that keeps it, in the titles of what is folded.
function addressed() {
  held = false;
  const now = state();
  const query = words(now);
  const address = query ? `${root}/seance?${query}` : `${root}/seance`;
  visit(address);
  history.replaceState(null, "", address);
  const fields = document.getElementById("garder-etat");
  fields.replaceChildren(...[...new URLSearchParams(query)].filter(([name]) => !["face", ...VIEW].includes(name)).map(([name, value]) => {
    const field = document.createElement("input");
    field.type = "hidden"; field.name = name; field.value = value;
    return field;
  }));
  const name = document.querySelector("#garder-form input[name=nom]");
  if (!name.dataset.typed) {
    const parts = sliders().filter((one) => one.dataset.option !== "view" && one.value !== one.dataset.base).map((one) => document.getElementById(`dit-${one.id}`).textContent);
    const key = document.querySelector("input[name=cle]:checked");
    if (key && !key.dataset.base) parts.push(key.parentElement.textContent.trim());
    name.value = parts.slice(0, 3).join(", ");
  }
  document.getElementById("revenir").hidden = !["set", "without", "kwp", "key", "annee"].some((word) => now[word]?.length);
  document.getElementById("tient-cle").textContent = document.querySelector("input[name=cle]:checked")?.dataset.title || "";
}

function settled() {
  addressed();
  moved();
}

// Figures that are no longer those of the state say their hour.
document.addEventListener("arret", () => {
  if (held) addressed();
  delete put.last.list;
  delete put.last.band;
  document.querySelectorAll(".tile .range").forEach((one) => { one.textContent = main.dataset.at.replace("{clock}", clock); });
  document.querySelector(".list h2").textContent = main.dataset.lastAt.replace("{clock}", clock);
});

document.addEventListener("input", (event) => {
  if (event.target.id === "trouver") {
    seek();
    if (sought() && [...document.querySelectorAll(".rest-rows")].some((one) => !one.firstElementChild)) more();
    return;
  }
  if (event.target.id === "equite") {
    held = true;
    const { sentences, texts } = event.target.dataset, rank = Number(event.target.value);
    fill(event.target);
    document.getElementById("dit-equite").textContent = sentences.split("|")[rank];
    event.target.setAttribute("aria-valuetext", texts.split("|")[rank]);
    moved();
    return;
  }
  if (event.target.matches("input[type=range]")) { held = true; event.target.dataset.moved = "1"; tell(event.target); moved(); }
  if (event.target.matches("#garder-form input[name=nom]")) event.target.dataset.typed = "1";
});
document.addEventListener("change", (event) => {
  if (event.target.id === "date" && event.target.value) {
    const choice = document.getElementById("jour");
    choice.lastElementChild.value = event.target.value;
    choice.value = event.target.value;
  }
  if (event.target.matches("#tri, #grouper, #jour, #date, #echelle, #suivre, #qui")) { settled(); return; }
  if (event.target.id === "face") { main.dataset.face = event.target.value; settled(); return; }
  if (event.target.matches("input[data-sites]")) sitesOf(event.target).forEach((one) => { one.checked = event.target.checked; });
  sitesBoxes(event.target).forEach(tick);
  if (event.target.matches("input[type=range], input[name=cle], input[name=avec], input[name=changement], input[data-sites]")) settled();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-group]");
  const rest = event.target.closest("button[data-rest]");
  const member = event.target.closest("button[data-member]");
  if (member) open(member.dataset.member, member.getAttribute("aria-expanded") !== "true");
  if (rest) {
    unfold(rest.dataset.rest, rest.getAttribute("aria-expanded") !== "true");
    if (!document.getElementById(rest.dataset.rest).firstElementChild) more();
  }
  if (button) fold(button.dataset.group, button.getAttribute("aria-expanded") !== "true");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.getElementById("garder").open) {
    document.getElementById("garder").open = false;
    document.querySelector("#garder summary").focus();
  }
});
// The search takes as long as it takes; what it found comes with the ranges.
document.addEventListener("submit", async (event) => {
  if (event.target.id !== "chercher") return;
  event.preventDefault();
  const body = new FormData(event.target), button = event.target.querySelector("button");
  const going = document.createElement("span"), bar = document.createElement("progress"), far = document.createElement("span"), stop = button.cloneNode();
  stop.type = "button"; stop.textContent = main.dataset.stop; stop.id = "arreter";
  bar.setAttribute("aria-label", main.dataset.searching);
  far.textContent = said.textContent = main.dataset.searching;
  going.className = "searching";
  going.append(bar, far, stop);
  button.replaceWith(going);
  stop.focus();
  stop.addEventListener("click", () => fetch(`${root}/chercher/arreter`, { method: "POST" }));
  const look = setInterval(async () => {
    const answer = await fetch(`${root}/chercher/avance`).catch(() => null);
    if (answer?.ok) far.textContent = await answer.text() || far.textContent;
  }, 1000);
  try {
    await patient(`${root}/chercher`, { method: "POST", headers: { accept: "application/json" }, body });
    delete put.last.band;
    ranges(0);
  } catch { far.textContent = said.textContent = main.dataset.unranged; } finally { clearInterval(look); }
});
// On paper every row stands: a page that prints waits for nothing but what is asked in one go.
addEventListener("beforeprint", () => {
  const asked = new XMLHttpRequest();
  asked.open("POST", `${root}/etat`, false);
  asked.setRequestHeader("content-type", headers["content-type"]);
  try { asked.send(JSON.stringify({ ...state(), number: 0, drawn: Boolean(document.querySelector(".spread")) })); } catch { return; }
  if (asked.status === 200) put({ ...JSON.parse(asked.responseText), number: main.dataset.number }, true);
});
form.addEventListener("submit", (event) => event.preventDefault());
// Words of a meeting: the server reads them over the state of now; the controls go where its page has them.
const phrases = document.getElementById("dire"), field = document.getElementById("phrase");
const understood = document.getElementById("compris");
// What was understood is said until a hand moves something else.
document.addEventListener("change", (event) => { if (event.target !== field) understood.replaceChildren(); });
async function understand() {
  const query = new URLSearchParams(words(state()));
  query.set("phrase", field.value);
  const address = `${root}/seance?${query}`, response = await patient(address);
  const shown = parsed(await response.text()), is = shown.getElementById("compris");
  if (!is) { location.assign(address); return; }
  understood.textContent = is.textContent;
  understood.className = is.className;
  if (is.className) return;
  let first = null;
  for (const one of sliders()) {
    const to = shown.getElementById(one.id), was = one.value;
    for (const name of ["min", "max", "step", "value"]) one[name] = to.getAttribute(name);
    one.dataset.texts = to.dataset.texts;
    delete one.dataset.moved;
    tell(one);
    if (one.value !== was) first ||= one;
  }
  if (first) document.dispatchEvent(new CustomEvent("moved", { detail: first }));
  for (const one of document.querySelectorAll("input[name=cle]")) one.checked = Boolean(shown.querySelector(`input[name=cle][value="${one.value}"][checked]`));
  shown.querySelectorAll("input[name=avec]").forEach(tick);
  for (const box of boxes()) box.checked = ticked.get(box.value.split(" ")[0]);
  main.dataset.more = shown.getElementById("seance").dataset.more;
  if (field.value === query.get("phrase")) field.value = "";
  settled();
}
phrases.addEventListener("submit", (event) => {
  event.preventDefault();
  const told = () => understand().catch((fault) => silent(fault, told));
  if (field.value.trim()) told();
});
// On a phone one group is open at a time, the map and the day are folded; a tall screen has room for all.
const phone = matchMedia("(max-width: 759px)");
const folds = [...document.querySelectorAll(".controls > .fold")];
if (phone.matches) folds.forEach((one, i) => { one.open = i === 0; one.setAttribute("name", "groupes"); });
else if (matchMedia("(min-height: 900px)").matches) folds.forEach((one) => { one.open = true; });
const places = () => document.querySelectorAll(".place").forEach((one) => { one.open = !phone.matches; });
phone.addEventListener("change", places);
places();
const equality = document.getElementById("equite");
if (equality) fill(equality);
sliders().forEach(tell);
partly();
visit(`${root}/seance${words(state()) && "?"}${words(state())}`);
resumed();
ranges();
