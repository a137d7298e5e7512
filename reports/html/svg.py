"""Figures inside a page: ids of their own, their words, and styles as classes, as a strict policy wants."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.figure import Figure

from reports.figures.style import FALLBACK, FAMILY, svg
from reports.format.language import in_markup

NOT_SHOWN = re.compile(
    r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<\?xml.*?\?>|<!DOCTYPE.*?>", re.DOTALL
)
ROOT = re.compile(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>')
NUMBER = re.compile(r"-?\d+\.\d{3,}")
GEOMETRY = re.compile(r'( (?:d|x|y|transform|points|width|height)=")([^"]*)(")')
STYLE = re.compile(r' style="([^"]*)"')
FONT = re.compile(rf"\s*font-family: '{re.escape(FAMILY)}', '{re.escape(FALLBACK)}';?")


@dataclass(frozen=True, slots=True)
class Drawing:
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
