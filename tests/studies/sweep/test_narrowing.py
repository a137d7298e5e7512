"""The one question: what it tells is what the range of a folder that holds its answer loses."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.bills.tariff_slots import SLOTS
from acc.result.result import KIND, PANELS, STUDY, Drawn
from acc.sites import Said, StudyKind
from reports.format.draws import question_text
from scenarios.operation.draws import questions as module
from scenarios.operation.draws.compute import NUMPY, SweepPlan, work
from scenarios.operation.draws.draws import DRAWN_AGAIN, Draw, draw
from scenarios.operation.draws.questions import FEWEST, narrowing
from scenarios.operation.draws.ranges import Summary
from scenarios.operation.draws.results import GROUP
from scenarios.studies.sweep.run import prepare
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

ONE_KEY = {'keys = ["static", "equal", "weighted", "catch-up"]': 'keys = ["prorata"]'}
ONE_YEAR = {"weather_years = 2": "weather_years = 1"}
POSTES = ("hph_kwh", "hch_kwh", "hpb_kwh", "hcb_kwh")


def planned(folder: Path, participants: str, plants: str = PLANTS) -> SweepPlan:
    """Return an operation of these tables ready for draws under its one key."""
    write_operation(folder, **ONE_KEY, **ONE_YEAR)
    (folder / "participants.csv").write_text(participants, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    return prepare(folder, folder / "out", draws=DRAWN_AGAIN, engine=NUMPY).plan


def summed(plan: SweepPlan) -> Summary:
    return Summary(plan, work(plan, 0, DRAWN_AGAIN))


def width(plan: SweepPlan) -> float:
    kwh = summed(plan).of("received_kwh")[:, 0, GROUP]
    low, high = np.quantile(kwh, (0.1, 0.9), method="weibull")
    return float(high - low)


def relative_width(plan: SweepPlan) -> float:
    """Return the width over the middle: other postes move the figure too."""
    kwh = summed(plan).of("received_kwh")[:, 0, GROUP]
    return width(plan) / float(np.median(kwh))


def with_plants(plan: SweepPlan, **known: object) -> SweepPlan:
    case = plan.cases[0]
    plants = tuple(replace(plant, **known) for plant in case.scenario.plants)  # type: ignore[arg-type]
    return replace(plan, cases=(replace(case, scenario=replace(case.scenario, plants=plants)),))


def with_bills(table: str, plan: SweepPlan, ids: frozenset[str], ratio: float = 1.0) -> str:
    """Return a table of participants where some give the postes of their bill, as the profile draws them.

    Args:
        ratio: of the kWh of full hours, what is drawn being 1; the year stays.
    """
    case = plan.cases[0]
    head, *rows = table.strip().split("\n")
    written = [";".join([head, *POSTES])]
    for row in rows:
        name, cells = row.partition(";")[0], [""] * len(POSTES)
        if name in ids:
            n = case.ids.index(name)
            load, slot = case.load_by_group_kwh[0, n], case.slot_by_group[n]
            kwh = [float(load[slot == SLOTS.index(poste.removesuffix("_kwh"))].sum()) for poste in POSTES]
            for full, off in ((0, 1), (2, 3)):
                moved = (ratio - 1.0) * kwh[full]
                kwh[full], kwh[off] = kwh[full] + moved, kwh[off] - moved
            cells = [f"{value:.2f}" for value in kwh]
        written.append(";".join([row, *cells]))
    return "\n".join(written) + "\n"


SCHOOL = PARTICIPANTS.replace("88000", "288000")
"""A school that takes most."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SweepPlan:
    return planned(tmp_path_factory.mktemp("asked") / "op", SCHOOL)


def test_an_answer_on_plants_narrows_what_is_told(plan: SweepPlan) -> None:
    told, before = narrowing(summed(plan), "prorata"), width(plan)
    assert list(told.values()) == sorted(told.values(), reverse=True)
    assert set(told) <= {
        PANELS,
        STUDY,
        "ecole",
        "mairie",
        "cave",
        "foyer",
        f"{KIND}commune",
        f"{KIND}company",
    }
    answers = {
        PANELS: with_plants(plan, said=Said.PLAN),
        STUDY: with_plants(plan, p50_kwh_per_kwp=1.0, study=StudyKind.STUDY),
    }
    for name, answered in answers.items():
        if name in told:
            assert told[name] == pytest.approx(1.0 - width(answered) / before, rel=1e-9)
            assert name not in narrowing(summed(answered), "prorata")
    assert {PANELS, STUDY} & set(told)
    assert narrowing(Summary(plan, work(plan, 0, FEWEST - 1)), "prorata") == {}


