"""The papers to sign, by name, in the order in which they are signed: whose each is, what fills its text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from itertools import chain
from math import isfinite
from types import MappingProxyType, SimpleNamespace
from typing import NamedTuple, TypeAlias

from acc.accounts.persons import Holding
from acc.bills.bill import local_price, own_local_price
from acc.bills.tariff_slots import SLOTS
from acc.finance import Finance
from acc.holders import party_of
from acc.household_privacy import HOMES, PUBLIC_BODIES, homes
from acc.keys import KEYS, EnedisType
from acc.parties import MEMBERSHIP, Organiser
from acc.result.lending import treasury
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Kind, Vat
from reports.format.labels import KINDS, STATES, segment_of
from reports.format.money import exact_per_mwh
from reports.format.numbers import exact, fr, fr_exact, long_date, unit
from reports.format.rate_labels import word
from reports.format.wording import sentence
from reports.nodes.tree import Bullets
from reports.sentences.budget_lines import LINES, YEAR_0, lines_eur, note_line
from reports.studies.papers.common import PaperCase, rules_table
from reports.studies.papers.texts import Draft, draft_of, fields_of, paper_text, text_nodes
from reports.view.places import WITHOUT_DEROGATION_KM, far_pairs
from reports.view.selection import public_bodies
from reports.view.view import holders_shown

ASSOCIATION = "association"

FORMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "syndicate": ("syndicat",),
        "epci": ("communauté", "métropole", "epci", "intercommunale"),
        "hospital": ("hôpital", "hospitalier"),
        "school": ("collège", "lycée", "enseignement"),
        "department": ("département", "departement"),
        "region": ("région",),
        "commune": ("commune", "ville"),
    }
)
"""Kinds of public bodies by a word of their legal form, the first that is found."""

LOCAL = ("commune", "epci", "syndicate")
"""Bodies that the code of local authorities lets produce electricity."""


class Purchase(NamedTuple):
    """What a member buys of one producer in a year, as the study computes; None where it is not known."""

    seller: Holding
    kwh: float | None
    eur: float | None


def purchases(case: PaperCase, buyer: Holding) -> list[Purchase]:
    """Purchases of a member, one a producer that is another person."""
    money, every = case.result.money, holders_shown(case.result)
    sellers = [item for item in every if item.plants and item.id != buyer.id and buyer.sites]
    if money is None or money.pair_by_slot_kwh is None or money.pair_eur_ht is None:
        return [Purchase(seller, None, None) for seller in sellers]
    kwh = money.pair_by_slot_kwh.sum(axis=-1) / money.period_years
    eur = money.pair_eur_ht / money.period_years
    pairs = [[(m, n) for m in seller.plants for n in buyer.sites] for seller in sellers]
    return [
        Purchase(seller, sum(float(kwh[pair]) for pair in own), sum(float(eur[pair]) for pair in own))
        for seller, own in zip(sellers, pairs, strict=True)
    ]


Rows: TypeAlias = list[Sequence[str | None]]
"""Cells of a table whose text has the heads; None is not known."""


def _purchase_rows(case: PaperCase, buyer: Holding) -> Rows:
    """Producer, its plants, its price, kWh and euros of a year, euros of the term."""
    rows, scenario, years = Rows(), case.scenario, case.scenario.prices.local_years
    for item in purchases(case, buyer):
        prices = _prices(_price_rows(scenario, item.seller, buyer))
        price = _("in the table below") if len(prices) > 1 else next(iter(prices), None)
        eur = item.eur if prices else None
        figures = [item.kwh, eur, None if eur is None or years is None else eur * years]
        names = ", ".join(scenario.plants[m].name for m in item.seller.plants)
        rows.append((item.seller.name, names, price, *(None if n is None else fr(n) for n in figures)))
    return rows


def _prices(rows: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Different prices of some rows, in their order."""
    return list(dict.fromkeys(price for _plant, _site, _hours, price in rows))


