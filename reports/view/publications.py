"""Whose figures several documents tell by difference: the rows of each, laid beside those of another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations, islice, pairwise
from typing import Self, TypeAlias

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes, may_have_a_row
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Participant
from reports.view.privacy import LEAST_CLOSED, ShownGroup
from reports.view.view import View

MOST_SETS = 5_000
"""Of groups of homes that are tried; with more, so many small differences are taken for a figure told."""

NIL = 1e-9
"""Below it a part of a combination of zeros and ones is rounding."""


@dataclass(frozen=True, slots=True)
class PublishedSite:
    """What a document knew of a site.

    Attributes:
        holder: who knows its figures.
        homes: how many it holds; 0 of a group that does not say, None where nobody lives there.
        is_open: whether it agreed: to be named, or to be counted with fewer than ten homes.
    """

    holder: str
    homes: int | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class Publication:
    """The sites of a document, by id; its rows, ids each; those that stand under their own name."""

    sites: Mapping[str, PublishedSite]
    rows: tuple[tuple[str, ...], ...]
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Atom:
    """Sites that no row parts, whose figures no combination of rows tells apart."""

    sites: frozenset[str]
    holders: frozenset[str]
    homes: int | None
    is_closed: bool


def disclosed_by_difference(
    earlier: Sequence[Publication], new: Publication, least_holders: int
) -> frozenset[str]:
    """Return the sites whose figures a new document tells beside earlier ones, and none of them alone.

    Told is what is left of fewer than `least_holders` holders, not all open, or of fewer than ten homes that
    did not all agree. What the earlier ones told already is not told anew.

    Args:
        earlier, new: all that one reader may lay side by side.
        least_holders: of a row of those who did not agree.

    Returns: those alone whose figures are told, else those of two holders, else of homes; nobody where
        nothing is told.

    >>> sites = {name: PublishedSite(name, None, False) for name in "abcd"}
    >>> first = Publication({name: sites[name] for name in "abc"}, (("a", "b", "c"),), frozenset())
    >>> disclosed_by_difference([first], Publication(sites, (("a", "b", "c", "d"),), frozenset()), 3)
    frozenset({'d'})
    """
    if not earlier:
        return frozenset()
    unknowns, count = _Unknowns.of([*earlier, new]), len(earlier) + 1
    atoms, rows = unknowns.atoms, unknowns.rows_without_named(range(count))
    known = [
        unknowns.rows_without_named(range(count - 1)),
        *(unknowns.rows_without_named([i]) for i in range(count)),
    ]
    # Ten homes are nobody's secret, and who stands under its name somewhere has none.
    secret = [i for i, atom in enumerate(atoms) if (atom.homes or 0) < LEAST_HOUSEHOLDS and rows[:, i].any()]
    few = [i for i in secret if len(atoms[i].holders) < least_holders]
    lived = [i for i in secret if atoms[i].homes is not None]
    some_holders, some_homes = partial(_few_holders, atoms, least_holders), partial(_few_homes, atoms)
    for places, sets_of in ((few, some_holders), (lived, some_homes)):
        left, left_before = _left(rows, places), _left(known[0], places)
        met = [place for place, column in zip(places, left.T, strict=True) if (np.abs(column) > NIL).any()]
        for sets in sets_of(met) if met else ():
            more = _count_figures(left, places, sets) > _count_figures(left_before, places, sets)
            grown = [subset for subset, is_more in zip(sets, more, strict=True) if is_more]
            if disclosed := [subset for subset in grown if _is_new(rows, known, atoms, subset)]:
                return frozenset().union(*(atoms[i].sites for subset in disclosed for i in subset))
    return frozenset()


@dataclass(frozen=True, slots=True)
class _Unknowns:
    """What several documents show of whom.

    Attributes:
        atoms: sites that no row parts; of a group that grew, the homes of each step.
        tables: the rows of each document, (R, A), 1 where a row holds an atom.
        named: which atoms stand under their own name in each document, (A,).
    """

    atoms: Sequence[_Atom]
    tables: Sequence[FloatArray]
    named: Sequence[BoolArray]

    @classmethod
    def of(cls, publications: Sequence[Publication]) -> Self:
        """Return the unknowns of some documents, of which the last one knows best who agreed."""
        about = {id_: site for document in publications for id_, site in document.sites.items()}
        counts: dict[str, set[int]] = {id_: set() for id_ in about}
        for publication in publications:
            for id_, site in publication.sites.items():
                counts[id_].add(site.homes or 0)
        steps = [
            (id_, level, level - below if level else 1)
            for id_, levels in counts.items()
            for below, level in pairwise((0, *sorted(levels)))
        ]
        rows = [_over(document, steps) for document in publications]
        bits = np.packbits(np.vstack(rows).astype(np.bool_), axis=0)
        _columns, first, inverse = np.unique(bits, axis=1, return_index=True, return_inverse=True)
        groups = [
            [step for step, at in zip(steps, np.ravel(inverse), strict=True) if at == i]
            for i in range(len(first))
        ]
        named = [
            np.array([steps[i][0] in document.named and about[steps[i][0]].homes is None for i in first])
            for document in publications
        ]
        return cls([_atom(some, about) for some in groups], [table[:, first] for table in rows], named)

    def rows_without_named(self, documents: Sequence[int]) -> FloatArray:
        """Return the rows of some documents, less those whom one of them names."""
        table = np.vstack([self.tables[i] for i in documents])
        named = np.any([self.named[i] for i in documents], axis=0)
        # As bits: of hundreds of sites, ordering numbers takes ten times as long.
        bits = np.unique(np.packbits((table > 0.0) & ~named, axis=1), axis=0)
        return np.unpackbits(bits, axis=1, count=table.shape[1]).astype(np.float64)


Step: TypeAlias = tuple[str, int, int]
"""Of a site: its homes from this step on, and those that came with it."""


def _over(publication: Publication, steps: Sequence[Step]) -> FloatArray:
    table, columns = np.zeros((len(publication.rows), len(steps))), dict[str, list[int]]()
    for column, (id_, level, _more) in enumerate(steps):
        if id_ in publication.sites and level <= (publication.sites[id_].homes or 0):
            columns.setdefault(id_, []).append(column)
    for row, ids in enumerate(publication.rows):
        table[row, [column for id_ in ids for column in columns.get(id_, ())]] = 1.0
    return table


def _atom(steps: Sequence[Step], about: Mapping[str, PublishedSite]) -> _Atom:
    sites = [about[id_] for id_, _level, _more in steps]
    is_lived = all(site.homes is not None for site in sites)
    return _Atom(
        frozenset(id_ for id_, _level, _more in steps),
        frozenset(site.holder for site in sites),
        sum(more for _id, _level, more in steps) if is_lived else None,
        any(not site.is_open for site in sites),
    )


def _few_holders(atoms: Sequence[_Atom], least: int, places: Sequence[int]) -> Iterator[list[frozenset[int]]]:
    """Yield the atoms of one holder, of two: those whose figure nobody may know, if one did not agree."""
    holders = sorted({holder for i in places for holder in atoms[i].holders})
    for count in range(1, least):
        chosen = [frozenset(some) for some in combinations(holders, count)]
        sets = {frozenset(i for i in places if atoms[i].holders <= some) for some in chosen}
        if kept := [subset for subset in sets if any(atoms[i].is_closed for i in subset)]:
            yield sorted(kept, key=sorted)


def _few_homes(atoms: Sequence[_Atom], places: Sequence[int]) -> Iterator[list[frozenset[int]]]:
    """Yield the atoms of fewer than ten homes, not all agreed; all of them where that is too many."""
    tried = 0
    for count in range(1, LEAST_HOUSEHOLDS):
        some = (
            frozenset(chosen)
            for chosen in combinations(places, count)
            if sum(atoms[i].homes or 0 for i in chosen) < LEAST_HOUSEHOLDS
            and any(atoms[i].is_closed for i in chosen)
        )
        sets = list(islice(some, MOST_SETS - tried))
        tried += len(sets)
        if sets:
            yield sets if tried < MOST_SETS else [*sets, frozenset(places)]


def _is_new(
    rows: FloatArray, known: Sequence[FloatArray], atoms: Sequence[_Atom], some: frozenset[int]
) -> bool:
    """Return whether rows tell of some atoms what no document tells alone, nor follows from who is open."""
    places = sorted(some)
    of_open = [not atoms[i].is_closed for i in places]
    opens = _left(rows, [i for i in places if not atoms[i].is_closed])
    padded = np.zeros((len(opens), len(places)))
    padded[:, np.flatnonzero(of_open)] = opens
    known_rows = np.vstack([padded, *(_left(table, places) for table in known)])
    return bool(len(_left(rows, places)) > np.linalg.matrix_rank(known_rows, tol=NIL))


def _left(table: FloatArray, places: Sequence[int]) -> FloatArray:
    """Combinations of rows on some atoms alone, (D, P), with independent rows."""
    others = [i for i in range(table.shape[1]) if i not in places]
    left, sizes, _right = np.linalg.svd(table[:, others])
    combined = left[:, int((sizes > NIL).sum()) :].T @ table[:, places]
    _left, sizes, right = np.linalg.svd(combined, full_matrices=False)
    return np.asarray(right[sizes > NIL], dtype=float)


def _count_figures(left: FloatArray, places: Sequence[int], sets: Sequence[frozenset[int]]) -> IntArray:
    """Number of independent figures on each set of atoms alone, (S,)."""
    outside = np.array([[i not in subset for i in places] for subset in sets])
    rank = np.linalg.matrix_rank(left * outside[:, None, :], tol=NIL) if len(left) else 0
    return len(left) - np.broadcast_to(rank, len(sets)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The rows of a document over the sites of a scenario, and its ISO date; their sum is told too."""

    scenario: Scenario
    groups: Sequence[ShownGroup]
    ran_on: str

    @classmethod
    def of(cls, view: View) -> Self:
        """Return those of a view."""
        return cls(view.result.scenario, view.groups, view.result.provenance.ran_on[:10])

    @classmethod
    def of_all(cls, scenario: Scenario, ran_on: str) -> Self:
        """Return the one row of a document that tells of everybody together alone."""
        return cls(scenario, [ShownGroup("", "", tuple(range(len(scenario.participants))))], ran_on)


