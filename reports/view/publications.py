"""What a document for all tells of whom: the rows of its views, to lay beside those of another document."""

from collections.abc import Callable, Sequence
from itertools import chain

from acc.household_privacy import HOMES, homes
from acc.sites import Participant
from reports.view.isolation import Publication, PublishedSite, told_by_difference
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View


def publication_of(view: View, called: Callable[[str], str] = str) -> Publication:
    """Return the rows of a view over its sites, none of its figures.

    Args:
        called: gives what stands for the id of a site, of a person.
    """
    people = view.result.scenario.participants
    ids = [called(one.id) for one in people]
    return Publication(
        {id_: _site(one, called(one.person or one.id)) for id_, one in zip(ids, people, strict=True)},
        tuple(tuple(ids[i] for i in group.members) for group in view.groups),
        frozenset(
            ids[group.named[0]] for group in view.groups if len(group.members) == len(group.named) == 1
        ),
    )


def _site(one: Participant, holder: str) -> PublishedSite:
    if one.kind not in HOMES:
        return PublishedSite(holder, None, one.publish)
    return PublishedSite(holder, homes(one), bool(one.counted_below_ten and homes(one)))


def told_beside(earlier: Sequence[Publication], new: Sequence[Publication]) -> frozenset[str]:
    """Return the sites of which a document, several scenarios or one, tells what none of them tells alone."""
    seen = list(earlier)
    told = []
    for one in new:
        told.append(told_by_difference(seen, one, LEAST_CLOSED))
        seen.append(one)
    return frozenset(chain.from_iterable(told))
