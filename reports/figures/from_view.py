"""From a view to the figures of a document: which arrays each figure is given."""

from dataclasses import replace
from gettext import gettext as _

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.plan.cash_flows import payback
from acc.plan.values import CashFlows, cumulated_eur
from acc.sites import Position
from acc.time_aggregates import (
    bins,
    grouped,
    hour_by_month_ratio,
    hour_by_weekday_ratio,
    mean_day_kw,
    mean_week_kw,
    ratios,
    season_ratio,
    surplus_by_month_ratio,
    totals_by,
)
from acc.units import eur_per_mwh
from reports.figures.flow import FlowSource, Sink, flow
from reports.figures.keys import ParticipantByKey, keys
from reports.figures.money import Cash, CorridorEnds, cash, corridor
from reports.figures.site_map import Dot, FarthestPair, site_map
from reports.figures.time import HEAT_SUN, CurvePanel, days, heat, months, season_names, weeks
from reports.format.labels import capital
from reports.format.numbers import day_letters, month_letter, power
from reports.view.privacy import HOMES, is_at_home, other_name
from reports.view.selection import (
    cash_band,
    circle_km,
    corridor_bounds,
    corridor_ends,
    in_euros,
    key_rows,
    month_labels,
    months_unit,
    sole_value,
)
from reports.view.view import View

MOST_SINKS, MOST_SOURCES = 12, 8
HOME_ROUNDING = 200.0
"""Homes are drawn on a grid of 1/200 degree (some 500 m): a map must not point at a house."""


def flow_figure(view: View, height_mm: float | None = None) -> Figure:
    """Return the flow of energy, the smallest participants and plants put together beyond a dozen."""
    return flow(_sources(view), _sinks(view), view.scale, _own_use_note(view), height_mm)


def _sources(view: View) -> list[FlowSource]:
    energy, plants = view.result.energy, view.result.scenario.plants
    order = [int(i) for i in np.argsort(-energy.production_kwh, kind="stable")]
    shown = order if len(order) <= MOST_SOURCES else order[: MOST_SOURCES - 1]
    columns: list[tuple[int, ...]] = [(i,) for i in shown]
    names = [capital(view.names[plants[i].id]) for i in shown]
    if len(shown) < len(order):
        columns.append(tuple(order[len(shown) :]))
        names.append(_("{count} other plants").format(count=len(order) - len(shown)))
    shared, surplus = grouped(energy.shared_kwh, columns), grouped(energy.surplus_kwh, columns)
    kwp = grouped(np.array([plant.kwp for plant in plants]), columns)
    rows = zip(names, kwp, shared, surplus, strict=True)
    return [FlowSource(name, str(power(float(p))), float(a), float(b)) for name, p, a, b in rows]


def _sinks(view: View) -> list[Sink]:
    order = [int(row) for row in np.argsort(-view.need_kwh, kind="stable")]
    shown = order if len(order) <= MOST_SINKS else order[: MOST_SINKS - 1]
    rows: list[tuple[int, ...]] = [(row,) for row in shown]
    names = [view.groups[row].name for row in shown]
    if len(shown) < len(order):
        rows.append(tuple(order[len(shown) :]))
        people = view.result.scenario.participants
        names.append(other_name(people, [n for row in order[len(shown) :] for n in view.groups[row].members]))
    received, need = grouped(view.chosen.received_kwh, rows), grouped(view.need_kwh, rows)
    return [Sink(n, float(r), float(max(c - r, 0.0))) for n, r, c in zip(names, received, need, strict=True)]


def _own_use_note(view: View) -> str:
    own_kwh = float(view.result.energy.own_use_kwh.sum())
    if own_kwh < view.scale.kwh / 2.0:
        return ""
    text = _("Not drawn: {energy} used on site, before any sharing.")
    return text.format(energy=view.scale.text(own_kwh))


