"""The notes to the lender, the treasurer and the engineer: one or two pages, each figure that of `acc`."""

import re
from dataclasses import fields, replace
from io import BytesIO
from math import isnan

import numpy as np
import pypdf
import pytest

from acc.accounts.persons import Holding
from acc.bills.tariffs import VatRates
from acc.household_privacy import HOMES, PUBLIC_BODIES, homes
from acc.plan.plants import lost_vat
from acc.plan.values import CashFlows, PaybackState
from acc.result.lending import Strain, lending, treasury
from acc.result.result import Drawn, OutputDoubt, Result
from acc.sites import Kind, Person, Vat
from reports.documents.brief import brief_document
from reports.format.money import eur
from reports.format.numbers import fr
from reports.nodes.tree import Callout, Group, Heading, Terms, TextTable, walk
from reports.paper.typeset import pdf
from reports.sentences.answer import law
from reports.sentences.budget_lines import EXPENSES, LINES, RECEIPTS, SALES, WORKS, budget_lines, payback_text
from reports.studies.notes.treasurer import treasurer_pages
from reports.view.privacy import may_tell_sales
from reports.view.view import holders_shown, view_of
from tests.reports.audiences import EVERY_AUDIENCE
from tests.reports.documents.test_unlawful import unlawful
from tests.reports.make import make_result
from tests.reports.make_money import FINANCE, with_money

DOUBT = OutputDoubt(middle_ratio=1.0, sigma_ratio=0.05, modelled=True)


@pytest.fixture(scope="module")
def result() -> Result:
    made = with_money(make_result(), finance=replace(FINANCE, debt_ratio=0.8))
    return replace(made, drawn=Drawn(weather_years=1, outputs={"": DOUBT}))


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
    groups = [node for node in first if isinstance(node, Group) and node.name == "questions"]
    answered = [node for group in groups for node in group.children if isinstance(node, Terms)]
    assert kind in {None, "commune", "company", "syndicate"} or [len(rows.items) for rows in answered] == [5]
    of_their_own = {"treasurer", "operator", "coordinator"}  # who ask other things first, answered above
    assert re.search(plants, told) or kind in of_their_own
    assert "€/year" in told or kind in {"lender", "engineer", *of_their_own}  # for me
    assert "metered curves" in told or "standard deviation" in told or kind == "operator"  # how sure
    assert law(view) is not None  # lawful: stands above, in every document
    asked = [node.title for node in first if isinstance(node, Callout) and node.look == "asked"]
    asked += [node.title for node in first if isinstance(node, TextTable) and node.name == "asked"]
    headed = [node.text for node in first if isinstance(node, Heading)]
    assert asked or "Asked of you, to find or to ask" in headed or kind == "operator"


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
    assert [row[6].text for row in years.rows] == [fr(one, 2) for one in loan.cover_by_year[1:16].tolist()]


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
    # P90 of each is that of its own plants, as its own note tells it.
    alone = [lending(given, id_) for id_ in loan.borrowers]
    own = [debts.p90[Strain.NONE].cover for debts in alone if debts is not None and debts.p90]
    assert [row[5].text for row in each.rows if len(each.columns) > 6] == [
        fr(low, 2) for low, _mean in filter(None, own)
    ]
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
        assert not [head for head in heads if "DSCR" in head or "Interest" in head]


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


def amount(text: str) -> float:
    return float(re.sub(r"[^\d−]", "", text).replace("−", "-"))


def budgets(result: Result, person: str = "") -> list[TextTable]:
    drawn = brief_document(result, "treasurer", person).document
    blocks = [node for part in drawn.sections for block in part.blocks for node in walk(block)]
    return [block for block in blocks if isinstance(block, TextTable) and block.name == "budget"]


def test_the_treasurer_reads_sales_apart_from_purchases_avoided(result: Result) -> None:
    assert result.money is not None
    bodies = [one for one in holders_shown(result) if one.kind in PUBLIC_BODIES]
    for body, lines in zip(bodies, budgets(result), strict=True):
        assert body.name in lines.title
        told = {row[0].text: row[2].text for row in lines.rows}
        book = treasury(result, body)
        assert book is not None
        assert told["Purchases avoided"] == fr(book.budget.saved_eur_ht)
        assert told["Balance of the year"] == fr(book.balance_eur)
        assert told.get("Fee of the PMO", "0") == fr(
            -book.budget.fee_eur_ht
        )  # as it is paid, not to the thousand
        paid = [amount(row[2].text) for row in lines.rows if row[0].text in LINES]
        assert sum(paid) == amount(told["Balance of the year"])
        person = next(one for one in result.money.persons if one.id == body.id)
        assert book.balance_eur + book.budget.saved_eur_ht == pytest.approx(
            person.gain_eur_ht / result.money.period_years
        )
        # What nobody but the accountant knows is left to the accountant.
        assert {row[5].text for row in lines.rows if row[1].text in {RECEIPTS, EXPENSES, WORKS}} <= {"……"}


