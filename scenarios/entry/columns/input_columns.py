"""The table of input columns, `scenarios/data/input_columns.csv`: all that a column, or a setting, is.

A line is a column of a table (`plants.csv`) or a setting of a section of `operation.toml` (`prices`). The
model of a row or section, headers and units, the JSON Schema, what is unlikely, the workbook, the forms, the
page, the copy without names, `docs/colonnes.md` and `docs/reglages.md` read it here.
"""

import csv
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from acc.keys.weighted import MAX_WEIGHT
from acc.steps import FIRST_YEAR, LAST_YEAR

Bound = float | dt.date


@dataclass(frozen=True, slots=True)
class Domain:
    """What a type of cell may hold.

    Attributes:
        reader: how a cell of it is read, a word of `schema.TYPES`.
        low, high: the least and the greatest value, both of them allowed.
    """

    reader: str
    low: Bound
    high: Bound


DAYS = (dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31))

DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "day": Domain("day", *DAYS),
        "since": Domain("since", *DAYS),
        "year": Domain("whole", 1980, LAST_YEAR),
        "years": Domain("whole", 0, 60),
        "count": Domain("whole", 0, 1_000_000_000),
        "latitude": Domain("number", -90, 90),
        "longitude": Domain("number", -180, 180),
        "tilt": Domain("number", 0, 90),
        "azimuth": Domain("azimuth", 0, 360),
        "price": Domain("number", 0, 2000),  # EUR/MWh
        "euros": Domain("amount", 0, 1e9),
        "energy": Domain("amount", 0, 1e9),  # kWh
        "power": Domain("amount", 0, 1e5),  # kW, kVA, kWp
        "amount": Domain("amount", 0, 1e9),
        "ratio": Domain("number", 0, 1),
        "rate": Domain("number", -0.1, 0.5),  # by year
        "factor": Domain("number", 0, 1000),
        "growth": Domain("number", -1, 1000),  # -1 takes all away, 1000 adds a thousand times as much
        "balance": Domain("number", -1e9, 1e9),  # EUR, a loss below 0
        "weight": Domain("number", 0, MAX_WEIGHT),
    }
)
"""By type; a type of texts or of words of a list has none. What the sections of studies hold has them too:
the figures of `columns.schema` are made of them."""


def within(name: str, own: Mapping[str, float]) -> Mapping[str, Bound]:
    """Return the bounds of a type, by their names of pydantic, each side narrowed by the column's `own`.

    >>> within("energy", {"gt": 0})
    {'gt': 0, 'le': 1000000000.0}
    """
    domain = DOMAINS.get(name)
    if domain is None:
        return own
    low = {} if own.keys() & {"gt", "ge"} else {"ge": domain.low}
    high = {} if own.keys() & {"lt", "le"} else {"le": domain.high}
    return {**low, **own, **high}


DATA = Path(__file__).parents[2] / "data"
TABLE = DATA / "input_columns.csv"

NUMBERS = frozenset({"number", "amount", "whole", "azimuth", "minutes"})
"""Types of which a cell is one figure."""

KEPT_TEXTS = frozenset({"id", "prm", "insee", "siret", "text"})
"""Types that a sheet keeps as texts, so that it takes no digit away: names in digits, several values."""

_BOUNDS = {">": "gt", ">=": "ge", "<": "lt", "<=": "le"}


@dataclass(frozen=True, slots=True)
class UsualRange:
    """From where to where a figure usually is: of a kind of thing, by unit of another figure."""

    of: str
    per: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InputColumn:
    """One column of a table that a person fills in, or one setting of a section.

    Attributes:
        table: the file of a column, the section of a setting.
        french, unit: its title; the unit in which the folder holds it.
        type: how a cell is read: a word of `schema.TYPES`, or `list`.
        domain: the word of `domains.DOMAINS` that its line has as its type, empty where it has none.
        of: of an id, the table whose lines it names, none for its own line; else its list in `names`.
        bounds: between which its figures or days are, by name of pydantic (`gt`, `ge`, `lt`, `le`): those of
            its domain, narrowed by its own; of a text or of several values, `le` is their greatest number.
        empty: what an empty cell means: `required`, the value that it stands for, or `` for unknown.
        usual: where its figures usually are; one of a kind takes the place of none.
        group: what it belongs to: `identity`, `place`, `load`, `bill`, `contract`, `output`, `cost`...; of a
            setting, the sheet of the workbook where it stands.
        page, workbook, form: its rank among the first columns of the page and of the workbook, and among the
            questions of a form; None: folded away, or not asked of members.
        sample: whether its example stands on the first line of an empty workbook.
        follows: once the power of its plant is set: `power` (in proportion), `law` (beyond a bound, the dated
            rows), `stays`, or `` where it has nothing to do with it.
        anonymous: what a copy without names does with it: `kept`, `renamed`, `moved` (with the places),
            `curve` (a frozen curve stands for it), `closed` (left out, with its table).
        others: other spellings of its title.
    """

    table: str
    id: str
    french: str
    unit: str
    type: str
    domain: str
    of: str
    bounds: Mapping[str, Bound]
    empty: str
    usual: tuple[UsualRange, ...]
    group: str
    page: int | None
    workbook: int | None
    form: int | None
    sample: bool
    follows: str
    anonymous: str
    example: str
    others: tuple[str, ...]
    what: str

    @property
    def path(self) -> str:
        """A setting as it is asked for: `prices.surplus`."""
        return f"{self.table}.{self.id}"

    @property
    def header(self) -> str:
        """Its title with its unit, as a table for people has it."""
        return f"{self.french} ({self.unit})" if self.unit else self.french

    @property
    def list_name(self) -> str:
        """The list whose words its cells are, as a drop-down offers them; empty for the others."""
        return "" if self.type == "id" else self.of

    @property
    def points_to(self) -> str:
        """The table a line of which a cell names, empty where it names none."""
        return f"{self.of}.csv" if self.type == "id" and self.of else ""

    @property
    def is_number(self) -> bool:
        """Whether a cell is one figure."""
        return self.type in NUMBERS

    @property
    def is_figure(self) -> bool:
        """Whether a cell is a figure, or several: powers by slot too."""
        return self.is_number or self.id == "kva"

    @property
    def is_truth(self) -> bool:
        """Whether a cell is yes or no, or who may read it."""
        return self.type in {"truth", "published"}

    @property
    def is_day(self) -> bool:
        """Whether a cell is a day of the calendar."""
        return self.type == "day"

    @property
    def is_kept_text(self) -> bool:
        """Whether a sheet keeps a cell as a text, whatever digits it holds."""
        return self.type in KEPT_TEXTS


