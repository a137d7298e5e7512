"""What a split moves about: sites that go together, who may stand with whom, and what a group shares.

Sets of units are bits of an int: a group is tested and remembered by one number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.rules.epci import outside_mainland
from acc.rules.largest_group import bits_of, positions_of
from acc.rules.perimeter import Members, PerimeterRules
from acc.scenario import Regime
from acc.sites import Kind

ORDER = (Regime.KM_2, Regime.KM_10, Regime.KM_20, Regime.EPCI)
"""The regimes a split may use, the simplest to obtain first."""

MOST_HELD = 64
"""Groups of which what they use and make is kept while more units are tried with them."""

TOGETHER = 64
"""Columns of loads that are turned into rows at once."""


@dataclass(frozen=True, slots=True)
class UnitWorth:
    """What a lawful group shares under the default key (prorata).

    Attributes:
        regime: the simplest regime that allows it.
        shared_kwh: the sum over steps of min(production, consumption).
    """

    regime: Regime
    shared_kwh: float


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The units of a split: a participant with the plants behind its meter, or a plant alone.

    Attributes:
        sites: positions of each unit's sites among the members, K tuples.
        load_kwh, output_kwh: of each unit over the steps where something is produced, shape (K, T).
        consumed_kwh: of each unit over the whole period, shape (K,).
        near: by regime, for each unit, the units that may stand with it (itself, when it is allowed).
        cap_kwp: by regime, the power that must not be reached.
        cap_zni_kwp: the same when a unit stands outside continental France.
        kwp: peak power of each unit.
        with_plant, with_load, with_authority, outside: sets of units as bits.
        known, known_regimes, known_served: what was computed already, by group.
        held: what the groups met last use and make, shapes (T,), so that one more unit is one sum more.
    """

    sites: tuple[tuple[int, ...], ...]
    load_kwh: FloatArray
    output_kwh: FloatArray
    consumed_kwh: FloatArray
    near: Mapping[Regime, tuple[int, ...]]
    cap_kwp: Mapping[Regime, float]
    cap_zni_kwp: float
    kwp: tuple[float, ...]
    with_plant: int
    with_load: int
    with_authority: int
    outside: int
    known: dict[int, UnitWorth | None] = field(default_factory=dict)
    known_regimes: dict[int, Regime | None] = field(default_factory=dict)
    held: dict[int, tuple[FloatArray, FloatArray]] = field(default_factory=dict)
    known_served: dict[int, Mapping[int, float]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.sites)

    def regime(self, group: int) -> Regime | None:
        """Return the simplest regime that allows a group of units, None when none does; remembered."""
        if group not in self.known_regimes:
            members = positions_of(group)
            found = (regime for regime in self.near if self._allowed(group, members, regime))
            self.known_regimes[group] = next(found, None)
        return self.known_regimes[group]

    def _allowed(self, group: int, members: Sequence[int], regime: Regime) -> bool:
        near = self.near[regime]
        cap_kwp = self.cap_zni_kwp if group & self.outside else self.cap_kwp[regime]
        return (
            all(group & ~near[unit] == 0 for unit in members)
            and sum(self.kwp[unit] for unit in members) < cap_kwp
            and (regime is not Regime.EPCI or bool(group & self.with_authority))
        )

    def worth(self, group: int) -> UnitWorth | None:
        """Return what a group shares, None when it is not lawful; remembered."""
        if group not in self.known:
            regime = self.regime(group)
            self.known[group] = None if regime is None else self._worth(group, regime)
        return self.known[group]

    def joined(self, group: int, unit: int) -> UnitWorth | None:
        """Return what a group and one more unit share, None when it is not lawful; remembered."""
        whole = group | 1 << unit
        if whole not in self.known:
            regime = self.regime(whole)
            self.known[whole] = None if regime is None else self._joined(group, unit, regime)
        return self.known[whole]

    def _joined(self, group: int, unit: int, regime: Regime) -> UnitWorth:
        whole = group | 1 << unit
        if not (whole & self.with_plant and whole & self.with_load):
            return UnitWorth(regime, 0.0)
        load, output = self._with_unit(group, unit)
        return UnitWorth(regime, float(np.minimum(output, load).sum()))

    def hold(self, group: int, unit: int) -> int:
        """Return a group with one more unit, what it uses and makes kept for the units to come."""
        whole = group | 1 << unit
        if group in self.held and whole not in self.held:
            self._keep(whole, self._with_unit(group, unit))
        return whole

    def _with_unit(self, group: int, unit: int) -> tuple[FloatArray, FloatArray]:
        if group not in self.held:
            self._keep(group, (self.load_of(group), self.output_of(group)))
        load, output = self.held[group]
        load = load + self.load_kwh[unit] if 1 << unit & self.with_load else load
        return load, output + self.output_kwh[unit] if 1 << unit & self.with_plant else output

    def _keep(self, group: int, sums: tuple[FloatArray, FloatArray]) -> None:
        if len(self.held) >= MOST_HELD:
            self.held.pop(next(iter(self.held)))  # the oldest
        self.held[group] = sums

    def _worth(self, group: int, regime: Regime) -> UnitWorth:
        output, load = self.output_of(group), self.load_of(group)
        return UnitWorth(regime, float(np.minimum(output, load, out=load).sum()))

    def output_of(self, group: int) -> FloatArray:
        """Return what the plants of a group make, shape (T,)."""
        return _sum(self.output_kwh, group & self.with_plant)

    def load_of(self, group: int) -> FloatArray:
        """Return what the participants of a group use, shape (T,)."""
        return _sum(self.load_kwh, group & self.with_load)

    def shared_kwh(self, group: int) -> float:
        """Return the kWh that a group shares, 0 when it is not lawful."""
        worth = self.worth(group)
        return 0.0 if worth is None else worth.shared_kwh

    def served(self, group: int) -> Mapping[int, float]:
        """Return received over consumed of each unit of a group that consumes, under prorata; remembered."""
        if group not in self.known_served:
            members = [unit for unit in positions_of(group) if self.consumed_kwh[unit] > 0.0]
            output, load = self.output_of(group), self.load_of(group)
            part = np.divide(np.minimum(output, load), load, out=np.zeros_like(load), where=load > 0.0)
            ratios = self.load_kwh[members] @ part / self.consumed_kwh[members]
            self.known_served[group] = dict(zip(members, ratios.tolist(), strict=True))
        return self.known_served[group]

    def reach(self, unit: int) -> int:
        """Return the units that may stand with a unit under some regime."""
        reached = 0
        for near in self.near.values():
            if near[unit] >> unit & 1:
                reached |= near[unit]
        return reached & ~(1 << unit)

    def reach_of(self, group: int) -> int:
        """Return the units that each one of a group may stand with, the group among them."""
        reached = (1 << self.count) - 1
        for unit in positions_of(group):
            reached &= self.reach(unit) | group
        return reached


