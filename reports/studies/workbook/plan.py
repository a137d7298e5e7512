"""The sheet of the plan: its columns year by year, with the formula of each; its results on top."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from gettext import gettext as _
from math import isfinite
from typing import NamedTuple

import numpy as np

from acc.arrays import FloatArray
from acc.plan.cash_flows import nominal_discount_ratio
from acc.plan.values import PaybackState, RootState, cumulated_eur
from acc.units import eur_per_mwh
from reports.format.gains import connection_text
from reports.format.wording import sentence, text_of, word_tables
from reports.studies.workbook.cells import Cell, CellKind, Role, Sheet, at, heads, named, number, text, titled
from reports.studies.workbook.plan_column import (
    CHARGES,
    PlanBook,
    PlanColumn,
    debt_columns,
    growth_formula,
    operating_keys,
    plan_book,
    rate_name,
    sum_formula,
    tax_column,
    tax_work_columns,
    yearly_cost,
)
from reports.view.view import View


def plan_columns(book: PlanBook) -> tuple[PlanColumn, ...]:
    """Return the columns of the plan, from the year to the cumulated cash, then loan and tax."""
    t = np.arange(len(book.flows.loan_eur), dtype=float)
    year = PlanColumn("year", _("Year"), CellKind.COUNT, t, None, "")
    if not book.is_open:
        return (year, *_cash(book))
    debt = debt_columns(book) if book.has_debt else ()
    work = tax_work_columns(book) if book.has_live_tax else ()
    return (year, *_energy(book, t), *_cash(book), *debt, *work)


def _energy(book: PlanBook, t: FloatArray) -> Iterator[PlanColumn]:
    """Yield the kWh, their prices and what they bring, then the costs; `t` are the years, (H + 1,)."""
    flows, lines = book.flows, book.lines
    yield PlanColumn("production", _("Produced (kWh)"), CellKind.KWH, flows.production_kwh)
    yield PlanColumn("shared", _("Shared (kWh)"), CellKind.KWH, lines.shared_kwh)
    price = f"[local_price]*{growth_formula()}"
    if (lines.local_ratio != 1.0).any():
        head = _("Mean price of the year’s mix, first year 1")
        yield PlanColumn("mix", head, CellKind.EXACT, lines.local_ratio)
        price += "*{mix}"
    growth = (1.0 + book.finance.indexation_ratio) ** (t - 1.0)
    prices = eur_per_mwh(lines.local_eur_per_kwh * lines.local_ratio * growth)
    yield PlanColumn("local_price", _("Local price (€/MWh)"), CellKind.PRICE, prices, price)
    sold = "{shared}*{local_price}/1000"
    yield PlanColumn("local", _("Local sale (€)"), CellKind.EUR, flows.local_eur_ht, sold)
    yield PlanColumn("contract", _("Surplus under contract (kWh)"), CellKind.KWH, lines.contract_kwh)
    yield _contract_price(book, t)
    surplus = "{contract}*{contract_price}/1000"
    if book.has_market:
        yield PlanColumn("market", _("Surplus after contract (kWh)"), CellKind.KWH, lines.market_kwh)
        surplus += f"+{{market}}*[market_price]/1000*{growth_formula('market_indexation')}"
    yield PlanColumn("surplus", _("Sale of the surplus (€)"), CellKind.EUR, flows.surplus_eur_ht, surplus)
    if book.has_own_use:
        head = _("Own use, in money of the first year (€)")
        yield PlanColumn("own_today", head, CellKind.EUR, lines.own_use_eur)
        yield PlanColumn("own_supply", _("of which supply (€)"), CellKind.EUR, lines.own_supply_eur)
        own = f"{{own_supply}}*{growth_formula('supply_indexation')}+{{own_today}}-{{own_supply}}"
        yield PlanColumn("own_use", _("Own use (€)"), CellKind.EUR, flows.own_use_eur_ht, own)
    yield from _costs(book)


def _contract_price(book: PlanBook, t: FloatArray) -> PlanColumn:
    lines, head = book.lines, _("Price of the surplus (€/MWh)")
    if lines.contract is None:
        return PlanColumn("contract_price", head, CellKind.PRICE, eur_per_mwh(lines.contract_eur_per_kwh))
    first, yearly = lines.contract
    prices = eur_per_mwh(first * (1.0 + yearly) ** (t - 1.0))
    formula = f"[surplus_price]*{growth_formula('surplus_indexation')}"
    return PlanColumn("contract_price", head, CellKind.PRICE, prices, formula)


def _costs(book: PlanBook) -> Iterator[PlanColumn]:
    """Yield what is built and paid; VAT that owners do not recover stays: each has its own rule."""
    flows = book.flows
    built = "-[capex_per_kwp]*[total_kwp]" + ("-[connection]" if book.plan.connection_eur_ht else "")
    yield PlanColumn("investment", _("Investment (€)"), CellKind.EUR, flows.investment_eur_ht, None, built)
    yield PlanColumn("grants", _("Grants (€)"), CellKind.EUR, flows.grant_eur, None, "[grant]")
    yield yearly_cost(book, "running", _("Running cost (€)"), flows.opex_eur_ht, "running_cost")
    for charge in book.charges:
        head = _("{label} (€)").format(label=charge.label)
        yield yearly_cost(book, charge.key, head, charge.flow, f"{charge.key}_cost")
    if flows.running_vat_eur.any():
        head = _("VAT lost on running costs (€)")
        yield PlanColumn("running_vat", head, CellKind.EUR, flows.running_vat_eur)
    if flows.investment_vat_eur.any():
        head = _("VAT lost on the investment, less FCTVA (€)")
        yield PlanColumn("investment_vat", head, CellKind.EUR, flows.investment_vat_eur, None, "")
    if book.inverter_eur:
        replaced = f"IF({{year}}=[inverter_year],-[inverter_cost]*{growth_formula('cost_growth')},0)"
        yield PlanColumn("inverters", _("New inverters (€)"), CellKind.EUR, flows.inverter_eur_ht, replaced)


def _cash(book: PlanBook) -> Iterator[PlanColumn]:
    flows, project = book.flows, book.flows.project_eur_ht
    lost = ["investment_vat"] if flows.investment_vat_eur.any() else []
    keys = ["investment", *lost, "grants", *operating_keys(book)]
    if book.is_open and book.plan.with_tax:
        yield tax_column("tax", _("Tax on profit (€)"), flows.tax_eur, "result", "carried", book)
        keys.append("tax")
    total = sum_formula(keys) if book.is_open else None
    yield PlanColumn("project", _("Cash of the project (€)"), CellKind.EUR, project, total, total or "")
    discount = (1.0 + nominal_discount_ratio(book.finance)) ** -np.arange(len(project))
    formula = f"{{project}}/(1+{rate_name(book)})^{{year}}"
    yield PlanColumn("discounted", _("Discounted (€)"), CellKind.EUR, project * discount, formula, formula)
    cumulated, head = cumulated_eur(flows), _("Cumulated (€)")
    yield PlanColumn("cumulated", head, CellKind.EUR, cumulated, "{cumulated-1}+{project}", "{project}")
    when = np.full(len(project), np.nan)
    for t in range(1, len(project)):
        if cumulated[t - 1] < 0.0 <= cumulated[t]:
            when[t] = t - 1 - cumulated[t - 1] / project[t]
    crossed = 'IF(AND({cumulated-1}<0,{cumulated}>=0),{year-1}-{cumulated-1}/{project},"")'
    yield PlanColumn("crossing", _("Back to zero (year)"), CellKind.YEARS, when, crossed)


ROOTS: Mapping[str, str] = word_tables()["roots"]
"""Why there is no rate of return to show."""

COLUMNS_A_PAGE = 20
"""More would not be read on a printed page."""


CELL = re.compile(r"\[(?P<name>\w+)\]|\{(?P<key>\w+)(?P<rows>-1|@\w+)?\}")
"""A named cell of a formula, or the cells of a column."""


class YearTable(NamedTuple):
    """Rows of year 0 and of the last year, and the place of each column."""

    places: dict[str, int]
    start: int
    end: int

    def filled(self, formula: str, row: int = 0) -> str:
        """Formula of a row with addresses in place of its keys: `@all` years, those `@later` than year 0."""
        return CELL.sub(lambda cell: self._address(cell, row), formula)

    def _address(self, cell: re.Match[str], row: int) -> str:
        if cell["name"]:
            return named(cell["name"])
        column, rows = self.places[cell["key"]], cell["rows"]
        if rows in {"@all", "@later"}:
            return f"{at(self.start + (rows == '@later'), column)}:{at(self.end, column)}"
        if rows == "@0":
            return at(self.start, column, fixed=True)
        return at({None: row, "-1": row - 1, "@first": self.start, "@last": self.end}[rows], column)


def plan_sheet(view: View) -> Sheet | None:
    """Return the plan of all producers together; None when there is none."""
    book = plan_book(view)
    if book is None:
        return None
    columns = plan_columns(book)
    top = titled(_("Plan"), *_notes(book))
    start = len(top) + 5
    places = {column.key: place for place, column in enumerate(columns)}
    table = YearTable(places, start, start + book.plan.horizon_years)
    results, horizon = _results(book, table), book.plan.horizon_years
    years = [tuple(_year_cell(column, table, t) for column in columns) for t in range(horizon + 1)]
    return Sheet(
        title=_("Plan"),
        rows=(
            *top,
            (),
            heads([label for label, _name, _cell in results]),
            tuple(cell for _label, _name, cell in results),
            (),
            heads([column.head for column in columns]),
            *years,
        ),
        widths=(14,) * max(len(columns), len(results)),
        freeze=(start, 1),
        names={name: (len(top) + 2, place) for place, (_label, name, _cell) in enumerate(results) if name},
        landscape=True,
        pages_across=-(-len(columns) // COLUMNS_A_PAGE),
    )


def _notes(book: PlanBook) -> list[str]:
    notes = [text_of("all-producers-together")]
    if not book.is_open:
        notes.append(text_of("the-lines-are-not"))
        return notes
    notes.append(_("Formulas read the yellow cells of the sheet of hypotheses; kWh are those of the run."))
    if book.plan.without_connection_ids:
        ids = ", ".join(book.plan.without_connection_ids)
        notes.append(sentence("without-the-connection", ids=ids, connection=connection_text(book.plan)))
    if book.lines.contract is None:
        notes.append(_("Several contracts buy the surplus: their mean price stays as computed."))
    if book.flows.running_vat_eur.any() or book.flows.investment_vat_eur.any():
        notes.append(_("The VAT that is not recovered stays as computed."))
    if book.plan.with_tax and not book.has_live_tax:
        notes.append(_("The tax of several producers stays as computed."))
    return notes


def _year_cell(column: PlanColumn, table: YearTable, t: int) -> Cell | None:
    row, value = table.start + t, float(column.values[t])
    formula = column.formula if t else column.start
    if formula is None and (t == 0 or (column.start is not None and value == 0.0)):
        return None
    written = f"={table.filled(formula, row)}" if formula else ""
    if written and t and column.share is not None and column.share[t] != 1.0:
        written += f"*{float(column.share[t])!r}"
    if written and not isfinite(value):
        return Cell("", column.kind, formula=written)
    return number(value, column.kind, formula=written)


Result = tuple[str, str, Cell]
"""Label, name of the cell ("" without), cell."""


def _results(book: PlanBook, table: YearTable) -> list[Result]:
    plan, rate = book.plan, rate_name(book)
    live, npv = partial(_live, table), f"{{project@first}}+NPV({rate},{{project@later}})"
    total_eur = float(book.flows.project_eur_ht.sum())
    results = [
        (_("Net present value (€)"), "project_npv", live(plan.npv_eur_ht, CellKind.EUR, npv)),
        (_("Rate of return"), "project_irr", _irr(book, table, "project", plan.irr_ratio, plan.irr_state)),
        (_("Payback (years)"), "project_payback", _payback(book, table)),
        (_("Total cash (€)"), "", live(total_eur, CellKind.EUR, "{cumulated@last}")),
    ]
    if book.is_open:
        cost = None if plan.lcoe_eur_per_kwh is None else eur_per_mwh(plan.lcoe_eur_per_kwh)
        keys = [key for key in ("running", *CHARGES, "inverters") if key in table.places]
        costs = "+".join(["{investment@first}", *(f"NPV({rate},{{{key}@later}})" for key in keys)])
        formula = f"-({costs})/NPV({rate},{{production@later}})*1000"
        label = _("Cost of a kWh produced (€/MWh)")
        results.append((label, "project_lcoe", live(cost, CellKind.PRICE, formula)))
    plans = book.money.plans  # of one producer without tax alone the price is known at which it is at zero
    zero_price = plans[0].break_even_local_eur_per_kwh if len(plans) == 1 and not plans[0].with_tax else None
    if book.is_open and zero_price is not None and book.lines.local_eur_per_kwh:
        formula = f"[local_price]-[project_npv]*[local_price]/NPV({rate},{{local@later}})"
        floor = live(eur_per_mwh(zero_price), CellKind.PRICE, formula)
        results.append((_("Local price at which the value is zero (€/MWh)"), "", floor))
    if book.is_open and book.has_debt:
        equity = _irr(book, table, "owner", plan.equity_irr_ratio, plan.equity_irr_state)
        least = live(plan.dscr_min, CellKind.PRICE, "MIN({cover@later})")
        mean = live(plan.dscr_mean, CellKind.PRICE, "AVERAGE({cover@later})")
        value = live(plan.equity_npv_eur_ht, CellKind.EUR, npv.replace("project", "owner"))
        results += [
            (_("Value for the owner (€)"), "", value),
            (_("Return for the owner"), "", equity),
            (_("Lowest cover of the debt"), "", least),
            (_("Mean cover of the debt"), "", mean),
        ]
    return results


def _live(table: YearTable, value: float | None, kind: CellKind, formula: str) -> Cell:
    return number(value, kind, Role.TOTAL, f"={table.filled(formula)}")


def _irr(book: PlanBook, table: YearTable, key: str, irr_ratio: float | None, state: RootState) -> Cell:
    if irr_ratio is None:
        return text(_(ROOTS[state]), Role.TOTAL)
    # The guess makes a spreadsheet find a negative rate too.
    formula = f"IRR({{{key}@all}},{round(irr_ratio, 2):.2f})"
    real = f"(1+{formula})/(1+[inflation])-1" if book.finance.real else formula
    return _live(table, irr_ratio, CellKind.PERCENT, real)


def _payback(book: PlanBook, table: YearTable) -> Cell:
    years = book.plan.payback_years
    if book.plan.payback_state is PaybackState.NO_OUTLAY:
        return text(_(ROOTS[RootState.NO_OUTLAY]), Role.TOTAL)
    never = _("never within the plan")
    formula = table.filled(f'=IF({{cumulated@last}}<0,"{never}",MAX({{crossing@all}}))')
    return Cell(never if years is None else years, CellKind.YEARS, Role.TOTAL, formula)
