"""The lender's pages: P50 and P90, how each year covers the debt, what strains it, what is to be asked."""

from collections.abc import Iterable, Mapping, Sequence
from gettext import gettext as _

import numpy as np

from acc.accounts.person_values import Missing
from acc.accounts.persons import sole_member
from acc.household_privacy import HOMES
from acc.i18n import semicolons
from acc.plan.values import Plan
from acc.result.lending import Lending, Loan, Strain, lending
from acc.result.outcomes import outcomes
from acc.result.result import OutputDoubt, Result
from reports.documents.blocks import filled, listed, opening, request_to_reader
from reports.documents.decision import way_out_note
from reports.format.gains import connection_text
from reports.format.money import eur, euros
from reports.format.numbers import MISSING, fr, percent, quantity, rate, unit
from reports.format.numbers import listed as in_words
from reports.format.palette import Tone
from reports.format.quantity import EVERYBODY, Quantity, printed_together
from reports.format.rounding import closed_parts
from reports.format.wording import sentence, text_of, word_tables
from reports.nodes.tree import (
    Callout,
    Column,
    Group,
    Node,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    quantity_box,
    table_by_column,
)
from reports.sentences import overview
from reports.sentences.budget_lines import works_text
from reports.sentences.decision import loan_terms
from reports.sentences.limits import provenance
from reports.sentences.plan_outlook import plan_buyers
from reports.sentences.proposal import price_terms
from reports.sentences.questions import Answers, missing, questions
from reports.view import quantities
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View, holders_shown

SHOWN_YEARS = 20
"""Most rows of a table by year."""

ACROSS = 4
"""Borrowers beside each other in a table by year, two columns each."""


def cover_tone(cover_ratio: float) -> Tone:
    """Return the tone of a cover as it is printed: a loss where the year does not pay the lender."""
    return "worse" if round(cover_ratio, 2) < 1.0 else "ink"


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
    levels, p50 = _levels(lending), lending.p50[Strain.NONE]
    years = range(1, last_year(p50) + 1)
    columns: list[Column] = [(TextColumn(_("Year"), "auto"), list(map(fr, years)))]
    columns += [
        (
            TextColumn(head, "rest"),
            [eur(-eur_) if eur_ else MISSING for eur_ in paid[1 : years.stop].tolist()],
        )
        for head, paid in (
            (_("Interest, €"), p50.flows.interest_eur),
            (_("Principal, €"), p50.flows.principal_eur),
        )
    ]
    for level, loan in levels:
        cash = [eur(float(loan.flows.debt_cash_eur[year])) for year in years]
        columns += [
            (TextColumn(_("Cash, € ({level})").format(level=level), "rest"), cash),
            (TextColumn(_("DSCR ({level})").format(level=level), "rest"), covers_by_year(loan, years)),
        ]
    return filled(table_by_column("debt-years", *columns, title=_("Year by year")))


def borrower_tables(view: View, debts: Lending) -> list[Node]:
    """Return a row for each borrower, then the covers of its years; nothing where there is only one row."""
    rows = _rows(view, debts.p50[Strain.NONE])
    if len(rows) < 2:
        return []
    each = list(rows.items())
    parts = [dict(each[first : first + ACROSS]) for first in range(0, len(each), ACROSS)]
    return [_borrowers(view, rows, debts), *(_covers(view, part, debts) for part in parts)]


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
        rows[sentence("borrowers-together", len(closed))] = tuple(closed)
    return rows


def _levels(lending: Lending) -> list[tuple[str, Loan]]:
    levels = [("P50", lending.p50), ("P90", lending.p90)]
    return [(level, loans[Strain.NONE]) for level, loans in levels if loans]


def _own_levels(view: View, debts: Lending, owners: Sequence[str]) -> list[tuple[str, Loan]]:
    """Loans of some borrowers: of one, at the P50 and P90 of its plants, as in its own note; else of all."""
    own = lending(view.result, owners[0]) if len(owners) == 1 else None
    return _levels(own) if own else [(level, loan.of(owners)) for level, loan in _levels(debts)]


