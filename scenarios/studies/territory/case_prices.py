"""Prices of units that close cases which are left open: as low as a programme finds them."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.territory.cases import PlaceCases
from scenarios.studies.territory.columns import LEAST_EUR, UNIT_EUR
from scenarios.studies.territory.numba_cases import form

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
        shares: FloatArray = min(1.0, over_eur / max(paid, 1e-12)) * pays + np.where(is_in, rest, 0.0)
        return shares


def open_cases(cases: Sequence[PlaceCases], prices: FloatArray) -> list[OpenCase]:
    """Return the open cases of places that were looked at at prices of units, EUR, (S,)."""
    left = list[OpenCase]()
    for place_cases in cases:
        own = place_cases.ground.place.units
        for case, settled in place_cases.open:
            proof, brings = case.proof, np.empty(len(settled))
            assert proof is not None
            assert proof.price is not None
            base_eur = (
                form(proof.price, proof.around, proof.mixed, place_cases.ground.flows, brings)
                - place_cases.ground.fee
            )
            left.append(OpenCase(own, settled, base_eur, brings + prices[own]))
    return left


def raised_prices(cases: Sequence[PlaceCases], prices: FloatArray) -> FloatArray:
    """Return prices, EUR, (S,), raised by as little as closes every case; what is left over is shared."""
    left = open_cases(cases, prices)
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

    def add(own: IntArray, worth_eur: float) -> None:
        units = own.astype(np.int32)
        highs.addRow(worth_eur / UNIT_EUR, highspy.kHighsInf, len(units), units, np.ones(len(units)))

    for inside, worth_eur in zip(*known, strict=True) if known else ():
        add(np.flatnonzero(inside), worth_eur)
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
