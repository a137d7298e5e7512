"""What a treasurer reads of purchases, of what is sold and of its VAT, a row a body."""

from collections.abc import Callable, Mapping
from gettext import gettext as _
from types import MappingProxyType
from typing import TypeAlias

from acc.accounts.persons import Holding
from acc.i18n import N_
from acc.result.lending import Treasury
from acc.sites import Person, Vat
from reports.format.money import eur
from reports.format.numbers import fr, mwh_cell, percent
from reports.format.parts import closed_parts
from reports.nodes.tree import TextCell, TextColumn, TextTable
from reports.view.view import View

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


NATURES = ("supply_eur_ht", "network_eur_ht", "taxes_eur_ht", "bought_eur_ht", "fee_eur_ht")
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
        before = closed_parts([getattr(without, name) for name in NATURES], without.total_eur_ht, 0)
        after = closed_parts([getattr(with_, name) for name in NATURES], with_.total_eur_ht, 0)
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
