"""The scenario brief and its audiences, from a result to files: pages that a mayor reads in two minutes."""

from collections.abc import Collection
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result import Result
from reports.documents.audiences import AUDIENCES
from reports.documents.page_room import cards_across, days_words
from reports.documents.typeset import Document, pages, pdf
from reports.figures import from_view as drawn
from reports.files import write_files
from reports.view.view import View
from reports.words import limits as content_limits
from reports.words import page1 as content
from reports.words import page2_who as content_who
from reports.words import page3_when as content_when
from reports.words.plan import corridor_words, plan_words

FORMATS = frozenset({"pdf", "png"})


def write_brief(
    result: Result,
    folder: Path,
    *,
    audience: str | None = None,
    formats: Collection[str] = FORMATS,
    force: bool = False,
) -> list[Path]:
    """Write the brief of `result` into `folder`; files take their names once all are complete.

    Args:
        audience: "company", "commune" or "syndicate"; None for the brief that all partners read.
        formats: "pdf" (one file), "png" (one a page).

    Raises:
        InputError: households that may not be shown.
    """
    document = brief_document(result, audience)
    stem = f"brief-{audience}" if audience else "brief"
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files[f"{stem}.pdf"] = pdf(document)
    if "png" in formats:
        files |= {f"{stem}-page-{n}.png": page for n, page in enumerate(pages(document), start=1)}
    written = write_files(folder, files, force=force)
    if "png" in formats:
        # A shorter brief than the one before must not leave its last pages behind.
        for path in set(folder.glob(f"{stem}-page-*.png")) - set(written):
            path.unlink()
    return written


def brief_document(result: Result, audience: str | None = None) -> Document:
    """Return the brief as a document ready to compose.

    Raises:
        InputError: an unknown audience, households that may not be shown.
    """
    if audience not in AUDIENCES:
        known = ", ".join(name for name in AUDIENCES if name)
        message = _("{name} is unknown: one of {known} is expected").format(name=audience, known=known)
        raise InputError([Problem("--audience", message)])
    made = AUDIENCES[audience]
    view = made.view(result)
    words = {**brief_words(view, _(made.kind)), **made.words(view)}
    return Document(made.template, words, made.pictures(view), result.provenance.ran_on)


def brief_words(view: View, kind: str) -> dict[str, object]:
    """Return every word of the brief; `kind` is how the document is called."""
    return {
        **content.frame(view, kind),
        "lead": content.lead(view),
        "tiles": content.tiles(view),
        "tiles_note": content.tiles_note(view),
        "finding": content.finding(view),
        "columns": content.columns(view),
        "decision": content.decision(view),
        "who": {
            "heading": content_who.who_heading(view),
            "note": content_who.who_note(view),
            **content_who.who_table(view),
        },
        "keys": {
            "heading": content_who.keys_heading(view),
            "cards": content_who.key_cards(view),
            "across": cards_across(view),
            "caption": content_who.keys_caption(view, len(drawn.key_rows(view))),
        },
        "days": days_words(view),
        "example": content_who.example(view),
        "when": _when_words(view),
        "plan": plan_words(view),
        "annex": content_limits.annex_words(view),
        "corridor": corridor_words(view),
        "limits": content_limits.limits_words(view),
        "colon": _(": "),
    }


def _when_words(view: View) -> dict[str, object]:
    return {
        "heading": content_when.when_heading(view),
        "weeks_caption": content_when.weeks_caption(view),
        "months_caption": content_when.months_caption(view),
        "heat_caption": content_when.heat_caption(view),
        "peaks_heading": content_when.peaks_heading(view),
        "peaks": content_when.peaks(view),
    }
