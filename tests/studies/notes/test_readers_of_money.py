"""The notes to the lender, the treasurer and the engineer: one or two pages, each figure that of `acc`."""

import re
from dataclasses import replace
from io import BytesIO

import pypdf
import pytest

from acc.household_privacy import HOMES, homes
from acc.result.lending import Strain, lending, treasury
from acc.result.result import Drawn, OutputDoubt, Result
from acc.sites import Kind
from reports.documents.brief import brief_document
from reports.format.money import eur
from reports.format.numbers import fr
from reports.nodes.tree import Callout, Heading, TextTable, walk
from reports.paper.typeset import pdf
from reports.sentences.answer import law
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import holders_shown, view_of
from tests.reports.audiences import EVERY_AUDIENCE
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


@pytest.mark.parametrize("kind", EVERY_AUDIENCE)
def test_the_first_page_answers_five_questions_whoever_reads(result: Result, kind: str | None) -> None:
    view = EVERY_AUDIENCE[kind].view(result)
    page = brief_document(result, kind).document.sections[0]
    first = [node for block in page.blocks for node in walk(block)]
    told = " ".join(str(node) for node in first)
    # What: which roofs, for whom.
    plants = r"3 solar plants( \(.*?\) would (sell|share|inject)|.*with their neighbours)|'Plants', 'Toiture"
    assert re.search(plants, told)
    assert "€/year" in told or kind in {"lender", "engineer"}  # for me
    assert "metered curves" in told or "standard deviation" in told  # how sure
    assert law(view) is not None  # lawful: stands above, in every document
    asked = [node.title for node in first if isinstance(node, Callout) and node.look == "asked"]
    asked += [node.title for node in first if isinstance(node, TextTable) and node.name == "asked"]
    headed = [node.text for node in first if isinstance(node, Heading)]
    assert asked or "Asked of you, to find or to ask" in headed


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


def test_the_lender_reads_a_row_for_each_borrower_and_the_closed_with_others(result: Result) -> None:
    owners = ["usine", "marche", "Société des toitures"]
    assert result.money is not None
    terms = result.money.plan_terms
    assert terms is not None
    plants = [replace(one, owner=id_) for one, id_ in zip(result.scenario.plants, owners, strict=True)]
    made = [replace(one, owner=id_) for one, id_ in zip(terms.plants, owners, strict=True)]
    sold = [replace(one, owner=id_) for one, id_ in zip(result.money.plants, owners, strict=True)]
    given = replace(
        result,
        scenario=replace(result.scenario, plants=tuple(plants)),
        money=replace(result.money, plan_terms=replace(terms, plants=tuple(made)), plants=tuple(sold)),
    )
    found = lending(given)
    assert found is not None
    loan = found.p50[Strain.NONE]
    assert {*loan.borrowers} == {*owners}
    each = table(given, "lender", "borrowers")
    assert len(each.rows) == 3
    covers = [loan.of([id_]).cover for id_ in loan.borrowers]
    assert [row[3].text for row in each.rows] == [fr(cover[0], 2) for cover in covers if cover is not None]
    assert each.total[1].text == eur(float(loan.flows.loan_eur.sum()))
    assert len(table(given, "lender", "borrower-years").columns) == 1 + 2 * len(loan.borrowers)
    # Who reads that each borrower is told is told so, and nobody else.
    assert [
        "cover of each borrower" in one for one in (pages(given, "lender")[0], pages(result, "lender")[0])
    ] == [
        True,
        False,
    ]
    # With fewer than three borrowers in a row, the total would tell the closed one: it stands with all.
    people = tuple(replace(one, publish=one.id != "usine") for one in given.scenario.participants)
    hidden = replace(given, scenario=replace(given.scenario, participants=people))
    blocks = [b for s in brief_document(hidden, "lender").document.sections for b in s.blocks]
    assert "borrowers" not in [b.name for b in blocks if isinstance(b, TextTable)]


def test_a_curve_that_nobody_metered_is_said_to_be_no_yield_study(result: Result) -> None:
    first = pages(result, "lender")[0]
    assert "not a yield study" in first
    assert "CONFIDENTIAL" in first.upper()
    assert "P90" not in pages(replace(result, drawn=None), "lender")[0].replace("there is no P90", "")


def test_without_a_loan_the_lender_is_told_no_cover() -> None:
    without = with_money(make_result())
    assert "No loan is written in this folder" in pages(without, "lender")[0]
    for name in ("strains", "debt-years"):
        heads = [column.head for column in table(without, "lender", name).columns]
        assert not [head for head in heads if "DSCR" in head or "To pay" in head]


def test_where_no_year_leaves_anything_the_lender_is_told_so() -> None:
    free = with_money(make_result(), local_eur_per_kwh=0.0)
    assert "no year would leave anything to pay one back" in pages(free, "lender")[0]


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
    assert isinstance(document.status.text, Callout)


