"""The papers to sign, by the words of the command line: whose each is, and what its text is filled with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from gettext import gettext as _
from math import isfinite
from types import MappingProxyType

from acc.accounts.persons import Holding
from acc.bills.bill import local_price, own_local_price
from acc.bills.tariff_slots import SLOTS
from acc.household_privacy import HOMES, homes
from acc.ledger.sums import budget_of
from acc.parties import Organiser
from acc.plan.values import Plan
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Vat
from reports.format.labels import KINDS, STATES
from reports.format.money import exact_per_mwh
from reports.format.numbers import exact, fr, fr_exact, unit
from reports.format.rate_labels import word
from reports.nodes.tree import Bullets, Node, TextTable
from reports.studies.papers.common import PaperCase, rules_table
from reports.studies.papers.texts import Columns, Draft, draft_of, fields_of, texts_table
from reports.view.places import WITHOUT_DEROGATION_KM, far_pairs
from reports.view.selection import public_bodies
from reports.view.view import holders_shown

ASSOCIATION = "association"


def agreements(case: PaperCase) -> Iterator[Draft]:
    """Yield the agreement of each member asked for with the organising legal person."""
    organiser, commitments = case.scenario.organiser or Organiser(), case.scenario.words.commitments
    for holder in case.holders:
        values = case.values(
            member=case.person(holder),
            sites=case.points(holder),
            plants=case.plants(holder),
            commitments=(Bullets(tuple(commitments)),) if commitments else (),
            receiver=organiser.mandatary or organiser.name,
            rules=(rules_table(case, holder),),
        )
        yield draft_of("agreement", values)


def letters(case: PaperCase) -> Iterator[Draft]:
    """Yield the request to the grid operator, which the PMO signs for all."""
    yield draft_of("operator", case.values(measured=fields_of(list(_measured(case.result)))))


def _measured(result: Result) -> Iterator[tuple[str, str]]:
    """Yield the first checks of the desk: total power and farthest sites, with their limits."""
    names = {"power": _("Power of the plants together"), "distance": _("Distance of the two farthest sites")}
    text = _("{measured}, {limit} allowed: {state}")
    for check in result.checks:
        if check.rule in names and check.measured is not None and check.limit is not None:
            measured_in, digits = ("km", 2) if check.rule == "distance" else (_("kWp"), 0)
            measured, limit = unit(check.measured, measured_in, digits), unit(check.limit, measured_in)
            line = text.format(measured=measured, limit=limit, state=_(STATES[check.state]))
            yield names[check.rule], line


def statutes(case: PaperCase) -> Iterator[Draft]:
    """Yield the decision of a body that is named and is no association, else the statutes of one."""
    organiser = case.scenario.organiser or Organiser()
    form = organiser.legal_form if organiser.name else None
    name = "pmo-decision" if form and ASSOCIATION not in form.lower() else "statutes"
    yield draft_of(name, case.values())


def consents(case: PaperCase) -> Iterator[Draft]:
    """Yield the consent of each home asked for, one box a purpose, and the form to withdraw."""
    organiser = case.scenario.organiser or Organiser()
    for holder in case.holders:
        if holder.kind in HOMES:
            count = sum(homes(case.scenario.participants[n]) for n in holder.sites)
            values = case.values(
                member=case.person(holder),
                sites=case.points(holder),
                homes=fr(count) if count > 1 else "",
                pmo_address=", ".join(filter(None, (organiser.name, organiser.contact))),
            )
            yield draft_of("consent", values)


def leases(case: PaperCase) -> Iterator[Draft]:
    """Yield the lease of each plant that stands on another's roof or land, of the holders asked for."""
    ids = {holder.id for holder in case.holders}
    for owner in holders_shown(case.result):
        for plant in (case.scenario.plants[m] for m in owner.plants):
            landlord = case.landlord(plant)
            if landlord is not None and landlord.id != owner.id and ids & {owner.id, landlord.id}:
                persons = {"landlord": case.person(landlord), "owner": case.person(owner)}
                yield draft_of("roof", case.values(plant=case.plant(plant), **persons))


def sales(case: PaperCase) -> Iterator[Draft]:
    """Yield the contract of each buyer with each other owner of a plant, where either is asked for."""
    every, ids = holders_shown(case.result), {holder.id for holder in case.holders}
    for buyer in every:
        for seller in every:
            is_pair = buyer.sites and seller.plants and seller.id != buyer.id
            if is_pair and ids & {buyer.id, seller.id}:
                persons = {"seller": case.person(seller), "buyer": case.person(buyer)}
                values = persons | _price_values(case.scenario, seller, buyer)
                plants, sites = case.plants(seller), case.points(buyer)
                yield draft_of("sale", case.values(plants=plants, sites=sites, **values))


def _price_values(scenario: Scenario, seller: Holding, buyer: Holding) -> dict[str, object]:
    """Price, term and change of what is sold, and the tables of prices where one line does not say them."""
    rows = _price_rows(scenario, seller, buyer)
    prices = list(dict.fromkeys(text for _plant, _site, _slot, text in rows))
    years, finance = scenario.prices.local_years, scenario.finance
    columns: Columns = [
        (_("Plant"), "rest", "left"),
        (_("Point"), "rest", "left"),
        (_("Hours"), 46, "left"),
        (_("Price without tax"), 34, "right"),
    ]
    return {
        "price": _("in the table below") if len(prices) > 1 else next(iter(prices), None),
        "term": None if years is None else unit(years, _("years")),
        "indexation": None if finance is None else exact(100.0 * finance.indexation_ratio, "%"),
        "prices": (texts_table("prices", columns, rows),) if len(prices) > 1 else (),
        "own_use": _own_use(scenario, seller, buyer),
    }


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


