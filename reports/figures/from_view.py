"""From a view to the figures of a document: which arrays each figure is given."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

import numpy as np
from matplotlib.figure import Figure

from acc.arrays import FloatArray
from acc.indicators import ratio
from acc.plan.cash_flows import nominal_discount_ratio, payback
from acc.plan.values import cumulated_eur
from acc.sites import Participant, Plant
from acc.time_aggregates import (
    bins,
    hour_by_month_ratio,
    hour_by_weekday_ratio,
    mean_day_kw,
    ratios,
    surplus_by_month_ratio,
    totals_by,
)
from reports.figures.balance import EnergyBar, EnergyPart, balance
from reports.figures.keys import ParticipantByKey, keys
from reports.figures.money import Cash, cash
from reports.figures.site_map import Dot, FarthestPair, Town, site_map
from reports.figures.time import HEAT_SUN, CurvePanel, days, heat, months, season_names
from reports.format.numbers import day_letters, energy_scale, fr, month_letter
from reports.format.palette import (
    OWN_USE,
    SHARED,
    SHARED_DARK,
    SHARED_PALE,
    SUN,
    SUN_TEXT,
    SUPPLIER,
    SUPPLIER_TEXT,
)
from reports.format.rounding import borne_ends, printed_rest_kwh
from reports.view.privacy import shown_degrees
from reports.view.selection import (
    cash_band,
    circle_km,
    in_euros,
    key_rows,
    month_labels,
    months_unit,
    receiving,
    sole_value,
)
from reports.view.view import View

LEAST_MWH_KWH = 10_000.0
"""Months that stay below are drawn in kWh."""

MOST_NAMED_SITES = 16
"""In one commune, drawn with their names."""


def flow_figure(view: View) -> Figure:
    """Draw production and needs as stacked bars, with the recipients of shared energy."""
    energy, scale = view.result.energy, view.scale
    own_kwh = float(energy.own_use_kwh.sum())
    has_own = own_kwh >= scale.unit_kwh / 2.0
    shared_kwh, received_kwh = float(energy.shared_kwh.sum()), float(energy.received_kwh.sum())
    # As screens and tables print them: what is left of an energy is what its printed part leaves.
    produced_kwh, left_kwh = float(energy.production_kwh.sum()), float(energy.surplus_kwh.sum())
    surplus_kwh = printed_rest_kwh(scale, produced_kwh, shared_kwh, left_kwh)
    need_kwh, supplied_kwh = float(energy.consumption_kwh.sum()), float(energy.complement_kwh.sum())
    complement_kwh = printed_rest_kwh(scale, need_kwh, received_kwh, supplied_kwh)
    own_kwh, shared_kwh, received_kwh = (
        round(kwh / scale.unit_kwh, scale.decimals) * scale.unit_kwh
        for kwh in (own_kwh, shared_kwh, received_kwh)
    )
    own = (EnergyPart(_("used on site"), own_kwh, OWN_USE),) if has_own else ()
    surplus = EnergyPart(_("surplus"), surplus_kwh, SUN, SUN_TEXT)
    complement = EnergyPart(_("complement"), complement_kwh, SUPPLIER, SUPPLIER_TEXT)
    shared = EnergyPart(_("shared"), shared_kwh, SHARED, SHARED_DARK)
    received = EnergyPart(_("received"), received_kwh, SHARED, SHARED_DARK)
    produced = EnergyBar(_("Produced"), (*own, shared, surplus))
    need = EnergyBar(_("Need"), (*own, received, complement))
    who = tuple(
        EnergyPart(name, kwh, SHARED if index % 2 == 0 else SHARED_PALE, SHARED_DARK)
        for index, (name, kwh) in enumerate(receiving(view))
    )
    receivers = EnergyBar(_("Received by"), who) if len(who) > 1 else None
    return balance((produced, need), receivers, view.scale)


def group_days_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the mean day of the whole group in each season: need, what is shared, what is injected."""
    day = mean_day_kw(three_curves(view), view.result.scenario.steps)
    sums = np.nansum(day, axis=1)
    return days(_panels(day, ratios(sums[:, 1], sums[:, 0])), 178.0, height_mm)


def _panels(kw: FloatArray, served_ratio: FloatArray, own_kw: FloatArray | None = None) -> list[CurvePanel]:
    """Curves of each season that the period holds, (4, steps, 2 or 3): need, shared, injected where given."""
    injected = kw[..., 2] if kw.shape[-1] > 2 else None
    return [
        CurvePanel(
            name,
            float(served_ratio[i]),
            kw[i, :, 0],
            kw[i, :, 1],
            None if injected is None else injected[i],
            None if own_kw is None else own_kw[i],
        )
        for i, name in enumerate(season_names())
        if not np.isnan(kw[i]).all()
    ]


