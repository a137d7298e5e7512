"""Composes a document in memory: template and data in, tagged PDF or PNG pages out, always the same bytes."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import typst
from matplotlib.figure import Figure

from reports.figures.letters import FALLBACK, FAMILY, printable
from reports.figures.style import MM_PER_INCH, font_folder, svg
from reports.format.language import current
from reports.format.palette import COLOURS
from reports.format.plain import as_read

TEMPLATES = Path(__file__).parents[1] / "templates"
DOTS_PER_MM = 6
PAGE_PPI = DOTS_PER_MM * MM_PER_INCH
"""A figure that is no whole number of dots wide and high loses a row of its letters when it is drawn."""
UNDER_MM = 1e-4
"""Taken from a whole number of dots: what is over by a rounding would count as one dot more."""
VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
SHARED_TEMPLATES = ("parts.typ", "limits.typ", "alternatives.typ")


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure ready for a template: SVG, width in mm, its words, and what stands below it."""

    svg: str
    width_mm: float
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """A template, its words and its pictures; `ran_on` (ISO date) dates the file, never the clock."""

    template: str
    words: Mapping[str, object]
    pictures: Mapping[str, Picture]
    ran_on: str


def picture(figure: Figure, alt: str, caption: str = "") -> Picture:
    """Return a figure with its words."""
    return Picture(svg(figure), float(figure.get_size_inches()[0]) * MM_PER_INCH, alt, caption)


def pdf(document: Composition) -> bytes:
    """Return the document as a tagged PDF (PDF/UA-1: a missing alternative text is an error).

    Raises:
        typst.TypstError: a template that does not compile.
    """
    # Its stubs know paths only; files in memory, by name, are accepted too.
    made: bytes = typst.compile(  # type: ignore[call-overload]
        _sources(document),
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=_timestamp(document.ran_on),
    )
    return made


def pages(document: Composition, ppi: float = PAGE_PPI) -> list[bytes]:
    """Return each page of the document as a PNG picture."""
    made = typst.compile(  # type: ignore[call-overload]
        _sources(document), font_paths=_fonts(), format="png", ppi=ppi
    )
    return [made] if isinstance(made, bytes) else list(made)


def _sources(document: Composition) -> dict[str, bytes]:
    figures = {
        name: {
            "file": f"{name}.svg",
            "alt": given.alt,
            "width": _on_dots(given.width_mm),
            "height": _on_dots(given.width_mm * _height_ratio(given.svg)),
            "caption": given.caption,
        }
        for name, given in document.pictures.items()
    }
    common = {"lang": current(), "font": [FAMILY, FALLBACK], "colours": dict(COLOURS), "figures": figures}
    data = json.dumps(_printable({**common, **document.words}), ensure_ascii=False, sort_keys=True)
    sources = {
        "main": template(document.template),
        **{name: template(name) for name in SHARED_TEMPLATES},
        "data.json": data,
    }
    sources |= {f"{name}.svg": given.svg for name, given in document.pictures.items()}
    return {name: text.encode() for name, text in sources.items()}


def _on_dots(size_mm: float) -> float:
    """Return a size as a whole number of dots.

    >>> _on_dots(62.4)
    62.3332
    """
    return round(round(size_mm * DOTS_PER_MM) / DOTS_PER_MM - UNDER_MM, 4)


def _height_ratio(drawing: str) -> float:
    """Return the height of an SVG drawing over its width."""
    found = VIEW_BOX.search(drawing)
    assert found is not None, "every drawing says its size"  # matplotlib writes it
    return float(found[2]) / float(found[1])


def _printable(given: object) -> object:
    """Return words, in lists or by name: letters that no font has as a box, settings not named."""
    if isinstance(given, str):
        return printable(as_read(given))
    if isinstance(given, Mapping):
        return {name: _printable(value) for name, value in given.items()}
    return [_printable(value) for value in given] if isinstance(given, list | tuple) else given


@lru_cache(maxsize=16)
def template(name: str) -> str:
    """Return the text of a template."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return our faces and those for the letters they lack, no other: every machine sets the same letters."""
    folder = font_folder().name
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _timestamp(ran_on: str) -> datetime:
    return datetime.fromisoformat(ran_on[:10]).replace(tzinfo=UTC)
