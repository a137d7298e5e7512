"""Makes what the group hands to its members: the wheel, the page that begins, an example workbook, in a zip.

Run by `make dist`, after the wheel is built in `dist/`.
"""

import re
import zipfile
from pathlib import Path

from markdown_it import MarkdownIt

from scenarios.entry.catalogue import FOLDER as EXAMPLES_FOLDER
from scenarios.entry.folder.raw import read_source
from scenarios.entry.workbook.write import workbook_bytes

ROOT = Path(__file__).resolve().parents[1]
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>Commencer</title>
<style>body{font:18px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}
code{background:#f2f5f6;padding:.1em .3em}pre code{display:block;padding:.8em}
table{border-collapse:collapse}td,th{border:1px solid #c6d1da;padding:.3em .6em;text-align:left}</style>
"""


def first_page() -> str:
    """Return docs/installation.md as one page for a browser, links to other pages as words."""
    text = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
    alone = re.sub(r"\[([^]]+)\]\([^)]+\.md\)", r"\1", text)
    return PAGE + MarkdownIt("commonmark", {"html": False}).enable("table").render(alone)


def main() -> None:
    """Write the zip beside the one wheel of `dist/`."""
    dist = ROOT / "dist"
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(dist / "autoconso.zip", "w", zipfile.ZIP_DEFLATED) as handed:
        handed.write(wheel, wheel.name)
        handed.writestr(
            "Commencer.html", first_page().replace("autoconso-VERSION-py3-none-any.whl", wheel.name)
        )
        handed.writestr("exemple.xlsx", workbook_bytes(read_source(EXAMPLES_FOLDER / "bergerac")))
        handed.write(ROOT / "LICENSE", "LICENSE")


if __name__ == "__main__":
    main()
