"""The page: one self-contained file that needs no network and no server, the same bytes each time."""

import base64
import hashlib
from collections.abc import Sequence
from gettext import gettext as _
from string import Template

from acc.problem import InputError
from acc.result.result import Result
from reports.documents.figure_catalogue import FIGURES
from reports.files import template
from reports.format.language import current
from reports.format.numbers import listed
from reports.format.palette import COLOURS
from reports.html.figure_tables import figure_table
from reports.html.font import font_faces
from reports.html.limits import limits_sections
from reports.html.markup import Html, joined, tag
from reports.html.parts import bullets, figure, paragraph, section, tiles
from reports.html.svg import Drawing, inline
from reports.html.who import compared, switch, switch_rules
from reports.html.worth import worth_drawing, worth_section
from reports.nodes.tree import Bullets, Heading, Node
from reports.view import selection
from reports.view.privacy import check_differences
from reports.view.view import View, view_of
from reports.words import answer, money_page, page1, page2_who, page3_when
from reports.words.plan import MONEY_FIGURES
from reports.words.unlawful import band


def page(result: Result, variants: Sequence[Result] = ()) -> bytes:
    """Return the brief as one HTML file; what it shows follows the rules of `reports.view.privacy`.

    Args:
        variants: of the same folder; one that may not stand beside it is left out, and named.

    Raises:
        InputError: households that may not be shown.
    """
    view = view_of(result)
    shown, refused = _beside(result, variants)
    drawings, worth = _drawings(view), result.worth
    drawn = drawings if worth is None else drawings | {"worth": worth_drawing(worth)}
    figures, figure_rules = inline(drawn)
    figures |= {f"{name}-table": _table(name, view) for name in drawings}
    head, body = _header(view), _body(view, figures, shown, refused)
    frame = page1.frame(view, "")
    words = f"{head}{body}{frame.footer}{frame.title}"
    switched = switch_rules(len(view.keys) + len(shown))
    rules = (font_faces(words + LETTERS), _colours(), template("page.css"), figure_rules, switched)
    style, script = "\n".join(rules), template("page.js")
    return (
        Template(template("page.html"))
        .substitute(
            lang=current(),
            policy=_policy(style, script),
            title=joined([frame.title]),
            style=style,
            skip=joined([_("Go to the content")]),
            header=head,
            main=body,
            footer=paragraph(frame.footer),
            script=script,
        )
        .encode()
    )


LETTERS = "0123456789+\u2212\u202f\u00a0.,€/MWh"
"""What the script may write, which the page does not hold yet."""


def _beside(result: Result, variants: Sequence[Result]) -> tuple[list[View], list[str]]:
    """Return the variants that may stand beside the folder, and the names of those that may not."""
    shown, refused, held = [], [], [result.scenario]
    for variant in variants:
        try:
            check_differences([*held, variant.scenario])
            shown.append(view_of(variant))
            held.append(variant.scenario)
        except InputError:
            refused.append(variant.scenario.label or variant.scenario.name)
    return shown, refused


def _table(name: str, view: View) -> Html:
    return figure_table(name, compared(view) if name == "keys" else view, _(FIGURES[name].title))


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


def _header(view: View) -> Html:
    frame = page1.frame(view, _("Collective self-consumption · note to partners"))
    label = tag("span", frame.label, class_="label example" if frame.is_example else "label")
    return joined(
        [
            _band(view),
            tag("p", frame.kind, " ", label, class_="kind"),
            tag("h1", frame.title),
            paragraph(frame.subtitle, "subtitle"),
            paragraph(answer.answer(view) or page1.lead(view), "lead"),
            paragraph(page1.lead(view, short=True) if answer.answer(view) else "", "note"),
        ]
    )


def _band(view: View) -> Html:
    told = band(view)
    if told is None:
        return Html()
    first = tag("p", tag("b", f"{told.title}{_(': ')}"), told.text)
    more = [*(paragraph(line) for line in told.lines), tag("p", tag("b", told.strong))]
    return tag("div", first, *more, class_="band", role="note")


def _body(view: View, figures: dict[str, Html], variants: Sequence[View], refused: Sequence[str]) -> Html:
    left_out = _("Left out, since its difference would show fewer than ten households: {names}.")
    parts = [
        tiles(page1.tiles(view)),
        paragraph(answer.sure(view), "note"),
        section("flow", page1.finding(view), figure(figures["flow"], wide=True, below=figures["flow-table"])),
        section("essential", _("The essential"), _columns(view), _decision(view)),
        section(
            "who",
            page2_who.who_heading(view),
            switch(view, variants),
            paragraph(left_out.format(names=listed(refused)) if refused else "", "note"),
        ),
        section("keys", page2_who.keys_heading(view), *_keys(view, figures)),
        section("when", page3_when.when_heading(view), *_when(view, figures)),
        *_money(view, figures),
        *_worth(view, figures),
        *limits_sections(view, figures),
    ]
    return joined(parts)


def _worth(view: View, figures: dict[str, Html]) -> list[Html]:
    worth = view.result.worth
    return [] if worth is None else [worth_section(worth, figures["worth"])]


def _columns(view: View) -> Html:
    columns = [
        tag("div", *(_in_column(node) for node in column.children))
        for column in page1.columns(view)[0 if view.result.is_lawful else -1 :]
    ]
    return tag("div", *columns, class_="columns")


def _in_column(node: Node) -> Html:
    assert isinstance(node, Heading | Bullets)  # as `page1.columns` makes them
    return tag("h3", node.text) if isinstance(node, Heading) else bullets(node.items)


def _decision(view: View) -> Html:
    told = answer.decision(view)
    return tag("div", tag("h3", told.title), paragraph(told.text), class_="decision")


def _keys(view: View, figures: dict[str, Html]) -> list[Html]:
    example = page2_who.example(view)
    told = Html() if example is None else tag("p", tag("b", example.title), f" {example.text}")
    few = compared(view)
    caption = page2_who.keys_caption(few, len(selection.key_rows(few)))
    if len(few.keys) < len(view.keys):
        more = _("{shown} of the {count} keys are drawn, of those that differ most; the tables have all.")
        caption = f"{caption} {more.format(shown=len(few.keys), count=len(view.keys))}"
    return [figure(figures["keys"], caption, wide=True, below=figures["keys-table"]), told]


def _when(view: View, figures: dict[str, Html]) -> list[Html]:
    days, months, heat = (_captioned(view, figures, name) for name in ("days", "months", "heat"))
    return [
        days,
        tag("div", months, heat, class_="pair"),
        tag("h3", page3_when.peaks_heading(view)),
        tiles(page3_when.peaks(view)),
    ]


def _captioned(view: View, figures: dict[str, Html], name: str) -> Html:
    caption, below = FIGURES[name].caption(view), figures[f"{name}-table"]
    return tag("div", figure(figures[name], caption, wide=name == "days", below=below))


def _money(view: View, figures: dict[str, Html]) -> list[Html]:
    parts = [_captioned(view, figures, name) for name in MONEY_FIGURES if name in figures]
    if not parts:
        return []
    return [section("money", money_page.plan_heading(view), tag("div", *parts, class_="pair"))]


def _drawings(view: View) -> dict[str, Drawing]:
    shown = {"keys": compared(view)}
    return {
        name: Drawing(figure.draw(seen), _(figure.title), figure.words(seen))
        for name, figure in FIGURES.items()
        for seen in (shown.get(name, view),)
        if figure.title and name != "weeks" and figure.exists(view)
    }
