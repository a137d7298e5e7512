"""The page of `acc worth` and its part of the brief: the choices in figures and drawn."""

from gettext import gettext as _

from matplotlib.figure import Figure

from acc.i18n import semicolons
from acc.worth.result import Alternative, Way, Worth, value_eur
from reports.documents.blocks import listed
from reports.figures.drawn import Illustrated, picture
from reports.figures.scenarios import ScenarioRow, scenarios
from reports.format.money import eur_text
from reports.nodes import tree as nodes
from reports.nodes.tree import Callout, Document, Group, Heading, Node, Paragraph, Section
from reports.studies.worth import labels, screen
from reports.study import Objection


def worth_page(worth: Worth, ran_on: str) -> Illustrated:
    """Return the page, ready to compose."""
    document = Document(
        look="worth",
        frame=screen.worth_frame(worth),
        status=screen.worth_status(worth),
        sections=(Section((Group((), name="opening"), *alternatives(worth))),),
        ran_on=ran_on,
    )
    return Illustrated(document, {"choices": picture(drawn_choices(worth))})


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
    known = ((way, way.total) for way in _drawn(worth) if way.total)
    alt = semicolons(f"{labels.choice_title(w.choice)}: {labels.gain_cell(w, total)} €" for w, total in known)
    caption = _("Dot: the central figure.")
    if worth.draws and labels.depends_on_connection(worth):
        caption = _("Dot: the central figure, without the connection. Line: 8 chances in 10, with it.")
    elif worth.draws:
        caption = f"{caption} {_('Line: 8 chances in 10 of the draws.')}"
    return nodes.Figure("choices", alt, caption)


def drawn_choices(worth: Worth) -> Figure:
    """Return the choices drawn, as the scenarios of a comparison are."""
    best = screen.known(worth)[0] if labels.is_tinted(worth) else None
    rows = [
        ScenarioRow(
            labels.choice_title(way.choice),
            value_eur(way.total) / 1000.0,
            way.total.at_most.low_eur / 1000.0 if worth.draws else None,
            way.total.high_eur / 1000.0 if worth.draws else None,
            note=labels.best_words(way) if worth.draws else "",
            may_be=not worth.status.is_unlawful,
            is_best=way is best,
        )
        for way in _drawn(worth)
        if way.total is not None
    ]
    axis = _("k€, {words}").format(words=labels.value_words(worth))
    return scenarios(rows, axis, ("", _("best") if worth.draws else ""))


def _drawn(worth: Worth) -> list[Alternative]:
    return sorted(screen.known(worth), key=lambda way: way.choice is not Way.FOLDER)


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
