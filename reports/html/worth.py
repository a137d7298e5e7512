"""The alternatives of sharing as a part of the HTML page; no person is named in it."""

from acc.result.worth import Worth
from reports.documents.worth import drawn_choices
from reports.format.worth_labels import chances_sentence, tipping_sentences, verdict
from reports.html.markup import Html, tag
from reports.html.parts import bullets, figure, paragraph, section, table
from reports.html.svg import Drawing
from reports.words.worth import drawn_heading, table_note, who_sentences, worth_words
from reports.words.worth import table as choices_table


def worth_drawing(worth: Worth) -> Drawing:
    """Return the choices drawn."""
    drawn, words, _caption = drawn_choices(worth)
    return Drawing(drawn, drawn_heading(worth), words)


def worth_section(worth: Worth, drawing: Html) -> Html:
    """Return the verdict, the choices in figures and drawn, what would change it and for whom it holds."""
    words = worth_words(worth)
    columns = (
        (words["tipping_heading"], tipping_sentences(worth)),
        (words["who_heading"], who_sentences(worth)),
    )
    return section(
        "worth",
        str(words["title"]),
        paragraph(verdict(worth), "lead"),
        paragraph(chances_sentence(worth)),
        table(choices_table(worth), str(words["table_heading"])),
        paragraph(table_note(worth), "note"),
        figure(drawing, drawn_choices(worth)[2], wide=True),
        tag(
            "div",
            *(tag("div", tag("h3", str(title)), bullets(said)) for title, said in columns),
            class_="columns",
        ),
        paragraph(" ".join(worth.notes), "note"),
    )
