"""The treasurer's pages: receipts apart from purchases avoided, by nature, VAT as a share, what to ask."""

from collections.abc import Mapping
from gettext import gettext as _
from math import nan
from types import MappingProxyType

from acc.accounts.persons import Holding
from acc.arrays import FloatArray
from acc.household_privacy import PUBLIC_BODIES, is_open
from acc.i18n import N_, semicolons
from acc.plan.values import Plan
from acc.result.lending import Strain, Treasury, lending, treasury
from acc.result.result import Result
from acc.sites import Vat
from reports.documents.blocks import filled, listed, opening, request_to_reader
from reports.documents.decision import way_out_note
from reports.format.labels import capital
from reports.format.money import eur, eur_text
from reports.format.numbers import MISSING, fr, mwh_cell, percent
from reports.format.rounding import closed_parts
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Callout,
    CellLook,
    Column,
    Node,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    table_by_column,
)
from reports.sentences import overview
from reports.sentences.budget_lines import (
    EXPENSES,
    LINES,
    MAKERS,
    RECEIPTS,
    SALES,
    WORKS,
    YEAR_0,
    BudgetAmounts,
    BudgetLine,
    Of,
    budget_lines,
    note_line,
    payback_text,
    with_vat,
    works_text,
)
from reports.sentences.decision import loan_terms, sure_text
from reports.sentences.limits import provenance
from reports.sentences.plan_outlook import plan_costs
from reports.sentences.questions import Answers, missing, questions
from reports.studies.notes.lender import SHOWN_YEARS, covers_by_year, last_year
from reports.view import quantities
from reports.view.privacy import may_tell_sales
from reports.view.view import View, holders_shown, sheet_view_of, view_of

BLANK = "……"
"""What the accountant fills in by pen."""
MOST_BODIES = 2
"""Bodies whose works are told in a line; the lines of each tell those of the others."""

VATS: Mapping[Vat | None, str] = MappingProxyType(
    {None: N_("to say"), Vat.RECOVERED: N_("recovered"), Vat.FCTVA: N_("FCTVA"), Vat.LOST: N_("lost")}
)


BILL_PARTS = ("supply_eur_ht", "network_eur_ht", "taxes_eur_ht", "bought_eur_ht", "fee_eur_ht")
"""What a body pays for its electricity, which adds up to all of it; to the euro, as it is paid."""


def purchases_table(books: Mapping[Holding, Treasury]) -> TextTable | None:
    """Electricity cost of each body without and with the operation; None where unknown."""
    known = [
        (holding, book.without, book.with_operation)
        for holding, book in books.items()
        if book.without is not None and book.with_operation is not None
    ]
    if not known:
        return None
    columns = [TextColumn(_("€, first year"), "rest", "left")]
    for name in (_("Supplier"), _("Network"), _("Taxes")):
        columns += [
            TextColumn(_("{name}\nwithout").format(name=name)),
            TextColumn(_("{name}\nwith").format(name=name)),
        ]
    columns += [TextColumn(_("Bought,\nwith")), TextColumn(_("PMO,\nwith"))]
    columns += [TextColumn(_("In all\nwithout")), TextColumn(_("In all\nwith"))]
    rows = []
    for holding, without, with_ in known:
        before = closed_parts([getattr(without, name) for name in BILL_PARTS], without.total_eur_ht, 0)
        after = closed_parts([getattr(with_, name) for name in BILL_PARTS], with_.total_eur_ht, 0)
        amounts = [amount for pair in zip(before[:3], after[:3], strict=True) for amount in pair]
        texts = map(fr, [*amounts, *after[3:], without.total_eur_ht, with_.total_eur_ht])
        cells = [TextCell(text) for text in texts]
        rows.append((TextCell(holding.name, "name"), *cells[:-1], TextCell(cells[-1].text, "strong")))
    note = text_of("purchases-note")
    title = _("What each body pays for its electricity, without the operation and with it")
    return TextTable("purchases", tuple(columns), tuple(rows), title=title, note=note)


