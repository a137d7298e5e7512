"""How long each control of the page takes in Chromium, from the hand to the figures, 100 steps.

Usage: python -m benchmarks.page_browser [DIR]   (the demo without it)
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from scenarios.entry.catalogue import copy_example

STEPS = 100
LIMIT_MS = 100.0
ANSWERED = "() => document.getElementById('seance').dataset.number"

# One step: the control moves, then the moment at which the answer of that very state stands on the screen.
MOVE = """([selector, rank]) => new Promise((done) => {
  const one = document.querySelector(selector), main = document.getElementById("seance");
  const before = Number(main.dataset.number || 0);
  const seen = new MutationObserver(() => {
    if (Number(main.dataset.number) > before) { seen.disconnect(); done(performance.now() - start); }
  });
  seen.observe(main, { attributes: true, attributeFilter: ["data-number"] });
  const start = performance.now();
  if (one.type === "range") {
    const low = Number(one.min), high = Number(one.max), step = Number(one.step);
    const count = Math.max(1, Math.round((high - low) / step));
    const next = low + ((Math.round((Number(one.value) - low) / step) + 1 + rank % 2) % (count + 1)) * step;
    one.value = String(next);
    one.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    one.checked = one.type === "radio" ? true : !one.checked;
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
})"""


def selectors(page: Page) -> dict[str, list[str]]:
    """Return what is moved for each control: one selector, or several in turn."""
    ids = page.eval_on_selector_all("input[name=avec]:checked", "all => all.map(each => each.value)")
    keys = page.eval_on_selector_all("input[name=cle]", "all => all.map(each => each.value)")
    roofs = page.eval_on_selector_all("input[data-option=kwp]", "all => all.map(each => each.id)")
    plain = [key for key in keys if key in {"prorata", "equal", "price", "static-redistributed"}]
    found = {
        "local price": ["#prix"],
        "suppliers": ["#fournisseurs"],
        "PMO": ["#pmo"],
        "a roof": [f"[id='{roofs[0]}']"],
        "a member": [f"[id='avec-{one}']" for one in ids for _out_then_in in range(2)],
        "key": [f"input[name=cle][value={key}]" for key in plain],
    }
    if page.query_selector("#batterie"):
        found["battery"] = ["#batterie"]
    return found


def main() -> None:
    """Print, for each control, the middle and the 95th percentile, beside the limit."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "demo"
        if len(sys.argv) > 1:
            shutil.copytree(sys.argv[1], folder)
        else:
            copy_example("bergerac", folder)
        words = ["serve", str(folder), "--no-browser"]
        served = subprocess.Popen([sys.executable, "-m", "cli", *words], stdout=subprocess.PIPE, text=True)
        assert served.stdout is not None
        address = served.stdout.readline().strip()
        try:
            with sync_playwright() as started:
                browser = started.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(address)
                page.wait_for_function(ANSWERED, timeout=120_000)
                page.reload()
                opened = page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventEnd")
                print(f"page opened, warm: {opened:.0f} ms (at most 1000)")
                page.wait_for_function(ANSWERED, timeout=120_000)
                for name, moved in selectors(page).items():
                    page.goto(page.url.partition("?")[0])  # each control by itself, from what is kept
                    page.wait_for_function(ANSWERED, timeout=120_000)
                    times = sorted(
                        float(page.evaluate(MOVE, [moved[rank % len(moved)], rank])) for rank in range(STEPS)
                    )
                    p95 = times[int(STEPS * 0.95) - 1]
                    said = "ok" if p95 < LIMIT_MS else "MISSED"
                    print(
                        f"{name:12} median {median(times):5.0f} ms   p95 {p95:5.0f} ms (at most 100) {said}"
                    )
                browser.close()
        finally:
            served.terminate()
            served.wait(10)


if __name__ == "__main__":
    main()