def weeks_figure(view: View, height_mm: float = 66.0) -> Figure:
    """Return the mean weeks of the seasons that the period holds."""
    flows = _three_curves(view)
    week = mean_week_kw(flows, view.result.scenario.steps)
    part = season_ratio(view.result.exchange, view.result.allocation)[:, -1]
    panels = [
        CurvePanel(name, float(part[i]), week[i, :, 0], week[i, :, 1], week[i, :, 2])
        for i, name in enumerate(season_names())
        if not np.isnan(week[i]).all()
    ]
    return weeks(panels, height_mm=height_mm)


def _three_curves(view: View) -> FloatArray:
    exchange, allocation = view.result.exchange, view.result.allocation
    series = (exchange.consumption_kwh, allocation.received_kwh, exchange.production_kwh)
    return np.stack([values.sum(axis=1) for values in series], axis=1)


def months_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the months of the whole group, or its days when the period is short."""
    cut = bins(view.result.scenario.steps)
    sums = totals_by(_three_curves(view), cut.group, cut.count) / view.scale.kwh
    complement = np.maximum(sums[:, 0] - sums[:, 1], 0.0)
    return months(
        month_labels(view), sums[:, 1], complement, sums[:, 2], months_unit(view), (86.0, height_mm)
    )


def heat_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the part of the need covered by hour and month, or day of the week on a short period."""
    exchange, allocation = view.result.exchange, view.result.allocation
    if bins(exchange.steps).by_day:
        ratio = hour_by_weekday_ratio(exchange, allocation)
        return heat(ratio, day_letters(), _("% of the need, by hour and day"), (86.0, height_mm))
    ratio = hour_by_month_ratio(exchange, allocation)
    held = sorted({day.month for day in bins(exchange.steps).starts})
    letters = [month_letter(month) for month in held]
    return heat(
        ratio[:, [month - 1 for month in held]],
        letters,
        _("% of the need, by hour and month"),
        (86.0, height_mm),
    )


def surplus_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the part of the production that finds no taker, by hour and month."""
    exchange = view.result.exchange
    ratio = surplus_by_month_ratio(exchange, view.result.allocation)
    held = sorted({day.month for day in bins(exchange.steps).starts})
    title = _("% of the production in surplus, by hour and month")
    shown = ratio[:, [month - 1 for month in held]]
    return heat(shown, [month_letter(month) for month in held], title, (86.0, height_mm), HEAT_SUN)


def keys_figure(view: View, row_mm: float = 5.9) -> Figure:
    """Return the energy or euros of each participant by key; beyond a dozen, those it changes most."""
    names = [key.title for key in view.keys]
    names[0] = _("{key} (proposed)").format(key=names[0])
    if in_euros(view):
        values, head = [key.saving_eur_ht for key in view.keys], _("shared, by key")
        axis = _("saving, {unit} without tax").format(unit=view.eur_unit)
    else:
        values, axis = [key.ratio * 100.0 for key in view.keys], _("% of the need")
        head = _("shared, by key") if len(view.keys) > 1 else _("shared")
    rows = [
        ParticipantByKey(
            view.groups[row].name, tuple(float(one[row]) for one in values), _key_note(view, row)
        )
        for row in key_rows(view)
    ]
    return keys(names, rows, axis, head, row_mm)


def _key_note(view: View, row: int) -> str:
    low = min(float(key.received_kwh[row]) for key in view.keys)
    high = max(float(key.received_kwh[row]) for key in view.keys)
    if view.scale.plain(low) == view.scale.plain(high):
        return view.scale.text(high)
    return _("{low} to {high}").format(low=view.scale.plain(low), high=view.scale.text(high))


def map_figure(view: View) -> Figure:
    """Return the map of the sites whose place is known; asked for where `has_map`."""
    sites, dots = [], []
    scenario = view.result.scenario
    named = {scenario.participants[i].id for g in view.groups for i in g.named}
    for participant in scenario.participants:
        if participant.position is not None:
            grid = HOME_ROUNDING if participant.kind in HOMES else 0.0
            name = participant.name if participant.id in named else ""
            dots.append(_dot(name, participant.position, grid))
            sites.append(participant.id)
    for plant in scenario.plants:
        if plant.position is not None:
            grid = HOME_ROUNDING if is_at_home(plant, scenario) else 0.0
            name = plant.name if view.names[plant.id] == plant.name else ""
            dots.append(replace(_dot(name, plant.position, grid), is_plant=True))
            sites.append(plant.id)
    return site_map(dots, _pair(view, sites), circle_km(view))


def _dot(name: str, place: Position, grid: float) -> Dot:
    if not grid:
        return Dot(name, place.latitude_deg, place.longitude_deg)
    return Dot(name, round(place.latitude_deg * grid) / grid, round(place.longitude_deg * grid) / grid)


def _pair(view: View, sites: list[str]) -> FarthestPair | None:
    for check in view.result.checks:
        ends = [id_ for id_ in check.between if id_ in sites]
        if check.rule == "distance" and check.measured is not None and len(ends) == 2:
            return FarthestPair(sites.index(ends[0]), sites.index(ends[1]), check.measured)
    return None


def cash_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the producers' cumulated cash; asked for where `has_plan`."""
    money = view.result.money
    assert money is not None
    assert money.plan is not None
    band = cash_band(view)
    low_keur, high_keur = (None, None) if band is None else (band[:, 0] / 1000.0, band[:, 2] / 1000.0)
    years = (view.result.ranges or {}).get("payback_years", {}).get("")
    sole = sole_value(view)
    if sole is not None:
        flows, words = np.array(sole.by_year_eur_ht), _("plants and bills spared together, k€")
        return cash(Cash(flows.cumsum() / 1000.0, payback(flows)[0], words=words), size_mm)
    given = Cash(
        cumulated_eur(money.plan.flows) / 1000.0,
        money.plan.payback_years,
        low_keur,
        high_keur,
        None if years is None else (years[0], years[2]),
    )
    return cash(given, size_mm)


