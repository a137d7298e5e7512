"""`acc front`: euros against fairness."""

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.options import QUESTION_OPTIONS
from reports.terminal.parameters import option


@command(
    N_("Show what fairness costs: the most euros at each floor, keys beside.\n\nExample: acc front demo"),
    option("--points", click.IntRange(2, 200), N_("How many evenly spaced floors."), default=20),
    option("--draws", click.IntRange(0, 99), N_("Draws that try the points, 0: none."), default=4),
    option("--gini", bool, N_("Also against the Gini index (longer).")),
    option("--keep NAME", str, N_("Write a point as a variant of the folder, under this name.")),
    option("--point N", click.IntRange(1), N_("Number of the point to keep.")),
    option("--monthly", bool, N_("Points solved anew each month: judged too (longer), kept so.")),
    *QUESTION_OPTIONS,
)
def front(request: Request) -> CommandResult:
    """Solve the front; keep a point of it when asked."""
    from reports.studies.front.files import front_document, front_files
    from reports.studies.front.screen import front_nodes
    from scenarios.studies.front.run import front_folder

    solved, kept = front_folder(request.folder, **request.scenario, force=request.force, **request.more)
    written = request.write(front_files(solved, kept, request.key))
    return CommandResult(
        lambda: front_document(solved, kept), lambda: front_nodes(solved, kept, request.folder), written
    )
