// What the screens share: how a slider tells its value, a request that does not wait for ever, the stop band.
// Where this operation stands: several may be served, each under its own address.
export const root = document.documentElement.dataset.root;
export const hour = () => new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", " h ");
const number = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 1 });
const stop = document.getElementById("arret");
let retry = 0;

export const slidersOf = () => [...document.querySelectorAll("input[type=range][data-option]")];

export function tell(one) {
  const { unit, texts, base, baseText, unset } = one.dataset;
  const rank = Math.round((Number(one.value) - Number(one.min)) / Number(one.step));
  const text = unset && one.value === base ? unset : texts ? texts.split("|")[rank] : `${number.format(Number(one.value))}\u00a0${unit}`;
  document.getElementById(`dit-${one.id}`).textContent = text;
  one.closest(".slider").querySelector(".was").textContent = one.value === base ? "" : `(${baseText})`;
  one.setAttribute("aria-valuetext", text);
  const folded = document.getElementById(`tient-${one.id}`);
  if (folded) folded.textContent = text;
  fill(one);
}

// How far a slider is filled, and where the kept value stands on it.
export function fill(one) {
  const at = (value) => String((Number(value) - Number(one.min)) / (Number(one.max) - Number(one.min) || 1));
  one.style.setProperty("--at", at(one.value));
  if (one.dataset.base && one.value !== one.dataset.base) one.style.setProperty("--kept", at(one.dataset.base));
  else one.style.removeProperty("--kept");
}

// The server was started again: its address is another one until a person opens it.
class Restarted extends Error {}
// It answers, and says that it cannot: asking again by itself would fail again.
export class Failed extends Error {}

async function asked(address, more, flight) {
  const response = await fetch(address, { ...more, signal: flight.signal });
  if (response.status === 401) throw new Restarted();
  if (response.status >= 500) throw new Failed();
  return response;
}

export async function leavesLate(address, limit, more = {}) {
  const flight = new AbortController();
  const late = setTimeout(() => flight.abort(), limit);
  try { return await asked(address, more, flight); } finally { clearTimeout(late); }
}

// Waits as long as the program lives: it is asked now and then whether it does, which takes it no time. What takes
// long to compute is no silence.
const BEAT = 2500;
export async function patient(address, more = {}) {
  const flight = new AbortController();
  let beat = 0, silence = null, over = false;
  const listen = () => {
    beat = setTimeout(() => leavesLate("/vivant", BEAT).then(
      () => { if (!over) listen(); }, (fault) => { silence = fault; flight.abort(); }), BEAT);
  };
  listen();
  try { return await asked(address, more, flight); } catch (fault) { throw silence || fault; } finally {
    over = true;
    clearTimeout(beat);
  }
}

// Takes back the band that says that the program no longer answers.
export function answers() {
  clearTimeout(retry);
  stop.hidden = true;
  document.body.classList.remove("stopped");
  for (const one of off.splice(0)) one.disabled = false;
  if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
  focused = "";
}

// What changes the state is off while nothing answers: what it holds stays.
let off = [], focused = "";
function still() {
  focused = document.activeElement.id;
  const all = ".controls :is(input, select, textarea, .keep button), .list :is(input, select)";
  off = [...document.querySelectorAll(all)].filter((one) => !one.disabled);
  for (const one of off) one.disabled = true;
}

// Says that the program no longer answers, or was started again, and tries again every two seconds.
export function silent(fault, again) {
  clearTimeout(retry);
  const why = fault instanceof Restarted ? "restarted" : fault instanceof Failed ? "failed" : "stopped";
  if (stop.hidden || stop.dataset.why !== why) {
    const words = document.createElement("div"), title = document.createElement("p"), text = document.createElement("p");
    title.className = "alert-title";
    title.textContent = stop.dataset[why].replace("{clock}", hour());
    text.textContent = stop.dataset[`${why}Text`];
    const button = document.createElement("button");
    button.type = "button"; button.className = "button onred"; button.textContent = stop.dataset.retry;
    button.addEventListener("click", again);
    words.append(title, text);
    stop.replaceChildren(words, button);
    stop.dataset.why = why;
    stop.hidden = false;
    document.body.classList.add("stopped");
    if (why !== "failed" && !off.length) still();
    document.dispatchEvent(new Event("arret"));
  }
  if (why !== "failed") retry = setTimeout(again, 2000);
}
