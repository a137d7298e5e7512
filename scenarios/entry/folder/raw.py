"""Reads an operation folder as it is written, before anything is understood: text, places, variants."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.arrays import CellValue
from acc.i18n import typed
from acc.problem import Collecting, InputError, Problem, refuse
from scenarios.entry.columns.csv_tables import Row, read_table, read_text
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import (
    CHANGES,
    OPTIONAL_TABLES,
    PARTIES,
    QUOTES,
    SIGNATURES,
    TABLES,
    word_of,
)
from scenarios.entry.columns.rows import called_by_id
from scenarios.entry.columns.toml_text import (
    MAX_TOML_BYTES,
    parse_toml,
    sections_text,
    toml_line,
    variants_of,
)
from scenarios.entry.folder.headers import named_rows
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.sheets import aside_notes
from scenarios.entry.folder.xlsx_tables import TABLE_SHEETS, WORKBOOK, WorkbookContent, read_workbook

OPERATION, PARTICIPANTS, PLANTS = "operation.toml", "participants.csv", "plants.csv"
PERSONS = "persons.csv"
COMPARE = "compare"
FILE_FOLDERS = ("curves", "cles")
"""Folders of the files that an operation names."""

OTHER_SECTIONS = ("keys", "variants", "sweep", "size", "worth", COMPARE, "flexible", "accepted")
"""Sections that are lists or tables of their own, or not read into the scenario itself."""

BOOKS = {".xlsx", ".xls", ".ods", ".xlsm"}
"""Ends of the names of workbooks; one alone is read, under its name."""

OF_A_VARIANT = ("name", "kept_on", "present", "note")
"""Keys of `[[variants]]` that change nothing: what it is called, and how it came to be."""


READY_MADE: Mapping[str, Mapping[str, bool]] = {"reforme-heures-creuses": {"prices.off_peak_reform": True}}
"""Variants that every folder has without writing them: a variant of the same name takes their place."""


@dataclass(frozen=True, slots=True)
class RawFolder:
    """The raw content of a folder.

    Attributes:
        sections: `operation.toml` as parsed.
        toml_text: its text, to find the line of a key.
        participants, plants: rows with their places.
        origins: by dotted path (`prices.surplus`), where it was set, other than in its section.
        persons, parties: those of `persons.csv` and `parties.csv`, None where the folder has none.
        quotes, changes, signatures: those of `quotes.csv`, `changes.csv` and `signatures.csv`, none where the
            folder has none.
        converted: what was read in another unit, in sentences.
        book: the workbook that holds all of it, empty where the folder is of text files.
        mask: moves the data of who did not agree, where others read what is computed; None for the keeper.
    """

    folder: Path
    sections: Mapping[str, CellValue]
    toml_text: str
    participants: tuple[Row, ...]
    plants: tuple[Row, ...]
    persons: tuple[Row, ...] | None = None
    origins: Mapping[str, str] = field(default_factory=dict)
    converted: tuple[str, ...] = ()
    book: str = ""
    parties: tuple[Row, ...] | None = None
    quotes: tuple[Row, ...] = ()
    changes: tuple[Row, ...] = ()
    signatures: tuple[Row, ...] = ()
    mask: Mask | None = None

    @property
    def tables(self) -> dict[str, tuple[Row, ...]]:
        """The rows of every table, none of one that the folder does not have."""
        optional = (self.persons or (), self.parties or (), self.quotes, self.changes, self.signatures)
        return dict(zip(TABLES, (self.participants, self.plants, *optional), strict=True))

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the variants, in the order of the file."""
        return tuple(str(v.get("name", "")) for v in variants_of(self.sections))

    @property
    def known_variants(self) -> tuple[str, ...]:
        """The same, then those that exist without being written."""
        return (*self.variants, *(name for name in READY_MADE if name not in self.variants))

    def table(self, file: str) -> str:
        """Name of a table for messages: its file, or its sheet."""
        return f"{self.book}, {TABLE_SHEETS[file]}" if self.book else file

    def place(self, section: str, key: str = "", rank: int = 0) -> str:
        """Place of a key in the TOML file, its line or its section's, or where it was set."""
        ranked = self.origins.get(f"{section}.{rank}.{key}") if rank else None
        elsewhere = ranked or self.origins.get(f"{section}.{key}") or self.origins.get(section)
        if elsewhere:
            return elsewhere
        if self.book:
            named = sheet_settings().get(f"{section}.{key}")
            words = f"{named.group}, {named.french}" if named else f"[{section}] {key}"
            return f"{self.book}, {words}".rstrip()
        line = toml_line(self.toml_text, section, key, rank) or toml_line(self.toml_text, section, "", rank)
        where = _("{file}, line {line}").format(file=OPERATION, line=line) if line else OPERATION
        return f"{where}, [{section}] {key}".rstrip()


