"""Who buys what from which plant in the first year, and the largest buyer who may leave."""

from dataclasses import dataclass
from itertools import compress

import numpy as np

from acc.accounts.persons import holdings
from acc.accounts.values import Money
from acc.arrays import BoolArray, FloatArray
from acc.holders import holders_of
from acc.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who buys most of those who may leave, and what part of the first year's receipts it pays."""

    id: str
    receipts_ratio: float


@dataclass(frozen=True, slots=True, eq=False)
class Sales:
    """Who buys what from which plant in the first year: M plants, N sites.

    Attributes:
        kwh, eur: (M, N).
        lent: plants of the borrower, or all, (M,): receipts are theirs.
        own: pairs of one person, (M, N).
        free: sites that may leave, (N,); `largest` those of the largest buyer among them.
        own_use_spared: own use that its owner spares, and sells to nobody, (M,).
        own_use_eur: what own use brings, (M,).
    """

    kwh: FloatArray
    eur: FloatArray
    lent: BoolArray
    own: BoolArray
    free: BoolArray
    largest: BoolArray | None
    largest_id: str
    own_use_spared: BoolArray
    own_use_eur: FloatArray
    surplus_eur: float

    @classmethod
    def of(cls, scenario: Scenario, money: Money, owner: str) -> "Sales":
        """Sales of the plants of one owner, or of all where it is empty."""
        years = money.period_years
        owners = [plant.owner for plant in money.plants]
        lent = np.array([owner in {"", other} for other in owners], dtype=np.bool_)
        of_site, of_plant = (np.array(ids, dtype=object) for ids in holders_of(scenario, owners))
        shape = (len(owners), len(of_site))
        kwh, eur = (
            np.zeros(shape) if sales is None else sales / years
            for sales in (
                None if money.pair_by_slot_kwh is None else money.pair_by_slot_kwh.sum(axis=-1),
                money.pair_eur_ht,
            )
        )
        free = np.array([person not in set(of_plant) for person in of_site], dtype=np.bool_)
        paid = {
            holding.id: float(eur[lent][:, list(holding.sites)].sum())
            for holding in holdings(scenario, owners)
            if holding.sites and not holding.plants
        }
        largest = max(paid, key=lambda id_: paid[id_], default="")
        host = dict(zip((site.id for site in scenario.participants), of_site, strict=True))
        behind = [
            host.get(plant.behind or "", owner)
            for plant, owner in zip(scenario.plants, of_plant, strict=True)
        ]
        return cls(
            kwh=kwh,
            eur=eur,
            lent=lent,
            own=of_plant[:, None] == of_site,
            free=free,
            largest=of_site == largest if paid.get(largest) else None,
            largest_id=largest,
            own_use_spared=np.array(behind, dtype=object) == of_plant,
            own_use_eur=np.array([plant.own_use_eur_ht or 0.0 for plant in money.plants]) / years,
            surplus_eur=sum(plant.surplus_eur_ht or 0.0 for plant in compress(money.plants, lent)) / years,
        )

    @property
    def avoided_eur(self) -> float:
        """What owners spare rather than receive in the first year."""
        own_use_eur = self.own_use_eur[self.own_use_spared & self.lent]
        return float(self.eur[self.own & self.lent[:, None]].sum() + own_use_eur.sum())

    def largest_buyer(self) -> Buyer | None:
        """Who pays most of those who own no plant; None where they buy nothing."""
        if self.largest is None:
            return None
        eur = self.eur[self.lent]
        received = float(eur.sum() + self.own_use_eur[self.lent].sum()) + self.surplus_eur - self.avoided_eur
        return Buyer(id=self.largest_id, receipts_ratio=float(eur[:, self.largest].sum()) / received)
