"""Papers for those who must act: syndicate, grid operator, commune. Each is a draft to be confirmed."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from math import nan
from types import MappingProxyType

import numpy as np

from acc.holders import party_of
from acc.parties import Organiser, Party
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from acc.time_aggregates import peak
from acc.years.states import first_participants, first_plants
from reports.data.files import operation_geojson
from reports.format.labels import segment_of
from reports.format.numbers import clock, day_month
from reports.format.wording import sentence, text_of
from reports.sentences.unlawful import band_paragraph
from reports.studies.workbook.cells import (
    CellKind,
    Role,
    Row,
    Sheet,
    SheetColumn,
    Value,
    column_sheet,
    row_values,
    text,
    titled,
)
from reports.studies.workbook.write import write_workbook
from reports.view.places import (
    NetworkPlace,
    drawn_kwh,
    place_word,
    places,
)
from reports.view.view import View, view_of


def draft(view: View, title: str, *notes: str) -> tuple[Row, ...]:
    """Return the rows above a table: a draft, its title, what forbids, its notes."""
    return (
        (text(_("DRAFT, to be confirmed by whom it is for"), Role.LABEL),),
        *titled(title, *filter(None, [band_paragraph(view), *notes])),
    )


WIDE, POINT_WIDTH = 34, 18


def participants_list(view: View) -> tuple[Sheet, ...]:
    """Return the three sheets of the list; what the folder does not say is marked, to be completed."""
    return (_operation(view), _producers(view), _consumers(view))


def _shown(value: str | None) -> str:
    return value or _("to complete")


def _operation(view: View) -> Sheet:
    scenario = view.result.scenario
    organiser = scenario.organiser or Organiser()
    rows = [
        (_("Operation"), scenario.name),
        (_("Organising legal person (PMO)"), _shown(organiser.name)),
        ("SIRET", _shown(organiser.siret)),
        (_("Address of the seat"), _shown(organiser.address)),
        (_("Represented by"), _shown(organiser.signatory)),
        (_("Mail or telephone"), _shown(organiser.contact)),
        (_("Mandatary before the grid operator"), _shown(organiser.mandatary)),
        (_("First day of the operation (the 1st of a month)"), _shown(None)),
    ]
    top = _top(view, _("Operation, PMO, mandatary"))
    columns = [SheetColumn[object](_("Field"), WIDE + 10), SheetColumn[object](_("Value"), WIDE + 20)]
    return column_sheet(_("Operation PMO mandatary"), top, columns, rows, stay=0)


def _top(view: View, title: str) -> tuple[Row, ...]:
    note = _("The holder must be that of the contract on the point.")
    return draft(view, title, text_of("for-operator-alone"), note)


def _points(scenario: Scenario) -> tuple[SheetColumn[Participant | Plant], ...]:
    """Columns of a delivery point: its name, its number, who holds it."""

    def party(site: Participant | Plant) -> Party:
        return party_of(scenario, site.id)

    return (
        SheetColumn(_("Point"), WIDE, value=lambda site: site.name),
        SheetColumn(_("Number (PRM)"), POINT_WIDTH + 2, value=lambda site: site.prm or _("to give")),
        SheetColumn(
            _("Holder"), WIDE, value=lambda site: _shown(party(site).holder or party(site).legal_name)
        ),
        SheetColumn(_("Address"), WIDE, value=lambda site: _shown(party(site).address)),
        SheetColumn("SIRET", POINT_WIDTH, value=lambda site: _shown(party(site).siret)),
        SheetColumn(_("Commune"), 24, value=lambda site: site.commune or site.insee),
        SheetColumn(_("Substation"), 24, value=lambda site: site.substation),
    )


def _producers(view: View) -> Sheet:
    scenario = view.result.scenario

    def party(plant: Participant | Plant) -> Party:
        return party_of(scenario, plant.id)

    columns: list[SheetColumn[Participant | Plant]] = [
        *_points(scenario),
        SheetColumn(_("Mail or telephone"), WIDE, value=lambda plant: _shown(party(plant).contact)),
        SheetColumn(_("kWp"), 10, CellKind.EXACT, lambda s: s.kwp if isinstance(s, Plant) else nan),
        SheetColumn("kVA", 12, CellKind.EXACT, _inverter_kva),
        SheetColumn(_("Who takes the surplus"), WIDE, value=lambda plant: _shown(party(plant).surplus_taker)),
    ]
    plants: tuple[Participant | Plant, ...] = first_plants(scenario)
    return column_sheet(_("Producers"), _top(view, _("Producers")), columns, row_values(columns, plants))


def _inverter_kva(plant: Participant | Plant) -> float | str:
    """Power of the inverters as the folder says it: the peak power of the modules does not stand for it."""
    said = plant.inverter_kva if isinstance(plant, Plant) else None
    return _("to complete") if said is None else said


def _consumers(view: View) -> Sheet:
    scenario = view.result.scenario

    def supplier(site: Participant | Plant) -> str:
        return _shown(party_of(scenario, site.id).supplier)

    def segment(site: Participant | Plant) -> str:
        return (segment_of(site) if isinstance(site, Participant) else "") or _("to ask")

    columns = (
        *_points(scenario),
        SheetColumn(_("Segment"), 14, value=segment),
        SheetColumn(_("Subscribed kVA"), 14, CellKind.EXACT, _subscribed_kva),
        SheetColumn(_("Supplier of the complement"), WIDE, value=supplier),
    )
    sites: tuple[Participant | Plant, ...] = first_participants(scenario)
    return column_sheet(_("Consumers"), _top(view, _("Consumers")), columns, row_values(columns, sites))


def _subscribed_kva(site: Participant | Plant) -> float:
    return max(site.contract.subscribed_kva, default=nan) if isinstance(site, Participant) else nan


NARROW = 16


def workbooks(result: Result, paper: str) -> dict[str, bytes]:
    """Workbooks beside a paper of `WORKBOOKS`, by file name.

    Raises:
        InputError: households that may not be shown.
    """
    return WORKBOOKS[paper](view_of(result))


def _for_syndicate(view: View) -> dict[str, bytes]:
    book = write_workbook((substations_sheet(view),), view)
    return {_("substations") + ".xlsx": book, _("operation") + ".geojson": operation_geojson(view)}


def substations_sheet(view: View) -> Sheet:
    """Return powers by substation, without the plants and with them: peak, when, how many plants."""
    top = draft(
        view,
        _("Injection and power by substation"),
        _("Before: what sites draw without any plant. After: the same less what is used or injected there."),
        sentence("powers-in-kw", minutes=view.result.scenario.steps.step_minutes),
        _("Only the sites of this operation are counted, not what else the substation feeds."),
    )
    exact, when = CellKind.EXACT, SheetColumn[object](_("When"), NARROW + 6)
    columns: list[SheetColumn[object]] = [
        SheetColumn(place_word(view), WIDE + 12),
        SheetColumn(_("Sites"), NARROW - 4, CellKind.COUNT),
        SheetColumn(_("Plants"), NARROW - 4, CellKind.COUNT),
        SheetColumn(_("kWp"), NARROW - 4, exact),
        SheetColumn(_("Injection kVA"), NARROW - 4, exact),
        SheetColumn(_("Subscribed kVA"), NARROW - 4, exact),
    ]
    for word in (_("Drawn before, kW"), _("Drawn after, kW"), _("Sent back after, kW")):
        columns += [SheetColumn(word, NARROW, exact), when]
    rows = [_substation(view, place) for place in places(view)]
    return column_sheet(_("Substations"), top, columns, rows)


def _substation(view: View, place: NetworkPlace) -> list[Value]:
    """Return the row of a place: what is subscribed and drawn there is blank where it may not be told."""
    exchange, scenario = view.result.exchange, view.result.scenario
    members, plants = list(place.sites), list(place.plants)
    hosts = {scenario.participants[index].id for index in members}
    own = [index for index, plant in enumerate(scenario.plants) if plant.behind in hosts]
    after = exchange.consumption_kwh[:, members].sum(axis=1)
    before = after + exchange.own_use_kwh[:, own].sum(axis=1)
    net = drawn_kwh(view.result, members, plants)
    kva = [max(scenario.participants[i].contract.subscribed_kva, default=nan) for i in members]
    row: list[Value] = [place.name, len(members), len(plants)]
    row.append(sum(scenario.plants[i].kwp for i in plants))
    # Not known of one: the peak power of its modules does not stand for it.
    powers = [scenario.plants[i].inverter_kva for i in plants]
    row.append(sum(nan if power is None else power for power in powers))
    row.append(sum(kva) if members and place.is_shown else nan)
    for values in (before, np.maximum(net, 0.0), np.maximum(-net, 0.0)):
        top = peak(values, exchange.steps)
        when = f"{day_month(top.day)}, {clock(top.minute)}" if top.power_kw > 0.0 else ""
        row += [round(top.power_kw, 1), when] if place.is_shown else [nan, ""]
    return row


def _for_operator(view: View) -> dict[str, bytes]:
    return {_("annex-2.1") + ".xlsx": write_workbook(participants_list(view), view)}


def derogation_map(result: Result) -> dict[str, bytes]:
    """Map that goes with the request for a derogation, by file name; empty where no position is known."""
    from reports.documents.figure_catalogue import FIGURES, figure_png  # noqa: PLC0415 - matplotlib only here

    if not FIGURES["map"].exists(view_of(result)):
        return {}
    return {_("derogation-map") + ".png": figure_png(result, "map", "slide")}


WORKBOOKS: Mapping[str, Callable[[View], dict[str, bytes]]] = MappingProxyType(
    {"operator": _for_operator, "syndicate": _for_syndicate}
)
"""Papers beside which workbooks are handed over."""
