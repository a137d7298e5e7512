"""What the commune and the energy syndicate read first: hours and months, powers, the euros that stay."""

from collections.abc import Callable
from functools import partial
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.accounts.persons import sole_member
from acc.arrays import FloatArray
from acc.household_privacy import PUBLIC_BODIES
from acc.plan.plants import power_kva
from acc.steps import local_calendar
from acc.time_aggregates import (
    Peak,
    bins,
    first_largest,
    hour_by_month_ratio,
    hours_above,
    peak,
    shared_by_hour_kwh,
    shortest_run,
    totals_by,
)
from reports.format.labels import capital
from reports.format.money import eur_text
from reports.format.numbers import (
    MISSING,
    clock,
    day_month,
    fr,
    long_date,
    month_name,
    percent,
    power,
    quantity,
    unit,
)
from reports.format.rate_labels import carbon_sentences, scope_title
from reports.format.wording import sentence
from reports.nodes.tree import (
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    quantity_box,
    table_by_column,
)
from reports.sentences.overview import plants_text
from reports.view.places import NetworkPlace, place_word, places, sent_back_kwh
from reports.view.selection import month_labels
from reports.view.view import View

MOST_OF_IT = 0.75
"""The heading names the shortest run of months and of hours that hold this part of the sharing."""


def when_heading(view: View) -> str:
    """Return the months and the hours that hold most of the sharing."""
    words = _most_shared(view)
    if not words:
        return _("When energy would be shared")
    months = words.get("month"), words.get("last_month")
    if months in {(None, None), (month_name(1), month_name(12))}:
        return sentence("part-in-hours", **words)
    return _("Most from {month} to {last_month}, between {first} and {last}").format(**words)


def when_note(view: View) -> str:
    """Return the parts behind the heading."""
    words = _most_shared(view)
    if not words:
        return ""
    hours = _("{part} of the shared energy between {first} and {last}").format(**words)
    if "month" not in words:
        return f"{hours}."
    text = _("{months_part} of the shared energy from {month} to {last_month}; {hours}.")
    return text.format(hours=hours, **words)


def _most_shared(view: View) -> dict[str, str]:
    """Hours that hold most of the sharing, and months where the period is a year, in words."""
    hours = shortest_run(shared_by_hour_kwh(view.result.exchange, view.result.allocation), MOST_OF_IT)
    if hours is None:
        return {}
    words = {
        "part": percent(hours.part_ratio),
        "first": clock(hours.first * 60),
        "last": clock((hours.last + 1) % 24 * 60),
    }
    month = local_calendar(view.result.scenario.steps).month - 1
    received = view.result.allocation.received_kwh.sum(axis=1, keepdims=True)
    months = shortest_run(totals_by(received, month, 12)[:, 0], MOST_OF_IT) if view.is_year else None
    if months is None:
        return words
    names = {"month": month_name(months.first + 1), "last_month": month_name(months.last + 1)}
    return words | names | {"months_part": percent(months.part_ratio)}


def group_days_caption(view: View) -> str:
    """Return the caption of the group's days: how they are read, and when most is shared."""
    return _("Mean day of each season, power in kW. {note}").format(note=capital(when_note(view))).strip()


def group_days_alt(view: View) -> str:
    """Return the group's days in words."""
    return sentence("group-days-alt", note=when_note(view))


def days_alt(view: View, row: int) -> str:
    """Return the mean days of a row in words."""
    return sentence("days-alt", name=view.groups[row].name, part=percent(float(view.chosen.ratio[row])))


