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
