"""The most euros that a coalition can gain by itself, whatever key and prices it gives itself.

At each step the kWh go from the plants that give up least to the needs that they spare most: a market, whose
worth is `min over a price l of sum_i C_i (w_i - l)+ + sum_m P_m (l - b_m)+`. As a function of who is in,
taken as numbers from 0 to 1, it is concave and grows in proportion: a plane through the origin touches it at
each point and bounds it everywhere. Reference: Owen, "On the core of linear production games" (1975).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.batch.sums import ProductiveSteps
from acc.departures.game import LocalWorths, Player


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
