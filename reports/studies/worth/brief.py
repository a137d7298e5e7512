"""What a brief shows of the alternatives of sharing."""

from matplotlib.figure import Figure

from acc.worth.result import Worth
from reports.figures.drawn import Picture
from reports.nodes.tree import Group, Heading, Section
from reports.studies.worth.pages import alternatives, choices_figure, drawn_choices, worth_pictures
from reports.studies.worth.sentences import drawn_heading, worth_title


def pictures(worth: Worth) -> dict[str, Picture]:
    """Return the pictures of the pages, by name."""
    return worth_pictures(worth)


def block(worth: Worth) -> Group:
    """Return the alternatives, under their heading, for the pages."""
    return Group((Heading(worth_title()), *alternatives(worth)), name="alternatives")


def drawings(worth: Worth) -> dict[str, tuple[Figure, str, str]]:
    """Return the figures of the HTML page, by name, each with its heading and its words."""
    return {"choices": (drawn_choices(worth), drawn_heading(worth), choices_figure(worth).alt)}


def section(worth: Worth) -> Section:
    """Return the section of the HTML page."""
    return Section((Heading(worth_title()), *alternatives(worth)), name="worth")
