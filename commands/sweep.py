"""`acc sweep`: many draws under every key."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.options import DRAWS, FOLDER, NO_CACHE, ON_WORKERS, OUT
from reports.terminal.parameters import option

if TYPE_CHECKING:
    from acc.result.sweep import SweepReport
    from acc.scenario import Scenario


@command(
    N_(
        "Draw weather, loads and prices many times, under every key; resumes where it stopped.\n\n"
        "Example: acc sweep demo --draws 200"
    ),
    FOLDER,
    option("--draws", DRAWS, N_("How many draws [those of operation.toml, or 200].")),
    option("--seed", click.IntRange(0), N_("Seed of the draws.")),
    *ON_WORKERS,
    OUT,
    NO_CACHE,
)
def sweep(request: Request) -> CommandResult:
    """Run every draw that is not yet written, then sum up."""
    from reports.studies.sweep.screen import sweep_nodes
    from scenarios.studies.sweep.kept import summary_document

    report, files, scenario = _draw(request, **request.more)
    return CommandResult(
        lambda: summary_document(report), lambda: sweep_nodes(report, files, scenario, request.folder)
    )


def _draw(request: Request, **choices: Any) -> tuple["SweepReport", list[Path], "Scenario"]:
    """Report of a sweep, its folder and pictures, and its scenario."""
    from reports.terminal.progress import counting
    from scenarios.studies.sweep.run import SweepChoices, sweep_folder

    with counting(quiet=request.quiet) as advance:
        choice = SweepChoices(use_cache=not request.no_cache, **choices)
        report, run = sweep_folder(request.folder, request.results, choice, request.progress, advance)
    from reports.studies.sweep.files import write_sweep

    need = run.plan.cases[0].context.consumption_kwh
    pictures = write_sweep(report, run.scenario, need, run.folder)
    return report, [run.folder, *pictures], run.scenario
