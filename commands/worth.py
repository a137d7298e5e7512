"""`acc worth`: sharing compared with its alternatives."""

from functools import partial

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.options import DETAILS, QUESTION_OPTIONS
from reports.terminal.parameters import option
from reports.terminal.today import today


@command(
    N_("Say whether sharing is worth it beside own use, sale, nothing...\n\nExample: acc worth demo"),
    option("--draws", click.IntRange(2, 10_000), N_("How many draws."), default=200),
    option("--ppa EUR/MWH", click.FloatRange(0.0), N_("Price of a long-term purchase contract.")),
    option("--brief", bool, N_("Make its page of the brief too, PDF and PNG.")),
    DETAILS,
    *QUESTION_OPTIONS,
)
def worth(request: Request) -> CommandResult:
    """Compare sharing with its alternatives on the same draws."""
    from reports.studies.worth.files import worth_document, worth_files
    from reports.studies.worth.screen import worth_nodes, worth_summary
    from scenarios.studies.worth.run import worth_folder

    draws, ppa = request["draws"], request["ppa"]
    ways = worth_folder(request.folder, draws=draws, ppa_eur_per_mwh=ppa, **request.scenario)
    files = worth_files(ways, request.key, request.results, day=today().isoformat(), **request.more)
    written = request.write(files)
    nodes, short = (partial(build, ways, request.folder) for build in (worth_nodes, worth_summary))
    return CommandResult(lambda: worth_document(ways), nodes, written, short=short)
