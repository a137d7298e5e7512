"""Colours that touch stay apart for people who see colours otherwise, and in grey."""

import numpy as np
import pytest

from reports.format.palette import (
    BETTER,
    INK,
    MUTED,
    SHARED,
    SHARED_DARK,
    SUN,
    SUN_TEXT,
    SUPPLIER_LIGHT,
    WORSE,
)

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
# Deficiency", IEEE TVCG 15(6), 2009: severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protan": [
        [0.1522, 1.0525, -0.2048],
        [0.1145, 0.7862, 0.0992],
        [-0.0038, -0.0481, 1.0519],
    ],
    "deutan": [
        [0.3673, 0.8606, -0.2279],
        [0.2800, 0.6725, 0.0474],
        [-0.0118, 0.0429, 0.9688],
    ],
    "tritan": [
        [1.2555, -0.0767, -0.1787],
        [-0.0784, 0.9308, 0.1476],
        [0.0047, 0.6913, 0.3039],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour: str) -> np.ndarray:
    given = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(given <= 0.04045, given / 12.92, ((given + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(rgb, 0.0, 1.0) / WHITE
    f = np.where(ratio > 0.0088, np.cbrt(ratio), 7.787 * ratio + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


def apart(first: str, second: str, matrix: list[list[float]]) -> float:
    seen = [lab(np.array(matrix) @ linear(colour)) for colour in (first, second)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast_on_white(colour: str) -> float:
    luminance = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))
    return 1.05 / (luminance + 0.05)


@pytest.mark.parametrize("name", DEFICIENCIES)
@pytest.mark.parametrize(
    ("first", "second"), [(SHARED, SUPPLIER_LIGHT), (SHARED, SUN), (SUN, SUPPLIER_LIGHT), (BETTER, WORSE)]
)
def test_colours_that_touch_differ_for_every_eye(name: str, first: str, second: str) -> None:
    assert apart(first, second, DEFICIENCIES[name]) >= 25.0


@pytest.mark.parametrize("colour", [INK, MUTED, SHARED_DARK, SUN_TEXT, BETTER, WORSE])
def test_text_is_read_on_white(colour: str) -> None:
    assert contrast_on_white(colour) >= 5.0


def test_more_and_less_stay_apart_in_grey_a_fifth_at_least() -> None:
    assert abs(lab(linear(BETTER))[0] - lab(linear(WORSE))[0]) >= 20.0


def test_shared_and_complement_stay_apart_in_grey() -> None:
    assert abs(lab(linear(SHARED))[0] - lab(linear(SUPPLIER_LIGHT))[0]) >= 40.0
