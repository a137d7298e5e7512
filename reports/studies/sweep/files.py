"""The pictures of a sweep, as files, or why one is left out."""

from pathlib import Path

from acc.arrays import FloatArray
from acc.problem import InputError
from acc.result.sweep import SweepReport
from acc.scenario import Scenario
from reports.files import write_files
from reports.register import publish
from reports.studies.sweep.figures import KEYS, sweep_groups, sweep_pictures
from reports.view.publications import ShownRows


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
