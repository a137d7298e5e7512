"""The texts of papers, in files that a jurist edits: `texts/LANGUAGE/NAME.md`, a line an item."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from gettext import gettext as _
from pathlib import Path
from string import Formatter
from typing import TypeAlias

from acc.problem import InputError, Problem
from reports.format.language import current
from reports.format.numbers import long_date
from reports.nodes.tree import (
    Boxes,
    Bullets,
    Callout,
    Field,
    Fields,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    TextCell,
    TextColumn,
    TextTable,
)

TEXTS = Path(__file__).parent / "texts"
LINE = re.compile(r"(?:\{if (not )?([\w.]+)\} )?(## |### |1\. |- |\[ \] |> |=> |\|= |\| |@)?(.*)")
"""A condition, a mark, a text: a title, a clause, an item, a box, a doubt, a place to sign, a table, a field,
another text."""

PaperValues: TypeAlias = Mapping[str, object]
"""What the fields of a text are filled with, by name."""

HEAD = re.compile(r"(.*?)(?: (\d+))?(>?)")
"""Column of a table: its head, its width in mm, what is left where it has none; `>` on the right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper before its frame.

    Attributes:
        paper: which one, of `acc.parties.PAPERS`; who: whose it is, by id, None of the PMO.
        title: what it is; file: its name, without an extension.
        about: what tells it from the others of its kind.
        readers: who is to read it before it is signed.
        number: of its operation in a plan; None of a paper of all of them, or of the only one.
        operations: numbers of those that it is of; none where it is of all of them.
    """

    paper: str
    who: str | None
    title: str
    file: str
    about: str
    readers: str
    blocks: tuple[Node, ...]
    number: int | None = None
    operations: tuple[int | None, ...] = ()


@cache
def _file_text(name: str, language: str) -> str:
    return (TEXTS / language / f"{name}.md").read_text(encoding="utf-8").strip()


def paper_text(name: str) -> str:
    """Text of a paper, or of a part of one, in the language in use, its fields not filled."""
    return _file_text(name, current())


def draft_of(paper: str, who: str | None, values: PaperValues, text: str = "") -> Draft:
    """Paper of a text whose fields are filled; the text bears its name, or another.

    Raises:
        InputError: the text has a field that the paper does not know.
    """
    head, _blank, body = paper_text(text or paper).partition("\n\n")
    title, *lines = head.splitlines()
    parts = {key: _filled(said, values) for key, _colon, said in (line.partition(": ") for line in lines)}
    return Draft(
        paper=paper,
        who=who,
        title=title.removeprefix("# "),
        file=parts["file"],
        about=parts["about"],
        readers=parts["readers"],
        blocks=text_nodes(body, values),
    )


def text_nodes(text: str, values: PaperValues) -> tuple[Node, ...]:
    """Nodes of a text whose fields are filled; items with no blank line between them are one list."""
    nodes: list[Node] = []
    for block in text.strip().split("\n\n"):
        start = len(nodes)
        for node in (made for line in block.splitlines() for made in _line_nodes(line, values)):
            last = nodes[-1] if len(nodes) > start else None
            if isinstance(node, Fields | Bullets | Boxes) and isinstance(last, type(node)):
                nodes[-1] = replace(last, items=(*last.items, *node.items))  # type: ignore[arg-type]
            else:
                nodes.append(node)
    return tuple(nodes)


def _line_nodes(line: str, values: PaperValues) -> tuple[Node, ...]:
    matched = LINE.fullmatch(line)
    assert matched is not None
    negated, condition, mark, text = matched.groups("")
    if not text or (condition and bool(_value(condition, values)) == bool(negated)):
        return ()
    if mark == "@":
        return _included(text, values)
    if mark == "| ":
        label, _bar, value = (part.strip() for part in text.removesuffix("|").partition("|"))
        field = re.fullmatch(r"\{([\w.]+)\}", value)
        shown = _value(field[1], values) if field else _filled(value, values)
        return fields_of([(_filled(label, values), shown)])
    if mark == "|= ":
        name, *heads = (part.strip() for part in text.strip(" |").split("|"))
        return _table(name, heads, _value(name, values))
    if mark == "=> ":
        whom, name, quality = (*(_filled(part, values) for part in text.split(" | ")), "", "")[:3]
        return (_place_to_sign(whom, name, quality),)
    words = _filled(text, values)
    return (_node(mark, words),) if words else ()


def _place_to_sign(whom: str, name: str, quality: str) -> PlaceToSign:
    lines = (
        _("Name: {name}").format(name=name or "……………………………………"),
        _("Quality: {quality}").format(quality=quality or "……………………………………"),
        _("Place, date and signature:"),
    )
    return PlaceToSign(whom, lines)


def _node(mark: str, words: str) -> Node:
    match mark:
        case "## " | "### ":
            return Heading(words, len(mark) - 1)
        case "1. " | "- ":
            return Bullets((words,), is_ordered=mark == "1. ")
        case "[ ] ":
            return Boxes((words,))
        case "> ":
            return Callout(_("To be checked"), words, look="margin", tone="sun_text")
        case _:
            return Paragraph(words)


def _included(name: str, values: PaperValues) -> tuple[Node, ...]:
    """Nodes made elsewhere, or those of another text, once for each of whom or what it is about."""
    made = values.get(name)
    if isinstance(made, tuple):
        return made
    name, _colon, about = name.partition(": ")
    if not about:
        return text_nodes(paper_text(name), values)
    given = _value(about, values)
    subjects = given if isinstance(given, tuple) else (given,)
    return tuple(node for subject in subjects for node in text_nodes(paper_text(name), vars(subject)))


def fields_of(pairs: Sequence[tuple[str, object]]) -> tuple[Fields, ...]:
    """Labelled values, room for a pen where the folder does not say one; nothing where there are none."""
    fields = [
        Field(label, _("to complete: ……………………………………"), is_blank=True)
        if value is None or value == ""
        else Field(label, long_date(value) if isinstance(value, date) else str(value))
        for label, value in pairs
    ]
    return (Fields(tuple(fields)),) if fields else ()


def _table(name: str, heads: Sequence[str], rows: object) -> tuple[TextTable, ...]:
    """Table of rows of texts, where None is a cell that the folder does not fill; nothing without rows."""
    if not isinstance(rows, Sequence) or not rows:
        return ()
    parts = [match.groups() for match in map(HEAD.fullmatch, heads) if match]
    columns = (
        TextColumn(head, int(width) if width else "rest", "right" if side else "left")
        for head, width, side in parts
    )
    cells = (tuple(blank_cell() if text is None else TextCell(text) for text in row) for row in rows)
    return (TextTable(name, tuple(columns), tuple(cells)),)


def blank_cell() -> TextCell:
    """Cell that the folder does not fill."""
    return TextCell(_("to complete: ……"), tone="muted")


def _filled(text: str, values: PaperValues) -> str:
    return re.sub(r"\{([\w.]+)\}", lambda field: str(_value(field[1], values) or ""), text)


def _value(name: str, values: PaperValues) -> object:
    try:
        return Formatter().get_field(name, (), values)[0]
    except (KeyError, AttributeError) as none:
        raise InputError([Problem("", _("{name} is no field of this paper").format(name=name))]) from none
