"""Plays who wants the figures of homes that did not agree: from rows, and from whatever a file prints.

Two attacks. `isolates` is exact: rows and totals are sums of sites, and it asks whether any combination of
them is a figure of the hidden ones alone. `Attacker` reads texts, markup and cells, and tries what a patient
reader would: each figure, each difference of two, each total of a column less the rows that it likes.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

NUMBER = re.compile(r"(?<![\w#.,-])[-−]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[-−]?\d+(?:[.,]\d+)?")
LEAST_DIGITS = {"read": 3, "reckoned": 4}
"""Of a figure that betrays, read as it stands or had by differences: shorter ones coincide with anything."""


def isolates(
    rows: Iterable[Collection[int]], sites: int, hidden: Collection[int], *, total: bool = True
) -> bool:
    """Return whether some combination of rows and of the total holds hidden sites and nobody else.

    Args:
        rows: columns of the sites that each row sums, of every document together.
        sites: how many sites there are.
        hidden: columns of those whose figures nobody may know.
        total: whether the sum of all sites is known too; not where no document holds them all.
    """
    table = np.full((1, sites), float(total))
    for row in rows:
        table = np.vstack([table, np.isin(np.arange(sites), list(row))])
    open_ = [column for column in range(sites) if column not in hidden]
    # A combination that is nil on every open site, and is not nil: a rank that the open sites do not explain.
    return bool(np.linalg.matrix_rank(table) > np.linalg.matrix_rank(table[:, open_]))


def figures(text: str) -> list[tuple[float, int]]:
    """Return the figures of a text, French or English, with their decimals.

    >>> figures("1\u202f711 kWh, −26,5 €")
    [(1711.0, 0), (-26.5, 1)]
    """
    found = []
    for match in NUMBER.finditer(text):
        plain = re.sub(r"[ \u00a0\u202f]", "", match[0]).replace(",", ".").replace("−", "-")
        found.append((float(plain), len(plain.partition(".")[2])))
    return found


@dataclass
class Attacker:
    """What it looks for, and what it found.

    Attributes:
        secrets: figures by name, in the unit in which documents print them.
        least_digits: of a figure that betrays.
        found: the name of a secret and how it was had.
    """

    secrets: Mapping[str, float]
    least_digits: Mapping[str, int] = field(default_factory=lambda: LEAST_DIGITS)
    found: list[str] = field(default_factory=list)

    def try_figure(self, value: float, decimals: int, how: str, had: str = "read") -> None:
        """Compare a figure, as precise as it is printed, with each secret."""
        for name, secret in self.secrets.items():
            near = abs(abs(value) - abs(secret)) <= 0.5001 * 10.0**-decimals
            if near and abs(secret) * 10.0**decimals >= 10.0 ** (self.least_digits[had] - 1):
                self.found.append(f"{name} = {secret:.6g}: {how}")

    def read_text(self, text: str, where: str) -> None:
        """Try each figure of a text, of markup with its attributes."""
        for value, decimals in figures(text):
            self.try_figure(value, decimals, f"{value} in {where}")

    def read_column(self, values: Sequence[tuple[float, int]], where: str) -> None:
        """Try what a column gives: its greatest less all others, or all but one; differences of two."""
        if not 1 < len(values) < 20:
            return
        decimals = min(places for _value, places in values)
        total, *rows = sorted((value for value, _places in values), reverse=True)
        for left in range(2):
            for kept in combinations(range(len(rows)), left):
                rest = total - sum(row for place, row in enumerate(rows) if place not in kept)
                self.try_figure(rest, decimals, f"{total} less rows but {kept} in {where}", "reckoned")
        for first, second in combinations([value for value, _places in values], 2):
            self.try_figure(first - second, decimals, f"{first} - {second} in {where}", "reckoned")
