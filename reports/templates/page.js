"use strict";
// Sorting of the tables of participants, all at once, so that a change of key keeps the order asked for.
const tables = [...document.querySelectorAll("table.sortable")];
const words = new Intl.Collator(document.documentElement.lang, {numeric: true});

function value(row, column) {
  const cell = row.cells[column];
  if (cell.dataset.v === undefined) return cell.textContent.trim();
  return cell.dataset.v === "" ? null : Number(cell.dataset.v);
}

function compare(first, second, column, sign) {
  const a = value(first, column), b = value(second, column);
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (typeof a === "number" ? a - b : words.compare(a, b));
}

function sort(column, sign) {
  for (const table of tables) {
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((first, second) => compare(first, second, column, sign));
    body.append(...rows);
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    const order = sign > 0 ? "ascending" : "descending";
    table.tHead.rows[0].cells[column].setAttribute("aria-sort", order);
  }
}

for (const table of tables) {
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      const column = head.cellIndex;
      const first = column === 0 ? "ascending" : "descending";
      const again = head.getAttribute("aria-sort") === first;
      sort(column, (first === "ascending") === again ? -1 : 1);
    });
    head.append(button);
  }
}

// The name of a member: rows that do not hold it are hidden, in every table at once.
const findBlock = document.getElementById("find-block");
const plain = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

if (findBlock) {
  const box = document.getElementById("find"), found = document.getElementById("found");
  findBlock.hidden = false;
  box.addEventListener("input", () => {
    const wanted = plain(box.value.trim());
    let most = 0;
    for (const table of tables) {
      let kept = 0;
      for (const row of table.tBodies[0].rows) {
        row.hidden = !plain(row.cells[0].textContent).includes(wanted);
        kept += !row.hidden;
      }
      most = Math.max(most, kept);
    }
    found.textContent = most ? "" : found.dataset.none;
  });
}

// The local price: each saving moves by its kWh. Numbers are those of the file, so that no rounding adds up.
const priceBlock = document.getElementById("price-block");

if (priceBlock) {
  const lang = document.documentElement.lang;
  const bar = document.getElementById("price"), told = document.getElementById("price-now");
  const back = document.getElementById("price-back"), note = document.getElementById("price-note");
  const first = Number(bar.value), before = told.textContent;
  const cents = new Intl.NumberFormat(lang, {minimumFractionDigits: 2, maximumFractionDigits: 2});
  const moving = [...document.querySelectorAll("td[data-kwh]")];
  for (const cell of moving) cell.dataset.first = cell.textContent;
  priceBlock.hidden = false;

  const show = () => {
    const price = Number(bar.value), moved = Math.abs(price - first) > 1e-9;
    document.body.classList.toggle("moved", moved);
    note.hidden = !moved;
    back.disabled = !moved;
    told.textContent = moved ? `${new Intl.NumberFormat(lang, {maximumFractionDigits: 2}).format(price)}\u00a0${bar.dataset.unit}` : before;
    bar.setAttribute("aria-valuetext", told.textContent);
    for (const cell of moving) {
      const own = moved ? Number(cell.closest(".panel").dataset.price) : price;
      const now = Number(cell.dataset.eur) - (price - own) / 1000 * Number(cell.dataset.kwh);
      cell.textContent = moved ? cents.format(now).replace("-", "\u2212") : cell.dataset.first;
      cell.dataset.v = now.toFixed(2);
      cell.classList.toggle("loses", now < -0.005);
    }
  };
  bar.addEventListener("input", show);
  back.addEventListener("click", () => { bar.value = first; show(); });
  show();
}
