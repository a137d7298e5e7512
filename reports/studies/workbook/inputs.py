"""The yellow cells: hypotheses that a person may change, each read by its name in formulas."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from gettext import gettext as _
from math import isfinite

from acc.units import eur_per_mwh
from reports.data.rows import local_eur_per_mwh
from reports.format.labels import confidence
from reports.format.numbers import short_date
from reports.format.rate_labels import contract_words
from reports.studies.workbook.cells import CellKind
from reports.studies.workbook.plan_column import PlanBook, plan_book
from reports.view.view import View


@dataclass(frozen=True, slots=True)
class Input:
    """One yellow cell: its name in formulas, and where its value comes from."""

    name: str
    label: str
    value: float
    kind: CellKind
    unit: str
    source: str
    date: str = ""
    confidence: str = ""


def inputs(view: View) -> tuple[Input, ...]:
    """Return the yellow cells: the local price, then what the plan rests on."""
    return (*_local_price(view), *_plan_inputs(plan_book(view)))


def _local_price(view: View) -> Iterator[Input]:
    price, unit, source = local_eur_per_mwh(view), _("€/MWh without tax"), _("decision of the group")
    if isfinite(price):
        yield Input("local_price", _("Mean local price"), price, CellKind.PRICE, unit, source)


def _plan_inputs(book: PlanBook | None) -> Iterator[Input]:
    if book is None:
        return
    finance = book.finance
    label = _("Discount rate, above inflation") if finance.real else _("Discount rate")
    yield _yearly("discount_rate", label, finance.discount_ratio)
    if finance.real:
        yield _yearly("inflation", _("Inflation"), finance.inflation_ratio or 0.0)
    if book.is_open:
        yield from _costs(book)
        yield from _inverters(book)
        yield from _surplus(book)
        yield from _debt_and_tax(book)


def _given() -> str:
    return _("hypothesis of the group, section [finance]")


def _yearly(name: str, label: str, yearly_ratio: float) -> Input:
    return Input(name, label, yearly_ratio, CellKind.PERCENT, _("a year"), _given())


def _costs(book: PlanBook) -> Iterator[Input]:
    finance, plan = book.finance, book.plan
    capex = Input(
        "capex_per_kwp",
        _("Investment"),
        plan.capex_eur_ht / plan.kwp,
        CellKind.PRICE,
        _("€/kWp without tax"),
        _given() if plan.capex_stated else _("cost by size, to replace by quotes"),
    )
    yield capex if plan.capex_stated else _published(book, capex, "pv.capex")
    grant = float(book.flows.grant_eur[0])
    yield Input("grant", _("Grants at the start"), grant, CellKind.EUR, "€", _given())
    cost = -float(book.flows.opex_eur_ht[1])
    label, unit = _("Running cost of the first year"), _("€/year")
    running = Input("running_cost", label, cost, CellKind.EUR, unit, _given())
    yield _from_investment(book, running, finance.opex_eur_per_kwp_year, "pv.opex.yearly")
    yield from _charges(book)
    yield _yearly("indexation", _("Growth of the local price"), finance.indexation_ratio)
    if book.has_own_use:
        label = _("Growth of the suppliers’ prices")
        yield _yearly("supply_indexation", label, finance.supply_growth_ratio)
    if book.has_market:
        label = _("Growth of the market price")
        yield _yearly("market_indexation", label, finance.market_growth_ratio)
    growth = _yearly("cost_growth", _("Growth of costs"), plan.cost_growth_ratio)
    yield growth if finance.opex_indexation_ratio is not None else _published(book, growth, "pv.opex.index")


def _charges(book: PlanBook) -> Iterator[Input]:
    if book.plan.connection_eur_ht:
        amount = book.plan.connection_eur_ht
        yield Input("connection", _("Connection"), amount, CellKind.EUR, "€", _of_plants())
    prefixes = {"insurance": "pv.insurance", "injection": "turpe.", "ifer": "pv.ifer.reduced"}
    for charge in book.charges:
        label = _("{label} of the first year").format(label=charge.label)
        name, unit = f"{charge.key}_cost", _("€/year")
        given = Input(name, label, charge.first_eur, CellKind.EUR, unit, _of_plants())
        prefix = prefixes.get(charge.key)
        yield given if prefix is None else _published(book, given, prefix)


def _of_plants() -> str:
    return _("plants.csv, or by kind and size")


def _from_investment(book: PlanBook, given: Input, stated_eur_per_kwp: float | None, prefix: str) -> Input:
    """Return an input of the group as it is; where it states none, as a part of the investment."""
    if stated_eur_per_kwp is not None:
        return given
    return _published(book, replace(given, source=_("part of the investment, to replace by quotes")), prefix)


def _inverters(book: PlanBook) -> Iterator[Input]:
    if not book.inverter_eur:
        return
    label = _("New inverters, in money of today")
    cost = Input("inverter_cost", label, book.inverter_eur, CellKind.EUR, "€", _given())
    yield _from_investment(book, cost, book.finance.inverter_eur_per_kwp, "pv.inverter")
    year = float(book.finance.inverter_year or 0)
    yield Input("inverter_year", _("Year of the new inverters"), year, CellKind.COUNT, "", _given())


def _published(book: PlanBook, given: Input, prefix: str) -> Input:
    """Return an input with the reference, date and confidence of the figure it is taken from."""
    rows = [used for used in book.money.rates if used.name.startswith(prefix)]
    if not rows:
        return given
    last = max(rows, key=lambda used: used.in_force_from)
    return replace(
        given,
        source=_("{source}: {reference}").format(source=given.source, reference=last.reference),
        date=short_date(date.fromisoformat(last.in_force_from)),
        confidence=confidence(last.confidence),
    )


def _surplus(book: PlanBook) -> Iterator[Input]:
    if book.lines.contract is not None:
        price, growth = book.lines.contract
        contract = next(plant.contract for plant in book.money.plants if plant.contract is not None)
        decided, code = contract.code == "price", contract.code
        source = _("decision of the group") if decided else contract_words(contract)
        label = _("Price of the surplus, first year")
        given = Input("surplus_price", label, eur_per_mwh(price), CellKind.PRICE, "€/MWh", source)
        yield given if decided else _published(book, given, f"surplus.{code}.price")
        label = _("Growth of the price of the surplus")
        yield Input("surplus_indexation", label, growth, CellKind.PERCENT, _("a year"), source)
    if book.has_market:
        market = book.finance.market_eur_per_kwh
        label = _("Price of the surplus after its contract, in money of today")
        source = _("none given: nothing is counted once the contract is over") if market is None else _given()
        yield Input("market_price", label, eur_per_mwh(market or 0.0), CellKind.PRICE, "€/MWh", source)


def _debt_and_tax(book: PlanBook) -> Iterator[Input]:
    finance = book.finance
    if book.has_debt:
        label = _("Part of the investment that is borrowed")
        yield Input("debt_part", label, finance.debt_ratio, CellKind.PERCENT, "", _given())
        yield _yearly("debt_rate", _("Interest of the loan"), finance.debt_interest_ratio)
        years = float(finance.debt_years)
        yield Input("debt_years", _("Length of the loan"), years, CellKind.COUNT, _("years"), _given())
    if book.has_live_tax:
        yield Input("tax_rate", _("Tax on profit"), book.plan.tax_ratio, CellKind.PERCENT, "", _given())
