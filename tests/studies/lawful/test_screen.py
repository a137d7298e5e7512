"""The lawful plans on the screen, on the map and in the table for a spreadsheet."""

import re
from dataclasses import replace
from typing import Any

import pytest

from acc.result.cancelling import Cancelling, Condition
from acc.result.lawful_plan import (
    AbsentPart,
    BoundBasis,
    LawfulPlansReport,
    PlanConstraints,
    PlanDoubt,
    PlannedPerson,
    PlanOutlook,
    PlanWithout,
)
from acc.rules.check import status_of
from acc.scenario import Regime
from acc.sites import Position
from reports.data.lawful_plans import groups_csv
from reports.figures.style import svg
from reports.format.unlawful import doubt_text, way_text
from reports.nodes.tree import Paragraph, TextTable
from reports.sentences.unlawful import plan_lines
from reports.sentences.way_out import plan_sure
from reports.studies.lawful.group_map import (
    LEGEND_MM,
    SIZE_MM,
    Box,
    GroupLine,
    OwnerLine,
    Room,
    Spot,
    group_map,
)
from reports.studies.lawful.screen import best_text, split_nodes, split_summary
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_plan import planned


def report(**given: Any) -> LawfulPlansReport:
    """Return two plans: no operation, and two of them that bring 80,000 EUR."""
    result = make_result()
    plan = planned(result)
    alone = replace(
        plan,
        operations=(),
        roofs=tuple(replace(roof, operation=None) for roof in plan.roofs),
        persons=(
            PlannedPerson(id="all", name="All", value_eur=20_000.0, year_eur=900.0, alone_eur=20_000.0),
        ),
    )
    made: dict[str, Any] = {
        "scenario": result.scenario,
        "status": status_of((), fictitious=True),
        "front": (alone, replace(plan, bound_eur=100_000.0)),
        "owners_inside": None,
        "without_regime": {Regime.KM_20: alone},
        "search_only": (),
        "seed": 24,
        "has_plan": True,
        "single_eur": 120_000.0,
        "single_losers": 1,
    }
    made |= given
    return LawfulPlansReport(**(made | {"best": made["front"][-1]}))


def shown(one: LawfulPlansReport) -> str:
    return " ".join(node.text for node in split_nodes(one, []) if isinstance(node, Paragraph))


def test_the_first_sentence_says_how_many_who_loses_and_the_euros_beside_the_others() -> None:
    assert best_text(report()).replace("\u202f", " ").replace("\xa0", " ") == (
        "2 lawful operations, 11 sites and 3 plants: 80,000 € for all over 20 years, investment counted, "
        "nobody loses; 20,000 € without any operation. One single perimeter, were it lawful: 120,000 €, "
        "1 member loses."
    )


def test_a_line_a_plan_with_the_gap_of_its_bound() -> None:
    (table,) = [node for node in split_nodes(report(), []) if isinstance(node, TextTable)]
    cells = [[cell.text for cell in row] for row in table.rows]
    assert [row[0] for row in cells] == ["no operation", "1 operation", "without 20 km"]
    assert [row[1:4] for row in cells] == [["20", "0", "0"], ["80", "60", "0"], ["20", "0", "0"]]
    assert [row[-1] for row in cells] == ["–", "20%", "–"] or cells[1][-1].startswith("20")
    assert table.rows[1][0].look == "strong"


def test_who_loses_is_named_with_the_loss_and_who_is_outside_with_why() -> None:
    best = report().best
    loser = PlannedPerson(id="b", name="Bakery", value_eur=-900.0, year_eur=12.0, alone_eur=0.0)
    one = report(front=(report().front[0], replace(best, persons=(*best.persons, loser))))
    assert "Bakery loses: −900 €" in shown(one).replace("\xa0", " ").replace("\u202f", " ")
    assert "In no operation, it would save less than its own management costs: " in shown(one)


