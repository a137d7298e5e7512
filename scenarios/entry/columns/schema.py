"""How cells and settings of an operation folder are read and checked: the types that models are made of.

Cells are read before they are judged: numbers, truths, days and words as people write them. Words of the
files (EUR/MWh, `oui`), which `scenarios.entry.folder` turns into values of `acc`; no other. The model of a
line or section is made from the table of input columns.
"""

import datetime as dt
import re
from ast import literal_eval
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from acc.arrays import CellValue
from acc.changes import What
from acc.parties import PAPERS
from acc.plant_model import Module, Mounting
from acc.scenario import DecisionCriterion, Regime
from acc.sites import Kind, PlantKind, Said, StudyKind, Vat
from scenarios.entry.columns.input_columns import DAYS, InputColumn, columns, within
from scenarios.entry.columns.names import PARTICIPANTS, header_of, plain, plain_number, two_readings, word_of

YES = {"yes", "true", "oui", "vrai", "1", "o", "y", "x"}
NO = {"no", "false", "non", "faux", "0", "n"}


MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {f"{name}_kwh": n for n, name in enumerate(MONTH_NAMES, start=1)}
"""By the column of its energy, whose title is its name."""


def read_number(value: object) -> object:
    """Accept `1 234,5` as Excel writes it in French; what is no number stays as it was typed."""
    return plain_number(value) if isinstance(value, str) else value


def sure_number(value: object) -> object:
    """Refuse a number with two readings, `62.000`."""
    if isinstance(value, str) and (both := two_readings(value)):
        raise PydanticCustomError("two_readings", "two readings", {**asdict(both)})
    return read_number(value)


def word_reader(name: str) -> BeforeValidator:
    """Accept a word of a list in French or in English."""

    def read(value: object) -> object:
        return (word_of(name, value) or value) if isinstance(value, str) else value

    return BeforeValidator(read)


def truth(value: CellValue) -> CellValue:
    """Return yes or no from the words of people, French or English."""
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in YES else False if word in NO else value
    return value


def takes_part(cells: Mapping[str, CellValue]) -> bool:
    """Return whether a row is in: its cell "active", yes where it is empty."""
    return truth(cells.get("active", True)) is not False


READERS = {
    "company": {"company", "companies", "entreprise", "entreprises", "association", "associations"},
    "commune": {"commune", "communes", "collectivite", "collectivites", "collectivité", "collectivités"},
    "syndicate": {"syndicate", "syndicat"},
}
"""Who may read a name, by audience of the documents: the words that a cell of `publish` may hold."""


def published(value: CellValue) -> CellValue | frozenset[str]:
    """Return yes, no, or to whom: `entreprises, syndicat`.

    Raises:
        PydanticCustomError: a word that is none of them.
    """
    known = truth(value)
    if not isinstance(known, str):
        return known
    words = [word for word in re.split(r"[\s,;+/]+", known.strip().lower()) if word not in {"", "et", "and"}]
    readers = {word: reader for reader, names in READERS.items() for word in names}
    if not words or any(word not in readers for word in words):
        raise PydanticCustomError("published", "no reader")
    return frozenset(readers[word] for word in words)


WINDS = {
    "nord": 0,
    "est": 90,
    "sud": 180,
    "ouest": 270,
    "north": 0,
    "east": 90,
    "south": 180,
    "west": 270,
    "nord est": 45,
    "sud est": 135,
    "sud ouest": 225,
    "nord ouest": 315,
    "north east": 45,
    "south east": 135,
    "south west": 225,
    "north west": 315,
    "nne": 22.5,
    "ene": 67.5,
    "ese": 112.5,
    "sse": 157.5,
    "sso": 202.5,
    "oso": 247.5,
    "ono": 292.5,
    "ssw": 202.5,
    "wsw": 247.5,
    "wnw": 292.5,
    "nno": 337.5,
    "nnw": 337.5,
}
"""Degrees from north, clockwise."""

LETTERS = {"n": "nord", "s": "sud", "e": "est", "o": "ouest", "w": "west"}
LETTERS |= {"so": "sud ouest", "se": "sud est", "no": "nord ouest", "ne": "nord est"}


def azimuth(value: object) -> object:
    """Accept where a roof looks in a word: `Sud`, `plein sud`, `sud-ouest`, `SSE`."""
    if not isinstance(value, str):
        return value
    word = plain(value).removeprefix("plein ").removeprefix("full ")
    spelt = " ".join(LETTERS.get(part, part) for part in word.split())
    return WINDS.get(spelt, read_number(value))


def digits(value: CellValue) -> CellValue:
    """Return a number that is a name (PRM, INSEE code) without its spaces, as text."""
    return re.sub(r"[\s\u00a0\u202f]", "", value) if isinstance(value, str) else str(value)