def test_the_treasurer_reads_sales_apart_from_purchases_avoided(result: Result) -> None:
    assert result.money is not None
    budgets = table(result, "treasurer", "budgets")
    heads = [column.head.replace("\n", " ") for column in budgets.columns]
    bodies = [one for one in holders_shown(result) if one.kind in PUBLIC_BODIES]
    assert [row[0].text for row in budgets.rows] == [one.name for one in bodies]
    for body, row in zip(bodies, budgets.rows, strict=True):
        told = dict(zip(heads, (cell.text for cell in row), strict=True))
        book = treasury(result, body)
        assert book is not None
        assert told["Purchases avoided"] == fr(book.budget.saved_eur_ht)
        assert told["Balance"] == fr(book.balance_eur)
        assert told["PMO fee"] == fr(-book.budget.fee_eur_ht)  # as it is paid, not to the thousand
        *lines, balance, saved, both = (
            float(re.sub(r"[^\d−]", "", text).replace("−", "-")) for text in [*told.values()][1:]
        )
        assert sum(lines) == balance
        assert balance + saved == both
        person = next(one for one in result.money.persons if one.id == body.id)
        assert book.balance_eur + book.budget.saved_eur_ht == pytest.approx(
            person.gain_eur_ht / result.money.period_years
        )


def test_the_account_and_the_book_life_are_left_to_the_accountant(result: Result) -> None:
    natures = table(result, "treasurer", "natures")
    assert {row[2].text for row in natures.rows} == {"……"}


def test_a_body_that_did_not_agree_has_no_line(result: Result) -> None:
    first = next(one for one in holders_shown(result) if one.kind in PUBLIC_BODIES)
    people = tuple(
        replace(one, publish=False) if n in first.sites else one
        for n, one in enumerate(result.scenario.participants)
    )
    hidden = replace(result, scenario=replace(result.scenario, participants=people))
    told = " ".join(pages(hidden, "treasurer"))
    assert first.name not in told
    assert "did not agree to be named" in told


def test_the_engineer_reads_each_point_and_what_each_place_sends_back(result: Result) -> None:
    assert len(pages(result, "engineer")) <= 2
    points = table(result, "engineer", "points")
    assert [row[1].text for row in points.rows] == [fr(one.kwp, 1) for one in result.scenario.plants]
    # What a plant injects behind a meter would tell what is used there: dashes where nobody agreed.
    own = {one.id: one.name for one in result.scenario.plants}
    names = view_of(result, "syndicate").names
    closed = [names[id_] != name for id_, name in own.items()]
    assert [row[3].text == "–" for row in points.rows] == closed
    told = " ".join(pages(result, "engineer"))
    people = result.scenario.participants
    hidden = [one for one in people if not one.publish or (one.kind in HOMES and homes(one) < 10)]
    assert not [one.name for one in hidden if one.name in told]


def test_a_place_where_nobody_agreed_tells_the_engineer_no_power_of_its_own(result: Result) -> None:
    scenario = result.scenario
    shut = tuple(replace(one, publish=False, substation="Ailleurs") for one in scenario.participants[:1])
    away = tuple(
        replace(one, substation="Ailleurs", owner=shut[0].id) if m == 0 else one
        for m, one in enumerate(scenario.plants)
    )
    people = (*shut, *scenario.participants[1:])
    given = replace(result, scenario=replace(scenario, participants=people, plants=away))
    rows = {row[0].text: row for row in table(given, "engineer", "places").rows}
    named = view_of(given, "syndicate").names
    assert named[away[0].id] != away[0].name
    assert {cell.text for cell in rows["Ailleurs"][4:]} == {"–"}


def test_the_treasurer_reads_purchases_without_and_with_and_only_the_natures_that_there_are(
    result: Result,
) -> None:
    bodies = [one for one in holders_shown(result) if one.kind in PUBLIC_BODIES]
    bought = table(result, "treasurer", "purchases")
    assert [row[0].text for row in bought.rows] == [one.name for one in bodies]
    for body, row in zip(bodies, bought.rows, strict=True):
        book = treasury(result, body)
        assert book is not None
        assert book.without is not None
        assert book.with_operation is not None
        assert [row[1].text, row[2].text] == [
            fr(book.without.supply_eur_ht),
            fr(book.with_operation.supply_eur_ht),
        ]
        assert row[-1].text == fr(book.with_operation.total_eur_ht)
        paid = [float(cell.text.replace(",", "")) for cell in row[1:]]
        assert sum(paid[:6:2]) == paid[-2]
        assert sum(paid[1:6:2]) + sum(paid[6:8]) == paid[-1]
    rents = [row[0].text for row in table(result, "treasurer", "natures").rows if "Rents" in row[0].text]
    assert not rents