def publication_of(shown: ShownRows, called: Callable[[str], str] = str) -> Publication:
    """Return the rows of a document, none of its figures.

    Args:
        called: gives what stands for the id of a site, of a person.
    """
    people = shown.scenario.participants
    ids = [called(site.id) for site in people]
    return Publication(
        {id_: _site(site, called(site.person or site.id)) for id_, site in zip(ids, people, strict=True)},
        tuple(tuple(ids[i] for i in group.members) for group in shown.groups),
        frozenset(
            ids[group.named[0]] for group in shown.groups if len(group.members) == len(group.named) == 1
        ),
    )


def disclosed_by_moves(shown: Sequence[Result], new: Result, row_of: Callable[[Participant], str]) -> bool:
    """Return whether what a room sees of a state tells of too few: of a row, or since what it saw.

    Args:
        row_of: gives the row of several in which a site stands, empty where it has its own.
    """
    together: dict[str, list[Participant]] = {}
    for participant in new.scenario.participants:
        together.setdefault(row_of(participant), []).append(participant)
    if any(_are_few(people) for row, people in together.items() if row):
        return True
    pages = [_page(result.scenario.participants, row_of) for result in (*shown, new)]
    if all(set(page.rows) == set(pages[-1].rows) for page in pages):
        return False
    return bool(disclosed_with_earlier(pages[:-1], pages[-1:]))


