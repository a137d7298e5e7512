"""Folders of which every line holds one slip, as text files and as a workbook.

The slips are made by rule from the table of input columns: for each column, each kind of slip of its type.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.entry.columns.input_columns import InputColumn, columns, sheet_settings
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PARTIES,
    PERSONS,
    PLANTS,
    QUOTES,
    SIGNATURES,
    TABLES,
)
from scenarios.entry.columns.toml_text import sections_text
from tests.scenarios.folder.workbooks import book_of, saved

SOUND: Mapping[str, Mapping[str, str]] = {
    PARTICIPANTS: {"kind": "commune", "profile": "mairie", "annual_kwh": "62000"},
    PLANTS: {"kwp": "90", "latitude": "44,84", "longitude": "0,49"},
    PERSONS: {"kind": "commune"},
    PARTIES: {},
    QUOTES: {"kwp": "90"},
    CHANGES: {"what": "scale", "since": "2028", "ratio": "0,8"},
    SIGNATURES: {"paper": "deliberation", "who": "mairie"},
}
"""By table, the cells beside the id and the name that a line needs."""

OF: Mapping[str, str] = {QUOTES: PLANTS, PARTIES: PARTICIPANTS, CHANGES: PARTICIPANTS}
"""Of which table the id of a line is."""

SETTINGS: Mapping[str, object] = {
    "operation.name": "Essai",
    "operation.start": "2026-01-01",
    "operation.end": "2027-01-01",
    "operation.step_minutes": 60,
    "key.name": "prorata",
}

BETWEEN: Sequence[tuple[str, Mapping[str, str], str]] = (
    (PARTICIPANTS, {"profile": ""}, "curve"),
    (PARTICIPANTS, {"annual_kwh": ""}, "annual_kwh"),
    (PARTICIPANTS, {"annual_kwh": "", "quantity": "900", "quantity_unit": "zorglub"}, "quantity_unit"),
    (PARTICIPANTS, {"annual_kwh": "", "hp_kwh": "4000"}, "annual_kwh"),
    (PARTICIPANTS, {"hp_kwh": "4000", "hc_kwh": "2000", "hph_kwh": "900"}, "hp_kwh"),
    (PARTICIPANTS, {"hp_kwh": "40000", "hc_kwh": "2000"}, "annual_kwh"),
    (PARTICIPANTS, {"bill_start": "01/01/2025"}, "bill_end"),
    (PARTICIPANTS, {"bill_start": "01/01/2025", "bill_end": "31/12/2024"}, "bill_end"),
    (PARTICIPANTS, {"bill_start": "01/01/2025", "bill_end": "31/03/2025"}, "bill_end"),
    (PARTICIPANTS, {"off_peak": "22:00-06:00", "off_peak_winter": "22:00-06:00"}, "off_peak"),
    (PARTICIPANTS, {"off_peak_winter": "22:00-06:00"}, "off_peak_summer"),
    (PARTICIPANTS, {"off_peak": "dès 22"}, "off_peak"),
    (PARTICIPANTS, {"latitude": "44,84"}, "latitude"),
    (PARTICIPANTS, {"kva": "36/"}, "kva"),
    (PLANTS, {"commissioned_on": "01/05/2027", "commissioned_year": "2026"}, "commissioned_on"),
    (PLANTS, {"horizon_deg": "1 deux 3"}, "horizon_deg"),
)
"""Cells that contradict each other, or lack each other: the table, the cells, the column that is told."""


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line with one slip: its table, the column that is to be told, its cells."""

    file: str
    column: str
    cells: Mapping[str, str]

    @property
    def id(self) -> str:
        return self.cells["id"]


def wrong_lines() -> list[WrongLine]:
    """Return every slip of every column but the ids, then those between cells."""
    asked = [
        (column.table, {column.id: text}, column.id)
        for file in TABLES
        for column in columns(file).values()
        if column.id not in {"id", "quantity_unit"}
        for text in slips_of(column)
    ]
    made = []
    for number, (file, cells, column) in enumerate((*asked, *BETWEEN), start=101):
        # A quote, a party, a change are of a plant, of a site that are there.
        id_ = f"{OF.get(file, file)[:3]}{number}"
        name = {"name": f"Nom {id_}"} if "name" in columns(file) else {}
        filled = {"id": id_, **name, **SOUND[file], **cells}
        made.append(WrongLine(file, column, {name: text for name, text in filled.items() if text}))
    return made


def slips_of(column: InputColumn) -> Iterator[str]:
    """Yield what the type of a column, or of a setting, refuses."""
    if column.is_number and column.type != "minutes":
        yield from ("super", "62 chevaux")
        for sign, bound in column.bounds.items():
            assert isinstance(bound, int | float)
            yield {"gt": f"{bound}", "ge": f"{bound - 1}"}.get(sign, f"{abs(bound) * 10 + 1:.0f}")
    if column.type in {"amount", "whole"} and column.id not in {"kwp", "life_years"}:
        yield "62.125"
    if column.type in {"list", "module", "minutes"} or column.is_truth:
        yield "zorglub"
    if column.is_day:
        yield from ("bientôt", "31/12/9999")
    if column.type in {"prm", "siret", "insee"}:
        yield "123A"
    if column.points_to:
        yield from ("inconnu-au-bataillon", "M. Dupont !")
    if column.type in {"name", "text"} and column.bounds.get("le"):
        yield "x" * 500


def tables_of(lines: Sequence[WrongLine]) -> dict[str, list[Mapping[str, str]]]:
    """Return the tables of the lines, with the sound ones that quotes and parties are of."""
    tables: dict[str, list[Mapping[str, str]]] = {file: [] for file in TABLES}
    for line in lines:
        tables[line.file].append(line.cells)
        if file := OF.get(line.file):
            tables[file].append({"id": line.id, **SOUND[file]})
    for file in (PARTICIPANTS, PLANTS):
        tables[file] = tables[file] or [{"id": "seul", **SOUND[file]}]
    return {file: rows for file, rows in tables.items() if rows}


def as_texts(folder: Path, lines: Sequence[WrongLine], settings: Mapping[str, object] = SETTINGS) -> Path:
    """Write a folder of text files."""
    (folder / "curves").mkdir(parents=True)
    sections: dict[str, dict[str, object]] = {}
    for path, value in settings.items():
        sections.setdefault(path.partition(".")[0], {})[path.partition(".")[2]] = value
    (folder / "operation.toml").write_text(sections_text(sections), encoding="utf-8")
    for file, rows in tables_of(lines).items():
        heads = list(dict.fromkeys(head for row in rows for head in row))
        texts = [heads, *([row.get(head, "") for head in heads] for row in rows)]
        (folder / file).write_text("\n".join(map(";".join, texts)), encoding="utf-8")
    return folder


def as_book(folder: Path, lines: Sequence[WrongLine], settings: Mapping[str, object] = SETTINGS) -> Path:
    """Write a folder that is a workbook, in French; figures that Excel would not take for such are texts."""
    tables = {
        file: [{columns(file)[name].header: text for name, text in row.items()} for row in rows]
        for file, rows in tables_of(lines).items()
    }
    known = sheet_settings()
    named = [(known[path].french, value) for path, value in settings.items()]
    return saved(book_of(tables, settings=named), folder)


def wrong_settings() -> list[dict[str, str]]:
    """Return settings that are wrong all at once, each with its first slip, its second one..."""
    slips = {path: list(slips_of(setting)) for path, setting in sheet_settings().items()}
    most = max(map(len, slips.values()))
    return [{path: texts[rank] for path, texts in slips.items() if rank < len(texts)} for rank in range(most)]
