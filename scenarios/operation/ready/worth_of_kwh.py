"""What a kWh shared at each step is worth, and the hours that would move it."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite

import numpy as np

from acc.accounts.assemble import volumes
from acc.bills.bill import BillTerms, option_gain_eur
from acc.bills.shared_worth import SharedWorth, shared_worth
from acc.bills.tariff_slots import SlotClock
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange
from acc.keys.prorata import Prorata
from acc.scenario import Scenario
from acc.settle import settle
from scenarios.operation.tariffs.price import tariffs_of


def worth_in(
    exchange: Exchange, tariffs: Tariffs, terms: BillTerms, clocks: Sequence[SlotClock]
) -> SharedWorth:
    """Value of a shared kWh at each step.

    Who takes the ACC option of the network tariff is counted as under the default key.

    Args:
        clocks: hours of each participant; none for those of the tariffs.
    """
    takers = np.zeros(len(tariffs.members), dtype=np.bool_)
    if terms.option_counted:
        kwh = volumes(exchange, settle(exchange, Prorata()), tariffs)
        takers = option_gain_eur(terms, kwh.consumption_kwh, kwh.received_kwh) > 0.0
    return shared_worth(terms, clocks or tariffs.clocks, tariffs.plants, exchange, takers)


def reformed_clocks_of(
    scenario: Scenario, tariffs: Tariffs | None, exchange: Exchange
) -> tuple[SlotClock, ...]:
    """Return the hours of each participant after the reform, none where they move no euro, or count.

    They change what a local kWh spares where supplier's prices, or the option of the TURPE, go by poste.
    """
    if tariffs is None or scenario.prices.off_peak_reform:
        return ()
    by_poste = any(len(set(filter(isfinite, m.supply_eur_per_kwh))) > 1 for m in tariffs.members)
    if not by_poste and tariffs.option_open is not True:
        return ()
    after = replace(scenario, prices=replace(scenario.prices, off_peak_reform=True))
    return tariffs_of(after, exchange).clocks
