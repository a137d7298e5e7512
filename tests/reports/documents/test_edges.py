"""Operations at the edges: everything composes, on the pages it should, and says what it must."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from acc.problem import InputError
from acc.result.result import Result
from acc.sites import Kind
from reports.documents.brief import brief_document
from reports.documents.figure_catalogue import FIGURES, figure_png
from reports.paper.typeset import pdf
from reports.sentences.gains import swings
from reports.view.view import view_of
from scenarios.run import RunParts, run
from tests.effort import few, kept
from tests.reports.make import MEMBERS, make_result, scenario, small
from tests.reports.make_money import with_leaving, with_money
from tests.reports.make_ranges import with_calendar, with_ranges
from tests.scenarios.operation import write_operation

ROOF = ("roof", "Roof", 30.0, 44.86, 0.49)


CASES: dict[str, tuple[Callable[[], Result], int, str]] = {
    "one participant": (lambda: with_leaving(small(1)), 5, "68% of the need"),
    "sixty participants": (lambda: with_leaving(small(60)), 5, "46 other sites"),
    "names of 40 letters": (lambda: with_leaving(small(12, long_names=True)), 5, "communauté"),
    "one month": (
        lambda: make_result(scenario(days=(date(2025, 6, 1), date(2025, 7, 1)))),
        4,
        "from 1 to 30 June 2025",
    ),
    "one day": (
        lambda: make_result(scenario(days=(date(2025, 6, 1), date(2025, 6, 2)))),
        4,
        "on 1 June 2025",
    ),
    "a leap year": (
        lambda: make_result(scenario(days=(date(2024, 1, 1), date(2025, 1, 1)))),
        4,
        "period from 1 January 2024 to 31 December 2024",
    ),
    "no surplus": (
        lambda: make_result(scenario(plants=[ROOF])),
        4,
        "All of the injected energy would be shared",
    ),
    "nearly no plant": (lambda: make_result(scenario(plants=[(*ROOF[:2], 0.001, *ROOF[3:])])), 4, "< 1 MWh"),
    "a participant at zero": (
        lambda: with_money(make_result(annual_mwh=[0.0 if r[0] == "gymnase" else r[3] for r in MEMBERS])),
        5,
        "Gymnase",
    ),
    "a project that loses money": (
        lambda: with_leaving(small(3), local_eur_per_kwh=0.02),
        5,
        "would not pay back",
    ),
    "most participants lose": (
        lambda: with_money(make_result(), local_eur_per_kwh=0.2),
        5,
        "12 participants would lose",
    ),
    "supplier's price unknown": (
        lambda: with_money(make_result(), unknown=frozenset({"usine", "cave"})),
        5,
        "Saving unknown for",
    ),
    "no plan": (lambda: with_money(make_result(), finance=None), 5, "local price"),
    "ranges, one through zero": (
        lambda: with_ranges(with_money(make_result())),
        6,
        "from 10,000 to 80,000",
    ),
    "ranges of a project that loses money": (
        lambda: with_ranges(with_money(small(3), local_eur_per_kwh=0.02)),
        6,
        "A single hypothesis at a time",
    ),
    "a calendar of five steps": (lambda: with_calendar(make_result(), 5), 4, "what is done at step 5"),
    "fourteen plants": (
        lambda: make_result(
            scenario(plants=[(f"p{i}", f"Roof {i}", 90.0 + i, 44.85, 0.48) for i in range(14)])
        ),
        5,
        "Roof 13",
    ),
}

EVERY_DAY = (
    *("one participant", "sixty participants"),
    *("a project that loses money", "supplier's price unknown"),
)


@pytest.mark.parametrize("name", kept(EVERY_DAY, CASES))
def test_an_edge_case_composes_on_its_pages(name: str) -> None:
    make, count, says = CASES[name]
    reader = pypdf.PdfReader(BytesIO(pdf(brief_document(make()))))
    assert len(reader.pages) == count
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert says in text
    assert re.findall(r"\b(?:nan|None|inf)\b|[{}]", text) == []


def with_dated_changes(folder: Path) -> Result:
    write_operation(folder)
    (folder / "changes.csv").write_text("id;what;since;ratio\nmairie;scale;2029;3\n", encoding="utf-8")
    return run(folder, ran_on=date(2026, 11, 29), parts=RunParts(advice=False))


@pytest.mark.parametrize("name", few(2, FIGURES))
def test_each_figure_is_drawn_alone_for_a_page_and_for_a_slide(name: str, tmp_path: Path) -> None:
    result = with_dated_changes(tmp_path) if name == "years" else with_ranges(with_leaving(small(3)))
    page, slide = figure_png(result, name), figure_png(result, name, "slide")
    assert page.startswith(b"\x89PNG")
    width = int.from_bytes(slide[16:20], "big")
    assert abs(width - 1920) <= 10  # dots per inch are whole numbers
    assert figure_png(result, name) == page


def test_a_figure_that_the_results_do_not_hold_says_what_it_needs() -> None:
    with pytest.raises(InputError, match="tornado: the results do not hold it"):
        figure_png(with_money(small(3)), "tornado")


def test_the_departure_of_a_home_is_not_told_and_a_company_that_did_not_agree_is_not_named() -> None:
    result = with_ranges(with_money(make_result()))

    def told(**changes: object) -> list[str]:
        people = tuple(replace(p, **changes) if p.id == "usine" else p for p in result.scenario.participants)  # type: ignore[arg-type]
        seen = replace(result, scenario=replace(result.scenario, participants=people))
        return [swing.tried for swing in swings(view_of(seen)) if swing.name == "departure of a participant"]

    assert told() == ["Usine agroalimentaire"]
    assert told(publish=False) == ["A company"]
    assert told(kind=Kind.HOUSEHOLD) == []
    assert told(kind=Kind.HOUSEHOLD_GROUP, households=12) == ["Usine agroalimentaire"]
