"""The treasurer's pages: receipts apart from purchases avoided, by nature, VAT as a share, what to ask."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from acc.accounts.holdings import Holding
from acc.i18n import N_
from acc.result.treasury import Treasury, treasury
from acc.sites import Person, Vat
from reports.documents.blocks import listed, opening
from reports.format.money import eur, eur_text
from reports.format.numbers import fr, mwh_cell, percent
from reports.nodes.tree import (
    Callout,
    Node,
    Section,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
)
from reports.sentences.limits import provenance
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import View, holders_shown

BLANK = "……"
"""What the accountant fills in by pen."""

Of = Callable[[Treasury], float]

LINES: Mapping[str, Of] = MappingProxyType(
    {
        N_("Sales to\nmembers"): lambda one: one.budget.sold_to_members_eur_ht,
        N_("Sales to\nhosts"): lambda one: one.budget.sold_own_use_eur_ht,
        N_("Sales of\nsurplus"): lambda one: one.budget.sold_surplus_eur_ht,
        N_("Rents\nreceived"): lambda one: one.budget.rent_received_eur_ht,
        N_("Bought from\nmembers"): lambda one: -one.budget.bought_from_members_eur_ht,
        N_("Bought behind\nits meters"): lambda one: -one.budget.bought_own_use_eur_ht,
        N_("PMO\nfee"): lambda one: -one.budget.fee_eur_ht,
        N_("Running\ncosts"): lambda one: -one.budget.running_eur_ht,
        N_("Rents\npaid"): lambda one: -one.budget.rent_paid_eur_ht,
        N_("Loan\nannuity"): lambda one: -one.annuity_eur,
    }
)
"""Columns of the budget of the first year, receipts first; one that is nothing for all is left out."""

VATS: Mapping[Vat | None, str] = MappingProxyType(
    {
        None: N_("to say"),
        Vat.RECOVERED: N_("recovered"),
        Vat.FCTVA: N_("FCTVA"),
        Vat.LOST: N_("lost"),
    }
)


def treasurer_sections(view: View) -> list[Section]:
    """Return the budget of each public body, then what its plants sell; a line where there is nothing."""
    bodies = [one for one in holders_shown(view.result) if one.kind in PUBLIC_BODIES]
    named = [one for one in bodies if one.id in view.named_members]
    found = {one: treasury(view.result, one) for one in named}
    books = {one: told for one, told in found.items() if told is not None}
    confidential = Callout(_("Confidential"), _confidential(), look="confidential")
    if not books:
        lead = _("No budget can be told: no public body that may be named takes part, or no price is known.")
        return [Section((*opening(lead, "", [], ""), confidential, provenance(view)))]
    owners = {one: book for one, book in books.items() if book.sold.produced_kwh > 0.0}
    first = opening(_lead(books), _vat_note(view), _tiles(books), _hidden(len(bodies) - len(named)))
    second: list[Node] = [_sold_table(view, owners)] if owners else []
    last = (_natures(), _asked(), confidential, provenance(view))
    return [Section((*first, _budget_table(books), *second, *last))]


def _confidential() -> str:
    return _(
        "for the treasurers of the public bodies named here. Each council deliberates of its own lines: "
        "acc brief --papers commune gives them year by year."
    )


def _lead(books: Mapping[Holding, Treasury]) -> str:
    sold = sum(one.budget.sold_to_members_eur_ht + one.budget.sold_surplus_eur_ht for one in books.values())
    saved = sum(one.budget.saved_eur_ht for one in books.values())
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
        return eur(sum(of(one) for one in books.values()))

    unit = _("€/year")
    return [
        ValueBox(together(lambda one: one.budget.sold_to_members_eur_ht), unit, _("sold to members")),
        ValueBox(together(lambda one: one.budget.sold_surplus_eur_ht), unit, _("surplus sold")),
        ValueBox(together(lambda one: one.budget.bought_from_members_eur_ht), unit, _("bought from members")),
        ValueBox(
            together(lambda one: one.budget.saved_eur_ht), unit, _("purchases avoided"), _("no receipt")
        ),
    ]


def _budget_table(books: Mapping[Holding, Treasury]) -> TextTable:
    shown = {name: of for name, of in LINES.items() if any(of(one) for one in books.values())}
    ends: dict[str, Of] = {
        _("Balance"): lambda one: one.balance_eur,
        _("Purchases\navoided"): lambda one: one.budget.saved_eur_ht,
        _("Balance\nwith them"): lambda one: one.with_saved_eur,
    }
    columns = [TextColumn(_("€, first year"), "rest", "left")]
    columns += [TextColumn(_(name)) for name in shown] + [TextColumn(name) for name in ends]
    rows = []
    for holding, one in books.items():
        cells = [TextCell(eur(of(one))) for of in (*shown.values(), *ends.values())]
        cells[-3] = TextCell(cells[-3].text, "strong")
        rows.append((TextCell(holding.name, "name"), *cells))
    note = _(
        "Receipts are positive, expenses negative, without VAT. Purchases avoided: what suppliers, network "
        "and taxes receive less, own use included: out of the balance, read on the electricity line. The "
        "works and the years that follow are in the deliberation of each body."
    )
    title = _("What each body receives and pays")
    return TextTable("budgets", tuple(columns), tuple(rows), title=title, note=note)


def _sold_table(view: View, owners: Mapping[Holding, Treasury]) -> TextTable:
    persons = {one.id: one for one in view.result.scenario.persons or ()}
    columns = (
        TextColumn(_("Owner of plants"), "rest", "left"),
        TextColumn(_("Produced\nMWh")),
        TextColumn(_("Sold\nMWh")),
        TextColumn(_("Part sold:\nVAT deducted")),
        TextColumn(_("Rest:\nFCTVA")),
        TextColumn(_("Works\n€ without VAT")),
        TextColumn(_("VAT, as\nthe folder says"), "auto", "left"),
        TextColumn(_("Own plants to\nown sites, €/year")),
        TextColumn(_("Book life,\nyears")),
    )
    rows = [
        (
            TextCell(holding.name, "name"),
            TextCell(mwh_cell(one.sold.produced_kwh)),
            TextCell(mwh_cell(one.sold.sold_kwh)),
            TextCell(percent(one.sold.sold_ratio), "strong"),
            TextCell(percent(1.0 - one.sold.sold_ratio)),
            TextCell(eur(one.works_eur_ht)),
            TextCell(_vat(persons.get(holding.id)), "small"),
            TextCell(eur(one.budget.within_eur_ht)),
            TextCell(BLANK),
        )
        for holding, one in owners.items()
    ]
    note = _(
        "Where sales are taxed, VAT on the works is deducted for the part sold alone, and the FCTVA is asked "
        "for the rest: never both on one share. In franchise nothing is deducted. The plan counts one rule "
        "for the whole plant, as the folder says. What a body takes of its own plants is no sale: a "
        "statement, no invoice. Part sold: to other members and as surplus, over what is produced."
    )
    title = _("What is sold of what is produced")
    return TextTable("sold", columns, tuple(rows), title=title, note=note)


def _vat(person: Person | None) -> str:
    return _(VATS[None if person is None else person.vat])


def _natures() -> TextTable:
    received, paid, works = _("running, receipts"), _("running, expenses"), _("investment")
    natures = (
        (_("Sales of electricity to members"), received, _("a titre per buyer and month")),
        (_("Sales of the surplus"), received, _("statement of the buyer, then a titre")),
        (_("Electricity bought from members"), paid, _("invoice, then a mandat")),
        (_("Fee of the PMO"), paid, _("VAT to ask: status of the PMO")),
        (_("Upkeep, insurance, network, rent"), paid, ""),
        (_("Interest"), paid, ""),
        (_("Principal"), works, ""),
        (_("Works, inverters"), works, _("book life to be voted")),
        (_("Grants, FCTVA, loan"), works, _("the FCTVA comes later")),
    )
    columns = (
        TextColumn(_("Nature"), "rest", "left"),
        TextColumn(_("Section"), "auto", "left"),
        TextColumn(_("Account"), "auto", "left"),
        TextColumn(_("Paper"), "auto", "left"),
    )
    rows = tuple(
        (TextCell(nature), TextCell(section), TextCell(BLANK), TextCell(paper, "small"))
        for nature, section, paper in natures
    )
    title = _("Natures, whose account the accountant writes")
    return TextTable("natures", columns, rows, title=title)


def _asked() -> Node:
    items = [
        _("Taxed or in franchise, and the share that is deducted: the council decides, on advice."),
        _("Main budget or a budget apart; book life of the plants (the plan has a technical life alone)."),
        _("Who invoices, and whether a private PMO may cash the sales of a public body: ask the accountant."),
        _("Rights to the FCTVA and thresholds of 2026: to check in the texts in force."),
    ]
    return listed(_("To decide, to ask"), items)
