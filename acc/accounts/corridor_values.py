"""The local prices at which no person loses: values; `acc.accounts.price_corridor` computes."""

from dataclasses import dataclass
from enum import StrEnum


class PriceMoved(StrEnum):
    """Which local price moves where prices that suit are sought."""

    WHOLE = "whole"
    """The only one."""
    COMMON = "common"
    """That of who has none of its own: prices by plant, by buyer or by tariff slot stay as they are."""
    FLAT = "flat"
    """One in place of all: each kWh has a price of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBound:
    """A local price beyond which one person loses: more than half a euro below nothing."""

    id: str
    eur_per_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridor:
    """The local prices at which no person loses, by one measure: what it gains over the period, or its value.

    Attributes:
        ceilings: highest price of each person that it does not suit above, lowest first.
        floors: lowest price above nothing of each that it does not suit below, highest first.
        never_ids: persons who lose at any price.
        unknown_ids: persons of whom some euros are unknown: they stand by those that are known.
        moved: the price that moves; all else stays.
    """

    ceilings: tuple[PriceBound, ...]
    floors: tuple[PriceBound, ...]
    never_ids: tuple[str, ...] = ()
    unknown_ids: tuple[str, ...] = ()
    moved: PriceMoved = PriceMoved.WHOLE

    @property
    def high(self) -> PriceBound | None:
        """Upper end: above it, this person loses."""
        return self.ceilings[0] if self.ceilings else None

    @property
    def low(self) -> PriceBound | None:
        """Lower end: below it, this person loses; None where nobody does at a price of nothing."""
        return self.floors[0] if self.floors else None

    @property
    def is_open(self) -> bool:
        """Whether some price suits everyone, those of `never_ids` left aside; False where nobody buys."""
        low = 0.0 if self.low is None else self.low.eur_per_kwh
        return self.high is not None and low <= self.high.eur_per_kwh

    def suits_all_at(self, eur_per_kwh: float) -> bool:
        """Return whether nobody at all loses at a price."""
        low = 0.0 if self.low is None else self.low.eur_per_kwh
        return not self.never_ids and self.is_open and low <= eur_per_kwh <= self.ceilings[0].eur_per_kwh
