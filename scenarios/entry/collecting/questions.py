"""What a form asks, and of whom: columns of each table, those that are missing, what values mean; members."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.arrays import CellValue
from acc.household_privacy import HOMES
from acc.i18n import N_, grouped
from acc.problem import Problem, refuse
from acc.sites import Kind
from scenarios.entry.columns.bill_columns import FIVE_SLOTS, MONTHS, TWO_SLOTS
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, days, ranked
from scenarios.entry.columns.names import (
    CHANGES,
    PARTICIPANTS,
    PARTIES,
    PERSONS,
    PLANTS,
    french_word,
    number_and_unit,
    plain,
    plain_number,
    word_of,
)
from scenarios.entry.columns.schema import digits, truth, written_day
from scenarios.entry.columns.toml_text import section_values
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import change_ids

SLOT_PRICE = re.compile(r"supply_\w+_eur_per_mwh")
"""A price of the supplier in some hours: who has told those need not tell one for all."""

PLACE = ("commune", "latitude", "longitude")
SLOTS = tuple(f"{name}_kwh" for name in (*FIVE_SLOTS, *TWO_SLOTS))
MONTHLY = tuple(f"{name}_kwh" for name in MONTHS)

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    file: ranked(file, "form") for file in (PERSONS, PARTICIPANTS, PLANTS, CHANGES, PARTIES)
}
"""Columns that a member can answer. What names somebody else (`behind`, `owner`) is never among them."""

AT_HOME = "counted_below_ten"
"""The column that only a home answers: it agrees to be counted in a group smaller than ten."""

ESTIMATES: Mapping[tuple[str, str], str] = {
    (PARTICIPANTS, "annual_kwh"): N_("kWh of a bill"),
    (PARTICIPANTS, "curve"): N_("measured curve (a profile stands for it)"),
    (PARTICIPANTS, "prm"): N_("PRM"),
    (PARTICIPANTS, "kva"): N_("subscribed power"),
    (PARTICIPANTS, "turpe"): N_("version of the TURPE"),
    (PARTICIPANTS, "supply_eur_per_mwh"): N_("price of the supplier"),
    (PARTICIPANTS, "latitude"): N_("position (the middle of the commune, or nothing)"),
    (PLANTS, "kwp"): N_("power of a plant"),
    (PLANTS, "surface_tilt"): N_("slope of a roof"),
    (PLANTS, "surface_azimuth"): N_("orientation of a roof"),
    (PLANTS, "latitude"): N_("position of a plant"),
    (PLANTS, "capex_eur"): N_("investment of a plant"),
}
"""What the answers still rest on a guess for, by table and column, in the order in which it is told."""


@dataclass(frozen=True, slots=True)
class KeyedRow(Row):
    """A line of a table whose first column is not its own: what the form calls it; line 0 where it is new."""

    key: str = ""


def key_of(row: Row) -> str:
    """Key of a row in a form."""
    return row.key if isinstance(row, KeyedRow) else str(row.cells.get("id", ""))


def questions_for_rows(file: str, rows: Sequence[Row]) -> list[str]:
    """Return the columns that the part of these rows asks: what concerns homes, where there is one."""
    at_home = any(_is_home(row) or AT_HOME in row.cells for row in rows)
    return [column for column in QUESTIONS[file] if column != AT_HOME or at_home]


def _is_home(row: Row) -> bool:
    return word_of("kind", str(row.cells.get("kind", ""))) in HOMES


def missing(file: str, row: Row) -> set[str]:
    """Return the columns that would help and hold nothing: those that a form shows in yellow.

    >>> sorted(missing(PLANTS, Row("t.csv", 2, {"name": "Toit", "kwp": "99", "curve": "toit.csv"})))
    ['capex_eur', 'commune', 'kind', 'latitude', 'longitude']
    """
    has = set(row.cells)
    if file == CHANGES:
        return set()
    if file == PERSONS:
        return {"name", "kind", "vat"} - has
    if file == PARTIES:
        return {"legal_name", "siret", "address", "signatory", "signs_as", "contact"} - has
    wanted = {"name", "kind"}
    wanted |= set() if "latitude" in has else set(PLACE)
    if file == PLANTS:
        wanted |= {"kwp", "capex_eur"}
        wanted |= set() if "curve" in has or "planes" in has else {"surface_tilt", "surface_azimuth"}
        wanted -= {"commune"} if "insee" in has else set()
        return wanted - has
    wanted |= {"prm", "kva", "turpe", "supply_eur_per_mwh", "publish"}
    wanted |= {AT_HOME} if _is_home(row) else set()
    wanted |= set() if "curve" in has else {"profile"}
    wanted |= set() if has & {"curve", *SLOTS, *MONTHLY} else {"annual_kwh"}
    wanted -= {"supply_eur_per_mwh"} if any(SLOT_PRICE.fullmatch(name) for name in has) else set()
    wanted -= {"commune"} if "insee" in has else set()
    return wanted - has


def estimated(file: str, row: Row) -> set[str]:
    """Return the columns of `ESTIMATES` that a row says nothing of."""
    lacks = missing(file, row)
    if file == PARTICIPANTS and "curve" not in row.cells:
        lacks |= {"curve"}
    return {column for table, column in ESTIMATES if table == file and column in lacks}


def known_load(row: Row) -> str:
    """Source of the consumption of a site, in words that fit a form, without file names.

    >>> known_load(Row("t.csv", 2, {"jan_kwh": "1 200", "feb_kwh": "800,5"}))
    '2 months of 12, 2,000 kWh: its postes would help'
    """
    if "curve" in row.cells:
        return _("measured curve: thank you")
    if slots := _kwh_of(row, SLOTS):
        return _("bill by poste, {kwh} kWh").format(kwh=grouped(sum(slots)))
    if months := _kwh_of(row, MONTHLY):
        text = _("{count} months of 12, {kwh} kWh: its postes would help")
        return text.format(count=len(months), kwh=grouped(sum(months)))
    if "annual_kwh" in row.cells:
        return _("bill of a year: its postes would help")
    if "quantity" in row.cells:
        return _("nothing but its size, {size}: a bill would tell").format(size=_size(row))
    return _("nothing yet")


def _kwh_of(row: Row, names: Iterable[str]) -> list[float]:
    """Return the figures of a bill that a row holds, those that can be read."""
    known = (meaning(PARTICIPANTS, name, row.cells[name]) for name in names if name in row.cells)
    return [value for value in known if isinstance(value, float)]


def _size(row: Row) -> str:
    unit = str(row.cells.get("quantity_unit", ""))
    return f"{row.cells['quantity']} {french_word('quantity_unit', word_of('quantity_unit', unit) or unit)}"


def tidy(column: str, value: CellValue) -> CellValue:
    """Return a cell as the tables write it: a day of the calendar, a PRM without its spaces.

    >>> tidy("supply_until", "31/12/2027"), tidy("prm", "30 000 000 000 001"), tidy("name", "École")
    ('2027-12-31', '30000000000001', 'École')
    """
    if value == "" or column not in {"prm", *days()}:
        return value
    return digits(value) if column == "prm" else str(written_day(value))


def meaning(file: str, column: str, value: object) -> object:
    """Normalised value of a cell: two spellings of one meaning are the same answer.

    >>> meaning(PARTICIPANTS, "annual_kwh", "62 000,50") == meaning(PARTICIPANTS, "annual_kwh", 62000.5)
    True
    >>> meaning(PLANTS, "kind", "Toiture"), meaning(PARTICIPANTS, "supply_until", "31/12/2027")
    ('roof', '2027-12-31')
    """
    text = re.sub(r"\s+", " ", str(value)).strip()
    known = columns(file).get(column)
    if known is None:
        return text
    if known.is_truth:
        return truth(text)
    if known.type in {"prm", "insee"}:
        return digits(text)
    if known.is_day:
        return str(written_day(text))
    if name := known.list_name:
        return word_of(name, text) or text
    return _number(text) if known.is_number else text


def _number(text: str) -> float | str:
    number, unit = number_and_unit(text)
    try:
        return text if unit else float(plain_number(number))
    except ValueError:
        return text


NEW_CHANGES = 2
"""Columns of a form where a member tells what will change."""


@dataclass(frozen=True, slots=True)
class FormMember:
    """One member: its rows, by table; that of the person only where the folder has persons.

    Its party has a row, on line 0 where the folder has none yet; homes told together are no party.
    """

    id: str
    name: str
    rows: Mapping[str, tuple[Row, ...]]

    @property
    def is_home(self) -> bool:
        """Whether it is a household: it has no SIRET, and signs for itself."""
        kinds = {word_of("kind", _cell(row, "kind")) for row in self.rows[PARTICIPANTS]}
        return kinds == {Kind.HOUSEHOLD}

    @property
    def places(self) -> dict[str, str]:
        """What its sites and plants are called, by id."""
        own = (*self.rows[PARTICIPANTS], *self.rows[PLANTS])
        return {_id(row): _cell(row, "name") or _id(row) for row in own}

    @property
    def cells(self) -> Iterable[tuple[str, Row]]:
        """Every row of the member, beside its table."""
        return ((file, row) for file, rows in self.rows.items() for row in rows)


def members_in(source: RawFolder) -> tuple[FormMember, ...]:
    """Return the members of a folder, in the order in which persons, sites and plants name them.

    Raises:
        InputError: a line without its id, or an id that stands twice: nobody knows whose answer is whose.
    """
    persons = source.persons or ()
    _check_ids(source, persons)
    of_site = {_id(row): _cell(row, "person") or _id(row) for row in source.participants}
    named = {plain(_cell(row, "name")): _id(row) for row in persons if _cell(row, "name")}
    owners = [_holder(row, of_site, named) for row in source.plants]
    ids = dict.fromkeys((*map(_id, persons), *of_site.values(), *owners))
    members = []
    for id_ in ids:
        rows = {
            PERSONS: tuple(row for row in persons if _id(row) == id_),
            PARTICIPANTS: tuple(row for row in source.participants if of_site[_id(row)] == id_),
            PLANTS: tuple(row for row, owner in zip(source.plants, owners, strict=True) if owner == id_),
        }
        if any(rows.values()):
            more = {CHANGES: _changes(source, id_, rows), PARTIES: _parties(source, id_, rows)}
            members.append(FormMember(id_, _name(id_, rows), rows | more))
    return tuple(members)


def operation_name(source: RawFolder) -> str:
    """Name of the operation of a folder; empty where it says none."""
    return str(section_values(source.sections.get("operation")).get("name", ""))


def keyed_changes(source: RawFolder) -> tuple[KeyedRow, ...]:
    """Return the lines of what will change, each with its key."""
    return tuple(
        KeyedRow(row.file, row.line, row.cells, row.heads, row.letters, key)
        for row, key in zip(source.changes, change_ids(source.changes), strict=True)
    )


def _changes(source: RawFolder, id_: str, rows: Mapping[str, tuple[Row, ...]]) -> tuple[KeyedRow, ...]:
    """Changes at the sites and plants of a member, then lines for those it alone knows."""
    own = {_id(row) for row in (*rows[PARTICIPANTS], *rows[PLANTS])}
    if not own:
        return ()
    place, name = source.table(CHANGES), "-".join(plain(id_).split())
    new = (KeyedRow(place, 0, {}, key=f"{name}-nouveau-{n}") for n in range(1, NEW_CHANGES + 1))
    return (*(row for row in keyed_changes(source) if _id(row) in own), *new)


def _parties(source: RawFolder, id_: str, rows: Mapping[str, tuple[Row, ...]]) -> tuple[Row, ...]:
    """Party rows of a member, then of its sites and plants with a row of their own."""
    kinds = {word_of("kind", _cell(row, "kind")) for row in rows[PARTICIPANTS]}
    if kinds == {Kind.HOUSEHOLD_GROUP}:
        return ()
    ids = {_id(row) for row in (*rows[PARTICIPANTS], *rows[PLANTS])} - {id_}
    parties = source.tables[PARTIES]
    own = [row for row in parties if _id(row) == id_] or [Row(source.table(PARTIES), 0, {"id": id_})]
    return (*own, *(row for row in parties if _id(row) in ids))


def _holder(row: Row, of_site: Mapping[str, str], named: Mapping[str, str]) -> str:
    """Holder of a plant: see `acc.accounts.ledger.holders`."""
    producer = _cell(row, "person") or _cell(row, "owner") or _cell(row, "behind") or _id(row)
    return of_site.get(producer) or named.get(plain(producer)) or producer


def _name(id_: str, rows: Mapping[str, tuple[Row, ...]]) -> str:
    own = [row for table in rows.values() for row in table if _id(row) == id_]
    return next((name for row in own if (name := _cell(row, "name"))), id_)


def _check_ids(source: RawFolder, persons: Iterable[Row]) -> None:
    problems = []
    for rows in (persons, source.participants, source.plants, source.tables[PARTIES]):
        seen: dict[str, Row] = {}
        for row in rows:
            id_ = _id(row)
            if not id_:
                problems.append(Problem(row.path("id"), _("missing: a value is expected here")))
            elif id_ in seen:
                message = _("the same id as in line {line}: each has its own")
                problems.append(Problem(row.path("id"), message.format(line=seen[id_].line)))
            seen.setdefault(id_, row)
    refuse(problems)


def _id(row: Row) -> str:
    return _cell(row, "id")


def _cell(row: Row, column: str) -> str:
    return str(row.cells.get(column, "")).strip()
