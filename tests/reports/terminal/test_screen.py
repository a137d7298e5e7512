"""The writer on a screen: every node is set, words fold, heads fold before columns go, numbers stay whole."""

from io import StringIO

import pytest
from rich.console import Console

from reports.nodes.tree import Paragraph, TextTable
from reports.terminal.blocks import text_table
from reports.terminal.screen import console, fitting, show
from tests.reports.nodes.odd import ODD, one_of_each

HEADS = ("Who", "Energy received over the year", "Gain over the plan €", "Once more €")
ROWS = (("Cave coopérative de la vallée", "1\u202f234\u202f567", "+12\u202f300", "−7"), ("B", "8", "9", "10"))


def said(table: TextTable, width: int) -> str:
    out = Console(width=width)
    with out.capture() as capture:
        show([table], out)
    return capture.get()


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("text", ODD)
def test_one_of_each_node_is_set_in_the_width_there_is(text: str, width: int) -> None:
    out = Console(width=width, highlight=False, markup=False, emoji=False)
    with out.capture() as capture:
        show(one_of_each(text), out)
    assert max(map(len, capture.get().splitlines())) <= width
    assert all(word in capture.get() for word in text.split() if len(word) < 20)


@pytest.mark.parametrize(
    ("width", "columns", "lines"),
    [
        (120, 4, 1),  # as it is: 29 + 29 + 20 + 11 letters and four gaps
        (80, 4, 2),  # no head beyond 16 letters: "Energy received" and "over the year"
        (65, 4, 4),  # none beyond 12
        (45, 3, 4),  # none beyond 9, the longest number: still too wide, the column least kept goes
    ],
)
def test_heads_fold_before_columns_go_and_numbers_are_never_cut(width: int, columns: int, lines: int) -> None:
    table = text_table(HEADS, ROWS, keep={3: 1})
    found = fitting(table, width)
    assert len(found.columns) == columns == len(found.rows[0])
    assert max(column.head.count("\n") + 1 for column in found.columns) == lines
    text = said(table, width)
    assert max(map(len, text.splitlines())) <= width
    assert all(cell.text in text for row in found.rows for cell in row[1:])


def test_what_is_kept_always_stays_whole_in_any_width() -> None:
    assert fitting(text_table(HEADS, ROWS), 20).rows == text_table(HEADS, ROWS).rows
    text = said(text_table(HEADS, ROWS), 20)
    assert all(cell in text for row in ROWS for cell in row[1:])


def test_a_head_folds_between_words_and_never_at_a_hyphen() -> None:
    table = text_table(("Who", "Energy self-consumed"), (("A", "1"),))
    assert "self-consumed" in fitting(table, 20).columns[1].head.split("\n")


def test_a_line_that_is_indented_folds_under_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "24")
    out = console(file := StringIO())
    show([Paragraph("  · one two three four five six seven"), Paragraph("one two three four five six")], out)
    lines = ["  · one two three four", "    five six seven", "one two three four five", "six"]
    assert [line.rstrip() for line in file.getvalue().splitlines()] == lines
