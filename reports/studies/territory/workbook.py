"""The workbook of a territory: the operations in their order, who is in each, what no plan passes."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.sites import Participant, Plant
from acc.territory.result import TerritoryOperation, TerritoryReport
from reports.format.labels import KINDS
from reports.format.lawful_plan import perimeter_text
from reports.studies.territory import sentences as words
from reports.studies.territory.data import displayed_need_kwh, main_commune, may_be_named
from reports.workbook.cells import (
    CellKind,
    Role,
    Row,
    Sheet,
    SheetColumn,
    Value,
    body_row,
    column_sheet,
    number,
    sum_of,
    text,
    titled,
)
from reports.workbook.write import write_sheets


def territory_workbook(report: TerritoryReport, ran_on: str) -> bytes:
    """Return the workbook; public bodies alone are named."""
    sheets = (_operations(report), _members(report), _rules(report))
    return write_sheets(sheets, words.territory_frame(report), ran_on)


def _top(report: TerritoryReport, title: str, *notes: str) -> tuple[Row, ...]:
    invented: tuple[Row, ...] = ()
    if report.scenario.fictitious:
        invented = ((text(_("Invented territory: no site, roof nor need of it is real."), Role.LABEL),),)
    return (*titled(title, *filter(None, notes)), *invented)


def _operations(report: TerritoryReport) -> Sheet:
    columns = [
        SheetColumn(_("No."), 6.0, CellKind.COUNT),
        SheetColumn(_("Where"), 26.0),
        SheetColumn(_("Perimeter"), 14.0),
        SheetColumn(_("Sites"), 8.0, CellKind.COUNT),
        SheetColumn(_("Roofs"), 8.0, CellKind.COUNT),
        SheetColumn("kWc", 9.0, CellKind.KWH),
        SheetColumn(_("Needed, kWh"), 13.0, CellKind.KWH),
        SheetColumn(_("Made, kWh"), 13.0, CellKind.KWH),
        SheetColumn(_("Shared, kWh"), 13.0, CellKind.KWH),
        SheetColumn(_("Brings, €"), 13.0, CellKind.EUR),
        SheetColumn(_("Before costs, €"), 13.0, CellKind.EUR),
        SheetColumn(_("Per member, €"), 13.0, CellKind.EUR),
        SheetColumn(_("Key of the law, €"), 13.0, CellKind.EUR),
        SheetColumn(_("1 time in 10 below, €"), 15.0, CellKind.EUR),
        SheetColumn(_("1 time in 10 above, €"), 15.0, CellKind.EUR),
        SheetColumn(_("Pays no longer"), 11.0, CellKind.PERCENT),
    ]
    notes = (
        words.lead_text(report),
        words.proof_text(report),
        words.checked_text(report),
        words.to_verify_text(report),
        *words.doubt_texts(report),
        *words.limit_texts(report),
        *report.said,
    )
    top = _top(report, _("Operations to found, the first ones first"), *notes)
    rows = [_operation(report, k, operation) for k, operation in enumerate(report.operations, start=1)]
    if rows:
        rows.append(_total(columns, rows, body_row(top)))
    return column_sheet(_("Operations"), top, columns, rows, stay=2)


def _operation(report: TerritoryReport, k: int, operation: TerritoryOperation) -> list[Value]:
    planned = operation.planned
    low, high = operation.drawn_ends if operation.drawn_eur else (None, None)
    return [
        float(k),
        main_commune(report, operation),
        perimeter_text(planned),
        float(len(planned.participant_ids)),
        float(len(planned.plant_ids)),
        operation.kwp,
        displayed_need_kwh(report, operation),
        operation.made_kwh,
        planned.received_kwh,
        operation.added_eur,
        operation.saved_eur,
        operation.per_member_eur,
        operation.default_key_eur,
        low,
        high,
        operation.failing_ratio if operation.drawn_eur else None,
    ]


SUMMED = frozenset({3, 4, 5, 6, 7, 8, 9, 10, 12})
"""Columns of the operations that add up; neither what each member brings nor ends of ranges do."""


def _total(columns: list[SheetColumn], rows: list[list[Value]], first: int) -> list[Value]:
    cells: list[Value] = [text(_("All"), Role.TOTAL)]
    for at, column in enumerate(columns[1:], start=1):
        cell = text("", Role.TOTAL)
        if at in SUMMED and all(row[at] is not None for row in rows):
            total = sum(value for row in rows if isinstance(value := row[at], float))
            cell = number(total, column.kind, Role.TOTAL, sum_of(first, first + len(rows) - 1, at))
        cells.append(cell)
    return cells


def _members(report: TerritoryReport) -> Sheet:
    """Return every site and roof with its operation, by its id; none where it stands in no operation."""
    columns = [
        SheetColumn(_("Operation"), 11.0, CellKind.COUNT),
        SheetColumn(_("Site or roof (id)"), 16.0),
        SheetColumn(_("Name"), 34.0),
        SheetColumn(_("What"), 22.0),
        SheetColumn(_("Commune"), 26.0),
        SheetColumn("kWc", 9.0, CellKind.KWH),
    ]
    note = _("Public bodies alone are named; the ids of the others are those of the lists.")
    top = _top(report, _("Who stands in which operation"), note)
    return column_sheet(_("Members"), top, columns, _member_rows(report))


def _member_rows(report: TerritoryReport) -> Iterator[list[Value]]:
    number_of = {
        id_: float(k)
        for k, operation in enumerate(report.operations, start=1)
        for id_ in (*operation.planned.participant_ids, *operation.planned.plant_ids)
    }
    sites: list[Participant | Plant] = [*report.scenario.participants, *report.scenario.plants]
    for site in sorted(sites, key=lambda site: number_of.get(site.id, float("inf"))):
        yield [
            number_of.get(site.id),
            site.id,
            site.name if may_be_named(site) else "",
            _(KINDS[site.kind]) if isinstance(site, Participant) else _("roof"),
            site.commune or "",
            site.kwp if isinstance(site, Plant) else None,
        ]


def _rules(report: TerritoryReport) -> Sheet:
    """Legal requirements of each operation, and their state."""
    columns = [
        SheetColumn(_("Operation"), 11.0, CellKind.COUNT),
        SheetColumn(_("Rule"), 70.0),
        SheetColumn(_("State"), 22.0),
        SheetColumn(_("What to do"), 60.0),
    ]
    rows: list[list[Value]] = [
        [float(k), rule.title, rule.state, rule.remedy]
        for k, operation in enumerate(report.operations, start=1)
        for rule in words.rules_of(report, operation)
    ]
    return column_sheet(_("Rules"), _top(report, _("What the law asks of each")), columns, rows)
