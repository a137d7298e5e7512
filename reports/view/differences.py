"""Documents side by side whose difference would tell the figures of a few homes."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.household_privacy import HOMES, LEAST_HOUSEHOLDS, homes
from acc.problem import InputError, Problem
from acc.scenario import Scenario


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
