"""Why a figure changed: the way from one scenario of a folder to another, cause after cause."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from acc.problem import InputError
from acc.result.change import ChangeCause, ChangedSetting, ChangeState, ExplainedChange, explained
from acc.result.result import Result
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.folder.question import all_settings
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.entry.folder.settings import Setting, with_settings
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest, cache_of

MOST_EXPLAINED = 3
"""Scenarios side by side of which it is told why they differ; beyond, the table is what is read."""

BY_GROUP: Mapping[str, Mapping[str, ChangeCause]] = {
    "participants": {"load": ChangeCause.CURVES, "bill": ChangeCause.CURVES, "contract": ChangeCause.TARIFFS},
    "plants": {"sale": ChangeCause.PRICES},
    "persons": {"tax": ChangeCause.TARIFFS},
}
"""By table and group of columns."""

BY_HEAD: Mapping[str, ChangeCause] = {
    "participants": ChangeCause.MEMBERS,
    "persons": ChangeCause.MEMBERS,
    "plants": ChangeCause.ROOFS,
    "battery": ChangeCause.ROOFS,
    "flexible": ChangeCause.CURVES,
    "weather": ChangeCause.CURVES,
    "key": ChangeCause.KEY,
    "keys": ChangeCause.KEY,
    "prices": ChangeCause.PRICES,
    "finance": ChangeCause.PLAN,
}

BY_PATH: Mapping[str, ChangeCause] = {
    "operation.start": ChangeCause.CURVES,
    "operation.end": ChangeCause.CURVES,
    "operation.step_minutes": ChangeCause.CURVES,
    "operation.holes": ChangeCause.CURVES,
    "operation.rates_on": ChangeCause.TARIFFS,
    "operation.contracts_file": ChangeCause.TARIFFS,
    "prices.same_substation": ChangeCause.TARIFFS,
    "prices.off_peak_reform": ChangeCause.TARIFFS,
    "prices.full_accise_from": ChangeCause.TARIFFS,
}

TABLES = ("participants", "plants", "persons")


def explained_changes(
    folder: Path, requests: Sequence[OperationRequest], results: Sequence[Result]
) -> list[ExplainedChange]:
    """Return why each of a few scenarios differs from the first; nothing where they are more.

    Raises:
        InputError: a folder that cannot be read.
    """
    if len(results) > MOST_EXPLAINED:
        return []
    others = zip(requests[1:], results[1:], strict=True)
    return [explained_change(folder, (requests[0], one), (results[0], made)) for one, made in others]


def explained_change(
    folder: Path,
    requests: tuple[OperationRequest, OperationRequest],
    results: tuple[Result, Result],
) -> ExplainedChange:
    """Return why the second of two scenarios differs from the first, by cause, in the order of `ChangeCause`.

    Each cause changes over those before it: another order would part the same sum in another way. Causes
    that give no scenario that can be, alone, are told with the next one.

    Args:
        results: of the requests.

    Raises:
        InputError: a folder that cannot be read.
    """
    source = read_source(folder)
    first, last = (_asked(source, request) for request in requests)
    changed = _changed(source, first, last)
    by_cause = {cause: [one for one in changed if cause_of(one.path) is cause] for cause in ChangeCause}
    steps = [cause for cause in ChangeCause if by_cause[cause]]
    states, now, since = [_of_result((), (), results[0])], dict(first), 0
    for at, cause in enumerate(steps):
        paths = {one.path for one in by_cause[cause]}
        now = {path: setting for path, setting in now.items() if path not in paths}
        now |= {path: setting for path, setting in last.items() if path in paths}
        causes = tuple(steps[since : at + 1])
        changes = tuple(one for cause_ in causes for one in by_cause[cause_])
        if at == len(steps) - 1:
            states.append(_of_result(causes, changes, results[1]))
        elif (state := _between(folder, requests[0], now, causes, changes)) is not None:
            states.append(state)
            since = at + 1
    return explained(states)


def cause_of(path: str) -> ChangeCause:
    """Return the cause that a path belongs to.

    >>> cause_of("plants.toit.kwp").value, cause_of("participants.cave.active").value
    ('roofs', 'members')
    >>> cause_of("participants.cave.supply_hph_eur_per_mwh").value, cause_of("participants.cave.kva").value
    ('prices', 'tariffs')
    """
    head, _dot, rest = path.partition(".")
    column = rest.rpartition(".")[2]
    if head in TABLES:
        if column.startswith("supply_") and column.endswith("_eur_per_mwh"):
            return ChangeCause.PRICES
        if column == "curve":
            return ChangeCause.CURVES
        known = columns(f"{head}.csv").get(column)
        return BY_GROUP[head].get(known.group if known else "", BY_HEAD[head])
    return BY_PATH.get(path) or BY_HEAD.get(head, ChangeCause.OTHER)


def _asked(source: RawFolder, request: OperationRequest) -> dict[str, Setting]:
    """Return what a request changes of the folder, its variant included, by path."""
    asked = all_settings(source, request.get("variant"), request.get("key"), request.get("settings", ()))
    return {setting.path: setting for setting in asked}


def _changed(
    source: RawFolder, first: Mapping[str, Setting], last: Mapping[str, Setting]
) -> list[ChangedSetting]:
    before, after = (with_settings(source, list(of.values())) for of in (first, last))
    causes = []
    for path in {**first, **last}:
        was, now = _value(before, path), _value(after, path)
        if was != now and str(was) != str(now):  # a cell of a table is a text
            causes.append(_told(path, was, now))
    return causes


def _told(path: str, before: object, after: object) -> ChangedSetting:
    head, _dot, rest = path.partition(".")
    of, _dot, column = rest.rpartition(".") if head in TABLES else ("", "", rest)
    named = columns(f"{head}.csv" if head in TABLES else head).get(column)
    title, unit = (named.french, named.unit) if named else (path, "")
    return ChangedSetting(path, title, unit, of, before, after)


def _value(source: RawFolder, path: str) -> object:
    """Return what a folder holds at a path; None where it holds nothing."""
    head, _dot, rest = path.partition(".")
    if head in TABLES:
        id_, _dot, column = rest.partition(".")
        rows = source.tables[f"{head}.csv"]
        held: object = next(row.cells for row in rows if str(row.cells.get("id")) == id_)
        default = True if column == "active" else None
        return held.get(column, default) if isinstance(held, Mapping) else None
    held = source.sections
    for word in path.split("."):
        held = held.get(word) if isinstance(held, Mapping) else None
    return held


def _of_result(
    causes: tuple[ChangeCause, ...], changed: tuple[ChangedSetting, ...], result: Result
) -> ChangeState:
    return ChangeState(causes, changed, float(result.energy.received_kwh.sum()), result.money)


def _between(
    folder: Path,
    request: OperationRequest,
    now: Mapping[str, Setting],
    causes: tuple[ChangeCause, ...],
    changed: tuple[ChangedSetting, ...],
) -> ChangeState | None:
    """Return a scenario that is neither the first nor the last; None where it cannot be."""
    store = cache_of(folder, request)
    try:
        operation, _metered = open_operation(folder, settings=tuple(now.values()), cache=store)
        outcome = operation.outcome(operation.scenario.key, leaving=False)
    except InputError:
        return None
    return ChangeState(causes, changed, float(outcome.energy.received_kwh.sum()), outcome.money)
