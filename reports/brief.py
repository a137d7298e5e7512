"""The scenario brief, from a result to its files: four pages that a mayor reads in two minutes."""

from collections.abc import Collection, Mapping
from gettext import gettext as _
from pathlib import Path
from types import MappingProxyType

from acc.result import Result
from acc.words import N_
from reports import content, content_limits, content_money, content_when, content_who, drawn
from reports.drawing import lines_for, width_mm
from reports.files import write_files
from reports.pdf import Document, Picture, pages, pdf, picture
from reports.privacy import Group
from reports.view import View, view_of

PAGE_MM, PAGE_TWO_MM = 178.0, 154.0
"""Width of the text, and what page 2 leaves for the rows of the table, the notes, the keys and the plot."""
ROW_MM, SECOND_LINE_MM, NOTE_LINE_MM, CARD_MM, NAME_ROOM_MM = 6.3, 4.2, 4.0, 22.0, 68.0
FEW_ROWS = 4
"""Up to this many rows, page 2 also shows the mean days of each."""
KINDS_OF_DOCUMENT: Mapping[str | None, str] = MappingProxyType(
    {
        None: N_("Collective self-consumption · note to partners"),
        "company": N_("Collective self-consumption · note to a company"),
        "commune": N_("Collective self-consumption · note to a commune"),
        "syndicate": N_("Collective self-consumption · note to the energy syndicate"),
    }
)
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
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files["brief.pdf"] = pdf(document)
    if "png" in formats:
        files |= {f"brief-page-{n}.png": page for n, page in enumerate(pages(document), start=1)}
    return write_files(folder, files, force=force)


def brief_document(result: Result, audience: str | None = None) -> Document:
    """Return the brief as a document ready to compose."""
    view = view_of(result)
    return Document("brief.typ", brief_words(view, audience), _pictures(view), result.provenance.ran_on)


def brief_words(view: View, audience: str | None = None) -> dict[str, object]:
    """Return every word of the brief."""
    return {
        **content.frame(view, _(KINDS_OF_DOCUMENT[audience])),
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
        "days": _days_words(view),
        "example": content_who.example(view),
        "when": _when_words(view),
        "plan": _plan_words(view),
        "annex": content_limits.annex_words(view),
        "limits": content_limits.limits_words(view),
        "colon": _(": "),
    }


def _days_words(view: View) -> list[dict[str, str]]:
    if len(view.groups) > FEW_ROWS:
        return []
    return [{"picture": f"days-{row}", "title": group.name} for row, group in enumerate(view.groups)]


def _when_words(view: View) -> dict[str, object]:
    return {
        "heading": content_when.when_heading(view),
        "weeks_caption": content_when.weeks_caption(view),
        "months_caption": content_when.months_caption(view),
        "heat_caption": content_when.heat_caption(view),
        "peaks_heading": content_when.peaks_heading(view),
        "peaks": content_when.peaks(view),
    }


def _plan_words(view: View) -> dict[str, object] | None:
    """Return the words of the money figures; None where page 3 speaks of power peaks instead."""
    captions = {}
    if drawn.has_plan(view):
        captions["cash"] = content_money.cash_caption(view)
    if drawn.has_corridor(view):
        captions["corridor"] = content_money.corridor_caption(view)
    return {"heading": content_money.plan_heading(view), "captions": captions} if captions else None


def _pictures(view: View) -> dict[str, Picture]:
    tall = 0.0 if drawn.has_plan(view) or drawn.has_corridor(view) else 22.0
    figures = {
        "flow": picture(drawn.flow_figure(view), content.flow_alt(view)),
        "keys": picture(drawn.keys_figure(view, key_row_mm(view)), content_who.keys_alt(view)),
        "weeks": picture(drawn.weeks_figure(view, 66.0 + tall), content_when.weeks_alt(view)),
        "months": picture(drawn.months_figure(view, 62.0 + tall), content_when.months_alt(view)),
        "heat": picture(drawn.heat_figure(view, 62.0 + tall), content_when.heat_alt(view)),
    }
    for row, words in enumerate(_days_words(view)):
        alt = content_when.days_alt(view, row)
        figures[words["picture"]] = picture(drawn.member_days_figure(view, row), alt)
    if drawn.has_plan(view):
        figures["cash"] = picture(drawn.cash_figure(view), content_money.cash_alt(view))
    if drawn.has_corridor(view):
        figures["corridor"] = picture(drawn.corridor_figure(view), content_money.corridor_alt(view))
    if drawn.has_map(view):
        figures["map"] = picture(drawn.map_figure(view), content_limits.map_alt(view))
    return figures


def key_row_mm(view: View) -> float:
    """Return the height of a line of the dot plot, so that table, keys and plot share page 2."""
    cards = -(-len(view.keys) // cards_across(view))
    rows = sum(ROW_MM + (SECOND_LINE_MM if _takes_two_lines(group) else 0.0) for group in view.groups)
    note = NOTE_LINE_MM * len(lines_for(content_who.who_note(view), 8.6, PAGE_MM, 99))
    left_mm = PAGE_TWO_MM - rows - note - CARD_MM * cards
    return min(6.4, max(4.2, left_mm / max(1, len(drawn.key_rows(view)))))


def cards_across(view: View) -> int:
    """Return how many keys stand side by side: two for two or four of them, else three."""
    return 2 if len(view.keys) in {2, 4} else 3


def _takes_two_lines(group: Group) -> bool:
    return width_mm(f"{group.name} {group.kind}", 9.4) > NAME_ROOM_MM
