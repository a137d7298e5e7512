"""An operation seen by one of its members, once all that is not its own is replaced."""

from collections.abc import Collection
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np

from acc.result.result import Result
from reports.view.view import holders_shown

FACTOR = 1.7183


def moved(value: Any) -> Any:
    """Return a value with each of its numbers that are not whole moved, in all that it holds."""
    if isinstance(value, float):
        return value * FACTOR
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * FACTOR
    if isinstance(value, tuple):
        return tuple(moved(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: moved(getattr(value, f.name)) for f in fields(value) if f.init})
    return value


def _columns(values: np.ndarray, own: Collection[int]) -> np.ndarray:
    other = [n for n in range(values.shape[-1]) if n not in own]
    made = values.copy()
    made[..., other] = made[..., other] * FACTOR + 0.013
    return made


def with_other_others(result: Result, person_id: str) -> Result:
    """Return a result in which the others have other names, curves, kWh and euros, so all sums too."""
    holder = next(one for one in holders_shown(result) if one.id == person_id)
    sites, plants = set(holder.sites), set(holder.plants)
    scenario, energy = result.scenario, result.energy
    ids = {person_id, *(scenario.participants[n].id for n in sites), *(scenario.plants[m].id for m in plants)}

    def renamed(all_: Any) -> Any:
        return tuple(
            one if one.id in ids else replace(one, name=f"Autre nom {place}")
            for place, one in enumerate(all_ or ())
        )

    made = replace(
        scenario,
        participants=renamed(scenario.participants),
        plants=renamed(scenario.plants),
        persons=renamed(scenario.persons),
        absent=renamed(scenario.absent),
    )
    exchange, settled = result.exchange, result.allocation
    return replace(
        result,
        scenario=made,
        exchange=replace(
            exchange,
            consumption_kwh=_columns(exchange.consumption_kwh, sites),
            production_kwh=_columns(exchange.production_kwh, plants),
            own_use_kwh=_columns(exchange.own_use_kwh, plants),
        ),
        allocation=replace(
            settled,
            received_kwh=_columns(settled.received_kwh, sites),
            surplus_kwh=_columns(settled.surplus_kwh, plants),
        ),
        energy=replace(
            energy,
            **{name: _columns(getattr(energy, name), sites) for name in ("consumption_kwh", "received_kwh")},
            **{
                name: _columns(getattr(energy, name), plants)
                for name in ("production_kwh", "surplus_kwh", "own_use_kwh")
            },
        ),
        money=_money(result, ids),
        ranges=_ranges(result.ranges, ids),
        persons_ranges=_ranges(result.persons_ranges, ids) or {},
        others={},
        leaving=(),
        persons_leaving=(),
        cancelling=(),
        alone={},
        proposal=None,
        departure=None,
        studies={},
        way=None,
    )


def _money(result: Result, ids: Collection[str]) -> Any:
    money = result.money
    if money is None:
        return None

    def of_others(all_: Any) -> Any:
        return tuple(one if one.id in ids else moved(one) for one in all_)

    return replace(
        money,
        participants=of_others(money.participants),
        plants=of_others(money.plants),
        persons=of_others(money.persons),
        total=moved(money.total),
        plan=moved(money.plan),
        plans=tuple(plan if set(plan.plant_ids) & set(ids) else moved(plan) for plan in money.plans),
        ledger=tuple(e if {e.payer, e.receiver} & set(ids) else moved(e) for e in money.ledger),
        corridor=moved(money.corridor),
        plan_corridor=moved(money.plan_corridor),
        closure=moved(money.closure),
        pmo=moved(money.pmo),
    )


def _ranges(ranges: Any, ids: Collection[str]) -> Any:
    if ranges is None:
        return None
    return {
        name: {id_: ends if id_ in ids else moved(ends) for id_, ends in found.items()}
        for name, found in ranges.items()
    }
