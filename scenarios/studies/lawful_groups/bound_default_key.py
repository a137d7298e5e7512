"""What no plan passes under the default key, which serves everybody alike: by blocks of sites.

The key gives one part f of their need to all: f L <= P. For any price pi >= 0 of a kWh at each step, what a
group shares is worth at most `sum_t pi_t P_t + sum over blocks of sum_t max(0, V_t - pi_t L_t)`, L the load
of who is in of a block and V what it would spare if all were served: f V = f (V - pi L) + pi f L, block by
block. One block of all sites is exact; small ones, dear and cheap mixed, come near it. A choice of a block
(who is in, the roofs behind its meters) is one column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from acc.scenario import Regime
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful_groups.law import GroupLaw, LawfulPlace
from scenarios.studies.lawful_groups.model import GroupModel
from scenarios.studies.lawful_groups.worth_of_kwh import KwhWorth

BLOCK_SITES = 6
MOST_STATES = 1600
"""Of a block: hosts of roofs, which have more of them, make it smaller."""

ROUNDS, WHOLE_ROUNDS = 20, 6
UNIT_EUR = 1000.0
GAP_RATIO = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class _Option:
    """A site that is in: by itself, or with roofs behind its meter (a state of its meter)."""

    site: int
    meter: tuple[int, int] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Some sites of a place.

    Attributes:
        options: rows of what a site may be.
        chosen: which options each column takes, 0 or 1, (columns, options).
        first: its first column in the programme.
    """

    place: int
    options: tuple[_Option, ...]
    chosen: FloatArray
    first: int


