"""The sheet of the persons who decide: bills, sales, costs and gain of each, then of everybody together."""

from gettext import gettext as _

from reports.data import columns
from reports.data.shown_rows import shown_needs, shown_persons
from reports.data.table import Medium
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
    lines = SheetTable(
        view=view,
        table=columns.PERSONS,
        columns=columns.PERSONS.shown(Medium.SHEET, shown_needs(view)),
        rows=rows,
        first=len(top) + 2,
    )
    return Sheet(
        title=_("Persons"),
        rows=(*top, (), *lines.all()),
        widths=lines.widths(WIDTH),
        freeze=(lines.first, 1),
        landscape=True,
    )
