"""The columns of the plan, year by year: what each holds, and the formula that gives it."""

from collections.abc import Iterator
from gettext import gettext as _

import numpy as np

from acc.plan.plan_terms import nominal_discount_ratio
from acc.plan.values import cumulated_eur
from acc.units import eur_per_mwh
from reports.workbook.cells import CellKind, named
from reports.workbook.plan_book import PlanBook
from reports.workbook.plan_column import (
    Address,
    Formula,
    PlanColumn,
    cost_growth_formula,
    growth_formula,
    growth_values,
    operating_keys,
    rate_name,
    sum_formula,
    yearly_cost,
)
from reports.workbook.plan_debt import debt_columns, tax_column, tax_work_columns


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
