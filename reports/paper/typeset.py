"""Composes a document in memory: tree and pictures in, tagged PDF or PNG pages out, always the same bytes."""

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from functools import lru_cache
from gettext import gettext as _

import typst

from reports.figures.drawn import Illustrated, Picture
from reports.figures.style import FALLBACK, FAMILY, MM_PER_INCH, font_folder, printable
from reports.files import template
from reports.format.language import as_read, current
from reports.format.palette import COLOURS

DOTS_PER_MM = 6
PAGE_PPI = DOTS_PER_MM * MM_PER_INCH
"""A figure that is no whole number of dots wide and high loses a row of its letters when it is drawn."""
UNDER_MM = 1e-4
"""Taken from a whole number of dots: what is over by a rounding would count as one dot more."""
DRAWN_SIZE = re.compile(r'width="([\d.]+)pt" height="([\d.]+)pt" viewBox="[^"]+"')
LOOKS = ("parts.typ", "limits.typ", "comparison.typ", "papers.typ")
"""Templates that `nodes.typ` imports."""


def pdf(drawn: Illustrated) -> bytes:
    """Return the document as a tagged PDF (PDF/UA-1: a missing alternative text is an error).

    Raises:
        typst.TypstError: a template that does not compile.
    """
    # Its stubs know paths only; files in memory, by name, are accepted too.
    pdf_bytes: bytes = typst.compile(  # type: ignore[call-overload]
        _sources(drawn),
        font_paths=_fonts(),
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=datetime.fromisoformat(drawn.document.ran_on[:10]).replace(tzinfo=UTC),
    )
    return pdf_bytes


def pages(drawn: Illustrated, ppi: float = PAGE_PPI) -> list[bytes]:
    """Return each page of the document as a PNG picture."""
    pictures = typst.compile(  # type: ignore[call-overload]
        _sources(drawn), font_paths=_fonts(), format="png", ppi=ppi
    )
    return [pictures] if isinstance(pictures, bytes) else list(pictures)


def page_files(drawn: Illustrated, stem: str, formats: Collection[str]) -> dict[str, bytes]:
    """Document by file name: "pdf", "docx" (one file), "png" (one a page)."""
    files = {f"{stem}.pdf": pdf(drawn)} if "pdf" in formats else {}
    if "png" in formats:
        files |= {f"{stem}-page-{n}.png": page for n, page in enumerate(pages(drawn), start=1)}
    if "docx" in formats:
        from reports.paper.docx import editable  # noqa: PLC0415 - python-docx only where written

        drawings = {name: figure_png(given) for name, given in drawn.pictures.items()}
        files[f"{stem}.docx"] = editable(drawn, drawings)
    return files


def figure_png(picture: Picture, ppi: float = PAGE_PPI) -> bytes:
    """Return one drawing as a PNG, for a writer that takes no SVG."""
    page = (
        f'#set page(width: {picture.width_mm}mm, height: auto, margin: 0pt)\n#image("drawn.svg", width: 100%)'
    )
    sources = {"main": page.encode(), "drawn.svg": picture.svg.encode()}
    png: bytes = typst.compile(sources, font_paths=_fonts(), format="png", ppi=ppi)  # type: ignore[call-overload]
    return png


def _sources(drawn: Illustrated) -> dict[str, bytes]:
    placed = {name: _placed(given) for name, given in drawn.pictures.items()}
    figures = {
        name: {"file": f"{name}.svg", "width": width_mm, "height": height_mm}
        for name, (_svg, width_mm, height_mm) in placed.items()
    }
    common = {"lang": current(), "font": [FAMILY, FALLBACK], "colours": dict(COLOURS), "figures": figures}
    data = {**common, "colon": _(": "), **_node(drawn.document)}
    sources = {
        "main": template("nodes.typ"),
        **{name: template(name) for name in LOOKS},
        "data.json": json.dumps(data, ensure_ascii=False, sort_keys=True),
    }
    sources |= {f"{name}.svg": svg for name, (svg, *_size) in placed.items()}
    return {name: text.encode() for name, text in sources.items()}


def _placed(picture: Picture) -> tuple[str, float, float]:
    """Return a drawing that takes a whole number of dots, its width and its height, in mm.

    Typst draws it as wide as is asked, and as high as its own ratio says, each taken up to a whole dot: the
    drawing itself must have the ratio of its dots, for as many rows to be drawn as are shown.
    """
    match = DRAWN_SIZE.search(picture.svg)
    assert match is not None, "every drawing says its size"  # matplotlib writes it
    width_pt = float(match[1])
    width_mm = _on_dots(picture.width_mm)
    height_mm = _on_dots(picture.width_mm * float(match[2]) / width_pt)
    height_pt = width_pt * (height_mm - UNDER_MM) / (width_mm + UNDER_MM)
    size = f'width="{width_pt}pt" height="{height_pt:.6f}pt" viewBox="0 0 {width_pt} {height_pt:.6f}"'
    return picture.svg.replace(match[0], size, 1), width_mm, round(height_mm - 3.0 * UNDER_MM, 4)


def _on_dots(size_mm: float) -> float:
    """Return a size as a whole number of dots.

    >>> _on_dots(62.4)
    62.3332
    """
    return round(round(size_mm * DOTS_PER_MM) / DOTS_PER_MM - UNDER_MM, 4)


def _node(given: object) -> dict[str, object]:
    """Return a node as JSON takes it, under the name of its class."""
    kind = type(given)
    fields = {name: _printable(getattr(given, name)) for name in kind.__dict__["__slots__"]}
    return {"node": kind.__name__.lower(), **fields}


def _printable(given: object) -> object:
    """Printable content of a node: letters without a font as a box, settings not named."""
    if isinstance(given, str):
        return printable(as_read(given))
    if isinstance(given, tuple):
        return [_printable(value) for value in given]
    return given if given is None or isinstance(given, bool | int | float) else _node(given)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Return our faces and those for the letters they lack, no other: every machine sets the same letters."""
    folder = font_folder().name
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
