"""Nothing overlaps, leaves the page, is cut or stands alone, from 3 to 60 members and 1 to 20 plants.

A dozen documents here; every document of the grid in `make slow`.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import pytest

from acc.result.result import Result
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.figures.drawn import Illustrated, Picture
from reports.format.language import use
from reports.view.view import holders_shown
from tests.effort import few
from tests.reports.audiences import EVERY_AUDIENCE
from tests.reports.layout import Page, Word, faults, figure_faults, overlaps, page_faults
from tests.reports.make_grid import CELLS, operation

EVERY = 7
"""Of the sheets of an operation, one in so many; and that of who holds the plants."""

SOME: Mapping[str, tuple[int, int, str]] = MappingProxyType(
    {
        "partners": (40, 20, "fr"),
        "company": (25, 8, "fr"),
        "commune": (60, 1, "en"),
        "syndicate": (12, 20, "fr"),
        "sheet": (40, 20, "fr"),
        "comparison, the smallest": (3, 20, "en"),
        "partners, the smallest": (3, 1, "en"),
        "sheet, the smallest": (3, 8, "en"),
        "comparison": (60, 20, "fr"),
        "partners, without euros": (12, 8, "en"),
        "company, long names": (25, 1, "fr"),
        "commune, long names": (60, 8, "fr"),
    }
)
"""One document each: of whom, members, plants and language."""


def documents(result: Result) -> Iterator[tuple[str, Callable[[], Illustrated]]]:
    """Every document of an operation, by name."""
    has_plan = result.money is not None and result.money.plan is not None
    # Lender and treasurer without a plan get a short page that says why, and is not to be filled.
    for audience in [name for name in EVERY_AUDIENCE if has_plan or name not in {"lender", "treasurer"}]:
        yield audience or "partners", lambda audience=audience: brief_document(result, audience)
    holders = holders_shown(result)
    for holder in (*holders[::EVERY], holders[-1]):
        yield f"sheet of {holder.id}", lambda id_=holder.id: sheet_document(result, id_)
    yield "comparison", lambda: comparison_document([result])


@pytest.mark.parametrize("name", few(3, SOME))
def test_a_document_is_well_laid_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    members, plants, language = SOME[name]
    monkeypatch.setenv("LANGUAGE", language)
    use(language)
    made = dict(documents(operation(members, plants)))
    wanted = name.partition(",")[0]
    assert faults(next(make for known, make in made.items() if known.startswith(wanted))()) == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("members", "plants"), CELLS)
def test_every_document_is_well_laid_out(
    members: int, plants: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", language)
    use(language)
    found = {name: faults(make()) for name, make in documents(operation(members, plants))}
    assert {name: seen for name, seen in found.items() if seen} == {}


def page(*words: Word, drawn: tuple[tuple[float, float], ...] = (), rows: int = 0) -> Page:
    return Page(words, drawn, 595.0, 842.0, rows)


def word(text: str, left: float, bottom: float, size: float = 10.0) -> Word:
    return Word(text, left, bottom, left + 5.0 * len(text), bottom + 7.0, size)


def test_words_that_meet_are_seen_and_those_side_by_side_are_not() -> None:
    first, beside, over = word("first", 60.0, 400.0), word("beside", 92.0, 400.0), word("over", 70.0, 402.0)
    assert overlaps([first, beside]) == []
    assert overlaps([first, beside, over]) == [(first, over)]


def test_what_stands_wrong_on_a_page_is_told() -> None:
    told = list(page_faults(page(word("caption", 60.0, 700.0, 8.6), word("edge", 570.0, 400.0))))
    alone = "a caption alone opens it: “caption”"
    assert told == ["“edge” leaves the page", "4% full", "a hole of 101 mm amid it", alone]
    assert list(page_faults(page(word("head", 60.0, 700.0, 8.3), drawn=((100.0, 660.0),), rows=2))) == []
    assert list(page_faults(page(word("row", 60.0, 700.0), drawn=((100.0, 660.0),), rows=1))) == [
        "a table goes on without its head: “row”",
        "one row alone of a table: “row”",
    ]
    assert list(page_faults(page(drawn=((100.0, 600.0),)))) == ["empty"]


def test_words_that_leave_a_figure_are_told() -> None:
    text = '<text style="font-size: 8px; text-anchor: {side}" x="{x}" y="20">{words}</text>'
    drawn = "".join(
        text.format(side=side, x=x, words=words)
        for side, x, words in (("start", 2, "inside"), ("end", 10, "beyond the left"), ("start", 2, "cut…"))
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">{drawn}</svg>'
    assert list(figure_faults(Picture(svg, 35.0))) == [
        "“beyond the left” leaves the figure",
        "“cut…” is cut",
    ]
