"""What each public body is handed to deliberate: its own sites, and the budget of its own plants."""

from collections.abc import Collection, Sequence
from gettext import gettext as _
from math import isfinite, nan
from typing import TypeAlias

import numpy as np

from acc.accounts.holdings import Holding
from acc.arrays import FloatArray
from acc.ledger.budget import Budget, budget_of
from acc.plan.values import Plan
from acc.rules.check import Check
from acc.years.states import first_participants, first_plants
from reports.format.labels import KINDS, STATES, capital, key_title
from reports.format.plain import as_read
from reports.sentences.unlawful import rule_title
from reports.view.privacy import redacted
from reports.view.selection import public_bodies
from reports.view.view import View
from reports.workbook.cells import (
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
    sum_of,
    table_sheet,
    text,
)
from reports.workbook.drafts import draft
from reports.workbook.write import write_workbook

WIDE, NARROW = 34, 16

Line: TypeAlias = tuple[str, str, FloatArray]
"""What it is, its section, and its amount of each year."""


def deliberations(view: View, _distances: FloatArray) -> dict[str, bytes]:
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
    columns = [
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
