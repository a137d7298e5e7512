"""The orders of the key `optimal` as a CSV of the folder: one line an order, one column a participant.

Prices are in EUR/kWh with all their digits: read again, they give the same kWh.
"""

import csv
import io
from collections import defaultdict
from gettext import gettext as _
from math import isfinite
from pathlib import Path

import numpy as np

from acc.keys.optimal import Orders
from acc.problem import InputError, Problem
from profiles.text.delimited import rows_of, text_lines
from scenarios.entry.columns.csv_tables import read_text

MONTH, WEIGHT = "month", "weight"
SUM_TOLERANCE = 1e-6
"""By how much the weights of a month may miss 1: a file written by hand."""


def orders_text(orders: Orders) -> str:
    """Return a CSV with a row a month: its weight, then a price for each participant, EUR/kWh."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow([MONTH, WEIGHT, *orders.participant_ids])
    for month, weight, extra in zip(orders.month, orders.weight, orders.extra_eur_per_kwh, strict=True):
        writer.writerow([month, repr(float(weight)), *(repr(float(price)) for price in extra)])
    return out.getvalue()


def read_orders(folder: Path, name: object) -> Orders:
    """Return the orders of a file of the folder.

    Raises:
        InputError: no such file, one outside the folder, and every line that cannot be understood.
    """
    text = str(name)
    if not isinstance(name, str) or Path(text).is_absolute() or ".." in Path(text).parts:
        raise InputError([Problem("key.file", _("{name} is outside the folder").format(name=text))])
    path = folder / text
    if not path.exists():
        message = _("no file {name} in {folder}").format(name=text, folder=folder)
        raise InputError([Problem("key.file", message)])
    rows = list(rows_of(text, text_lines(read_text(path)), ";"))
    return _orders(rows, text)


def _orders(rows: list[list[str]], name: str) -> Orders:
    head = [word.strip() for word in rows[0]] if rows else []
    if head[:2] != [MONTH, WEIGHT] or len(head) < 3 or len(set(head)) != len(head):
        message = _("the first line is expected as {head};ID;ID...").format(head=f"{MONTH};{WEIGHT}")
        raise InputError([Problem(name, message)])
    months, numbers, problems = [], [], []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        try:
            values = [float(cell) for cell in row[1:]]
        except ValueError:
            values = []
        if len(values) != len(head) - 1 or not all(map(isfinite, values)) or values[0] < 0.0:
            message = _("line {line}: a month or nothing, then {count} numbers are expected")
            problems.append(Problem(name, message.format(line=line, count=len(head) - 1)))
            continue
        months.append(row[0].strip())
        numbers.append(values)
    problems = problems or _weights_problems(months, [values[0] for values in numbers], name)
    if problems:
        raise InputError(problems)
    table = np.array(numbers)
    return Orders(tuple(head[2:]), tuple(months), table[:, 0], table[:, 1:])


def _weights_problems(months: list[str], weights: list[float], name: str) -> list[Problem]:
    sums: dict[str, float] = defaultdict(float)
    for month, weight in zip(months, weights, strict=True):
        sums[month] += weight
    message = _("the weights {month} sum to {total:g}: 1 is expected")
    problems = [
        Problem(name, message.format(month=month, total=total))
        for month, total in sums.items()
        if abs(total - 1.0) > SUM_TOLERANCE
    ]
    return problems or ([] if sums else [Problem(name, _("no order in it"))])
