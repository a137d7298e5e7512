"""`acc territory`: the operations that a territory should written."""

from functools import partial
from gettext import gettext as _

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command, files_answer
from commands.options import DETAILS, FOLDER, FORCE, ON_WORKERS, OUT
from reports.terminal.parameters import option
from reports.terminal.today import today


@command(
    N_("Say where a territory should begin: which lawful operations.\n\nExample: acc territory territoire"),
    FOLDER,
    option("--demo N", click.IntRange(4, 20_000), N_("Make an invented territory of N sites there.")),
    option("--seed", click.IntRange(0), N_("Seed of the search, or of the invented territory."), default=24),
    *(*ON_WORKERS, OUT, FORCE, DETAILS),
)
def territory(request: Request) -> CommandResult:
    """Read the lists, find and write the operations; or write invented lists."""
    from reports.studies.territory import screen, sentences
    from reports.studies.territory.data import territory_document
    from reports.studies.territory.files import write_territory
    from scenarios.studies.territory.run import demo_territory, territory_folder

    own = {"seed": request["seed"], "force": request.force}
    if request["demo"]:
        return files_answer(demo_territory(request.folder, request["demo"], **own))
    where = request.out or request.folder / "out" / _("territory")
    machines = {"workers": request["workers"], "cluster": request["cluster"]}
    written = territory_folder(request.folder, where, **own, **machines, progress=request.progress)
    files = [*written.folders, *write_territory(written.shown, where, today().isoformat())]
    return CommandResult(
        partial(territory_document, written.report, written.folders, files),
        partial(screen.territory_nodes, written.report),
        files,
        notes=(*written.notes, *filter(None, [sentences.moved_text(written.shown)])),
        short=partial(screen.territory_summary, written.report),
        next_folder=next(iter(written.folders), None),
    )
