"""Places and plants: no row of either tells the figures of one or two holders who are not named."""

from dataclasses import replace
from functools import cache
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from acc.result.result import Result
from reports.view.places import places, plant_groups, plant_holder
from reports.view.view import View, view_of
from tests.attacker import isolates
from tests.effort import law
from tests.reports.make import make_result

COMMUNES = ("Nord", "Sud", "Est", "Ouest")


@cache
def whole() -> Result:
    return make_result()


@st.composite
def operations(draw: st.DrawFn) -> View:
    """Return the invented operation: who is named, who owns which plant and where all stand are drawn."""
    result = whole()
    people = tuple(
        replace(one, publish=draw(st.booleans()), commune=draw(st.sampled_from(COMMUNES)))
        for one in result.scenario.participants
    )
    ids = [one.id for one in people]
    roofs = tuple(
        replace(
            one,
            owner=draw(st.sampled_from(ids)),
            behind=draw(st.sampled_from([None, *ids])),
            commune=draw(st.sampled_from(COMMUNES)),
            substation=None,
        )
        for one in result.scenario.plants
    )
    return view_of(replace(result, scenario=replace(result.scenario, participants=people, plants=roofs)))


@law(200)
@given(operations())
def test_rows_of_plants_and_of_places_isolate_no_one_or_two_who_are_not_named(view: View) -> None:
    plants = view.result.scenario.plants
    rows = [group.plants for group in plant_groups(view)] + [
        one.plants for one in places(view) if one.is_shown
    ]
    closed = {plant_holder(view, one) for one in plants if view.names[one.id] != one.name}
    owners = {plant_holder(view, one) for one in plants}
    for some in _ones_and_twos(closed, owners):
        hidden = [m for m, one in enumerate(plants) if plant_holder(view, one) in some]
        assert not isolates(rows, len(plants), hidden), (
            rows,
            hidden,
            [plant_holder(view, one) for one in plants],
        )


def _ones_and_twos(closed: set[str], everybody: set[str]) -> list[set[str]]:
    """Return whose figures nobody may know: one or two, where there are three holders to hide among."""
    if len(everybody) < 3:
        return []
    return [set(some) for size in (1, 2) for some in combinations(sorted(closed), size)]


def test_a_place_of_one_who_is_not_named_is_blank_and_so_is_another_that_would_tell_it() -> None:
    result = whole()
    where = ["Nord", "Sud", "Sud", "Sud", *["Est"] * 8]
    people = tuple(
        replace(one, commune=commune, publish=place > 3, households=None)
        for place, (one, commune) in enumerate(zip(result.scenario.participants, where, strict=True))
    )
    roofs = tuple(replace(one, commune="Est", substation=None) for one in result.scenario.plants)
    view = view_of(replace(result, scenario=replace(result.scenario, participants=people, plants=roofs)))
    told = {place.name: place.is_shown for place in places(view)}
    # Alone, the first could be told from the total; the three of the South stand with it.
    assert told["Nord"] is False
    assert told["Sud"] is False
