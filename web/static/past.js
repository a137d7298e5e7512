// What was done before, and undone: addresses of this window, which a new load of the page keeps.
import { root } from "/static/common.js";

const MOST = 40, KEY = `past ${root}`;
const held = JSON.parse(sessionStorage.getItem(KEY) || "null") || { all: [], at: -1, focus: "" };
const buttons = [["annuler", -1], ["retablir", 1]].map(([id, by]) => [document.getElementById(id), by]);

const keep = () => sessionStorage.setItem(KEY, JSON.stringify(held));

function tell() {
  for (const [button, by] of buttons) button.setAttribute("aria-disabled", String(!held.all[held.at + by]));
}

export function visit(address) {
  if (address !== held.all[held.at]) {
    held.all.splice(held.at + 1, Infinity, address);
    held.all.splice(0, held.all.length - MOST);
    held.at = held.all.length - 1;
    keep();
  }
  tell();
}

export function step(by) {
  const to = held.all[held.at + by];
  if (!to) return;
  held.at += by;
  held.focus = document.activeElement.id;
  held.scroll = scrollY;
  keep();
  location.assign(to);
}

// The hand finds what it held before the step.
export function resumed() {
  const { focus, scroll } = held;
  if (!focus) return;
  held.focus = "";
  keep();
  document.getElementById(focus)?.focus({ preventScroll: true });
  scrollTo(0, scroll);
}

for (const [button, by] of buttons) button.addEventListener("click", () => step(by));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])");
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || typing) return;
  event.preventDefault();
  step(event.shiftKey ? 1 : -1);
});
