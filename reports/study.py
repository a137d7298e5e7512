"""What the studies add to the documents: blocks of the brief, other formats, other audiences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from acc.problem import InputError, Problem
from acc.result.change import PairedDraws
from acc.result.result import Result
from reports.nodes.tree import Node, Section

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Objection:
    """What a study says against a folder as it stands; `is_sharing` where against sharing itself."""

    text: str
    is_sharing: bool = False


class StudyBrief(Protocol):
    """The module `reports.studies.NAME.brief`: what is drawn and said of what the study found.

    Attributes:
        block: what the pages hold of it, in a section of its own.
        drawings: of the pages, by name: the figure, its heading, what it shows in words.
        section: of the HTML page.
        objection: what it says against the folder; None where nothing.
    """

    def block(self, kept: object) -> tuple[Node, ...]: ...  # noqa: D102

    def drawings(self, kept: object) -> "Mapping[str, tuple[Figure, str, str]]": ...  # noqa: D102

    def section(self, kept: object) -> Section: ...  # noqa: D102

    def objection(self, kept: object) -> Objection | None: ...  # noqa: D102


def study_briefs(result: Result) -> Iterator[tuple[StudyBrief, object]]:
    """Yield the brief of each study that the result keeps something of, and what it keeps."""
    for name, kept in result.studies.items():
        yield cast("StudyBrief", import_module(f"reports.studies.{name}.brief")), kept


def objections(result: Result) -> Iterator[Objection]:
    """Yield what the studies that the result keeps say against the folder."""
    for brief, kept in study_briefs(result):
        objection = brief.objection(kept)
        if objection is not None:
            yield objection


Variants: TypeAlias = Callable[[], Sequence[Result]]
"""Computes what a page shows beside a result: the result under every key, then the variants."""


class StudyDocuments(Protocol):
    """The module `reports.studies.NAME.documents`: what a study makes of a result that the core does not.

    Attributes:
        AUDIENCES: of the brief, as those of `reports.documents.brief`, by name.
        BRIEF: writers of the brief by format: the file's name, its content.
        COMPARISON: writers of a comparison by format.
    """

    AUDIENCES: Mapping[str, object]
    BRIEF: Mapping[str, Callable[[Result, Variants], tuple[str, bytes]]]
    COMPARISON: Mapping[str, Callable[[Sequence[Result], PairedDraws | None], bytes]]


def study_documents(study: str, option: str) -> StudyDocuments:
    """Import the documents of a study, for a word of an option.

    Raises:
        InputError: the study is not installed.
    """
    if find_spec(f"reports.studies.{study}") is None:
        message = _("the study {name} is not installed").format(name=study)
        raise InputError([Problem(option, message)])
    return cast("StudyDocuments", import_module(f"reports.studies.{study}.documents"))