def read_source(folder: Path) -> RawFolder:
    """Return the raw content of an operation folder.

    Raises:
        InputError: every file that is missing or cannot be parsed.
    """
    if not folder.is_dir():
        message = _("not a folder. `acc new {folder}` makes one to start from").format(folder=typed(folder))
        if folder.is_file():
            message = _("a file: give the folder that holds it, {folder}").format(folder=typed(folder.parent))
        raise InputError([Problem(str(folder), message)])
    if (folder / WORKBOOK).exists():
        return _read_book(folder)
    if not (folder / OPERATION).exists() and (other := _other_book(folder)):
        raise InputError([other])
    problems: list[Problem] = []
    text, content = "", WorkbookContent()
    with Collecting(problems):
        text = read_text(folder / OPERATION, MAX_TOML_BYTES)
        content.sections = parse_toml(text, OPERATION)
    aside = {name: list[Row]() for name in TABLES if name not in OPTIONAL_TABLES or (folder / name).exists()}
    tables = {name: partial(read_table, folder / name, rows) for name, rows in aside.items()}
    return _folder(RawFolder(folder, {}, text, (), ()), content, tables, aside, problems)


def _folder(
    empty: RawFolder,
    content: WorkbookContent,
    tables: Mapping[str, Callable[[], Sequence[Row]]],
    aside: Mapping[str, Sequence[Row]],
    problems: Sequence[Problem] = (),
) -> RawFolder:
    """Return a folder with its sections and tables, columns, keys and sites called by their ids.

    Args:
        tables: what reads the rows of each.
        aside: lines of each that are put aside.
        problems: what could not be read so far.
    """
    named: dict[str, tuple[Row, ...]] = {}
    faults, converted = [*problems], [*content.said]
    for name, read in tables.items():
        with Collecting(faults):
            named[name], notes = named_rows(name, read())
            converted += (*notes, *aside_notes(name, name, aside.get(name, ())))
    refuse(faults)
    rows = called_by_id(named)
    return replace(
        empty,
        sections=_with_key_ids(content.sections),
        participants=rows[PARTICIPANTS],
        plants=rows[PLANTS],
        persons=rows.get(PERSONS),
        origins=content.origins,
        converted=tuple(converted),
        parties=rows.get(PARTIES),
        quotes=rows.get(QUOTES, ()),
        changes=rows.get(CHANGES, ()),
        signatures=rows.get(SIGNATURES, ()),
    )


def _other_book(folder: Path) -> Problem | None:
    """Problem of a workbook with another name or format than the one expected."""
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in BOOKS and p.name[0] not in "~.")
    if not names:
        return None
    message = _("not read under this name: save it as {book}")
    if not names[0].lower().endswith(".xlsx"):
        message = _("not read in this form: save it in Excel or LibreOffice as {book}")
    return Problem(names[0], message.format(book=WORKBOOK))


def inputs_of(folder: Path) -> tuple[str, ...]:
    """Return the files that hold an operation, optional tables left out: a workbook, or text files."""
    return (WORKBOOK,) if (folder / WORKBOOK).exists() else (OPERATION, PARTICIPANTS, PLANTS)


def _read_book(folder: Path) -> RawFolder:
    """Return the content of a folder that is a workbook, alone."""
    names = [name for name in (OPERATION, *TABLES) if (folder / name).exists()]
    if names:
        message = _("stands beside {files}: which is right? Keep one, take the other out of the folder")
        raise InputError([Problem(WORKBOOK, message.format(files=", ".join(names)))])
    book = read_workbook(folder / WORKBOOK)
    tables = {name: partial(tuple, rows) for name, rows in book.tables.items()}
    source = _folder(RawFolder(folder, {}, "", (), (), book=WORKBOOK), book, tables, {})
    return replace(source, toml_text=sections_text(source.sections))


def _with_key_ids(sections: dict[str, CellValue]) -> dict[str, CellValue]:
    """Return the sections, keys written by their French titles called by their ids."""
    key, keys = sections.get("key"), sections.get("keys")
    if isinstance(key, dict) and isinstance(key.get("name"), str):
        sections["key"] = key | {"name": word_of("key", key["name"]) or key["name"]}
    if isinstance(keys, dict):
        sections["keys"] = {word_of("key", name) or name: own for name, own in keys.items()}
    return sections
