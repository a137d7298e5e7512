"""Reads dated figures in the unit that the code wants, and remembers which ones, and what is missing."""

from collections.abc import Mapping
from datetime import date
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from acc.bills.rate_used import RateUsed
from acc.problem import InputError, Problem
from acc.units import CENTS, THOUSAND
from scenarios.rates.table import Rate, Rates

CONVERSIONS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "c€/kWh": ("EUR/kWh", 1.0 / CENTS),
        "EUR/MWh": ("EUR/kWh", 1.0 / THOUSAND),
        "EUR/kWh": ("EUR/kWh", 1.0),
        "EUR TTC/kWh": ("EUR TTC/kWh", 1.0),
        "EUR/kVA/yr": ("EUR/kVA/yr", 1.0),
        "EUR/kW/yr": ("EUR/kVA/yr", 1.0),
        "EUR/yr": ("EUR/yr", 1.0),
        "EUR/h": ("EUR/h", 1.0),
        "EUR": ("EUR", 1.0),
        "EUR/Wp": ("EUR/kWp", THOUSAND),
        "EUR TTC/Wp": ("EUR TTC/kWp", THOUSAND),
        "%": ("ratio", 1.0 / CENTS),
        "%/yr": ("ratio/yr", 1.0 / CENTS),
        "ratio": ("ratio", 1.0),
        "h/yr": ("h/yr", 1.0),
        "h": ("h", 1.0),
        "yr": ("yr", 1.0),
        "kWp": ("kWp", 1.0),
        "kVA": ("kVA", 1.0),
        "year": ("year", 1.0),
        "g/kWh": ("g/kWh", 1.0),
    }
)
"""Published unit -> unit of the core, and what to multiply by. The one place where rates are converted."""

NOT_PUBLISHED = ("DÉRIVÉ", "ESTIMÉ")
"""How a reference starts when its figure was worked out, not read."""


class RateReader:
    """The figures in force at one date; collects the rows used and every fault, raised once by `close`."""

    def __init__(self, rates: Rates, on: date) -> None:
        self.rates = rates
        self.on = on
        self.problems: list[Problem] = []
        self._used: dict[str, Rate] = {}

    def get(self, name: str, unit: str, *, noted: bool = True) -> float:
        """Return a figure in `unit`; nan when it is missing at the date, the fault being kept.

        A figure that may end up unused is not `noted` at once, but by `note`.
        """
        row = self._row(name, self.on)
        if row is None:
            return float("nan")
        if noted:
            self._used[name] = row
        return _converted(row, unit)

    def newest(self, name: str, unit: str) -> float:
        """Return the last figure whatever the date: a contract belongs to its own date, not to the run's."""
        self._used[name] = self.rates.at(name, date.max)
        return _converted(self._used[name], unit)

    def note(self, *names: str) -> None:
        """Count figures among those used."""
        self._used |= {name: self.rates.at(name, self.on) for name in names}

    def names(self, prefix: str) -> list[str]:
        """Return every known name that starts with `prefix`."""
        return [name for name in self.rates.names if name.startswith(prefix)]

    @property
    def used(self) -> tuple[RateUsed, ...]:
        """The rows read so far, by name."""
        return tuple(self._used[name].used for name in sorted(self._used))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on rows that are stale at the date, or that were worked out, not published."""
        stale = sorted({r.subject for r in self._used.values() if r.is_stale(self.on)})
        message = _("{subject}: the figures used are older than their usual rhythm; look for newer ones")
        worked_out = sum(row.reference.startswith(NOT_PUBLISHED) for row in self._used.values())
        return (
            *(message.format(subject=subject) for subject in stale),
            *([_worked_out(worked_out)] if worked_out else []),
        )

    def close(self) -> None:
        """Raise every fault met.

        Raises:
            InputError: figures missing at the date, and what callers added to `problems`.
        """
        if self.problems:
            raise InputError(self.problems)

    def _row(self, name: str, on: date) -> Rate | None:
        rows = self.rates.rows(name)
        if rows and rows[0].in_force_from <= on:
            return self.rates.at(name, on)
        self.problems += [fault for fault in _missing(name, rows, on) if fault not in self.problems]
        return None


def _missing(name: str, rows: tuple[Rate, ...], on: date) -> list[Problem]:
    if not rows:
        return [Problem(name, _("this figure is in no table of the rates"))]
    # One line for a whole table: a date before the first grid would give fifty of them.
    message = _("no figure in force on {on}: the first one starts on {first}; choose a later rates_on")
    return [Problem(f"rates/{rows[0].subject}.csv", message.format(on=on, first=rows[0].in_force_from))]


def _converted(row: Rate, unit: str) -> float:
    own, factor = CONVERSIONS[row.unit]
    if own != unit:
        raise ValueError(f"{row.name} is in {row.unit}, asked for in {unit}")
    return row.value * factor


def _worked_out(count: int) -> str:
    text = ngettext(
        "{count} figure in use was worked out, not read in its text: the sources tell which",
        "{count} figures in use were worked out, not read in their text: the sources tell which",
        count,
    )
    return text.format(count=count)
