"""What the battery and the flexible loads do in a draw: as `acc.devices`, on the loads and output drawn.

A case that has one of them keeps every step on its sheet, nights included: time is then an order of it.
"""

from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.sums import KeySums
from acc.devices.battery import block_of, given_through, greedy, moved_block
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.indicators import Meters


@dataclass(frozen=True, slots=True, eq=False)
class SharedOut:
    """What a key shares in a draw.

    Attributes:
        sums: received by members, from plants at once or through the battery.
        surplus_kwh: of each plant, taken by nobody and by no battery, (M,).
    """

    sums: KeySums
    surplus_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """What a battery does, kWh at its meters, on the sheet: `charge_kwh` and `discharge_kwh`, (D,)."""

    charge_kwh: FloatArray
    discharge_kwh: FloatArray


def in_time(values: FloatArray, rows: IntArray) -> FloatArray:
    """Return values of a whole sheet (..., D) in the order of time."""
    out = np.empty_like(values)
    out[..., rows] = values
    return out


def moved_loads(case: Case, load: FloatArray, output: FloatArray, by_group: FloatArray) -> FloatArray:
    """Return loads (N, D) with the flexible ones moved to where output (M, D) is left; `by_group` follows."""
    rows, starts, steps = case.sheet.rows, case.sheet.starts[:-1], case.scenario.steps
    need = in_time(np.asarray(load), rows)
    total, pool = need.sum(axis=0), in_time(output.sum(axis=0), rows)
    for flexible in case.scenario.flexible:
        n = case.ids.index(flexible.participant)
        before = block_of(flexible, need[n], steps)
        left = np.maximum(pool - (total - before), 0.0)
        change = moved_block(flexible, before, left, steps) - before
        need[n] = np.maximum(need[n] + change, 0.0)
        total += change
        by_group[n] += np.add.reduceat(change[rows], starts)
    moved: FloatArray = need[:, rows]
    return moved


def stored(case: Case, meters: Meters) -> Stored:
    """Charge and discharge of the battery, from the common surplus and unmet need of members."""
    battery, rows = case.scenario.battery, case.sheet.rows
    assert battery is not None  # only asked where there is one
    balance = in_time(meters.made_kwh.sum(axis=0) - meters.needs.total(), rows)
    surplus, lack = np.maximum(balance, 0.0), np.maximum(-balance, 0.0)
    charge, discharge = greedy(surplus, lack, battery, case.scenario.steps.hours)
    return Stored(charge[rows], discharge[rows])


def through_battery(
    case: Case, at_once: FloatArray, shared_kwh: FloatArray, put_kwh: FloatArray, output_kwh: FloatArray
) -> SharedOut:
    """Local energy from each plant to each member, battery discharge attributed to its sources.

    Args:
        at_once: from each plant, the battery the last one, to each member by group, (M + 1, G, N).
        shared_kwh: of each plant, received by members at once, (M,).
        put_kwh: of each plant, into the battery, (M,).
        output_kwh: injected by each plant, (M,).
    """
    plants, groups, _members = at_once.shape
    into = np.zeros((plants, 1, groups))
    into[:-1, 0, 0] = put_kwh
    local = given_through(np.concatenate([at_once.transpose(0, 2, 1), into], axis=1)).transpose(0, 2, 1)
    sold = local.sum(axis=(1, 2))
    surplus = np.maximum(output_kwh - shared_kwh - put_kwh, 0.0)
    return SharedOut(KeySums(local if case.by_plant else local.sum(axis=0, keepdims=True), sold), surplus)


def put_by_plant(output: FloatArray, charge: FloatArray) -> FloatArray:
    """Energy from each plant into the battery, (M,), in proportion to its output, (M, D), kWh."""
    pool = output.sum(axis=0)
    part = np.divide(charge, pool, out=np.zeros_like(pool), where=pool > 0.0)
    put: FloatArray = (output * part).sum(axis=1)
    return put