LA_POSTE = "356000000"
"""The SIREN whose establishments have a rule of their own: the digits of their SIRET add up to fives."""


def siret_key(value: str) -> str:
    """Refuse fourteen digits that have not the key of a SIRET (Luhn).

    Raises:
        PydanticCustomError: a digit is wrong.
    """
    figures = [int(digit) for digit in value]
    doubled = [sum(divmod(2 * figure, 10)) for figure in figures[::2]]
    by_fives = value.startswith(LA_POSTE) and sum(figures) % 5 == 0
    if (sum(doubled) + sum(figures[1::2])) % 10 and not by_fives:
        raise PydanticCustomError("siret_key", "no SIRET")
    return value


def module_of(value: object) -> object:
    """Return a family of modules written in any case."""
    known = {module.value.lower(): module for module in Module}
    return known.get(value.strip().lower(), value) if isinstance(value, str) else value


def read_day(value: CellValue) -> CellValue:
    """Refuse a moment where a day is expected: the local midnight is meant."""
    return value.date() if isinstance(value, dt.datetime) and value.time() == dt.time() else value


def read_since(value: CellValue) -> CellValue:
    """Accept a year alone, its 1 January, beside a day as people write it."""
    text = str(value).strip().removesuffix(".0")
    return dt.date(int(text), 1, 1) if re.fullmatch(r"[1-9]\d{3}", text) else written_day(value)


def written_day(value: CellValue) -> CellValue:
    """Accept `31/01/2025`, `31-1-25`, `1er janvier 2025`, as people write a day in French.

    Raises:
        PydanticCustomError: a number alone, which is no day.
    """
    text = value.strip() if isinstance(value, str) else ""
    if text.isdigit():
        raise PydanticCustomError("date_parsing", "no day")
    parts = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})", text)
    if parts and 1 <= int(parts[3]) <= 12:
        return f"{parts[4] if len(parts[4]) == 4 else '20' + parts[4]}-{parts[3]:0>2}-{parts[1]:0>2}"
    spelt = re.fullmatch(r"(\d{1,2})(?:er)?\s+([^\W\d]+)\.?\s+(\d{4})", text)
    month = header_of(PARTICIPANTS, spelt[2]) if spelt else None
    if spelt and month and (place := MONTHS.get(month.id)):
        return f"{spelt[3]}-{place:02}-{int(spelt[1]):02}"
    return read_day(value)


MOST = 1e10
"""Of any figure of a file of another program, whatever its unit: sums of squares would overflow beyond."""

_FINITE = Field(allow_inf_nan=False)

# Bounds come with a type: `typed` below, or the line of a column.
Number = Annotated[float, BeforeValidator(read_number), _FINITE]
SureNumber = Annotated[float, BeforeValidator(sure_number), _FINITE]
"""A number of which thousands are likely: `62.000` may be one of them."""

Integer = Annotated[int, BeforeValidator(sure_number)]
Truth = Annotated[bool, BeforeValidator(truth)]
Published = Annotated[bool | frozenset[str], BeforeValidator(published)]


def typed(name: str, **own: float) -> Any:
    """Bounds of a type of `domains`, narrowed by `own`: `gt`, `ge`, `lt`, `le`."""
    bounds: dict[str, Any] = dict(within(name, own))
    return Field(**bounds)


PriceEurPerMwh = Annotated[Number, typed("price")]
Power = Annotated[SureNumber, typed("power")]
Energy = Annotated[SureNumber, typed("energy")]
Euros = Annotated[SureNumber, typed("euros")]
Balance = Annotated[Number, typed("balance")]
Ratio = Annotated[Number, typed("ratio")]
Factor = Annotated[Number, typed("factor")]
Growth = Annotated[Number, typed("growth")]
Count = Annotated[Integer, typed("count")]
Years = Annotated[Integer, typed("years")]
Insee = Annotated[str, BeforeValidator(digits), Field(pattern=r"^([0-9]{5}|2[AB][0-9]{3})$")]
Prm = Annotated[str, BeforeValidator(digits), Field(pattern=r"^[0-9]{14}$")]
Siret = Annotated[str, BeforeValidator(digits), Field(pattern=r"^[0-9]{14}$"), AfterValidator(siret_key)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Commitment = Annotated[str, Field(min_length=1, max_length=140)]
_KNOWN_DAY = Field(ge=DAYS[0], le=DAYS[1])
Day = Annotated[dt.date, BeforeValidator(written_day), _KNOWN_DAY]
Since = Annotated[dt.date, BeforeValidator(read_since), _KNOWN_DAY]


def _in_curves(value: str) -> str:
    """Keep files inside `curves/`: an operation folder is an input like another, never trusted."""
    file, mark, column = value.partition("#")
    file = file.replace("\\", "/").removeprefix("./").removeprefix("curves/")
    if file.startswith("/") or ".." in file.split("/") or ":" in file:
        raise ValueError("outside-curves")
    return f"{file}{mark}{column}"


CurveFile = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_in_curves)]


