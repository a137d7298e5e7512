"""The columns of the plan, year by year: what each holds, and the formula that gives it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite, nan
from types import MappingProxyType

import numpy as np

from acc.i18n import N_
from acc.plan.plan_terms import nominal_discount_ratio
from acc.plan.values import PaybackState, RootState, cumulated_eur
from acc.units import eur_per_mwh
from reports.format.connection import connection_text
from reports.view.view import View
from reports.workbook.cells import Cell, CellKind, Role, Row, Sheet, at, heads, named, number, text, titled
from reports.workbook.plan_column import (
    CHARGES,
    Address,
    Formula,
    PlanBook,
    PlanColumn,
    cost_growth_formula,
    debt_columns,
    growth_formula,
    growth_values,
    operating_keys,
    plan_book,
    rate_name,
    sum_formula,
    tax_column,
    tax_work_columns,
    yearly_cost,
)


def plan_columns(book: PlanBook) -> tuple[PlanColumn, ...]:
    """Return the columns of the plan, from the year to the cumulated cash, then loan and tax."""
    if not book.is_open:
        return (_year(book), *_cash(book))
    debt = debt_columns(book) if book.has_debt else ()
    work = tax_work_columns(book) if book.has_live_tax else ()
    return (_year(book), *_energy(book), *_cash(book), *debt, *work)


def _year(book: PlanBook) -> PlanColumn:
    return PlanColumn(
        "year", _("Year"), CellKind.COUNT, np.arange(len(book.flows.loan_eur), dtype=float), None, ""
    )


def _energy(book: PlanBook) -> Iterator[PlanColumn]:
    flows, lines = book.flows, book.lines
    yield PlanColumn("production", _("Produced (kWh)"), CellKind.KWH, flows.production_kwh)
    yield PlanColumn("shared", _("Shared (kWh)"), CellKind.KWH, lines.shared_kwh)
    yield from _local(book)
    yield PlanColumn("contract", _("Surplus under contract (kWh)"), CellKind.KWH, lines.contract_kwh)
    yield _contract_price(book)
    if book.has_market:
        yield PlanColumn("market", _("Surplus after contract (kWh)"), CellKind.KWH, lines.market_kwh)
    yield PlanColumn(
        "surplus", _("Sale of the surplus (€)"), CellKind.EUR, flows.surplus_eur_ht, _surplus(book)
    )
    if book.has_own_use:
        yield PlanColumn(
            "own_today", _("Own use, in money of the first year (€)"), CellKind.EUR, lines.own_use_eur
        )
        head = _("of which supply (€)")
        yield PlanColumn("own_supply", head, CellKind.EUR, lines.own_supply_eur)
        yield PlanColumn("own_use", _("Own use (€)"), CellKind.EUR, flows.own_use_eur_ht, _own_use)
    yield from _costs(book)


def _own_use(address: Address) -> str:
    grown = f"{address('own_supply')}*{growth_formula(address, 'supply_indexation')}"
    return f"{grown}+{address('own_today')}-{address('own_supply')}"


def _local(book: PlanBook) -> Iterator[PlanColumn]:
    lines, growth = book.lines, growth_values(book)
    prices = eur_per_mwh(lines.local_eur_per_kwh * lines.local_ratio * growth)

    def price(address: Address) -> str:
        return f"{named('local_price')}*{growth_formula(address)}"

    def mixed(address: Address) -> str:
        return f"{price(address)}*{address('mix')}"

    varies = bool((lines.local_ratio != 1.0).any())
    if varies:
        yield PlanColumn(
            "mix", _("Mean price of the year’s mix, first year 1"), CellKind.EXACT, lines.local_ratio
        )
    formula = mixed if varies else price
    yield PlanColumn("local_price", _("Local price (€/MWh)"), CellKind.PRICE, prices, formula)
    yield PlanColumn(
        "local",
        _("Local sale (€)"),
        CellKind.EUR,
        book.flows.local_eur_ht,
        lambda address: f"{address('shared')}*{address('local_price')}/1000",
    )


def _contract_price(book: PlanBook) -> PlanColumn:
    lines, head = book.lines, _("Price of the surplus (€/MWh)")
    if lines.contract is None:
        return PlanColumn("contract_price", head, CellKind.PRICE, eur_per_mwh(lines.contract_eur_per_kwh))
    first, yearly = lines.contract
    t = np.arange(len(lines.shared_kwh), dtype=np.float64)
    return PlanColumn(
        "contract_price",
        head,
        CellKind.PRICE,
        eur_per_mwh(first * (1.0 + yearly) ** (t - 1.0)),
        lambda address: f"{named('surplus_price')}*(1+{named('surplus_indexation')})^({address('year')}-1)",
    )


def _surplus(book: PlanBook) -> Formula:
    def paid(address: Address) -> str:
        return f"{address('contract')}*{address('contract_price')}/1000"

    def both(address: Address) -> str:
        market = f"{address('market')}*{named('market_price')}/1000"
        market += f"*{growth_formula(address, 'market_indexation')}"
        return f"{paid(address)}+{market}"

    return both if book.has_market else paid


def _costs(book: PlanBook) -> Iterator[PlanColumn]:
    flows = book.flows
    connection = f"-{named('connection')}" if book.plan.connection_eur_ht else ""
    yield PlanColumn(
        "investment",
        _("Investment (€)"),
        CellKind.EUR,
        flows.investment_eur_ht,
        None,
        lambda _address: f"-{named('capex_per_kwp')}*{named('total_kwp')}{connection}",
    )
    yield PlanColumn(
        "grants", _("Grants (€)"), CellKind.EUR, flows.grant_eur, None, lambda _address: named("grant")
    )
    yield yearly_cost(book, "running", _("Running cost (€)"), flows.opex_eur_ht, "running_cost")
    for charge in book.charges:
        head = _("{label} (€)").format(label=charge.label)
        yield yearly_cost(book, charge.key, head, charge.flow, f"{charge.key}_cost")
    yield from _lost_vat(book)
    if book.inverter_eur:
        yield PlanColumn(
            "inverters",
            _("New inverters (€)"),
            CellKind.EUR,
            flows.inverter_eur_ht,
            lambda address: (
                f"IF({address('year')}={named('inverter_year')},"
                f"-{named('inverter_cost')}*{cost_growth_formula(address)},0)"
            ),
        )


def _lost_vat(book: PlanBook) -> Iterator[PlanColumn]:
    """Return the VAT that owners do not recover, as computed: each has its own rule."""
    on_running, on_investment = book.flows.running_vat_eur, book.flows.investment_vat_eur
    if on_running.any():
        yield PlanColumn("running_vat", _("VAT lost on running costs (€)"), CellKind.EUR, on_running)
    if on_investment.any():
        head = _("VAT lost on the investment, less FCTVA (€)")
        yield PlanColumn("investment_vat", head, CellKind.EUR, on_investment, None, "")


def _cash(book: PlanBook) -> Iterator[PlanColumn]:
    flows, rate = book.flows, rate_name(book)
    lost = ["investment_vat"] if flows.investment_vat_eur.any() else []
    keys = ["investment", *lost, "grants", *operating_keys(book)]
    if book.is_open and book.plan.with_tax:
        yield tax_column("tax", _("Tax on profit (€)"), flows.tax_eur, "result", "carried", book)
        keys.append("tax")
    project = flows.project_eur_ht
    total = sum_formula(keys) if book.is_open else None
    yield PlanColumn("project", _("Cash of the project (€)"), CellKind.EUR, project, total, total or "")
    discount = (1.0 + nominal_discount_ratio(book.finance)) ** -np.arange(len(project))

    def discounted(address: Address) -> str:
        return f"{address('project')}/(1+{rate})^{address('year')}"

    head = _("Discounted (€)")
    yield PlanColumn("discounted", head, CellKind.EUR, project * discount, discounted, discounted)
    cumulated = cumulated_eur(flows)
    yield PlanColumn(
        "cumulated",
        _("Cumulated (€)"),
        CellKind.EUR,
        cumulated,
        lambda address: f"{address('cumulated', back=1)}+{address('project')}",
        lambda address: address("project"),
    )
    yield _crossing(book)


def _crossing(book: PlanBook) -> PlanColumn:
    """Crossing of zero by the cumulated cash, in the years with one."""
    cash, cumulated = book.flows.project_eur_ht, cumulated_eur(book.flows)
    when = np.full(len(cash), np.nan)
    for t in range(1, len(cash)):
        if cumulated[t - 1] < 0.0 <= cumulated[t]:
            when[t] = t - 1 - cumulated[t - 1] / cash[t]

    def formula(address: Address) -> str:
        before, now = address("cumulated", back=1), address("cumulated")
        year = f"{address('year', back=1)}-{before}/{address('project')}"
        return f'IF(AND({before}<0,{now}>=0),{year},"")'

    return PlanColumn("crossing", _("Back to zero (year)"), CellKind.YEARS, when, formula)


ROOTS = MappingProxyType(
    {
        RootState.NONE: N_("none: never paid back"),
        RootState.SEVERAL: N_("several: read the present value"),
        RootState.NO_OUTLAY: N_("nothing is invested"),
    }
)
"""Why there is no rate of return to show."""

COLUMNS_A_PAGE = 20
"""More would not be read on a printed page."""


@dataclass(frozen=True, slots=True)
class _YearTable:
    """Where the years stand: rows of year 0 and of the last year, and the place of each column."""

    places: dict[str, int]
    start: int
    end: int

    def cell(self, key: str, row: int, *, back: int = 0, start: bool = False) -> str:
        """Return the address of a column's cell in a row, above it, or in the row of year 0."""
        if start:
            return at(self.start, self.places[key], fixed=True)
        return at(row - back, self.places[key])

    def first(self, key: str) -> str:
        """Return the cell of year 0."""
        return at(self.start, self.places[key])

    def later(self, key: str) -> str:
        """Return the cells of year 1 to the last."""
        column = self.places[key]
        return f"{at(self.start + 1, column)}:{at(self.end, column)}"

    def all(self, key: str) -> str:
        """Return the cells of every year."""
        column = self.places[key]
        return f"{at(self.start, column)}:{at(self.end, column)}"


