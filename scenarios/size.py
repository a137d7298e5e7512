"""The power of each roof that serves an aim best: the search, its proof, and what stands around it.

What is shared is `min(production, consumption)` of all together, as under every key that wastes nothing;
then each aim is concave in the powers as long as a shared kWh is worth at least as much as a surplus one,
and `scenarios.kelley` finds the best powers exactly, with a bound. Own use behind a meter keeps this
form: own use and sharing together are `min(all made, all used)`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.problem import InputError, Problem
from scenarios.kelley import Choice, Floor, Gains, InfeasibleError, Linear, Loop, Solution, maximise
from scenarios.kelley import Problem as Search
from scenarios.size_choice import Aim, SizeChoice
from scenarios.size_columns import Column, vector

FRONTIER_POINTS = 8
RATIO_STEPS = 30
"""Rounds to find the highest reachable ratio; each one at least halves what is left."""

SMALLEST_TOTAL_KWP = 1.0
"""The highest ratio is asked of at least this much power: of nothing at all a ratio says nothing."""

NEXT_RATIO = 1e-7
"""How much further the worth of the next kWp is read."""

NPV, RATIO = 0, 1
"""Rows of the gains: what is maximised or bounded below first, then the ratio, then members."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeGround:
    """What a search rests on: n columns, D steps with sun, all kWh over one year.

    Attributes:
        unit_kwh: made by a kWp of each column, (n, D).
        need_kwh: used by all sites together, behind their meters included, (D,).
        year_kwh: used by them in the whole year.
        local: worth today of a local kWh made by each column, (n, D); `own` of one used behind the meter.
        surplus: worth today of a kWh of surplus of each column, (n,).
        cost_eur_per_kwp, entry_eur: costs over the plan, worth today, (n,).
        capex_eur_per_kwp: investment, (n,); `entry_eur` is part of it.
        hosts: for each meter with plants behind it, its columns and its need (D,).
        members: saving of each member for a shared kWh of the step, its bill and what it pays anyway.
    """

    columns: tuple[Column, ...]
    unit_kwh: FloatArray
    need_kwh: FloatArray
    year_kwh: float
    local: FloatArray
    own: FloatArray
    surplus: FloatArray
    cost_eur_per_kwp: FloatArray
    capex_eur_per_kwp: FloatArray
    entry_eur: FloatArray
    hosts: tuple[tuple[FloatArray, FloatArray], ...] = ()
    members: "MemberGains | None" = None

    @property
    def made_kwh(self) -> FloatArray:
        """Yearly output of a kWp of each column, (n,)."""
        made: FloatArray = self.unit_kwh.sum(axis=1)
        return made


