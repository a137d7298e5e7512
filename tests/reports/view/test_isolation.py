"""Whose figures several documents tell by difference: by hand, against every set of sites, in time."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations
from random import Random
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.arrays import FloatArray
from acc.household_privacy import LEAST_HOUSEHOLDS
from reports.view.publications import Publication, PublishedSite, disclosed_by_difference
from tests.effort import law

LEAST = 3


def closed(name: str) -> PublishedSite:
    return PublishedSite(name, None, is_open=False)


def opened(name: str) -> PublishedSite:
    return PublishedSite(name, None, is_open=True)


def shown(*rows: str, named: str = "", **about: PublishedSite) -> Publication:
    """Return a document of rows, a letter a site; who is not told of did not agree and holds itself."""
    sites = {name: about.get(name, closed(name)) for name in "".join(rows)}
    return Publication(sites, tuple(map(tuple, rows)), frozenset(named))


def told(*publications: Publication) -> str:
    return "".join(sorted(disclosed_by_difference(publications[:-1], publications[-1], LEAST)))


def test_a_fourth_who_did_not_agree_is_told_by_the_three_before_and_three_more_are_not() -> None:
    assert told(shown("abc"), shown("abcd")) == "d"
    assert told(shown("abc"), shown("abcde")) == "de"
    assert told(shown("abc"), shown("abcdef")) == ""
    assert told(shown("abcd"), shown("abce")) == "de"  # who knows its own knows the other's


def test_three_sites_of_two_holders_are_two() -> None:
    assert told(shown("abc"), shown("abcdef", f=closed("d"))) == "def"


def test_who_agreed_comes_without_telling_anybody() -> None:
    assert told(shown("abc"), shown("abc", "d", named="d", d=opened("d"))) == ""


def test_who_joined_the_row_of_those_who_did_not_agree_may_not_stand_under_its_name_elsewhere() -> None:
    # The school hides two; in a row of its own it hides nobody.
    assert told(shown("abs", s=opened("s")), shown("abcde", "s", named="s", s=opened("s"))) == "ab"


def test_three_documents_tell_what_no_two_of_them_do() -> None:
    whole, half, other = shown("abcdef"), shown("abc"), shown("defk")
    assert told(whole, half) == told(whole, other) == told(half, other) == ""
    assert told(whole, half, other) == "k"


def test_what_a_document_tells_alone_is_not_told_by_another() -> None:
    assert told(shown("abc"), shown("d")) == ""
    assert told(shown("abc"), shown("abcd"), shown("abcd")) == ""


@pytest.mark.parametrize(("more", "is_told"), [(1, True), (9, True), (10, False)])
@pytest.mark.parametrize("agreed", [True, False])
def test_a_group_of_homes_that_grows_tells_those_who_came(more: int, is_told: bool, agreed: bool) -> None:
    groups = [PublishedSite("h", count, agreed) for count in (10, 10 + more)]
    few = [shown("h", "abc", named="h", h=group) for group in groups]
    assert bool(told(*few)) is (is_told and not agreed)


def brute(publications: Sequence[Publication]) -> bool:
    """Return whether the last document tells anew, of each set of sites by itself."""
    about = {id_: site for one in publications for id_, site in one.sites.items()}
    ids, before = sorted(about), publications[:-1]

    def figures(some: Sequence[Publication], inside: Iterable[str]) -> FloatArray:
        """Return a basis of what some documents tell of these sites and of nobody else, (D, N)."""
        named = set().union(*(one.named for one in some))
        rows = [{*row} - named for one in some for row in one.rows]
        table = np.array([[float(id_ in row) for id_ in ids] for row in rows]).reshape(-1, len(ids))
        outside = np.array([float(id_ not in inside) for id_ in ids])
        _left, sizes, right = np.linalg.svd((table * outside).T)
        return np.asarray(right[int((sizes > 1e-9).sum()) :] @ table)  # 1e-9: nil, of zeros and ones

    def is_told(inside: Sequence[str]) -> bool:
        opens = figures(publications, [id_ for id_ in inside if about[id_].is_open])
        known = [opens, *(figures(some, inside) for some in (before, *([one] for one in publications)))]
        ranks = [
            np.linalg.matrix_rank(m, tol=1e-9) for m in (figures(publications, inside), np.vstack(known))
        ]
        return bool(ranks[0] > ranks[1])

    unknown = [id_ for id_ in ids if not any(id_ in one.named for one in publications)]
    return any(
        is_told(inside)
        for inside in chain.from_iterable(
            combinations(unknown, count) for count in range(1, len(unknown) + 1)
        )
        if is_secret([about[id_] for id_ in inside], [about[id_] for id_ in unknown if id_ not in inside])
    )


def is_secret(sites: Sequence[PublishedSite], others: Sequence[PublishedSite]) -> bool:
    """Return whether sites are all those of one or two holders, or homes, one at least not open."""
    holders = {site.holder for site in sites}
    few = len(holders) < LEAST and not holders & {site.holder for site in others}
    lives = all(site.homes is not None for site in sites) and len(sites) < LEAST_HOUSEHOLDS
    return (few or lives) and not all(site.is_open for site in sites)


IDS = "abcdefg"
SITES = st.builds(PublishedSite, st.sampled_from("pqrstuv"), st.sampled_from([None, None, 1]), st.booleans())


@st.composite
def documents(draw: st.DrawFn) -> list[Publication]:
    about: Mapping[str, PublishedSite] = {id_: draw(SITES) for id_ in IDS}
    made = []
    for _document in range(draw(st.integers(2, 4))):
        of = {id_: draw(st.integers(0, 3)) for id_ in IDS}  # 0: not there
        rows = [tuple(id_ for id_ in IDS if of[id_] == row) for row in (1, 2, 3)]
        named = {row[0] for row in rows if len(row) == 1 and about[row[0]].is_open}
        named = {id_ for id_ in named if about[id_].homes is None}
        sites = {id_: about[id_] for id_ in IDS if of[id_]}
        made.append(Publication(sites, tuple(filter(None, rows)), frozenset(named)))
    return made


@law(300)
@given(documents())
def test_what_is_told_is_what_the_ranks_of_all_sets_of_sites_tell(made: list[Publication]) -> None:
    assert bool(disclosed_by_difference(made[:-1], made[-1], LEAST)) is brute(made)


def test_forty_members_and_twenty_documents_take_no_time() -> None:
    rng, made, took_s = Random(7), list[Publication](), list[float]()
    about = {f"n{i}": opened(f"n{i}") for i in range(13)} | {f"c{i}": closed(f"c{i}") for i in range(15)}
    about |= {f"h{i}": PublishedSite(f"h{i}", 1, is_open=False) for i in range(12)}
    several = [[f"c{i}" for i in range(first, first + 3)] for first in range(0, 15, 3)]

    def add(gone: str = "") -> bool:
        named = [f"n{i}" for i in range(13) if rng.random() < 0.7]
        rest = [id_ for some in several if rng.random() < 0.7 for id_ in some if id_ != gone]
        at_home = [f"h{i}" for i in range(12)] if rng.random() < 0.7 else []
        rows = (*((id_,) for id_ in named), *filter(None, (tuple(at_home), tuple(rest))))
        sites = {id_: about[id_] for row in rows for id_ in row}
        new = Publication(sites, rows, frozenset(named))
        began = process_time()
        is_told = bool(disclosed_by_difference(made, new, LEAST))
        took_s.append(process_time() - began)
        made.extend([] if is_told else [new])
        return is_told

    assert [add() for _document in range(20)] == [False] * 20
    assert any(add(gone="c1") for _document in range(5))
    # 0.02 s alone on an idle machine; a brief takes a hundred times that.
    assert max(took_s) < 0.3
