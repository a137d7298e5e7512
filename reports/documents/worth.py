"""The page on the alternatives of sharing: PDF and PNG."""

from gettext import gettext as _

from matplotlib.figure import Figure

from acc.alternatives.choices import Way
from acc.i18n import semicolons
from acc.result.worth import Worth, value_eur
from reports.documents.typeset import Composition, Picture, pages, pdf, picture
from reports.figures.worth import ChoiceBar, choices
from reports.format.money import thousands
from reports.format.numbers import percent
from reports.format.worth_labels import choice_title, value_words
from reports.words.worth import known, worth_words


def worth_page(worth: Worth, ran_on: str) -> Composition:
    """Return the page, ready to compose."""
    return Composition("worth.typ", worth_words(worth), worth_pictures(worth), ran_on)


def worth_pictures(worth: Worth) -> dict[str, Picture]:
    """Return the figure of the page, by name."""
    return {"choices": picture(*drawn_choices(worth))}


def drawn_choices(worth: Worth) -> tuple[Figure, str, str]:
    """Return the choices drawn, what the figure shows in words, and how it is read."""
    ordered = sorted(known(worth), key=lambda one: one.choice is not Way.FOLDER)
    bars = [
        ChoiceBar(
            choice_title(one.choice),
            value_eur(one.total) / 1000.0,
            one.total.low_eur / 1000.0,
            one.total.high_eur / 1000.0,
            percent(one.total.best_ratio),
            one.shares,
        )
        for one in ordered
        if one.total is not None
    ]
    axis = _("k€, {words}").format(words=value_words(worth))
    alt = semicolons(
        f"{choice_title(one.choice)}: {thousands(value_eur(one.total))}" for one in ordered if one.total
    )
    caption = _("Bar: by the figures of the folder. Line: 8 chances in 10 of the draws. Green: sharing.")
    return choices(bars, axis, _("best")), alt, caption


def worth_pages(worth: Worth, name: str, ran_on: str) -> dict[str, bytes]:
    """Return the page as files, named `name`."""
    document = worth_page(worth, ran_on)
    return {f"{name}.pdf": pdf(document), f"{name}.png": pages(document)[0]}
