"""What a person reads of coefficient files: what was written, which rules a file breaks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from rich.table import Table

from acc.grid_operator.reconciliation import Gap, MeterGap
from acc.grid_operator.silence import Silence
from acc.i18n import N_
from acc.problem import Problem
from acc.result.coefficients import FileCheck, Reconciled, WrittenCoefficients
from reports.format.numbers import fr, long_date, unit
from reports.terminal.console import console, print_files, table_of

ENERGIES: Mapping[str, str] = {
    "cons": N_("withdrawn"),
    "prod": N_("injected"),
    "autocons": N_("local energy"),
    "surplus": N_("surplus"),
    "complement": N_("complement"),
}
"""How each returned energy is named to people."""

GAPS_SHOWN = 20
PROBLEMS_SHOWN = 10


def print_written(written: WrittenCoefficients) -> None:
    """Print the files, and what rounding costs."""
    out = console()
    message = ngettext(
        "{count} coefficient file, {decimals} decimals. Lost by rounding: {kwh} kWh over the period.",
        "{count} coefficient files, {decimals} decimals. Lost by rounding: {kwh} kWh over the period.",
        len(written.files),
    )
    if not written.is_needed:
        message = ngettext(
            "{count} coefficient file, to read only.",
            "{count} coefficient files, to read only.",
            len(written.files),
        )
    filled = message.format(count=len(written.files), decimals=written.decimals, kwh=fr(written.lost.kwh, 3))
    out.print(filled, style="bold")
    for note in written.notes:
        out.print(f"⚠ {note}", style="yellow")
    print_files([Path(name) for name in written.files])


def print_check(check: FileCheck) -> None:
    """Print what one file breaks, by line."""
    out = console()
    out.print(check.file, style="bold")
    holds = _("{steps} steps, {participants} meters, layout {layout}")
    out.print(
        "  "
        + holds.format(
            steps=check.step_count,
            participants=check.participant_count,
            layout=check.layout or _("unknown"),
        )
    )
    for finding in check.findings:
        place = _("line {line}").format(line=finding.line) + ": " if finding.line else ""
        mark = "⚠" if finding.warning else "✗"
        out.print(f"  {mark} [{finding.rule}] {place}{finding.message}")
    if not check.findings:
        out.print("  " + _("every rule is respected"), style="green")


def print_reconciliation(found: Reconciled) -> None:
    """Print the gaps by meter, then the largest by day and class."""
    out, outcome = console(), found.reconciliation
    real = outcome.real_gaps
    message = _("{count} returned values compared with the key {key}, {gaps} gaps beyond rounding.")
    out.print(message.format(count=len(outcome.gaps), key=found.key, gaps=len(real)), style="bold")
    for meter in outcome.silent:
        out.print("⚠ " + _silence_words(meter, found.names[meter.id]), style="yellow")
    if outcome.by_meter:
        out.print(_meters_table(outcome.by_meter, found.names))
    if real:
        out.print(_gaps_table(real[:GAPS_SHOWN], found.names))
    if len(real) > GAPS_SHOWN:
        hidden = _("{count} smaller gaps are not shown: all of them with --json")
        out.print(hidden.format(count=len(real) - GAPS_SHOWN), style="dim")
    _print_problems(outcome.problems)


def _silence_words(meter: Silence, name: str) -> str:
    if meter.is_absent:
        return _("{name} ({prm}): nothing was returned").format(name=name, prm=meter.masked_prm)
    text = ngettext(
        "{name} ({prm}): {count} day missing, on {day}",
        "{name} ({prm}): {count} days missing, the first on {day}",
        meter.missing_days,
    )
    if meter.to_the_end:
        text = ngettext(
            "{name} ({prm}): silent from {day} on, {count} day",
            "{name} ({prm}): silent from {day} on, {count} days",
            meter.missing_days,
        )
    day = long_date(meter.first_day)
    return text.format(name=name, prm=meter.masked_prm, day=day, count=meter.missing_days)


def _meters_table(meters: Sequence[MeterGap], names: Mapping[str, str]) -> Table:
    table = table_of(
        (_("Meter"), "left"),
        (_("Energy"), "left"),
        (_("Returned kWh"), "right"),
        (_("Simulated kWh"), "right"),
        (_("Gap kWh"), "right"),
    )
    for meter in meters:
        name = f"{names[meter.id]} ({meter.masked_prm})"
        figures = (fr(kwh, 1) for kwh in (meter.returned_kwh, meter.simulated_kwh, meter.gap_kwh))
        energy = ENERGIES[meter.quantity]
        table.add_row(name, _(energy), *figures)
    return table


def _gaps_table(gaps: Sequence[Gap], names: Mapping[str, str]) -> Table:
    table = table_of(
        (_("Largest gaps"), "left"),
        (_("From"), "left"),
        (_("To (excluded)"), "left"),
        (_("Class"), "left"),
        (_("Energy"), "left"),
        (_("Gap"), "right"),
    )
    for gap in gaps:
        value = gap.returned
        energy, days = ENERGIES[value.quantity], (long_date(value.first_day), long_date(value.end_day))
        place = (*days, value.slot or _("all"), _(energy))
        table.add_row(names[gap.id], *place, unit(gap.gap_kwh, "kWh", 1))
    return table


def _print_problems(problems: Sequence[Problem]) -> None:
    """Print why values could not be compared, each reason once, with the place of the first."""
    out, first = console(), dict[str, str]()
    for problem in problems:
        first.setdefault(problem.message, problem.path)
    counts = Counter(problem.message for problem in problems)
    for message, count in counts.most_common(PROBLEMS_SHOWN):
        text = _("{where}: {why} ({count} values not compared)")
        out.print("⚠ " + text.format(where=first[message], why=message, count=count), style="yellow")
    if len(counts) > PROBLEMS_SHOWN:
        text = _("{count} other reasons are not shown: all of them with --json")
        out.print(text.format(count=len(counts) - PROBLEMS_SHOWN), style="yellow")