def test_what_the_search_leaves_out_is_told_by_what_counts_it() -> None:
    made = report(search_only=("tax", "battery"))
    text = shown(replace(made, best=replace(made.best, left_out=("battery",))))
    assert "The search leaves out: tax on profit; the figures count it, the bound does not." in text
    assert "No figure counts: battery." in text


def test_no_operation_that_brings_more_is_said_so() -> None:
    one = report(front=report().front[:1])
    assert best_text(one).startswith("No lawful operation brings these members more than their roofs alone: ")


def test_a_name_that_looks_like_a_formula_stays_words_in_the_table() -> None:
    whole = report()
    first, *others = whole.scenario.participants
    scenario = replace(whole.scenario, participants=(replace(first, name='=HYPERLINK("http://x")'), *others))
    text = groups_csv(replace(whole, scenario=scenario)).decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert ";=" not in text
    last = text.splitlines()[-1]
    assert "save less than its own management costs" in last
    assert last.startswith(";;")


def spots(count: int) -> list[Spot]:
    return [
        Spot(
            f"Site {i}",
            Position(44.8 + 0.01 * (i % 5), 0.4 + 0.02 * (i // 5)),
            i % 8,
            i % 4 == 0,
            f"Town {i % 7}",
        )
        for i in range(count)
    ]


def test_no_text_of_the_map_leaves_the_page_or_meets_another() -> None:
    room = Room()
    for i in range(60):
        box = room.place([(SIZE_MM[0] - 1.0 - i, 20.0 + i)], "1 · 19,0 km", 7.2, bold=True)
        if box is not None:
            assert LEGEND_MM <= box.left < box.right <= SIZE_MM[0]
            assert not any(box.meets(other) for other in room.texts)
            room.texts.append(box)
    assert len(room.texts) > 10
    assert room.place([(SIZE_MM[0] - 1.0, 20.0)], "1 · 19,0 km", 7.2) is None


def test_the_map_tells_eight_groups_apart_and_says_what_the_limits_leave() -> None:
    lines = [GroupLine(i, i + 8, 1.0 + i, 0.05 if i == 0 else None) for i in range(8)]
    drawn = svg(group_map(spots(40), lines, [f"2 km, {i} MWh" for i in range(8)], [OwnerLine(0, 9)]))
    texts = {text.replace("\xa0", " ") for text in re.findall(r">([^<>]+)</text>", drawn)}
    assert {f"{i + 1} · {1 + i}.0 km" for i in range(1, 8)} <= texts
    assert "1 · 1.0 km (50 m left)" in texts
    assert {"Town 0", "longest pair", "to its owner, elsewhere"} <= texts


def test_boxes_meet_where_they_have_something_in_common() -> None:
    assert Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3))
    assert not Box(0, 0, 2, 2).meets(Box(2, 0, 3, 2))


def test_plans_without_a_bound_are_said_not_to_be_proven() -> None:
    first, best = report().front
    one = report(front=(first, replace(best, bound_eur=None)), is_bounded=False)
    (table,) = [node for node in split_nodes(one, []) if isinstance(node, TextTable)]
    assert {row[-1].text for row in table.rows} == {"–"}
    assert "Not proven: sites stand too close together for a bound." in shown(one)
    assert "Proven within" not in shown(one)


def doubted() -> LawfulPlansReport:
    """Return plans of which the best was drawn beside no operation, and is tried without each."""
    made = report()
    own = PlanDoubt(
        constraints=PlanConstraints(most=1),
        value_eur=80_000.0,
        low_eur=50_000.0,
        middle_eur=81_000.0,
        high_eur=120_000.0,
        best_ratio=0.86,
        lose_shares={"all": 0.23},
    )
    alone = replace(own, constraints=PlanConstraints(most=0), best_ratio=0.14, lose_shares={})
    gone = PlanWithout(
        absent=AbsentPart.DEROGATION, id="20km", lost_eur=60_000.0, unchanged_eur=None, losers=2
    )
    best = replace(made.best, doubts=(own, alone), draws=100, without=(gone,))
    return replace(made, front=(made.front[0], best), best=best)


