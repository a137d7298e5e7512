"""The ledger with axes in front: each draw is what it is alone, pools are pairs, years told are years."""

from dataclasses import replace

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.bills.bill import bill_terms
from acc.bills.surplus import own_use
from acc.bills.tariff_slots import SLOTS
from acc.exchange import Exchange
from acc.ledger.chart import LedgerChart, chart_of, paces_of
from acc.ledger.fill import YearVolumes, fill, plant_blocks, plant_income, year_euros
from acc.ledger.sums import brought, person_gains, site_savings_eur
from acc.plan.cash_flows import PlanTerms, plan_terms
from acc.scenario import Scenario
from scenarios.operation.tariffs.price import tariffs_of
from tests.acc.accounts.test_members import one_hour
from tests.acc.ledger.golden_cases import HARD_FINANCE, hard
from tests.operations import member, money_of

COUNT = 3
"""Draws, sites, plants and years: an axis taken for another gives no error, only other figures."""


def three() -> tuple[Scenario, Exchange]:
    """Return three sites, one without a price, three plants, two of them behind a meter, three years."""
    made, exchange = hard()
    columns = [1, 2, 3]
    finance = replace(HARD_FINANCE, horizon_years=COUNT, inverter_year=2)
    people = tuple(made.participants[n] for n in columns)
    made = replace(made, participants=people, finance=replace(finance, debt_years=2))
    return made, replace(exchange, consumption_kwh=exchange.consumption_kwh[:, columns])


class Ground:
    """Terms, accounts and plan of the three, and what draws may be."""

    def __init__(self) -> None:
        self.made, self.exchange = three()
        self.tariffs = tariffs_of(self.made, self.exchange)
        self.terms = bill_terms(self.tariffs, self.made.prices, self.made.plants, 1.0)
        recovers = [member.recovers_vat for member in self.tariffs.members]
        self.chart: LedgerChart = chart_of(self.made, self.tariffs.plants, recovers)
        plan = money_of(self.made, self.exchange).plan_terms
        assert plan is not None
        self.plan: PlanTerms = plan

    def volumes(self, seed: int, *axes: int) -> YearVolumes:
        rng = np.random.default_rng(seed)
        needs = rng.uniform(9e3, 5e4, (*axes, COUNT, len(SLOTS)))
        part = rng.uniform(0.0, 0.2, (*axes, COUNT, COUNT, len(SLOTS)))
        local = needs[..., None, :, :] * part
        kwh = rng.uniform(10.0, 900.0, (*axes, COUNT, len(SLOTS)))
        own = own_use(self.terms, self.tariffs.plants, kwh, [0, None, 1])
        return YearVolumes(
            consumption_kwh=needs,
            local_kwh=local,
            shared_kwh=local.sum(axis=(-1, -2)),
            own_use=own,
            period_years=1.0,
            stays=rng.uniform(size=(*axes, COUNT)) > 0.2,
        )

    def gains(self, kwh: YearVolumes, surplus_kwh: FloatArray, capex: FloatArray | float) -> list[FloatArray]:
        """Return what the ledger tells: persons, all accounts, sites, cash of plants."""
        euros = year_euros(self.terms, kwh)
        flows = self.plan.flows(plant_income(euros, kwh.shared_kwh, surplus_kwh), capex)
        found = []
        for pairs in (False, True):
            filled = fill(self.chart, euros, paces_of(self.plan), pairs=pairs)
            blocks = (*filled.blocks, *plant_blocks(self.chart, flows))
            gains = person_gains(self.chart, blocks)
            every = brought(blocks, len(self.chart.names))
            found += [gains.gain_eur, gains.tax_eur, gains.bill_vat_eur, every, site_savings_eur(filled)]
        return [*found, flows.project_eur_ht, euros.savings_eur]


def same(found: FloatArray, expected: FloatArray) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-8)


def part(kwh: YearVolumes, d: int) -> YearVolumes:
    own = replace(kwh.own_use, spared_eur=kwh.own_use.spared_eur[d], paid_eur=kwh.own_use.paid_eur[d])
    named = ("consumption_kwh", "local_kwh", "shared_kwh", "stays")
    return replace(kwh, own_use=own, **{name: getattr(kwh, name)[d] for name in named})


def test_draws_on_an_axis_are_what_each_is_alone_where_all_axes_are_of_one_length() -> None:
    ground = Ground()
    kwh = ground.volumes(1, COUNT)
    surplus = np.random.default_rng(2).uniform(1e3, 2e5, (COUNT, COUNT))
    capex = np.array([0.8, 1.0, 1.3])
    together = ground.gains(kwh, surplus, capex)
    for d in range(COUNT):
        alone = ground.gains(part(kwh, d), surplus[d], float(capex[d]))
        for whole, one in zip(together, alone, strict=True):
            same(np.broadcast_to(whole, (COUNT, *one.shape))[d], one)


