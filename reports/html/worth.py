"""The alternatives of sharing as a part of the HTML page; no person is named in it."""

from gettext import gettext as _

from acc.result.worth import Worth
from reports.documents.worth import choices_figure, drawn_choices
from reports.format.worth_labels import chances_sentence, tipping_sentences, verdict
from reports.html.markup import Html, tag
from reports.html.parts import bullets, figure, paragraph, section, table
from reports.html.svg import Drawing
from reports.words.worth import drawn_heading, who_sentences, worth_title
from reports.words.worth import table as choices_table


def worth_drawing(worth: Worth) -> Drawing:
    """Return the choices drawn."""
    return Drawing(drawn_choices(worth), drawn_heading(worth), choices_figure(worth).alt)


def worth_section(worth: Worth, drawing: Html) -> Html:
    """Return the verdict, the choices in figures and drawn, what would change it and for whom it holds."""
    choices = choices_table(worth)
    columns = (
        (_("What would change the answer"), tipping_sentences(worth)),
        (_("For whom"), who_sentences(worth)),
    )
    return section(
        "worth",
        worth_title(),
        paragraph(verdict(worth), "lead"),
        paragraph(chances_sentence(worth)),
        table(choices, choices.title),
        paragraph(choices.note, "note"),
        figure(drawing, choices_figure(worth).caption, wide=True),
        tag(
            "div",
            *(tag("div", tag("h3", title), bullets(said)) for title, said in columns),
            class_="columns",
        ),
        paragraph(" ".join(worth.notes), "note"),
    )
