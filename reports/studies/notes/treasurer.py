"""The treasurer's pages: receipts apart from purchases avoided, by nature, VAT as a share, what to ask."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias

from acc.accounts.persons import Holding
from acc.i18n import N_
from acc.result.lending import Treasury, treasury
from acc.sites import Vat
from reports.documents.blocks import listed, opening, request_to_reader
from reports.format.money import eur, eur_text
from reports.format.numbers import fr, mwh_cell, percent
from reports.format.rounding import closed_parts
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Callout,
    Node,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    table_by_column,
)
from reports.sentences import overview
from reports.sentences.decision import sure_text
from reports.sentences.limits import provenance
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import View, holders_shown

BLANK = "……"
"""What the accountant fills in by pen."""

Of: TypeAlias = Callable[[Treasury], float]

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


LINES: Mapping[str, Of] = MappingProxyType(
    {
        N_("Sales to\nmembers"): lambda t: t.budget.sold_to_members_eur_ht,
        N_("Sales to\nhosts"): lambda t: t.budget.sold_own_use_eur_ht,
        N_("Sales of\nsurplus"): lambda t: t.budget.sold_surplus_eur_ht,
        N_("Rents\nreceived"): lambda t: t.budget.rent_received_eur_ht,
        N_("Bought from\nmembers"): lambda t: -t.budget.bought_from_members_eur_ht,
        N_("Bought behind\nits meters"): lambda t: -t.budget.bought_own_use_eur_ht,
        N_("PMO\nfee"): lambda t: -t.budget.fee_eur_ht,
        N_("Running\ncosts"): lambda t: -t.budget.running_eur_ht,
        N_("Rents\npaid"): lambda t: -t.budget.rent_paid_eur_ht,
        N_("Loan\nannuity"): lambda t: -t.annuity_eur,
    }
)
"""Columns of the budget of the first year, receipts first; one that is nothing for all is left out."""


RECEIPTS, EXPENSES, WORKS = N_("running, receipts"), N_("running, expenses"), N_("investment")

NATURES: tuple[tuple[str, str, str, Of], ...] = (
    (
        N_("Sales of electricity to members"),
        RECEIPTS,
        N_("a titre per buyer and month"),
        lambda t: t.budget.sold_to_members_eur_ht + t.budget.sold_own_use_eur_ht,
    ),
    (
        N_("Sales of the surplus"),
        RECEIPTS,
        N_("statement of the buyer, then a titre"),
        lambda t: t.budget.sold_surplus_eur_ht,
    ),
    (N_("Rents of roofs"), RECEIPTS, N_("a titre"), lambda t: t.budget.rent_received_eur_ht),
    (
        N_("Electricity bought from members"),
        EXPENSES,
        N_("invoice, then a mandat"),
        lambda t: t.budget.bought_from_members_eur_ht + t.budget.bought_own_use_eur_ht,
    ),
    (N_("Fee of the PMO"), EXPENSES, N_("VAT to ask: status of the PMO"), lambda t: t.budget.fee_eur_ht),
    (
        N_("Upkeep, insurance, network, rent"),
        EXPENSES,
        "",
        lambda t: t.budget.running_eur_ht + t.budget.rent_paid_eur_ht,
    ),
    (N_("Interest"), EXPENSES, "", lambda t: t.annuity_eur),
    (N_("Principal"), WORKS, "", lambda t: t.annuity_eur),
    (N_("Works, inverters"), WORKS, N_("book life to be voted"), lambda t: t.works_eur_ht),
    (N_("Grants, FCTVA, loan"), WORKS, N_("the FCTVA comes later"), lambda t: t.works_eur_ht),
)
"""What a budget is made of, in which section, on which paper, and how much of it there is."""


def treasurer_page(view: View) -> list[Node]:
    """Budget of each public body, what its plants sell, what to ask; a line where there is nothing."""
    bodies = [holding for holding in holders_shown(view.result) if holding.kind in PUBLIC_BODIES]
    named = [body for body in bodies if body.id in view.named_members]
    budgets = {body: treasury(view.result, body) for body in named}
    books = {body: budget for body, budget in budgets.items() if budget is not None}
    confidential = Callout(_("Confidential"), text_of("treasurer-confidential"), look="confidential")
    if not books:
        lead = _("No budget can be told: no public body that may be named takes part, or no price is known.")
        return [*opening(lead, "", [], ""), confidential, provenance(view)]
    owners = {body: book for body, book in books.items() if book.sold.produced_kwh > 0.0}
    more = f"{overview.lead(view, short=True)} {_vat_note(view)}"
    sure = f"{_hidden(len(bodies) - len(named))} {sure_text(view)}"
    first = opening(_lead(books), more, _tiles(books), sure)
    advice = _("Your advice on VAT, the budget, the account of each line, and who cashes the sales.")
    first += request_to_reader(view, advice)
    sold = sold_table(owners) if owners else None
    tables = [table for table in (purchases_table(books), sold, vat_table(view, owners)) if table is not None]
    last = (_natures(books), _request(books), confidential, provenance(view))
    return [*first, _budget_table(books), *tables, *last]


def _lead(books: Mapping[Holding, Treasury]) -> str:
    sold = sum(
        book.budget.sold_to_members_eur_ht + book.budget.sold_surplus_eur_ht for book in books.values()
    )
    saved = sum(book.budget.saved_eur_ht for book in books.values())
    if not sold:
        bought = eur_text(sum(book.budget.paid_eur_ht for book in books.values()))
        return sentence("bodies-sell-nothing", len(books), saved=eur_text(saved), bought=bought)
    return sentence("bodies-book", len(books), sold=eur_text(sold), saved=eur_text(saved))


def _vat_note(view: View) -> str:
    rates = _("Amounts of a year, without VAT, as the plan counts its first one.")
    if not view.result.is_lawful:
        return f"{rates} " + _("The operation is not lawful as it stands: nothing here is to be booked.")
    return rates


def _hidden(count: int) -> str:
    if not count:
        return _("Lines of the plan, not of a budget that was voted.")
    return sentence("unnamed-bodies", count)


def _tiles(books: Mapping[Holding, Treasury]) -> list[ValueBox]:
    def together(of: Of) -> str:
        return eur(sum(of(book) for book in books.values()))

    boxes: dict[str, Of] = {
        _("sold to members"): lambda t: t.budget.sold_to_members_eur_ht,
        _("surplus sold"): lambda t: t.budget.sold_surplus_eur_ht,
        _("bought from members"): lambda t: t.budget.bought_from_members_eur_ht,
    }
    shown = [(words, of) for words, of in boxes.items() if _has_amount(of, books)]
    saved = together(lambda t: t.budget.saved_eur_ht)
    unit = _("€/year")
    return [
        *(ValueBox(together(of), unit, words) for words, of in shown),
        ValueBox(saved, unit, _("purchases avoided"), _("no receipt")),
    ]


def _has_amount(of: Of, books: Mapping[Holding, Treasury]) -> bool:
    """Return whether an amount is a euro at least for somebody."""
    return any(abs(of(book)) >= 1.0 for book in books.values())


def _budget_table(books: Mapping[Holding, Treasury]) -> TextTable:
    shown = {name: of for name, of in LINES.items() if _has_amount(of, books)}
    ends = _("Balance"), _("Purchases\navoided"), _("Balance\nwith them")
    columns = [TextColumn(_("€, first year"), "rest", "left")]
    columns += [TextColumn(_(name)) for name in shown] + [TextColumn(name) for name in ends]
    rows = []
    for holding, book in books.items():
        lines, saved = [of(book) for of in shown.values()], round(book.budget.saved_eur_ht)
        balance = round(book.balance_eur)
        amounts = [*closed_parts(lines, book.balance_eur, 0), balance, saved, balance + saved]
        cells = [TextCell(fr(amount)) for amount in amounts]
        cells[-3] = TextCell(cells[-3].text, "strong")
        rows.append((TextCell(holding.name, "name"), *cells))
    note = text_of("budget-note")
    title = _("What each body receives and pays")
    return TextTable("budgets", tuple(columns), tuple(rows), title=title, note=note)


def _natures(books: Mapping[Holding, Treasury]) -> TextTable:
    shown = [(nature, section, paper) for nature, section, paper, of in NATURES if _has_amount(of, books)]
    papers = [TextCell(_(paper) if paper else "", "small") for _nature, _section, paper in shown]
    return table_by_column(
        "natures",
        (first_column(_("Nature")), [_(nature) for nature, *_others in shown]),
        (TextColumn(_("Section"), "auto", "left"), [_(section) for _nature, section, _paper in shown]),
        (TextColumn(_("Account"), "auto", "left"), [BLANK for _line in shown]),
        (TextColumn(_("Paper"), "auto", "left"), papers),
        title=_("Natures, whose account the accountant writes"),
    )


def _request(books: Mapping[Holding, Treasury]) -> Node:
    owns = any(book.works_eur_ht for book in books.values())
    sells = any(book.sold.sold_kwh for book in books.values())
    items = [
        _("Which market this purchase joins, its value over its whole term counted: ask before signing."),
        _("Whether the PMO charges VAT on its fee."),
    ]
    if owns:
        items = [
            _("Main budget or one apart; book life of the plants (the plan has a technical life alone)."),
            _("Rights to the FCTVA and thresholds of 2026: to check in the texts in force."),
        ]
    if sells:
        items = [
            _("Taxed or in franchise, and the share that is deducted: the council decides, on advice."),
            _("Who invoices, and whether a private PMO may cash the sales of a public body: ask."),
            *items,
        ]
    return listed(_("To decide, to ask"), items)