def sold_table(owners: Mapping[Holding, Treasury]) -> TextTable:
    """Sold part of each owner's production."""
    books = owners.values()
    note = text_of("sold-note")
    return table_by_column(
        "sold",
        (first_column(_("Owner of plants")), [TextCell(holding.name, "name") for holding in owners]),
        (_("Produced\nMWh"), [mwh_cell(book.sold.produced_kwh) for book in books]),
        (_("Sold\nMWh"), [mwh_cell(book.sold.sold_kwh) for book in books]),
        (_("Part\nsold"), [TextCell(percent(book.sold.sold_ratio), "strong") for book in books]),
        (_("Own plants to\nown sites, €/year"), [eur(book.budget.within_eur_ht) for book in books]),
        (_("Book life,\nyears"), [BLANK for _book in books]),
        title=_("What is sold of what is produced"),
        note=note,
    )


def vat_table(view: View, owners: Mapping[Holding, Treasury]) -> TextTable | None:
    """Return the VAT on the works of each owner, taxed and in franchise; None where there are no works."""
    persons = {person.id: _(VATS[person.vat]) for person in view.result.scenario.persons or ()}
    lines = [
        (TextCell(holding.name, "name", note=words), eur(paid), vat, persons.get(holding.id, _(VATS[None])))
        for holding, owner in owners.items()
        for words, paid, vat in (
            (_("works"), owner.works_eur_ht, owner.works_vat),
            (_("a year of upkeep and network"), owner.taxed_running_eur_ht, owner.running_vat),
        )
        if vat is not None
    ]
    if not lines:
        return None
    vats = [vat for _name, _paid, vat, _rule in lines]
    note = text_of("vat-note")
    return table_by_column(
        "works-vat",
        (first_column(_("VAT, €")), [name for name, *_others in lines]),
        (_("Paid\nwithout VAT"), [paid for _name, paid, *_others in lines]),
        (_("VAT"), [eur(vat.vat_eur) for vat in vats]),
        (_("Taxed:\ndeducted"), [eur(vat.deducted_eur) for vat in vats]),
        (_("Taxed:\nFCTVA"), [eur(vat.returned_eur) for vat in vats]),
        (_("Taxed:\nleft to pay"), [TextCell(eur(vat.left_eur), "strong") for vat in vats]),
        (_("Franchise:\nFCTVA"), [eur(vat.franchise_returned_eur) for vat in vats]),
        (_("Franchise:\nleft to pay"), [TextCell(eur(vat.franchise_left_eur), "strong") for vat in vats]),
        (
            TextColumn(_("Left to pay in the\nplan (the folder)"), "auto", "left"),
            [f"{eur(vat.in_plan_eur)} ({rule})" for _name, _paid, vat, rule in lines],
        ),
        title=_("VAT on works and yearly costs, by the part sold"),
        note=note,
    )


def view_of_bodies(result: Result) -> View:
    """Return the view of the treasurers; that of an only public body is its own, whoever else agreed."""
    bodies = [(n, body) for n, body in enumerate(holders_shown(result)) if body.kind in PUBLIC_BODIES]
    people = result.scenario.participants
    if len(bodies) == 1 and all(is_open(people[n], "commune") for n in bodies[0][1].sites):
        return sheet_view_of(result, bodies[0][0])
    return view_of(result, "commune")


