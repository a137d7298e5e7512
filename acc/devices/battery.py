"""A battery shared by the operation: what it takes and gives back, and the exchange that results.

Code de l'énergie D315-5: energy that is stored counts as a consumption, energy given back as a production.
So a battery turns an exchange into another one, with one more participant and one more plant, the last of
each; every indicator then shows its effect.

Loads that can be used at another hour of the same day, moved to where local energy is left.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.keys import KeyContext
from acc.keys.rule import unknown_name
from acc.problem import Problem, refuse
from acc.scenario import Battery, FlexibleLoad
from acc.settle import Allocation, Key, Past, looks_back
from acc.sites import Kind, Participant, Plant
from acc.steps import Steps, local_calendar
from acc.water_filling import divided


@dataclass(frozen=True, slots=True, eq=False)
class Storage:
    """An exchange with a battery.

    Attributes:
        exchange: with the charge as last participant and the discharge as last plant.
        charge_kwh, discharge_kwh: at the meter, shape (T,).
        level_kwh: what it holds at the end of each step, shape (T,).
        initial_kwh: what it held at the start.
        lost_kwh: lost in charging and discharging, shape (T,).
    """

    exchange: Exchange
    charge_kwh: FloatArray
    discharge_kwh: FloatArray
    level_kwh: FloatArray
    initial_kwh: float
    lost_kwh: FloatArray

    @property
    def cycles(self) -> float:
        """Energy given back over the most that it held; 0 for a battery never used."""
        most = float(self.level_kwh.max(initial=0.0))
        return float(self.discharge_kwh.sum()) / most if most > 0.0 else 0.0


def with_battery(exchange: Exchange, battery: Battery) -> Storage:
    """Return the exchange with a battery that serves the operation's own use, without knowing the future.

    It takes what the participants together cannot use, and gives back as soon as they lack energy.

    >>> from datetime import date
    >>> from acc.steps import Steps
    >>> steps = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60).part(0, 2)
    >>> exchange = Exchange(steps, np.array([[1.0], [1.0]]), np.array([[2.0], [0.0]]), np.zeros((2, 1)))
    >>> battery = Battery(energy_kwh=10.0, power_kw=0.5, round_trip_ratio=0.8)
    >>> driven = with_battery(exchange, battery)
    >>> driven.charge_kwh.round(9).tolist(), driven.discharge_kwh.round(9).tolist()
    ([0.5, 0.0], [0.0, 0.4])
    """
    surplus, lack = surplus_and_lack(exchange)
    charge, discharge = greedy(surplus, lack, battery, exchange.steps.hours)
    return dispatched(exchange, battery, charge, discharge)


def surplus_and_lack(exchange: Exchange) -> tuple[FloatArray, FloatArray]:
    """Total surplus and total unmet need of the participants at each step, (T,) each, kWh."""
    balance = row_sums(exchange.production_kwh) - row_sums(exchange.consumption_kwh)
    return np.maximum(balance, 0.0), np.maximum(-balance, 0.0)


def dispatched(exchange: Exchange, battery: Battery, charge: FloatArray, discharge: FloatArray) -> Storage:
    """Return the exchange under a given use of the battery, kWh at the meter, shape (T,).

    Raises:
        ValueError: a use that passes the power, the capacity or what the battery holds.
    """
    way = charge_efficiency(battery)
    initial = battery.energy_kwh * battery.initial_ratio
    level = initial + np.cumsum(charge * way - discharge / way)
    limit = battery.power_kw * exchange.steps.hours
    # An optimiser keeps its bounds to about 1e-7.
    slack = 1e-6 * max(1.0, battery.energy_kwh)
    within = -slack <= min(charge.min(initial=0.0), discharge.min(initial=0.0), level.min(initial=0.0))
    if not within or max(charge.max(initial=0.0), discharge.max(initial=0.0)) > limit + slack:
        raise ValueError("this use of the battery passes its power, or what it holds")
    if level.max(initial=0.0) > battery.energy_kwh + slack:
        raise ValueError("this use of the battery passes its capacity")
    return Storage(
        exchange=exchange.with_participant(np.maximum(charge, 0.0), np.maximum(discharge, 0.0)),
        charge_kwh=charge,
        discharge_kwh=discharge,
        level_kwh=level,
        initial_kwh=initial,
        lost_kwh=charge * (1.0 - way) + discharge * (1.0 / way - 1.0),
    )


def charge_efficiency(battery: Battery) -> float:
    """Return the efficiency of charging, the same as that of discharging."""
    return math.sqrt(battery.round_trip_ratio)


def greedy(
    surplus: FloatArray, lack: FloatArray, battery: Battery, step_hours: float
) -> tuple[FloatArray, FloatArray]:
    """Return charge and discharge (T,) of what is left and lacked at each step, in the order of time."""
    way, most, limit = charge_efficiency(battery), battery.energy_kwh, battery.power_kw * step_hours
    level = most * battery.initial_ratio
    charge, discharge = np.zeros(len(surplus)), np.zeros(len(surplus))
    # A loop over all quarters of an hour of a year: what needs no memory of the last one is done before it.
    offered, wanted = np.minimum(surplus, limit), np.minimum(lack, limit)
    for step, (left, missing) in enumerate(zip(offered.tolist(), wanted.tolist(), strict=True)):
        if left > 0.0:
            if level < most:
                charge[step] = taken = min(left, (most - level) / way)
                level = min(most, level + taken * way)
        elif missing > 0.0 and level > 0.0:
            discharge[step] = given = min(missing, level * way)
            level = max(0.0, level - given / way)
    return charge, discharge


@dataclass(frozen=True, slots=True, eq=False)
class ServedLast:
    """The key of the members, where the battery takes what they leave.

    The last participant of the exchange is the battery: whatever the key, it is served after the others,
    so that no parameter has to name it.
    """

    key: Key

    @property
    def looks_back(self) -> bool:
        """Whether the key of the members asks for the past."""
        return looks_back(self.key)

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients of the members and of the battery, (T, N) or (T, M, N)."""
        need, production_kwh = exchange.consumption_kwh[:, :-1], exchange.production_kwh
        columns = np.arange(need.shape[1])
        members = replace(exchange, consumption_kwh=need)
        shares = self.key.shares(members, past.of(columns))
        load = exchange.consumption_kwh[:, -1]
        pooled = shares.ndim == 2
        offer = row_sums(production_kwh) if pooled else production_kwh
        given = shares * offer[..., None]
        ratios = np.empty((*offer.shape, need.shape[1] + 1))
        kept = ratios[..., :-1]
        kept[...] = np.minimum(given, need) if pooled else _kept_by_pair(given, need)
        left = np.maximum(offer - row_sums(kept), 0.0)
        total = left if pooled else row_sums(left)
        part = divided(np.minimum(load, total), total)
        ratios[..., -1] = left * (part if pooled else part[:, None])
        ratios /= np.where(offer > 0.0, offer, np.inf)[..., None]
        return ratios


