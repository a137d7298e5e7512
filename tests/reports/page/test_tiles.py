"""The tiles of the band: both ends of a payback beside those of the kept state."""

from dataclasses import replace
from math import inf

import pytest

from acc.plan.values import Plan
from acc.result.outcomes import outcomes
from acc.result.result import Result
from reports.page.amounts import Amounts
from reports.page.seance import Tile, tiles_of
from tests.reports.make import small
from tests.reports.make_money import with_money


def paid_back(early: float | None, late: float | None) -> Result:
    made = with_money(small(4))
    assert made.money is not None
    assert isinstance(made.money.plan, Plan)
    plan = replace(made.money.plan, payback_years=early, connected=None)
    if late is not None:
        dear = replace(plan, payback_years=None if late == inf else late)
        plan = replace(plan, connected=dear)
    return replace(made, money=replace(made.money, plan=plan))


def tile(now: tuple[float | None, float | None], kept: tuple[float | None, float | None]) -> Tile:
    results = paid_back(*now), paid_back(*kept)
    return tiles_of(results, (outcomes(results[0]), outcomes(results[1])), Amounts(), year=None)[2]


@pytest.mark.parametrize(
    ("now", "kept", "number", "difference", "old", "tone"),
    [
        ((9.0, 14.0), (11.0, None), "9 to 14", "−2 to +3", "11", ""),
        ((9.0, 10.0), (9.0, None), "9 to 10", "= to +1", "9", "worse"),
        ((9.0, 14.0), (11.0, 16.0), "9 to 14", "−2", "11 to 16", "better"),
        ((9.0, 14.0), (9.0, 14.0), "9 to 14", "=", "9 to 14", ""),
        ((9.0, inf), (9.0, 14.0), "9", "≠", "9 to 14", "worse"),
        ((9.0, 14.0), (9.0, inf), "9 to 14", "≠", "9 years or never", "better"),
        ((10.0, inf), (9.0, inf), "10", "+1", "9 years or never", "worse"),
        ((None, None), (9.0, None), "never", "", "9", ""),
    ],
)
def test_a_payback_is_compared_at_both_its_ends(
    now: tuple[float | None, float | None],
    kept: tuple[float | None, float | None],
    number: str,
    difference: str,
    old: str,
    tone: str,
) -> None:
    made = tile(now, kept)
    said = (made.number, made.difference, made.kept.replace("\xa0", " "), made.tone)
    assert said == (number, difference, old, tone)


def test_a_tile_of_energy_is_the_figure_of_the_document_without_prices_too() -> None:
    made = small(4)
    assert made.money is None
    shared = tiles_of((made, made), (outcomes(made), outcomes(made)), Amounts(), year=None)[1]
    assert outcomes(made).period_years == 1.0
    assert shared.number == f"{round(made.energy.received_kwh.sum() / 1000.0):,}"
