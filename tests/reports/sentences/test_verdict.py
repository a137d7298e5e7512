"""The verdict of page 1: each row of its table, and what a "yes" never leaves unsaid."""

from dataclasses import replace

import pytest

from acc.result.result import Result
from acc.sides import loses
from reports.sentences.decision import shares_table
from reports.sentences.decision_tiles import boxes, works_box
from reports.sentences.verdict import Grounds, Reply, grounds_of, reply, verdict
from reports.study import Objection
from reports.view.member_rows import member_rows
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.make_ranges import with_ranges

SOUND = Grounds(value_eur=20_000.0, most_costly_eur=5_000.0, sharing_eur=8_000.0, cover_ratio=1.2)
BETTER, ALONE = Objection("another form"), Objection("each alone", is_sharing=True)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"value_eur": None}, Reply.UNKNOWN),
        ({"sharing_eur": -100.0}, Reply.NO),
        ({"against": (ALONE,)}, Reply.NO),
        ({"value_eur": -100.0, "sharing_eur": None}, Reply.NO),
        ({"value_eur": -100.0, "sharing_eur": 0.0}, Reply.NO),
        ({"value_eur": -100.0}, Reply.NOT_YET),
        ({"most_costly_eur": -100.0}, Reply.NOT_YET),
        ({"is_costed": False}, Reply.NOT_YET),
        ({"losers": 1}, Reply.NOT_YET),
        ({"cover_ratio": 0.96}, Reply.NOT_YET),
        ({"keeps_key": False}, Reply.NOT_YET),
        ({"against": (BETTER,)}, Reply.NOT_YET),
        ({"cover_ratio": float("nan")}, Reply.YES),
        ({"most_costly_eur": None, "sharing_eur": None, "cover_ratio": None}, Reply.YES),
        ({}, Reply.YES),
    ],
)
def test_each_row_of_the_table_has_its_reply(changed: dict[str, object], expected: Reply) -> None:
    assert reply(replace(SOUND, **changed)) is expected  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def result() -> Result:
    return with_ranges(with_money(make_result()))


def all_gain(result: Result, low_eur: float) -> Result:
    """Return a result in which each member gains, all at least `low_eur` in the draws."""
    money = result.money
    assert money is not None
    persons = tuple(
        replace(p, npv_eur_ht=1_000.0, without_sharing_npv_eur_ht=0.0, without_sharing_eur_ht=0.0)
        for p in money.persons
    )
    gaining = tuple(replace(p, sales_eur_ht=p.sales_eur_ht + 5_000.0) for p in persons)
    ranges = {**(result.ranges or {}), "everybody_npv_eur_ht": {"": (low_eur, 13_000.0, 30_000.0)}}
    return replace(result, money=replace(money, persons=gaining), ranges=ranges)


def test_a_yes_says_that_the_low_end_of_its_range_is_a_loss(result: Result) -> None:
    for low_eur in (-5_000.0, 5_000.0):
        view = view_of(all_gain(result, low_eur))
        said = verdict(view)
        assert reply(grounds_of(view)) is Reply.YES
        assert "obody would lose" in said.text
        assert ("chance in 10 or more that all together lose" in said.text) == loses(low_eur)


def test_who_loses_is_said_and_no_yes_stands_beside(result: Result) -> None:
    said = verdict(view_of(result))
    assert said.title == "Not yet."
    assert "1 would lose: Éclairage public" in said.text


def test_what_each_gets_adds_up_as_it_is_printed(result: Result) -> None:
    table = shares_table(view_of(result))
    assert table is not None
    for place in range(1, len(table.columns)):
        texts = [row[place].text for row in (*table.rows, table.total)]
        *parts, total = (float(text.replace(",", "").replace("\N{MINUS SIGN}", "-")) for text in texts)
        assert sum(parts) == pytest.approx(total)


def test_who_is_not_named_stands_in_a_row_with_two_others(result: Result) -> None:
    view = view_of(result)
    rows = member_rows(view, view.outcomes.ids)
    assert sorted(member.id for row in rows for member in row) == sorted(view.outcomes.ids)
    for row in rows:
        closed = [member for member in row if member.id not in view.named_members]
        assert (
            not closed or len(row) >= LEAST_CLOSED or all(member.kind == "household-group" for member in row)
        )


def test_what_is_to_be_paid_says_its_basis(result: Result) -> None:
    box = works_box(view_of(result))
    assert box is not None
    assert "without tax" in box.note
    assert len(boxes(view_of(result))) == 3
