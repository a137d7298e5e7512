"""Members in one row: homes, of ten together or not at all; who did not agree to be named, of three."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from acc.household_privacy import together_id
from acc.result.outcomes import pooled
from reports.page.member_outcome import ROWS, MemberSituation, Moved, pooled_name

Drawn: TypeAlias = Mapping[str, tuple[float, float, float]]


def in_rows(
    moveds: Sequence[Moved], drawn_eur: Drawn = MappingProxyType({}), *, is_bare: bool = False
) -> list[Moved]:
    """Return the rows to show: each member, and those of a row of several where the first of them stands.

    Args:
        drawn_eur: low, middle and high of what members gain, those of homes together under `together_id`.
        is_bare: whether rows of several may have no figure.
    """
    rows = list(moveds)
    for row in ROWS:
        some = [change for change in rows if change.situation.row == row]
        if not some:
            continue
        member = _pool(drawn_eur, [change.situation for change in some], is_bare=is_bare)
        before = [change.kept for change in some if change.kept is not None]
        moved = Moved(member, _pool(drawn_eur, before, is_bare=is_bare) if before else None)
        rows = [moved if change is some[0] else change for change in rows if change not in some[1:]]
    return rows


def _pool(drawn_eur: Drawn, situations: Sequence[MemberSituation], *, is_bare: bool) -> MemberSituation:
    """Return several as one, with the range that was drawn together; bare where it may not be told."""
    name = pooled_name(situations)
    members = pooled(situations[0].row, name, [situation.outcome for situation in situations])
    drawn = drawn_eur.get(together_id(situation.id for situation in situations))
    row = replace(
        situations[0],
        outcome=replace(members, range_eur_ht=drawn),
        name=name,
        homes=sum(situation.homes for situation in situations),
        hides=sum(situation.hides for situation in situations),
        is_bare=is_bare,
    )
    if not row.is_hidden:
        return row
    return replace(row, outcome=replace(members, gain_eur_ht=None, range_eur_ht=None, received_kwh=0.0))
