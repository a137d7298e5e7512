"""Changes cells of a workbook that somebody keeps, and nothing else of it: formulas, colours, other sheets.

A library that reads a workbook and writes it anew drops what it does not know (charts, the values of
formulas): the few cells are changed in the parts of the file themselves.
"""

import re
import zipfile
from collections.abc import Mapping
from datetime import date
from enum import Enum
from gettext import gettext as _
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr, unescape

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from acc.arrays import CellValue
from acc.problem import InputError, Problem, refuse
from profiles.files.open_file import read_within
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import plain
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.folder.sheets import MAX_BYTES, FilledSheet, open_sheets
from scenarios.entry.folder.xlsx_tables import SERIAL_ZERO, SETTING, VALUE, VARIANT, VARIANTS


class Removed(Enum):
    """What empties a cell even where it is a formula: its line goes."""

    CELL = 0


CLEARED = Removed.CELL
Cells = Mapping[str, CellValue | Removed]
"""By address (`F7`), what a cell is to hold: a number, a day, a text; an empty text empties it."""

BOOK, LINKS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Signs that no XML may hold."""


class _OtherFormError(Exception):
    """The parts of a workbook are not written in the form that is known here."""


def edited(data: bytes, sheets: Mapping[str, Cells], name: str) -> bytes:
    """Return a workbook with cells of its sheets changed; formulas are counted again when it is opened.

    A sheet that is not there is added at the end.

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
    with zipfile.ZipFile(BytesIO(data)) as old:
        items = {item.filename: item for item in old.infolist()}
        content = {file: old.read(file) for file in items}
    known = _sheet_parts(content)
    for title, cells in sheets.items():
        part = known.get(plain(title)) or _new_sheet(content, title)
        content[part] = _with_cells(content[part].decode("utf-8"), cells, f"{name}, {title}").encode()
    if any(value is CLEARED for cells in sheets.values() for value in cells.values()):
        # The order in which formulas are counted goes: a list that names one that is gone is damage.
        is_listed = content.pop("xl/calcChain.xml", None) is not None
        for file in (TYPES, LINKS) if is_listed else ():
            text = content[file].decode("utf-8")
            content[file] = re.sub(r"<(?:Override|Relationship)\b[^>]*calcChain[^>]*/>", "", text).encode()
    content[BOOK] = _counted_again(content[BOOK].decode("utf-8")).encode()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for file, part_content in content.items():
            new.writestr(items.get(file, file), part_content)
    return out.getvalue()


def _new_sheet(content: dict[str, bytes], title: str) -> str:
    """Add an empty sheet at the end of a workbook; return its part."""
    number = 1 + sum(file.startswith("xl/worksheets/") for file in content)
    while f"xl/worksheets/sheet{number}.xml" in content:
        number += 1
    ids = [int(_attribute(tag, "sheetId")) for tag in re.findall(r"<sheet\b[^>]*>", content[BOOK].decode())]
    added = {
        BOOK: (
            "</sheets>",
            # Some programs declare the prefix on each sheet, none on the whole.
            f'<sheet xmlns:r="{_OFFICE}/relationships" name={quoteattr(title)} sheetId="{max(ids) + 1}" '
            f'r:id="rIdNew{number}"/>',
        ),
        LINKS: (
            "</Relationships>",
            f'<Relationship Id="rIdNew{number}" Type="{_OFFICE}/relationships/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>',
        ),
        TYPES: (
            "</Types>",
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_SHEET_TYPE}"/>',
        ),
    }
    for file, (end, text) in added.items():
        content[file] = content[file].replace(end.encode(), f"{text}{end}".encode())
    part = f"xl/worksheets/sheet{number}.xml"
    content[part] = (
        f'<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="120" customWidth="1"/></cols>'
        "<sheetData></sheetData></worksheet>"
    ).encode()
    return part


def _sheet_parts(content: Mapping[str, bytes]) -> dict[str, str]:
    """Return the part that holds each sheet, by plain title."""
    links = re.findall(r"<Relationship\b[^>]*>", content[LINKS].decode("utf-8"))
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in links}
    parts = {}
    for tag in re.findall(r"<sheet\b[^>]*>", content[BOOK].decode("utf-8")):
        target = targets[_attribute(tag, "r:id")]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        parts[plain(_attribute(tag, "name"))] = part
    if not parts:
        raise _OtherFormError
    return parts


def _attribute(tag: str, name: str) -> str:
    response = re.search(rf"\s{name}=(\"[^\"]*\"|'[^']*')", tag)
    if response is None:
        raise _OtherFormError
    return unescape(response[1][1:-1], {"&quot;": '"', "&apos;": "'"})


