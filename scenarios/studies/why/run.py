"""Why a figure changed: the way from one scenario to another, cause after cause."""

from collections.abc import Sequence
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import Unpack

from acc.problem import InputError, Problem
from acc.result.change import ChangeCause, ChangedSetting, ChangeState, ExplainedChange, explained
from acc.result.result import Result
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.folder.differences import cause_of, differences, mixed
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest, cache_of, source_of
from scenarios.side_by_side import scenario_as_kept, scenario_at
from scenarios.study import ScenarioAtDate

MOST_EXPLAINED = 3
"""Scenarios side by side of which it is told why they differ; beyond, the table is what is read."""


def explained_from_first(at_dates: Sequence[ScenarioAtDate]) -> list[ExplainedChange]:
    """The same of scenarios that may stand on different data."""
    if len(at_dates) > MOST_EXPLAINED:
        return []
    return [explained_change(at_dates[0], dated) for dated in at_dates[1:]]


def explained_change(before: ScenarioAtDate, after: ScenarioAtDate) -> ExplainedChange:
    """Explain the difference between two scenarios, by cause, in the order of `ChangeCause`.

    Each cause changes over those before it: another order would part the same sum in another way. Causes
    that give no scenario that can be, alone, are told with the next one. Files beside the tables, curves
    above all, change with the first cause: those that they belong to are told together.

    Raises:
        InputError: a folder that cannot be read.
    """
    first, last = (source_of(report.folder, report.request) for report in (before, after))
    changed = differences(first, last)
    by_cause = {cause: [row for row in changed if cause_of(row.path) is cause] for cause in ChangeCause}
    steps = [cause for cause in ChangeCause if by_cause[cause]]
    together = {cause_of(row.path) for row in changed if row.path.endswith(".files")}
    states, since = [_of_result((), (), before.result)], 0
    for at in range(len(steps)):
        causes = tuple(steps[since : at + 1])
        changes = tuple(row for cause_ in causes for row in by_cause[cause_])
        if at == len(steps) - 1:
            states.append(_of_result(causes, changes, after.result))
        elif together <= {*steps[: at + 1]}:
            way = mixed(first, last, frozenset(steps[: at + 1]))
            if (state := _between(after, way, causes, changes)) is not None:
                states.append(state)
                since = at + 1
    return explained(states)


def compare_with_saved(
    folder: Path, since: str, ran_on: date, **request: Unpack[OperationRequest]
) -> list[ScenarioAtDate]:
    """Return a scenario as it stood, and as it stands.

    Args:
        since: the name of a kept scenario, on the data that it was kept with; or an older copy of the folder.

    Raises:
        InputError: neither of the two; every fault of either state.
    """
    known = read_source(folder).variants
    if since in known:
        now = scenario_at(folder, {**request, "variant": since}, ran_on, _("data of today"))
        return [scenario_as_kept(folder, since, ran_on), now]
    if not Path(since).is_dir():
        raise InputError([Problem("NAME", unknown_word(since, known))])
    return [
        scenario_at(Path(since), request, ran_on, Path(since).resolve().name),
        scenario_at(folder, request, ran_on, _("data of today")),
    ]


def _of_result(
    causes: tuple[ChangeCause, ...], changed: tuple[ChangedSetting, ...], result: Result
) -> ChangeState:
    return ChangeState(causes, changed, float(result.energy.received_kwh.sum()), result.money)


def _between(
    after: ScenarioAtDate,
    source: RawFolder,
    causes: tuple[ChangeCause, ...],
    changed: tuple[ChangedSetting, ...],
) -> ChangeState | None:
    """Return a scenario that is neither the first nor the last; None where it cannot be."""
    store = cache_of(after.folder, after.request)
    try:
        operation, _metered = open_operation(after.folder, source=source, cache=store)
        outcome = operation.outcome(operation.scenario.key, leaving=False)
    except InputError:
        return None
    return ChangeState(causes, changed, float(outcome.energy.received_kwh.sum()), outcome.money)
