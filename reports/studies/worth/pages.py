"""The alternatives of sharing: a page by itself, and a part of the brief. Nobody is named on it."""

from gettext import gettext as _

from matplotlib.figure import Figure

from acc.i18n import semicolons
from acc.worth.result import Alternative, Way, Worth, value_eur
from reports.documents.blocks import listed
from reports.figures.drawn import Illustrated, Picture, picture
from reports.nodes import tree as nodes
from reports.nodes.tree import Callout, Document, Group, Heading, Node, Paragraph, Section
from reports.studies.worth.chances import depends_on_connection, is_tinted, says_yes
from reports.studies.worth.figures import ChoiceBar, choices
from reports.studies.worth.labels import (
    best_words,
    chances_sentence,
    choice_title,
    gain_cell,
    proposal_text,
    tipping_sentences,
    value_words,
    verdict,
)
from reports.studies.worth.sentences import (
    drawn_heading,
    known,
    table,
    who_sentences,
    worth_frame,
    worth_status,
)


def worth_page(worth: Worth, ran_on: str) -> Illustrated:
    """Return the page, ready to compose."""
    document = Document(
        look="worth",
        frame=worth_frame(worth),
        status=worth_status(worth),
        sections=(Section((Group((), name="opening"), *alternatives(worth))),),
        ran_on=ran_on,
    )
    return Illustrated(document, worth_pictures(worth))


def alternatives(worth: Worth) -> tuple[Node, ...]:
    """Return the verdict, the choices in figures and drawn, what would change it, for whom it holds."""
    columns = (
        listed(_("What would change the answer"), tipping_sentences(worth)),
        listed(_("For whom"), who_sentences(worth)),
    )
    answer: list[Node] = [
        Callout(
            verdict(worth),
            "",
            look="verdict",
            tone="shared_dark" if worth.is_value and says_yes(worth) else "ink",
        ),
        *(Paragraph(text, "chances") for text in [chances_sentence(worth), proposal_text(worth)] if text),
    ]
    return (
        Group(tuple(answer)),
        table(worth),
        Group((Heading(drawn_heading(worth)), choices_figure(worth))),
        Group(columns, 2, "columns"),
        Callout(_("How to read it"), " ".join(worth.notes), look="provenance"),
    )


def choices_figure(worth: Worth) -> nodes.Figure:
    """Return the place of the figure: the choices in words, and how it is read."""
    alt = semicolons(
        f"{choice_title(way.choice)}: {gain_cell(way.total)} €" for way in _drawn(worth) if way.total
    )
    caption = _("Bar: the central figure. Line: 8 chances in 10 of the draws. Green: sharing.")
    if not is_tinted(worth):
        caption = _("Bar: the central figure. Line: 8 chances in 10 of the draws.")
    if not worth.draws:
        caption = _("Bar: the central figure.")
    elif depends_on_connection(worth):
        caption = _("Bar: the central figure, without the connection. Line: 8 chances in 10, with it.")
    return nodes.Figure("choices", alt, caption)


def worth_pictures(worth: Worth) -> dict[str, Picture]:
    """Return the figure of the page, by name."""
    return {"choices": picture(drawn_choices(worth))}


def drawn_choices(worth: Worth) -> Figure:
    """Return the choices drawn."""
    bars = [
        ChoiceBar(
            choice_title(way.choice),
            value_eur(way.total) / 1000.0,
            way.total.at_most.low_eur / 1000.0,
            way.total.high_eur / 1000.0,
            best_words(way) if worth.draws else "",
            way.shares and is_tinted(worth),
        )
        for way in _drawn(worth)
        if way.total is not None
    ]
    return choices(bars, _("k€, {words}").format(words=value_words(worth)), _("best") if worth.draws else "")


def _drawn(worth: Worth) -> list[Alternative]:
    return sorted(known(worth), key=lambda way: way.choice is not Way.FOLDER)
