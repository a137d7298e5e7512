"""Doubt of plans and what each absence costs: paired draws, the figures told where nothing is drawn."""

from dataclasses import replace
from pathlib import Path

import pytest

from acc.result.lawful_plan import AbsentPart, LawfulPlansReport, PlanWithout
from acc.version import VERSION
from reports.format.unlawful import way_text
from scenarios import kept_plan
from scenarios.kept_plan import PLAN
from scenarios.operation.draws.quick import QUICK_DRAWS
from scenarios.operation.draws.settings import Spread, SweepChoice, read_sweep
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import source_of
from scenarios.studies.lawful.evaluate import PlanRequest, group_values, no_operation, plan_rules
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.plan_doubt import plan_with_figures
from scenarios.studies.lawful.plan_report import lawful_plans_for, without_each
from scenarios.studies.lawful.plans import Effort, planner
from tests.perimeter_rules import RULES
from tests.scenarios.operation import PLANTS, write_operation
from tests.studies.lawful.small_cases import best_plan, random_case

FIXED = ("solar_yield", "model_yield", "capex", "supply_price", "local_price")


def drawn_of(folder: Path) -> tuple[Operation, Metered, SweepChoice]:
    operation, metered = open_operation(folder, use_cache=False)
    return operation, metered, read_sweep(source_of(folder, {})).for_single_weather_year


def nothing_drawn(choice: SweepChoice) -> SweepChoice:
    spreads = {name: Spread("fixed", 1.0) for name in FIXED} | {"load_growth": Spread("fixed", 0.0)}
    return replace(choice, spreads=spreads, load_noise=0.0, off_peak_reform_ratio=0.0)


ONE_RENTED = PLANTS.replace(";behind\n", ";landlord;rent_eur_per_year;behind\n")
ONE_RENTED = ONE_RENTED.replace(";165;", ";165;cave;50;").replace(";190;", ";190;;;")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[LawfulPlansReport, LawfulPlansReport]:
    """Return the plans of a folder with a rented roof, where nothing is drawn, then in real draws."""
    folder = write_operation(tmp_path_factory.mktemp("doubt"))
    (folder / "plants.csv").write_text(ONE_RENTED, encoding="utf-8")
    operation, metered, choice = drawn_of(folder)
    fixed, free = (
        lawful_plans_for(operation, most=1, drawn=(metered, one), step=lambda _done, _all: None)
        for one in (nothing_drawn(choice), choice)
    )
    return fixed, free


@pytest.mark.slow
def test_where_nothing_is_drawn_each_draw_is_the_plan_that_is_told(
    reports: tuple[LawfulPlansReport, LawfulPlansReport],
) -> None:
    report, _drawn = reports
    assert report.best.operations
    assert len(report.best.doubts) >= 2
    told = dict(report.named)
    for one in report.best.doubts:
        plan = told[one.constraints]
        assert one.value_eur == plan.value_eur
        assert [one.low_eur, one.middle_eur, one.high_eur] == pytest.approx([plan.value_eur] * 3, abs=0.01)
        assert one.lose_shares == {person.id: 1.0 for person in plan.losers}
    assert report.best.doubts[0].best_ratio == 1.0


def test_plans_are_held_against_one_another_in_the_same_draws(
    reports: tuple[LawfulPlansReport, LawfulPlansReport],
) -> None:
    fixed, drawn = reports
    plan = drawn.best
    assert plan.draws == fixed.best.draws == QUICK_DRAWS
    assert replace(plan, doubts=()) == replace(fixed.best, doubts=())
    assert sum(one.best_ratio for one in plan.doubts) == pytest.approx(1.0)
    for one in plan.doubts:
        assert one.low_eur < one.middle_eur < one.high_eur
        assert one.middle_eur == pytest.approx(one.value_eur)  # as a run, whose figure is the middle
    # What sharing adds hardly moves beside what all roofs bring: apart, both would be as wide as each other.
    first, second = plan.doubts[:2]
    assert first.best_ratio > 0.9
    assert first.low_eur < second.high_eur


def test_a_kept_plan_keeps_its_doubt_and_what_each_absence_costs(
    reports: tuple[LawfulPlansReport, LawfulPlansReport],
) -> None:
    plan = reports[1].best
    assert plan.without
    assert PLAN.form is not None
    again = PLAN.form.read(PLAN.form.write(plan))
    assert (again.doubts, again.draws, again.without) == (plan.doubts, plan.draws, plan.without)
    assert again.persons == plan.persons
    assert {check.title for one in again.operations for check in one.checks} == {""}


def test_a_plan_of_another_program_is_told_with_its_figures_of_then(
    reports: tuple[LawfulPlansReport, LawfulPlansReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, form = reports[1].best, PLAN.form
    assert form is not None
    body = form.write(plan)
    assert form.read(body).version == ""
    assert "another version" not in way_text(plan)
    name = form.code()
    monkeypatch.setattr(kept_plan, "code_sha256", lambda: "another program")
    assert form.code() == name  # it is found all the same
    then = form.read(body)
    assert then.version == VERSION
    assert then.value_eur == plan.value_eur
    assert VERSION in way_text(then)
    assert "to be found again" in way_text(then)


def test_a_derogation_is_told_with_what_to_refuse_it_costs_and_no_other_plan_is_one(
    reports: tuple[LawfulPlansReport, LawfulPlansReport],
) -> None:
    for report in reports:
        told = {one.id: one.lost_eur for one in report.best.without if one.absent is AbsentPart.DEROGATION}
        best_eur = report.best.value_eur
        assert told == {str(r): best_eur - plan.value_eur for r, plan in report.without_regime.items()}


@pytest.mark.usefixtures("first_year_repeated")
@pytest.mark.parametrize("seed", [2, 10])
def test_what_an_absence_costs_the_others_is_the_best_of_all_plans_without_it(
    tmp_path: Path, seed: int
) -> None:
    """By trying every plan of five sites and two roofs, as few as can be losing."""
    case = random_case(tmp_path, seed, 5, roofs=2, fee=500.0)
    search = planner(case.operation, RULES, seed=1, power_shares=(1.0, 0.75))
    asked = PlanRequest(most=2)
    best = search.best(asked, [no_operation(search.model)], Effort(200))
    plan = plan_with_figures(search, RULES, asked, best)
    steps = list[tuple[int, int]]()
    found = [*without_each(search, asked, best, plan, lambda done, every: steps.append((done, every)))]
    assert steps == [(n, len(found)) for n in range(1, len(found) + 1)]
    assert {one.absent for one in found} >= {AbsentPart.MEMBER}
    values, own = group_values(search.model), {person.id: person.value_eur for person in plan.persons}
    exact = 0
    for one in found:
        bits = _bits(search.model, one)
        rules = plan_rules(search.model, search.law, replace(asked, without=bits))
        losers, value = best_plan(replace(case, model=search.model), values, rules)
        others_eur = plan.value_eur - (own[one.id] if one.absent is AbsentPart.MEMBER else 0.0)
        assert one.losers >= losers
        if one.losers == losers:
            assert others_eur - one.lost_eur <= value + 0.01
            exact += others_eur - one.lost_eur >= value - 0.01
    assert exact >= len(found) - 1  # one change at a time does not always reach the best


def _bits(model: GroupModel, one: PlanWithout) -> int:
    scenario = model.operation.scenario
    if one.absent is AbsentPart.ROOF:
        return 1 << model.sites + [plant.id for plant in scenario.plants].index(one.id)
    q = model.persons.index(one.id)
    owners = [*model.site_person.tolist(), *model.roof_person.tolist()]
    return sum(1 << at for at, person in enumerate(owners) if person == q)
