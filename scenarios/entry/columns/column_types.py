"""How a cell of each type is read: the model of a line or section, made from the table of input columns."""

from ast import literal_eval
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, create_model

from acc.changes import What
from acc.plant_model import Module, Mounting
from acc.scenario import DecisionCriterion, Regime
from acc.sites import Kind, PlantKind, Said, Vat
from scenarios.entry.columns.cell_readers import azimuth, module_of, truth, word_reader
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.schema import (
    CalendarStep,
    Commitment,
    CurveFile,
    Day,
    Id,
    Insee,
    Model,
    Name,
    Number,
    PriceEurPerMwh,
    Prm,
    Published,
    Since,
    Siret,
    SureNumber,
    Truth,
    Whole,
)

ENUMS: Mapping[str, type] = {
    "kind": Kind,
    "plant_kind": PlantKind,
    "mounting": Mounting,
    "said": Said,
    "vat": Vat,
    "perimeter": Regime,
    "change": What,
}
"""Lists whose words are values of the core; the words of the others are texts."""

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
    "whole": (Whole, "int"),
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
    cell = _cell(column)
    if column.bounds:
        bounds: dict[str, Any] = dict(column.bounds) if column.domain else {"max_length": column.bounds["le"]}
        cell = Annotated[cell, Field(**bounds)]
    if column.empty == REQUIRED:
        return cell, ...
    if not column.empty:
        return cell | None, None
    reader = ENUMS.get(column.list_name) or _READERS.get(column.type, str)
    return cell, reader(column.empty)


def _cell(column: InputColumn) -> Any:
    if column.type == "list":
        name = column.of
        return Annotated[ENUMS.get(name, Name), word_reader(name)]
    return TYPES[column.type][0]


def stub_of(column: InputColumn) -> str:
    """Return the line of a column in `row_models.pyi`.

    >>> stub_of(columns("plants.csv")["kwp"]), stub_of(columns("plants.csv")["kind"])
    ('kwp: float', 'kind: PlantKind | None = ...')
    """
    listed = ENUMS.get(column.list_name)
    name = listed.__name__ if listed else "str" if column.type == "list" else TYPES[column.type][1]
    known = name if column.empty else f"{name} | None"
    return f"{column.id}: {known}" + ("" if column.empty == REQUIRED else " = ...")
