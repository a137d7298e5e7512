"""Years that differ, one after the other: a search over them is one over the steps of all."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.size.roof_classes import RoofClass
from scenarios.studies.size.values import RoofWorths, SizeGround


def joined(columns: Sequence[RoofClass], years: Sequence[SizeGround], parts: Sequence[float]) -> SizeGround:
    """Join the grounds of several years into one.

    Args:
        columns: the classes, over the whole plan.
        years: what a search of each would rest on, its kWh worth what they are over those it stands for.
        parts: what each is of the mean year.
    """
    first = years[0]

    def along(arrays: Sequence[FloatArray]) -> FloatArray:
        return np.concatenate(arrays, axis=-1)

    paid = [year.paid for year in years if year.paid is not None]
    return replace(
        first,
        columns=tuple(columns),
        unit_kwh=along([year.unit_kwh for year in years]),
        need_kwh=along([year.need_kwh for year in years]),
        year_kwh=float(np.dot(parts, [year.year_kwh for year in years])),
        local=along([year.local for year in years]),
        own=along([year.own for year in years]),
        surplus=along([np.broadcast_to(year.surplus[:, None], year.local.shape) for year in years]),
        hosts=tuple(
            (along([unit for unit, _need in host]), along([need for _unit, need in host]))
            for host in zip(*(year.hosts for year in years), strict=True)
        ),
        shared=_shared(years),
        part_of_year=np.repeat(parts, [len(year.need_kwh) for year in years]),
        paid=joined(columns, paid, parts) if paid else None,
    )


def _shared(years: Sequence[SizeGround]) -> RoofWorths | None:
    """Value of a kWh to each host; None where all values are equal in every year."""
    if all(year.shared is None for year in years):
        return None
    every = [
        year.shared or RoofWorths(year.local, year.own, (year.local,) * len(year.hosts)) for year in years
    ]
    return RoofWorths(
        local=np.concatenate([row.local for row in every], axis=1),
        own=np.concatenate([row.own for row in every], axis=1),
        hosts=tuple(np.concatenate(host, axis=1) for host in zip(*(row.hosts for row in every), strict=True)),
    )
