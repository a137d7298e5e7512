"""The words that one audience needs and the others do not: a company, a commune, the energy syndicate."""

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

from acc.accounts.persons import sole_member
from acc.rules.check import State
from acc.time_aggregates import Peak, grouped, hours_above, peak
from reports.format.labels import WORST_FIRST, counted, lowered
from reports.format.market_labels import carbon_sentences, scope_title
from reports.format.money import eur_text
from reports.format.numbers import MISSING, clock, day_month, fr, percent, power, quantity, unit
from reports.nodes.tree import TextCell, TextColumn, TextTable, ValueBox, quantity_box, table_of
from reports.sentences.answer import gain_tiles
from reports.sentences.local_price import requested_price
from reports.sentences.overview import lead, plants_text
from reports.sentences.sharing_hours import peak_tile
from reports.view.places import NetworkPlace, place_word, places, sent_back_kw
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import View

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
        text = _("If the largest receiver left, the others would still share {kept} ({lost} less).")
        items.append(text.format(kept=kept, lost=percent(departure.lost_ratio)))
    return items


def commune_lead(view: View) -> str:
    """Return the story of the operation for a commune: who, how much, for which public sites."""
    if sole_member(view.result.money) is not None:
        return lead(view)
    rows = _public_rows(view)
    received, need = _sums(view, rows)
    first = ngettext(
        "{count} public site would share the sun of {plants} ({power}) with its neighbours{price}.",
        "{count} public sites would share the sun of {plants} ({power}) with their neighbours{price}.",
        len(rows),
    ).format(count=len(rows), plants=plants_text(view), power=power(view.kwp), price=requested_price(view))
    part = percent(received / need) if need > 0.0 else percent(float("nan"))
    second = _("They would receive {energy} {period}: {part} of what they consume.")
    return f"{first} " + second.format(energy=view.scale.text(received), period=view.period, part=part)


def commune_tiles(view: View) -> list[ValueBox]:
    """Return the tiles of a commune: its sites' energy and budget, then the whole operation."""
    rows = _public_rows(view)
    received, need = _sums(view, rows)
    ratio = received / need if need > 0.0 else float("nan")
    needs = _("of {energy}").format(energy=view.scale.text(need))
    tiles = [
        ValueBox(view.scale.plain(received), view.unit, _("for the public sites"), needs),
        ValueBox(fr(ratio * 100.0), "%", _("of their needs"), ""),
    ]
    shared = ValueBox(view.scale.plain(view.chosen.shared_kwh), view.unit, _("shared in all"), "")
    spot = fr(view.result.energy.autoconsommation_ratio * 100.0)
    energy = [*tiles, shared, ValueBox(spot, "%", _("of the injected energy shared"), "")]
    return [*gain_tiles(view, PUBLIC_BODIES), *energy][:4]


def commune_heading(view: View) -> str:
    """Return the part of the needs of public sites that the sharing serves, in a heading."""
    rows = _public_rows(view)
    received, need = _sums(view, rows)
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
        tonnes = unit(carbon.avoided_kg / 1000.0, "t", 0 if abs(carbon.avoided_kg) >= 20_000.0 else 1)
        factor = carbon.factor
        items.append(
            text.format(
                tonnes=tonnes,
                scope=scope_title(factor.scope),
                year=factor.year,
            )
        )
    if view.result.scenario.carbon is not None:  # by the hour: each kind of kWh beside the yearly one
        items[-1:] = carbon_sentences(money)
    return items


def _public_rows(view: View) -> list[int]:
    people = view.result.scenario.participants
    return [
        row for row, g in enumerate(view.groups) if g.is_named and people[g.members[0]].kind in PUBLIC_BODIES
    ]


def _sums(view: View, rows: Sequence[int]) -> tuple[float, float]:
    if not rows:
        return 0.0, 0.0
    received = grouped(view.chosen.received_kwh, [rows])
    return float(received[0]), float(grouped(view.need_kwh, [rows])[0])


def network_lead(view: View) -> str:
    """Return the operation as a network sees it."""
    injected = _injected(view)
    text = ngettext(
        "{plants} ({power}) would inject up to {peak} on {day} at {time}; {part} of what it injects would "
        "be used in the same perimeter.",
        "{plants} ({power}) would inject up to {peak} on {day} at {time}; {part} of what they inject would "
        "be used in the same perimeter.",
        len(view.running),
    )
    return text.format(
        plants=plants_text(view),
        power=power(view.kwp),
        peak=unit(injected.power_kw, "kW"),
        day=day_month(injected.day),
        time=clock(injected.minute),
        part=percent(view.result.energy.autoconsommation_ratio),
    )


