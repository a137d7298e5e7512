"""Fewer than ten homes: they have a row if all agreed, else no rows of any document tell their figures."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.persons import Holding, holdings
from acc.arrays import FloatArray
from acc.household_privacy import may_have_a_row
from acc.problem import InputError
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from reports.view.privacy import ShownGroup, check_differences, public_groups, sheet_groups, with_homes
from tests.attacker import isolates
from tests.effort import law
from tests.reports.make import YEAR, scenario

READERS = (None, "company", "commune", "syndicate")


def people(others: list[Participant], consents: list[bool]) -> Scenario:
    """Return a scenario of these sites and of homes, each with what it agreed to."""
    at_home = [
        Participant(
            id=f"h{n}", name=f"Dupont {n}", kind=Kind.HOUSEHOLD, publish=False, counted_below_ten=agreed
        )
        for n, agreed in enumerate(consents)
    ]
    return replace(scenario(days=YEAR), participants=(*others, *at_home), plants=())


def site(name: str, kind: Kind = Kind.COMMUNE, publish: bool = True) -> Participant:
    return Participant(id=name.lower(), name=name, kind=kind, publish=publish)


def names(scenario_: Scenario, need: list[float] | None = None) -> list[str]:
    given_kwh = None if need is None else np.array(need)
    return [group.name for group in public_groups(scenario_, need_kwh=given_kwh)]


BODIES = [site("School"), site("Pool"), site("Hall")]
NEED = [50.0, 10.0, 20.0]


@pytest.mark.parametrize("count", range(1, 10))
def test_fewer_than_ten_homes_that_all_agreed_have_their_row(count: int) -> None:
    row = "1 household" if count == 1 else f"{count} households (together)"
    assert names(people(BODIES, [True] * count)) == ["School", "Pool", "Hall", row]


@pytest.mark.parametrize("count", range(2, 10))
def test_where_one_did_not_agree_homes_stand_with_the_smallest_open_rows_of_two(count: int) -> None:
    mixed = people(BODIES, [True] * (count - 1) + [False])
    assert names(mixed, NEED + [1.0] * count) == ["School", f"{count + 2} public sites and homes"]


def test_the_two_who_stand_with_homes_are_two_persons() -> None:
    # Pool and Hall are the town's: the town knows their figures, and of them and homes would know the homes'.
    town = [replace(one, person="town" if one.name != "School" else "county") for one in BODIES]
    assert names(people(town, [False] * 3), [*NEED, 1.0, 1.0, 1.0]) == ["5 public sites and homes", "Hall"]


def test_a_single_home_stands_with_two_others_as_a_closed_company_does() -> None:
    assert names(people(BODIES, [False]), [*NEED, 1.0]) == ["School", "3 public sites and homes"]


def test_ten_homes_need_no_agreement() -> None:
    assert names(people(BODIES, [False] * 10))[-1] == "10 households (together)"


def test_who_has_no_figure_hides_nobody() -> None:
    given_ = people(BODIES, [False, False])
    assert names(given_, [50.0, 0.0, 20.0, 1.0, 1.0]) == ["4 public sites and homes", "Pool"]


def test_homes_alone_and_not_agreeing_are_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"3 households would be shown alone.*counted_below_ten"):
        public_groups(people([], [True, True, False]))
    assert names(people([], [True] * 3)) == ["3 households (together)"]
    with pytest.raises(InputError, match="alone"):
        public_groups(people([site("Pool")], [False]), need_kwh=np.array([0.0, 1.0]))


def test_the_sheet_of_the_only_other_member_is_refused_and_that_of_a_home_beside_others() -> None:
    town, alone = people([site("Pool"), site("Hall")], [False] * 3), people([], [False, False])
    town = replace(
        town,
        participants=tuple(replace(p, person="town") for p in town.participants[:2]) + town.participants[2:],
    )
    assert [group.name for group in public_groups(town)] == ["4 public sites and homes", "Hall"]
    first, *at_home = holdings(town)
    with pytest.raises(InputError, match=r"sheet of .* is not made.*counted_below_ten"):
        sheet_groups(town, first)
    assert [[len(g.members) for g in sheet_groups(town, one)] for one in at_home] == [[1, 1, 3]] * 3
    with pytest.raises(InputError, match="is not made"):
        sheet_groups(alone, holdings(alone)[0])
    single = people([], [False])
    assert len(sheet_groups(single, holdings(single)[0])) == 1


def test_a_group_that_does_not_say_how_many_homes_it_holds_has_not_agreed() -> None:
    block = Participant(id="b", name="Block", kind=Kind.HOUSEHOLD_GROUP, counted_below_ten=True)
    assert not may_have_a_row([block])
    assert may_have_a_row([replace(block, households=4)])


def test_two_scenarios_may_differ_by_homes_that_agreed() -> None:
    four, three = people(BODIES, [False] * 3 + [True]), people(BODIES, [False] * 3)
    check_differences([four, three])
    with pytest.raises(InputError, match="differ by 1 households"):
        check_differences([people(BODIES, [True] * 3 + [False]), people(BODIES, [True] * 3)])


sites = st.builds(
    site,
    st.uuids().map(str),
    st.sampled_from([Kind.COMMUNE, Kind.PUBLIC, Kind.COMPANY, Kind.ASSOCIATION]),
    st.booleans(),
).flatmap(
    lambda one: st.sets(st.sampled_from(["company", "commune", "syndicate"])).map(
        lambda to: replace(one, publish_to=frozenset() if one.publish else frozenset(to))
    )
)
groups_of_homes = st.builds(
    lambda id_, count, agreed: Participant(
        id=str(id_),
        name="Block",
        kind=Kind.HOUSEHOLD_GROUP,
        households=count,
        publish=False,
        counted_below_ten=agreed,
    ),
    st.uuids(),
    st.integers(1, 4) | st.none(),
    st.booleans(),
)


@law(150)
@given(
    st.lists(sites, min_size=1, max_size=5),
    st.lists(groups_of_homes, max_size=1),
    st.lists(st.booleans(), max_size=12),
    st.data(),
)
def test_no_rows_of_any_documents_together_tell_the_figures_of_homes_that_did_not_agree(
    others: list[Participant], blocks: list[Participant], consents: list[bool], data: st.DataObject
) -> None:
    whole = people([*others, *blocks], consents)
    count = len(whole.participants)
    need = np.array(data.draw(st.lists(st.floats(1.0, 1e5), min_size=count, max_size=count)))
    documents = [public_groups(whole, reader, need) for reader in READERS]
    at_home = [
        i for i, p in enumerate(whole.participants) if p.kind in (Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP)
    ]
    hidden = [] if may_have_a_row(whole.participants) else at_home
    rows = [group.members for groups in documents for group in groups]
    for groups in documents:
        assert sorted(i for group in groups for i in group.members) == list(range(count))
    assert not isolates(rows, count, hidden)


def known_rows(whole: Scenario, holder: Holding, need: FloatArray) -> list[tuple[int, ...]]:
    """Return the rows that a member reads: every brief, its own sheet, each of its own sites."""
    groups = [*(public_groups(whole, reader, need) for reader in READERS), sheet_groups(whole, holder, need)]
    return [*(group.members for rows in groups for group in rows), *((site,) for site in holder.sites)]


@law(100)
@given(
    st.lists(st.tuples(sites, st.sampled_from(["", "town", "county"])), min_size=1, max_size=6),
    st.lists(st.booleans(), max_size=12),
    st.data(),
)
def test_no_member_finds_the_figures_of_homes_with_its_sheet_the_briefs_and_what_it_knows_of_itself(
    others: list[tuple[Participant, str]], consents: list[bool], data: st.DataObject
) -> None:
    held = [replace(one, person=person or None) for one, person in others]
    whole = people(held, consents)
    count = len(whole.participants)
    need = np.array(data.draw(st.lists(st.floats(1.0, 1e5), min_size=count, max_size=count)))
    hidden = set() if may_have_a_row(whole.participants) else {*range(len(held), count)}
    persons = holdings(whole)
    others_than = {
        one.id: [two for two in persons if two is not one and not {*two.sites} <= hidden] for one in persons
    }
    for holder in persons:
        if hidden - {*holder.sites} and not others_than[holder.id]:
            with pytest.raises(InputError, match="is not made"):
                sheet_groups(whole, holder, need)
            continue
        assert not isolates(known_rows(whole, holder, need), count, hidden - {*holder.sites})


def test_what_homes_may_show_hangs_on_whether_all_agreed_whoever_did() -> None:
    # So one mix of consents stands for all others of as many homes, wherever a document is attacked.
    whole = people(BODIES, [])
    pairs = list(
        zip(people([], [True] * 12).participants, people([], [False] * 12).participants, strict=True)
    )
    for count in range(13):
        need = np.array([*NEED, *[1.0] * count])
        shown: dict[bool, set[tuple[ShownGroup, ...]]] = {True: set(), False: set()}
        for mix in product(*pairs[:count]):
            agreed = all(one.counted_below_ten for one in mix)
            rows = public_groups(replace(whole, participants=(*BODIES, *mix)), None, need)
            shown[agreed].add(rows)
        assert len(shown[True]) == 1
        assert len(shown[False]) == min(count, 1)
        assert (shown[True] == shown[False]) is (count >= 10)


def test_who_stands_with_homes_in_one_scenario_has_a_row_in_none() -> None:
    bodies = [*BODIES, site("Depot"), site("Barn")]
    first, second = people(bodies, [False, False]), people(bodies, [False, False])
    needs = ([50.0, 10.0, 20.0, 60.0, 90.0], [10.0, 50.0, 60.0, 20.0, 90.0])
    smallest = [np.array([*need, 1.0, 1.0]) for need in needs]
    alone = [public_groups(one, None, kwh) for one, kwh in zip((first, second), smallest, strict=True)]
    assert isolates([group.members for groups in alone for group in groups], 7, (5, 6))
    beside = frozenset(id_ for groups in alone for id_ in with_homes(first, groups))
    assert beside == {"pool", "hall", "school", "depot"}
    rows = [public_groups(one, None, kwh, beside) for one, kwh in zip((first, second), smallest, strict=True)]
    assert not isolates([group.members for groups in rows for group in groups], 7, (5, 6))
