"""The deliberation of a public body: its reasons in figures, its own sites and plants, its budget."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite

from acc.accounts.holdings import Holding
from acc.ledger.budget import budget_of
from acc.sites import Vat
from reports.format.labels import KINDS
from reports.format.money import exact_per_mwh
from reports.format.numbers import fr, fr_exact, unit
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of
from reports.studies.papers.common import PaperCase, rules_table
from reports.studies.papers.texts import Draft, draft_of
from reports.view.public_bodies import public_bodies


def deliberations(case: PaperCase) -> Iterator[Draft]:
    """Yield the deliberation of each public body asked for."""
    ids = {holder.id for holder in case.holders}
    for body in public_bodies(case.result):
        if body.id in ids or not (body.sites or body.plants):
            yield draft_of("deliberation", _values(case, body))


def _values(case: PaperCase, body: Holding) -> dict[str, object]:
    scenario, result, energy = case.scenario, case.result, case.result.energy
    distance = next((check.measured for check in result.checks if check.rule == "distance"), None)
    # Plants of others that stand on a roof of the body.
    landlords = [case.landlord(plant) for plant in scenario.plants]
    is_letting = any(
        m not in body.plants and landlord is not None and landlord.id == body.id
        for m, landlord in enumerate(landlords)
    )
    price, years = scenario.prices.local_eur_per_kwh, scenario.prices.local_years
    price_text = "" if price is None else exact_per_mwh(price)
    person = next((known for known in scenario.persons or () if known.id == body.id), None)
    vat = {
        Vat.RECOVERED: _("recovered, as the folder says"),
        Vat.FCTVA: _("FCTVA, as the folder says"),
        Vat.LOST: _("neither recovered nor given back, as the folder says"),
    }
    return case.values(
        body=case.person(body),
        is_letting=is_letting,
        distance="" if distance is None else unit(distance, "km", 1),
        need=unit(sum(float(energy.consumption_kwh[n]) for n in body.sites), "kWh"),
        received=unit(sum(float(energy.received_kwh[n]) for n in body.sites), "kWh"),
        price_without_term=price_text if years is None else "",
        price_with_term="" if years is None else price_text,
        years="" if years is None else fr(years),
        both=body.sites and body.plants,
        producer_alone=body.plants and not body.sites,
        consumer_alone=not body.plants,
        sites_table=_sites(case, body),
        plants_table=_plants(case, body),
        rules=(rules_table(case, body),),
        vat=vat[person.vat] if person and person.vat else None,
        budget=_budget(case, body),
    )


def _sites(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    if not body.sites:
        return ()
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
    return (table_of("sites-of-body", columns, rows),)


def _plants(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    if not body.plants:
        return ()
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
    return (table_of("plants-of-body", columns, rows),)


def _budget(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    money = case.result.money
    if money is None:
        return ()
    budget = budget_of(money.ledger, body.id, money.period_years)
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
    note = _("As the study computes, indicative; over a year.")
    return (TextTable("budget", table.columns, table.rows, note=note),)


def _works(case: PaperCase, body: Holding, section: str) -> Iterator[tuple[str, str, float]]:
    money = case.result.money
    for plan in money.plans if money else ():
        if plan.owner == body.id:
            flows = plan.flows
            yield _("Works, without tax (expense)"), section, -float(flows.investment_eur_ht[0])
            yield _("Grants"), section, float(flows.grant_eur[0])
            yield _("Loan"), section, float(flows.loan_eur[0])
