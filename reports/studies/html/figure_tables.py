"""The table of each figure: the same numbers, for who reads them aloud, copies them or sees no colour."""

from collections.abc import Callable, Mapping, Sequence
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from acc.plan.values import cumulated_eur
from acc.time_aggregates import bins, hour_by_month_ratio, mean_day_kw, totals_by
from reports.figures.from_view import three_curves
from reports.figures.time import season_names
from reports.format.labels import capital
from reports.format.money import eur
from reports.format.numbers import clock, fr, month_name, percent, power, signed
from reports.nodes.tree import TextCell, TextColumn, TextTable
from reports.sentences import gains
from reports.view import selection
from reports.view.selection import lost_kwh, month_labels, receiving
from reports.view.view import View

Rows: TypeAlias = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Heads, then rows."""


def figure_table(name: str, view: View, title: str) -> TextTable | None:
    """Return the numbers of a figure as a table of words; None for a figure without numbers."""
    heads, rows = TABLES[name](view) if name in TABLES else ([], [])
    return table_of_words(name, heads, rows, title) if rows else None


def table_of_words(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> TextTable:
    """Return a table of words only; columns that no row fills are left out."""
    shown = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in rows)]
    columns = tuple(TextColumn(heads[place], align="left") for place in shown)
    cells = tuple(tuple(TextCell(row[place]) for place in shown) for row in rows)
    return TextTable(name, columns, cells, title=title)


def _flow(view: View) -> Rows:
    energy, text_of = view.result.energy, view.scale.text
    rows = [
        [_("used on site"), text_of(float(energy.own_use_kwh.sum()))],
        [_("shared"), text_of(float(energy.shared_kwh.sum()))],
        [_("surplus"), text_of(float(energy.surplus_kwh.sum()))],
        [_("complement"), text_of(float(energy.complement_kwh.sum()))],
        *([f"{_('Received by')}{_(': ')}{name}", text_of(kwh)] for name, kwh in receiving(view)),
    ]
    return [_("Energy"), view.period], rows


def _keys(view: View) -> Rows:
    heads = [_("Participant"), *(key.title for key in view.keys)]
    euros = selection.in_euros(view)
    values = [key.saving_eur_ht if euros else key.ratio for key in view.keys]
    text = eur if euros else percent
    rows = [[view.groups[row].name, *(text(float(each[row])) for each in values)] for row in view.order]
    return heads, rows


def _days(view: View) -> Rows:
    """Return the powers of the mean day of each season, hour by hour."""
    day = mean_day_kw(three_curves(view), view.result.scenario.steps)
    hours = day.reshape(4, 24, -1, 3).mean(axis=2)
    words = (_("need"), _("shared"), _("injected"))
    shown = [i for i in range(4) if not np.isnan(hours[i]).all()]
    heads = [_("Hour"), *(f"{season_names()[i]}, {word}, kW" for i in shown for word in words)]
    rows = [
        [clock(hour * 60), *(fr(float(hours[i, hour, j])) for i in shown for j in range(3))]
        for hour in range(24)
    ]
    return heads, rows


def _months(view: View) -> Rows:
    cut = bins(view.result.scenario.steps)
    sums = totals_by(three_curves(view), cut.group, cut.count)
    unit = view.scale.name
    heads = [_("Period"), *(f"{word}, {unit}" for word in (_("need"), _("shared"), _("injected")))]
    names = month_labels(view) if cut.by_day else [capital(month_name(day.month)) for day in cut.starts]
    rows = [[name, *map(view.scale.plain, row)] for name, row in zip(names, sums.tolist(), strict=True)]
    return heads, rows


def _heat(view: View) -> Rows:
    if bins(view.result.scenario.steps).by_day:
        return [], []
    ratio = hour_by_month_ratio(view.result.exchange, view.result.allocation)
    months = [month for month in range(12) if not np.isnan(ratio[:, month]).all()]
    heads = [_("Hour"), *(capital(month_name(month + 1)) for month in months)]
    return heads, [[clock(h * 60), *(percent(float(ratio[h, m])) for m in months)] for h in range(24)]


def _cash(view: View) -> Rows:
    money = view.result.money
    assert money is not None
    assert money.plan is not None
    cumulated = cumulated_eur(money.plan.flows) / 1000.0
    rows = [[fr(year), fr(float(value))] for year, value in enumerate(cumulated)]
    return [_("Year"), _("cumulated cash, k€")], rows


def _tornado(view: View) -> Rows:
    heads = [_("Hypothesis"), _("Values tried"), _("effect, k€")]
    moves = {swing: "; ".join(signed(move, 1) for move in swing.moves_keur) for swing in gains.swings(view)}
    rows = [[swing.name, swing.tried, shown] for swing, shown in moves.items()]
    return heads, rows


def _corridor(view: View) -> Rows:
    heads = [_("Who"), _("Limit, €/MWh"), _("Gains")]
    rows = [
        [bound.name, fr(bound.eur_per_mwh), _("above") if bound.is_producer else _("below")]
        for bound in selection.corridor_bounds(view)
    ]
    return heads, rows


def _leaving(view: View) -> Rows:
    heads = [_("Who leaves"), _("no longer shared"), _("the others, €")]
    rows = [
        [name, view.scale.text(lost_kwh(change)), eur(_known(change.others_change_eur))]
        for name, change in selection.drawn_leavers(view)
    ]
    return heads, rows


def _known(value: float | None) -> float:
    return float("nan") if value is None else value


def _map(view: View) -> Rows:
    """Members by commune; a home is in no row of its own."""
    scenario = view.result.scenario
    named = [(group.name, scenario.participants[group.members[0]]) for group in view.groups if group.is_named]
    sites = [[name, site.commune or "–"] for name, site in named]
    plants = [
        [f"{capital(view.names[plant.id])} ({power(plant.kwp)})", plant.commune or "–"]
        for plant in scenario.plants
        if view.names[plant.id] == plant.name
    ]
    return [_("Site or plant"), _("Commune")], [*sites, *plants]


TABLES: Mapping[str, Callable[[View], Rows]] = MappingProxyType(
    {
        "flow": _flow,
        "keys": _keys,
        "days": _days,
        "months": _months,
        "heat": _heat,
        "cash": _cash,
        "tornado": _tornado,
        "corridor": _corridor,
        "leaving": _leaving,
        "map": _map,
    }
)
