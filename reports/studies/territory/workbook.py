"""The workbook of a territory: the operations in their order, who is in each, what no plan passes."""

from collections.abc import Callable, Iterator
from gettext import gettext as _
from math import exp
from typing import TypeAlias

from acc.sites import Participant, Plant
from acc.territory.result import Source, TerritoryOperation, TerritoryReport
from reports.format.labels import KINDS
from reports.format.unlawful import perimeter_text
from reports.sentences.limits import RuleRow
from reports.studies.territory import sentences as words
from reports.studies.territory.data import displayed_need_kwh, main_commune, may_be_named
from reports.studies.workbook.cells import (
    CellKind,
    Role,
    Row,
    Sheet,
    SheetColumn,
    Value,
    body_row,
    column_sheet,
    number,
    row_values,
    sum_of,
    text,
    titled,
)
from reports.studies.workbook.write import write_sheets

Ranked: TypeAlias = tuple[int, TerritoryOperation]
"""An operation after its rank, from 1 on."""


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
    kwh, eur, count = CellKind.KWH, CellKind.EUR, CellKind.COUNT
    columns: list[SheetColumn[Ranked]] = [
        SheetColumn(_("No."), 6.0, count, lambda row: float(row[0])),
        SheetColumn(_("Where"), 26.0, value=lambda row: main_commune(report, row[1])),
        SheetColumn(_("Perimeter"), 14.0, value=lambda row: perimeter_text(row[1].planned)),
        SheetColumn(_("Sites"), 8.0, count, lambda row: float(len(row[1].planned.participant_ids))),
        SheetColumn(_("Roofs"), 8.0, count, lambda row: float(len(row[1].planned.plant_ids))),
        SheetColumn("kWc", 9.0, kwh, lambda row: row[1].power_kwp),
        SheetColumn(_("Needed, kWh"), 13.0, kwh, lambda row: displayed_need_kwh(report, row[1])),
        SheetColumn(_("Made, kWh"), 13.0, kwh, lambda row: row[1].made_kwh),
        SheetColumn(_("Shared, kWh"), 13.0, kwh, lambda row: row[1].planned.received_kwh),
        SheetColumn(_("Brings, €"), 13.0, eur, lambda row: row[1].added_eur),
        SheetColumn(_("Before costs, €"), 13.0, eur, lambda row: row[1].saved_eur),
        SheetColumn(_("Per member, €"), 13.0, eur, lambda row: row[1].per_member_eur),
        SheetColumn(_("Key of the law, €"), 13.0, eur, lambda row: row[1].default_key_eur),
        SheetColumn(_("1 time in 10 below, €"), 15.0, eur, lambda row: _ends(row[1])[0]),
        SheetColumn(_("1 time in 10 above, €"), 15.0, eur, lambda row: _ends(row[1])[1]),
        SheetColumn(_("Pays no longer"), 11.0, CellKind.PERCENT, lambda row: _ends(row[1])[2]),
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
    rows = row_values(columns, enumerate(report.operations, start=1))
    if rows:
        rows.append(_total(columns, rows, body_row(top)))
    return column_sheet(_("Operations"), top, columns, rows, stay=2)


def _ends(operation: TerritoryOperation) -> tuple[float | None, float | None, float | None]:
    """Low and high end of what it brings, and how often it pays no longer, where draws tell them."""
    return (*operation.drawn_ends, operation.failing_ratio) if operation.drawn_eur else (None, None, None)


SUMMED = frozenset({3, 4, 5, 6, 7, 8, 9, 10, 12})
"""Columns of the operations that add up; neither what each member brings nor ends of ranges do."""


def _total(columns: list[SheetColumn[Ranked]], rows: list[list[Value]], first: int) -> list[Value]:
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
    number_of = {id_: place + 1.0 for id_, place in report.plan.places.items()}
    sites = sorted(report.units, key=lambda site: number_of.get(site.id, float("inf")))

    def kind(site: Participant | Plant) -> str:
        return _(KINDS[site.kind]) if isinstance(site, Participant) else _("roof")

    columns: list[SheetColumn[Participant | Plant]] = [
        SheetColumn(_("Operation"), 11.0, CellKind.COUNT, lambda site: number_of.get(site.id)),
        SheetColumn(_("Site or roof (id)"), 16.0, value=lambda site: site.id),
        SheetColumn(_("Name"), 34.0, value=lambda site: site.name if may_be_named(site) else ""),
        SheetColumn(_("What"), 22.0, value=kind),
        SheetColumn(_("Commune"), 26.0, value=lambda site: site.commune or ""),
        SheetColumn("kWc", 9.0, CellKind.KWH, lambda site: site.kwp if isinstance(site, Plant) else None),
    ]
    if report.sources:
        columns += _of_sources(report)
    note = _("Public bodies alone are named; the ids of the others are those of the lists.")
    top = _top(report, _("Who stands in which operation"), note)
    return column_sheet(_("Members"), top, columns, row_values(columns, sites))


def _of_sources(report: TerritoryReport) -> Iterator[SheetColumn[Participant | Plant]]:
    """Yield where what is known of each site and roof comes from, and how sure it is."""
    of_id = {id_: source for source in report.sources for id_ in source.ids}

    def read(own: Callable[[Source], Value]) -> Callable[[Participant | Plant], Value]:
        return lambda site: own(of_id[site.id]) if site.id in of_id else None

    yield SheetColumn(_("File"), 30.0, value=read(lambda source: source.file))
    yield SheetColumn(_("Known as"), 18.0, value=read(lambda source: _(words.KNOWN[source.known])))
    yield SheetColumn(_("Year"), 8.0, value=read(lambda source: str(source.year or "")))
    yield SheetColumn(_("Each within × or ÷"), 12.0, CellKind.PRICE, read(lambda source: exp(source.own_ln)))


def _rules(report: TerritoryReport) -> Sheet:
    """Legal requirements of each operation, and their state."""
    columns: list[SheetColumn[tuple[int, RuleRow]]] = [
        SheetColumn(_("Operation"), 11.0, CellKind.COUNT, lambda row: float(row[0])),
        SheetColumn(_("Rule"), 70.0, value=lambda row: row[1].title),
        SheetColumn(_("State"), 22.0, value=lambda row: row[1].state),
        SheetColumn(_("What to do"), 60.0, value=lambda row: row[1].remedy),
    ]
    operations = enumerate(report.operations, start=1)
    rules = [(k, rule) for k, operation in operations for rule in words.rules_of(report, operation)]
    top = _top(report, _("What the law asks of each"))
    return column_sheet(_("Rules"), top, columns, row_values(columns, rules))
