"use strict";
// The holder's own price moves its gain and its bills along a line: all numbers are those of the file.
const lang = document.documentElement.lang;
const whole = new Intl.NumberFormat(lang, {maximumFractionDigits: 0});
const euros = amount => `${whole.format(amount).replace("-", "\u2212")}\u00a0€`;
const printing = document.getElementById("print");
printing.hidden = false;
printing.addEventListener("click", () => print());

const block = document.getElementById("price-block");
if (block) {
  const bar = document.getElementById("price"), told = document.getElementById("price-now");
  const gain = document.getElementById("price-gain");
  const totals = [...document.querySelectorAll(".bill-total")];
  const first = Number(bar.value), before = told.textContent, written = totals.map(one => one.textContent);
  const price = new Intl.NumberFormat(lang, {maximumFractionDigits: Number(bar.step) < 1 ? 1 : 0});
  block.hidden = false;

  const show = () => {
    const ratio = Number(bar.value) / first, moved = Math.abs(ratio - 1) > 1e-9;
    told.textContent = moved ? `${price.format(Number(bar.value))}\u00a0${bar.dataset.unit}` : before;
    bar.setAttribute("aria-valuetext", told.textContent);
    const now = Number(bar.dataset.gain) + (ratio - 1) * Number(bar.dataset.spared);
    gain.textContent = (now < 0 ? gain.dataset.loses : gain.dataset.gains).replace("{amount}", euros(Math.abs(now)));
    const bills = totals.map(one => Number(one.dataset.supplied) * ratio + Number(one.dataset.fixed));
    const most = Math.max(...bills);
    totals.forEach((one, place) => {
      one.textContent = moved ? euros(bills[place]) : written[place];
      const [supplied, local, gap] = one.nextElementSibling.querySelectorAll("rect");
      const kept = 1000 * (bills[place] - Number(one.dataset.local)) / most, end = 1000 * bills[place] / most;
      for (const [rect, x, to] of [[supplied, 0, kept], [local, kept, end], [gap, end, 1000]]) {
        rect.setAttribute("x", x);
        rect.setAttribute("width", Math.max(to - x, 0));
      }
    });
  };
  bar.addEventListener("input", show);
  show();
}
