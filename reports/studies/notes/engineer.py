"""The engineer's two pages: who is in the group, what each place sends back and when, what is asked."""

from gettext import gettext as _

from acc.i18n import semicolons
from acc.time_aggregates import hours_above, peak
from reports.documents.blocks import listed, opening
from reports.documents.figure_catalogue import figure_of
from reports.format.numbers import MISSING, fr, plants_count, power, sites_count, unit
from reports.format.unlawful import perimeter_text
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Bullets,
    Group,
    Heading,
    Node,
    TextCell,
    TextColumn,
    TextTable,
    first_column,
    table_by_column,
    titled,
)
from reports.sentences import answer, audiences
from reports.sentences.audiences import places_table
from reports.sentences.limits import provenance
from reports.sentences.questions import Answers, questions
from reports.sentences.unlawful import named_sites, plan_lines
from reports.view.places import place_name, place_word, places, sent_back_kw
from reports.view.view import View

KVA_OF_C5 = 36.0
"""Above this power a low-voltage point that withdraws is a C4 one."""


def _opening(view: View) -> list[Node]:
    sure = audiences.network_tiles_note(view)
    first = opening(audiences.network_lead(view), "", audiences.network_tiles(view), sure)
    return [*first, questions(_answers(view))]


def _answers(view: View) -> Answers:
    """Rule of the perimeter, groups, kVA by place, what flows back, basis of the data."""
    return (
        (_("Lawful, by which rule"), f"{_law_text(view)} {_longest(view)}"),
        (_("Groups"), _groups(view)),
        (_("kVA by place"), _kva(view)),
        (_("What flows back"), _most_back(view)),
        (_("Data"), f"{answer.metered(view)} {_missing_data(view)}"),
    )


def _law_text(view: View) -> str:
    """How the operation stands, under which text."""
    checks = [check for check in view.result.checks if check.rule == "distance" and check.reference]
    state = _("Not lawful as one operation.")
    if view.result.is_lawful:
        paragraph = answer.law(view)
        state = f"{paragraph.text}." if paragraph else _("Not checked against the rules.")
    return " ".join([state, *(f"{check.reference}." for check in checks[:1])])


def _groups(view: View) -> str:
    """Operations that are lawful: this one, or those of the plan."""
    plan, scenario = view.result.way, view.result.scenario
    if view.result.is_lawful:
        return sentence(
            "one-operation",
            sites=sites_count(len(scenario.participants)),
            plants=plants_count(len(view.running)),
        )
    if plan is None or not plan.operations:
        return text_of("no-plan-sought")
    groups = [
        f"{fr(number)} ({perimeter_text(operation)}){_(': ')}{sites_count(len(operation.participant_ids))}, "
        f"{plants_count(len(operation.plant_ids))}"
        for number, operation in enumerate(plan.operations, start=1)
    ]
    return f"{semicolons(groups)}."


def _kva(view: View) -> str:
    """Power of the inverters place by place, where the folder has it; that of the panels is not it."""
    plants, texts, notes = view.result.scenario.plants, [], list[str]()
    for place in audiences.places_of_injection(view):
        own = [plants[m] for m in place.plants]
        kva = [plant.inverter_kva for plant in own if plant.inverter_kva is not None]
        notes = notes if len(kva) == len(own) else [text_of("missing-inverters")]
        known = unit(sum(kva), "kVA") if len(kva) == len(own) else power(sum(plant.kwp for plant in own))
        texts.append(f"{place.name} {known}")
    if not any(site.substation for site in (*view.result.scenario.participants, *plants)):
        notes.append(text_of("missing-substations"))
    return " ".join([f"{semicolons(texts)}.", *notes]) if texts else _("no plant.")


def _most_back(view: View) -> str:
    """Largest reverse flow of each place that may be told, and how many are not."""
    injecting = audiences.places_of_injection(view)
    shown = [place for place in injecting if place.is_shown]
    texts = [f"{place.name} {unit(sent_back_kw(view.result, place), 'kW', 1)}" for place in shown]
    if hidden := len(injecting) - len(shown):
        texts.append(sentence("missing-places", hidden))
    return f"{semicolons(texts)}." if texts else _("no plant.")


def _missing_data(view: View) -> str:
    draws = view.result.ranges_draws
    return sentence("one-weather-year", draws=fr(draws)) if draws else text_of("one-weather-year-alone")


def _surplus_and_request(view: View) -> Node:
    hours = titled(_("Surplus, hour by hour"), figure_of(view, "surplus"))
    return Group((hours, _request(view)), 2, "pair")


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
    exchange = view.result.exchange
    points = [(m, p) for m, p in enumerate(view.result.scenario.plants) if p.id not in view.later]
    plants = [plant for _m, plant in points]
    # What a point injects behind a meter tells what is used there: of who agreed alone.
    injected = [
        exchange.production_kwh[:, m] if view.names[plant.id] == plant.name else None for m, plant in points
    ]
    return table_by_column(
        "points",
        (first_column(_("Point of injection")), [TextCell(view.names[p.id], "name") for p in plants]),
        (_("kWp"), [fr(plant.kwp, 1) for plant in plants]),
        (
            _("Inverter\nkVA"),
            [_("to ask") if p.inverter_kva is None else fr(p.inverter_kva, 1) for p in plants],
        ),
        (
            _("Injected\nat most, kW"),
            [MISSING if kwh is None else fr(peak(kwh, exchange.steps).power_kw, 1) for kwh in injected],
        ),
        (
            _("Hours of\ninjection"),
            [MISSING if kwh is None else fr(hours_above(kwh, exchange.steps, 0.0)) for kwh in injected],
        ),
        (
            TextColumn(_("Injects"), "auto", "left"),
            [_("all it makes") if p.behind is None else _("what own use leaves") for p in plants],
        ),
        (TextColumn(place_word(view), "auto", "left"), [place_name(view, plant) for plant in plants]),
        title=_("Point by point"),
    )


def _planned(view: View) -> list[Node]:
    """Return the operations of the lawful plan of an unlawful folder, where one was found."""
    lines = plan_lines(view)
    return [Group((Heading(_("Lawful groups"), 3), Bullets(lines)))] if lines else []


def _request(view: View) -> Node:
    scenario = view.result.scenario
    every = (*scenario.participants, *scenario.plants)
    unknown = {
        "substations-unknown": sum(not site.substation for site in every),
        "inverters-unknown": sum(plant.inverter_kva is None for plant in scenario.plants),
        "segments-unknown": sum(
            max(site.contract.subscribed_kva, default=0.0) > KVA_OF_C5 and site.contract.turpe is None
            for site in scenario.participants
        ),
    }
    items = [sentence(name, count, all=fr(len(every))) for name, count in unknown.items() if count]
    return listed(_("Asked of you, to find or to ask"), [*items, *text_of("engineer-asks").splitlines()])


BLOCKS = (_opening, places_table, _members, _points_table, _planned, _surplus_and_request, provenance)
"""The two pages, from the network to what is asked."""
