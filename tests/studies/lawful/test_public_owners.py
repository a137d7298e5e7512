"""Public bodies of an EPCI operation: owners elsewhere are known, others to verify, at a price."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.result.lawful_plan import BoundBasis, LawfulPlansReport
from acc.rules.all_checks import regime_checks
from acc.rules.check import State
from acc.scenario import Regime
from acc.sites import Kind, Person
from reports.data.encode import encode
from reports.format.unlawful import way_text
from scenarios.entry.places.geography import scenario_members
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import perimeter_checks
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.run import run
from scenarios.studies.lawful.plan_report import lawful_plans_for
from tests.effort import few
from tests.perimeter_rules import RULES
from tests.studies.lawful.small_cases import random_case

OPERATION = """[operation]
name = "Un groupe"
start = 2025-06-02
end = 2025-06-03
step_minutes = 60
rates_on = 2026-09-01
perimeter = "epci"

[prices]
local_eur_per_mwh = 105.0
surplus = 30.0
"""
PARTICIPANTS = """id;name;kind;epci;latitude;longitude;kva;turpe;supply_eur_per_mwh;profile;annual_kwh;active
a;Alpha;{kind};CAB;44,8478;0,4856;36;CU4;120;town-hall;62000;non
c;Charlie;commune;CAB;44,6500;0,7500;36;CU4;120;town-hall;30000;oui
"""
PLANTS = """id;name;{column};epci;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
r;Roof;{owner};CAB;44,8455;0,4835;24037;90;20;180
"""


def state_of(folder: Path) -> State:
    """Return how public bodies stand in a folder: the same by its check, by its run, by its operation."""
    operation = open_operation(folder)[0]
    doors = (
        perimeter_checks(operation.scenario),
        run(folder, ran_on=date(2026, 9, 1)).checks,
        regime_checks(operation.members, Regime.EPCI, RULES),
    )
    states = {check.state for checks in doors for check in checks if check.rule == "public-bodies"}
    assert len(states) == 1
    return states.pop()


def group(
    where: Path, owner: str, *, kind: str = "commune", column: str = "owner", persons: str = ""
) -> Path:
    """Return the folder of a group whose roof is owned by somebody who consumes in another one."""
    where.mkdir()
    (where / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (where / "participants.csv").write_text(PARTICIPANTS.format(kind=kind), encoding="utf-8")
    (where / "plants.csv").write_text(PLANTS.format(column=column, owner=owner), encoding="utf-8")
    if persons:
        (where / "persons.csv").write_text(persons, encoding="utf-8")
    return where


def test_an_owner_who_consumes_in_another_group_is_what_its_row_says(tmp_path: Path) -> None:
    assert state_of(group(tmp_path / "commune", "a")) is State.MET
    assert state_of(group(tmp_path / "company", "a", kind="company")) is State.NOT_MET


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        (";", State.TO_VERIFY),
        ("epci;", State.MET),
        ("public;", State.MET),
        ("company;", State.NOT_MET),
        (";oui", State.MET),
        (";non", State.NOT_MET),
        ("company;oui", State.MET),
        ("association;oui", State.MET),
        ("public;non", State.NOT_MET),
        ("commune;non", State.MET),
    ],
)
def test_an_owner_outside_is_what_persons_say_of_it(tmp_path: Path, cells: str, state: State) -> None:
    persons = f"id;name;kind;public_mission\nx;Société du toit;{cells}\n"
    assert state_of(group(tmp_path / "id", "x", column="person", persons=persons)) is state


def test_an_owner_outside_of_whom_nothing_is_written_is_to_verify(tmp_path: Path) -> None:
    assert state_of(group(tmp_path / "named", "Un tiers")) is State.TO_VERIFY


def foreign_case(where: Path, seed: int, persons: tuple[Person, ...]) -> Operation:
    """Return communes of one EPCI, a roof of somebody outside among theirs."""
    operation = random_case(where, seed, 5, roofs=2, fee=0.0).operation
    whole = operation.scenario
    people = tuple(replace(one, kind=Kind.COMMUNE, epci="CAB", density_class=1) for one in whole.participants)
    roofs = tuple(replace(one, epci="CAB", density_class=1) for one in whole.plants)
    roofs = (roofs[0], replace(roofs[1], owner="x", behind=None))
    scenario = replace(whole, participants=people, plants=roofs, persons=persons)
    tariffs = tariffs_of(scenario, operation.exchange)
    return replace(operation, scenario=scenario, members=scenario_members(scenario), tariffs=tariffs)


def plans_of(operation: Operation) -> LawfulPlansReport:
    return lawful_plans_for(operation, most=1, others=False)


@pytest.mark.parametrize("seed", few(2, range(6)))
def test_what_is_to_confirm_has_a_price_which_is_that_of_the_plan_once_confirmed(
    tmp_path: Path, seed: int
) -> None:
    silent, public, private = (
        plans_of(foreign_case(tmp_path / name, seed, (Person(id="x", name="Le tiers", public_mission=said),)))
        for name, said in (("silent", None), ("public", True), ("private", False))
    )
    assert silent.best.value_eur == pytest.approx(private.best.value_eur, abs=0.01)
    assert (public.if_confirmed, private.if_confirmed) == (None, None)
    more_eur = public.best.value_eur - private.best.value_eur
    if more_eur <= 1.0:
        assert silent.if_confirmed is None
        return
    assert silent.if_confirmed is not None
    assert silent.if_confirmed.value_eur == pytest.approx(public.best.value_eur, abs=1.0)
    assert silent.best.to_confirm == ("Le tiers",)
    assert encode(silent.best)["confirmed_npv_eur_ht"] == silent.if_confirmed.value_eur
    assert "1 owner has a public-service mission" in way_text(silent.best)
    assert not silent.is_proven


def test_some_of_these_cases_have_something_to_confirm(tmp_path: Path) -> None:
    person = (Person(id="x", name="Le tiers"),)
    assert any(plans_of(foreign_case(tmp_path, seed, person)).if_confirmed for seed in range(2))


def test_a_bound_of_what_is_searched_alone_is_no_proof_of_the_value(tmp_path: Path) -> None:
    operation = random_case(tmp_path, 4, 5).operation
    report = plans_of(operation)
    best, basis = report.best, report.best.bound_basis
    assert best.bound_eur is not None
    assert best.searched_eur is not None
    assert best.searched_eur <= best.bound_eur + 0.01
    assert report.is_proven is (basis is BoundBasis.VALUE)
    dated = replace(report, front=tuple(replace(p, bound_basis=BoundBasis.SEARCH) for p in report.front))
    assert not dated.is_proven
