"""The battery in a sizing: what it costs, its part of the gains, and whether one pays."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.finance import Finance
from acc.plan.plan_terms import nominal_discount_ratio
from acc.scenario import Scenario
from acc.size.result import BatteryWorth, SizedBattery, SizedPowers
from scenarios.studies.size.battery_settings import BatteryChoice
from scenarios.studies.size.planes.battery_planes import BatteryUse, Store, StoredWorth, StoreTerm, used
from scenarios.studies.size.values import BatteryGround, SizeGround

CURVE_POINTS = 9

SAME_WORTH = 1e-9
"""Worths that differ by less than this, relative, are one: they are sums of shares that make 1."""


def battery_ground(choice: BatteryChoice, finance: Finance, step_hours: float, years: float) -> BatteryGround:
    """Build the battery of a search, with the cost of its kWh over the plan.

    Args:
        years: length of the period; what is made and used is told by year.
    """
    t = np.arange(1.0, finance.horizon_years + 1.0)
    worth = (1.0 + nominal_discount_ratio(finance)) ** -t * (1.0 + finance.indexation_ratio) ** (t - 1.0)
    replaced = (choice.replacement_eur_per_kwh or 0.0) * (t == (choice.replacement_year or 0))
    return BatteryGround(
        store=Store(
            step_ratio=step_hours / choice.hours,
            way_ratio=float(np.sqrt(choice.round_trip_ratio)),
            initial_ratio=choice.initial_ratio,
            scale=1.0 / years,
        ),
        hours=choice.hours,
        capex_eur_per_kwh=choice.capex_eur_per_kwh,
        fixed_eur=choice.fixed_eur,
        running_eur_per_kwh=float(worth @ (choice.opex_eur_per_kwh_year + replaced)),
    )


def store_term(
    ground: SizeGround,
    common: FloatArray,
    money: Sequence[int],
    energy: Sequence[int],
    met: IntArray,
    rows: int,
) -> StoreTerm:
    """Return the loop of all together with a battery in it, one variable more than columns.

    Each kWh given back is taken at the highest worth among the columns, each one taken at the dearest price
    of a surplus; see `gains._npv_parts`.

    Args:
        common: worth of a kWh used at once that all columns have, above the surplus, (D,).
        money, energy: rows of the gains that count euros, and kWh used, of `rows`; no other one is asked for.
        met: the margins of the columns that may be built.
    """
    assert ground.battery is not None
    worths, margins = [], ground.margins
    if money:
        direct, given = np.maximum(common, 0.0), _evened(margins.local[met].max(axis=0))
        name, dearest = f"money {met.tolist()}", float(margins.surplus[met].max())
        worths.append((StoredWorth(name, direct, given, dearest), tuple(money)))
    if energy:
        ones = np.ones(len(ground.need_kwh))
        worths.append((StoredWorth("energy", ones, ones, 0.0), tuple(energy)))
    return StoreTerm(ground.battery.store, *ground.outputs, ground.need_kwh, tuple(worths), rows)


def _evened(worth: FloatArray) -> FloatArray:
    highest = float(worth.max())
    return np.full(len(worth), highest) if np.ptp(worth) <= SAME_WORTH * abs(highest) else worth


def use_of(ground: SizeGround, x: FloatArray) -> BatteryUse | None:
    """Use of the battery at this point; None where none is sought."""
    if ground.battery is None:
        return None
    return used(ground.battery.store, ground.made_at(x), ground.need_kwh, ground.battery_kwh(x))


def sized_battery(
    ground: SizeGround, x: FloatArray, value: Callable[[FloatArray], float]
) -> SizedBattery | None:
    """Sized battery of a point.

    Args:
        value: of the aim at a point, under the simulator's rule.
    """
    use, battery = use_of(ground, x), ground.battery
    if use is None or battery is None:
        return None
    kwh, more = ground.battery_kwh(x), x.copy()
    more[-1] += 1.0
    taken, given = float(use.taken_kwh.sum()), float(use.given_kwh.sum())
    stored_kwh = use.left_kwh - kwh * battery.store.scale * battery.store.initial_ratio
    return SizedBattery(
        kwh=kwh,
        kw=kwh / battery.hours,
        next_kwh=value(more) - value(x),
        taken_kwh=taken,
        given_kwh=given,
        lost_kwh=taken - given - stored_kwh,
        capex_eur_ht=battery.capex_eur(kwh),
    )


def curve_energies_kwh(choice: BatteryChoice, best_kwh: float) -> list[float]:
    """Return the energies of the curve, from the least to the most that is sought, the best among them."""
    energies = np.linspace(choice.low_kwh, choice.high_kwh, CURVE_POINTS)
    if choice.step_kwh is not None:
        energies = np.floor(energies / choice.step_kwh + 1e-9) * choice.step_kwh
    return sorted({float(kwh) for kwh in energies if kwh >= choice.low_kwh} | {best_kwh})


def best_of(best: SizedPowers, worth: BatteryWorth) -> SizedPowers:
    """Return the best solution met: where worths differ, one of the curve may pass the one found first."""
    better = max((best, *worth.curve), key=lambda sized: sized.value)
    return best if better is best else with_bound(better, best.bound)


def with_bound(sized: SizedPowers, bound: float) -> SizedPowers:
    """Return a solution with the bound of another search that allows it, in the unit of the aim."""
    gap = max(0.0, bound - sized.value) / max(1.0, abs(sized.value))
    return replace(sized, bound=max(bound, sized.value), gap_ratio=gap)


def first_energy(choice: BatteryChoice) -> float:
    """Return the least energy that is built, at most one kWh unless a module is larger."""
    return choice.step_kwh or min(1.0, choice.high_kwh)


def battery_worth(
    choice: BatteryChoice,
    battery: BatteryGround,
    without: SizedPowers | None,
    first: tuple[float, float | None],
    curve: Sequence[SizedPowers],
) -> BatteryWorth:
    """Return whether a battery pays.

    Args:
        without: the best solution without any; None where the limits need one.
        first: the least energy that is built, and what each of its kWh adds, costs by kWh counted; None
            where the aim is not money.
    """
    kwh, first_eur = first
    below = None
    if without is not None and first_eur is not None:
        # A fixed cost is spread over all the kWh: the first one may then not be the one that pays best.
        added = [first_eur - battery.fixed_eur / kwh]
        added += [
            (sized.value - without.value) / sized.battery.kwh
            for sized in curve
            if sized.battery is not None and sized.battery.kwh >= kwh
        ]
        below = battery.capex_eur_per_kwh + max(added)
    return BatteryWorth(
        max_kwh=choice.high_kwh,
        hours=choice.hours,
        round_trip_ratio=choice.round_trip_ratio,
        capex_eur_per_kwh=choice.capex_eur_per_kwh,
        fixed_eur=choice.fixed_eur,
        without=without,
        first_kwh_eur=None if first_eur is None else first_eur + battery.cost_eur_per_kwh,
        running_eur_per_kwh=battery.running_eur_per_kwh,
        pays_below_eur_per_kwh=below,
        curve=tuple(curve),
    )


def battery_notes(choice: BatteryChoice, scenario: Scenario) -> list[str]:
    """Assumptions on the battery, and items left out, in sentences."""
    message = _("It holds its capacity over the whole plan; {hours:g} h to fill, {percent:.0f} % given back.")
    notes = [
        _(
            "The battery takes what all leave and gives it back as soon as they lack, as in `acc run`: "
            "values are those of this rule. Its own network tariff and taxes are left out."
        ),
        message.format(hours=choice.hours, percent=100.0 * choice.round_trip_ratio),
    ]
    if choice.replacement_year is None:
        notes.append(_("No replacement of the battery is counted: give replacement_year and its cost."))
    if choice.opex_eur_per_kwh_year == 0.0:
        notes.append(_("No running cost of the battery is counted (opex_eur_per_kwh_year)."))
    if scenario.battery is not None:
        message = _("The size in [battery] is left aside: {name} is sized here.")
        notes.append(message.format(name=scenario.battery.name))
    return notes
