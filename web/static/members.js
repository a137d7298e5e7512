// Asks for what takes seconds, tells how far it is, lets it be stopped; nothing is computed here.
import { answers, leavesLate, root, silent } from "/static/common.js";

const main = document.getElementById("membres"), said = document.getElementById("membres-dits");
const state = main.dataset.state, far = document.getElementById("avance");

const address = (more) => `${root}/membres?${more}${state ? `&${state}` : ""}`;
let asking = false;

async function tell() {
  while (asking) {
    try {
      const response = await fetch(address("avance=1"));
      const text = response.ok ? await response.text() : "";
      if (text && far.isConnected) far.textContent = text;
    } catch { /* the answer itself says whether the program stands */ }
    await new Promise((done) => { setTimeout(done, 1000); });
  }
}

async function ask() {
  asking = true;
  tell();
  try {
    const response = await leavesLate(address("partie=1"), 600000);
    answers();
    if (response.status === 409) { document.getElementById("arretes").hidden = false; return; }
    if (response.status === 422) { location.replace(address("calcul=1")); return; }
    said.innerHTML = await response.text();
    const title = said.querySelector("h1").textContent;
    document.getElementById("dite").textContent = title;
    document.title = title;
  } catch (fault) { silent(fault, ask); } finally { asking = false; }
}

if (far) {
  document.getElementById("arreter").addEventListener("click", () => fetch(`${root}/membres/arreter`, { method: "POST" }));
  ask();
}
