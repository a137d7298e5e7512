"""What would cancel an operation: each line is its own run with that condition typed in, and is told to all.

Every line and every member of the example, of a member who holds everything, and of the operation of forty.
"""

from pathlib import Path

import numpy as np
import pytest

from acc.accounts.values import Departures
from acc.result.cancelling import Cancelling, Condition, GainUnderCondition, conditions_for_members
from acc.result.result import Result
from acc.sides import loses
from acc.years.states import first_day
from reports.nodes.tree import Document, TextTable, walk
from scenarios.entry.folder.question import read_question
from scenarios.run import run
from scenarios.session import AtHand, PageQuestion
from tests.test_one_outcome import DAY, folder_of

OF_A_FOLDER = [
    each for each in Condition if each not in {Condition.CONNECTION_AT_MOST, Condition.NOT_FOUNDED}
]
"""The others are of a plan of several operations."""

FOLDERS = ["example", "sole", pytest.param("op40", marks=[pytest.mark.shared, pytest.mark.slow])]


def typed(folder: Path, *sets: str, **asked: bool) -> Result:
    return run(folder, ran_on=DAY, settings=read_question(sets), **asked)  # type: ignore[arg-type]


def told_by(result: Result, line: Cancelling) -> dict[str, GainUnderCondition]:
    """Return what a run with the condition typed in gives each member."""
    assert result.money is not None
    plans = {person.id: person.npv_eur_ht for person in result.money.persons}
    gains = {person.id: person.gain_eur_ht for person in result.money.persons}
    if line.condition is Condition.FULL_ACCISE:  # a full first year at the full rate
        gains = {person.id: person.full_accise_gain_eur_ht for person in result.money.persons}
    if line.condition is Condition.DEPARTURES:
        after = next(one for one in result.money.plans_after if one.case is Departures.CHURN)
        plans, gains = dict(after.persons_npv_eur_ht), dict(after.persons_later_eur_ht)
    return {
        one.id: GainUnderCondition(gains[one.id], plans[one.id])
        for one in result.money.persons
        if one.is_known
    }


