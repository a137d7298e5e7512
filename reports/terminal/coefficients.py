"""What a person reads of coefficient files and of the rates in force."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from pathlib import Path

from acc.bills.tariffs import RateUsed
from acc.grid_operator.reconciliation import Gap, MeterGap, Silence
from acc.i18n import N_
from acc.problem import Problem
from acc.result.files import FileCheck, Reconciled, WrittenCoefficients
from acc.result.rates import RatesInForce
from reports.format.labels import confidence
from reports.format.numbers import fr, long_date, short_date, unit
from reports.format.rate_labels import rate_title, rate_unit, rate_value
from reports.format.wording import sentence
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.terminal.blocks import text_table, warned, written_files

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


def written_nodes(written: WrittenCoefficients) -> list[Node]:
    """Return the files, and what rounding costs."""
    name = "coefficients-written" if written.is_needed else "coefficients-to-read"
    counts = {"decimals": written.decimals, "kwh": fr(written.lost.lost_kwh, 3)}
    filled = sentence(name, len(written.files), **counts)
    files = [Path(name) for name in written.files]
    return [Paragraph(filled, "lead"), *warned(written.notes), *written_files(files)]


def checks_nodes(checks: Sequence[FileCheck]) -> Iterator[Node]:
    """Yield the failures of each file, by line."""
    for check in checks:
        yield Heading(check.file)
        counts = {"steps": check.step_count, "participants": check.participant_count}
        holds = sentence("coefficient-file-holds", layout=check.layout or _("unknown"), **counts)
        yield Paragraph(f"  {holds}")
        for finding in check.findings:
            place = _("line {line}").format(line=finding.line) + ": " if finding.line else ""
            mark = "⚠" if finding.warning else "✗"
            yield Paragraph(f"  {mark} [{finding.rule}] {place}{finding.message}")
        if not check.findings:
            yield Paragraph("  " + _("every rule is respected"), tone="shared_dark")


def reconciliation_nodes(reconciled: Reconciled) -> Iterator[Node]:
    """Yield the gaps by meter, then the largest by day and class."""
    outcome, names = reconciled.reconciliation, reconciled.names
    real = outcome.real_gaps
    counts = {"count": len(outcome.gaps), "gaps": len(real)}
    yield Paragraph(sentence("returned-compared", key=reconciled.key, **counts), "lead")
    yield from warned(_silence_words(meter, names[meter.id]) for meter in outcome.silent)
    if outcome.by_meter:
        yield _meters_table(outcome.by_meter, names)
    if real:
        yield _gaps_table(real[:GAPS_SHOWN], names)
    if len(real) > GAPS_SHOWN:
        yield Paragraph(sentence("smaller-gaps-are-not", count=len(real) - GAPS_SHOWN), "note")
    yield from warned(_not_compared(outcome.problems))
    if (others := len({problem.message for problem in outcome.problems}) - PROBLEMS_SHOWN) > 0:
        yield Paragraph(sentence("other-reasons", count=others), tone="sun_text")


def _silence_words(meter: Silence, name: str) -> str:
    if meter.is_absent:
        return _("{name} ({prm}): nothing was returned").format(name=name, prm=meter.masked_prm)
    day = long_date(meter.first_day)
    text = "meter-silent-from" if meter.to_the_end else "meter-days-missing"
    return sentence(text, meter.missing_days, name=name, prm=meter.masked_prm, day=day)


def _meters_table(meters: Sequence[MeterGap], names: Mapping[str, str]) -> TextTable:
    return column_table(
        meters,
        RowColumn(_("Meter"), lambda meter: f"{names[meter.id]} ({meter.masked_prm})", "left"),
        RowColumn(_("Energy"), lambda meter: _(ENERGIES[meter.quantity]), "left"),
        RowColumn(_("Returned kWh"), lambda meter: fr(meter.returned_kwh, 1)),
        RowColumn(_("Simulated kWh"), lambda meter: fr(meter.simulated_kwh, 1)),
        RowColumn(_("Gap kWh"), lambda meter: fr(meter.gap_kwh, 1)),
    )


def _gaps_table(gaps: Sequence[Gap], names: Mapping[str, str]) -> TextTable:
    return column_table(
        gaps,
        RowColumn(_("Largest gaps"), lambda gap: names[gap.id], "left"),
        RowColumn(_("From"), lambda gap: long_date(gap.returned.first_day), "left"),
        RowColumn(_("To (excluded)"), lambda gap: long_date(gap.returned.end_day), "left"),
        RowColumn(_("Class"), lambda gap: gap.returned.slot or _("all"), "left"),
        RowColumn(_("Energy"), lambda gap: _(ENERGIES[gap.returned.quantity]), "left"),
        RowColumn(_("Gap"), lambda gap: unit(gap.gap_kwh, "kWh", 1)),
    )


def _not_compared(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield the reasons for uncompared values, without duplicates, with the place of the first."""
    first = {problem.message: problem.path for problem in reversed(problems)}
    text = _("{where}: {why} ({count} values not compared)")
    for message, count in Counter(problem.message for problem in problems).most_common(PROBLEMS_SHOWN):
        yield text.format(where=first[message], why=message, count=count)


def rates_nodes(rates: RatesInForce) -> list[Node]:
    """Return regulated figures in force, in the unit that they are published in."""
    heads = [_("Figure"), _("Value"), _("Unit"), _("Since"), _("Until"), _("Confidence"), _("Source")]
    rows = [
        (
            rate_title(row.rate.name),
            rate_value(row.rate.value, row.rate.unit),
            rate_unit(row.rate.unit),
            short_date(date.fromisoformat(row.rate.in_force_from)) + (" ⚠" if row.is_stale else ""),
            (short_date(date.fromisoformat(row.rate.valid_until)) if row.rate.valid_until else ""),
            confidence(row.rate.confidence),
            _source(row.rate),
        )
        for row in rates.rates
    ]
    text = _("Confidence: high, an official text; medium, one good source; low. ⚠: a newer one should exist.")
    table = replace(text_table(heads, rows, words=(0, 2, 3, 4, 5, 6)), note=text)
    return [Heading(_("Figures in force on {day}").format(day=long_date(rates.on))), table]


def _source(rate: RateUsed) -> str:
    """Return where a figure was read, and whom to ask for the next one of a figure that ends."""
    text = _("{reference}; for the next one, ask: {ask}")
    return text.format(reference=rate.reference, ask=rate.ask) if rate.ask else rate.reference
