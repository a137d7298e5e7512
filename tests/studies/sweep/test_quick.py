"""Quick draws: the ranges of a run, those of a sweep of one weather year, kept for the next run."""

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.result.cancelling import Condition
from acc.result.result import Result
from reports.data.results import results_document
from scenarios.entry.folder.question import read_ask
from scenarios.operation.draws import compute, quick
from scenarios.operation.draws.compute import middle_results, work
from scenarios.operation.draws.quick import FEWEST_DRAWS, QUICK_DRAWS, SETTLED_DRAWS
from scenarios.operation.draws.ranges import Summary, person_ranges, ranges
from scenarios.operation.ready.plan_years import YearsGround
from scenarios.run import RunParts, run
from scenarios.studies.sweep.run import prepare
from tests.effort import few
from tests.scenarios.operation import write_operation

ONE_YEAR = {"weather_years = 2": "weather_years = 1"}


def ran(folder: Path, key: str | None = None) -> Result:
    return run(folder, ran_on=date(2026, 9, 1), key=key, parts=RunParts(ranges_folder=folder / "out"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_operation(tmp_path_factory.mktemp("quick") / "op", **ONE_YEAR)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "draws"),
    few(1, [("catch-up", FEWEST_DRAWS), ("prorata", QUICK_DRAWS), ("own-roof-first", SETTLED_DRAWS)]),
)
def test_they_are_the_first_draws_of_a_sweep_of_one_weather_year(folder: Path, key: str, draws: int) -> None:
    """Fewer of a key that no split says."""
    result = ran(folder, key=key)
    text = {'keys = ["static", "equal", "weighted", "catch-up"]': f'keys = ["{key}"]'}
    same = write_operation(folder.parent / key, **ONE_YEAR, **text)
    made = prepare(same, same / "out", draws=draws, engine="numpy")
    summary = Summary(made.plan, work(made.plan, 0, draws), middle_results(made.plan))
    assert result.ranges_draws == draws
    assert result.ranges is not None
    for found, other in (
        (result.ranges, ranges(summary, key)),
        (result.persons_ranges, person_ranges(summary, key)),
    ):
        assert set(found) == set(other)
        for indicator, of in found.items():
            assert set(of) == set(other[indicator])
            for name, values in of.items():
                np.testing.assert_allclose(values, other[indicator][name], rtol=1e-9)


@pytest.mark.parametrize("key", few(1, [None, "equal", "own-roof-first", "catch-up"]))
def test_the_middle_of_each_range_is_what_the_run_prints(folder: Path, key: str | None) -> None:
    result = ran(folder, key=key)
    document, persons, ranges = results_document(result), result.persons_ranges, result.ranges
    assert ranges is not None
    for indicator, of in ranges.items():
        rows = {row["id"]: row for row in document["participants"]} | {"": document}
        if indicator in document:
            for name, (low, middle, high) in of.items():
                assert low <= middle <= high
                assert middle == pytest.approx(rows[name][indicator], rel=1e-6), (indicator, name)
    for row in document["persons"]:
        low, middle, high = persons["gain_eur_ht"][row["id"]]
        assert low <= middle <= high
        assert middle == pytest.approx(row["gain_eur_ht"], rel=1e-6)
    total = sum(row["gain_eur_ht"] for row in document["persons"])
    assert ranges["gain_eur_ht"][""][1] == pytest.approx(total, rel=1e-6)  # rows sum to what is the middle


@pytest.mark.slow
def test_the_second_run_draws_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ran(folder)
    monkeypatch.setattr(quick, "draw_kwh", None)
    assert ran(folder).ranges == first.ranges
    assert ran(folder).drawn == first.drawn
    assert not compute._keys_without.cache_info().currsize  # a case holds arrays as large as half the loads
    with pytest.raises(TypeError):  # another key is another result; this one is asked nowhere else
        ran(folder, key="weighted")


def test_another_local_price_draws_nothing_and_says_what_it_would_drawn_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(folder)
    dearer, other_key = read_ask("prix=131"), read_ask("prix=131 cle=equal")
    anew = run(
        folder,
        ran_on=date(2026, 9, 1),
        settings=dearer,
        use_cache=False,
        parts=RunParts(ranges_folder=folder / "out"),
    )
    monkeypatch.setattr(quick, "draw_kwh", None)
    monkeypatch.setattr(quick, "narrowing", None)
    monkeypatch.setattr(YearsGround, "settled", None)  # of roofs that are not built
    kept = run(folder, ran_on=date(2026, 9, 1), settings=dearer, parts=RunParts(ranges_folder=folder / "out"))
    assert kept.ranges == anew.ranges
    assert kept.persons_ranges == anew.persons_ranges
    assert kept.drawn == anew.drawn
    assert kept.cancelling == anew.cancelling
    assert Condition.ROOF_NOT_BUILT in {line.condition for line in kept.cancelling}
    with pytest.raises(TypeError):
        run(folder, ran_on=date(2026, 9, 1), settings=other_key, parts=RunParts(ranges_folder=folder / "out"))


def test_the_group_each_participant_and_each_person_have_their_ranges(folder: Path) -> None:
    document = results_document(ran(folder))
    assert set(document["ranges"]["gain_eur_ht"]) == {"p10", "p50", "p90"}
    assert all("saving_eur_ht" in one["ranges"] for one in document["participants"] if one["id"] != "bureau")
    persons = {one["id"]: one["ranges"] for one in document["persons"]}
    assert set(persons) == {"mairie", "ecole", "cave", "garage", "foyer", "bureau", "commune"}
    # Who holds one site and no plant gains what the site saves.
    of_site = next(one["ranges"] for one in document["participants"] if one["id"] == "garage")
    assert persons["garage"]["gain_eur_ht"] == pytest.approx(of_site["saving_eur_ht"])
    assert persons["cave"]["gain_eur_ht"]["p50"] > persons["cave"]["saving_eur_ht"]["p50"]
    told = document["drawn"]
    assert (told["weather_years"], told["model_yield_ratio"]) == (1, 1.0)
    assert 0.5 < told["paid_back_ratio"] < 1.0


def test_a_key_that_looks_back_through_a_battery_is_left_to_the_sweep(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **ONE_YEAR)
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write("\n[battery]\nenergy_kwh = 50\npower_kw = 20\nround_trip_ratio = 0.85\n")
    result = ran(folder, key="catch-up")
    assert result.ranges is None
    assert any("acc sweep" in text for text in result.provenance.warnings)


def test_a_run_tells_the_summary_that_it_does_not_believe_and_draws_by_itself(folder: Path) -> None:
    before = ran(folder)
    summary = folder / "out" / "sweep-0" / "summary.json"
    summary.parent.mkdir(parents=True)
    summary.write_bytes(b"{}")
    try:
        after = ran(folder)
    finally:
        shutil.rmtree(summary.parent)
    (said,) = set(after.provenance.warnings) - set(before.provenance.warnings)
    assert said.startswith("sweep-0/summary.json is not as `acc sweep` wrote it here")
    assert after.ranges == before.ranges is not None
