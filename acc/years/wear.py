"""The meters of a later year in which nothing changes but what plants make: panels age, some cease."""

from collections.abc import Collection, Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import Exchange, behind_meters


def worn(
    first: Exchange,
    behind: Sequence[int | None],
    wear_ratio: FloatArray,
    year: int,
    ended: Collection[int] = (),
    into: FloatArray | None = None,
) -> Exchange:
    """Return what the meters see in a year of a plan, from what they see in the first one.

    The same weather and needs: less output is used behind meters first, and what is injected falls the most.

    Args:
        behind: whose meter each plant stands behind, or None.
        wear_ratio: yearly loss of output of each plant, (M,).
        year: from 1 on.
        ended: plants, by column, that make nothing any more.
        into: array to hold what sites withdraw, see `Exchange.seen_again`.

    >>> from datetime import date
    >>> from acc.steps import Steps
    >>> steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 60).part(0, 1)
    >>> one = Exchange(steps, np.array([[0.0]]), np.array([[1.0]]), np.array([[2.0]]))
    >>> later = worn(one, [0], np.array([0.1]), 3)
    >>> later.consumption_kwh.item(), round(later.production_kwh.item(), 9), later.own_use_kwh.item()
    (0.0, 0.43, 2.0)
    """
    left: FloatArray = (1.0 - wear_ratio) ** (year - 1.0)
    left[list(ended)] = 0.0
    output = (first.production_kwh + first.own_use_kwh) * left
    hosts = sorted({host for host in behind if host is not None})
    load = np.asfortranarray(first.consumption_kwh[:, hosts])
    for plant, host in enumerate(behind):
        if host is not None:
            load[:, hosts.index(host)] += first.own_use_kwh[:, plant]
    places = [None if host is None else hosts.index(host) for host in behind]
    withdrawn, made, own_use = behind_meters(load, output, places)
    return first.seen_again(hosts, withdrawn, made, own_use, into)
