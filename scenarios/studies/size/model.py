"""The search of powers as the cutting planes of `optimise` take it: gains, limits, choice of classes.

What a search of powers raises and holds: its gains, built once for each set of worths that is open.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.size.result import Aim
from scenarios.studies.size.planes.terms import (
    Choice,
    ConvexProblem,
    Floor,
    Gains,
    KeptTerms,
    Linear,
    LoneLoops,
    Loop,
    OnRows,
    Term,
    unique_rows,
)
from scenarios.studies.size.roof_classes import vector
from scenarios.studies.size.settings import SizeChoice
from scenarios.studies.size.values import SizeGround, store_term, use_of

NPV, RATIO, VALUE = 0, 1, 2
"""Rows of the gains: what is maximised or bounded below first, then the ratio, then members."""

MONEY = frozenset({Aim.NPV, Aim.NPV_EVERYONE})


def gains_of(ground: SizeGround, aim: Aim, used_ratio: float, goals: set[int], is_open: BoolArray) -> Gains:
    """Return the gains: row 0 the aim, row 1 `used - used_ratio x made`, then present value, then members.

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
    slope[RATIO, : len(ground.columns)] = -used_ratio * ground.made_kwh
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
        limit = battery.store.step_ratio * battery.store.scale_ratio
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
    return np.divide(np.minimum(kwh, need_kwh), kwh, out=np.zeros_like(kwh), where=kwh > 0.0)


def search_of(
    ground: SizeGround,
    choice: SizeChoice,
    *,
    aim_row: int,
    floor_ratio: float | None,
    used_ratio: float = 0.0,
    keep: Sequence[bool] | None = None,
    fixed_kwh: float | None = None,
) -> ConvexProblem:
    """Return the search: gains are the aim, the ratio's limit, the present value, then members.

    Args:
        keep: which columns are open, all of them where it is None.
        fixed_kwh: energy of the battery, where it is not to be chosen.
    """
    floor = used_ratio if floor_ratio is None else floor_ratio
    classes = _classes(ground, choice, fixed_kwh)
    low, high = _bounds(ground, choice, keep, fixed_kwh, has_classes=classes is not None)
    aims: tuple[int, ...] = (aim_row,)
    if aim_row == NPV and choice.aim is Aim.WORST_MEMBER and ground.members is not None:
        aims = tuple(range(VALUE + 1, VALUE + 1 + len(ground.members.ids)))
    floors = []
    if floor_ratio is not None:
        floors.append(Floor(RATIO, max(ground.made_by(high), 1.0)))
    if choice.npv_min_eur is not None and aim_row == NPV:
        all_eur = float(np.abs(ground.cost_eur_per_kwp) @ ground.powers(high))
        floors.append(Floor(VALUE, max(all_eur, 1.0), pays_entry=True))
    rows = {*aims, *(limit.row for limit in floors)}
    gains = gains_of(ground, choice.aim, floor, rows, _open(ground, keep))
    if choice.npv_min_eur is not None:
        offset = gains.offset.copy()
        offset[VALUE] -= choice.npv_min_eur
        gains = replace(gains, offset=offset)
    return ConvexProblem(
        gains=gains,
        low=low,
        high=high,
        aims=aims,
        floors=tuple(floors),
        limits=_limits(ground, choice),
        choice=classes,
        pays_entry=aim_row == NPV and choice.aim.is_value,
        step=_steps(ground, choice),
        exact=_exact(ground, choice, aim_row, _open(ground, keep)),
    )


def _open(ground: SizeGround, keep: Sequence[bool] | None) -> BoolArray:
    """Columns that may be built, (n,)."""
    return np.ones(len(ground.columns), dtype=bool) if keep is None else np.asarray(keep, dtype=bool)


def _bounds(
    ground: SizeGround,
    choice: SizeChoice,
    keep: Sequence[bool] | None,
    fixed_kwh: float | None,
    *,
    has_classes: bool,
) -> tuple[FloatArray, FloatArray]:
    low, high = vector(ground.columns, "low_kwp"), vector(ground.columns, "high_kwp")
    if not has_classes:
        # One class a roof: any power from its least one, which may be nothing at all.
        low = np.array([roof.low_kwp for roof in choice.roofs.values()])
    if keep is not None:
        high = np.where(np.asarray(keep), high, 0.0)
        low = np.where(np.asarray(keep), low, 0.0)
    if choice.battery is None:
        return low, high
    least, most = choice.battery.low_kwh, choice.battery.high_kwh
    if fixed_kwh is not None:
        least = most = fixed_kwh
    return np.append(low, least), np.append(high, most)


