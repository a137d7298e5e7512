"""Makes what the group hands to its members, in a zip: the wheel, the guide, an example, what opens the page.

Run by `make dist`, after the wheel is built in `dist/`.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from markdown_it import MarkdownIt

from scenarios.export import new_workbook

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
FIRST, GUIDE = "installation", "guide"
"""The page that begins stands at the top, under another name; the others in a folder."""

LICENCES = "LICENSE", "SOURCES.md"
WHEEL = "autoconso-VERSION-py3-none-any.whl"
PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:18px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}}
code{{background:#f2f5f6;padding:.1em .3em}}pre code{{display:block;padding:.8em;overflow-x:auto}}
img{{max-width:100%}}table{{border-collapse:collapse;display:block;overflow-x:auto}}
td,th{{border:1px solid #c6d1da;padding:.3em .6em;text-align:left}}</style>
{body}"""

UNIX = """#!/bin/sh
# Ouvre la page de travail : les opérations sont dans le dossier « operations », à côté de ce fichier.
cd "$(dirname "$0")" || exit 1
PATH="$HOME/.local/bin:$PATH"
mkdir -p operations
if ! command -v acc >/dev/null; then
  echo "acc n’est pas installé : ouvrez Commencer.html, partie 1."
  read -r _ || true
  exit 1
fi
exec acc serve operations "$@"
"""
WINDOWS = r"""@echo off
chcp 65001 >nul
rem Ouvre la page de travail : les operations sont dans le dossier operations, a cote de ce fichier.
cd /d "%~dp0"
set "PATH=%USERPROFILE%\.local\bin;%PATH%"
if not exist operations mkdir operations
where acc >nul 2>nul
if errorlevel 1 (
  echo acc n'est pas installe : ouvrez Commencer.html, partie 1.
  pause
  exit /b 1
)
acc serve operations %*
if errorlevel 1 pause
"""
DESKTOP = r"""[Desktop Entry]
Type=Application
Name=Autoconsommation
Comment=Ouvre la page de travail
Terminal=true
Exec=sh -c "exec \\"\\$(dirname \\"\\$1\\")/Ouvrir.command\\"" ouvrir %k
"""
"""A desktop entry quotes with `"` alone, and doubles the backslash of what is escaped inside."""

LAUNCHERS = {
    "Ouvrir.command": UNIX,
    "Ouvrir.bat": WINDOWS.replace("\n", "\r\n"),
    "Ouvrir.desktop": DESKTOP,
}


def pages() -> dict[str, str]:
    """Return the guide as pages for a browser, by name in the zip."""
    names = {path.stem for path in DOCS.glob("*.md")}
    return {_name(name): _page(name, names) for name in sorted(names)}


def slug(title: str) -> str:
    """Return the name that a title has in a link.

    >>> slug("Est-ce juste ?"), slug("L’effet de chaque <code>clé</code>")
    ('est-ce-juste-', 'leffet-de-chaque-clé')
    """
    return re.sub(r"<[^>]*>|[^\w\s-]", "", title.lower()).replace(" ", "-")


def _name(page: str) -> str:
    return "Commencer.html" if page == FIRST else f"{GUIDE}/{page}.html"


def _page(name: str, names: set[str]) -> str:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    is_first = name == FIRST

    def link(found: re.Match[str]) -> str:
        words, page, place = found[1], found[2], found[3] or ""
        if page not in names:  # a decision, the source: not handed over
            return words
        where = _name(page) if is_first else f"../{_name(page)}" if page == FIRST else f"{page}.html"
        return f"[{words}]({where}{place})"

    text = re.sub(r"(?<!!)\[([^]]+)\]\(([^)#\s]+)\.md(#[^)]*)?\)", link, text)
    if is_first:
        text = text.replace("](img/", f"]({GUIDE}/img/")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    body = re.sub(
        r"<h(\d)>(.*?)(?=</h)", lambda found: f'<h{found[1]} id="{slug(found[2])}">{found[2]}', body
    )
    return PAGE.format(title=text.partition("\n")[0].lstrip("# "), body=body)


def contents(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what the zip holds, by name."""
    yield wheel.name, wheel.read_bytes()
    yield from ((name, (ROOT / name).read_bytes()) for name in LICENCES)
    yield from ((name, text.replace(WHEEL, wheel.name).encode()) for name, text in pages().items())
    yield from ((f"{GUIDE}/img/{path.name}", path.read_bytes()) for path in sorted((DOCS / "img").iterdir()))
    yield from ((name, text.encode()) for name, text in LAUNCHERS.items())
    with TemporaryDirectory() as scratch:
        for path in new_workbook(Path(scratch), "bergerac"):
            yield f"operations/exemple/{path.relative_to(scratch).as_posix()}", path.read_bytes()


def write_zip(wheel: Path, target: Path) -> None:
    """Write the zip; what opens the page may be run as it is unpacked."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as handed:
        for name, content in contents(wheel):
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            mode = 0o755 if name in LAUNCHERS else 0o644
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, mode << 16
            handed.writestr(info, content)


def main() -> None:
    """Write the zip beside the one wheel of `dist/`."""
    (wheel,) = (ROOT / "dist").glob("*.whl")
    write_zip(wheel, ROOT / "dist" / "autoconso.zip")


if __name__ == "__main__":
    main()
