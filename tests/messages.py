"""Brings the French catalogue up to date: extracts the messages, keeps their translations, compiles.

Run by `make messages`. Options: `--check` writes nothing and fails when the catalogue is not up to
date; other arguments are .po files whose translations are taken in.
"""

import io
import re
import sys
import tomllib
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "reports" / "locale" / "fr" / "LC_MESSAGES" / "acc.po"
WORDS = ROOT / "reports" / "format" / "words.toml"
SENTENCES = [WORDS.with_name("texts.toml"), *sorted((ROOT / "reports" / "studies").glob("*/texts.toml"))]
SETTING = re.compile(r"(?<![`\w./\-{=\[\"'])([a-z]+(?:_[a-z0-9]+)+)(?![`\w}=\"'])")
"""The name of a setting in a sentence."""
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")


def sources() -> list[Path]:
    """Return every module whose messages people read."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return [*files, ROOT / "cli.py"]


def templates() -> list[Path]:
    """Return the templates whose texts are theirs alone."""
    return [
        path for place in ("reports", "web") for path in sorted((ROOT / place / "templates").rglob("*.html"))
    ]


def click_sources() -> list[Path]:
    """Return the modules of click that speak to people; its texts go through the same catalogue."""
    spec = find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    names = ("core", "exceptions", "formatting", "decorators", "types", "parser")
    return [Path(spec.origin).parent / f"{name}.py" for name in names]


def extracted() -> Catalog:
    """Return every message of the code, without translation."""
    catalogue = Catalog(locale="fr", project="autoconso", charset="utf-8", fuzzy=False)
    # Click may be installed below the project's folder (.venv): where a text comes from is told by the list.
    places = {path: path.relative_to(ROOT).as_posix() for path in sources()}
    places |= {path: f"click/{path.name}" for path in click_sources()}
    for path, where in places.items():
        for _line, text, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            if text and text != ("", ""):
                catalogue.add(text, locations=[(where, 0)])
    for path in templates():
        for _line, text, _comments, _context in extract_from_file("jinja2", path, keywords=KEYWORDS):
            catalogue.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for path in SENTENCES:
        for text in tomllib.loads(path.read_text(encoding="utf-8")).values():
            message = text if isinstance(text, str) else tuple(text)
            catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    for table in tomllib.loads(WORDS.read_text(encoding="utf-8")).values():
        for words in filter(None, table.values()):
            catalogue.add(words, locations=[(WORDS.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def translated(catalogue: Catalog, *known: Catalog) -> Catalog:
    """Fill `catalogue` with the translations of `known`, the last one that has a text wins."""
    for message in catalogue:
        for source in known:
            found = source.get(message.id) if message.id else None
            if found is None or not found.string or not any(found.string):
                continue
            if isinstance(found.string, tuple) == isinstance(message.id, tuple):
                message.string = found.string
    return catalogue


def missing(catalogue: Catalog) -> list[str]:
    """Return the messages of our own code that have no translation."""
    return [
        str(m.id)
        for m in catalogue
        if m.id
        and not (m.string and all(m.string if isinstance(m.string, tuple) else [m.string]))
        and not all(place.startswith("click/") for place, _line in m.locations)
    ]


def read(path: Path) -> Catalog:
    """Return a .po file."""
    with path.open("rb") as file:
        return read_po(file, locale="fr", charset="utf-8")


def typeset(text: str) -> str:
    """Return a French text as it is printed: its spaces, its apostrophes, settings between backquotes.

    >>> typeset("l'aide : `acc run` ; annual_kwh ?").replace(chr(160), "_")
    'l’aide_: `acc run`_; `annual_kwh`_?'
    """
    parts = re.split(r"(`[^`]*`)", text)
    parts[::2] = [_in_words(part, whole=text) for part in parts[::2]]
    return "".join(parts)


def _in_words(text: str, *, whole: str) -> str:
    text = re.sub(r"\u0020([;:?!»])(?![\w/-])", r"\u00a0\1".replace("\\u00a0", "\u00a0"), text)
    text = text.replace("« ", "«\u00a0")
    text = re.sub(r"(\d|\})\u0020(%|€|kWh|MWh|kWc|kVA|kW|km|k€|min)(?!\w)", "\\1\u00a0\\2", text)
    text = re.sub(r"(?<=[A-Za-zéÉà])'(?=[A-Za-zéÉêàœ«{])", "’", text)
    # A name of a cell is one word, a formula has its own letters.
    return SETTING.sub(r"`\1`", text) if " " in whole and "|" not in whole else text


def as_po(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue: sorted, without dates or lines, so that merges stay small."""
    for message in catalogue:
        if message.id and isinstance(message.string, str):
            message.string = typeset(message.string)
        elif message.id and message.string:
            message.string = tuple(typeset(text) for text in message.string)
    out = io.BytesIO()
    write_po(
        out, catalogue, sort_output=True, omit_header=False, no_location=True, width=110, ignore_obsolete=True
    )
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')
    return "".join(line for line in lines if not line.startswith((*dated, "#"))).lstrip().encode()


def as_mo(po: bytes) -> bytes:
    """Return the compiled form of a .po text; it bears no date of its own: the same text, the same bytes."""
    catalogue = read_po(io.BytesIO(po), locale="fr")
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def texts(mo: bytes) -> list[tuple[object, object]]:
    """Return what a compiled catalogue says: its header names the version of Babel, which changes nothing."""
    return [(message.id, message.string) for message in read_mo(io.BytesIO(mo)) if message.id]


def french_texts() -> dict[Path, str]:
    """Return the French texts that are files, as they are printed."""
    paths = sorted((ROOT / "reports").glob("**/texts/fr/*.md"))
    return {path: "\n".join(map(typeset, path.read_text(encoding="utf-8").split("\n"))) for path in paths}


def main(arguments: list[str]) -> int:
    """Update or check the catalogue; return the exit status."""
    check = "--check" in arguments
    known = [read(CATALOGUE)] if CATALOGUE.exists() else []
    known += [read(Path(name)) for name in arguments if not name.startswith("--")]
    catalogue = translated(extracted(), *known)
    po = as_po(catalogue)
    compiled = CATALOGUE.with_suffix(".mo")
    for text in missing(catalogue):
        print(f"to translate: {text!r}")
    files = french_texts()
    if check:
        if any(path.read_text(encoding="utf-8") != text for path, text in files.items()):
            return 1
        return int(CATALOGUE.read_bytes() != po or texts(compiled.read_bytes()) != texts(as_mo(po)))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_bytes(po)
    compiled.write_bytes(as_mo(po))
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
