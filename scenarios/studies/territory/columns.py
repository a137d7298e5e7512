"""Operations found one by one at prices of their units, and the prices at which none of them pays.

A programme founds parts of known operations, each unit once at most (Gilmore and Gomory, 1961; Dantzig and
Wolfe, 1960). Its duals price the units; operations that pay at these are looked for, until none is found.

Prices of units that close cases which are left open: as low as a programme finds them.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful.numba_plan import Units
from scenarios.studies.territory.cases import PlaceCases
from scenarios.studies.territory.numba_bound import form
from scenarios.studies.territory.numba_columns import improve_all, worth_eur
from scenarios.studies.territory.plan import Wanted, lawful_part

UNIT_EUR = 1_000.0
"""Of the programme's money."""

BEST, GROWN_EVERY, MOVES = 60, 4, 200
"""How many of the best known are bettered; how often some from nothing; moves of each at most."""

LEAST_EUR = 0.5
"""What an operation brings beyond its prices, below which it is none."""

SMOOTHED = 0.5
"""Part of the last prices in those that are looked at, the others being of before (Wentges, 1997)."""

CHUNKS = 16

KEPT = 4_000
"""Operations that are looked at again over finer classes of hours, at most."""

LEAST_PART = 1e-6
"""Of an operation, below which it is not founded."""


