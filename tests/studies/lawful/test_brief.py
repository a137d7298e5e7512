"""The pages of the brief on a plan of several operations: who is where, what is first, who is shown."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.accounts.persons import holdings
from acc.problem import InputError
from acc.result.buyers import Buyer
from acc.result.cancelling import Cancelling, Condition, GainUnderCondition
from acc.result.lawful_plan import BuyerLeaving, LawfulPlan, PlannedPerson, PlanOutlook
from acc.result.outcomes import outcomes
from acc.result.result import Result
from acc.rules.check import Check, State
from reports.documents.brief import brief_document
from reports.format.money import eur
from reports.nodes.tree import Bullets, Figure, Paragraph, Terms, TextTable, walk
from reports.sentences.plan_outlook import hidden_members, kind_rows, member_rows, plan_cancelling_table
from reports.studies.lawful.brief import MAP, block
from reports.terminal.blocks import next_of_unlawful
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import view_of
from scenarios.studies.lawful.folders import kept_operations, places_of_person
from scenarios.studies.lawful.study import with_plan
from tests.reports.documents.test_unlawful import unlawful
from tests.reports.make_money import with_money
from tests.studies.lawful.test_folders import folder_of


def outlook_of(persons: tuple[PlannedPerson, ...]) -> PlanOutlook:
    """Return an outlook where full accise takes 1,500 EUR over the plan and 60 EUR a year from everyone."""
    base = {one.id: GainUnderCondition(one.year_eur, one.value_eur) for one in persons}
    taxed = {
        id_: GainUnderCondition(one.gain_eur_ht - 60.0, one.plan_eur_ht - 1500.0) for id_, one in base.items()
    }  # type: ignore[operator]
    rows = ((Condition.UNCHANGED, base, None, None), (Condition.FULL_ACCISE, taxed, date(2027, 1, 1), None))
    rows += ((Condition.NOT_FOUNDED, base, None, 1), (Condition.NOT_FOUNDED, taxed, None, 2))  # type: ignore[assignment]
    return PlanOutlook(
        conditions=tuple(
            Cancelling(condition=condition, setting="", members=members, day=day, operation=operation)
            for condition, members, day, operation in rows
        ),
        investor_ids=(persons[0].id,),
        vat_eur=20_000.0,
    )


def planned_result() -> Result:
    """Return an unlawful result with a plan: everyone has 1,000 EUR more than the one before."""
    result = with_money(unlawful())
    assert result.way is not None
    members = outcomes(result).members
    persons = tuple(
        PlannedPerson(
            id=member.id,
            name=member.name,
            kind=member.kind,
            value_eur=1000.0 * place,
            year_eur=50.0 * place,
            alone_eur=0.0,
        )
        for place, member in enumerate(members, start=1)
    )
    return replace(result, way=replace(result.way, persons=persons, outlook=outlook_of(persons)))


def plan_of(result: Result) -> LawfulPlan:
    assert result.way is not None
    return result.way


def test_the_pages_follow_the_first_one_where_nothing_else_is_lawful(tmp_path: Path) -> None:
    result = planned_result()
    kept = with_plan(tmp_path, result)
    drawn = brief_document(kept)
    before, after = (len(one.document.sections) for one in (brief_document(result), drawn))
    assert after == before + 1
    nodes = [node for one in drawn.document.sections[1].blocks for node in walk(one)]
    tables = {node.name: node for node in nodes if isinstance(node, TextTable)}
    assert {"lawful-operations", "plan-gains"} == set(tables)  # page 1 has what would cancel it
    assert [row[0].text for row in tables["lawful-operations"].rows] == [
        "1 · 2 km",
        "2 · 20 km *",
        "in no operation",
    ]
    (steps,) = (node.items for node in nodes if isinstance(node, Bullets))
    assert steps[0].startswith("Operation 2: its organiser")  # derogations come first
    assert any(isinstance(node, Figure) and node.name == MAP for node in nodes)
    assert MAP in drawn.pictures
    lawful = replace(result, checks=(), way=None)
    assert with_plan(tmp_path, lawful) is lawful


def test_rows_add_up_and_tell_nobody_apart() -> None:
    result = planned_result()
    view, plan = view_of(result), plan_of(result)
    hidden = hidden_members(view)
    assert len(hidden) >= LEAST_CLOSED
    every = {person.id for person in plan.persons}
    for rows in (member_rows(view, plan), kind_rows(view, plan)):
        ids = [id_ for row in rows for id_ in row.ids]
        assert sorted(ids) == sorted(every)
        for row in rows:  # no row of fewer than three has somebody who did not agree
            assert not hidden & {*row.ids} or len(hidden & {*row.ids}) >= LEAST_CLOSED
    names = {person.name for person in plan.persons if person.id in hidden}
    texts = str([row.name for row in member_rows(view, plan)]) + str(block(result)[-1])
    assert not [name for name in names if name in texts]


def test_the_table_begins_as_planned_and_has_the_operations_that_may_be_refused() -> None:
    result = planned_result()
    plan = plan_of(result)
    table = plan_cancelling_table(plan, [one.id for one in plan.persons], view_of(result).names)
    assert table is not None
    assert [row[0].text for row in table.rows] == [
        "Nothing changes",
        "Accise in full from 1\xa0January 2027 (one source)",
        "The derogation of operation 2 is refused (20 km)",
    ]
    assert plan.outlook is not None
    lose = plan.outlook.conditions[1].losing_ids
    assert lose == tuple(one.id for one in plan.persons if one.value_eur < 1500.0)
    assert [row[-1].text for row in table.rows] == ["0", str(len(lose)), str(len(lose))]
    assert plan_cancelling_table(replace(plan, outlook=None), [], {}) is None


def test_a_brief_offers_the_search_with_its_time_then_each_operation(tmp_path: Path) -> None:
    result = planned_result()
    said = [node.text for node in next_of_unlawful(replace(result, way=None), tmp_path)]  # type: ignore[union-attr]
    assert len(said) == 1
    assert "1 minute or so" in said[0]
    assert "--split" in said[0]
    (said_after,) = (node.text for node in next_of_unlawful(result, tmp_path))  # type: ignore[union-attr]
    assert said_after.endswith("--operations`")
    lawful = replace(result, checks=tuple(check for check in result.checks if not check.forbids))
    assert not list(next_of_unlawful(lawful, tmp_path))


def test_what_is_to_confirm_comes_with_what_it_is_worth() -> None:
    result = planned_result()
    plan = plan_of(result)
    doubt = Check(
        rule="public-bodies", state=State.TO_VERIFY, title="Whether Bravo is a public body", binding=True
    )
    operations = (replace(plan.operations[0], checks=(doubt,)), *plan.operations[1:])
    doubted = replace(result, way=replace(plan, operations=operations))
    steps = next(node for one in block(doubted) for node in walk(one) if isinstance(node, Bullets)).items
    assert [step for step in steps if "confirm first" in step] == [
        "Operation 1, worth 40,000\xa0€: confirm first. Whether Bravo is a public body."
    ]


def test_without_euros_the_pages_tell_the_operations_alone() -> None:
    result = planned_result()
    plan = replace(plan_of(result), persons=(), outlook=None, euros_known=False)
    nodes = [node for one in block(replace(result, way=plan)) for node in walk(one)]
    (table,) = (node for node in nodes if isinstance(node, TextTable))
    assert [column.head for column in table.columns][-1] == "Shared\nMWh"
    (outside,) = (node.text for node in nodes if isinstance(node, Paragraph) and node.voice == "note")
    assert outside.startswith("In no operation, ")


def test_operations_of_a_plan_that_nobody_found_are_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "all")
    with pytest.raises(InputError, match="no lawful operation was found"):
        kept_operations(folder, tmp_path / "out", force=False)


def test_the_operations_of_a_person_are_those_of_all_it_holds() -> None:
    result = planned_result()
    scenario, plan = result.scenario, plan_of(result)
    for holder in holdings(scenario):
        ids = [scenario.participants[n].id for n in holder.sites]
        ids += [scenario.plants[m].id for m in holder.plants]
        places = sorted({at for at, one in enumerate(plan.operations) for id_ in ids if id_ in one.ids})
        for name in {holder.id, *ids}:
            if places:
                assert places_of_person(scenario, plan, name) == places
            else:
                with pytest.raises(InputError, match="none of the lawful operations"):
                    places_of_person(scenario, plan, name)
    assert plan.outside
    with pytest.raises(InputError, match="is unknown"):
        places_of_person(scenario, plan, "nobody")


def nodes_of(result: Result, audience: str) -> list[object]:
    return [
        node for part in brief_document(result, audience).document.sections[0].blocks for node in walk(part)
    ]


def test_what_cancels_a_plan_is_told_its_readers_for_themselves_with_their_answers() -> None:
    result = planned_result()
    plan = plan_of(result)
    row = kind_rows(view_of(result), plan)[0]
    tables = {node.name: node for node in nodes_of(result, "company") if isinstance(node, TextTable)}
    assert tables["cancelling"].title.endswith(row.name)
    own = [one for one in plan.persons if one.id in row.ids]
    losers = sum(one.value_eur < 1500.0 for one in own)
    assert [line[-1].text for line in tables["cancelling"].rows] == ["0", str(losers), str(losers)]
    assert tables["cancelling"].rows[0][1].text == eur(sum(one.year_eur for one in own))
    assert "plan-gains" not in tables  # its row is in the one above
    (terms,) = (node for node in nodes_of(result, "company") if isinstance(node, Terms))
    assert [question for question, _answer in terms.items][:2] == ["You sign", "To leave"]
    # Public bodies have no row of their own: one who did not agree would be the rest of it.
    assert not any(isinstance(node, Terms) for node in nodes_of(result, "commune"))


@pytest.mark.parametrize("audience", ["lender", "treasurer", "coordinator"])
def test_readers_of_a_plan_have_their_five_answers_on_one_page(audience: str) -> None:
    result = planned_result()
    assert len(brief_document(result, audience).document.sections) == 1
    (terms,) = (node for node in nodes_of(result, audience) if isinstance(node, Terms))
    assert len(terms.items) == 5


def test_a_lender_reads_the_largest_buyer_of_each_operation_of_a_plan() -> None:
    result, plan = planned_result(), plan_of(planned_result())
    outlook = plan.outlook
    assert outlook is not None
    buyer = Buyer(id=plan.persons[0].id, receipts_ratio=0.34)
    gone = BuyerLeaving(operation=1, buyer=buyer, cover=(0.92, 1.25), payback_years=11.26)
    unpaid = replace(gone, operation=2, cover=None)
    buyers = (gone, unpaid, replace(unpaid, operation=3, payback_years=None))
    way = replace(plan, outlook=replace(outlook, leaving_buyers=buyers))
    (terms,) = (node for node in nodes_of(replace(result, way=way), "lender") if isinstance(node, Terms))
    who = f"{plan.persons[0].name} (34% of the receipts): "
    assert dict(terms.items)["Largest buyer gone"] == (
        f"operation 1, {who}covered 1.25 on average, 0.92 in the worst year; "
        f"operation 2, {who}paid back in 11.3 years; operation 3, {who}never paid back "
        "(at the computed output, without draws)."
    )
