"""A plan found on true data is told to others with moved figures: the same operations, no true figure."""

from pathlib import Path

import pytest

from acc.result.lawful_plan import AbsentPart, LawfulPlan, LawfulPlansReport
from scenarios.entry.folder.mask import Mask
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import source_of
from scenarios.studies.lawful.folders import split_for
from scenarios.studies.lawful.moved_plan import moved_plan
from tests.test_mask import IDS, write


def found(folder: Path) -> tuple[LawfulPlansReport, tuple[Metered, SweepChoice]]:
    """Return the plans of a folder, and what is drawn around its curves."""
    operation, metered = open_operation(folder)
    drawn = metered, read_sweep(source_of(folder, {})).for_single_weather_year
    return split_for(operation, most=2, drawn=drawn), drawn


def seen(folder: Path, report: LawfulPlansReport, choice: SweepChoice, mask: Mask | None) -> LawfulPlan:
    operation, metered = open_operation(folder, mask=mask)
    moved = moved_plan(operation, report, (metered, choice))
    assert moved is not None
    return moved


def test_others_read_the_same_operations_with_moved_figures(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    report, (_metered, choice) = found(folder)
    plan, moved = report.best, seen(folder, report, choice, Mask(folder))
    for mine, true in zip(moved.operations, plan.operations, strict=True):
        assert mine.ids == true.ids
        assert mine.regime is true.regime
        if {*IDS} & {*mine.ids}:
            assert mine.received_kwh != true.received_kwh
            assert mine.received_kwh == pytest.approx(true.received_kwh, rel=0.2)
    assert moved.outlook is not None
    assert {one.absent for one in plan.without} <= {AbsentPart.DEROGATION}  # nobody asked of each member
    assert (moved.without, moved.bound_eur, moved.searched_eur) == ((), None, None)
    assert [one.proposed_key for one in moved.operations] == [one.proposed_key for one in plan.operations]


def test_others_read_how_sure_the_plan_is_in_draws_of_the_moved_data(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    report, (_metered, choice) = found(folder)
    plan, moved = report.best, seen(folder, report, choice, Mask(folder))
    assert moved.draws == plan.draws > 0
    assert {one.constraints for one in moved.doubts} == {one.constraints for one in plan.doubts}
    assert sum(one.best_ratio for one in moved.doubts) == pytest.approx(1.0)
    assert moved.doubts[0].value_eur == moved.value_eur
    assert moved.doubts[0].low_eur < moved.value_eur < moved.doubts[0].high_eur
    assert moved.doubts[0].low_eur != plan.doubts[0].low_eur
    assert moved.outlook is not None
    assert plan.outlook is not None
    assert (moved.outlook.owners_inside_eur is None) == (plan.outlook.owners_inside_eur is None)


def test_the_same_data_give_the_same_plan(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    report, (_metered, choice) = found(folder)
    plan, again = report.best, seen(folder, report, choice, None)
    assert again.operations == plan.operations
    assert [person.value_eur for person in again.persons] == [person.value_eur for person in plan.persons]
    assert again.doubts == plan.doubts
