"""Pictures of the page in the guide: `python -m tests.web.page_pictures` takes them anew; look at them."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from reports.format.language import use
from reports.html.page import own_page
from scenarios.entry.catalogue import copy_example
from scenarios.run import RunParts, run
from tests.web.browsing import Served, launched, opened, settle
from tests.web.folders import installed

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "img"
GUIDE = ROOT / "docs"
"""Its pages, each picture in one of them."""

SCREENS: Mapping[str, tuple[str, str, str]] = {
    "page-donnees": ("/donnees", "h1", "#table"),
    "page-seance": ("/seance?set=prix%3D98&key=priority", "h1", ".spread"),
    "page-membres": ("/membres", "h1", ".brings"),
}
SCREENS = {name: screen for name, screen in SCREENS.items() if installed(screen[0])}
"""Of each picture: the screen, what says it in words, what it waits for."""
OWN = "page-fiche"
COLOURS = 256


def said_of(page, served: Served, name: str) -> str:  # type: ignore[no-untyped-def]
    """Go to the screen of a picture; return what it says, in a line."""
    path, words, awaited = SCREENS[name]
    settle(page, path, served)
    page.wait_for_selector(awaited, state="attached")
    return " ".join(page.inner_text(words).split())


def own_file(folder: Path, where: Path) -> Path:
    """Write the own page of a member of the example."""
    use("fr")
    path = where / "fiche.html"
    path.write_bytes(
        own_page(run(folder, ran_on=date(2026, 11, 25), parts=RunParts(advice=False)), "hopital")
    )
    use("en")
    return path


def own_said(page, path: Path) -> str:  # type: ignore[no-untyped-def]
    """Open a member's own page; return its answer."""
    page.goto(path.as_uri())
    page.wait_for_selector("#price-block:not([hidden])")
    return " ".join(page.inner_text(".lead").split())


def taken(page) -> bytes:  # type: ignore[no-untyped-def]
    """Return what is seen, in few colours: the repository keeps it."""
    held = io.BytesIO()
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # By what differs most: few pixels are of the sun, which must not become the colour of who loses.
    few = seen.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(held, "PNG", optimize=True)
    return held.getvalue()


def main() -> None:
    """Take all of them, print what the guide says of each."""
    with TemporaryDirectory() as scratch:
        folder = Path(scratch) / "demo"
        copy_example("bergerac", folder)
        served = Served(folder)
        for browser in launched():
            page = opened(browser, served, viewport={"width": 1280, "height": 720})
            for name in SCREENS:
                print(f"![{said_of(page, served, name)}](img/{name}.png)")
                (FOLDER / f"{name}.png").write_bytes(taken(page))
            page = opened(browser, served, viewport={"width": 390, "height": 844})
            print(f"![{own_said(page, own_file(folder, Path(scratch)))}](img/{OWN}.png)")
            (FOLDER / f"{OWN}.png").write_bytes(taken(page))
        served.stop()


if __name__ == "__main__":
    main()
