// Saves each cell as it is left, shows what the server then says of the table; nothing is judged here.
import { answers, hour, leavesLate, root, silent } from "/static/common.js";

const main = document.getElementById("donnees");
const data = document.getElementById("data");
const spoken = document.getElementById("dite");
let queue = Promise.resolve(), mended = "";
document.documentElement.classList.add("js");

const stamp = () => data.querySelector("input[name=tampon]")?.value || "";

function body(pairs) {
  const sent = new FormData();
  const query = new URLSearchParams(location.search);
  for (const name of ["onglet", "colonnes"]) if (query.get(name)) sent.append(name, query.get(name));
  sent.append("tampon", stamp());
  for (const [name, value] of pairs) sent.append(name, value);
  return sent;
}

async function send(address, pairs) {
  try {
    const more = { method: "POST", headers: { accept: "application/json" }, body: body(pairs()) };
    const response = await leavesLate(address, 60000, more);
    const answer = await response.json();
    answers();
    put(answer.html);
    if (response.ok) saved();
  } catch (fault) { silent(fault, () => { queue = queue.then(() => send(address, pairs)); }); }
}

function put(html) {
  const now = document.activeElement;
  const inside = data.contains(now);
  const kept = inside && now.id ? { id: now.id, value: now.value, dirty: now.value !== now.defaultValue, at: now.selectionStart, to: now.selectionEnd } : null;
  const scroll = data.querySelector(".scroll")?.scrollLeft || 0;
  data.innerHTML = html;
  const region = data.querySelector(".scroll");
  if (region) region.scrollLeft = scroll;
  const again = kept && document.getElementById(kept.id);
  if (again) {
    if (kept.dirty && again.tagName === "INPUT" && again.type !== "checkbox") again.value = kept.value;
    again.focus();
    try { if (kept.at !== null) again.setSelectionRange(kept.at, kept.to); } catch { /* not a text field */ }
  }
  // What was pressed is gone: the focus goes to the cell that it mended, else to the answer.
  if (document.activeElement === document.body && inside) (document.getElementById(mended) || data.querySelector("h1")).focus();
  mended = "";
  spaced();
  const title = data.querySelector("h1").textContent;
  if (spoken.textContent !== title) spoken.textContent = title;
  document.title = title;
}

// Figures of five digits and more are read with spaces, typed without.
function spaced() {
  for (const one of data.querySelectorAll("td.n input")) {
    if (one !== document.activeElement && one.value === one.defaultValue && /^\d{5,}$/.test(one.value)) {
      one.value = one.value.replace(/\B(?=(\d{3})+$)/g, "\u202f");
    }
  }
}
const bare = (one) => one.value.replaceAll("\u202f", "");
data.addEventListener("focusin", ({ target }) => {
  if (target.matches("td.n input") && bare(target) === target.defaultValue) { target.value = target.defaultValue; }
});
data.addEventListener("focusout", spaced);
spaced();

function saved() {
  document.getElementById("enregistre").textContent = main.dataset.saved.replace("{clock}", hour());
}

const isCell = (one) => one.matches("[form=table], #table :is(input:not([type=hidden]), select)") && one.type !== "hidden";

// What is under the table while a cell is typed: one question at a time, the last text waits.
let adding = false, typed = null;

async function total(one) {
  typed = one;
  if (adding) return;
  adding = true;
  while (typed) {
    const cell = typed, sent = new FormData();
    typed = null;
    sent.append("case", cell.name);
    sent.append("texte", cell.value);
    try {
      const response = await leavesLate(`${root}/donnees/totaux`, 5000, { method: "POST", body: sent });
      const place = document.getElementById("totaux");
      if (response.ok && place && cell.isConnected) place.innerHTML = await response.text();
    } catch { break; } // the cell itself is sent when it is left: that says what is wrong
  }
  adding = false;
}

data.addEventListener("input", (event) => {
  if (isCell(event.target) && event.target.inputMode === "decimal") total(event.target);
});
data.addEventListener("change", (event) => {
  const one = event.target;
  if (one.type === "file") { one.form.requestSubmit(); return; }
  if (!isCell(one)) return;
  const { name } = one;
  const value = one.type === "checkbox" ? (one.checked ? "oui" : "non") : one.value;
  queue = queue.then(() => send(`${root}/donnees/table`, () => [[name, value]]));
});
data.addEventListener("submit", (event) => {
  const form = event.target;
  const action = form.getAttribute("action");
  if (form.id === "table" || !action.startsWith(`${root}/donnees/`)) { event.preventDefault(); return; }
  event.preventDefault();
  mended = form.querySelector("input[name*=':']")?.name || "";
  const pairs = [...new FormData(form)].filter(([name]) => !["tampon", "onglet", "colonnes"].includes(name));
  queue = queue.then(() => send(action, () => pairs));
});
data.addEventListener("keydown", (event) => {
  const one = event.target;
  if (!isCell(one)) return;
  if (event.key === "Escape" && one.tagName === "INPUT") { one.value = one.defaultValue; total(one); return; }
  if (event.key !== "Enter") return;
  event.preventDefault();
  const column = one.name.split(":")[2];
  const own = [...data.querySelectorAll(`[form=table]:not([type=hidden])`)].filter((each) => each.name.split(":")[2] === column);
  own[own.indexOf(one) + 1]?.focus();
});
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => {
  event.preventDefault();
  if (kind === "drop" && event.dataTransfer.files.length) {
    const [file] = event.dataTransfer.files;
    queue = queue.then(() => send(`${root}/donnees/fichier`, () => [["fichier", file]]));
  }
});
