"""What a lender asks, beside a sheet of twenty rows kept by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from acc.finance import Finance
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.result.lending import MORE_RATIO, Lending, Strain, lending
from acc.result.result import Drawn, OutputDoubt, Result
from acc.settle import settle
from acc.sites import Plant, PlantCosts
from tests.operations import exchange_of, member, money_of, plant, scenario

YEARS, LOAN_YEARS, RATE = 20, 15, 0.03
CAPEX, OPEX, INSURANCE = 1000.0, 20.0, 5.0
FADE, LOCAL, SURPLUS, GROWTH, COSTS_GROW = 0.005, 0.105, 0.05, 0.01, 0.02
SOLD = {"large": 900.0, "small": 300.0}
LEFT = 800.0
"""kWh of surplus in the first year."""

FINANCE = Finance(
    horizon_years=YEARS,
    discount_ratio=0.04,
    degradation_ratio=FADE,
    indexation_ratio=GROWTH,
    opex_indexation_ratio=COSTS_GROW,
    inverter_year=None,
    debt_ratio=0.8,
    debt_interest_ratio=RATE,
    debt_years=LOAN_YEARS,
    churn_ratio=0.05,
    commitment_years=3,
)
COSTS = PlantCosts(
    capex_eur=CAPEX,
    opex_eur_per_year=OPEX,
    insurance_eur_per_year=INSURANCE,
    connection_eur=0.0,
    injection_turpe_eur_per_year=0.0,
    ifer_eur_per_year=0.0,
)
DOUBT = OutputDoubt(middle_ratio=0.98, sigma_ratio=0.05, modelled=True)
P90 = 0.98 * (1.0 - 1.2815515655446004 * 0.05)


def result_of(finance: Finance = FINANCE, doubt: OutputDoubt | None = DOUBT, **of_plant: object) -> Result:
    """Two members buy of a third party's roof: 900 and 300 kWh; 800 kWh are left."""
    given: dict[str, Any] = {"owner": "x", "costs": COSTS} | of_plant
    return result_with([plant(**given)], {12: [1200.0], 13: [LEFT]}, finance, doubt)


def result_with(
    plants: list[Plant],
    made_kwh: dict[int, list[float]],
    finance: Finance = FINANCE,
    doubt: OutputDoubt | None = DOUBT,
) -> Result:
    """Return what these plants bring the two members, who need their kWh at noon."""
    made = scenario([member(name) for name in SOLD], plants, finance=finance)
    exchange = exchange_of(made, {12: list(SOLD.values()), 13: [0.0, 0.0]}, made_kwh)
    allocation = settle(exchange, Prorata())
    return Result(
        scenario=made,
        exchange=exchange,
        allocation=allocation,
        energy=energy(exchange, allocation),
        checks=(),
        quality=(),
        weather=None,  # type: ignore[arg-type]
        provenance=None,  # type: ignore[arg-type]
        money=money_of(made, exchange),
        drawn=None if doubt is None else Drawn(weather_years=1, outputs={"": doubt}),
    )


Left = Callable[[int], tuple[float, float]]


@dataclass(frozen=True)
class Sheet:
    """Twenty rows: cash, annuity, cover; then the payback of the plants before debt."""

    covers: list[float]
    payback: float | None


