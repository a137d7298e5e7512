"""What would cancel a plan: for everyone, the sum of what `acc run` tells of each of its folders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from acc.result.cancelling import Cancelling, Condition, GainUnderCondition
from acc.result.lawful_plan import LawfulPlan, PlanOutlook
from acc.result.lending import Strain, lending
from acc.result.result import Result
from acc.sites import Kind
from scenarios.kept_plan import PLAN
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import run
from scenarios.studies.lawful.evaluate import OUT, Labels, PlanRequest
from scenarios.studies.lawful.folders import unmoved, write_groups
from scenarios.studies.lawful.plan_doubt import plan_with_figures
from scenarios.studies.lawful.plan_outlook import plan_outlook
from scenarios.studies.lawful.plan_report import lawful_plans_for
from scenarios.studies.lawful.plans import planner
from tests.perimeter_rules import RULES

OPERATION = """[operation]
name = "Deux bourgs"
start = 2026-01-01
end = 2027-01-01
step_minutes = 60
rates_on = 2026-09-01
perimeter = "20km"

[key]
name = "prorata"

[prices]
local_eur_per_mwh = 80.0
surplus = 30.0
pmo_eur_per_year = 300.0

[finance]
horizon_years = 20
discount_ratio = 0.04
"""
LOAN = """debt_ratio = 0.6
debt_interest_ratio = 0.03
debt_years = 12
"""
SITES = """id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh
a;Alpha;commune;44,8478;0,4856;24037;36;CU4;130;town-hall;62000
b;Bravo;company;44,8462;0,4893;24037;36;CU4;130;workshop;90000
c;Charlie;commune;44,6500;0,7500;24037;36;CU4;130;town-hall;40000
d;Delta;company;44,6520;0,7510;24037;36;CU4;118;workshop;30000
"""
ROOFS = """id;name;owner;behind;latitude;longitude;kwp;surface_tilt;surface_azimuth;rent_eur_per_year;landlord
r;Roof;a;;44,8455;0,4835;60;20;180;200;d
t;Tiles;c;;44,8460;0,4840;145;20;180;;
s;Shed;c;c;44,6500;0,7500;30;20;180;;
"""
"""Charlie owns a roof in each village; Delta, of the second, has the rent of one in the first."""

BOTH = [0, 0, 1, 1, 0, 0, 1]
"""An operation a village: the four sites, then the three roofs."""

FIRST = [0, 0, OUT, OUT, 0, 0, OUT]
"""One of the first village; the shed of the second serves its own meter alone."""


def planned(
    folder: Path, places: Sequence[int], text: str = OPERATION
) -> tuple[Operation, LawfulPlan, PlanOutlook]:
    """Return a plan of two villages, chosen here rather than searched, with its outlook."""
    folder.mkdir()
    for name, own in (("operation.toml", text), ("participants.csv", SITES), ("plants.csv", ROOFS)):
        (folder / name).write_text(own, encoding="utf-8")
    operation, _metered = open_operation(folder)
    search, asked = planner(operation, RULES, seed=1, power_shares=(1.0,)), PlanRequest()
    scored = search.scored(asked, Labels([*places], [0, 0, 0]))
    assert scored is not None
    plan = plan_with_figures(search, RULES, asked, scored)
    outlook = plan_outlook(search, scored, plan, None)
    assert outlook is not None
    return operation, plan, outlook


def told_by(result: Result, row: Cancelling) -> Mapping[str, GainUnderCondition]:
    """Return what the run of one operation tells of its persons under a condition of the plan."""
    assert result.money is not None
    if row.condition is Condition.CONNECTION_AT_MOST:
        own = {one.id: one for one in result.money.persons}
        ends = {id_: (one.npv_eur_ht, one.connected_npv_eur_ht) for id_, one in own.items()}
        return {
            id_: GainUnderCondition(own[id_].gain_eur_ht, free if dear is None else dear)
            for id_, (free, dear) in ends.items()
        }
    same = (
        line for line in result.cancelling if (line.condition, line.plant_id) == (row.condition, row.plant_id)
    )
    return next(same, result.cancelling[0]).members


def is_gone(result: Result, number: int, row: Cancelling) -> bool:
    """Return whether an operation is not founded under a condition: refused, or without its only roof."""
    only = [plant.id for plant in result.scenario.plants] == [row.plant_id]
    return number == row.operation or only


@pytest.mark.parametrize("places", [BOTH, FIRST], ids=["two operations", "a roof outside"])
def test_each_row_of_a_plan_is_the_sum_of_the_runs_of_its_folders(tmp_path: Path, places: list[int]) -> None:
    operation, plan, outlook = planned(tmp_path / "all", places)
    folders = write_groups(operation, plan, tmp_path / "groups")
    runs = [run(folder, ran_on=date(2026, 12, 1)) for folder in folders]
    base = outlook.as_planned
    assert base.everybody.plan_eur_ht == pytest.approx(plan.value_eur, abs=1e-6)
    assert base.everybody.gain_eur_ht == pytest.approx(plan.year_eur, abs=1e-6)
    told = {row.condition for row in outlook.conditions}
    assert told == set(Condition)
    assert {row.plant_id for row in outlook.conditions} - {None} == {
        id_ for one in plan.operations for id_ in one.plant_ids
    }
    in_runs = [told_by(result, base) for result in runs]
    for row in outlook.conditions[1:]:
        pairs = list(enumerate(zip(runs, in_runs, strict=True), 1))
        for id_, gain in row.members.items():
            # What a person has beside the runs stays: a roof outside, a rent from another operation.
            beside = (base.members[id_].plan_eur_ht or 0.0) - sum(
                gains[id_].plan_eur_ht or 0.0 for gains in in_runs if id_ in gains
            )
            if row.condition is Condition.MARKET_SUPPLY and places is FIRST and id_ == "c":
                continue  # what its own roof spares there is worth less: looked at below
            if id_ == "d" and (row.plant_id == "r" or row.operation == 1):
                assert beside > 1000.0
                beside = 0.0
            own = [
                told_by(result, row).get(id_)
                for number, (result, _gains) in pairs
                if not is_gone(result, number, row)
            ]
            want = beside + sum(one.plan_eur_ht or 0.0 for one in own if one is not None)
            assert gain.plan_eur_ht == pytest.approx(want, abs=1e-6), (row.condition, row.plant_id, id_)


def test_the_largest_buyer_of_each_operation_is_that_of_its_run_with_a_loan_and_without(
    tmp_path: Path,
) -> None:
    for name, terms in (("bare", ""), ("lent", LOAN)):
        operation, plan, outlook = planned(tmp_path / name, BOTH, OPERATION + terms)
        folders = write_groups(operation, plan, tmp_path / f"groups-{name}")
        loans = [lending(replace(run(folder, ran_on=date(2026, 12, 1)), drawn=None)) for folder in folders]
        assert [gone.operation for gone in outlook.leaving_buyers] == [1, 2]
        assert [gone.buyer.id for gone in outlook.leaving_buyers] == ["b", "d"]
        for gone, loan in zip(outlook.leaving_buyers, loans, strict=True):
            assert loan is not None
            assert loan.largest is not None
            left = loan.p50[Strain.LARGEST]
            assert gone.buyer.receipts_ratio == pytest.approx(loan.largest.receipts_ratio, rel=1e-9)
            if terms:
                assert gone.cover == pytest.approx(left.cover, rel=1e-9)
            else:
                assert gone.cover is None
            assert gone.payback_years == left.payback_years


def test_a_roof_outside_spares_less_where_suppliers_sell_at_the_market(tmp_path: Path) -> None:
    _operation, _plan, outlook = planned(tmp_path / "all", FIRST)
    market = outlook.under(Condition.MARKET_SUPPLY)
    assert market is not None
    inside = planned(tmp_path / "both", BOTH)[2]
    assert inside.as_planned.members["b"] == outlook.as_planned.members["b"]
    before, after = (row.members["c"].plan_eur_ht or 0.0 for row in (outlook.as_planned, market))
    assert after < before - 1000.0


def test_a_plan_says_who_builds_and_what_is_not_known(tmp_path: Path) -> None:
    _operation, plan, outlook = planned(tmp_path / "all", BOTH)
    assert outlook.investor_ids == ("a", "c")
    assert outlook.connection_unknown_ids == ("t",)
    assert outlook.connection_unbounded_ids == ()
    assert outlook.connection_more_eur > 1000.0
    dear = outlook.under(Condition.CONNECTION_AT_MOST)
    assert dear is not None
    lost = plan.value_eur - (dear.everybody.plan_eur_ht or 0.0)
    assert lost == pytest.approx(outlook.connection_more_eur, abs=1e-6)
    assert outlook.vat_eur == pytest.approx(0.2 * plan.invested_eur)
    assert outlook.borne_vat_eur == 0.0  # nobody says that it does not recover it
    assert {person.id: person.kind for person in plan.persons}["b"] is Kind.COMPANY
    form = PLAN.form
    assert form is not None
    kept = form.read(form.write(replace(plan, outlook=outlook)))
    assert kept.outlook == outlook


@pytest.mark.slow
@pytest.mark.shared
def test_the_plan_of_forty_members_is_the_sum_of_its_runs(tmp_path: Path, shared_data: Path) -> None:
    folder = copytree(shared_data / "op40", tmp_path / "op40")
    operation, metered = open_operation(folder)
    plan = lawful_plans_for(unmoved(operation, metered), others=False).best
    assert plan.outlook is not None
    rows = plan.outlook.conditions
    runs = [
        run(path, ran_on=date(2026, 12, 1)) for path in write_groups(operation, plan, tmp_path / "groups")
    ]
    for row in rows:
        told = [told_by(result, row) for number, result in enumerate(runs, 1) if number != row.operation]
        want = sum(gain.plan_eur_ht or 0.0 for gains in told for gain in gains.values())
        assert row.everybody.plan_eur_ht == pytest.approx(want, abs=0.01), (row.condition, row.plant_id)
    by_condition = {row.condition: row for row in rows}
    assert len(plan.operations) == 3
    assert not plan.losers
    assert len(by_condition[Condition.FULL_ACCISE].losing_ids) >= 10
    assert len(by_condition[Condition.MARKET_SUPPLY].losing_ids) >= 20
    assert (by_condition[Condition.FULL_ACCISE].everybody.plan_eur_ht or 0.0) < 0.7 * plan.value_eur
    assert plan.outlook.connection_more_eur == pytest.approx(250_000.0)
    assert plan.invested_eur == pytest.approx(1_742_900.0)
