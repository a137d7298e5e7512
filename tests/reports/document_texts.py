"""What a document tells, read from its tree."""

from collections.abc import Iterator

from reports.figures.drawn import Illustrated
from reports.nodes.tree import (
    Bullets,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    TextTable,
    Tiles,
    ValueBox,
    walk,
)


def nodes(drawn: Illustrated) -> Iterator[Node]:
    """Every node of a document, in reading order."""
    for section in drawn.document.sections:
        for block in section.blocks:
            yield from walk(block)


def lead(drawn: Illustrated) -> str:
    """The answer in large."""
    return said(drawn, "lead")


def said(drawn: Illustrated, voice: str) -> str:
    """The first paragraph of a voice."""
    return next(node.text for node in nodes(drawn) if isinstance(node, Paragraph) and node.voice == voice)


def tiles(drawn: Illustrated) -> tuple[ValueBox, ...]:
    """The first tiles."""
    return next(node.boxes for node in nodes(drawn) if isinstance(node, Tiles))


def table(drawn: Illustrated, name: str) -> TextTable:
    """A table by its name."""
    return next(node for node in nodes(drawn) if isinstance(node, TextTable) and node.name == name)


def figure(drawn: Illustrated, name: str) -> Figure:
    """The place of a figure by its name."""
    return next(node for node in nodes(drawn) if isinstance(node, Figure) and node.name == name)


def items(drawn: Illustrated, title: str) -> tuple[str, ...]:
    """The sentences under a title."""
    for node in nodes(drawn):
        if isinstance(node, Group) and Heading(title, 3) in node.children:
            return next(child.items for child in node.children if isinstance(child, Bullets))
    raise KeyError(title)