@pytest.mark.parametrize("name", FOLDERS)
def test_each_line_is_its_own_run(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    shared = request.getfixturevalue("shared_data") if name == "op40" else None
    folder = folder_of(name, tmp_path / name, shared)
    result = typed(folder)
    conditions = {line.condition for line in result.cancelling}
    assert conditions == set(OF_A_FOLDER) - ({Condition.DEPARTURES} if name == "sole" else set())
    assert {line.plant_id for line in result.cancelling} - {None} == {p.id for p in result.scenario.plants}
    for line in result.cancelling:
        # A run works out its own such lines too: only the plan after departures needs what comes with them.
        sets = [line.setting] if line.setting else []
        asked = typed(folder, *sets, advised=line.condition is Condition.DEPARTURES)
        want = told_by(asked, line)
        for id_, then in line.members.items():  # who held this roof alone is out, and has nothing
            own = want.get(id_, GainUnderCondition(0.0, 0.0 if then.plan_eur_ht is not None else None))
            assert then.gain_eur_ht == pytest.approx(own.gain_eur_ht, abs=1e-6), (line.setting, id_)
            assert then.plan_eur_ht == pytest.approx(own.plan_eur_ht, abs=1e-6), (line.setting, id_)
        assert line.losers == sum(loses(then.gain_eur_ht) for then in want.values())


@pytest.mark.parametrize(
    ("day", "parts"),
    [
        ("2025-06-01", (1.0, 1.0, 1.0)),  # before the operation begins: every year
        ("2026-10-01", (92 / 365, 1.0, 1.0)),
        ("2027-01-01", (0.0, 1.0, 1.0)),
        ("2028-07-01", (0.0, 0.0, 184 / 366, 1.0)),
        ("2090-01-01", (0.0, 0.0, 0.0)),
    ],
)
def test_full_accise_counts_from_its_day(day: str, parts: tuple[float, ...], tmp_path: Path) -> None:
    folder = folder_of("example", tmp_path / "example", None)
    days = ((), (f"prices.full_accise_from={day}",), ("prices.full_accise_from=2020-01-01",))
    exempt, taxed, always = (typed(folder, *sets, advised=False) for sets in days)
    assert exempt.money is not None
    assert taxed.money is not None
    assert always.money is not None
    assert always.money.total is not None
    assert exempt.money.total is not None
    assert taxed.money.total is not None
    due_eur = exempt.money.total.full_accise_eur_ht
    assert due_eur > 1000.0
    without, full, due = (
        np.array(money.total.gain_by_year_eur_ht) for money in (exempt.money, taxed.money, always.money)
    )
    years = np.arange(1, without.size)
    asked = np.array([parts[min(t, len(parts)) - 1] for t in years])
    np.testing.assert_allclose((without - full)[1:], (without - due)[1:] * asked, atol=1e-6)
    assert (without - due)[1] == pytest.approx(due_eur, abs=1e-6)
    assert (np.diff((without - due)[1:]) < 0.0).all()  # panels age
    assert exempt.money.total.gain_eur_ht - taxed.money.total.gain_eur_ht == pytest.approx(due_eur * parts[0])
    told = {line.condition for line in taxed.cancelling}
    assert Condition.FULL_ACCISE not in told  # it is counted


def test_a_table_begins_with_the_folder_and_each_gain_is_of_the_year_it_says(tmp_path: Path) -> None:
    folder = folder_of("example", tmp_path / "example", None)
    result = typed(folder)
    assert result.money is not None
    assert result.money.total is not None
    base, accise, _market, departures = result.cancelling[:4]
    assert base.condition is Condition.UNCHANGED
    assert base.everybody.gain_eur_ht == pytest.approx(result.money.total.gain_eur_ht)
    assert base.everybody.plan_eur_ht == pytest.approx(result.money.total.npv_eur_ht)
    assert accise.everybody.gain_eur_ht == pytest.approx(result.money.total.full_accise_gain_eur_ht)
    assert accise.everybody.gain_eur_ht < base.everybody.gain_eur_ht - 1000.0  # type: ignore[operator]
    assert departures.gain_from is not None
    assert departures.gain_from.year == first_day(result.scenario.steps).year + 9
    others = {(line.everybody.gain_eur_ht) for line in result.cancelling}
    assert len(others) == len(result.cancelling)  # none repeats the untouched first year
    # Nobody leaves: the year that is told is that of the ledger; with one year in the plan, the first one.
    for years, asked in ((1, 1), (25, 10)):
        money = typed(folder, "finance.churn_ratio=0", f"finance.horizon_years={years}").money
        assert money is not None
        after = next(one for one in money.plans_after if one.case is Departures.CHURN)
        assert after.later_year == asked
        for person in money.persons:
            own = person.gain_eur_ht if years == 1 else person.gain_by_year_eur_ht[asked]
            assert after.persons_later_eur_ht[person.id] == pytest.approx(own, abs=1e-6), person.id


def test_a_key_that_reads_prices_shares_again(tmp_path: Path) -> None:
    folder = folder_of("example", tmp_path / "example", None)
    key = "key.name=price"
    for line in typed(folder, key).cancelling[1:3]:
        want = told_by(typed(folder, key, line.setting), line)
        assert {id_: then.gain_eur_ht for id_, then in line.members.items()} == pytest.approx(
            {id_: then.gain_eur_ht for id_, then in want.items()}, abs=1e-6
        )


def test_the_roof_told_is_the_one_whose_absence_costs_the_reader_most(tmp_path: Path) -> None:
    result = typed(folder_of("example", tmp_path / "example", None))
    roofs = [line for line in result.cancelling if line.condition is Condition.ROOF_NOT_BUILT]
    for ids in ({"ville"}, {"cave"}, {"hopital"}, {"ville", "cave"}):
        told = conditions_for_members(result.cancelling, ids)
        assert [line.condition for line in told] == OF_A_FOLDER
        assert told[-1].of(ids).plan_eur_ht == min(line.of(ids).plan_eur_ht or 0.0 for line in roofs)
    assert conditions_for_members(result.cancelling, {"ville"})[-1].plant_id == "toit-gymnase"
    assert conditions_for_members(result.cancelling, {"cave"})[-1].plant_id == "hangar-cave"


@pytest.mark.slow
def test_the_page_waits_for_its_ranges_to_tell_what_would_cancel_it(tmp_path: Path) -> None:
    hand = AtHand(folder_of("example", tmp_path / "example", None), lambda: DAY)
    moved = PageQuestion(sets=("prix=90",))
    assert hand.result(moved, whole=False).cancelling == ()
    at_rest = hand.result(moved, drawn=True, whole=False).cancelling
    assert at_rest == hand.result(moved, drawn=True).cancelling
    assert {line.condition for line in at_rest} == set(OF_A_FOLDER)


def cancelling_of(document: Document) -> TextTable:
    nodes = (node for section in document.sections for one in section.blocks for node in walk(one))
    return next(node for node in nodes if isinstance(node, TextTable) and node.name == "cancelling")
