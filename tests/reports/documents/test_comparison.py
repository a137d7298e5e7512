import re
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pypdf
import pytest

from acc.problem import InputError
from acc.result.proposal import Candidate, recommend
from acc.result.result import Result
from acc.scenario import Decide, DecisionCriterion
from acc.sites import Kind
from reports.documents.comparison import _row, comparison_document
from reports.paper.typeset import pdf
from reports.sentences import paired
from reports.sentences.comparison import MOST_ROWS, advised, heading, who_by_case
from reports.view.comparison import ComparedPerson, compared
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


def test_the_comparison_of_a_few_keys_fits_one_page_with_every_total_and_difference(
    result: Result,
) -> None:
    reader = pypdf.PdfReader(BytesIO(pdf(comparison_document([result]))))
    assert len(reader.pages) == 1
    text = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    made = compared([result])
    for case in made.cases:
        assert re.sub(r"\s+", " ", made.view.scale.plain(case.shared_kwh)) in text
    assert "Recommendation" in text
    for row in who_by_case(made).rows:
        assert all(cell.text in text for cell in row)


def test_who_gains_and_who_loses_is_signed_tinted_and_worst_hit_first(result: Result) -> None:
    made = compared([result])
    rows = who_by_case(made).rows
    gains = np.stack([made.gains(case) for case in made.cases[1:]])
    worst = made.rows[int(gains.min(axis=0).argmin())]
    assert rows[0][0].text == worst
    tinted = [(cell.points[0], cell.text) for row in rows for cell in row if cell.look == "tint"]
    assert max(abs(tint) for tint, _text in tinted) == 1.0
    strong = [(tint, text) for tint, text in tinted if abs(tint) > 0.01]
    assert all(text.startswith("+" if tint > 0.0 else "\u2212") for tint, text in strong)


def test_beyond_a_page_those_whom_the_cases_change_least_stand_together() -> None:
    made = compared([with_money(small(60))])
    rows = who_by_case(made).rows
    assert len(rows) == MOST_ROWS
    assert rows[-1][0].text == f"{len(made.rows) - MOST_ROWS + 1} other sites"


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


def test_scenarios_that_isolate_a_few_homes_are_refused(result: Result) -> None:
    people = [
        replace(p, households=30) if p.kind is Kind.HOUSEHOLD_GROUP else p
        for p in result.scenario.participants
    ]
    other = replace(result, scenario=replace(result.scenario, participants=tuple(people)))
    with pytest.raises(InputError, match="differ by 5 households"):
        compared([result, other])


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
