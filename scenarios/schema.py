"""The JSON Schema of the files of an operation folder, for editors and for whoever writes them by program."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter, create_model

from acc.arrays import JsonObject
from acc.version import VERSION
from scenarios.entry.columns.row_models import ROWS, SECTIONS, FlexibleSection, OperationSection, WorthSection
from scenarios.entry.columns.schema import Model
from scenarios.entry.folder.raw import OPERATION
from scenarios.entry.folder.sections import AcceptedTable, VariantTable
from scenarios.operation.draws.settings import SweepSection
from scenarios.study import studies
from scenarios.variants import CompareSection

SINGLE: Mapping[str, type[BaseModel]] = {
    **SECTIONS,
    "sweep": SweepSection,
    "worth": WorthSection,
    "compare": CompareSection,
}
"""Sections of operation.toml, one of each."""

SEVERAL: Mapping[str, type[BaseModel]] = {
    "flexible": FlexibleSection,
    "variants": VariantTable,
    "accepted": AcceptedTable,
}
"""Sections of operation.toml written `[[name]]`, as many as wanted."""

_BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum", "lt": "exclusiveMaximum", "le": "maximum"}
_DAY_BOUNDS = {"ge": "formatMinimum", "le": "formatMaximum"}
"""Of a date, as the validators of JSON Schema that compare dates call them; others leave them out."""


def operation_sections() -> dict[str, type[BaseModel]]:
    """Model of each section of `operation.toml` of which there is one, those of installed studies last."""
    return {**SINGLE, **{name: model for study in studies() for name, model in study.sections.items()}}


def schema_document() -> JsonObject:
    """Return one JSON Schema a file: `operation.toml` whole, a line of each table as an object by column.

    Cells are text in a CSV file: a number may have a decimal comma, `oui` and `non` are truths.
    """
    files = {OPERATION: _operation_model(), **ROWS}
    return {"version": VERSION, "files": {name: _schema(name, model) for name, model in files.items()}}


def document_schema(name: str, document: Any) -> JsonObject:
    """JSON Schema of a document that commands print, by the type of what it holds."""
    schema: JsonObject = _untitled(_schema(name, document))
    return schema


def _untitled(part: Any) -> Any:
    """Part of a schema without the names and the docstrings of classes, which are nobody's words."""
    if isinstance(part, list):
        return [_untitled(own) for own in part]
    if not isinstance(part, dict):
        return part
    ours = {key for key in ("title", "description") if isinstance(part.get(key), str)}
    return {key: _untitled(own) for key, own in part.items() if key not in ours}


def _schema(name: str, model: Any) -> dict[str, Any]:
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": name, **_in_its_words(TypeAdapter(model).json_schema())}


def _in_its_words(part: Any) -> Any:
    """Return a part whose bounds have the names of JSON Schema, where pydantic leaves its own."""
    if isinstance(part, list):
        return [_in_its_words(own) for own in part]
    if not isinstance(part, dict):
        return part
    named = _DAY_BOUNDS if part.get("format") == "date" else _BOUNDS
    bounds = {key for key, own in part.items() if key in named and not isinstance(own, dict | list)}
    return {named[key] if key in bounds else key: _in_its_words(own) for key, own in part.items()}


def _operation_model() -> type[BaseModel]:
    """Sections of `operation.toml` together, those of the installed studies last."""
    optional = {name: (model | None, None) for name, model in operation_sections().items()}
    lists: dict[str, Any] = {name: (list[model], []) for name, model in SEVERAL.items()}  # type: ignore[valid-type]
    own: dict[str, Any] = {**optional, **lists, "operation": (OperationSection, ...)}
    return create_model("Operation", __base__=Model, keys=(dict[str, dict[str, Any]], {}), **own)
