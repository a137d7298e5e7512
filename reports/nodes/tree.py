"""The nodes of a document. A builder makes them, a writer sets them; they hold texts, never names to hide.

A node says what a thing is (a heading, a table, what is asked), a writer how it looks. Texts are ready:
translated, rounded, with the names that their reader may read. Figures are named: a writer asks for the
drawing. Tuples only, so that one tree always gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal, TypeAlias

from reports.format.numbers import NumberWithUnit
from reports.format.palette import Tone

Voice: TypeAlias = Literal["text", "lead", "more", "sure", "note", "chances", "missing", "verbatim"]
"""What a paragraph is for: the answer in large, what goes on, how sure it is, how something is read.

`verbatim` is for copying, a path or a command: a screen never breaks it over two lines.
"""

CalloutLook: TypeAlias = Literal[
    "band", "answer", "asked", "card", "example", "provenance", "verdict", "confidential", "margin"
]  # fmt: skip
"""What stands apart: what forbids, the answer of page 1, what is asked, a key, a step worked out, how made.

`margin` is a point of law that is not sure, beside what it bears on.
"""

CellLook: TypeAlias = Literal[
    "plain", "name", "shared", "strong", "small", "bar", "money", "gain", "range", "tint"
]  # fmt: skip
"""How a cell is set: `name` has a note beside it; `bar`, `gain`, `range`, `tint` have points."""

Align: TypeAlias = Literal["left", "right"]

Width: TypeAlias = int | Literal["rest", "auto"]
"""Of a column on paper: mm, what the others leave, or what its text takes."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; `level` is 1 for that of the document, 2 for a subject, 3 for a part of one."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text of a sentence or more."""

    text: str
    voice: Voice = "text"
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of sentences; `is_ordered` where the first comes first."""

    items: tuple[str, ...]
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and what each means, or dates and what happens then: (word, text) each."""

    items: tuple[tuple[str, str], ...]
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value of a paper; a blank one holds the words that stand where a pen writes."""

    label: str
    value: str
    is_blank: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """Values of a paper one below the other."""

    items: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """What a hand ticks, one box each; none is ticked beforehand."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceToSign:
    """A place to sign: for whom, and what stands above the room left."""

    who: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """A text that stands apart.

    Attributes:
        lines: what is told after the text, each on its line.
        strong: the last line, the one to remember.
        tone: its colour; `mark`: that of a key in the figures ("#2a6f97"), where it has one.
    """

    title: str
    text: str
    _: KW_ONLY
    look: CalloutLook
    lines: tuple[str, ...] = ()
    strong: str = ""
    tone: Tone | None = None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class ValueBox:
    """A number in large (a tile): its unit, what it is, what puts it in its place; `value` in its unit.

    `tone`: "worse" where it is a loss, "ink" where it may be one; None: as all are.
    """

    number: str
    unit: str
    words: str
    note: str = ""
    value: float | None = None
    tone: Tone | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """Value boxes side by side."""

    boxes: tuple[ValueBox, ...]


@dataclass(frozen=True, slots=True)
class TextColumn:
    """A column of a table: its head, of a line or two, its side and its width on paper.

    `keep`, from 1 to 9, is how long it stays where room gets short: 9 always.
    """

    head: str
    width: Width = "auto"
    align: Align = "right"
    keep: int = 9


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell as it is read, and its value where it is a number: a workbook writes it, a page sorts by it.

    Attributes:
        note: what is said beside or below it, less loud.
        points: where what is drawn starts, stops and has its zero, from 0 to 1.
    """

    text: str
    look: CellLook = "plain"
    value: float | None = None
    note: str = ""
    tone: Tone | None = None
    points: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts: title above, heads, rows, the total row if any, how it is read below.

    Attributes:
        name: what it is about ("who", "plants"): a writer may have a look for it, a page an address.
        level: of its title among the headings.
    """

    name: str
    columns: tuple[TextColumn, ...]
    rows: tuple[tuple[TextCell, ...], ...]
    total: tuple[TextCell, ...] = ()
    title: str = ""
    note: str = ""
    level: int = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing by its name, what it shows in words for who does not see it, and how it is read."""

    name: str
    alt: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that belong together and stay on one page; `across`: how many stand side by side.

    `name` is what it is about ("plan", "keys"): a writer may have a look for it.
    """

    children: "tuple[Node, ...]"
    across: int = 1
    name: str = ""


Node: TypeAlias = (
    Heading | Paragraph | Bullets | Terms | Callout | Tiles | TextTable | Figure | Group
    | Fields | Boxes | PlaceToSign
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document, that paper starts on a page; `wish`: the block that should start another."""

    blocks: tuple[Node, ...]
    wish: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """How the operation stands: what forbids it, or the line that says lawful, to verify, not checked.

    `page` is the word before the number of the page that lists the rules, on paper; empty where none does.
    """

    text: Callout | Paragraph
    page: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page of a document says.

    Attributes:
        kind: what the document is called, above each page.
        subtitle: what is studied, below the title.
        label: example, study or confidential, above each page; footer: below each page.
    """

    kind: str
    title: str
    subtitle: str
    label: str
    footer: str
    is_example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document: its frame, how the operation stands (no document is made without it), its sections.

    Attributes:
        look: which document it is.
        ran_on: ISO date of the run: the file is dated by it, never by the clock.
    """

    look: Literal["brief", "sheet", "comparison", "worth", "paper", "atlas"]
    frame: Frame
    status: Status
    sections: tuple[Section, ...]
    ran_on: str