def _borrowers(view: View, rows: Mapping[str, tuple[str, ...]], debts: Lending) -> TextTable:
    groups = {**rows, _("Together"): tuple(id_ for owners in rows.values() for id_ in owners)}
    each = [dict(_own_levels(view, debts, owners)) for owners in groups.values()]
    loans = {level: [own[level] for own in each] for level in each[0]}
    first, *_others, last = [*loans.values(), *loans.values()]
    columns: list[Column] = [
        (first_column(_("Borrower")), [TextCell(name, "name") for name in groups]),
        (_("Loan\n€"), _closed([quantities.loan(loan.flows, _of(loan, debts)) for loan in first])),
        (_("To pay\n€/year"), _closed([quantities.annuity(loan.flows, _of(loan, debts)) for loan in first])),
        *(column for level, own in loans.items() for column in _cover_columns(level, own)),
        (_("Worst\nyear"), [fr(worst_year(loan)) for loan in last]),
    ]
    title, note = _("Borrower by borrower"), text_of("borrowers-note")
    return table_by_column("borrowers", *columns, title=title, note=note, has_total=True)


def _of(loan: Loan, debts: Lending) -> frozenset[str]:
    """Whose loan it is."""
    owners = frozenset(loan.by_owner)
    return EVERYBODY if owners >= frozenset(debts.p50[Strain.NONE].borrowers) else owners


def _closed(amounts: Sequence[Quantity]) -> Sequence[str]:
    """Amounts of a column to the euro, as other notes print them, the total last."""
    *parts, total = (amount.value for amount in amounts)
    return printed_together(amounts, list(map(fr, [*closed_parts(parts, total, 0), total])))


def _cover_columns(level: str, loans: Sequence[Loan]) -> list[Column]:
    """Lowest and mean cover of each loan."""
    tones: list[Tone] = ["ink" if loan.cover is None else cover_tone(loan.cover[0]) for loan in loans]
    lowest = [
        TextCell(cover_text(loan, 0), "money", tone=tone) for loan, tone in zip(loans, tones, strict=True)
    ]
    return [
        (_("DSCR lowest\n{level}").format(level=level), lowest),
        (_("DSCR mean\n{level}").format(level=level), [cover_text(loan, 1) for loan in loans]),
    ]


def _covers(view: View, rows: Mapping[str, tuple[str, ...]], debts: Lending) -> TextTable:
    own = {
        f"{name}\n{level}": loan
        for name, owners in rows.items()
        for level, loan in _own_levels(view, debts, owners)
    }
    years = range(1, max(map(last_year, own.values())) + 1)
    columns = [(TextColumn(head, "rest"), covers_by_year(loan, years)) for head, loan in own.items()]
    year_column = (TextColumn(_("Year"), "auto"), list(map(fr, years)))
    return table_by_column("borrower-years", year_column, *columns, title=_("DSCR of each, year by year"))


def covers_by_year(loan: Loan, years: Iterable[int]) -> list[TextCell]:
    """Return the cover of each of some years, a loss where the year does not pay the lender."""
    covers = [float(loan.cover_by_year[year]) for year in years]
    return [TextCell(fr(cover, 2), "money", tone=cover_tone(cover)) for cover in covers]


STRAINS: Mapping[str, str] = word_tables()["strains"]


def first_page(view: View) -> list[Node]:
    """Cover of the debt and what strains it; alone, why there is no plan, or what is lawful."""
    if not view.result.is_lawful:
        return way_out_note(view, _answers_of_plan(view), {"operations", "cancelling"})
    loans, plan, untold = _loans_and_plan(view)
    if loans is None or plan is None or untold:
        alone = [] if loans is None else _output_tiles(view, loans)
        first = opening(untold, "", alone, _yield_note(view) if alone else "")
        wanted = [] if plan is None else [Group((_to_ask(plan), _usual()), 2, "lists")]
        return [*first, *wanted, _confidential(view), provenance(view)]
    first = opening(_lead(loans), "", _tiles(view, loans), _yield_note(view))
    answers = questions(_answers(view, loans, plan))
    terms = _("Your terms (part, rate, length, guarantees) and the papers you want; nothing is to be signed.")
    confidential = _confidential(view, tells_each=bool(borrower_tables(view, loans)))
    return [*first, answers, *request_to_reader(view, terms), _strain_table(loans), confidential]


