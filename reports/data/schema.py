"""The JSON Schema of the documents that commands print: their keys, with the types of the values."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from functools import partial
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Required, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict, is_typeddict

from acc.result.rates import RatesInForce
from reports.data.coefficients import checked_document, reconciled_document, written_document
from reports.data.encode import KEYS, Keys, Picked
from reports.data.requested_year import year_document
from reports.data.results import check_document, comparison_document, results_document
from reports.data.table import At, Column, Medium, Table, Unit

Fields = dict[str, Any]
"""Types of the values of an object, by key."""


DOCUMENTS: Mapping[str, Any] = {
    "results": results_document,
    "run": year_document,
    "comparison": comparison_document,
    "check": check_document,
    "rates": RatesInForce,
    "coefficients-write": written_document,
    "coefficients-check": checked_document,
    "coefficients-reconcile": reconciled_document,
}
"""Documents of the core: their class, or the function that makes them."""


def document_types(studies: Iterable[object] = ()) -> Iterator[tuple[str, object]]:
    """Yield the name of each document, and its type, which pydantic reads.

    Args:
        studies: modules of studies; their `DOCUMENTS` are functions that make a document, by name.
    """
    own = {name: make for module in studies for name, make in getattr(module, "DOCUMENTS", {}).items()}
    for name, source in {**DOCUMENTS, **own}.items():
        yield name, _Types().of(_result(source))


def _result(source: Any) -> Any:
    return source if isinstance(source, type) else _hints(source)["return"]


_hints = partial(get_type_hints, localns={"JsonValue": Any, "CellValue": Any}, include_extras=True)

OBJECT: Any = TypedDict
"""Makes a class of objects of its name and the types of its keys."""

MARKS: Collection[Any] = (Required, NotRequired)

LEAVES: Mapping[object, Any] = {float: float | None, Path: str, object: Any}
"""Types that are others in JSON: what is not a number is null."""


class _Types:
    """Types of values as they are in JSON."""

    def __init__(self) -> None:
        self._objects: dict[tuple[Any, ...], Any] = {}

    def of(self, hint: Any) -> Any:
        """Type of an encoded value; objects have no other key."""
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self._object(args[1:], self.fields(hint))
        if is_dataclass(origin or hint) or is_typeddict(hint) or hasattr(hint, "_fields"):
            return self._object((hint,), self.fields(hint))
        if origin is None:
            return LEAVES.get(hint, hint)
        if origin in {Union, UnionType}:
            return Union[tuple(map(self.of, args))]  # noqa: UP007 - of several
        return self._collection(origin, args)

    def _collection(self, origin: Any, args: tuple[Any, ...]) -> Any:
        if origin in MARKS:
            return origin[self.of(args[0])]
        if origin in (np.ndarray, NDArray):  # the second where numpy makes it a type of its own
            return list[float | None] | list[list[float | None]]
        if issubclass(origin, Mapping):
            return dict[str, self.of(args[1])]  # type: ignore[misc]
        if issubclass(origin, tuple) and args[-1] is not Ellipsis:
            return tuple[tuple(self.of(arg) for arg in args)]  # type: ignore[misc]
        return list[self.of(args[0])]  # type: ignore[misc]

    def _object(self, shapes: tuple[Any, ...], fields: Fields) -> Any:
        """Object of these keys and no other, made once."""
        if shapes not in self._objects:
            own = {key: self.of(hint) for key, hint in fields.items()}
            name = _name(shapes[0])
            count = sum(_name(shape) == name for shape, *_more in self._objects)
            made = OBJECT(f"{name}{count + 1}" if count else name, own)
            made.__pydantic_config__ = {"extra": "forbid"}
            self._objects[shapes] = made
        return self._objects[shapes]

    def fields(self, shape: Any) -> Fields:
        """Keys of an object by the table that encodes it, with their types."""
        if isinstance(shape, tuple | Table):
            return dict([shape]) if isinstance(shape, tuple) else _of_columns(shape)
        if get_origin(shape) is Annotated:
            return {key: hint for own in get_args(shape)[1:] for key, hint in self.fields(own).items()}
        if get_origin(shape) in {Union, UnionType}:
            own = self.fields(_present(shape))
            return _optional(own, own)
        if is_typeddict(shape) or hasattr(shape, "_fields"):
            return _optional(_hints(shape), getattr(shape, "__optional_keys__", ()))
        keys: Any = shape if isinstance(shape, Keys) else KEYS.get(_name(shape), "*")
        if callable(keys):
            return self.fields(getattr(keys, "__self__", None) or _hints(keys)["return"])
        return self._picked(Keys(shape, keys) if isinstance(keys, str) else keys)

    def _picked(self, keys: Keys[Any]) -> Fields:
        fields: Fields = {}
        source: Any = keys.source
        for word in keys.words.split():
            name, _equals, path = word.partition("=")
            key = name.strip("*?-")
            if name == "*":
                owner = get_origin(source) or source
                fields |= {own: _attribute(source, own) for own in owner.__dataclass_fields__}
            elif name.startswith("-"):
                del fields[key]
            else:
                hint, read = keys.values.get(key, (None, None))
                if hint is None:
                    hint = _hints(read)["return"] if read else _attribute(source, path or key)
                if key in keys.parts:
                    hint = _of_parts(hint, keys.parts[key])
                own = {key: NotRequired[hint] if name.endswith("?") else hint}
                fields |= self.fields(hint) if name.startswith("*") else own
        return fields


def _of_parts(hint: Any, keys: Any) -> Any:
    """Type of what `Keys` makes of a value: its keys, or those of each item."""
    if isinstance(keys, type):
        return list[keys]
    if get_origin(hint) in {Union, UnionType}:
        return _of_parts(_present(hint), keys) | None
    origin = get_origin(hint) or hint
    if issubclass(origin, Mapping):
        return dict[str, Annotated[Picked, keys]]
    return list[Annotated[Picked, keys]] if issubclass(origin, Sequence) else Annotated[Picked, keys]


def _optional(fields: Fields, keys: Collection[str]) -> Fields:
    """Fields, those of some keys not required."""
    required = {key for key in keys if get_origin(fields[key]) not in MARKS}
    return fields | {key: NotRequired[fields[key]] for key in required}


def _present(hint: Any) -> Any:
    """Type of a value that is not None."""
    (own,) = (arg for arg in get_args(hint) if arg is not NoneType)
    return own


def _name(shape: Any) -> str:
    """Name of the class whose keys a shape is."""
    own: Any = shape.source if isinstance(shape, Keys) else shape.row if isinstance(shape, Table) else shape
    return str((get_origin(own) or own).__name__)


def _attribute(source: Any, path: str) -> Any:
    """Type of an attribute of an object, or of one of its own ones; None too where one on the way may be."""
    name, _dot, rest = path.partition(".")
    if get_origin(source) in {Union, UnionType}:
        return _attribute(_present(source), path) | None
    owner = get_origin(source) or source
    own = getattr(owner, name, None)
    hint = _hints(own.fget)["return"] if isinstance(own, property) else _hints(owner)[name]
    if isinstance(hint, TypeVar):
        (hint,) = get_args(source)
    return _attribute(hint, rest) if rest else hint


def _of_columns(table: Table[Any]) -> Fields:
    return {column.name: _of_column(table, column) for column in table.shown(Medium.DATA)}


def _of_column(table: Table[Any], column: Column[Any]) -> Any:
    if isinstance(column.value, At):
        hint = _attribute(table.row, column.value.path)
    else:
        hint = _hints(column.value)["return"] if column.unit is Unit.TEXT else float
    return hint if column.needs is None or column.or_null else NotRequired[hint]