def by_hand(
    output: float,
    capex: float = 1.0,
    opex: float = 1.0,
    price: float = 1.0,
    left: Left | None = None,
    kwh: tuple[Mapping[str, float], float] = (SOLD, LEFT),
) -> Sheet:
    """Return the sheet of the third party, row by row.

    Args:
        left: from a year, what is left of the kWh that large and small buy; all of it by default.
        kwh: what large and small buy, and the surplus.
    """
    bought, surplus_kwh = kwh
    loan = 0.8 * CAPEX * capex
    annuity = loan * RATE / (1.0 - (1.0 + RATE) ** -LOAN_YEARS)
    cumulated, covers, payback = [-CAPEX * capex], [], None
    for year in range(1, YEARS + 1):
        large, small = left(year) if left else (1.0, 1.0)
        fade = output * (1.0 - FADE) ** (year - 1)
        sold = fade * (large * bought["large"] + small * bought["small"])
        surplus = fade * (sum(bought.values()) + surplus_kwh) - sold
        income = sold * LOCAL * price * (1.0 + GROWTH) ** (year - 1) + surplus * SURPLUS
        cash = income - (OPEX + INSURANCE) * opex * (1.0 + COSTS_GROW) ** (year - 1)
        cumulated.append(cumulated[-1] + cash)
        covers.append(cash / annuity if year <= LOAN_YEARS else float("nan"))
    for year in range(YEARS, 0, -1):
        if cumulated[year] >= 0.0 > cumulated[year - 1]:
            payback = year - 1 - cumulated[year - 1] / (cumulated[year] - cumulated[year - 1])
            break
    return Sheet(covers, payback)


CASES: Mapping[Strain, dict[str, Any]] = {
    Strain.NONE: {},
    Strain.CAPEX: {"capex": 1.1},
    Strain.OPEX: {"opex": 1.1},
    Strain.PRICE: {"price": 0.9},
    Strain.ALL: {"capex": 1.1, "opex": 1.1, "price": 0.9},
    Strain.CHURN: {"left": lambda year: (0.95 ** max(0, year - 3),) * 2},
    Strain.LARGEST: {"left": lambda year: (1.0 if year <= 3 else 0.0, 1.0)},
    Strain.SURPLUS: {"left": lambda _year: (0.0, 0.0)},
    Strain.RECEIPTS: {},
}


@pytest.fixture(scope="module")
def told() -> Lending:
    found = lending(result_of())
    assert found is not None
    return found


@pytest.mark.parametrize("strain", CASES)
def test_cover_and_payback_are_those_of_a_sheet_by_hand_at_p50_and_p90(told: Lending, strain: Strain) -> None:
    assert MORE_RATIO == 0.1
    for output, loans in ((0.98, told.p50), (P90, told.p90)):
        sheet = by_hand(output, **CASES[strain])
        np.testing.assert_allclose(loans[strain].cover_by_year[1:], sheet.covers, rtol=1e-9, equal_nan=True)
        assert loans[strain].payback_years == pytest.approx(sheet.payback, abs=1e-9)
        known = sheet.covers[:LOAN_YEARS]
        assert loans[strain].cover == pytest.approx((min(known), sum(known) / LOAN_YEARS))


def test_each_borrower_covers_its_own_loan_as_its_sheet_by_hand_says() -> None:
    # x sells at noon and an hour later, y once nobody needs anything: 3,000 kWh of surplus.
    plants = [plant(owner="x", costs=COSTS), replace(plant(owner="y", costs=COSTS), id="second")]
    found = lending(result_with(plants, {12: [1200.0, 0.0], 13: [LEFT, 3000.0]}))
    assert found is not None
    none = dict.fromkeys(SOLD, 0.0)
    for output, loans in ((0.98, found.p50), (P90, found.p90)):
        loan = loans[Strain.NONE]
        assert loan.borrowers == ("x", "y")
        sheets = [by_hand(output), by_hand(output, kwh=(none, 3000.0))]
        for owner, sheet in zip(loan.borrowers, sheets, strict=True):
            np.testing.assert_allclose(loan.of([owner]).cover_by_year[1:], sheet.covers, rtol=1e-9)
        mean = np.mean([sheet.covers for sheet in sheets], axis=0)  # of two loans of one size
        np.testing.assert_allclose(loan.cover_by_year[1:], mean, rtol=1e-9)
    assert found.p50[Strain.NONE].cover == found.p50[Strain.NONE].of(["y", "x"]).cover
    bare = lending(result_of(replace(FINANCE, debt_ratio=0.0)))
    assert bare is not None
    assert bare.p50[Strain.NONE].borrowers == ()


