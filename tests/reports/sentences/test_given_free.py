"""At a local price of zero nothing is sold: page 1 says why it asks for no price."""

from dataclasses import replace

from acc.scenario import Prices
from reports.sentences import overview
from reports.sentences.money import is_free, price_text
from reports.sentences.proposal import proposed
from reports.view.view import View, view_of
from tests.reports.make import small


def at(price: float | None, by_plant: dict[str, float] | None = None) -> View:
    made = small(5)
    prices = replace(
        made.scenario.prices or Prices(),
        local_eur_per_kwh=price,
        local_by_plant_eur_per_kwh=by_plant or {},
    )
    return view_of(replace(made, scenario=replace(made.scenario, prices=prices)))


def test_page_1_says_why_no_price_is_asked_where_all_is_given() -> None:
    view = at(0.0)
    said = overview.lead(view)
    assert "would share" in said
    assert said.endswith("nearby: at a local price of 0 nothing is sold, so no price is asked.")
    assert "0 €/MWh: what is shared is given" in str(proposed(view))


def test_a_price_is_told_where_somebody_pays_one() -> None:
    assert "would sell" in overview.lead(at(0.08))
    assert price_text(at(0.08)).startswith(", at 80")
    assert "price" not in overview.lead(at(None))
    plant = at(None).result.scenario.plants[0].id
    assert not is_free(at(0.0, {plant: 0.1}))
    assert "80\xa0€/MWh without tax" in dict(proposed(at(0.08)).items)["Price"]
