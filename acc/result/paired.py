"""What scenarios bring in the same draws: the range of each, and how often it brings more than another."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws
from acc.sides import NOTHING_EUR


@dataclass(frozen=True, slots=True)
class Chance:
    """What somebody gains under a scenario in the draws.

    Attributes:
        low_eur, middle_eur, high_eur: 8 chances in 10 to be between, around what a run of it prints; the low
            one with connections that nobody knows at their upper figure, as the ranges of a run.
        better_ratio: part of the draws in which it gains more than under the reference, the difference laid
            around the one that is printed; None of that one.
        connected_better_ratio: the same where these connections cost their upper figure.
        worse_ratio: part of the draws in which it gains less.
        equal_ratio: part of the draws in which it gains as much, whatever these connections cost: to half a
            euro, what is printed as nothing.
    """

    low_eur: float
    middle_eur: float
    high_eur: float
    better_ratio: float | None
    connected_better_ratio: float | None
    worse_ratio: float | None
    equal_ratio: float | None = None

    @property
    def is_equal(self) -> bool:
        """Whether it gains as much as under the reference in every draw."""
        return self.equal_ratio == 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PairedDraws:
    """What each of P persons gains under each of S scenarios in each of D draws, the same for all.

    Attributes:
        persons: their ids.
        eur, connected_eur: EUR, (S, P, D), nothing for who has no part; the second where connections that
            nobody knows cost their upper figure.
        central_eur, central_connected_eur: the same where nothing is drawn, (S, P): ranges are around them.
        usual: which draws have what these rest on, (D,); None where it may fail to happen, or come late.
        is_value: whether they are present values over the plan; else gains of the period.
        reference: the scenario that others are set against.
    """

    persons: tuple[str, ...]
    eur: FloatArray
    connected_eur: FloatArray
    central_eur: FloatArray
    central_connected_eur: FloatArray
    usual: BoolArray | None
    is_value: bool
    reference: int

    @property
    def count(self) -> int:
        """How many draws."""
        return int(self.eur.shape[2])

    def chance(self, case: int, ids: Collection[str] | None = None) -> Chance:
        """Probability of a joint gain under a scenario; of all persons by default."""
        rows = [p for p, id_ in enumerate(self.persons) if ids is None or id_ in ids]
        free, dear = (eur[:, rows].sum(axis=1) for eur in (self.eur, self.connected_eur))
        central, connected = (
            float(eur[case, rows].sum()) for eur in (self.central_eur, self.central_connected_eur)
        )
        ends = quantiles_with_unknown_connection((central, connected), (free[case], dear[case]), self.usual)
        if case == self.reference:
            return Chance(*ends, None, None, None)
        more, dearer = (
            self._lead_eur(case, rows, *of)
            for of in ((free, self.central_eur), (dear, self.central_connected_eur))
        )
        same = np.maximum(np.abs(more), np.abs(dearer)) <= NOTHING_EUR
        ratios = (more > NOTHING_EUR, dearer > NOTHING_EUR, more < -NOTHING_EUR, same)
        return Chance(*ends, *(float(ratio.mean()) for ratio in ratios))

    def _lead_eur(
        self, case: int, rows: list[int], drawn_eur: FloatArray, figures_eur: FloatArray
    ) -> FloatArray:
        """Lead of some over the reference in each draw, centred on the printed value, (D,), EUR."""
        lead: FloatArray = drawn_eur[case] - drawn_eur[self.reference]
        if self.usual is None:  # what is printed may fail to happen: no middle
            return lead
        central = figures_eur[case, rows].sum() - figures_eur[self.reference, rows].sum()
        return recentre_draws(np.float64(central), lead, self.usual)
