// A table typed as in a spreadsheet: each cell goes to the server as it is left, which answers with what differs. What a
// hand types is never replaced under it; nothing is judged here.
import { parsed } from "/static/become.js";
import { answers, hour, leavesLate, root, silent } from "/static/common.js";

const main = document.getElementById("donnees"), data = document.getElementById("data");
const spoken = document.getElementById("dite"), query = new URLSearchParams(location.search), words = main.dataset;
const table = data.querySelector("table.typed"), body = table?.tBodies[0], file = table?.dataset.file || "";
const tab = { onglet: query.get("onglet") || "membres", colonnes: query.get("colonnes") || "" };
let { since, stamp } = data.dataset;

// ---- Cells. What the folder holds is `seen` of an input; `next` is what came for it while a hand was in it.
const CELL = ":is([form=table], #table :is(input, select)):is(input, select):not([type=hidden])";
const isCell = (one) => one?.matches?.(CELL) || false;
const isText = (one) => one.tagName === "INPUT" && one.type !== "checkbox";
const columnOf = (one) => one.name.split(":").at(-1);
const rowOf = (one) => one.closest("[data-row]");
const rows = () => [...data.querySelectorAll("tr[data-row]")];
const rowNamed = (key) => data.querySelector(`[data-row="${CSS.escape(key)}"]:not(.new)`);
const cellsOf = (row) => [...(row?.querySelectorAll(CELL) || [])];
const cellOf = (row, column) => cellsOf(row).find((one) => columnOf(one) === column);
const usable = (row) => cellsOf(row).filter((one) => !one.disabled);
const isTrue = (text) => !/^(non|no|false|faux|0|n)$/i.test(text);
const textOf = (one) => (one.type === "checkbox" ? (one.checked ? "oui" : "non") : one.value);
// Figures of five digits and more are read with spaces, typed without.
const spaced = (one, text) => (one.inputMode === "decimal" && /^\d{5,}$/.test(text) ? text.replace(/\B(?=(\d{3})+$)/g, "\u202f") : text);

function isDirty(one) {
  if (one.type === "checkbox") return one.checked !== isTrue(one.seen);
  return one.value !== one.seen && one.value !== spaced(one, one.seen);
}

function ready(one) {
  one.seen = one.type === "checkbox" ? (one.defaultChecked ? "oui" : "non")
    : one.tagName === "SELECT" ? one.querySelector("option[selected]")?.value || "" : one.defaultValue;
  show(one, one.seen);
}

function show(one, text) {
  one.seen = text;
  delete one.next;
  if (one.type === "checkbox") { one.checked = isTrue(text); return; }
  if (one.tagName === "SELECT" && ![...one.options].some(({ value }) => value === text)) one.add(new Option(text, text));
  one.value = one === document.activeElement ? text : spaced(one, text);
}

const waits = (one) => ops.some((op) => op.row === rowOf(one).dataset.row && op.column === columnOf(one));

// What the folder holds now, put into a cell once no hand is in it.
function adopt(one, text) {
  if (one === document.activeElement || one.note || one.later || isDirty(one) || waits(one)) one.next = text;
  else show(one, text);
}

// ---- Rows. One that is begun has a key of its own from its first letter; a blank one follows it.
const fresh = () => `n-${crypto.getRandomValues(new Uint32Array(2)).join("")}`;

function begin(row) {
  const blank = row.cloneNode(true);
  row.after(blank);
  cellsOf(blank).forEach(ready);
  row.classList.replace("new", "begun");
  row.dataset.row = fresh();
}

function renamed(called) {
  for (const [row, key] of Object.entries(called).map(([was, key]) => [rowNamed(was), key])) if (row) {
    for (const fault of faultsOf(row)) fault.dataset.of = key;
    row.dataset.row = key;
    for (const one of cellsOf(row)) one.disabled = false;
  }
  // A line of the table that is begun anew is written at once, whatever it lacks: it was so before.
  for (const list of [ops, ...done, ...undone]) for (const op of list) if (op.row in called) {
    op.as_is = !op.row.startsWith("n-");
    op.row = called[op.row];
  }
}

