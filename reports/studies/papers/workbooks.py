"""Papers for those who must act: syndicate, grid operator, commune. Each is a draft to be confirmed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from gettext import gettext as _
from math import isfinite, nan
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from acc.accounts.persons import Holding
from acc.arrays import FloatArray
from acc.holders import party_of
from acc.ledger.sums import Budget, budget_of
from acc.parties import Organiser, Party
from acc.plan.values import Plan
from acc.result.result import Result
from acc.rules.check import Check
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from acc.time_aggregates import peak
from acc.years.states import first_participants, first_plants
from reports.data.files import operation_geojson
from reports.format.labels import KINDS, STATES, capital, key_title, segment_of
from reports.format.language import as_read
from reports.format.numbers import clock, day_month
from reports.sentences.unlawful import band_paragraph, rule_title
from reports.studies.workbook.cells import (
    CellKind,
    Role,
    Row,
    Sheet,
    SheetColumn,
    Value,
    at,
    body_row,
    column_sheet,
    heads,
    number,
    row_values,
    sum_of,
    table_sheet,
    text,
    titled,
)
from reports.studies.workbook.write import write_workbook
from reports.view.places import (
    NetworkPlace,
    drawn_kwh,
    place_rows,
    place_word,
    places,
)
from reports.view.privacy import redacted
from reports.view.publications import ShownRows
from reports.view.selection import public_bodies
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
    columns: tuple[SheetColumn[object], ...] = (
        SheetColumn(_("Field"), WIDE + 10),
        SheetColumn(_("Value"), WIDE + 20),
    )
    return column_sheet(_("Operation PMO mandatary"), top, columns, rows, stay=0)


def _top(view: View, title: str) -> tuple[Row, ...]:
    return draft(
        view,
        title,
        _("For the grid operator alone: it holds whole delivery point numbers and the names of all."),
        _("The holder must be that of the contract on the point."),
    )


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

Line: TypeAlias = tuple[str, str, FloatArray]
"""What it is, its section, and its amount of each year."""


def deliberations(view: View) -> dict[str, bytes]:
    """Return a workbook for each public body: each council deliberates of what is its own."""
    money = view.result.money
    plans = money.plans if money else ()
    workbooks, title = {}, _("deliberation")
    for body in public_bodies(view.result):
        own = [plan for plan in plans if plan.owner == body.id]
        budgets = [budget_sheet(view, body.name, plan, place) for place, plan in enumerate(own, start=1)]
        if not body.plants and money is not None and money.year_ledger:
            budgets = [purchases_sheet(view, body)]
        name = f"{title}-{body.id}.xlsx"
        workbooks[name] = write_workbook((annex_sheet(view, body), *budgets), view)
    return workbooks


def annex_sheet(view: View, body: Holding) -> Sheet:
    """Annex of a deliberation: the operation, its rules, figures of each of the body's sites."""
    scenario = view.result.scenario
    operation = _("Operation: {name}; key: {key}; {count} sites, {plants} plants.").format(
        name=scenario.name,
        key=key_title(scenario.key.name),
        count=len(first_participants(scenario)),
        plants=len(first_plants(scenario)),
    )
    title = _("Annex of the deliberation: {owner}").format(owner=body.name)
    top = draft(view, title, operation, *(_rule(view, check) for check in view.result.rules_of(body.id)))
    columns: list[SheetColumn[object]] = [
        SheetColumn(_("Public site"), WIDE),
        SheetColumn(_("Kind"), WIDE),
        SheetColumn(_("Need, kWh"), NARROW, CellKind.KWH),
        SheetColumn(_("Received, kWh"), NARROW, CellKind.KWH),
        SheetColumn(_("Saving, € without tax"), NARROW + 6, CellKind.EUR),
    ]
    rows = [_site(view, column) for column in body.sites]
    first, last = body_row(top), body_row(top) + len(rows) - 1
    totals: list[Value] = [text(_("Together"), Role.TOTAL), text("", Role.TOTAL)]
    for place, column in enumerate(columns[2:]):
        known = sum(row[2][place] for row in rows if isfinite(row[2][place]))
        totals.append(number(known, column.kind, Role.TOTAL, sum_of(first, last, place + 2)))
    lines = [(name, kind, *figures) for name, kind, figures in rows]
    return column_sheet(_("Annex"), top, columns, [*lines, totals], stay=0)


