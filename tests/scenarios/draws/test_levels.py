"""The kWh that no bill gives, drawn for all together, then from one guess to the next, by hand."""

from math import exp

import pytest

from scenarios.operation.draws.unknowns import Unsaid, _levels

PLACES = {"unsaid:level": 0.5 + 0.341344746, "unsaid:split:a": 0.5 - 0.341344746, "unsaid:split:b": 0.5}
"""One standard deviation above, one below, and the middle."""


def site(level: float, split: float, yearly_kwh: float) -> Unsaid:
    return Unsaid(
        kind="office", daylight_ratio=0.0, level_ratio=level, split_ratio=split, yearly_kwh=yearly_kwh
    )


@pytest.mark.parametrize("part", [1.0, 0.5, 0.0])
def test_what_one_guess_has_less_the_others_have_more_and_all_move_by_their_level(part: float) -> None:
    """Splits of 0.4 and 0.2: the first has exp(-0.4) of 1,000 kWh, the second all its 3,000, then 4,000
    together again; the third has a level of its own, 0.1, and no split."""
    unsaid = {"a": site(0.3, 0.4, 1_000.0), "b": site(0.3, 0.2, 3_000.0), "c": site(0.1, 0.0, 500.0)}
    drawn, load = _levels(part, unsaid, PLACES.__getitem__)
    less, level = exp(-0.4 * part), exp(0.3 * part)
    kept = 4_000.0 / (1_000.0 * less + 3_000.0)
    assert drawn["need_level"] == pytest.approx(1.0, abs=1e-6)
    assert load["a"] == pytest.approx(level * less * kept, rel=1e-6)
    assert load["b"] == pytest.approx(level * kept, rel=1e-6)
    assert load["c"] == pytest.approx(exp(0.1 * part), rel=1e-6)
    assert 1_000.0 * load["a"] + 3_000.0 * load["b"] == pytest.approx(4_000.0 * level, rel=1e-6)


def test_nothing_is_drawn_where_every_bill_is_known() -> None:
    assert _levels(1.0, {"a": site(0.0, 0.4, 1_000.0)}, PLACES.__getitem__) == ({}, {})
    assert _levels(1.0, {}, PLACES.__getitem__) == ({}, {})