def treasurer_pages(view: View) -> list[Node]:
    """Budget of each body, what its plants sell, what to ask; a line where there is nothing.

    Of what is not lawful no budget is told: the lawful operations, each of which has its own, stand there.
    """
    if not view.result.is_lawful:
        return way_out_note(view, _answers_of_plan(view), {"operations", "plan-gains"})
    bodies = [holding for holding in holders_shown(view.result) if holding.kind in PUBLIC_BODIES]
    named = [view.holder] if view.holder else [body for body in bodies if body.id in view.named_members]
    budgets = {body: treasury(view.result, body) for body in named}
    books = {body: budget for body, budget in budgets.items() if budget is not None}
    confidential = Callout(_("Confidential"), text_of("treasurer-confidential"), look="confidential")
    hidden = 0 if view.holder else len(bodies) - len(named)
    if not books:
        lead = text_of("no-price-no-budget") if named or not bodies else sentence("ask-own-note", hidden)
        return [*opening(lead, "", [], ""), confidential, provenance(view)]
    owners = {
        body: book
        for body, book in books.items()
        if book.sold.produced_kwh > 0.0 and _tells_sales(view, body)
    }
    sure = f"{_hidden(hidden)} {sure_text(view)}"
    first = [
        *opening(_lead(view, books), overview.lead(view), _tiles(view, books), sure),
        questions(_answers(text_of("lines-below"), _loan(view, books), _vat_text(view, books))),
    ]
    advice = _("Your advice on VAT, the budget, the account of each line, and who cashes the sales.")
    first += request_to_reader(view, advice)
    sold = sold_table(owners) if owners else None
    tables = [table for table in (purchases_table(books), sold, vat_table(view, owners)) if table is not None]
    each = [_budget_table(view, body, book) for body, book in books.items()]
    return [*first, *each, *_years(view, books), *tables, _request(books), confidential, provenance(view)]


def _answers(lines: str, loan: str, vat: str) -> Answers:
    """Budget lines, loan, receipts apart from avoided purchases, VAT and FCTVA, first euro."""
    receipts, first = text_of("receipts-apart"), text_of("first-euro")
    names = _("Budget lines"), _("Loan"), _("Receipts"), _("VAT, FCTVA"), _("First euro")
    return tuple(zip(names, (lines, loan, receipts, vat, first), strict=True))


def _answers_of_plan(view: View) -> Answers:
    """The same of lawful operations that are still to be founded: each has its own note."""
    way, notes = view.result.way, text_of("in-operation-notes")
    bodies = [body for body in holders_shown(view.result) if body.kind in PUBLIC_BODIES]
    unsaid = sum(_vat_of(view, body) is None for body in bodies)
    rule = missing(sentence("missing-vat", unsaid)) if unsaid else notes
    vat = f"{plan_costs(way) if way else ''} {capital(rule)}".strip()
    return _answers(notes, loan_terms(view.result.scenario.finance), vat)


def _plans(view: View, books: Mapping[Holding, Treasury]) -> dict[str, Plan]:
    """Plans of the bodies of the note, by the name of the body."""
    plans = view.result.money.plans if view.result.money else ()
    return {body.name: plan for body in books for plan in plans if plan.owner == body.id}


def _loan(view: View, books: Mapping[Holding, Treasury]) -> str:
    """Principal, and what the first year repays and pays as interest, of each body that borrows."""
    texts = []
    for name, plan in _plans(view, books).items():
        of = quantities.plants_scope(plan)
        interest, principal = quantities.annuity_parts(plan.flows, of)
        if plan.flows.loan_eur.any():
            texts.append(
                sentence(
                    "loan-of-body",
                    name=name,
                    loan=quantities.loan(plan.flows, of).as_("€ exact"),
                    interest=interest.as_("€ exact"),
                    principal=principal.as_("€ exact"),
                )
            )
    if not texts and not _plans(view, books):
        return _("none: nothing is built.")
    return f"{semicolons(texts)}." if texts else loan_terms(view.result.scenario.finance)


def _vat_text(view: View, books: Mapping[Holding, Treasury]) -> str:
    """What each body that builds does with VAT, and the FCTVA that comes back."""
    works = [
        f"{name}{_(': ')}{works_text(plan)} {payback_text(plan)}"
        for name, plan in _plans(view, books).items()
    ]
    unsaid = [body.name for body in books if _vat_of(view, body) is None]
    texts = works[:MOST_BODIES]
    if unsaid:
        lacks = missing(sentence("missing-vat", len(unsaid)))
        texts.append(capital(lacks) if texts else lacks)
    return " ".join(texts) or _("no works; VAT on purchases as today.")


