"""The job that is measured: 40 participants, 3 plants, a year, invented; and the plain ways to do it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from acc.batch.sums import KeyForm, Needs, ProductiveSteps, Split, prorata_split
from acc.exchange import Exchange
from acc.steps import Steps, local_calendar

GROUPS = 5


@dataclass(frozen=True)
class Job:
    exchange: Exchange
    group: np.ndarray
    sheet: ProductiveSteps
    needs: Needs
    made_kwh: np.ndarray
    splits: dict[str, Split]


def job(members: int = 40, step_minutes: int = 30, seed: int = 1) -> Job:
    generator = np.random.default_rng(seed)
    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), step_minutes)
    calendar = local_calendar(steps)
    hour = calendar.minute / 60.0
    season = 1.0 + 0.5 * np.sin((calendar.month - 4) / 6.0 * np.pi)
    sun = np.maximum(0.0, np.sin((hour - 6.5) / 12.5 * np.pi)) * (hour > 6.5) * (hour < 19.0) * season
    made = sun[:, None] * generator.beta(2.0, 1.5, (steps.count, 3)) * np.array([36.0, 50.0, 20.0])
    size = np.exp(generator.normal(0.0, 0.8, members))
    need = (
        generator.gamma(2.0, 0.5, (steps.count, members))
        * size
        * (0.5 + (hour > 8.0) * (hour < 18.0))[:, None]
    )
    need *= 1.2 * made.sum() / need.sum()
    made *= members / 40.0
    need *= members / 40.0
    exchange = Exchange(steps, need, made * steps.hours, np.zeros_like(made))
    high = np.isin(calendar.month, (11, 12, 1, 2, 3))
    night = (hour < 6.0) | (hour >= 22.0)
    group = np.where(high, np.where(night, 1, 0), np.where(night, 3, 2)) + (calendar.month == 12)
    share = need.sum(axis=0) / need.sum()
    sheet = ProductiveSteps.of(exchange.production_kwh.sum(axis=1) > 0.0, group, GROUPS)
    return Job(
        exchange,
        group,
        sheet,
        Needs.of(sheet.take(need)),
        sheet.take(exchange.production_kwh),
        {
            "prorata": prorata_split(members),
            "static": Split(KeyForm.FIXED, share),
            "equal": Split(KeyForm.WEIGHTS, np.ones(members)),
            "static-redistributed": Split(KeyForm.WEIGHTS, share),
            "priority": Split(KeyForm.RANKS, np.arange(members) % 4.0),
            "price": Split(KeyForm.RANKS, np.arange(members) % 6.0),
        },
    )


def plain_received(split: Split, need: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """What one writes first in numpy: whole arrays, one step of thought after the other."""
    if split.form is KeyForm.FIXED:
        return np.minimum(split.number * pool[:, None], need)
    if split.form is KeyForm.WEIGHTS:
        return _plain_weights(split.number, need, pool)
    received, left = np.zeros_like(need), pool.copy()
    for rank in np.unique(split.number):
        columns = split.number == rank
        total = need[:, columns].sum(axis=1)
        part = np.where(total > 0.0, np.minimum(1.0, left / np.where(total > 0.0, total, 1.0)), 0.0)
        received[:, columns] = need[:, columns] * part[:, None]
        left = left - received[:, columns].sum(axis=1)
    return received


def _plain_weights(weight: np.ndarray, need: np.ndarray, pool: np.ndarray) -> np.ndarray:
    """Fill by sorting `need / weight`: the usual way to pour water."""
    order = np.argsort(need / weight, axis=1)
    sorted_need, sorted_weight = np.take_along_axis(need, order, 1), weight[order]
    served = np.cumsum(sorted_need, axis=1)
    open_weight = weight.sum() - np.cumsum(sorted_weight, axis=1)
    fills = served + open_weight * sorted_need / sorted_weight >= pool[:, None]
    last = np.where(fills.any(axis=1), fills.argmax(axis=1), need.shape[1])
    rows = np.arange(len(pool))
    before = np.where(last > 0, served[rows, np.maximum(last - 1, 0)], 0.0)
    weight_left = np.where(last > 0, open_weight[rows, np.maximum(last - 1, 0)], weight.sum())
    level = np.where(
        last < need.shape[1], (pool - before) / np.where(weight_left > 0, weight_left, 1.0), np.inf
    )
    return np.minimum(need, level[:, None] * weight)


def plain_sums(work: Job, factor: np.ndarray) -> dict[str, np.ndarray]:
    need = work.exchange.consumption_kwh * factor
    pool = work.exchange.production_kwh.sum(axis=1)
    found = {}
    for name, split in work.splits.items():
        received = plain_received(split, need, pool)
        found[name] = np.stack([received[work.group == g].sum(axis=0) for g in range(GROUPS)])
    return found


class Statement:
    """One participant at one step, as tools that hold Python objects keep it."""

    def __init__(self, step: int, member: int, consumption_kwh: float) -> None:
        self.step = step
        self.member = member
        self.consumption_kwh = consumption_kwh
        self.key = 0.0
        self.received_kwh = 0.0
        self.complement_kwh = 0.0


def objects_sums(work: Job, steps: int) -> dict[tuple[int, int], float]:
    """The default key step by step, an object for each participant and step, kept for the files to come."""
    kept: list[Statement] = []
    for t in range(steps):
        pool = float(work.exchange.production_kwh[t].sum())
        now = [Statement(t, n, float(c)) for n, c in enumerate(work.exchange.consumption_kwh[t])]
        total = sum(statement.consumption_kwh for statement in now)
        for statement in now:
            statement.key = statement.consumption_kwh / total if total else 0.0
        for statement in now:
            statement.received_kwh = min(statement.key * pool, statement.consumption_kwh)
            statement.complement_kwh = statement.consumption_kwh - statement.received_kwh
        kept += now
    sums: dict[tuple[int, int], float] = {}
    for statement in kept:
        place = (int(work.group[statement.step]), statement.member)
        sums[place] = sums.get(place, 0.0) + statement.received_kwh
    return sums


def pandas_rows(work: Job, steps: int) -> pd.DataFrame:
    """The default key with a function applied to each row, as one writes it first in pandas."""
    frame = pd.DataFrame(work.exchange.consumption_kwh[:steps])
    frame["pool"] = work.exchange.production_kwh[:steps].sum(axis=1)

    def share(row: pd.Series) -> pd.Series:
        need = row.drop("pool")
        total = need.sum()
        return need * min(1.0, row["pool"] / total) if total else need * 0.0

    received = frame.apply(share, axis=1)
    return received.groupby(work.group[:steps]).sum()