def second_page(view: View) -> list[Node]:
    """Each year of the debt, who pays, when contracts end, what is to be asked."""
    loans, plan, untold = _loans_and_plan(view)
    if loans is None or plan is None or untold or not view.result.is_lawful:
        return []
    return [year_table(loans), Group((_to_ask(plan), _usual()), 2, "lists"), provenance(view)]


def borrowers_page(view: View) -> list[Node]:
    """Loan and cover of each borrower, where several borrow."""
    loans, plan, untold = _loans_and_plan(view)
    return [] if loans is None or plan is None or untold else list(borrower_tables(view, loans))


def _loans_and_plan(view: View) -> tuple[Lending | None, Plan | None, str]:
    """Loans, plan of the producers, reason why the cover of a debt is unknown."""
    money, holder = view.result.money, view.holder
    if money is None or holder is None:
        return lending(view.result), None if money is None else money.plan, _untold(view.result)
    own = next((plan for plan in money.plans if plan.owner == holder.id), None)
    why = "" if own else sentence("borrower-without-plant", name=holder.name)
    return lending(view.result, holder.id), own, _untold(view.result) or why


def _untold(result: Result) -> str:
    """Reason why the cover of a debt is unknown; empty where it is known."""
    money, sole = result.money, sole_member(result.money)
    if money is None or money.plan is None:
        lead = _("No plan can be made of this folder: a lender can be told nothing yet.")
        why = _("It takes prices, the costs of the plants and the terms of the plan.")
        return f"{lead} {why}"
    if sole is not None:
        return sentence("lender-sole-owner", amount=quantities.gain(outcomes(result)))
    if Missing.LOCAL_PRICE in money.plan_missing:
        return _("The local price is not decided: how the debt would be covered cannot be told.")
    return ""


def _confidential(view: View, *, tells_each: bool = False) -> Callout:
    holder = view.holder
    own = "" if holder is None else sentence("lender-of-one", name=holder.name)
    sentences = [own or text_of("lender-confidential")]
    if tells_each:
        sentences.append(_("The last page tells the loan and the cover of each borrower who may be named."))
    sentences += [
        _("Homes and members who did not agree are not named."),
        _("It is a study, no offer nor request of a loan."),
    ]
    return Callout(_("Confidential"), " ".join(sentences), look="confidential")


def _lead(debts: Lending) -> str:
    text = _("at {level}, {mean} on average and {low} in the worst year ({year})")
    sentences = [
        text.format(level=level, low=cover_text(loan, 0), mean=cover_text(loan, 1), year=_worst_year(loan))
        for level, loan in _levels(debts)
        if loan.cover is not None
    ]
    if not sentences and not (debts.p50[Strain.NONE].flows.debt_cash_eur[1:] > 0.0).any():
        return text_of("lender-no-cash")
    if not sentences:
        return text_of("lender-no-loan")
    return sentence("cover-by-cash", covers=semicolons(sentences))


def _worst_year(loan: Loan) -> str:
    year = worst_year(loan)
    if loan.flows.inverter_eur_ht[year]:
        return _("year {year}, when inverters are replaced").format(year=fr(year))
    return _("year {year}").format(year=fr(year))


def _loan_text(view: View, plan: Plan) -> str:
    finance, flows, of = view.result.scenario.finance, plan.flows, quantities.plants_scope(plan)
    spent = _("{works} Grants {grants}, own money {own}.").format(
        works=works_text(plan),
        grants=quantities.grants(flows, of).as_("€ exact"),
        own=quantities.own_money(flows, of).as_("€ exact"),
    )
    if finance is None or not flows.loan_eur.any():
        ask = _("Once its part, its rate and its length are written, each year is told beside it.")
        return f"{spent} {ask}"
    text = _("Loan: {loan} over {years} at {rate}, constant annuities of {annuity} a year.").format(
        loan=quantities.loan(flows, of).as_("€ exact"),
        years=unit(finance.debt_years, _("years")),
        rate=rate(finance.debt_interest_ratio),
        annuity=quantities.annuity(flows, of).as_("€ exact"),
    )
    return f"{text} {spent}"