def _tells_sales(view: View, body: Holding) -> bool:
    people = view.result.scenario.participants
    return may_tell_sales([site for n, site in enumerate(people) if n not in body.sites], "commune")


def _lead(view: View, books: Mapping[Holding, Treasury]) -> str:
    sold = sum(
        book.budget.sold_to_members_eur_ht + book.budget.sold_surplus_eur_ht for book in books.values()
    )
    saved = eur_text(sum(book.budget.saved_eur_ht for book in books.values()))
    if sold and not all(_tells_sales(view, body) for body in books):
        return sentence("bodies-save", len(books), saved=saved)
    if not sold:
        bought = eur_text(sum(book.budget.paid_eur_ht for book in books.values()))
        return sentence("bodies-sell-nothing", len(books), saved=saved, bought=bought)
    name = "bodies-book" if any(body.sites for body in books) else "bodies-sell"
    return sentence(name, len(books), sold=eur_text(sold), saved=saved)


def _hidden(count: int) -> str:
    if not count:
        return _("Lines of the plan, not of a budget that was voted.")
    return sentence("unnamed-bodies", count)


def _tiles(view: View, books: Mapping[Holding, Treasury]) -> list[ValueBox]:
    def box(of: Of, words: str, note: str = "") -> ValueBox:
        return ValueBox(eur(sum(of(book) for book in books.values())), _("€/year"), words, note)

    boxes: dict[str, Of] = {
        _("sold to members"): lambda t: t.budget.sold_to_members_eur_ht,
        _("surplus sold"): lambda t: t.budget.sold_surplus_eur_ht,
        _("bought from members"): lambda t: t.budget.bought_from_members_eur_ht,
    }
    if not all(_tells_sales(view, body) for body in books):
        del boxes[_("sold to members")]
    shown = [box(of, words) for words, of in boxes.items() if any(abs(of(t)) >= 1.0 for t in books.values())]
    saved = box(lambda t: t.budget.saved_eur_ht, _("purchases avoided"), _("no receipt"))
    return [*shown, saved] if any(body.sites for body in books) else shown


def _vat_of(view: View, body: Holding) -> Vat | None:
    return next((person.vat for person in view.result.scenario.persons or () if person.id == body.id), None)


def _budget_table(view: View, body: Holding, book: Treasury) -> TextTable:
    """Works and first year of a body, line by line, with the VAT on each; purchases avoided apart."""
    tells, vat, lines = _tells_sales(view, body), _vat_of(view, body), {**YEAR_0, **LINES}
    amounts = budget_lines(book, vat)
    if SALES in amounts and not tells:
        amounts[SALES] = BudgetAmounts(nan, nan)
    rows = [
        _row(_(name), _(lines[name].section), shown, _paper(lines[name], book))
        for name, shown in amounts.items()
    ]
    for name, row in zip(amounts, rows, strict=True):
        _note_quantity(view, body, name, row[2].text)
        note_line(book, body.id, name, row[2].text)
    running = [shown for name, shown in amounts.items() if name in LINES]
    balance = BudgetAmounts(sum(line.eur_ht for line in running), sum(line.eur for line in running))
    saved = float(round(book.budget.saved_eur_ht))
    avoided = BudgetAmounts(saved, with_vat(saved, 1.0, book.vat_ratio))
    rows.append(_row(_("Balance of the year"), "", balance, "", "strong"))
    if body.sites:
        memo, paper = _("for memory, no receipt"), _("the electricity line falls")
        rows.append(_row(_("Purchases avoided"), memo, avoided, paper))
    columns = (
        TextColumn(_("€, works and first year"), "rest", "left"),
        TextColumn(_("Section"), 30, "left"),
        TextColumn(_("Without\nVAT")),
        TextColumn(_("VAT")),
        TextColumn(_("With\nVAT")),
        TextColumn(_("Account"), "auto", "left"),
        TextColumn(_("Paper, date"), 46, "left"),
    )
    note = (
        f"{sentence('budget-note', rule=_(VATS[vat]))} {'' if tells else text_of('sales-withheld')}".rstrip()
    )
    title = _("Budget lines: {owner}").format(owner=body.name)
    return TextTable("budget", columns, tuple(rows), title=title, note=note)


