"""Homes in one row: a home's kWh and euros are personal data, shown of ten together or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from acc.household_privacy import together_id
from acc.result.outcomes import pooled
from reports.page.member_outcome import Moved, Stand, pooled_name

Drawn: TypeAlias = Mapping[str, tuple[float, float, float]]

HOMES_ROW = "foyers"
"""Id of their row."""


def homes_together(found: Sequence[Moved], drawn_eur: Drawn = MappingProxyType({})) -> list[Moved]:
    """Return the rows to show: each member, and the homes as one where the first of them stands.

    Args:
        drawn_eur: low, middle and high of what members gain, those of homes together under `together_id`.
    """
    homes = [change for change in found if change.stand.is_pooled]
    if not homes:
        return list(found)
    stand = _one(drawn_eur, [change.stand for change in homes])
    before = [change.kept for change in homes if change.kept is not None]
    row = Moved(stand, _one(drawn_eur, before) if before else None)
    first = next(place for place, change in enumerate(found) if change.stand.is_pooled)
    return [*found[:first], row, *(change for change in found[first:] if not change.stand.is_pooled)]


def _one(drawn_eur: Drawn, stands: Sequence[Stand]) -> Stand:
    """Return several homes as one, with the range that was drawn together; bare where it may not be told."""
    name = pooled_name(stands)
    members = pooled(HOMES_ROW, name, [stand.outcome for stand in stands])
    drawn = drawn_eur.get(together_id(stand.id for stand in stands))
    row = replace(
        stands[0],
        outcome=replace(members, range_eur_ht=drawn),
        name=name,
        homes=sum(stand.homes or 0 for stand in stands),
        hides=sum(stand.hides for stand in stands),
    )
    if not row.is_hidden:
        return row
    return replace(row, outcome=replace(members, gain_eur_ht=None, range_eur_ht=None, received_kwh=0.0))
