"""The lender's pages: P50 and P90, how each year covers the debt, what strains it, what is to be asked."""

from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

import numpy as np

from acc.accounts.persons import sole_member
from acc.accounts.reasons import Missing
from acc.household_privacy import HOMES
from acc.i18n import N_, semicolons
from acc.plan.values import Plan
from acc.result.lending import Lending, Loan, Strain, lending
from acc.result.result import Result
from reports.documents.blocks import filled, listed, opening, request_to_reader
from reports.format.connection import connection_text
from reports.format.money import eur, euros
from reports.format.numbers import MISSING, fr, percent, quantity, rate, unit
from reports.format.palette import Tone
from reports.nodes.tree import (
    Callout,
    Group,
    Node,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    quantity_box,
)
from reports.sentences import overview
from reports.sentences.limits import provenance
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


STRAINS: Mapping[Strain, str] = MappingProxyType(
    {
        Strain.NONE: N_("The plan as it stands"),
        Strain.RESERVE: N_("Inverters paid from a reserve, as below"),
        Strain.CAPEX: N_("Investment +10%, the loan with it"),
        Strain.OPEX: N_("Yearly costs +10%"),
        Strain.PRICE: N_("Local price −10%"),
        Strain.ALL: N_("These three at once"),
        Strain.CONNECTION: N_("Unknown connections at their upper figure"),
        Strain.CHURN: N_("Members leave, part by part"),
        Strain.LARGEST: N_("The largest buyer leaves"),
        Strain.SURPLUS: N_("Nothing is shared: all is sold as surplus"),
        Strain.RECEIPTS: N_("Receipts alone, without the purchases that owners avoid"),
    }
)


def lender_sections(view: View) -> list[Section]:
    """Return the two pages, a third where several borrow, or one that says why there is no plan."""
    loans, money = lending(view.result), view.result.money
    plan = None if money is None else money.plan
    untold = _untold(view.result)
    if loans is None or plan is None or untold:
        alone = [] if loans is None else _output_tiles(view.result, loans)
        first = opening(untold, "", alone, _yield_note(view.result) if alone else "")
        wanted = [] if plan is None else [Group((_to_ask(plan), _usual()), 2, "lists")]
        return [Section((*first, *wanted, _confidential(), provenance(view)))]
    more = f"{overview.lead(view, short=True)} {_loan_text(view, plan)}"
    first = opening(_lead(view, loans), more, _tiles(view, loans), _yield_note(view.result))
    terms = _("Your terms (part, rate, length, guarantees) and the papers you want; nothing is to be signed.")
    lists = Group((_buyers(view, loans), _ends(view, loans)), 2, "lists")
    last = (lists, Group((_to_ask(plan), _usual()), 2, "lists"), provenance(view))
    each = borrower_tables(view, loans)
    return [
        Section(
            (
                *first,
                *request_to_reader(view, terms),
                _strain_table(loans),
                _confidential(tells_each=bool(each)),
            )
        ),
        Section((year_table(loans), *last)),
        *([Section(tuple(each))] if each else []),
    ]


def _untold(result: Result) -> str:
    """Reason why the cover of a debt is unknown; empty where it is known."""
    money, sole = result.money, sole_member(result.money)
    if money is None or money.plan is None:
        lead = _("No plan can be made of this folder: a lender can be told nothing yet.")
        why = _("It takes prices, the costs of the plants and the terms of the plan.")
        return f"{lead} {why}"
    if sole is not None:
        text = _(
            "The owner of the plants is the only member: it sells to nobody, it pays {amount} less in the "
            "period, running costs paid. A lender looks at its budget, not at the cover of a debt by sales."
        )
        return text.format(amount=euros(sole.gain_eur_ht))
    if Missing.LOCAL_PRICE in money.plan_missing:
        return _("The local price is not decided: how the debt would be covered cannot be told.")
    return ""


def _confidential(*, tells_each: bool = False) -> Callout:
    sentences = [
        _(
            "for the lender alone. It tells the plan of all producers together, and what the largest buyer "
            "pays."
        )
    ]
    if tells_each:
        sentences.append(_("The last page tells the loan and the cover of each borrower who may be named."))
    sentences += [
        _("Homes and members who did not agree are not named."),
        _("It is a study, no offer nor request of a loan."),
    ]
    return Callout(_("Confidential"), " ".join(sentences), look="confidential")


