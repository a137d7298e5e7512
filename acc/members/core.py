"""Whether some members would gain by leaving together: values; `core_search` of `scenarios` finds them.

The most euros that a coalition can gain by itself, whatever key and prices it gives itself.

At each step the kWh go from the plants that give up least to the needs that they spare most: a market, whose
worth is `min over a price l of sum_i C_i (w_i - l)+ + sum_m P_m (l - b_m)+`. As a function of who is in,
taken as numbers from 0 to 1, it is concave and grows in proportion: a plane through the origin touches it at
each point and bounds it everywhere. Reference: Owen, "On the core of linear production games" (1975).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.sums import ProductiveSteps
from acc.departures.game import LocalWorths, Player

LEAVING_RATIO = 0.001
"""A gain below this part of what all members gain together is no reason to leave."""


class Verdict(StrEnum):
    """What the search for members who gain by leaving could tell."""

    STABLE = "stable"
    """Proven: nobody gains by leaving."""
    BETTER_KEY = "better-key"
    """Some gain by leaving, but proven not more than everyone would by a better key, nobody leaving."""
    UNSTABLE = "unstable"
    """Some gain more than that: they are named."""
    UNDECIDED = "undecided"
    """None was found, and it is not proven that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakaway:
    """The members who would gain most, all together, by an operation of their own or by none.

    Attributes:
        gain_eur: over what they have now, whatever key and prices they then give themselves.
        bound_eur: no part of the members gains more.
    """

    player_ids: tuple[str, ...]
    gain_eur: float
    bound_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """Whether one key holds the members together, at the local prices as decided and at the best flat one.

    Attributes:
        total_eur: what everyone gains together under this key.
        better_key_eur: what everyone would gain more under the best key: those who leave may take it along,
            but nobody has to leave for it.
        worst: at the local prices as they are.
        at_best: at the flat local price, `best_price_eur_per_kwh`, at which leaving tempts least.
        low_eur_per_kwh, high_eur_per_kwh: flat local prices between which nobody gains by leaving more than
            everyone would by a better key; None when there are none.
    """

    key: str
    total_eur: float
    better_key_eur: float
    worst: Breakaway
    best_price_eur_per_kwh: float
    at_best: Breakaway
    low_eur_per_kwh: float | None = None
    high_eur_per_kwh: float | None = None

    @property
    def limit_eur(self) -> float:
        """The gain up to which nobody leaves."""
        return limit_eur(self.total_eur, self.better_key_eur)

    @property
    def verdict(self) -> Verdict:
        """Whether it holds at the local prices as they are."""
        return self._of(self.worst)

    @property
    def best_verdict(self) -> Verdict:
        """Whether it holds at the best flat local price."""
        return self._of(self.at_best)

    def _of(self, breakaway: Breakaway) -> Verdict:
        if breakaway.gain_eur > self.limit_eur:
            return Verdict.UNSTABLE
        if breakaway.bound_eur <= limit_eur(self.total_eur, 0.0):
            return Verdict.STABLE
        return Verdict.BETTER_KEY if breakaway.bound_eur <= self.limit_eur else Verdict.UNDECIDED


def limit_eur(total_eur: float, better_key_eur: float) -> float:
    """Return the gain up to which nobody leaves: what a better key brings, and a small part of the whole.

    >>> limit_eur(10_000.0, 200.0)
    210.0
    """
    return max(better_key_eur, 0.0) + LEAVING_RATIO * abs(total_eur)