def _kept_by_pair(given: FloatArray, need: FloatArray) -> FloatArray:
    offered = given.sum(axis=1)
    return given * divided(np.minimum(offered, need), offered)[:, None, :]


def battery_sites(battery: Battery) -> tuple[Participant, Plant]:
    """Return the participant and the plant that stand for a battery, for the lists of an operation."""
    site = {"id": battery.id, "name": battery.name, "position": battery.position}
    return (
        Participant(kind=Kind.COMPANY, prm=battery.prm_charge, **site),  # type: ignore[arg-type]
        Plant(kwp=0.0, prm=battery.prm_discharge, **site),  # type: ignore[arg-type]
    )


def context_with_battery(
    context: KeyContext, battery: Battery, distances_km: FloatArray | None
) -> KeyContext:
    """Return the context in which the key of the members is built: one more plant, the discharge.

    Args:
        distances_km: between the battery and each participant, shape (N,); None where it is unknown.
    """
    known = context.distances_km is not None and distances_km is not None
    return replace(
        context,
        plants=(*context.plants, battery_sites(battery)[1]),
        distances_km=np.vstack([context.distances_km, distances_km]) if known else None,  # type: ignore[list-item]
    )


def of_members(allocation: Allocation) -> Allocation:
    """Return the columns of the members and of the plants, from an allocation with a battery.

    Pairs, where there are some, are then what each plant gave directly.
    """
    pairs = allocation.received_by_plant_kwh
    return Allocation(
        allocation.received_kwh[:, :-1],
        allocation.surplus_kwh[:, :-1],
        None if pairs is None else pairs[:, :-1, :-1],
    )


