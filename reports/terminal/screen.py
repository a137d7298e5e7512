"""The writer on a screen: sets nodes in the width there is; words fold, numbers are never cut."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import ngettext
from textwrap import fill
from types import MappingProxyType
from typing import Any, TextIO, assert_never

from rich import box
from rich.console import Console
from rich.table import Table

from reports.format.numbers import fr
from reports.format.palette import Tone
from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Fields,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    Terms,
    TextCell,
    TextColumn,
    TextTable,
    Tiles,
    Voice,
)

TONES: Mapping[Tone | None, str] = MappingProxyType(
    {"shared_dark": "green", "sun_text": "yellow", "worse": "red", "muted": "dim", "ink": "", None: ""}
)
VOICES: Mapping[Voice, str] = MappingProxyType({"lead": "bold", "note": "dim", "sure": "dim"})

GAP_WIDTH = 3
"""What rich puts between two columns."""

LEAST_WIDTH = 8
"""Of a column of numbers."""

HEAD_WIDTHS = (99, 16, 12, LEAST_WIDTH)
"""Over which the head of numbers folds, the first that makes room enough."""

LEAST_WORDS = 10
"""Of a column of words."""

FOLDED_WIDTH = 22
"""What a column of words gets at least before another column is left out."""


MOST_LINES = 25
"""Of a screen of 24 to 30 lines, the prompt left out."""

LEAST_ROWS = 3
"""Rows at least of a table that is shortened; with fewer it is left out."""


class _Console(Console):
    """Standard output whose sentences break at plain spaces: rich parts "118 €/MWh" at its narrow one."""

    def print(self, *objects: Any, **style: Any) -> None:
        """Print; see rich."""
        super().print(*(self._lines(o) if isinstance(o, str) else o for o in objects), **style)

    def _lines(self, text: str) -> str:
        lines = (
            fill(
                line,
                self.width,
                subsequent_indent=" " * (len(line) - len(line.lstrip(" ·→")) if line[:1] == " " else 0),
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in text.splitlines()
        )
        return "\n".join(lines)


def console(file: TextIO | None = None) -> Console:
    """Standard output, or a file as wide as it; plain text when piped, colours obey NO_COLOR."""
    return _Console(highlight=False, markup=False, emoji=False, file=file)


def show(nodes: Iterable[Node], out: Console | None = None) -> None:
    """Print nodes one below the other, each as soon as it is made; figures are for other media."""
    out = out or console()
    for node in nodes:
        _set(out, node)


def _set(out: Console, node: Node) -> None:
    match node:
        case TextTable():
            _set_table(out, node)
        case Tiles():
            _set_tiles(out, node)
        case Group():
            show(node.children, out)
        case Figure():
            pass
        case Paragraph(voice="verbatim"):
            Console.print(out, node.text, style=TONES[node.tone], soft_wrap=True)
        case _:
            lines, style = _lines(node)
            for line in lines:
                out.print(line, style=style)


def _lines(
    node: Heading | Paragraph | Bullets | Terms | Fields | Boxes | PlaceToSign | Callout,
) -> tuple[Iterable[str], str]:
    """Return the lines of a text, and how rich sets them."""
    match node:
        case Heading():
            return [node.text], "bold"
        case Paragraph():
            return [node.text], f"{VOICES.get(node.voice, '')} {TONES[node.tone]}".strip()
        case Bullets() | Boxes():
            mark = "☐" if isinstance(node, Boxes) else "·"
            return [f"{mark} {item}" for item in node.items], ""
        case Terms() | Fields():
            return [f"{word}  {text}" for word, text in _words_and_texts(node)], ""
        case PlaceToSign():
            return [node.who, *node.lines], ""
        case Callout():
            texts = (node.title, node.text, *node.lines, node.strong)
            return [text for text in texts if text], f"bold {TONES[node.tone]}".strip()
        case _:
            assert_never(node)


def _words_and_texts(node: Terms | Fields) -> Iterable[tuple[str, str]]:
    return node.items if isinstance(node, Terms) else [(field.label, field.value) for field in node.items]


def _set_tiles(out: Console, tiles: Tiles) -> None:
    """Print numbers one below the other, what each is beside it."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", min_width=7, no_wrap=True, style="bold green")
    table.add_column()
    for tile in tiles.boxes:
        table.add_row(f"{tile.number} {tile.unit}".strip(), f"{tile.words} {tile.note}".strip())
    out.print(table)


