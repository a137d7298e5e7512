"""The power of each roof that serves an aim best: the search, its proof, and what stands around it.

What is shared is `min(production, consumption)` of all together, as under every key that wastes nothing;
then each aim is concave in the powers as long as a shared kWh is worth at least as much as a surplus one,
and cutting planes find the best powers exactly, with a bound. Own use behind a meter keeps this form: own use
and sharing together are `min(all made, all used)`.

What a search of powers asks before it starts: values that are concave, limits that can be met.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from typing import Protocol

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.i18n import decimal
from acc.indicators import ratio
from acc.problem import InputError, Problem, refuse
from acc.size.result import Aim, BatteryWorth, SizedClass, SizedPlant, SizedPowers, SizeResult
from scenarios.studies.size.model import (
    NPV,
    RATIO,
    behind_meters,
    bounds_own_use,
    npv_eur,
    producers_npv_eur,
    search_of,
    used_kwh,
)
from scenarios.studies.size.planes.cutting_planes import branch_by_kind, maximise
from scenarios.studies.size.planes.terms import ConvexProblem, InfeasibleError, Linear, Optimum
from scenarios.studies.size.roof_classes import vector
from scenarios.studies.size.settings import SizeChoice
from scenarios.studies.size.values import (
    SizeGround,
    battery_worth,
    best_of,
    curve_energies_kwh,
    first_energy,
    sized_battery,
    with_bound,
)


def check_concave(ground: SizeGround) -> None:
    """Refuse a local kWh that is worth less than a surplus one, and own use of which no value is known.

    Own use that is worth less than a local kWh is searched: the bound counts it as one.

    Raises:
        InputError: what is dearer than what, and by how much at most; what is to be given.
    """
    problems = []
    lit = ground.unit_kwh.any(axis=0)
    margin = float((ground.local - ground.surplus_by_step)[:, lit].min(initial=0.0))
    if margin < 0.0:
        problems.append(_dear_surplus(-margin, counts_members=ground.paid is not None))
    behind = behind_meters(ground)
    local = ground.local if ground.shared is None else ground.shared.local
    own = float((ground.own - local)[np.ix_(behind, lit)].min(initial=0.0))
    if own < 0.0 and not ground.own_is_known:
        message = _(
            "what own use behind a meter is worth is not known: give the host's supply price, and make it "
            "the plant's owner or give `own_use_eur_per_mwh`"
        )
        problems.append(Problem("plants.csv, behind", message))
    if ground.members is not None and float(ground.members.per_kwh.min(initial=0.0)) < 0.0:
        message = _("a local kWh costs some member more than it spares: lower the local price first")
        problems.append(Problem("[prices] local_eur_per_mwh", message))
    refuse(problems)


def _dear_surplus(more_eur: float, *, counts_members: bool) -> Problem:
    """Problem of a surplus kWh worth more than a local one, to those counted by the aim."""
    if counts_members:
        message = _(
            "at some hours a surplus kWh brings more than a local one spares (by {eur} EUR over the "
            "plan), whatever the local price: sharing costs everybody; check the price of the surplus"
        )
        return Problem("[prices] surplus", message.format(eur=decimal(more_eur, 4)))
    message = _(
        "at some hours a surplus kWh is worth more than a local one (by {eur} EUR over the plan): "
        "raise the local price, or leave sharing out"
    )
    return Problem("[prices] local_eur_per_mwh", message.format(eur=decimal(more_eur, 4)))


def check_limits(ground: SizeGround, choice: SizeChoice) -> None:
    """Refuse minima that no budget or cap can hold.

    Raises:
        InputError: which limit, and the nearest value that can be met.
    """
    low = {roof: r.low_kwp for roof, r in enumerate(choice.roofs.values()) if r.low_kwp > 0.0}
    least_kwp, cap_kwp = sum(low.values()), choice.power_cap_kwp
    problems = []
    if cap_kwp is not None and least_kwp > cap_kwp:
        message = _(
            "the roofs hold at least {low:g} kWp together, the operation at most {cap:g}: lower min_kwp"
        )
        problems.append(Problem("[size.roofs] min_kwp", message.format(low=least_kwp, cap=cap_kwp)))
    least_eur = sum(_least_capex(ground, roof) for roof in low) + _least_battery_eur(choice)
    if choice.budget_eur is not None and least_eur > choice.budget_eur:
        message = _("the least powers cost {least:.0f} EUR: give at least that, or lower min_kwp")
        if _least_battery_eur(choice) > 0.0:
            message = _("the least powers and battery cost {least:.0f} EUR: give that, or lower the minima")
        problems.append(Problem("[size] budget_eur", message.format(least=least_eur)))
    refuse(problems)


def _least_capex(ground: SizeGround, roof: int) -> float:
    costs = ground.capex_eur_per_kwp * vector(ground.columns, "low_kwp") + ground.entry_capex_eur
    return float(min(cost for cost, column in zip(costs, ground.columns, strict=True) if column.roof == roof))


def _least_battery_eur(choice: SizeChoice) -> float:
    battery = choice.battery
    if battery is None or battery.low_kwh <= 0.0:
        return 0.0
    return battery.capex_eur_per_kwh * battery.low_kwh + battery.fixed_eur


def reachable_ratio(ground: SizeGround, choice: SizeChoice) -> float:
    """Return the highest autoconsommation ratio within the limits.

    Raises:
        InputError: limits that cannot be met, see `check_limits`; a floor above that ratio.
    """
    check_concave(ground)
    check_limits(ground, choice)
    highest = highest_ratio(ground, choice)
    if choice.floor_ratio is not None and choice.floor_ratio > highest + 1e-9:
        message = _(
            "an autoconsommation ratio of {floor:.4f} is out of reach: {highest:.4f} is the highest here"
        )
        filled = message.format(floor=choice.floor_ratio, highest=highest)
        raise InputError([Problem("[size] floor_ratio", filled)])
    return highest


def highest_ratio(ground: SizeGround, choice: SizeChoice) -> float:
    """Return the highest autoconsommation ratio within the other limits, by Dinkelbach's rounds.

    Each round maximises `used - ratio x made` (concave) and takes the ratio of what it found: it rises to
    the highest one (W. Dinkelbach, Management Science 13, 1967).
    """
    ratio, start = 0.0, tuple[FloatArray, ...]()
    for _round in range(RATIO_STEPS):
        search = search_of(ground, choice, aim_row=RATIO, floor_ratio=None, used_ratio=ratio)
        weight = -np.ones(len(ground.columns))
        weight = weight if ground.battery is None else np.append(weight, 0.0)
        least = Linear("power", weight, -least_total(ground))
        search = replace(search, limits=(*search.limits, least))
        if (
            ground.part_of_year is not None
        ):  # of means over years many whole powers are as good, but for rounding
            search = replace(search, step=None)
        try:
            solution = maximise(search, start)
        except InfeasibleError:
            return ratio
        used, output_kwh = used_kwh(ground, solution.x), ground.made_by(solution.x)
        better = used / output_kwh if output_kwh > 0.0 else 0.0
        if better <= ratio * (1.0 + 1e-12):
            break
        ratio, start = better, solution.planes
    return min(1.0, ratio)


def least_total(ground: SizeGround) -> float:
    """Return the least power in all that the roofs may have, kWp."""
    return min(SMALLEST_TOTAL_KWP, float(vector(ground.columns, "high_kwp").max()))


RATIO_STEPS = 30
"""Rounds to find the highest reachable ratio; each one at least halves what is left."""


SMALLEST_TOTAL_KWP = 1.0
"""The highest ratio is asked of at least this much power: of nothing at all a ratio says nothing."""


FRONTIER_POINTS = 8

LEAST_NPV_ROUNDS = 12
LEAST_NPV_RATIO = 1e-7
"""The least present value asked with a battery is raised by what is missed, until no more than this is."""

PROVEN_RATIO = 1e-8
"""Two values with a gap below this may be compared to the euro."""
SAME_RATIO = 1e-9
"""Two points of the frontier nearer than this are one."""

NEXT_RATIO = 1e-7
"""How much further the worth of the next kWp is read."""


def size(
    ground: SizeGround,
    choice: SizeChoice,
    *,
    frontier_points: int = FRONTIER_POINTS,
    compare: bool = True,
) -> SizeResult:
    """Return the best powers, and the best battery where one is sought, under a choice.

    Raises:
        InputError: limits that exclude each other (says which, and the nearest value that can be met), or
            a local kWh worth less than a surplus one.
    """
    highest = reachable_ratio(ground, choice)
    best, solution = _solved(ground, choice)
    battery = _battery(ground, choice, best, solution)
    if battery is not None:
        best = best_of(best, battery)
    cap_kwp = choice.power_cap_kwp
    capped = cap_kwp is not None and best.kwp > cap_kwp * (1.0 - 1e-6)
    return SizeResult(
        aim=choice.aim,
        floor_ratio=choice.floor_ratio,
        budget_eur=choice.budget_eur,
        best=best,
        frontier=_frontier(ground, choice, highest, frontier_points, solution),
        compared=tuple(_compared(ground, choice, solution)) if compare else (),
        without_cap=_solved(ground, replace(choice, power_cap_kwp=None))[0] if capped else None,
        highest_ratio=highest,
        power_cap_kwp=cap_kwp,
        battery=battery,
    )


def refuse_unreachable(ground: SizeGround, choice: SizeChoice) -> None:
    """Refuse on the conditions of `size`, without its search where no limit needs one.

    Raises:
        InputError: see `size`.
    """
    check_concave(ground)
    check_limits(ground, choice)
    if choice.floor_ratio is not None:
        reachable_ratio(ground, choice)
    if choice.floor_ratio is not None or choice.npv_min_eur is not None:
        _solved(ground, choice)


def _solved(
    ground: SizeGround,
    choice: SizeChoice,
    *,
    start: Sequence[FloatArray] = (),
    keep: Sequence[bool] | None = None,
    fixed_kwh: float | None = None,
    sloped: bool = True,
) -> tuple[SizedPowers, Optimum]:
    """Return the best powers, some columns or the battery held where `keep` or `fixed_kwh` says so.

    What one more kWp adds is read where `sloped`, else it may only be bounded.
    """
    corrected, bound = choice, -np.inf
    for _round in range(LEAST_NPV_ROUNDS):
        floor = corrected.floor_ratio
        search = partial(search_of, ground, corrected, aim_row=NPV, floor_ratio=floor, fixed_kwh=fixed_kwh)
        try:
            solution = _best(ground, search, keep, start)
        except InfeasibleError:
            raise InputError([_nearest(ground, choice)]) from None
        built = search(keep=_as_built(ground, solution.x, keep))
        sized = _sized(ground, choice, built if sloped else replace(built, exact=None), solution)
        # A raised search allows less: the bound is that of the first one.
        bound = max(bound, sized.bound)
        short = _short_eur(ground, choice, sized)
        if corrected.npv_min_eur is None or short <= 0.0:
            break
        corrected = replace(corrected, npv_min_eur=corrected.npv_min_eur + short)
    return with_bound(sized, bound) if corrected is not choice else sized, solution


class _SearchOf(Protocol):
    """Makes the search of some columns, all where `keep` is None."""

    def __call__(self, *, keep: Sequence[bool] | BoolArray | None) -> ConvexProblem: ...


def _best(
    ground: SizeGround,
    search: _SearchOf,
    keep: Sequence[bool] | None,
    start: Sequence[FloatArray],
) -> Optimum:
    """Return the best solution, classes that are worth differently told apart where that can prove more."""
    is_open = np.ones(len(ground.columns), dtype=bool) if keep is None else np.asarray(keep, dtype=bool)
    response = search(keep=keep)
    if response.exact is None:
        return maximise(response, start)
    roofs = np.array([column.roof for column in ground.columns])

    def solve(inside: BoolArray) -> Optimum:
        return maximise(response if inside is is_open else search(keep=inside), start)

    return branch_by_kind(solve, roofs, ground.kinds, is_open, dated=ground.part_of_year is not None)


def _as_built(ground: SizeGround, x: FloatArray, keep: Sequence[bool] | None) -> list[bool]:
    """Return the columns to read slopes from: the class built on a roof, all that are open where none is."""
    built = {column.roof for column, kwp in zip(ground.columns, x, strict=False) if kwp > 0.0}
    kept = [True] * len(ground.columns) if keep is None else list(keep)
    return [
        is_open and (x[n] > 0.0 or column.roof not in built)
        for n, (column, is_open) in enumerate(zip(ground.columns, kept, strict=True))
    ]


def _short_eur(ground: SizeGround, choice: SizeChoice, sized: SizedPowers) -> float:
    """Gap of the least present value where the search only bounds it (battery, own use), EUR."""
    if choice.npv_min_eur is None or (ground.battery is None and not bounds_own_use(ground)):
        return 0.0
    short = choice.npv_min_eur - (sized.value if choice.aim is Aim.NPV_EVERYONE else sized.npv_eur_ht)
    return short if short > LEAST_NPV_RATIO * max(1.0, abs(choice.npv_min_eur)) else 0.0


def _nearest(ground: SizeGround, choice: SizeChoice) -> Problem:
    """Problem of an infeasible limit, with the nearest feasible value."""
    if choice.npv_min_eur is not None:
        freed = replace(choice, npv_min_eur=None, aim=Aim.NPV)
        best = _solved(ground, freed)[0]
        message = _("a present value of {asked:.0f} EUR is out of reach: {best:.0f} EUR is the most here")
        return Problem("[size] npv_min_eur", message.format(asked=choice.npv_min_eur, best=best.npv_eur_ht))
    return Problem("[size]", _("the limits exclude each other: loosen floor_ratio, budget_eur or min_kwp"))


def _sized(ground: SizeGround, choice: SizeChoice, search: ConvexProblem, solution: Optimum) -> SizedPowers:
    x = solution.x
    values, _gradients = search.gains.at(x)
    # A hair further: at the best powers some step is just served, and the next kWp no longer serves it.
    gradients = search.gains.at(x * (1.0 + NEXT_RATIO) + NEXT_RATIO)[1]
    output_kwh, used, own = ground.made_by(x), used_kwh(ground, x), ground.own_use_by(x)
    rows = list(search.aims)
    slope = gradients[rows[int(np.argmin(values[rows]))]]
    if search.exact is not None and ground.battery is None:
        # Finite-difference slope of a value that the gains only bound, per unit of each column, (n,).
        at, step = search.exact(x), NEXT_RATIO * max(1.0, float(x.max(initial=0.0)))
        slope = np.array([(search.exact(x + step * row) - at) / step for row in np.eye(len(x))])
    member = None
    if choice.aim is Aim.WORST_MEMBER and ground.members is not None:
        member = ground.members.ids[int(np.argmin(values[rows]))]
    return SizedPowers(
        plants=tuple(_plants(ground, choice, x, slope)),
        value=solution.value,
        bound=solution.bound,
        gap_ratio=solution.gap_ratio,
        npv_eur_ht=producers_npv_eur(ground, x),
        capex_eur_ht=ground.capex_of(x),
        made_kwh=output_kwh,
        used_kwh=used,
        own_use_kwh=own,
        used_ratio=ratio(used, output_kwh),
        autoconsommation_ratio=ratio(used - own, output_kwh - own),
        autoproduction_ratio=ratio(used - own, ground.year_kwh - own),
        worst_member=member,
        battery=sized_battery(ground, x, partial(_true_value, ground, choice)),
    )


def _true_value(ground: SizeGround, choice: SizeChoice, x: FloatArray) -> float:
    return used_kwh(ground, x) if choice.aim is Aim.KWH else npv_eur(ground, x)


def _battery(
    ground: SizeGround, choice: SizeChoice, best: SizedPowers, solution: Optimum
) -> BatteryWorth | None:
    """Return whether a battery pays, and the best powers with each of some energies."""
    sought, battery = choice.battery, ground.battery
    if sought is None or battery is None or best.battery is None:
        return None

    def at_energy(capacity_kwh: float) -> SizedPowers | None:
        try:
            return _solved(ground, choice, start=solution.planes, fixed_kwh=capacity_kwh)[0]
        except InputError:
            return None

    without, x = _without_battery(ground, choice)
    curve = [at_energy(kwh) if kwh > 0.0 else without for kwh in curve_energies_kwh(sought, best.battery.kwh)]
    first_eur = None
    if without is not None and choice.aim.is_value:
        first_eur = _first_kwh_eur(ground, first_energy(sought), without, x, at_energy)
    drawn = [sized for sized in curve if sized is not None]
    return battery_worth(sought, battery, without, (first_energy(sought), first_eur), drawn)


def _without_battery(ground: SizeGround, choice: SizeChoice) -> tuple[SizedPowers | None, FloatArray]:
    """Solution without a battery, given with an empty one, and its point."""
    try:
        roofs = replace(ground, battery=None), replace(choice, battery=None)
        sized, solution = _solved(*roofs)
    except InputError:
        return None, np.zeros(0)
    x = np.append(solution.x, 0.0)
    return replace(sized, battery=sized_battery(ground, x, partial(_true_value, ground, choice))), x


def _first_kwh_eur(
    ground: SizeGround,
    capacity_kwh: float,
    without: SizedPowers,
    x: FloatArray,
    at_energy: Callable[[float], SizedPowers | None],
) -> float:
    """Marginal value of the first kWh of battery, its unit costs included, with optimal powers, EUR.

    Where these are not proven, two searches differ by more than a kWh brings: the powers then stay.
    """
    first, battery = at_energy(capacity_kwh), ground.battery
    if first is not None and max(first.gap_ratio, without.gap_ratio) <= PROVEN_RATIO and battery is not None:
        return (first.value - without.value + battery.fixed_eur) / capacity_kwh
    more = x.copy()
    more[-1] = capacity_kwh
    return (npv_eur(ground, more) - npv_eur(ground, x)) / capacity_kwh


def _plants(ground: SizeGround, choice: SizeChoice, x: FloatArray, slope: FloatArray) -> Iterator[SizedPlant]:
    """Yield each roof at the class built, or at that where one more kWp adds most."""
    for roof, name in enumerate(choice.roofs):
        inside = [n for n, column in enumerate(ground.columns) if column.roof == roof]
        built = [n for n in inside if x[n] > 0.0]
        n = built[0] if built else max(inside, key=lambda n: slope[n])
        column = ground.columns[n]
        yield SizedPlant(
            id=name,
            kwp=float(x[n]),
            alternative=column.alternative if built else 0,
            contract=column.contract.code if built else None,
            next_kwp=float(slope[n]),
        )


def _frontier(
    ground: SizeGround,
    choice: SizeChoice,
    highest_ratio: float,
    points: int,
    solution: Optimum,
) -> tuple[SizedPowers, ...]:
    """Return the best value for ratios from that of the best value to the highest one."""
    if not choice.aim.is_value or points < 2:
        return ()
    free, solution = _solved(ground, replace(choice, floor_ratio=None))
    lowest = free.used_ratio
    if not np.isfinite(lowest) or lowest >= highest_ratio - 1e-6:
        return (free,)
    frontier = [free]
    for floor in np.linspace(lowest, highest_ratio, points)[1:]:
        # A hair below the highest one, which rounding could put out of reach.
        floored = replace(choice, floor_ratio=float(min(floor, highest_ratio - 1e-9)))
        try:
            sized, solution = _solved(ground, floored, start=solution.planes)
        except InputError:
            continue
        # Between two classes several floors have the same answer.
        if sized.used_ratio > frontier[-1].used_ratio + SAME_RATIO:
            frontier.append(sized)
    return tuple(frontier)


def _compared(ground: SizeGround, choice: SizeChoice, solution: Optimum) -> Iterator[SizedClass]:
    """Return the best solution with each roof held in each of its classes in turn."""
    for n, column in enumerate(ground.columns):
        inside = [other.roof == column.roof for other in ground.columns]
        if sum(inside) < 2:
            continue
        keep = [not same or position == n for position, same in enumerate(inside)]
        name, roof = list(choice.roofs.items())[column.roof]
        roofs = {**choice.roofs, name: replace(roof, low_kwp=max(column.low_kwp, roof.low_kwp))}
        try:
            limits = replace(choice, roofs=roofs)
            sized = _solved(ground, limits, start=solution.planes, keep=keep, sloped=False)[0]
        except InputError:
            sized = None
        yield SizedClass(
            plant=name,
            alternative=column.alternative,
            from_kwp=column.low_kwp,
            to_kwp=column.high_kwp,
            contract=column.contract.code,
            value=None if sized is None else sized.value,
            npv_eur_ht=None if sized is None else sized.npv_eur_ht,
        )
