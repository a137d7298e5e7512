"""The figures of batches draw the numbers they are given, no more and no fewer."""

from dataclasses import replace

import pytest

from acc.result.sweep import DrawnSpread
from reports.figures.axes import width_mm
from reports.figures.style import SMALL, svg
from reports.format.draws import FACTOR_WORDS
from reports.studies.size.files import battery_curve, frontier, size_pictures
from reports.studies.sweep.files import WIDTH_MM, _most_telling, bands
from reports.studies.sweep.screen import _spread
from scenarios.operation.draws.cost_hypotheses import COST_FACTORS
from scenarios.operation.draws.draws import FACTORS
from tests.studies.size.make_sizing import BATTERY, POWERS, sizing, worth

POINTS = [(0.93, 375_000.0, 840.0), (0.96, 351_000.0, 736.0), (1.0, 223_000.0, 370.0)]


def test_the_frontier_passes_through_its_points() -> None:
    axes = frontier(POINTS).axes[0]
    line, mark = axes.get_lines()
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
    assert svg(frontier(POINTS)) == svg(frontier(POINTS))


def test_every_factor_has_a_word() -> None:
    assert set(FACTOR_WORDS) == {*FACTORS, *COST_FACTORS, "churn", "rest"}


def test_a_sizing_with_a_battery_has_two_pictures() -> None:
    none = replace(POWERS, value=900.0, battery=replace(BATTERY, kwh=0.0))
    best = replace(POWERS, battery=BATTERY)
    found = sizing(best=best, frontier=(none, best), battery=worth(none, best))
    assert set(size_pictures(found, "size.json")) == {"size-frontier.png", "size-battery.png"}
    assert set(size_pictures(replace(found, battery=None), "size-x.json")) == {"size-x-frontier.png"}


def test_of_many_members_those_who_lose_come_first_then_the_largest() -> None:
    rows = [(f"site {n}", n - 3.0, n - 2.0, n - 1.0) for n in range(40)]
    drawn = _most_telling(rows)
    assert [row[0] for row in drawn[:3]] == ["site 0", "site 1", "site 39"]
    assert len(drawn) == 20


def test_a_title_wider_than_its_figure_is_whole_on_several_lines() -> None:
    title = "Gain of each member beside its supplier alone, 8 chances out of 10, " * 2 + "50 draws"
    figure = bands([("a", -1.0, 2.0, 3.0)], title)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    lines = [text for text in texts if len(text) > 5]
    assert " ".join(lines) == title
    assert all(width_mm(line, SMALL) <= WIDTH_MM for line in lines)


@pytest.mark.parametrize(
    ("name", "spread", "said"),
    [
        ("capex", DrawnSpread(shape="fixed", middle=1.2), "+20%, not drawn"),
        ("capex", DrawnSpread(shape="fixed", middle=1.0), "0%, not drawn"),
        ("capex", DrawnSpread(shape="uniform", low=0.9, high=1.3), "from −10% to +30%, any as likely"),
        (
            "capex",
            DrawnSpread(shape="triangular", low=0.9, middle=1.0, high=1.2),
            "from −10% to +20%, most often 0%",
        ),
        (
            "capex",
            DrawnSpread(shape="normal", middle=1.0, spread=0.043),
            "around 0%, standard deviation 4.3%",
        ),
        ("load_growth", DrawnSpread(shape="fixed", middle=0.02), "+2%, not drawn"),
    ],
)
def test_a_distribution_is_said_as_changes_of_what_the_folder_says(
    name: str, spread: DrawnSpread, said: str
) -> None:
    """A ratio of 1.2 is 20 % more; the growth of loads is a change by itself."""
    assert _spread(name, spread).replace("\u00a0", " ") == said
