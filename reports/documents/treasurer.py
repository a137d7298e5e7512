"""The treasurer's pages: receipts apart from purchases avoided, by nature, VAT as a share, what to ask."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType
from typing import TypeAlias

from acc.accounts.holdings import Holding
from acc.i18n import N_
from acc.result.treasury import Treasury, treasury
from acc.sites import Person, Vat
from reports.documents.blocks import listed, opening, request_to_reader
from reports.format.money import eur, eur_text
from reports.format.numbers import fr, mwh_cell, percent
from reports.format.parts import closed_parts
from reports.nodes.tree import (
    Callout,
    Node,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
)
from reports.sentences import answer, overview
from reports.sentences.limits import provenance
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import View, holders_shown

BLANK = "……"
"""What the accountant fills in by pen."""

Of: TypeAlias = Callable[[Treasury], float]

VATS: Mapping[Vat | None, str] = MappingProxyType(
    {
        None: N_("to say"),
        Vat.RECOVERED: N_("recovered"),
        Vat.FCTVA: N_("FCTVA"),
        Vat.LOST: N_("lost"),
    }
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
    note = _(
        "Expenses, without VAT: what is written on the electricity line. Network: TURPE; taxes: accise and "
        "CTA. Bought: from other members. What a body takes of its own plants costs nothing here. Sales, "
        "running costs and the loan are above."
    )
    title = _("What each body pays for its electricity, without the operation and with it")
    return TextTable("purchases", tuple(columns), tuple(rows), title=title, note=note)


def sold_table(owners: Mapping[Holding, Treasury]) -> TextTable:
    """Sold part of each owner's production."""
    columns = (
        TextColumn(_("Owner of plants"), "rest", "left"),
        TextColumn(_("Produced\nMWh")),
        TextColumn(_("Sold\nMWh")),
        TextColumn(_("Part\nsold")),
        TextColumn(_("Own plants to\nown sites, €/year")),
        TextColumn(_("Book life,\nyears")),
    )
    rows = [
        (
            TextCell(holding.name, "name"),
            TextCell(mwh_cell(owner.sold.produced_kwh)),
            TextCell(mwh_cell(owner.sold.sold_kwh)),
            TextCell(percent(owner.sold.sold_ratio), "strong"),
            TextCell(eur(owner.budget.within_eur_ht)),
            TextCell(BLANK),
        )
        for holding, owner in owners.items()
    ]
    note = _(
        "What a body takes of its own plants is no sale: a statement, no invoice. Part sold: to other "
        "members and as surplus, over what is produced."
    )
    title = _("What is sold of what is produced")
    return TextTable("sold", columns, tuple(rows), title=title, note=note)


def vat_table(view: View, owners: Mapping[Holding, Treasury]) -> TextTable | None:
    """Return the VAT on the works of each owner, taxed and in franchise; None where there are no works."""
    persons = {person.id: person for person in view.result.scenario.persons or ()}
    columns = (
        TextColumn(_("VAT, €"), "rest", "left"),
        TextColumn(_("Paid\nwithout VAT")),
        TextColumn(_("VAT")),
        TextColumn(_("Taxed:\ndeducted")),
        TextColumn(_("Taxed:\nFCTVA")),
        TextColumn(_("Taxed:\nleft to pay")),
        TextColumn(_("Franchise:\nFCTVA")),
        TextColumn(_("Franchise:\nleft to pay")),
        TextColumn(_("Left to pay in the\nplan (the folder)"), "auto", "left"),
    )
    rows = [
        (
            TextCell(holding.name, "name", note=words),
            TextCell(eur(paid)),
            TextCell(eur(vat.vat_eur)),
            TextCell(eur(vat.deducted_eur)),
            TextCell(eur(vat.returned_eur)),
            TextCell(eur(vat.left_eur), "strong"),
            TextCell(eur(vat.franchise_returned_eur)),
            TextCell(eur(vat.franchise_left_eur), "strong"),
            TextCell(f"{eur(vat.in_plan_eur)} ({_vat(persons.get(holding.id))})"),
        )
        for holding, owner in owners.items()
        for words, paid, vat in (
            (_("works"), owner.works_eur_ht, owner.works_vat),
            (_("a year of upkeep and network"), owner.taxed_running_eur_ht, owner.running_vat),
        )
        if vat is not None
    ]
    if not rows:
        return None
    note = _(
        "Where sales are taxed, VAT on the works is deducted for the part sold alone, and the FCTVA is asked "
        "for the rest: never both on one share. In franchise nothing is deducted, and the FCTVA is asked for "
        "the whole; of yearly costs nothing back is counted. The plan counts one rule for the whole plant: "
        "it is wrong by what stands under “left to pay” less what stands in the last column. The FCTVA comes "
        "later, and is paid to those alone who have a right to it."
    )
    title = _("VAT on works and yearly costs, by the part sold")
    return TextTable("works-vat", columns, tuple(rows), title=title, note=note)


