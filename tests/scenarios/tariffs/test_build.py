"""From rates to tariffs: every fault at once with its way out, every default as a value."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from acc.bills.tariffs import Segment, Tariffs
from acc.finance import Finance
from acc.problem import InputError
from acc.scenario import Prices, Scenario
from acc.sites import ContractCode, FixedPrice, Kind, Position
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.reader import RateReader
from scenarios.rates.table import Rate, Rates, read_rates
from tests.operations import AUTUMN_2026, SPRING_2026, member, plant, scenario, with_prices


def made(scenario_: Scenario, peak_kw: Sequence[float] | None = None) -> Tariffs:
    return tariffs(read_rates(), scenario_, peak_kw)


def faults(scenario_: Scenario, rates: Rates | None = None) -> list[str]:
    with pytest.raises(InputError) as caught:
        tariffs(rates or read_rates(), scenario_)
    return [str(problem) for problem in caught.value.problems]


def said(prices: Tariffs, what: str) -> list[tuple[str, str]]:
    return [(value, why) for name, value, why in prices.assumptions if name == what]


def test_an_unknown_version_names_the_nearest_one() -> None:
    (fault,) = faults(scenario([member("a", "BTSUP-CO", (60.0,))]))
    assert (
        fault == "participants.csv, a, turpe: BTSUP-CO is not a version of the TURPE: did you mean BTSUP-CU?"
    )


def test_a_power_out_of_its_version_says_which_would_do() -> None:
    (fault,) = faults(scenario([member("a", "CU4", (60.0,))]))
    assert "60 kVA under CU4" in fault
    assert "BTSUP-CU or BTSUP-LU" in fault


def test_a_date_before_the_tables_is_one_line_a_table() -> None:
    found = faults(scenario([member("a")], on=date(2025, 7, 31)))
    assert "rates/turpe.csv: no figure in force on 2025-07-31: the first one starts on 2025-08-01" in found[0]
    assert len(found) == len(set(found)) <= 4


def test_a_figure_in_no_table_is_named() -> None:
    rows = [row for name in read_rates().names for row in read_rates().rows(name) if name != "cta"]
    assert faults(scenario([member("a")]), Rates(rows)) == ["cta: this figure is in no table of the rates"]


@pytest.mark.parametrize("price", [-0.01, float("nan"), float("inf")])
def test_prices_below_zero_or_not_numbers_are_refused(price: float) -> None:
    prices = Prices(
        local_eur_per_kwh=price, surplus=FixedPrice(price), local_by_slot_eur_per_kwh={"hc": price},
        local_by_plant_eur_per_kwh={"toit": price}, pmo_eur_per_year=price,
    )  # fmt: skip
    found = faults(scenario([member("a", energy_eur_per_kwh={"all": price})], [plant()], prices=prices))
    places = {fault.split(":")[0] for fault in found}
    assert places >= {
        "participants.csv, a, supply.all", "[prices] local", "[prices] surplus", "[prices] local_by_slot.hc",
        "[prices] local_by_plant.toit", "[prices] pmo_per_year",
    }  # fmt: skip
    assert all("at or above 0" in fault for fault in found if "local_by_slot: " not in fault)


def test_the_price_of_a_plant_that_is_not_in_is_accepted_and_changes_nothing() -> None:
    people, roofs = [member("a", energy_eur_per_kwh={"all": 0.12})], [plant()]
    prices = Prices(local_eur_per_kwh=0.1, local_by_plant_eur_per_kwh={"hangar": 0.2})
    whole = replace(scenario(people, roofs, prices=prices), inactive_plant_ids=frozenset({"hangar"}))
    plain = scenario(people, roofs, prices=Prices(local_eur_per_kwh=0.1))
    assert made(whole) == made(plain)
    (fault,) = faults(replace(whole, inactive_plant_ids=frozenset(), inactive_ids=frozenset({"hangar"})))
    assert "local_by_plant.hangar" in fault


@pytest.mark.parametrize("table", ["local_by_participant", "local_by_person"])
def test_who_pays_a_price_of_its_own_must_exist(table: str) -> None:
    prices = Prices(local_eur_per_kwh=0.1, **{f"{table}_eur_per_kwh": {"mairy": 0.1}})
    (fault,) = faults(scenario([member("mairie")], [plant()], prices=prices))
    assert f"{table}.mairy: mairy is unknown: did you mean mairie" in fault


def test_unknown_slots_and_plants_are_named_with_the_nearest() -> None:
    prices = Prices(
        local_by_slot_eur_per_kwh={"hpx": 0.1, "all": 0.1}, local_by_plant_eur_per_kwh={"toi": 0.1}
    )
    found = faults(scenario([member("a", energy_eur_per_kwh={"hphh": 0.1})], [plant()], prices=prices))
    assert any("hphh is unknown: did you mean hph" in fault for fault in found)
    assert any("toi is unknown: did you mean toit" in fault for fault in found)
    assert any("local_by_slot.hpx" in fault for fault in found)


def test_one_price_of_energy_for_all_postes_is_said() -> None:
    people = [member("a"), member("b", energy_eur_per_kwh={"hp": 0.09, "hc": 0.07})]
    found = [line for line in made(scenario(people, [plant()])).assumptions if line[0] == "Supplier's price"]
    (only,) = found
    assert only[2].endswith("one price at every hour (1 participant)")


def test_local_prices_of_some_slots_only_are_refused() -> None:
    prices = Prices(local_by_slot_eur_per_kwh={"hph": 0.1})
    (fault,) = faults(scenario([member("a")], [plant()], prices=prices))
    assert "some slots have no local price: add `all`" in fault


@pytest.mark.parametrize(
    ("finance", "says"),
    [
        (Finance(capex_eur_per_kwp=0.0), "0 EUR/kWp is not an investment: a number above 0"),
        (Finance(capex_eur_per_kwp=-5.0), "-5 EUR/kWp is not an investment"),
        (Finance(real=True), "a real discount rate needs inflation_ratio"),
        (Finance(horizon_years=10, debt_ratio=0.5), "a loan of 15 years in a plan of 10"),
        (Finance(grant_eur=-1.0), "at or above 0"),
        (Finance(horizon_years=0), "at least one year"),
        (Finance(discount_ratio=-1.0), "above -1"),
    ],
)
def test_impossible_finance_is_refused_with_the_way_out(finance: Finance, says: str) -> None:
    (fault,) = faults(scenario([member("a")], [plant()], finance=finance))
    assert fault.startswith("[finance] ")
    assert says in fault


def test_an_unknown_contract_names_the_nearest_one() -> None:
    (fault,) = faults(with_prices(scenario([member("a")], [plant()]), surplus=ContractCode("oa-2026-6")))
    assert fault.startswith("[prices] surplus: oa-2026-6 is unknown: did you mean oa-2026-06?")
    (fault,) = faults(scenario([member("a")], [plant(surplus=ContractCode("oa-2026-t2"))]))
    assert fault.startswith("plants.csv, toit, surplus: oa-2026-t2 is unknown")


@pytest.mark.parametrize(
    ("code", "kwp", "eur_per_kwh", "premium", "warned"),
    [
        ("oa-2026-06", 9.0, 0.011, 0.0, False),
        ("oa-2026-06", 100.0, 0.011, 0.0, False),
        ("oa-2026-06", 100.1, 0.0, 0.0, True),
        ("oa-2026-t1", 9.0, 0.040, 80.0, False),
        ("oa-2026-t1", 9.1, 0.0536, 140.0, False),
        ("oa-2026-t1", 99.0, 0.0536, 70.0, False),
        ("oa-2026-t1-total", 36.0, 0.0911, 0.0, False),
        ("oa-2026-t1-total", 8.0, 0.0, 0.0, True),
        ("oa-2025-t4-total", 50.0, 0.0912, 0.0, False),
        ("oa-2025-03-total", 50.0, 0.1126, 0.0, False),
        ("ao-petit-pv-2025", 300.0, 0.08873, 0.0, False),
        ("ao-petit-pv-2025", 99.0, 0.0, 0.0, True),
    ],
)
def test_contracts_follow_the_size_of_the_plant(code, kwp, eur_per_kwh, premium, warned) -> None:
    prices = made(with_prices(scenario([member("a")], [plant(kwp=kwp)]), surplus=ContractCode(code)))
    contract = prices.plants[0].surplus
    assert contract.eur_per_kwh == pytest.approx(eur_per_kwh)
    assert contract.premium_eur_per_kwp == pytest.approx(premium)
    assert (contract.code, contract.years) == (("none", None) if warned else (code, 20))
    assert any("cannot have it: the euros" in warning for warning in prices.warnings) is warned


def test_the_contract_of_june_2026_is_indexed_and_capped_and_holds_whatever_the_date_of_the_run() -> None:
    early = scenario([member("a")], [plant()], on=date(2026, 1, 1))
    contract = made(with_prices(early, surplus=ContractCode("oa-2026-06"))).plants[0].surplus
    assert (contract.eur_per_kwh, contract.indexation_ratio, contract.cap_hours) == (
        pytest.approx(0.011), pytest.approx(0.02), 1600.0,
    )  # fmt: skip


def test_a_plant_may_have_its_own_contract_or_price() -> None:
    bought = ContractCode("oa-2026-06")
    roofs = [plant("r0", surplus=FixedPrice(0.0625)), plant("r1", surplus=bought), plant("r2")]
    found = [p.surplus.eur_per_kwh for p in made(scenario([member("a")], roofs)).plants]
    assert found == [pytest.approx(0.0625), pytest.approx(0.011), pytest.approx(0.05)]


def test_stated_contracts_leave_no_default_but_the_general_ones() -> None:
    full = member(
        "a",
        off_peak_hours=((1320, 1440), (0, 360)),
        subscription_eur_per_year=0.0,
        energy_eur_per_kwh={"hp": 0.09, "hc": 0.07},
    )
    stated = with_prices(scenario([full], [plant()]), same_substation=True)
    assert {what for what, _value, _why in made(stated).assumptions} == {
        "Accise on local kWh",
        "VAT on local kWh",
    }


def test_silent_participants_take_defaults_that_are_counted_not_named() -> None:
    members = [member(name, None, (), recovers_vat=None) for name in ("alpha", "beta")]
    prices = made(scenario(members), peak_kw=[20.0, 80.5])
    assert [m.turpe.code for m in prices.members] == ["CU4", "BTSUP-CU"]
    assert [m.subscribed_kva for m in prices.members] == [(24.0,), (81.0,)]
    assert [value for value, _why in said(prices, "Subscribed power")] == ["24 kVA", "81 kVA"]
    assert said(prices, "Off-peak hours")[0][0] == "from 22:00 to 6:00"
    assert "(2 participants)" in said(prices, "Off-peak hours")[0][1]
    assert not [line for line in prices.assumptions if "ALPHA" in str(line) or "alpha" in str(line)]


@pytest.mark.parametrize(
    ("turpe", "peak", "kva"),
    [("CU4", 50.0, 36.0), ("BTSUP-CU", 10.0, 37.0), ("HTA-CU-PF", 300.2, 301.0), ("LU", 4.0, 6.0)],
)
def test_a_default_power_stays_in_the_version(turpe: str, peak: float, kva: float) -> None:
    assert made(scenario([member("a", turpe, ())]), peak_kw=[peak]).members[0].subscribed_kva == (kva,)


def test_without_power_nor_load_the_power_is_asked_for() -> None:
    (fault,) = faults(scenario([member("a", "CU4", ())]))
    assert "fill in `kva`" in fault


def test_homes_take_a_usual_power_and_do_not_recover_vat() -> None:
    home = member("a", None, (), kind=Kind.HOUSEHOLD, recovers_vat=None)
    (found,) = made(scenario([home]), peak_kw=[3.0]).members
    assert (found.subscribed_kva, found.recovers_vat, found.vat_stated) == ((6.0,), False, True)


def test_vat_is_assumed_for_companies_only() -> None:
    members = [member("a", recovers_vat=None), member("b", recovers_vat=None, kind=Kind.COMMUNE)]
    prices = made(scenario(members))
    assert [(m.recovers_vat, m.vat_stated) for m in prices.members] == [(True, False), (False, False)]
    assert [value for value, _why in said(prices, "VAT")] == ["recovered", "not recovered"]


def test_medium_voltage_hours_and_mobile_peaks_are_said() -> None:
    prices = made(scenario([member("a", "HTA-CU-PM", (300.0,))]))
    assert prices.members[0].clock.hta
    assert said(prices, "Peak hours (HTA)")[0][0] == "from 9:00 to 11:00, from 18:00 to 20:00"
    assert said(prices, "Mobile peak")[0][0] == "HTA-CU-PM"


def test_off_peak_hours_other_than_eight_are_warned_of() -> None:
    prices = made(scenario([member("a", off_peak_hours=((0, 360),))]))
    assert any("A: 6 off-peak hours a day" in warning for warning in prices.warnings)


@pytest.mark.parametrize("windows", [((0, 2000),), ((60, 60),), ((-5, 60),)])
def test_hours_that_are_none_are_refused(windows) -> None:
    (fault,) = faults(scenario([member("a", off_peak_hours=windows)]))
    assert "minutes of a day" in fault


def test_an_all_in_price_is_suspected() -> None:
    prices = made(scenario([member("a", energy_eur_per_kwh={"all": 0.2001})]))
    assert any("give the energy part alone" in warning for warning in prices.warnings)
    assert not made(scenario([member("a", energy_eur_per_kwh={"all": 0.15})])).warnings


@pytest.mark.parametrize(
    ("sites", "stated", "expected"),
    [
        (("X", "X", "X"), None, True),
        (("X", None, "X"), None, None),
        (("X", None, "Y"), None, False),
        ((None, None, None), None, None),
        ((None, None, None), True, True),
        (("X", "X", "X"), False, False),
    ],
)
def test_the_option_asks_where_all_sites_hang(sites, stated, expected) -> None:
    a, b, roof = sites
    asked = scenario([member("a", substation=a), member("b", substation=b)], [plant(substation=roof)])
    prices = made(with_prices(asked, same_substation=stated))
    assert prices.option_open is expected
    if stated is None and expected is not False:
        assert said(prices, "ACC option of the TURPE")


def test_a_plant_behind_a_meter_hangs_where_its_host_does() -> None:
    asked = scenario([member("a", substation="X")], [plant(behind="a")])
    assert made(asked).option_open is True


def test_one_member_in_medium_voltage_closes_the_option() -> None:
    members = [member("a", substation="X"), member("b", "HTA-CU-PF", (300.0,), substation="X")]
    assert made(with_prices(scenario(members), same_substation=True)).option_open is False


def test_plants_of_a_site_of_one_megawatt_pay_the_accise() -> None:
    place = Position(44.85, 0.48)
    roofs = [
        plant("r0", kwp=600.0, position=place, owner="x"),
        plant("r1", kwp=400.0, position=place, owner="x"),
        plant("r2", kwp=999.0, owner="x"),
    ]
    prices = made(scenario([member("a")], roofs))
    assert [p.accise_exempt for p in prices.plants] == [False, False, True]
    assert any("with the accise in full" in warning for warning in prices.warnings)


def test_owners_and_own_use_are_read_from_where_the_plant_stands() -> None:
    roofs = [
        plant("r0", behind="a"),
        plant("r1", behind="a", owner="sem"),
        plant("r2", owner="a"),
        plant("r3"),
        plant("r4", behind="a", owner="sem", own_use_eur_per_kwh=0.07),
        plant("r5", behind="a", own_use_eur_per_kwh=0.07),
    ]
    prices = made(scenario([member("a")], roofs))
    assert [p.owner for p in prices.plants] == ["a", "sem", "a", "r3", "sem", "a"]
    assert [p.own_use_eur_per_kwh for p in prices.plants] == [None, 0.0, None, None, 0.07, None]
    assert said(prices, "Owner of a plant")
    # What is not agreed is paid nothing, and said; a price inside one person is left aside, and said.
    assert [line[0] for line in said(prices, "Own use of another’s plant")] == ["0 EUR/MWh"]
    assert [line[0] for line in said(prices, "Price of own use")] == ["left aside"]


def test_accise_follows_the_power() -> None:
    accise = made(scenario([member("a")])).accise
    assert accise.eur_per_kwh[Segment.BT_INF] == pytest.approx(0.03085)
    assert accise.eur_per_kwh[Segment.BT_SUP] == accise.eur_per_kwh[Segment.HTA] == pytest.approx(0.02658)
    assert accise.local_ratio == 0.0


def test_costs_come_without_vat_and_only_those_used_are_noted() -> None:
    prices = made(scenario([member("a")], [plant(kwp=200.0)], finance=Finance()))
    costs = dict(prices.plant_costs.capex_eur_per_kwp)
    assert costs[0.0] == pytest.approx(2250.0 / 1.2)
    assert costs[100.0] == pytest.approx(950.0)
    # Upkeep 1.5 % and monitoring 0.2 %; insurance, 0.3 %, has a line of its own.
    assert prices.plant_costs.opex_ratio == pytest.approx(0.017)
    assert prices.plant_costs.insurance_ratio == pytest.approx(0.003)
    noted = {rate.name for rate in prices.rates if rate.name.startswith("pv.capex")}
    assert noted == {"pv.capex.from-100"}
    assert not [r for r in made(scenario([member("a")], [plant()])).rates if r.name.startswith("pv.")]
    assert said(prices, "Investment")[0][0] == "950 EUR/kWp"


def test_plan_defaults_are_all_said() -> None:
    finance = Finance(horizon_years=25, tax_ratio=0.25)
    bought = ContractCode("oa-2026-06")
    asked = with_prices(scenario([member("a")], [plant()], finance=finance), surplus=bought)
    what = {line[0] for line in made(asked).assumptions}
    assert what >= {"Investment", "Running cost", "Inverters", "Surplus after its contract", "Depreciation"}
    told = replace(
        finance, capex_eur_per_kwp=1000.0, opex_eur_per_kwp_year=20.0, inverter_eur_per_kwp=100.0,
        market_eur_per_kwh=0.04, tax_ratio=0.0,
    )  # fmt: skip
    what = {line[0] for line in made(replace(asked, finance=told)).assumptions}
    assert not what & {
        "Investment",
        "Running cost",
        "Inverters",
        "Surplus after its contract",
        "Depreciation",
    }


def test_a_plan_longer_than_the_contract_says_that_the_price_is_supposed_to_hold() -> None:
    asked = scenario([member("a")], [plant()], finance=Finance(horizon_years=25))
    short = with_prices(asked, local_eur_per_kwh=0.105, local_years=20)
    assert said(made(short), "Local price after its contract")[0][0] == "105 EUR/MWh"
    for years in (25, None):
        as_long = with_prices(asked, local_eur_per_kwh=0.105, local_years=years)
        assert not said(made(as_long), "Local price after its contract")


def test_low_confidence_and_worked_out_figures_surface() -> None:
    prices = made(scenario([member("a")], on=AUTUMN_2026))
    weak = {rate.name for rate in prices.rates if rate.confidence.startswith(("M-", "L"))}
    assert {"turpe.bt-inf.management", "turpe.bt-inf.management.acc"} <= weak
    assert "turpe.cu4.power" not in weak  # derived, M+
    # One line for all of them, derived and estimated alike.
    assert sum("worked out, not read" in warning for warning in prices.warnings) == 1
    assert not made(scenario([member("a")], on=SPRING_2026)).warnings


def test_stale_figures_are_warned_of() -> None:
    known = read_rates()
    rows = [
        row for name in known.names for row in known.rows(name) if row.in_force_from <= date(2026, 11, 25)
    ]
    warnings = tariffs(Rates(rows), scenario([member("a")], on=date(2027, 8, 1))).warnings
    assert any(warning.startswith("turpe: the figures used are older") for warning in warnings)
    assert any(warning.startswith("accise: the figures used are older") for warning in warnings)


def test_carbon_factors_carry_scope_year_and_source() -> None:
    direct, cycle = made(scenario([member("a")])).carbon
    assert (direct.scope, direct.year, direct.grid_g_per_kwh) == ("direct", "2023", 32.0)
    assert (cycle.scope, cycle.grid_g_per_kwh, cycle.pv_g_per_kwh) == ("life-cycle", 52.0, 55.0)
    assert "RTE" in direct.reference
    assert "Base Empreinte" in cycle.reference


def test_a_figure_asked_for_in_another_unit_is_a_fault_of_the_code() -> None:
    with pytest.raises(ValueError, match="is in %, asked for in EUR/kWh"):
        RateReader(read_rates(), SPRING_2026).get("cta", "EUR/kWh")


def test_a_zero_rate_that_ends_is_one_row() -> None:
    """The end of the exemption is a dated row: with it, local kWh pay in full from that day."""
    names = read_rates().names
    rows = [row for name in names for row in read_rates().rows(name)]
    old = read_rates().at("accise.local.ratio", SPRING_2026)
    fields = ("name", "unit", "reference", "confidence", "rhythm_months", "subject")
    ended = Rate(**{name: getattr(old, name) for name in fields}, in_force_from=date(2027, 1, 1), value=1.0)
    rates = Rates([*rows, ended])
    before = tariffs(rates, scenario([member("a")], on=date(2026, 12, 31))).accise
    after = tariffs(rates, scenario([member("a")], on=date(2027, 1, 1))).accise
    assert (before.local_ratio, after.local_ratio) == (0.0, 1.0)
