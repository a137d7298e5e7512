// Saves each cell as it is left, shows what the server then says of the table; nothing is judged here.
import { become, parsed } from "/static/become.js";
import { answers, Failed, hour, leavesLate, root, silent } from "/static/common.js";

const main = document.getElementById("donnees");
const data = document.getElementById("data");
const spoken = document.getElementById("dite");
let queue = Promise.resolve(), waiting = 0;
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

// One request at a time, in order: one that nothing answers is sent again before those behind it.
function send(address, pairs, cell = null) {
  waiting += 1;
  if (cell) cell.pending = (cell.pending || 0) + 1;
  queue = queue.then(async () => {
    const answer = await asked(address, pairs, cell);
    waiting -= 1;
    if (cell) { cell.pending -= 1; cell.refused = !answer?.ok; }
    if (!answer) return;
    put(answer.html);
    if (answer.ok) saved(); else cell?.setAttribute("aria-invalid", "true");
  }).catch(reportError);
  return queue;
}

async function asked(address, pairs, cell) {
  for (;;) {
    try {
      const more = { method: "POST", headers: { accept: "application/json" }, body: body(pairs()) };
      const response = await leavesLate(address, 60000, more);
      const answer = { ...await response.json(), ok: response.ok };
      answers();
      return answer;
    } catch (fault) {
      if (fault instanceof Failed) { silent(fault, () => send(address, pairs, cell)); return null; }
      await new Promise((again) => { silent(fault, again); });
    }
  }
}

const isCell = (one) => one.matches("[form=table], #table :is(input:not([type=hidden]), select)") && one.type !== "hidden";
const isText = (one) => isCell(one) && one.tagName === "INPUT" && one.type !== "checkbox";
// What a hand typed and the folder does not hold yet: no answer writes there.
const isOwn = (one) => one.pending > 0 || one.refused || one.later;

// The table becomes what the server says, around the cells that a hand is in or has left unanswered.
function put(html) {
  const now = document.activeElement, inside = data.contains(now), next = parsed(html);
  for (const { dataset } of next.querySelectorAll("tr[data-begun]")) {
    const row = data.querySelector(`tr[data-row="${dataset.begun}"]`);
    if (row) renamed(row, dataset.row);
  }
  for (const row of data.querySelectorAll("tr[data-row^=n-]")) next.querySelector("tr.new")?.before(row.cloneNode(true));
  for (const one of data.querySelectorAll("input, select")) one.typed = isCell(one) && (one === now || isOwn(one));
  become(data, next);
  for (const one of data.querySelectorAll("input, select")) {
    if (!isCell(one) || one.typed) continue;
    if (isText(one)) one.value = one.defaultValue;
    else if (one.tagName === "INPUT") one.checked = one.defaultChecked;
    else (one.querySelector("option[selected]") || one.options[0]).selected = true;
  }
  if (inside && document.activeElement === document.body) data.querySelector("h1").focus();
  spaced();
  const title = data.querySelector("h1").textContent;
  if (spoken.textContent !== title) spoken.textContent = title;
  document.title = title;
}

// A row has a key of its own from its first letter until the server says which line it is; a blank one follows it.
function begun(row) {
  const blank = row.cloneNode(true);
  for (const one of blank.querySelectorAll("input:not([type=hidden], [type=checkbox]), select")) one.value = "";
  row.after(blank);
  row.classList.remove("new");
  renamed(row, `n-${Math.random().toString(36).slice(2)}`);
}

function renamed(row, name) {
  for (const one of row.querySelectorAll("[form=table]")) {
    one.name = one.name.replace(`:${row.dataset.row}:`, `:${name}:`);
    if (one.id) one.id = one.name;
  }
  row.dataset.row = name;
}

// Figures of five digits and more are read with spaces, typed without.
function spaced() {
  for (const one of data.querySelectorAll("td.n input")) {
    if (one !== document.activeElement && !isOwn(one) && one.value === one.defaultValue && /^\d{5,}$/.test(one.value)) {
      one.value = one.value.replace(/\B(?=(\d{3})+$)/g, "\u202f");
    }
  }
}
spaced();

