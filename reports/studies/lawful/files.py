"""The table, the map and the briefs of the lawful operations found, as files."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError
from acc.result.lawful_plan import LawfulPlansReport
from acc.result.result import Result
from reports.data.lawful_plans import groups_csv, lawful_plans_document
from reports.deliver import write_brief
from reports.files import write_files
from reports.sheets import Own, write_sheets

DOCUMENTS = {"members-split": lawful_plans_document}
"""For `acc schema`."""


def write_plan(
    report: LawfulPlansReport,
    folders: Sequence[Path],
    where: Path,
    run: Callable[[Path], tuple[Result, Path, Own]],
    *,
    brief: bool,
) -> tuple[list[Path], list[str]]:
    """Write the table and the map of a lawful plan, and the brief of each operation where it is asked for.

    What is there is replaced: it was looked at before the plan was.

    Args:
        folders: of its operations.
        run: what runs a folder.

    Returns: the folders and the files, and why an operation has no brief.
    """
    from reports.studies.lawful.group_map import split_png  # noqa: PLC0415 - matplotlib only where drawn

    files = {_("groups") + ".csv": groups_csv(report), "map.png": split_png(report)}
    written = [*folders, *write_files(where, files, force=True)]
    refused: list[str] = []
    if not brief:
        return written, refused
    made, refused = write_operations(folders, run)
    return [*written, *made], refused


def write_operations(
    folders: Sequence[Path],
    run: Callable[[Path], tuple[Result, Path, Own]],
    progress: Callable[[str], None] | None = None,
) -> tuple[list[Path], list[str]]:
    """Write the brief of each operation, and the sheets of its members where `progress` is given.

    Each is run and told as the folder that it is: no figure of the others is in it.

    Returns: the files, and why an operation has none.
    """
    written, refused = list[Path](), list[str]()
    for folder in folders:
        try:
            result, where, own = run(folder)
            written += write_brief(result, where)
            if progress is not None:
                written += write_sheets(result, ("all",), where / _("sheets"), progress, own=own, force=True)
        except InputError as fault:
            refused += [f"{folder.name}: {problem.message}" for problem in fault.problems]
    return written, refused
