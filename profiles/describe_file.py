"""What a file is, for a person who was just sent it: a load curve, several, or a weather file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.i18n import decimal, each_value, grouped, long_day, semicolons
from acc.problem import Collecting, Problem
from acc.sites import masked_prm
from profiles.curves.facts import QualityReport, grade_of
from profiles.curves.formats import FORMATS
from profiles.curves.formats.base import ReadOptions
from profiles.curves.read import Curve, curve_reference, read_curves
from profiles.curves.resample import local_text
from profiles.files.open_file import masked_name
from profiles.weather.read import WeatherSummary, describe_weather


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedCurve:
    """What one series of a file is.

    Attributes:
        column: its name in the file, meter numbers masked.
        title: the format found, already translated.
        first, last: local time of the start of the first interval and of the end of the last one.
        energy_kwh: sum of the file's own values.
        hole_hours, missing_rows: time between rows that the file skips or leaves blank; blank rows alone.
        report: measures and grade.
        proposal: the line to start from in participants.csv, with its header; None for a production.
        notes: what was found and done, already translated.
    """

    column: str
    title: str
    format: str
    kind: str
    prm: str
    unit: str
    first: str
    last: str
    rows: int
    energy_kwh: float
    is_normalised: bool
    hole_hours: float
    missing_rows: int
    estimated_rows: int
    report: QualityReport
    proposal: tuple[str, str] | None
    notes: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """What to say of it, ten lines at most, already translated."""
        report = self.report
        steps = ", ".join(each_value(minutes) for minutes in report.steps_minutes)
        reasons = semicolons(report.reasons)
        graded = _("Grade {grade}: {reasons}.") if reasons else _("Grade {grade}.")
        texts = [
            _("{title}, {kind}, values in {unit}").format(
                title=self.title, kind=_kind(self.kind), unit=self.unit
            ),
            _("Meter: {prm}").format(prm=self.prm) if self.prm else "",
            _("From {first} to {last}, {rows} rows: {steps}").format(
                first=_moment(self.first), last=_moment(self.last), rows=grouped(self.rows), steps=steps
            ),
            self._energy(),
            _("Highest power: {peak} kW").format(peak=decimal(report.peak_kw, 1)),
            self._gaps(),
            graded.format(grade=report.grade, reasons=reasons),
            _("Done: {notes}").format(notes=semicolons(self.notes)) if self.notes else "",
            self._proposed(),
        ]
        return tuple(line for line in texts if line)

    def _energy(self) -> str:
        """Energy of the file, and yearly estimate where its length is not a year, in words."""
        energy, yearly = _kwh(self.energy_kwh), self.report.yearly_kwh
        if yearly is None:
            return _("{energy} in all, less than a year").format(energy=energy)
        if _kwh(yearly) == energy:
            return _("{energy} in a year").format(energy=energy)
        return _("{energy} in all, {year} a year").format(energy=energy, year=_kwh(yearly))

    def _gaps(self) -> str:
        """Missing, double and estimated values, in words; also when there are none."""
        hours = decimal(self.hole_hours, 1)
        counts = (
            (self.hole_hours, _("{count} h of holes"), hours),
            (self.missing_rows, _("blank rows: {count}"), str(self.missing_rows)),
            (self.report.doubles, _("doubles: {count}"), str(self.report.doubles)),
            (self.estimated_rows, _("estimated values: {count}"), str(self.estimated_rows)),
        )
        gaps = [text.format(count=shown) for count, text, shown in counts if count]
        if not gaps:
            return _("Complete: no hole, no double, no estimated value.")
        return _("Incomplete: {gaps}.").format(gaps=semicolons(gaps))

    def _proposed(self) -> str:
        """Proposed cells for the table of the sites, in words."""
        if self.proposal is None:
            return ""
        columns, line = (part.split(";") for part in self.proposal)
        cells = [
            _("“{column}”: {value}").format(column=column, value=value)
            for column, value in list(zip(columns, line, strict=True))[1:]
        ]
        return _("In the table of the sites, {columns}").format(columns=semicolons(cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a file is: its curves, or its weather; the other one is empty."""

    name: str
    curves: tuple[LookedCurve, ...] = ()
    weather: WeatherSummary | None = None


def lines_of(looked: Looked) -> tuple[tuple[str, ...], ...]:
    """Lines of description of a file, one block per curve, ten lines at most each."""
    if looked.weather is not None:
        return (_weather_lines(looked.weather),)
    return tuple(curve.lines for curve in looked.curves)