def _terms(case: PaperCase) -> dict[str, str | None]:
    """Term and yearly change of the local price; a value that the calculation takes by itself is marked."""
    years, finance = case.scenario.prices.local_years, case.scenario.finance
    change = None if finance is None else exact(100.0 * finance.indexation_ratio, "%")
    if (
        finance is not None
        and finance.indexation_ratio == Finance.__dataclass_fields__["indexation_ratio"].default
    ):
        change = sentence("taken-by-default", value=change)
    return {"term": None if years is None else unit(years, _("years")), "indexation": change}


def acts(case: PaperCase) -> Iterator[Draft]:
    """Yield the act of each member asked for: the PMO, what it buys, its data, each signed apart."""
    organiser, commitments = case.scenario.organiser or Organiser(), case.scenario.words.commitments
    for holder in case.holders:
        bought, person = purchases(case, holder), case.person(holder)
        count = sum(homes(case.scenario.participants[n]) for n in holder.sites)
        rows = [row for item in bought for row in _price_rows(case.scenario, item.seller, holder)]
        own_use = [use for item in bought for use in _own_use(case.scenario, item.seller, holder)]
        yield case.draft(
            MEMBERSHIP,
            holder.id,
            member=person,
            sites=case.points(holder),
            plants=case.plants(holder),
            homes=fr(count) if holder.kind in HOMES and count > 1 else "",
            commitments=(Bullets(tuple(commitments)),) if commitments else (),
            receiver=organiser.mandatary or organiser.name or _("the PMO"),
            pmo_address=", ".join(filter(None, (organiser.name, organiser.contact))),
            buys=bool(bought),
            buys_publicly=bool(bought) and person.is_public,
            withdraws=bool(bought) and person.is_home,
            purchases=_purchase_rows(case, holder),
            prices=rows if len(_prices(rows)) > 1 else (),
            own_use=fields_of(own_use),
            rules=(rules_table(case, holder),),
            **_terms(case),
        )


def sales(case: PaperCase) -> Iterator[Draft]:
    """Yield the framework contract of each producer asked for that has a buyer, with its list of buyers."""
    every, ids = holders_shown(case.result), {holder.id for holder in case.holders}
    for seller in every:
        buyers = [item for item in every if item.sites and item.id != seller.id]
        if seller.plants and buyers and seller.id in ids:
            rows = [row for buyer in buyers for row in _price_rows(case.scenario, seller, buyer)]
            prices = _prices(rows)
            yield case.draft(
                "sale",
                seller.id,
                seller=case.person(seller),
                plants=case.plants(seller),
                price=_("in annex 3") if len(prices) > 1 else next(iter(prices), None),
                prices=rows if len(_prices(rows)) > 1 else (),
                buyers=_buyer_rows(case, buyers),
                **_terms(case),
            )


def _buyer_rows(case: PaperCase, buyers: Sequence[Holding]) -> Rows:
    """Buyer, point, its number, day on which the act was signed."""
    rows = Rows()
    for buyer in buyers:
        line = case.signature(MEMBERSHIP, buyer.id)
        signed = long_date(line.signed) if line and line.signed else None
        sites = [case.scenario.participants[n] for n in buyer.sites]
        rows += [(buyer.name, site.name, site.prm, signed) for site in sites]
    return rows


