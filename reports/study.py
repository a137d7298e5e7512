"""What the brief shows of the studies, by the name under which a result keeps it."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Protocol, cast

from matplotlib.figure import Figure

from acc.result.result import Result
from reports.figures.drawn import Picture
from reports.nodes.tree import Node, Section


class StudyBrief(Protocol):
    """The module `reports.studies.NAME.brief`: what is drawn and said of what the study found.

    Attributes:
        pictures: of the pages, by name.
        block: of the pages, put in a section of its own.
        drawings: of the HTML page, by name: the figure, its heading, what it shows in words.
        section: of the HTML page.
    """

    def pictures(self, kept: object) -> dict[str, Picture]: ...  # noqa: D102

    def block(self, kept: object) -> Node: ...  # noqa: D102

    def drawings(self, kept: object) -> Mapping[str, tuple[Figure, str, str]]: ...  # noqa: D102

    def section(self, kept: object) -> Section: ...  # noqa: D102


def study_briefs(result: Result) -> Iterator[tuple[StudyBrief, object]]:
    """Yield the brief of each study that the result keeps something of, and what it keeps."""
    for name, kept in result.studies.items():
        yield cast("StudyBrief", import_module(f"reports.studies.{name}.brief")), kept
