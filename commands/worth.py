"""`acc worth`: sharing compared with its alternatives."""

from functools import partial

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.computing import shared
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
    from reports.data.encode import to_json
    from reports.studies.worth.files import worth_document, worth_file, worth_pages
    from reports.studies.worth.screen import worth_nodes, worth_summary
    from scenarios.studies.worth.run import worth_folder

    draws, ppa = request["draws"], request["ppa"]
    compare = partial(worth_folder, request.folder, draws=draws, ppa_eur_per_mwh=ppa)
    ways = compare(**request.scenario)
    name = worth_file(ways, request.key, draws=draws, ppa=ppa)
    files: dict[str, bytes] = {f"{name}.json": to_json(worth_document(ways)).encode()}
    if request["brief"]:
        seen = compare(**shared(request).scenario) if ways.scenario.has_closed else ways
        files |= worth_pages(seen, name, today().isoformat())
    written = request.write(files)
    nodes, short = (partial(build, ways, request.folder) for build in (worth_nodes, worth_summary))
    return CommandResult(lambda: worth_document(ways), nodes, written, short=short)
