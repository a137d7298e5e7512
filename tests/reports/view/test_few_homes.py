"""Fewer than ten homes: they have a row if all agreed, else none in any document."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.persons import holdings
from acc.household_privacy import may_have_a_row
from acc.problem import InputError
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from reports.view.privacy import ShownGroup, public_groups, sheet_groups
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


def names(scenario_: Scenario) -> list[str]:
    return [group.name for group in public_groups(scenario_) if not group.is_untold]


BODIES = [site("School"), site("Pool"), site("Hall")]


@pytest.mark.parametrize("count", range(1, 10))
def test_fewer_than_ten_homes_that_all_agreed_have_their_row(count: int) -> None:
    row = "1 household" if count == 1 else f"{count} households (together)"
    assert names(people(BODIES, [True] * count)) == ["School", "Pool", "Hall", row]


@pytest.mark.parametrize("count", range(1, 10))
def test_where_one_did_not_agree_homes_have_no_row(count: int) -> None:
    mixed = people(BODIES, [True] * (count - 1) + [False])
    assert names(mixed) == ["School", "Pool", "Hall"]


def test_homes_alone_and_not_agreeing_are_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"3 households would be shown alone.*counted_below_ten"):
        public_groups(people([], [True, True, False]))
    assert names(people([], [True] * 3)) == ["3 households (together)"]


def test_ten_homes_need_no_agreement() -> None:
    assert names(people(BODIES, [False] * 10))[-1] == "10 households (together)"


def test_a_group_that_does_not_say_how_many_homes_it_holds_has_not_agreed() -> None:
    block = Participant(id="b", name="Block", kind=Kind.HOUSEHOLD_GROUP, counted_below_ten=True)
    assert not may_have_a_row([block])
    assert may_have_a_row([replace(block, households=4)])


sites = st.builds(
    site,
    st.uuids().map(str),
    st.sampled_from([Kind.COMMUNE, Kind.PUBLIC, Kind.COMPANY, Kind.ASSOCIATION]),
    st.booleans(),
)


@law(150)
@given(st.lists(sites, min_size=1, max_size=6), st.lists(st.booleans(), max_size=12))
def test_rows_hold_each_site_once_and_those_told_hold_enough(
    others: list[Participant], consents: list[bool]
) -> None:
    whole = people(others, consents)
    persons = holdings(whole)
    every = [*(public_groups(whole, reader) for reader in READERS)]
    every += [sheet_groups(whole, person) for person in persons]
    for groups in every:
        assert sorted(i for g in groups for i in g.members) == list(range(len(whole.participants)))
        for group in groups:
            some = [whole.participants[i] for i in group.members]
            if not (group.is_named or group.is_untold):
                assert may_have_a_row(some)
                assert len(some) >= 3 or all(one.kind is Kind.HOUSEHOLD for one in some)


def test_what_homes_may_show_hangs_on_whether_all_agreed_whoever_did() -> None:
    # So one mix of consents stands for all others of as many homes, wherever a document is attacked.
    whole = people(BODIES, [])
    pairs = list(
        zip(people([], [True] * 12).participants, people([], [False] * 12).participants, strict=True)
    )
    for count in range(13):
        shown: dict[bool, set[tuple[ShownGroup, ...]]] = {True: set(), False: set()}
        for mix in product(*pairs[:count]):
            agreed = all(one.counted_below_ten for one in mix)
            shown[agreed].add(public_groups(replace(whole, participants=(*BODIES, *mix))))
        assert len(shown[True]) == 1
        assert len(shown[False]) == min(count, 1)
        assert (shown[True] == shown[False]) is (count >= 10)
