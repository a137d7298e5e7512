"""Searches for the members who would gain most by leaving together: constraint generation on HiGHS.

Whoever leaves may take any key and any price: what they can gain is the worth of their market
(`acc.market`). It is the least of planes, one for each part of the members looked at: a small integer
programme that holds those planes proposes a part and bounds every other one; the part's own plane is added, until
the bound is reached or says that nobody gains. The planes serve every key and every price.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.market import Market
from acc.stability import Breakaway, Lines, Stability, limit_eur

MOST_ROUNDS = 60
"""Parts looked at for one key and price; beyond them the worst found is told, with the bound."""

PRICE_ROUNDS = 25
"""Prices looked at for one key."""

GAP_RATIO = 1e-4
"""Of the worth of all: how near the bound the worst part must come, a tenth of what tempts anyone."""


@dataclass(frozen=True, slots=True, eq=False)
class Payoffs:
    """What each player has under one key: euros as decided, and euros and kWh at a flat local price.

    Attributes:
        now_eur: at the local prices as they are, shape (K,).
        free_eur: at a local price of 0; `sold_kwh` what each delivers less what it receives.
    """

    now_eur: FloatArray
    free_eur: FloatArray
    sold_kwh: FloatArray

    def at(self, price_eur_per_kwh: float) -> FloatArray:
        """Return what each player has at a flat local price."""
        paid: FloatArray = self.free_eur + self.sold_kwh * price_eur_per_kwh
        return paid


class Search:
    """The planes met so far and the parts of the members they come from; kept from key to key."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.count = len(market.players)
        everyone = np.ones(self.count)
        slopes = market.slopes(everyone)
        self.whole_eur = float(slopes.sum()) - market.costs_eur(everyone)
        self.scale = max(float(slopes.sum()), 1e-9)
        self.planes = [slopes]
        self.parts: list[tuple[FloatArray, float]] = []

    def stability(self, key: str, payoffs: Payoffs, high_eur_per_kwh: float) -> Stability:
        """Return whether a key holds the members together.

        Args:
            high_eur_per_kwh: the highest flat local price looked at.
        """
        total = float(payoffs.now_eur.sum())
        better = self.whole_eur - total
        limit = limit_eur(total, better)
        price, at_best = self._best_price(payoffs, limit, high_eur_per_kwh)
        span = self._span(payoffs, limit, high_eur_per_kwh) if at_best.bound_eur <= limit else None
        return Stability(
            key=key,
            whole_eur=total,
            better_key_eur=max(better, 0.0),
            worst=self.worst(payoffs.now_eur, limit),
            best_price_eur_per_kwh=price,
            at_best=at_best,
            low_eur_per_kwh=span[0] if span else None,
            high_eur_per_kwh=span[1] if span else None,
        )

    def worst(self, payoff_eur: FloatArray, limit: float) -> Breakaway:
        """Return the part of the members that gains most by leaving; ends early when none passes `limit`."""
        alone = payoff_eur < 0.0
        best, gain = alone.astype(float), float(-payoff_eur[alone].sum())
        bound = np.inf
        if self.count > 1:
            programme = self._programme(payoff_eur + self.market.fixed_eur)
            for _round in range(MOST_ROUNDS):
                part, upper = self._proposed(programme)
                bound = min(bound, upper)
                found = self._met(part) - float(payoff_eur @ part)
                if found > gain:
                    best, gain = part, found
                self._add_plane(programme, self.planes[-1])
                if bound <= max(gain, limit) or bound - gain <= GAP_RATIO * self.scale:
                    break
        bound = max(gain, bound if self.count > 1 else gain)
        ids = tuple(p.id for p, inside in zip(self.market.players, best, strict=True) if inside > 0.5)
        return Breakaway(player_ids=ids, gain_eur=gain, bound_eur=bound)

    def _met(self, part: FloatArray) -> float:
        """Return what a part gains by itself; its plane is kept."""
        slopes = self.market.slopes(part)
        self.planes.append(slopes)
        worth = float(slopes @ part) - self.market.costs_eur(part)
        self.parts.append((part, worth))
        return worth

    def _best_price(self, payoffs: Payoffs, limit: float, high: float) -> tuple[float, Breakaway]:
        """Return the flat price at which leaving tempts least, and who is then tempted most."""
        best: tuple[float, Breakaway] | None = None
        for _round in range(PRICE_ROUNDS):
            lines = self._lines(payoffs)
            price = lines.best_price(high)
            found = self.worst(payoffs.at(price), limit)
            if best is None or found.gain_eur < best[1].gain_eur:
                best = (price, found)
            if found.bound_eur <= limit or found.gain_eur <= lines.at(price) + GAP_RATIO * self.scale:
                break
        assert best is not None  # at least one price is looked at
        return best

    def _span(self, payoffs: Payoffs, limit: float, high: float) -> tuple[float, float] | None:
        """Return the flat prices between which nobody gains by leaving, each end looked at in turn."""
        for _round in range(PRICE_ROUNDS):
            span = self._lines(payoffs).span(limit, high)
            if span is None or all(self.worst(payoffs.at(price), limit).gain_eur <= limit for price in span):
                return span
        return None

    def _lines(self, payoffs: Payoffs) -> Lines:
        """Return what each part met would gain, and each player alone, as the flat price changes."""
        parts = [part for part, _worth in self.parts]
        worths = [worth for _part, worth in self.parts]
        inside = np.array([*parts, *np.eye(self.count)])
        start = np.array([*worths, *np.zeros(self.count)]) - inside @ payoffs.free_eur
        return Lines(start, inside @ payoffs.sold_kwh)

    def _programme(self, cost_eur: FloatArray) -> highspy.Highs:
        """Return "maximise worth - cost over the parts that are not everyone", with the planes met so far."""
        highs = highspy.Highs()
        for option, value in (
            ("output_flag", False),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", GAP_RATIO / 10.0),
            ("mip_max_nodes", 20_000),
            ("threads", 1),
        ):
            highs.setOptionValue(option, value)
        for player in range(self.count):
            highs.addVar(0.0, 1.0)
            highs.changeColIntegrality(player, highspy.HighsVarType.kInteger)
            highs.changeColCost(player, -float(cost_eur[player]) / self.scale)
        highs.addVar(0.0, 1.0)
        highs.changeColCost(self.count, 1.0)
        highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
        index = np.arange(self.count, dtype=np.int32)
        highs.addRow(1.0, self.count - 1.0, self.count, index, np.ones(self.count))
        for plane in self.planes:
            self._add_plane(highs, plane)
        return highs

    def _add_plane(self, highs: highspy.Highs, plane: FloatArray) -> None:
        index = np.arange(self.count + 1, dtype=np.int32)
        row = np.append(-plane / self.scale, 1.0)
        highs.addRow(-highspy.kHighsInf, 0.0, self.count + 1, index, row)

    def _proposed(self, highs: highspy.Highs) -> tuple[FloatArray, float]:
        """Return the part that the planes met so far think best, and a bound on the gain of any part."""
        highs.run()
        part = np.round(np.array(highs.getSolution().col_value[: self.count]))
        return part, float(highs.getInfo().mip_dual_bound) * self.scale - self.market.pmo_eur


def payoffs_of(players: Sequence[FloatArray], free_eur: FloatArray) -> Payoffs:
    """Return the payoffs from what each player has (kWh received, delivered, euros), shape (3, K)."""
    received, delivered, now = players
    return Payoffs(now, free_eur, delivered - received)
