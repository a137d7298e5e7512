"""`acc members --split`, also `acc split`: the lawful operations to form."""

from dataclasses import replace
from gettext import gettext as _

import click

from acc.i18n import N_
from commands.command import RUN, CommandResult, Request, command, computed
from reports.terminal.parameters import option


@command(
    N_("Propose lawful groups, and write a folder for each.\n\nExample: acc members demo --split"),
    option("--brief", bool, N_("Make the brief of each group too, PDF and PNG.")),
    option("--operations N", click.IntRange(0), N_("Operations at most [4].")),
    option("--seed", int, N_("Seed of the search, for many members."), default=24),
    *RUN,
    hidden=True,
)
def split(request: Request) -> CommandResult:
    """Find the lawful operations that bring most, write a folder for each."""
    from reports.data.lawful_plans import lawful_plans_document
    from reports.studies.lawful.files import write_plan
    from reports.studies.lawful.screen import plan_printer, split_nodes
    from scenarios.studies.lawful.run import split_folder
    from scenarios.studies.lawful.written_groups import remember

    where, progress = request.out or request.folder / "out" / _("groups"), plan_printer(quiet=request.quiet)
    own = {"seed": request["seed"], "most": request["operations"], "force": request.force}
    split = split_folder(request.folder, where, told=progress, **own, **request.scenario)
    each = replace(request, out=None, variant=None, key=None, more={"no_ranges": False})
    run = lambda folder: computed(replace(each, folder=folder), other_keys=None, departures=True)  # noqa: E731
    files, notes = write_plan(split.report, split.folders, where, run, brief=request["brief"])
    remember(where)
    document = lambda: lawful_plans_document(split.report, request.folder, split.folders, files)  # noqa: E731
    return CommandResult(document, lambda: split_nodes(split.report, files), notes=(*split.notes, *notes))
