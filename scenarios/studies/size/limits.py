"""What a search of powers asks before it starts: values that are concave, limits that can be met."""

from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray
from acc.i18n import decimal
from acc.problem import InputError, Problem
from scenarios.studies.size.gains import RATIO
from scenarios.studies.size.model import behind_meters, search_of, used_kwh
from scenarios.studies.size.planes.cutting_planes import maximise
from scenarios.studies.size.planes.problem import InfeasibleError, Linear
from scenarios.studies.size.roof_classes import vector
from scenarios.studies.size.settings import SizeChoice
from scenarios.studies.size.values import SizeGround


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
    if problems:
        raise InputError(problems)


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
    if problems:
        raise InputError(problems)


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
        search = search_of(ground, choice, aim_row=RATIO, floor_ratio=None, ratio=ratio)
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