def _lead(view: View, debts: Lending) -> str:
    covers = [(debts.p50, "P50"), (debts.p90, "P90")]
    sentences = [
        _("at {level}, {mean} on average and {low} in the worst year ({year})").format(
            level=level,
            low=cover_text(loans[Strain.NONE], 0),
            mean=cover_text(loans[Strain.NONE], 1),
            year=_worst_year(loans[Strain.NONE]),
        )
        for loans, level in covers
        if loans and loans[Strain.NONE].cover is not None
    ]
    if not sentences and not (debts.p50[Strain.NONE].flows.debt_cash_eur[1:] > 0.0).any():
        return _(
            "No loan is written in this folder, and no year would leave anything to pay one back: the plants "
            "cost more than they receive."
        )
    if not sentences:
        return _(
            "No loan is written in this folder: what follows is the cash of each year that could pay it back."
        )
    text = _("The cash of the plants would cover what the loan costs each year (DSCR): {covers}.")
    if not view.result.is_lawful:
        text = _("This operation is not lawful as it stands. Its figures only compare. DSCR: {covers}.")
    return text.format(covers=semicolons(sentences))


def _worst_year(loan: Loan) -> str:
    year = worst_year(loan)
    if loan.flows.inverter_eur_ht[year]:
        return _("year {year}, when inverters are replaced").format(year=fr(year))
    return _("year {year}").format(year=fr(year))


def _loan_text(view: View, plan: Plan) -> str:
    finance, flows = view.result.scenario.finance, plan.flows
    spent = _("Investment {capex}, grants {grants}, own money {own}.").format(
        capex=euros(-float(flows.invested_eur[0])),
        grants=euros(float(flows.grant_eur.sum())),
        own=euros(-float(flows.equity_eur_ht[0])),
    )
    if finance is None or not flows.loan_eur.any():
        ask = _("Once its part, its rate and its length are written, each year is told beside it.")
        return f"{spent} {ask}"
    text = _("Loan: {loan} over {years} at {rate}, constant annuities of {annuity} a year.").format(
        loan=euros(float(flows.loan_eur.sum())),
        years=unit(finance.debt_years, _("years")),
        rate=rate(finance.debt_interest_ratio),
        annuity=euros(float(flows.debt_service_eur[1])),
    )
    return f"{text} {spent}"


def _tiles(view: View, debts: Lending) -> list[ValueBox]:
    boxes = _output_tiles(view.result, debts)
    level, loans = ("P90", debts.p90) if debts.p90 else ("P50", debts.p50)
    smooth = loans.get(Strain.RESERVE)
    if (cover := loans[Strain.NONE].cover) is not None:
        words = _("lowest DSCR, {level}").format(level=level)
        note = _("{cover} with a reserve for inverters").format(cover=cover_text(smooth, 0)) if smooth else ""
        tone = cover_tone(cover[0])
        boxes.append(ValueBox(fr(cover[0], 2), "", words, note, tone=None if tone == "ink" else tone))
    if debts.output_ratio_at_unit_cover is not None:
        falls = debts.output_ratio_at_unit_cover <= 1.0
        words = _("output may fall until DSCR = 1") if falls else _("output must rise until DSCR = 1")
        change = fr(abs(1.0 - debts.output_ratio_at_unit_cover) * 100.0)
        boxes.append(ValueBox(change, "%", words, _price_note(debts), tone=None if falls else "worse"))
    return boxes


def _output_tiles(result: Result, debts: Lending) -> list[ValueBox]:
    doubt, boxes = None if result.drawn is None else result.drawn.output, []
    for level, loans in (("P50", debts.p50), ("P90", debts.p90)):
        if loans:
            output = quantity(float(loans[Strain.NONE].flows.production_kwh[1]) / 1000.0, "MWh")
            ratio = percent(1.0 if doubt is None else doubt.p90_ratio / doubt.middle_ratio)
            note = "" if level == "P50" else _("{ratio} of P50").format(ratio=ratio)
            boxes.append(quantity_box(output, _("first year, {level}").format(level=level), note))
    return boxes


def _price_note(debts: Lending) -> str:
    ratio = debts.price_ratio_at_unit_cover
    if ratio is None:
        return _("no local price alone makes it 1")
    if ratio == 0.0:
        return _("holds even at a local price of 0")
    change = percent(abs(1.0 - ratio))
    text = _("local price: −{change}") if ratio <= 1.0 else _("local price: +{change}")
    return text.format(change=change)


def _yield_note(result: Result) -> str:
    doubt = None if result.drawn is None else result.drawn.output
    if doubt is None:
        return _(
            "Nothing was drawn: there is no P90, and P50 is the output of the run. "
            "A computed or profile curve is not a yield study."
        )
    measured = _(
        "{sigma} of standard deviation, from one year to another and from the model to the roof "
        "(P90 = P50 × (1 − 1.28 σ))."
    )
    if not doubt.modelled:
        measured = _(
            "{sigma} of standard deviation, from one year to another, around measured curves "
            "(P90 = P50 × (1 − 1.28 σ))."
        )
    text = measured.format(sigma=percent(doubt.sigma_ratio, 1))
    return f"{text} " + _("A computed or profile curve is not a yield study: a lender asks for one.")


def _payback(loan: Loan | None) -> str:
    if loan is None:
        return MISSING
    return _("never") if loan.payback_years is None else fr(loan.payback_years, 1)