def three_curves(view: View) -> FloatArray:
    """Need, received and injected energy of all at each step, (T, 3), kWh."""
    exchange, allocation = view.result.exchange, view.result.allocation
    series = (exchange.consumption_kwh, allocation.received_kwh, exchange.production_kwh)
    return np.stack([values.sum(axis=1) for values in series], axis=1)


def months_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the months of the whole group, or its days when the period is short."""
    cut = bins(view.result.scenario.steps)
    sums = totals_by(three_curves(view), cut.group, cut.count) / view.scale.unit_kwh
    complement = np.maximum(sums[:, 0] - sums[:, 1], 0.0)
    unit, size_mm = months_unit(view), (86.0, height_mm)
    return months(month_labels(view), sums[:, 1], complement, sums[:, 2], unit, size_mm)


def heat_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the part of the need covered by hour and month, or day of the week on a short period."""
    exchange, allocation = view.result.exchange, view.result.allocation
    if bins(exchange.steps).by_day:
        ratio = hour_by_weekday_ratio(exchange, allocation)
        return heat(ratio, day_letters(), _("% of the need, by hour and day"), (86.0, height_mm))
    numbers, letters = _months_of(view)
    ratio = hour_by_month_ratio(exchange, allocation)[:, numbers]
    return heat(ratio, letters, _("% of the need, by hour and month"), (86.0, height_mm))


def surplus_figure(view: View, height_mm: float = 62.0) -> Figure:
    """Return the part of the production that finds no taker, by hour and month."""
    numbers, letters = _months_of(view)
    ratio = surplus_by_month_ratio(view.result.exchange, view.result.allocation)[:, numbers]
    title = _("% of the injected energy in surplus, by hour and month")
    most = float(np.nanmax(ratio, initial=0.0)) or 1.0
    return heat(ratio, letters, title, (86.0, height_mm), HEAT_SUN, most)


def _months_of(view: View) -> tuple[list[int], list[str]]:
    """Months that the period holds, from 0, and their letters."""
    numbers = sorted({day.month for day in bins(view.result.scenario.steps).starts})
    return [month - 1 for month in numbers], [month_letter(month) for month in numbers]


def keys_figure(view: View, row_mm: float = 5.9) -> Figure:
    """Return the energy or euros of each participant by key; beyond nine, those it changes most."""
    names = [view.chosen.marked, *(key.title for key in view.keys[1:])]  # marks of the others stand above
    if in_euros(view):
        values, head = [key.saving_eur_ht for key in view.keys], _("shared, by key")
        axis = _("saving, {unit} without tax").format(unit=view.eur_unit)
    else:
        values, axis = [key.ratio * 100.0 for key in view.keys], _("% of the need")
        head = _("shared, by key") if len(view.keys) > 1 else _("shared")
    rows = [
        ParticipantByKey(
            view.groups[row].name, tuple(float(value[row]) for value in values), _key_note(view, row)
        )
        for row in key_rows(view)
    ]
    if left := [row for row in view.order if row not in key_rows(view)]:
        rows.append(_others_by_key(view, left))
    return keys(names, rows, axis, head, row_mm)


def _others_by_key(view: View, rows: list[int]) -> ParticipantByKey:
    """Return the mean of those who are not drawn one by one, so that they do not crush who is."""
    count = sum(len(view.groups[row].members) for row in rows)
    name = ngettext("{count} other, on average", "{count} others, on average", count).format(count=fr(count))
    if in_euros(view):
        means = (float(key.saving_eur_ht[rows].sum()) / count for key in view.keys)
        return ParticipantByKey(name, tuple(means))
    need = float(view.need_kwh[rows].sum())
    parts = (100.0 * ratio(float(key.received_kwh[rows].sum()), need) for key in view.keys)
    return ParticipantByKey(name, tuple(parts))


def _key_note(view: View, row: int) -> str:
    low = min(float(key.received_kwh[row]) for key in view.keys)
    high = max(float(key.received_kwh[row]) for key in view.keys)
    if view.scale.plain(low) == view.scale.plain(high):
        return view.scale.text(high)
    return _("{low} to {high}").format(low=view.scale.plain(low), high=view.scale.text(high))


def map_figure(view: View) -> Figure:
    """Return the map of the sites that are named and whose place is known; asked for where `has_map`."""
    scenario = view.result.scenario
    named = {scenario.participants[i].id for g in view.groups for i in g.named}
    named |= {plant.id for plant in scenario.plants if view.names[plant.id] == plant.name}
    every: list[Participant | Plant] = [*scenario.participants, *scenario.plants]
    sites = [site for site in every if site.position is not None and site.id in named]
    dots = [Dot(s.name, *shown_degrees(s, scenario), is_plant=isinstance(s, Plant)) for s in sites]
    return site_map(dots, _pair(view, [site.id for site in sites]), _towns(sites, dots))


