"""Figures that say what they show: the own roof of a day, communes of a crowded map, the band of prices."""

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text

from acc.exchange import Exchange
from reports.figures.axes import width_mm
from reports.figures.from_view import member_days_figure
from reports.figures.money import CorridorEnds, bill, corridor
from reports.figures.site_map import Dot, Town, site_map
from reports.figures.style import SMALL
from reports.view.selection import BillParts, Bound
from reports.view.view import view_of
from tests.reports.make import make_result


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]  # type: ignore[attr-defined]


def test_the_day_of_a_member_shows_what_its_own_roof_makes_for_it() -> None:
    result = make_result()
    scenario, given = result.scenario, result.exchange
    roofs = tuple(replace(p, behind="marche") if p.id == "ombriere" else p for p in scenario.plants)
    own = np.where(np.array([p.behind == "marche" for p in roofs]), 3.0, 0.0) * np.ones_like(
        given.production_kwh
    )
    with_roof = replace(
        result,
        scenario=replace(scenario, plants=roofs),
        exchange=Exchange(given.steps, given.consumption_kwh, given.production_kwh, own),
    )
    view = view_of(with_roof)
    rows = {group.name: row for row, group in enumerate(view.groups)}
    assert "used on site" in words(member_days_figure(view, rows["Supermarché"]))
    assert "used on site" not in words(member_days_figure(view, rows["Gymnase"]))


def test_every_commune_of_a_crowded_map_is_named() -> None:
    dots = [Dot("", 44.85 + 0.002 * (n % 5), 0.48 + 0.003 * (n // 5), is_plant=n % 4 == 0) for n in range(25)]
    far = [Dot("", 44.80, 0.30), Dot("", 44.90, 0.66)]
    towns = [Town("Bergerac (25)", 44.854, 0.486), Town("Gardonne (1)", 44.80, 0.30)]
    assert {"Bergerac (25)", "Gardonne (1)"} <= set(words(site_map([*dots, *far], None, towns)))


def test_the_words_over_a_narrow_part_of_a_bill_stay_clear_of_the_end_of_todays() -> None:
    figure = bill(BillParts(52_377.0, 36_098.0), BillParts(41_809.0, 33_774.0, 10_008.0))
    (text,) = [one for one in figure.findobj(Text) if one.get_text().startswith("shared kWh")]  # type: ignore[attr-defined]
    half = width_mm(text.get_text(), SMALL, bold=True) / 2.0
    assert text.get_position()[0] + half <= 178.0 - 34.0 - 0.9


def test_the_band_of_prices_is_named_beside_the_line_of_the_price() -> None:
    bounds = [Bound("A", 102.0, is_producer=True), Bound("B", 132.0)]
    figure = corridor(bounds, CorridorEnds(102.0, 132.0, 112.0, "everyone: 102 to 132"))
    (text,) = [one for one in figure.findobj(Text) if one.get_text().startswith("everyone")]  # type: ignore[attr-defined]
    start, end = figure.axes[0].get_xlim()
    half = width_mm(text.get_text(), SMALL) / 2.0 * (end - start) / (86.0 - 34.0 - 3.5)
    assert abs(text.get_position()[0] - 112.0) >= half