let isLoose = false; // whether an answer says something of a cell that the page does not show
const faultsOf = (row) => [...body.querySelectorAll(`[data-of="${CSS.escape(row.dataset.row)}"]`)];

// ---- Ops go out in their order, one request at a time; what nothing answers is sent again as it was.
let ops = [], flight = null, wanted = [];
const done = [], undone = [];

function send(batch) {
  for (const op of batch) {
    const last = ops.find((each) => each.row === op.row && each.column === op.column && "text" in each && "text" in op);
    if (last) last.text = op.text; else ops.push({ ...op });
  }
  flush();
}

function typed(batch) {
  done.push(batch);
  undone.length = 0;
  send(batch);
}

async function asked(address, body, headers) {
  for (;;) {
    try {
      const response = await leavesLate(address, 60000, { method: "POST", headers, body });
      const isRead = response.headers.get("content-type").includes("json");
      const answer = isRead ? await response.json() : { problems: [await response.text()] };
      answers();
      return answer;
    } catch (fault) {
      await new Promise((again) => { silent(fault, again); });
    }
  }
}

async function flush(look = false) {
  data.dataset.waits = ops.length + (flight || []).length;
  if (flight || !(ops.length || look)) return;
  flight = ops;
  ops = [];
  const sent = JSON.stringify({ ...tab, since, ops: flight });
  const answer = await asked(`${root}/donnees/cellules`, sent, { "content-type": "application/json" });
  const had = flight;
  flight = null;
  if (answer.problems) {
    ops = [...had, ...ops];
    say(`${words.refused} ${answer.problems.join(" ")}`, true);
    if (ops.length) setTimeout(flush, 3000);
    return;
  }
  if (answer.since) put(answer, had);
  if (had.length) document.getElementById("enregistre").textContent = words.saved.replace("{clock}", hour());
  flush();
  if (!flight) for (const act of wanted.splice(0)) act();
}

const afterAll = (act) => { if (flight || ops.length) wanted.push(act); else act(); };

// A form, or a file, of what stands around the table.
async function sendForm(action, pairs) {
  const sent = new FormData();
  for (const [name, value] of [...pairs, ...Object.entries({ ...tab, since, tampon: stamp })]) sent.set(name, value);
  const answer = await asked(action, sent, { accept: "application/json" });
  if (answer.problems) say(answer.problems.join(" "), true); else put(answer, []);
}

// ---- An answer: what became of each op, then what differs by row and column.
function put(answer, had) {
  const now = document.activeElement, top = isCell(now) ? now.getBoundingClientRect().top : null;
  const said = [...(answer.notes || []), ...(answer.results || []).flatMap((result, rank) => became(result, had[rank]))];
  ({ since, stamp } = answer);
  renamed(answer.called);
  if (body) lines(answer);
  for (const [key, cells] of Object.entries(answer.cells)) {
    const row = key ? rowNamed(key) : data.querySelector(".settings");
    for (const [column, [text, fault]] of Object.entries(cells)) {
      const one = cellOf(row, column) || document.getElementById(column);
      if (!one) continue;
      adopt(one, text);
      one.toggleAttribute("aria-invalid", false);
      if (fault) { one.setAttribute("aria-invalid", "true"); one.setAttribute("aria-describedby", fault); } else one.removeAttribute("aria-describedby");
    }
  }
  for (const [name, html] of Object.entries(answer.parts)) part(document.getElementById(name), html);
  document.title = answer.title;
  say(said.join(". ") || answer.title, isLoose || answer.notes?.length > 0);
  isLoose = false;
  if (top !== null && now.isConnected) scrollBy(0, now.getBoundingClientRect().top - top);
}

function part(place, html) {
  if (!place) return;
  const inside = place.contains(document.activeElement), open = [...place.querySelectorAll("details")].map((each) => each.open);
  place.innerHTML = html;
  place.querySelectorAll("details").forEach((each, rank) => { each.open = open[rank] || false; });
  if (inside) data.querySelector("h1").focus();
}

