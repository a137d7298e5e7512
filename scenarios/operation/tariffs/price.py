"""What yearly flows are worth: present value (VAN) and rate of return (TRI), by numpy-financial."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
import numpy_financial as npf

from acc.accounts import assemble as euros
from acc.accounts.market import captured, left_of_pool
from acc.accounts.members import SlotVolumes
from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.exchange import Exchange
from acc.indicators import Energy
from acc.plan.cash_flows import Appraisal
from acc.plan.values import RootState
from acc.scenario import Scenario
from acc.settle import Allocation
from acc.years.plan_years import PlanYears
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import read_rates

SAME_ROOT = 1e-6
"""Two rates nearer than this are one, found twice by the solver of the polynomial."""

NOTHING = 1e-9


KEPT_PLANS = 256
"""Flows whose worth is remembered: a question moves those of one plant, of forty."""


def appraise(flows_eur: FloatArray, discount_ratio: float) -> Appraisal:
    """Return the present value and the rate of return of flows of shape (H + 1,), year 0 first.

    >>> worth = appraise(np.array([-100.0, 60.0, 60.0]), 0.05)
    >>> round(worth.npv_eur, 2), round(worth.irr_ratio, 4), worth.irr_state.value
    (11.56, 0.1307, 'found')
    """
    return _appraised(flows_eur.tobytes(), discount_ratio)


@lru_cache(maxsize=KEPT_PLANS)
def _appraised(flows: bytes, discount_ratio: float) -> Appraisal:
    flows_eur = np.frombuffer(flows)
    rate, state = rate_of_return(flows_eur)
    return Appraisal(npv_eur=float(npf.npv(discount_ratio, flows_eur)), irr_ratio=rate, irr_state=state)


def rate_of_return(flows_eur: FloatArray) -> tuple[float | None, RootState]:
    """Return the rate that makes the present value zero, and how many there are.

    Money out once and in afterwards has one rate at most; when the sign changes more than once (a
    replacement, the end of a contract), the roots are counted.
    """
    # What is less than a billionth of the largest flow is nothing: its roots are noise.
    flows = np.where(np.abs(flows_eur) > NOTHING * np.abs(flows_eur).max(), flows_eur, 0.0)
    if not flows[0] < 0.0:
        return None, RootState.NO_OUTLAY
    signs = np.sign(flows[flows != 0.0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        return None, RootState.NONE
    rates = [float(npf.irr(flows))] if changes == 1 else _rates(flows)
    if len(rates) != 1:
        return None, RootState.SEVERAL if rates else RootState.NONE
    rate = _polished(flows_eur, rates[0])  # every euro counts once the root is told apart
    return rate, RootState.KNOWN if rate >= 0.0 else RootState.NEGATIVE


def _rates(flows_eur: FloatArray) -> list[float]:
    """Return the distinct rates above -100 % at which the present value is zero."""
    factors = np.roots(flows_eur[::-1])  # in x = 1 / (1 + rate)
    real = factors[(abs(factors.imag) <= SAME_ROOT) & (factors.real > 0.0)].real
    distinct: list[float] = []
    for rate in np.sort(1.0 / real - 1.0):
        if not distinct or rate - distinct[-1] > SAME_ROOT:
            distinct.append(float(rate))
    return distinct


def _polished(flows_eur: FloatArray, rate_ratio: float) -> float:
    """Return `rate_ratio` after two steps of Newton: a root of a polynomial of degree 30 is rough."""
    t = np.arange(len(flows_eur))
    for _step in range(2):
        value = float(flows_eur @ (1.0 + rate_ratio) ** -t)
        slope = float(-(t * flows_eur) @ (1.0 + rate_ratio) ** (-t - 1.0))
        rate_ratio = rate_ratio - value / slope if slope != 0.0 else rate_ratio
    return rate_ratio


def tariffs_of(
    scenario: Scenario, exchange: Exchange, members: Sequence[MemberTariff] | None = None
) -> Tariffs:
    """Return the tariffs of a scenario; make them once for several keys, they do not depend on the key.

    Args:
        members: those of the participants, where they are known.

    Raises:
        InputError: see `scenarios.operation.tariffs.build.tariffs`.
    """
    priced = tariffs(read_rates(), scenario, _peaks_kw(scenario, exchange), members)
    return _captured(priced, scenario, exchange) if scenario.markets else priced


def _peaks_kw(scenario: Scenario, exchange: Exchange) -> list[float | None]:
    """Return the highest load of each participant who gives no subscribed power."""
    given = [bool(site.contract.subscribed_kva) for site in scenario.participants]
    load_kwh, hours = exchange.consumption_kwh, exchange.steps.hours
    return [None if known else float(load_kwh[:, n].max()) / hours for n, known in enumerate(given)]


def _captured(priced: Tariffs, scenario: Scenario, exchange: Exchange) -> Tariffs:
    """Return the tariffs, a surplus sold by the hour at the mean price of what keys that share all leave."""
    production_kwh = exchange.production_kwh
    left = left_of_pool(production_kwh, exchange.consumption_kwh) if scenario.sharing else production_kwh
    plants = tuple(
        replace(plant, surplus=captured(plant.surplus, left[:, m], production_kwh[:, m]))
        for m, plant in enumerate(priced.plants)
    )
    return replace(priced, plants=plants)


def money(
    scenario: Scenario,
    exchange: Exchange,
    allocation: Allocation,
    energy: Energy,
    prices: Tariffs,
    kwh: SlotVolumes | None = None,
    *,
    leaving: bool = True,
) -> Money:
    """Return everything in euros of one allocation; see `acc.accounts.assemble.money`."""
    return euros.money(scenario, exchange, allocation, energy, prices, appraise, kwh, leaving=leaving)


def alone_persons(
    scenario: Scenario,
    exchange: Exchange,
    need_kwh: FloatArray,
    taken_kwh: FloatArray,
    members: Sequence[MemberTariff],
    plan_years: PlanYears | None = None,
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person in a scenario that shares nothing.

    Args:
        need_kwh: what each participant withdraws, (N,); `taken_kwh` the same by slot, (N, S).
        members: tariffs of the participants as they share, whose slots these are.
        plan_years: those of the plan where dated changes tell them apart, nothing shared.
    """
    priced = tariffs_of(scenario, exchange, members)
    return euros.alone_persons(scenario, exchange, need_kwh, taken_kwh, priced, plan_years)
