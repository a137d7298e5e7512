import re
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pypdf
import pytest

from acc.result.outcomes import key_outcomes, outcomes
from acc.result.proposal import Candidate, recommend
from acc.result.result import Result
from acc.scenario import Decide, DecisionCriterion
from reports.documents.comparison import _row, comparison_document
from reports.paper.typeset import pdf
from reports.sentences import paired
from reports.sentences.comparison import advised, heading
from reports.view.comparison import ComparedPerson, compared
from reports.view.privacy import LEAST_CLOSED
from tests.reports.document_texts import items
from tests.reports.make import MEMBERS, make_result, scenario, small
from tests.reports.make_money import with_money


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result(others=("static", "equal")))


def without(dropped: str) -> Result:
    rows = [row for row in MEMBERS if row[0] != dropped]
    made = make_result(scenario(rows), [row[3] for row in rows], [row[4] for row in rows])
    return with_money(replace(made, scenario=replace(made.scenario, variant=f"without {dropped}")))


def candidate(losers: int, total: float, gini: float) -> Candidate:
    return Candidate(losers=losers, total=total, gini=gini)


def test_who_loses_counts_before_money_and_money_before_evenness() -> None:
    assert recommend([candidate(1, 200.0, 0.0), candidate(0, 100.0, 0.9)]).index == 1
    assert recommend([candidate(0, 100.0, 0.9), candidate(0, 98.0, 0.0)]).index == 0
    assert recommend([candidate(1, 0.0, 0.0), candidate(0, 100.0, 0.9), candidate(0, 99.5, 0.0)]).index == 2


def test_of_two_equal_candidates_the_first_is_named() -> None:
    assert recommend([candidate(0, 100.0, 0.2), candidate(0, 100.0, 0.2)]).index == 0


@pytest.mark.parametrize(
    ("total", "losers", "chosen"), [(100.9, 1, 0), (99.2, 1, 0), (101.1, 1, 1), (100.0, 0, 1), (120.0, 2, 0)]
)
def test_what_is_written_is_left_for_more_euros_or_fewer_losers_never_for_evenness_alone(
    total: float, losers: int, chosen: int
) -> None:
    # Totals are equal within 1 %.
    assert recommend([candidate(1, 100.0, 0.9), candidate(losers, total, 0.0)]).index == chosen


def test_half_a_euro_is_no_reason_to_leave_what_is_written() -> None:
    near = Decide(near_ratio=0.0)
    assert recommend([candidate(0, 10.0, 0.9), candidate(0, 10.4, 0.0)], near).index == 0
    assert recommend([candidate(0, 10.0, 0.9), candidate(0, 10.6, 0.9)], near).index == 1


def test_a_group_that_puts_evenness_first_is_heard() -> None:
    first = Decide(order=(DecisionCriterion.FAIRNESS, DecisionCriterion.TOTAL))
    assert recommend([candidate(0, 100.0, 0.3), candidate(0, 100.0, 0.1)], first).index == 1
    assert recommend([candidate(0, 100.0, 0.103), candidate(0, 100.0, 0.1)], first).index == 0


def test_a_group_that_loses_money_is_compared_all_the_same() -> None:
    found = recommend([candidate(2, -100.0, 0.2), candidate(2, -99.5, 0.1)])
    assert (found.index, found.equal) == (0, 1)
    assert recommend([candidate(2, -100.0, 0.2), candidate(2, -50.0, 0.9)]).index == 1


@pytest.mark.parametrize("in_euros", [True, False])
def test_the_comparison_of_keys_tells_each_total_and_what_each_member_has_of_them(*, in_euros: bool) -> None:
    energy = make_result(others=("static", "equal"))
    result = with_money(energy) if in_euros else energy
    reader = pypdf.PdfReader(BytesIO(pdf(comparison_document([result]))))
    assert len(reader.pages) == 1 + in_euros
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    made = compared([result])
    for table in (paired.scenarios_table(made), paired.persons_table(made)):
        assert all(re.sub(r"\s+", " ", cell.text) in text for row in table.rows for cell in row)
    assert "Recommendation" in text


def test_without_euros_the_members_of_every_key_receive_all_that_it_shares() -> None:
    made = compared([make_result(others=("static", "equal"))])
    for place, case in enumerate(made.cases):
        received = sum(person.received_kwh[place] or 0.0 for person in made.persons)
        assert received == pytest.approx(case.shared_kwh, rel=1e-9)


