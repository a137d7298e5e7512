"""`acc members --split`: the lawful operations to form."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError
from commands.command import FUNCTIONS, CommandResult, Request, files_answer

PLAIN_BRIEF = dict.fromkeys(("audience", "person", "figure", "format", "keys", "no_ranges"))
"""What a brief is asked where nothing is said of it."""


def split(request: Request) -> CommandResult:
    """Find the lawful operations that bring most, write a folder for each."""
    from reports.data.lawful_plans import lawful_plans_document
    from reports.studies.lawful.files import write_plan
    from reports.studies.lawful.screen import plan_printer, split_nodes, split_summary
    from scenarios.studies.lawful.folders import remember, split_folder

    where = request.out or request.folder / "out" / _("groups")
    own = {"seed": request["seed"], "most": request["operations"], "force": request.force}
    own |= {"each": request.details, "show_plan": plan_printer(quiet=request.quiet)}
    split = split_folder(request.folder, where, **own, **request.scenario)
    files, faults = write_plan(split.report, split.folders, where), tuple[str, ...]()
    if request["brief"]:
        made, faults = _of_each(replace(request, more=PLAIN_BRIEF), split.folders)
        files += made
    remember(where)
    document = lambda: lawful_plans_document(split.report, request.folder, split.folders, files)  # noqa: E731
    nodes, short = (partial(build, split.report, files) for build in (split_nodes, split_summary))
    return CommandResult(document, nodes, notes=(*split.notes, *faults), short=short)


def operations(request: Request) -> CommandResult:
    """Write a folder for each operation of the plan last found, and what is asked of `acc brief` of each.

    The brief of all partners goes with the sheets of its members. A note of one member is that of the
    operations where it has a site or a plant.
    """
    from scenarios.studies.lawful.folders import kept_operations, remember

    where = request.out or request.folder / "out" / _("groups")
    own = {"person": request["person"], "force": request.force}
    folders = kept_operations(request.folder, where, **own, **request.scenario)
    is_of_all = not any(request[word] for word in ("audience", "person", "figure"))
    files, faults = _of_each(request, folders, ("brief", "sheets") if is_of_all else ("brief",))
    remember(where)
    return files_answer(files, notes=faults)


def _of_each(
    request: Request, folders: Sequence[Path], names: Sequence[str] = ("brief",)
) -> tuple[list[Path], tuple[str, ...]]:
    """Run commands of the folder of each operation, as a person would; files, and why there is none.

    What is there is replaced: it was looked at before the folders were written.

    Raises:
        InputError: nothing could be made of any.
    """
    more = {**request.more, "operations": False, "names": (), "one_file": False}
    alone = replace(request, out=None, variant=None, key=None, settings=(), force=True, more=more)
    files, faults = list[Path](), dict[str, InputError]()
    for folder in folders:
        try:
            for name in names:
                files += FUNCTIONS[name](replace(alone, folder=folder)).files
        except InputError as fault:
            faults[folder.name] = fault
    if faults and not files:
        raise next(iter(faults.values()))
    texts = (f"{name}: {problem.message}" for name, fault in faults.items() for problem in fault.problems)
    return files, tuple(texts)


FUNCTIONS["split"] = split
FUNCTIONS["operations"] = operations