def quantity_box(shown: NumberWithUnit, words: str, note: str) -> ValueBox:
    """Return the box of a quantity: its number, its unit, what it is, and what puts it in its place."""
    return ValueBox(shown.number, shown.unit, words, note)


Column: TypeAlias = tuple[TextColumn | str, Sequence[TextCell | str]]
"""A column of a table: its head, on the right by default, and its cells, plain by default."""


def table_of(
    name: str,
    columns: Iterable[TextColumn],
    rows: Iterable[Iterable[TextCell]],
    total: Iterable[TextCell] = (),
) -> TextTable:
    """Return a table without title nor note."""
    return TextTable(name, tuple(columns), tuple(tuple(row) for row in rows), tuple(total))


def table_by_column(
    name: str, *columns: Column, title: str = "", note: str = "", level: int = 2, has_total: bool = False
) -> TextTable:
    """Table given column by column; with `has_total` the last cell of each is that of the total."""
    heads = tuple(TextColumn(head) if isinstance(head, str) else head for head, _cells in columns)
    cells = [[TextCell(own) if isinstance(own, str) else own for own in shown] for _head, shown in columns]
    rows = tuple(zip(*cells, strict=True))
    total = rows[-1] if has_total else ()
    return TextTable(name, heads, rows[:-1] if has_total else rows, total, title, note, level)


def first_column(head: str) -> TextColumn:
    """Head of what the rows are about: on the left, as wide as the others leave."""
    return TextColumn(head, "rest", "left")


def with_texts(table: TextTable, texts: Mapping[int, Sequence[str]]) -> TextTable:
    """Return a table whose columns say these texts, by place: of its rows, then of its totals if any."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    shown = [
        tuple(
            replace(cell, text=texts[place][n]) if place in texts else cell for place, cell in enumerate(row)
        )
        for n, row in enumerate(rows)
    ]
    return replace(table, rows=tuple(shown[: len(table.rows)]), total=shown[-1] if table.total else ())


def titled(title: str, *children: Node, name: str = "titled") -> Group:
    """Return nodes under a small title, on one page with it."""
    return Group((Heading(title, 3), *children), name=name)


def present(*nodes: Node | None) -> list[Node]:
    """Nodes that there are."""
    return [node for node in nodes if node is not None]


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all that it holds, in reading order."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from walk(child)
