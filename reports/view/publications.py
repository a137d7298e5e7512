"""What a document for all tells of whom: the rows of its views, to lay beside those of another document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

from acc.household_privacy import HOMES, homes, may_have_a_row
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Participant
from reports.view.isolation import Publication, PublishedSite, disclosed_by_difference
from reports.view.privacy import LEAST_CLOSED, ShownGroup
from reports.view.view import View


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
