"""How much room a page has left: heights that depend on what stands beside."""

from reports.figures.axes import lines_for, width_mm
from reports.sentences import recipients
from reports.sentences.who_table import page_rows
from reports.view import selection
from reports.view.privacy import ShownGroup
from reports.view.view import View

PAGE_MM, PAGE_TWO_MM = 178.0, 157.0
"""Width of the text, and what page 2 leaves for the rows of the table, the notes, the keys and the plot."""
ROW_MM, SECOND_LINE_MM, NOTE_LINE_MM, CARD_MM, NAME_ROOM_MM = 6.3, 4.2, 4.0, 20.0, 68.0
FEW_ROWS = 4
"""Up to this many rows, page 2 also shows the mean days of each."""


def key_row_mm(view: View) -> float:
    """Return the height of a line of the dot plot, so that table, keys and plot share page 2."""
    cards = -(-len(view.keys) // cards_across(view))
    groups = [view.groups[row.name] if row.name is not None else None for row in page_rows(view)]
    rows = sum(ROW_MM + (SECOND_LINE_MM if _takes_two_lines(group) else 0.0) for group in groups)
    note = NOTE_LINE_MM * len(lines_for(recipients.who_note(view), 8.6, PAGE_MM, 99))
    left_mm = PAGE_TWO_MM - rows - note - CARD_MM * cards
    return min(6.4, max(4.2, left_mm / max(1, len(selection.key_rows(view)))))


def cards_across(view: View) -> int:
    """Number of keys side by side: two for two or four of them, else three."""
    return 2 if len(view.keys) in {2, 4} else 3


def _takes_two_lines(group: ShownGroup | None) -> bool:
    if group is None:
        return True
    return width_mm(f"{group.name} {group.kind}", 9.4) > NAME_ROOM_MM


def days_mm(view: View) -> float:
    """Return the height of those mean days: less when they stand on two lines, or the keys do."""
    rows_of_cards = -(-len(view.keys) // cards_across(view))
    return 52.0 if len(view.groups) <= 2 else 42.0 if rows_of_cards == 1 else 36.0


def days_titles(view: View) -> list[str]:
    """Return the titles of the mean days that page 2 shows when the table leaves room: a row each."""
    return [group.name for group in view.groups] if len(view.groups) <= FEW_ROWS else []
