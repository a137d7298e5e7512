"""Parts of the page: sections, tiles, tables, figures, from the words that the brief also uses."""

from collections.abc import Iterable, Sequence

from reports.format.labels import Words
from reports.html.markup import Html, joined, tag

BAR_WIDTH, BAR_HEIGHT = 60.0, 8.0


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


def tiles(given: Sequence[Words]) -> Html:
    """Return tiles as a list of definitions: what it is, then the number, its unit and its note."""
    return tag("dl", *(_tile(one) for one in given), class_="tiles")


def _tile(given: Words) -> Html:
    number = tag("b", str(given["number"]))
    unit = tag("i", f"\u00a0{given['unit']}") if given["unit"] else Html()
    note = tag("dd", str(given["note"]), class_="note") if given["note"] else Html()
    words = tag("dt", str(given["words"]))
    return tag("div", words, tag("dd", number, unit, class_="number"), note)


def figure(drawing: Html, caption: str = "", *, wide: bool = False, below: str = "") -> Html:
    """Return a figure that a narrow screen scrolls instead of shrinking, its caption, its table below."""
    room = tag("div", drawing, class_="room", tabindex="0")
    told = tag("figcaption", caption) if caption else Html()
    return joined([tag("figure", room, told, class_="wide" if wide else "half"), below])


def table(given: Words, caption: str, sort: Sequence[Sequence[str | None]] = ()) -> Html:
    """Return a table of words: heads with their scope, a first cell that names the row, a total.

    Args:
        given: columns (heads), rows (cells), total (cells, or none).
        sort: what each cell of each row is sorted by, where it is not its words; empty for a table that
            keeps its order.
    """
    columns, rows, total = listed(given, "columns"), cells(given, "rows"), listed(given, "total")
    wordy = [place for place, column in enumerate(columns) if column["align"] == "left"]
    keys = sort or [[None] * len(columns)] * len(rows)
    body = [_row(row, key, wordy) for row, key in zip(rows, keys, strict=True)]
    foot = tag("tfoot", _row(total, [None] * len(columns), wordy)) if total else Html()
    heads = [str(column["head"]) for column in columns]
    going = [place for place, column in enumerate(columns) if column.get("goes")]
    return _table(heads, wordy, body, foot, caption, sorts=bool(sort), going=going)


def listed(words: Words, name: str) -> list[Words]:
    """Return the words of a list: columns, or the cells of a row."""
    found = words[name]
    assert isinstance(found, list)
    return found


def cells(words: Words, name: str) -> list[list[Words]]:
    """Return the words of rows of cells."""
    found = words[name]
    assert isinstance(found, list)
    return found


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
    going: Sequence[int] = (),
) -> Html:
    classes = [_named(words=place in wordy, goes=place in going) for place in range(len(heads))]
    head = [
        tag("th", words.replace("\n", " "), scope="col", class_=classes[place])
        for place, words in enumerate(heads)
    ]
    parts = (tag("caption", caption), tag("thead", tag("tr", *head)), tag("tbody", *body), foot)
    made = tag("table", *parts, class_="sortable" if sorts else None)
    return tag("div", made, class_="room", tabindex="0")


def _row(row: Sequence[Words], keys: Sequence[str | None], wordy: Sequence[int]) -> Html:
    made = [
        _cell(place, cell, key, in_words=place in wordy)
        for place, (cell, key) in enumerate(zip(row, keys, strict=True))
    ]
    return tag("tr", *made)


def _cell(place: int, cell: Words, key: str | None, *, in_words: bool) -> Html:
    kind = str(cell["kind"])
    words = str(cell["text"])
    ratio = cell["value"] if kind == "bar" else None
    drawn = [_bar(ratio), tag("span", words, class_="part")] if isinstance(ratio, float) else [words]
    content = joined(drawn)
    if place == 0:
        note = tag("small", f" {cell['note']}") if cell.get("note") else Html()
        return tag("th", content, note, scope="row", data_v=key)
    own = {kind: kind in {"shared", "strong"}, "loses": bool(cell.get("loses"))}
    class_ = _named(**own, words=in_words, goes=bool(cell.get("goes")))
    moves = {f"data_{name}": str(cell[name]) for name in ("kwh", "eur") if name in cell}
    return tag("td", content, class_=class_, data_v=key, **moves)


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
