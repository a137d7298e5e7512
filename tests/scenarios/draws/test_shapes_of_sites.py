"""The shape of a curve of several sites, and what the surplus brings in draws, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from acc.arrays import FloatArray
from profiles.reference.shape_library import CELLS, Building, Library, library_of, profile_kwh, usual_hours
from scenarios.operation.draws.draws import _Family, _shape
from scenarios.operation.draws.euros import _surplus_eur
from scenarios.operation.draws.unknowns import Rule, Unknown

HOUR = np.arange(CELLS) % 24
BY_DAY = np.where((HOUR >= 9) & (HOUR < 17), 3.0, 1.0)
EVEN = np.ones(CELLS)
FAMILY = _Family(likely=np.ones(2) / 2.0, bent=EVEN, level_ratio=1.0)
WEIGHTS = np.array([0.25, 0.75])


@pytest.fixture(scope="module")
def shapes() -> Library:
    """Two buildings: an even one, and one that uses three times as much by day; the even one is first."""
    buildings = [Building("x", 2018, 1e5, BY_DAY), Building("y", 2018, 1e5, EVEN)]
    return library_of(buildings, np.zeros((1, 144)))


def unknown(rule: Rule, family: str = "office", **more: Any) -> Unknown:
    likeness = np.array([1.0, 1.0])
    levels = {"common_ratio": 0.0, "common_level_ratio": 0.0, "own_level_ratio": 0.0}
    return Unknown(rule=rule, family=family, sites=4, weight=likeness, **levels, **more)


def shape_of(made: Unknown, shapes: Library, doubt_share: float = 1.0) -> FloatArray:
    shape, level = _shape(doubt_share, made, (FAMILY, None), (np.array([0, 1]), WEIGHTS), shapes)
    assert level == 1.0
    return shape


@pytest.mark.parametrize(
    ("rule", "family", "kwh"),
    [
        (Rule.PROFILE, "office", lambda: profile_kwh("office")[1]),
        (Rule.PROFILE, "no-such-profile", usual_hours),
        (Rule.MEASURED, "office", usual_hours),
    ],
)
def test_each_site_of_a_curve_of_several_keeps_its_own_kwh(
    rule: Rule, family: str, kwh: Any, shapes: Library
) -> None:
    """Weights of 1/4 and 3/4 are those of their kWh, whatever the cells in which each uses them."""
    rows, cells_kwh = (shapes.shape if rule is Rule.MEASURED else shapes.own), kwh()
    first, second = (row / (row * cells_kwh).sum() for row in rows)
    assert shape_of(unknown(rule, family), shapes) == pytest.approx(0.25 * first + 0.75 * second, rel=1e-12)


def test_a_half_of_the_doubt_is_the_square_root_of_what_is_drawn_around_the_middle(shapes: Library) -> None:
    """One site: over the middle of 0.8 and 1.4, the even building is 1.25 by night, 1 / 1.4 by day."""
    picked = (np.array([0]), np.ones(1))
    drawn, half, none = (
        _shape(share, unknown(Rule.PROFILE), (FAMILY, None), picked, shapes)[0] for share in (1.0, 0.5, 0.0)
    )
    assert drawn[[0, 12]] == pytest.approx([1.25, 1.0 / 1.4])
    assert half[[0, 12]] == pytest.approx([1.25**0.5, 1.4**-0.5])
    assert none == pytest.approx(EVEN)
    measured = unknown(Rule.MEASURED)
    half, none = (_shape(share, measured, (FAMILY, None), picked, shapes)[0] for share in (0.5, 0.0))
    # The even building is 1 where the middle of its likes is 0.8 and 1.4: half way, their geometric mean.
    assert none[[0, 12]] == pytest.approx([0.8, 1.4])
    assert half[[0, 12]] == pytest.approx([0.8**0.5, 1.4**0.5])


def test_a_surplus_brings_its_price_under_its_cap_and_nothing_without_a_contract() -> None:
    """Two years, two draws of 1,000 and 2,000 kWh that nobody took, of 100 more lost in a battery.

    No contract, not sold, 5 cents without a cap; 10 cents up to 20 h of 9 kWp a year: 360 kWh in two
    years, less 100 that are injected too: 260. In the second draw prices are half as high again.
    """
    contracts = [
        None,
        SimpleNamespace(code="none", eur_per_kwh=0.05, cap_hours=None),
        SimpleNamespace(code="price", eur_per_kwh=0.05, cap_hours=None),
        SimpleNamespace(code="price", eur_per_kwh=0.10, cap_hours=20.0),
    ]
    surplus = np.repeat([[1_000.0], [2_000.0]], 4, axis=1)
    case: Any = SimpleNamespace(
        tariffs=SimpleNamespace(plants=[SimpleNamespace(surplus=contract) for contract in contracts]),
        kwp=np.full(4, 9.0),
        period_years=2.0,
    )
    drawn: Any = SimpleNamespace(
        kwh=SimpleNamespace(surplus_kwh=surplus),
        injected_kwh=surplus + 100.0,
        surplus_price_ratio=np.repeat([[1.0], [1.5]], 4, axis=1),
    )
    assert _surplus_eur(case, drawn) == pytest.approx(np.array([[0, 0, 50, 26.0], [0, 0, 150, 39.0]]))