def test_doubt_is_told_in_a_sentence_and_by_plan_and_who_loses_how_often() -> None:
    text = shown(doubted()).replace("\u202f", " ").replace("\xa0", " ")
    assert (
        "This plan, 8 chances in 10: 50,000 € to 120,000 € for all. The best of 2 plans 9 times in 10. "
        "1 member loses 1 time in 10 or more (2 at most)."
    ) in text
    assert "Who loses, how many times in 10: All (2)." in text
    doubts, without = [node for node in split_nodes(doubted(), []) if isinstance(node, TextTable)][-2:]
    assert [[cell.text for cell in row] for row in doubts.rows] == [
        ["1 operation", "50", "81", "120", "9", "1"],
        ["no operation", "50", "81", "120", "1", "0"],
    ]
    assert [[cell.text for cell in row] for row in without.rows] == [["derogation: 20 km", "60", "–", "2"]]


def summary(one: LawfulPlansReport) -> list[str]:
    nodes = [*split_summary(one, [])]
    kinds = ["(table)" if isinstance(node, TextTable) else getattr(node, "text", "") for node in nodes]
    return [text.replace("\u202f", " ").replace("\xa0", " ") for text in kinds]


def test_the_short_screen_tells_owners_inside_and_the_doubt_before_any_row_that_may_not_fit() -> None:
    made = doubted()
    outlook = PlanOutlook(
        conditions=(Cancelling(condition=Condition.UNCHANGED, setting="", members={}),),
        owners_inside_eur=75_000.0,
        owners_inside_losers=0,
    )
    first, *others = made.best.roofs
    best = replace(made.best, roofs=(replace(first, owner_elsewhere=True), *others), outlook=outlook)
    texts = summary(replace(made, front=(made.front[0], best), best=best))
    inside = next(at for at, text in enumerate(texts) if "75,000 €, nobody loses" in text)
    doubt = next(at for at, text in enumerate(texts) if text.startswith("This plan, 8 chances in 10"))
    assert inside < doubt < texts.index("(table)")


def test_a_plan_of_which_no_draw_was_made_says_so_wherever_its_doubt_is_told() -> None:
    missing = "No draws were made of this plan"
    assert any(text.startswith(missing) for text in summary(report()))
    assert missing in shown(report())
    result = make_result()
    view, plan = view_of(replace(result, way=planned(result))), planned(result)
    assert missing in plan_sure(view, plan)
    assert plan_lines(view)[-1].startswith(missing)
    assert missing not in doubt_text(report().front[0])


def test_the_band_of_an_unlawful_operation_tells_the_doubt_and_names_nobody() -> None:
    result = replace(make_result(), way=doubted().best)
    lines = plan_lines(view_of(result))
    assert lines[-1].startswith("This plan, 8 chances in 10")
    assert "All" not in lines[-1]


def test_a_bound_of_what_is_searched_is_told_so_and_what_is_to_confirm_has_its_price() -> None:
    first, best = report().front
    told = replace(
        best,
        searched_eur=79_000.0,
        bound_basis=BoundBasis.SEARCH,
        to_confirm=("A third party",),
        confirmed_eur=101_000.0,
    )
    one = report(front=(first, told), if_confirmed=replace(told, bound_eur=None))
    text = shown(one).replace("\u202f", " ").replace("\xa0", " ")
    assert "Proven within" not in text
    assert "as the search counts (79,000 € for this plan, 80,000 € in full)" in text
    assert "+21,000 € for all if it is confirmed that A third party has a public-service mission" in text
    table = next(node for node in split_nodes(one, []) if isinstance(node, TextTable))
    assert "as\nsearched" in table.columns[-1].head
    assert [row[0].text for row in table.rows].count("once confirmed") == 1
    assert one.best.gap_ratio == pytest.approx(0.21)
    assert not one.is_proven
    band = way_text(told).replace("\u202f", " ").replace("\xa0", " ")
    assert "+21,000 € for all if it is confirmed that 1 owner" in band
    assert "A third party" not in band
