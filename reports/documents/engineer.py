"""The engineer's two pages: who is in the group, what each place sends back and when, what is asked."""

from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.plan.plant_costs import power_kva
from acc.time_aggregates import hours_above, peak
from reports.documents.blocks import listed, opening
from reports.documents.figure_catalogue import figure_of, pictures
from reports.figures import from_view
from reports.figures.drawn import Picture
from reports.format.numbers import MISSING, clock, day_month, fr, unit
from reports.nodes.tree import Bullets, Group, Heading, Node, Section, TextCell, TextColumn, TextTable, titled
from reports.sentences import answer, audiences, overview
from reports.sentences.limits import provenance
from reports.sentences.unlawful import named_sites, plan_lines
from reports.view.places import drawn_kwh, place_name, place_word, places
from reports.view.view import View

SENT_BACK_KW = 1.0
"""Above this power a place is counted as sending back, for how many hours."""

KVA_OF_C5 = 36.0
"""Above this power a low-voltage point that withdraws is a C4 one."""


def engineer_sections(view: View) -> list[Section]:
    """Return the two pages."""
    sure = f"{audiences.network_tiles_note(view)} {answer.metered(view)}"
    more = f"{overview.lead(view, short=True)} {_longest(view)}"
    first = opening(audiences.network_lead(view), more, audiences.network_tiles(view), sure)
    hours = titled(_("Surplus, hour by hour"), figure_of(view, "surplus"))
    last = (_points_table(view), *_planned(view), Group((hours, _request(view)), 2, "pair"), provenance(view))
    return [Section((*first, _back_table(view), _members(view), *last))]


def engineer_pictures(view: View) -> dict[str, Picture]:
    """Return the hours of surplus."""
    return pictures(view, {"surplus": lambda v: from_view.surplus_figure(v, 58.0)})


def _longest(view: View) -> str:
    """Return the two sites that are farthest apart, and the limit; empty where no rule measured it."""
    checks = [check for check in view.result.checks if check.measured is not None and len(check.between) == 2]
    if not checks:
        return _("The longest distance between two sites is not known: places are missing.")
    check = max(checks, key=lambda rule: rule.measured or 0.0)
    text = _("Longest pair: {names}, {distance} apart; {limit}.")
    limit = (
        _("no limit") if check.limit is None else _("{limit} at most").format(limit=unit(check.limit, "km"))
    )
    return text.format(
        names=named_sites(view, check.between), distance=unit(check.measured or 0.0, "km", 2), limit=limit
    )


def _back_table(view: View) -> TextTable:
    exchange, plants = view.result.exchange, view.result.scenario.plants
    columns = (
        TextColumn(place_word(view), "rest", "left"),
        TextColumn(_("Sites")),
        TextColumn(_("Plants")),
        TextColumn(_("Injection\nkVA")),
        TextColumn(_("Sent back\nat most, kW")),
        TextColumn(_("When"), "auto", "left"),
        TextColumn(_("Hours of\nsending back")),
        TextColumn(_("Sent back\nMWh")),
    )
    rows = []
    for place in audiences.places_of_injection(view):
        back = np.maximum(-drawn_kwh(view.result, place.sites, place.plants), 0.0)
        top = peak(back, exchange.steps)
        when = f"{day_month(top.day)}, {clock(top.minute)}" if top.power_kw > 0.0 else ""
        caption = (
            fr(top.power_kw, 1),
            when,
            fr(hours_above(back, exchange.steps, SENT_BACK_KW)),
            fr(float(back.sum()) / 1000.0, 1),
        )
        known = (
            fr(len(place.sites)),
            fr(len(place.plants)),
            fr(sum(power_kva(plants[m]) for m in place.plants)),
        )
        cells = (*known, *(caption if place.is_shown else [MISSING] * len(caption)))
        rows.append((TextCell(place.name, "name"), *(TextCell(text) for text in cells)))
    note = _(
        "Injection: inverter kVA where the folder gives it, else kWp. Sent back: injected less what sites "
        "of the operation draw at the same place then, means over {minutes} minutes, counted above {power}. "
        "What else the place feeds is not known here."
    ).format(minutes=fr(exchange.steps.step_minutes), power=unit(SENT_BACK_KW, "kW"))
    return TextTable("places", columns, tuple(rows), title=_("What flows back, place by place"), note=note)


