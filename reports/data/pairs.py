"""The kWh of each pair, from a plant to a participant, by month and by tariff slot, as a CSV for machines."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS
from acc.from_plants import from_plants
from acc.result.result import Result
from acc.steps import local_calendar
from reports.data import columns
from reports.data.rows import PairRow
from reports.data.table import Medium


def write_pairs(result: Result, file: BinaryIO) -> None:
    """Write one row a plant, participant and month (2026-01), then a slot (hph...) where euros are known.

    With a battery only slots are told: what it gives back at night has no plant of the same step.
    """
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in columns.PAIRS.shown(Medium.DATA))
    if result.storage is None:
        writer.writerows(_by_month(result))
    if result.money is not None and result.money.pair_by_slot_kwh is not None:
        writer.writerows(
            _rows(result, "slot", list(SLOTS), np.moveaxis(result.money.pair_by_slot_kwh, -1, 0))
        )
    out.detach()  # flushed; the file stays open for who gave it


def _by_month(result: Result) -> Iterator[list[object]]:
    months, group = np.unique(
        local_calendar(result.exchange.steps).day.astype("datetime64[M]"), return_inverse=True
    )
    sums = from_plants(result.exchange.production_kwh, result.allocation.finest_kwh, group, len(months))
    return _rows(result, "month", [str(month) for month in months], sums)


def _rows(result: Result, by: str, names: list[str], sums: FloatArray) -> Iterator[list[object]]:
    plants, members = result.scenario.plants, result.scenario.participants
    values = [columns.PAIRS.reader(column) for column in columns.PAIRS.shown(Medium.DATA)]
    for name, of_plants in zip(names, sums, strict=True):
        for plant, kwh in zip(plants, of_plants.tolist(), strict=True):
            for member, of_pair in zip(members, kwh, strict=True):
                row = PairRow(plant.id, member.id, by, name, of_pair)
                yield [value(row) for value in values]
