"""A document with the pictures of its figures, drawn: what a writer of pages takes."""

from collections.abc import Mapping
from typing import NamedTuple

from matplotlib.figure import Figure

from reports.figures.style import size_mm, svg
from reports.nodes.tree import Document


class Picture(NamedTuple):
    """A figure as it is printed: SVG and its width in mm."""

    svg: str
    width_mm: float


class Illustrated(NamedTuple):
    """A document, and the picture of each of its figures by name."""

    document: Document
    pictures: Mapping[str, Picture]


def picture(figure: Figure) -> Picture:
    """Return a figure drawn."""
    return Picture(svg(figure), size_mm(figure)[0])
