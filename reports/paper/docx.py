"""The writer of editable documents: a tree as a DOCX, tagged by styles, always the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from gettext import gettext as _
from io import BytesIO
from typing import TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Made
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as Line

from profiles.files.letters import stripped
from reports.figures.drawn import Illustrated, Picture
from reports.format.language import as_read, current
from reports.format.palette import COLOURS
from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Document,
    Fields,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    Terms,
    TextCell,
    TextTable,
    Tiles,
)

FONT = "Arial"
"""Every office suite has it, or one as wide."""
TEXT_WIDTH_MM, LABEL_WIDTH_MM = 178, 58
ROOM_TO_SIGN = 4
"""Empty lines below the words of a place to sign."""
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""Of every part of the archive: its bytes say nothing of the clock."""


def editable(drawn: Illustrated, drawings: Mapping[str, bytes]) -> bytes:
    """Return the document as a DOCX; dated by its run in its properties, by nothing in its archive.

    Args:
        drawings: the pictures as PNG, which an office suite takes, by name.
    """
    file, document = docx.Document(), drawn.document
    _dress(file, document)
    writer = _Writer(drawn.pictures, drawings)
    frame, status = document.frame, document.status
    _say(file.add_paragraph(style="Title"), frame.title, strong=True)
    _say(file.add_paragraph(), frame.subtitle)
    if isinstance(status.text, Callout) or document.look != "paper":
        writer.set(file, status.text, TEXT_WIDTH_MM)
    for place, section in enumerate(document.sections):
        if place:
            file.add_page_break()
        for node in section.blocks:
            writer.set(file, node, TEXT_WIDTH_MM)
    out = BytesIO()
    file.save(out)
    return _undated(out.getvalue())


