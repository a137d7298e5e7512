"""The kWh and prices told apart give back each line of the plan."""

from dataclasses import replace

import numpy as np
import pytest

from acc.accounts.producers import PlanLines, plan_lines
from acc.accounts.values import Money
from acc.finance import Finance
from acc.plant_model import PlantModel
from acc.sites import ContractCode
from tests.operations import AUTUMN_2026, exchange_of, member, money_of, plant, scenario, with_prices

FINANCE = Finance(
    horizon_years=25,
    indexation_ratio=0.015,
    supply_indexation_ratio=0.03,
    market_indexation_ratio=0.005,
    capex_eur_per_kwp=1000.0,
    opex_eur_per_kwp_year=20.0,
    inverter_eur_per_kwp=100.0,
    market_eur_per_kwh=0.03,
)


def made(**prices: object):
    plants = [plant("r0", owner="x"), plant("r1", owner="y", model=PlantModel(degradation_ratio=0.02))]
    if "surplus" in prices:
        plants[1] = replace(plants[1], surplus=prices.pop("surplus"))
    given = scenario([member("a"), member("b")], plants, on=AUTUMN_2026, finance=FINANCE)
    given = with_prices(given, **prices)
    noons = range(11, given.steps.count, 24)
    exchange = exchange_of(given, {t: [2.0, 4.0] for t in noons}, {t: [3.0, 6.0] for t in noons})
    return given, money_of(given, exchange)


def lines_hold(lines: PlanLines, money: Money) -> None:
    flows = money.plan.flows
    growth = 1.015 ** (np.arange(26) - 1.0)
    local = lines.shared_kwh * lines.local_eur_per_kwh * lines.local_ratio * growth
    surplus = lines.contract_kwh * lines.contract_eur_per_kwh + lines.market_kwh * 0.03 * 1.005 ** (
        np.arange(26) - 1.0
    )
    assert local == pytest.approx(flows.local_eur_ht, rel=1e-12)
    assert surplus == pytest.approx(flows.surplus_eur_ht, rel=1e-12)
    dearer = lines.own_supply_eur * (1.03 ** (np.arange(26) - 1.0) - 1.0)
    assert lines.own_use_eur + dearer == pytest.approx(flows.own_use_eur_ht, rel=1e-12)


def test_kwh_times_price_gives_back_the_lines_of_the_plan() -> None:
    _given, money = made()
    lines = plan_lines(money)
    lines_hold(lines, money)
    assert lines.local_ratio.tolist() == [1.0] * 26
    assert lines.contract == (0.05, 0.0)
    assert lines.market_kwh.sum() == 0.0


def test_two_contracts_have_no_price_in_common_and_one_ends() -> None:
    _given, money = made(surplus=ContractCode("oa-2026-06"))
    lines = plan_lines(money)
    lines_hold(lines, money)
    assert lines.contract is None
    assert (lines.market_kwh > 0.0).tolist() == [False] * 21 + [True] * 5


def test_plants_that_fade_and_sell_differently_keep_their_euros() -> None:
    _given, money = made(local_by_plant_eur_per_kwh={"r1": 0.14})
    lines = plan_lines(money)
    lines_hold(lines, money)
    assert lines.local_ratio[1] == 1.0
    assert lines.local_ratio[25] < 1.0  # the dear plant fades faster


def test_without_local_price_there_is_no_plan_to_redo() -> None:
    _given, money = made(local_eur_per_kwh=None)
    with pytest.raises(ValueError, match="no plan"):
        plan_lines(money)
