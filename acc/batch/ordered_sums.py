"""Sums of the keys that serve in order, plant by plant: their own roof first, the nearest first.

What each plant gives each participant at a step is never held, only its sum; `acc.settle` is the reference.
"""

from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, column_sums
from acc.batch.sums import KeySums, Needs, ProductiveSteps
from acc.keys.nearest import NearestFirst, OwnRoofFirst
from acc.water_filling import divided

OrderedKey: TypeAlias = OwnRoofFirst | NearestFirst
"""A key whose sums are made here."""


def ordered_sums(
    key: OrderedKey,
    sheet: ProductiveSteps,
    needs: Needs,
    production_kwh: FloatArray,
    *,
    by_plant: bool = False,
) -> KeySums:
    """Return the sums under a key of all N participants.

    Args:
        production_kwh: injected by each plant, shape (M, D).

    >>> sheet = ProductiveSteps.of(np.array([True]), np.array([0]), 1)
    >>> needs, made = Needs.of(np.array([[0.6], [2.0]])), np.array([[1.0], [1.0]])
    >>> ordered_sums(OwnRoofFirst((0, None)), sheet, needs, made).received_kwh.round(4).tolist()
    [0.6, 1.4]
    """
    members = needs.base_kwh.shape[0]
    local = np.zeros((len(production_kwh), len(sheet.starts) - 1, members))
    for group, steps in sheet.blocks(members):
        need, left = needs.part(steps), production_kwh[:, steps].copy()
        in_order = _from_own_roofs if isinstance(key, OwnRoofFirst) else _over_links
        local[:, group] += in_order(key, left, need) + _by_need(left, need)  # type: ignore[arg-type]  # its own
    shared = local.sum(axis=(1, 2))
    return KeySums(local if by_plant else local.sum(axis=0, keepdims=True), shared)


def _from_own_roofs(key: OwnRoofFirst, left: FloatArray, need: FloatArray) -> FloatArray:
    """Energy of plants (M, d) given to their owners (N, d), (M, N), kWh; it is taken from both."""
    given = np.zeros((len(left), len(need)))
    for owner in {column for column in key.owner if column is not None}:
        plants = np.flatnonzero([column == owner for column in key.owner])
        made = left[plants]
        output = column_sums(made)
        used = np.minimum(output, need[owner])
        own = made * divided(used, output)
        given[plants, owner] = own.sum(axis=1)
        left[plants] = np.maximum(made - own, 0.0)
        need[owner] -= used
    return given


def _over_links(key: NearestFirst, left: FloatArray, need: FloatArray) -> FloatArray:
    """Energy of plants (M, d) over links to participants (N, d), (M, N), kWh; it is taken from both."""
    given = np.zeros((len(left), len(need)))
    for links, offer in key.passed(left, need):
        given[links.place] += offer.sum(axis=-1)
    return given


def _by_need(left: FloatArray, need: FloatArray) -> FloatArray:
    """Energy shared by default of what plants (M, d) have left and members (N, d) still need, (M, N), kWh."""
    most = np.maximum(column_sums(left), column_sums(need))
    by_need: FloatArray = (left * divided(np.ones_like(most), most)) @ need.T
    return by_need
