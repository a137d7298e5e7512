"""The sheet of the persons who decide: bills, sales, costs and gain of each, then of everybody together."""

from gettext import gettext as _

from reports.data import columns
from reports.data.shown_rows import shown_persons
from reports.view.view import View
from reports.workbook.cells import Sheet, titled
from reports.workbook.table import SheetTable

WIDTH = 15


def persons_sheet(view: View) -> Sheet | None:
    """Return the balance of each person who may be named; None without euros."""
    rows = shown_persons(view)
    if not rows:
        return None
    note = _(
        "Beside building nothing: no plant, no operation. "
        "What a person pays itself is neither a gain nor a loss."
    )
    top = titled(_("Persons"), note)
    lines = SheetTable.of(
        view,
        columns.PERSONS,
        rows,
        top,
    )
    return lines.sheet(_("Persons"), WIDTH)