def months_caption(view: View) -> str:
    """Return the best and the least served month, or day."""
    cut = bins(view.result.scenario.steps)
    received = view.result.allocation.received_kwh.sum(axis=1, keepdims=True)
    sums = totals_by(received, cut.group, cut.count)[:, 0]
    if cut.count < 2:
        return _("Shared: {energy}.").format(energy=view.scale.text(float(sums.sum())))
    best, least = first_largest(sums), first_largest(-sums)
    days = (cut.starts[best], cut.starts[least])
    names = [long_date(day) if cut.by_day else month_name(day.month) for day in days]
    name = "days-best-and-worst" if cut.by_day else "months-best-and-worst"
    most, least_text = (view.scale.text(float(sums[place])) for place in (best, least))
    return sentence(name, best=names[0], most=most, worst=names[1], least=least_text)


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
    return sentence(
        "heat-caption",
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
    exchange = view.result.exchange
    need_kwh = exchange.consumption_kwh.sum(axis=1)
    left_kwh = np.maximum(need_kwh - exchange.production_kwh.sum(axis=1), 0.0)
    need, left = (peak(kwh, exchange.steps).power_kw for kwh in (need_kwh, left_kwh))
    if not isfinite(need) or fr(need) == fr(left):
        return _("The plants do not lower the highest need of the group")
    return sentence("peak-lowered", need=unit(need, "kW"), left=unit(left, "kW"))


SURPLUS_KW = 1.0
"""Above this power a surplus is counted in the hours of surplus."""


def leaving(view: View) -> list[str]:
    """Return the terms of leaving, for a company, and the energy and euros that the others keep."""
    unwritten = _("Leaving follows the statutes of the PMO: notice and fees are still to be written.")
    items = [
        *(view.result.scenario.words.commitments or [unwritten]),
        _("Your supplier’s contract goes on: it delivers all your need again from the day you leave."),
    ]
    departure = view.result.departure
    if departure is not None and isfinite(departure.lost_ratio):
        kept = view.scale.text(float(departure.energy.received_kwh.sum()))
        items.append(sentence("largest-receiver-leaves", kept=kept, lost=percent(departure.lost_ratio)))
    return items


def commune_heading(view: View) -> str:
    """Return the part of the needs of public sites that the sharing serves, in a heading."""
    people, groups = view.result.scenario.participants, enumerate(view.groups)
    rows = [n for n, g in groups if g.is_named and people[g.members[0]].kind in PUBLIC_BODIES]
    received, need = (float(kwh[rows].sum()) for kwh in (view.chosen.received_kwh, view.need_kwh))
    if not need > 0.0:
        return _("No public site takes part")
    return _("The public sites would cover {part} of their needs").format(part=percent(received / need))


def local_money(view: View) -> list[str]:
    """Distribution of the euros of local kWh; empty without euros."""
    money = view.result.money
    if money is None or not view.has_savings:
        return []
    local = sum(plant.local_eur_ht or 0.0 for plant in money.plants)
    sold = _("{amount} would be paid to local producers.").format(amount=eur_text(local, view.eur_unit))
    sole, kept = sole_member(money), view.chosen.total_saving_eur_ht
    if sole is not None:  # what its sites would pay its own plants stays with it
        kept = sole.bills_before_eur_ht - sole.bills_after_eur_ht
    items = [
        *([] if sole is not None else [sold]),
        _("{amount} would stay with the participants.").format(amount=eur_text(kept, view.eur_unit)),
    ]
    for carbon in money.carbon[:1]:
        text = _("{tonnes} of CO₂ avoided ({scope}, {year}); sharing itself changes nothing.")
        tonnes = unit(carbon.avoided_kgco2 / 1000.0, "t", 0 if abs(carbon.avoided_kgco2) >= 20_000.0 else 1)
        factor = carbon.factor
        items.append(text.format(tonnes=tonnes, scope=scope_title(factor.scope), year=factor.year))
    if view.result.scenario.carbon is not None:  # by the hour: each kind of kWh beside the yearly one
        items[-1:] = carbon_sentences(money)
    return items


def network_lead(view: View) -> str:
    """Return the operation as a network sees it."""
    injected = _injected(view)
    return sentence(
        "network-lead",
        len(view.running),
        plants=plants_text(view),
        power=power(view.kwp),
        peak=unit(injected.power_kw, "kW"),
        day=day_month(injected.day),
        time=clock(injected.minute),
        part=percent(view.result.energy.autoconsommation_ratio),
    )


def network_tiles_note(view: View) -> str:
    """Return the step over which the powers of the tiles are means, min, and the number of weather years."""
    return sentence("mean-powers", minutes=unit(view.result.scenario.steps.step_minutes, "min"))


def network_tiles(view: View) -> list[ValueBox]:
    """Return the tiles of the syndicate: power, peaks, hours of surplus."""
    surplus, steps = view.result.allocation.surplus_kwh.sum(axis=1), view.result.exchange.steps
    hours, name = fr(hours_above(surplus, steps, SURPLUS_KW)), _("h/year") if view.is_year else "h"
    least = _("above {power}").format(power=unit(SURPLUS_KW, "kW"))
    return [
        quantity_box(quantity(view.kwp / 1000.0, "MW", 2), _("of peak power"), plants_text(view)),
        peak_tile(_("largest injection"), _injected(view)),
        peak_tile(_("largest surplus"), peak(surplus, steps)),
        ValueBox(hours, name, _("with surplus"), least),
    ]


def _injected(view: View) -> Peak:
    exchange = view.result.exchange
    return peak(exchange.production_kwh.sum(axis=1), exchange.steps)


def places_of_injection(view: View) -> list[NetworkPlace]:
    """Return the places where plants inject."""
    return [place for place in places(view) if place.plants]


SENT_BACK_KW = 1.0
"""Above this power a place is counted as sending back, for how many hours."""


def places_table(view: View) -> TextTable:
    """Injection, surplus and reverse flow of each substation, of each commune where none is known."""
    result, injecting = view.result, places_of_injection(view)
    steps, plants = result.exchange.steps, result.scenario.plants

    def cells(kwh_of: Callable[[NetworkPlace], FloatArray], text: Callable[[FloatArray], str]) -> list[str]:
        return [text(kwh_of(place)) if place.is_shown else MISSING for place in injecting]

    def when(kwh: FloatArray) -> str:
        top = peak(kwh, steps)
        return f"{day_month(top.day)}, {clock(top.minute)}" if top.power_kw > 0.0 else ""

    def top_kw(kwh: FloatArray) -> str:
        return fr(peak(kwh, steps).power_kw, 1)

    def energy(kwh: FloatArray) -> str:
        return view.scale.plain(float(kwh.sum()))

    injected, surplus = result.exchange.production_kwh, result.allocation.surplus_kwh
    back = partial(sent_back_kwh, result)
    hours = cells(back, lambda kwh: fr(hours_above(kwh, steps, SENT_BACK_KW)))
    kva = [sum(power_kva(plants[m]) for m in place.plants) for place in injecting]
    least = unit(SENT_BACK_KW, "kW")
    return table_by_column(
        "places",
        (first_column(place_word(view)), [TextCell(place.name, "name") for place in injecting]),
        (_("Sites"), [fr(len(place.sites)) for place in injecting]),
        (_("Plants"), [fr(len(place.plants)) for place in injecting]),
        (_("Injection\nkVA"), list(map(fr, kva))),
        (
            _("Injected\nat most, kW"),
            cells(lambda place: injected[:, list(place.plants)].sum(axis=1), top_kw),
        ),
        (_("Sent back\nat most, kW"), cells(back, top_kw)),
        (TextColumn(_("When"), "auto", "left"), cells(back, when)),
        (_("Hours of\nsending back"), hours),
        (_("Sent back\n{unit}").format(unit=view.unit), cells(back, energy)),
        (
            _("Surplus\n{unit}").format(unit=view.unit),
            cells(lambda place: surplus[:, list(place.plants)].sum(axis=1), energy),
        ),
        title=_("What flows back, place by place"),
        note=sentence("sent-back-note", minutes=fr(steps.step_minutes), power=least),
    )


def surplus_caption(view: View) -> str:
    """Caption of the map of surplus."""
    energy = view.result.energy
    surplus = float(energy.surplus_kwh.sum())
    return _("Over the period, {energy} find no taker: {part} of the injected energy.").format(
        energy=view.scale.text(surplus), part=percent(1.0 - energy.autoconsommation_ratio)
    )
