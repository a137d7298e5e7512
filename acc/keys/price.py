"""The most euros that a key can save: first those whose local kWh spares the most."""

from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, KeyParameters
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, shares_for
from acc.problem import InputError, Problem, refuse
from acc.settle import Past
from acc.sites import Participant
from acc.steps import Steps
from acc.water_filling import allocate_by_rank

SAME_PRICE_EUR_PER_KWH = 1e-6
"""Prices closer than this are the same price: a thousandth of a EUR/MWh."""


@dataclass(frozen=True, slots=True, eq=False)
class Price:
    """Ranks by what a local kWh spares, highest first; equal ones share by default (dynamique simple).

    Production 1, needs 0.4 at 110 EUR/MWh and 0.8 at 130: the second receives 0.8, the first 0.2. At each
    step the kWh go where they spare most, so no key with the same producers saves more.

    Attributes:
        ranks: rank of each participant under each pattern of prices, 0 first, shape (K, N).
        pattern: of each step of `steps`, shape (T,); None where prices never change.
    """

    ranks: IntArray
    pattern: IntArray | None = None
    steps: Steps | None = None

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N)."""
        need, pool = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
        if self.pattern is None or self.steps is None:
            return shares_for(allocate_by_rank(need.T, pool, self.ranks[0]).T, need, pool)
        pattern = self.pattern[self.steps.rows_of(exchange.steps)]
        received = np.empty_like(need)
        for index in np.unique(pattern):
            rows = pattern == index
            received[rows] = allocate_by_rank(need[rows].T, pool[rows], self.ranks[index]).T
        return shares_for(received, need, pool)


def build_price(parameters: KeyParameters, context: KeyContext) -> Price:
    """Return the key for what a kWh spares, or else for the energy price of each supply contract.

    Raises:
        InputError: a participant without price, or whose price changes with the hour while `context`
            does not say what a kWh spares at each step.
    """
    saving = spared_prices(context)
    if saving.ndim == 1:
        return Price(_ranks(saving)[None, :])
    row = np.arange(len(saving)) if context.saving_row is None else context.saving_row
    ranks, pattern = np.unique([_ranks(prices) for prices in saving], axis=0, return_inverse=True)
    return Price(ranks, pattern.ravel()[row], context.steps)


def spared_prices(context: KeyContext) -> FloatArray:
    """Avoided cost of a local kWh, else supply price, of each participant, (N,) or (R, N), EUR/kWh.

    Raises:
        InputError: a participant without price, or whose price by hour is not known step by step.
    """
    saving = context.saving_eur_per_kwh
    if saving is None:
        saving = np.array(_contract_prices(context.participants))
    unknown = np.flatnonzero(np.isnan(saving.reshape(-1, saving.shape[-1])).any(axis=0))
    if unknown.size:
        raise InputError([_no_price(context.participants[member]) for member in unknown])
    return saving


def _ranks(price_eur_per_kwh: FloatArray) -> IntArray:
    """Return 0 for the highest price, 1 for the next..."""
    rounded = np.round(price_eur_per_kwh / SAME_PRICE_EUR_PER_KWH).astype(np.int64)
    return np.unique(-rounded, return_inverse=True)[1].ravel()


def _contract_prices(participants: tuple[Participant, ...]) -> list[float]:
    prices, problems = [], []
    for participant in participants:
        contract = participant.contract.energy_eur_per_kwh
        if "all" in contract:
            prices.append(contract["all"])
        elif contract:
            message = _("its price changes with the hour: what a kWh spares at each step is needed")
            problems.append(Problem(f"key.price.{participant.id}", message))
        else:
            problems.append(_no_price(participant))
    refuse(problems)
    return prices


def _no_price(participant: Participant) -> Problem:
    message = _("no supply price: give supply_eur_per_mwh in participants.csv, or choose another key")
    return Problem(f"key.price.{participant.id}", message)


PRICE = KeyRule(
    name="price",
    title=N_("Highest bills first"),
    short=N_("dearest"),
    sentence=N_("Those who pay the most come first: the most savings, little equality."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(
        N_("those who pay as much as it does, or less"), false_word=N_("the price of its supply")
    ),
    build=build_price,
    reads_prices=True,
)
