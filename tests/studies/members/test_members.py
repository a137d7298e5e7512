"""`acc members` on a folder: each answer is what a run of the folder with or without that row gives."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.accounts.person_values import Missing
from acc.departures.entry_exit import Change
from acc.members.core import Verdict
from acc.members.report import MembersReport, Reward, reward
from acc.problem import InputError
from acc.rules.check import State
from reports.studies.members.files import members_document
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from scenarios.studies.members.run import members
from tests.effort import few

OPERATION = """
[operation]
name = "Essai"
start = 2025-06-02
end = 2025-06-05
step_minutes = 60
rates_on = 2026-09-01
perimeter = "2km"

[key]
name = "prorata"

[prices]
local_eur_per_mwh = 105.0
surplus = 40.0
pmo_eur_per_year = 30.0

[weather]
latitude = 44.84
longitude = 0.49
"""

PARTICIPANTS = """id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;curve;active
a;Alpha;company;44.8478;0.4856;24037;36;CU4;128;c.csv#a_kwh;oui
b;Bravo;company;44.8462;0.4893;24037;36;CU4;121;c.csv#b_kwh;oui
c;Charlie;commune;44.8425;0.4968;24037;36;CU4;135;c.csv#c_kwh;oui
d;Delta;company;44.8462;0.4893;24037;36;CU4;119;c.csv#d_kwh;non
e;Echo;company;44.9462;0.4893;24037;36;CU4;119;c.csv#e_kwh;non
"""

PLANTS = """id;name;owner;latitude;longitude;insee;kwp;curve;behind;active
r0;Zero;commune;44.8455;0.4835;24037;90;c.csv#r0_kwh;;oui
r1;Un;;44.8478;0.4856;24037;60;c.csv#r1_kwh;a;oui
r2;Deux;b;44.8462;0.4893;24037;60;c.csv#r2_kwh;;non
r3;Trois;;44.8478;0.4856;24037;60;c.csv#r3_kwh;a;non
r4;Quatre;;44.8462;0.4893;24037;60;c.csv#r4_kwh;d;non
r5;Cinq;;44.8462;0.4893;24037;60;c.csv#r5_kwh;d;oui
"""

COLUMNS = ("a", "b", "c", "d", "e", "r0", "r1", "r2", "r3", "r4", "r5")


def write(folder: Path, *, operation: str = OPERATION, participants: str = PARTICIPANTS) -> Path:
    (folder / "curves").mkdir(parents=True)
    variants = "".join(
        f'\n[[variants]]\nname = "{name}"\n"{path}.active" = {value}\n'
        for name, path, value in (
            ("sans b", "participants.b", "false"),
            ("sans a", "participants.a", "false"),
            ("sans r0", "plants.r0", "false"),
            ("avec d", "participants.d", "true"),
            ("avec r2", "plants.r2", "true"),
            ("avec r3", "plants.r3", "true"),
        )
    )
    (folder / "operation.toml").write_text(operation + variants, encoding="utf-8")
    (folder / "participants.csv").write_text(participants, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    rng = np.random.default_rng(6)
    rows = ["time," + ",".join(f"{name}_kwh" for name in COLUMNS)]
    for step in range(72):
        sun = max(0.0, np.sin((step % 24 - 6) / 12 * np.pi))
        values = [*rng.gamma(2.0, 4.0, 5), *(rng.gamma(2.0, 12.0, 6) * sun)]
        day, hour = divmod(step, 24)
        moment = f"2025-06-0{2 + day}T{hour:02d}:00:00+02:00"
        rows.append(f"{moment}," + ",".join(f"{value:.4f}" for value in values))
    (folder / "curves" / "c.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("members") / "essai")


@pytest.fixture(scope="module")
def report(folder: Path) -> MembersReport:
    return members(folder, keys=["equal", "own-roof-first", "weighted"])


def of(changes: Sequence[Change], name: str) -> Change:
    return next(change for change in changes if change.id == name)


def run_of(folder: Path, variant: str | None, key: str | None = None):
    operation, _metered = open_operation(folder, variant=variant, key=key)
    outcome = operation.outcome(operation.scenario.key)
    assert outcome.money is not None
    savings = {p.id: p.saving_eur_ht for p in outcome.money.participants}
    gains = {p.id: p.gain_eur_ht for p in outcome.money.plants}
    return outcome.energy, savings, gains


def check_leaving(folder: Path, report: MembersReport, variant: str, who: str, key: str) -> None:
    change = of(report.leaving[key], who)
    before, savings, gains = run_of(folder, None, key)
    after, then, gained = run_of(folder, variant, key)
    assert change.before_kwh == pytest.approx(before.received_kwh.sum(), rel=1e-9)
    assert change.after_kwh == pytest.approx(after.received_kwh.sum(), rel=1e-9)
    assert change.surplus_after_kwh == pytest.approx(after.surplus_kwh.sum(), rel=1e-9)
    for i, member in enumerate(report.scenario.participants):
        expected = then[member.id] - savings[member.id] if member.id in then else 0.0
        assert change.saving_change_eur[i] == pytest.approx(expected, abs=1e-9)
    for i, plant in enumerate(report.scenario.plants):
        expected = gained[plant.id] - gains[plant.id] if plant.id in gained else 0.0
        assert change.gain_change_eur[i] == pytest.approx(expected, abs=1e-9)


LEAVERS = [("sans b", "b"), ("sans a", "a"), ("sans r0", "r0")]


@pytest.mark.parametrize("key", ["prorata", "equal"])
@pytest.mark.parametrize(("variant", "who"), LEAVERS)
def test_leaving_is_a_run_without_that_row(
    folder: Path, report: MembersReport, variant: str, who: str, key: str
) -> None:
    check_leaving(folder, report, variant, who, key)


BATTERY = """
[battery]
energy_kwh = 60.0
power_kw = 30.0
round_trip_ratio = 0.85
initial_ratio = 0.5
"""
FLEXIBLE = """
[[flexible]]
participant = "b"
daily_kwh = 20.0
power_kw = 8.0

