"""The compiled sums of three members and two plants over three steps, by hand, in both layouts of needs."""

from dataclasses import replace

import numpy as np
import pytest

from acc.batch.sums import KeyForm, Needs, ProductiveSteps, Split, prorata_split

fast = pytest.importorskip("scenarios.operation.batch.numba_sums", reason="the extra [fast] is not installed")

NEEDS = Needs.of(np.array([[4.0, 0.2, 2.0], [2.0, 1.0, 2.0], [2.0, 2.0, 4.0]]))
MADE = np.array([[3.0, 1.0, 2.0], [1.0, 1.0, 0.0]])
"""Of two plants, 4, 2 and 2 kWh: the first has 3/4, 1/2 and all of them."""
SHEET = ProductiveSteps(np.arange(3), np.array([0, 2, 3]))
"""The first two steps are a group, the third another."""

SPLITS = {
    # 2, 1 and 1 kWh; 1, of which the first uses 0.2, 0.5 and 0.5; 1, 0.5 and 0.5. Of 4, 1.2 and 2 kWh.
    "shares": (
        Split(KeyForm.FIXED, np.array([0.5, 0.25, 0.25])),
        [[2.2, 1.5, 1.5], [1.0, 0.5, 0.5]],
        [5.6, 1.6],
    ),
    # All 4 to the first; 0.2, then 1.8 of the 3 that the others need; all 2 to the first.
    "ranks": (
        Split(KeyForm.RANKS, np.array([0.0, 1.0, 1.0])),
        [[4.2, 0.6, 1.2], [2.0, 0.0, 0.0]],
        [6.0, 2.0],
    ),
    # 1, 1 and 2; 0.2, then 1.8 by one and two thirds; 0.5, 0.5 and 1.
    "weights": (
        Split(KeyForm.WEIGHTS, np.array([1.0, 1.0, 2.0])),
        [[1.2, 1.6, 3.2], [0.5, 0.5, 1.0]],
        [6.0, 2.0],
    ),
    # The half of it: 0.5, 0.5 and 1; 0.2, then 0.8 by one and two thirds; 0.25, 0.25 and 0.5.
    "weights of a half": (
        Split(KeyForm.WEIGHTS, np.array([1.0, 1.0, 2.0]), 0.5),
        [[0.7, 0.5 + 0.8 / 3, 1.0 + 1.6 / 3], [0.25, 0.25, 0.5]],
        [3.0, 1.0],
    ),
    # 4 of 8 kWh needed, 2 of 3.2, 2 of 8: a half, 5/8 and a quarter of each need.
    "one rank": (
        prorata_split(3),
        [[2.0 + 0.125, 1.0 + 0.625, 1.0 + 1.25], [0.5, 0.5, 1.0]],
        [6.0, 2.0],
    ),
}


@pytest.mark.parametrize("by_step", [False, True])
@pytest.mark.parametrize("name", SPLITS)
def test_sums_of_three_members_by_hand(name: str, by_step: bool) -> None:
    split, local, shared = SPLITS[name]
    needs = replace(NEEDS, base_kwh=np.asfortranarray(NEEDS.base_kwh)) if by_step else NEEDS
    (found,) = fast.split_sums(SHEET, needs, MADE, [split])
    assert found.local_kwh == pytest.approx(np.array([local]), rel=1e-9)
    assert found.shared_kwh == pytest.approx(shared, rel=1e-9)


@pytest.mark.parametrize("by_step", [False, True])
def test_what_comes_from_each_plant_is_its_part_of_each_step(by_step: bool) -> None:
    """Of 2, 1 and 1 kWh 3/4 and 1/4, of 0.2, 0.5 and 0.5 the half each, of the third step all and nothing."""
    needs = replace(NEEDS, base_kwh=np.asfortranarray(NEEDS.base_kwh)) if by_step else NEEDS
    splits = [split for split, _local, _shared in SPLITS.values()]
    found = fast.split_sums(SHEET, needs, MADE, splits, by_plant=True)
    first, second = found[0].local_kwh
    assert first == pytest.approx(np.array([[1.6, 1.0, 1.0], [1.0, 0.5, 0.5]]), rel=1e-9)
    assert second == pytest.approx(np.array([[0.6, 0.5, 0.5], [0.0, 0.0, 0.0]]), abs=1e-12)
    for sums, (_split, local, shared) in zip(found, SPLITS.values(), strict=True):
        assert sums.local_kwh.sum(axis=0) == pytest.approx(np.array(local), rel=1e-9)
        assert sums.local_kwh.sum(axis=(1, 2)) == pytest.approx(shared, rel=1e-9)


@pytest.mark.parametrize("by_step", [False, True])
def test_a_host_has_its_own_needs_and_the_others_theirs_times_a_factor(by_step: bool) -> None:
    """The second is a host of 1, 0 and 3 kWh; the others half as much: 1 of 2 kWh, 0.1 and 1, 1 of 2."""
    base = np.asfortranarray(NEEDS.base_kwh) if by_step else NEEDS.base_kwh
    needs = Needs(base, np.array([0.5, 9.0, 0.5]), np.array([1]), np.array([[1.0, 0.0, 3.0]]))
    (found,) = fast.split_sums(SHEET, needs, MADE, [prorata_split(3)])
    # 4 kWh for 2 + 1 + 1: all; 2 for 0.1 + 1: all; 2 for 1 + 3 + 2: a third.
    expected = np.array([[[2.1, 1.0, 2.0], [1 / 3, 1.0, 2 / 3]]])
    assert found.local_kwh == pytest.approx(expected, rel=1e-9)