def _are_few(people: Sequence[Participant]) -> bool:
    """Return whether the total less all other rows is the figure of too few."""
    holders = {
        participant.person or participant.id for participant in people if participant.kind not in HOMES
    }
    if any(participant.kind in HOMES for participant in people):
        return not holders and not may_have_a_row(people)
    return len(holders) < LEAST_CLOSED


def _page(people: Sequence[Participant], row_of: Callable[[Participant], str]) -> Publication:
    rows: dict[str, list[str]] = {}
    for participant in people:
        rows.setdefault(row_of(participant) or f"\0{participant.id}", []).append(participant.id)
    return Publication(
        {site.id: _site(site, site.person or site.id) for site in people},
        tuple(tuple(row) for row in rows.values()),
        frozenset(site.id for site in people if not row_of(site)),
    )


def _site(participant: Participant, holder: str) -> PublishedSite:
    if participant.kind not in HOMES:
        return PublishedSite(holder, None, participant.publish)
    return PublishedSite(
        holder, homes(participant), bool(participant.counted_below_ten and homes(participant))
    )


def disclosed_with_earlier(earlier: Sequence[Publication], new: Sequence[Publication]) -> frozenset[str]:
    """Return the sites of which a document, several scenarios or one, tells what none of them tells alone."""
    seen = list(earlier)
    disclosed = []
    for publication in new:
        disclosed.append(disclosed_by_difference(seen, publication, LEAST_CLOSED))
        seen.append(publication)
    return frozenset(chain.from_iterable(disclosed))