def _tiles(view: View, debts: Lending) -> list[ValueBox]:
    boxes = _output_tiles(view, debts)
    level, loans = ("P90", debts.p90) if debts.p90 else ("P50", debts.p50)
    smooth = loans.get(Strain.RESERVE)
    if (cover := loans[Strain.NONE].cover) is not None:
        words = _("lowest DSCR, {level}").format(level=level)
        note = _("{cover} with a reserve for inverters").format(cover=cover_text(smooth, 0)) if smooth else ""
        tone = cover_tone(cover[0])
        boxes.append(ValueBox(fr(cover[0], 2), "", words, note, tone=None if tone == "ink" else tone))
    if debts.unit_cover_output_ratio is not None:
        falls = debts.unit_cover_output_ratio <= 1.0
        words = _("output may fall until DSCR = 1") if falls else _("output must rise until DSCR = 1")
        change = fr(abs(1.0 - debts.unit_cover_output_ratio) * 100.0)
        boxes.append(ValueBox(change, "%", words, _price_note(debts), tone=None if falls else "worse"))
    return boxes


def _doubt(view: View) -> OutputDoubt | None:
    """How far the output of the borrower's plants may stray, or of all of them in a note on all."""
    drawn = view.result.drawn
    return None if drawn is None else drawn.output_of("" if view.holder is None else view.holder.id)


def _output_tiles(view: View, debts: Lending) -> list[ValueBox]:
    doubt, boxes = _doubt(view), []
    for level, loan in _levels(debts):
        output = quantity(float(loan.flows.production_kwh[1]) / 1000.0, "MWh")
        ratio = percent(1.0 if doubt is None else doubt.p90_ratio / doubt.middle_ratio)
        note = "" if level == "P50" else _("{ratio} of P50").format(ratio=ratio)
        boxes.append(quantity_box(output, _("first year, {level}").format(level=level), note))
    return boxes


def _price_note(debts: Lending) -> str:
    ratio = debts.unit_cover_price_ratio
    if ratio is None:
        return _("no local price alone makes it 1")
    if ratio == 0.0:
        return _("holds even at a local price of 0")
    change = percent(abs(1.0 - ratio))
    text = _("local price: −{change}") if ratio <= 1.0 else _("local price: +{change}")
    return text.format(change=change)


def _yield_note(view: View) -> str:
    doubt = _doubt(view)
    if doubt is None:
        return text_of("yield-not-drawn")
    name = "yield-of-model" if doubt.modelled else "yield-of-curves"
    text = sentence(name, sigma=percent(doubt.sigma_ratio, 1))
    return f"{text} " + _("A computed or profile curve is not a yield study: a lender asks for one.")


def _payback(loan: Loan | None) -> str:
    if loan is None:
        return MISSING
    return _("never") if loan.payback_years is None else fr(loan.payback_years, 1)


def _strain_table(debts: Lending) -> Node:
    has_loan = debts.p50[Strain.NONE].cover is not None
    names = [
        _("Investment +10%") if strain is Strain.CAPEX and not has_loan else _(STRAINS[strain])
        for strain in debts.p50
    ]
    columns: list[Column] = [(first_column(_("What changes")), [TextCell(name, "name") for name in names])]
    for level, by_strain in (("P50", debts.p50), ("P90", debts.p90)):
        if by_strain:
            loans = [by_strain[strain] for strain in debts.p50]
            back = _("Paid back, years\n{level}").format(level=level)
            columns += [*_cover_columns(level, loans), (back, list(map(_payback, loans)))]
    dscr = _("DSCR: cash of a year over interest and principal; under 1 owners pay in. ") if has_loan else ""
    note = dscr + sentence("strains-note", years=_years(debts.commitment_years))
    title = _("What the debt withstands") if has_loan else _("What the plan withstands")
    return filled(table_by_column("strains", *columns, title=title, note=note))


def _years(count: int) -> str:
    return sentence("years", count)


def _answers(view: View, debts: Lending, plan: Plan) -> Answers:
    who = f"{_borrowers_text(view, debts)} {_loan_text(view, plan)}"
    contracts = f"{overview.lead(view)} {_ends(view, debts)}"
    return _questions(who, _covers_text(debts), _buyers(view, debts), _quote_text(plan), contracts)