def _site(view: View, column: int) -> tuple[str, str, tuple[float, float, float]]:
    """Return the name of a site, its kind, and its need, received kWh and saving: NaN where not known."""
    site, energy, money = view.result.scenario.participants[column], view.result.energy, view.result.money
    saving = None if money is None else money.participants[column].saving_eur_ht
    need_kwh, received_kwh = float(energy.consumption_kwh[column]), float(energy.received_kwh[column])
    return site.name, _(KINDS[site.kind]), (need_kwh, received_kwh, nan if saving is None else saving)


def _rule(view: View, check: Check) -> str:
    """Return a rule in a line: how it stands, what it says, what is to be done."""
    act = redacted(check.act or check.remedy, view.result.scenario, view.groups)
    title = rule_title(view, check).rstrip(".")
    return as_read(f"{capital(_(STATES[check.state]))}{_(': ')}{title}. {act}".strip())


def _is_vat_stated(view: View, owner: str) -> bool:
    persons = view.result.scenario.persons or ()
    return any(person.id == owner and person.vat is not None for person in persons)


def budget_sheet(view: View, owner: str, plan: Plan, place: int) -> Sheet:
    """Return the budget of a public producer, a row a year: by nature, its account left to the accountant.

    Purchases avoided are no receipt: they stand apart, after the balance of what is received and paid.
    """
    flows, stated = plan.flows, _is_vat_stated(view, plan.owner)
    budget = _budget(view, plan.owner, np.zeros_like(flows.tax_eur))
    vat = flows.investment_vat_eur
    works, running, sales = _("investment"), _("running, expenses"), _("running, receipts")
    lines: tuple[Line, ...] = (
        (_("Investment"), works, flows.investment_eur_ht + flows.inverter_eur_ht),
        (_("VAT on it"), works, np.minimum(vat, 0.0)),
        ("FCTVA", works, np.maximum(vat, 0.0)),
        (_("Grants"), works, flows.grant_eur),
        (_("Loan less principal"), works, flows.loan_eur + flows.principal_eur),
        (_("Running costs"), running, flows.opex_eur_ht + flows.charges_eur_ht + flows.running_vat_eur),
        (_("Interest"), running, flows.interest_eur),
        (_("Taxes on profit"), running, flows.equity_tax_eur),
        (_("Sales to members"), sales, budget.sold_to_members_eur_ht + budget.sold_own_use_eur_ht),
        (_("Sales of the surplus"), sales, flows.surplus_eur_ht),
        (_("Rents of roofs"), sales, budget.rent_received_eur_ht),
        (
            _("Purchases from members"),
            running,
            -(budget.bought_from_members_eur_ht + budget.bought_own_use_eur_ht),
        ),
        (_("Fee of the PMO"), running, -budget.fee_eur_ht),
    )
    top = _budget_top(view, owner, stated=stated)
    unsaid = () if stated or vat.any() else (1, 2)
    return _years(_("Budget {number}").format(number=place), top, lines, budget.saved_eur_ht, unsaid)


def purchases_sheet(view: View, body: Holding) -> Sheet:
    """Return the budget of a public body that only buys, a row a year."""
    result = view.result
    none = np.zeros(1 if result.scenario.finance is None else result.scenario.finance.horizon_years + 1)
    budget = _budget(view, body.id, none)
    running = _("running, expenses")
    bought = -(budget.bought_from_members_eur_ht + budget.bought_own_use_eur_ht)
    lines = (
        (_("Purchases from members"), running, bought),
        (_("Fee of the PMO"), running, -budget.fee_eur_ht),
        (_("Rents of roofs"), _("running, receipts"), budget.rent_received_eur_ht),
    )
    top = _budget_top(view, body.name, stated=True)
    return _years(_("Budget {number}").format(number=1), top, lines, budget.saved_eur_ht)


