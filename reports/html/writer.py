"""The HTML writer: sets the tree of a document, one macro of `nodes.html` a node.

Texts are escaped where they are set, and lose what steers or hides letters; only templates hold markup.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from gettext import gettext as _
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from profiles.files.letters import stripped
from reports.files import TEMPLATES
from reports.format.language import as_read
from reports.nodes.tree import Document, Group, Node, TextTable


class Placed(NamedTuple):
    """What stands at the place of a figure: its SVG as markup; its numbers, if any, and their summary."""

    svg: str
    summary: str = ""
    table: TextTable | None = None


@cache
def templates() -> Environment:
    """Return the templates, which escape all that they are given."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=_finalized,
    )
    environment.filters |= {"node_name": lambda node: type(node).__name__, "plain_blocks": _plain_blocks}
    environment.globals |= {"named": _named, "_": _}
    return environment


def set_document(
    document: Document, drawings: Mapping[str, Placed], places: Mapping[str, str], skip: str
) -> str:
    """Return a document as the content of a page: its header, its sections, its footer.

    Args:
        drawings: what stands at the place of each figure, by name.
        places: markup of what is no document (a choice, a slider), by the name of the group where it stands.
        skip: the words of the link to the content.
    """
    context = {"document": document, "drawings": drawings, "places": places, "skip": skip}
    return filled("body.html", **context)


def filled(name: str, **given: object) -> str:
    """Return a template filled; the macros of nodes know what it is given."""
    return templates().get_template(name).render({"drawings": {}, "places": {}, "colon": _(": "), **given})


def _finalized(value: object) -> object:
    """Return words as a partner reads them; markup that a template made stays."""
    if value is None or hasattr(value, "__html__"):
        return value
    return stripped(as_read(str(value)))


def _plain_blocks(blocks: Iterable[Node]) -> list[Node]:
    """Return blocks; those of a group that says nothing of itself stand in its place."""
    nodes: list[Node] = []
    for block in blocks:
        if isinstance(block, Group) and not block.name and block.across == 1:
            nodes += _plain_blocks(block.children)
        else:
            nodes.append(block)
    return nodes


def _named(**classes: object) -> str:
    """Return the classes that hold, one word after the other."""
    return " ".join(name for name, holds in classes.items() if holds)
