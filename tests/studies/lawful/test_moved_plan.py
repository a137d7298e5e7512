"""A plan found on true data is told to others with moved figures: the same operations, no true figure."""

from pathlib import Path

import pytest

from scenarios.entry.folder.mask import Mask
from scenarios.operation.ready.operation import open_operation
from scenarios.studies.lawful.folders import split_for
from scenarios.studies.lawful.moved_plan import moved_plan
from tests.test_mask import IDS, write


def test_others_read_the_same_operations_with_moved_figures(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    plan = split_for(open_operation(folder)[0], most=2).best
    moved = moved_plan(open_operation(folder, mask=Mask(folder))[0], plan)
    assert moved is not None
    for mine, true in zip(moved.operations, plan.operations, strict=True):
        assert mine.ids == true.ids
        assert mine.regime is true.regime
        if {*IDS} & {*mine.ids}:
            assert mine.received_kwh != true.received_kwh
            assert mine.received_kwh == pytest.approx(true.received_kwh, rel=0.2)
    assert moved.outlook is not None
    assert (moved.without, moved.bound_eur, moved.searched_eur) == ((), None, None)


def test_the_same_data_give_the_same_plan(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    operation = open_operation(folder)[0]
    plan = split_for(operation, most=2).best
    again = moved_plan(operation, plan)
    assert again is not None
    assert again.operations == plan.operations
    assert [person.value_eur for person in again.persons] == [person.value_eur for person in plan.persons]
