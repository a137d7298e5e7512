"""Regulated and published figures: dated rows with their source, never numbers in code.

One CSV a subject in `scenarios/rates/`, all with the same columns, and two more where a figure is in
force for a known time: until when, and who knows the next one. A figure is asked for by name and date; a
date without a row is an error, a row older than its usual rhythm is a warning.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from gettext import gettext as _
from pathlib import Path

from acc.bills.tariffs import RateUsed
from acc.plan.another_power import PowerBounds
from acc.problem import InputError, Problem, refuse
from acc.result.rates import RateInForce, RatesInForce
from acc.rules.perimeter import PerimeterRules, QuotedFigure
from acc.scenario import Regime

FOLDER = Path(__file__).parents[1] / "rates"
COLUMNS = ("name", "in_force_from", "value", "unit", "reference", "confidence", "rhythm_months")
UNTIL = ("valid_until", "ask")
"""The columns of a table some rows of which are in force for a known time."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One row: a figure in force from a date until the next row of the same name.

    Attributes:
        value: in `unit`, as published; conversions happen in the code that asks.
        confidence: H (primary text or agreeing sources), M (one good source), L (weak), or + and - of these.
        rhythm_months: after how long a newer row is usually published; None when there is no rhythm.
        valid_until: the last day on which it is known to be in force; None when no end is known.
        ask: whom to ask for the figure after that day.
    """

    name: str
    in_force_from: date
    value: float
    unit: str
    reference: str
    confidence: str
    rhythm_months: int | None
    subject: str
    valid_until: date | None = None
    ask: str = ""

    @property
    def used(self) -> RateUsed:
        """The row as a result remembers it."""
        return RateUsed(
            name=self.name,
            value=self.value,
            unit=self.unit,
            in_force_from=self.in_force_from.isoformat(),
            reference=self.reference,
            confidence=self.confidence,
            valid_until=self.valid_until.isoformat() if self.valid_until else None,
            ask=self.ask,
        )

    def is_expired(self, on: date) -> bool:
        """Return whether `on` is after the last day on which this figure is known to be in force."""
        return self.valid_until is not None and on > self.valid_until

    def is_stale(self, on: date) -> bool:
        """Return whether a newer row should exist at `on`, by the usual rhythm of this figure."""
        if self.rhythm_months is None:
            return False
        months = (on.year - self.in_force_from.year) * 12 + on.month - self.in_force_from.month
        return months - (on.day < self.in_force_from.day) >= self.rhythm_months


class Rates:
    """Rows by name, newest last; immutable once read."""

    def __init__(self, rows: Iterable[Rate]) -> None:
        self._rows: dict[str, list[Rate]] = {}
        for row in sorted(rows, key=lambda r: (r.name, r.in_force_from)):
            self._rows.setdefault(row.name, []).append(row)

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure known, whatever its date."""
        return tuple(self._rows)

    @property
    def newest(self) -> date:
        """Date of the newest figure of all: what is known is read at it where a folder gives no date."""
        return max(row.in_force_from for rows in self._rows.values() for row in rows)

    @property
    def first_grid(self) -> date:
        """Date of the first network tariff known: no bill is made before it."""
        return min(rows[0].in_force_from for name, rows in self._rows.items() if name.startswith("turpe."))

    def at(self, name: str, on: date) -> Rate:
        """Return the row of `name` in force at `on`.

        Raises:
            InputError: an unknown name (with the nearest one), or no row yet in force at that date.
        """
        if name not in self._rows:
            near = get_close_matches(name, self._rows, n=1)
            hint = _("did you mean {near}?").format(near=near[0]) if near else ""
            raise InputError([Problem(name, _("no such figure in the rates. {hint}").format(hint=hint))])
        known = [row for row in self._rows[name] if row.in_force_from <= on]
        if not known:
            first = self._rows[name][0].in_force_from
            message = _("no figure in force on {on}: the first row starts on {first}")
            raise InputError([Problem(name, message.format(on=on, first=first))])
        return known[-1]

    def rows(self, name: str) -> tuple[Rate, ...]:
        """Return every row of `name`, oldest first; none when the name is unknown."""
        return tuple(self._rows.get(name, ()))

    def value(self, name: str, on: date) -> float:
        """Return the figure alone; see `at`."""
        return self.at(name, on).value

    def in_force(self, on: date, prefix: str = "") -> list[Rate]:
        """Return every row in force at `on` whose name starts with `prefix`, by name."""
        rows = []
        for name in self._rows:
            known = [row for row in self._rows[name] if row.in_force_from <= on]
            if known and name.startswith(prefix):
                rows.append(known[-1])
        return rows