def _counted_again(book: str) -> str:
    """Return `workbook.xml` where formulas are counted again when the file is opened."""
    response = re.search(r"<calcPr\b[^>]*?(/?)>", book)
    if response is None:
        return book.replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>')
    tag = re.sub(r"\sfullCalcOnLoad=(\"[^\"]*\"|'[^']*')", "", response[0])
    return book.replace(response[0], tag.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1), 1)


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
    refuse(problems)
    return text


def _with_cell(text: str, address: str, value: object) -> str:
    """Return the part with one cell changed, its style kept.

    Raises:
        ValueError: the cell is a formula.
    """
    number = xl_cell_to_rowcol(address)[0] + 1
    start, end = _row_span(text, number)
    if start == end:
        row = f'<row r="{number}">{_cell(address, value, "")}</row>'
        return text[:start] + row + text[end:]
    row = text[start:end]
    if re.match(r"<row\b[^>]*/>", row):
        row = row[:-2] + "></row>"
    response = re.search(rf'<c\b[^>]*?\sr="{address}"[^>]*?(?:/>|>.*?</c>)', row, flags=re.DOTALL)
    formula = re.search(r"<f\b[^>]*>", response[0]) if response else None
    # A formula that others share, or that fills several cells, does not go alone.
    if formula and (value is not CLEARED or "ref=" in formula[0]):
        raise ValueError(address)
    if response:
        style = re.match(r"<c\b[^>]*?(\ss=\"\d+\")", response[0])
        cell = _cell(address, value, style[1] if style else "")
        row = row[: response.start()] + cell + row[response.end() :]
    else:
        at = _place_in(row, address)
        row = row[:at] + _cell(address, value, "") + row[at:]
    return text[:start] + row + text[end:]


def _row_span(text: str, number: int) -> tuple[int, int]:
    """Span of a row in a part; empty, at the insertion point, when absent."""
    at = text.index("</sheetData>")
    for row in re.finditer(r'<row\b[^>]*?\sr="(\d+)"[^>]*?(?:/>|>.*?</row>)', text, flags=re.DOTALL):
        if int(row[1]) == number:
            return row.span()
        if int(row[1]) > number:
            return row.start(), row.start()
    return at, at


def _place_in(row: str, address: str) -> int:
    """Insertion point of a missing cell in its row."""
    column = xl_cell_to_rowcol(address)[1]
    for cell in re.finditer(r'<c\b[^>]*?\sr="([A-Z]+\d+)"', row):
        if xl_cell_to_rowcol(cell[1])[1] > column:
            return cell.start()
    return row.rindex("</row>")


def _cell(address: str, value: object, style: str) -> str:
    head = f"<c r={quoteattr(address)}{style}"
    if value is CLEARED or value in {None, ""}:
        return f"{head}/>"
    if isinstance(value, bool):
        return f'{head} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f"{head}><v>{(value - SERIAL_ZERO).days}</v></c>"
    if isinstance(value, int | float):
        return f"{head}><v>{value!r}</v></c>"
    text = escape(CONTROLS.sub("", str(value)))
    return f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def with_variant_lines(path: Path, name: str, changes: Mapping[str, CellValue]) -> bytes:
    """Content of a workbook with a variant below its others, and nothing else of it changed.

    Raises:
        InputError: a workbook that has no such sheet, or is not changed from here; what to write is told.
    """
    sheet = open_sheets(path).get(plain(VARIANTS))
    heads = _heads(sheet) if sheet else None
    if sheet is None or heads is None:
        raise InputError([Problem("--save", _by_hand(path.name, name, changes))])
    line = max(sheet.rows) + 1
    cells: dict[str, CellValue] = {f"{heads[VARIANT]}{line}": name}
    for number, (setting, value) in enumerate(changes.items(), start=line):
        known = sheet_settings().get(setting)
        cells[f"{heads[SETTING]}{number}"] = known.french if known else setting
        # A day as text, since its cell has no date format.
        text = toml_of(value) if isinstance(value, list | dict | tuple | date) else value
        cells[f"{heads[VALUE]}{number}"] = text
    try:
        return edited(read_within(path, MAX_BYTES), {sheet.title: cells}, path.name)
    except InputError:
        raise InputError([Problem("--save", _by_hand(path.name, name, changes))]) from None


def _heads(sheet: FilledSheet) -> dict[str, str] | None:
    """Return the letter of each column of the sheet, None without its header."""
    names = {plain(title): title for title in (VARIANT, SETTING, VALUE)}
    for cells in sheet.rows.values():
        heads = {names[p]: xl_col_to_name(c.column - 1) for c in cells if (p := plain(str(c.value))) in names}
        if len(heads) == len(names):
            return heads
    return None


def _by_hand(book: str, name: str, changes: Mapping[str, object]) -> str:
    """Instructions to edit by hand a workbook that is not written here."""
    message = _("write it in {book}, sheet {sheet}: {lines}")
    lines = "; ".join(f"{name} | {path} | {value}" for path, value in changes.items())
    return message.format(book=book, sheet=VARIANTS, lines=lines)
