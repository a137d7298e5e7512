"""What is wrong to the eye on the pages of a PDF, and in its figures: read from boxes, not from a picture."""

import re
from collections.abc import Callable, Iterator, Sequence
from ctypes import create_string_buffer
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from defusedxml.ElementTree import fromstring

from reports.figures.axes import POINTS_PER_INCH, width_mm
from reports.figures.drawn import Illustrated, Picture
from reports.figures.style import MM_PER_INCH
from reports.paper.typeset import pdf

PT_PER_MM = POINTS_PER_INCH / MM_PER_INCH
MARGIN_MM, TOP_MM, BOTTOM_MM = 16.0, 21.0, 17.0
"""Of the page, see `reports/templates/parts.typ`."""
LEAST_FILL = 1.0 / 3.0
MOST_EMPTY_MM = 25.0
"""Between what stands on a page: blocks are at most 16 mm apart, a figure may have a white edge."""
SLACK_PT = 1.5
"""What a letter may lean over an edge: the side of an italic, the point of a marker."""
TOUCH_PT, TOUCH_PART = 0.7, 0.1
"""Two words overlap where their ink meets by more than this, both ways, and in part of the smaller."""
CAPTION_PT, HEAD_PT, HEADING_PT = 8.6, 8.3, 10.8
SAME_PT = 0.06
HELD_PT = 3.0
"""Room above and below a word that belongs to its line."""


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that stand together: their ink in points from the lower left corner, the size of the first."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page as boxes: its words, what is drawn (bottom and top), rows of the table it starts amid."""

    words: tuple[Word, ...]
    drawn: tuple[tuple[float, float], ...]
    width: float
    height: float
    opens_with_rows: int

    @property
    def body(self) -> list[Word]:
        """The words between header and footer, in reading order."""
        low, high = BOTTOM_MM * PT_PER_MM, self.height - TOP_MM * PT_PER_MM
        return [word for word in self.words if low - SLACK_PT < (word.bottom + word.top) / 2.0 < high]


def faults(document: Illustrated) -> list[str]:
    """Return what is wrong on the pages of a document, and in its figures; empty where all is well."""
    found = [f"{name}: {fault}" for name, made in document.pictures.items() for fault in figure_faults(made)]
    for number, page in enumerate(read(pdf(document)), start=1):
        found += [f"page {number}: {fault}" for fault in page_faults(page)]
    return found


def page_faults(page: Page) -> Iterator[str]:
    """Yield what is wrong on one page."""
    for first, second in overlaps(page.words):
        yield f"“{first.text}” over “{second.text}”"
    yield from (f"“{word.text}” leaves the page" for word in page.words if _outside(word, page))
    filled = fill(page)
    if filled < LEAST_FILL:
        yield f"{filled:.0%} full"
    hole = emptiest(page)
    if hole > MOST_EMPTY_MM * PT_PER_MM:
        yield f"a hole of {hole / PT_PER_MM:.0f} mm amid it"
    yield from _order(page)


def _order(page: Page) -> Iterator[str]:
    """Yield what stands apart from what it belongs to."""
    body = page.body
    if not body:
        yield "empty"
        return
    first, last = body[0], body[-1]
    if abs(first.size - CAPTION_PT) < SAME_PT:
        yield f"a caption alone opens it: “{first.text}”"
    if last.size > HEADING_PT - SAME_PT and last.bottom < (BOTTOM_MM + 8.0) * PT_PER_MM:
        yield f"a heading alone closes it: “{last.text}”"
    if page.opens_with_rows:
        if abs(first.size - HEAD_PT) > SAME_PT:
            yield f"a table goes on without its head: “{first.text}”"
        if page.opens_with_rows == 1:
            yield f"one row alone of a table: “{first.text}”"


def _outside(word: Word, page: Page) -> bool:
    edge = MARGIN_MM * PT_PER_MM - SLACK_PT
    return word.left < edge or word.right > page.width - edge or word.bottom < 0.0 or word.top > page.height


def overlaps(words: Sequence[Word]) -> list[tuple[Word, Word]]:
    """Return the pairs of words whose ink meets."""
    if not words:
        return []
    box = np.array([(word.left, word.bottom, word.right, word.top) for word in words])
    wide = np.minimum(box[:, None, 2], box[None, :, 2]) - np.maximum(box[:, None, 0], box[None, :, 0])
    high = np.minimum(box[:, None, 3], box[None, :, 3]) - np.maximum(box[:, None, 1], box[None, :, 1])
    area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    smaller = np.minimum(area[:, None], area[None, :])
    meet = (wide > TOUCH_PT) & (high > TOUCH_PT) & (wide * high > TOUCH_PART * smaller)
    return [(words[i], words[j]) for i, j in zip(*np.nonzero(np.triu(meet, 1)), strict=True)]


def emptiest(page: Page) -> float:
    """Return the height of the largest room, in points, that has something above and below it."""
    spans = _spans(page)
    reached, largest = spans[0][1] if spans else 0.0, 0.0
    for bottom, top in spans:
        largest, reached = max(largest, bottom - reached), max(reached, top)
    return largest


def _spans(page: Page) -> list[tuple[float, float]]:
    """Return where something stands, from the lowest: bottoms and tops."""
    spans = [(word.bottom - HELD_PT, word.top + HELD_PT) for word in page.body]
    return sorted([*spans, *((bottom, top) for bottom, top in page.drawn if top - bottom > 1.0)])


