"""A town that owns five sites and the roof that serves them: told as one person, its roof is worth building.

The kWh are those of the generated sky; `test_town_worked` holds the worked figure whatever the sky. The case
is worked in euros: 14,020.79 EUR of bills spared in the first year. Were all to fade with the panels by 0.5
% a year, they would be worth 14,020.79 x 14.26112 = 199,952 EUR over 20 years at 3 %, management and its
CTA, 381.11 EUR a year that do not fade, 235 EUR less, and the roof alone, sold to itself at nothing,
-149,522 EUR: +50,195 together. What is left over fades first, and a noon that gave too much gives enough for
longer: each year on its own energy, +51,799 EUR, at any price that the town would pay itself.
"""

from datetime import date
from pathlib import Path

import pytest

from acc.accounts.values import Money
from acc.i18n import long_day
from scenarios.rates.table import read_rates
from scenarios.run import run

OPERATION = """[operation]
name = "Patrimoniale"
start = 2026-01-01
end = 2027-01-01
perimeter = "2km"
rates_on = 2026-09-01
[key]
name = "prorata"
[prices]
local_eur_per_mwh = {price}
surplus = "oa-2026-06"
[finance]
horizon_years = 20
discount_ratio = 0.03
opex_indexation_ratio = {growth}
[weather]
source = "generated"
seed = 24
"""
SITES = """id;name;kind;latitude;longitude;insee;kva;profile;annual_kwh;supply_eur_per_mwh;person
mairie;Mairie;commune;44.840;0.480;24037;100;town-hall;60000;110;ville
ecole;École;commune;44.841;0.481;24037;100;primary-school;80000;110;ville
gymnase;Gymnase;commune;44.842;0.482;24037;100;sports-hall;70000;110;ville
piscine;Piscine;commune;44.843;0.483;24037;100;swimming-pool;200000;110;ville
ateliers;Ateliers;commune;44.844;0.484;24037;100;workshop;40000;110;ville
"""
ROOF = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;mounting;{heads}person
toit;Toit du gymnase;Commune;44.8455;0.4835;24037;99;12;165;roof;{cells}ville
"""
ONLY_FORMER_COSTS = ("insurance_eur_per_year;injection_turpe_eur_per_year;", "326.7;0;")
"""Insurance, 0.3 % of 108,900 EUR, was within operation; no network tariff of the injection was counted."""


def town(
    folder: Path, price: float, *, persons: bool = True, growth: float = 0.0, costs: bool = False
) -> Money:
    folder.mkdir()
    (folder / "operation.toml").write_text(OPERATION.format(price=price, growth=growth), encoding="utf-8")
    heads, cells = ("", "") if costs else ONLY_FORMER_COSTS
    roof = ROOF.format(heads=heads, cells=cells)
    sites, roof = (SITES, roof) if persons else (_without_person(SITES), _without_person(roof))
    (folder / "participants.csv").write_text(sites, encoding="utf-8")
    (folder / "plants.csv").write_text(roof, encoding="utf-8")
    if persons:
        (folder / "persons.csv").write_text("id;name;kind\nville;Ville;commune\n", encoding="utf-8")
    money = run(folder, ran_on=date(2026, 11, 25), use_cache=False).money
    assert money is not None
    return money


def _without_person(table: str) -> str:
    return "\n".join(line.rpartition(";")[0] for line in table.splitlines())


@pytest.mark.parametrize("price", [0, 90])
def test_one_person_gains_the_same_at_any_price_that_it_pays_itself(tmp_path: Path, price: float) -> None:
    money = town(tmp_path / "ville", price)
    (person,) = money.persons
    assert person.name == "Ville"
    # 51,804.8 EUR and the VAT of the bills that are spared, 20 % of 201,511.9: a town recovers none.
    assert person.npv_eur_ht + person.lost_vat_npv_eur == pytest.approx(51_804.8, abs=0.5)
    assert person.npv_eur_ht == pytest.approx(51_804.8 + 0.20 * 201_511.9, abs=0.5)
    assert money.total is not None
    assert money.total.npv_eur_ht == person.npv_eur_ht
    spared = sum(p.received_kwh for p in money.participants) * price / 1000.0
    assert person.internal_eur_ht == pytest.approx(spared, abs=1e-6)


def test_each_cost_line_lowers_the_town_by_what_it_costs(tmp_path: Path) -> None:
    former, grown = (
        town(tmp_path / str(growth), 0, growth=growth).persons[0].npv_eur_ht for growth in (0.0, 0.02)
    )
    money = town(tmp_path / "now", 0, growth=0.02, costs=True)
    assert former is not None
    assert grown is not None
    assert money.plan is not None
    discounting = [1.03**-year for year in range(1, 21)]
    # Operation and insurance are 2,178 EUR in year 1, inverters 13,612.50 EUR in year 13: 2 % a year more.
    more = sum(2_178.0 * (1.02 ** (year - 1) - 1.0) * discounting[year - 1] for year in range(1, 21))
    more += 13_612.5 * (1.02**12 - 1.0) * discounting[12]
    # Being in an operation costs each of the five sites 64.32 EUR of management and its CTA, as costs grow.
    management = sum(
        p.after.turpe_fixed_eur_ht + p.after.cta_eur_ht - p.before.turpe_fixed_eur_ht - p.before.cta_eur_ht
        for p in money.participants
        if p.before is not None and p.after is not None
    )
    # On its bills, so with VAT.
    more += 1.20 * management * sum((1.02**year - 1.0) * discounting[year] for year in range(20))
    assert former - grown == pytest.approx(more, abs=0.5)
    # The injection point pays the network, some 500 EUR a year for this size, growing as costs do.
    first = -float(money.plan.flows.injection_turpe_eur_ht[1])
    assert 480.0 < first < 560.0
    tariff = sum(first * 1.02 ** (year - 1) * discounting[year - 1] for year in range(1, 21))
    assert money.persons[0].npv_eur_ht == pytest.approx(grown - tariff, abs=0.5)


def test_without_persons_the_town_is_six_pockets_and_the_total_is_the_same(tmp_path: Path) -> None:
    money = town(tmp_path / "sites", 0, persons=False)
    assert len(money.persons) == 6
    assert money.saving_eur_ht == pytest.approx(14_020.79, abs=0.005)
    assert money.plan is not None
    assert money.plan.npv_eur_ht == pytest.approx(-149_707.1, abs=0.5)
    assert money.total is not None
    assert money.total.npv_eur_ht + money.total.lost_vat_npv_eur == pytest.approx(51_804.8, abs=0.5)


def test_curves_of_2024_are_priced_at_the_newest_tariffs_and_it_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "ancienne"
    folder.mkdir()
    operation = OPERATION.format(price=90, growth=0.0).replace("rates_on = 2026-09-01\n", "")
    operation = operation.replace("2026-01-01", "2024-06-03").replace("2027-01-01", "2024-06-10")
    (folder / "operation.toml").write_text(operation, encoding="utf-8")
    (folder / "participants.csv").write_text(_without_person(SITES), encoding="utf-8")
    (folder / "plants.csv").write_text(_without_person(ROOF.format(heads="", cells="")), encoding="utf-8")
    result = run(folder, ran_on=date(2026, 11, 25), use_cache=False)
    assert result.money is not None
    assert result.money.on == read_rates().newest
    assert result.scenario.assumptions[0][1] == long_day(read_rates().newest)
