"""Small operations for the tests of the money: a few participants and plants, over any period."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from acc.accounts.assemble import volumes
from acc.accounts.persons import with_gains_of_sharing
from acc.accounts.values import Corridor, Money
from acc.exchange import Exchange, exchange_behind_meters
from acc.finance import Finance
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.scenario import Prices, Scenario
from acc.settle import Allocation, Key, settle
from acc.sites import ContractCode, FixedPrice, Kind, Participant, Plant, SupplyContract
from acc.steps import Steps
from scenarios.entry.folder.build import without_sharing
from scenarios.operation.tariffs.build import tariffs
from scenarios.operation.tariffs.price import alone_persons, money, tariffs_of
from scenarios.rates.table import read_rates

SPRING_2026 = date(2026, 3, 1)
"""A day on which the TURPE of August 2025 meets a CTA of 15 % and an accise of 30.85 and 26.58 EUR/MWh."""

AUTUMN_2026 = date(2026, 9, 1)
YEAR_2026 = (date(2026, 1, 1), date(2027, 1, 1))


def member(
    name: str, turpe: str | None = "CU4", kva: Sequence[float] = (9.0,), **contract: Any
) -> Participant:
    given = {"energy_eur_per_kwh": {"all": 0.128}, "recovers_vat": True}
    kind = contract.pop("kind", Kind.COMPANY)
    of_site = ("substation", "households", "position", "person")
    site = {key: contract.pop(key) for key in of_site if key in contract}
    return Participant(
        id=name,
        name=name.upper(),
        kind=kind,
        contract=SupplyContract(turpe=turpe, subscribed_kva=tuple(kva), **(given | contract)),
        **site,
    )


def plant(name: str = "toit", **given: Any) -> Plant:
    return Plant(**({"id": name, "name": name.upper(), "kwp": 9.0} | given))


def scenario(
    participants: Sequence[Participant],
    plants: Sequence[Plant] = (),
    *,
    on: date = SPRING_2026,
    days: tuple[date, date] = YEAR_2026,
    step_minutes: int = 60,
    **given: Any,
) -> Scenario:
    prices = Prices(local_eur_per_kwh=0.105, surplus=FixedPrice(0.05))
    return Scenario(
        name="Essai",
        steps=Steps.between(*days, step_minutes),
        participants=tuple(participants),
        plants=tuple(plants),
        on=on,
        **({"prices": prices} | given),
    )


def version(code: str, on: date = SPRING_2026, kva: Sequence[float] | None = None):
    """Return the TURPE version `code` as the rates give it."""
    powers = kva or ((9.0,) if not code.startswith(("BTSUP", "HTA")) else (100.0,))
    return tariffs(read_rates(), scenario([member("a", code, powers)], on=on)).members[0].turpe


def exchange_of(
    made: Scenario,
    consumption_kwh: Mapping[int, Sequence[float]],
    production_kwh: Mapping[int, Sequence[float]],
) -> Exchange:
    """Return an exchange that is zero but at the steps given: step -> kWh of each participant, plant."""
    exchange = Exchange(
        made.steps,
        np.zeros((made.steps.count, len(made.participants))),
        np.zeros((made.steps.count, len(made.plants))),
        np.zeros((made.steps.count, len(made.plants))),
    )
    for step, kwh in consumption_kwh.items():
        exchange.consumption_kwh[step] = kwh
    for step, kwh in production_kwh.items():
        exchange.production_kwh[step] = kwh
    return exchange


def money_of(made: Scenario, exchange: Exchange, key: Key | None = None) -> Money:
    allocation = settle(exchange, key or Prorata())
    return money_of_allocation(made, exchange, allocation)


def money_of_allocation(made: Scenario, exchange: Exchange, allocation: Allocation) -> Money:
    found = energy(exchange, allocation)
    tariffs = tariffs_of(made, exchange)
    priced = money(made, exchange, allocation, found, tariffs)
    taken = found.consumption_kwh, volumes(exchange, allocation, tariffs).consumption_kwh
    return with_gains_of_sharing(
        priced, alone_persons(without_sharing(made), exchange, *taken, tariffs.members)
    )


def with_prices(made: Scenario, **prices: Any) -> Scenario:
    return replace(made, prices=replace(made.prices, **prices))


FORMULAS_AND_POWERS = (
    ("CU4", (9.0,)),
    ("MU4", (12.0,)),
    ("LU", (36.0,)),
    ("CU", (6.0,)),
    ("MUDT", (9.0,)),
    ("BTSUP-CU", (60.0, 60.0, 80.0, 100.0)),
    ("BTSUP-LU", (120.0,)),
)


@st.composite
def operations(draw: st.DrawFn) -> tuple[Scenario, Exchange]:
    """Return an operation of a few members over one day or a few, with prices and taxes of all sorts."""
    count, plants = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    euro = st.sampled_from([0.0, 0.05, 0.09, 0.11, 0.20])
    members = [
        member(
            f"p{n}",
            *draw(st.sampled_from(FORMULAS_AND_POWERS)),
            energy_eur_per_kwh={"hp": draw(euro), "hc": draw(euro)}
            if draw(st.booleans())
            else {"all": draw(euro)},
            recovers_vat=draw(st.booleans()),
            subscription_eur_per_year=draw(st.sampled_from([None, 0.0, 120.0])),
        )
        for n in range(count)
    ]
    roofs = [
        plant(
            f"r{m}",
            kwp=draw(st.sampled_from([9.0, 90.0, 1500.0])),
            owner=draw(st.sampled_from(["a", "b"])),
            # The option of the TURPE stays open or closed whoever leaves, as the fast sums take it.
            inverter_kva=200.0,
        )
        for m in range(plants)
    ]
    # Obligation d'achat takes no plant above 100 kWp: its surplus would have no known price.
    bought = [ContractCode("oa-2026-06")] if max(roof.kwp for roof in roofs) <= 100.0 else []
    prices = Prices(
        local_eur_per_kwh=draw(euro),
        local_by_slot_eur_per_kwh=draw(st.sampled_from([{}, {"hc": 0.07}, {"hph": 0.15, "hcb": 0.02}])),
        local_by_plant_eur_per_kwh=draw(st.sampled_from([{}, {"r0": 0.13}])),
        local_by_participant_eur_per_kwh=draw(st.sampled_from([{}, {"p0": 0.06}])),
        surplus=draw(st.sampled_from([*bought, FixedPrice(0.06), FixedPrice(0.0)])),
        pmo_eur_per_year=draw(st.sampled_from([0.0, 3000.0])),
        pmo_eur_per_kwh=draw(st.sampled_from([0.0, 0.005])),
        same_substation=draw(st.sampled_from([None, True, False])),
    )
    first = draw(st.sampled_from([date(2025, 11, 30), date(2026, 3, 29), date(2026, 7, 14)]))
    made = scenario(
        members,
        roofs,
        on=draw(st.sampled_from([SPRING_2026, AUTUMN_2026])),
        days=(first, date.fromordinal(first.toordinal() + draw(st.integers(1, 3)))),
        prices=prices,
        finance=draw(st.sampled_from([None, Finance()])),
    )
    seed = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = made.steps.count, count
    consumption = seed.choice([0.0, 1.0, 3.5, 20.0], shape)
    production = seed.choice([0.0, 0.0, 2.0, 9.0], (made.steps.count, plants))
    return made, Exchange(made.steps, consumption, production, np.zeros_like(production))


def behind_anybody(
    made: Scenario, exchange: Exchange, hosts: Sequence[int | None], price: float | None
) -> tuple[Scenario, Exchange]:
    """Return the operation with plants moved behind the meters of `hosts`, own use sold at a price or not."""
    plants = tuple(
        roof if host is None else replace(roof, behind=made.participants[host].id, own_use_eur_per_kwh=price)
        for roof, host in zip(made.plants, hosts, strict=True)
    )
    moved = exchange_behind_meters(made.steps, exchange.consumption_kwh, exchange.production_kwh, hosts)
    return replace(made, plants=plants), moved


def suits_all_at(corridor: Corridor, eur_per_kwh: float) -> bool:
    """Whether nobody at all loses at a price."""
    low = 0.0 if corridor.low is None else corridor.low.eur_per_kwh
    return (
        not corridor.never_ids and corridor.is_open and low <= eur_per_kwh <= corridor.ceilings[0].eur_per_kwh
    )
