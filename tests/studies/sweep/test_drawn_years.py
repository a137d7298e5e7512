"""Dated changes in draws: whether they happen, how late, how large, and what that does to the plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.changes import DatedChange, What
from acc.quantiles import quantiles
from acc.result.result import Result
from acc.scenario import KeyChoice
from acc.sites import Kind
from acc.steps import Steps
from scenarios.entry.folder.question import read_question
from scenarios.operation.draws.compute import NUMPY, plan_of, work
from scenarios.operation.draws.draws import Draw, draw, drawn_changes
from scenarios.operation.draws.loads import bendable_kwh
from scenarios.operation.draws.meters import drawn_years, first_and_later
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.draws.results import BY_YEAR
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from scenarios.studies.sweep.statistics import middle_draw
from tests.scenarios.operation import write_operation

HEAD = "id;what;since;ratio;kwh;chance_ratio;delay_years;hours\n"
ROWS = "ecole;closes;2029;;;0,5;;\ncave;scale;2030-07-01;2;;;;\nfoyer;heat-pump;2028;;9000;;;\n"
ROWS += "foyer;renovation;2029;;;;;\nmairie;led;2027-03-01;;;;;\ngarage;hours;2027;;4000;;;11:00-16:00\n"
STEPS = Steps.between(date(2026, 1, 1), date(2027, 1, 1), 60)


def folder_of(folder: Path, rows: str) -> Path:
    write_operation(folder)
    (folder / "changes.csv").write_text(HEAD + rows, encoding="utf-8")
    return folder


def ran(folder: Path) -> Result:
    return run(folder, ran_on=date(2026, 11, 29), parts=RunParts(ranges_folder=folder / "out", advice=False))


def choice_of(folder: Path, draws: int) -> SweepChoice:
    from scenarios.entry.folder.raw import read_source  # noqa: PLC0415 - beside its only use

    return replace(read_sweep(read_source(folder)), draws=draws, keys=(), variants=(), weather_years=1)


def chances(choice: SweepChoice) -> Iterator[Draw]:
    return (draw(choice, number, {}) for number in range(choice.draws))


def test_what_a_draw_has_without_doubt_is_the_run_and_a_closure_of_one_in_two_is_held_by_its_range(
    tmp_path: Path,
) -> None:
    folder = folder_of(tmp_path, ROWS)
    result = ran(folder)
    assert result.ranges is not None
    assert result.years is not None
    assert result.money is not None
    assert result.money.plan is not None
    assert result.money.total is not None
    shared = float(result.years.total("received_kwh")[9])
    told = {
        "npv_eur_ht": result.ranges["npv_eur_ht"][""],
        **{name: result.ranges[name]["10"] for name in ("later_received_kwh", "later_gain_eur_ht")},
    }
    assert told["npv_eur_ht"][1] == pytest.approx(result.money.plan.npv_eur_ht, rel=1e-9)
    assert told["later_received_kwh"][1] == pytest.approx(shared, rel=1e-9)
    assert told["later_gain_eur_ht"][1] == pytest.approx(result.money.total.gain_by_year_eur_ht[10], rel=1e-9)
    # Both futures lie between P10 and P90: the school that closes, and the one that does not.
    low, _middle, high = told["later_received_kwh"]
    (folder / "changes.csv").write_text(HEAD + ROWS.split("\n", 1)[1], encoding="utf-8")
    stays = run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False)).years
    assert stays is not None
    assert low < shared < high
    assert low < float(stays.total("received_kwh")[9]) < high


def test_chances_and_sizes_are_those_said_and_every_scenario_sees_the_same_futures(tmp_path: Path) -> None:
    choice = choice_of(folder_of(tmp_path, ROWS), 200)
    closes = DatedChange(site="ecole", what=What.CLOSES, since=date(2029, 1, 1), chance_ratio=0.5)
    pumps = [
        DatedChange(site=site, what=What.HEAT_PUMP, since=date(2028, 1, 1), kwh=10.0, low=7.0, high=14.0)
        for site in ("ecole", "foyer")
    ]
    late = DatedChange(site="toit", what=What.STARTS, since=date(2028, 1, 1), delay_years=2.0)
    every = (closes, *pumps, late)
    parts = [one.chances for one in chances(choice)]
    futures = [drawn_changes(every, STEPS, part) for part in parts if part is not None]
    assert len(futures) == 200
    assert abs(np.mean([future[0].drawn is not None for future in futures]) - 0.5) <= 0.07
    kwh = np.array([[one.drawn.kwh for one in future[1:3] if one.drawn is not None] for future in futures])
    np.testing.assert_allclose(quantiles(kwh)[[0, 2]], [[7.0] * 2, [14.0] * 2], rtol=0.08)
    assert 0.3 < np.corrcoef(kwh.T)[0, 1] < 0.7  # half of it is common to heat pumps
    days = np.array([(future[3].drawn.since - late.since).days for future in futures if future[3].drawn])
    assert days.min() >= 0
    assert days.max() <= 731
    assert abs(days.mean() - 365.0) < 30.0
    # Whatever else changes, in whatever order: the same futures.
    part = parts[7]
    assert part is not None
    again = drawn_changes((late, pumps[1], closes), STEPS, part)
    assert {one.said: one.drawn for one in again}.items() <= {
        one.said: one.drawn for one in futures[7]
    }.items()


def test_keys_are_compared_in_the_same_futures(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, ROWS.replace("foyer;heat-pump", "bureau;joins;2029;;;0,5;;\nfoyer;heat-pump")
    )
    operation, metered = open_operation(folder)
    case = case_of_run(operation, metered, reform=False)
    keys = ("prorata", "equal")
    both = replace(case, choices=tuple(KeyChoice(name=name) for name in keys))
    found = work(plan_of(choice_of(folder, 24), [both], keys, NUMPY), 0, 24)
    gains = found.by_year[:, 0, :, BY_YEAR.index("later_gain_eur_ht"), 10]
    assert np.isfinite(gains).all()
    apart = float((gains[:, 0] - gains[:, 1]).std())
    assert apart < 0.5 * min(float(gains[:, 0].std()), float(gains[:, 1].std()))


def test_one_decision_for_all_sites_of_a_kind_happens_at_all_or_at_none(tmp_path: Path) -> None:
    choice = choice_of(folder_of(tmp_path, ROWS), 40)
    lamps = [
        DatedChange(
            site=site,
            what=What.LED,
            since=date(2028, 1, 1),
            ratio=0.5,
            chance_ratio=0.5,
            delay_years=1.0,
            of_all=of_all,
        )
        for of_all, site in ((Kind.COMMUNE, "ecole"), (Kind.COMMUNE, "mairie"), (None, "foyer"))
    ]
    futures = [drawn_changes(lamps, STEPS, one.chances) for one in chances(choice) if one.chances is not None]
    days = [[None if one.drawn is None else one.drawn.since for one in future] for future in futures]
    assert all(day[0] == day[1] for day in days)
    assert any(day[0] != day[2] for day in days)


def test_a_step_an_hour_stands_for_those_around_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, ROWS)
    quarter = ("operation.step_minutes=15",)
    operation, metered = open_operation(folder, settings=read_question(quarter))
    case = case_of_run(operation, metered, reform=False)
    assert case.later is not None
    assert len(case.later.thin.columns) * 3 < len(case.later.exact.columns)
    plan = plan_of(choice_of(folder, 1), [case], ("prorata",), NUMPY)
    drawn = middle_draw(plan)
    steady, _later = first_and_later(case, drawn)
    year = [drawn_years(case, drawn, steady, grid).in_year(6) for grid in (case.later.thin, case.later.exact)]
    for few, all_ in zip(*((m.made_kwh.sum(), m.needs.part(slice(None)).sum()) for m in year), strict=True):
        assert few == pytest.approx(all_, rel=2e-3)
    pooled = [np.minimum(m.made_kwh.sum(axis=0), m.needs.total()).sum() for m in year]
    assert pooled[0] == pytest.approx(pooled[1], rel=3e-3)
    # Needs by night are counted too: those of the year by itself.
    assert year[1].consumption_by_group_kwh.sum() == pytest.approx(
        operation.outcome(operation.scenario.key).years.total("consumption_kwh")[5],  # type: ignore[union-attr]
        rel=2e-3,
    )


def test_who_is_out_of_the_first_year_is_left_out_of_it_and_no_other_year_is_made_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    joins = "bureau;joins;2029;;;0,5;;\ngymnase;starts;2028;;;0,5;;\n"
    operation, metered = open_operation(folder_of(tmp_path, ROWS + joins))
    case, choice = case_of_run(operation, metered, reform=False), choice_of(tmp_path, 8)
    assert case.later is not None
    plan, grids = plan_of(choice, [case], ("prorata",), NUMPY), list[object]()

    def counted(*given: Any) -> object:
        grids.append(given[3])
        return drawn_years(*given)

    monkeypatch.setattr("scenarios.operation.draws.meters.drawn_years", counted)
    for number in range(choice.draws):
        drawn = draw(choice, number, plan.unknowns)
        first, later = first_and_later(case, drawn)
        assert later is not None
        steady = later.steady  # on few steps: as `first`, but that nothing is counted
        whole = drawn_years(case, drawn, steady, case.later.exact).in_year(1)
        np.testing.assert_allclose(first.made_kwh, whole.made_kwh, rtol=1e-9, atol=1e-9)
        for name in ("consumption_by_group_kwh", "own_by_group_kwh"):
            np.testing.assert_allclose(getattr(first, name), getattr(whole, name), rtol=1e-9, atol=1e-6)
        moving = np.array(case.later.moving)
        np.testing.assert_allclose(
            first.needs.part(slice(None))[moving], whole.needs.host_kwh, rtol=1e-9, atol=1e-9
        )
        assert first.needs.part(slice(None))[case.ids.index("bureau")].sum() == 0.0
    assert all(grid is case.later.thin for grid in grids)


def test_of_the_years_that_follow_only_what_moves_is_bent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns: list[int] = []

    def counted(load: FloatArray, *given: Any) -> FloatArray:
        columns.append(load.shape[1])
        return bendable_kwh(load, *given)

    monkeypatch.setattr("scenarios.operation.draws.case.bendable_kwh", counted)
    operation, metered = open_operation(folder_of(tmp_path, "ecole;closes;2029;;;;;\n"))
    case = case_of_run(operation, metered, reform=False)
    assert case.later is not None
    assert [case.ids[n] for n in case.later.moving] == ["ecole", "cave"]  # the cellar has a roof that wears
    assert columns == [2]
