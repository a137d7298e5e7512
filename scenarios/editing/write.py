"""Writes cells, lines and settings of a folder: one place changed, all the rest left as it was typed."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from profiles.text.delimited import separator_of, split_lines, text_lines
from scenarios.editing.tables import column_id, raw_rows
from scenarios.editing.versions import keep_version
from scenarios.folder.atomic_write import write_whole
from scenarios.folder.csv_tables import Row, read_text
from scenarios.folder.headers import named_rows
from scenarios.folder.names import columns
from scenarios.folder.raw import OPERATION, PARTICIPANTS, PERSONS, PLANTS, RawFolder, read_source, toml_line
from scenarios.folder.setting_names import setting_names
from scenarios.folder.toml_faults import parse_toml
from scenarios.folder.toml_text import toml_of
from scenarios.folder.xlsx_tables import WORKBOOK, setting_value
from scenarios.workbook.write import workbook_bytes

BOM = "\ufeff"
ONE_LINE = re.compile(r"(\s*[\w\"]+\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^#\r]*?)(\s*#.*)?(\r?)$")
"""A key of a TOML file: what stands before its value, the value, the remark, the end of the line."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed in a cell; line 0 is a new line, an empty text empties the cell."""

    file: str
    line: int
    column: str
    text: str


def write_cells(folder: Path, typed: Sequence[Typed], now: datetime) -> None:
    """Write cells, what stood before kept as a version.

    Raises:
        InputError: a line or a column that is not there, a file that cannot be read or written.
    """
    files = list(dict.fromkeys(one.file for one in typed))
    for one in typed:
        if one.file not in {PARTICIPANTS, PLANTS, PERSONS} or one.column not in columns(one.file):
            raise InputError([Problem(one.file, _("no column {name}").format(name=one.column))])
    if (folder / WORKBOOK).exists():
        rows = {file: _typed_rows(file, found, typed) for file, found in raw_rows(folder).items()}
        _write_book(folder, _with_rows(read_source(folder), rows), now)
        return
    texts = {file: _typed_text(folder / file, [one for one in typed if one.file == file]) for file in files}
    keep_version(folder, files, now)
    for file, text in texts.items():
        write_whole(folder / file, text)


def remove_line(folder: Path, file: str, line: int, now: datetime) -> None:
    """Take a line of a table away.

    Raises:
        InputError: no such line.
    """
    if line not in {row.line for row in raw_rows(folder).get(file, ())}:
        raise InputError([Problem(file, _no_line(line))])
    if (folder / WORKBOOK).exists():
        rows = {
            name: [row for row in found if (name, row.line) != (file, line)]
            for name, found in raw_rows(folder).items()
        }
        _write_book(folder, _with_rows(read_source(folder), rows), now)
        return
    text, end = _text_and_end(folder / file)
    lines = text_lines(text)
    del lines[line - 1]
    keep_version(folder, [file], now)
    write_whole(folder / file, BOM + end.join(lines))


def write_setting(folder: Path, path: str, typed: str, now: datetime) -> None:
    """Write a setting of `operation.toml`, or of the workbook; an empty text takes it away.

    Raises:
        InputError: a file that cannot be read or written.
    """
    if path not in setting_names():
        raise InputError([Problem(path, _("no setting of this name"))])
    section, _dot, key = path.partition(".")
    value = setting_value(path, typed.strip())
    source = read_source(folder)
    if source.book:
        own = {name: old for name, old in source.sections.get(section, {}).items() if name != key}
        changed = {**source.sections, section: own | ({key: value} if typed.strip() else {})}
        _write_book(folder, replace(source, sections=changed), now)
        return
    text = _with_key(source.toml_text, section, key, toml_of(value) if typed.strip() else None)
    parse_toml(text, OPERATION)
    keep_version(folder, [OPERATION], now)
    write_whole(folder / OPERATION, text)


def accept(folder: Path, where: str, value: object, why: str, now: datetime) -> None:
    """Say that an oddity is meant: a section `[[accepted]]`.

    Raises:
        InputError: a file that cannot be read or written.
    """
    source = read_source(folder)
    one = {"where": where, "value": value, "why": why}
    if source.book:
        kept = {**source.sections, "accepted": [*source.sections.get("accepted", []), one]}
        _write_book(folder, replace(source, sections=kept), now)
        return
    lines = [f"{name} = {toml_of(said)}" for name, said in one.items()]
    text = "\n".join([source.toml_text.rstrip(), "", "[[accepted]]", *lines, ""])
    parse_toml(text, OPERATION)
    keep_version(folder, [OPERATION], now)
    write_whole(folder / OPERATION, text)


