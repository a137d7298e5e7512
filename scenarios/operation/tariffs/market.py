"""The market reference that supplier's prices are set beside, from the dated rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite

from acc.bills.tariffs import MarketPrice, MemberTariff, Segment
from acc.units import eur_per_kwh
from scenarios.rates.reader import RateReader

FORWARD, LOW, HIGH = "market.forward.base", "market.firms.low", "market.firms.high"
REGULATED = "market.regulated.base"


def market_prices(reader: RateReader, members: list[MemberTariff]) -> Mapping[Segment, MarketPrice]:
    """Return the reference by class: renewed contracts of firms, the regulated tariff up to 36 kVA.

    The newest rows, whatever the date of the tariffs: a supplier's contract to come is compared with them.
    """
    if not members:
        return {}
    forward, low, high = (reader.newest(name, "EUR/kWh") for name in (FORWARD, LOW, HIGH))
    rate = reader.rates.rows(HIGH)[-1]
    large = MarketPrice(
        low_eur_per_kwh=forward,
        eur_per_kwh=(low + high) / 2.0,
        high_eur_per_kwh=high,
        in_force_from=rate.in_force_from.isoformat(),
        confidence=rate.confidence,
    )
    small = _small(reader, large, counted=any(m.turpe.segment is Segment.BT_INF for m in members))
    return {Segment.BT_INF: small, Segment.BT_SUP: large, Segment.HTA: large}


def at_market(members: Sequence[MemberTariff], market: Mapping[Segment, MarketPrice]) -> list[MemberTariff]:
    """Return the members, each known price of their suppliers replaced by the reference of their class."""
    return [
        replace(
            member,
            supply_eur_per_kwh=tuple(
                market[member.turpe.segment].eur_per_kwh if isfinite(price) else price
                for price in member.supply_eur_per_kwh
            ),
        )
        for member in members
    ]


def _small(reader: RateReader, large: MarketPrice, *, counted: bool) -> MarketPrice:
    row = reader.rates.rows(REGULATED)[-1]
    price = reader.newest(REGULATED, "EUR/kWh") if counted else eur_per_kwh(row.value)
    return MarketPrice(
        low_eur_per_kwh=large.low_eur_per_kwh,
        eur_per_kwh=price,
        high_eur_per_kwh=price,
        in_force_from=row.in_force_from.isoformat(),
        confidence=row.confidence,
    )
