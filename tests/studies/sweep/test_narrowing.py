"""The one question: what its answer takes away is what the draws no longer have once it is given."""

from dataclasses import replace

import pytest

from acc.arrays import FloatArray
from acc.result.result import PANELS, Drawn
from acc.sites import Said
from reports.format.draw_labels import question_text
from scenarios.operation.draws.indicators import GROUP
from scenarios.operation.draws.narrowing import DRAWS, narrowing
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.worker import NUMPY, SweepPlan, work
from scenarios.studies.sweep.prepare import prepare
from tests.scenarios.operation import PARTICIPANTS, write_operation


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SweepPlan:
    keys = {'keys = ["static", "equal", "weighted", "catch-up"]': 'keys = ["prorata"]'}
    folder = write_operation(
        tmp_path_factory.mktemp("asked") / "op", **keys, **{"weather_years = 2": "weather_years = 1"}
    )
    table = PARTICIPANTS.replace("88000", "288000")  # a school that takes most
    (folder / "participants.csv").write_text(table, encoding="utf-8")
    return prepare(folder, folder / "out", draws=DRAWS, engine=NUMPY).plan


def received(plan: SweepPlan) -> FloatArray:
    return Summary(plan, work(plan, 0, DRAWS)).of("received_kwh")[:, 0, GROUP]


def test_an_answer_narrows_what_a_folder_that_holds_it_draws(plan: SweepPlan) -> None:
    summary = Summary(plan, work(plan, 0, DRAWS))
    told, before = narrowing(summary, "prorata"), received(plan)
    assert list(told.values()) == sorted(told.values(), reverse=True)
    assert set(told) <= {PANELS, "ecole", "cave"}  # those who take most
    case = plan.cases[0]
    plants = tuple(replace(plant, said=Said.PLAN) for plant in case.scenario.plants)
    said = replace(plan, cases=(replace(case, scenario=replace(case.scenario, plants=plants)),))
    left = 1.0 - (before - received(said)).var() / before.var()
    assert told[PANELS] == pytest.approx(1.0 - left**0.5, rel=1e-6)
    assert PANELS not in narrowing(Summary(said, work(said, 0, DRAWS)), "prorata")
    known = {name: replace(one, unsaid=None) for name, one in plan.unknowns.items()}
    assert set(narrowing(Summary(replace(said, unknowns=known), summary.results), "prorata")) == set()
    assert narrowing(Summary(plan, work(plan, 0, 3)), "prorata") == {}


def test_the_question_names_only_who_may_be_named() -> None:
    told = Drawn(weather_years=1, narrowing={"a": 0.24, PANELS: 0.08})
    assert "bill of Pool" in question_text(told, {"a": "Pool"})
    assert "24" in question_text(told, {"a": "Pool"})
    assert "plan, would narrow" in question_text(told, {})
    assert question_text(replace(told, narrowing={"a": 0.24}), {}) == ""
    assert question_text(None, {}) == ""
