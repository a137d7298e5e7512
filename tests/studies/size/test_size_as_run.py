"""What sizing says is worth is what a run with these powers gives, and the cap is that of the rule."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.accounts.price_corridor import plants_losses_kept_eur
from acc.accounts.values import Money, ParticipantMoney
from acc.bills.bill import bill_terms
from acc.problem import InputError
from acc.rules.check import State
from acc.rules.epci import check_power
from acc.scenario import Regime
from acc.sides import loses
from scenarios.entry.folder.load import load
from scenarios.entry.places.geography import members_of
from scenarios.operation.metering.meter import meter
from scenarios.operation.store.store import KeptStore
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.run import RunParts, run
from scenarios.studies.size.run import UNDER_THE_CAP_KWP, Sizing, power_cap_kwp, size_folder
from tests.effort import few
from tests.scenarios.operation import BEHIND_ANOTHERS, PARTICIPANTS, PLANTS, RENTED, write_operation

DEARER = {
    "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 140.0",
    "horizon_years = 20": "horizon_years = 30",
}
COST_GROWTH = 0.02
"""Of the fees of the PMO, as of all costs where the folder is silent."""

PRICED = PARTICIPANTS.replace("CU4;;town-hall", "CU4;130;town-hall")
ON_THE_NETWORK = PLANTS.replace(";190;cave", ";190;")
WHERE = pytest.mark.parametrize(
    "plants",
    few(1, [BEHIND_ANOTHERS, PLANTS, ON_THE_NETWORK]),
    ids=["one behind another's meter", "one behind a meter", "on the network"],
)


def sized(
    folder: Path,
    objective: str,
    *,
    participants: str = PRICED,
    plants: str = ON_THE_NETWORK,
    size: str = "",
    persons: str = "",
    **changes: str,
) -> tuple[Sizing, Money]:
    """Return what sizing finds with a PMO fee by the kWh, and the money of a run with these powers."""
    section = {
        "[weather]\n": f'[size]\nobjective = "{objective}"\n{size}\n[weather]\n',
        "pmo_eur_per_year = 300.0": "pmo_eur_per_mwh = 7.0",
    }
    write_operation(folder, **DEARER | section | changes)
    (folder / "participants.csv").write_text(participants, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    if persons:
        (folder / "persons.csv").write_text(persons, encoding="utf-8")
    sizing = size_folder(folder)
    for roof, plant in zip(sizing.best.plants, sizing.scenario.plants, strict=True):
        plants = plants.replace(f";{plant.kwp:g};", f";{roof.kwp!r};")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    money = run(folder, ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert money is not None
    return sizing, money


def worth_of_a_euro(sizing: Sizing, growth: float = 0.0, *, fades: bool = True) -> float:
    """Return the present value of a euro a year that fades as the plants do, or not, and grows."""
    finance = sizing.scenario.finance
    assert finance is not None
    kept = (1.0 - finance.degradation_ratio * fades) * (1.0 + growth)
    years = range(1, finance.horizon_years + 1)
    return sum(kept ** (year - 1) / (1.0 + finance.discount_ratio) ** year for year in years)


def _billed(member: ParticipantMoney) -> float:
    """Return what a euro of a bill costs, the VAT that is not recovered with it."""
    return 1.0 if member.recovers_vat else 1.20


def gained_eur(sizing: Sizing, money: Money, option_eur: float = 0.0) -> float:
    """Return the plan of the producers and what the members save over it, but what no power changes.

    Args:
        option_eur: what the ACC option costs its takers before any local kWh.
    """
    assert money.total is not None
    fixed = sum(
        _billed(member)
        * (member.after.turpe_fixed_eur_ht + member.after.cta_eur_ht
           - member.before.turpe_fixed_eur_ht - member.before.cta_eur_ht)
        for member in money.participants
        if member.before is not None and member.after is not None
    )  # fmt: skip
    whatever = worth_of_a_euro(sizing, COST_GROWTH, fades=False) * fixed
    return money.total.npv_eur_ht + whatever + worth_of_a_euro(sizing) * option_eur


@WHERE
def test_the_value_of_everyone_is_the_plan_and_the_savings_of_a_run(tmp_path: Path, plants: str) -> None:
    sizing, money = sized(tmp_path / "op", "npv-everyone", plants=plants)
    best = sizing.best
    assert best.value == pytest.approx(gained_eur(sizing, money), rel=1e-9)
    assert money.plan is not None
    assert best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
    assert best.value <= best.bound
    # Everybody's value, and each person's, are those of a run with these powers.
    assert money.total is not None
    assert sizing.total is not None
    assert sizing.total.npv_eur_ht == pytest.approx(money.total.npv_eur_ht, rel=1e-9)
    of_run = {person.id: person.npv_eur_ht for person in money.persons}
    assert {person.id: person.npv_eur_ht for person in sizing.persons} == pytest.approx(of_run, rel=1e-9)
    # Own use moves the mean of what a local kWh spares: the bound then takes the most.
    assert best.gap_ratio <= (1e-9 if plants == ON_THE_NETWORK else 0.02)


def test_a_rent_that_stays_among_all_costs_them_nothing(tmp_path: Path) -> None:
    # The others' cost is their landlord's income: the best powers are worth what they are without a rent.
    free, _money = sized(tmp_path / "free", "npv-everyone", plants=BEHIND_ANOTHERS)
    rented, _money = sized(tmp_path / "rented", "npv-everyone", plants=RENTED)
    assert rented.best.value == pytest.approx(free.best.value, rel=1e-9)
    outside, _money = sized(tmp_path / "out", "npv-everyone", plants=RENTED.replace(";cave;500", ";;500"))
    assert outside.best.value < rented.best.value


@WHERE
def test_the_ratios_are_those_of_a_run(tmp_path: Path, plants: str) -> None:
    sizing, _money = sized(tmp_path / "op", "npv-everyone", plants=plants)
    of_run, best = (
        run(tmp_path / "op", ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).energy,
        sizing.best,
    )
    assert best.autoconsommation_ratio == pytest.approx(of_run.autoconsommation_ratio, rel=1e-9)
    assert best.autoproduction_ratio == pytest.approx(of_run.autoproduction_ratio, rel=1e-9)
    assert (best.own_use_kwh > 0.0) == (plants != ON_THE_NETWORK)
    assert best.used_ratio == pytest.approx(best.used_kwh / best.made_kwh)


TAXED = {"cave": 0.25, "commune": 0.15}


@WHERE
def test_profits_are_taxed_by_person_and_the_bound_still_holds(tmp_path: Path, plants: str) -> None:
    (tmp_path / "op").mkdir()
    rows = [f"{name};{name};company;{ratio}" for name, ratio in TAXED.items()]
    persons = "\n".join(["id;name;kind;profit_tax_ratio", *rows])
    sizing, money = sized(tmp_path / "op", "npv-everyone", plants=plants, persons=persons)
    best = sizing.best
    assert money.total is not None
    # What each pays whatever the powers, management and its CTA, is in the run alone, and lowers its tax.
    fixed = sum(
        (1.0 - TAXED.get(member.id, 0.0)) * _billed(member)
        * (member.after.turpe_fixed_eur_ht + member.after.cta_eur_ht
           - member.before.turpe_fixed_eur_ht - member.before.cta_eur_ht)
        for member in money.participants
        if member.before is not None and member.after is not None
    )  # fmt: skip
    same = money.total.npv_eur_ht + worth_of_a_euro(sizing, COST_GROWTH, fades=False) * fixed
    assert best.value == pytest.approx(same, rel=1e-9)
    # The bound takes losses as given back, and each owner's kWh at what its own tax leaves of them.
    kept = money.losses_kept_eur
    assert kept > 0.0
    assert best.bound - best.value >= kept * (1.0 - 1e-9)
    # The bound is that of losses given back: the gap says how far it is, some hundredths here, never zero.
    assert 0.0 < best.gap_ratio <= (0.05 if plants == BEHIND_ANOTHERS else 0.03)
    # The tax on profit of each person is in what it gains, and none is in the producers' own value.
    assert {p.id for p in money.persons if p.profit_tax_npv_eur > 0.0} == set(TAXED)
    untaxed, _money = sized(tmp_path / "free", "npv-everyone", plants=plants)
    assert untaxed.best.value > best.value


def test_who_has_no_supply_price_is_counted_as_saving_nothing(tmp_path: Path) -> None:
    sizing, money = sized(tmp_path / "op", "npv-everyone", participants=PARTICIPANTS)
    assert money.participants[-1].saving_eur_ht is None
    assert sizing.best.value == pytest.approx(gained_eur(sizing, money), rel=1e-9)
    assert "Supply price unknown, counted as saving nothing: Bureau." in sizing.notes


def test_the_option_of_the_network_tariff_is_counted_as_a_run_counts_it(tmp_path: Path) -> None:
    open_ = {"surplus = ": "same_substation = true\nsurplus = "}
    sizing, money = sized(tmp_path / "op", "npv-everyone", **open_)
    scenario = load(tmp_path / "op")
    tariffs = tariffs_of(scenario, meter(scenario, tmp_path / "op", KeptStore(None)).exchange)
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, 1.0)
    dearer = terms.alloproduit_eur_per_kwh - terms.network_eur_per_kwh
    takers = [n for n, m in enumerate(money.participants) if (m.option.gain_eur_ht or 0.0) > 0.0]
    assert 0 < len(takers) < len(money.participants)
    cost = sum(
        _billed(money.participants[n]) * float(dearer[n] @ money.participants[n].consumption_by_slot_kwh)
        for n in takers
    )
    assert sizing.best.value == pytest.approx(gained_eur(sizing, money, cost), rel=1e-9)
    closed, _money = sized(tmp_path / "closed", "npv-everyone")
    assert sizing.best.kwp > closed.best.kwp


@pytest.mark.parametrize("open_", [{}, {"surplus = ": "same_substation = true\nsurplus = "}])
def test_the_worst_member_saves_what_a_run_says_it_saves(tmp_path: Path, open_: dict[str, str]) -> None:
    cheap = {"local_eur_per_mwh = 105.0": "local_eur_per_mwh = 94.0"}
    sizing, money = sized(tmp_path / "op", "worst-member", size="npv_min_eur = 0", **cheap | open_)
    saved = {
        member.id: member.saving_eur_ht / member.before.total_eur_ht
        for member in money.participants
        if member.saving_eur_ht is not None and member.before is not None
    }
    best = sizing.best
    assert best.worst_member == min(saved, key=lambda name: saved[name])
    assert best.value == pytest.approx(min(saved.values()), rel=1e-9)
    assert money.plan is not None
    assert best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
    # The search repeats the first year, and keeps to its limit so: each on its own energy brings more.
    assert 0.0 < money.plan.npv_eur_ht < 0.02 * best.capex_eur_ht


@pytest.mark.parametrize("plants", few(1, [PLANTS, ON_THE_NETWORK]))
def test_the_plan_of_taxed_producers_is_that_of_a_run(tmp_path: Path, plants: str) -> None:
    (tmp_path / "op").mkdir()
    rows = [f"{name};{name};company;{ratio}" for name, ratio in TAXED.items()]
    persons = "\n".join(["id;name;kind;profit_tax_ratio", *rows])
    sizing, money = sized(tmp_path / "op", "npv", plants=plants, persons=persons)
    best = sizing.best
    assert money.plan is not None
    assert money.plan.with_tax
    assert best.kwp > 0.0
    assert best.value == best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
    # The bound is that of losses given back: it holds, and says how far that is.
    kept = plants_losses_kept_eur(money)
    assert kept >= 0.0
    assert best.bound - best.value >= kept * (1.0 - 1e-9)
    assert any("on its plants alone" in note for note in sizing.notes)


def test_own_use_behind_the_meter_of_another_is_nothing_to_the_owner_of_the_plant(tmp_path: Path) -> None:
    others = PLANTS.replace("Hangar;cave;", "Hangar;commune;")
    # Sold for nothing, a kWh brings what own use spares: nothing, since the meter is another's.
    free = {"local_eur_per_mwh = 105.0": "local_eur_per_mwh = 0.0", 'surplus = "oa-2026-06"': "surplus = 0.0"}
    built = "[size.roofs.gymnase]\nmin_kwp = 90\n[size.roofs.hangar]\nmin_kwp = 60\n"
    sizing, money = sized(tmp_path / "op", "npv", plants=others, size=built, **free)
    assert money.plan is not None
    assert sizing.best.kwp == pytest.approx(150.0)
    assert sizing.best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
    with pytest.raises(InputError, match="make it the plant's owner"):
        sized(tmp_path / "dear", "npv", plants=others)


def test_the_worst_member_needs_one_local_price_and_is_told_what_is_left_out(tmp_path: Path) -> None:
    cheap = {
        "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 94.0",
        "pmo_eur_per_year = 300.0": "pmo_eur_per_year = 300.0",
    }
    sizing, _money = sized(tmp_path / "op", "worst-member", size="npv_min_eur = 0", **cheap)
    assert "The yearly fee of the PMO is left out of what each member saves." in sizing.notes
    two = cheap | {"surplus = ": "local_by_plant_eur_per_mwh = { hangar = 80.0 }\nsurplus = "}
    with pytest.raises(InputError, match="not with several local prices"):
        sized(tmp_path / "two", "worst-member", size="npv_min_eur = 0", **two)


def test_a_price_of_a_buyer_of_its_own_is_counted_as_a_run_counts_it(tmp_path: Path) -> None:
    own = {"surplus = ": "local_by_participant_eur_per_mwh = { ecole = 80.0 }\nsurplus = "}
    sizing, money = sized(tmp_path / "op", "npv", **own)
    assert money.plan is not None
    assert sizing.best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)


@pytest.mark.parametrize("regime", [Regime.KM_2, Regime.KM_20, Regime.EPCI])
def test_the_most_power_allowed_is_the_most_that_the_rule_lets_pass(tmp_path: Path, regime: Regime) -> None:
    # "Inférieure à": the cap itself is refused, a watt less is not.
    scenario = replace(load(write_operation(tmp_path / "op")), regime=regime)
    cap_kwp = power_cap_kwp(scenario)
    assert cap_kwp is not None

    def state(kwp: float) -> State:
        plants = (replace(scenario.plants[0], kwp=kwp),)
        rules = perimeter_rules(read_rates(), scenario.on)
        (check,) = check_power(members_of(scenario.participants, plants), regime, rules)
        return check.state

    assert state(cap_kwp) is State.MET
    assert state(cap_kwp + UNDER_THE_CAP_KWP) is State.NOT_MET


def test_a_building_has_no_cap(tmp_path: Path) -> None:
    assert power_cap_kwp(replace(load(write_operation(tmp_path / "op")), regime=Regime.BUILDING)) is None


def test_powers_for_one_aim_stand_beside_those_of_the_folder_and_those_best_for_everybody(
    tmp_path: Path,
) -> None:
    sizing, money = sized(tmp_path / "op", "npv")
    written, found, everybody = sizing.reference_powers
    assert money.total is not None
    assert found.total.npv_eur_ht == pytest.approx(money.total.npv_eur_ht, rel=1e-9)
    (tmp_path / "op" / "plants.csv").write_text(ON_THE_NETWORK, encoding="utf-8")
    as_written = run(tmp_path / "op", ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert as_written is not None
    assert as_written.total is not None
    assert written.total.npv_eur_ht == pytest.approx(as_written.total.npv_eur_ht, rel=1e-9)
    totals = [one.total.npv_eur_ht or 0.0 for one in (written, found, everybody)]
    assert totals[2] >= max(totals) - 1e-6 * abs(totals[2])
    proposal = sizing.proposal
    assert proposal is not None
    assert proposal.names == ("written", "found", "everybody")
    assert proposal.totals == pytest.approx(totals, rel=1e-9)
    lost = [sum(loses(p.npv_eur_ht) for p in as_written.persons), len(proposal.loser_ids[0])]
    assert lost[0] == lost[1]
    assert sizing_for_everybody(tmp_path / "other").reference_powers[-1].name == "found"


def sizing_for_everybody(folder: Path) -> Sizing:
    return sized(folder, "npv-everyone")[0]


def test_a_roof_that_spares_its_neighbours_more_than_its_host_is_sized_with_a_gap(tmp_path: Path) -> None:
    # A kWh of the roof of the cellar spares its neighbours more than itself: that search is not exact.
    dear = PRICED.replace("CU4;128;", "CU4;400;").replace("BTSUP-CU;121;", "BTSUP-CU;400;")
    best = sized(tmp_path / "all", "npv-everyone", participants=dear, plants=PLANTS)[0].best
    assert 0.0 < best.gap_ratio < 0.25  # its neighbours bear VAT on what they no longer buy, the cellar none
    assert best.bound >= best.value
    sizing, money = sized(tmp_path / "op", "npv", participants=dear, plants=PLANTS)
    assert money.plan is not None
    assert sizing.best.npv_eur_ht == pytest.approx(money.plan.npv_eur_ht, rel=1e-9)
