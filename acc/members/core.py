"""Whether some members would gain by leaving together: values; `core_search` of `scenarios` finds them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from acc.arrays import FloatArray

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

    def span(self, limit: float, high_eur_per_kwh: float) -> tuple[float, float] | None:
        """Return between which prices every gain is at most `limit`; None when nowhere.

        >>> LeavingGains(np.array([1.0, 3.0]), np.array([-10.0, 10.0])).span(2.5, 0.5)
        (0.05, 0.15)
        """
        low, high = 0.0, high_eur_per_kwh
        for start, slope in zip(self.start_eur, self.slope_kwh, strict=True):
            if slope == 0.0 and start > limit:
                return None
            if slope > 0.0:
                low = max(low, float((start - limit) / slope))
            elif slope < 0.0:
                high = min(high, float((start - limit) / slope))
        return (low, high) if low <= high else None