def cash_of(flows: CashFlows) -> Cash:
    """Return the cash of one producer as it is drawn: no band, its own payback."""
    return Cash(cumulated_eur(flows) / 1000.0, payback(flows.project_eur_ht)[0])


def corridor_figure(view: View, size_mm: tuple[float, float] = (86.0, 62.0)) -> Figure:
    """Return the local prices that suit each one; asked for where `has_corridor`."""
    bounds, money = corridor_bounds(view), view.result.money
    assert money is not None
    assert money.corridor is not None
    ends = CorridorEnds(*corridor_ends(view), _eur_per_mwh(money.local_eur_per_kwh))
    return corridor(bounds, ends, size_mm)


def _eur_per_mwh(price_eur_per_kwh: float | None) -> float | None:
    return None if price_eur_per_kwh is None else eur_per_mwh(price_eur_per_kwh)


def member_months_figure(view: View, row: int, height_mm: float = 62.0) -> Figure:
    """Return the months of one row: what it receives, and its complement."""
    cut = bins(view.result.scenario.steps)
    sums = totals_by(_two_curves(view, row), cut.group, cut.count) / view.scale.kwh
    complement = np.maximum(sums[:, 0] - sums[:, 1], 0.0)
    return months(month_labels(view), sums[:, 1], complement, None, months_unit(view), (86.0, height_mm))


def member_days_figure(view: View, row: int, height_mm: float = 52.0) -> Figure:
    """Return the mean day of one row in each season."""
    flows, steps = _two_curves(view, row), view.result.scenario.steps
    day = mean_day_kw(flows, steps)
    sums = np.nansum(day, axis=1)
    part = ratios(sums[:, 1], sums[:, 0])
    panels = [
        CurvePanel(name, float(part[i]), day[i, :, 0], day[i, :, 1])
        for i, name in enumerate(season_names())
        if not np.isnan(day[i]).all()
    ]
    return days(panels, height_mm=height_mm)


def _two_curves(view: View, row: int) -> FloatArray:
    members = list(view.groups[row].members)
    exchange, allocation = view.result.exchange, view.result.allocation
    series = (exchange.consumption_kwh, allocation.received_kwh)
    return np.stack([values[:, members].sum(axis=1) for values in series], axis=1)