def _set_table(out: Console, given: TextTable) -> None:
    """Print a table between its title and its note; a row has the look of its first cell."""
    if given.title:
        out.print(given.title, style="bold")
    table = fitting(given, out.width)
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        if column.align == "right":
            # rich cuts numbers in silence when a column is too narrow: it may not be.
            grid.add_column(column.head, justify="right", min_width=LEAST_WIDTH, no_wrap=True)
        else:
            grid.add_column(column.head, overflow="fold", min_width=LEAST_WORDS if column.head else None)
    for row in table.rows:
        strong = "bold " if row[0].look in {"strong", "shared"} else ""
        grid.add_row(*map(_text, row), style=f"{strong}{TONES[row[0].tone]}".strip())
    if table.total:
        grid.add_row(*map(_text, table.total), style="bold")
    # What is kept always may be wider than the screen: lines run over, and no number is cut.
    least = _width(table, LEAST_WORDS)
    grid.width = least if least > out.width else None
    out.print(grid, crop=False)
    if given.note:
        out.print(given.note, style="dim")


def _text(cell: TextCell) -> str:
    return f"{cell.text} {cell.note}".rstrip()


def fitting(table: TextTable, width: int) -> TextTable:
    """Return a table that `width` characters hold: heads fold, then columns go, the least kept first."""
    fitted = table
    for least in range(9):
        places = [place for place, column in enumerate(table.columns) if column.keep > least]
        for widest in HEAD_WIDTHS:
            fitted = replace(
                table,
                columns=tuple(_folded(table, place, widest) for place in places),
                rows=tuple(tuple(row[place] for place in places) for row in table.rows),
                total=tuple(table.total[place] for place in places) if table.total else (),
            )
            if _width(fitted) <= width:
                return fitted
    return fitted


def _folded(table: TextTable, place: int, widest: int) -> TextColumn:
    """Return a column whose head folds over `widest` letters; a head of words folds by itself."""
    column = table.columns[place]
    if column.align == "left" or len(column.head) <= widest:
        return column
    words = column.head.replace("\n", " ").split(" ")
    widest = max([widest, *_widths(table, place), *map(len, words)])
    return replace(column, head=fill(column.head, widest, break_long_words=False, break_on_hyphens=False))


def _widths(table: TextTable, place: int) -> list[int]:
    return [len(_text(row[place])) for row in (*table.rows, table.total) if row]


def _width(table: TextTable, words: int = FOLDED_WIDTH) -> int:
    """Return the characters that a table takes at least, its columns of words folded to so many."""
    return sum(_room(table, place, words) + GAP_WIDTH for place in range(len(table.columns)))


def _room(table: TextTable, place: int, words: int) -> int:
    """Return the characters that a column takes at least; words may fold."""
    column = table.columns[place]
    widest = max([*map(len, column.head.split("\n")), *_widths(table, place)])
    return min(widest, words) if column.align == "left" else max(LEAST_WIDTH, widest)


def fitted(nodes: Iterable[Node], last: Sequence[Node], most_lines: int = MOST_LINES) -> Iterator[Node]:
    """Yield nodes as far as so many lines hold them, then the last ones.

    A table is shortened to its first rows; nothing after a node that does not fit is shown.

    Args:
        last: shown whatever the room, the files that were written.
    """
    left = most_lines - _height(last)
    for node in nodes:
        shown = _shortened(node, left) if isinstance(node, TextTable) else node
        left -= _height([shown]) if shown else most_lines
        if left < 0 or shown is None:
            break
        yield shown
    yield from last


def _height(nodes: Iterable[Node]) -> int:
    """Lines that nodes take on a screen as wide as the one in use."""
    text = io.StringIO()
    show(nodes, console(text))
    return text.getvalue().count("\n")


def _shortened(table: TextTable, most_lines: int) -> TextTable | None:
    """First rows of a table that fit, and how many are left out; None for fewer than three."""
    if _height([table]) <= most_lines:
        return table
    table = replace(table, note="")
    for count in range(len(table.rows), LEAST_ROWS - 1, -1):
        more = len(table.rows) - count
        note = ngettext("… and {count} more row.", "… and {count} more rows.", more).format(count=fr(more))
        part = replace(table, rows=table.rows[:count], total=() if more else table.total)
        part = replace(part, note=note if more else "")
        if _height([part]) <= most_lines:
            return part
    return None


def without_notes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Nodes but for those that say how figures are read, and the notes of tables."""
    for node in nodes:
        if isinstance(node, TextTable):
            yield replace(node, note="")
        elif not (isinstance(node, Paragraph) and node.voice == "note"):
            yield node