def letters(case: PaperCase) -> Iterator[Draft]:
    """Yield the request to the grid operator, signed by the PMO: it declares what the folder says alone."""
    scenario, key = case.scenario, KEYS[case.scenario.key.name]
    members = [item for item in holders_shown(case.result) if item.sites or item.plants]
    lines = [case.signature(MEMBERSHIP, item.id) for item in members]
    signed = sum(bool(line and line.signed) for line in lines)
    parties = [party_of(scenario, plant.id) for plant in scenario.plants]
    taken = sum(bool(party.surplus_taker) for party in parties)
    supplied = sum(bool(party_of(scenario, site.id).supplier) for site in scenario.participants)
    computed = key.enedis is EnedisType.DEFAULT
    yield case.draft(
        "operator",
        None,
        measured=fields_of(list(_measured(case.result))),
        key_type=str(key.enedis),
        key_sender=_("the grid operator computes them") if computed else _("the PMO, or its mandatary"),
        segments=_segments(scenario),
        is_supplied=supplied == len(scenario.participants),
        without_supplier=fr(len(scenario.participants) - supplied),
        is_surplus_taken=taken == len(parties),
        without_taker=fr(len(parties) - taken),
        all_agree=signed == len(members),
        signed_acts=fr(signed),
        count_of_acts=fr(len(members)),
    )


def _segments(scenario: Scenario) -> str:
    segments = [segment_of(site) or _("to ask") for site in scenario.participants]
    return ", ".join(f"{name}{_(': ')}{fr(segments.count(name))}" for name in sorted(set(segments)))


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


def statutes(cases: Sequence[PaperCase]) -> Iterator[Draft]:
    """Yield the decision of a body that is named and is no association, else the statutes of one."""
    first = cases[0]
    organiser = first.scenario.organiser or Organiser()
    form = organiser.legal_form if organiser.name else None
    text = "pmo-decision" if form and ASSOCIATION not in form.lower() else "statutes"
    every = [case.values() for case in cases]
    communes = dict.fromkeys(name for values in every for name in str(values["communes"]).split(", "))
    operations = ", ".join(str(values["operation_name"]) for values in every)
    values = first.values(communes=", ".join(sorted(filter(None, communes))), operation_name=operations)
    yield draft_of("statutes", None, values, text)


def leases(case: PaperCase) -> Iterator[Draft]:
    """Yield the lease of each plant that stands on another's roof or land, of the holders asked for."""
    ids = {holder.id for holder in case.holders}
    for owner in holders_shown(case.result):
        for plant in (case.scenario.plants[m] for m in owner.plants):
            landlord = case.landlord(plant)
            if landlord is not None and landlord.id != owner.id and ids & {owner.id, landlord.id}:
                persons = {"landlord": case.person(landlord), "owner": case.person(owner)}
                public = landlord.kind in PUBLIC_BODIES
                yield case.draft("roof", plant.id, plant=case.plant(plant), lets_publicly=public, **persons)


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


def _own_use(scenario: Scenario, seller: Holding, buyer: Holding) -> list[tuple[str, str | None]]:
    """Price of what the buyer uses of each plant of the seller behind its own meter, by name of the plant."""
    ids = {scenario.participants[n].id for n in buyer.sites}
    plants = [scenario.plants[m] for m in seller.plants if scenario.plants[m].behind in ids]
    prices = [(plant.name, plant.own_use_eur_per_kwh) for plant in plants]
    return [(name, None if eur is None else exact_per_mwh(eur)) for name, eur in prices]


def requests(case: PaperCase) -> Iterator[Draft]:
    """Yield the request where some pair is beyond the 2 km."""
    scenario, pairs = case.scenario, far_pairs(case.scenario, case.distances_km)
    if not pairs:
        return
    limit = next((check.limit for check in case.result.checks if check.rule == "distance"), None)
    first, second, longest_km = pairs[0]
    yield case.draft(
        "derogation",
        None,
        distance=unit(longest_km, "km", 3),
        farthest=f"{first} – {second}",
        power=exact(sum(plant.kwp for plant in scenario.plants), _("kWp")),
        promise=scenario.words.promise,
        communes_asked=_commune_rows(case),
        limit_km=fr(WITHOUT_DEROGATION_KM),
        is_single=len(pairs) == 1,
        count_of_pairs=fr(len(pairs)),
        pairs=_pair_rows(pairs, limit),
    )