def test_the_largest_buyer_pays_its_part_of_the_receipts(told: Lending) -> None:
    assert told.largest is not None
    whole = sum(SOLD.values()) * LOCAL + LEFT * SURPLUS
    assert told.largest.id == "large"
    assert told.largest.receipts_ratio == pytest.approx(900.0 * LOCAL / whole)
    assert told.avoided_ratio == 0.0


def test_at_the_output_and_the_price_of_the_break_even_the_worst_year_covers_once(told: Lending) -> None:
    assert told.unit_cover_output_ratio is not None
    assert told.unit_cover_price_ratio is not None
    covers = by_hand(0.98 * told.unit_cover_output_ratio).covers[:LOAN_YEARS]
    assert min(covers) == pytest.approx(1.0, abs=1e-6)
    assert min(by_hand(0.98, price=told.unit_cover_price_ratio).covers[:LOAN_YEARS]) == pytest.approx(
        1.0, abs=1e-6
    )


def test_without_draws_there_is_no_p90_and_without_a_loan_no_cover() -> None:
    bare = lending(result_of(replace(FINANCE, debt_ratio=0.0), doubt=None))
    assert bare is not None
    assert not bare.p90
    assert bare.p50[Strain.NONE].cover is None
    assert bare.unit_cover_output_ratio is None
    assert bare.p50[Strain.NONE].payback_years == pytest.approx(by_hand(1.0).payback)
    unplanned = result_of()
    assert unplanned.money is not None
    assert lending(replace(unplanned, money=replace(unplanned.money, plan_terms=None, plan=None))) is None


def test_inverters_weigh_on_their_year_or_are_set_aside_in_equal_parts() -> None:
    costs = replace(COSTS, opex_eur_per_year=0.0, insurance_eur_per_year=0.0, inverter_eur=60.0)
    flat = replace(FINANCE, inverter_year=6, opex_indexation_ratio=0.0, degradation_ratio=0.0)
    found = lending(result_of(replace(flat, indexation_ratio=0.0), doubt=None, costs=costs))
    assert found is not None
    annuity = 0.8 * CAPEX * RATE / (1.0 - (1.0 + RATE) ** -LOAN_YEARS)
    sold = sum(SOLD.values()) * LOCAL + LEFT * SURPLUS
    once, aside = found.p50[Strain.NONE].cover_by_year, found.p50[Strain.RESERVE].cover_by_year
    assert once[5:8] * annuity == pytest.approx([sold, sold - 60.0, sold])
    assert aside[1:8] * annuity == pytest.approx([sold - 10.0] * 6 + [sold])
    # With a reserve the worst years are the first six: output may fall until they bring the annuity and 10.
    assert found.unit_cover_output_ratio == pytest.approx((annuity + 10.0) / sold)


def test_what_an_owner_buys_of_itself_is_no_receipt_and_it_does_not_leave() -> None:
    # large owns the roof: what it takes spares its bill; small alone may leave, and pays what is received.
    found = lending(result_of(owner="large"))
    assert found is not None
    assert found.largest is not None
    received = 300.0 * LOCAL + LEFT * SURPLUS
    assert found.largest.id == "small"
    assert found.largest.receipts_ratio == pytest.approx(300.0 * LOCAL / received)
    assert found.avoided_ratio == pytest.approx(900.0 * LOCAL / (900.0 * LOCAL + received))
    cash = 0.98 * received - OPEX - INSURANCE
    annuity = 0.8 * CAPEX * RATE / (1.0 - (1.0 + RATE) ** -LOAN_YEARS)
    assert found.p50[Strain.RECEIPTS].cover_by_year[1] == pytest.approx(cash / annuity)


def test_the_rate_of_departures_is_that_of_the_plan() -> None:
    result = result_of(doubt=None)
    found, money = lending(result), result.money
    assert found is not None
    assert money is not None
    assert found.p50[Strain.CHURN].cover == pytest.approx(
        (money.plans_after[0].dscr_min, money.plans_after[0].dscr_mean)
    )
