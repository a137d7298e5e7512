"""The lawful plan that was last found for an operation, kept beside its meters: a run searches nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, asdict, fields, is_dataclass, replace
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

from acc.result.lawful_plan import (
    LawfulPlan,
    PlannedOperation,
)
from acc.rules.check import Check
from acc.version import VERSION
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, code_sha256, file_sha256

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORM = 3
"""Of a plan that is written: another one is not read."""

NO_FIGURE = {
    *("name", "variant", "place", "fictitious", "words", "assumptions", "notes", "accepted", "doubted"),
    *("questions", "decide", "regime", "key_parameters", "parties", "organiser", "signatures"),
    "density_vintage",
}
"""Of a scenario, what moves no figure of a plan; what a variant or a question changes is in the rest."""


def _write(plan: LawfulPlan) -> bytes:
    """Write a plan without the sentences of its checks: it is read in another language too."""
    document = asdict(replace(plan, operations=tuple(map(_wordless, plan.operations))))
    return json.dumps({"version": VERSION, "code": code_sha256(), "plan": document}, default=str).encode()


def _wordless(operation: PlannedOperation) -> PlannedOperation:
    checks = (replace(check, title="", remedy="", act="", reference="") for check in operation.checks)
    return replace(operation, checks=tuple(checks))


@cache
def _reader() -> TypeAdapter[LawfulPlan]:
    """Return the reader of a plan, made once it is asked for."""
    return TypeAdapter(LawfulPlan)


def _read(body: bytes) -> LawfulPlan:
    kept = json.loads(body)
    plan = _reader().validate_python(kept["plan"])
    return replace(plan, version="" if kept["code"] == code_sha256() else kept["version"])


PLAN = KeptKind(
    "lawful plan",
    form=KeptForm(write=_write, read=_read, suffix=".plan", code=lambda: FORM, has_words=False),
)
"""Found whatever program made it, which it tells: its figures are then those of that program."""


def keep_plan(operation: Operation, plan: LawfulPlan) -> None:
    """Keep the plan of an operation, in place of one found before."""
    operation.cache.keep(PLAN, _digest(operation), plan)


def kept_plan(operation: Operation, checks: Sequence[Check]) -> LawfulPlan | None:
    """Return the plan kept for an operation that a rule forbids; None where none forbids, or none was found.

    It rests on all that its figures rest on: meters, places, powers, prices, costs, owners, key. Another of
    these asks for another search, by `acc members --split`; another program is told.
    """
    if not any(check.forbids for check in checks):
        return None
    return operation.cache.known(PLAN, _digest(operation))


def _digest(operation: Operation) -> str:
    """Return the sha256 of all that a plan rests on; the rates are part of the program."""
    scenario = operation.scenario
    parts = {name: value for name, value in _parts(scenario).items() if name not in NO_FIGURE}
    files = [file_sha256(path) for path in key_files(scenario.key, operation.folder)]
    digest = sha256(json.dumps([parts, files], sort_keys=True, default=str).encode())
    for kwh in (operation.exchange.consumption_kwh, operation.exchange.production_kwh):
        digest.update(np.ascontiguousarray(kwh).data)
    return digest.hexdigest()


def _parts(value: "DataclassInstance") -> dict[str, object]:
    """Return the fields of a value but those at their default: a column that comes later moves no figure."""
    parts = {field.name: (_plain(getattr(value, field.name)), _usual(field)) for field in fields(value)}
    return {name: part for name, (part, usual) in parts.items() if part != usual}


def _usual(field: "Field[object]") -> object:
    if field.default is not MISSING:
        return _plain(field.default)
    return MISSING if field.default_factory is MISSING else _plain(field.default_factory())


def _plain(value: object) -> object:
    """Return a value as JSON holds it, always the same: sets are sorted, arrays are digests."""
    if is_dataclass(value) and not isinstance(value, type):
        return _parts(value)
    if isinstance(value, np.ndarray):
        return sha256(np.ascontiguousarray(value).data).hexdigest()
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