class Columns:
    """Operations that are known, and the programme of their parts."""

    def __init__(self, units: Units, seed: int) -> None:
        self.units, self.seed, self.rng = units, seed, np.random.default_rng(seed)
        self.inside, self.regimes, self.worth_eur = list[BoolArray](), list[int](), list[float]()
        self.known = set[bytes]()
        self.highs = SilentHighs()
        self.highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for _unit in range(len(units.cost)):
            self.highs.addRow(-highspy.kHighsInf, 1.0, 0, np.zeros(0, np.int32), np.zeros(0))

    def add(self, inside: BoolArray, regime: int, own_eur: float) -> bool:
        """Add an operation; return whether it was not known."""
        key = np.packbits(inside).tobytes()
        if own_eur <= 0.0 or key in self.known:
            return False
        self.known.add(key)
        self.inside.append(inside.copy())
        self.regimes.append(regime)
        self.worth_eur.append(own_eur)
        own = np.flatnonzero(inside).astype(np.int32)
        self.highs.addCol(own_eur / UNIT_EUR, 0.0, highspy.kHighsInf, len(own), own, np.ones(len(own)))
        return True

    def add_wanted(self, wanted: Sequence[Wanted], prices: FloatArray) -> int:
        """Add operations as far as they are lawful, and bettered at prices; return how many are new."""
        inside = np.zeros((len(wanted), len(self.units.cost)), dtype=np.bool_)
        for row, group in zip(inside, wanted, strict=True):
            row[lawful_part(self.units, *group)] = True
        regimes = [regime for _own, regime in wanted]
        new = sum(map(self.add, inside, regimes, (float(worth_eur(row, self.units)) for row in inside)))
        return new + self._bettered(inside, np.array(regimes, dtype=np.int64), prices, -np.inf, prices)

    def best(self, prices: FloatArray, most: int) -> tuple[BoolArray, FloatArray]:
        """Return the operations that bring most at prices of units, (K, S), and what each is worth, EUR."""
        worth_eur = np.array(self.worth_eur)
        own = np.argsort(self._rows() @ prices - worth_eur, kind="stable")[:most]
        return self._rows()[own], worth_eur[own]

    def again(self, units: Units) -> "Columns":
        """Return the best of these operations over other classes of hours."""
        other = Columns(units, self.seed + 1)
        own = np.array(self.worth_eur) - self._rows() @ self.priced()[0]
        for k in np.argsort(-own, kind="stable")[:KEPT].tolist():
            other.add(self.inside[k], self.regimes[k], float(worth_eur(self.inside[k], units)))
        return other

    def _rows(self) -> BoolArray:
        return np.array(self.inside, dtype=np.bool_).reshape(-1, len(self.units.cost))

    def priced(self) -> tuple[FloatArray, FloatArray]:
        """Return prices of units at which no known operation pays, EUR, and the part of each operation."""
        self.highs.run()
        solution = self.highs.getSolution()
        return np.maximum(np.array(solution.row_dual), 0.0) * UNIT_EUR, np.array(solution.col_value)

    def generate(self, prices: FloatArray, rounds: int) -> FloatArray:
        """Look for operations until none pays, from prices of before on; return the last prices."""
        smooth = prices
        for turn in range(rounds):
            duals, parts = self.priced()
            smooth = (1.0 - SMOOTHED) * smooth + SMOOTHED * duals
            new = 0
            for looked in (smooth, duals):
                inside, regimes = self._starts(parts, looked, from_nothing=turn % GROWN_EVERY == 0)
                new += self._bettered(inside, regimes, looked, LEAST_EUR, duals)
            if not new:
                break
        return self.priced()[0]

    def founded(self) -> list[Wanted]:
        """Return the operations founded in parts, the most founded first."""
        parts = self.priced()[1]
        order = [k for k in np.argsort(-parts, kind="stable").tolist() if parts[k] > LEAST_PART]
        return [(np.flatnonzero(self.inside[k]), self.regimes[k]) for k in order]

    def _starts(
        self, parts: FloatArray, prices: FloatArray, *, from_nothing: bool
    ) -> tuple[BoolArray, IntArray]:
        """Return operations to better: those founded in parts, without some of their units too, the best."""
        own = np.array(self.worth_eur) - self._rows() @ prices
        founded = np.flatnonzero(parts > LEAST_PART).tolist()
        best = np.argsort(-own, kind="stable")[:BEST].tolist()
        tried = list(dict.fromkeys([*founded, *best]))
        inside = [self.inside[k].copy() for k in tried] + [self._thinned(self.inside[k]) for k in founded]
        regimes = [self.regimes[k] for k in [*tried, *founded]]
        if from_nothing:
            for group, regime in self._grown():
                inside.append(group)
                regimes.append(regime)
        inside_rows = np.array(inside, dtype=np.bool_).reshape(-1, len(prices))
        return inside_rows, np.array(regimes, dtype=np.int64)

    def _thinned(self, inside: BoolArray) -> BoolArray:
        return inside & (self.rng.random(len(inside)) > 1.0 / 3.0)

    def _grown(self) -> Iterator[tuple[BoolArray, int]]:
        """Yield, around each roof and for each regime, some of the nearest that may stand together."""
        d = self.units
        for roof in range(d.sites, len(d.cost)):
            for regime in range(len(d.cap)):
                if not d.near[regime, roof, roof]:
                    continue
                inside, may, kwp = np.zeros(len(d.cost), dtype=np.bool_), d.near[regime, roof].copy(), 0.0
                for u in [roof, *d.nearest[roof].tolist()]:
                    luck = self.rng.random() < 0.5 or u == roof
                    if luck and may[u] and not inside[u] and kwp + d.kwp[u] < d.cap[regime]:
                        inside[u], may, kwp = True, may & d.near[regime, u], kwp + float(d.kwp[u])
                yield inside, regime

    def _bettered(
        self, inside: BoolArray, regimes: IntArray, prices: FloatArray, least_eur: float, shares: FloatArray
    ) -> int:
        """Better operations at prices and add those that bring so much at others; return how many."""
        own = np.empty(len(inside))
        cuts = np.linspace(0, len(inside), CHUNKS + 1).astype(int)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            tasks = [
                threads.submit(improve_all, inside[a:b], regimes[a:b], prices, self.units, MOVES, own[a:b])
                for a, b in pairwise(cuts)
            ]
            for task in tasks:
                task.result()
        more = own - inside @ shares
        pay = [k for k in np.argsort(-more, kind="stable").tolist() if more[k] > least_eur]
        return sum(self.add(inside[k], int(regimes[k]), float(own[k])) for k in pay)