def owned(result: Result, vat: Vat | None) -> tuple[Result, Holding]:
    """An operation whose plants are all of its first public body."""
    body = next(one for one in holders_shown(result) if one.kind in PUBLIC_BODIES)
    assert result.money is not None
    assert result.money.plan is not None
    assert result.money.plan_terms is not None
    person = Person(id=body.id, name=body.name, vat=vat)
    plants = tuple(replace(one, owner=body.id, person=body.id) for one in result.scenario.plants)
    rates = VatRates(vat_ratio=0.2, returned_ratio=0.16404, returned_after_years=2)
    charged = [
        replace(
            one, owner=body.id, charges=replace(one.charges, vat_rates=rates, vat=lost_vat(person, rates))
        )
        for one in result.money.plan_terms.plants
    ]
    terms = replace(result.money.plan_terms, plants=tuple(charged))
    assert result.money.plant_income is not None
    plan = replace(result.money.plan, owner=body.id)
    money = replace(
        result.money,
        plants=tuple(replace(one, owner=body.id) for one in result.money.plants),
        plan_terms=terms,
        plans=(plan,),
    )
    scenario = replace(result.scenario, plants=plants, persons=(person,))
    return replace(result, scenario=scenario, money=money), body


def test_each_line_has_its_vat_and_the_fctva_comes_back_for_who_does_not_recover_it(result: Result) -> None:
    given, body = owned(result, Vat.FCTVA)
    book = treasury(given, body)
    assert book is not None
    lines = budget_lines(book, Vat.FCTVA)
    works = lines["Works, connection"]
    assert works.eur == pytest.approx(works.eur_ht * 1.2, abs=1.0)  # to the euro
    back = works.eur * 0.16404
    assert lines["FCTVA on the works"].eur == pytest.approx(-back, abs=1.0)  # to the euro
    assert lines["Upkeep of the plants"].eur == pytest.approx(-1.2 * book.paid_eur("opex_eur_ht"), abs=1.0)
    # In franchise nothing is billed; who recovers VAT bills it; where the folder is silent nobody can tell.
    sold, surplus = (LINES[name].taxed for name in (SALES, "Sales of the surplus"))
    assert sold.get(Vat.RECOVERED) == 1.0
    assert sold.get(Vat.FCTVA, 0.0) == sold.get(Vat.LOST, 0.0) == surplus.get(Vat.LOST, 0.0) == 0.0
    assert isnan(sold[None])
    assert isnan(surplus[Vat.RECOVERED])
    assert "FCTVA on the works" not in budget_lines(book, Vat.LOST)


def test_a_body_reads_its_payback_without_tax_and_with_its_vat_less_the_fctva(result: Result) -> None:
    assert result.money is not None
    plan = result.money.plan
    assert plan is not None
    years = np.arange(21.0)
    paid = {name: np.zeros(21) for name in (f.name for f in fields(plan.flows))}
    paid["investment_eur_ht"] = np.where(years == 0.0, -1000.0, 0.0)
    paid["surplus_eur_ht"] = np.where(years > 0.0, 100.0, 0.0)
    bare = replace(plan, flows=CashFlows(**paid), payback_years=10.0, connected=None)
    assert payback_text(bare) == "Payback of the plants: 10\xa0years."
    # 200 of VAT, 80 of which come back in year 2: 1,120 to earn, of 100 a year.
    paid["investment_vat_eur"] = np.where(years == 0.0, -200.0, np.where(years == 2.0, 80.0, 0.0))
    borne = replace(bare, flows=CashFlows(**paid), payback_years=11.2)
    assert payback_text(borne) == (
        "Payback of the plants: 10\xa0years without tax, 11\xa0years with this VAT and the FCTVA."
    )
    never = replace(borne, payback_years=None, payback_state=PaybackState.NEVER)
    assert "without tax, never with" in payback_text(never)


