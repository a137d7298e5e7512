"""The market reference that supplier's prices are set beside, from the dated rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from math import isfinite

from acc.bills.tariffs import MARKET, NOT_SOLD, MarketPrice, MemberTariff, Segment, SurplusContract
from acc.keys.rule import unknown_name
from acc.problem import Problem
from acc.scenario import Scenario
from acc.sites import ContractCode, FixedPrice, MarketFile, Plant
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


PREFIX = "surplus."

NO_CONTRACT = SurplusContract(code=NOT_SOLD, eur_per_kwh=0.0)
"""Of a plant that the contract named does not take: what its surplus is worth is not known."""


def surplus_contract(
    reader: RateReader, plant: Plant, scenario: Scenario, warnings: list[str]
) -> SurplusContract | None:
    """Return the contract of a plant, None when undecided; faults go to `reader.problems`.

    Args:
        scenario: whose own choice is used where the plant names none.
        warnings: takes a sentence when the plant is out of the bounds of its contract.
    """
    surplus = scenario.prices.surplus if plant.surplus is None else plant.surplus
    match surplus:
        case None:
            return None
        case ContractCode(code):
            path = "[prices] surplus" if plant.surplus is None else f"plants.csv, {plant.id}, surplus"
            return _of_rates(reader, plant, code, path, warnings)
        case MarketFile(file):
            return _market(scenario, file)
        case FixedPrice(price) if 0.0 <= price < float("inf"):
            return SurplusContract(code="price", eur_per_kwh=price)
        case FixedPrice(price):
            message = _("{price:g} EUR/kWh is not a price: a number at or above 0 is expected")
            reader.problems.append(Problem("[prices] surplus", message.format(price=price)))
            return None


def _market(scenario: Scenario, file: str) -> SurplusContract:
    """Return a sale at prices by the hour, as long as the plan, growing as the market does."""
    market, finance = scenario.markets[file], scenario.finance
    fee = scenario.prices.surplus_fee_eur_per_kwh
    return SurplusContract(
        code=MARKET,
        eur_per_kwh=market.mean - fee,
        indexation_ratio=0.0 if finance is None else finance.market_growth_ratio,
        market=market,
        fee_eur_per_kwh=fee,
    )


def _of_rates(
    reader: RateReader, plant: Plant, code: str, path: str, warnings: list[str]
) -> SurplusContract | None:
    known = tuple(dict.fromkeys(name.split(".")[1] for name in reader.names(PREFIX)))
    if code not in known:
        priced = _("A price is a figure alone, in €/MWh: 45, or 0 where nothing is sold.")
        problem = Problem(path, f"{unknown_name(code, known)} {priced}")
        # The choice of the operation is that of each plant that has none: told once.
        reader.problems += [] if problem in reader.problems else [problem]
        return None
    prefix = f"{PREFIX}{code}."
    names = reader.names(prefix)
    sizes = _sizes(names, prefix + "price.")
    if not _has_size(reader, plant, code, sizes[-1], warnings):
        return NO_CONTRACT
    size = next(s for s in sizes if plant.kwp <= s)
    premium_sizes = _sizes(names, prefix + "premium.")
    premium = next((s for s in premium_sizes if plant.kwp <= s), None)
    return SurplusContract(
        code=code,
        eur_per_kwh=reader.newest(f"{prefix}price.{size:g}", "EUR/kWh"),
        indexation_ratio=reader.newest(prefix + "indexation", "ratio/yr"),
        cap_hours=reader.newest(prefix + "cap_hours", "h/yr") if prefix + "cap_hours" in names else None,
        years=int(reader.newest(prefix + "years", "yr")),
        premium_eur_per_kwp=0.0
        if premium is None
        else reader.newest(f"{prefix}premium.{premium:g}", "EUR/kWp"),
    )


def _sizes(names: Sequence[str], prefix: str) -> list[float]:
    """Return the upper powers of the classes of a contract, in kWp, smallest first."""
    return sorted(float(name.removeprefix(prefix)) for name in names if name.startswith(prefix))


def _has_size(reader: RateReader, plant: Plant, code: str, largest_kwp: float, warnings: list[str]) -> bool:
    lowest = f"{PREFIX}{code}.kwp_min"
    smallest = reader.newest(lowest, "kWp") if reader.names(lowest) else 0.0
    if smallest <= plant.kwp <= largest_kwp:
        return True
    message = _(
        "{name}: the contract {code} is for {smallest:g} to {largest:g} kWp, the plant has {kwp:g} and "
        "cannot have it: the euros of its surplus are unknown, not counted. Name another contract or a price "
        "(`surplus`)"
    )
    warnings.append(
        message.format(name=plant.name, code=code, smallest=smallest, largest=largest_kwp, kwp=plant.kwp)
    )
    return False
