"""The sale contract of a producer with a buyer: its prices, by plant and by hours where they differ."""

from collections.abc import Iterator
from gettext import gettext as _
from math import isfinite

from acc.accounts.holdings import Holding
from acc.bills.tariff_slots import SLOTS
from acc.bills.terms import local_price, own_local_price
from acc.scenario import Scenario
from reports.format.money import exact_per_mwh
from reports.format.numbers import exact, unit
from reports.format.rate_labels import word
from reports.nodes.tree import Node, TextCell, TextColumn, TextTable
from reports.studies.papers.common import PaperCase
from reports.studies.papers.texts import Draft, draft_of, fields_of
from reports.view.view import holders_shown


def sales(case: PaperCase) -> Iterator[Draft]:
    """Yield the contract of each buyer with each other owner of a plant, where either is asked for."""
    every, ids = holders_shown(case.result), {holder.id for holder in case.holders}
    for buyer in every:
        for seller in every:
            is_pair = buyer.sites and seller.plants and seller.id != buyer.id
            if is_pair and ids & {buyer.id, seller.id}:
                persons = {"seller": case.person(seller), "buyer": case.person(buyer)}
                values = _price_values(case.scenario, seller, buyer)
                yield draft_of(
                    "sale",
                    case.values(plants=case.plants(seller), sites=case.points(buyer), **persons, **values),
                )


def _price_values(scenario: Scenario, seller: Holding, buyer: Holding) -> dict[str, object]:
    """Price, term and change of what is sold, and the tables of prices where one line does not say them."""
    rows = _price_rows(scenario, seller, buyer)
    prices = list(dict.fromkeys(text for _plant, _site, _slot, text in rows))
    years, finance = scenario.prices.local_years, scenario.finance
    return {
        "price": _("in the table below") if len(prices) > 1 else next(iter(prices), None),
        "term": None if years is None else unit(years, _("years")),
        "indexation": None if finance is None else exact(100.0 * finance.indexation_ratio, "%"),
        "prices": (_prices_table(rows),) if len(prices) > 1 else (),
        "own_use": _own_use(scenario, seller, buyer),
    }


def _prices_table(rows: list[tuple[str, str, str, str]]) -> TextTable:
    columns = (
        TextColumn(_("Plant"), "rest", "left"),
        TextColumn(_("Point"), "rest", "left"),
        TextColumn(_("Hours"), 46, "left"),
        TextColumn(_("Price without tax"), 34),
    )
    return TextTable("prices", columns, tuple(tuple(map(TextCell, row)) for row in rows))


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
