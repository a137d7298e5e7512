"""The brief as one page: a self-contained file that needs no network, the same bytes each time."""

import re
from collections.abc import Mapping, Sequence
from gettext import gettext as _
from typing import NamedTuple

from matplotlib.figure import Figure

from acc.result.result import Result
from reports.documents.figure_catalogue import FIGURES
from reports.figures.style import FALLBACK, FAMILY, svg
from reports.files import template
from reports.format.language import in_markup
from reports.html.page import page_file
from reports.html.writer import Placed, set_document
from reports.studies.html.figure_tables import figure_table
from reports.studies.html.sections import compared, page_document, switch, switch_rules
from reports.study import study_briefs
from reports.view.view import View, view_of

NOT_SHOWN = re.compile(
    r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL
)
ROOT = re.compile(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>')
NUMBER = re.compile(r"-?\d+\.\d{3,}")
GEOMETRY = re.compile(r'( (?:d|x|y|transform|points|width|height)=")([^"]*)(")')
STYLE = re.compile(r' style="([^"]*)"')
FONT = re.compile(rf"\s*font-family: '{re.escape(FAMILY)}', '{re.escape(FALLBACK)}';?")


class Drawing(NamedTuple):
    """A figure with its name (unique in the page), its title and what it shows in words."""

    figure: Figure
    title: str
    alt: str


def inline(drawings: Mapping[str, Drawing]) -> tuple[dict[str, str], str]:
    """Return each drawing as markup by name, and the style rules that all of them share."""
    classes: dict[str, str] = {}
    markup = {name: _inlined(name, drawing, classes) for name, drawing in drawings.items()}
    return markup, "\n".join(f".{name}{{{style}}}" for style, name in classes.items())


def _inlined(name: str, drawing: Drawing, classes: dict[str, str]) -> str:
    text = NOT_SHOWN.sub("", svg(drawing.figure)).strip()
    text = re.sub(r' id="([^"]*)"', rf' id="{name}-\1"', text)
    text = re.sub(r"url\(#([^)]*)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'(?:xlink:)?href="#([^"]*)"', rf'href="#{name}-\1"', text)
    text = GEOMETRY.sub(lambda match: match[1] + _rounded(match[2]) + match[3], text)
    text = STYLE.sub(lambda match: f' class="{_class_of(match[1], classes)}"', text)
    title, alt = in_markup(drawing.title), in_markup(drawing.alt)
    words = f'<title id="{name}-title">{title}</title><desc id="{name}-desc">{alt}</desc>'
    root = rf'<svg \1 role="img" aria-labelledby="{name}-title {name}-desc">'
    head, rest = ROOT.sub(root, text, count=1).split(">", 1)
    return f"{head}>{words}{rest}"


def _rounded(values: str) -> str:
    # A hundredth of a point is finer than any screen; line ends inside a path are spaces.
    return NUMBER.sub(lambda match: f"{float(match[0]):.2f}", values).replace("\n", "")


def _class_of(style: str, classes: dict[str, str]) -> str:
    plain = FONT.sub("", style).strip()
    return classes.setdefault(plain, f"f{len(classes)}")


def page(result: Result, variants: Sequence[Result] = ()) -> bytes:
    """Return the brief as one HTML file; what it shows follows the rules of `reports.view.privacy`.

    Args:
        variants: of the same folder.
    """
    view, *shown = map(view_of, (result, *variants))
    drawn, figure_rules = inline(_drawings(view))
    placed = {name: _placed(name, svg, view) for name, svg in drawn.items()}
    document, places = page_document(view), {"switch": switch(view, shown)}
    body = set_document(document, placed, places, _("Go to the content"))
    rules = f"{figure_rules}\n{switch_rules(len(view.keys) + len(shown))}"
    return page_file(document.frame.title, body, rules, template("page.js"))


def _placed(name: str, svg: str, view: View) -> Placed:
    if name not in FIGURES:
        return Placed(svg)
    title = _(FIGURES[name].title)
    table = figure_table(name, compared(view) if name == "keys" else view, title)
    return Placed(svg, _("Table: {title}").format(title=title), table)


def _drawings(view: View) -> dict[str, Drawing]:
    drawings = {
        name: Drawing(figure.draw(seen), _(figure.title), figure.words(seen))
        for name, figure in FIGURES.items()
        for seen in (compared(view) if name == "keys" else view,)
        if figure.title and figure.exists(view)
    }
    for brief, kept in study_briefs(view.result):
        drawings |= {name: Drawing(*drawn) for name, drawn in brief.drawings(kept).items()}
    return drawings
