"""The compiled search of a folder: its meters as units with modes, over classes of steps seen alike.

What it finds is judged on every step by `Scorer`: classes of steps are close under the default key, no more.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.scenario import Regime
from scenarios.studies.lawful.evaluate import (
    OUT,
    Labels,
    PlanRequest,
    alone_eur,
    no_operation,
    powers_of_meter,
)
from scenarios.studies.lawful.law import GroupLaw
from scenarios.studies.lawful.meters import NOT_BUILT, RoofMeter
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.numba_plan import (
    BUYS,
    DEPTH,
    FEE,
    FLAT,
    LANES,
    MADE,
    NEED,
    NOBODY,
    PAYS,
    SELLS,
    SURPLUS,
    TAXED,
    WORTH,
    PersonRows,
    PlanState,
    Units,
    fill,
    ruin_recreate,
)
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, MeterState

CLASSES = (1, 300, 20, 8, 5, 4)
"""Classes of steps by what is made against what is needed, for each of so many groups; fewer of more."""


PersonEntry = tuple[int, int, FloatArray, FloatArray | None]
"""See `PersonRows`: a person, a kind, an amount over the plan and the period, (2,), a row, (2, C)."""


@dataclass(frozen=True, slots=True)
class Mode:
    """A unit in an operation: a site, None for a roof on the network, and what is built of its roofs.

    Attributes:
        state: of its meter with the roofs that are built; None without any.
    """

    unit: int
    site: int | None
    state: MeterState | None

    @property
    def roofs(self) -> tuple[tuple[int, int], ...]:
        """Columns of the plants that are built, with their powers."""
        return () if self.state is None else self.state.roofs


@dataclass(frozen=True, slots=True, eq=False)
class FolderGround:
    """What a search of a folder looks at: modes J of S units, the law of each two, where units are.

    Attributes:
        near: of the regimes that are asked for, (R, J, J).
        cost: what being in a mode costs beside the best of its roofs alone, (J,), of which `fixed` is its
            site's, (J,).
        idle: the plan where nothing is shared.
    """

    model: GroupModel
    worth: KwhWorth
    request: PlanRequest
    regimes: tuple[Regime, ...]
    modes: tuple[Mode, ...]
    cost: FloatArray
    fixed: FloatArray
    fee_eur: float
    near: BoolArray
    cap_kwp: FloatArray
    body: BoolArray
    nearest: IntArray
    idle: Labels

    @property
    def first(self) -> IntArray:
        """Where the modes of each unit begin, the end last, (S + 1,)."""
        units = [mode.unit for mode in self.modes]
        return np.searchsorted(units, np.arange(len(self.nearest) + 1)).astype(np.int64)

    def load(self, mode: Mode) -> FloatArray | None:
        """Withdrawals of the site of a mode, (T',), kWh; None of a roof on the network."""
        if mode.site is None:
            return None
        host = None if mode.state is None else mode.state.host_kwh
        return self.worth.load(mode.site) if host is None else host

    def classes(self, groups: Sequence[Sequence[int]]) -> IntArray:
        """Class of each step, (T',), by what groups of modes make against what they need."""
        every, of_step = [*groups] or [self.first[:-1].tolist()], np.zeros(self.worth.steps, dtype=np.int64)
        count = CLASSES[min(len(every), len(CLASSES) - 1)]
        for group in every:
            need, made = np.zeros(self.worth.steps), np.zeros(self.worth.steps)
            for mode in (self.modes[j] for j in group):
                load = self.load(mode)
                need += 0.0 if load is None else load
                made += 0.0 if mode.state is None else mode.state.injected_kwh.sum(axis=0)
            rank = np.empty(len(need), dtype=np.int64)
            rank[np.argsort(made / np.maximum(need, 1e-9), kind="stable")] = np.arange(len(need))
            of_step = of_step * count + rank * count // len(rank)
        return np.unique(of_step, return_inverse=True)[1].ravel().astype(np.int64)

    def units(self, of_step: IntArray) -> Units:
        """Return the units over classes of steps, as the compiled search reads them."""
        rows = _LaneRows.of(self, of_step)
        lanes = [rows.of_mode(mode, self.load(mode)) for mode in self.modes]
        count = int(of_step.max()) + 1
        size = np.array([len(own) for own in lanes])
        sums = [row for own in lanes for _lane, row in own]
        return Units(
            sites=self.model.sites,
            first=self.first,
            entry=np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
            size=np.ones(len(sums)),
            row=np.arange(len(sums)),
            lane=np.array([lane for own in lanes for lane, _row in own], dtype=np.int64),
            rows=np.array(sums),
            worth=np.zeros((0, count)),
            order=np.zeros((0, count), dtype=np.int64),
            surplus=np.zeros((0, count)),
            cost=self.cost,
            fixed=self.fixed,
            kwp=np.array([0.0 if mode.state is None else mode.state.power_kwp for mode in self.modes]),
            fee_eur=self.fee_eur,
            near=self.near,
            cap=self.cap_kwp,
            asks=np.array([regime is Regime.EPCI for regime in self.regimes]),
            body=self.body,
            nearest=self.nearest,
            lanes=LANES + 2 * len(rows.owners),
        )

    def persons(self, of_step: IntArray) -> PersonRows:
        """Entries of all modes over classes of steps; nobody where losers are not asked about."""
        if not self.request.no_loser:
            return NOBODY
        rows, idle = _LaneRows.of(self, of_step), alone_eur(self.model, self.idle)
        each = [rows.of_persons(mode, self.load(mode), self._alone_eur(mode)) for mode in self.modes]
        entries = [entry for own in each for entry in own]
        with_rows = [row for _person, _kind, _eur, row in entries if row is not None]
        count = np.cumsum([row is not None for _person, _kind, _eur, row in entries])
        return PersonRows(
            idle=idle,
            first=np.concatenate([[0], np.cumsum([len(own) for own in each])]).astype(np.int64),
            person=np.array([person for person, _kind, _eur, _row in entries], dtype=np.int64),
            kind=np.array([kind for _person, kind, _eur, _row in entries], dtype=np.int64),
            eur=np.array([eur for _person, _kind, eur, _row in entries]).reshape(-1, 2),
            row=np.maximum(count - 1, 0).astype(np.int64),
            rows=np.array(with_rows).reshape(-1, 2, rows.shape[1]),
            owner=np.array(rows.owners, dtype=np.int64),
        )

    def _alone_eur(self, mode: Mode) -> FloatArray:
        """Gains of persons by the roofs of a mode, beside those where nothing is shared, (2, Q), EUR."""
        model, eur = self.model, np.zeros((2, len(self.model.persons)))
        holder = mode.site if mode.site is not None else model.sites + mode.roofs[0][0]
        for k in {int(model.meter_of[roof]) for roof in range(model.roofs) if model.holder[roof] == holder}:
            idle = tuple(self.idle.power[roof] for roof in model.meters.every[k].roofs)
            powers = (NOT_BUILT,) * len(idle) if mode.state is None else mode.state.powers
            for sign, built in ((1.0, powers), (-1.0, idle)):
                if any(power != NOT_BUILT for power in built):
                    eur += sign * model.meters.built(k, built).alone_eur
        return eur

    def labels(self, label: IntArray, mode: IntArray) -> Labels:
        """Return a plan of the search as labels."""
        model, labels = self.model, self.idle.copy()
        for unit, place in enumerate(label.tolist()):
            if place < 0:
                continue
            chosen = self.modes[int(mode[unit])]
            if chosen.site is not None:
                labels.label[chosen.site] = place
                for roof in range(model.roofs):
                    if model.holder[roof] == chosen.site:
                        labels.power[roof] = NOT_BUILT
            for roof, power in chosen.roofs:
                labels.label[model.sites + roof], labels.power[roof] = place, power
        return labels

    def state(self, units: Units, start: Labels | None, most: int) -> PlanState:
        """Return a plan as the search holds it: operations that no regime allows are left out."""
        count, lanes = len(self.nearest), units.lanes
        label, mode = np.full(count, -1, dtype=np.int64), units.first[:-1].copy()
        regime = np.full(most, -1, dtype=np.int64)
        if start is not None:
            groups = self.groups(start)
            mode[[self.modes[j].unit for own in groups for j in own]] = [j for own in groups for j in own]
            for g, own in enumerate(groups[:most]):
                power = float(units.kwp[own].sum())
                allowed = [self.near[r][np.ix_(own, own)].all() for r in range(len(self.regimes))]
                may = [r for r, is_near in enumerate(allowed) if is_near and power < self.cap_kwp[r]]
                if may:
                    regime[g] = may[0]
                    label[[self.modes[j].unit for j in own]] = g
        state = PlanState(
            label=label,
            mode=mode,
            regime=regime,
            flow=np.zeros((most, lanes, units.rows.shape[1])),
            power=np.zeros(most),
            conflicts=np.zeros((most, len(self.modes)), dtype=np.int64),
            spent=np.zeros(most),
            shared=np.zeros(most),
            members=np.zeros(most, dtype=np.int64),
        )
        fill(label.copy(), state, units)
        return state

    def groups(self, plan: Labels) -> list[list[int]]:
        """Return the modes of each operation of a plan."""
        model, groups = self.model, dict[int, list[int]]()
        for j, mode in enumerate(self.modes):
            holder = model.sites + mode.roofs[0][0] if mode.site is None else mode.site
            own = [(m, plan.power[m]) for m in range(model.roofs) if model.holder[m] == holder]
            built = tuple((m, power) for m, power in own if power != NOT_BUILT)
            if plan.label[holder] != OUT and built == mode.roofs:
                groups.setdefault(plan.label[holder], []).append(j)
        return [group for _label, group in sorted(groups.items())]


def searched(
    ground: FolderGround, most: int, rounds: int, seed: int, start: Labels | None = None, laps: int = 3
) -> Labels:
    """Return the best plan met in so many rounds, in laps on classes that the groups of the last one see.

    Args:
        most: operations at most.
        start: where to begin; nothing is founded without.
    """
    if not most or not len(ground.regimes) or not len(ground.modes):
        return ground.idle
    best = start
    centres = np.arange(len(ground.nearest))
    for lap in range(laps):
        groups = [] if best is None else ground.groups(best)
        of_step = ground.classes(groups)
        units, who = ground.units(of_step), ground.persons(of_step)
        state = [ground.state(units, plan, most) for plan in (best, None, None)]
        # Over classes of all steps alike a plan is only begun.
        ruin_recreate(rounds if groups else rounds // 3, seed + lap, centres, units, who, *state)
        best = ground.labels(state[2].label, state[2].mode)
    assert best is not None
    return best


def search_ground(model: GroupModel, worth: KwhWorth, law: GroupLaw, request: PlanRequest) -> FolderGround:
    """Build the units of a folder, and what the law lets stand together, under what is asked."""
    every, modes = model.meters.every, list[Mode]()
    hosts = {meter.host: k for k, meter in enumerate(every) if meter.host is not None}
    meters = [*map(hosts.get, range(model.sites)), *(k for k, own in enumerate(every) if own.host is None)]
    best = list[float]()
    for unit, k in enumerate(meters):
        site = unit if unit < model.sites else None
        allowed = [()] if k is None else powers_of_meter(model, k, request.without)
        states = {state.powers: state for state in worth.states[k]} if k is not None else {}
        own = [Mode(unit, site, states.get(powers)) for powers in allowed]
        modes += [mode for mode in own if mode.site is not None or mode.state is not None]
        alone = max(0.0 if mode.state is None else mode.state.alone_eur for mode in own)
        best += [alone] * (len(modes) - len(best))
    built = np.array([0.0 if mode.state is None else mode.state.alone_eur for mode in modes])
    lives, prices = float(_mean_rates(worth, "yearly").sum()), model.prices
    paid = np.where(prices.known, prices.fixed_eur * lives * (1.0 + _vat(model, worth)), 0.0)
    fixed = np.array([0.0 if mode.site is None else paid[mode.site] for mode in modes])
    regimes = tuple(regime for regime in request.regimes if regime in law.near)
    inside = np.zeros((len(modes), model.sites + model.roofs))
    for j, mode in enumerate(modes):
        inside[j, [model.sites + roof for roof, _power in mode.roofs]] = 1.0
        inside[j, [] if mode.site is None else [mode.site]] = 1.0
    return FolderGround(
        model=model,
        worth=worth,
        request=request,
        regimes=regimes,
        modes=tuple(modes),
        cost=fixed + np.array(best) - built,
        fixed=fixed,
        fee_eur=prices.pmo_eur * lives,
        near=_near(inside, law, regimes, request.without),
        cap_kwp=np.array([law.cap_kwp[regime] for regime in regimes]),
        body=inside @ _as_bools(law.authorities, inside.shape[1]) > 0.0,
        nearest=_nearest(model, every),
        idle=no_operation(model, request.without),
    )


def _as_bools(bits: int, count: int) -> BoolArray:
    packed = np.frombuffer(bits.to_bytes(-(-count // 8), "little"), dtype=np.uint8)
    return np.unpackbits(packed, count=count, bitorder="little").astype(np.bool_)


def _near(inside: FloatArray, law: GroupLaw, regimes: Sequence[Regime], without: int) -> BoolArray:
    """Return which modes may stand together under each regime, (R, J, J).

    Args:
        inside: the sites and roofs of each mode, (J, S).
    """
    count, tables = inside.shape[1], list[BoolArray]()
    for regime in regimes:
        apart = ~np.array([_as_bools(bits & ~without, count) for bits in law.near[regime]])
        apart |= _as_bools(without, count)[:, None]
        clash = inside @ apart @ inside.T
        tables.append((clash == 0.0) & (clash.T == 0.0))
    return np.array(tables, dtype=np.bool_).reshape(-1, len(inside), len(inside))


def _nearest(model: GroupModel, every: Sequence[RoofMeter]) -> IntArray:
    """Return the nearest units of each, by rising distance, itself first, (S, D)."""
    on_network = [model.sites + meter.roofs[0] for meter in every if meter.host is None]
    at = np.array([*range(model.sites), *on_network])
    near = np.empty((len(at), min(len(at), DEPTH)), dtype=np.int64)
    for u, own in enumerate(at.tolist()):
        km = np.nan_to_num(model.operation.members.apart.between([own], at)[0], nan=1e6)
        km[u] = -1.0
        near[u] = np.argsort(km, kind="stable")[: near.shape[1]]
    return near


def _mean_rates(worth: KwhWorth, name: str, of_period: int = 0) -> FloatArray:
    """Factor of a euro over the plan, or the period, in each mean year, the mean of all roofs, (K,)."""
    rates = [rate for of_meter in worth.states for state in of_meter for rate in state.rates]
    means: FloatArray = np.mean([getattr(rate, name)[:, of_period] for rate in rates] or [[0.0]], axis=0)
    return means


def _vat(model: GroupModel, worth: KwhWorth) -> FloatArray:
    """VAT that each site bears on what it is billed over the plan, (N,)."""
    has_plan = any(rate.has_plan for of_meter in worth.states for state in of_meter for rate in state.rates)
    return np.where(model.prices.known, model.prices.vat_ratio * has_plan, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _LaneRows:
    """What makes the rows of modes: steps by pattern of prices of each mean year and class, prices, owners.

    Attributes:
        cell: pattern times classes plus the class of each step, (T',); `shape` patterns (K P) and classes.
        year_eur: of a kWh received in the first year to its site, (K P, N).
        worth_eur, pays_eur, bought_eur: of a kWh received, to all, to its site, its local price, (K P, N).
        owners: persons who bear VAT and have roofs.
    """

    model: GroupModel
    cell: IntArray
    shape: tuple[int, int]
    vat: FloatArray
    worth_eur: FloatArray
    pays_eur: FloatArray
    bought_eur: FloatArray
    year_eur: FloatArray
    sold_eur: FloatArray
    fee_eur: FloatArray
    owners: tuple[int, ...]

    @classmethod
    def of(cls, ground: FolderGround, of_step: IntArray) -> "_LaneRows":
        """Build the rows over classes of steps, (T',)."""
        model, worth, prices = ground.model, ground.worth, ground.model.prices
        vat, local_eur = _vat(model, worth), prices.local_eur_per_kwh[prices.sold_as].mean(axis=0)

        def spared_and_bought(of_period: int) -> tuple[FloatArray, FloatArray]:
            supply, accise, local, costs = (
                _mean_rates(worth, name, of_period)[:, None, None]
                for name in ("supply", "accise", "local", "costs")
            )
            untaxed = accise * prices.accise_eur_per_kwh * float(prices.untaxed_ratio.mean())
            costs = costs * prices.pmo_eur_per_kwh
            return supply * prices.supply_eur_per_kwh + untaxed - costs, local * local_eur

        (spared, bought), (spared_year, bought_year) = spared_and_bought(0), spared_and_bought(1)
        worth_eur = np.where(prices.known, (1.0 + vat) * spared - vat * bought, bought)
        pays_eur = np.where(prices.known, (1.0 + vat) * (spared - bought), 0.0)
        owners = set(model.site_person[vat > 0.0].tolist()) & set(model.roof_person.tolist())
        count, patterns = int(of_step.max()) + 1, worth_eur.shape[0] * worth_eur.shape[1]
        cell = worth.pattern_of * count + of_step
        return cls(
            model=model,
            cell=cell,
            shape=(patterns, count),
            vat=vat,
            worth_eur=worth_eur.reshape(patterns, -1),
            pays_eur=pays_eur.reshape(patterns, -1),
            bought_eur=bought.reshape(patterns, -1),
            year_eur=np.where(prices.known, spared_year - bought_year, 0.0).reshape(patterns, -1),
            sold_eur=np.stack([bought, bought_year]).mean(axis=-1).reshape(2, patterns),
            fee_eur=np.array([ground.fee_eur, prices.pmo_eur]),
            owners=tuple(sorted(owners)),
        )

    def of_mode(self, mode: Mode, load: FloatArray | None) -> list[tuple[int, FloatArray]]:
        """Return the rows of a mode, each with its lane."""
        rows, state = list[tuple[int, FloatArray]](), mode.state
        if state is not None:
            every = [*zip(state.roofs, state.injected_kwh, state.surplus_eur_per_kwh, strict=True)]
            rows.append((MADE, self._summed(state.injected_kwh.sum(axis=0)).sum(axis=0)))
            lost = sum((kwh * eur for _roof, kwh, eur in every), np.zeros(len(self.cell)))
            rows.append((SURPLUS, self._summed(lost).sum(axis=0)))
            for (roof, _power), kwh, _eur in every:
                rows += self._of_owner(int(self.model.roof_person[roof]), 1, self._summed(kwh).sum(axis=0))
        if load is not None and mode.site is not None:
            n, need = mode.site, self._summed(load)
            rows += [(NEED, need.sum(axis=0)), (WORTH, self.worth_eur[:, n] @ need)]
            rows.append((PAYS, self.pays_eur[:, n] @ need))
            if self.vat[n] > 0.0:
                rows.append((TAXED, self.vat[n] * need.sum(axis=0)))
                own = self.vat[n] * (self.bought_eur[:, n] @ need)
                rows += self._of_owner(int(self.model.site_person[n]), 0, own)
        return rows

    def of_persons(self, mode: Mode, load: FloatArray | None, alone_eur: FloatArray) -> list[PersonEntry]:
        """Entries of persons by a mode: whose, its kind, an amount over the plan and the period, a row.

        Args:
            alone_eur: by roofs alone, (2, Q).
        """
        model, none = self.model, np.zeros(2)
        entries: list[PersonEntry] = [
            (q, FLAT, alone_eur[:, q], None) for q in np.flatnonzero(alone_eur.any(axis=0)).tolist()
        ]
        if mode.state is not None:
            state = mode.state
            every = zip(state.roofs, state.rates, state.injected_kwh, state.surplus_eur_per_kwh, strict=True)
            for (roof, _power), rate, kwh, lost in every:
                person, made = int(model.roof_person[roof]), self._summed(kwh)
                first = np.flatnonzero(self.cell < self.shape[0] // len(rate.supply) * self.shape[1])
                year_kwh = np.zeros_like(kwh)
                year_kwh[first] = kwh[first]
                year_lost = rate.surplus_eur_per_kwh[0, 1] * self._summed(year_kwh).sum(axis=0)
                income = self.sold_eur @ made
                income -= np.stack([self._summed(kwh * lost).sum(axis=0), year_lost])
                entries.append((person, SELLS, none, income))
        if load is not None and mode.site is not None and model.prices.known[mode.site]:
            n, need = mode.site, self._summed(load)
            person, taxed = int(model.site_person[n]), np.array([1.0 + self.vat[n], 1.0])
            fixed = -model.prices.fixed_eur[n] * self.fee_eur / max(model.prices.pmo_eur, 1e-9) * taxed
            rows = np.stack([self.pays_eur[:, n] @ need, self.year_eur[:, n] @ need])
            entries += [(person, FLAT, fixed, None), (person, BUYS, none, rows)]
            entries.append((person, FEE, self.fee_eur * taxed, np.stack([need.sum(axis=0)] * 2)))
        return entries

    def _of_owner(self, person: int, side: int, row: FloatArray) -> list[tuple[int, FloatArray]]:
        return [(LANES + 2 * self.owners.index(person) + side, row)] if person in self.owners else []

    def _summed(self, kwh: FloatArray) -> FloatArray:
        """Sums by pattern and class, (K P, C)."""
        sums = np.bincount(self.cell, kwh, self.shape[0] * self.shape[1])
        return sums.astype(np.float64).reshape(self.shape)
