"""Operations whose euros are kept beside the tests: each clause of the accounts is in one of them at least.

`python -m tests.acc.ledger.golden_cases` writes the file anew: only a change of the rules may move it.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import numpy as np

from acc.accounts.assemble import stored_volumes
from acc.accounts.persons import value_steps
from acc.accounts.values import Money
from acc.by_hour import ByHour
from acc.devices.battery import of_members, with_battery, without_battery
from acc.exchange import Exchange, exchange_behind_meters
from acc.finance import Finance
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.plan.cash_flows import nominal_discount_ratio, present_value_eur
from acc.plan.values import CashFlows
from acc.plant_model import PlantModel
from acc.scenario import Battery, Scenario
from acc.settle import settle
from acc.sites import ContractCode, FixedPrice, MarketFile, Person, PlantCosts, Vat
from scenarios.operation.tariffs.price import money, tariffs_of
from tests.operations import AUTUMN_2026, SPRING_2026, YEAR_2026, member, money_of, plant, scenario

BOTH = (True, False)
KEPT = Path(__file__).with_name("golden.json")

HARD_FINANCE = Finance(
    horizon_years=25,
    discount_ratio=0.03,
    real=True,
    inflation_ratio=0.02,
    indexation_ratio=0.01,
    supply_indexation_ratio=0.03,
    market_indexation_ratio=-0.01,
    opex_indexation_ratio=0.025,
    inverter_year=12,
    grant_eur=20_000.0,
    debt_ratio=0.6,
    debt_interest_ratio=0.045,
    debt_years=12,
    tax_ratio=0.15,
    market_eur_per_kwh=0.045,
    churn_ratio=0.08,
    commitment_years=2,
)
PERSONS = (
    Person(id="ville", name="Ville", vat=Vat.FCTVA),
    Person(id="forge", name="Forge", vat=Vat.RECOVERED, profit_tax_ratio=0.25),
    Person(id="asso", name="Asso", vat=Vat.LOST, profit_tax_ratio=0.0),
)


def year_of(made: Scenario, hosts: list[int | None], seed: int, *, load: float = 12.0) -> Exchange:
    """Return a year in which sites use and plants make what a seed says."""
    rng, count = np.random.default_rng(seed), made.steps.count
    hour = np.arange(count) * made.steps.hours % 24.0
    sun = np.clip(np.sin((hour - 6.0) / 12.0 * np.pi), 0.0, None)
    size = np.linspace(0.4, 2.2, len(made.participants))
    needs = rng.uniform(0.2, load, (count, len(made.participants))) * size * made.steps.hours
    made_kwh = sun[:, None] * rng.uniform(0.2, 1.0, (count, 1)) * [p.kwp for p in made.plants]
    return exchange_behind_meters(made.steps, needs, made_kwh * made.steps.hours, hosts)


def hard(seed: int = 1) -> tuple[Scenario, Exchange]:
    """Return taxes, VAT, debt, every index, an old plant and one that fades fast, sites without a price."""
    people = (
        replace(member("mairie", "CU4", recovers_vat=False), person="ville"),
        replace(member("ecole", "BTSUP-CU", (60.0,) * 4, recovers_vat=False), person="ville"),
        replace(member("atelier", "BTSUP-LU", (120.0,), energy_eur_per_kwh={"hp": 0.09, "hc": 0.05})),
        member("foyer", "LU", (36.0,), energy_eur_per_kwh={}),
        replace(member("bureau", "MU4", (12.0,)), person="forge"),
        member("cher", "CU4", (9.0,), energy_eur_per_kwh={"all": 0.02}, recovers_vat=False),
    )
    roofs = (
        plant("halle", kwp=60.0, person="ville", owner="Ville", commissioned_year=2014, behind="ecole"),
        plant(
            "forge",
            kwp=120.0,
            person="forge",
            owner="Forge",
            model=PlantModel(degradation_ratio=0.02),
            costs=PlantCosts(connection_eur=9000.0, rent_eur_per_year=800.0, life_years=18),
        ),
        plant("asso", kwp=36.0, person="asso", owner="Asso", behind="atelier", own_use_eur_per_kwh=0.07),
    )
    roofs = (roofs[0], replace(roofs[1], surplus=FixedPrice(0.055)), roofs[2])
    made = scenario(people, roofs, on=AUTUMN_2026, finance=HARD_FINANCE, persons=PERSONS)
    prices = replace(
        made.prices,
        local_by_plant_eur_per_kwh={"forge": 0.12, "asso": 0.08},
        surplus=ContractCode("oa-2026-06"),
        pmo_eur_per_year=2400.0,
        pmo_eur_per_kwh=0.004,
    )
    made = replace(made, prices=prices)
    return made, year_of(made, [1, None, 2], seed)


def byplant() -> tuple[Scenario, Exchange]:
    """Return prices by plant, by slot and by buyer; two plants whose lives differ."""
    people = [member("a", "CU4"), member("b", "MU4", (18.0,)), member("c", "LU", (36.0,))]
    roofs = [
        plant("r0", kwp=60.0, owner="a"),
        plant("r1", kwp=30.0, owner="tiers", costs=PlantCosts(life_years=12, capex_eur=30_000.0)),
        plant("r2", kwp=20.0, owner="tiers", model=PlantModel(degradation_ratio=0.015)),
    ]
    made = scenario(people, roofs, finance=Finance(indexation_ratio=-0.01, grant_eur=5000.0))
    prices = replace(
        made.prices,
        local_by_slot_eur_per_kwh={"hph": 0.15, "hcb": 0.03},
        local_by_plant_eur_per_kwh={"r1": 0.11},
        local_by_participant_eur_per_kwh={"c": 0.06},
        pmo_eur_per_kwh=0.003,
    )
    made = replace(made, prices=prices)
    return made, year_of(made, [None, None, None], 2)


def vat() -> tuple[Scenario, Exchange]:
    """Return who recovers no VAT on bills nor on plants, its own roof behind its own meter."""
    people = (
        replace(member("mairie", recovers_vat=False), person="ville"),
        replace(member("ecole", recovers_vat=False), person="ville"),
        member("voisin", recovers_vat=False),
        member("cave"),
    )
    roofs = (
        plant("toit", kwp=36.0, person="ville", owner="Ville", behind="ecole"),
        plant("asso", kwp=50.0, person="asso", owner="Asso"),
    )
    made = scenario(people, roofs, finance=Finance(supply_indexation_ratio=0.02), persons=PERSONS)
    made = replace(made, prices=replace(made.prices, pmo_eur_per_year=600.0))
    return made, year_of(made, [1, None], 3)


def bought() -> tuple[Scenario, Exchange]:
    """Return a contract whose cap is passed, with its premium, then the market, over two years of meters."""
    roofs = [plant("a", kwp=30.0, owner="a"), plant("b", kwp=80.0, owner="b")]
    made = scenario(
        [member("p"), member("q", "MU4", (12.0,))],
        roofs,
        on=AUTUMN_2026,
        days=(date(2026, 1, 1), date(2028, 1, 1)),
        finance=Finance(horizon_years=24, market_eur_per_kwh=0.04),
    )
    made = replace(made, prices=replace(made.prices, surplus=ContractCode("oa-2026-06")))
    return made, year_of(made, [None, None], 4)


def money_of_battery() -> Money:
    """Return the accounts of an operation that has a battery."""
    made, exchange = vat()
    box = Battery(
        energy_kwh=40.0, power_kw=15.0, round_trip_ratio=0.85, capex_eur=16_000.0, opex_eur_per_year=150.0
    )
    made = replace(
        made,
        battery=box,
        on=AUTUMN_2026,
        prices=replace(made.prices, surplus=ContractCode("oa-2026-06")),
    )
    whole = with_battery(exchange, box).exchange
    settled = settle(whole, Prorata())
    sums = without_battery(energy(whole, settled, exchange.consumption_kwh.sum(axis=0)))
    prices = tariffs_of(made, exchange)
    return money(made, exchange, of_members(settled), sums, prices, stored_volumes(whole, settled, prices))


def by_the_hour() -> tuple[Scenario, Exchange]:
    """Return a surplus sold at prices by the hour, beside one under contract."""
    made, exchange = vat()
    values = np.random.default_rng(5).uniform(-0.02, 0.15, made.steps.count)
    prices = replace(made.prices, surplus=MarketFile("spot.csv"), surplus_fee_eur_per_kwh=0.002)
    markets = {"spot.csv": ByHour(file="spot.csv", values=values, own_mean=float(values.mean()))}
    plants = (made.plants[0], replace(made.plants[1], surplus=FixedPrice(0.05)))
    return replace(made, prices=prices, markets=markets, plants=plants), exchange


def at_random(seed: int) -> tuple[Scenario, Exchange]:
    """Return an operation whose members, plants, prices and taxes are those of a seed."""
    rng = np.random.default_rng(seed)
    pick = lambda *of: of[int(rng.integers(len(of)))]  # noqa: E731
    formulas = (("CU4", (9.0,)), ("MU4", (12.0,)), ("LU", (36.0,)), ("BTSUP-LU", (120.0,)))
    people = [
        replace(
            member(
                f"p{n}",
                *pick(*formulas),
                energy_eur_per_kwh=pick({"all": 0.12}, {"hp": 0.15, "hc": 0.08}, {"all": 0.02}, {}),
                recovers_vat=pick(*BOTH),
            ),
            person=pick(None, "ville", "forge", "asso"),
        )
        for n in range(int(rng.integers(1, 5)))
    ]
    hosts = [pick(None, None, *range(len(people))) for _ in range(int(rng.integers(1, 4)))]
    roofs = [
        plant(
            f"r{m}",
            kwp=pick(9.0, 36.0, 90.0, 150.0),
            owner=pick("a", "b"),
            person=pick(None, "ville", "forge"),
            behind=None if host is None else people[host].id,
            own_use_eur_per_kwh=None if host is None else pick(None, 0.0, 0.08),
            commissioned_year=pick(None, 2010),
            surplus=FixedPrice(pick(0.0, 0.05)),
            model=PlantModel(degradation_ratio=pick(None, 0.01)),
            costs=pick(None, PlantCosts(life_years=20, grant_eur=900.0, rent_eur_per_year=100.0)),
        )
        for m, host in enumerate(hosts)
    ]
    made = scenario(
        people,
        roofs,
        on=pick(SPRING_2026, AUTUMN_2026),
        days=pick(YEAR_2026, YEAR_2026, YEAR_2026, (date(2026, 3, 1), date(2026, 3, 8))),
        finance=pick(HARD_FINANCE, Finance(), Finance(tax_ratio=0.25, supply_indexation_ratio=0.02)),
        persons=PERSONS,
    )
    prices = replace(
        made.prices,
        local_eur_per_kwh=pick(0.0, 0.09, 0.2),
        local_by_plant_eur_per_kwh=pick({}, {"r0": 0.13}),
        pmo_eur_per_year=pick(0.0, 3000.0),
        pmo_eur_per_kwh=pick(0.0, 0.005),
        same_substation=pick(None, *BOTH),
    )
    made = replace(made, prices=prices)
    return made, year_of(made, hosts, seed)


def landlord() -> tuple[Scenario, Exchange]:
    """Return a roof let by a neighbour to who produces on it, another whose owner would pay itself."""
    made, exchange = vat()
    rent = PlantCosts(rent_eur_per_year=750.0)
    plants = (
        replace(made.plants[0], costs=rent, landlord="ville"),
        replace(made.plants[1], costs=rent, landlord="voisin"),
    )
    return replace(made, plants=plants, finance=replace(HARD_FINANCE, tax_ratio=0.0)), exchange


OF_PERSONS = (
    "bills_before_eur_ht",
    "bills_after_eur_ht",
    "own_use_eur_ht",
    "internal_eur_ht",
    "sales_eur_ht",
    "costs_eur_ht",
    "rent_eur_ht",
    "lost_vat_eur",
    "full_accise_eur_ht",
    "gain_eur",
    "npv_eur",
    "npv_eur_ht",
    "full_accise_npv_eur_ht",
    "profit_tax_npv_eur",
    "plant_vat_npv_eur",
    "lost_vat_npv_eur",
    "loses_from_year",
    "full_accise_loses_from_year",
)

NAMED: dict[str, Callable[[], Money]] = {
    "hard": lambda: money_of(*hard()),
    "byplant": lambda: money_of(*byplant()),
    "vat": lambda: money_of(*vat()),
    "oa": lambda: money_of(*bought()),
    "battery": money_of_battery,
    "by the hour": lambda: money_of(*by_the_hour()),
    "landlord": lambda: money_of(*landlord()),
}
FINANCE_OF = {
    name: of()[0].finance
    for name, of in {"hard": hard, "byplant": byplant, "oa": bought, "landlord": landlord}.items()
}
CASES = (*NAMED, *(f"random {seed}" for seed in range(50)))


def figures(found: Money, finance: Finance | None, *, whole: bool) -> dict[str, list[float | None]]:
    """Return what is kept of the accounts of an operation, by name.

    Args:
        whole: each year of each person and each line of each plan too, beside what they are worth.
    """
    told: dict[str, list[float | None]] = defaultdict(list)
    for person in found.persons:
        told[f"person {person.id}"] = [getattr(person, name) for name in OF_PERSONS]
        if whole:
            told[f"years {person.id}"] = list(person.by_year_eur_ht)
    for plan in [*found.plans, *([found.plan] if found.plan else [])]:
        told[f"plan {plan.owner}"] = [
            *(plan.npv_eur_ht, plan.equity_npv_eur_ht, plan.payback_years, plan.irr_ratio),
            *(plan.lcoe_eur_per_kwh, plan.dscr_min, plan.grant_eur),
            # Of plants that share a crumb, the price is a quotient of crumbs.
            min(plan.break_even_local_eur_per_kwh or 0.0, 1000.0),
        ]
        for line in fields(CashFlows) if whole else ():
            told[f"plan {plan.owner} {line.name}"] = getattr(plan.flows, line.name).tolist()
    for after in found.plans_after:
        of = [after.npv_eur_ht, after.payback_years, after.dscr_min, after.shared_ratio]
        told[after.case] = [*of, *after.persons_npv_eur_ht.values(), *(year for _id, year in after.left)]
    for member_ in found.participants if whole else ():
        told[f"site {member_.id}"] = list(member_.by_year_eur_ht)
    if found.closure is not None:
        told["closure"] = [line.change_eur for line in found.closure.lines]
    if finance is not None and found.year_ledger:
        worth: dict[str, float] = defaultdict(float)
        for entry in found.year_ledger:
            eur = present_value_eur(entry.eur, nominal_discount_ratio(finance))
            worth[f"worth {entry.payer}"] -= eur
            worth[f"worth {entry.receiver}"] += eur
            worth[f"worth of {entry.line}"] += eur if entry.payer != entry.receiver else 0.0
        told |= {name: [eur] for name, eur in worth.items()}
        told["steps"] = [step.amount_eur for step in value_steps(found, finance)]
    told["flat"] = [found.flat_npv_eur_ht]
    return dict(told)


def of_case(name: str) -> dict[str, list[float | None]]:
    """Return what is kept of a case."""
    if name in NAMED:
        return figures(NAMED[name](), FINANCE_OF.get(name, vat()[0].finance), whole=True)
    made, exchange = at_random(int(name.removeprefix("random ")))
    return figures(money_of(made, exchange), made.finance, whole=False)


def _short(told: dict[str, list[float | None]]) -> dict[str, list[float | None]]:
    return {
        name: [None if value is None else float(f"{value:.13g}") for value in values]
        for name, values in told.items()
    }


if __name__ == "__main__":
    lines = [f"{json.dumps(name)}: {json.dumps(_short(of_case(name)), sort_keys=True)}" for name in CASES]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
