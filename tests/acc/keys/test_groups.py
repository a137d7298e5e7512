"""Groups in ranks, weights and shares: the same key as every site written by its id."""

from dataclasses import replace

import numpy as np
import pytest

from acc.keys import build_key
from acc.keys.groups import with_sites
from acc.keys.rule import KeyContext
from acc.problem import InputError
from acc.sites import Kind, Participant


def site(name: str, kind: Kind, person: str | None = None) -> Participant:
    return Participant(id=name, name=name, kind=kind, person=person)


SITES = (
    site("mairie", Kind.COMMUNE, "ville"),
    site("ecole", Kind.COMMUNE, "ville"),
    site("hopital", Kind.PUBLIC),
    site("forge", Kind.COMPANY, "groupe"),
    site("froid", Kind.COMPANY),
)
CONTEXT = KeyContext(SITES, (), np.ones(5), inactive_ids=frozenset({"ville", "groupe", "absent"}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([["commune"], ["*"]], [["mairie", "ecole"], ["hopital", "forge", "froid"]]),
        ([["ville", "hopital"], ["company"]], [["mairie", "ecole", "hopital"], ["forge", "froid"]]),
        # A site by its id, then a person, then a kind, then the others.
        (
            [["*"], ["company"], ["groupe"], ["ecole"]],
            [["mairie", "hopital"], ["froid"], ["forge"], ["ecole"]],
        ),
        ([["household"], ["*"]], [[], ["mairie", "ecole", "hopital", "forge", "froid"]]),
    ],
)
def test_ranks(given: list[list[str]], expected: list[list[str]]) -> None:
    assert with_sites({"ranks": given}, CONTEXT)["ranks"] == expected
    build_key("priority", {"ranks": given}, CONTEXT)


def test_each_site_of_a_group_has_its_weight() -> None:
    found = with_sites({"weights": {"commune": 3, "hopital": 5, "*": 1}}, CONTEXT)["weights"]
    assert found == {"mairie": 3, "ecole": 3, "hopital": 5, "forge": 1, "froid": 1}


def test_a_share_is_that_of_the_group_parted_equally() -> None:
    found = with_sites({"shares": {"ville": 0.5, "*": 0.3, "absent": 0.2}}, CONTEXT)["shares"]
    assert found == {
        "mairie": 0.25,
        "ecole": 0.25,
        "hopital": pytest.approx(0.1),
        "forge": pytest.approx(0.1),
        "froid": pytest.approx(0.1),
        "absent": 0.2,
    }


def test_a_group_is_of_those_who_take_part() -> None:
    part = CONTEXT.part([0, 2, 3])
    assert with_sites({"shares": {"ville": 0.5, "*": 0.5}}, part)["shares"] == {
        "mairie": 0.5,
        "hopital": 0.25,
        "forge": 0.25,
    }
    without_town = CONTEXT.part([2, 3, 4])
    build_key("priority", {"ranks": [["ville"], ["*"]]}, without_town)
    build_key("priority", {"ranks": [["commune"], ["*"]]}, without_town)


def test_a_word_that_is_nobody_is_refused() -> None:
    with pytest.raises(InputError, match="licorne"):
        build_key("priority", {"ranks": [["licorne"], ["*"]]}, CONTEXT)
    with pytest.raises(InputError, match="villes"):
        build_key("weighted", {"weights": {"villes": 1, "*": 2}}, CONTEXT)


def test_an_id_that_is_also_a_kind_is_the_site() -> None:
    sites = (replace(SITES[0], id="commune"), *SITES[1:])
    context = replace(CONTEXT, participants=sites)
    assert with_sites({"ranks": [["commune"], ["*"]]}, context)["ranks"] == [
        ["commune"],
        ["ecole", "hopital", "forge", "froid"],
    ]
