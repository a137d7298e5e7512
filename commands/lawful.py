"""`acc members --split`: the lawful operations to form."""

from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from commands.command import FUNCTIONS, CommandResult, Request, files_answer
from commands.computing import computed, own_results, shared

if TYPE_CHECKING:
    from acc.result.result import Result
    from reports.sheets import Own


def split(request: Request) -> CommandResult:
    """Find the lawful operations that bring most, write a folder for each."""
    from reports.data.lawful_plans import lawful_plans_document
    from reports.studies.lawful.files import write_plan
    from reports.studies.lawful.screen import plan_printer, split_nodes, split_summary
    from scenarios.studies.lawful.folders import remember, split_folder

    where, progress = request.out or request.folder / "out" / _("groups"), plan_printer(quiet=request.quiet)
    own = {"seed": request["seed"], "most": request["operations"], "force": request.force}
    split = split_folder(request.folder, where, show_plan=progress, **own, **request.scenario)
    run = partial(_run_alone, request)
    files, notes = write_plan(split.report, split.folders, where, run, brief=request["brief"])
    remember(where)
    document = lambda: lawful_plans_document(split.report, request.folder, split.folders, files)  # noqa: E731
    nodes, short = (partial(build, split.report, files) for build in (split_nodes, split_summary))
    return CommandResult(document, nodes, notes=(*split.notes, *notes), short=short)


def operations(request: Request) -> CommandResult:
    """Write a folder for each operation of the plan last found, its brief and the sheets of its members."""
    from reports.studies.lawful.files import write_operations
    from scenarios.studies.lawful.folders import kept_operations, remember

    where = request.out or request.folder / "out" / _("groups")
    folders = kept_operations(request.folder, where, force=request.force, **request.scenario)
    run = partial(_run_alone, request)
    files, notes = write_operations(folders, run, request.progress)
    remember(where)
    return files_answer(files, notes=notes)


def _run_alone(request: Request, folder: Path) -> "tuple[Result, Path, Own]":
    """Run the folder of one operation, as `acc brief` of it does; with what its sheets stand on."""
    alone = replace(shared(request), folder=folder, out=None, variant=None, key=None, settings=())
    alone = replace(alone, more={"no_ranges": False})
    own = own_results(alone, other_keys=None, departures=True)
    return *computed(alone, other_keys=None, departures=True), own


FUNCTIONS["split"] = split
FUNCTIONS["operations"] = operations