def _moment(text: str) -> str:
    """Return a local time in words: "1 January 2025", with the hour where it is not midnight."""
    day, hour = text.split(" ")
    words = long_day(date.fromisoformat(day))
    return words if hour == "00:00" else f"{words} {hour}"


def _weather_lines(weather: WeatherSummary) -> tuple[str, ...]:
    place = weather.position
    period = (
        _("Typical year")
        if weather.first is None
        else _("From {first} to {last} (UTC)").format(first=weather.first, last=weather.last)
    )
    texts = [
        _("{title}: a weather file").format(title=weather.title),
        _("Place: {latitude:.3f} N, {longitude:.3f} E").format(
            latitude=place.latitude_deg, longitude=place.longitude_deg
        )
        if place
        else "",
        _("{period}, {hours} hours, step {step} min").format(
            period=period, hours=weather.hours, step=weather.step_minutes
        ),
        _("Sunshine: {ghi:.0f} kWh/m2 a year on the horizontal; mean temperature {celsius:.1f} C").format(
            ghi=weather.ghi_kwh_per_m2, celsius=weather.mean_temp_air_c
        ),
        *weather.notes,
        weather.reference,
        _("In operation.toml: [weather], source = the name of this file, put into curves/"),
    ]
    return tuple(line for line in texts if line)


def look(path: Path, options: ReadOptions | None = None) -> Looked:
    """Read and describe a file; options may follow its name: `curve.csv?clock=utc&unit=W`.

    Raises:
        InputError: every fault of the file; no known load curve nor weather.
    """
    query = ""
    if options is None and not path.exists():
        query = path.name.partition("#")[0].partition("?")[2]
        path, _column, options = curve_reference(path.name, path.parent)
    weather = describe_weather(path) if path.is_file() else None
    name = masked_name(path.name)
    if weather is not None:
        return Looked(name=name, weather=weather)
    curves = read_curves(path, options=options)
    return Looked(
        name=name,
        curves=tuple(_looked(curve, path, query, alone=len(curves) == 1) for curve in curves.values()),
    )


def look_at_all(paths: Iterable[Path]) -> tuple[list[Looked], list[Problem]]:
    """Descriptions of the readable files, and problems of the others."""
    looked: list[Looked] = []
    problems: list[Problem] = []
    for path in paths:
        with Collecting(problems):
            looked.append(look(path))
    return looked, problems


def _looked(curve: Curve, path: Path, query: str, *, alone: bool) -> LookedCurve:
    titles = {known.name: known.title for known in FORMATS}
    return LookedCurve(
        column=masked_name(curve.column),
        title=_(titles[curve.format]),
        format=curve.format,
        kind=curve.kind,
        prm=masked_prm(curve.prm),
        unit=curve.unit,
        first=local_text(curve.starts_utc[0]),
        last=local_text(curve.ends_utc[-1]),
        rows=curve.energy_kwh.size,
        energy_kwh=float(np.nansum(curve.energy_kwh)),
        is_normalised=curve.is_normalised,
        hole_hours=curve.hole_minutes / 60.0,
        missing_rows=int(np.isnan(curve.energy_kwh).sum()),
        estimated_rows=int(curve.estimated.sum()),
        report=grade_of(curve),
        proposal=_proposal(curve, path, query, alone=alone),
        notes=curve.notes,
    )


def _proposal(curve: Curve, path: Path, query: str, *, alone: bool) -> tuple[str, str] | None:
    """Return the header and the line of participants.csv; a meter by its last digits only.

    What was said after the name of the file is said there again: without it the curve would be another one.

    What the site is (`kind`) cannot be read in a curve: it is left to whoever fills the table.
    """
    if curve.kind == "production":
        return None
    column = curve.column if masked_name(curve.column) == curve.column else curve.column[-4:]
    reference = masked_name(path.name) + (f"?{query}" if query else "") + ("" if alone else f"#{column}")
    site = "".join(c if c.isalnum() else "-" for c in path.stem.lower() if c.isascii()).strip("-")
    site = "site" if masked_name(path.stem) != path.stem or not site else site
    if curve.is_normalised:
        return "id;curve;annual_kwh", f"{site};{reference};100000"
    return "id;curve", f"{site};{reference}"


def _kwh(energy_kwh: float) -> str:
    digits = 0 if energy_kwh >= 100.0 else 2
    return f"{energy_kwh:,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}") + "\N{NO-BREAK SPACE}kWh"


def _kind(kind: str) -> str:
    return _("consumption") if kind == "consumption" else _("production")
