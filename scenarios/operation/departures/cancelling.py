"""What is shared where a roof is not built, kept beside the meters: another price shares none of it anew."""

from collections.abc import Iterator
from dataclasses import replace

from acc.accounts.assemble import SharedKwh, balances
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import sole_member
from acc.accounts.values import Departures, Money
from acc.bills.tariff_slots import kwh_by_slot
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange
from acc.keys import KEYS
from acc.problem import InputError
from acc.result.cancelling import Cancelling, Condition, GainUnderCondition
from acc.result.result import KeyOutcome
from acc.settle import looks_back
from acc.steps import years_later
from acc.time_aggregates import is_year
from acc.years.states import first_day
from scenarios.operation.departures.departures import LOOKING_BACK, not_built
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.member import at_market


def balances_of(operation: Operation) -> tuple[PersonMoney, ...]:
    """Balances of each person under the key of an operation alone; empty without prices.

    Raises:
        InputError: parameters that the key cannot use.
    """
    scenario, tariffs = operation.scenario, operation.tariffs
    if tariffs is None:
        return ()
    shared = operation.shared_kwh(scenario.key)
    return balances(scenario, operation.exchange, shared, tariffs)


MOST_VALUES = 15_000_000
"""Energies that are shared again to tell what a roof that is not built costs, some 0.5 s; one at least."""

SLOWER = 8
"""How many times as long a key takes that looks back at each step or reads prices, or a battery."""


def cancelling(
    operation: Operation, chosen: KeyOutcome, unshifted: Exchange | None
) -> tuple[Cancelling, ...]:
    """Gains of each member under each condition; empty without euros.

    Roofs are those that share most, as many as `MOST_VALUES` allows.

    Args:
        chosen: the outcome of the chosen key, departures included.
        unshifted: the exchange before the flexible loads moved; None without any.
    """
    money, tariffs = chosen.money, operation.tariffs
    if money is None or tariffs is None or money.total is None:
        return ()
    return (
        Cancelling(condition=Condition.UNCHANGED, setting="", members=_gain_of_persons(money.persons)),
        *_full_accise(operation, chosen, money, tariffs),
        Cancelling(
            condition=Condition.MARKET_SUPPLY,
            setting="prices.supply_at_market=true",
            members=_gain_of_persons(_at_market(operation, chosen, tariffs)),
        ),
        *_departures(operation, money),
        *_roofs(operation, chosen, unshifted),
    )


def _gain_of_persons(persons: tuple[PersonMoney, ...]) -> dict[str, GainUnderCondition]:
    return {
        person.id: GainUnderCondition(person.gain_eur_ht, person.npv_eur_ht)
        for person in persons
        if person.is_known
    }


def _full_accise(
    operation: Operation, chosen: KeyOutcome, money: Money, tariffs: Tariffs
) -> Iterator[Cancelling]:
    """Yield the condition shown with every run, unless the sharing depends on it, or it is counted."""
    accise = tariffs.accise
    if accise.full_from is None or accise.in_full:
        return
    if KEYS[chosen.name].reads_prices:
        prices = replace(operation.scenario.prices, full_accise_from=accise.full_from)
        in_full = replace(tariffs, accise=replace(accise, in_full=True))
        scenario = replace(operation.scenario, prices=prices)
        persons = _priced(replace(operation, scenario=scenario, tariffs=in_full), chosen)
        plans = [person.npv_eur_ht for person in persons]
    else:
        persons = money.persons
        plans = [person.full_accise_npv_eur_ht for person in persons]
    members = {
        person.id: GainUnderCondition(person.full_accise_gain_eur_ht, plan)
        for person, plan in zip(persons, plans, strict=True)
        if person.is_known
    }
    yield Cancelling(
        condition=Condition.FULL_ACCISE,
        setting=f"prices.full_accise_from={accise.full_from}",
        members=members,
        day=accise.full_from,
    )


def _at_market(operation: Operation, chosen: KeyOutcome, tariffs: Tariffs) -> tuple[PersonMoney, ...]:
    prices = replace(operation.scenario.prices, supply_at_market=True)
    priced = replace(tariffs, members=tuple(at_market(tariffs.members, tariffs.market)))
    scenario = replace(operation.scenario, prices=prices)
    return _priced(replace(operation, scenario=scenario, tariffs=priced), chosen)


def _priced(operation: Operation, chosen: KeyOutcome) -> tuple[PersonMoney, ...]:
    """Gain of each person at other prices, EUR; allocations are kept, but under a key that reads prices."""
    tariffs, pairs_kwh = operation.tariffs, None if chosen.money is None else chosen.money.pair_by_slot_kwh
    if tariffs is None or pairs_kwh is None or KEYS[chosen.name].reads_prices or operation.stored is not None:
        return balances_of(operation)
    exchange = operation.exchange
    taken_kwh = kwh_by_slot(exchange.steps, tariffs.clocks, exchange.consumption_kwh)
    kwh = SlotVolumes(taken_kwh, pairs_kwh, chosen.years)
    shared = SharedKwh(chosen.energy, kwh, chosen.allocation.surplus_kwh)
    return balances(operation.scenario, exchange, shared, tariffs)


def _departures(operation: Operation, money: Money) -> Iterator[Cancelling]:
    """Yield what is left to each once a part of the members leave, in a later year."""
    steps = operation.scenario.steps
    known = [person.id for person in money.persons if person.is_known]
    if sole_member(money) is not None:
        return  # who holds everything does not leave itself
    for after in money.plans_after:
        if after.case is Departures.CHURN and after.churn_ratio:
            later = after.persons_later_eur_ht if is_year(steps) else {}
            yield Cancelling(
                condition=Condition.DEPARTURES,
                setting=f"finance.churn_ratio={after.churn_ratio:g}",
                members={
                    id_: GainUnderCondition(later.get(id_), after.persons_npv_eur_ht[id_]) for id_ in known
                },
                gain_from=years_later(first_day(steps), after.later_year - 1),
                leaving_ratio=after.churn_ratio,
                leaving_after=after.commitment_years,
            )


def _roofs(operation: Operation, chosen: KeyOutcome, unshifted: Exchange | None) -> Iterator[Cancelling]:
    scenario, shared = operation.scenario, chosen.energy.shared_kwh.tolist()
    has_plan = chosen.money is not None and chosen.money.plan is not None
    ids = [person.id for person in chosen.money.persons if person.is_known] if chosen.money else []
    # What comes later beside a plant goes with it.
    own = [m for m, plant in enumerate(scenario.plants) if plant.added_to is None]
    by_size = sorted(own, key=lambda m: -shared[m])
    for removed in by_size[: _most_roofs(operation)]:
        try:
            left = balances_of(not_built(operation, unshifted, removed))
        except InputError:
            continue  # a key whose parameters name this plant means nothing without it
        # Who held this roof alone is out of the operation: it has nothing.
        members = dict.fromkeys(ids, GainUnderCondition(0.0, 0.0 if has_plan else None)) | _gain_of_persons(
            left
        )
        plant = scenario.plants[removed].id
        yield Cancelling(
            condition=Condition.ROOF_NOT_BUILT,
            setting=f"plants.{plant}.active=false",
            members=members,
            plant_id=plant,
        )


def _most_roofs(operation: Operation) -> int:
    scenario = operation.scenario
    key, members = operation.key(scenario.key), len(scenario.participants)
    slow = looks_back(key) or KEYS[scenario.key.name].reads_prices or scenario.has_devices
    values = scenario.steps.count * (max(members, LOOKING_BACK) * SLOWER if slow else members)
    return max(1, MOST_VALUES // max(values, 1))
