"""Whose cell it is and where it stands, as people call them: the site, the title of the column, the place."""

from acc.i18n import is_french
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import plain


def about(file: str, row: Row, column: str) -> str:
    """Label of a cell by line and column, as people say it: `Mairie annexe, besoin annuel`."""
    title = _title(file, row, column)
    # A capital inside is of a name or of letters: PRM, TURPE.
    title = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"{row.who}, {title}" if title else row.who


def where(file: str, row: Row, column: str) -> str:
    """Return the place of a cell; its header too where it is not what was said."""
    head = row.heads.get(column, column)
    known = columns(file).get(column)
    names = {plain(_title(file, row, column)), plain(known.header) if known else ""}
    named = bool(row.letters) or plain(head) in names
    return row.path(column).removesuffix(f", {head}" if named and column else "")


def _title(file: str, row: Row, column: str) -> str:
    """Title of a column: in French, or its header for English readers."""
    known = columns(file).get(column)
    return known.french if known and is_french() else row.heads.get(column, column)
