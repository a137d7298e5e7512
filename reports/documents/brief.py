"""The scenario brief and its audiences, from a result to files: pages that a mayor reads in two minutes."""

from collections.abc import Collection
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.result import Result
from reports.documents.audiences import AUDIENCES
from reports.documents.page_room import cards_across, days_words
from reports.documents.typeset import Composition, pages, pdf
from reports.documents.worth import worth_pictures
from reports.files import write_files
from reports.view import selection
from reports.view.view import View
from reports.words import answer, limits, page1, page2_who, page3_when
from reports.words.plan import plan_words
from reports.words.who_table import page_rows, who_table
from reports.words.worth import worth_words

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
    return write_drawn(brief_document(result, audience), folder, audience, formats, force=force)


def write_drawn(
    document: Composition, folder: Path, audience: str | None, formats: Collection[str], *, force: bool
) -> list[Path]:
    """Write a brief that is drawn, see `write_brief`: it needs the result no longer."""
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


def brief_document(result: Result, audience: str | None = None) -> Composition:
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
    pictures, worth = made.pictures(view), result.worth
    if worth is not None:
        words, pictures = words | {"worth": worth_words(worth)}, pictures | worth_pictures(worth)
    return Composition(made.template, words, pictures, result.provenance.ran_on)


def brief_words(view: View, kind: str) -> dict[str, object]:
    """Return every word of the brief; `kind` is how the document is called."""
    return {
        **page1.frame(view, kind),
        "lead": answer.answer(view) or page1.lead(view),
        "more": page1.lead(view, short=True) if answer.answer(view) else "",
        "tiles": page1.tiles(view),
        "tiles_note": answer.sure(view),
        "finding": page1.finding(view),
        "columns": page1.columns(view),
        "decision": answer.decision(view),
        "who": {
            "heading": page2_who.who_heading(view),
            "note": page2_who.who_note(view),
            **who_table(view, page_rows(view)),
        },
        "keys": {
            "heading": page2_who.keys_heading(view),
            "cards": page2_who.key_cards(view),
            "across": cards_across(view),
            "caption": page2_who.keys_caption(view, len(selection.key_rows(view))),
        },
        "days": days_words(view),
        "example": page2_who.example(view),
        "when": _when_words(view),
        "plan": plan_words(view),
        "annex": limits.annex_words(view),
        "worth": None,
        "limits": limits.limits_words(view),
        "colon": _(": "),
    }


def _when_words(view: View) -> dict[str, object]:
    return {
        "heading": page3_when.when_heading(view),
        "peaks_heading": page3_when.peaks_heading(view),
        "peaks": page3_when.peaks(view),
    }
