"""Fewer than ten homes: they have a row if all agreed, else no rows of any document tell their figures."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.holdings import holdings
from acc.household_privacy import may_have_a_row
from acc.problem import InputError
from acc.scenario import Scenario
from acc.sites import Kind, Participant
from reports.view.privacy import check_differences, public_groups, sheet_groups, with_homes
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
def test_where_one_did_not_agree_homes_stand_with_the_smallest_open_row(count: int) -> None:
    mixed = people(BODIES, [True] * (count - 1) + [False])
    together = f"{count + 1} public sites and homes"
    assert names(mixed, NEED + [1.0] * count) == ["School", together, "Hall"]


def test_a_single_home_stands_with_two_others_as_a_closed_company_does() -> None:
    assert names(people(BODIES, [False]), [*NEED, 1.0]) == ["School", "3 public sites and homes"]


def test_ten_homes_need_no_agreement() -> None:
    assert names(people(BODIES, [False] * 10))[-1] == "10 households (together)"


def test_who_has_no_figure_hides_nobody() -> None:
    given_ = people(BODIES, [False, False])
    assert names(given_, [50.0, 0.0, 20.0, 1.0, 1.0]) == ["School", "Pool", "3 public sites and homes"]


def test_homes_alone_and_not_agreeing_are_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"3 households would be shown alone.*counted_below_ten"):
        public_groups(people([], [True, True, False]))
    assert names(people([], [True] * 3)) == ["3 households (together)"]
    with pytest.raises(InputError, match="alone"):
        public_groups(people([site("Pool")], [False]), need_kwh=np.array([0.0, 1.0]))


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


@law(60)
@given(st.lists(st.booleans(), min_size=1, max_size=9), st.permutations([1.0, 2.0, 3.0, 4.0]))
def test_a_sheet_tells_its_holder_no_figure_of_homes_where_another_can_hide_them(
    consents: list[bool], need: list[float]
) -> None:
    whole = people([*BODIES, site("Mill", Kind.COMPANY)], consents)
    given_kwh = np.array([*need, *[1.0] * len(consents)])
    hidden = [] if all(consents) else list(range(4, 4 + len(consents)))
    for holder in holdings(whole)[:4]:
        groups = sheet_groups(whole, holder, given_kwh)
        assert not isolates([group.members for group in groups], 4 + len(consents), hidden)


def test_who_stands_with_homes_in_one_scenario_has_a_row_in_none() -> None:
    first, second = people(BODIES, [False, False]), people(BODIES, [False, False])
    smallest = [np.array([*need, 1.0, 1.0]) for need in ([50.0, 10.0, 20.0], [50.0, 30.0, 20.0])]
    alone = [public_groups(one, None, kwh) for one, kwh in zip((first, second), smallest, strict=True)]
    assert isolates([group.members for groups in alone for group in groups], 5, (3, 4))
    beside = frozenset(id_ for groups in alone for id_ in with_homes(first, groups))
    assert beside == {"pool", "hall"}
    rows = [public_groups(one, None, kwh, beside) for one, kwh in zip((first, second), smallest, strict=True)]
    assert not isolates([group.members for groups in rows for group in groups], 5, (3, 4))
