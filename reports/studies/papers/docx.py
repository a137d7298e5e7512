"""The writer of editable papers: a tree as a DOCX, tagged by styles, always the same bytes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from gettext import gettext as _
from io import BytesIO
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
from reports.format.language import as_read, current
from reports.format.palette import COLOURS
from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Document,
    Fields,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    TextTable,
)

FONT = "Arial"
"""Every office suite has it, or one as wide."""
TEXT_WIDTH_MM, LABEL_WIDTH_MM = 178, 58
ROOM_TO_SIGN = 4
"""Empty lines below the words of a place to sign."""
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""Of every part of the archive: its bytes say nothing of the clock."""


def editable(document: Document) -> bytes:
    """Return the document as a DOCX; dated by its run in its properties, by nothing in its archive."""
    file = docx.Document()
    _dress(file, document)
    frame = document.frame
    _say(file.add_paragraph(style="Title"), frame.title, strong=True)
    _say(file.add_paragraph(), frame.subtitle)
    if isinstance(document.status.text, Callout):
        _set(file, document.status.text)
    for node in (block for section in document.sections for block in section.blocks):
        _set(file, node)
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
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _set(file: Made, node: Node) -> None:
    """Set a node of a paper; those that no paper holds are an error.

    Raises:
        TypeError: another node.
    """
    match node:
        case Heading():
            _lines(file, (node.text,), f"Heading {node.level}")
        case Paragraph():
            _lines(file, (node.text,), None)
        case Bullets():
            _lines(file, node.items, "List Number" if node.is_ordered else "List Bullet")
        case Boxes():
            _lines(file, [f"☐  {item}" for item in node.items], None)
        case Fields():
            _fields(file, node)
        case Callout() | PlaceToSign():
            _framed(file, node)
        case TextTable():
            _table(file, node)
        case _:
            raise TypeError(f"no paper holds a {type(node).__name__}")


def _lines(file: Made, texts: Sequence[str], style: str | None) -> None:
    for text in texts:
        _say(file.add_paragraph(style=style), text)


def _framed(file: Made, given: Callout | PlaceToSign) -> None:
    """Set what is framed: a text after its title, or a place to sign with room for a pen."""
    cell = _cells(_grid(file, TEXT_WIDTH_MM))[0]
    if isinstance(given, Callout):
        tone = {"band": "worse", "margin": "sun_text"}.get(given.look, "shared_dark")
        _say(cell.paragraphs[0], f"{given.title}{_(': ')}", strong=True, tone=tone)
        _say(cell.paragraphs[0], given.text)
    else:
        _say(cell.paragraphs[0], given.who, strong=True)
        for text in (*given.lines, *("",) * ROOM_TO_SIGN):
            _say(cell.add_paragraph(), text)
    _leave_room(file)


def _fields(file: Made, given: Fields) -> None:
    table = _grid(file, LABEL_WIDTH_MM, TEXT_WIDTH_MM - LABEL_WIDTH_MM)
    for field in given.items:
        label, value = _cells(table)
        _say(label.paragraphs[0], field.label, size=9)
        tone = "muted" if field.is_blank else "ink"
        _say(value.paragraphs[0], field.value, strong=not field.is_blank, tone=tone)
    _leave_room(file)


def _table(file: Made, given: TextTable) -> None:
    table = file.add_table(rows=0, cols=len(given.columns), style="Table Grid")
    _lighten(table)
    heads = table.add_row()
    heads._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, column in zip(heads.cells, given.columns, strict=True):
        _say(cell.paragraphs[0], column.head.replace("\n", " "), size=8.5, strong=True)
    for row in given.rows:
        for cell, column, content in zip(_cells(table), given.columns, row, strict=True):
            line = cell.paragraphs[0]
            _say(line, content.text, size=9)
            if column.align == "right":
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _leave_room(file)
    if given.note:
        _say(file.add_paragraph(), given.note, size=9)


def _lighten(table: Table) -> None:
    """Draw the lines of a table in grey."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("color", COLOURS["rule"].lstrip("#"))):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _leave_room(file: Made) -> None:
    """Part a table from what follows, which would touch it."""
    line = file.add_paragraph()
    line.paragraph_format.space_after = line.paragraph_format.space_before = Pt(0)
    line.add_run(" ").font.size = Pt(5)


def _cells(table: Table) -> tuple[_Cell, ...]:
    """Add a row."""
    cells: tuple[_Cell, ...] = table.add_row().cells
    return cells


def _grid(file: Made, *widths_mm: int) -> Table:
    table: Table = file.add_table(rows=0, cols=len(widths_mm), style="Table Grid")
    table.autofit = False
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
