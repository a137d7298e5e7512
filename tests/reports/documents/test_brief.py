import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from acc.result.result import Result
from reports.deliver import write_drawn
from reports.documents.brief import brief_document
from reports.figures.drawn import Illustrated
from reports.files import TEMPLATES
from reports.format.language import use
from reports.paper.typeset import pdf
from reports.sentences.recipients import page_rows, who_table
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.make_ranges import with_ranges

WORD = r"[\w%€][\w’',./%-]*"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def result() -> Result:
    return make_result()


@pytest.fixture(scope="module")
def text_pages(result: Result) -> list[str]:
    return texts(result)


def texts(result: Result) -> list[str]:
    """Return the text of each page, every space a plain one."""
    return texts_of(brief_document(result))


def texts_of(document: Illustrated) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(pdf(document)))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def table_cells(result: Result) -> list[str]:
    """Return what the table of participants writes, every space a plain one."""
    table: Any = who_table(view_of(result), page_rows(view_of(result)))
    return [re.sub(r"\s+", " ", cell.text) for row in (*table.rows, table.total) for cell in row]


def test_the_brief_has_four_pages(text_pages: list[str]) -> None:
    assert len(text_pages) == 4
    assert [f"{n} / 4" in page for n, page in enumerate(text_pages, start=1)] == [True] * 4


def test_each_page_says_that_the_data_are_invented(text_pages: list[str]) -> None:
    assert all("EXAMPLE – INVENTED DATA" in page for page in text_pages)


def test_each_page_carries_the_version_the_digest_and_the_date(text_pages: list[str]) -> None:
    footer = "simulator acc 0.1.0 · data 9fec7048 · 12 January 2026"
    assert all(footer in page for page in text_pages)


def test_page_one_is_read_in_two_minutes(text_pages: list[str]) -> None:
    assert 200 < len(re.findall(WORD, text_pages[0])) <= 420


def test_page_one_stays_as_short_in_french_with_all_it_may_hold(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    use("fr")
    full = with_ranges(with_money(result))
    scenario = replace(full.scenario, prices=replace(full.scenario.prices, local_years=20))
    (page, *_others) = texts(replace(full, scenario=scenario))
    assert "pendant 20" in page
    assert 250 < len(re.findall(WORD, page)) <= 420


@pytest.mark.slow
def test_the_pages_of_an_audience_leave_those_of_the_others(result: Result, tmp_path: Path) -> None:
    write_drawn(brief_document(result), tmp_path, "brief", {"png"}, force=False)
    pages = sorted(path.name for path in tmp_path.iterdir())
    write_drawn(brief_document(result, "commune"), tmp_path, "brief-commune", {"png"}, force=False)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert pages == [name for name in kept if not name.startswith("brief-commune")]
    assert len(kept) > len(pages)


@pytest.mark.slow
def test_a_shorter_brief_leaves_no_page_of_the_longer_one_behind(result: Result, tmp_path: Path) -> None:
    write_drawn(brief_document(with_money(result)), tmp_path, "brief", {"png"}, force=False)
    write_drawn(brief_document(result), tmp_path, "brief", {"png"}, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"brief-page-{n}.png" for n in range(1, 5)]


def test_the_text_of_the_pdf_holds_every_number_of_the_table(result: Result, text_pages: list[str]) -> None:
    for cell in table_cells(result):
        assert cell in text_pages[1]


def test_with_euros_the_pdf_holds_every_saving_and_says_who_would_lose(result: Result) -> None:
    euros = with_money(result)
    pages = texts(euros)
    for cell in table_cells(euros):
        assert cell in pages[1]
    assert "1 would lose: Éclairage public" in pages[0]
    assert "The fixed parts" in pages[1] or "the fixed parts" in pages[1]
    assert len(re.findall(WORD, pages[0])) <= 420


def test_no_amount_of_money_is_invented(text_pages: list[str]) -> None:
    assert "€" not in "".join(text_pages)
    assert "No answer yet. Euros are not computed" in text_pages[0]


def test_the_pdf_is_tagged_and_names_its_language(result: Result) -> None:
    root = pypdf.PdfReader(BytesIO(pdf(brief_document(result)))).trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en"


def test_no_word_and_no_digit_is_written_in_a_template() -> None:
    for template in TEMPLATES.glob("*.typ"):
        code = re.sub(r"//.*", "", template.read_text(encoding="utf-8"))
        code = re.sub(r'import "[^"]+"|json\("[^"]+"\)|regex\("[^"]+"\)', "", code)
        strings = [text for text in re.findall(r'"([^"]*)"', code) if re.search(r"\d", text)]
        assert [text for text in strings if text not in {"a4"}] == [], template.name
        contents = re.sub(r"#[\w.]+(\([^)]*\))*", "", " ".join(re.findall(r"\[([^\[\]]*)\]", code)))
        assert not re.search(r"[A-Za-zÀ-ÿ]{2,}|\d", re.sub(r'"[^"]*"', "", contents)), (
            template.name,
            contents,
        )


def test_no_half_written_file_is_left(result: Result, tmp_path: Path) -> None:
    write_drawn(brief_document(result), tmp_path, "brief", {"pdf"}, force=False)
    assert [path.name for path in tmp_path.iterdir()] == ["brief.pdf"]


STEPS_GONE = """
import gc, sys, weakref
from pathlib import Path
from reports.deliver import draw_brief
from tests.reports.make import make_result
result = make_result()
held = weakref.ref(result.exchange.consumption_kwh)
write = draw_brief(result, Path(sys.argv[1]) / "prorata", formats=("png",), force=True)
del result
gc.collect()
assert held() is None
assert {path.suffix for path in write()} == {".png", ".json"}
"""
"""In a process of its own, as a command is: what other tests left alive holds nothing of it."""


@pytest.mark.slow
def test_pages_are_composed_once_the_steps_are_gone(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", STEPS_GONE, str(tmp_path)], cwd=ROOT, check=True)
