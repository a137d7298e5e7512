"""The workbooks of a brief and of a comparison."""

from gettext import gettext as _

from acc.result.result import Result
from reports.studies.workbook.comparison import comparison_workbook
from reports.studies.workbook.write import workbook
from reports.study import Variants


def results_workbook(result: Result, _variants: Variants) -> tuple[str, bytes]:
    """Name of the workbook of a result, and its content."""
    return _("results") + ".xlsx", workbook(result)


BRIEF = {"xlsx": results_workbook}
COMPARISON = {"xlsx": comparison_workbook}