def test_a_body_of_plants_alone_is_told_no_purchase_that_it_avoids(result: Result) -> None:
    given, body = owned(result, Vat.FCTVA)
    view = replace(view_of(given, "commune"), holder=replace(body, sites=()))
    told = [node for block in treasurer_pages(view) for node in walk(block)]
    lines = next(node for node in told if isinstance(node, TextTable) and node.name == "budget")
    assert "Purchases avoided" not in [row[0].text for row in lines.rows]


def test_running_costs_are_the_lines_that_make_them(result: Result) -> None:
    given, body = owned(result, None)
    book = treasury(given, body)
    assert book is not None
    parts = ["Upkeep of the plants", "Network, points of injection", "Insurance and IFER of the plants"]
    assert sum(LINES[name].of(book) for name in parts) == pytest.approx(-book.budget.running_eur_ht)


def test_the_note_of_one_body_tells_its_years_and_needs_nobody_else_to_agree(result: Result) -> None:
    given, body = owned(result, Vat.FCTVA)
    people = tuple(
        one if n in body.sites else replace(one, publish=False)
        for n, one in enumerate(given.scenario.participants)
    )
    hidden = replace(given, scenario=replace(given.scenario, participants=people))
    assert len(budgets(hidden, body.id)) == 1
    told = [
        node
        for part in brief_document(hidden, "treasurer", body.id).document.sections
        for node in part.blocks
    ]
    years = next(node for node in told if isinstance(node, TextTable) and node.name == "body-years")
    found = lending(hidden, body.id)
    assert found is not None
    covers = found.p90[Strain.NONE].cover_by_year[1 : len(years.rows) + 1]
    heads = [column.head for column in years.columns]
    place = heads.index("DSCR\nP90")
    assert [row[place].text for row in years.rows] == [fr(one, 2) for one in covers.tolist()]
    for row in years.rows:
        paid = {
            head: 0.0 if cell.text == "–" else amount(cell.text)
            for head, cell in zip(heads, row, strict=True)
        }
        parts = [paid.get(name, 0.0) for name in heads[1 : heads.index("Balance")]]
        assert sum(parts) == pytest.approx(paid["Balance"], abs=len(parts))  # each to the euro
    closed = [one.name for one in people if not one.publish]
    assert not [name for name in closed if name in str(told)]


def test_what_one_closed_buyer_pays_is_withheld_with_the_balance_that_would_tell_it(result: Result) -> None:
    given, body = owned(result, Vat.FCTVA)
    people = given.scenario.participants
    assert may_tell_sales([one for n, one in enumerate(people) if n not in body.sites], "commune")
    firm = next(one for one in people if one.kind is Kind.COMPANY)
    assert not may_tell_sales([replace(firm, publish=False)])
    assert may_tell_sales([replace(firm, publish=True)])
    three = [replace(firm, id=name, person=name, publish=False) for name in "abc"]
    assert may_tell_sales(three)
    assert not may_tell_sales([replace(one, person="a") for one in three])
    home = next(one for one in people if one.kind in HOMES)
    assert not may_tell_sales([replace(home, households=3, publish=True)])


def test_a_lender_is_told_the_loan_of_one_borrower_alone(result: Result) -> None:
    owners = ["usine", "marche", "Société des toitures"]
    assert result.money is not None
    terms = result.money.plan_terms
    assert terms is not None
    made = [replace(one, owner=id_) for one, id_ in zip(terms.plants, owners, strict=True)]
    sold = [replace(one, owner=id_) for one, id_ in zip(result.money.plants, owners, strict=True)]
    money = replace(result.money, plan_terms=replace(terms, plants=tuple(made)), plants=tuple(sold))
    given = replace(result, money=money)
    every, one = lending(given), lending(given, "usine")
    assert every is not None
    assert one is not None
    for strain, loan in one.p50.items():
        if strain is not Strain.LARGEST:  # that of this borrower
            assert loan.cover == every.p50[strain].of(["usine"]).cover
    assert one.p50[Strain.NONE].borrowers == ("usine",)
    assert lending(given, "nobody") is None


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
    assert len(budgets(hidden, first.id)) == 1  # its own note is for it alone


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


def test_the_treasurer_reads_purchases_without_and_with(
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