COVERED = 20
"""Times that the programme of what closes cases is solved."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenCase:
    """A case left open: its units, those settled, what holds besides, what each brings unpaid, EUR."""

    own: IntArray
    settled: IntArray
    kept_eur: float
    brings_eur: FloatArray

    def chosen(self, prices: FloatArray) -> BoolArray:
        """Return the units with which it is worth most at prices of units."""
        pays: BoolArray = (self.settled == 0) & (self.brings_eur > prices[self.own])
        return pays | (self.settled > 0)

    def most_eur(self, chosen: BoolArray, prices: FloatArray) -> float:
        """Worth with some units, EUR."""
        return self.kept_eur + float((self.brings_eur - prices[self.own])[chosen].sum())

    def shares(self, chosen: BoolArray, prices: FloatArray, over_eur: float) -> FloatArray:
        """Price increases that reduce its worth by an amount: of units that pay, then of units inside."""
        pays = np.where(chosen, np.maximum(self.brings_eur - prices[self.own], 0.0), 0.0)
        paid, is_in = float(pays.sum()), self.settled > 0
        rest = max(0.0, over_eur - paid) / max(1, int(is_in.sum()))
        return min(1.0, over_eur / max(paid, 1e-12)) * pays + np.where(is_in, rest, 0.0)


def open_cases(cases: Sequence[PlaceCases], prices: FloatArray) -> Iterator[OpenCase]:
    """Return the open cases of places that were looked at at prices of units, EUR, (S,)."""
    for place_cases in cases:
        own = place_cases.ground.place.units
        for case, settled in place_cases.open:
            proof, brings = case.proof, np.empty(len(settled))
            assert proof is not None
            assert proof.price is not None
            base_eur = (
                form(proof.price, proof.around, proof.mixed, place_cases.ground.flows, brings)
                - place_cases.ground.fee_eur
            )
            yield OpenCase(own, settled, base_eur, brings + prices[own])


def raised_prices(cases: Sequence[PlaceCases], prices: FloatArray) -> FloatArray:
    """Return prices, EUR, (S,), raised by as little as closes every case; what is left over is shared."""
    left = [*open_cases(cases, prices)]
    now = least_prices(left, prices, prices)
    for case in left:
        chosen = case.chosen(now)
        over = case.most_eur(chosen, now) * (1.0 + 1e-12)
        if over > 0.0:
            now[case.own] += case.shares(chosen, now, over)
    return now


def least_prices(
    left: Sequence[OpenCase],
    prices: FloatArray,
    least: FloatArray,
    known: tuple[BoolArray, FloatArray] | None = None,
) -> FloatArray:
    """Return the least prices of units, EUR, (S,), at which no open case is worth more than nothing, nearly.

    A programme finds them, one row for each set of units that a case is worth most with.

    Args:
        prices: at which cases were looked at, EUR, (S,).
        least: below which no price falls, (S,); where it is `prices`, cases that are closed stay so.
        known: operations that may not pay either, (K, S), and what each is worth, EUR.
    """
    highs, now = SilentHighs(), prices.copy()
    for least_eur in least.tolist():
        highs.addVar(least_eur / UNIT_EUR, highspy.kHighsInf)
    for unit in range(len(prices)):
        highs.changeColCost(unit, 1.0)

    def add(own: IntArray, row_eur: float) -> None:
        units = own.astype(np.int32)
        highs.addRow(row_eur / UNIT_EUR, highspy.kHighsInf, len(units), units, np.ones(len(units)))

    for inside, own_eur in zip(*known, strict=True) if known else ():
        add(np.flatnonzero(inside), own_eur)
    for turn in range(COVERED):
        rows = [(case, chosen) for case in left if case.most_eur(chosen := case.chosen(now), now) > LEAST_EUR]
        for row, chosen in rows:
            add(row.own[chosen], row.most_eur(chosen, np.zeros(len(prices))))
        # Where no case is left open, what is known alone says how low prices may go.
        if not rows and (turn or not known):
            break
        highs.run()
        now = np.maximum(np.array(highs.getSolution().col_value) * UNIT_EUR, least)
    return now