@pytest.mark.parametrize(("ratio", "points"), [(1.0, 0.01), (1.15, 0.03), (0.85, 0.03)])
def test_a_bill_narrows_what_was_told_whatever_its_postes(
    plan: SweepPlan, tmp_path: Path, ratio: float, points: float
) -> None:
    metered = with_plants(plan, curve="p.csv")
    told, before = narrowing(summed(metered), "prorata"), relative_width(metered)
    real = planned(tmp_path / "op", with_bills(SCHOOL, plan, frozenset({"ecole"}), ratio))
    after = relative_width(with_plants(real, curve="p.csv"))
    assert told["ecole"] == pytest.approx(1.0 - after / before, abs=points)


def test_twenty_homes_are_asked_together(tmp_path: Path) -> None:
    head = PARTICIPANTS.partition("\n")[0]
    homes = [
        f"h{n};Home {n};household;44.8478;0.4856;24037;9;CU4;190;household-group;{4000 + 100 * n}"
        for n in range(20)
    ]
    table = "\n".join([head, *homes]) + "\n"
    roof = "id;name;owner;latitude;longitude;insee;kwp;curve\nroof;Roof;h0;44.8455;0.4835;24037;60;\n"
    plan = planned(tmp_path / "asked", table, roof)
    told = narrowing(summed(plan), "prorata")
    assert next(iter(told)) == f"{KIND}household"
    assert told[f"{KIND}household"] > 0.40
    real = planned(tmp_path / "real", with_bills(table, plan, frozenset(plan.members)), roof)
    assert told[f"{KIND}household"] == pytest.approx(1.0 - width(real) / width(plan), abs=0.01)
    assert set(told) == {f"{KIND}household"}


def test_what_an_answer_moves_alone_gives_what_all_drawn_and_settled_anew_would(
    plan: SweepPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guesses = SCHOOL.replace("annual_kwh\n", "annual_kwh;said\n").replace("288000\n", "288000;guess\n")
    tables = {
        "participants.csv": guesses.replace("140000\n", "140000;guess\n"),
        "changes.csv": "id;what;since;ratio\necole;scale;2026-06-01;0.6\ngymnase;starts;2026-03-01;\n",
    }
    years = {"weather_years = 2": "weather_years = 1\nwithdrawal_ratio = 0.3"}
    folder = write_operation(tmp_path / "op", **ONE_KEY, **years)
    for name, table in tables.items():
        (folder / name).write_text(table, encoding="utf-8")
    changing = prepare(folder, folder / "out", draws=FEWEST, engine=NUMPY).plan
    assert any(one.unsaid is not None and one.unsaid.split_ratio for one in changing.unknowns.values())
    monkeypatch.setattr(module, "LEAST_RATIO", -1.0)
    monkeypatch.setattr(module, "MOST_ANSWERED", 20)
    for one in (plan, changing):
        summary = Summary(one, work(one, 0, FEWEST))
        some = narrowing(summary, "prorata")
        with monkeypatch.context() as patched:
            patched.setattr(module, "_pooled_kwh", _settled)
            patched.setattr(module, "answered_draw", all_drawn_anew)
            assert narrowing(summary, "prorata") == pytest.approx(some, rel=1e-9, abs=1e-9)
        assert len(some) > 5


def _settled(plan: SweepPlan, case: object, drawn: object, answered: object) -> dict[str, float]:
    return module._settled_kwh(plan, case, drawn, answered)  # type: ignore[arg-type]


def all_drawn_anew(plan: SweepPlan, drawn: Draw, names: frozenset[str]) -> Draw:
    known = {
        name: replace(plan.unknowns[name], unsaid=None, common_level_ratio=0.0, own_level_ratio=0.0)
        for name in names
    }
    return draw(plan.choice, drawn.number, {**plan.unknowns, **known})


def test_the_question_names_only_who_may_be_named() -> None:
    told = Drawn(weather_years=1, narrowing={"a": 0.24, PANELS: 0.08})
    assert "bill of Pool" in question_text(told, {"a": "Pool"})
    assert "by about 25" in question_text(told, {"a": "Pool"})
    assert "plan, would narrow" in question_text(told, {})
    assert "by about 10" in question_text(told, {})
    assert question_text(replace(told, narrowing={"a": 0.24}), {}) == ""
    assert "a study of what the panels make" in question_text(replace(told, narrowing={STUDY: 0.2}), {})
    assert "(Household)" in question_text(replace(told, narrowing={f"{KIND}household": 0.5}), {})
    assert question_text(None, {}) == ""
