"""Scenarios side by side: as they stand, on the data of the day when they were kept, in the same draws."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.result.change import PairedDraws
from acc.result.outcomes import compared_proposal
from acc.result.result import Result
from scenarios.entry.folder.differences import differences
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.put import kept_data
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gains, forget_draws
from scenarios.operation.draws.draws import draw, usual_draws
from scenarios.operation.draws.quick import FEWEST_DRAWS, case_of_run, draws_within_seconds, within_seconds
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of, source_of
from scenarios.operation.store.store import KeptStore
from scenarios.run import RunParts, run
from scenarios.study import ScenarioAtDate


def scenario_as_kept(folder: Path, name: str, ran_on: date, mask: Mask | None = None) -> ScenarioAtDate:
    """Return a kept scenario on the data of the day when it was kept, by the rules of today.

    Args:
        mask: of the folder, where others read it.

    Raises:
        InputError: those data were not kept; every fault of them.
    """
    where = kept_data(folder, name)
    if where is None:
        message = _("the data that “{name}” was kept with are not there: give an older copy of the folder")
        raise InputError([Problem("NAME", message.format(name=name))])
    return scenario_at(
        where, {"variant": name, "cache": KeptStore.of(folder), "mask": mask}, ran_on, _("data of that day")
    )


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
    result = run(folder, ran_on=ran_on, parts=RunParts(advice=False, gap=False), **request)
    return ScenarioAtDate(
        folder, request, replace(result, scenario=replace(result.scenario, questions=(data_name,)))
    )


AT_ONCE = 25
"""Draws whose euros are computed together."""


def paired_draws(
    folder: Path,
    requests: Sequence[OperationRequest],
    results: Sequence[Result],
    order: Sequence[int],
    draws: int | None = None,
) -> PairedDraws | None:
    """Gain of each person under each scenario in the same draws; None where euros are unknown.

    Others are set against the one that the criteria choose, else against the first. The draws are those of
    the ranges of a run: its own weather year, its own meters.

    Args:
        results: of the requests, the same scenarios in the same order.
        order: in which they are made, those on the same meters one after the other.
        draws: None takes as many as the slowest of them draws in seconds.

    Raises:
        InputError: every fault of `[sweep]`.
    """
    if any(result.money is None or result.money.total is None for result in results):
        return None
    choice = replace(read_sweep(source_of(folder, requests[0])), keys=(), variants=(), weather_years=1)
    by_place = {at: _case(folder, requests[at], results[at], choice) for at in order}
    cases = [by_place[at] for at in range(len(requests))]
    slowest = min(draws_within_seconds(case) or FEWEST_DRAWS for case in cases)
    choice = replace(choice, draws=draws or slowest)
    persons = tuple(dict.fromkeys(id_ for case in cases for id_ in case.persons))
    is_value = all(
        case.plan is not None and (case.later_years or not case.scenario.tells_years_apart) for case in cases
    )
    shape = len(cases), len(persons)
    gains, middle = (
        _PairedGains(persons, np.zeros((*shape, count)), np.zeros((*shape, count)))
        for count in (choice.draws, 1)
    )
    done, text = 0, _("draws of scenario {number} of {count}")
    for places in on_the_same_meters(cases):
        progress_of(requests[places[0]])(text.format(number=done + 1, count=len(cases)))
        together = [cases[at] for at in places]
        gains.fill(places, together, choice, is_value=is_value)
        middle.fill(places, together, choice.without_uncertainty, is_value=is_value)
        done += len(places)
    forget_draws()
    proposal = compared_proposal(results)
    reference = 0 if proposal is None else proposal.index
    usual = usual_draws(choice, has_reform=any(case.reformed_slots is not None for case in cases))
    unsure = any(case.unsure_from <= (case.later_years if is_value else 1) for case in cases)
    around = middle.eur[:, :, 0], middle.connected_eur[:, :, 0], None if unsure else usual
    return PairedDraws(persons, gains.eur, gains.connected_eur, *around, is_value, reference)


def _case(folder: Path, request: OperationRequest, result: Result, choice: SweepChoice) -> Case:
    operation, metered = open_operation(folder, **request)
    assert result.money is not None
    priced = at_run_prices(operation, result.money)
    case = case_of_run(priced, metered, reform=choice.off_peak_reform_ratio > 0.0)
    return replace(case, draws_plan=within_seconds(case))


def on_the_same_meters(cases: Sequence[Case]) -> list[list[int]]:
    """Return the places of the cases, those whose meters are the same arrays together."""
    places: dict[tuple[object, ...], list[int]] = {}
    for at, case in enumerate(cases):
        devices = case.scenario.battery, case.scenario.flexible
        same = id(case.stocks), case.later_years, *case.kwp, repr(devices)
        places.setdefault(same, []).append(at)
    return list(places.values())


@dataclass(frozen=True, slots=True, eq=False)
class _PairedGains:
    persons: tuple[str, ...]
    eur: FloatArray
    connected_eur: FloatArray

    def fill(
        self, places: Sequence[int], cases: Sequence[Case], choice: SweepChoice, *, is_value: bool
    ) -> None:
        """Write the gains of the persons of cases on the same meters, a few draws at a time."""
        for first in range(0, choice.draws, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, choice.draws))
            drawn = [draw(choice, number, cases[0].unknowns) for number in numbers]
            part = slice(numbers.start, numbers.stop)
            for at, case, gains in zip(places, cases, drawn_gains(cases, drawn, NUMPY), strict=True):
                rows = [self.persons.index(id_) for id_ in case.persons]
                free = gains.npv_eur if is_value else gains.gain_eur
                dear = gains.connected_npv_eur if is_value else gains.gain_eur
                assert free is not None
                assert dear is not None
                self.eur[at, rows, part], self.connected_eur[at, rows, part] = free, dear