def test_two_axes_in_front_are_one_after_the_other() -> None:
    ground = Ground()
    kwh = ground.volumes(3, 2, COUNT)
    surplus = np.full((2, COUNT, COUNT), 5e4)
    together = ground.gains(kwh, surplus, 1.0)
    for k in range(2):
        for whole, one in zip(together, ground.gains(part(kwh, k), surplus[k], 1.0), strict=True):
            same(np.broadcast_to(whole, (2, *one.shape))[k], one)


def test_every_euro_that_leaves_an_account_enters_another_in_each_year_and_draw() -> None:
    ground = Ground()
    kwh = ground.volumes(4, 5)
    for every in ground.gains(kwh, np.full((5, COUNT), 9e4), 1.0)[3::5][:2]:
        assert np.abs(every.sum(axis=-2)).max() < 1e-9 * np.abs(every).sum()
        # What goes through the pool stays nowhere.
        assert np.abs(every[..., -1, :]).max() < 1e-9 * np.abs(every).sum()


def test_a_pool_gives_each_person_what_pairs_give_it() -> None:
    ground = Ground()
    found = ground.gains(ground.volumes(5), np.full(COUNT, 7e4), 1.0)
    for pooled, paired in zip(found[:5], found[5:10], strict=True):
        same(pooled, paired)


@pytest.mark.parametrize("paid", ["bills", "plants"])
def test_years_told_one_by_one_that_fade_as_the_formula_says_give_its_euros(paid: str) -> None:
    # One pace for all, and neither yearly fee nor option: each line is then straight in the kWh of its year.
    ground = Ground()
    endless = [replace(p, charges=replace(p.charges, life_years=None)) for p in ground.plan.plants]
    plants = [replace(plant, degradation_ratio=0.02) for plant in endless]
    ground.plan = plan_terms(plants, ground.plan.finance)
    ground.terms = replace(ground.terms, option_counted=False)
    first = replace(ground.volumes(6), stays=np.ones(COUNT, dtype=np.bool_))
    left = 0.98 ** np.arange(COUNT)

    def told(values: FloatArray) -> FloatArray:
        return values * left.reshape(-1, *(1,) * values.ndim)

    own = replace(
        first.own_use, spared_eur=told(first.own_use.spared_eur), paid_eur=told(first.own_use.paid_eur)
    )
    local = told(first.local_kwh)
    every = replace(
        first,
        consumption_kwh=np.broadcast_to(first.consumption_kwh, (COUNT, *first.consumption_kwh.shape)),
        local_kwh=local,
        shared_kwh=local.sum(axis=(-1, -2)),
        own_use=own,
        by_year=True,
    )
    formula, by_year = year_euros(ground.terms, first), year_euros(ground.terms, every)
    if paid == "bills":
        one = fill(ground.chart, formula, paces_of(ground.plan))
        other = fill(ground.chart, by_year, paces_of(ground.plan, by_year=True))
        for block, told_ in zip(one.blocks, other.blocks, strict=True):
            np.testing.assert_allclose(told_.eur, block.eur, rtol=1e-9, atol=1e-8, err_msg=block.line)
    else:
        surplus = np.full(COUNT, 3e4)
        income = plant_income(by_year, told(first.shared_kwh).T, told(surplus).T)
        flows = ground.plan.flows(income)
        expected = ground.plan.flows(plant_income(formula, first.shared_kwh, surplus))
        np.testing.assert_allclose(flows.project_eur_ht, expected.project_eur_ht, rtol=1e-9)


def test_one_plant_alone_sells_at_the_price_of_each_buyer() -> None:
    made, exchange = one_hour(
        [member("a"), member("b")],
        consumption=[1000.0, 500.0],
        local_by_participant_eur_per_kwh={"b": 0.2},
    )
    tariffs = tariffs_of(made, exchange)
    terms = bill_terms(tariffs, made.prices, made.plants, 1.0)
    local = np.zeros((1, 2, len(SLOTS)))
    local[0, :, 3] = [100.0, 50.0]
    kwh = YearVolumes(
        consumption_kwh=3.0 * local[0],
        local_kwh=local,
        shared_kwh=local.sum(axis=(1, 2)),
        own_use=own_use(terms, tariffs.plants, np.zeros((1, len(SLOTS))), [None]),
        period_years=1.0,
        stays=np.ones(2, dtype=np.bool_),
    )
    same(year_euros(terms, kwh).sold_eur, np.array([[100.0 * 0.105 + 50.0 * 0.2]]))