def _limits(ground: SizeGround, choice: SizeChoice) -> tuple[Linear, ...]:
    battery, limits = ground.battery, []
    if choice.power_cap_kwp is not None:
        weight = np.ones(len(ground.columns))
        weight = weight if battery is None else np.append(weight, 0.0)
        limits.append(Linear("cap", weight, choice.power_cap_kwp))
    if choice.budget_eur is not None:
        weight = ground.capex_eur_per_kwp
        weight = weight if battery is None else np.append(weight, battery.capex_eur_per_kwh)
        entry = ground.entry_capex_eur
        entry = entry if battery is None else np.append(entry, battery.fixed_eur)
        limits.append(Linear("budget", weight, choice.budget_eur, pays_entry=True, entry_cost=entry))
    return tuple(limits)


def behind_meters(ground: SizeGround) -> BoolArray:
    """Columns behind a meter, (n,)."""
    behind = np.zeros(len(ground.columns), dtype=bool)
    for columns in ground.behind:
        behind[columns] = True
    return behind


def _exact(
    ground: SizeGround, choice: SizeChoice, aim_row: int, is_open: BoolArray
) -> Callable[[FloatArray], float] | None:
    """Return the true present value, where the loops only bound it; None where they are exact."""
    if aim_row != NPV or not choice.aim.is_value:
        return None
    if ground.battery is not None or ground.shared is not None or bounds_own_use(ground, is_open):
        # What the rule leaves in it at the end is lost, where the planes take it as sold.
        return partial(npv_eur, ground)
    margin = ground.margins.margin[np.unique(ground.margins.kind[is_open])]
    if np.ptp(margin, axis=0).max(initial=0.0) <= 1e-12 * max(1.0, float(np.abs(margin).max())):
        return None
    return lambda x: true_npv_eur(ground, x)


def bounds_own_use(ground: SizeGround, is_open: BoolArray | None = None) -> bool:
    """Return whether the gains only bound own use: below a local kWh, or not the same for all of a host."""
    for (unit, _need), behind in zip(ground.hosts, ground.behind, strict=True):
        columns = behind if is_open is None else behind[is_open[behind]]
        if len(columns):
            more = (ground.own - ground.local)[np.ix_(columns, unit.any(axis=0))]
            least = 1e-12 * max(1.0, float(np.abs(more).max(initial=0.0)))
            if more.min(initial=0.0) < -least or np.ptp(more, axis=0).max(initial=0.0) > least:
                return True
    return False


def npv_eur(ground: SizeGround, x: FloatArray) -> float:
    """Return `true_npv_eur`, kept where a battery is sought: several searches ask the same points."""
    if ground.battery is None:
        return true_npv_eur(ground, x)
    kept, key = ground.battery.store.kept, ("value", x.tobytes())
    if key not in kept:
        kept[key] = (true_npv_eur(ground, x), x)
    return kept[key][0]


