"""What templates and style sheet hold: texts of the catalogue, no figure typed, contrasts as chosen."""

import re
from pathlib import Path

import pytest

import web

HERE = Path(web.__file__).parent
TEMPLATES = {
    path.relative_to(HERE / "templates").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted((HERE / "templates").rglob("*.html"))
}
STYLE = (HERE / "static" / "page.css").read_text(encoding="utf-8")


def said_in(name: str) -> str:
    """What stands between the tags of a template, its expressions left out."""
    text = re.sub(r"\{[%{#].*?[%}#]\}", "", TEMPLATES[name], flags=re.DOTALL)
    return " ".join(re.findall(r">([^<]*)<", re.sub(r"<(script|style).*?</\1>", "", text, flags=re.DOTALL)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_text_of_a_template_goes_through_the_catalogue(name: str) -> None:
    assert not re.search(r"[^\W\d_]{4,}", said_in(name))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_figure_is_typed_in_a_template(name: str) -> None:
    assert not re.search(r"\d", said_in(name))


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [int(colour[n : n + 2], 16) / 255.0 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        *((ink, ground, 4.5) for ink in ("ink", "discreet", "worse", "better") for ground in ("#FFFFFF",)),
        *(
            (ink, ground, 4.5)
            for ink in ("ink", "discreet", "dark", "worse", "better")
            for ground in ("band",)
        ),
        *((ink, ground, 4.5) for ink in ("ink", "discreet", "worse") for ground in ("pale",)),
        ("#FFFFFF", "alert", 7.0),
        ("alert", "alert-ground", 6.5),
        ("#7A4D00", "#FCE9C4", 6.0),
        ("#FFFFFF", "dark", 7.0),
        ("control", "#FFFFFF", 4.2),
        ("track", "#FFFFFF", 3.0),
        ("control", "#DCE3E8", 3.0),
        ("#FFFFFF", "shared", 4.9),
    ],
)
def test_colours_of_the_style_sheet_part_from_their_ground(ink: str, ground: str, least: float) -> None:
    named = dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6})", STYLE))
    assert contrast(named.get(ink, ink), named.get(ground, ground)) >= least
