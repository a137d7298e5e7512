"""The pictures of a sizing draw the numbers they are given, and mark what is proposed."""

from dataclasses import replace

import pytest

from reports.figures.style import svg
from reports.studies.size import files
from reports.studies.size.files import battery_curve, frontier, size_pictures
from tests.studies.size.make_sizing import BATTERY, POWERS, sizing, worth

POINTS = [(0.93, 375_000.0, 840.0), (0.96, 351_000.0, 736.0), (1.0, 223_000.0, 370.0)]


@pytest.mark.parametrize("best", [0, 1, 2])
def test_the_battery_that_is_proposed_is_marked_among_its_sizes(
    best: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """60 kWh add 500 EUR to 900, 120 kWh 100: the order of values is not that of energies."""
    drawn: list[tuple[list[tuple[float, float]], int]] = []
    monkeypatch.setattr(files, "battery_curve", lambda points, chosen: drawn.append((points, chosen)))
    monkeypatch.setattr(files, "mailed", lambda *_picture: b"")
    curve = [
        replace(POWERS, value=value, battery=replace(BATTERY, kwh=kwh))
        for kwh, value in ((0.0, 900.0), (60.0, 1400.0), (120.0, 1000.0))
    ]
    size_pictures(sizing(best=curve[best], battery=worth(*curve)), "size.json")
    assert drawn == [([(0.0, 0.0), (60.0, 500.0), (120.0, 100.0)], best)]


def test_the_frontier_passes_through_its_points() -> None:
    axes = frontier(POINTS, 0).axes[0]
    _zero, line, mark = axes.get_lines()
    assert line.get_xdata() == pytest.approx([93.0, 96.0, 100.0])
    assert line.get_ydata() == pytest.approx([375.0, 351.0, 223.0])
    assert mark.get_xdata() == pytest.approx([93.0])
    assert [text.get_text() for text in axes.texts] == ["840 kWp", "370 kWp"]


def test_the_curve_of_batteries_passes_through_its_points() -> None:
    axes = battery_curve([(0.0, 0.0), (100.0, 9_000.0), (200.0, -4_000.0)], 1).axes[0]
    zero, line, mark = axes.get_lines()
    assert list(zero.get_ydata()) == [0.0, 0.0]
    assert line.get_ydata() == pytest.approx([0.0, 9.0, -4.0])
    assert mark.get_xdata() == pytest.approx([100.0])
    assert [text.get_text() for text in axes.texts] == ["100 kWh"]
    none = battery_curve([(0.0, 0.0), (100.0, -9_000.0)], 0).axes[0]
    assert [text.get_text() for text in none.texts] == ["no battery"]


def test_the_same_figures_are_the_same_bytes() -> None:
    assert svg(frontier(POINTS, 0)) == svg(frontier(POINTS, 0))


def test_a_sizing_with_a_battery_has_two_pictures() -> None:
    none = replace(POWERS, value=900.0, battery=replace(BATTERY, kwh=0.0))
    best = replace(POWERS, battery=BATTERY)
    found = sizing(best=best, frontier=(none, best), battery=worth(none, best))
    assert set(size_pictures(found, "size.json")) == {"size-frontier.png", "size-battery.png"}
    assert set(size_pictures(replace(found, battery=None), "size-x.json")) == {"size-x-frontier.png"}