def _towns(sites: Sequence[Participant | Plant], dots: Sequence[Dot]) -> list[Town]:
    """Return the communes of the sites where there are several, or where names would be too many."""
    places: dict[str, list[Dot]] = {}
    for site, dot in zip(sites, dots, strict=True):
        if site.commune:
            places.setdefault(site.commune, []).append(dot)
    count = sum(map(len, places.values()))
    if len(places) < 2 and count <= MOST_NAMED_SITES:
        return []
    return [
        Town(
            f"{name} ({fr(len(town_sites))})",
            sum(dot.latitude_deg for dot in town_sites) / len(town_sites),
            sum(dot.longitude_deg for dot in town_sites) / len(town_sites),
        )
        for name, town_sites in sorted(places.items(), key=lambda item: -len(item[1]))
    ]


def _pair(view: View, sites: list[str]) -> FarthestPair | None:
    for check in view.result.checks:
        ends = [id_ for id_ in check.between if id_ in sites]
        if check.rule == "distance" and check.measured is not None and len(ends) == 2:
            return FarthestPair(sites.index(ends[0]), sites.index(ends[1]), check.measured, circle_km(view))
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
        of_both = cash_of(view, np.array(sole.by_year_eur_ht))
        return cash(replace(of_both, words=_("plants and bills, k€")), size_mm)
    given = Cash(
        cumulated_eur(money.plan.flows) / 1000.0,
        money.plan.payback_years,
        low_keur,
        high_keur,
        None if years is None else borne_ends(years[0], years[2], 0),
        discounted_keur=_discounted_keur(view, money.plan.flows.project_eur_ht),
    )
    return cash(given, size_mm)


def cash_of(view: View, years_eur: FloatArray) -> Cash:
    """Return the balance of one member, year after year, as it is drawn: no band, its own payback."""
    discounted = _discounted_keur(view, years_eur)
    return Cash(np.cumsum(years_eur) / 1000.0, payback(years_eur)[0], discounted_keur=discounted)


def _discounted_keur(view: View, years_eur: FloatArray) -> FloatArray | None:
    """Return the same cash in money of today: it ends at the present value."""
    finance = view.result.scenario.finance
    if finance is None:
        return None
    today = years_eur * (1.0 + nominal_discount_ratio(finance)) ** -np.arange(len(years_eur))
    return np.asarray(np.cumsum(today) / 1000.0, dtype=np.float64)


def member_months_figure(view: View, row: int, height_mm: float = 62.0) -> Figure:
    """Return the months of one row: what it receives, and its complement."""
    cut = bins(view.result.scenario.steps)
    kwh = totals_by(_two_curves(view, row), cut.group, cut.count)
    scale = energy_scale(0.0) if float(kwh.max()) < LEAST_MWH_KWH else view.scale
    sums = kwh / scale.unit_kwh
    complement = np.maximum(sums[:, 0] - sums[:, 1], 0.0)
    unit = months_unit(view, scale.name)
    return months(month_labels(view), sums[:, 1], complement, None, unit, (86.0, height_mm))


def member_days_figure(view: View, row: int, height_mm: float = 52.0) -> Figure:
    """Return the mean day of one row in each season: its need, what it receives, what its roofs spare it."""
    day = member_days_kw(view, row)
    sums = np.nansum(day, axis=1)
    own = day[..., 2] if np.nansum(day[..., 2]) else None
    used = np.stack([day[..., 0] + day[..., 2], day[..., 1]], axis=-1)
    return days(_panels(used, ratios(sums[:, 1], sums[:, 0]), own), height_mm=height_mm)


def member_days_kw(view: View, row: int) -> FloatArray:
    """Return the mean day of one row in each season, (4, steps a day, 3): needs, receives, uses on site."""
    curves = np.column_stack([_two_curves(view, row), _own_use(view, row)])
    return mean_day_kw(curves, view.result.scenario.steps)


def _own_use(view: View, row: int) -> FloatArray:
    """Own use behind the meters of a row, (T,), kWh."""
    people = view.result.scenario.participants
    sites = {people[n].id for n in view.groups[row].members}
    behind = [m for m, plant in enumerate(view.result.scenario.plants) if plant.behind in sites]
    return np.asarray(view.result.exchange.own_use_kwh[:, behind].sum(axis=1), dtype=np.float64)


def _two_curves(view: View, row: int) -> FloatArray:
    members = list(view.groups[row].members)
    exchange, allocation = view.result.exchange, view.result.allocation
    series = (exchange.consumption_kwh, allocation.received_kwh)
    return np.stack([values[:, members].sum(axis=1) for values in series], axis=1)