def _years(
    title: str,
    top: tuple[Row, ...],
    lines: Sequence[Line],
    saved_eur: FloatArray,
    unsaid: Collection[int] = (),
) -> Sheet:
    """Return lines year by year, their balance, purchases avoided beside; `unsaid`: lines left empty."""
    first = body_row(top) + 2  # under the section and the account of each column
    rows = []
    for year, saved in enumerate(saved_eur.tolist()):
        amounts = [float(values[year]) for _name, _section, values in lines]
        balance, row = sum(amounts), first + year
        cells = [number(nan if column in unsaid else eur, CellKind.EUR) for column, eur in enumerate(amounts)]
        live = f"=SUM({at(row, 1)}:{at(row, len(lines))})"
        total = f"={at(row, len(lines) + 1)}+{at(row, len(lines) + 2)}"
        cells.append(number(balance, CellKind.EUR, formula=live))
        cells += [number(saved, CellKind.EUR), number(balance + saved, CellKind.EUR, formula=total)]
        rows.append((number(year, CellKind.COUNT), *cells))
    ends = [_("Balance"), _("Purchases avoided"), _("Balance with them")]
    head = heads([_("Year"), *(name for name, _section, _values in lines), *ends], left=())
    blank = [text("", Role.NOTE)] * len(ends)
    sections = (text(_("Section"), Role.NOTE), *(text(line, Role.NOTE) for _n, line, _v in lines), *blank)
    accounts = (text(_("Account"), Role.NOTE), *[text("……", Role.NOTE)] * len(lines), *blank)
    widths = (10, *(NARROW,) * (len(lines) + len(ends)))
    return table_sheet(title, top, (head, sections, accounts, *rows), widths)


def _budget(view: View, person: str, none: FloatArray) -> Budget[FloatArray]:
    """Return the years of a person by nature: what it takes of its own plants is no sale."""
    money = view.result.money
    return budget_of(() if money is None else money.year_ledger, person, 1.0, none)


def _budget_top(view: View, owner: str, *, stated: bool) -> tuple[Row, ...]:
    return draft(
        view,
        _("Budget lines by year: {owner}").format(owner=owner),
        _("Receipts are positive, expenses negative, in euros of each year; year 0: the works."),
        _("Section and account are the accountant's to confirm; FCTVA is asked for and comes later."),
        _("Purchases avoided are no receipt: the electricity line is lower by as much."),
        _("What its own sites take from its own plants is no sale."),
        ""
        if stated
        else _("What becomes of the VAT is not said (recovered, FCTVA or lost): amounts are without tax."),
    )


def workbooks(result: Result, paper: str) -> dict[str, bytes]:
    """Workbooks beside a paper of `WORKBOOKS`, by file name.

    Raises:
        InputError: households that may not be shown.
    """
    return WORKBOOKS[paper](view_of(result))


def _for_syndicate(view: View) -> dict[str, bytes]:
    book = write_workbook((substations_sheet(view),), view)
    return dict(zip(_syndicate_names(), (book, operation_geojson(view)), strict=True))


def _syndicate_names() -> tuple[str, str]:
    return _("substations") + ".xlsx", _("operation") + ".geojson"


def syndicate_rows(result: Result) -> dict[str, tuple[ShownRows]]:
    """Rows that the files of the syndicate show, by file name: the others are for one reader alone."""
    return dict.fromkeys(_syndicate_names(), (place_rows(view_of(result)),))


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
    {"operator": _for_operator, "deliberation": deliberations, "syndicate": _for_syndicate}
)
"""Papers beside which workbooks are handed over."""