def network_tiles_note(view: View) -> str:
    """Return the step over which the powers of the tiles are means, min, and the number of weather years."""
    text = _("Mean powers over {minutes}, in a single weather year.")
    return text.format(minutes=unit(view.result.scenario.steps.step_minutes, "min"))


def network_tiles(view: View) -> list[ValueBox]:
    """Return the tiles of the syndicate: power, peaks, hours of surplus."""
    exchange, allocation = view.result.exchange, view.result.allocation
    surplus = allocation.surplus_kwh.sum(axis=1)
    hours = hours_above(surplus, exchange.steps, SURPLUS_KW)
    return [
        quantity_box(quantity(view.kwp / 1000.0, "MW", 2), _("of peak power"), plants_text(view)),
        peak_tile(_("largest injection"), _injected(view)),
        peak_tile(_("largest surplus"), peak(surplus, exchange.steps)),
        ValueBox(
            fr(hours),
            _("h/year") if view.is_year else "h",
            _("with surplus"),
            _("above {power}").format(power=unit(SURPLUS_KW, "kW")),
        ),
    ]


def _injected(view: View) -> Peak:
    exchange = view.result.exchange
    return peak(exchange.production_kwh.sum(axis=1), exchange.steps)


def network_heading(view: View) -> str:
    """Number of injecting places, and status of the rules."""
    checks = view.result.checks
    states = [state for state in WORST_FIRST if any(check.state is state for check in checks)]
    state = states[0] if states else State.TO_VERIFY
    count = sum(check.state is state for check in checks)
    inject = len(places_of_injection(view))
    text = ngettext(
        "{count} place of injection; rules: {state}", "{count} places of injection; rules: {state}", inject
    )
    return text.format(count=fr(inject), state=counted(state, count))


def places_of_injection(view: View) -> list[NetworkPlace]:
    """Return the places where plants inject."""
    return [place for place in places(view) if place.plants]


def places_table(view: View) -> TextTable:
    """Return the power installed and injected by substation (by commune where none is known), a row each."""
    exchange, allocation = view.result.exchange, view.result.allocation
    columns = [
        TextColumn(place_word(view), "rest", "left"),
        TextColumn(_("Plants")),
        TextColumn(_("Power")),
        TextColumn(_("Largest\ninjection")),
        TextColumn(_("Largest\nsurplus")),
        TextColumn(_("Sent back\nat most")),
        TextColumn(_("Injected\n{unit}").format(unit=view.unit)),
        TextColumn(_("Surplus\n{unit}").format(unit=view.unit)),
    ]
    rows = []
    for place in places_of_injection(view):
        plants = list(place.plants)
        output_kwh = exchange.production_kwh[:, plants].sum(axis=1)
        left = allocation.surplus_kwh[:, plants].sum(axis=1)
        kwp = sum(view.result.scenario.plants[index].kwp for index in plants)
        figures = [
            unit(peak(output_kwh, exchange.steps).power_kw, "kW"),
            unit(peak(left, exchange.steps).power_kw, "kW"),
            unit(sent_back_kw(view.result, place), "kW", 1),
            view.scale.plain(float(output_kwh.sum())),
            view.scale.plain(float(left.sum())),
        ]
        cells = [place.name, fr(len(plants)), str(power(kwp))]
        cells += figures if place.is_shown else [MISSING] * len(figures)
        rows.append([TextCell(text) for text in cells])
    return table_of("places", columns, rows)


def network_note(view: View) -> str:
    """Return the limits of the figures of the network."""
    return _(
        "Powers are means over {minutes} minutes of injected energy; own use behind the meter comes first. "
        "Surplus: what no member takes. Sent back: injected less what the sites of the same place draw then. "
        "The capacity of the network is not studied here. Key: {key}."
    ).format(minutes=fr(view.result.scenario.steps.step_minutes), key=lowered(view.chosen.title))


def surplus_caption(view: View) -> str:
    """Caption of the map of surplus."""
    energy = view.result.energy
    surplus = float(energy.surplus_kwh.sum())
    return _("Over the period, {energy} find no taker: {part} of the injected energy.").format(
        energy=view.scale.text(surplus), part=percent(1.0 - energy.autoconsommation_ratio)
    )