def true_npv_eur(ground: SizeGround, x: FloatArray) -> float:
    """Return the present value at a point, entry costs left out, each plant sharing in proportion.

    What a battery gives back is paid to the plants by what they put in, as `battery.given_through`.
    """
    powers, use = ground.powers(x), use_of(ground, x)
    # Classes that are not built make nothing.
    built = np.flatnonzero(powers).tolist()
    output_kwh = {n: ground.unit_kwh[n] * powers[n] for n in built}
    own = _own_kwh(ground, output_kwh)
    injected = {n: output_kwh[n] - own[n] if n in own else output_kwh[n] for n in built}
    pool = sum(injected.values(), np.zeros_like(ground.need_kwh))
    need = ground.need_kwh - sum(own.values(), np.zeros_like(pool))
    local = _local_eur(ground, built, own)
    part = _part(np.minimum(pool, need), pool)
    stored = None if use is None else _part(use.taken_kwh, pool)
    worth, put, back = -float(ground.cost_eur_per_kwp @ powers), [], []
    for n in built:
        # einsum, not @: for vectors BLAS may start threads, and wait for them longer than it counts.
        shared = injected[n] * part
        sold = ground.sold_eur(n, injected[n] - shared)
        if use is not None and stored is not None:
            put.append(float(np.einsum("d,d->", injected[n], stored)))
            back.append(float(np.einsum("d,d->", use.given_kwh, local[n])))
            sold -= put[-1] * float(ground.surplus[n])
        worth += float(np.einsum("d,d->", shared, local[n])) + sold
    worth += sum(float(np.einsum("d,d->", own[n], ground.own[n])) for n in own)
    if ground.battery is not None:
        total = sum(put)
        ratios = [kwh / total if total > 0.0 else 1.0 / len(put) for kwh in put]
        worth += sum(ratio * eur for ratio, eur in zip(ratios, back, strict=True))
        worth -= ground.battery.cost_eur_per_kwh * ground.battery_kwh(x)
    return worth


def producers_npv_eur(ground: SizeGround, x: FloatArray) -> float:
    """Return the present value of the producers at a point, entry costs paid, whatever the aim counts."""
    paid = ground.paid
    value = npv_eur(ground, x) if paid is None else true_npv_eur(paid, x)
    return value - (paid or ground).entry_of(x)


def _local_eur(ground: SizeGround, built: list[int], own: dict[int, FloatArray]) -> dict[int, FloatArray]:
    """Value of a local kWh of each built column, (D,), for the remaining needs of the hosts."""
    if ground.shared is None:
        return {n: ground.local[n] for n in built}
    used = [
        sum((own[n] for n in own if n in set(behind.tolist())), np.zeros_like(ground.need_kwh))
        for behind in ground.behind
    ]
    return dict(zip(built, ground.shared.left_to(built, ground.need_kwh, used), strict=True))


def _own_kwh(ground: SizeGround, output_kwh: dict[int, FloatArray]) -> dict[int, FloatArray]:
    """Energy from each column behind a meter to its host, by column, (D,), kWh."""
    own: dict[int, FloatArray] = {}
    for (_unit, need), behind in zip(ground.hosts, ground.behind, strict=True):
        columns = set(behind.tolist())
        inside = [n for n in output_kwh if n in columns]
        total = sum((output_kwh[n] for n in inside), np.zeros_like(need))
        part = _part(np.minimum(total, need), total)
        own |= {n: output_kwh[n] * part for n in inside}
    return own


def _part(kwh: FloatArray, total: FloatArray) -> FloatArray:
    return np.divide(kwh, total, out=np.zeros_like(total), where=total > 0.0)


def used_kwh(ground: SizeGround, x: FloatArray) -> float:
    """Return own use and shared kWh together, what the battery gave back among them."""
    at_once = ground.in_a_year(np.minimum(ground.made_at(x), ground.need_kwh))
    use = use_of(ground, x)
    return at_once if use is None else at_once + float(use.given_kwh.sum())


def _classes(ground: SizeGround, choice: SizeChoice, fixed_kwh: float | None) -> Choice | None:
    """Return the choice between classes; None where each roof has one class that starts at nothing."""
    roofs = np.array([column.roof for column in ground.columns])
    must = np.array([roof.low_kwp > 0.0 for roof in choice.roofs.values()])
    entry, battery = ground.entry_eur, choice.battery
    if battery is not None:
        least = battery.low_kwh if fixed_kwh is None else fixed_kwh
        roofs, must = np.append(roofs, len(must)), np.append(must, least > 0.0)
        entry = np.append(entry, battery.fixed_eur)
    single = len(set(roofs.tolist())) == len(roofs)
    if single and not entry.any():
        return None
    return Choice(roofs, must, entry)


def _steps(ground: SizeGround, choice: SizeChoice) -> FloatArray | None:
    steps = [roof.step_kwp for roof in choice.roofs.values()]
    by_variable = [steps[column.roof] or 0.0 for column in ground.columns]
    if choice.battery is not None:
        by_variable.append(choice.battery.step_kwh or 0.0)
    return np.array(by_variable) if any(by_variable) else None