def _undated(archive: bytes) -> bytes:
    """Return an archive whose parts bear one date, in the order of their names."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as read, ZipFile(out, "w", ZIP_DEFLATED) as write:
        for name in sorted(read.namelist(), key=lambda entry: (entry != "[Content_Types].xml", entry)):
            part = ZipInfo(name, ZIP_DAY)
            part.compress_type = ZIP_DEFLATED
            write.writestr(part, read.read(name))
    return out.getvalue()


def _dress(file: Made, document: Document) -> None:
    """Set page, language, fonts, heads and feet, and the properties of the file."""
    page = file.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(16)
    page.top_margin, page.bottom_margin = Mm(21), Mm(17)
    sizes = {"Normal": 10, "Title": 17, "Heading 1": 15, "Heading 2": 12, "Heading 3": 10.5}
    for name, size in sizes.items():
        style = file.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = _colour("ink" if name in {"Normal", "Title"} else "shared_dark")
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for face in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(face), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), {"fr": "fr-FR"}.get(current(), "en-GB"))
    file.styles["Normal"].element.get_or_add_rPr().append(language)
    frame = document.frame
    _say(page.header.paragraphs[0], f"{frame.kind} · {frame.label}", size=8)
    foot = page.footer.paragraphs[0]
    _say(foot, f"{frame.footer} · ", size=8)
    _number_pages(foot)
    day = datetime.fromisoformat(document.ran_on[:10]).replace(tzinfo=UTC)
    core = file.core_properties
    core.title, core.subject, core.language = _read(frame.title), _read(frame.subtitle), current()
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = day
    core.revision = 1


def _number_pages(foot: Line) -> None:
    run = foot.add_run()
    run.font.size = Pt(8)
    for name, kind, text in (("fldChar", "begin", ""), ("instrText", "", "PAGE"), ("fldChar", "end", "")):
        part = OxmlElement(f"w:{name}")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)


Where: TypeAlias = Made | _Cell
"""What nodes are set in: the file, or a cell of what stands side by side."""

SIZES = {"lead": 12.0, "more": 10.0, "sure": 9.0, "note": 8.5, "chances": 8.5, "missing": 8.5}
"""Letters of each voice of a paragraph, in points; those of the text otherwise."""

TONES = {"worse": "worse", "sun_text": "sun_text", "muted": "muted"}


@dataclass(frozen=True, slots=True)
class _Writer:
    """What sets nodes, with the pictures of the figures by name."""

    pictures: Mapping[str, Picture]
    drawings: Mapping[str, bytes]

    def set(self, where: Where, node: Node, width_mm: float) -> None:
        """Set a node as wide as there is room."""
        match node:
            case Group():
                self._group(where, node, width_mm)
            case Figure():
                self._figure(where, node, width_mm)
            case TextTable():
                _table(where, node, width_mm)
            case Tiles():
                _tiles(where, node, width_mm)
            case Callout() | PlaceToSign():
                _framed(where, node, width_mm)
            case Fields():
                _fields(where, node)
            case _:
                _texts(where, node)

    def _figure(self, where: Where, given: Figure, width_mm: float) -> None:
        """Set the picture of a figure, with what it shows for who does not see it."""
        line, data = where.add_paragraph(), BytesIO(self.drawings[given.name])
        wide_mm = min(self.pictures[given.name].width_mm, width_mm)
        shape = line.add_run().add_picture(data, width=Mm(wide_mm))
        shape._inline.docPr.set("descr", _read(given.alt))
        if given.caption:
            line.paragraph_format.keep_with_next = True
            _say(where.add_paragraph(), given.caption, size=8.5)

    def _group(self, where: Where, given: Group, width_mm: float) -> None:
        if given.across == 1 or isinstance(where, _Cell):
            for child in given.children:
                self.set(where, child, width_mm)
            return
        cell_mm = width_mm / given.across
        table = _grid(where, *(cell_mm,) * given.across, lines=False)
        for first in range(0, len(given.children), given.across):
            children = given.children[first : first + given.across]
            for cell, child in zip(_cells(table), children, strict=False):
                self.set(cell, child, cell_mm - CELL_MM)
                _trim(cell)
        _leave_room(where)


def _trim(cell: _Cell) -> None:
    """Take the empty line away with which a cell begins, where something else follows."""
    first = cell.paragraphs[0]
    if not first.text and len(cell.paragraphs) > 1:
        first._p.getparent().remove(first._p)


def _texts(where: Where, node: Heading | Paragraph | Bullets | Boxes | Terms) -> None:
    match node:
        case Heading():
            _lines(where, (node.text,), f"Heading {node.level}")
        case Paragraph():
            size, tone = SIZES.get(node.voice), TONES.get(node.tone or "", "")
            _say(where.add_paragraph(), node.text, size=size, strong=node.voice == "lead", tone=tone)
        case Bullets():
            _lines(where, node.items, "List Number" if node.is_ordered else "List Bullet")
        case Boxes():
            _lines(where, [f"☐  {item}" for item in node.items], None)
        case Terms():
            for word, text in node.items:
                line = where.add_paragraph()
                _say(line, f"{word}{_(': ')}", strong=True)
                _say(line, text)


def _lines(where: Where, texts: Sequence[str], style: str | None) -> None:
    for text in texts:
        _say(where.add_paragraph(style=style), text)


def _framed(where: Where, given: Callout | PlaceToSign, width_mm: float) -> None:
    """Set what is framed: a text after its title, or a place to sign with room for a pen."""
    cell = _cells(_grid(where, width_mm))[0]
    first = cell.paragraphs[0]
    if isinstance(given, Callout):
        tone = {"band": "worse", "margin": "sun_text"}.get(given.look, "shared_dark")
        if given.title:
            _say(first, f"{given.title}{_(': ')}", strong=True, tone=tone)
        _say(first, given.text)
        _lines(cell, given.lines, None)
        if given.strong:
            _say(cell.add_paragraph(), given.strong, strong=True)
    else:
        _say(first, given.who, strong=True)
        _lines(cell, (*given.lines, *("",) * ROOM_TO_SIGN), None)
    _leave_room(where)


def _fields(where: Where, given: Fields) -> None:
    table = _grid(where, LABEL_WIDTH_MM, TEXT_WIDTH_MM - LABEL_WIDTH_MM)
    for field in given.items:
        label, value = _cells(table)
        _say(label.paragraphs[0], field.label, size=9)
        tone = "muted" if field.is_blank else "ink"
        _say(value.paragraphs[0], field.value, strong=not field.is_blank, tone=tone)
    _leave_room(where)


def _tiles(where: Where, given: Tiles, width_mm: float) -> None:
    if not given.boxes:
        return
    cells = _cells(_grid(where, *(width_mm / len(given.boxes),) * len(given.boxes)))
    for cell, box in zip(cells, given.boxes, strict=True):
        line = cell.paragraphs[0]
        _say(line, box.number, size=15, strong=True, tone=TONES.get(box.tone or "", "shared_dark"))
        _say(line, f" {box.unit}", size=9)
        for text in filter(None, (box.words, box.note)):
            _say(cell.add_paragraph(), text, size=8.5)
    _leave_room(where)


def _table(where: Where, given: TextTable, width_mm: float) -> None:
    if given.title:
        _lines(where, (given.title,), f"Heading {given.level}")
    table, size = _grid(where, *_widths_mm(given, width_mm)), 9.0 if len(given.columns) <= FEW else 7.5
    heads = tuple(TextCell(column.head.replace("\n", " "), "strong") for column in given.columns)
    for place, row in enumerate((heads, *given.rows, *filter(None, [given.total]))):
        is_total = place > len(given.rows)
        for cell, column, content in zip(_cells(table), given.columns, row, strict=True):
            line = cell.paragraphs[0]
            _say(line, content.text, size=size, strong=is_total or content.look == "strong")
            if content.note:
                _say(line, f" {content.note}", size=size - 1)
            if column.align == "right":
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            # The heads stay with the first rows.
            line.paragraph_format.keep_with_next = place < KEPT_ROWS
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _leave_room(where)
    if given.note:
        _say(where.add_paragraph(), given.note, size=8.5)


FEW, KEPT_ROWS, CELL_MM, LETTER_MM = 7, 3, 5.0, 1.9
"""Columns from which letters get smaller, rows that stay together, mm of the sides of a cell, of a letter."""


def _widths_mm(given: TextTable, width_mm: float) -> list[float]:
    """Return the widths of columns: what their longest word takes, then more of it for longer texts."""
    rows = [row for row in (*given.rows, given.total) if row]
    texts = [[column.head, *(row[n].text for row in rows)] for n, column in enumerate(given.columns)]
    least = [
        CELL_MM + LETTER_MM * max(len(word) for text in some for word in text.replace("\n", " ").split(" "))
        for some in texts
    ]
    more = [min(40, max(map(len, some))) + 1 for some in texts]
    left_mm = width_mm - sum(least)
    if left_mm < 0.0:
        return [width_mm * word_mm / sum(least) for word_mm in least]
    return [word_mm + left_mm * extra / sum(more) for word_mm, extra in zip(least, more, strict=True)]


def _lighten(table: Table) -> None:
    """Draw the lines of a table in grey."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", COLOURS["rule"].lstrip("#"))):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _leave_room(where: Where) -> None:
    """Part a table from what follows, which would touch it."""
    line = where.add_paragraph()
    line.paragraph_format.space_after = line.paragraph_format.space_before = Pt(0)
    line.add_run(" ").font.size = Pt(5)


def _cells(table: Table) -> tuple[_Cell, ...]:
    """Add a row."""
    cells: tuple[_Cell, ...] = table.add_row().cells
    return cells


def _grid(where: Where, *widths_mm: float, lines: bool = True) -> Table:
    """Return a table without rows; `lines`: whether its cells are framed."""
    table: Table = where.add_table(rows=0, cols=len(widths_mm))
    table.autofit = False
    if lines:
        table.style = "Table Grid"
        _lighten(table)
    for column, width_mm in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width_mm)
    return table


def _say(line: Line, text: str, *, size: float | None = None, strong: bool = False, tone: str = "") -> None:
    run = line.add_run(_read(text))
    run.bold = strong or None
    if size is not None:
        run.font.size = Pt(size)
    if tone:
        run.font.color.rgb = _colour(tone)


def _read(text: str) -> str:
    """Return a text as it is read, in letters that XML takes."""
    return stripped(as_read(text))


def _colour(name: str) -> RGBColor:
    return RGBColor.from_string(COLOURS[name].lstrip("#").upper())
