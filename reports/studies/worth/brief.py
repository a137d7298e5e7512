"""The page of `acc worth` and its part of the brief: the choices in figures and drawn as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from acc.i18n import semicolons
from acc.worth.result import Alternative, Way, Worth, value_eur
from reports.documents.blocks import listed
from reports.figures.axes import lines_for, row_scale
from reports.figures.drawn import Illustrated, Picture, picture
from reports.figures.style import BODY, SEMIBOLD, SMALL, blank, box, canvas
from reports.format.money import eur_text
from reports.format.palette import INK, MUTED, SHARED, SHARED_DARK, SUPPLIER
from reports.nodes import tree as nodes
from reports.nodes.tree import Callout, Document, Group, Heading, Node, Paragraph, Section
from reports.studies.worth import labels, screen
from reports.study import Objection

WIDTH_MM, NAME_MM, NOTE_MM, ROW_MM, TOP_MM, BOTTOM_MM = 178.0, 46.0, 22.0, 6.0, 6.0, 10.0
BAR = 0.5
"""Thickness of a bar, of its row."""


@dataclass(frozen=True, slots=True)
class ChoiceBar:
    """One choice: what it brings, from where to where in the draws, and a word at the end of the line."""

    name: str
    value: float
    low: float
    high: float
    note: str
    shares: bool


def choices(bars: Sequence[ChoiceBar], axis: str, note_head: str) -> Figure:
    """Return the bars of the choices, those with sharing in its colour.

    Args:
        axis: what the horizontal scale counts.
        note_head: what the words at the end of the lines are.
    """
    height = TOP_MM + BOTTOM_MM + ROW_MM * len(bars)
    figure = blank(WIDTH_MM, height)
    axes = box(figure, NAME_MM + 2.0, TOP_MM, WIDTH_MM - NAME_MM - NOTE_MM - 4.0, ROW_MM * len(bars))
    ends = [0.0, *(end for bar in bars for end in (bar.low, bar.high, bar.value))]
    row_scale(axes, len(bars), min(ends), max(ends), axis, room_share=0.03)
    words = canvas(figure)
    words.text(WIDTH_MM, TOP_MM / 2.0, note_head, size=SMALL, color=MUTED, ha="right", va="center")
    for index, bar in enumerate(bars):
        axes.barh(index, bar.value, BAR, color=SHARED if bar.shares else SUPPLIER)
        if bar.high > bar.low:
            _range(axes, index, bar)
        y = TOP_MM + ROW_MM * (index + 0.5)
        for place, text in enumerate(lines := lines_for(bar.name, BODY, NAME_MM, 2)):
            shift = (place - (len(lines) - 1) / 2.0) * 3.1
            words.text(NAME_MM, y + shift, text, ha="right", va="center")
        words.text(WIDTH_MM, y, bar.note, ha="right", va="center", weight=SEMIBOLD)
    return figure


def _range(axes: Axes, index: int, bar: ChoiceBar) -> None:
    """Draw from where to where the draws go, with its two ends."""
    colour = SHARED_DARK if bar.shares else INK
    axes.plot([bar.low, bar.high], [index, index], color=colour, linewidth=1.1)
    for end in (bar.low, bar.high):
        axes.plot([end, end], [index - 0.16, index + 0.16], color=colour, linewidth=1.1)


def worth_page(worth: Worth, ran_on: str) -> Illustrated:
    """Return the page, ready to compose."""
    document = Document(
        look="worth",
        frame=screen.worth_frame(worth),
        status=screen.worth_status(worth),
        sections=(Section((Group((), name="opening"), *alternatives(worth))),),
        ran_on=ran_on,
    )
    return Illustrated(document, pictures(worth))


def alternatives(worth: Worth) -> tuple[Node, ...]:
    """Return the verdict, the choices in figures and drawn, what would change it, for whom it holds."""
    columns = (
        listed(_("What would change the answer"), labels.tipping_sentences(worth)),
        listed(_("For whom"), screen.who_sentences(worth)),
    )
    says_yes = worth.is_value and labels.says_yes(worth)
    verdict = Callout(labels.verdict(worth), "", look="verdict", tone="shared_dark" if says_yes else "ink")
    texts = filter(None, [labels.chances_sentence(worth), labels.proposal_text(worth)])
    return (
        Group((verdict, *(Paragraph(text, "chances") for text in texts))),
        screen.table(worth),
        Group((Heading(screen.drawn_heading(worth)), choices_figure(worth))),
        Group(columns, 2, "columns"),
        Callout(_("How to read it"), " ".join(worth.notes), look="provenance"),
    )


def choices_figure(worth: Worth) -> nodes.Figure:
    """Return the place of the figure: the choices in words, and how it is read."""
    alt = semicolons(
        f"{labels.choice_title(way.choice)}: {labels.gain_cell(way, way.total)} €"
        for way in _drawn(worth)
        if way.total
    )
    caption = _("Bar: the central figure. Line: 8 chances in 10 of the draws. Green: sharing.")
    if not labels.is_tinted(worth):
        caption = _("Bar: the central figure. Line: 8 chances in 10 of the draws.")
    if not worth.draws:
        caption = _("Bar: the central figure.")
    elif labels.depends_on_connection(worth):
        caption = _("Bar: the central figure, without the connection. Line: 8 chances in 10, with it.")
    return nodes.Figure("choices", alt, caption)


def drawn_choices(worth: Worth) -> Figure:
    """Return the choices drawn."""
    bars = [
        ChoiceBar(
            labels.choice_title(way.choice),
            value_eur(way.total) / 1000.0,
            way.total.at_most.low_eur / 1000.0,
            way.total.high_eur / 1000.0,
            labels.best_words(way) if worth.draws else "",
            way.shares and labels.is_tinted(worth),
        )
        for way in _drawn(worth)
        if way.total is not None
    ]
    axis = _("k€, {words}").format(words=labels.value_words(worth))
    return choices(bars, axis, _("best") if worth.draws else "")


def _drawn(worth: Worth) -> list[Alternative]:
    return sorted(screen.known(worth), key=lambda way: way.choice is not Way.FOLDER)


def pictures(worth: Worth) -> dict[str, Picture]:
    """Return the figure of the page, by name."""
    return {"choices": picture(drawn_choices(worth))}


def objection(worth: Worth) -> Objection | None:
    """What speaks against the folder: another choice that is better; None where it is the best.

    What depends on a connection that nobody knows is told by the verdict itself.
    """
    ratio, form, other = worth.sharing_ratio, worth.best(shares=True), worth.best(shares=False)
    if worth.status.is_unlawful or ratio is None or labels.says_yes(worth):
        return None
    if form is not None and ratio >= labels.SURE:
        folder = next((way for way in worth.distinct if way.choice is Way.FOLDER and way.total), None)
        if folder is None or folder.choice is form.choice or folder.total is None or form.total is None:
            return None
        more = eur_text(value_eur(form.total) - value_eur(folder.total))
        text = _("“{form}” would bring {more} more (see “{title}”)")
        names = {"form": labels.choice_title(form.choice), "title": screen.worth_title()}
        return Objection(text.format(more=more, **names))
    if other is None:
        return None
    text = _("“{other}” may be better than sharing (see “{title}”)")
    names = {"other": labels.choice_title(other.choice), "title": screen.worth_title()}
    return Objection(text.format(**names), is_sharing=ratio <= labels.UNSURE)


def block(worth: Worth) -> tuple[Node, ...]:
    """Return the alternatives, under their heading, for the pages."""
    return (Group((Heading(screen.worth_title()), *alternatives(worth)), name="alternatives"),)


def drawings(worth: Worth) -> dict[str, tuple[Figure, str, str]]:
    """Return the figures of the HTML page, by name, each with its heading and its words."""
    return {"choices": (drawn_choices(worth), screen.drawn_heading(worth), choices_figure(worth).alt)}


def section(worth: Worth) -> Section:
    """Return the section of the HTML page."""
    return Section((Heading(screen.worth_title()), *alternatives(worth)), name="worth")
