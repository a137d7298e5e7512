"""The lawful plan that was last found for an operation, kept beside its meters: a run searches nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, asdict, fields, is_dataclass, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from acc.result.lawful_plan import (
    AbsentPart,
    BoundBasis,
    LawfulPlan,
    Outside,
    PlanConstraints,
    PlanDoubt,
    PlannedOperation,
    PlannedPerson,
    PlannedRoof,
    PlanWithout,
)
from acc.rules.check import Check, State
from acc.scenario import Regime
from acc.version import VERSION
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.ready.operation import Operation
from scenarios.operation.store.store import KeptForm, KeptKind, code_sha256, file_sha256

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

FORM = 3
"""Of a plan that is written: another one is not read."""

TOLD = {
    *("name", "variant", "place", "fictitious", "words", "assumptions", "notes", "accepted", "doubted"),
    *("questions", "decide", "regime", "key_parameters", "parties", "organiser", "density_vintage"),
}
"""Of a scenario, what moves no figure of a plan; what a variant or a question changes is in the rest."""


def _write(plan: LawfulPlan) -> bytes:
    """Write a plan without the sentences of its checks: it is read in another language too."""
    document = asdict(replace(plan, operations=tuple(map(_wordless, plan.operations))))
    return json.dumps({"version": VERSION, "code": code_sha256(), "plan": document}, default=str).encode()


def _wordless(operation: PlannedOperation) -> PlannedOperation:
    checks = (replace(check, title="", remedy="", act="", reference="") for check in operation.checks)
    return replace(operation, checks=tuple(checks))


def _read(body: bytes) -> LawfulPlan:
    kept = json.loads(body, object_hook=_with_tuples)
    kept_fields = kept["plan"]
    kept_fields["version"] = "" if kept["code"] == code_sha256() else kept["version"]
    for row in kept_fields["operations"]:
        row["regime"] = Regime(row["regime"])
        for check in row["checks"]:
            check["state"] = State(check["state"])
            check["in_force_from"] = check["in_force_from"] and date.fromisoformat(check["in_force_from"])
        row["checks"] = tuple(Check(**check) for check in row["checks"])
    kept_fields["operations"] = tuple(PlannedOperation(**item) for item in kept_fields["operations"])
    kept_fields["roofs"] = tuple(PlannedRoof(**item) for item in kept_fields["roofs"])
    kept_fields["persons"] = tuple(PlannedPerson(**item) for item in kept_fields["persons"])
    for row in kept_fields["doubts"]:
        without = row["constraints"]["without"]
        row["constraints"] = PlanConstraints(**{**row["constraints"], "without": without and Regime(without)})
    kept_fields["doubts"] = tuple(PlanDoubt(**item) for item in kept_fields["doubts"])
    kept_fields["without"] = tuple(
        PlanWithout(**{**item, "absent": AbsentPart(item["absent"])}) for item in kept_fields["without"]
    )
    kept_fields["bound_basis"] = BoundBasis(kept_fields["bound_basis"])
    kept_fields["outside"] = {site: Outside(why) for site, why in kept_fields["outside"].items()}
    return LawfulPlan(**kept_fields)


def _with_tuples(values: dict[str, object]) -> dict[str, object]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


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
    parts = {name: value for name, value in _parts(scenario).items() if name not in TOLD}
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
