"""The workbooks of a brief and of a comparison."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.result.result import Result
from reports.studies.workbook.comparison import comparison_workbook
from reports.studies.workbook.write import workbook
from reports.study import Variants
from reports.view.view import View, view_of


def results_workbook(result: Result, _variants: Variants) -> tuple[str, bytes, Sequence[View]]:
    """Name of the workbook of a result, its content, the view that it shows."""
    return _("results") + ".xlsx", workbook(result), [view_of(result)]


BRIEF = {"xlsx": results_workbook}
COMPARISON = {"xlsx": comparison_workbook}
