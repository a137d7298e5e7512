"""In which months and hours energy is shared, and the peaks."""

from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.steps import local_calendar
from acc.time_aggregates import (
    Peak,
    Run,
    bins,
    first_largest,
    hour_by_month_ratio,
    peak,
    shared_by_hour_kwh,
    shortest_run,
    totals_by,
)
from reports.format.labels import capital
from reports.format.numbers import clock, fr, long_date, month_name, percent, quantity, unit
from reports.nodes.tree import ValueBox, quantity_box
from reports.view.selection import month_labels
from reports.view.view import View

MOST_OF_IT = 0.75
"""The heading names the shortest run of months and of hours that hold this part of the sharing."""


def when_heading(view: View) -> str:
    """Return the months and the hours that hold most of the sharing."""
    hours = shortest_run(shared_by_hour_kwh(view.result.exchange, view.result.allocation), MOST_OF_IT)
    months = _months_run(view)
    if hours is None:
        return _("When energy would be shared")
    first, last = clock(hours.first * 60), clock((hours.last + 1) % 24 * 60)
    if months is None or (months.first, months.last) == (0, 11):
        return _("{part} of the sharing happens between {first} and {last}").format(
            part=percent(hours.part_ratio), first=first, last=last
        )
    return _("Most from {month} to {last_month}, between {first} and {last}").format(
        month=month_name(months.first + 1), last_month=month_name(months.last + 1), first=first, last=last
    )


def when_note(view: View) -> str:
    """Return the parts behind the heading."""
    hours = shortest_run(shared_by_hour_kwh(view.result.exchange, view.result.allocation), MOST_OF_IT)
    months = _months_run(view)
    if hours is None:
        return ""
    part = _("{part} of the shared energy between {first} and {last}").format(
        part=percent(hours.part_ratio), first=clock(hours.first * 60), last=clock((hours.last + 1) % 24 * 60)
    )
    if months is None:
        return f"{part}."
    return _("{months_part} of the shared energy from {month} to {last_month}; {hours}.").format(
        months_part=percent(months.part_ratio),
        month=month_name(months.first + 1),
        last_month=month_name(months.last + 1),
        hours=part,
    )


def _months_run(view: View) -> Run | None:
    if not view.is_year:
        return None
    month = local_calendar(view.result.scenario.steps).month - 1
    received = view.result.allocation.received_kwh.sum(axis=1, keepdims=True)
    return shortest_run(totals_by(received, month, 12)[:, 0], MOST_OF_IT)


def weeks_caption(view: View) -> str:
    """Return the caption of the weeks: power over the hours of a mean week, by season."""
    minutes = fr(view.result.scenario.steps.step_minutes)
    text = _("Mean week of each season, power at the step of {minutes} minutes, Monday to Sunday.")
    return text.format(minutes=minutes)


def weeks_alt(view: View) -> str:
    """Return the weeks in words."""
    return _("Mean week of each season: need, shared electricity and production, in kW. {note}").format(
        note=when_note(view)
    )


def group_days_caption(view: View) -> str:
    """Return the caption of the group's days: how they are read, and when most is shared."""
    text = _("Mean day of each season, power in kW. {note}")
    return text.format(note=capital(when_note(view))).strip()


def group_days_alt(view: View) -> str:
    """Return the group's days in words."""
    return _("Mean day of the group in each season: need, shared and injected, in kW. {note}").format(
        note=when_note(view)
    )


def days_alt(view: View, row: int) -> str:
    """Return the mean days of a row in words."""
    return _(
        "Mean day of {name} in each season: need and shared electricity, in kW; {part} of the need."
    ).format(name=view.groups[row].name, part=percent(float(view.chosen.ratio[row])))