def _sum(rows_kwh: FloatArray, group: int) -> FloatArray:
    # Row by row and in place: three times as fast as a sum over a copy of the rows.
    total = np.zeros(rows_kwh.shape[1])
    for unit in positions_of(group):
        total += rows_kwh[unit]
    return total


def units_of(
    members: Members,
    consumption_kwh: FloatArray,
    production_kwh: FloatArray,
    rules: PerimeterRules,
    regimes: Sequence[Regime],
    most_values: int | None = None,
) -> Units:
    """Return the units of the members, with who may stand with whom under each regime in force.

    A distance within the margin of a limit, an unknown class, EPCI or owner, a missing position keep two
    units apart. A commune's middle counts as a position, an owner outside a group as known:
    `LawfulGroup.checks` tells what is then to verify.

    Args:
        consumption_kwh, production_kwh: what each meter withdraws and injects, shapes (T, N) and (T, M).
        most_values: steps are put together until loads hold no more; None: each step by itself.
    """
    groups = _bundles(members)
    count = len(members.participants)
    sunny = production_kwh.sum(axis=1) > 0.0
    values = len(groups) * int(sunny.sum())
    together = 1 if most_values is None else max(1, -(-values // most_values))
    load, consumed = _by_unit(groups, consumption_kwh, 0, sunny, together)
    output, _produced = _by_unit(groups, production_kwh, count, sunny, together)
    near = {
        regime: _near_units(groups, _near_sites(members, rules, regime))
        for regime in ORDER
        if regime in regimes and _in_force(rules, regime)
    }
    authorities = [i for i, kind in enumerate(members.kinds) if kind in {Kind.COMMUNE, Kind.EPCI}]
    return Units(
        sites=groups,
        load_kwh=load,
        output_kwh=output,
        consumed_kwh=consumed,
        near=near,
        cap_kwp={regime: _cap_kwp(rules, regime) for regime in near},
        cap_zni_kwp=1000.0 * rules.power_zni_mw.value,
        kwp=tuple(sum(members.plants[i - count].kwp for i in group if i >= count) for group in groups),
        with_plant=_units_with(groups, range(count, len(members.sites))),
        with_load=_units_with(groups, range(count)),
        with_authority=_units_with(groups, authorities),
        outside=_units_with(groups, outside_mainland(members)),
    )


def _bundles(members: Members) -> tuple[tuple[int, ...], ...]:
    """Return the sites that go together: a meter is in one operation, for what it draws and injects."""
    count = len(members.participants)
    behind: dict[str, list[int]] = {participant.id: [] for participant in members.participants}
    alone = []
    for plant, site in enumerate(members.plants, start=count):
        if site.behind in behind:
            behind[site.behind].append(plant)
        else:
            alone.append((plant,))
    meters = [(i, *behind[participant.id]) for i, participant in enumerate(members.participants)]
    return (*meters, *alone)


def _by_unit(
    groups: Sequence[Sequence[int]], values_kwh: FloatArray, first: int, sunny: BoolArray, together: int
) -> tuple[FloatArray, FloatArray]:
    """Return the sums of columns (T, S) over the sites of each unit, shape (K, T'), and their sums over T.

    Args:
        sunny: steps that count in the first, shape (T,), so many put together as one.
    """
    steps = np.flatnonzero(sunny)
    starts = np.arange(0, len(steps), together)
    by_unit, whole = np.zeros((len(groups), len(starts))), np.zeros(len(groups))
    unit_of = {site - first: unit for unit, group in enumerate(groups) for site in group}
    for start in range(0, values_kwh.shape[1], TOGETHER):
        # Some columns at once: one by one, each value would fetch a line of memory.
        block = np.ascontiguousarray(values_kwh[:, start : start + TOGETHER].T)
        for column, values in enumerate(block, start):
            seen = values[steps] if together == 1 else np.add.reduceat(values[steps], starts)
            by_unit[unit_of[column]] += seen
            whole[unit_of[column]] += values.sum()
    return by_unit, whole


def _units_with(groups: Sequence[Sequence[int]], sites: Sequence[int]) -> int:
    wanted = set(sites)
    return bits_of([k for k, group in enumerate(groups) if wanted.intersection(group)])


def _near_units(groups: Sequence[Sequence[int]], near: BoolArray) -> tuple[int, ...]:
    """Return, for each unit, those of which every site may stand with every site of it, as bits."""
    if not groups:
        return ()
    sites = [site for group in groups for site in group]
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    rows = np.logical_and.reduceat(near[sites], starts, axis=0)
    units = np.logical_and.reduceat(rows[:, sites], starts, axis=1)
    packed = np.packbits(units, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in packed)


def _near_sites(members: Members, rules: PerimeterRules, regime: Regime) -> BoolArray:
    """Return whether two sites, as they are known, may stand together under a regime, shape (S, S)."""
    if regime is Regime.EPCI:
        _names, place = np.unique([site.epci or "" for site in members.sites], return_inverse=True)
        known = np.array([bool(site.epci) for site in members.sites], dtype=bool)
        together = (place[:, None] == place) & known
        allowed = np.array(
            [kind is not None and kind.has_public_mission for kind in members.kinds], dtype=bool
        )
    else:
        limit_km = rules.distance_km[regime].value * (1.0 - rules.margin_ratio.value)
        together = members.apart.near(limit_km)  # a missing position is near nobody
        allowed = np.array([class_allowed(c.density_class, rules, regime) for c in members.sites], dtype=bool)
    if regime is not Regime.KM_2:
        allowed[outside_mainland(members)] = False
    near: BoolArray = together & allowed[:, None] & allowed
    return near


def class_allowed(density_class: int | None, rules: PerimeterRules, regime: Regime) -> bool:
    """Return whether a regime surely takes a commune of this class; an unknown one (None) at 2 km only."""
    if regime is Regime.KM_2:
        return True
    lowest, highest = rules.class_min.get(regime), rules.class_max
    if density_class is None or lowest is None or highest is None:
        return False
    return lowest.value <= density_class <= highest.value


def _in_force(rules: PerimeterRules, regime: Regime) -> bool:
    return rules.power_epci_mw is not None if regime is Regime.EPCI else regime in rules.distance_km


def _cap_kwp(rules: PerimeterRules, regime: Regime) -> float:
    epci = rules.power_epci_mw
    figure = epci if regime is Regime.EPCI and epci is not None else rules.power_mw
    return 1000.0 * figure.value
