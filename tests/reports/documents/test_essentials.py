"""Page 1 and the keys of page 2: who sells to whom at what price and for how long, what it commits to."""

from dataclasses import replace

import pytest

from acc.result.result import Result
from acc.scenario import KeyChoice
from reports.sentences.limits import density_classes
from reports.sentences.overview import committed as committed_of
from reports.sentences.overview import lead
from reports.sentences.recipients import keys_heading
from reports.sentences.sheet import signed_items
from reports.sentences.sources import hypotheses
from reports.view.view import View, sheet_view_of, view_of
from tests.reports.make import make_result, scenario
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def with_years(result: Result, years: int | None) -> View:
    prices = replace(result.scenario.prices, local_years=years)
    return view_of(replace(result, scenario=replace(result.scenario, prices=prices)))


def local_price(view: View) -> object:
    return next(row.source for row in hypotheses(view) if row.what == "Local price")


def test_the_lead_tells_the_price_and_how_long_it_holds(result: Result) -> None:
    assert (
        "would sell their electricity to 12 participants nearby, at 92\u00a0€/MWh without tax for 20 years."
        in (lead(with_years(result, 20)))
    )
    assert "at 92\u00a0€/MWh without tax for 1 year." in lead(with_years(result, 1))
    assert "at 92\u00a0€/MWh without tax." in lead(with_years(result, None))


def test_without_a_price_the_plants_share_and_nothing_is_sold() -> None:
    assert "would share their electricity with 12 participants nearby." in lead(view_of(make_result()))


def test_the_hypotheses_say_how_long_the_price_holds_or_that_it_is_not_said(result: Result) -> None:
    assert local_price(with_years(result, 20)) == "decision of the group, for 20 years"
    assert local_price(with_years(result, None)) == "decision of the group; for how long is not said"


def committed(result: Result) -> str:
    """The last sentence of what each one would commit to."""
    return committed_of(view_of(result))[-1]


def test_written_commitments_replace_what_is_still_to_be_written(result: Result) -> None:
    words = replace(result.scenario.words, commitments=("Stay a year, then three months of notice.",))
    told = replace(result, scenario=replace(result.scenario, words=words))
    assert committed(result).endswith("still to be written.")
    assert committed(told) == "Stay a year, then three months of notice."
    assert "Stay a year, then three months of notice." in signed_items(sheet_view_of(told, 0))


def test_a_brief_sets_two_keys_beside_the_chosen_one() -> None:
    plain = scenario()
    assert plain.other_keys == ("static",)
    given = replace(plain, key_parameters={"priority": {}, "weighted": {}})
    assert given.other_keys == ("static", "priority")
    assert replace(given, key=KeyChoice(name="static")).other_keys == ("prorata", "priority")


def with_other_saving(result: Result, factor: float) -> View:
    """Return the view of a result whose second key shares as much, all gaining `factor` times the first."""
    view = view_of(result)
    chosen = view.chosen
    total_eur = factor * chosen.everybody_eur_ht
    moved = chosen.received_kwh[::-1].copy()
    other = replace(chosen, title="Other", received_kwh=moved, everybody_eur_ht=total_eur)
    return replace(view, keys=(chosen, other))


def test_the_heading_of_the_keys_tells_the_one_by_which_everybody_gains_more(result: Result) -> None:
    assert keys_heading(with_other_saving(result, 1.1)).startswith(
        "By another key everybody would share as much and gain "
    )
    assert keys_heading(with_other_saving(result, 1.001)).startswith("The keys share as much as each other")


def test_the_page_of_rules_lists_the_class_of_each_commune_the_densest_first() -> None:
    plain = make_result()
    placed = [("Prigonrieux", 6), ("Bergerac", 2), ("Lieu-Neuf", None)]
    people = tuple(
        replace(member, commune=placed[i % 3][0], density_class=placed[i % 3][1])
        for i, member in enumerate(plain.scenario.participants)
    )
    plants = tuple(replace(plant, commune="Bergerac", density_class=2) for plant in plain.scenario.plants)
    told = replace(plain, scenario=replace(plain.scenario, participants=people, plants=plants))
    text = density_classes(view_of(told)).replace("\u00a0", " ")
    assert text == "Density classes (INSEE): Bergerac 2; Prigonrieux 6; to verify for Lieu-Neuf."
    unplaced = tuple(replace(member, commune=None, density_class=None) for member in people)
    nowhere = replace(plain.scenario, participants=unplaced, plants=())
    assert density_classes(view_of(replace(plain, scenario=nowhere))) == ""


def test_who_may_leave_after_a_year_is_not_told_to_buy_for_twenty(result: Result) -> None:
    prices = replace(result.scenario.prices, local_eur_per_kwh=0.08, local_years=20)
    told = replace(result, scenario=replace(result.scenario, prices=prices))
    (contract,) = [one for one in signed_items(sheet_view_of(told, 0)) if "purchase contract" in one]
    assert contract.endswith("a price kept for 20 years while you are a member.")
