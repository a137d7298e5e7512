"""What stands above every paper that is a draft: that it is one, how the operation stands, how it is read."""

from gettext import gettext as _

from reports.sentences.unlawful import band_paragraph
from reports.view.view import View
from reports.workbook.cells import Role, Row, text, titled


def draft(view: View, title: str, *notes: str) -> tuple[Row, ...]:
    """Return the rows above a table: a draft, its title, what forbids, its notes."""
    return (
        (text(_("DRAFT, to be confirmed by whom it is for"), Role.LABEL),),
        *titled(title, *filter(None, [band_paragraph(view), *notes])),
    )
