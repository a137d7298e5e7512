"""What a search of powers raises and holds: its gains, built once for each set of worths that is open."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.size.result import Aim
from scenarios.studies.size.battery import store_term
from scenarios.studies.size.planes.terms import Gains, KeptTerms, LoneLoops, Loop, OnRows, Term, unique_rows
from scenarios.studies.size.values import SizeGround

NPV, RATIO, VALUE = 0, 1, 2
"""Rows of the gains: what is maximised or bounded below first, then the ratio, then members."""

MONEY = frozenset({Aim.NPV, Aim.NPV_EVERYONE})


def gains_of(ground: SizeGround, aim: Aim, ratio: float, goals: set[int], is_open: BoolArray) -> Gains:
    """Return the gains: row 0 the aim, row 1 `used - ratio x made`, then present value, then members.

    What columns that are closed would count is left in: they make nothing. Searches of the same worths then
    share one evaluation of a point, and the planes it gives.

    Args:
        goals: rows that are read; with a battery, only these are computed.
        is_open: columns that may be built: the gains are bounds for these only.
    """
    met = np.unique(ground.margins.kind[is_open])
    inside = [np.unique(ground.kinds[behind[is_open[behind]]]) for behind in ground.behind]
    key = (aim, *sorted(goals), met.tobytes(), *(kinds.tobytes() for kinds in inside))
    if key not in ground.kept_gains:
        ground.kept_gains[key] = _gains(ground, aim, goals, met, inside)
    gains = ground.kept_gains[key]
    slope = gains.slope.copy()
    slope[RATIO, : len(ground.columns)] = -ratio * ground.made_kwh
    return replace(gains, slope=slope)


def _gains(ground: SizeGround, aim: Aim, goals: set[int], met: IntArray, inside: Sequence[IntArray]) -> Gains:
    """Return the same with a ratio of 0, for the margins `met` and the kinds `inside` behind each meter."""
    members = ground.members if aim is Aim.WORST_MEMBER else None
    rows = VALUE + 1 + (0 if members is None else len(members.ids))
    money = (NPV, VALUE) if aim in MONEY else (VALUE,)
    common, others, npv_slope = _npv_parts(ground, met, inside)
    slope, offset = np.zeros((rows, len(npv_slope))), np.zeros(rows)
    slope[list(money)] = npv_slope
    pooled = np.zeros((rows, len(ground.need_kwh)))
    pooled[RATIO] = 1.0 if ground.part_of_year is None else ground.part_of_year
    pooled[list(money)] += common
    if aim is Aim.KWH:
        pooled[NPV] = pooled[RATIO]
    if members is not None:
        pooled[VALUE + 1 :] = members.per_kwh
        offset[VALUE + 1 :] = -members.fixed
    if goals.isdisjoint(money):  # what only a present value counts is left out
        others = []
    units, output_of = ground.outputs
    first: Term = Loop(units, ground.need_kwh, pooled, rows=output_of)
    if ground.battery is not None:
        counted = sorted(goals.intersection(money))
        first = store_term(ground, common, counted, sorted(goals.difference(money)), met, rows)
    kept = KeptTerms((first, *(OnRows(term, money, rows) for term in others)))
    return Gains((kept,), slope, offset, kept)


def _npv_parts(
    ground: SizeGround, met: IntArray, inside: Sequence[IntArray]
) -> tuple[FloatArray, list[Term], FloatArray]:
    """Return the worth common to all (D,), terms and slope of the present value: a bound where worths differ.

    `value = sum_r s_r made_r + f sum_r (u_r - s_r) made_r` with `f` the part shared; what all have in common
    of `u - s` multiplies `min(made, need)`, and what one has beyond, at most `min(made_r, need)`.

    A battery takes kWh that the dearest contract would have bought; a column with another loses less by as
    much, on what is shared or stored: at most `min(made_r, need + limit)`.
    """
    margins, battery = ground.margins, ground.battery
    common = margins.margin[met].min(axis=0)
    slope = ground.all_sold_eur - ground.cost_eur_per_kwp
    cheaper, limit = np.zeros(len(margins.surplus)), 0.0
    if battery is not None:
        slope = np.append(slope, -battery.cost_eur_per_kwh)
        cheaper = margins.surplus[met].max() - margins.surplus
        limit = battery.store.step_ratio * battery.store.scale
    beyond = {kind: np.maximum(margins.margin[kind] - common, cheaper[kind]) for kind in met.tolist()}
    least = 1e-12 * max(1.0, margins.largest)
    counted = {kind: more for kind, more in beyond.items() if more.max() > least}
    terms: list[Term] = []
    if counted:
        columns = np.flatnonzero(np.isin(margins.kind, list(counted)))
        more = [counted[int(kind)] for kind in margins.kind[columns]]
        limits = np.where(cheaper[margins.kind[columns]] > 0.0, limit, 0.0)
        terms.append(LoneLoops(columns, ground.unit_kwh, ground.need_kwh, more, limits))
    for (unit, need), behind, kinds in zip(ground.hosts, ground.behind, inside, strict=True):
        columns = behind[np.isin(ground.kinds[behind], kinds)]
        if len(columns) == 0:
            continue
        more_own = (ground.own[columns] - ground.local[columns]).max(axis=0)
        lost = np.maximum(-more_own, 0.0) * least_part(ground, unit, need)
        slope[behind] -= np.einsum("nd,d->n", unit[behind], lost)
        more_own = np.maximum(more_own, 0.0)
        lit = unit.any(axis=0)
        units, output_of = unique_rows(unit[np.ix_(behind, lit)])
        terms.append(Loop(units, need[lit], more_own[None, lit], behind, output_of))
    return common, terms, slope


def least_part(ground: SizeGround, unit_kwh: FloatArray, need_kwh: FloatArray) -> FloatArray:
    """Return the least part of what is made behind a meter that its host uses, (D,): at the highest powers.

    What own use is worth below a local kWh is lost on that part at least, by chord: a bound, no longer a cap.
    """
    highest = dict[int, FloatArray]()
    for column, unit in zip(ground.columns, unit_kwh, strict=True):
        most = unit * column.high_kwp
        highest[column.roof] = np.maximum(highest.get(column.roof, most), most)
    kwh = sum(highest.values(), np.zeros_like(need_kwh))
    part: FloatArray = np.divide(np.minimum(kwh, need_kwh), kwh, out=np.zeros_like(kwh), where=kwh > 0.0)
    return part