def plan_sheet(view: View) -> Sheet | None:
    """Return the plan of all producers together; None when there is none."""
    book = plan_book(view)
    if book is None:
        return None
    columns = plan_columns(book)
    top = titled(_("Plan"), *_notes(book))
    start = len(top) + 5
    places = {column.key: place for place, column in enumerate(columns)}
    table = _YearTable(places, start, start + book.plan.horizon_years)
    results = _results(book, table)
    years = [_year_row(columns, table, t) for t in range(book.plan.horizon_years + 1)]
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
    notes = [
        _("All producers together, without VAT, in money of each year. Income is positive, cost negative.")
    ]
    if not book.is_open:
        notes.append(
            _(
                "The lines are not shown: they hold what a participant who is not named spares behind "
                "its meter. Only the discount rate can be changed here."
            )
        )
        return notes
    notes.append(_("Formulas read the yellow cells of the sheet of hypotheses; kWh are those of the run."))
    if book.plan.without_connection_ids:
        message = _("Without the connection of {ids}, not known: {connection}.")
        ids = ", ".join(book.plan.without_connection_ids)
        notes.append(message.format(ids=ids, connection=connection_text(book.plan)))
    if book.lines.contract is None:
        notes.append(_("Several contracts buy the surplus: their mean price stays as computed."))
    if book.flows.running_vat_eur.any() or book.flows.investment_vat_eur.any():
        notes.append(_("The VAT that is not recovered stays as computed."))
    if book.plan.with_tax and not book.has_live_tax:
        notes.append(_("The tax of several producers stays as computed."))
    return notes


