"""What the meters see in a draw, first year and later ones, and what each key shares of it.

The hours of the file stay those of its year. Compared with the folder's own year, the mean price of what is
left moves the price of the contract; the key is not asked: those that share all they can leave the same.

A case that has one of them keeps every step on its sheet, nights included: time is then an order of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from acc.accounts.market import left_of_pool, mean_price
from acc.arrays import FloatArray, IntArray, span_sums
from acc.batch.key_forms import SumSplits, settled_sums
from acc.batch.sums import Bend, KeySums, Needs, SheetRows, Split
from acc.changes import LATE, DatedChange, What
from acc.devices.battery import block_of, given_through, greedy, moved_block, with_battery
from acc.exchange import Exchange, exchange_behind_meters
from acc.settle import Key
from acc.water_filling import divided
from acc.years.states import PlanBase, anchors_at_most, away_in, first_day, meters_in, year_of
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import Draw, DrawnChange, drawn_changes
from scenarios.operation.draws.loads import Stock, mapped
from scenarios.operation.draws.plan_years import LaterBase, TakenSteps
from scenarios.operation.draws.settings import MODEL


@dataclass(frozen=True, slots=True, eq=False)
class Meters:
    """What the meters see in one draw, on the sheet and by group of steps.

    Attributes:
        bending: what loads are multiplied by, (N, P), see `Cells`; None when by `factor` alone.
        moved_kwh: loads on a whole sheet, flexible ones moved, own use included, (N, D); None without any.
        changes: the dated changes that are counted, in which `year` of the plan.
    """

    needs: Needs
    made_kwh: FloatArray
    consumption_by_group_kwh: FloatArray
    own_by_group_kwh: FloatArray
    factor: FloatArray
    output_kwp: FloatArray
    bending: FloatArray | None
    moved_kwh: FloatArray | None = None
    changes: tuple[DrawnChange, ...] = ()
    year: int = 1


LEAST_EUR_PER_KWH = 1e-6
"""A contract that brings less, fee paid, is not moved: nothing to multiply."""


def surplus_price_ratio(case: Case, meters: Meters) -> FloatArray:
    """Multiplier of the surplus price of each plant in a draw, (M,)."""
    known, ratio = case.captured_eur_per_kwh, np.ones(len(case.behind))
    sold = np.flatnonzero(np.isfinite(known)).tolist()
    if not sold or case.tariffs is None:
        return ratio
    output = meters.made_kwh.T
    left = left_of_pool(output, meters.needs.total()[:, None]) if case.scenario.sharing else output
    for m in sold:
        contract = case.tariffs.plants[m].surplus
        assert contract is not None  # it sells by the hour
        if left[:, m].sum() > 0.0 and abs(contract.eur_per_kwh) > LEAST_EUR_PER_KWH:
            price = mean_price(contract, left[:, m], case.sheet.rows)
            ratio[m] = 1.0 + (price - known[m]) / contract.eur_per_kwh
    return ratio


MOST_SETTLED = 7
"""Years of a plan that a draw settles, a line between them: those around what moves the most kWh."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawnYears:
    """The future of a draw.

    Attributes:
        changes: what the draw makes of each change that was said.
        counted: those of which something happens; `by_night` those of sites.
        steady: what the meters see were no change counted, each need made once, on the steps of `grid`.
    """

    later: LaterBase
    grid: TakenSteps
    changes: tuple[DrawnChange, ...]
    counted: tuple[DatedChange, ...]
    by_night: tuple[DatedChange, ...]
    steady: Meters
    sheet: PlanBase
    nights: PlanBase

    def in_year(self, year: int) -> Meters:
        """Meters in a year of the plan."""
        moving = list(range(len(self.later.moving)))
        withdrawn, output, own = meters_in(self.sheet, self.counted, year, moving)
        dark = meters_in(self.nights, self.by_night, year, moving)[0]
        columns = np.array(self.later.moving, dtype=np.int64)
        consumption = self.steady.consumption_by_group_kwh.copy()
        consumption[columns] = span_sums(withdrawn.T, self.sheet.spans)
        consumption[columns] += span_sums(dark.T, self.nights.spans)
        return replace(
            self.steady,
            needs=replace(self.steady.needs, hosts=columns, host_kwh=np.ascontiguousarray(withdrawn.T)),
            made_kwh=np.ascontiguousarray(output.T),
            consumption_by_group_kwh=consumption,
            own_by_group_kwh=span_sums(own.T, self.sheet.spans),
            changes=self.changes,
            year=year,
        )

    def away(self, year: int) -> frozenset[str]:
        """Participants absent in a year."""
        return away_in(self.later.base.steps, self.counted, year)

    def settled(self, horizon: int, *, exact: bool) -> list[int]:
        """Return the years that are settled: all where `exact`, else those around the largest changes."""
        if exact:
            return list(range(1, horizon + 1))
        later = self.later
        return anchors_at_most(self.counted, later.base.steps, horizon, later.yearly_kwh, MOST_SETTLED)


