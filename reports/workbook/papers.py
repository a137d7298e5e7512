"""Papers for those who must act: syndicate, grid operator, commune. Each is a draft to be confirmed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from gettext import gettext as _
from math import nan
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray
from acc.plan.plant_costs import power_kva
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.sites import Participant, Plant
from acc.time_aggregates import peak
from acc.years.states import first_participants, first_plants
from reports.data.geojson import operation_geojson
from reports.format.labels import KINDS
from reports.format.numbers import clock, day_month
from reports.view.places import (
    WITHOUT_DEROGATION_KM,
    NetworkPlace,
    drawn_kwh,
    far_pairs,
    place_word,
    places,
    site_names,
)
from reports.view.view import View, view_of
from reports.workbook.annex import participants_list
from reports.workbook.cells import CellKind, Sheet, SheetColumn, Value, column_sheet
from reports.workbook.deliberation import deliberations
from reports.workbook.drafts import draft
from reports.workbook.write import write_workbook

WIDE, NARROW = 34, 16


def papers(result: Result, reader: str, distances_km: FloatArray) -> dict[str, bytes]:
    """Return the papers of one reader of `READERS`, by file name.

    Args:
        distances_km: between participants then plants, NaN where a place is missing.

    Raises:
        InputError: households that may not be shown.
    """
    return READERS[reader](view_of(result), distances_km)


def _for_syndicate(view: View, _distances: FloatArray) -> dict[str, bytes]:
    book = write_workbook((substations_sheet(view),), view)
    return {_("substations") + ".xlsx": book, _("operation") + ".geojson": operation_geojson(view)}


def substations_sheet(view: View) -> Sheet:
    """Return powers by substation, without the plants and with them: peak, when, how many plants."""
    top = draft(
        view,
        _("Injection and power by substation"),
        _("Before: what sites draw without any plant. After: the same less what is used or injected there."),
        _("Mean powers over {minutes} minutes, in kW: kVA where the power factor is 1.").format(
            minutes=view.result.scenario.steps.step_minutes
        ),
        _("Only the sites of this operation are counted, not what else the substation feeds."),
    )
    exact, when = CellKind.EXACT, SheetColumn(_("When"), NARROW + 6)
    columns = [
        SheetColumn(place_word(view), WIDE + 12),
        SheetColumn(_("Sites"), NARROW - 4, CellKind.COUNT),
        SheetColumn(_("Plants"), NARROW - 4, CellKind.COUNT),
        *(
            SheetColumn(word, NARROW - 4, exact)
            for word in (_("kWp"), _("Injection kVA"), _("Subscribed kVA"))
        ),
        *(SheetColumn(_("Drawn before, kW"), NARROW, exact), when),
        *(SheetColumn(_("Drawn after, kW"), NARROW, exact), when),
        *(SheetColumn(_("Sent back after, kW"), NARROW, exact), when),
    ]
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
    row.append(sum(power_kva(scenario.plants[i]) for i in plants))
    row.append(sum(kva) if members and place.is_shown else nan)
    for values in (before, np.maximum(net, 0.0), np.maximum(-net, 0.0)):
        top = peak(values, exchange.steps)
        when = f"{day_month(top.day)}, {clock(top.minute)}" if top.power_kw > 0.0 else ""
        row += [round(top.power_kw, 1), when] if place.is_shown else [nan, ""]
    return row


def _for_operator(view: View, distances_km: FloatArray) -> dict[str, bytes]:
    sheets, requests = [points_sheet(view)], derogations(view.result)
    if requests:
        sheets += [pairs_sheet(view, distances_km, requests[0]), classes_sheet(view)]
    annex = write_workbook(participants_list(view), view)
    return {_("points") + ".xlsx": write_workbook(tuple(sheets), view), _("annex-2.1") + ".xlsx": annex}


def derogations(result: Result) -> list[Check]:
    """Return the rules that hold only once the minister has granted what is asked."""
    return [check for check in result.checks if check.state is State.ON_DEROGATION]


def points_sheet(view: View) -> Sheet:
    """Return every point of the organising body, its number whole: the operator needs it."""
    top = draft(
        view,
        _("Points of the operation"),
        _("For the grid operator alone: it holds whole delivery point numbers and the names of all."),
    )
    scenario = view.result.scenario
    columns = [
        SheetColumn(_("Point"), WIDE),
        SheetColumn(_("Role"), 20),
        SheetColumn(_("Kind"), 20),
        SheetColumn(_("Number (PRM)"), 18),
        SheetColumn(_("Commune"), 24),
        SheetColumn("INSEE", 8),
        SheetColumn(_("Substation"), 24),
        SheetColumn("kVA", 8, CellKind.EXACT),
        SheetColumn(_("kWp"), 8, CellKind.EXACT),
    ]
    sites: list[tuple[Participant | Plant, str, str, float, float]] = [
        (p, _("withdraws"), _(KINDS[p.kind]), max(p.contract.subscribed_kva, default=nan), nan)
        for p in first_participants(scenario)
    ]
    sites += [(p, _("injects"), "", power_kva(p), p.kwp) for p in first_plants(scenario)]
    rows = [
        (s.name, role, kind, s.prm or _("to give"), s.commune, s.insee, s.substation, kva, kwp)
        for s, role, kind, kva, kwp in sites
    ]
    return column_sheet(_("Points"), top, columns, rows)


def pairs_sheet(view: View, distances_km: FloatArray, check: Check) -> Sheet:
    """Return the pairs that are farther apart than without a derogation, farthest first, and the reason."""
    scenario = view.result.scenario
    top = draft(
        view,
        _("Request for a derogation: pairs beyond {limit:g} km").format(limit=WITHOUT_DEROGATION_KM),
        check.title,
        check.remedy,
        _("Reason: {reason}").format(
            reason=scenario.words.promise or _("to be written by the organising body")
        ),
    )
    site, distance = SheetColumn(_("Site"), WIDE), SheetColumn(_("Distance, km"), NARROW, CellKind.EXACT)
    rows = [(far_pair, other, round(km, 3)) for far_pair, other, km in far_pairs(scenario, distances_km)]
    return column_sheet(_("Pairs"), top, (site, site, distance), rows, stay=0)


def classes_sheet(view: View) -> Sheet:
    """Return the density class of the commune of each site."""
    top = draft(
        view,
        _("Density classes of the communes"),
        _("INSEE's grid in force on the day of the request counts."),
    )
    scenario = view.result.scenario
    columns = [
        SheetColumn(_("Site"), WIDE),
        SheetColumn(_("Commune"), WIDE),
        SheetColumn("INSEE", NARROW),
        SheetColumn(_("Density class"), NARROW, CellKind.COUNT),
    ]
    rows = [
        (name, site.commune, site.insee, nan if site.density_class is None else site.density_class)
        for name, site in zip(site_names(scenario), (*scenario.participants, *scenario.plants), strict=True)
    ]
    return replace(column_sheet(_("Classes"), top, columns, rows, stay=0), landscape=False)


READERS: Mapping[str, Callable[[View, FloatArray], dict[str, bytes]]] = MappingProxyType(
    {"syndicate": _for_syndicate, "operator": _for_operator, "commune": deliberations}
)
"""Who must act, and what is handed to each."""
