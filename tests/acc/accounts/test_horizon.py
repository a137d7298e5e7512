"""Years of the plan: each price by its own index, a spreadsheet in loops, every euro of every year closes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.person_values import losing_year
from acc.accounts.persons import value_steps
from acc.accounts.values import Money
from acc.exchange import Exchange
from acc.finance import Finance
from acc.ledger.chart import Account
from acc.scenario import Scenario
from acc.sites import Kind, Person, PlantCosts, Vat
from tests.effort import law
from tests.operations import (
    behind_anybody,
    exchange_of,
    member,
    money_of,
    operations,
    plant,
    scenario,
    with_prices,
)

FREE = PlantCosts(
    capex_eur=0.0, connection_eur=0.0, opex_eur_per_year=0.0, insurance_eur_per_year=0.0, inverter_eur=0.0,
    injection_turpe_eur_per_year=0.0, ifer_eur_per_year=0.0,
)  # fmt: skip
FLAT = Finance(horizon_years=3, discount_ratio=0.10, degradation_ratio=0.0, opex_indexation_ratio=0.0)


def sold(finance: Finance, **prices: float) -> Money:
    """A member buys 1,000 kWh at noon, 600 of them from the roof of another, who sells it nothing else."""
    made = scenario([member("a")], [plant(owner="x", costs=FREE)], finance=finance)
    made = with_prices(made, **prices)
    return money_of(made, exchange_of(made, {12: [1000.0]}, {12: [600.0]}))


def test_by_hand_each_price_grows_by_its_own_index() -> None:
    # 600 kWh: 76.80 EUR of supply and 18.51 of accise spared; 63.00 paid locally, 6.00 to the PMO; 4.47 of
    # management and 15 % of CTA on it.
    finance = replace(FLAT, supply_indexation_ratio=0.03, indexation_ratio=0.05, opex_indexation_ratio=0.10)
    (member_money,) = sold(finance, pmo_eur_per_kwh=0.01).participants
    fixed = 4.47 * 1.15
    assert member_money.by_year_eur_ht == pytest.approx(
        [
            76.80 + 18.51 - 63.00 - 6.00 - fixed,
            76.80 * 1.03 + 18.51 - 63.00 * 1.05 - (6.00 + fixed) * 1.10,
            76.80 * 1.03**2 + 18.51 - 63.00 * 1.05**2 - (6.00 + fixed) * 1.10**2,
        ],
        abs=1e-9,
    )
    assert member_money.by_year_eur_ht[0] == pytest.approx(member_money.saving_eur_ht, abs=1e-9)


def test_by_hand_what_is_paid_by_the_year_does_not_fade_with_the_panels() -> None:
    # 10 % of output less each year: what follows kWh fades, management and its CTA and the PMO's fee do not.
    (one,) = sold(replace(FLAT, degradation_ratio=0.10), pmo_eur_per_year=5.0).participants
    kwh, yearly = 76.80 + 18.51 - 63.00, 4.47 * 1.15 + 5.0
    assert one.by_year_eur_ht == pytest.approx([kwh * left - yearly for left in (1.0, 0.9, 0.81)], abs=1e-9)


def test_silent_indices_flatter_nobody() -> None:
    dear = replace(FLAT, indexation_ratio=0.05)
    assert (dear.supply_growth_ratio, dear.market_growth_ratio) == (0.0, 0.0)
    cheap = replace(FLAT, indexation_ratio=-0.02)
    assert (cheap.supply_growth_ratio, cheap.market_growth_ratio) == (-0.02, -0.02)
    (silent,) = sold(dear).participants
    (same,) = sold(replace(dear, supply_indexation_ratio=0.05)).participants
    assert silent.by_year_eur_ht[2] < same.by_year_eur_ht[2]


def test_by_hand_the_year_from_which_a_member_loses() -> None:
    # 27.17 EUR in the first year; the local price takes 20 % more each year, 12.60 then 15.12 EUR.
    money = sold(replace(FLAT, indexation_ratio=0.20))
    (one,) = money.participants
    first = 76.80 + 18.51 - 63.00 - 4.47 * 1.15
    assert one.by_year_eur_ht == pytest.approx([first, first - 12.60, first - 27.72], abs=1e-9)
    assert one.loses_from_year == 3
    # At full accise it spares 18.51 EUR less each year: it loses from the second one on.
    assert one.full_accise_loses_from_year == 2
    buyer = next(person for person in money.persons if person.id == "a")
    assert buyer.by_year_eur_ht == pytest.approx((0.0, *one.by_year_eur_ht), abs=1e-9)
    assert buyer.loses_from_year == 3
    assert buyer.npv_eur_ht == pytest.approx(
        first / 1.1 + (first - 12.60) / 1.21 + (first - 27.72) / 1.331, abs=1e-9
    )


def test_a_loss_counts_from_the_year_after_which_it_never_stops() -> None:
    assert losing_year([5.0, -1.0, 5.0]) is None
    assert losing_year([-1.0, 5.0, -1.0]) == 3
    assert losing_year([-1.0, -1.0]) == 1
    assert losing_year([]) is None


def owners(vat: Vat | None, profit_tax_ratio: float | None = None) -> Money:
    """A town buys 600 kWh from its own roof: 10,000 EUR of works, 500 EUR of operation a year, two years."""
    person = Person(id="ville", name="Ville", kind=Kind.COMMUNE, vat=vat, profit_tax_ratio=profit_tax_ratio)
    costs = replace(FREE, capex_eur=10_000.0, opex_eur_per_year=500.0, inverter_eur=1_000.0)
    roof = plant(person="ville", owner="Ville", costs=costs)
    finance = replace(FLAT, discount_ratio=0.0, inverter_year=2)
    hall = replace(member("mairie", recovers_vat=vat in {None, Vat.RECOVERED}), person="ville")
    made = scenario([hall], [roof], finance=finance, persons=(person,))
    return money_of(made, exchange_of(made, {12: [1000.0]}, {12: [600.0]}))


def test_by_hand_vat_that_is_lost_is_paid_on_works_and_operation() -> None:
    recovered, lost = owners(Vat.RECOVERED).persons[0], owners(Vat.LOST).persons[0]
    # 20 % of 10,000 of works, 1,000 of inverters, three years of 500 of operation.
    assert lost.plant_vat_npv_eur == pytest.approx(0.20 * (10_000.0 + 1_000.0 + 1_500.0), abs=1e-9)
    # Its bills fall by 0.20 x (76.80 + 18.51 - 4.47 x 1.15) of VAT; it bills itself none for local kWh.
    spared = 0.20 * (76.80 + 18.51 - 4.47 * 1.15)
    assert lost.lost_vat_eur == pytest.approx(-spared, abs=1e-9)
    # Both are in what the town has of it.
    assert recovered.npv_eur_ht - lost.npv_eur_ht == pytest.approx(2_500.0 - 3.0 * spared, abs=1e-9)
    assert (recovered.npv_eur, lost.npv_eur) == (recovered.npv_eur_ht, lost.npv_eur_ht)
    assert (recovered.gain_eur_ht - lost.gain_eur_ht) == pytest.approx(100.0, abs=1e-9)


def test_by_hand_the_fctva_gives_back_a_part_two_years_later() -> None:
    money = owners(Vat.FCTVA)
    assert money.plan is not None
    # 2,000 EUR paid at the start, 16.404 % of 12,000 back in year 2, when 200 EUR are paid on inverters,
    # which come back after the plan.
    assert money.plan.flows.investment_vat_eur == pytest.approx(
        [-2_000.0, 0.0, 0.16404 * 12_000.0 - 200.0, 0.0], abs=1e-9
    )
    assert money.plan.flows.running_vat_eur == pytest.approx([0.0, -100.0, -100.0, -100.0], abs=1e-9)


def test_silence_on_vat_counts_none() -> None:
    assert owners(None).persons[0].plant_vat_npv_eur == 0.0


def test_by_hand_the_tax_on_profit_is_on_plants_and_bills_together() -> None:
    # Three years: 20 of depreciation are more than the plan, so that 10,000 / 3 are deducted each year.
    costs = replace(FREE, capex_eur=60.0)
    forge = Person(id="forge", name="Forge", kind=Kind.COMPANY, vat=Vat.RECOVERED, profit_tax_ratio=0.25)
    site = replace(member("atelier"), person="forge")
    roof = plant(person="forge", costs=costs)
    made = scenario([site], [roof], finance=FLAT, persons=(forge,))
    exchange = exchange_of(made, {12: [1000.0]}, {12: [600.0]})
    free, dear = (money_of(with_prices(made, local_eur_per_kwh=p), exchange).persons[0] for p in (0.0, 0.15))
    spared = 76.80 + 18.51 - 4.47 * 1.15
    tax = 0.25 * (spared - 20.0)
    assert free.by_year_eur_ht == pytest.approx([-60.0, *[spared - tax] * 3], abs=1e-9)
    assert free.profit_tax_npv_eur == pytest.approx(tax * (1 / 1.1 + 1 / 1.21 + 1 / 1.331), abs=1e-9)
    # What it pays itself is no profit: the tax is the same at any price.
    assert dear.npv_eur_ht == pytest.approx(free.npv_eur_ht, abs=1e-9)


RICH = Finance(
    horizon_years=20,
    discount_ratio=0.04,
    degradation_ratio=0.006,
    indexation_ratio=0.012,
    supply_indexation_ratio=0.02,
    market_indexation_ratio=0.01,
    opex_indexation_ratio=0.025,
    market_eur_per_kwh=0.04,
    inverter_year=11,
    grant_eur=900.0,
)
MIXED = Person(id="mixte", name="Mixte", kind=Kind.COMPANY, vat=Vat.FCTVA, profit_tax_ratio=0.15)


def mixed() -> tuple[Scenario, Exchange]:
    """A person with two sites and a roof, half of which serves a neighbour."""
    people = [
        replace(member("m1", recovers_vat=False), person="mixte"),
        replace(member("m2", "BTSUP-LU", (120.0,), recovers_vat=False), person="mixte"),
        member("voisin"),
    ]
    costs = PlantCosts(
        capex_eur=2_000.0, connection_eur=700.0, opex_eur_per_year=120.0, insurance_eur_per_year=30.0,
        rent_eur_per_year=40.0, inverter_eur=800.0, injection_turpe_eur_per_year=60.0, ifer_eur_per_year=25.0,
    )  # fmt: skip
    made = scenario(people, [plant(person="mixte", costs=costs)], finance=RICH, persons=(MIXED,))
    made = with_prices(made, pmo_eur_per_kwh=0.004, pmo_eur_per_year=90.0)
    noons = range(12, made.steps.count, 24)
    return made, exchange_of(
        made, {t: [4.0, 3.0, 5.0] for t in noons}, {t: [14.0 if t % 48 else 9.0] for t in noons}
    )


def in_a_spreadsheet(money: Money) -> tuple[list[float], list[float]]:
    """Return what the person gains each year, tax paid, and the VAT on its bills, cell by cell."""
    sites = [p for p in money.participants if p.id != "voisin"]
    roof = money.plants[0]
    to_self = sum(site.after.local_eur_ht for site in sites)
    gains, vats, losses = [-(2_000.0 + 700.0) - 0.20 * 2_700.0 + 900.0], [0.0], 0.0
    for year in range(1, 21):
        fade, local, supply, cost = 1.0, 1.0, 1.0, 1.0
        for _before in range(year - 1):
            fade *= 1.0 - 0.006
            local *= 1.0 + 0.012
            supply *= 1.0 + 0.02
            cost *= 1.0 + 0.025
        spared, vat = 0.0, 0.0
        for site in sites:
            before, after = site.before, site.after
            less = (before.supply_eur_ht - after.supply_eur_ht) * fade * supply
            less += (before.accise_eur_ht - after.accise_eur_ht) * fade
            less += (before.withdrawal_eur_ht - after.withdrawal_eur_ht) * fade
            fixed = after.management_eur_ht - before.management_eur_ht + after.cta_eur_ht - before.cta_eur_ht
            less -= fixed * cost
            by_kwh = site.received_kwh * 0.004
            less -= (by_kwh * fade + after.pmo_eur_ht - by_kwh) * cost
            spared += less
            vat += -0.20 * less
        sales = (roof.local_eur_ht - to_self) * fade * local
        surplus = roof.surplus_kwh * fade * 0.05
        costs = (120.0 + 30.0 + 40.0 + 60.0 + 25.0) * cost
        inverter = 800.0 * cost if year == 11 else 0.0
        running_vat = 0.20 * (120.0 + 60.0) * cost
        result = spared - vat + sales + surplus - costs - inverter - running_vat
        taxable = result - (2_700.0 - 900.0) / 20.0 + losses
        losses = min(taxable, 0.0)
        tax = 0.15 * max(taxable, 0.0)
        investment_vat = -0.20 * inverter
        if year == 2:
            investment_vat += 0.16404 * 1.20 * 2_700.0
        if year == 13:
            investment_vat += 0.16404 * 1.20 * 800.0 * 1.025**10
        gains.append(result + investment_vat - tax)
        vats.append(vat)
    return gains, vats


def test_twenty_years_of_a_person_equal_a_spreadsheet() -> None:
    money = money_of(*mixed())
    person = next(p for p in money.persons if p.id == "mixte")
    gains, vats = in_a_spreadsheet(money)
    assert person.by_year_eur_ht == pytest.approx(gains, rel=1e-9, abs=1e-9)
    assert person.npv_eur_ht == pytest.approx(sum(g / 1.04**t for t, g in enumerate(gains)), rel=1e-9)
    assert person.lost_vat_npv_eur == pytest.approx(sum(v / 1.04**t for t, v in enumerate(vats)), rel=1e-9)
    assert person.profit_tax_npv_eur > 0.0


finances = st.builds(
    Finance,
    horizon_years=st.integers(1, 8),
    discount_ratio=st.sampled_from([0.0, 0.04]),
    indexation_ratio=st.sampled_from([-0.02, 0.0, 0.03]),
    supply_indexation_ratio=st.sampled_from([None, 0.02]),
    market_indexation_ratio=st.sampled_from([None, -0.01]),
    opex_indexation_ratio=st.sampled_from([None, 0.0, 0.04]),
    market_eur_per_kwh=st.sampled_from([None, 0.05]),
    inverter_year=st.sampled_from([None, 2]),
    tax_ratio=st.sampled_from([0.0, 0.25]),
    grant_eur=st.sampled_from([0.0, 500.0]),
)
VATS = st.sampled_from([None, *Vat])


@law(60)
@given(operations(), st.integers(1, 3), finances, st.lists(VATS, min_size=3, max_size=3), st.data())
def test_every_euro_of_every_year_leaves_an_account_and_enters_another(
    made_of: tuple[Scenario, Exchange],
    persons: int,
    finance: Finance,
    vats: list[Vat | None],
    data: st.DataObject,
) -> None:
    made, exchange = made_of
    hosts = [data.draw(st.sampled_from([None, *range(len(made.participants))])) for _roof in made.plants]
    made, exchange = behind_anybody(made, exchange, hosts, data.draw(st.sampled_from([None, 0.08])))
    people = tuple(
        Person(id=f"p{i}", name=f"P{i}", vat=vats[i], profit_tax_ratio=0.1 * i or None)
        for i in range(persons)
    )
    owned = replace(
        made,
        finance=finance,
        persons=people,
        participants=tuple(replace(p, person=f"p{i % persons}") for i, p in enumerate(made.participants)),
        plants=tuple(replace(p, person=f"p{i % persons}") for i, p in enumerate(made.plants)),
    )
    # A day is no plan: the same kWh are told to be those of a year.
    money = money_of_a_year(owned, exchange)
    changes: Mapping[str, np.ndarray] = defaultdict(lambda: np.zeros(finance.horizon_years + 1))
    turnover = 1.0
    for entry in money.year_ledger:
        changes[entry.payer][:] -= entry.eur
        changes[entry.receiver][:] += entry.eur
        turnover += float(np.abs(entry.eur).sum())
    assert np.abs(np.sum(list(changes.values()), axis=0)).max() <= 1e-9 * turnover
    assert set(changes) <= {person.id for person in money.persons} | set(Account)
    if money.total is not None and money.total.npv_eur_ht is not None:
        steps = sum(one.amount_eur for one in value_steps(money, finance))
        assert steps == pytest.approx(money.total.npv_eur_ht, abs=1e-9 * turnover)
    worth = 1.0 / (1.0 + finance.discount_ratio) ** np.arange(finance.horizon_years + 1)
    for person in money.persons:
        pocket = np.array(person.by_year_eur_ht) @ worth
        assert changes[person.id] @ worth == pytest.approx(pocket, abs=1e-9 * turnover)
        assert person.npv_eur == pytest.approx(pocket, abs=1e-9 * turnover)
        # The first year is that of the period, but for the tax on profit and the FCTVA.
        first = changes[person.id][1] + sum(
            entry.eur[1] for entry in money.year_ledger
            if entry.payer == person.id and entry.line in {"profit_tax_eur", "investment_vat_eur"}
        )  # fmt: skip
        premium = sum(
            e.eur[1] for e in money.year_ledger if e.receiver == person.id and e.line == "grant_eur"
        )
        inverter = sum(
            e.eur[1] for e in money.year_ledger if e.payer == person.id and e.line == "inverter_eur_ht"
        )
        assert first - premium + inverter == pytest.approx(person.gain_eur, abs=1e-9 * turnover)


def money_of_a_year(made: Scenario, exchange: Exchange) -> Money:
    """Return the euros of an operation of a few days, told over the year that starts with them."""
    whole = scenario([], []).steps
    count = min(len(exchange.consumption_kwh), whole.count)

    def filled(kwh: np.ndarray) -> np.ndarray:
        year = np.zeros((whole.count, kwh.shape[1]))
        year[:count] = kwh[:count]
        return year

    longer = Exchange(
        whole, filled(exchange.consumption_kwh), filled(exchange.production_kwh), filled(exchange.own_use_kwh)
    )
    return money_of(replace(made, steps=whole), longer)


@law(40)
@given(operations(), finances)
def test_splitting_a_person_in_two_changes_no_total_over_the_plan(
    made_of: tuple[Scenario, Exchange], finance: Finance
) -> None:
    made, exchange = made_of
    small = tuple(replace(p, kwp=9.0) for p in made.plants)
    untaxed = replace(finance, tax_ratio=0.0, grant_eur=0.0)
    made = replace(made, plants=small, finance=untaxed)
    one = replace(
        made,
        participants=tuple(replace(p, person="tous") for p in made.participants),
        plants=tuple(replace(p, person="tous") for p in made.plants),
    )
    two = replace(
        made,
        participants=tuple(replace(p, person="un") for p in made.participants),
        plants=tuple(replace(p, person="deux") for p in made.plants),
    )
    whole, parts = money_of_a_year(one, exchange).total, money_of_a_year(two, exchange).total
    assert whole is not None
    assert parts is not None
    for name in ("gain_eur_ht", "full_accise_gain_eur_ht"):
        assert getattr(whole, name) == pytest.approx(getattr(parts, name), rel=1e-9, abs=1e-6)
    # A buyer of another bears the VAT on the price; who pays itself bills itself none.
    vat = parts.lost_vat_npv_eur - whole.lost_vat_npv_eur
    assert vat >= -1e-6
    for name in ("npv_eur_ht", "full_accise_npv_eur_ht"):
        assert getattr(whole, name) == pytest.approx(getattr(parts, name) + vat, rel=1e-9, abs=1e-6)