def _commune_rows(case: PaperCase) -> Rows:
    sites = (*case.scenario.participants, *case.scenario.plants)
    places = {(site.commune or "", site.insee or "", site.density_class) for site in sites}
    return [
        (name or None, insee or None, None if density is None else str(density))
        for name, insee, density in sorted(places, key=lambda row: (row[0], row[1], row[2] or 0))
    ]


def _pair_rows(pairs_km: list[tuple[str, str, float]], limit_km: float | None) -> Rows:
    return [
        (site, other, fr(km, 3), _("yes") if limit_km is not None and km > limit_km else _("no"))
        for site, other, km in pairs_km
    ]


def deliberations(cases: Sequence[PaperCase]) -> Iterator[Draft]:
    """Yield the deliberation of each public body asked for: one, of all the operations that it is in."""
    wanted = {holder.id for case in cases for holder in case.holders}
    own: dict[str, list[tuple[PaperCase, Holding]]] = {}
    for case in cases:
        for body in _bodies(case):
            if body.id in wanted or not (body.sites or body.plants):
                own.setdefault(body.id, []).append(
                    (replace(case, result=case.moved.get(body.id, case.result)), body)
                )
    for id_, parts in own.items():
        made = draft_of("deliberation", id_, _deliberation_values(parts, several=len(cases) > 1))
        yield replace(made, operations=tuple(case.number for case, _body in parts))


def _bodies(case: PaperCase) -> list[Holding]:
    """Public bodies of an operation, those that only let a roof among them."""
    landlords = [case.landlord(plant) for plant in case.scenario.plants]
    letting = [item for item in landlords if item is not None and item.kind in PUBLIC_BODIES]
    return list({body.id: body for body in (*letting, *public_bodies(case.result))}.values())


def _is_letting(case: PaperCase, body: Holding) -> bool:
    """Whether the plant of another stands on a roof of the body."""
    owner = {m: item.id for item in holders_shown(case.result) for m in item.plants}
    landlords = ((owner.get(m), case.landlord(plant)) for m, plant in enumerate(case.scenario.plants))
    return any(item is not None and item.id == body.id != of for of, item in landlords)


def body_kind(legal_form: str | None, kind: Kind | None) -> str:
    """Kind of a public body, of `FORMS`, by what the folder says of it; "other" where that does not tell.

    >>> body_kind("Syndicat mixte", Kind.EPCI), body_kind("Centre hospitalier", Kind.PUBLIC)
    ('syndicate', 'hospital')
    >>> body_kind(None, Kind.COMMUNE), body_kind(None, Kind.PUBLIC)
    ('commune', 'other')
    """
    if not legal_form:
        return str(kind) if kind in {Kind.COMMUNE, Kind.EPCI} else "other"
    words = set(re.findall(r"\w+", legal_form.lower()))
    return next((name for name, own in FORMS.items() if words.intersection(own)), "other")


def _deliberation_values(parts: Sequence[tuple[PaperCase, Holding]], *, several: bool) -> dict[str, object]:
    (case, first), bodies = parts[0], [body for _case, body in parts]
    person = next((known for known in case.scenario.persons or () if known.id == first.id), None)
    vat = {
        Vat.RECOVERED: _("recovered, as the folder says"),
        Vat.FCTVA: _("FCTVA, as the folder says"),
        Vat.LOST: _("neither recovered nor given back, as the folder says"),
    }
    body = case.person(first)
    body.sites, body.plants = any(item.sites for item in bodies), any(item.plants for item in bodies)
    kind = body_kind(body.legal_form, first.kind)
    kinds = {name: name == kind for name in (*FORMS, "other")}
    values = case.values(
        body=body,
        visas=text_nodes(
            paper_text("visas"), {"kind": SimpleNamespace(**kinds, local=body.plants and kind in LOCAL)}
        ),
        sends_to_prefect=kind not in {"hospital", "school", "other"},
        is_letting=any(_is_letting(of, item) for of, item in parts),
        both=body.sites and body.plants,
        producer_alone=body.plants and not body.sites,
        consumer_alone=not body.plants,
        buys=any(purchases(of, item) for of, item in parts),
        vat=vat[person.vat] if person and person.vat else None,
        operations=tuple(SimpleNamespace(**_of_operation(of, item), several=several) for of, item in parts),
    )
    awaited = next(
        (str(of.values()["on_derogation"]) for of, _item in parts if of.result.status.on_derogation), ""
    )
    is_moved = any(of.result.scenario.moved_ids for of, _item in parts)
    moved = _("that the data of who did not agree to be shown are moved by 12 to 25%;") if is_moved else ""
    return values | {"on_derogation": awaited, "moved": moved}