def _no_line(line: int) -> str:
    return _("no line {line}: the table has changed, load it again").format(line=line)


def _write_book(folder: Path, source: RawFolder, now: datetime) -> None:
    content = workbook_bytes(source)
    keep_version(folder, [WORKBOOK], now)
    write_whole(folder / WORKBOOK, content)


def _with_rows(source: RawFolder, rows: dict[str, list[Row]]) -> RawFolder:
    named = {file: named_rows(file, found)[0] for file, found in rows.items()}
    persons = named.get(PERSONS)
    return replace(source, participants=named[PARTICIPANTS], plants=named[PLANTS], persons=persons or None)


def _typed_rows(file: str, rows: Sequence[Row], typed: Sequence[Typed]) -> list[Row]:
    """Return the rows of a table of the workbook with what was typed."""
    found = {row.line: row for row in rows}
    heads = {column_id(file, name): name for row in rows for name in row.cells}
    last = max(found, default=4)
    for one in typed:
        if one.file != file:
            continue
        line = one.line or last + 1
        if one.line and one.line not in found:
            raise InputError([Problem(file, _no_line(one.line))])
        row = found.get(line) or Row(file, line, {})
        written = heads.setdefault(one.column, one.column)
        cells = {name: value for name, value in row.cells.items() if name != written}
        found[line] = replace(row, cells=cells | ({written: one.text} if one.text else {}))
    return [row for row in found.values() if row.cells]


def _text_and_end(path: Path) -> tuple[str, str]:
    text = read_text(path)
    return text, "\r\n" if "\r\n" in text else "\n"


def _typed_text(path: Path, typed: Sequence[Typed]) -> str:
    """Return a table with what was typed; every other line stays as it is, letter by letter."""
    text, end = _text_and_end(path) if path.exists() else ("id\n", "\n")
    lines = text_lines(text)
    top = next(n for n, line in enumerate(lines) if line.strip(" ;,\t") and not line.lstrip().startswith("#"))
    separator = separator_of(lines[top])
    header = [name.strip() for name in split_lines([lines[top]], separator)[0]]
    ids = [column_id(path.name, name) for name in header]
    new = 0
    for one in typed:
        if one.column not in ids:
            ids.append(one.column)
            lines[top] = _joined([*header, one.column], separator)
            header.append(one.column)
        if not one.line and not new:
            new = len(lines) + 1 if lines[-1].strip() else len(lines)
            lines[new - 1 :] = ["", ""]
        line = one.line or new
        if not top < line - 1 < len(lines) or (one.line and not lines[line - 1].strip(" ;,\t")):
            raise InputError([Problem(path.name, _no_line(line))])
        cells = split_lines([lines[line - 1]], separator)[0] if lines[line - 1] else []
        cells += [""] * (len(ids) - len(cells))
        cells[ids.index(one.column)] = one.text
        lines[line - 1] = _joined(cells, separator)
    return BOM + end.join(lines)


def _joined(cells: Sequence[str], separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="").writerow([" ".join(c.split()) for c in cells])
    return out.getvalue()


def _with_key(text: str, section: str, key: str, value: str | None) -> str:
    """Return a TOML text with a key of a section on a line of its own; its remark stays."""
    lines = text.split("\n")
    number = toml_line(text, section, key)
    if number is not None:
        old = re.match(
            r"(\s*[\w\"]+\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^#\r]*?)(\s*#.*)?(\r?)$", lines[number - 1]
        )
        if old is None or old[2].startswith(("[", "{")):
            raise InputError(
                [Problem(f"{section}.{key}", _("written over several lines: change it by hand"))]
            )
        if value is None:
            del lines[number - 1]
        else:
            lines[number - 1] = f"{old[1]}{value}{old[3] or ''}{old[4]}"
        return "\n".join(lines)
    if value is None:
        return text
    head = toml_line(text, section)
    if head is None:
        return "\n".join([text.rstrip(), "", f"[{section}]", f"{key} = {value}", ""])
    lines.insert(head, f"{key} = {value}")
    return "\n".join(lines)
