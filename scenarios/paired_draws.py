"""Scenarios side by side in the same draws: the same sun, needs and prices for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.result.compared import compared_proposal
from acc.result.paired import PairedDraws
from acc.result.result import Result
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of, source_of
from scenarios.studies.alternatives.compare import at_run_prices
from scenarios.studies.alternatives.drawn import drawn_gains
from scenarios.studies.draws.case import Case
from scenarios.studies.draws.draws import draw
from scenarios.studies.draws.settings import SweepChoice, read_sweep
from scenarios.studies.sweeping.quick import FEWEST_DRAWS, case_of_run, draws_within_seconds
from scenarios.studies.sweeping.worker import NUMPY, forget_draws

AT_ONCE = 25
"""Draws whose euros are computed together."""


def paired_draws(
    folder: Path,
    requests: Sequence[OperationRequest],
    results: Sequence[Result],
    draws: int | None = None,
) -> PairedDraws | None:
    """Return what each person gains under each scenario in the same draws; None where euros are not known.

    Others are set against the one that the criteria choose, else against the first. The draws are those of
    the ranges of a run: its own weather year, its own meters.

    Args:
        results: of the requests, the same scenarios in the same order.
        draws: None takes as many as the slowest of them draws in seconds.

    Raises:
        InputError: every fault of `[sweep]`.
    """
    if any(result.money is None or result.money.total is None for result in results):
        return None
    choice = replace(read_sweep(source_of(folder, requests[0])), keys=(), variants=(), weather_years=1)
    pairs = list(zip(requests, results, strict=True))
    cases = [_case(folder, request, result, choice) for request, result in pairs]
    slowest = min(draws_within_seconds(case) or FEWEST_DRAWS for case in cases)
    choice = replace(choice, draws=draws or slowest)
    persons = tuple(dict.fromkeys(id_ for case in cases for id_ in case.persons))
    is_value = all(case.plan is not None for case in cases)
    shape = len(cases), len(persons), choice.draws
    found = _Found(np.zeros(shape), np.zeros(shape))
    for at, case in enumerate(cases):
        text = _("draws of scenario {number} of {count}")
        progress_of(requests[at])(text.format(number=at + 1, count=len(cases)))
        found.fill(at, case, [persons.index(id_) for id_ in case.persons], choice, is_value=is_value)
    forget_draws()
    proposal = compared_proposal(results)
    reference = 0 if proposal is None else proposal.index
    return PairedDraws(persons, found.eur, found.connected_eur, is_value, reference)


def _case(folder: Path, request: OperationRequest, result: Result, choice: SweepChoice) -> Case:
    operation, metered = open_operation(folder, **request)
    assert result.money is not None
    priced = at_run_prices(operation, result.money)
    return case_of_run(priced, metered, reform=choice.off_peak_reform_ratio > 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    eur: FloatArray
    connected_eur: FloatArray

    def fill(self, at: int, case: Case, rows: Sequence[int], choice: SweepChoice, *, is_value: bool) -> None:
        """Write the gains of the persons of a case, a few draws at a time."""
        for first in range(0, choice.draws, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, choice.draws))
            gains = drawn_gains(case, [draw(choice, number, case.unknowns) for number in numbers], NUMPY)
            part = slice(numbers.start, numbers.stop)
            free = gains.npv_eur if is_value else gains.gain_eur
            dear = gains.connected_npv_eur if is_value else gains.gain_eur
            assert free is not None
            assert dear is not None
            self.eur[at, rows, part], self.connected_eur[at, rows, part] = free, dear