def _year_row(columns: Sequence[PlanColumn], table: _YearTable, t: int) -> Row:
    return tuple(_year_cell(column, table, t) for column in columns)


def _year_cell(column: PlanColumn, table: _YearTable, t: int) -> Cell | None:
    row, value = table.start + t, float(column.values[t])
    formula = column.formula if t else column.start
    if t == 0 and formula is None:
        return None
    if t and formula is None and column.start is not None and value == 0.0:
        return None

    def address(key: str, *, back: int = 0, start: bool = False) -> str:
        return table.cell(key, row, back=back, start=start)

    written = f"={formula(address)}" if callable(formula) else ""
    if written and t and column.share is not None and column.share[t] != 1.0:
        written += f"*{float(column.share[t])!r}"
    if written and not isfinite(value):
        return Cell("", column.kind, formula=written)
    return number(value, column.kind, formula=written)


Result = tuple[str, str, Cell]
"""Label, name of the cell ("" without), cell."""


def _results(book: PlanBook, table: _YearTable) -> list[Result]:
    plan = book.plan
    results = [
        (_("Net present value (€)"), "project_npv", _npv(book, table, "project", plan.npv_eur_ht)),
        (_("Rate of return"), "project_irr", _irr(book, table, "project", plan.irr_ratio, plan.irr_state)),
        (_("Payback (years)"), "project_payback", _payback(book, table)),
        (_("Total cash (€)"), "", _total(book, table)),
    ]
    if book.is_open:
        results.append((_("Cost of a kWh produced (€/MWh)"), "project_lcoe", _lcoe(book, table)))
    floor = _floor(book, table)
    if floor is not None:
        results.append((_("Local price at which the value is zero (€/MWh)"), "", floor))
    if book.is_open and book.has_debt:
        equity = _irr(book, table, "owner", plan.equity_irr_ratio, plan.equity_irr_state)
        results += [
            (_("Value for the owner (€)"), "", _npv(book, table, "owner", plan.equity_npv_eur_ht)),
            (_("Return for the owner"), "", equity),
            (_("Lowest cover of the debt"), "", _cover(table, "MIN", plan.dscr_min)),
            (_("Mean cover of the debt"), "", _cover(table, "AVERAGE", plan.dscr_mean)),
        ]
    return results