def _own_use(scenario: Scenario, seller: Holding, buyer: Holding) -> tuple[Node, ...]:
    """Price of what the buyer uses of each plant of the seller behind its own meter."""
    ids = {scenario.participants[n].id for n in buyer.sites}
    plants = [scenario.plants[m] for m in seller.plants if scenario.plants[m].behind in ids]
    prices = [(plant.name, plant.own_use_eur_per_kwh) for plant in plants]
    return fields_of([(name, None if eur is None else exact_per_mwh(eur)) for name, eur in prices])


def requests(case: PaperCase) -> Iterator[Draft]:
    """Yield the request where some pair is beyond the 2 km."""
    scenario, pairs = case.scenario, far_pairs(case.scenario, case.distances_km)
    if not pairs:
        return
    limit = next((check.limit for check in case.result.checks if check.rule == "distance"), None)
    first, second, longest_km = pairs[0]
    values = case.values(
        distance=unit(longest_km, "km", 3),
        farthest=f"{first} – {second}",
        power=exact(sum(plant.kwp for plant in scenario.plants), _("kWp")),
        promise=scenario.words.promise,
        communes_table=(_communes_table(case),),
        limit_km=fr(WITHOUT_DEROGATION_KM),
        is_single=len(pairs) == 1,
        count_of_pairs=fr(len(pairs)),
        pairs=(_pairs_table(pairs, limit),),
    )
    yield draft_of("derogation", values)


def _communes_table(case: PaperCase) -> TextTable:
    sites = (*case.scenario.participants, *case.scenario.plants)
    places = {(site.commune or "", site.insee or "", site.density_class) for site in sites}
    return texts_table(
        "communes",
        ((_("Commune"), "rest", "left"), ("INSEE", 30, "left"), (_("Density class"), 34, "left")),
        [
            (name or None, insee or None, None if density is None else str(density))
            for name, insee, density in sorted(places, key=lambda row: (row[0], row[1], row[2] or 0))
        ],
    )


def _pairs_table(pairs_km: list[tuple[str, str, float]], limit_km: float | None) -> TextTable:
    columns: Columns = [
        (_("Site"), "rest", "left"),
        (_("Site"), "rest", "left"),
        (_("Distance, km"), 28, "right"),
        (_("Over the limit asked for"), 34, "left"),
    ]
    return texts_table(
        "far-pairs",
        columns,
        [
            (site, other, fr(km, 3), _("yes") if limit_km is not None and km > limit_km else _("no"))
            for site, other, km in pairs_km
        ],
    )


def deliberations(case: PaperCase) -> Iterator[Draft]:
    """Yield the deliberation of each public body asked for."""
    ids = {holder.id for holder in case.holders}
    for body in public_bodies(case.result):
        if body.id in ids or not (body.sites or body.plants):
            yield draft_of("deliberation", _deliberation_values(case, body))


def _deliberation_values(case: PaperCase, body: Holding) -> dict[str, object]:
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
        sites_table=_sites_of_body(case, body),
        plants_table=_plants_of_body(case, body),
        rules=(rules_table(case, body),),
        vat=vat[person.vat] if person and person.vat else None,
        budget=_budget(case, body),
    )


def _sites_of_body(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    energy, people = case.result.energy, case.scenario.participants
    columns: Columns = [
        (_("Site of the body"), "rest", "left"),
        (_("Kind"), 40, "left"),
        (_("Need, kWh"), 30, "right"),
        (_("Received, kWh"), 34, "right"),
    ]
    rows = [
        (
            people[n].name,
            _(KINDS[people[n].kind]),
            fr(float(energy.consumption_kwh[n])),
            fr(float(energy.received_kwh[n])),
        )
        for n in body.sites
    ]
    return (texts_table("sites-of-body", columns, rows),) if rows else ()


def _plants_of_body(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    columns: Columns = [
        (_("Plant of the body"), "rest", "left"),
        (_("kWp"), 24, "right"),
        (_("Commune"), 50, "left"),
    ]
    plants = [case.scenario.plants[m] for m in body.plants]
    rows = [(plant.name, fr_exact(plant.kwp), plant.commune or plant.insee or "") for plant in plants]
    return (texts_table("plants-of-body", columns, rows),) if rows else ()


def _budget(case: PaperCase, body: Holding) -> tuple[TextTable, ...]:
    money = case.result.money
    if money is None:
        return ()
    budget = budget_of(money.ledger, body.id, money.period_years)
    spent, received, memo = _("running, expenses"), _("running, receipts"), _("for memory, no receipt")
    lines = [
        *_works(money.plans, body, _("investment")),
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
    columns: Columns = [
        (_("Nature"), "rest", "left"),
        (_("Section"), 44, "left"),
        (_("€ without tax, first year"), 40, "right"),
        (_("Account"), 34, "left"),
    ]
    rows = [
        (name, section, fr(eur), "" if section == memo else _("account: ……"))
        for name, section, eur in lines
        if isfinite(eur) and round(eur) != 0
    ]
    return (texts_table("budget", columns, rows, _("As the study computes, indicative; over a year.")),)


def _works(plans: Sequence[Plan], body: Holding, section: str) -> Iterator[tuple[str, str, float]]:
    for flows in (plan.flows for plan in plans if plan.owner == body.id):
        yield _("Works, without tax (expense)"), section, -float(flows.investment_eur_ht[0])
        yield _("Grants"), section, float(flows.grant_eur[0])
        yield _("Loan"), section, float(flows.loan_eur[0])


PAPERS: Mapping[str, Callable[[PaperCase], Iterator[Draft]]] = MappingProxyType(
    {
        "agreement": agreements,
        "sale": sales,
        "deliberation": deliberations,
        "operator": letters,
        "derogation": requests,
        "statutes": statutes,
        "consent": consents,
        "roof": leases,
    }
)