// Who enters a cell types over it, as in a spreadsheet; F2 or a double click is to change what it says.
let entered = "", edited = null;
data.addEventListener("focusin", ({ target }) => {
  edited = null;
  if (!isText(target)) return;
  if (!isOwn(target)) target.value = target.defaultValue;
  entered = target.value;
  target.select();
});
data.addEventListener("focusout", ({ target }) => {
  chosen(target);
  if (!isText(target) || !target.isConnected) return;
  if (target.value !== entered || target.refused) save(target);
  else if (!isOwn(target)) target.value = target.defaultValue;
  setTimeout(spaced);
});
data.addEventListener("dblclick", ({ target }) => { edited = target; });

function chosen(one) {
  if (!one.later) return;
  clearTimeout(one.later);
  one.later = 0;
  save(one);
}

function save(one) {
  const { name } = one;
  const value = one.type === "checkbox" ? (one.checked ? "oui" : "non") : one.value;
  send(`${root}/donnees/table`, () => [[name, value]], one);
}

function saved() {
  document.getElementById("enregistre").textContent = main.dataset.saved.replace("{clock}", hour());
}

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

data.addEventListener("input", ({ target }) => {
  const row = target.closest("tr.new");
  if (row) begun(row);
  if (isCell(target) && target.inputMode === "decimal") total(target);
});
data.addEventListener("change", ({ target }) => {
  if (target.type === "file") { target.form.requestSubmit(); target.value = ""; return; }
  if (!isCell(target) || isText(target)) return;
  clearTimeout(target.later);
  target.later = setTimeout(chosen, 400, target); // the letters of a word that is typed choose one after the other
});
data.addEventListener("submit", (event) => {
  const form = event.target;
  const action = form.getAttribute("action");
  event.preventDefault();
  if (form.id === "table" || !action.startsWith(`${root}/donnees/`)) return;
  const pressed = document.activeElement, mended = form.querySelector("input[name*=':']")?.name;
  const pairs = [...new FormData(form)].filter(([name]) => !["tampon", "onglet", "colonnes"].includes(name));
  send(action, () => pairs).then(() => {
    // What was pressed is done: the focus goes to the cell that it mended, else to the answer.
    if (pressed.id || ![pressed, document.body, data.querySelector("h1")].includes(document.activeElement)) return;
    (document.getElementById(mended) || data.querySelector("h1")).focus();
  });
});
// A page is left once all that was typed on it is written.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || !waiting || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  queue.then(() => { location.assign(link.href); });
});

const STEPS = { Enter: [1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

// The cell so many rows and columns on; columns are changed only from a cell of which nothing is being typed.
function beside(one, down, across) {
  const column = (each) => each.name.split(":")[2];
  const row = one.closest("tr");
  const all = [...data.querySelectorAll("[form=table]:not([type=hidden], :disabled)")];
  const own = all.filter((each) => (down ? column(each) === column(one) : each.closest("tr") === row));
  return own[own.indexOf(one) + down + across];
}

data.addEventListener("keydown", (event) => {
  const one = event.target, { key } = event;
  if (!isCell(one) || event.isComposing) return;
  if (key === "Escape" && isText(one)) { one.value = entered; total(one); return; }
  if (key === "F2" && isText(one)) { edited = one; one.setSelectionRange(one.value.length, one.value.length); return; }
  if (key === "Tab" && !event.shiftKey && !beside(one, 0, 1) && beside(one, 1, 0)?.closest("tr.new")) {
    event.preventDefault(); // from the last cell typed to the next line, whatever stands between
    data.querySelector("tr.new [form=table]:not([type=hidden], :disabled)").focus();
    return;
  }
  if (!STEPS[key] || (key !== "Enter" && (one.tagName === "SELECT" || event.shiftKey || event.ctrlKey || event.altKey))) return;
  const [down, across] = STEPS[key];
  if (across && isText(one) && (one === edited || one.selectionEnd - one.selectionStart < one.value.length)) return;
  event.preventDefault();
  const next = beside(one, event.shiftKey ? -down : down, across);
  if (next) next.focus(); else if (key === "Enter") { one.blur(); one.focus(); }
});
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => {
  event.preventDefault();
  if (kind === "drop" && event.dataTransfer.files.length) {
    const [file] = event.dataTransfer.files;
    send(`${root}/donnees/fichier`, () => [["fichier", file]]);
  }
});
