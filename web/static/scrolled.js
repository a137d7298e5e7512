// Once one scrolls, the answer takes one line; where the controls scroll away, the last one moved stays under it.
const top_ = document.querySelector(".top"), hand = document.getElementById("sous-la-main");
const list = document.querySelector(".list"), own = matchMedia("(min-width: 1160px) and (min-height: 600px)");
const moved = [...document.querySelectorAll(".slides input")].find((one) => one.value !== one.dataset.base);
let last = moved || document.getElementById("prix"), place = null;
// Projected, the control in hand is all that stands of them, but for the drawer.
const projected = () => document.documentElement.matches(".project:not(.drawer)") && matchMedia("(min-width: 960px)").matches;

function dock(on) {
  const slider = place ? hand.firstElementChild : last.closest(".slider");
  if (on === Boolean(place)) return;
  const held = slider.contains(document.activeElement) && document.activeElement;
  if (on) { place = document.createComment(""); slider.replaceWith(place); hand.append(slider); }
  else { place.replaceWith(slider); place = null; }
  if (held) held.focus({ preventScroll: true });
}

// The band grows smaller as it is told to: it is told back only at the top.
function scrolled() {
  const slim = document.body.classList.contains("slim"), at = own.matches ? list.scrollTop : scrollY;
  const on = slim ? at > 0 : at > (own.matches ? 8 : 240);
  const room = list.clientHeight;
  document.body.classList.toggle("slim", on);
  // What the band leaves is given back below a short list: else it would have nothing left to scroll, and flicker.
  if (own.matches && on !== slim) {
    list.style.paddingBottom = on ? `${Math.max(0, list.clientHeight - room)}px` : "";
    list.scrollTop = at;
  }
  dock((on && !own.matches) || projected());
}

addEventListener("scroll", scrolled, { passive: true });
list.addEventListener("scroll", scrolled, { passive: true });
own.addEventListener("change", scrolled);
document.addEventListener("projection", scrolled);
document.addEventListener("moved", ({ detail }) => { dock(false); last = detail; scrolled(); });
document.addEventListener("input", (event) => { if (event.target.matches(".slides input") && !place) last = event.target; });
new ResizeObserver(() => document.documentElement.style.setProperty("--top", `${top_.offsetHeight}px`)).observe(top_);
