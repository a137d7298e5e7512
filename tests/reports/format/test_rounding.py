"""The steps to which the ends of a range are printed, by hand."""

import pytest

from reports.format.rounding import borne_ends, borne_step


@pytest.mark.parametrize(
    ("low", "high", "decimals", "step"),
    [
        (0.0, 12.0, 0, 1.0),  # 12 steps of 1
        (0.0, 12.1, 0, 2.0),  # a little more than 12: the next of 1, 2, 5, 10
        (0.0, 60.0, 0, 5.0),
        (0.0, 1200.0, 0, 100.0),
        (0.0, 6.0, 1, 0.5),
        (0.0, 6.0, 0, 1.0),  # no finer than its decimals
        (3.0, 3.0, 1, 0.1),  # no range
        (3.0, float("inf"), 0, 1.0),
    ],
)
def test_a_range_has_at_most_twelve_steps(low: float, high: float, decimals: int, step: float) -> None:
    assert borne_step(low, high, decimals) == step


def test_an_end_farther_from_nothing_than_a_twentieth_of_the_range_is_not_printed_as_nothing() -> None:
    """Of 10 a twentieth is 0.5: by steps of 1 it is nothing, and may be; 0.45 of 7.95 is more than that."""
    assert borne_step(0.5, 10.5, 1) == 1.0
    assert borne_ends(0.45, 8.4, 1) == (0.5, 8.5)  # 7.95 / 12 / 2.5 = 0.27: steps of 0.5
    assert borne_ends(-8.4, -0.45, 1) == (-8.5, -0.5)


def test_ends_that_would_be_one_figure_are_told_apart_below_their_decimals() -> None:
    """0.44 wide, no decimal: steps of 1 would print 99 twice; 0.44 / 12 gives steps of 0.05."""
    assert borne_step(99.0, 99.44, 0) == 0.05
    assert borne_ends(99.0, 99.44, 0) == (99.0, 99.45)
