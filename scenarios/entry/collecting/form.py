"""Writes the form of one member: one sheet, of which one page is to print, with nothing of anybody else."""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from gettext import gettext as _

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scenarios.entry.collecting.questions import (
    QUESTIONS,
    FormMember,
    key_of,
    known_load,
    missing,
    questions_for_rows,
)
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PERSONS, PLANTS
from scenarios.entry.workbook.cells import (
    COMMENT,
    GREY,
    INK,
    YES_NO,
    offer,
    offered_words,
    sheet_value,
    styles_of,
    write_cell,
)

FORM, SENT = "Fiche", "Départ"
"""The sheet to fill in; the hidden one, what it said when it was sent."""

BLOCKS: Mapping[str, str] = {
    PERSONS: "Membre",
    PARTICIPANTS: "Site",
    PLANTS: "Centrale",
    CHANGES: "Ce qui va changer",
    PARTIES: "Pour les pièces à signer",
}
"""What opens the part of each table, in the first column."""

NOT_OF_A_HOME = ("siret", "signatory", "signs_as")
"""Questions on a party that a household leaves empty: it signs for itself."""

LINE = "Changement"
"""What names a column of what will change: its first question is a site, of which several may speak."""

CONSENT, ACCEPTED, SIGNED, SIGNED_ON, REMARK = "Accord", "J’accepte", "Nom et qualité", "Date", "Remarques"
OPERATION, MEMBER, MADE_ON = "operation", "member", "made_on"
KEY = "key"
"""On the hidden sheet, for a column: that the form has a row of this key."""
ABREAST = 4
"""Sites side by side, so that the sheet stays readable on paper; others follow below."""
SCALE, LINE_LETTERS = 64, 110
"""In %, at which four sites abreast hold on a page in A4, even in a wide font; letters on such a line."""
LINE_POINTS, KNOWN_POINTS, CHANGES_POINTS, PAGE_POINTS = 15.0, 45.0, 32.0, 1050.0
"""Heights: of a line, of what is known of a consumption, of what is said of changes; what A4 holds."""
WIDTHS = (60, 36, 28, 20)
"""Of a site, in characters, where there are one, two, three or four abreast."""


class _Pen:
    """Writes a form from the top down.

    Attributes:
        white, yellow: formats of cells that are known, and to fill in, by kind.
    """

    def __init__(self, book: Workbook, sheet: Worksheet, last: int) -> None:
        self.sheet, self.line, self.last = sheet, 0, last
        self.breaks: list[int] = []
        self.used_points = 0.0
        self.styles = styles_of(book)
        edge = {"border": 1, "border_color": "#C6D1DA", "valign": "vcenter", "align": "left", "shrink": True}
        free = {**edge, "locked": False}
        self.white = {
            "day": book.add_format({**free, "num_format": "dd/mm/yyyy"}),
            "text": book.add_format({**free, "num_format": "@"}),
            "fill": book.add_format(free),
        }
        self.yellow = {"day": self.styles.day, "text": self.styles.text, "fill": self.styles.fill}
        self.block = book.add_format({"bold": True, "font_color": "white", "bg_color": INK})
        self.locked = book.add_format(
            {**edge, "bold": True, "bg_color": GREY, "text_wrap": True, "shrink": False, "locked": True}
        )
        self.text = book.add_format({"text_wrap": True, "valign": "top"})

    def say(self, text: str, height: float = 15.0, style: Format | None = None) -> None:
        """Write a sentence over the whole width."""
        self.sheet.set_row(self.line, height)
        self.sheet.merge_range(self.line, 0, self.line, self.last, text, style or self.text)
        self.line += 1
        self.used_points += height

    def keep_together(self, points: float) -> None:
        """Go on to another page where what comes next, so high, does not fit this one."""
        if self.used_points + points > PAGE_POINTS:
            self.breaks.append(self.line)
            self.used_points = 24.0 + LINE_POINTS  # the title, which every page repeats
        self.used_points += points

    def open_block(self, title: str) -> None:
        """Write the dark line that opens a part."""
        self.sheet.write_row(self.line, 0, [title, *[""] * self.last], self.block)
        self.line += 1