def _npv(book: PlanBook, table: _YearTable, key: str, value: float) -> Cell:
    return _strong(value, CellKind.EUR, f"={table.first(key)}+NPV({rate_name(book)},{table.later(key)})")


def _strong(value: float | None, kind: CellKind, formula: str) -> Cell:
    return number(nan if value is None else value, kind, Role.TOTAL, formula)


def _irr(book: PlanBook, table: _YearTable, key: str, ratio: float | None, state: RootState) -> Cell:
    if ratio is None:
        return text(_(ROOTS[state]), Role.TOTAL)
    # The guess makes a spreadsheet find a negative rate too.
    formula = f"IRR({table.all(key)},{round(ratio, 2):.2f})"
    if book.finance.real:
        formula = f"(1+{formula})/(1+{named('inflation')})-1"
    return _strong(ratio, CellKind.PERCENT, f"={formula}")


def _payback(book: PlanBook, table: _YearTable) -> Cell:
    plan = book.plan
    if plan.payback_state is PaybackState.NO_OUTLAY:
        return text(_(ROOTS[RootState.NO_OUTLAY]), Role.TOTAL)
    last, never = at(table.end, table.places["cumulated"]), _("never within the plan")
    formula = f'=IF({last}<0,"{never}",MAX({table.all("crossing")}))'
    value = never if plan.payback_years is None else plan.payback_years
    return Cell(value, CellKind.YEARS, Role.TOTAL, formula)


def _total(book: PlanBook, table: _YearTable) -> Cell:
    return _strong(
        float(book.flows.project_eur_ht.sum()), CellKind.EUR, f"={at(table.end, table.places['cumulated'])}"
    )


def _lcoe(book: PlanBook, table: _YearTable) -> Cell:
    rate, cost = rate_name(book), book.plan.lcoe_eur_per_kwh
    costs = [table.first("investment")]
    keys = [key for key in ("running", *CHARGES, "inverters") if key in table.places]
    costs += [f"NPV({rate},{table.later(key)})" for key in keys]
    value = None if cost is None else eur_per_mwh(cost)
    formula = f"=-({'+'.join(costs)})/NPV({rate},{table.later('production')})*1000"
    return _strong(value, CellKind.PRICE, formula)


def _floor(book: PlanBook, table: _YearTable) -> Cell | None:
    """Return the local price at which one producer without tax is at zero; None for the others."""
    plans = book.money.plans
    if not book.is_open or len(plans) != 1 or plans[0].with_tax:
        return None
    value = plans[0].break_even_local_eur_per_kwh
    sold = f"NPV({rate_name(book)},{table.later('local')})"
    price = named("local_price")
    if value is None or not book.lines.local_eur_per_kwh:
        return None
    return _strong(eur_per_mwh(value), CellKind.PRICE, f"={price}-{named('project_npv')}*{price}/{sold}")


def _cover(table: _YearTable, function: str, value: float | None) -> Cell:
    return _strong(value, CellKind.PRICE, f"={function}({table.later('cover')})")
