"""The search of powers as the cutting planes of `optimise` take it: gains, limits, choice of classes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.size.result import Aim
from scenarios.studies.size.battery import use_of
from scenarios.studies.size.gains import NPV, RATIO, VALUE, gains_of
from scenarios.studies.size.planes.problem import Choice, ConvexProblem, Floor, Linear
from scenarios.studies.size.planes.terms import Gains
from scenarios.studies.size.roof_classes import vector
from scenarios.studies.size.settings import SizeChoice
from scenarios.studies.size.values import SizeGround


def search_of(
    ground: SizeGround,
    choice: SizeChoice,
    *,
    aim_row: int,
    floor_ratio: float | None,
    ratio: float = 0.0,
    keep: Sequence[bool] | None = None,
    fixed_kwh: float | None = None,
) -> ConvexProblem:
    """Return the search: gains are the aim, the ratio's limit, the present value, then members.

    Args:
        keep: which columns are open, all of them where it is None.
        fixed_kwh: energy of the battery, where it is not to be chosen.
    """
    floor = ratio if floor_ratio is None else floor_ratio
    classes = _classes(ground, choice, fixed_kwh)
    low, high = _bounds(ground, choice, keep, fixed_kwh, has_classes=classes is not None)
    aims: tuple[int, ...] = (aim_row,)
    if aim_row == NPV and choice.aim is Aim.WORST_MEMBER and ground.members is not None:
        aims = tuple(range(VALUE + 1, VALUE + 1 + len(ground.members.ids)))
    floors = []
    if floor_ratio is not None:
        floors.append(Floor(RATIO, max(ground.made_by(high), 1.0)))
    if choice.npv_min_eur is not None and aim_row == NPV:
        floors.append(Floor(VALUE, _npv_scale(ground, high), pays_entry=True))
    rows = {*aims, *(limit.row for limit in floors)}
    gains = gains_of(ground, choice.aim, floor, rows, _open(ground, keep))
    if choice.npv_min_eur is not None:
        gains = _shifted(gains, VALUE, choice.npv_min_eur)
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


def _npv_scale(ground: SizeGround, high: FloatArray) -> float:
    return max(float(np.abs(ground.cost_eur_per_kwp) @ ground.powers(high)), 1.0)


def _shifted(gains: Gains, row: int, least: float) -> Gains:
    offset = gains.offset.copy()
    offset[row] -= least
    return replace(gains, offset=offset)


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