def _strain_table(debts: Lending) -> Node:
    has_loan = debts.p50[Strain.NONE].cover is not None
    columns = [TextColumn(_("What changes"), "rest", "left")]
    for level in ("P50", "P90") if debts.p90 else ("P50",):
        columns += [
            TextColumn(_("DSCR lowest\n{level}").format(level=level)),
            TextColumn(_("DSCR mean\n{level}").format(level=level)),
            TextColumn(_("Paid back, years\n{level}").format(level=level)),
        ]
    rows = []
    for strain in debts.p50:
        name = _(STRAINS[strain])
        if strain is Strain.CAPEX and not has_loan:
            name = _("Investment +10%")
        cells = [TextCell(name, "name")]
        for loan in [debts.p50[strain], *([debts.p90[strain]] if debts.p90 else [])]:
            tone = "ink" if loan.cover is None else cover_tone(loan.cover[0])
            lowest = TextCell(cover_text(loan, 0), "money", tone=tone)
            cells += [lowest, TextCell(cover_text(loan, 1)), TextCell(_payback(loan))]
        rows.append(tuple(cells))
    dscr = _("DSCR: cash of a year over interest and principal; under 1 owners pay in. ") if has_loan else ""
    note = dscr + _(
        "Payback: of the plants, before debt. Less output is shared and used in the same parts. What members "
        "who leave bought goes at the price of the surplus, once they are free to go ({years} after the "
        "start). Yearly costs: upkeep, insurance, rent, network and IFER. What follows the investment "
        "follows it."
    ).format(years=_years(debts.commitment_years))
    title = _("What the debt withstands") if has_loan else _("What the plan withstands")
    return filled(TextTable("strains", tuple(columns), tuple(rows), title=title, note=note))


def _years(count: int) -> str:
    return ngettext("{count} year", "{count} years", count).format(count=fr(count))


def _buyers(view: View, debts: Lending) -> Node:
    items = []
    if debts.largest is not None:
        who = view.named_members.get(debts.largest.id, _("A member who is not named"))
        text = _("{who} is the largest buyer who may leave: {part} of what is received in the first year.")
        items.append(text.format(who=who, part=percent(debts.largest.receipts_ratio)))
    else:
        items.append(_("Nobody who may leave buys anything: owners alone use what they make."))
    if debts.avoided_ratio >= 0.005:
        text = _("{part} of the income of the first year is no receipt: purchases that owners avoid.")
        items.append(text.format(part=percent(debts.avoided_ratio)))
    return listed(_("Who pays"), [*items, _("Waiting list of members: not in the folder.")])


def _ends(view: View, debts: Lending) -> Node:
    finance, prices = view.result.scenario.finance, view.result.scenario.prices
    contracts = [] if view.result.money is None else view.result.money.plants
    debt = last_year(debts.p50[Strain.NONE]) if debts.p50[Strain.NONE].cover is not None else None
    ends = [contract.contract.years for contract in contracts if contract.contract is not None]
    known = sorted({years for years in ends if years is not None})
    local = _("length to decide") if prices.local_years is None else _years(prices.local_years)
    items = [
        _("Loan: {years}.").format(years=_("none") if debt is None else _years(debt)),
        _("Local sale contracts: {years}.").format(years=local),
        _("Members are bound for {years}{assumed}.").format(
            years=_years(debts.commitment_years),
            assumed=_(" (convention, the folder is silent)")
            if finance is not None and finance.commitment_years is None
            else "",
        ),
        _("Surplus contracts: {years}.").format(
            years=_("no end written") if not known else ", ".join(_years(years) for years in known)
        ),
    ]
    if debt is not None and prices.local_years is not None and prices.local_years < debt:
        items.append(_("The local price ends before the loan does: the years after it rest on no contract."))
    return listed(_("When contracts end"), items)


def _to_ask(plan: Plan) -> Node:
    connection = connection_text(plan)
    quote = _("Connection quote: whether it is accepted is not known; {counted}.").format(
        counted=connection or _("{amount} counted").format(amount=euros(plan.connection_eur_ht))
    )
    insurance = _("Insurance: {amount} counted in the first year; contracts and certificate to be shown.")
    items = [
        quote,
        insurance.format(amount=euros(-float(plan.flows.insurance_eur_ht[1]))),
        _("Yield study with P50 and P90; permit free of appeal; title on each roof, longer than the loan."),
        _("Builder’s price, upkeep contract, sale and surplus contracts, statutes, proof of own money."),
    ]
    return listed(_("What the lender asks, and the folder does not hold"), items)


def _usual() -> Node:
    items = [
        _("DSCR at a fixed price: 1.20 to 1.30 at P50, 1.00 to 1.10 at P90."),
        _("Length: one or two years less than the price is contracted for."),
        _("Own money: about a fifth, more without a purchase obligation."),
        _("Reserve: about six months of what the loan costs."),
    ]
    return listed(_("Orders of size, to ask the bank"), items)