def form_bytes(member: FormMember, operation: str, today: date) -> bytes:
    """Return the form of a member as a workbook.

    Args:
        operation: its name, printed on the form and looked for when the form comes back.
        today: printed, and kept beside what was known then.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # The same folder on the same day gives the same bytes.
    book.set_properties({"created": datetime(today.year, today.month, today.day, tzinfo=UTC)})
    sheet, sent = (book.add_worksheet(title) for title in (FORM, SENT))
    last = min(ABREAST, max(len(rows) for rows in member.rows.values()))
    pen = _Pen(book, sheet, last)
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, last, WIDTHS[last - 1])
    pen.say(_("Form: {name}").format(name=member.name), 24, pen.styles.title)
    pen.say(_("Operation: {name}. Made on {day}.").format(name=operation, day=today.strftime("%d/%m/%Y")))
    text = _(
        "Yellow cells are what we lack; correct the others where they are wrong. Leave empty what you do not "
        "know: we then go on with an estimate. Save, and send this file back."
    )
    pen.say(text, 32)
    single_page = all(len(rows) <= ABREAST for rows in member.rows.values())
    if not single_page:
        pen.say(_("To print: the last page alone, to sign. The rest is filled in on the screen."))
    for file, rows in member.rows.items():
        for first in range(0, len(rows), ABREAST):
            if not single_page:
                more = {PARTICIPANTS: KNOWN_POINTS, CHANGES: CHANGES_POINTS}.get(file, 0.0)
                pen.keep_together(LINE_POINTS * (2 + len(QUESTIONS[file])) + more)
            _write_block(pen, member, file, rows[first : first + ABREAST])
    if not single_page:
        pen.keep_together(PAGE_POINTS)
    _write_consent(pen, operation, () if single_page else member.rows[PARTICIPANTS])
    _write_sent(sent, member, operation, today)
    sent.hide()
    pen.styles.lists.write(book)
    _on_paper(pen, single_page=single_page)
    book.close()
    return out.getvalue()


def _write_block(pen: _Pen, member: FormMember, file: str, rows: Sequence[Row]) -> None:
    """Write the part of a table; a question that a home may leave is no lack where it has no answer."""
    spared = NOT_OF_A_HOME if member.is_home else ()
    pen.open_block(BLOCKS[file])
    if file == PARTIES:
        pen.say(_("For your own contracts alone. No bank account: it is written by pen on what you sign."))
    if file == CHANGES:
        text = _(
            "In the years to come: a closure, another activity, panels, a heat pump, vehicles. One column a "
            "change; nothing where none is planned. Nobody else is told, unless your name may be published."
        )
        pen.say(text, CHANGES_POINTS)
    label = LINE if file == CHANGES else columns(file)["id"].header
    _write_label(pen, file, "id", _("do not change it"), label)
    for place, row in enumerate(rows, start=1):
        pen.sheet.write_string(pen.line, place, key_of(row), pen.locked)
    pen.line += 1
    if file == PARTICIPANTS:
        pen.sheet.write(pen.line, 0, _("What we know of its consumption"), pen.locked)
        for place, row in enumerate(rows, start=1):
            pen.sheet.write_string(pen.line, place, known_load(row), pen.locked)
        pen.sheet.set_row(pen.line, KNOWN_POINTS)
        pen.line += 1
    lacks = [missing(file, row).difference(spared) for row in rows]
    for column in questions_for_rows(file, rows):
        _write_label(pen, file, column)
        for place, row in enumerate(rows, start=1):
            _write_answer(pen, place, file, column, row, lacking=column in lacks[place - 1])
        words = list(member.places) if column == "id" else offered_words(columns(file)[column])
        if words:
            offer(pen.sheet, (pen.line, 1, pen.line, len(rows)), words, pen.styles)
        pen.line += 1


def _write_label(pen: _Pen, file: str, column: str, note: str = "", label: str = "") -> None:
    known = columns(file)[column]
    pen.sheet.write_string(pen.line, 0, label or known.header, pen.locked)
    example = _("Example:")
    text = note or f"{known.what[:1].upper()}{known.what[1:]}.\n{example} {known.example}"
    pen.sheet.write_comment(pen.line, 0, text, COMMENT)


def _write_answer(pen: _Pen, place: int, file: str, column: str, row: Row, *, lacking: bool) -> None:
    known = columns(file)[column]
    own = "day" if known.is_day else "text" if known.is_kept_text else "fill"
    value = sheet_value(file, column, row.cells.get(column))
    if value in {None, ""}:
        pen.sheet.write_blank(pen.line, place, None, (pen.yellow if lacking else pen.white)[own])
        return
    # Cells to fill are white here: what is known asks for nothing.
    write_cell(pen.sheet, pen.line, place, value, replace(pen.styles, **pen.white), day=own == "day")


def _write_consent(pen: _Pen, operation: str, sites: Sequence[Row]) -> None:
    """Write the consent; `sites` are named again where it is a page of its own."""
    pen.open_block(CONSENT)
    if sites:
        named = ", ".join(
            f"{row.who} ({row.cells['prm']})" if "prm" in row.cells else row.who for row in sites
        )
        pen.say(_("Meters of: {names}.").format(names=named), 15.0 * (1 + len(named) // LINE_LETTERS))
    text = _(
        "I allow whoever leads the operation “{operation}” to ask the grid operator for the data of the "
        "meters above (subscribed power, consumption, load curve) and to use them to study this operation of "
        "collective self-consumption, and for nothing else. They are shown to no other member. I may "
        "withdraw this at any time."
    )
    pen.say(text.format(operation=operation), 66)
    pen.say(
        _(
            "[To be confirmed before sending: these words, their legal ground (GDPR, energy code), who "
            "answers for the data and how long they are kept are to be read by a lawyer.]"
        ),
        32,
    )
    for name, style in ((ACCEPTED, "fill"), (SIGNED, "text"), (SIGNED_ON, "day")):
        pen.sheet.write(pen.line, 0, name, pen.locked)
        pen.sheet.write_blank(pen.line, 1, None, pen.yellow[style])
        if name == ACCEPTED:
            offer(pen.sheet, (pen.line, 1, pen.line, 1), YES_NO, pen.styles)
        pen.line += 1
    pen.sheet.write(pen.line, 0, REMARK, pen.locked)
    pen.sheet.write_blank(pen.line, 1, None, pen.white["text"])
    if pen.last > 1:
        pen.sheet.merge_range(pen.line, 1, pen.line, pen.last, "", pen.white["text"])
    pen.sheet.set_row(pen.line, 45)
    pen.line += 1
    pen.say(_("A site or a plant is missing, or one is no longer yours? Write it in the remarks."))


def _write_sent(sheet: Worksheet, member: FormMember, operation: str, today: date) -> None:
    """Keep the values known when the form was made, for comparison with its answer."""
    for line, pair in enumerate(((OPERATION, operation), (MEMBER, member.id), (MADE_ON, today.isoformat()))):
        sheet.write_row(line, 0, pair)
    for line, cells in enumerate(_sent_cells(member), start=4):
        for place, text in enumerate(cells):
            sheet.write_string(line, place, text)


def _sent_cells(member: FormMember) -> Iterable[tuple[str, str, str, str]]:
    for file, row in member.cells:
        yield file, key_of(row), KEY, key_of(row)
        for column in QUESTIONS[file]:
            if column in row.cells:
                yield file, key_of(row), column, str(row.cells[column])


def _on_paper(pen: _Pen, *, single_page: bool) -> None:
    """Print on one page; else no part across two, the consent last, under the title.

    Excel leaves breaks out of a sheet that it fits to pages: several pages have a scale.
    """
    sheet = pen.sheet
    if single_page:
        sheet.fit_to_pages(1, 1)
    else:
        sheet.repeat_rows(0, 1)
        sheet.set_h_pagebreaks(pen.breaks)
        sheet.set_print_scale(SCALE)
    sheet.set_paper(9)
    sheet.set_portrait()
    sheet.set_margins(0.4, 0.4, 0.4, 0.5)
    sheet.print_area(0, 0, pen.line - 1, pen.last)
    sheet.set_footer("&L&F&R&P / &N")
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.ignore_errors({"number_stored_as_text": "A1:Z500"})
