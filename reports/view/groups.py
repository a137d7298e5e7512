"""The rows of a result that may be shown: who could hide another, whose difference may not be shown."""

from collections.abc import Collection, Mapping, Sequence
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes, may_have_a_row
from acc.problem import InputError, Problem
from acc.result.outcomes import MemberOutcome
from acc.result.result import Result
from acc.scenario import Scenario
from reports.view.privacy import LEAST_CLOSED, ShownGroup, covering_sites, public_groups


def shown_groups(
    result: Result, reader: str | None = None, compared: frozenset[str] = frozenset()
) -> tuple[ShownGroup, ...]:
    """Return the rows that a document shared with `reader` may show; see `view_of`.

    Raises:
        InputError: households that may not be shown.
    """
    return public_groups(result.scenario, reader, hiding_kwh(result), compared)


def picture_groups(
    scenario: Scenario, need_kwh: FloatArray, received_kwh: FloatArray
) -> tuple[ShownGroup, ...]:
    """Return the rows of a picture that is made without a result: those of the brief.

    Args:
        need_kwh, received_kwh: of each participant, (N,).

    Raises:
        InputError: households that may not be shown.
    """
    return public_groups(scenario, None, np.where(received_kwh > 0.0, need_kwh, 0.0))


def sites_covering_homes(result: Result) -> frozenset[str]:
    """Return the sites with which homes that have no row stand, whoever reads; none where they need none."""
    people = result.scenario.participants
    if may_have_a_row(people):
        return frozenset()
    return frozenset(people[i].id for i in covering_sites(people, hiding_kwh(result)))


def members_in_shared_row(
    result: Result, members: Sequence[MemberOutcome], unnamed: Collection[str]
) -> frozenset[str]:
    """Return the members of whom a room sees no row: who did not agree, and who hides them in the brief.

    Of fewer than three, each would know what the others have: the smallest of the others join them.

    Args:
        members: those of the result, without those who are in the row of homes.
        unnamed: ids of the members who did not agree.
    """
    people = result.scenario.participants
    try:
        rows = [group.members for group in shown_groups(result) if not group.is_named]
    except InputError:  # homes whom nobody hides: their row is bare
        rows = []
    sites = {people[i].id for row in rows for i in row if people[i].kind not in HOMES}
    able = [member for member in members if member.kind not in HOMES]
    together = [member for member in able if member.id in unnamed or sites & {*member.site_ids}]
    if not together:
        return frozenset()
    others = sorted((m for m in able if m not in together), key=lambda m: (m.need_kwh <= 0.0, m.need_kwh))
    missing = max(LEAST_CLOSED - len(together), 0)
    return frozenset(member.id for member in (*together, *others[:missing]))


def hiding_kwh(result: Result) -> FloatArray:
    """Return the need of each participant, (N,), 0 of whom a figure is nil or unknown beside known ones.

    Such a one hides nobody: of a row of two, that figure is the other's.
    """
    need = np.where(result.can_receive, result.energy.consumption_kwh, 0.0)
    if result.money is None or result.money.saving_eur_ht is None:
        return need
    return np.where(
        [participant.saving_eur_ht is not None for participant in result.money.participants], need, 0.0
    )


def check_differences(scenarios: Sequence[Scenario]) -> None:
    """Refuse documents side by side whose difference would isolate fewer than 10 homes, not all agreeing.

    Raises:
        InputError: two scenarios that differ by 1 to 9 homes, all else of the smaller being in the larger.
    """
    groups = [{p.id: homes(p) for p in scenario.participants if p.kind in HOMES} for scenario in scenarios]
    silent = {p.id for scenario in scenarios for p in scenario.participants if not p.counted_below_ten}
    for index, first in enumerate(groups):
        for second in groups[index + 1 :]:
            apart = _difference(first, second)
            differ = {id_ for id_ in {*first, *second} if first.get(id_) != second.get(id_)}
            if 0 < apart < LEAST_HOUSEHOLDS and differ & silent:
                raise InputError([Problem("participants.csv", _too_close(apart))])


def _difference(first: Mapping[str, int], second: Mapping[str, int]) -> int:
    small, large = sorted((first, second), key=lambda group: sum(group.values()))
    inside = all(count <= large.get(id_, 0) for id_, count in small.items())
    return sum(large.values()) - sum(small.values()) if inside else 0


def _too_close(apart: int) -> str:
    return _(
        "two scenarios shown side by side differ by {apart} households: the difference would show what "
        "they consume; at least {least} are expected (personal data)"
    ).format(apart=apart, least=LEAST_HOUSEHOLDS)
