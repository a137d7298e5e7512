"""Searches for the members who would gain most by leaving together: constraint generation on HiGHS.

Whoever leaves may take any key and any price: what they can gain is the worth of their market
(`acc.members.market_game`). It is the least of planes, one for each part of the members looked at: a small
integer programme that holds those planes proposes a part and bounds every other one; the part's own plane is
added, until the bound is reached or says that nobody gains. The planes serve every key and every price.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.members.core import Breakaway, LeavingGains, Stability, limit_eur
from acc.members.market_game import Market
from scenarios.operation.optimise.highs import SilentHighs

MOST_ROUNDS = 60
"""Parts looked at for one key and price; beyond them the worst found is told, with the bound."""

PRICE_ROUNDS = 25
WHOLE_PRICE_ROUNDS = 8
"""Prices looked at for one key, players taken by fractions and then whole."""

GAP_RATIO = 5e-4
"""Of the worth of all: how near the bound the worst part must come, half of what tempts anyone."""


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
        """Payoff of each player at a flat local price, EUR."""
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
        self.fractions: list[tuple[FloatArray, float]] = []

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
            total_eur=total,
            better_key_eur=max(better, 0.0),
            worst=self.worst(payoffs.now_eur, limit),
            best_price_eur_per_kwh=price,
            at_best=at_best,
            low_eur_per_kwh=span[0] if span else None,
            high_eur_per_kwh=span[1] if span else None,
        )

    def worst(self, payoff_eur: FloatArray, limit: float) -> Breakaway:
        """Return the part of the members that gains most by leaving; ends early when none passes `limit`."""
        best, gain = self._alone(payoff_eur)
        bound = gain
        if self.count > 1:
            programme = self._programme(payoff_eur)
            bound = self._bound_of_fractions(programme, payoff_eur)
            self._solve_integer(programme)
            for _round in range(MOST_ROUNDS):
                if bound <= max(gain, limit) or bound - gain <= GAP_RATIO * self.scale:
                    break
                part, upper = self._proposed(programme)
                bound = min(bound, upper)
                worth = self._met(part, self.parts)
                self._add_plane(programme, self.planes[-1])
                if worth - payoff_eur @ part > gain:
                    best, gain = part, float(worth - payoff_eur @ part)
        ids = tuple(p.id for p, inside in zip(self.market.players, best, strict=True) if inside > 0.5)
        return Breakaway(player_ids=ids, gain_eur=gain, bound_eur=max(gain, bound))

    def _bound_of_fractions(self, programme: highspy.Highs, payoff_eur: FloatArray) -> float:
        """Return the largest gain of parts that players may join by fractions: a bound, found fast."""
        bound, best = np.inf, -np.inf
        for _round in range(MOST_ROUNDS):
            part, upper = self._proposed(programme)
            bound = min(bound, upper)
            best = max(best, self._met(part, self.fractions) - float(payoff_eur @ part))
            self._add_plane(programme, self.planes[-1])
            if bound - best <= GAP_RATIO / 2.0 * self.scale:
                break
        return bound

    def _alone(self, payoff_eur: FloatArray) -> tuple[FloatArray, float]:
        """Players better off without any operation, and their common gain by leaving, EUR."""
        alone = payoff_eur < 0.0
        self.parts.append((alone.astype(float), 0.0))
        return alone.astype(float), float(-payoff_eur[alone].sum())

    def _met(self, part: FloatArray, kept: list[tuple[FloatArray, float]]) -> float:
        """Gain of a part alone, EUR; its plane is kept, and its worth among `kept`."""
        slopes = self.market.slopes(part)
        self.planes.append(slopes)
        worth = float(slopes @ part) - self.market.costs_eur(part)
        kept.append((part, worth))
        return worth

    def _best_price(self, payoffs: Payoffs, limit: float, high: float) -> tuple[float, Breakaway]:
        """Return the flat price at which leaving tempts least, and who is then tempted most.

        First with players taken by fractions, which is fast and comes near, then whole.
        """
        price = high
        for _round in range(PRICE_ROUNDS):
            lines = self._lines(payoffs, [*self.parts, *self.fractions])
            price = lines.best_price(high)
            payoff = payoffs.at(price)
            bound = self._alone(payoff)[1]
            if self.count > 1:
                bound = max(bound, self._bound_of_fractions(self._programme(payoff), payoff))
            if bound <= lines.at(price) + GAP_RATIO * self.scale:
                break
        best = price, self.worst(payoffs.at(price), limit)
        for _round in range(WHOLE_PRICE_ROUNDS):
            lines = self._lines(payoffs, self.parts)
            if best[1].bound_eur <= limit or best[1].gain_eur <= lines.lowest(high) + GAP_RATIO * self.scale:
                break
            price = lines.best_price(high)
            worst = self.worst(payoffs.at(price), limit)
            best = (price, worst) if worst.gain_eur < best[1].gain_eur else best
        return best

    def _span(self, payoffs: Payoffs, limit: float, high: float) -> tuple[float, float] | None:
        """Return the flat prices between which it is proven that nobody gains by leaving."""
        for _round in range(PRICE_ROUNDS):
            span = self._lines(payoffs, self.parts).span(limit, high)
            above = limit + GAP_RATIO * self.scale  # at the ends the gain is the limit itself
            if span is None or all(self.worst(payoffs.at(p), limit).bound_eur <= above for p in span):
                return span
        return None

    def _lines(self, payoffs: Payoffs, parts: Sequence[tuple[FloatArray, float]]) -> LeavingGains:
        """Gains of these parts, and of each player alone, as functions of the flat price."""
        inside = np.array([part for part, _worth in parts]).reshape(len(parts), self.count)
        worths = np.array([worth for _part, worth in parts])
        return LeavingGains(
            np.concatenate([worths - inside @ payoffs.free_eur, -payoffs.free_eur]),
            np.concatenate([inside @ payoffs.sold_kwh, payoffs.sold_kwh]),
        )

    def _programme(self, payoff_eur: FloatArray) -> highspy.Highs:
        """Return "the most gain of a part that is not everyone", with the planes met so far."""
        cost_eur = payoff_eur + self.market.fixed_eur
        highs = SilentHighs(mip_rel_gap=0.0, mip_abs_gap=GAP_RATIO / 5.0, mip_max_nodes=20_000)
        for player in range(self.count):
            highs.addVar(0.0, 1.0)
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

    def _solve_integer(self, highs: highspy.Highs) -> None:
        for player in range(self.count):
            highs.changeColIntegrality(player, highspy.HighsVarType.kInteger)

    def _proposed(self, highs: highspy.Highs) -> tuple[FloatArray, float]:
        """Return the part that the planes met so far think best, and a bound on the gain of any part."""
        highs.run()
        part = np.clip(np.array(highs.getSolution().col_value[: self.count]), 0.0, 1.0)
        info = highs.getInfo()
        if highs.getLp().integrality_:
            part, bound = np.round(part), info.mip_dual_bound
        else:
            bound = info.objective_function_value
        return part, float(bound) * self.scale - self.market.pmo_eur