function lines({ order, rows: made, below }) {
  const now = document.activeElement;
  for (const row of rows()) if (row.dataset.row && !order.includes(row.dataset.row)) away(row);
  let last = null;
  for (const key of order) {
    let row = rowNamed(key);
    if (row) row.known = true;
    if (made[key]) row = line(row, parsed(made[key]).querySelector("tr"), last);
    if (key in below) {
      if (!row) continue;
      const old = faultsOf(row), focused = old.some((each) => each.contains(now));
      for (const each of old) each.remove();
      row.after(parsed(below[key]));
      const isBegun = key.startsWith("n-");
      row.classList.toggle("draft", isBegun);
      row.classList.toggle("faulty", below[key] !== "" && !isBegun);
      if (focused) (row.querySelector("[aria-invalid]") || usable(row)[0]).focus();
    }
    if (row) last = faultsOf(row).at(-1) || row;
  }
}

// A line as it is called now: its inputs stay, what is around them is anew.
function line(row, made, last) {
  if (!row) {
    if (last) last.after(made); else body.prepend(made);
    cellsOf(made).forEach(ready);
    return made;
  }
  for (const one of cellsOf(made)) {
    const own = cellOf(row, columnOf(one));
    own.name = one.name;
    own.setAttribute("aria-label", one.getAttribute("aria-label"));
    own.removeAttribute("placeholder");
  }
  for (const name of [".from", ".take"]) {
    const [old, next] = [row, made].map((each) => each.querySelector(name));
    if (old && next && old.innerHTML !== next.innerHTML && !old.contains(document.activeElement)) old.replaceWith(next);
  }
  return row;
}

// A line that is no longer there goes, unless a hand is in it: what it types then begins another one.
function away(row) {
  const own = cellsOf(row), isBegun = row.dataset.row.startsWith("n-") && !row.known;
  const isTyped = (one) => one.type !== "checkbox" && (isDirty(one) || one.note || (isBegun && (waits(one) || one.seen !== "")));
  if (!own.some(isTyped)) drop(row);
}

function drop(row) {
  const now = document.activeElement, next = rows()[rows().indexOf(row) + 1], isIn = row.contains(now);
  for (const each of [...faultsOf(row), row]) each.remove();
  if (isIn) (cellOf(next, isCell(now) ? columnOf(now) : "name") || usable(next)[0]).focus();
}

// What became of an op: a cell that another hand wrote, or that is refused, keeps what was typed, and says so.
function became({ done: did, theirs, refused, removed }, op) {
  const said = theirs.map(([row, column, text]) => note(row, column, words.elsewhere, op, text));
  for (const [row, column, why] of refused) said.push(note(row || op.row, column || op.column, `${words.refused} ${why}`, op));
  if (op.batch) for (const [row, column, before, text] of did) op.batch.push({ file, row, column, before, text });
  for (const row of removed) {
    if (op.remove && rowNamed(row)) drop(rowNamed(row));
    renamed({ [row]: fresh() }); // what is undone begins it anew
  }
  return said;
}

function note(key, column, text, { before }, theirs = null) {
  const row = key ? rowNamed(key) : data.querySelector(".settings");
  const one = cellOf(row, column) || document.getElementById(column);
  isLoose ||= !one;
  if (!one) return text;
  settle(one);
  for (const batch of done) batch.splice(0, batch.length, ...batch.filter((each) => each.row !== key || each.column !== column));
  if (theirs !== null) text = `${text} ${spaced(one, theirs) || words.nothing}`;
  const mine = textOf(one), box = document.createElement("div"), said = document.createElement("p");
  box.className = "below";
  said.textContent = `${one.getAttribute("aria-label") || column}\u00a0: ${text}`;
  box.append(said);
  const choice = (label, act) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button", textContent: label });
    button.addEventListener("click", () => { settle(one); act(); one.focus(); });
    box.append(button);
  };
  if (theirs !== null) {
    choice(words.mine, () => { typed([op(one, theirs, mine)]); one.seen = mine; });
    choice(words.theirs, () => show(one, one.next ?? theirs));
  }
  one.refused = mine;
  one.seen = theirs ?? before ?? one.seen;
  one.note = box;
  if (row.tagName === "TR") {
    one.note = row.cloneNode(false);
    one.note.className = "fault-row";
    one.note.removeAttribute("data-row");
    const place = one.note.insertCell();
    place.colSpan = row.cells.length;
    place.append(box);
    row.after(one.note);
  } else one.closest("label").after(box);
  one.classList.add("apart-cell");
  return said.textContent;
}

