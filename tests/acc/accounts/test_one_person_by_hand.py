"""Twenty-five years of one person, from kWh and published figures alone: no figure of the program is read.

A company holds two sites and two plants, a roof on the network and an old canopy behind the meter of one of
its sites; a neighbour buys a part. Every line of the ledger is in it: suppliers' prices, local price,
contract of the surplus then market, PMO by kWh and by year, management of the network tariff and CTA, accise,
own use, operation, insurance, rent, inverters, network tariff of the injection, IFER at both rates, grant and
premium, VAT lost and given back, VAT on bills, tax on profit with losses carried. It shines in July only.
"""

from dataclasses import dataclass, replace

import pytest

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.exchange import Exchange
from acc.finance import Finance
from acc.sites import ContractCode, Kind, Person, PlantCosts, PlantKind, Position, Vat
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices

YEARS = 25
FINANCE = Finance(
    horizon_years=YEARS,
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
SAME_PLACE = Position(44.85, 0.48)
NEEDS = {"m1": 2400.0, "m2": 5400.0, "voisin": 4200.0}
"""kWh of each site at a noon, own use apart."""
SUPPLY = {"m1": 0.128, "m2": 0.11}
ACCISE = {"m1": 0.03085, "m2": 0.02658}
"""Of March 2026: up to 36 kVA, and above."""
MANAGEMENT = {"m1": 4.47, "m2": 64.32}
"""What the component of a collective adds to the simple one, grid of August 2025, and 15 % of CTA on it."""
MADE = {"toit": (3600.0, 12_000.0), "ombriere": (1800.0, 6000.0)}
"""kWh injected on the even days of July, then on the odd ones, of which there is one more."""
DAYS = (15, 16)
OWN_KWH = 1500.0 * 31
LAST_YEAR = {"toit": YEARS, "ombriere": 14}
"""The canopy is of 2010: sixteen of its thirty years are gone."""


def the_operation() -> tuple[Money, PersonMoney]:
    mixed = Person(id="mixte", name="Mixte", kind=Kind.COMPANY, vat=Vat.FCTVA, profit_tax_ratio=0.15)
    people = [
        replace(member("m1", recovers_vat=False), person="mixte"),
        replace(
            member("m2", "BTSUP-LU", (120.0,), energy_eur_per_kwh={"all": 0.11}, recovers_vat=False),
            person="mixte",
        ),
        member("voisin"),
    ]
    rented = PlantCosts(rent_eur_per_year=300.0)
    roof = plant("toit", kwp=60.0, person="mixte", position=SAME_PLACE, costs=rented, kind=PlantKind.ROOF)
    canopy = plant(
        "ombriere", kwp=80.0, person="mixte", position=SAME_PLACE, kind=PlantKind.CANOPY, behind="m2",
        commissioned_year=2010,
    )  # fmt: skip
    made = scenario(people, [roof, canopy], finance=FINANCE, persons=(mixed,))
    surplus = ContractCode("oa-2026-t1")
    made = with_prices(made, surplus=surplus, pmo_eur_per_kwh=0.004, pmo_eur_per_year=90.0)
    noons = [24 * day + 11 for day in range(181, 212)]
    needs = {t: list(NEEDS.values()) for t in noons}
    injected = {t: [kwh[(t // 24) % 2] for kwh in MADE.values()] for t in noons}
    exchange = exchange_of(made, needs, injected)
    own = exchange.own_use_kwh.copy()
    own[noons, 1] = 1500.0
    money = money_of(made, Exchange(made.steps, exchange.consumption_kwh, exchange.production_kwh, own))
    return money, next(person for person in money.persons if person.id == "mixte")


def shared_kwh() -> dict[str, dict[str, float]]:
    """Return what each plant gives each site in the year: by need, and by what each plant injects."""
    need, found = sum(NEEDS.values()), {name: dict.fromkeys(NEEDS, 0.0) for name in MADE}
    for kind in (0, 1):
        pool = sum(kwh[kind] for kwh in MADE.values())
        shared = min(pool, need)
        for name, kwh in MADE.items():
            for site, wanted in NEEDS.items():
                found[name][site] += DAYS[kind] * shared * (kwh[kind] / pool) * (wanted / need)
    return found


@dataclass
class Year:
    """One line of the spreadsheet."""

    gain: float
    bill_vat: float
    tax: float
    investment_vat: float
    running_vat: float


def grown(ratio: float, year: int) -> float:
    """Return what a price of the first year has become."""
    value = 1.0
    for _before in range(year - 1):
        value *= 1.0 + ratio
    return value


def faded(name: str, year: int) -> float:
    """Return the output of a plant over that of its first year in the plan."""
    return grown(-0.006, year) if year <= LAST_YEAR[name] else 0.0


def spreadsheet() -> list[Year]:
    shared = shared_kwh()
    received = {site: sum(shared[name][site] for name in MADE) for site in NEEDS}
    surplus = {
        name: sum(days * kwh for days, kwh in zip(DAYS, MADE[name], strict=True)) - sum(shared[name].values())
        for name in MADE
    }
    capex = {"toit": 60.0 * 1100.0, "ombriere": 80.0 * 1800.0}
    whole = sum(capex.values())
    lines = [Year(-whole - 0.20 * whole + 900.0, 0.0, 0.0, 0.20 * whole, 0.0)]
    losses = 0.0
    for year in range(1, YEARS + 1):
        supply, local, cost = grown(0.02, year), grown(0.012, year), grown(0.025, year)
        spared = 0.0
        for site in ("m1", "m2"):
            left = sum(shared[name][site] * faded(name, year) for name in MADE)
            spared += left * (SUPPLY[site] * supply + ACCISE[site])
            spared -= MANAGEMENT[site] * 1.15 * cost
            spared -= 0.004 * left * cost
            spared -= 90.0 * received[site] / sum(received.values()) * cost
        own = OWN_KWH * faded("ombriere", year) * (0.11 * supply + 0.0201 + 0.02658)
        sales = sum(shared[name]["voisin"] * faded(name, year) for name in MADE) * 0.105 * local
        price = 0.0536 if year <= 20 else 0.04 * grown(0.01, year)
        sold = sum(surplus[name] * faded(name, year) for name in MADE) * price
        costs = inverters = running_vat = 0.0
        for name, kwp in (("toit", 60.0), ("ombriere", 80.0)):
            if year > LAST_YEAR[name]:
                continue
            operation, insurance = 0.017 * capex[name], 0.003 * capex[name]
            rent, turpe = (300.0, 501.07) if name == "toit" else (0.0, 0.0)
            # 140 kWp of one operator at one place: the roof is new, the canopy older than 2021.
            ifer = 3.542 * kwp if name == "toit" and year <= 20 else 8.51 * kwp
            costs += (operation + insurance + rent + turpe + ifer) * cost
            running_vat += 0.20 * (operation + turpe) * cost
            inverters += 0.125 * capex[name] * cost if year == 11 else 0.0
        investment_vat = 0.20 * inverters
        if year == 2:
            investment_vat -= 0.16404 * 1.20 * whole
        if year == 13:
            investment_vat -= 0.16404 * 1.20 * 0.125 * whole * grown(0.025, 11)
        premium = 70.0 * (60.0 + 80.0) if year == 1 else 0.0
        bill_vat = -0.20 * (spared + own)
        result = spared + own - bill_vat + sales + sold - costs - inverters - running_vat
        taxable = result + premium - ((whole - 900.0) / 20.0 if year <= 20 else 0.0) + losses
        losses = min(taxable, 0.0)
        tax = 0.15 * max(taxable, 0.0)
        gain = result + premium - investment_vat - tax
        lines.append(Year(gain, bill_vat, tax, investment_vat, running_vat))
    return lines


def test_twenty_five_years_of_a_person_are_those_of_a_spreadsheet_made_from_kwh_and_published_figures() -> (
    None
):
    _money, person = the_operation()
    lines = spreadsheet()
    assert person.by_year_eur_ht == pytest.approx([line.gain for line in lines], rel=1e-9)

    def worth(values: list[float]) -> float:
        return sum(value / 1.04**year for year, value in enumerate(values))

    assert person.npv_eur_ht == pytest.approx(worth([line.gain for line in lines]), rel=1e-9)
    assert person.profit_tax_npv_eur == pytest.approx(worth([line.tax for line in lines]), rel=1e-9)
    assert person.plant_vat_npv_eur == pytest.approx(
        worth([line.investment_vat + line.running_vat for line in lines]), rel=1e-9
    )
    assert person.lost_vat_npv_eur == pytest.approx(worth([line.bill_vat for line in lines]), rel=1e-9)
    # The inverters are deducted in year 11, and the VAT that bills spare is taxed with the rest of them.
    assert 0.0 < lines[11].tax < lines[10].tax < lines[12].tax


def test_its_first_year_and_what_it_sells_itself_are_those_of_the_same_spreadsheet() -> None:
    money, person = the_operation()
    shared = shared_kwh()
    to_self = sum(shared[name][site] for name in MADE for site in ("m1", "m2")) * 0.105
    to_others = sum(shared[name]["voisin"] for name in MADE) * 0.105
    assert person.internal_eur_ht == pytest.approx(to_self, rel=1e-9)
    surplus = sum(plant.surplus_eur_ht or 0.0 for plant in money.plants)
    assert person.sales_eur_ht == pytest.approx(to_others + surplus, rel=1e-9)
    assert person.own_use_eur_ht == pytest.approx(OWN_KWH * (0.11 + 0.0201 + 0.02658), rel=1e-9)
