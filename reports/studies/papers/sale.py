"""The sale contract of a producer with a buyer: what is sold, at which price, who bears what, how it ends."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite

from acc.accounts.persons import Holding
from acc.bills.tariff_slots import SLOTS
from acc.bills.terms import local_price, own_local_price
from acc.holders import party_of
from acc.scenario import Scenario
from reports.format.money import exact_per_mwh
from reports.format.numbers import exact, unit
from reports.format.rate_labels import word
from reports.nodes.tree import Fields, Heading, Node, Paragraph, TextCell, TextColumn, TextTable
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    clauses,
    counsel,
    fields,
    holder_of_contract,
    is_home,
    margin,
    on_derogation,
    organiser_of,
    party_fields,
    party_signer,
)
from reports.studies.papers.member import plant_fields
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown


def sales(case: PaperCase) -> Iterator[Draft]:
    """Yield the contract of each buyer with each other owner of a plant, where either is asked for."""
    every, ids = holders_shown(case.result), {holder.id for holder in case.holders}
    for buyer in every:
        for seller in every:
            is_pair = buyer.sites and seller.plants and seller.id != buyer.id
            if is_pair and ids & {buyer.id, seller.id}:
                yield _contract(case, seller, buyer)


def _contract(case: PaperCase, seller: Holding, buyer: Holding) -> Draft:
    scenario = case.scenario
    return Draft(
        title=_("Sale of locally shared electricity"),
        file=_("sale") + f"-{seller.id}-{buyer.id}",
        about=_("{seller} to {buyer}").format(seller=seller.name, buyer=buyer.name),
        readers=counsel(),
        blocks=tuple(_blocks(case, seller, buyer)),
        signers=(
            party_signer(_("For the seller"), party_of(scenario, seller.id)),
            party_signer(_("For the buyer"), party_of(scenario, buyer.id)),
        ),
    )


def _blocks(case: PaperCase, seller: Holding, buyer: Holding) -> Iterator[Node]:
    scenario = case.scenario
    for title, holder in ((_("The seller"), seller), (_("The buyer"), buyer)):
        yield Heading(title)
        yield party_fields(party_of(scenario, holder.id), holder.name, is_home=is_home(holder))
    yield Heading(_("The organising legal person (PMO)"))
    yield fields((_("Name"), organiser_of(scenario).name))
    yield Heading(_("Annex 1. Points"))
    for m in seller.plants:
        yield Heading(_("Plant: {name}").format(name=scenario.plants[m].name), 3)
        yield plant_fields(scenario, scenario.plants[m])
    for n in buyer.sites:
        site = scenario.participants[n]
        yield Heading(_("Point of withdrawal: {name}").format(name=site.name), 3)
        own = party_of(scenario, site.id)
        yield fields(
            (_("Number (PRM)"), site.prm),
            (_("Holder of the supply contract"), holder_of_contract(own)),
            (_("Supplier of the complement"), own.supplier),
        )
    yield Heading(_("Annex 2. Price, term, change"))
    yield from _price(scenario, seller, buyer)
    yield Heading(_("Clauses"))
    yield clauses(*_clauses(case))
    yield from _doubts(seller, buyer)


def _price(scenario: Scenario, seller: Holding, buyer: Holding) -> Iterator[Node]:
    prices, party = scenario.prices, party_of(scenario, seller.id)
    rows = _price_rows(scenario, seller, buyer)
    spoken = {text for _plant, _site, _slot, text in rows}
    years, finance = prices.local_years, scenario.finance
    yield fields(
        (_("Price of a shared kWh, without tax"), _common_price(spoken)),
        (_("Term"), None if years is None else unit(years, _("years"))),
        (
            _("Change of the price, a year"),
            None if finance is None else exact(100.0 * finance.indexation_ratio, "%"),
        ),
        (_("VAT on the sale, as the seller's accountant says"), party.sales_vat),
        (_("Rhythm of the invoices"), party.billing),
        (_("Means of payment; bank details, by pen alone"), None),
        (_("Delay of payment, and what a late one costs"), None),
        (_("Notice of either side"), None),
        (_("Notice of an exit of the PMO, which ends this contract"), organiser_of(scenario).exit_notice),
    )
    if len(spoken) > 1:
        columns = (
            TextColumn(_("Plant"), "rest", "left"),
            TextColumn(_("Point"), "rest", "left"),
            TextColumn(_("Hours"), 46, "left"),
            TextColumn(_("Price without tax"), 34),
        )
        yield TextTable("prices", columns, tuple(tuple(map(TextCell, row)) for row in rows))
    own = _own_use(scenario, seller, buyer)
    if own.items:
        yield Paragraph(_("What the buyer uses of a plant behind its own meter is sold apart:"))
        yield own


def _common_price(spoken: set[str]) -> str | None:
    if not spoken:
        return None
    return next(iter(spoken)) if len(spoken) == 1 else _("in the table below")


def _price_rows(scenario: Scenario, seller: Holding, buyer: Holding) -> list[tuple[str, str, str, str]]:
    """Return plant, point, hours and price of each price that is known; the hours where they differ."""
    rows = []
    for m in seller.plants:
        for n in buyer.sites:
            plant, site = scenario.plants[m], scenario.participants[n]
            price = local_price(scenario.prices, plant.id, own_local_price(scenario.prices, site))
            known = {name: eur for name, eur in zip(SLOTS, price, strict=True) if isfinite(eur)}
            same = len(set(known.values())) == 1 and len(known) == len(SLOTS)
            for name, eur in list(known.items())[:1] if same else known.items():
                hours = _("all") if same else word(name)
                rows.append((plant.name, site.name, hours, exact_per_mwh(eur)))
    return rows


def _own_use(scenario: Scenario, seller: Holding, buyer: Holding) -> Fields:
    ids = {scenario.participants[n].id for n in buyer.sites}
    plants = [scenario.plants[m] for m in seller.plants if scenario.plants[m].behind in ids]
    return fields(
        *(
            (
                plant.name,
                None if plant.own_use_eur_per_kwh is None else exact_per_mwh(plant.own_use_eur_per_kwh),
            )
            for plant in plants
        )
    )


def _clauses(case: PaperCase) -> Iterator[str]:
    yield _(
        "Object. The seller sells and the buyer buys the part of the production of these plants that the "
        "grid operator allots to these points, at each step of its meters, under the key of the PMO. Its "
        "meters and its data make the amounts."
    )
    yield on_derogation(case.result)
    yield _(
        "No obligation to deliver. The seller owes no amount of energy, should a plant be late or stand "
        "still."
    )
    yield _(
        "Price. That of annex 2, without tax. It holds neither the network tariff nor the subscription, "
        "which the supplier of the complement bills on all that is withdrawn."
    )
    yield _("Taxes. Excise and VAT are added as the law of the day says, by whom annex 2 names.")
    yield _(
        "Change of the price. By the yearly rate of annex 2 alone, told before it applies; any other change "
        "takes a written amendment."
    )
    yield _("Invoices. As annex 2 says, one line a plant: kWh, price without tax, taxes, period, PRM.")
    yield _("Term and end. As annex 2 says; it ends with the membership of either side in the PMO.")
    yield _(
        "Change of law or of a tariff. If it upsets the balance of the contract, the parties meet; without "
        "an agreement each may end it with the notice of annex 2."
    )
    yield _("Data. Each uses the data of the other for this contract alone.")
    yield _("Disputes. Parties first seek an agreement, before the mediator where there is one. French law.")


def _doubts(seller: Holding, buyer: Holding) -> Iterator[Node]:
    yield margin(
        _(
            "Code de l’énergie, L333-1: whether a producer of a collective operation needs an authorisation "
            "to sell to final consumers, and from which size, is not settled. To be asked before signing."
        )
    )
    yield margin(
        _(
            "Excise and VAT on the local part, and who collects them (seller or supplier), depend on the "
            "seller and on texts that change: the accountant decides, this draft does not."
        )
    )
    if buyer.kind in PUBLIC_BODIES:
        yield margin(
            _(
                "The buyer is a public body: this purchase is a public contract (code de l’énergie, L331-5). "
                "Its value, all similar electricity of the whole term together, says which procedure comes "
                "first."
            )
        )
    if seller.kind in PUBLIC_BODIES:
        yield margin(
            _(
                "The seller is a public body: it cashes its own receipts; nobody cashes them for it without "
                "the written agreement of its accountant (CGCT, L1611-7-1)."
            )
        )
    if is_home(buyer):
        yield margin(
            _(
                "The buyer is a household: the consumer code asks for information before the contract and "
                "gives 14 days to withdraw (L221-5, L221-18); whether the seller is a supplier (L224-3) is "
                "not settled."
            )
        )