def months_caption(view: View) -> str:
    """Return the best and the least served month, or day."""
    cut = bins(view.result.scenario.steps)
    received = view.result.allocation.received_kwh.sum(axis=1, keepdims=True)
    sums = totals_by(received, cut.group, cut.count)[:, 0]
    if cut.count < 2:
        return _("Shared: {energy}.").format(energy=view.scale.text(float(sums.sum())))
    best, least = first_largest(sums), first_largest(-sums)
    names = [
        long_date(day) if cut.by_day else month_name(day.month)
        for day in (cut.starts[best], cut.starts[least])
    ]
    text = _("Most is shared in {best} ({most}), least in {worst} ({least}).")
    if cut.by_day:
        text = _("Most is shared on {best} ({most}), least on {worst} ({least}).")
    return text.format(
        best=names[0],
        most=view.scale.text(float(sums[best])),
        worst=names[1],
        least=view.scale.text(float(sums[least])),
    )


def months_alt(view: View) -> str:
    """Return the months in words."""
    return _("Bars over {labels}: shared electricity, complement and production. {caption}").format(
        labels=f"{month_labels(view)[0]}–{month_labels(view)[-1]}", caption=months_caption(view)
    )


def heat_caption(view: View) -> str:
    """Caption of the map of hours, on its best cell."""
    ratio = hour_by_month_ratio(view.result.exchange, view.result.allocation)
    if np.isnan(ratio).all():
        return ""
    hour, month = divmod(first_largest(ratio), 12)
    text = _(
        "Read: in {month}, between {first} and {last}, {part} of the needs are covered by shared electricity."
    )
    return text.format(
        month=month_name(month + 1),
        first=clock(hour * 60),
        last=clock((hour + 1) % 24 * 60),
        part=percent(float(ratio[hour, month])),
    )


def heat_alt(view: View) -> str:
    """Return the map of hours in words."""
    return _("Part of the need covered by hour and month. {caption}").format(caption=heat_caption(view))


def peaks(view: View) -> list[ValueBox]:
    """Return the largest powers: injected, surplus, taken from the network."""
    exchange, allocation = view.result.exchange, view.result.allocation
    steps = exchange.steps
    complement = np.maximum(exchange.consumption_kwh.sum(axis=1) - allocation.received_kwh.sum(axis=1), 0.0)
    rows = (
        (_("largest injection"), peak(exchange.production_kwh.sum(axis=1), steps)),
        (_("largest surplus"), peak(allocation.surplus_kwh.sum(axis=1), steps)),
        (_("largest need"), peak(exchange.consumption_kwh.sum(axis=1), steps)),
        (_("largest need left to suppliers"), peak(complement, steps)),
    )
    return [peak_tile(words, top) for words, top in rows]


LEAST_KW = 0.05
"""Of a power that is printed as more than nothing: what the order of a sum leaves has no hour."""


def peak_tile(words: str, top: Peak) -> ValueBox:
    """Return the tile of a power: how much, when."""
    shown = quantity(top.power_kw, "kW", 0 if top.power_kw >= 20.0 else 1)
    when = _("on {day} at {time}").format(day=long_date(top.day), time=clock(top.minute))
    return quantity_box(shown, words, when if top.power_kw >= LEAST_KW else "")


def peaks_heading(view: View) -> str:
    """Return the heading of the peaks: the highest need of the group, kW, without and with its plants.

    The plants lower it, shared or not: sharing says whose kWh they are.
    """
    need, left = _need_and_left_kw(view)
    if not isfinite(need) or fr(need) == fr(left):
        return _("The plants do not lower the highest need of the group")
    text = _("The plants lower the highest need of the group from {need} to {left}, shared or not")
    return text.format(need=unit(need, "kW"), left=unit(left, "kW"))


def _need_and_left_kw(view: View) -> tuple[float, float]:
    exchange = view.result.exchange
    need = exchange.consumption_kwh.sum(axis=1)
    left = np.maximum(need - exchange.production_kwh.sum(axis=1), 0.0)
    return peak(need, exchange.steps).power_kw, peak(left, exchange.steps).power_kw
