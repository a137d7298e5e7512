"""A picture alone says what it is, keeps its margins white, and is the same each time."""

from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image

from acc.rules.check import Check, State, status_of
from acc.scenario import KeyChoice
from reports.figures.mailed import MARGIN_MM, caption, mailed
from reports.figures.style import MM_PER_INCH, blank, canvas
from reports.format.numbers import FIXED
from tests.reports.make import scenario

DPI = 100
LAWFUL = status_of((), fictitious=True)


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(png)))


def test_what_stands_above_a_picture() -> None:
    given = replace(scenario(), variant="sans la cave", key=KeyChoice(name="equal"))
    found = caption(given, LAWFUL, "Titre", ran_on="12 janvier 2026", draws=40)
    assert found.title == "Titre"
    assert found.line.split(" · ") == [
        "Exemple-sur-Dordogne", "sans la cave", "Equal shares", "12 janvier 2026", f"40{FIXED}draws"
    ]  # fmt: skip
    assert found.label
    assert caption(replace(given, fictitious=False), status_of((), fictitious=False), "Titre").label == ""
    # Without a date of the run, that of the rates: the same study makes the same picture on another day.
    assert "rates of 12" in caption(given, LAWFUL, "Titre").line


def test_a_picture_of_what_is_not_lawful_says_so() -> None:
    broken = [Check(rule="distance", state=State.NOT_MET, title="Too far")]
    warned = caption(scenario(), status_of(broken, fictitious=True), "Titre").warning
    assert warned == "Not lawful: 1 rule broken. These figures only compare."
    assert caption(scenario(), LAWFUL, "Titre").warning == ""


def test_a_picture_of_true_figures_says_whose_it_is_where_somebody_did_not_agree() -> None:
    agreed = scenario()
    true = replace(agreed, participants=tuple(replace(p, publish=False) for p in agreed.participants))
    moved = replace(true, moved_ids=frozenset(p.id for p in true.participants))
    told = [caption(each, LAWFUL, "Titre").label for each in (agreed, true, moved)]
    assert ["not to be handed round" in label for label in told] == [False, True, False]


def test_margins_are_white_and_the_figure_is_whole() -> None:
    figure = blank(80.0, 30.0)
    canvas(figure).axvspan(0.0, 80.0, color="black")
    page = pixels(mailed(figure, caption(scenario(), LAWFUL, "Un titre long " * 12), DPI))
    margin = round(MARGIN_MM / MM_PER_INCH * DPI)
    for edge in (page[:margin], page[-margin:], page[:, :margin], page[:, -margin:]):
        assert (edge == 255).all()
    black = (page == 0).all(axis=2)
    rows = np.flatnonzero(black.mean(axis=1) > 0.9 * (page.shape[1] - 2 * margin) / page.shape[1])
    assert len(rows) == round(30.0 / MM_PER_INCH * DPI)
    # Words stand above it.
    assert (page[margin : rows[0]] < 200).any()


def test_same_bytes_twice() -> None:
    def made() -> bytes:
        return mailed(blank(60.0, 20.0), caption(scenario(), LAWFUL, "Titre"), DPI)

    assert made() == made()
