"""What a form asks: which columns of each table, which of them are missing, what each value means."""

import re
from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.household_privacy import HOMES
from acc.i18n import N_
from scenarios.entry.columns.cell_readers import digits, truth, written_day
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns, days, ranked
from scenarios.entry.columns.names import PARTICIPANTS, PARTIES, PERSONS, PLANTS, word_of
from scenarios.entry.columns.numbers import number_and_unit, plain_number

PLACE = ("commune", "latitude", "longitude")
SLOTS = ("hph_kwh", "hch_kwh", "hpb_kwh", "hcb_kwh", "hp_kwh", "hc_kwh")

ASKED: Mapping[str, tuple[str, ...]] = {
    file: ranked(file, "form") for file in (PERSONS, PARTICIPANTS, PLANTS, PARTIES)
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


def asked(file: str, rows: Sequence[Row]) -> list[str]:
    """Return the columns that the part of these rows asks: what concerns homes, where there is one."""
    at_home = any(_is_home(row) or AT_HOME in row.cells for row in rows)
    return [column for column in ASKED[file] if column != AT_HOME or at_home]


def _is_home(row: Row) -> bool:
    return word_of("kind", str(row.cells.get("kind", ""))) in HOMES


def missing(file: str, row: Row) -> set[str]:
    """Return the columns that would help and hold nothing: those that a form shows in yellow.

    >>> sorted(missing(PLANTS, Row("t.csv", 2, {"name": "Toit", "kwp": "99", "curve": "toit.csv"})))
    ['capex_eur', 'commune', 'kind', 'latitude', 'longitude']
    """
    has = set(row.cells)
    if file == PERSONS:
        return {"name", "kind", "vat"} - has
    if file == PARTIES:
        return {"legal_name", "siret", "address", "signatory", "signs_as", "contact"} - has
    wanted = {"name", "kind"}
    wanted |= set() if "latitude" in has else set(PLACE)
    if file == PLANTS:
        wanted |= {"kwp", "capex_eur"}
        wanted |= set() if "curve" in has or "planes" in has else {"surface_tilt", "surface_azimuth"}
        return wanted - has
    wanted |= {"prm", "kva", "turpe", "supply_eur_per_mwh", "publish"}
    wanted |= {AT_HOME} if _is_home(row) else set()
    wanted |= set() if "curve" in has else {"profile"}
    wanted |= set() if has & {"curve", *SLOTS} else {"annual_kwh"}
    return wanted - has


def estimated(file: str, row: Row) -> set[str]:
    """Return the columns of `ESTIMATES` that a row says nothing of."""
    lacks = missing(file, row)
    if file == PARTICIPANTS and "curve" not in row.cells:
        lacks |= {"curve"}
    return {column for table, column in ESTIMATES if table == file and column in lacks}


def known_load(row: Row) -> str:
    """Return how the consumption of a site is known, in words that fit a form; no file is named."""
    if "curve" in row.cells:
        return _("measured curve: thank you")
    if set(row.cells) & set(SLOTS):
        return _("bill by poste")
    if "annual_kwh" in row.cells:
        return _("bill of a year: its postes would help")
    return _("nothing yet")


def tidy(column: str, value: object) -> object:
    """Return a cell as the tables write it: a day of the calendar, a PRM without its spaces.

    >>> tidy("supply_until", "31/12/2027"), tidy("prm", "30 000 000 000 001"), tidy("name", "École")
    ('2027-12-31', '30000000000001', 'École')
    """
    if value == "" or column not in {"prm", *days()}:
        return value
    return digits(value) if column == "prm" else str(written_day(value))


def meaning(file: str, column: str, value: object) -> object:
    """Return what a cell means, whatever its spelling: two cells of one meaning are the same answer.

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