def test_under_every_key_a_member_has_its_own_value_over_the_plan(result: Result) -> None:
    made = compared([result])
    for place, key in enumerate(key_outcomes(result)):
        own = {member.id: member.plan_eur_ht for member in outcomes(result, key).members}
        for person in made.persons:
            assert person.amounts_eur[place] == pytest.approx(sum(own[id_] or 0.0 for id_ in person.ids))


def test_what_each_has_is_tinted_by_its_change_and_whom_it_moves_most_comes_first(result: Result) -> None:
    made = compared([result])
    rows = paired.persons_table(made).rows
    spread = {
        person.name: max(known) - min(known)
        for person in made.persons
        if (known := [eur for eur in person.amounts_eur if eur is not None])
    }
    assert rows[0][0].text == max(spread, key=lambda name: spread[name])
    cells = [row[1:] for row in rows]
    assert max(abs(cell.points[0]) for row in cells for cell in row) == 1.0
    for row in cells:
        assert row[made.reference].points == (0.0,)


def test_beyond_a_page_those_whom_the_keys_move_least_stand_together() -> None:
    made = compared([with_money(small(60))])
    rows = paired.persons_table(made).rows
    assert len(rows) == paired.MOST_ROWS
    assert rows[-1][0].text == f"{len(made.persons) - paired.MOST_ROWS + 1} others, together"


def test_whom_the_note_does_not_name_has_no_row_under_any_key(result: Result) -> None:
    made = compared([result])
    named = set(made.view.named_members.values())
    *_, others = sorted(made.persons, key=lambda person: len(person.ids))
    assert {person.name for person in made.persons if person is not others} <= named
    assert len(others.ids) >= LEAST_CLOSED


def test_the_heading_names_what_the_criteria_name(result: Result) -> None:
    made = compared([result])
    assert made.best is not None
    assert made.best.title == "Equal shares"
    assert heading(made) == "The criteria choose another key: Equal shares"
    told = advised(made)
    assert told.startswith("The usual criteria would choose “Equal shares”: 91,300\xa0€ more")
    assert "9 sites would gain more, 2 less and 1 as much." in told


def test_scenarios_are_set_side_by_side_on_the_union_of_their_members(result: Result) -> None:
    made = compared([result, without("usine")])
    assert len(made.rows) == len(MEMBERS)
    absent = made.rows.index("Usine agroalimentaire")
    assert str(made.cases[1].received_kwh[absent]) == "nan"
    assert made.cases[0].title == "The folder"
    assert len(pypdf.PdfReader(BytesIO(pdf(comparison_document([result, without("usine")])))).pages) == 2


def test_the_first_page_says_what_is_compared_to_who_has_read_nothing_else(result: Result) -> None:
    told = paired.about(compared([result, without("usine")]))
    assert told[0].replace("\xa0", " ") == "13 members, 12 sites and 3 plants (1,020 kWp in the folder)."
    assert any(text.startswith("NPV: what is gained over") for text in told)


def test_beyond_a_page_of_scenarios_each_member_reads_its_worst_and_its_best_of_all(result: Result) -> None:
    many = [
        replace(result, scenario=replace(result.scenario, variant=f"{n}" if n else None)) for n in range(20)
    ]
    eur = tuple(1000.0 * value for value in (5, *range(18), -7))
    made = replace(compared(many), persons=(ComparedPerson("One", frozenset({"one"}), eur),))
    table = paired.persons_table(made)
    (row,) = table.rows
    assert len(row) == len(table.columns) == 1 + 10 + 2
    assert [cell.text for cell in row[-2:]] == ["20: −7.0", "19: 17"]
    few = replace(made, cases=made.cases[:12])
    assert len(paired.persons_table(few).columns) == 1 + 12


def test_one_case_that_is_kept_is_told_in_the_singular() -> None:
    told = " ".join(items(comparison_document([with_money(make_result())]), "How the recommendation is made"))
    assert "1 is kept." in told
    assert "1 are kept" not in told


def test_a_scenario_is_drawn_in_thousands_of_euros_with_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.documents.comparison.chance_text", lambda _chance: "8 in 10")
    case = SimpleNamespace(title="equal", parts=("equal",), is_lawful=True)
    chance = SimpleNamespace(low_eur=-2_500.0, high_eur=4_000.0)
    choice: Any = SimpleNamespace(
        cases=(case,),
        best=case,
        drawn=SimpleNamespace(chance=lambda _place: chance),
        ranking=SimpleNamespace(together_eur=np.array([1_500.0]), losers=np.array([2])),
    )
    row = _row(choice, 0, is_grouped=False)
    assert (row.value, row.low, row.high) == (1.5, -2.5, 4.0)
    assert (row.losers, row.note, row.is_loss, row.may_be, row.is_best) == ("2", "8 in 10", True, True, True)
