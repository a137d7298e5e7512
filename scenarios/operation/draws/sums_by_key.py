"""What each key shares in a draw: splits in one pass over the sheet, the others by the reference."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from acc.arrays import FloatArray
from acc.batch.key_forms import SumSplits, settled_sums
from acc.batch.sums import KeySums, Split
from acc.devices.battery import with_battery
from acc.exchange import Exchange, exchange_behind_meters
from acc.settle import Key
from acc.years.states import meters_in
from scenarios.operation.draws.array_store import Stock, mapped
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.devices import SharedOut, in_time, put_by_plant, stored, through_battery
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.indicators import Meters


def split_out(case: Case, meters: Meters, splits: Sequence[Split], sum_splits: SumSplits) -> list[SharedOut]:
    """Sharing under splits, in one pass; a battery is an additional plant when it discharges."""
    output = meters.made_kwh
    if case.scenario.battery is None:
        key_sums = sum_splits(case.sheet, meters.needs, output, splits, by_plant=case.by_plant)
        return [shared_at_once(sums, output.sum(axis=1)) for sums in key_sums]
    battery = stored(case, meters)
    with_it = np.vstack([output, battery.discharge_kwh])
    put = put_by_plant(output, battery.charge_kwh)
    return [
        through_battery(case, sums.local_kwh, sums.shared_kwh[:-1], put, output.sum(axis=1))
        for sums in sum_splits(case.sheet, meters.needs, with_it, splits, by_plant=True)
    ]


def nothing_shared(case: Case, meters: Meters) -> SharedOut:
    """Sharing of a draw without an operation: zero, all injections are surplus."""
    lanes = len(case.behind) if case.by_plant else 1
    local = np.zeros((lanes, len(case.sheet.starts) - 1, len(case.ids)))
    return SharedOut(KeySums(local, np.zeros(len(case.behind))), meters.made_kwh.sum(axis=1))


def shared_at_once(sums: KeySums, output_kwh: FloatArray) -> SharedOut:
    """Sharing of a key without battery; `output_kwh` is injected by each plant, (M,)."""
    return SharedOut(sums, np.maximum(output_kwh - sums.shared_kwh, 0.0))


def settled_out(case: Case, drawn: Draw, meters: Meters, key: Key, out: frozenset[str]) -> SharedOut:
    """Sharing of a key that is no split, for the participants present."""
    exchange = drawn_exchange(case, drawn, meters)
    stay = [n for n, name in enumerate(case.ids) if name not in out]
    if out:
        exchange = replace(exchange, consumption_kwh=np.ascontiguousarray(exchange.consumption_kwh[:, stay]))
    battery = case.scenario.battery
    kwh = exchange.production_kwh.sum(axis=0)
    if battery is None:
        shared_out = shared_at_once(settled_sums(exchange, key, case.sheet, by_plant=case.by_plant), kwh)
    else:
        full = with_battery(exchange, battery).exchange
        sums = settled_sums(full, key, case.sheet, by_plant=True)
        put = sums.local_kwh[:-1, :, -1].sum(axis=1)
        shared_out = through_battery(case, sums.local_kwh[:, :, :-1], sums.shared_kwh[:-1] - put, put, kwh)
    if not out:
        return shared_out
    local = np.zeros((*shared_out.sums.local_kwh.shape[:2], len(case.ids)))
    local[:, :, stay] = shared_out.sums.local_kwh
    return replace(shared_out, sums=replace(shared_out.sums, local_kwh=local))


def drawn_exchange(case: Case, drawn: Draw, meters: Meters) -> Exchange:
    """Exchange on the network at every step in a draw."""
    stock, later = case.stocks[drawn.weather], case.later
    output = mapped(stock.full_unit) * meters.output_kwp
    behind, load = [None if host < 0 else int(host) for host in case.behind], _full_load(case, stock, meters)
    if not meters.changes or later is None:
        return exchange_behind_meters(case.scenario.steps, load, output, behind)
    moving = list(later.moving)
    counted = [change.drawn for change in meters.changes if change.drawn is not None]
    base = later.at_each_step(load[:, moving], output, meters.changes)
    load[:, moving], injected, own = meters_in(base, counted, meters.year, range(len(moving)))
    return Exchange(case.scenario.steps, load, np.ascontiguousarray(injected), np.ascontiguousarray(own))


def _full_load(case: Case, stock: Stock, meters: Meters) -> FloatArray:
    """Consumption of each site at every step, (T, N), kWh."""
    if meters.moved_kwh is not None:
        return np.ascontiguousarray(in_time(meters.moved_kwh, case.sheet.rows).T)
    if meters.bending is None:
        return mapped(stock.full_load) * meters.factor
    _codes, pair = np.unique(mapped(case.pair_code), return_inverse=True)
    return mapped(stock.full_bendable) * meters.bending.T[pair]