@dataclass(frozen=True, slots=True, eq=False)
class MemberGains:
    """What each member saves, for the aim of the worst member.

    Attributes:
        per_kwh: saving for a kWh shared by all at a step, as a part of its yearly bill, (N, D): its part of
            the needs times what a local kWh spares it.
        fixed: what taking part costs it anyway, as a part of its bill, (N,).
    """

    ids: tuple[str, ...]
    per_kwh: FloatArray
    fixed: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SizedRoof:
    """What one roof gets.

    Attributes:
        column: the class built, None when the roof stays empty.
        next_kwp_eur: what one more kWp on this roof would add to the aim (a ratio of bills, or kWh, under
            those aims), at the class built, or at the cheapest one.
    """

    roof: int
    kwp: float
    column: Column | None
    next_kwp_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """One solution.

    Attributes:
        value: of the aim; `bound` is proven: no powers within the limits give more.
        npv_eur: of the producers (or of everyone, under that aim).
        autoconsommation_ratio: own use and shared kWh over what is made.
        autoproduction_ratio: the same over what is used.
    """

    roofs: tuple[SizedRoof, ...]
    value: float
    bound: float
    gap_ratio: float
    npv_eur: float
    capex_eur: float
    made_kwh: float
    used_kwh: float
    autoconsommation_ratio: float
    autoproduction_ratio: float
    worst_member: str | None = None

    @property
    def kwp(self) -> float:
        """All roofs together."""
        return sum(roof.kwp for roof in self.roofs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutcome:
    """The best solution with one roof held in one class: what a breakpoint is worth; None when impossible."""

    column: Column
    sized: Sized | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeResult:
    """The best powers, and what stands around them.

    Attributes:
        frontier: present value against ratio, from the best value to the highest ratio.
        compared: each class of each roof that has several, by roof.
        without_cap: the best solution without the cap on the power of the operation, where the cap binds.
        highest_ratio: the most that any powers reach.
    """

    best: Sized
    frontier: tuple[Sized, ...]
    compared: tuple[ClassOutcome, ...]
    without_cap: Sized | None
    highest_ratio: float
    power_cap_kwp: float | None
    notes: tuple[str, ...] = ()


def size(
    ground: SizeGround,
    choice: SizeChoice,
    *,
    power_cap_kwp: float | None = None,
    frontier_points: int = FRONTIER_POINTS,
    compare: bool = True,
) -> SizeResult:
    """Return the best powers under a choice.

    Raises:
        InputError: limits that exclude each other (says which, and the nearest value that can be met), or
            a local kWh worth less than a surplus one.
    """
    check_concave(ground)
    check_limits(ground, choice, power_cap_kwp)
    highest = highest_ratio(ground, choice, power_cap_kwp)
    if choice.floor_ratio is not None and choice.floor_ratio > highest + 1e-9:
        message = _("an autoconsommation ratio of {floor:.4f} is out of reach: {highest:.4f} is the highest here")
        filled = message.format(floor=choice.floor_ratio, highest=highest)
        raise InputError([Problem("[size] floor_ratio", filled)])
    best, solution = _solved(ground, choice, power_cap_kwp)
    capped = power_cap_kwp is not None and best.kwp > power_cap_kwp * (1.0 - 1e-6)
    return SizeResult(
        best=best,
        frontier=_frontier(ground, choice, power_cap_kwp, highest, frontier_points, solution),
        compared=_compared(ground, choice, power_cap_kwp, solution) if compare else (),
        without_cap=_solved(ground, choice, None)[0] if capped else None,
        highest_ratio=highest,
        power_cap_kwp=power_cap_kwp,
    )


def check_concave(ground: SizeGround) -> None:
    """Refuse a local kWh that is worth less than a surplus one, or than own use: the search would not be exact.

    Raises:
        InputError: what is dearer than what, and by how much at most.
    """
    problems = []
    margin = float((ground.local - ground.surplus[:, None]).min(initial=0.0))
    if margin < 0.0:
        message = _(
            "at some hours a surplus kWh is worth more than a local one (by {eur:.4f} EUR over the plan): raise "
            "the local price, or leave sharing out"
        )
        problems.append(Problem("[prices] local_eur_per_mwh", message.format(eur=-margin)))
    behind = _behind(ground)
    own = float((ground.own - ground.local)[behind].min(initial=0.0))
    if own < 0.0:
        message = _(
            "own use behind a meter is worth less than a local kWh (by {eur:.4f} EUR over the plan), or its value "
            "is not known: give the host's supply price, and make it the plant's owner"
        )
        problems.append(Problem("plants.csv, behind", message.format(eur=-own)))
    if ground.members is not None and float(ground.members.per_kwh.min(initial=0.0)) < 0.0:
        message = _("a local kWh costs some member more than it spares: lower the local price first")
        problems.append(Problem("[prices] local_eur_per_mwh", message))
    if problems:
        raise InputError(problems)


def check_limits(ground: SizeGround, choice: SizeChoice, power_cap_kwp: float | None) -> None:
    """Refuse minima that no budget or cap can hold.

    Raises:
        InputError: which limit, and the nearest value that can be met.
    """
    low = {roof: r.low_kwp for roof, r in enumerate(choice.roofs.values()) if r.low_kwp > 0.0}
    least_kwp = sum(low.values())
    problems = []
    if power_cap_kwp is not None and least_kwp > power_cap_kwp:
        message = _("the roofs hold at least {low:g} kWp together, the operation at most {cap:g}: lower min_kwp")
        problems.append(Problem("[size.roofs] min_kwp", message.format(low=least_kwp, cap=power_cap_kwp)))
    least_eur = sum(_least_capex(ground, roof) for roof in low)
    if choice.budget_eur is not None and least_eur > choice.budget_eur:
        message = _("the least powers cost {least:.0f} EUR: give at least that, or lower min_kwp")
        problems.append(Problem("[size] budget_eur", message.format(least=least_eur)))
    if problems:
        raise InputError(problems)


def _least_capex(ground: SizeGround, roof: int) -> float:
    costs = ground.capex_eur_per_kwp * vector(ground.columns, "low_kwp") + ground.entry_eur
    return float(min(cost for cost, column in zip(costs, ground.columns, strict=True) if column.roof == roof))


def highest_ratio(ground: SizeGround, choice: SizeChoice, power_cap_kwp: float | None) -> float:
    """Return the highest autoconsommation ratio within the other limits, by Dinkelbach's rounds.

    Each round maximises `used - ratio x made` (concave) and takes the ratio of what it found: it rises to
    the highest one (W. Dinkelbach, Management Science 13, 1967).
    """
    ratio, start = 0.0, ()
    for _round in range(RATIO_STEPS):
        search = _search(ground, choice, power_cap_kwp, aim_row=RATIO, floor_ratio=None, ratio=ratio)
        least = Linear("power", -np.ones(len(ground.columns)), -_least_total(ground))
        search = replace(search, limits=(*search.limits, least))
        try:
            solution = maximise(search, start)
        except InfeasibleError:
            return ratio
        used, made = _used(ground, solution.x), float(ground.made_kwh @ solution.x)
        better = used / made if made > 0.0 else 0.0
        if better <= ratio * (1.0 + 1e-12):
            break
        ratio, start = better, solution.planes
    return min(1.0, ratio)


def _least_total(ground: SizeGround) -> float:
    return min(SMALLEST_TOTAL_KWP, float(vector(ground.columns, "high_kwp").max()))


def _solved(
    ground: SizeGround,
    choice: SizeChoice,
    power_cap_kwp: float | None,
    *,
    start: Sequence[FloatArray] = (),
    keep: Sequence[bool] | None = None,
) -> tuple[Sized, Solution]:
    """Return the best powers, with only some columns open where `keep` says so."""
    search = _search(ground, choice, power_cap_kwp, aim_row=NPV, floor_ratio=choice.floor_ratio, keep=keep)
    try:
        solution = maximise(search, start)
    except InfeasibleError:
        raise InputError([_nearest(ground, choice, power_cap_kwp)]) from None
    return _sized(ground, choice, search, solution), solution


def _nearest(ground: SizeGround, choice: SizeChoice, power_cap_kwp: float | None) -> Problem:
    """Return which limit cannot be met, and how near one comes."""
    if choice.npv_min_eur is not None:
        freed = replace(choice, npv_min_eur=None, aim=Aim.NPV)
        best = _solved(ground, freed, power_cap_kwp)[0]
        message = _("a present value of {asked:.0f} EUR is out of reach: {best:.0f} EUR is the most here")
        return Problem("[size] npv_min_eur", message.format(asked=choice.npv_min_eur, best=best.npv_eur))
    return Problem("[size]", _("the limits exclude each other: loosen floor_ratio, budget_eur or min_kwp"))


def _search(
    ground: SizeGround,
    choice: SizeChoice,
    power_cap_kwp: float | None,
    *,
    aim_row: int,
    floor_ratio: float | None,
    ratio: float = 0.0,
    keep: Sequence[bool] | None = None,
) -> Search:
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
        floors.append(Floor(RATIO, float(max(ground.made_kwh @ high, 1.0))))
    if choice.npv_min_eur is not None and aim_row == NPV:
        floors.append(Floor(rows["npv"], _npv_scale(ground, high), pays_entry=True))
        gains = _shifted(gains, rows["npv"], choice.npv_min_eur)
    aims = tuple(range(rows["member"], len(gains.offset))) if choice.aim is Aim.WORST_MEMBER else (NPV,)
    return Search(
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
    return float(max(np.abs(ground.cost_eur_per_kwp) @ high, 1.0))


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
    """Return the loops (unit, need, worth) and slope of the present value, an upper bound where worths differ.

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


def _behind(ground: SizeGround) -> BoolArray:
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


def _used(ground: SizeGround, x: FloatArray) -> float:
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


def _sized(ground: SizeGround, choice: SizeChoice, search: Search, solution: Solution) -> Sized:
    x = solution.x
    values, _gradients = search.gains.at(x)
    # A hair further: at the best powers some step is just served, and the next kWp no longer serves it.
    gradients = search.gains.at(x * (1.0 + NEXT_RATIO) + NEXT_RATIO)[1]
    made, used = float(ground.made_kwh @ x), _used(ground, x)
    rows = list(search.aims)
    slope = gradients[rows[int(np.argmin(values[rows]))]]
    entry = float(ground.entry_eur @ (x > 0.0))
    member = None
    if choice.aim is Aim.WORST_MEMBER and ground.members is not None:
        member = ground.members.ids[int(np.argmin(values[rows]))]
    return Sized(
        roofs=tuple(_roofs(ground, len(choice.roofs), x, slope)),
        value=solution.value,
        bound=solution.bound,
        gap_ratio=solution.gap_ratio,
        npv_eur=true_npv_eur(ground, x) - entry,
        capex_eur=float(ground.capex_eur_per_kwp @ x) + entry,
        made_kwh=made,
        used_kwh=used,
        autoconsommation_ratio=used / made if made > 0.0 else float("nan"),
        autoproduction_ratio=used / ground.year_kwh if ground.year_kwh > 0.0 else float("nan"),
        worst_member=member,
    )


def _roofs(ground: SizeGround, count: int, x: FloatArray, slope: FloatArray) -> list[SizedRoof]:
    roofs = []
    for roof in range(count):
        inside = [n for n, column in enumerate(ground.columns) if column.roof == roof]
        built = [n for n in inside if x[n] > 0.0]
        n = built[0] if built else max(inside, key=lambda n: slope[n])
        roofs.append(
            SizedRoof(
                roof=roof,
                kwp=float(x[n]),
                column=ground.columns[n] if built else None,
                next_kwp_eur=float(slope[n]),
            )
        )
    return roofs


def _frontier(
    ground: SizeGround,
    choice: SizeChoice,
    power_cap_kwp: float | None,
    highest: float,
    points: int,
    solution: Solution,
) -> tuple[Sized, ...]:
    """Return the best value for ratios from that of the best value to the highest one."""
    if choice.aim not in {Aim.NPV, Aim.NPV_EVERYONE} or points < 2:
        return ()
    free, solution = _solved(ground, replace(choice, floor_ratio=None), power_cap_kwp)
    lowest = free.autoconsommation_ratio
    if not np.isfinite(lowest) or lowest >= highest - 1e-6:
        return (free,)
    found = [free]
    for floor in np.linspace(lowest, highest, points)[1:]:
        # A hair below the highest one, which rounding could put out of reach.
        asked = replace(choice, floor_ratio=float(min(floor, highest - 1e-9)))
        try:
            found.append(_solved(ground, asked, power_cap_kwp, start=solution.planes)[0])
        except InputError:
            continue
    return tuple(found)


def _compared(
    ground: SizeGround, choice: SizeChoice, power_cap_kwp: float | None, solution: Solution
) -> tuple[ClassOutcome, ...]:
    """Return the best solution with each roof held in each of its classes in turn."""
    outcomes = []
    for n, column in enumerate(ground.columns):
        inside = [other.roof == column.roof for other in ground.columns]
        if sum(inside) < 2:
            continue
        keep = [not same or position == n for position, same in enumerate(inside)]
        held = dict(choice.roofs)
        name = list(held)[column.roof]
        held[name] = replace(held[name], low_kwp=max(column.low_kwp, held[name].low_kwp))
        try:
            sized = _solved(
                ground, replace(choice, roofs=held), power_cap_kwp, start=solution.planes, keep=keep
            )[0]
        except InputError:
            sized = None
        outcomes.append(ClassOutcome(column=column, sized=sized))
    return tuple(outcomes)
