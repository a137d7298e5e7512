"""Parts of the page: sections, tiles, tables, figures, from the words that the brief also uses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

from reports.html.markup import Html, joined, tag
from reports.nodes.tree import TextCell, TextTable, ValueBox

BAR_WIDTH, BAR_HEIGHT = 60.0, 8.0
Moves: TypeAlias = Mapping[str, str]
"""What a cell tells the script of the local price: `kwh` that it pays, `eur` that it saves."""


def section(name: str, heading: str, *children: str) -> Html:
    """Return a part of the page under its heading."""
    return tag(
        "section", tag("h2", heading, id=f"{name}-heading"), *children, aria_labelledby=f"{name}-heading"
    )


def paragraph(words: str, class_: str | None = None) -> Html:
    """Return a paragraph; nothing when there is nothing to say."""
    return tag("p", words, class_=class_) if words else Html()


def bullets(items: Iterable[str]) -> Html:
    """Return a list of sentences."""
    return tag("ul", *(tag("li", item) for item in items))


def tiles(given: Sequence[ValueBox]) -> Html:
    """Return tiles as a list of definitions: what it is, then the number, its unit and its note."""
    return tag("dl", *(_tile(one) for one in given), class_="tiles")


def _tile(given: ValueBox) -> Html:
    number = tag("b", given.number)
    unit = tag("i", f"\u00a0{given.unit}") if given.unit else Html()
    note = tag("dd", given.note, class_="note") if given.note else Html()
    words = tag("dt", given.words)
    return tag("div", words, tag("dd", number, unit, class_="number"), note)


def figure(drawing: Html, caption: str = "", *, wide: bool = False, below: str = "") -> Html:
    """Return a figure that a narrow screen scrolls instead of shrinking, its caption, its table below."""
    room = tag("div", drawing, class_="room", tabindex="0")
    told = tag("figcaption", caption) if caption else Html()
    return joined([tag("figure", room, told, class_="wide" if wide else "half"), below])


def table(
    given: TextTable,
    caption: str,
    sort: Sequence[Sequence[str | None]] = (),
    going: Collection[int] = (),
    moves: Sequence[Mapping[int, Moves]] = (),
) -> Html:
    """Return a table of words: heads with their scope, a first cell that names the row, a total.

    Args:
        sort: what each cell of each row is sorted by, where it is not its words; empty for a table that
            keeps its order.
        going: places of the columns that hide once the local price moves.
        moves: of each row, then of the total, what the cell at a place tells the script.
    """
    columns, rows, total = given.columns, given.rows, given.total
    wordy = [place for place, column in enumerate(columns) if column.align == "left"]
    keys = sort or [[None] * len(columns)] * len(rows)
    told = moves or [{}] * (len(rows) + 1)
    body = [_row(*row, wordy, going) for row in zip(rows, keys, told[:-1], strict=True)]
    foot = tag("tfoot", _row(total, [None] * len(columns), told[-1], wordy, going)) if total else Html()
    heads = [column.head for column in columns]
    return _table(heads, wordy, body, foot, caption, sorts=bool(sort), going=going)


def plain_table(heads: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> Html:
    """Return a table of words only; columns that no row fills are left out."""
    shown = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in rows)]
    heads, rows = [heads[place] for place in shown], [[row[place] for place in shown] for row in rows]
    wordy = list(range(len(heads)))
    body = [
        tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell, class_="words") for cell in row[1:]))
        for row in rows
    ]
    return _table(heads, wordy, body, Html(), caption, sorts=False)


def _table(
    heads: Sequence[str],
    wordy: Sequence[int],
    body: Sequence[Html],
    foot: Html,
    caption: str,
    *,
    sorts: bool,
    going: Collection[int] = (),
) -> Html:
    classes = [_named(words=place in wordy, goes=place in going) for place in range(len(heads))]
    head = [
        tag("th", words.replace("\n", " "), scope="col", class_=classes[place])
        for place, words in enumerate(heads)
    ]
    parts = (tag("caption", caption), tag("thead", tag("tr", *head)), tag("tbody", *body), foot)
    made = tag("table", *parts, class_="sortable" if sorts else None)
    return tag("div", made, class_="room", tabindex="0")


def _row(
    row: Sequence[TextCell],
    keys: Sequence[str | None],
    moves: Mapping[int, Moves],
    wordy: Sequence[int],
    going: Collection[int],
) -> Html:
    cells = enumerate(zip(row, keys, strict=True))
    return tag("tr", *(_cell(n, *cell, moves.get(n, {}), wordy, going) for n, cell in cells))


def _cell(
    place: int,
    cell: TextCell,
    key: str | None,
    moves: Moves,
    wordy: Sequence[int],
    going: Collection[int],
) -> Html:
    drawn = (
        [_bar(cell.points[0]), tag("span", cell.text, class_="part")] if cell.look == "bar" else [cell.text]
    )
    content = joined(drawn)
    if place == 0:
        note = tag("small", f" {cell.note}") if cell.note else Html()
        return tag("th", content, note, scope="row", data_v=key)
    own = {cell.look: cell.look in {"shared", "strong"}, "loses": cell.tone == "worse"}
    class_ = _named(**own, words=place in wordy, goes=place in going)
    return tag("td", content, class_=class_, data_v=key, **{f"data_{name}": moves[name] for name in moves})


def _named(**classes: bool) -> str | None:
    """Return the classes that hold; None where none does."""
    return " ".join(name for name, holds in classes.items() if holds) or None


def _bar(ratio: float) -> Html:
    """Return the drawing of a part of one; the number stands beside it, so it is left out when read aloud."""
    width = f"{BAR_WIDTH * ratio:.1f}"
    whole = tag("rect", class_="whole", width=f"{BAR_WIDTH:.0f}", height=f"{BAR_HEIGHT:.0f}")
    part = tag("rect", class_="filled", width=width, height=f"{BAR_HEIGHT:.0f}")
    box = f"0 0 {BAR_WIDTH:.0f} {BAR_HEIGHT:.0f}"
    return Html(f'<svg class="bar" viewBox="{box}" aria-hidden="true">{whole}{part}</svg>')
