"""`acc members --split`: the lawful operations to form."""

from dataclasses import replace
from functools import partial
from gettext import gettext as _

from commands.command import FUNCTIONS, CommandResult, Request, computed


def split(request: Request) -> CommandResult:
    """Find the lawful operations that bring most, write a folder for each."""
    from reports.data.lawful_plans import lawful_plans_document
    from reports.studies.lawful.files import write_plan
    from reports.studies.lawful.screen import plan_printer, split_nodes, split_summary
    from scenarios.studies.lawful.folders import remember, split_folder

    where, progress = request.out or request.folder / "out" / _("groups"), plan_printer(quiet=request.quiet)
    own = {"seed": request["seed"], "most": request["operations"], "force": request.force}
    split = split_folder(request.folder, where, show_plan=progress, **own, **request.scenario)
    each = replace(request, out=None, variant=None, key=None, more={"no_ranges": False})
    run = lambda folder: computed(replace(each, folder=folder), other_keys=None, departures=True)  # noqa: E731
    files, notes = write_plan(split.report, split.folders, where, run, brief=request["brief"])
    remember(where)
    document = lambda: lawful_plans_document(split.report, request.folder, split.folders, files)  # noqa: E731
    nodes, short = (partial(build, split.report, files) for build in (split_nodes, split_summary))
    return CommandResult(document, nodes, notes=(*split.notes, *notes), short=short)


FUNCTIONS["split"] = split