def _paper(line: BudgetLine, book: Treasury) -> str:
    return _(line.paper).format(year=fr(book.returned_after_years)) if line.paper else ""


def _note_quantity(view: View, body: Holding, name: str, text: str) -> None:
    """Note a line that other documents tell, for who compares what is printed."""
    money = view.result.money
    plan = next((plan for plan in money.plans if plan.owner == body.id), None) if money else None
    if plan is not None and name in MAKERS:
        MAKERS[name](plan).note(text)


def _row(
    name: str, section: str, amounts: BudgetAmounts, paper: str, look: CellLook = "plain"
) -> tuple[TextCell, ...]:
    return (
        TextCell(name, "name"),
        TextCell(section, "small"),
        *(TextCell(fr(eur_), look) for eur_ in (amounts.eur_ht, amounts.vat_eur, amounts.eur)),
        TextCell(BLANK if section in {_(RECEIPTS), _(EXPENSES), _(WORKS)} else ""),
        TextCell(paper, "small"),
    )


def _years(view: View, books: Mapping[Holding, Treasury]) -> list[Node]:
    """Each year of the one body of a note: receipts, expenses, loan, cover; purchases avoided apart."""
    if view.holder is None or not _tells_sales(view, view.holder):
        return []
    book = books[view.holder]
    if book.years is None:
        return []
    loans = lending(view.result, view.holder.id)
    last = SHOWN_YEARS if loans is None else last_year(loans.p50[Strain.NONE])
    years, of = range(1, min(last, len(book.years.saved_eur_ht) - 1) + 1), book.years
    flows = book.flows
    paid: list[tuple[str, FloatArray]] = [
        (_("Receipts"), of.received_eur_ht),
        (_("Expenses"), -of.paid_eur_ht),
    ]
    balance = of.received_eur_ht - of.paid_eur_ht
    if flows is not None:
        more = {
            _("Inverters"): flows.inverter_eur_ht,
            _("Interest"): flows.interest_eur,
            _("Principal"): flows.principal_eur,
            _("VAT borne,\nFCTVA"): flows.investment_vat_eur + flows.running_vat_eur,
        }
        paid += more.items()
        balance = balance + sum(more.values())
    paid += [(_("Balance"), balance), (_("Purchases\navoided"), of.saved_eur_ht)]
    columns: list[Column] = [(TextColumn(_("Year"), "auto"), list(map(fr, years)))]
    columns += [
        (TextColumn(head, "rest"), [fr(float(eur_[year])) if eur_[year] else MISSING for year in years])
        for head, eur_ in paid
    ]
    if loans is not None and loans.p50[Strain.NONE].cover is not None:
        columns += [
            (_("DSCR\n{level}").format(level=level), covers_by_year(by[Strain.NONE], years))
            for level, by in (("P50", loans.p50), ("P90", loans.p90))
            if by
        ]
        columns.append((_("DSCR P50,\nreceipts"), covers_by_year(loans.p50[Strain.RECEIPTS], years)))
    return [
        filled(
            table_by_column("body-years", *columns, title=_("Year by year"), note=text_of("body-years-note"))
        )
    ]


def _request(books: Mapping[Holding, Treasury]) -> Node:
    owns = any(book.works_eur_ht for book in books.values())
    sells = any(book.sold.sold_kwh for book in books.values())
    items = text_of("treasurer-asks-owner" if owns else "treasurer-asks").splitlines()
    if sells:
        items = [*text_of("treasurer-asks-seller").splitlines(), *items]
    return listed(_("To decide, to ask"), items)
