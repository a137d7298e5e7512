"""The notes to the lender, the treasurer and the engineer: one or two pages, each figure that of `acc`."""

import re
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from acc.result.lending import Strain, lending
from acc.result.result import Drawn, OutputDoubt, Result
from acc.sites import Kind
from reports.documents.brief import brief_document
from reports.format.numbers import fr
from reports.nodes.tree import Callout, TextTable
from reports.paper.typeset import pdf
from tests.reports.documents.test_unlawful import unlawful
from tests.reports.make import make_result
from tests.reports.make_money import FINANCE, with_money

DOUBT = OutputDoubt(middle_ratio=1.0, sigma_ratio=0.05, modelled=True)


@pytest.fixture(scope="module")
def result() -> Result:
    made = with_money(make_result(), finance=replace(FINANCE, debt_ratio=0.8))
    return replace(made, drawn=Drawn(weather_years=1, output=DOUBT))


def pages(result: Result, audience: str) -> list[str]:
    reader = pypdf.PdfReader(BytesIO(pdf(brief_document(result, audience))))
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def table(result: Result, audience: str, name: str) -> TextTable:
    blocks = [b for s in brief_document(result, audience).document.sections for b in s.blocks]
    return next(block for block in blocks if isinstance(block, TextTable) and block.name == name)


def test_the_lender_reads_two_pages_whose_figures_are_those_of_the_plan(result: Result) -> None:
    found = lending(result)
    assert found is not None
    assert len(pages(result, "lender")) == 2
    loan = found.p90[Strain.NONE]
    assert loan.cover is not None
    strains = table(result, "lender", "strains")
    assert strains.rows[0][4].text == fr(loan.cover[0], 2)
    years = table(result, "lender", "debt-years")
    assert len(years.rows) == FINANCE.debt_years
    assert [row[5].text for row in years.rows] == [fr(one, 2) for one in loan.cover_by_year[1:16].tolist()]


def test_a_curve_that_nobody_metered_is_said_to_be_no_yield_study(result: Result) -> None:
    first = pages(result, "lender")[0]
    assert "not a yield study" in first
    assert "CONFIDENTIAL" in first.upper()
    assert "P90" not in pages(replace(result, drawn=None), "lender")[0].replace("there is no P90", "")


def test_without_a_loan_the_lender_is_told_no_cover() -> None:
    first = pages(with_money(make_result()), "lender")[0]
    assert "No loan is written in this folder" in first


def test_closed_members_and_homes_are_not_named_to_the_lender(result: Result) -> None:
    found = lending(result)
    assert found is not None
    assert found.largest is not None
    people = result.scenario.participants
    closed = tuple(replace(one, publish=False) if one.id == found.largest.id else one for one in people)
    hidden = replace(result, scenario=replace(result.scenario, participants=closed))
    name = next(one.name for one in people if one.id == found.largest.id)
    assert name in " ".join(pages(result, "lender"))
    told = " ".join(pages(hidden, "lender"))
    assert name not in told
    assert not [one.name for one in people if one.kind is Kind.HOUSEHOLD and one.name in told]


def test_of_an_unlawful_operation_the_band_stands_first_and_nothing_is_offered() -> None:
    document = brief_document(unlawful(), "lender").document
    assert isinstance(document.status.told, Callout)
