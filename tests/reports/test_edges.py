"""Operations at the edges: everything composes, on the pages it should, and says what it must."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pypdf
import pytest

from acc.patterns import cumulated_eur
from acc.result import Result
from reports.brief import brief_document
from reports.figures import FIGURES, figure_png
from reports.pdf import pdf
from tests.reports.make import MEMBERS, make_result, scenario, small
from tests.reports.make_money import with_leaving, with_money

ROOF = ("roof", "Roof", 30.0, 44.86, 0.49)


def ranged() -> Result:
    """Return a result with ranges, one of them through zero."""
    result = with_money(make_result())
    money = result.money
    assert money is not None
    assert money.plan is not None
    savings = {p.id: p.saving_eur_ht or 0.0 for p in money.participants}
    bands = {id_: (amount - 3000.0, amount, amount + 2500.0) for id_, amount in savings.items()}
    bands[""] = (12_000.0, 50_900.0, 78_000.0)
    return replace(
        result,
        ranges={
            "saving_eur_ht": bands,
            "received_kwh": {"": (990_000.0, 1_045_000.0, 1_130_000.0)},
            "autoproduction_ratio": {"": (0.31, 0.33, 0.37)},
            "payback_years": {"": (14.0, 17.6, 22.0)},
            "cumulated_eur": {
                str(year): (amount - 20_000.0 * year - 90_000.0, amount, amount + 20_000.0 * year)
                for year, amount in enumerate(cumulated_eur(money.plan.flows).tolist())
            },
        },
    )


CASES: dict[str, tuple[Callable[[], Result], int, str]] = {
    "one participant": (lambda: with_leaving(small(1)), 5, "68% of the need"),
    "sixty participants": (lambda: with_leaving(small(60)), 6, "49 other participants"),
    "names of 40 letters": (lambda: with_leaving(small(12, long_names=True)), 5, "communauté"),
    "one month": (
        lambda: make_result(scenario(days=(date(2025, 6, 1), date(2025, 7, 1)))),
        4,
        "From 1 to 30 June 2025",
    ),
    "one day": (
        lambda: make_result(scenario(days=(date(2025, 6, 1), date(2025, 6, 2)))),
        4,
        "On 1 June 2025",
    ),
    "a leap year": (
        lambda: make_result(scenario(days=(date(2024, 1, 1), date(2025, 1, 1)))),
        4,
        "period from 1 January 2024 to 31 December 2024",
    ),
    "no surplus": (
        lambda: make_result(scenario(plants=[ROOF])),
        4,
        "All of the production would be used on the spot",
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
    "ranges, one through zero": (ranged, 5, "from 12,000 to 78,000"),
    "fourteen plants": (
        lambda: make_result(
            scenario(plants=[(f"p{i}", f"Roof {i}", 90.0 + i, 44.85, 0.48) for i in range(14)])
        ),
        5,
        "7 other plants",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_edge_case_composes_on_its_pages(name: str) -> None:
    make, count, says = CASES[name]
    reader = pypdf.PdfReader(BytesIO(pdf(brief_document(make()))))
    assert len(reader.pages) == count
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    assert says in text
    assert re.findall(r"\b(?:nan|None|inf)\b|[{}]", text) == []


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_alone_for_a_page_and_for_a_slide(name: str) -> None:
    result = with_leaving(small(3))
    page, slide = figure_png(result, name), figure_png(result, name, "slide")
    assert page.startswith(b"\x89PNG")
    width = int.from_bytes(slide[16:20], "big")
    assert abs(width - 1920) <= 10  # dots per inch are whole numbers
    assert figure_png(result, name) == page
