"""The table and the map of the lawful operations found, as files."""

from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path

from acc.result.lawful_plan import LawfulPlansReport
from reports.data.lawful_plans import groups_csv, lawful_plans_document
from reports.files import write_files

DOCUMENTS = {"members-split": lawful_plans_document}
"""For `acc schema`."""


def write_plan(report: LawfulPlansReport, folders: Sequence[Path], where: Path) -> list[Path]:
    """Write the table and the map of a lawful plan; what is there is replaced: it was looked at before.

    Args:
        folders: of its operations.

    Returns: the folders and the files.
    """
    from reports.studies.lawful.group_map import split_png  # noqa: PLC0415 - matplotlib only where drawn

    files = {_("groups") + ".csv": groups_csv(report), "map.png": split_png(report)}
    return [*folders, *write_files(where, files, force=True)]
