"""What a bill says of a participant's load, beside the kWh of its year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBill:
    """What a bill of twelve months says of a load.

    Attributes:
        kwh_by_slot: by slot name (`hph`, `hch`, `hpb`, `hcb`, `pointe`, or `hp`, `hc`).
        kwh_by_month: by number of the month, 1 to 12; months that are not known are left out.
        start, end: first and last day that it covers.
        peak_kw: highest power reached.
    """

    kwh_by_slot: Mapping[str, float] = field(default_factory=dict)
    kwh_by_month: Mapping[int, float] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    peak_kw: float | None = None

    @property
    def total_kwh(self) -> float | None:
        """What the postes, else the twelve months, sum to; None where one of them is missing.

        >>> KeptBill(kwh_by_slot={"hp": 41_000.0, "hc": 21_000.0}).total_kwh
        62000.0
        """
        slots, months = self.kwh_by_slot, self.kwh_by_month
        if {"hp", "hc"} <= slots.keys() or {"hph", "hch", "hpb", "hcb"} <= slots.keys():
            return sum(slots.values())
        return sum(months.values()) if len(months) == MONTHS_OF_A_YEAR else None

    @property
    def shapes_the_load(self) -> bool:
        """Whether it says more than a total: a poste, a month or the highest power."""
        return bool(self.kwh_by_slot or self.kwh_by_month or self.peak_kw)
