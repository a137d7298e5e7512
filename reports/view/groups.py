"""The rows of a result that may be shown: who has a figure with which it could hide another's."""

import numpy as np

from acc.arrays import FloatArray
from acc.household_privacy import may_have_a_row
from acc.result.result import Result
from reports.view.privacy import ShownGroup, beside_homes, public_groups


def shown_groups(
    result: Result, reader: str | None = None, beside: frozenset[str] = frozenset()
) -> tuple[ShownGroup, ...]:
    """Return the rows that a document shared with `reader` may show; see `view_of`.

    Raises:
        InputError: households that may not be shown.
    """
    return public_groups(result.scenario, reader, hiding_kwh(result), beside)


def sites_beside_homes(result: Result) -> frozenset[str]:
    """Return the sites with which homes that have no row stand, whoever reads; none where they need none."""
    people = result.scenario.participants
    if may_have_a_row(people):
        return frozenset()
    return frozenset(people[i].id for i in beside_homes(people, hiding_kwh(result)))


def hiding_kwh(result: Result) -> FloatArray:
    """Return the need of each participant, (N,), 0 of whom a figure is nil or unknown beside known ones.

    Such a one hides nobody: of a row of two, that figure is the other's.
    """
    need = np.where(result.can_receive, result.energy.consumption_kwh, 0.0)
    if result.money is None or result.money.saving_eur_ht is None:
        return need
    return np.where([one.saving_eur_ht is not None for one in result.money.participants], need, 0.0)