def drawn_years(case: Case, drawn: Draw, steady: Meters, grid: TakenSteps) -> DrawnYears:
    """Return the future of a draw, on the steps of a grid.

    Args:
        steady: what the meters see were no change counted.
    """
    later = case.later
    assert later is not None  # only asked where changes tell years apart
    changes = changes_of(case, drawn)
    columns, stock = np.array(later.moving, dtype=np.int64), case.stocks[drawn.weather]
    output = taken(stock, "unit", grid) * steady.output_kwp[:, None]
    if steady.bending is None:
        night = later.night_kwh[drawn.weather] * steady.needs.factor[columns, None]
        need = taken(stock, "load", grid) * steady.needs.factor[:, None]
    else:
        night = later.bendable_kwh[drawn.weather] * steady.bending[columns]
        base, bend = taken(stock, "bendable", grid), Bend(steady.bending, case.cells.of_sheet[grid.columns])
        need = bend.times(base, slice(None))
    counted = tuple(change.drawn for change in changes if change.drawn is not None)
    nights = later.by_night(night, changes)
    return DrawnYears(
        later,
        grid,
        changes,
        counted,
        nights.own(counted),
        replace(steady, needs=Needs.of(need)),
        later.on_sheet(need[columns].T, output.T, changes, grid),
        nights,
    )


@lru_cache(maxsize=6)
def taken(stock: Stock, name: str, grid: TakenSteps) -> FloatArray:
    """Values of a stock at the steps of a grid, weighted by the steps around; once for all draws."""
    return np.ascontiguousarray(mapped(getattr(stock, name))[:, grid.columns]) * grid.weight


def changes_of(case: Case, drawn: Draw) -> tuple[DrawnChange, ...]:
    """Dated changes of a case in a draw."""
    changes: Sequence[DatedChange] = () if case.later is None else case.later.changes
    if drawn.chances is None:
        return tuple(DrawnChange(change, change) for change in changes)
    return drawn_changes(changes, case.scenario.steps, drawn.chances)


def out_at_first(changes: Sequence[DrawnChange], case: Case) -> frozenset[str] | None:
    """Return the plants that start, and the sites that join, after the first year of a plan or never.

    None where more than they changes that year, or where a site that is out stands above a plant.
    """
    days, steps = [change.drawn for change in changes if change.drawn is not None], case.scenario.steps
    late = {day.site for day in days if day.what in LATE and year_of(day.since, steps) > 1}
    now = [day for day in days if year_of(day.since, steps) <= 1]
    out = late | {day.site for day in now if _is_never(day, case)}
    hosts = {case.ids[host] for host in case.hosts}
    return None if out & hosts or any(day.site not in out for day in now) else frozenset(out)


def _is_never(change: DatedChange, case: Case) -> bool:
    """Return whether a change says, as `never` does, that its site or plant is not there."""
    absent = change.what is What.LEAVES or (change.what is What.CLOSES and change.ratio == 0.0)
    return absent and change.until is None and change.since == first_day(case.scenario.steps)


@dataclass(frozen=True, slots=True, eq=False)
class SharedOut:
    """What a key shares in a draw.

    Attributes:
        sums: received by members, from plants at once or through the battery.
        surplus_kwh: of each plant, taken by nobody and by no battery, (M,).
    """

    sums: KeySums
    surplus_kwh: FloatArray


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
    return need[:, rows]


def stored_kwh(case: Case, meters: Meters) -> tuple[FloatArray, FloatArray]:
    """Charge and discharge of the battery at its meters, on the sheet, (D,) each, kWh.

    It takes from the common surplus, and gives to the unmet need of members.
    """
    battery, rows = case.scenario.battery, case.sheet.rows
    assert battery is not None  # only asked where there is one
    balance = in_time(meters.made_kwh.sum(axis=0) - meters.needs.total(), rows)
    surplus, lack = np.maximum(balance, 0.0), np.maximum(-balance, 0.0)
    charge, discharge = greedy(surplus, lack, battery, case.scenario.steps.hours)
    return charge[rows], discharge[rows]


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


def meters_of(case: Case, drawn: Draw) -> Meters:
    """Meters under a draw, in the first year of a plan."""
    return first_and_later(case, drawn)[0]


def first_and_later(case: Case, drawn: Draw) -> tuple[Meters, DrawnYears | None]:
    """Meters of the first year, and the later years where changes move them."""
    if case.later is None:
        return _steady(case, drawn), None
    is_sure, out = drawn.chances is None, out_at_first(changes_of(case, drawn), case)
    if out is not None and not is_sure:
        first = _steady(case, drawn, out)
        steady = first if not out or not case.later_years else _steady(case, drawn)
    else:
        steady = _steady(case, drawn)
        years = drawn_years(case, drawn, steady, case.later.exact)
        first = years.in_year(1) if out is None or out else steady
        if is_sure:
            return first, years
    # Where something is drawn, a step an hour stands for those around it in later years.
    return first, drawn_years(case, drawn, steady, case.later.thin) if case.later_years else None


