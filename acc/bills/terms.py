"""From tariffs and decided prices to the arrays that bills are computed with."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SLOTS
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.bills.turpe import power_eur_per_year
from acc.scenario import Prices
from acc.sites import Participant, Plant
from acc.steps import Steps, local_calendar

BROAD_SLOTS: Mapping[str, tuple[str, ...]] = {
    "all": SLOTS,
    "hp": ("pointe", "hph", "hpb"),
    "hc": ("hch", "hcb"),
    "hph": ("pointe", "hph"),
}
"""Names that stand for several slots, widest first: a price of `hph` holds for the peak when it has none."""


def by_slot(prices: Mapping[str, float]) -> tuple[float, ...]:
    """Return the price of each slot of `SLOTS`, EUR/kWh; nan where no name covers it, the narrowest wins.

    >>> by_slot({"all": 0.10, "hc": 0.08})
    (0.1, 0.1, 0.08, 0.1, 0.08)
    >>> by_slot({"hph": 0.2, "hch": 0.15})
    (0.2, 0.2, 0.15, nan, nan)
    """
    values = dict.fromkeys(SLOTS, float("nan"))
    for name, slots in BROAD_SLOTS.items():
        if name in prices:
            values |= dict.fromkeys(slots, prices[name])
    return tuple(float((values | dict(prices))[slot]) for slot in SLOTS)


@lru_cache(maxsize=16)
def period_years(steps: Steps) -> float:
    """Return the length of a period in years: the days of each calendar year over the days it has.

    >>> from datetime import date
    >>> period_years(Steps.between(date(2024, 1, 1), date(2025, 1, 1), 60))
    1.0
    """
    days = np.unique(local_calendar(steps).day)
    years, counts = np.unique(days.astype("datetime64[Y]"), return_counts=True)
    next_years = years + np.timedelta64(1, "Y")
    lengths = (next_years.astype("datetime64[D]") - years.astype("datetime64[D]")).astype(np.int64)
    return float((counts / lengths).sum())


def bill_terms(tariffs: Tariffs, prices: Prices, plants: Sequence[Plant], years: float) -> BillTerms:
    """Return the terms of the bills over a period of `years`."""
    members = tariffs.members
    # Fixed parts over the period: each delivery point of a row pays its own.
    points = _column([m.points for m in members]) * years
    # Internal price from each plant to each participant in each slot, (M, N, S).
    terms = BillTerms(
        supply_eur_per_kwh=_rows([m.supply_eur_per_kwh for m in members]),
        network_eur_per_kwh=_rows([m.turpe.energy_eur_per_kwh for m in members]),
        autoproduit_eur_per_kwh=_rows(
            [m.turpe.autoproduit_eur_per_kwh or m.turpe.energy_eur_per_kwh for m in members]
        ),
        alloproduit_eur_per_kwh=_rows(
            [m.turpe.alloproduit_eur_per_kwh or m.turpe.energy_eur_per_kwh for m in members]
        ),
        subscription_eur=points * _column([m.subscription_eur_per_year for m in members]),
        management_eur=points * _column([m.turpe.management_eur_per_year for m in members]),
        management_acc_eur=points * _column([m.turpe.management_acc_eur_per_year for m in members]),
        metering_eur=points * _column([m.turpe.metering_eur_per_year for m in members]),
        power_eur=points * _column([power_eur_per_year(m.turpe, m.subscribed_kva) for m in members]),
        accise_eur_per_kwh=np.array([_accise_eur_per_kwh(tariffs, m) for m in members]),
        local_eur_per_kwh=local_prices(
            prices, [plant.id for plant in plants], [member.local_eur_per_kwh for member in members]
        ),
        local_accise_ratio=np.array(
            [tariffs.accise.local_ratio if plant.accise_exempt else 1.0 for plant in tariffs.plants]
        ),
        pmo_eur_per_kwh=prices.pmo_eur_per_kwh,
        pmo_eur=prices.pmo_eur_per_year * years,
        cta_ratio=tariffs.cta_ratio,
        vat_ratio=tariffs.vat_ratio,
        option_counted=tariffs.option_open is True,
        fully_taxed_by_year=tariffs.accise.full_ratios,
    )
    return terms.at_full_accise() if tariffs.accise.in_full else terms


def own_local_price(prices: Prices, site: Participant) -> float | None:
    """Return the internal price of who buys, whatever the plant: the site's, else its person's, else None."""
    own = prices.local_by_participant_eur_per_kwh.get(site.id)
    return prices.local_by_person_eur_per_kwh.get(site.person or site.id) if own is None else own


def local_price(prices: Prices, plant_id: str, buyers: float | None = None) -> tuple[float, ...]:
    """Return the internal price of each slot, EUR/kWh: the buyer's own, the plant's, by slot, or flat."""
    own = prices.local_by_plant_eur_per_kwh.get(plant_id) if buyers is None else buyers
    if own is not None:
        return (own,) * len(SLOTS)
    flat = {} if prices.local_eur_per_kwh is None else {"all": prices.local_eur_per_kwh}
    return by_slot(flat | dict(prices.local_by_slot_eur_per_kwh))


def local_prices(prices: Prices, plant_ids: Sequence[str], buyers: Sequence[float | None]) -> FloatArray:
    """Return the internal price from each plant to each buyer in each slot, EUR/kWh, shape (M, N, S).

    Args:
        buyers: the price of each buyer's own, None where it has none.
    """
    distinct = list(dict.fromkeys(buyers))
    row = {own: at for at, own in enumerate(distinct)}
    table = [[local_price(prices, plant_id, own) for own in distinct] for plant_id in plant_ids]
    shape = len(plant_ids), len(distinct), len(SLOTS)
    prices_eur: FloatArray = np.array(table, dtype=np.float64).reshape(shape)
    if len(distinct) == 1:  # one row stands for all: of 10,000 buyers and 2,500 plants they would take a GB
        return np.broadcast_to(prices_eur, (len(plant_ids), len(buyers), len(SLOTS)))
    return prices_eur[:, [row[own] for own in buyers]]


def has_option(member: MemberTariff) -> bool:
    """Return whether the participant's version has an ACC option at all."""
    return member.turpe.autoproduit_eur_per_kwh is not None


def _rows(values: Sequence[Sequence[float]]) -> FloatArray:
    return np.array(values, dtype=np.float64).reshape(len(values), len(SLOTS))


def _column(values: Sequence[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def _accise_eur_per_kwh(tariffs: Tariffs, member: MemberTariff) -> float:
    reduced = member.accise_eur_per_kwh
    return tariffs.accise.eur_per_kwh[member.turpe.segment] if reduced is None else reduced