function settle(one) {
  one.note?.remove();
  delete one.note;
  one.classList.remove("apart-cell");
}

function say(text, isNote = false) {
  if (spoken.textContent !== text) spoken.textContent = text;
  spoken.classList.toggle("unseen", !isNote);
}

// ---- Typing: who enters a cell types over it; F2 or a double click changes what it says.
const op = (one, before, text) => ({ file: body ? file : "", row: rowOf(one).dataset.row, column: columnOf(one), before, text });
let mode = "ready", start = "", lastKey = "", anchor = null;

function save(one) {
  clearTimeout(one.later);
  one.later = 0;
  if (!isDirty(one)) {
    if (one.next !== undefined && !one.note) show(one, one.next);
    else if (isText(one)) one.value = spaced(one, one.seen);
    return;
  }
  if (one.note && textOf(one) === one.refused) return;
  settle(one);
  const before = one.seen;
  one.seen = textOf(one);
  delete one.next;
  typed([op(one, before, one.seen)]);
}

data.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (!isCell(target)) return;
  mode = "ready";
  if (lastKey !== "Tab" || !isCell(relatedTarget)) start = columnOf(target);
  if (!isText(target)) return;
  if (!isDirty(target)) target.value = target.seen;
  target.select();
});
data.addEventListener("focusout", ({ target, relatedTarget }) => {
  if (!isCell(target) || !target.isConnected) return;
  save(target);
  if (!rowOf(target).contains(relatedTarget)) rowOf(target).classList.remove("begun"); // what it lacks may be said now
});
data.addEventListener("mousedown", (event) => {
  const one = event.target;
  lastKey = "";
  if (!isCell(one)) return;
  chosen(null);
  if (one === document.activeElement) mode = "edit";
  else if (isText(one)) { event.preventDefault(); one.focus(); }
});
data.addEventListener("input", ({ target }) => {
  if (!isCell(target)) return;
  mode = mode === "ready" ? "typing" : mode;
  if (target.closest("tr.new")) begin(target.closest("tr"));
  if (target.inputMode === "decimal") total(target);
});
data.addEventListener("change", ({ target }) => {
  if (target.type === "file") { target.form.requestSubmit(); target.value = ""; return; }
  if (!isCell(target) || isText(target)) return;
  clearTimeout(target.later);
  target.later = setTimeout(save, 400, target); // the letters of a word that is typed choose one after the other
});

// What is under the table while a cell is typed: one question at a time, the last text waits.
let adding = false, added = null;