def given_through(local_kwh: FloatArray) -> FloatArray:
    """Energy from each plant to each member by slot, direct or through the battery, (M, N, S), kWh.

    What the battery gave back comes from the plants in proportion to what they put into it over the
    period, a convention: so each kWh that a member receives is paid once, and to a plant.

    Args:
        local_kwh: with the battery as last plant and last participant, shape (M + 1, N + 1, S).

    >>> one_slot = np.array([[[1.0], [2.0]], [[1.5], [0.0]]])  # 1 kWh given, 2 stored, 1.5 given back
    >>> given_through(one_slot).ravel().tolist()
    [2.5]
    """
    at_once, back = local_kwh[:-1, :-1], local_kwh[-1, :-1]
    put = local_kwh[:-1, -1].sum(axis=1)
    if not put.sum() > 0.0:
        # It only gave what it held at the start, which nobody knows the origin of.
        put = np.ones(len(put))
    return at_once + divided(put, np.full(len(put), put.sum()))[:, None, None] * back


def without_battery(sums: Energy) -> Energy:
    """Return the sums of the members and of the plants alone, from those of an exchange with a battery.

    What the plants gave to the battery is not surplus; what it gave back is part of what members
    received. So `autoconsommation_ratio` counts the energy that reached someone, losses left out.
    """
    return Energy(
        sums.consumption_kwh[:-1],
        sums.received_kwh[:-1],
        sums.production_kwh[:-1],
        sums.surplus_kwh[:-1],
        sums.own_use_kwh[:-1],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Shifted:
    """Loads whose flexible blocks were moved.

    Attributes:
        load_kwh: of each site after the move, shape (T, N).
        before_kwh, after_kwh: each block, shape (T, K); their sums of a day are the same.
    """

    load_kwh: FloatArray
    before_kwh: FloatArray
    after_kwh: FloatArray

    @property
    def moved_kwh(self) -> FloatArray:
        """Energy of each block that is used at another step than before, shape (K,)."""
        moved: FloatArray = np.maximum(self.after_kwh - self.before_kwh, 0.0).sum(axis=0)
        return moved


def shift_loads(
    steps: Steps,
    load_kwh: FloatArray,
    output_kwh: FloatArray,
    loads: Sequence[FlexibleLoad],
    ids: Sequence[str],
) -> Shifted:
    """Return the loads with each block moved, within its local day, to where production is left over.

    Blocks are moved one after the other, in the order given, each seeing what those before it left. Energy
    that finds no surplus stays at its usual hours. Nothing leaves its day, and no block passes its power.
    Own use behind the meters is counted afterwards, on the result: see `exchange_behind_meters`.

    Args:
        load_kwh: what each site uses, all sources together, shape (T, N).
        output_kwh: what each plant makes, shape (T, M).
        ids: of the sites, in the order of the columns.

    Raises:
        InputError: every block whose participant is unknown, or that has no energy or power.

    >>> from datetime import date
    >>> steps = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 60)
    >>> night, noon = np.zeros((24, 1)), np.zeros((24, 1))
    >>> night[2], noon[12] = 3.0, 2.0
    >>> block = FlexibleLoad(participant="p", daily_kwh=3.0, power_kw=3.0)
    >>> moved = shift_loads(steps, night, noon, [block], ["p"])
    >>> moved.load_kwh[[2, 12], 0].tolist()  # 2 of 3 kWh find sun at noon
    [1.0, 2.0]
    """
    _refuse_faults(loads, ids)
    need, output = load_kwh.copy(), row_sums(output_kwh)
    before = np.zeros((len(need), len(loads)))
    after = np.zeros_like(before)
    for index, load in enumerate(loads):
        column = list(ids).index(load.participant)
        before[:, index] = block_of(load, need[:, column], steps)
        need[:, column] = np.maximum(need[:, column] - before[:, index], 0.0)
        left = np.maximum(output - row_sums(need), 0.0)
        after[:, index] = moved_block(load, before[:, index], left, steps)
        need[:, column] += after[:, index]
    return Shifted(need, before, after)


def block_of(load: FlexibleLoad, need_kwh: FloatArray, steps: Steps) -> FloatArray:
    """Return the part of a participant's consumption that can move, where it stands today, shape (T,).

    In the usual hours of each day, in proportion to what is used there, `daily_kwh` or all there is.
    """
    most = load.power_kw * steps.hours
    movable = np.where(_in_hours(load.usual, steps), np.minimum(need_kwh, most), 0.0)
    day, count = _days(steps)
    used = _by_day(movable, day, count)
    part = divided(np.minimum(used, load.daily_kwh), used)
    return movable * part[day]


def moved_block(load: FlexibleLoad, block_kwh: FloatArray, left_kwh: FloatArray, steps: Steps) -> FloatArray:
    """Shifted block, (T,), kWh: on surplus first, the remainder at its usual hours."""
    most = load.power_kw * steps.hours
    day, count = _days(steps)
    daily = _by_day(block_kwh, day, count)
    allowed = _in_hours(load.allowed, steps) | _in_hours(load.usual, steps)
    room = np.where(allowed, np.minimum(left_kwh, most), 0.0)
    moved_kwh = _by_day(room, day, count)
    sunny = room * divided(np.minimum(moved_kwh, daily), moved_kwh)[day]
    # There is always room for the rest: at each usual step, the block less what is already used there.
    usual = np.minimum(block_kwh, np.maximum(most - sunny, 0.0))
    kept = _by_day(usual, day, count)
    rest = np.maximum(daily - np.minimum(moved_kwh, daily), 0.0)
    return sunny + usual * divided(np.minimum(rest, kept), kept)[day]


def _by_day(values_kwh: FloatArray, day: IntArray, count: int) -> FloatArray:
    return np.bincount(day, weights=values_kwh, minlength=count).astype(np.float64)


def _days(steps: Steps) -> tuple[IntArray, int]:
    """Return the number of the local day of each step, and how many days there are."""
    day = local_calendar(steps).day
    number: IntArray = (day - day[0]).astype(np.int64)
    return number, int(number[-1]) + 1


def _in_hours(windows: Sequence[tuple[int, int]], steps: Steps) -> BoolArray:
    minute = local_calendar(steps).minute
    inside = np.zeros(len(minute), dtype=np.bool_)
    for start, end in windows:
        during = (minute >= start) & (minute < end)
        inside |= during if start < end else (minute >= start) | (minute < end)
    return inside


def _refuse_faults(loads: Sequence[FlexibleLoad], ids: Sequence[str]) -> None:
    problems = []
    for index, load in enumerate(loads):
        where = f"flexible[{index}]"
        if load.participant not in ids:
            problems.append(Problem(f"{where}.participant", unknown_name(load.participant, ids)))
        for name in ("daily_kwh", "power_kw"):
            value = getattr(load, name)
            if not value > 0.0:
                message = _("{value:g} is refused: a number above 0 is expected").format(value=value)
                problems.append(Problem(f"{where}.{name}", message))
    refuse(problems)
