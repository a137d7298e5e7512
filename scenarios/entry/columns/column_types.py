"""How a cell of each type is read: the model of a line of a table, made from the table of input columns."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from acc.sites import Kind, Module, Mounting, PlantKind, Vat
from scenarios.entry.columns.cell_readers import azimuth, module_of, one_of, truth
from scenarios.entry.columns.input_columns import InputColumn, columns
from scenarios.entry.columns.schema import (
    CurveFile,
    DayCell,
    Id,
    Insee,
    Model,
    Name,
    Number,
    Prm,
    Published,
    SureNumber,
    Truth,
    Whole,
)

ENUMS: Mapping[str, type] = {"kind": Kind, "plant_kind": PlantKind, "mounting": Mounting, "vat": Vat}
"""Lists whose words are values of the core; the words of the others are texts."""

TYPES: Mapping[str, tuple[Any, str]] = {
    "id": (Id, "str"),
    "name": (Name, "str"),
    "text": (str, "str"),
    "prm": (Prm, "str"),
    "insee": (Insee, "str"),
    "curve": (CurveFile, "str"),
    "number": (Number, "float"),
    "amount": (SureNumber, "float"),
    "whole": (Whole, "int"),
    "azimuth": (Annotated[float, BeforeValidator(azimuth)], "float"),
    "truth": (Truth, "bool"),
    "published": (Published, "bool | frozenset[str]"),
    "day": (DayCell, "dt.date"),
    "module": (Annotated[Module, BeforeValidator(module_of)], "Module"),
}
"""By the type of a column, how its cells are read and what is read, as `row_models.pyi` names it."""

REQUIRED = "required"
_MEANT = {"truth": truth, "module": module_of}
"""How the value is read that an empty cell stands for."""


def row_model(name: str, file: str) -> type[Model]:
    """Return the model of a line of a table."""
    fields: dict[str, Any] = {one.id: _field(one) for one in columns(file).values()}
    module = "scenarios.entry.columns.row_models"
    return create_model(name, __base__=Model, __module__=module, __doc__=f"A line of `{file}`.", **fields)


def _field(column: InputColumn) -> tuple[Any, Any]:
    """Return how a column is read, and what stands for an empty cell."""
    cell = _cell(column)
    if column.bounds:
        bounds: dict[str, Any] = {**column.bounds}
        cell = Annotated[cell, Field(**bounds)]
    if column.empty == REQUIRED:
        return cell, ...
    return (cell, _MEANT[column.type](column.empty)) if column.empty else (cell | None, None)


def _cell(column: InputColumn) -> Any:
    if name := column.list_name:
        return Annotated[ENUMS.get(name, Name), one_of(name)]
    return TYPES[column.type][0]


def stub_of(column: InputColumn) -> str:
    """Return the line of a column in `row_models.pyi`.

    >>> stub_of(columns("plants.csv")["kwp"]), stub_of(columns("plants.csv")["kind"])
    ('kwp: float', 'kind: PlantKind | None = ...')
    """
    listed = ENUMS.get(column.list_name)
    said = listed.__name__ if listed else "str" if column.list_name else TYPES[column.type][1]
    known = said if column.empty else f"{said} | None"
    return f"{column.id}: {known}" + ("" if column.empty == REQUIRED else " = ...")