async function total(one) {
  if (rowOf(one).dataset.row.startsWith("n-")) return; // it is not in the table yet
  added = one;
  if (adding) return;
  adding = true;
  while (added) {
    const cell = added, sent = new FormData();
    added = null;
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

// ---- Moving: Tab is the browser's; Enter goes below, to the column where the row was begun.
function beside(one, down, across) {
  const row = rowOf(one);
  if (row.tagName !== "TR") return usable(row)[usable(row).indexOf(one) + down + across];
  if (across) return usable(row)[usable(row).indexOf(one) + across];
  const all = rows();
  return cellOf(all[all.indexOf(row) + down], columnOf(one));
}

function enter(one, isBack) {
  const row = rowOf(one), all = rows(), next = all[all.indexOf(row) + (isBack ? -1 : 1)];
  save(one);
  chosen(null);
  const to = row.tagName === "TR" ? cellOf(next, isBack ? columnOf(one) : start) : beside(one, isBack ? -1 : 1, 0);
  if (to && !to.disabled) to.focus(); else if (isText(one)) one.select();
}

const ARROWS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function arrow(event, one) {
  const [down, across] = ARROWS[event.key], isOpen = mode !== "ready";
  if (event.altKey || event.ctrlKey || event.metaKey || mode === "edit" || (isOpen && (across || one.list))) return;
  event.preventDefault();
  const next = beside(one, down, across);
  if (!next || next.disabled) return;
  const from = event.shiftKey ? anchor || one : null;
  next.focus();
  chosen(from);
}

data.addEventListener("keydown", (event) => {
  const one = event.target, { key } = event, isCommand = event.ctrlKey || event.metaKey;
  lastKey = key;
  if (!isCell(one) || event.isComposing || event.keyCode === 229) return;
  const take = (act) => { event.preventDefault(); act(); };
  if (key === "Enter" && !event.altKey) take(() => enter(one, event.shiftKey));
  else if (key === "Escape") take(() => left(one));
  else if (key === "F2") take(() => { mode = "edit"; if (isText(one)) one.setSelectionRange(one.value.length, one.value.length); else one.showPicker?.(); });
  else if (key === "Tab" && !event.shiftKey && !beside(one, 0, 1) && beside(one, 1, 0)?.closest("tr.new")) {
    take(() => usable(data.querySelector("tr.new"))[0].focus()); // from the last cell to the next line, whatever stands between
  } else if (isCommand && mode === "ready" && key.toLowerCase() === "z") take(() => back(event.shiftKey ? undone : done, event.shiftKey ? done : undone));
  else if (isCommand && mode === "ready" && key === "y") take(() => back(undone, done));
  else if (isCommand && key === "d" && body) take(() => fillDown(one));
  else if (key === "Delete" && mode === "ready" && anchor) take(() => together(range().flat().map((each) => [each, ""])));
  else if (ARROWS[key]) arrow(event, one);
});
data.addEventListener("dblclick", () => { mode = "edit"; });

function left(one) {
  chosen(null);
  settle(one);
  mode = "ready";
  show(one, one.next ?? one.seen);
  if (isText(one)) { one.select(); total(one); }
}

// ---- A block: chosen with Shift and the arrows, copied, filled down, emptied, pasted; undone in one stroke.
function chosen(from) {
  anchor = from;
  for (const each of data.querySelectorAll(".chosen")) each.classList.remove("chosen");
  if (anchor) for (const each of range().flat()) each.closest("td")?.classList.add("chosen");
}

function range() {
  const here = document.activeElement, from = anchor?.isConnected ? anchor : here, all = rows();
  if (!body || !isCell(here)) return [];
  const columns = cellsOf(rowOf(here)).map(columnOf);
  const span = (list, ...ends) => { const at = ends.map((end) => list.indexOf(end)); return list.slice(Math.min(...at), Math.max(...at) + 1); };
  const wide = span(columns, columnOf(from), columnOf(here));
  return span(all, rowOf(from), rowOf(here)).map((row) => wide.map((column) => cellOf(row, column)));
}

function together(pairs) {
  const batch = [];
  for (const [one, text] of pairs) {
    if (one.disabled || text === one.seen) continue;
    if (one.closest("tr.new")) begin(one.closest("tr"));
    settle(one);
    batch.push(op(one, one.seen, text));
    show(one, text);
  }
  if (batch.length) typed(batch);
}

function fillDown(one) {
  if (isDirty(one)) save(one);
  const block = range(), all = rows(), above = all[all.indexOf(rowOf(block[0][0])) - 1];
  const top = block.length > 1 ? block[0] : block[0].map((each) => cellOf(above, columnOf(each)));
  const under = block.length > 1 ? block.slice(1) : block;
  together(under.flatMap((cells) => cells.map((each, rank) => [each, top[rank]?.seen ?? each.seen])));
}

// What is not answered yet is undone once it is: only then is it known what it changed.
function back(from, to) {
  afterAll(() => {
    let batch = from.pop();
    while (batch && !batch.length) batch = from.pop();
    if (!batch) return;
    const turned = batch.map((each) => ({ ...each, before: each.text, text: each.before }));
    to.push(turned);
    for (const { row, column, text } of turned) {
      const one = cellOf(rowNamed(row), column);
      if (one) { settle(one); show(one, text); }
    }
    cellOf(rowNamed(turned[0]?.row || ""), turned[0]?.column)?.focus();
    send(turned);
  });
}

data.addEventListener("copy", (event) => {
  if (!isCell(event.target) || mode !== "ready" || !body) return;
  event.preventDefault();
  const text = (one) => (one.tagName === "SELECT" ? one.selectedOptions[0]?.text || "" : one.seen);
  event.clipboardData.setData("text/plain", range().map((cells) => cells.map(text).join("\t")).join("\n"));
});
data.addEventListener("paste", (event) => {
  const one = event.target, text = event.clipboardData.getData("text/plain").replace(/[\r\n]+$/, "");
  if (!body || !isCell(one) || (!/[\t\n]/.test(text) && isText(one))) return;
  event.preventDefault();
  save(one);
  const own = rowOf(one), all = rows().filter((row) => row.dataset.row), count = text.split("\n").length;
  const keys = own.dataset.row ? all.slice(all.indexOf(own)).map((row) => row.dataset.row).slice(0, count) : [];
  while (keys.length < count) keys.push(fresh());
  const batch = [], sent = { file, row: keys[0], column: columnOf(one), block: text, rows: keys, columns: cellsOf(own).map(columnOf) };
  Object.defineProperty(sent, "batch", { value: batch });
  done.push(batch);
  undone.length = 0;
  ops.push(sent);
  flush();
});

// ---- Buttons under a line, the cross of a line, files; a page is left once all that was typed on it is written.
data.addEventListener("submit", (event) => {
  const form = event.target, action = form.getAttribute("action");
  event.preventDefault();
  if (form.id === "table") return;
  const row = rowOf(form) || rowNamed(form.closest("[data-of]")?.dataset.of || "");
  const pairs = [...form.querySelectorAll("input[name*=':']")].map((cell) => [columnOf(cell), cell.value]);
  if (row && pairs.length) {
    const seen = pairs.map(([column, text]) => [cellOf(row, column), text]).filter(([one]) => one);
    for (const [column, text] of pairs) if (!cellOf(row, column)) ops.push({ file, row: row.dataset.row, column, text });
    together(seen);
    flush();
    (seen[0]?.[0] || usable(row)[0]).focus();
    return;
  }
  if (action.endsWith("/ecrire")) {
    ops.push({ file, row: row.dataset.row, as_is: true });
    flush();
    return;
  }
  if (action.endsWith("/ligne")) {
    const batch = [], sent = { file, row: row.dataset.row, remove: true };
    Object.defineProperty(sent, "batch", { value: batch });
    done.push(batch);
    ops.push(sent);
    flush();
    return;
  }
  const fields = [...new FormData(form, event.submitter)];
  afterAll(() => sendForm(action, fields));
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || !(flight || ops.length) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  afterAll(() => location.assign(link.href));
});
addEventListener("beforeunload", (event) => { if (flight?.length || ops.length) event.preventDefault(); });
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => {
  event.preventDefault();
  const [dropped] = event.dataTransfer.files;
  if (kind === "drop" && dropped) afterAll(() => sendForm(`${root}/donnees/fichier`, [["fichier", dropped]]));
});

// What was typed before this script was there stays, begins its line, and is sent where the hand has left it.
const early = cellsOf(data).map((one) => [one, textOf(one)]);
early.forEach(([one]) => ready(one));
const changed = early.filter(([one, text]) => text !== one.seen);
const typedIn = new Set(changed.filter(([one]) => isText(one)).map(([one]) => rowOf(one)));
for (const [one, text] of changed) {
  if (!typedIn.has(rowOf(one))) continue; // a choice alone may be what the browser kept of a former visit
  if (one.type === "checkbox") one.checked = isTrue(text); else one.value = text;
  one.dispatchEvent(new InputEvent("input", { bubbles: true }));
  if (one !== document.activeElement) save(one);
}
// Another hand may write: it is asked every four seconds while the page is looked at.
setInterval(() => { if (!document.hidden) flush(true); }, 4000);
