"""Changes cells of a workbook that somebody keeps, and nothing else of it: formulas, colours, other sheets.

A library that reads a workbook and writes it anew drops what it does not know (charts, the values of
formulas): the few cells are changed in the parts of the file themselves.
"""

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr, unescape

from xlsxwriter.utility import xl_cell_to_rowcol

from acc.problem import InputError, Problem
from scenarios.folder.names import plain
from scenarios.folder.xlsx_tables import SERIAL_ZERO

Cells = Mapping[str, object]
"""By address (`F7`), what a cell is to hold: a number, a day, a text; an empty text empties it."""


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that no XML may hold."""


class _OtherFormError(Exception):
    """The parts of a workbook are not written in the form that is known here."""


def edited(data: bytes, sheets: Mapping[str, Cells], name: str) -> bytes:
    """Return a workbook with cells of its sheets changed; formulas are counted again when it is opened.

    Args:
        sheets: by title of the sheet.
        name: of the file, for what is wrong.

    Raises:
        InputError: a cell that is a formula, or a workbook that is written in another form.
    """
    try:
        return _edited(data, sheets, name)
    except (_OtherFormError, KeyError, UnicodeDecodeError, zipfile.BadZipFile):
        message = _(
            "its cells cannot be changed from here: open it in Excel or LibreOffice, save it, then again"
        )
        raise InputError([Problem(name, message)]) from None


def _edited(data: bytes, sheets: Mapping[str, Cells], name: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        parts = _parts(old)
        wanted = {parts[plain(title)]: (title, cells) for title, cells in sheets.items()}
        for item in old.infolist():
            content = old.read(item.filename)
            if item.filename in wanted:
                title, cells = wanted[item.filename]
                content = _with_cells(content.decode("utf-8"), cells, f"{name}, {title}").encode()
            elif item.filename == "xl/workbook.xml":
                content = _counted_again(content.decode("utf-8")).encode()
            new.writestr(item, content)
    return out.getvalue()


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each sheet, by plain title."""
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in re.findall(r"<Relationship\b[^>]*>", links)
    }
    book = archive.read("xl/workbook.xml").decode("utf-8")
    found = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        target = targets[_attribute(tag, "r:id")]
        found[plain(_attribute(tag, "name"))] = (
            target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        )
    if not found:
        raise _OtherFormError
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=(\"[^\"]*\"|'[^']*')", tag)
    if found is None:
        raise _OtherFormError
    return unescape(found[1][1:-1], {"&quot;": '"', "&apos;": "'"})


def _counted_again(book: str) -> str:
    """Return `workbook.xml` where formulas are counted again when the file is opened."""
    found = re.search(r"<calcPr\b[^>]*?(/?)>", book)
    if found is None:
        return book.replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>')
    tag = re.sub(r"\sfullCalcOnLoad=(\"[^\"]*\"|'[^']*')", "", found[0])
    return book.replace(found[0], tag.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1), 1)


def _with_cells(text: str, cells: Cells, place: str) -> str:
    if not re.search(r"<sheetData\s*/?>", text):
        raise _OtherFormError
    text = re.sub(r"<sheetData\s*/>", "<sheetData></sheetData>", text)
    problems = []
    for address, value in cells.items():
        try:
            text = _with_cell(text, address, value)
        except ValueError:
            message = _("a formula: its value is not replaced. Change it by hand")
            problems.append(Problem(f"{place}!{address}", message))
    if problems:
        raise InputError(problems)
    return text


def _with_cell(text: str, address: str, value: object) -> str:
    """Return the part with one cell changed, its style kept.

    Raises:
        ValueError: the cell is a formula.
    """
    start, end = _row_span(text, xl_cell_to_rowcol(address)[0] + 1)
    if start == end:
        row = f'<row r="{xl_cell_to_rowcol(address)[0] + 1}">{_cell(address, value, "")}</row>'
        return text[:start] + row + text[end:]
    row = text[start:end]
    if re.match(r"<row\b[^>]*/>", row):
        row = row[:-2] + "></row>"
    found = re.search(rf'<c\b[^>]*?\sr="{address}"[^>]*?(?:/>|>.*?</c>)', row, flags=re.DOTALL)
    if found and re.search(r"<f\b", found[0]):
        raise ValueError(address)
    if found:
        style = re.match(r"<c\b[^>]*?(\ss=\"\d+\")", found[0])
        row = row[: found.start()] + _cell(address, value, style[1] if style else "") + row[found.end() :]
    else:
        at = _place_in(row, address)
        row = row[:at] + _cell(address, value, "") + row[at:]
    return text[:start] + row + text[end:]


def _row_span(text: str, number: int) -> tuple[int, int]:
    """Return where a row stands in a part; an empty span where it would stand."""
    at = text.index("</sheetData>")
    for found in re.finditer(r'<row\b[^>]*?\sr="(\d+)"[^>]*?(?:/>|>.*?</row>)', text, flags=re.DOTALL):
        if int(found[1]) == number:
            return found.span()
        if int(found[1]) > number:
            return found.start(), found.start()
    return at, at


def _place_in(row: str, address: str) -> int:
    """Return where a cell that is not there stands in its row."""
    column = xl_cell_to_rowcol(address)[1]
    for found in re.finditer(r'<c\b[^>]*?\sr="([A-Z]+\d+)"', row):
        if xl_cell_to_rowcol(found[1])[1] > column:
            return found.start()
    return row.rindex("</row>")


def _cell(address: str, value: object, style: str) -> str:
    head = f"<c r={quoteattr(address)}{style}"
    if value in {None, ""}:
        return f"{head}/>"
    if isinstance(value, bool):
        return f'{head} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f"{head}><v>{(value - SERIAL_ZERO).days}</v></c>"
    if isinstance(value, int | float):
        return f"{head}><v>{value!r}</v></c>"
    text = escape(CONTROLS.sub("", str(value)))
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