def _of_operation(case: PaperCase, body: Holding) -> dict[str, object]:
    """Fields of what a body decides of one operation."""
    scenario, energy = case.scenario, case.result.energy
    distance = next((check.measured for check in case.result.checks if check.rule == "distance"), None)
    price, years = scenario.prices.local_eur_per_kwh, scenario.prices.local_years
    price_text = "" if price is None else exact_per_mwh(price)
    plants = [scenario.plants[m] for m in body.plants]
    return case.values(
        body=case.person(body),
        distance="" if distance is None else unit(distance, "km", 1),
        need=unit(sum(float(energy.consumption_kwh[n]) for n in body.sites), "kWh"),
        received=unit(sum(float(energy.received_kwh[n]) for n in body.sites), "kWh"),
        price_without_term=price_text if years is None else "",
        price_with_term="" if years is None else price_text,
        years="" if years is None else fr(years),
        sites_of_body=_site_rows(case, body),
        plants_of_body=[(plant.name, fr_exact(plant.kwp), plant.commune or plant.insee) for plant in plants],
        purchases=_purchase_rows(case, body),
        rules=(rules_table(case, body),),
        budget=_budget(case, body),
    )


def _site_rows(case: PaperCase, body: Holding) -> Rows:
    """Site, kind, need and kWh received of each site of a body."""
    energy, people = case.result.energy, case.scenario.participants
    kwh = ((people[n], energy.consumption_kwh[n], energy.received_kwh[n]) for n in body.sites)
    return [(site.name, _(KINDS[site.kind]), fr(float(need)), fr(float(own))) for site, need, own in kwh]


def _budget(case: PaperCase, body: Holding) -> Rows:
    """First year of a body, as its treasurer's note tells it, to the euro."""
    book = treasury(case.result, body)
    if book is None:
        return []
    amounts, memo, all_lines = lines_eur(book), _("for memory, no receipt"), {**YEAR_0, **LINES}
    for name, eur in amounts.items():
        note_line(book, body.id, name, fr(eur))
    lines = [
        *((_(name).replace("\n", " "), _(all_lines[name].section), eur) for name, eur in amounts.items()),
        (_("Balance of the year"), "", float(round(book.balance_eur))),
        (_("From its own plants to its own sites"), memo, book.budget.within_eur_ht),
        (_("Purchases avoided"), memo, book.budget.saved_eur_ht),
    ]
    return [
        (name, section, fr(eur), _("account: ……") if section not in {memo, ""} else "")
        for name, section, eur in lines
        if isfinite(eur) and round(eur) != 0
    ]


def _each(make: Callable[[PaperCase], Iterator[Draft]], cases: Sequence[PaperCase]) -> Iterator[Draft]:
    """Yield the papers of each operation."""
    return chain.from_iterable(map(make, cases))


PAPERS: Mapping[str, Callable[[Sequence[PaperCase]], Iterator[Draft]]] = MappingProxyType(
    {
        "statutes": statutes,
        "derogation": partial(_each, requests),
        "roof": partial(_each, leases),
        "sale": partial(_each, sales),
        "deliberation": deliberations,
        MEMBERSHIP: partial(_each, acts),
        "operator": partial(_each, letters),
    }
)
