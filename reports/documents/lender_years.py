"""How each year covers the debt: of all borrowers together, then of each, with whom a lender signs."""

from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.household_privacy import HOMES
from acc.result.lending import Lending, Loan, Strain
from reports.documents.blocks import filled
from reports.format.money import eur
from reports.format.numbers import MISSING, fr
from reports.format.palette import Tone
from reports.nodes.tree import Node, TextCell, TextColumn, TextTable
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View, holders_shown

SHOWN_YEARS = 20
"""Most rows of a table by year."""

ACROSS = 4
"""Borrowers beside each other in a table by year, two columns each."""


def cover_tone(cover: float) -> Tone:
    """Return the tone of a cover as it is printed: a loss where the year does not pay the lender."""
    return "worse" if round(cover, 2) < 1.0 else "ink"


def cover_text(loan: Loan | None, which: int) -> str:
    """Return the lowest (0) or the mean (1) cover of a loan."""
    cover = None if loan is None else loan.cover
    return MISSING if cover is None else fr(cover[which], 2)


def worst_year(loan: Loan) -> int:
    """Return the year that covers its debt least."""
    return int(np.nanargmin(loan.cover_by_year))


def last_year(loan: Loan) -> int:
    """Return the last year to show: that of the last annuity, or of the plan."""
    paid = np.flatnonzero(loan.flows.debt_service_eur > 0.0)
    last = int(paid[-1]) if len(paid) else len(loan.flows.loan_eur) - 1
    return min(last, SHOWN_YEARS)


def year_table(lending: Lending) -> Node:
    """Return the cash and the cover of each year, of all together."""
    p50, p90 = lending.p50[Strain.NONE], lending.p90.get(Strain.NONE)
    columns = [TextColumn(_("Year"), "auto"), TextColumn(_("To pay to the lender, €"), "rest")]
    loans = [("P50", p50), *([("P90", p90)] if p90 is not None else [])]
    for level, _loan in loans:
        columns += [
            TextColumn(_("Cash, € ({level})").format(level=level), "rest"),
            TextColumn(_("DSCR ({level})").format(level=level), "rest"),
        ]
    rows = []
    for year in range(1, last_year(p50) + 1):
        service_eur = float(p50.flows.debt_service_eur[year])
        cells = [TextCell(fr(year)), TextCell(eur(service_eur) if service_eur else MISSING)]
        for _level, loan in loans:
            cells += [TextCell(eur(float(loan.flows.debt_cash_eur[year]))), _cover_cell(loan, year)]
        rows.append(tuple(cells))
    return filled(TextTable("debt-years", tuple(columns), tuple(rows), title=_("Year by year")))


def borrower_tables(view: View, lending: Lending) -> list[Node]:
    """Return a row for each borrower, then the covers of its years; nothing where there is only one row."""
    rows = _rows(view, lending.p50[Strain.NONE])
    if len(rows) < 2:
        return []
    each = list(rows.items())
    parts = [dict(each[first : first + ACROSS]) for first in range(0, len(each), ACROSS)]
    return [_borrowers(rows, lending), *(_covers(part, lending) for part in parts)]


def _rows(view: View, loan: Loan) -> dict[str, tuple[str, ...]]:
    """Loans of each row: borrowers without a printable name join the smallest of the others."""
    holders, borrowers = holders_shown(view.result), loan.borrowers
    # A third party that the folder only names, for what it owns, stands under that name.
    named = {
        holder.id: holder.name for holder in holders if holder.kind is None and not holder.sites
    } | view.named_members
    closed = [id_ for id_ in borrowers if id_ not in named]
    shown = [id_ for id_ in borrowers if id_ in named]
    at_home = {holder.id for holder in holders if holder.kind in HOMES}
    while closed and shown and (len(closed) < LEAST_CLOSED or at_home >= {*closed}):
        closed.append(shown.pop())
    rows: dict[str, tuple[str, ...]] = {named[id_]: (id_,) for id_ in shown}
    if closed:
        text = ngettext("{count} borrower together", "{count} borrowers together", len(closed))
        rows[text.format(count=fr(len(closed)))] = tuple(closed)
    return rows


def _levels(lending: Lending) -> list[tuple[str, Loan]]:
    levels = [("P50", lending.p50), ("P90", lending.p90)]
    return [(level, loans[Strain.NONE]) for level, loans in levels if loans]


def _borrowers(rows: Mapping[str, tuple[str, ...]], lending: Lending) -> TextTable:
    levels = _levels(lending)
    columns = [
        TextColumn(_("Borrower"), "rest", "left"),
        TextColumn(_("Loan\n€")),
        TextColumn(_("To pay\n€/year")),
    ]
    for level, _loan in levels:
        columns += [
            TextColumn(_("DSCR lowest\n{level}").format(level=level)),
            TextColumn(_("DSCR mean\n{level}").format(level=level)),
        ]
    columns.append(TextColumn(_("Worst\nyear")))

    def cells(name: str, owners: tuple[str, ...]) -> tuple[TextCell, ...]:
        own = [loan.of(owners) for _level, loan in levels]
        flows = own[0].flows
        amounts = [TextCell(name, "name"), TextCell(eur(float(flows.loan_eur.sum())))]
        amounts.append(TextCell(eur(float(flows.debt_service_eur[1]))))
        for loan in own:
            tone: Tone = "ink" if loan.cover is None else cover_tone(loan.cover[0])
            amounts += [TextCell(cover_text(loan, 0), "money", tone=tone), TextCell(cover_text(loan, 1))]
        return (*amounts, TextCell(fr(worst_year(own[-1]))))

    everyone = tuple(id_ for owners in rows.values() for id_ in owners)
    note = _(
        "Each borrower with the cash of its own plants and its own loan: nobody pays the loan of another. "
        "Those who did not agree to be named stand together with others."
    )
    return TextTable(
        "borrowers",
        tuple(columns),
        tuple(cells(name, owners) for name, owners in rows.items()),
        cells(_("Together"), everyone),
        title=_("Borrower by borrower"),
        note=note,
    )


def _covers(rows: Mapping[str, tuple[str, ...]], lending: Lending) -> TextTable:
    levels = _levels(lending)
    own = [(name, level, loan.of(owners)) for name, owners in rows.items() for level, loan in levels]
    columns = [TextColumn(_("Year"), "auto")]
    columns += [TextColumn(f"{name}\n{level}", "rest") for name, level, _loan in own]
    last = max(last_year(loan) for _name, _level, loan in own)
    lines = [
        (TextCell(fr(year)), *(_cover_cell(loan, year) for _name, _level, loan in own))
        for year in range(1, last + 1)
    ]
    return TextTable("borrower-years", tuple(columns), tuple(lines), title=_("DSCR of each, year by year"))


def _cover_cell(loan: Loan, year: int) -> TextCell:
    cover = float(loan.cover_by_year[year])
    return TextCell(fr(cover, 2), "money", tone=cover_tone(cover))
