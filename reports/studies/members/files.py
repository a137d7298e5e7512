"""The picture of who adds what, as a file, or why there is none."""

from pathlib import Path

from acc.members.report import MembersReport
from acc.problem import InputError
from reports.files import write_files
from reports.studies.members.figures import members_png


def write_members(
    report: MembersReport, out: Path, name: str, *, force: bool
) -> tuple[list[Path], list[str]]:
    """Write the picture of who adds what; return its path, or why there is none: the screen says it all.

    Raises:
        InputError: a file that is there with other content (unless `force`).
    """
    try:
        files = {name: members_png(report)}
    except InputError as fault:
        return [], [problem.message for problem in fault.problems]
    return write_files(out, files, force=force), []