def fill(page: Page) -> float:
    """Return the part of the height of the text where something stands."""
    low, high = BOTTOM_MM * PT_PER_MM, page.height - TOP_MM * PT_PER_MM
    reached, total = low, 0.0
    for bottom, top in _spans(page):
        start, end = max(bottom, reached), min(top, high)
        if end > start:
            total += end - start
            reached = end
    return total / (high - low)


def read(data: bytes) -> list[Page]:
    """Return the pages of a PDF as boxes."""
    with pdfium.PdfDocument(data) as opened:
        made = []
        for page in opened:
            width, height = page.get_size()
            text = page.get_textpage()
            made.append(
                Page(tuple(_words(text)), tuple(_drawn(page, height)), width, height, _rows_first(page))
            )
            text.close()
            page.close()
        return made


def _words(text: pdfium.PdfTextPage) -> Iterator[Word]:
    kept: list[tuple[str, tuple[float, float, float, float]]] = []
    size = 0.0
    for index in range(text.count_chars()):
        letter = chr(raw.FPDFText_GetUnicode(text, index))
        if not letter.strip() or raw.FPDFText_IsGenerated(text, index) == 1:
            yield from _word(kept, size)
            kept = []
            continue
        box = text.get_charbox(index)
        if kept and not _same_line(kept[-1][1], box):
            yield from _word(kept, size)
            kept = []
        if not kept:
            size = float(raw.FPDFText_GetFontSize(text, index))
        kept.append((letter, box))
    yield from _word(kept, size)


def _same_line(before: tuple[float, float, float, float], now: tuple[float, float, float, float]) -> bool:
    if before == now:  # the letters of a ligature
        return True
    high = max(before[3] - before[1], now[3] - now[1], 4.0)
    return -0.5 * high < now[0] - before[2] < 0.5 * high and abs(now[1] - before[1]) < high


def _word(kept: Sequence[tuple[str, tuple[float, float, float, float]]], size: float) -> Iterator[Word]:
    if kept:
        left, bottom, right, top = zip(*(box for _letter, box in kept), strict=True)
        text = "".join(letter for letter, _box in kept)
        yield Word(text, min(left), min(bottom), max(right), max(top), size)


def _drawn(page: pdfium.PdfPage, height: float) -> Iterator[tuple[float, float]]:
    for one in page.get_objects(max_depth=1):
        if one.type != raw.FPDF_PAGEOBJ_TEXT:
            _left, bottom, _right, top = one.get_bounds()
            if top - bottom < 0.95 * height:
                yield bottom, top


def _rows_first(page: pdfium.PdfPage) -> int:
    """Return how many rows of a table the page holds where it starts amid one; zero elsewhere."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    try:
        node = _child(tree, raw.FPDF_StructTree_CountChildren, raw.FPDF_StructTree_GetChildAtIndex)
        while node and _type(node) in {"Document", "Sect", "Div", "Part"}:
            node = _child(node, raw.FPDF_StructElement_CountChildren, raw.FPDF_StructElement_GetChildAtIndex)
        return _count_rows(node) if node and _type(node) == "Table" else 0
    finally:
        raw.FPDF_StructTree_Close(tree)


def _child(node: Any, count: Callable[[Any], int], get: Callable[[Any, int], Any]) -> Any:
    return get(node, 0) if count(node) > 0 else None


def _type(node: Any) -> str:
    size = raw.FPDF_StructElement_GetType(node, None, 0)
    held = create_string_buffer(size)
    raw.FPDF_StructElement_GetType(node, held, size)
    return held.raw.decode("utf-16-le").rstrip("\0")


def _count_rows(node: Any) -> int:
    total = 0
    for index in range(raw.FPDF_StructElement_CountChildren(node)):
        below = raw.FPDF_StructElement_GetChildAtIndex(node, index)
        if below:
            total += 1 if _type(below) == "TR" else _count_rows(below)
    return total


LEAN_PT = 0.8
"""What a letter may lean over the edge of a figure."""
SIZE, MOVED = re.compile(r"font-size: ([\d.]+)px"), re.compile(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)")
BEFORE = {"end": 1.0, "middle": 0.5}
"""How much of a text stands at the left of its place."""


def figure_faults(made: Picture) -> Iterator[str]:
    """Yield the words of a figure that its edges cut: what lies outside is not printed."""
    whole = fromstring(made.svg)
    _left, _top, width, height = (float(number) for number in whole.attrib["viewBox"].split())
    for one in whole.iter():
        if not one.tag.endswith("}text"):
            continue
        text = "".join(one.itertext())
        if "…" in text:
            yield f"“{text}” is cut"
        if not _inside(one, width, height):
            yield f"“{text}” leaves the figure"


def _inside(one: Element, width: float, height: float) -> bool:
    style = one.attrib["style"]
    found, moved = SIZE.search(style), MOVED.search(one.attrib.get("transform", ""))
    assert found, style
    size = float(found.group(1))
    x, y = (float(one.attrib.get("x", 0.0)), float(one.attrib.get("y", 0.0)))
    if moved:
        x, y = x + float(moved.group(1)), y + float(moved.group(2))
    wide = width_mm("".join(one.itertext()), size, "font-weight" in style) * PT_PER_MM
    left = x - wide * next((part for side, part in BEFORE.items() if f"text-anchor: {side}" in style), 0.0)
    across = left > -LEAN_PT and left + wide < width + LEAN_PT
    return across and y - 0.7 * size > -LEAN_PT and y < height + LEAN_PT
