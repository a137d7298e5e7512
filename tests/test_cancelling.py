"""What would cancel an operation: each line is its own run with that condition typed in, and is told to all.

Every line and every member of the example, of a member who holds everything, and of the operation of forty.
"""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from acc.accounts.values import Departures
from acc.result.result import Cancelling, Condition, GainUnderCondition, Result, conditions_for_members
from acc.rules.check import State
from acc.sides import loses
from acc.years.states import first_day
from reports.data.encode import to_json
from reports.data.results import results_document
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import eur
from reports.format.numbers import signed
from reports.nodes.tree import Document, TextTable, walk
from reports.page.names import names_of
from reports.page.seance import SeanceInputs, seance_of
from reports.terminal.persons import details
from reports.workbook.papers import papers
from reports.workbook.write import workbook
from scenarios.entry.folder.question import read_question
from scenarios.run import run
from scenarios.session import AtHand, PageQuestion
from tests.test_one_outcome import DAY, folder_of

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
    assert conditions == set(Condition) - ({Condition.DEPARTURES} if name == "sole" else set())
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
        assert [line.condition for line in told] == list(Condition)
        assert told[-1].of(ids).plan_eur_ht == min(line.of(ids).plan_eur_ht or 0.0 for line in roofs)
    assert conditions_for_members(result.cancelling, {"ville"})[-1].plant_id == "toit-gymnase"
    assert conditions_for_members(result.cancelling, {"cave"})[-1].plant_id == "hangar-cave"


def test_every_medium_tells_the_same_lines(tmp_path: Path) -> None:
    result = typed(folder_of("example", tmp_path / "example", None), leaving=True)
    everybody = conditions_for_members(result.cancelling, set(result.cancelling[0].members))
    told = [
        (eur(line.everybody.gain_eur_ht or 0.0), str(line.losers), eur(line.everybody.plan_eur_ht or 0.0))
        for line in everybody
    ]
    screen = next(node for node in details(result) if isinstance(node, TextTable))
    names = names_of(result.scenario)
    kept = SeanceInputs(kept=result, folder=result, face="", same=True, everyone=result.scenario, names=names)
    page = seance_of(result, kept)
    assert page.cancelling is not None
    briefs = [cancelling_of(brief_document(result, one).document) for one in (None, "syndicate")]
    for shown in (screen, page.cancelling, *briefs):
        assert [tuple(cell.text for cell in row[1:4]) for row in shown.rows] == told
    summary = load_workbook(io.BytesIO(workbook(result)))["Summary"]
    rows = [row for row in summary.values if ": " in str(row[0])][-2 * len(everybody) :]
    assert [(row[1], row[3]) for row in rows] == [
        (pytest.approx(eur_ht), f"members who lose: {lose}")
        for line in everybody
        for eur_ht, lose in (
            (line.everybody.gain_eur_ht, line.losers),
            (line.everybody.plan_eur_ht, line.losers_over_plan),
        )
    ]
    document = json.loads(to_json(results_document(result)))["cancelling"]
    assert [one["npv_eur_ht"] for one in document[:3]] == [
        line.everybody.plan_eur_ht for line in everybody[:3]
    ]
    assert {one["setting"] for one in document} == {line.setting for line in result.cancelling}
    for member in ("hopital", "ville"):
        rows = cancelling_of(sheet_document(result, member).document).rows
        lines = conditions_for_members(result.cancelling, {member})
        assert [row[1].text for row in rows] == [signed(one.of({member}).gain_eur_ht or 0) for one in lines]


@pytest.mark.slow
def test_the_page_waits_for_its_ranges_to_tell_what_would_cancel_it(tmp_path: Path) -> None:
    hand = AtHand(folder_of("example", tmp_path / "example", None), lambda: DAY)
    moved = PageQuestion(sets=("prix=90",))
    assert hand.result(moved, whole=False).cancelling == ()
    at_rest = hand.result(moved, drawn=True, whole=False).cancelling
    assert at_rest == hand.result(moved, drawn=True).cancelling
    assert {line.condition for line in at_rest} == set(Condition)


def cancelling_of(document: Document) -> TextTable:
    nodes = (node for section in document.sections for one in section.blocks for node in walk(one))
    return next(node for node in nodes if isinstance(node, TextTable) and node.name == "cancelling")


def test_a_sheet_and_a_deliberation_tell_the_rules_and_clauses_of_their_holder_alone(tmp_path: Path) -> None:
    result = typed(folder_of("example", tmp_path / "example", None), leaving=True)
    own = {check.rule: check for check in result.rules_of("hopital")}
    assert set(own) == {check.rule for check in result.rules}
    to_verify = {rule for rule, check in own.items() if check.state is State.TO_VERIFY}
    assert to_verify >= {"pmo", "supply-volume", "supply-end"}
    sites = {site.id for site in result.scenario.participants if site.person == "hopital"}
    for rule in ("procurement", "supply-volume", "supply-end"):
        assert {*own[rule].culprits} <= sites
    assert "Hôpital" in own["procurement"].title  # its own purchase, not that of the largest buyer
    sheet = sheet_document(result, "hopital").document
    status = str(sheet.status)
    assert f"{len(to_verify)} point" in status
    sites = len(result.scenario.participants) + len(result.scenario.plants)
    book = papers(result, "commune", np.zeros((sites, sites)))["deliberation-hopital.xlsx"]
    told = " ".join(str(row[0]) for row in load_workbook(io.BytesIO(book)).worksheets[0].values)
    for clause in (
        "contract: Hôpital buys",
        "Blanchisserie hospitalière would buy 11%",
        "1 contract without",
    ):
        assert clause in told
