"""The floor held month by month, as a PMO can: with its meters, what was received, and years drawn before.

At the end of a month its meters are known and its coefficients are not sent yet: the split of this month is
chosen together with the months still to come, which the training years stand for, so that by the end of the
year each one has what the floor promises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.shared_worth import SharedWorth
from acc.exchange import Exchange
from acc.grid_operator.coefficients import month_rows
from acc.keys.optimal import Orders
from acc.water_filling import divided
from scenarios.operation.fair_front.ground import Ground, ground_of, stacked
from scenarios.operation.fair_front.passes import Passes
from scenarios.operation.fair_front.search import FrontSearch


@dataclass(frozen=True, slots=True, eq=False)
class MeteredYear:
    """One period, whole and month by month (the name of each month, "2026-07")."""

    exchange: Ground
    months: tuple[str, ...]
    by_month: tuple[Ground, ...]


def year_of(exchange: Exchange, worth: SharedWorth) -> MeteredYear:
    """Return a period as the monthly form needs it."""
    months = month_rows(exchange.steps)
    grounds = [
        ground_of(exchange.part(rows.start, rows.stop), SharedWorth(worth.everyone[rows], worth.paid[rows]))
        for _day, rows in months
    ]
    return MeteredYear(
        ground_of(exchange, worth), tuple(f"{day:%Y-%m}" for day, _rows in months), tuple(grounds)
    )


def monthly_orders(
    year: MeteredYear, training: Sequence[MeteredYear], need_ratio: FloatArray, ids: tuple[str, ...]
) -> Orders:
    """Return the orders of each month, each solved once its own meters are known.

    Args:
        training: years that stand for the months to come; the last months need them less and less.
        need_ratio: what each is promised over the whole period, (N,).
    """
    so_far, months, weights, extras = np.zeros(len(ids)), [], [], []
    spent = np.zeros(len(ids))
    for m, ground in enumerate(year.by_month):
        to_come = [other.by_month[later] for other in training for later in range(m + 1, len(year.months))]
        shares = [1.0 / len(training)] * len(to_come) if training else []
        joint = stacked([ground, *to_come], [1.0, *shares])
        demand = spent + joint.demand_kwh
        search = FrontSearch(
            replace(joint, fixed_kwh=joint.fixed_kwh + so_far, demand_kwh=demand), levels=need_ratio
        )
        split = search.split(need_ratio)
        months += [year.months[m]] * len(split.weight)
        weights.append(split.weight)
        extras.append(split.extra_eur_per_kwh)
        so_far = so_far + received_kwh(ground, split.weight, split.extra_eur_per_kwh)[0]
        spent = spent + ground.demand_kwh
    return Orders(ids, tuple(months), np.concatenate(weights), np.vstack(extras))


def received_kwh(ground: Ground, weight: FloatArray, extra: FloatArray) -> tuple[FloatArray, float]:
    """Energy of each member under a mixture of orders, kWh, and euros of all, fixed part included."""
    passes = Passes(ground)
    received = [passes.pour(row) for row in extra]
    kwh = weight @ np.array([solution.received_kwh for solution in received]) + ground.fixed_kwh
    return kwh, float(weight @ np.array([solution.eur for solution in received])) + ground.fixed_eur


def under_orders(year: MeteredYear, orders: Orders) -> tuple[FloatArray, float]:
    """Return the coverage of each over a year under the orders of each month, and the euros of everybody."""
    named = np.array(orders.month)
    kwh, eur = np.zeros(len(orders.participant_ids)), 0.0
    for month, ground in zip(year.months, year.by_month, strict=True):
        rows = named == month if month in orders.month else named == ""
        more, gained = received_kwh(ground, orders.weight[rows], orders.extra_eur_per_kwh[rows])
        kwh, eur = kwh + more, eur + gained
    return divided(kwh, year.exchange.demand_kwh), eur