[[flexible]]
participant = "a"
daily_kwh = 30.0
power_kw = 10.0
usual = "22:00-06:00"
"""
ANSWERS = {"battery": BATTERY, "flexible": FLEXIBLE, "both": BATTERY + FLEXIBLE}


@pytest.fixture(scope="module", params=few(1, sorted(ANSWERS)))
def answering(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param) / "essai"
    return write(folder, operation=OPERATION + ANSWERS[request.param])


def test_with_a_battery_or_flexible_loads_leaving_is_a_run_without_that_row(answering: Path) -> None:
    found = members(answering, keys=["equal", "own-roof-first"])
    for key in ("prorata", "equal"):
        for variant, who in LEAVERS:
            check_leaving(answering, found, variant, who, key)
    whole, _savings, _gains = run_of(answering, None)
    assert found.shared_kwh == pytest.approx(whole.received_kwh.sum(), rel=1e-9)
    assert any("each case is run again" in note for note in found.notes)
    assert any("own-roof-first" in note and "a:" in note for note in found.notes)


@pytest.mark.parametrize("key", few(1, ["catch-up", "prorata"]))
def test_a_brief_is_told_what_members_are_told_unless_it_takes_too_long(
    answering: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    told = members(answering, key=key).chosen
    made = run(answering, ran_on=date(2026, 11, 25), key=key, parts=RunParts(departures=True))
    assert [change.id for change in made.leaving] == [change.id for change in told]
    for one, other in zip(made.leaving, told, strict=True):
        assert one.after_kwh == pytest.approx(other.after_kwh, rel=1e-12)
        assert one.others_change_eur == pytest.approx(other.others_change_eur, rel=1e-9, abs=1e-9)
    monkeypatch.setattr("scenarios.operation.departures.departures.MOST_VALUES", 3 * 7 * 72 - 1)
    assert run(answering, ran_on=date(2026, 11, 25), key=key, parts=RunParts(departures=True)).leaving == ()
    assert run(answering, ran_on=date(2026, 11, 25), key=key).leaving == ()


def test_a_brief_without_battery_is_told_by_fast_sums(
    folder: Path, report: MembersReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.operation.departures.departures.MOST_VALUES", 0)
    made = run(folder, ran_on=date(2026, 11, 25), parts=RunParts(departures=True))
    assert [change.after_kwh for change in made.leaving] == [change.after_kwh for change in report.chosen]
    assert (
        run(folder, ran_on=date(2026, 11, 25), key="catch-up", parts=RunParts(departures=True)).leaving == ()
    )


def test_many_sites_are_run_again_when_it_is_asked_for(
    answering: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.studies.members.run.MOST_RUNS", 1)
    quick, exact = members(answering), members(answering, exact=True)
    assert any("--exact" in note for note in quick.notes)
    assert any("each case is run again" in note for note in exact.notes)
    check_leaving(answering, exact, "sans a", "a", "prorata")


def test_screen_and_sheet_tell_one_departure_of_a_member_that_of_all_it_holds(tmp_path: Path) -> None:
    gone = '\n[[variants]]\nname = "sans tout"\n"participants.c.active" = false\n"plants.r0.active" = false\n'
    folder = write(tmp_path / "essai", operation=OPERATION + gone)
    (folder / "plants.csv").write_text(PLANTS.replace("r0;Zero;commune", "r0;Zero;c"), encoding="utf-8")
    (told,) = members(folder).persons_leaving
    made = run(folder, ran_on=date(2026, 11, 25), parts=RunParts(departures=True))
    sheet = next(change for change in made.persons_leaving if change.id == "c")
    assert set(told.together_ids) == set(sheet.together_ids) == {"c", "r0"}
    assert told.own_eur == pytest.approx(sheet.own_eur, rel=1e-12)
    assert told.others_change_eur == pytest.approx(sheet.others_change_eur, rel=1e-12)
    without = run(folder, ran_on=date(2026, 11, 25), variant="sans tout")
    assert told.after_kwh == pytest.approx(float(without.energy.received_kwh.sum()), rel=1e-9)
    assert made.money is not None
    assert without.money is not None
    kept = {p.id: p.saving_eur_ht for p in without.money.participants} | {
        p.id: p.gain_eur_ht for p in without.money.plants
    }
    before = {p.id: p.saving_eur_ht for p in made.money.participants} | {
        p.id: p.gain_eur_ht for p in made.money.plants
    }
    others = sum(kept[id_] - before[id_] for id_ in kept)
    assert told.others_change_eur == pytest.approx(others, abs=1e-6)


def test_who_leaves_takes_the_plant_behind_its_meter(report: MembersReport) -> None:
    assert of(report.chosen, "a").together_ids == ("a", "r1")


@pytest.mark.parametrize(("variant", "who"), [("avec d", "d"), ("avec r2", "r2"), ("avec r3", "r3")])
def test_joining_is_a_run_with_that_row(folder: Path, report: MembersReport, variant: str, who: str) -> None:
    change = of([join.change for join in report.joining], who)
    before, savings, _gains = run_of(folder, None)
    after, then, gained = run_of(folder, variant)
    assert change.before_kwh == pytest.approx(before.received_kwh.sum(), rel=1e-9)
    assert change.after_kwh == pytest.approx(after.received_kwh.sum(), rel=1e-9)
    for i, member in enumerate(report.scenario.participants):
        assert change.saving_change_eur[i] == pytest.approx(then[member.id] - savings[member.id], abs=1e-9)
    new = [name for name in then if name not in savings]
    own = sum(then[name] for name in new) + sum(
        gained[name] for name in change.together_ids if name in gained
    )
    assert change.own_eur == pytest.approx(own, abs=1e-9)


def test_a_plant_that_is_not_in_may_have_its_price_which_counts_once_it_joins(tmp_path: Path) -> None:
    text = OPERATION.replace("surplus = 40.0", "surplus = 40.0\nlocal_by_plant_eur_per_mwh = { r2 = 130.0 }")
    path = write(tmp_path / "x", operation=text)
    roof = of([join.change for join in members(path).joining], "r2")
    _before, savings, _gains = run_of(path, None)
    _after, then, gained = run_of(path, "avec r2")
    assert roof.own_eur == pytest.approx(gained["r2"], abs=1e-9)
    for change, name in zip(roof.saving_change_eur, ("a", "b", "c"), strict=True):
        assert change == pytest.approx(then[name] - savings[name], abs=1e-9)


def test_candidates_come_with_the_plants_that_are_active_behind_their_meter(report: MembersReport) -> None:
    assert of([join.change for join in report.joining], "d").together_ids == ("d", "r5")
    assert any("Quatre is not ranked" in note for note in report.notes)


def test_a_roof_behind_a_meter_that_is_in_is_its_hosts_own_choice(report: MembersReport) -> None:
    roof = of([join.change for join in report.joining], "r3")
    assert roof.is_plant
    assert roof.worst is not None
    assert roof.worst.id != "a"


def test_a_candidate_out_of_reach_is_named_and_never_invited(report: MembersReport) -> None:
    far = next(join for join in report.joining if join.change.id == "e")
    assert far.state is State.NOT_MET
    assert [check.rule for check in far.broken] == ["distance"]
    assert (far.broken[0].measured or 0.0) > 10.0
    assert "e" not in [step.id for step in report.order]
    near = next(join for join in report.joining if join.change.id == "d")
    assert near.broken == ()


def test_who_comes_by_a_dated_change_of_the_operation_is_no_candidate(tmp_path: Path) -> None:
    folder = write(tmp_path / "dated")
    before = {join.change.id for join in members(folder).joining}
    rows = "id;what;since\nb;joins;2029\nr1;starts;2028\n"
    (folder / "changes.csv").write_text(rows, encoding="utf-8")
    report = members(folder)
    assert not {"b", "r1"} & {player.id for player in report.players}
    assert {join.change.id for join in report.joining} == before
    assert not {"b", "r1"} & {one.id for one in report.order}


def test_a_candidate_in_the_way_of_a_rule_already_broken_is_not_invited_either(tmp_path: Path) -> None:
    far = "f;Foxtrot;company;44.9470;0.4893;24037;36;CU4;119;c.csv#e_kwh;oui\n"
    report = members(write(tmp_path / "far", participants=PARTICIPANTS + far))
    assert [check.culprits for check in report.broken] == [("f",)]
    echo = next(join for join in report.joining if join.change.id == "e")
    assert [check.rule for check in echo.broken] == ["distance"]
    invited = [one.id for one in report.order]
    assert "e" not in invited
    assert "d" in invited


def test_candidates_are_ranked_by_what_they_bring_and_invited_in_a_bounded_order(
    report: MembersReport,
) -> None:
    brought = [join.change.shared_change_kwh for join in report.joining]
    assert brought == sorted(brought, reverse=True)
    first = report.order[0]
    best = max(j.change.shared_change_kwh for j in report.joining if not j.broken)
    assert first.gain_kwh == pytest.approx(best, rel=1e-9)
    assert all(step.total_kwh <= step.bound_kwh + 1e-9 for step in report.order)
    assert not report.order_is_proven  # plants and consumers are both invited


def test_values_sum_to_what_the_default_key_shares_and_saves(folder: Path, report: MembersReport) -> None:
    sums, savings, gains = run_of(folder, None)
    assert sum(b.value_kwh for b in report.brought) == pytest.approx(sums.received_kwh.sum(), rel=1e-9)
    total = sum(savings.values()) + sum(gains.values())
    assert sum(b.value_eur or 0.0 for b in report.brought) == pytest.approx(total, abs=1e-9)
    assert sum(b.key_eur or 0.0 for b in report.brought) == pytest.approx(total, abs=1e-9)
    assert sum(b.key_kwh for b in report.brought) == pytest.approx(sums.received_kwh.sum(), rel=1e-9)
    assert [b.player.id for b in report.brought] == ["a", "b", "c", "commune"]
    assert all(isinstance(b.reward_eur, Reward) for b in report.brought)


def test_each_key_that_can_be_built_is_asked_who_would_leave(report: MembersReport) -> None:
    assert [found.key for found in report.stability] == ["prorata", "equal", "own-roof-first"]
    assert any("the key weighted is not compared" in note for note in report.notes)
    assert all(found.verdict in Verdict for found in report.stability)
    assert any("own-roof-first" in note and "a:" in note for note in report.notes)


def test_the_data_are_json_and_hold_everyone(report: MembersReport) -> None:
    again = json.loads(json.dumps(members_document(report), allow_nan=False))
    change = of(report.chosen, "b")
    row = next(row for row in again["leaving"]["prorata"] if row["id"] == "b")
    assert row["shared_change_kwh"] == change.shared_change_kwh
    assert [member["id"] for member in row["participants"]] == ["a", "b", "c"]
    assert row["participants"][0]["saving_change_eur"] == change.saving_change_eur[0]
    many = replace(change, received_change_kwh=np.zeros(1))
    told = members_document(replace(report, leaving={"prorata": (many,)}))
    assert told["leaving"]["prorata"][0]["participants"] is None  # type: ignore[index]
    far = next(row for row in again["joining"] if row["id"] == "e")
    assert (far["state"], far["broken"][0]["rule"], far["broken"][0]["unit"]) == (
        "not-respected",
        "distance",
        "km",
    )
    assert sum(row["value_kwh"] for row in again["shapley"]["players"]) == pytest.approx(report.shared_kwh)


def test_an_unknown_supply_price_leaves_the_kwh_and_says_why(tmp_path: Path) -> None:
    text = PARTICIPANTS.replace("CU4;135;", "CU4;;")
    report = members(write(tmp_path / "x", participants=text))
    assert report.missing == (Missing.SUPPLY_PRICE,)
    assert report.stability == ()
    assert all(b.value_eur is None and b.reward_eur is None for b in report.brought)
    assert of(report.chosen, "b").others_change_eur is None
    assert of(report.chosen, "c").own_eur is None
    assert of(report.chosen, "c").own_kwh > 0.0


def test_without_prices_everything_is_told_in_kwh(tmp_path: Path) -> None:
    text = OPERATION.replace("local_eur_per_mwh = 105.0\n", "")
    report = members(write(tmp_path / "x", operation=text))
    assert report.missing == (Missing.LOCAL_PRICE,)
    worst = of(report.chosen, "r0").worst
    assert worst is not None
    assert worst.change_eur is None
    assert worst.change_kwh < 0.0


def test_nobody_who_takes_part_is_a_fault_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nobody takes part"):
        members(write(tmp_path / "x", participants=PARTICIPANTS.replace(";oui", ";non")))


def test_one_member_alone_gets_everything_and_nobody_leaves_it(tmp_path: Path) -> None:
    text = PARTICIPANTS.replace("b_kwh;oui", "b_kwh;non").replace("c_kwh;oui", "c_kwh;non")
    report = members(write(tmp_path / "x", participants=text))
    assert [p.id for p in report.players] == ["a", "commune"]
    assert of(report.chosen, "a").after_kwh == 0.0
    assert of(report.chosen, "a").worst is not None
    assert report.chosen[0].received_change_kwh.tolist() == [0.0]


def test_nobody_within_reach_is_said(tmp_path: Path) -> None:
    lines = [line for line in PARTICIPANTS.splitlines() if not line.startswith("d;")]
    text = "\n".join(lines) + "\n"
    path = write(tmp_path / "x", participants=text)
    (path / "plants.csv").write_text("\n".join(PLANTS.splitlines()[:3]) + "\n", encoding="utf-8")
    operation = (path / "operation.toml").read_text(encoding="utf-8")
    (path / "operation.toml").write_text(operation.partition("[[variants]]")[0], encoding="utf-8")
    report = members(path)
    assert report.order == ()
    assert any("no candidate is within reach" in note for note in report.notes)


def test_members_without_coordinates_are_to_verify_and_a_key_that_needs_them_says_so(tmp_path: Path) -> None:
    text = PARTICIPANTS.replace("d;Delta;company;44.8462;0.4893;24037;", "d;Delta;company;;;;")
    text = text.replace("c;Charlie;commune;44.8425;0.4968;24037;", "c;Charlie;commune;;;;")
    path = write(tmp_path / "x", participants=text)
    report = members(path, keys=["nearest-first"])
    delta = next(join for join in report.joining if join.change.id == "d")
    assert delta.state is State.TO_VERIFY
    assert any("nearest-first" in note and "position" in note for note in report.notes)
    with pytest.raises(InputError, match="no position"):
        members(path, key="nearest-first")


def test_the_words_for_a_reward_leave_room_for_what_is_not_known() -> None:
    assert reward(106.0, 100.0) is Reward.OVER
    assert reward(94.0, 100.0) is Reward.UNDER
    assert reward(105.0, 100.0) is Reward.FAIR
    assert reward(106.0, 100.0, half_width=2.0) is Reward.UNSURE
    assert reward(0.0, 0.0) is Reward.FAIR
    assert reward(-5.0, -40.0) is Reward.OVER


def test_without_any_plant_nothing_is_shared_and_it_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "x")
    (path / "plants.csv").write_text(PLANTS.splitlines()[0] + "\n", encoding="utf-8")
    operation = (path / "operation.toml").read_text(encoding="utf-8")
    (path / "operation.toml").write_text(operation.partition("[[variants]]")[0], encoding="utf-8")
    report = members(path)
    assert report.shared_kwh == 0.0
    assert [b.value_kwh for b in report.brought] == [0.0, 0.0, 0.0]
    assert any("no plant injects anything" in note for note in report.notes)
    assert report.order == ()
    assert report.stability == ()


def test_a_member_who_breaks_the_perimeter_is_named_with_what_to_do(tmp_path: Path) -> None:
    people = PARTICIPANTS.replace("c.csv#e_kwh;non", "c.csv#e_kwh;oui")
    report = members(write(tmp_path / "far", participants=people))
    (check,) = report.broken
    assert (check.rule, check.culprits) == ("distance", ("e",))
    assert "Echo" in check.remedy
    (row,) = members_document(report)["broken"]
    assert (row["rule"], row["culprits"], row["remedy"]) == ("distance", ["e"], check.remedy)
    assert members(write(tmp_path / "near")).broken == ()