def _steady(case: Case, drawn: Draw, out: frozenset[str] = frozenset()) -> Meters:
    """Meters under a draw, dated changes counted only through the curves.

    Args:
        out: plants that make nothing, and sites above none that use nothing.
    """
    stock, w = case.stocks[drawn.weather], drawn.weather
    leaver = case.ids.index(drawn.leaver) if drawn.leaver in case.ids else -2
    makes = np.array([plant.id not in out for plant in case.scenario.plants], dtype=np.bool_)
    kwp = np.where((case.behind != leaver) & makes, case.kwp * output_ratios(case, drawn), 0.0)
    output = mapped(stock.unit) * kwp[:, None]
    needs, bending = used_by_sites(case, drawn, out)
    if bending is None:
        consumption = case.load_by_group_kwh[w] * needs.factor[:, None]
    else:
        consumption = case.cells.by_group(w, bending)
    moved = None
    if case.scenario.flexible:
        moved = moved_loads(case, needs.part(slice(None)), output, consumption)
        needs = _all_needs(moved, np.ones(len(case.ids)))
    host_kwh, own = own_use_of(case, needs, output)
    own_by_group = np.zeros((len(own), len(case.sheet.starts) - 1))
    for plant in np.flatnonzero(case.behind >= 0):
        own_by_group[plant] = [own[plant, a:b].sum() for a, b in pairwise(case.sheet.starts)]
        consumption[case.behind[plant]] -= own_by_group[plant]
    return Meters(
        replace(needs, hosts=case.hosts, host_kwh=host_kwh),
        np.maximum(output - own, 0.0),
        np.maximum(consumption, 0.0),
        own_by_group,
        needs.factor,
        kwp,
        bending,
        moved,
    )


def used_by_sites(
    case: Case, drawn: Draw, out: frozenset[str] = frozenset()
) -> tuple[Needs, FloatArray | None]:
    """Needs of sites under a draw, plants and changes aside, and the factors that bend them, (N, P).

    Args:
        out: sites that use nothing.
    """
    stock = case.stocks[drawn.weather]
    factor = np.array([0.0 if name in {*out, drawn.leaver} else drawn.load_ratio[name] for name in case.ids])
    bending = _bending(case, drawn, factor)
    if bending is None:
        return _all_needs(mapped(stock.load), factor), None
    base = mapped(stock.bendable)
    # Laid as the base is: what takes a few steps would else copy the factors of all, each time.
    aligned = np.asfortranarray(bending) if np.isfortran(base) else bending
    return _all_needs(base, np.ones_like(factor), Bend(aligned, case.cells.of_sheet)), bending


def _bending(case: Case, drawn: Draw, level: FloatArray) -> FloatArray | None:
    """Multipliers of each load in each pair, (N, P); None when curves are unchanged."""
    if not drawn.shape:
        return None
    kwh = case.load_by_group_kwh[drawn.weather] * level[:, None]
    return case.cells.factors(drawn.weather, kwh, np.stack([drawn.shape[name] for name in case.ids]))


def output_ratios(case: Case, drawn: Draw) -> FloatArray:
    """Return the factor of each plant's output, (M,): the bias of the model is not that of a measured one."""
    year, model = drawn.values["solar_yield"], drawn.values[MODEL]
    own = 1.0 if drawn.output is None else drawn.output.ratios(case.scenario.plants)
    return np.where(case.modelled, year * model * own, year)


def _all_needs(base_kwh: FloatArray | SheetRows, factor: FloatArray, bend: Bend | None = None) -> Needs:
    """Needs of sites, own use included."""
    nobody = np.zeros(0, dtype=np.int64)
    return Needs(base_kwh, factor, nobody, np.zeros((0, base_kwh.shape[1])), bend)


def own_use_of(case: Case, needs: Needs, output: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Remaining needs of hosts, (H, D), and own use served by each plant, (M, D), kWh."""
    own = np.zeros_like(output)
    left = needs.of_rows(case.hosts)
    for row, host in enumerate(case.hosts):
        plants = np.flatnonzero(case.behind == host)
        made = output[plants].sum(axis=0)
        used = np.minimum(made, left[row])
        own[plants] = output[plants] * divided(used, made)
        left[row] -= used
    return left, own


def split_out(case: Case, meters: Meters, splits: Sequence[Split], sum_splits: SumSplits) -> list[SharedOut]:
    """Sharing under splits, in one pass; a battery is an additional plant when it discharges."""
    output = meters.made_kwh
    if case.scenario.battery is None:
        key_sums = sum_splits(case.sheet, meters.needs, output, splits, by_plant=case.by_plant)
        return [shared_at_once(sums, output.sum(axis=1)) for sums in key_sums]
    charge_kwh, discharge_kwh = stored_kwh(case, meters)
    with_it, put = np.vstack([output, discharge_kwh]), put_by_plant(output, charge_kwh)
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
