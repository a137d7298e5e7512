"""The search of powers in the form that `scenarios.kelley` solves: gains, limits, choice of classes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from acc.arrays import BoolArray, FloatArray
from scenarios.kelley import Choice, Floor, Gains, Linear, Loop, Problem
from scenarios.size_choice import Aim, SizeChoice
from scenarios.size_columns import vector
from scenarios.size_values import SizeGround

NPV, RATIO = 0, 1
"""Rows of the gains: what is maximised or bounded below first, then the ratio, then members."""


def search_of(
    ground: SizeGround,
    choice: SizeChoice,
    power_cap_kwp: float | None,
    *,
    aim_row: int,
    floor_ratio: float | None,
    ratio: float = 0.0,
    keep: Sequence[bool] | None = None,
) -> Problem:
    """Return the search: gains are the aim, the ratio's limit, the present value, then members."""
    columns = ground.columns
    floor = ratio if floor_ratio is None else floor_ratio
    gains, rows = _gains(ground, choice.aim, floor)
    classes = _classes(ground, choice)
    low, high = vector(columns, "low_kwp"), vector(columns, "high_kwp")
    if classes is None:
        # One class a roof: any power from its least one, which may be nothing at all.
        low = np.array([roof.low_kwp for roof in choice.roofs.values()])
    if keep is not None:
        high = np.where(np.asarray(keep), high, 0.0)
        low = np.where(np.asarray(keep), low, 0.0)
    limits = []
    if power_cap_kwp is not None:
        limits.append(Linear("cap", np.ones(len(columns)), power_cap_kwp))
    if choice.budget_eur is not None:
        limits.append(Linear("budget", ground.capex_eur_per_kwp, choice.budget_eur, pays_entry=True))
    floors = []
    if floor_ratio is not None:
        floors.append(Floor(RATIO, max(float(ground.made_kwh @ high), 1.0)))
    if choice.npv_min_eur is not None and aim_row == NPV:
        floors.append(Floor(rows["npv"], _npv_scale(ground, high), pays_entry=True))
        gains = _shifted(gains, rows["npv"], choice.npv_min_eur)
    aims = tuple(range(rows["member"], len(gains.offset))) if choice.aim is Aim.WORST_MEMBER else (NPV,)
    return Problem(
        gains=gains,
        low=low,
        high=high,
        aims=(RATIO,) if aim_row == RATIO else aims,
        floors=tuple(floors),
        limits=tuple(limits),
        choice=classes,
        pays_entry=aim_row == NPV and choice.aim in {Aim.NPV, Aim.NPV_EVERYONE},
        step=_steps(ground, choice),
        exact=_exact(ground, choice, aim_row),
    )


def _npv_scale(ground: SizeGround, high: FloatArray) -> float:
    return max(float(np.abs(ground.cost_eur_per_kwp) @ high), 1.0)


def _shifted(gains: Gains, row: int, least: float) -> Gains:
    offset = gains.offset.copy()
    offset[row] -= least
    return replace(gains, offset=offset)


def _gains(ground: SizeGround, aim: Aim, ratio: float) -> tuple[Gains, dict[str, int]]:
    """Return the gains: row 0 the aim, row 1 `used - ratio x made`, then present value, then members."""
    count, steps = ground.unit_kwh.shape
    npv_loops, npv_slope = _npv_parts(ground)
    members = ground.members if aim is Aim.WORST_MEMBER else None
    rows = 3 + (0 if members is None else len(members.ids))
    slope, offset = np.zeros((rows, count)), np.zeros(rows)
    slope[RATIO] = -ratio * ground.made_kwh
    slope[2] = npv_slope
    pooled = np.zeros((rows, steps))
    pooled[RATIO] = 1.0
    if aim in {Aim.NPV, Aim.NPV_EVERYONE}:
        slope[0] = npv_slope
    elif aim is Aim.KWH:
        pooled[0] = 1.0
    if members is not None:
        pooled[3:] = members.per_kwh
        offset[3:] = -members.fixed
    value_rows = [0, 2] if aim in {Aim.NPV, Aim.NPV_EVERYONE} else [2]
    loops = []
    for position, (unit, need, worth) in enumerate(npv_loops):
        weights = pooled if position == 0 else np.zeros((rows, steps))
        weights[value_rows] += worth
        loops.append(Loop(unit, need, weights))
    return Gains(tuple(loops), slope, offset), {"npv": 2, "member": 3}


