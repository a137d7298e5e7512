"""What a person reads of coefficient files: what was written, which rules a file breaks."""

from collections import Counter
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.grid_operator.coefficients import Lost
from acc.i18n import N_
from reports.format.numbers import fr, unit
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


def print_written(files: Sequence[Path], decimals: int, lost: Lost, notes: Sequence[str]) -> None:
    """Print the files, and what rounding costs."""
    out = console()
    message = _(
        "{count} coefficient files, {decimals} decimals. Lost by rounding: {kwh} kWh over the period."
    )
    out.print(message.format(count=len(files), decimals=decimals, kwh=fr(lost.kwh, 3)), style="bold")
    for note in notes:
        out.print(f"⚠ {note}", style="yellow")
    print_files(files)


def print_check(document: dict[str, Any]) -> None:
    """Print what one file breaks, by line; `document` is what `--json` prints."""
    out = console()
    out.print(document["file"], style="bold")
    holds = _("{steps} steps, {participants} meters, layout {layout}")
    out.print(
        "  "
        + holds.format(
            steps=document["step_count"],
            participants=document["participant_count"],
            layout=document["layout"] or _("unknown"),
        )
    )
    for finding in document["findings"]:
        place = _("line {line}").format(line=finding["line"]) + ": " if finding["line"] else ""
        mark = "⚠" if finding["warning"] else "✗"
        out.print(f"  {mark} [{finding['rule']}] {place}{finding['message']}")
    if not document["findings"]:
        out.print("  " + _("every rule is respected"), style="green")


def print_reconciliation(document: Mapping[str, Any]) -> None:
    """Print the gaps by meter, then the largest by day and class; `document` is what `--json` prints."""
    out, gaps = console(), document["gaps"]
    real = document["real_gaps"]
    message = _("{count} returned values compared with the key {key}, {gaps} gaps beyond rounding.")
    out.print(message.format(count=len(gaps), key=document["key"], gaps=len(real)), style="bold")
    if document["meters"]:
        out.print(_meters_table(document["meters"]))
    if real:
        names = {meter["id"]: meter["name"] for meter in document["meters"]}
        out.print(_gaps_table(real[:GAPS_SHOWN], names))
    if len(real) > GAPS_SHOWN:
        hidden = _("{count} smaller gaps are not shown: all of them with --json")
        out.print(hidden.format(count=len(real) - GAPS_SHOWN), style="dim")
    _print_problems(document["problems"])


def _meters_table(meters: Sequence[Mapping[str, Any]]) -> Any:
    table = table_of(
        (_("Meter"), "left"),
        (_("Energy"), "left"),
        (_("Returned kWh"), "right"),
        (_("Simulated kWh"), "right"),
        (_("Gap kWh"), "right"),
    )
    for meter in meters:
        name = f"{meter['name']} ({meter['prm']})"
        figures = (fr(meter[part], 1) for part in ("returned_kwh", "simulated_kwh", "gap_kwh"))
        energy = ENERGIES[meter["quantity"]]
        table.add_row(name, _(energy), *figures)
    return table


def _gaps_table(gaps: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> Any:
    table = table_of(
        (_("Largest gaps"), "left"),
        (_("From"), "left"),
        (_("To (excluded)"), "left"),
        (_("Class"), "left"),
        (_("Energy"), "left"),
        (_("Gap"), "right"),
    )
    for gap in gaps:
        energy = ENERGIES[gap["quantity"]]
        place = (gap["first_day"], gap["end_day"], gap["slot"] or _("all"), _(energy))
        table.add_row(names[gap["id"]], *place, unit(gap["gap_kwh"], "kWh", 1))
    return table


def _print_problems(problems: Sequence[Mapping[str, str]]) -> None:
    """Print why values could not be compared, each reason once, with the place of the first."""
    out, first = console(), dict[str, str]()
    for problem in problems:
        first.setdefault(problem["message"], problem["path"])
    counts = Counter(problem["message"] for problem in problems)
    for message, count in counts.most_common(PROBLEMS_SHOWN):
        text = _("{where}: {why} ({count} values not compared)")
        out.print("⚠ " + text.format(where=first[message], why=message, count=count), style="yellow")
    if len(counts) > PROBLEMS_SHOWN:
        text = _("{count} other reasons are not shown: all of them with --json")
        out.print(text.format(count=len(counts) - PROBLEMS_SHOWN), style="yellow")
