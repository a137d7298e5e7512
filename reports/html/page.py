"""The page: one self-contained file that needs no network and no server, the same bytes each time."""

import base64
import hashlib
from collections.abc import Sequence
from gettext import gettext as _
from html import unescape

from acc.problem import InputError
from acc.result.result import Result
from reports.documents.figure_catalogue import FIGURES
from reports.files import template
from reports.format.labels import scenario_label
from reports.format.language import current
from reports.format.palette import COLOURS
from reports.html.figure_tables import figure_table
from reports.html.font import font_faces
from reports.html.sections import page_document
from reports.html.svg import Drawing, inline
from reports.html.who import compared, switch, switch_rules
from reports.html.writer import Placed, filled, set_document
from reports.study import study_briefs
from reports.view.publications import ShownRows, disclosed_with_earlier, publication_of
from reports.view.view import View, views_of


def page(result: Result, variants: Sequence[Result] = ()) -> bytes:
    """Return the brief as one HTML file; what it shows follows the rules of `reports.view.privacy`.

    Args:
        variants: of the same folder; one that may not stand beside it is left out, and named.

    Raises:
        InputError: households that may not be shown.
    """
    (view, *shown), refused = page_views(result, variants)
    drawn, figure_rules = inline(_drawings(view))
    placed = {name: _placed(name, svg, view) for name, svg in drawn.items()}
    document, places = page_document(view, refused), {"switch": switch(view, shown)}
    body = set_document(document, placed, places, _("Go to the content"))
    rules = f"{figure_rules}\n{switch_rules(len(view.keys) + len(shown))}"
    return page_file(document.frame.title, body, rules, template("page.js"))


def page_file(title: str, body: str, rules: str, script: str) -> bytes:
    """Return the file of a page: its content, the look of every page and its own rules, its script."""
    style = "\n".join((font_faces(unescape(body) + title + LETTERS), _colours(), template("page.css"), rules))
    frame = {
        "lang": current(),
        "policy": _policy(style, script),
        "title": title,
        "style": style,
        "body": body,
        "script": script,
    }
    return filled("page.html", **frame).encode()


LETTERS = "0123456789+\u2212\u202f\u00a0.,€/MWh"
"""What the script may write, which the page does not hold yet."""


def page_views(result: Result, variants: Sequence[Result]) -> tuple[list[View], list[str]]:
    """Return the folder and the variants that may stand beside it, and the names of those that may not."""
    shown, refused = [result], []
    for variant in variants:
        try:
            views = views_of([*shown, variant])
        except InputError:
            views = []
        if views and not disclosed_with_earlier([], [publication_of(ShownRows.of(view)) for view in views]):
            shown.append(variant)
        else:
            refused.append(scenario_label(variant.scenario) or variant.scenario.name)
    return views_of(shown), refused


def _placed(name: str, svg: str, view: View) -> Placed:
    if name not in FIGURES:
        return Placed(svg)
    title = _(FIGURES[name].title)
    table = figure_table(name, compared(view) if name == "keys" else view, title)
    return Placed(svg, _("Table: {title}").format(title=title), table)


def _policy(style: str, script: str) -> str:
    """Return the policy of the page: nothing from anywhere, this style and this script only."""
    rules = (
        "default-src 'none'",
        f"style-src '{_digest(style)}'",
        f"script-src '{_digest(script)}'",
        "font-src data:",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    return "; ".join(rules)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _colours() -> str:
    values = "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in COLOURS.items())
    return f":root{{{values}}}"


def _drawings(view: View) -> dict[str, Drawing]:
    shown = {"keys": compared(view)}
    drawings = {
        name: Drawing(figure.draw(seen), _(figure.title), figure.words(seen))
        for name, figure in FIGURES.items()
        for seen in (shown.get(name, view),)
        if figure.title and name != "weeks" and figure.exists(view)
    }
    for brief, kept in study_briefs(view.result):
        drawings |= {name: Drawing(*drawn) for name, drawn in brief.drawings(kept).items()}
    return drawings
