"""A point of the front of fairness as a key: a few orders of the members, mixed in fixed proportions."""

from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, KeyFile, KeyParameters, row_sums
from acc.exchange import Exchange
from acc.i18n import N_
from acc.keys.price import spared_prices
from acc.keys.rule import EnedisType, KeyContext, KeyRule, Rewards, shares_for, unknown_name
from acc.problem import InputError, Problem, refuse
from acc.settle import Past
from acc.steps import Steps, local_calendar
from acc.water_filling import SAME_PRICE_EUR_PER_KWH, allocate_by_rank, ranks_of, round_to_units, row_numbers

EVERY_MONTH = ""
"""Name of the orders that hold for all months that have none of their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Orders(KeyFile):
    """What a study found: orders of the members, how they are mixed, for a month or for all.

    Attributes:
        participant_ids: in the order of the last axis of `extra_eur_per_kwh`.
        month: of each order, "2026-07", or "" for every month, (J,).
        weight: of each order, summing to 1 in each month, (J,).
        extra_eur_per_kwh: what each order adds to the worth of a kWh at each member, (J, N).
    """

    participant_ids: tuple[str, ...]
    month: tuple[str, ...]
    weight: FloatArray
    extra_eur_per_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Optimal:
    """`received = sum of weight_j x (served in the order of worth + extra_j)` (dynamique simple).

    Production 1, needs 0.4 and 0.8; the first order serves the first one first (0.4 and 0.6), the second the
    other (0.2 and 0.8); mixed half and half they receive 0.3 and 0.7. Who is at or below 0 in an order is
    not served by it: its kWh bring more as surplus. Equal ones share as the default key does.

    Attributes:
        ranks: of each order under each pattern of prices, (J, K, N), -1 for who is not served.
        pattern: of each step of `steps`, (T,); None where prices never change.
        month: of each order; "" for every month.
    """

    ranks: IntArray
    weight: FloatArray
    month: tuple[str, ...]
    pattern: IntArray | None = None
    steps: Steps | None = None

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        """Return the coefficients, shape (T, N)."""
        need, pool = exchange.consumption_kwh, row_sums(exchange.production_kwh)
        # Where nothing is produced the coefficients follow the needs: a file then says 100 % at each step.
        received = np.where((pool > 0.0)[:, None], 0.0, need)
        pattern = np.zeros(len(pool), dtype=np.int64)
        if self.pattern is not None and self.steps is not None:
            pattern = self.pattern[self.steps.rows_of(exchange.steps)]
        for month, rows in self._months(exchange.steps):
            orders = [j for j, name in enumerate(self.month) if name == month]
            lit = rows & (pool > 0.0)
            for number in np.unique(pattern[lit]):
                here = np.flatnonzero(lit & (pattern == number))
                received[here] = self._mixed(need[here], pool[here], orders, int(number))
        return shares_for(received, need, pool)

    def _mixed(self, need: FloatArray, pool: FloatArray, orders: list[int], pattern: int) -> FloatArray:
        mixed = np.zeros(need.shape[::-1])
        for order in orders:
            rank = self.ranks[order, pattern]
            served = need.T if (rank >= 0).all() else np.where(rank[:, None] >= 0, need.T, 0.0)
            mixed += self.weight[order] * allocate_by_rank(served, pool, np.maximum(rank, 0))
        return mixed.T

    def _months(self, steps: Steps) -> list[tuple[str, np.ndarray]]:
        """Return the months of a block that have orders of their own, and the rows of each; then the rest."""
        if set(self.month) == {EVERY_MONTH}:
            return [(EVERY_MONTH, np.ones(steps.count, dtype=np.bool_))]
        month = local_calendar(steps).day.astype("datetime64[M]").astype(str)
        name = np.where(np.isin(month, self.month), month, EVERY_MONTH)
        return [(str(value), name == value) for value in np.unique(name)]


def build_optimal(parameters: KeyParameters, context: KeyContext) -> Optimal:
    """Return the key for the `orders` of a file, in the worth of a kWh of `context`.

    Raises:
        InputError: no orders, a participant that they do not name, one that is unknown, unknown prices.
    """
    given = parameters.get("orders")
    if not isinstance(given, Orders):
        message = _("the orders of a study are expected: acc front DIR --keep NAME --point N writes them")
        raise InputError([Problem("key.file", message)])
    ids = [participant.id for participant in context.participants]
    missing = _("no order names it: make the front again with it, acc front DIR --keep NAME --point N")
    problems = [Problem(f"key.file.{name}", missing) for name in ids if name not in given.participant_ids]
    known = {*ids, *context.inactive_ids}
    problems += [
        Problem("key.file", unknown_name(name, ids)) for name in given.participant_ids if name not in known
    ]
    refuse(problems)
    extra = given.extra_eur_per_kwh[:, [given.participant_ids.index(name) for name in ids]]
    worth, row = context.worth_eur_per_kwh, None
    if worth is None:
        worth, row = spared_prices(context), context.saving_row
    if worth.ndim == 1:
        return Optimal(_ranks(worth[None, :], extra), given.weight, given.month)
    _values, firsts, priced = np.unique(_rounded(worth), return_index=True, return_inverse=True)
    ranks = _ranks(worth[firsts], extra)
    # Prices of a market differ at every step, the orders they make hardly: same orders go together.
    _orders, chosen, same = np.unique(
        row_numbers(np.hstack(list(ranks))), return_index=True, return_inverse=True
    )
    pattern = same.ravel()[priced.ravel()]
    pattern = pattern if row is None else pattern[row]
    return Optimal(ranks[:, chosen], given.weight, given.month, pattern, context.steps)


def _rounded(worth: FloatArray) -> IntArray:
    """Return a number for each row of prices; prices within a nano-euro are the same."""
    return row_numbers(round_to_units(worth, SAME_PRICE_EUR_PER_KWH))


def _ranks(worth: FloatArray, extra: FloatArray) -> IntArray:
    return np.stack([ranks_of(worth + row) for row in extra])


OPTIMAL = KeyRule(
    name="optimal",
    title=N_("Between euros and equality"),
    short=N_("compromise"),
    sentence=N_("The most savings, the worst served receiving at least the chosen part."),
    enedis=EnedisType.SIMPLE,
    rewards=Rewards(
        N_("those whom the orders put with it or after; the front is to be made anew"),
        false_word=N_("the price of its supply"),
    ),
    build=build_optimal,
    parameters=("file", "orders", "floor_ratio", "monthly"),
    wastes_nothing=False,
    reads_prices=True,
)
