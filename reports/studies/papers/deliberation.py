"""The deliberation of a public body: visas, reasons, decisions; its sites alone, its budget by nature."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite

from acc.accounts.holdings import Holding
from acc.holders import party_of
from acc.ledger.budget import Budget, budget_of
from acc.parties import Party
from acc.scenario import Scenario
from acc.sites import Vat
from acc.years.states import first_participants, first_plants
from reports.format.labels import KINDS, key_title, regime_word
from reports.format.money import exact_per_mwh, pmo_fees
from reports.format.numbers import fr, fr_exact, unit
from reports.nodes.tree import Bullets, Heading, Node, Paragraph, TextCell, TextColumn, TextTable, table_of
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    Signer,
    accountant,
    clauses,
    fields,
    margin,
    on_derogation,
    organiser_of,
    rules_table,
)
from reports.studies.papers.roof import landlord_of
from reports.view.selection import public_bodies


def deliberations(case: PaperCase) -> Iterator[Draft]:
    """Yield the deliberation of each public body asked for."""
    ids = {holder.id for holder in case.holders}
    for body in public_bodies(case.result):
        if body.id in ids or not (body.sites or body.plants):
            party = party_of(case.scenario, body.id)
            yield Draft(
                title=_("Deliberation: taking part in a collective self-consumption operation"),
                file=_("deliberation") + f"-{body.id}",
                about=body.name,
                readers=accountant(),
                blocks=tuple(_blocks(case, body, party)),
                signers=(
                    Signer(whom=_("For the body"), name=party.signatory, quality=party.signs_as),
                    Signer(whom=_("The secretary of the session")),
                ),
            )


def _blocks(case: PaperCase, body: Holding, party: Party) -> Iterator[Node]:
    yield Heading(_("The session"))
    yield fields(
        (_("In the folder"), body.name),
        (_("Organising legal person (PMO)"), organiser_of(case.scenario).name),
        (_("Legal name"), party.legal_name),
        ("SIRET", party.siret),
        (_("Address of the seat"), party.address),
        (_("Chaired by"), party.signatory),
        (_("In the quality of"), party.signs_as),
        (_("Number of the deliberation"), party.deliberation),
        (_("Day of the session"), party.deliberated_on),
        (_("In office, present, represented"), None),
        (_("Secretary of the session"), None),
    )
    yield Heading(_("In view of"))
    yield Bullets(tuple(_texts(case, body)))
    yield Heading(_("Considering"))
    yield Bullets(tuple(filter(None, _reasons(case, body))))
    yield from _sites(case, body)
    yield from _plants(case, body)
    yield Heading(_("Rules that this body meets"))
    yield rules_table(case, body)
    yield Heading(_("After deliberating, the body decides"))
    yield clauses(*_decisions(case, body))
    yield from _budget(case, body)
    yield Heading(_("Vote and execution"))
    yield fields(
        (_("For, against, abstaining"), None),
        (_("Members who left the vote"), None),
        (_("Sent to the prefect on"), None),
        (_("Published on"), None),
    )
    yield margin(
        _(
            "A member of the council who has a private interest in the operation takes no part in the debate "
            "nor in the vote. The text and its bounds are to be checked by counsel."
        )
    )


def _texts(case: PaperCase, body: Holding) -> Iterator[str]:
    yield _("the code général des collectivités territoriales, L2121-29, L2131-1 (for a commune)")
    if body.plants:
        yield _("the same code, L2224-32 (production of electricity)")
    yield _("the code de l’énergie, L315-2, L315-4, D315-9 and L331-5")
    yield _("the arrêté of 21 November 2019 as amended, on the perimeter of operations")
    yield _("the code de la commande publique")
    if any(landlord_of(case, case.scenario.plants[m]) not in (None, body) for m in _let(case, body)):
        yield _("the code général de la propriété des personnes publiques, L2122-1-1 (roof that is let)")
    yield _("the statutes of the organising legal person (PMO), or their draft")
    if case.result.status.on_derogation:
        yield _("the request for a derogation of the perimeter, not yet granted")


def _let(case: PaperCase, body: Holding) -> list[int]:
    """Return the plants of others that stand on a roof of the body."""
    return [
        m
        for m, plant in enumerate(case.scenario.plants)
        if m not in body.plants and getattr(landlord_of(case, plant), "id", None) == body.id
    ]


def _reasons(case: PaperCase, body: Holding) -> Iterator[str]:
    scenario, result = case.scenario, case.result
    need = sum(float(result.energy.consumption_kwh[n]) for n in body.sites)
    got = sum(float(result.energy.received_kwh[n]) for n in body.sites)
    yield _(
        "that the operation “{name}” (points: {points}; plants: {plants}) stands in the perimeter "
        "{perimeter}, under the key {key};"
    ).format(
        name=scenario.name,
        points=fr(len(first_participants(scenario))),
        plants=fr(len(first_plants(scenario))),
        perimeter=regime_word(scenario.regime),
        key=key_title(scenario.key.name),
    )
    distance = next((check for check in result.checks if check.rule == "distance"), None)
    if distance is not None and distance.measured is not None:
        yield _("that its two farthest sites are {distance} apart;").format(
            distance=unit(distance.measured, "km", 1)
        )
    if body.sites:
        text = _(
            "that the sites of this body need {need} a year and would receive {got} of it, as the study "
            "computes;"
        )
        yield text.format(need=unit(need, "kWh"), got=unit(got, "kWh"))
    yield _price_reason(scenario)
    yield _("that members may leave, that prices move and that the sun varies: the figures are indicative;")
    yield on_derogation(result)


def _price_reason(scenario: Scenario) -> str:
    prices = scenario.prices
    if prices.local_eur_per_kwh is None:
        return ""
    price = exact_per_mwh(prices.local_eur_per_kwh)
    if prices.local_years is None:
        return _("that the price studied is {price} without tax, for a term still to be written;").format(
            price=price
        )
    text = _("that the price studied is {price} without tax, for {years} years;")
    return text.format(price=price, years=fr(prices.local_years))


def _sites(case: PaperCase, body: Holding) -> Iterator[Node]:
    if not body.sites:
        return
    energy, scenario = case.result.energy, case.scenario
    columns = (
        TextColumn(_("Site of the body"), "rest", "left"),
        TextColumn(_("Kind"), 40, "left"),
        TextColumn(_("Need, kWh"), 30),
        TextColumn(_("Received, kWh"), 34),
    )
    rows = [
        (
            TextCell(scenario.participants[n].name),
            TextCell(_(KINDS[scenario.participants[n].kind])),
            TextCell(fr(float(energy.consumption_kwh[n]))),
            TextCell(fr(float(energy.received_kwh[n]))),
        )
        for n in body.sites
    ]
    yield Heading(_("Sites of the body"))
    yield table_of("sites-of-body", columns, rows)


def _plants(case: PaperCase, body: Holding) -> Iterator[Node]:
    if not body.plants:
        return
    columns = (
        TextColumn(_("Plant of the body"), "rest", "left"),
        TextColumn(_("kWp"), 24),
        TextColumn(_("Commune"), 50, "left"),
    )
    plants = [case.scenario.plants[m] for m in body.plants]
    rows = [
        (TextCell(plant.name), TextCell(fr_exact(plant.kwp)), TextCell(plant.commune or plant.insee or ""))
        for plant in plants
    ]
    yield Heading(_("Plants of the body"))
    yield table_of("plants-of-body", columns, rows)


def _decisions(case: PaperCase, body: Holding) -> Iterator[str]:
    scenario = case.scenario
    if body.sites and body.plants:
        yield _(
            "To take part in the operation as a consumer and as a producer, with the sites and plants listed "
            "here."
        )
    elif body.plants:
        yield _("To take part in the operation as a producer, with the plants listed here.")
    else:
        yield _("To take part in the operation as a consumer, with the sites listed here.")
    yield _("To approve the statutes of the PMO named above, to join it, and to name a representative.")
    yield _("To approve the key “{key}” and the price rule studied.").format(key=key_title(scenario.key.name))
    yield _("To approve the contracts of sale and purchase that concern it, their term and their value.")
    yield _(
        "To open the lines of the budget below, by nature; accounts are those that the accountant writes."
    )
    if _let(case, body):
        yield _("To let the roofs concerned once the selection that the law asks for is over.")
    yield _("To authorise its executive to sign the papers of membership, of data, of sale and of the PMO.")
    yield _("To choose the régime of VAT once the tax office or a counsel has given its advice.")
    yield _("To publish this deliberation and to send it to the prefect.")


def _budget(case: PaperCase, body: Holding) -> Iterator[Node]:
    money = case.result.money
    yield Heading(_("Lines of the budget, by nature"))
    person = next((known for known in case.scenario.persons or () if known.id == body.id), None)
    words = {
        Vat.RECOVERED: _("recovered, as the folder says"),
        Vat.FCTVA: _("FCTVA, as the folder says"),
        Vat.LOST: _("neither recovered nor given back, as the folder says"),
    }
    lines = [(_("VAT that the body pays"), words[person.vat] if person and person.vat else None)]
    if body.plants:
        lines.append((_("VAT on what it sells"), party_of(case.scenario, body.id).sales_vat))
        lines.append((_("Years over which the plant is written off in the accounts"), None))
    yield fields(*lines, (_("Fee of the PMO, without tax"), pmo_fees(case.scenario.prices)))
    if money is None:
        yield Paragraph(_("Euros are not computed in this study: no amount is written here."))
    else:
        yield _budget_table(case, body, budget_of(money.ledger, body.id, money.period_years))
    yield margin(
        _(
            "Own use, and what the body's sites receive from its own plants, is no receipt: the electricity "
            "line is lower. VAT is deducted, or FCTVA received, each on its own share of the plant, never "
            "both on one; the finance law of 2026 was not read on it."
        )
    )


def _budget_table(case: PaperCase, body: Holding, budget: Budget[float]) -> TextTable:
    works, spent, received, memo = (
        _("investment"),
        _("running, expenses"),
        _("running, receipts"),
        _("for memory, no receipt"),
    )
    lines = [
        *_works(case, body, works),
        (_("Sales to members"), received, budget.sold_to_members_eur_ht),
        (_("Sales of the surplus"), received, budget.sold_surplus_eur_ht),
        (_("Sales to hosts of its plants"), received, budget.sold_own_use_eur_ht),
        (_("Rents of roofs"), received, budget.rent_received_eur_ht),
        (_("Purchases from members"), spent, budget.bought_from_members_eur_ht),
        (_("Purchases of plants behind its meters"), spent, budget.bought_own_use_eur_ht),
        (_("Fee of the PMO"), spent, budget.fee_eur_ht),
        (_("Running of the plants"), spent, budget.running_eur_ht),
        (_("Rents of roofs"), spent, budget.rent_paid_eur_ht),
        (_("From its own plants to its own sites"), memo, budget.within_eur_ht),
        (_("Purchases avoided"), memo, budget.saved_eur_ht),
    ]
    columns = (
        TextColumn(_("Nature"), "rest", "left"),
        TextColumn(_("Section"), 44, "left"),
        TextColumn(_("€ without tax, first year"), 40),
        TextColumn(_("Account"), 34, "left"),
    )
    rows = [
        (
            TextCell(name),
            TextCell(section),
            TextCell(fr(eur)),
            TextCell("" if section == memo else _("account: ……")),
        )
        for name, section, eur in lines
        if isfinite(eur) and round(eur) != 0
    ]
    table = table_of("budget", columns, rows)
    return TextTable(
        "budget", table.columns, table.rows, note=_("As the study computes, indicative; over a year.")
    )


def _works(case: PaperCase, body: Holding, section: str) -> Iterator[tuple[str, str, float]]:
    money = case.result.money
    for plan in money.plans if money else ():
        if plan.owner == body.id:
            flows = plan.flows
            yield _("Works, without tax (expense)"), section, -float(flows.investment_eur_ht[0])
            yield _("Grants"), section, float(flows.grant_eur[0])
            yield _("Loan"), section, float(flows.loan_eur[0])