@lru_cache(maxsize=4)
def read_rates(folder: Path = FOLDER) -> Rates:
    """Return every row of the CSV files of `folder`.

    Raises:
        InputError: each row that cannot be read, with its file and line.
    """
    rows: list[Rate] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                try:
                    rows.append(_rate(row, path.stem))
                except (KeyError, ValueError) as fault:
                    where = f"{path.name}, " + _("line {line}").format(line=line)
                    problems.append(Problem(where, _("unreadable row: {fault}").format(fault=fault)))
    refuse(problems)
    return Rates(rows)


def rates_in_force(on: date, prefix: str = "") -> RatesInForce:
    """Return the figures in force on a day whose name starts with `prefix`; none is no fault.

    Raises:
        InputError: a table that cannot be read.
    """
    rows = read_rates().in_force(on, prefix)
    in_force = (
        RateInForce(rate=r.used, subject=r.subject, is_stale=r.is_stale(on) or r.is_expired(on)) for r in rows
    )
    return RatesInForce(on=on, rates=tuple(in_force))


def _rate(row: dict[str, str], subject: str) -> Rate:
    until, ask = (row.get(name) or "" for name in UNTIL)
    if bool(until) != bool(ask):
        raise ValueError("valid_until, ask")
    return Rate(
        name=row["name"],
        in_force_from=date.fromisoformat(row["in_force_from"]),
        value=float(row["value"]),
        unit=row["unit"],
        reference=row["reference"],
        confidence=row["confidence"],
        rhythm_months=int(row["rhythm_months"]) if row.get("rhythm_months") else None,
        subject=subject,
        valid_until=date.fromisoformat(until) if until else None,
        ask=ask,
    )


PROCUREMENT, DISPENSE, GRANT = "legal.procurement.supplies", "legal.procurement.dispense", "legal.oa.grant"


def legal_figure(rates: Rates, name: str, on: date) -> QuotedFigure | None:
    """Return a figure of `legal.csv` on a day, None before its first row."""
    for row in rates.in_force(on, name):
        return QuotedFigure(row.value, row.reference, row.in_force_from, row.confidence)
    return None


@lru_cache(maxsize=8)
def perimeter_rules(rates: Rates, on: date) -> PerimeterRules:
    """Return the rules of `on`; a regime that did not exist yet has no figure.

    Raises:
        InputError: a date before the first text (arrêté of 21 November 2019).
    """
    rows = {row.name.removeprefix("perimeter_"): _figure(row) for row in rates.in_force(on, "perimeter_")}

    def required(name: str) -> QuotedFigure:
        return rows[name] if name in rows else _figure(rates.at(f"perimeter_{name}", on))

    return PerimeterRules(
        on=on,
        distance_km={Regime.KM_2: required("distance_2km")} | _by_regime(rows, "distance"),
        class_min=_by_regime(rows, "class_min"),
        class_max=rows.get("class_max"),
        power_mw=required("power"),
        power_zni_mw=required("power_zni"),
        power_epci_mw=rows.get("power_epci"),
        accise_site_mw=rows.get("accise_site_power"),
        margin_ratio=required("distance_margin"),
        same_place_km=required("same_place"),
    )


def _by_regime(rows: Mapping[str, QuotedFigure], name: str) -> dict[Regime, QuotedFigure]:
    return {regime: rows[f"{name}_{regime}"] for regime in Regime if f"{name}_{regime}" in rows}


def _figure(row: Rate) -> QuotedFigure:
    return QuotedFigure(row.value, row.reference, row.in_force_from, row.confidence)


IFER = "pv.ifer.threshold"
INJECTION = ("pv.injection.small-up-to", "pv.connection.hta-from")


def power_bounds(follow: tuple[str, ...], rates: Rates | None = None) -> PowerBounds:
    """Return the newest bounds, whatever the date of the run: what is stated stands on a side of them.

    Args:
        follow: figures of a plant that follow its power.
    """
    known = read_rates() if rates is None else rates
    injection = tuple(known.value(name, date.max) for name in INJECTION)
    return PowerBounds(follow, known.value(IFER, date.max), injection)