@dataclass(frozen=True, slots=True, eq=False)
class LeavingGains:
    """What each part met would gain by leaving, as a function of a flat local price: `start - slope x price`.

    Attributes:
        start_eur, slope_kwh: one a part; `slope` is what it delivers less what it receives now.
    """

    start_eur: FloatArray
    slope_kwh: FloatArray

    def at(self, price_eur_per_kwh: float) -> float:
        """Return the largest gain at a price."""
        gains = self.start_eur - self.slope_kwh * price_eur_per_kwh
        return float(gains.max(initial=-np.inf))

    def lowest(self, high_eur_per_kwh: float) -> float:
        """Return the least that the largest gain can be, over prices from 0 to `high_eur_per_kwh`."""
        return self.at(self.best_price(high_eur_per_kwh))

    def best_price(self, high_eur_per_kwh: float) -> float:
        """Return the price, from 0 to `high_eur_per_kwh`, at which the largest gain is least, the lowest one.

        The largest gain falls, then rises: where a falling line meets a rising one, either no line is above,
        or the highest there takes the place of one of the two.

        >>> LeavingGains(np.array([1.0, 3.0]), np.array([-10.0, 10.0])).best_price(0.5)
        0.1
        """
        start, slope = self.start_eur, self.slope_kwh
        # Among equals, the one that rises most: just beyond 0 it is the highest; at the end it may rise.
        falls, rises = (int(np.lexsort((-slope, start - slope * at))[-1]) for at in (0.0, high_eur_per_kwh))
        if slope[falls] <= 0.0:
            return 0.0
        if slope[rises] > 0.0:
            return high_eur_per_kwh
        price = 0.0
        for _line in range(len(start)):  # each one met is above the two before: none comes twice
            price = float((start[falls] - start[rises]) / (slope[falls] - slope[rises]))
            gains = start - slope * price
            met = int(gains.argmax())
            if gains[met] <= max(gains[falls], gains[rises]):
                break
            falls, rises = (met, rises) if slope[met] > 0.0 else (falls, met)
        return min(max(price, 0.0), high_eur_per_kwh)

    def span(self, limit_eur: float, high_eur_per_kwh: float) -> tuple[float, float] | None:
        """Return between which prices every gain is at most `limit_eur`; None when nowhere.

        >>> LeavingGains(np.array([1.0, 3.0]), np.array([-10.0, 10.0])).span(2.5, 0.5)
        (0.05, 0.15)
        """
        low, high = 0.0, high_eur_per_kwh
        for start, slope in zip(self.start_eur, self.slope_kwh, strict=True):
            if slope == 0.0 and start > limit_eur:
                return None
            if slope > 0.0:
                low = max(low, float((start - limit_eur) / slope))
            elif slope < 0.0:
                high = min(high, float((start - limit_eur) / slope))
        return (low, high) if low <= high else None


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The steps over which what a kWh spares does not change: d steps, J prices at which sides change.

    Attributes:
        need_kwh, made_kwh: shapes (d, N) and (d, M).
        spared, earned: what a kWh brings each participant or plant at each price, shapes (N, J), (M, J).
    """

    need_kwh: FloatArray
    made_kwh: FloatArray
    spared: FloatArray
    earned: FloatArray

    def at(self, members: FloatArray, plants: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the slopes by participant and plant, (N,) and (M,), where this much of each is in."""
        worth = self.need_kwh @ (members[:, None] * self.spared)
        worth += self.made_kwh @ (plants[:, None] * self.earned)
        price = worth.argmin(axis=1)
        order = np.argsort(price, kind="stable")
        used, starts = np.unique(price[order], return_index=True)
        need = np.add.reduceat(self.need_kwh[order], starts, axis=0)
        output = np.add.reduceat(self.made_kwh[order], starts, axis=0)
        return np.einsum("jn,nj->n", need, self.spared[:, used]), np.einsum(
            "jm,mj->m", output, self.earned[:, used]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """The market of K players: `worth` of any part of them, and the plane that touches there.

    Attributes:
        fixed_eur: what taking part costs each player, shape (K,); `pmo_eur` any operation, once.
    """

    players: tuple[Player, ...]
    stretches: tuple[Stretch, ...]
    fixed_eur: FloatArray
    pmo_eur: float

    def slopes(self, inside: FloatArray) -> FloatArray:
        """Return the slopes (K,) of the plane that touches at `inside` (K,), from 0 to 1 each.

        The worth there, before fixed costs, is `slopes @ inside`; no worth anywhere is above `slopes`.
        """
        members = np.array(
            [[k, p.participant] for k, p in enumerate(self.players) if p.participant is not None]
        )
        plants = np.array([[k, m] for k, p in enumerate(self.players) for m in p.plants])
        slopes_eur = np.zeros(len(self.players))
        for stretch in self.stretches:
            of_member, of_plant = np.zeros(stretch.need_kwh.shape[1]), np.zeros(stretch.made_kwh.shape[1])
            of_member[members[:, 1]] = inside[members[:, 0]]
            of_plant[plants[:, 1]] = inside[plants[:, 0]]
            spared, earned = stretch.at(of_member, of_plant)
            np.add.at(slopes_eur, members[:, 0], spared[members[:, 1]])
            np.add.at(slopes_eur, plants[:, 0], earned[plants[:, 1]])
        return slopes_eur

    def costs_eur(self, inside: FloatArray) -> float:
        """Return the fixed costs of an operation of these players."""
        return float(self.fixed_eur @ inside) + self.pmo_eur


def market_of(
    players: Sequence[Player],
    worths: LocalWorths,
    sheet: ProductiveSteps,
    slot_by_group: IntArray,
    need_kwh: FloatArray,
    production_kwh: FloatArray,
) -> Market:
    """Return the market of some players.

    Args:
        sheet: the steps with production, by groups in which every slot is constant.
        slot_by_group: shape (N, G).
        need_kwh, production_kwh: on the sheet, shapes (N, D) and (M, D).

    Raises:
        ValueError: plants that differ in accise: a kWh then has no one worth to a participant.
    """
    if not worths.has_common_accise:
        raise ValueError("plants differ in accise")
    spared = np.take_along_axis(worths.with_accise_eur_per_kwh, slot_by_group, axis=1)
    stretches = []
    for group, (start, stop) in enumerate(zip(sheet.starts[:-1], sheet.starts[1:], strict=True)):
        if start < stop:
            price = np.unique(np.concatenate([spared[:, group], worths.floor_eur_per_kwh]))
            stretches.append(
                Stretch(
                    np.ascontiguousarray(need_kwh[:, start:stop].T),
                    np.ascontiguousarray(production_kwh[:, start:stop].T),
                    np.maximum(spared[:, group, None] - price, 0.0),
                    np.maximum(price - worths.floor_eur_per_kwh[:, None], 0.0),
                )
            )
    own = np.zeros(len(players))
    for k, player in enumerate(players):
        if player.participant is not None:
            own[k] = worths.fixed_eur[player.participant]
    return Market(tuple(players), tuple(stretches), own, worths.pmo_eur)
