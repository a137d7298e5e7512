"""The one question: what its answer takes away is what the draws no longer have once it is given."""

from dataclasses import replace
from pathlib import Path

import pytest

from acc.arrays import FloatArray
from acc.result.result import PANELS, Drawn
from acc.sites import Said
from reports.format.draws import question_text
from scenarios.operation.draws import ranges as module
from scenarios.operation.draws.compute import NUMPY, SweepPlan, work
from scenarios.operation.draws.draws import Draw, draw
from scenarios.operation.draws.ranges import DRAWS, Summary, narrowing
from scenarios.operation.draws.results import GROUP
from scenarios.studies.sweep.run import prepare
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


def test_what_an_answer_moves_alone_gives_what_all_drawn_and_settled_anew_would(
    plan: SweepPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses = PARTICIPANTS.replace("annual_kwh\n", "annual_kwh;said\n").replace("88000\n", "288000;guess\n")
    tables = {
        "participants.csv": guesses.replace("140000\n", "140000;guess\n"),
        "changes.csv": "id;what;since;ratio\necole;scale;2026-06-01;0.6\ngymnase;starts;2026-03-01;\n",
    }
    texts = {'keys = ["static", "equal", "weighted", "catch-up"]': 'keys = ["prorata"]'}
    years = {"weather_years = 2": "weather_years = 1\nwithdrawal_ratio = 0.3"}
    folder = write_operation(tmp_path / "op", **texts, **years)
    for name, table in tables.items():
        (folder / name).write_text(table, encoding="utf-8")
    changing = prepare(folder, folder / "out", draws=DRAWS, engine=NUMPY).plan
    assert any(one.unsaid is not None and one.unsaid.split_ratio for one in changing.unknowns.values())
    monkeypatch.setattr(module, "LEAST_RATIO", -1.0)
    for one in (plan, changing):
        summary = Summary(one, work(one, 0, DRAWS))
        some = narrowing(summary, "prorata")
        with monkeypatch.context() as patched:
            patched.setattr(module, "_pooled_kwh", module._settled_kwh)
            patched.setattr(module, "_with_curve", all_drawn_anew)
            assert narrowing(summary, "prorata") == pytest.approx(some, rel=1e-9, abs=1e-12)
        assert len(some) == 3


def all_drawn_anew(plan: SweepPlan, drawn: Draw, name: str) -> Draw:
    known = replace(
        plan.unknowns[name], doubt_share=0.0, unsaid=None, common_level_ratio=0.0, own_level_ratio=0.0
    )
    return draw(plan.choice, drawn.number, {**plan.unknowns, name: known})


def test_the_question_names_only_who_may_be_named() -> None:
    told = Drawn(weather_years=1, narrowing={"a": 0.24, PANELS: 0.08})
    assert "bill of Pool" in question_text(told, {"a": "Pool"})
    assert "24" in question_text(told, {"a": "Pool"})
    assert "plan, would narrow" in question_text(told, {})
    assert question_text(replace(told, narrowing={"a": 0.24}), {}) == ""
    assert question_text(None, {}) == ""