class DefaultKeyProgramme:
    """The choice of operations under the default key, one at most in each place."""

    def __init__(
        self, model: GroupModel, worth: KwhWorth, law: GroupLaw, places: Sequence[LawfulPlace]
    ) -> None:
        self.model, self.worth, self.law, self.places = model, worth, law, places
        self.highs, self.count, self.whole = SilentHighs(), 0, list[int]()
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("mip_rel_gap", GAP_RATIO)
        surplus = [s.surplus_eur_per_kwh.min() for states in worth.states for s in states]
        self.surplus = float(min(surplus, default=0.0))
        self.founded = [self._column(-worth.fee_eur) for _place in places]
        self.shared = [self._column(UNIT_EUR, 1e9, whole=False) for _place in places]
        self.roofs = [self._roof_columns(place) for place in places]
        every = [(k, s) for k, states in enumerate(worth.states) for s in range(len(states))]
        self.alone = {(k, s): self._column(worth.states[k][s].alone_eur) for k, s in every}
        self.blocks = [block for c in range(len(places)) for block in self._blocks(c)]
        self._add_rows()
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)

    def bound_eur(self, most: int) -> float:
        """Return what no plan of so many operations passes, two in one place left out."""
        self.highs.changeRowBounds(self.most_row, 0.0, float(most))
        self._set_whole(whole=False)
        for _round in range(ROUNDS):
            if not self._add_prices(self._solved()):
                break
        self._set_whole(whole=True)
        bound = np.inf
        for _round in range(WHOLE_ROUNDS):
            values = self._solved()
            bound = min(bound, float(self.highs.getInfo().mip_dual_bound) * UNIT_EUR)
            if not self._add_prices(values):
                break
        return bound

    def _column(self, eur: float, upper: float = 1.0, *, whole: bool = True) -> int:
        at, self.count = self.count, self.count + 1
        self.highs.addVar(0.0, upper)
        self.highs.changeColCost(at, eur / UNIT_EUR)
        if whole:
            self.whole.append(at)
        return at

    def _row(self, lower: float, upper: float, columns: Sequence[int], weights: Sequence[float]) -> int:
        order = np.array(columns, dtype=np.int32)
        self.highs.addRow(lower, upper, len(order), order, np.array(weights, dtype=np.float64))
        return int(self.highs.getNumRow()) - 1

    def _roof_columns(self, place: LawfulPlace) -> dict[tuple[int, int], int]:
        """Return the columns of roofs on the network that stand in a place."""
        found = {}
        for k, meter in enumerate(self.model.meters.every):
            if meter.host is None and all(place.bits >> self.model.sites + m & 1 for m in meter.roofs):
                for s, state in enumerate(self.worth.states[k]):
                    found[k, s] = self._column(state.alone_eur)
        return found

    def _blocks(self, c: int) -> Iterator[_Block]:
        """Yield the blocks of a place, dear and cheap, large and small sites mixed."""
        place, worth = self.places[c], self.worth
        sites = [n for n in positions_of(place.bits) if n < self.model.sites]
        spared = worth.spared_eur_per_kwh.mean(axis=0)
        sites.sort(key=lambda n: (-len(self._options(place, n)), -float(spared[n]), n))
        count = -(-len(sites) // BLOCK_SITES)
        dealt: list[list[int]] = [[] for _ in range(count)]
        for at, n in enumerate(sites):  # dealt there and back, so that each has as much of the dear ones
            turn, seat = divmod(at, count)
            dealt[seat if turn % 2 == 0 else count - 1 - seat].append(n)
        for own in dealt:
            for part in _small_enough(own, [len(self._options(place, n)) + 1 for n in own]):
                yield self._block(c, part)

    def _options(self, place: LawfulPlace, site: int) -> list[_Option]:
        found = [_Option(site, None)]
        for k, meter in enumerate(self.model.meters.every):
            if meter.host == site:
                states = enumerate(self.worth.states[k])
                found += [
                    _Option(site, (k, s))
                    for s, state in states
                    if all(place.bits >> self.model.sites + roof & 1 for roof, _power in state.roofs)
                ]
        return found

    def _block(self, c: int, sites: Sequence[int]) -> _Block:
        place, worth = self.places[c], self.worth
        options = [self._options(place, n) for n in sites]
        flat = [one for own in options for one in own]
        row = {id(one): at for at, one in enumerate(flat)}
        states = [[one for one in state if one] for state in product(*([None, *own] for own in options))]
        states = [state for state in states if state]
        chosen, first = np.zeros((len(states), len(flat))), self.count
        for at, state in enumerate(states):
            eur = 0.0
            for one in state:
                chosen[at, row[id(one)]] = 1.0
                eur -= float(worth.fixed_eur[one.site])
                eur += 0.0 if one.meter is None else worth.states[one.meter[0]][one.meter[1]].alone_eur
            self._column(eur)
        return _Block(c, tuple(flat), chosen, first)

    def _add_rows(self) -> None:
        self.most_row = self._row(0.0, float(len(self.places)), self.founded, [1.0] * len(self.founded))
        for block in self.blocks:
            columns = range(block.first, block.first + len(block.chosen))
            self._row(-np.inf, 0.0, [*columns, self.founded[block.place]], [*[1.0] * len(columns), -1.0])
        for c, roofs in enumerate(self.roofs):
            for meter in {k for k, _s in roofs}:
                own = [column for (k, _s), column in roofs.items() if k == meter]
                self._row(-np.inf, 0.0, [*own, self.founded[c]], [*[1.0] * len(own), -1.0])
            self._add_power_row(c)
            if self.places[c].regime is Regime.EPCI:
                self._add_public_rows(c)
        inside = self._columns_of_sites()
        for sites in inside.values():
            self._row(0.0, 1.0, sites, [1.0] * len(sites))
        for k, stands in enumerate(self.model.meters.every):
            self._add_meter_row(k, stands.host, inside)
        for c in range(len(self.places)):
            self._hold(c, *self._weights(c, np.zeros(self.worth.load_kwh.shape[1])))
            most = float(self.worth.spared_eur_per_kwh.max()) - self.surplus
            self._hold(c, *self._weights(c, np.full(self.worth.load_kwh.shape[1], most)))

    def _add_meter_row(self, meter: int, host: int | None, inside: Mapping[int, Sequence[int]]) -> None:
        """Hold a meter's roofs in one state: in a place, alone, or not built where they may be left out."""
        alone = [column for (at, _s), column in self.alone.items() if at == meter]
        if host is None:
            own = [column for roofs in self.roofs for (at, _s), column in roofs.items() if at == meter]
        else:
            own = list(inside.get(host, ()))
        if alone or own:
            must = self.worth.must[meter] and host is None
            every = [*own, *alone]
            self._row(1.0 if must else 0.0, 1.0, every, [1.0] * len(every))

    def _add_public_rows(self, c: int) -> None:
        """Hold the owners by whom roofs are known to be of public bodies."""
        inside = self._columns_of_sites(c)
        for (k, s), column in self.roofs[c].items():
            for roof, _power in self.worth.states[k][s].roofs:
                for n in positions_of(self.law.owner[roof]):
                    holder = inside.get(n, [])
                    self._row(-np.inf, 0.0, [column, *holder], [1.0, *[-1.0] * len(holder)])

    def _add_power_row(self, c: int) -> None:
        worth, columns, kwp = self.worth, list[int](), list[float]()
        for (k, s), column in self.roofs[c].items():
            columns.append(column)
            kwp.append(worth.states[k][s].kwp)
        for block in self.blocks:
            if block.place == c:
                own = np.array(
                    [
                        0.0 if o.meter is None else worth.states[o.meter[0]][o.meter[1]].kwp
                        for o in block.options
                    ]
                )
                columns += range(block.first, block.first + len(block.chosen))
                kwp += (block.chosen @ own).tolist()
        if sum(kwp) >= self.places[c].cap_kwp:
            self._row(-np.inf, self.places[c].cap_kwp, columns, kwp)

    def _columns_of_sites(self, place: int | None = None) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for block in self.blocks:
            if place is not None and block.place != place:
                continue
            for at, state in enumerate(block.chosen):
                for option in np.flatnonzero(state).tolist():
                    found.setdefault(block.options[option].site, []).append(block.first + at)
        return found

    def _set_whole(self, *, whole: bool) -> None:
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        for column in self.whole:
            self.highs.changeColIntegrality(column, kind)

    def _solved(self) -> FloatArray:
        self.highs.run()
        return np.array(self.highs.getSolution().col_value)

    def _hold(self, c: int, columns: list[int], weights: FloatArray) -> None:
        self._row(-np.inf, 0.0, [self.shared[c], *columns], [1.0, *(-weights)])

    def _add_prices(self, values: FloatArray) -> bool:
        added = False
        for c in range(len(self.places)):
            if values[self.founded[c]] < 1e-6:
                continue
            columns, weights = self._weights(c, self._price(c, values))
            most = float(values[columns] @ weights)
            if float(values[self.shared[c]]) > most + 1e-4 * max(1.0, abs(most)):
                self._hold(c, columns, weights)
                added = True
        return added

    def _rows_of(self, block: _Block) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what each option uses, would spare (surplus apart) and injects, (options, T')."""
        worth = self.worth
        load = np.array([self._load_kwh(one) for one in block.options])
        spared = np.array([worth.by_step(one.site) for one in block.options]) - self.surplus
        made = np.array([self._made_kwh(one) for one in block.options])
        return load, load * np.maximum(spared, 0.0), made

    def _load_kwh(self, one: _Option) -> FloatArray:
        own = None if one.meter is None else self.worth.states[one.meter[0]][one.meter[1]].host_kwh
        found: FloatArray = self.worth.load_kwh[one.site] if own is None else own
        return found

    def _made_kwh(self, one: _Option) -> FloatArray:
        if one.meter is None:
            return np.zeros(self.worth.load_kwh.shape[1])
        made: FloatArray = self.worth.states[one.meter[0]][one.meter[1]].injected_kwh.sum(axis=0)
        return made

    def _price(self, c: int, values: FloatArray) -> FloatArray:
        """Return V / L of the last column that is served at each step, (T',); 0 where all are."""
        steps = self.worth.load_kwh.shape[1]
        made, loads, gains = np.zeros(steps), list[FloatArray](), list[FloatArray]()
        for (k, s), column in self.roofs[c].items():
            made += values[column] * self.worth.states[k][s].injected_kwh.sum(axis=0)
        for block in self.blocks:
            part = values[block.first : block.first + len(block.chosen)]
            active = np.flatnonzero(part > 1e-9)
            if block.place != c or not len(active):
                continue
            load, gain, own = self._rows_of(block)
            taken = block.chosen[active] * part[active, None]
            loads += list(taken @ load)
            gains += list(taken @ gain)
            made += (taken @ own).sum(axis=0)
        if not loads:
            return np.zeros(steps)
        need, worth = np.array(loads), np.array(gains)
        ratio = np.divide(worth, need, out=np.zeros_like(need), where=need > 1e-12)
        order = np.argsort(-ratio, axis=0, kind="stable")
        short = np.cumsum(np.take_along_axis(need, order, axis=0), axis=0) >= made
        marginal = np.take_along_axis(ratio, order, axis=0)[short.argmax(axis=0), np.arange(steps)]
        return np.where(short.any(axis=0), marginal, 0.0)

    def _weights(self, c: int, price: FloatArray) -> tuple[list[int], FloatArray]:
        columns, weights = list[int](), list[float]()
        for (k, s), column in self.roofs[c].items():
            columns.append(column)
            weights.append(float(np.einsum("rt,t->", self.worth.states[k][s].injected_kwh, price)))
        for block in self.blocks:
            if block.place != c:
                continue
            load, gain, made = self._rows_of(block)
            over = np.maximum(block.chosen @ (gain - price * load), 0.0).sum(axis=1)
            columns += range(block.first, block.first + len(block.chosen))
            weights += (over + block.chosen @ np.einsum("ot,t->o", made, price)).tolist()
        return columns, np.array(weights) / UNIT_EUR


def _small_enough(sites: Sequence[int], states: Sequence[int]) -> Iterator[list[int]]:
    """Yield parts of some sites with few enough states."""
    part, count = list[int](), 1
    for site, own in zip(sites, states, strict=True):
        if part and count * own > MOST_STATES:
            yield part
            part, count = [], 1
        part.append(site)
        count *= own
    if part:
        yield part


def key_bound_eur(programme: DefaultKeyProgramme, most: int, best_of_fewer_eur: float) -> float:
    """Return what no plan of so many operations passes under the default key.

    Two operations in one place are one more than they need be: merged, they are worth no less under the best
    allocation, and spare a fee.

    Args:
        best_of_fewer_eur: bound of the best allocation of one operation less.
    """
    bound = programme.bound_eur(most)
    return bound if most < 2 else max(bound, best_of_fewer_eur - programme.worth.fee_eur)