class Model(BaseModel):
    """Common ground: unknown words are refused, texts are stripped, values are frozen."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class KeySection(BaseModel):
    """`[key]`: the name of a key; its parameters are checked by the key itself."""

    model_config = ConfigDict(defer_build=True, extra="allow", frozen=True)
    name: str = "prorata"


class CalendarStep(Model):
    """`{ when = "janvier 2027", what = "statuts de la PMO" }`: a step to come."""

    when: Annotated[str, Field(min_length=1, max_length=24)]
    what: Annotated[str, Field(min_length=1, max_length=80)]


ENUMS: Mapping[str, type] = {
    "kind": Kind,
    "plant_kind": PlantKind,
    "mounting": Mounting,
    "said": Said,
    "study": StudyKind,
    "vat": Vat,
    "perimeter": Regime,
    "change": What,
}
"""Lists whose words are values of the core; the words of the others are texts."""

TEXTS: Mapping[str, Any] = {"paper": Literal[PAPERS]}
"""Lists whose words are texts of the core."""

TYPES: Mapping[str, tuple[Any, str]] = {
    "id": (Id, "str"),
    "name": (Name, "str"),
    "text": (str, "str"),
    "prm": (Prm, "str"),
    "insee": (Insee, "str"),
    "siret": (Siret, "str"),
    "curve": (CurveFile, "str"),
    "number": (Number, "float"),
    "amount": (SureNumber, "float"),
    "whole": (Integer, "int"),
    "azimuth": (Annotated[float, BeforeValidator(azimuth)], "float"),
    "truth": (Truth, "bool"),
    "published": (Published, "bool | frozenset[str]"),
    "day": (Day, "dt.date"),
    "since": (Since, "dt.date"),
    "module": (Annotated[Module, BeforeValidator(module_of)], "Module"),
    "minutes": (Literal[5, 10, 15, 30, 60], "Literal[5, 10, 15, 30, 60]"),
    "holes": (Annotated[Literal["auto", "linear", "week", "refuse"], word_reader("holes")], "str"),
    "prices": (dict[str, PriceEurPerMwh], "dict[str, float]"),
    "sale": (CurveFile | PriceEurPerMwh, "str | float"),
    "scope": (Literal["direct", "life-cycle"], 'Literal["direct", "life-cycle"]'),
    "criteria": (tuple[DecisionCriterion, ...], "tuple[DecisionCriterion, ...]"),
    "commitments": (tuple[Commitment, ...], "tuple[str, ...]"),
    "calendar": (tuple[CalendarStep, ...], "tuple[CalendarStep, ...]"),
}
"""By the type of a column, how its cells are read and what is read, as `row_models.pyi` names it.

A `since` is a day, or a year alone; a `sale` is how a surplus is sold: a contract of the rates, or a file of
`curves/` with a price for each hour, or one price."""

REQUIRED = "required"
_FIGURES = ("number", "amount", "whole", "minutes", "prices", "commitments", "calendar")
_READERS: Mapping[str, Callable[[str], Any]] = {
    "truth": truth,
    "module": module_of,
    "criteria": lambda text: tuple(map(DecisionCriterion, text.split())),
    **dict.fromkeys(_FIGURES, literal_eval),
}
"""How the value is read that an empty cell stands for; that of the other types is its text."""


def row_model(name: str, table: str, doc: str = "") -> type[Model]:
    """Return the model of a line of a table, or of what `doc` says."""
    fields: dict[str, Any] = {column.id: _field(column) for column in columns(table).values()}
    module = "scenarios.entry.columns.row_models"
    doc = doc or f"A line of `{table}`."
    return create_model(name, __base__=Model, __module__=module, __doc__=doc, **fields)


def section_model(name: str, doc: str) -> type[Model]:
    """Return the model of a section of `operation.toml`."""
    return row_model(f"{name.title()}Section", name, f"`[{name}]`: {doc}")


def _field(column: InputColumn) -> tuple[Any, Any]:
    """Type of a column, and default for an empty cell."""
    cell: Any = (
        Annotated[ENUMS.get(column.of) or TEXTS.get(column.of, Name), word_reader(column.of)]
        if column.type == "list"
        else None
    )
    cell = cell or TYPES[column.type][0]
    if column.bounds:
        bounds: dict[str, Any] = dict(column.bounds) if column.domain else {"max_length": column.bounds["le"]}
        cell = Annotated[cell, Field(**bounds)]
    if column.empty == REQUIRED:
        return cell, ...
    if not column.empty:
        return cell | None, None
    reader = ENUMS.get(column.list_name) or _READERS.get(column.type, str)
    return cell, reader(column.empty)
