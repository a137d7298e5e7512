"""The columns of the comparison of keys, as many as the terminal holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

from acc.fairness import fairness
from acc.result.result import KeyOutcome, Result
from reports.format.money import euros
from reports.format.numbers import fr, mwh, percent

GAP_WIDTH = 3
"""What rich puts between two columns of `table_of`."""


@dataclass(frozen=True, slots=True)
class KeysColumn:
    """A column of the keys: `keep` says how long it stays when the terminal gets narrow."""

    title: str
    justify: str
    keep: int
    cells: Sequence[str]
    measure: str = ""

    @property
    def width(self) -> int:
        """Room it needs; a text may fold."""
        natural = max(len(self.title), *(len(cell) for cell in self.cells))
        return max(8, natural) if self.justify == "right" else min(natural, 22)


def keys_columns(result: Result, keys: Sequence[KeyOutcome], width: int) -> list[KeysColumn]:
    """Return the columns of the keys that `width` holds, the most useful ones kept."""
    columns = [
        KeysColumn(_("Key"), "left", 9, [outcome.name for outcome in keys]),
        KeysColumn(_("Shared MWh"), "right", 9, [mwh(float(o.energy.received_kwh.sum())) for o in keys]),
        KeysColumn(_("Surplus MWh"), "right", 1, [mwh(float(o.energy.surplus_kwh.sum())) for o in keys]),
        *_fairness_columns(result, keys),
        *(_euro_columns(result, keys) if result.money is not None else ()),
    ]
    for least in range(1, 9):
        if sum(column.width for column in columns) + GAP_WIDTH * len(columns) <= width:
            break
        columns = [column for column in columns if column.keep > least]
    return columns


def _fairness_columns(result: Result, keys: Sequence[KeyOutcome]) -> list[KeysColumn]:
    found = [fairness(result.exchange, outcome.allocation) for outcome in keys]
    return [
        KeysColumn(_("Min"), "right", 6, [percent(f.min_ratio, 1) for f in found], "min_ratio"),
        KeysColumn(_("Gini"), "right", 5, [fr(f.gini, 3) for f in found], "gini"),
        KeysColumn(_("Jain"), "right", 3, [fr(f.jain, 3) for f in found], "jain"),
    ]


def _euro_columns(result: Result, keys: Sequence[KeyOutcome]) -> list[KeysColumn]:
    names = {p.id: p.name for p in result.scenario.participants}
    moneys = [outcome.money for outcome in keys]
    worst = [money.worst if money else None for money in moneys]
    return [
        KeysColumn(_("Saved €"), "right", 8, [euros(m.saving_eur_ht) if m else "–" for m in moneys]),
        KeysColumn(_("Lose"), "right", 4, [fr(len(m.losers)) if m else "–" for m in moneys]),
        KeysColumn(
            _("Worst member"),
            "left",
            2,
            [f"{names[w.id]} ({euros(w.saving_eur_ht)})" if w else "–" for w in worst],
        ),
    ]
