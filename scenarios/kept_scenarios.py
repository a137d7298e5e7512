"""Kept scenarios: as they stand now, and on the data of the day when they were kept."""

from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.result import Result
from scenarios.entry.folder.differences import differences
from scenarios.entry.folder.put import kept_data
from scenarios.operation.ready.request import OperationRequest, source_of
from scenarios.operation.store.store import KeptStore
from scenarios.run import RunParts, run


@dataclass(frozen=True, slots=True)
class ScenarioAtDate:
    """A scenario as it stands: the folder of its data, what was asked of it, what `run` found."""

    folder: Path
    request: OperationRequest
    result: Result


def scenario_as_kept(folder: Path, name: str, ran_on: date) -> ScenarioAtDate:
    """Return a kept scenario on the data of the day when it was kept, by the rules of today.

    Raises:
        InputError: those data were not kept; every fault of them.
    """
    where = kept_data(folder, name)
    if where is None:
        message = _("the data that “{name}” was kept with are not there: give an older copy of the folder")
        raise InputError([Problem("NAME", message.format(name=name))])
    return scenario_at(where, {"variant": name, "cache": KeptStore.of(folder)}, ran_on, _("data of that day"))


def changed_since(folder: Path, name: str) -> bool:
    """Return whether the data of a kept scenario differ from those it was kept with; no where unknown."""
    where = kept_data(folder, name)
    operation_request: OperationRequest = {"variant": name}
    try:
        return (
            where is not None
            and differences(source_of(where, operation_request), source_of(folder, operation_request)) != []
        )
    except InputError:
        return True


def scenario_at(folder: Path, request: OperationRequest, ran_on: date, data_name: str) -> ScenarioAtDate:
    """Run a scenario of a folder; `data_name` names the data that it stands on.

    Raises:
        InputError: every fault of it.
    """
    result = run(folder, ran_on=ran_on, parts=RunParts(advice=False), **request)
    return ScenarioAtDate(
        folder, request, replace(result, scenario=replace(result.scenario, questions=(data_name,)))
    )
