"""Who leaves over a plan whose years differ: beside runs without it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.accounts.person_values import PersonMoney
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import RunParts, run
from scenarios.studies.members import core_search as over_plan
from scenarios.studies.members.run import members
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

ROWS = "cave;scale;2028-07-01;2\necole;closes;2029;0.2\nhangar;starts;2027;\nfoyer;joins;2027;\n"


def folder_of(folder: Path, rows: str = ROWS) -> Path:
    # Six years: each of them is settled, on both sides.
    write_operation(folder, **{"horizon_years = 20": "horizon_years = 6"})
    (folder / "participants.csv").write_text(PARTICIPANTS.replace("CU4;;", "CU4;130;"), encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS.replace(";190;cave", ";190;"), encoding="utf-8")
    if rows:
        (folder / "changes.csv").write_text(f"id;what;since;ratio\n{rows}", encoding="utf-8")
    return folder


def persons_of(folder: Path, *gone: str) -> dict[str, PersonMoney]:
    asked = read_question((), gone)
    money = run(folder, ran_on=date(2026, 9, 1), settings=asked, parts=RunParts(advice=False)).money
    assert money is not None
    return {person.id: person for person in money.persons}


def test_over_the_plan_leaving_changes_what_a_run_without_it_says(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    told = {one.id: one for one in members(folder).over_plan}
    whole = persons_of(folder)
    # The roof behind no meter of the cellar is its own: it goes with it.
    for name, gone in (("ecole", ("ecole",)), ("cave", ("cave", "hangar")), ("foyer", ("foyer",))):
        left = persons_of(folder, *gone)
        moved = {
            id_: left[id_].npv_eur_ht - one.npv_eur_ht
            for id_, one in whole.items()
            if id_ != name and one.npv_eur_ht is not None
        }
        assert told[name].others_change_eur == pytest.approx(sum(moved.values()), abs=0.01)
        assert told[name].own_eur == pytest.approx(whole[name].sharing_npv_eur_ht, abs=0.01)
        hit, worst = min(moved.items(), key=lambda item: item[1]), told[name].worst
        assert (worst.id if worst else None) == (hit[0] if hit[1] < 0.0 else None)


def test_the_tables_of_a_year_are_those_of_the_first_one_without_who_comes_later(tmp_path: Path) -> None:
    report = members(folder_of(tmp_path / "dated"))
    ids = {site.id for site in (*report.scenario.participants, *report.scenario.plants)}
    assert ids.isdisjoint({"foyer", "hangar"})
    assert not report.joining  # they are of the operation, from their dates on
    assert any("The first year of the plan is told: 4 dated changes" in note for note in report.notes)
    assert not report.status.costs_left_out or "changes" not in report.status.costs_left_out
    early = members(folder_of(tmp_path / "early", "cave;scale;2026-01-02;2\n"))
    assert not early.over_plan
    plain = members(folder_of(tmp_path / "plain", ""))
    assert early.shared_kwh > plain.shared_kwh


def test_who_is_not_told_over_the_plan_is_counted_and_what_nobody_knows_is_no_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path)
    whole = members(folder)
    assert not any("who leaves is not told" in note for note in whole.notes)
    assert whole.over_plan == members(folder, exact=True).over_plan
    monkeypatch.setattr(over_plan, "MOST_PERSONS", 1)
    few = members(folder)
    assert few.over_plan == whole.over_plan[:1]
    others = len(whole.over_plan) - 1
    assert any(f"who leaves is not told of {others} other" in note for note in few.notes)
    known, asked = over_plan.balances_of, list[Operation]()

    def unknown(operation: Operation) -> Sequence[PersonMoney]:
        asked.append(operation)
        persons = known(operation)
        return persons if len(asked) == 1 else [replace(one, npv_eur_ht=None) for one in persons]

    monkeypatch.setattr(over_plan, "balances_of", unknown)
    assert members(folder).over_plan == ()
    assert len(asked) > 1


def test_nothing_is_compared_over_the_plan_without_one(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "op", "")
    path = folder / "operation.toml"
    text = re.sub(r"^start = .*$", "start = 2025-06-01", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    path.write_text(re.sub(r"^end = .*$", "end = 2025-07-01", text, flags=re.MULTILINE), encoding="utf-8")
    operation = open_operation(folder)[0]
    outcome = operation.outcome(operation.scenario.key, leaving=False)
    assert outcome.money is not None
    assert outcome.money.plan is None
    assert over_plan.leaving_over_plan(operation, None, lambda _text: None) == ((), ())