def _members(view: View) -> Node:
    """Printable names of the consumers at each place."""
    people = view.result.scenario.participants
    text = _("{place}: {names}.")
    items = [
        text.format(
            place=place.name, names=named_sites(view, [people[n].id for n in place.sites], len(place.sites))
        )
        for place in places(view)
        if place.sites
    ]
    return listed(_("Who draws where"), items)


def _points_table(view: View) -> TextTable:
    scenario, exchange = view.result.scenario, view.result.exchange
    columns = (
        TextColumn(_("Point of injection"), "rest", "left"),
        TextColumn(_("kWp")),
        TextColumn(_("Inverter\nkVA")),
        TextColumn(_("Injected\nat most, kW")),
        TextColumn(_("Hours of\ninjection")),
        TextColumn(_("Injects"), "auto", "left"),
        TextColumn(place_word(view), "auto", "left"),
    )
    rows = []
    for m, plant in enumerate(scenario.plants):
        if plant.id in view.later:
            continue
        # What a point injects behind a meter tells what is used there: of who agreed alone.
        is_named = view.names[plant.id] == plant.name
        injected = exchange.production_kwh[:, m]
        cells = (
            fr(plant.kwp, 1),
            _("to ask") if plant.inverter_kva is None else fr(plant.inverter_kva, 1),
            fr(peak(injected, exchange.steps).power_kw, 1) if is_named else MISSING,
            fr(hours_above(injected, exchange.steps, 0.0)) if is_named else MISSING,
            _("all it makes") if plant.behind is None else _("what own use leaves"),
            place_name(view, plant),
        )
        rows.append((TextCell(view.names[plant.id], "name"), *(TextCell(text) for text in cells)))
    return TextTable("points", columns, tuple(rows), title=_("Point by point"))


def _planned(view: View) -> list[Node]:
    """Return the operations of the lawful plan of an unlawful folder, where one was found."""
    lines = plan_lines(view)
    return [Group((Heading(_("Lawful groups"), 3), Bullets(lines)))] if lines else []


def _request(view: View) -> Node:
    scenario = view.result.scenario
    every = (*scenario.participants, *scenario.plants)
    unplaced = sum(not site.substation for site in every)
    unsure = sum(plant.inverter_kva is None for plant in scenario.plants)
    voltage = sum(
        max(site.contract.subscribed_kva, default=0.0) > KVA_OF_C5 and site.contract.turpe is None
        for site in scenario.participants
    )
    counted = (
        (
            unplaced,
            ngettext(
                "Substation of {count} point of {all}.", "Substation of {count} points of {all}.", unplaced
            ),
        ),
        (
            unsure,
            ngettext(
                "Inverter power of {count} plant: kWp is counted.",
                "Inverter power of {count} plants: kWp is counted.",
                unsure,
            ),
        ),
        (
            voltage,
            ngettext(
                "Segment of {count} site above 36 kVA: C4 or HTA.",
                "Segment of {count} sites above 36 kVA: C4 or HTA.",
                voltage,
            ),
        ),
    )
    items = [text.format(count=fr(count), all=fr(len(every))) for count, text in counted if count]
    items += [
        _("Of each point: number, holder of the contract, communicating meter, no other operation."),
        _("Of each plant: one point or several, single-line diagram, connection quote and its date."),
        _("Capacity of the network at each place, and what else it feeds: to the grid operator."),
        _("Who sends the key, from which month; who takes the surplus; a supplier for each site."),
    ]
    return listed(_("Asked of you, to find or to ask"), items)