def _answers_of_plan(view: View) -> Answers:
    """The same of lawful operations that are still to be founded: each has its own note."""
    way, notes, finance = view.result.way, text_of("in-operation-notes"), view.result.scenario.finance
    unknown = 0 if way is None or way.outlook is None else len(way.outlook.connection_unknown_ids)
    terms = loan_terms(finance)
    quotes = missing(sentence("missing-quotes", unknown)) if unknown else _("all are known.")
    cover = notes if finance is not None and finance.debt_ratio else missing(text_of("missing-cover"))
    buyers = notes if way is None else plan_buyers(view, way) or notes
    return _questions(terms, cover, buyers, quotes, price_terms(view))


def _questions(*answers: str) -> Answers:
    """Who borrows, the cover of each year, the largest buyer, the connection, what secures the sale."""
    names = (_("Who borrows"), _("Cover of each year"), _("Largest buyer gone"), _("Connection"))
    return tuple(zip((*names, _("Contracts")), answers, strict=True))


def _borrowers_text(view: View, debts: Lending) -> str:
    """Borrowers by their names, as `_rows` may tell them; the owners who pay where nothing is lent."""
    rows = _rows(view, debts.p50[Strain.NONE])
    if not rows:
        return missing(text_of("missing-loan"))
    return f"{in_words(list(rows))}."


def _covers_text(debts: Lending) -> str:
    """DSCR of each year at each level; that no loan is written."""
    levels = _levels(debts)
    if debts.p50[Strain.NONE].cover is None:
        return missing(text_of("missing-cover"))
    text = _("{level}, years 1 to {last}: {covers}")
    parts = []
    for level, loan in levels:
        years = range(1, last_year(loan) + 1)
        covers = " · ".join(cell.text for cell in covers_by_year(loan, years))
        parts.append(text.format(level=level, last=fr(years[-1]), covers=covers))
    return f"{semicolons(parts)}."


def _buyers(view: View, debts: Lending) -> str:
    if debts.largest is None:
        return _("Nobody who may leave buys anything: owners alone use what they make.")
    who = view.named_members.get(debts.largest.id, _("A member who is not named"))
    items = [sentence("largest-buyer", who=who, part=percent(debts.largest.receipts_ratio))]
    largest = debts.p50.get(Strain.LARGEST)
    if largest is not None and largest.cover is not None:
        items.append(sentence("largest-gone", mean=cover_text(largest, 1), low=cover_text(largest, 0)))
    elif largest is not None:
        items.append(_("Paid back then in {years} years.").format(years=_payback(largest)))
    if debts.avoided_ratio >= 0.005:
        items.append(sentence("avoided-purchases", part=percent(debts.avoided_ratio)))
    return " ".join(items)


def _ends(view: View, debts: Lending) -> str:
    """How long the loan, the sale, the surplus and the members are bound."""
    finance, prices = view.result.scenario.finance, view.result.scenario.prices
    contracts = [] if view.result.money is None else view.result.money.plants
    debt = last_year(debts.p50[Strain.NONE]) if debts.p50[Strain.NONE].cover is not None else None
    ends = [contract.contract.years for contract in contracts if contract.contract is not None]
    known = sorted({years for years in ends if years is not None})
    local = _("length to decide") if prices.local_years is None else _years(prices.local_years)
    bound, assumed = _years(debts.commitment_years), ""
    if finance is not None and finance.commitment_years is None:
        assumed = _(" (convention, the folder is silent)")
    items = [
        _("Local sale contracts: {years}.").format(years=local),
        _("Members are bound for {years}{assumed}.").format(years=bound, assumed=assumed),
        _("Surplus contracts: {years}.").format(years=", ".join(map(_years, known)) or _("no end written")),
    ]
    if debt is not None and prices.local_years is not None and prices.local_years < debt:
        items.append(_("The local price ends before the loan does: the years after it rest on no contract."))
    return " ".join(items)


def _quote_text(plan: Plan) -> str:
    return _("Connection quote: whether it is accepted is not known; {counted}.").format(
        counted=connection_text(plan) or _("{amount} counted").format(amount=euros(plan.connection_eur_ht))
    )


def _to_ask(plan: Plan) -> Node:
    items = [
        _quote_text(plan),
        sentence("insurance-counted", amount=euros(-float(plan.flows.insurance_eur_ht[1]))),
        *text_of("lender-asks").splitlines(),
    ]
    return listed(_("What the lender asks, and the folder does not hold"), items)


def _usual() -> Node:
    return listed(_("Orders of size, to ask the bank"), text_of("lender-usual").splitlines())
