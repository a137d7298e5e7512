"""What a person reads of coefficient files: what was written, which rules a file breaks."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.coefficients import Lost
from reports.format import fr
from reports.terminal import console, print_files


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
