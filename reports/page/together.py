"""Homes in one row: a home's kWh and euros are personal data, shown of ten together or not at all."""

from collections.abc import Sequence
from dataclasses import replace

from acc.homes import together_id
from reports.page.standing import Moved, Stand, homes_name

HOMES_ROW = "foyers"
"""Id of their row."""


def homes_together(found: Sequence[Moved]) -> list[Moved]:
    """Return the rows to show: each member, and the homes as one where the first of them stands.

    >>> one = Stand("a", "Household", 5.0, 100.0, ("a",), homes=1)
    >>> [(c.stand.name, c.stand.eur) for c in homes_together([Moved(one, one)] * 12)]
    [('12 households', 60.0)]
    >>> [(c.stand.name, c.stand.eur) for c in homes_together([Moved(one, one)] * 2)]
    [('2 households', None)]
    """
    homes = [change for change in found if change.stand.homes]
    if not homes:
        return list(found)
    stand = _one([change.stand for change in homes])
    before = [change.kept for change in homes if change.kept is not None]
    row = Moved(stand, _one(before) if before else None)
    first = next(place for place, change in enumerate(found) if change.stand.homes)
    return [*found[:first], row, *(change for change in found[first:] if not change.stand.homes)]


def _one(stands: Sequence[Stand]) -> Stand:
    """Return several homes as one; without figures where they are fewer than ten."""
    known = [stand.eur for stand in stands if stand.eur is not None]
    row = replace(
        stands[0],
        id=HOMES_ROW,
        name=homes_name(stands),
        eur=sum(known) if known else None,
        kwh=sum(stand.kwh for stand in stands),
        sites=tuple(site for stand in stands for site in stand.sites),
        plants=tuple(plant for stand in stands for plant in stand.plants),
        homes=sum(stand.homes for stand in stands),
        drawn_id=together_id(stand.id for stand in stands),
    )
    return replace(row, eur=None, kwh=0.0) if row.is_hidden else row