def _npv_parts(ground: SizeGround) -> tuple[list[tuple[FloatArray, FloatArray, FloatArray]], FloatArray]:
    """Return the loops (unit, need, worth) and slope of the present value: a bound where worths differ.

    `value = sum_r s_r made_r + f sum_r (u_r - s_r) made_r` with `f` the part shared; what all have in common
    of `u - s` multiplies `min(made, need)`, and what one has beyond, at most `min(made_r, need)`.
    """
    margin = ground.local - ground.surplus[:, None]
    common = margin.min(axis=0)
    loops = [(ground.unit_kwh, ground.need_kwh, common)]
    for n in range(len(ground.columns)):
        more = margin[n] - common
        if more.max() > 1e-12 * max(1.0, float(np.abs(margin).max())):
            loops.append((_only(ground.unit_kwh, [n]), ground.need_kwh, more))
    for unit, need in ground.hosts:
        inside = np.flatnonzero(unit.any(axis=1))
        loops.append((unit, need, (ground.own[inside] - ground.local[inside]).min(axis=0)))
    return loops, ground.made_kwh * ground.surplus - ground.cost_eur_per_kwp


def _only(unit_kwh: FloatArray, columns: list[int]) -> FloatArray:
    part = np.zeros_like(unit_kwh)
    part[columns] = unit_kwh[columns]
    return part


def behind_meters(ground: SizeGround) -> BoolArray:
    """Return which columns stand behind a meter, (n,)."""
    behind = np.zeros(len(ground.columns), dtype=bool)
    for unit, _need in ground.hosts:
        behind |= unit.any(axis=1)
    return behind


def _exact(ground: SizeGround, choice: SizeChoice, aim_row: int) -> Callable[[FloatArray], float] | None:
    """Return the true present value, where the loops only bound it; None where they are exact."""
    if aim_row != NPV or choice.aim not in {Aim.NPV, Aim.NPV_EVERYONE}:
        return None
    margin = ground.local - ground.surplus[:, None]
    if np.ptp(margin, axis=0).max(initial=0.0) <= 1e-12 * max(1.0, float(np.abs(margin).max())):
        return None
    return lambda x: true_npv_eur(ground, x)


def true_npv_eur(ground: SizeGround, x: FloatArray) -> float:
    """Return the present value at powers `x`, entry costs left out, each plant sharing in proportion."""
    made = ground.unit_kwh * x[:, None]
    own = np.zeros_like(made)
    for unit, need in ground.hosts:
        inside = np.flatnonzero(unit.any(axis=1))
        total = made[inside].sum(axis=0)
        part = np.divide(np.minimum(total, need), total, out=np.zeros_like(total), where=total > 0.0)
        own[inside] = made[inside] * part
    injected = made - own
    pool, need = injected.sum(axis=0), ground.need_kwh - own.sum(axis=0)
    part = np.divide(np.minimum(pool, need), pool, out=np.zeros_like(pool), where=pool > 0.0)
    worth = (injected * part * ground.local).sum() + (own * ground.own).sum()
    worth += ((injected * (1.0 - part)).sum(axis=1) * ground.surplus).sum()
    return float(worth - ground.cost_eur_per_kwp @ x)


def used_kwh(ground: SizeGround, x: FloatArray) -> float:
    """Return own use and shared kWh together."""
    return float(np.minimum(x @ ground.unit_kwh, ground.need_kwh).sum())


def _classes(ground: SizeGround, choice: SizeChoice) -> Choice | None:
    """Return the choice between classes; None where each roof has one class that starts at nothing."""
    roofs = np.array([column.roof for column in ground.columns])
    must = np.array([roof.low_kwp > 0.0 for roof in choice.roofs.values()])
    single = len(set(roofs.tolist())) == len(roofs)
    if single and not ground.entry_eur.any():
        return None
    return Choice(roofs, must, ground.entry_eur)


def _steps(ground: SizeGround, choice: SizeChoice) -> FloatArray | None:
    steps = [roof.step_kwp for roof in choice.roofs.values()]
    if not any(steps):
        return None
    return np.array([steps[column.roof] or 0.0 for column in ground.columns])