@cache
def columns(file: str) -> Mapping[str, InputColumn]:
    """Return the columns of a table by id, in the order of the docs."""
    return {row["id"]: _column(row) for row in rows_of(TABLE) if row["table"] == file}


@cache
def ranked(file: str, where: Literal["page", "workbook", "form"]) -> tuple[str, ...]:
    """Return the columns of a table that have a rank there, the first one first.

    >>> ranked("persons.csv", "form")
    ('name', 'kind', 'vat', 'public_buyer')
    """
    ranks = {column.id: getattr(column, where) for column in columns(file).values()}
    return tuple(sorted((name for name in ranks if ranks[name] is not None), key=lambda name: ranks[name]))


@cache
def with_trait(file: str, trait: Literal["group", "follows", "anonymous"], value: str) -> tuple[str, ...]:
    """Return the columns of a table of which this is said.

    >>> with_trait("plants.csv", "follows", "stays")
    ('rent_eur_per_year',)
    """
    return tuple(name for name, column in columns(file).items() if getattr(column, trait) == value)


@cache
def tables() -> tuple[str, ...]:
    """Return the tables and the sections that have columns or settings."""
    return tuple(dict.fromkeys(row["table"] for row in rows_of(TABLE)))


@cache
def sheet_settings() -> Mapping[str, InputColumn]:
    """Return the settings that a sheet of their own line asks for, by path, in the order of the sheets.

    >>> list(sheet_settings())[:2]
    ['operation.name', 'operation.place']
    """
    listed = [setting for setting in every_setting().values() if setting.workbook is not None]
    return {setting.path: setting for setting in sorted(listed, key=lambda setting: setting.workbook or 0)}


@cache
def every_setting() -> Mapping[str, InputColumn]:
    """Return the settings by path, those that have no line of a sheet too."""
    sections = [name for name in tables() if not name.endswith(".csv")]
    return {setting.path: setting for name in sections for setting in columns(name).values()}


@cache
def days() -> frozenset[str]:
    """Return the columns of days, whatever their table."""
    return frozenset(row["id"] for row in rows_of(TABLE) if row["type"] == "day")


@cache
def rows_of(path: Path) -> tuple[Mapping[str, str], ...]:
    """Return the lines of a table of `scenarios/data`."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file, delimiter=";"))


def split_others(cell: str) -> tuple[str, ...]:
    """Return the other spellings of a cell of them."""
    return tuple(text for text in cell.split("|") if text)


def _column(row: Mapping[str, str]) -> InputColumn:
    typed, *bounds = row["type"].split()
    kind, _colon, of = typed.partition(":")
    page, workbook, form = (int(row[name]) if row[name] else None for name in ("page", "workbook", "form"))
    texts = ("table", "id", "french", "unit", "empty", "group", "follows", "anonymous", "example", "what")
    return InputColumn(
        **{name: row[name] for name in texts},
        type=DOMAINS[kind].reader if kind in DOMAINS else kind,
        domain=kind if kind in DOMAINS else "",
        of=of,
        bounds=within(kind, dict(_bound(text) for text in bounds)),
        usual=tuple(_usual(text) for text in row["usual"].split("|") if text),
        page=page,
        workbook=workbook,
        form=form,
        sample=row["sample"] == "oui",
        others=split_others(row["others"]),
    )


def _bound(text: str) -> tuple[str, float]:
    """Return a bound as pydantic names it; a whole one stays whole, as a sentence says it.

    >>> _bound(">=-90"), _bound("<=1e9")
    (('ge', -90), ('le', 1000000000.0))
    """
    sign, figure = re.fullmatch(r"([<>]=?)(.+)", text).groups()  # type: ignore[union-attr]
    return _BOUNDS[sign], int(figure) if figure.lstrip("-").isdigit() else float(figure)


def _usual(text: str) -> UsualRange:
    """Return a usual range: `[KIND] LOW..HIGH [per COLUMN]`.

    >>> _usual("household 300..40000"), _usual("40..8784 per kva").per
    (UsualRange(of='household', per='', low=300.0, high=40000.0), 'kva')
    """
    span, _per, per = text.strip().partition(" per ")
    kind, _space, bounds = span.rpartition(" ")
    low, high = bounds.split("..")
    return UsualRange(kind, per, float(low), float(high))
