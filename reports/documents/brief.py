"""The scenario brief and its audiences, from a result to a document that a mayor reads in two minutes."""

from gettext import gettext as _

from acc.problem import InputError, Problem
from acc.result.result import Result
from reports.documents.audiences import AUDIENCES
from reports.documents.last_pages import last_pages
from reports.figures.drawn import Illustrated
from reports.nodes.tree import Document
from reports.sentences import answer, overview


def brief_document(result: Result, audience: str | None = None) -> Illustrated:
    """Return the brief as a document ready to compose.

    Args:
        audience: a name of `AUDIENCES`; None for the brief that all partners read.

    Raises:
        InputError: an unknown audience, households that may not be shown.
    """
    if audience not in AUDIENCES:
        known = ", ".join(name for name in AUDIENCES if name)
        message = _("{name} is unknown: one of {known} is expected").format(name=audience, known=known)
        raise InputError([Problem("--audience", message)])
    chosen = AUDIENCES[audience]
    view = chosen.view(result)
    document = Document(
        look="brief",
        frame=overview.frame(view, _(chosen.kind)),
        status=answer.status(view),
        sections=(*chosen.sections(view), *([last_pages(view)] if chosen.ends else [])),
        ran_on=result.provenance.ran_on,
    )
    return Illustrated(document, chosen.pictures(view))