def _vat(person: Person | None) -> str:
    return _(VATS[None if person is None else person.vat])


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


def treasurer_sections(view: View) -> list[Section]:
    """Return the budget of each public body, then what its plants sell; a line where there is nothing."""
    bodies = [holding for holding in holders_shown(view.result) if holding.kind in PUBLIC_BODIES]
    named = [body for body in bodies if body.id in view.named_members]
    budgets = {body: treasury(view.result, body) for body in named}
    books = {body: budget for body, budget in budgets.items() if budget is not None}
    confidential = Callout(_("Confidential"), _confidential(), look="confidential")
    if not books:
        lead = _("No budget can be told: no public body that may be named takes part, or no price is known.")
        return [Section((*opening(lead, "", [], ""), confidential, provenance(view)))]
    owners = {body: book for body, book in books.items() if book.sold.produced_kwh > 0.0}
    more = f"{overview.lead(view, short=True)} {_vat_note(view)}"
    sure = f"{_hidden(len(bodies) - len(named))} {answer.sure(view, PUBLIC_BODIES)}"
    first = opening(_lead(books), more, _tiles(books), sure)
    advice = _("Your advice on VAT, the budget, the account of each line, and who cashes the sales.")
    first += request_to_reader(view, advice)
    second: list[Node] = [sold_table(owners)] if owners else []
    if (vat := vat_table(view, owners)) is not None:
        second.append(vat)
    bought = [table for table in [purchases_table(books)] if table is not None]
    last = (_natures(books), _request(books), confidential, provenance(view))
    return [Section((*first, _budget_table(books), *bought, *second, *last))]


def _confidential() -> str:
    return _(
        "for the treasurers of the public bodies named here. Each council deliberates of its own lines: its "
        "draft deliberation gives them, year by year."
    )


def _lead(books: Mapping[Holding, Treasury]) -> str:
    sold = sum(
        book.budget.sold_to_members_eur_ht + book.budget.sold_surplus_eur_ht for book in books.values()
    )
    saved = sum(book.budget.saved_eur_ht for book in books.values())
    if not sold:
        text = ngettext(
            "In the first year {count} public body would sell nothing; its electricity line would fall by "
            "{saved}, and it would pay {bought} to the operation.",
            "In the first year {count} public bodies would sell nothing; their electricity lines would fall "
            "by {saved}, and they would pay {bought} to the operation.",
            len(books),
        )
        bought = sum(book.budget.paid_eur_ht for book in books.values())
        return text.format(count=fr(len(books)), saved=eur_text(saved), bought=eur_text(bought))
    text = ngettext(
        "In the first year {count} public body would book {sold} of sales; its electricity line would "
        "fall by {saved}: that is no receipt.",
        "In the first year {count} public bodies would book {sold} of sales; their electricity lines would "
        "fall by {saved}: that is no receipt.",
        len(books),
    )
    return text.format(count=fr(len(books)), sold=eur_text(sold), saved=eur_text(saved))


def _vat_note(view: View) -> str:
    rates = _("Amounts of a year, without VAT, as the plan counts its first one.")
    if not view.result.is_lawful:
        return f"{rates} " + _("The operation is not lawful as it stands: nothing here is to be booked.")
    return rates


def _hidden(count: int) -> str:
    if not count:
        return _("Lines of the plan, not of a budget that was voted.")
    text = ngettext(
        "{count} public body did not agree to be named: it has no line here.",
        "{count} public bodies did not agree to be named: they have no line here.",
        count,
    )
    return text.format(count=fr(count))


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
    note = _(
        "Receipts are positive, expenses negative, without VAT. Purchases avoided: what suppliers, network "
        "and taxes receive less, own use included: out of the balance, read on the electricity line. The "
        "works and the years that follow are in the deliberation of each body."
    )
    title = _("What each body receives and pays")
    return TextTable("budgets", tuple(columns), tuple(rows), title=title, note=note)


def _natures(books: Mapping[Holding, Treasury]) -> TextTable:
    columns = (
        TextColumn(_("Nature"), "rest", "left"),
        TextColumn(_("Section"), "auto", "left"),
        TextColumn(_("Account"), "auto", "left"),
        TextColumn(_("Paper"), "auto", "left"),
    )
    rows = tuple(
        (
            TextCell(_(nature)),
            TextCell(_(section)),
            TextCell(BLANK),
            TextCell(_(paper) if paper else "", "small"),
        )
        for nature, section, paper, of in NATURES
        if _has_amount(of, books)
    )
    title = _("Natures, whose account the accountant writes")
    return TextTable("natures", columns, rows, title=title)


def _request(books: Mapping[Holding, Treasury]) -> Node:
    owns, sells = (
        any(book.works_eur_ht for book in books.values()),
        any(book.sold.sold_kwh for book in books.values()),
    )
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
