"""The draws that try a point of the front: needs, sun and prices as `acc sweep` draws them."""

from dataclasses import replace
from functools import partial

from acc.exchange import Exchange
from acc.keys import build_key
from acc.problem import InputError
from acc.settle import Allocation, settle
from scenarios.operation.draws.case import Case, case_of
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.meters import drawn_exchange, meters_of
from scenarios.operation.draws.results import drawn_terms
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.fair_front.search import year_of
from scenarios.operation.metering.kept_meters import weather_years
from scenarios.operation.metering.meter import Metered, Progress, meter
from scenarios.operation.metering.subprocess_worker import Makers
from scenarios.operation.ready.operation import Operation
from scenarios.studies.front.robust import DrawnYear


def drawn_years(
    operation: Operation,
    metered: Metered,
    choice: SweepChoice,
    progress: Progress = lambda _text: None,
) -> list[DrawnYear]:
    """Return the draws, each under a sky of its own where skies are generated; nobody leaves in them."""
    choice = replace(choice, withdrawal_ratio=0.0)
    case = _case(operation, metered, choice, progress)
    return [_drawn(operation, case, choice, number) for number in range(choice.draws)]


def _case(operation: Operation, metered: Metered, choice: SweepChoice, progress: Progress) -> Case:
    scenario, folder = operation.scenario, operation.folder
    # The folder's own sky chose the point: the draws have others.
    skies = weather_years(scenario, 1 + choice.draws)[1:]
    with Makers() as makers:
        years = [meter(sky, folder, operation.cache, progress, makers) for sky in skies] or [metered]
    reform = choice.off_peak_reform_ratio > 0.0
    return case_of(operation, years, [operation.read(scenario.key)], reform=reform)


def _drawn(operation: Operation, case: Case, choice: SweepChoice, number: int) -> DrawnYear:
    drawn = replace(draw(choice, number, case.unknowns), weather=number % len(case.stocks))
    exchange = drawn_exchange(case, drawn, meters_of(case, drawn))
    hours = operation.reformed_clocks if drawn.reformed else ()
    worth = operation.worth(exchange, partial(drawn_terms, drawn=drawn), hours)
    today = _today(operation, exchange)
    return DrawnYear(year_of(exchange, worth), float((today.received_kwh * worth.everyone).sum()))


def _today(operation: Operation, exchange: Exchange) -> Allocation:
    """Allocation under the folder's key in a draw; else under the default key."""
    choice = operation.scenario.key
    try:
        return settle(exchange, operation.key(choice))
    except (InputError, ValueError):
        return settle(exchange, build_key("prorata", {}, operation.context))
