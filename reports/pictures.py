"""The pictures of `acc members` and `acc sweep`: who has a row of its own, and totals; or why none."""

from pathlib import Path

from acc.arrays import FloatArray
from acc.members.report import MembersReport
from acc.problem import InputError
from acc.result.sweep import SweepReport
from acc.scenario import Scenario
from reports.figures.batch_files import KEYS, sweep_groups, sweep_pictures
from reports.files import write_files
from reports.register import publish
from reports.studies.members.figures import members_png
from reports.view.publications import ShownRows


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
        return [], _why(fault)
    return write_files(out, files, force=force), []


def write_sweep(
    report: SweepReport, scenario: Scenario, need_kwh: FloatArray, folder: Path, ran_on: str
) -> tuple[list[Path], list[str]]:
    """Write the pictures of a sweep into its folder; return their paths, and why one is left out.

    Args:
        need_kwh: of each participant, (N,).
        folder: in that of the results.
        ran_on: ISO date of the run.
    """
    try:
        files = sweep_pictures(report, scenario, sweep_groups(report, scenario, need_kwh))
    except InputError as fault:
        return [], _why(fault)
    totals, why = [name for name in files if name.startswith(KEYS)], []
    try:
        publish(folder.parent, folder, dict.fromkeys(totals, (ShownRows.of_all(scenario, ran_on),)))
    except InputError as fault:
        why = _why(fault)
        files = {name: content for name, content in files.items() if name not in totals}
    return write_files(folder, files, force=True), why


def _why(fault: InputError) -> list[str]:
    return [problem.message for problem in fault.problems]
