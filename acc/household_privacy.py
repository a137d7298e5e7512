"""Homes: what a household uses is personal data, shown of ten together, or of fewer who all agreed.

A load curve of a person is personal data (GDPR; CNIL on communicating meters); ten is the size of the public
residential aggregates (décret of 4 March 2020).
"""

from collections.abc import Iterable, Mapping, Sequence

from acc.sites import Kind, Participant

LEAST_HOUSEHOLDS = 10
HOMES = frozenset({Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP})
PUBLIC_BODIES = frozenset({Kind.COMMUNE, Kind.EPCI, Kind.PUBLIC})
FIRMS = frozenset({Kind.COMPANY, Kind.ASSOCIATION})


def reader_of(kind: Kind | None) -> str | None:
    """Return the audience that a member of this kind belongs to."""
    if kind in PUBLIC_BODIES:
        return "commune"
    return "company" if kind in FIRMS else None


def is_open(participant: Participant, reader: str | None = None) -> bool:
    """Return whether it may be named: to everyone, or to the readers of this audience."""
    return participant.publish or reader in participant.publish_to


def homes(participant: Participant) -> int:
    """Return the number of homes of a participant: 0 when a group does not say."""
    if participant.kind is Kind.HOUSEHOLD:
        return 1
    return participant.households or 0


def may_have_a_row(sites: Iterable[Participant]) -> bool:
    """Return whether the homes among these sites may have figures of their own: ten, or fewer who all agreed.

    A group that does not say how many homes it holds agreed to nothing.
    """
    at_home = [site for site in sites if site.kind in HOMES]
    agreed = all(site.counted_below_ten and homes(site) for site in at_home)
    return agreed or sum(map(homes, at_home)) >= LEAST_HOUSEHOLDS


def closed_sites(
    sites: Iterable[Participant], reader: str | None = None, holder: str = ""
) -> tuple[Participant, ...]:
    """Return the sites that may not be told: who did not agree, and homes that may have no row.

    Each site is judged by itself, whoever holds it.

    Args:
        reader: the audience, to which some may be named; None where all members read.
        holder: id of the member whose own document it is.
    """
    people = [site for site in sites if holder not in {site.id, site.person}]
    homes_shown = may_have_a_row(people)
    return tuple(
        site for site in people if not (homes_shown if site.kind in HOMES else is_open(site, reader))
    )


def homes_together(participants: Mapping[str, Sequence[Participant]]) -> dict[str, int]:
    """Return the members who are shown in one row, and their homes: each of fewer than ten.

    Where these are fewer than ten together, the smallest group of homes is with them.

    Args:
        participants: the sites of each member.
    """
    of = {
        id_: sum(homes(site) for site in sites)
        for id_, sites in participants.items()
        if any(site.kind in HOMES for site in sites)
    }
    small = {id_: count for id_, count in of.items() if count < LEAST_HOUSEHOLDS}
    large = {id_: count for id_, count in of.items() if id_ not in small}
    if small and large and sum(small.values()) < LEAST_HOUSEHOLDS:
        nearest = min(large, key=lambda id_: large[id_])
        small[nearest] = large[nearest]
    return small


def together_id(members: Iterable[str]) -> str:
    """Return the name under which the ranges of several members together are kept.

    >>> together_id(["nord", "est"])
    'est nord'
    """
    return " ".join(sorted(members))
