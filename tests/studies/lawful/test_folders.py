"""The folder of each group runs by itself and finds the kWh that the split told, variant and key included."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from acc.i18n import amount
from acc.problem import InputError
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, PlannedOperation, PlannedRoof
from acc.result.result import Result
from acc.scenario import Regime
from reports.data.lawful_plans import lawful_plans_document
from scenarios.entry.folder.load import load
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import RunParts, run
from scenarios.studies.lawful.folders import (
    group_folders,
    other_groups,
    refuse_changed,
    remember,
    split_folder,
    split_for,
    write_groups,
)
from tests.closed import modes, on_posix
from tests.effort import few

OPERATION = """[operation]
name = "Deux bourgs"
start = 2025-06-02
end = 2025-06-03
step_minutes = 60
rates_on = 2026-09-01
perimeter = "20km"

[key]
name = "prorata"

[keys.priority]
ranks = [["a"], ["b", "c"]]

[prices]
local_eur_per_mwh = 105.0  # decided in March
surplus = 30.0

[[variants]]
name = "larger"
"participants.a.annual_kwh" = 99000
"prices.local_eur_per_mwh" = 90.5
"key.name" = "equal"
"""
PARTICIPANTS = '''id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh
a;"Alpha; ""le grand""";commune;44,8478;0,4856;24037;36;CU4;120;town-hall;62000
b;Bravo;company;44,8462;0,4893;24037;36;CU4;120;workshop;90000
c;Charlie;commune;44,6500;0,7500;24037;36;CU4;120;town-hall;30000
'''
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
r;Roof;a;44,8455;0,4835;24037;90;20;180
s;Shed;c;44,6510;0,7520;24037;30;20;180
"""


BATTERY = """
[battery]
energy_kwh = 40.0
power_kw = 20.0
round_trip_ratio = 0.9
latitude = 44.8470
longitude = 0.4870
"""
FLEXIBLE = """
[[flexible]]
participant = "b"
daily_kwh = 60.0
power_kw = 30.0
"""


def folder_of(where: Path, text: str = OPERATION) -> Path:
    (where / "curves").mkdir(parents=True)
    (where / "operation.toml").write_text(text, encoding="utf-8")
    (where / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (where / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return where


def split_of(where: Path, **choice: str) -> tuple[Operation, LawfulPlansReport]:
    operation, metered = open_operation(where, **choice)  # type: ignore[arg-type]
    still = replace(operation, exchange=metered.unshifted or operation.exchange)
    return operation, split_for(still)


def two_villages(where: Path, **choice: str) -> tuple[Operation, LawfulPlan]:
    """Return the folder, and the plan that a search finds there, without a search."""
    operation, _metered = open_operation(where, **choice)  # type: ignore[arg-type]
    groups = [
        PlannedOperation(
            regime=Regime.KM_2,
            participant_ids=sites,
            plant_ids=(roof,),
            longest_ids=(),
            longest_km=None,
            limit_km=2.0,
            checks=(),
            sites_eur=0.0,
            value_eur=0.0,
            year_eur=0.0,
            received_kwh=0.0,
        )
        for sites, roof in ((("a", "b"), "r"), (("c",), "s"))
    ]
    roofs = [PlannedRoof(id=plant.id, kwp=plant.kwp, operation=1) for plant in operation.scenario.plants]
    plan = LawfulPlan(operations=tuple(groups), roofs=tuple(roofs), persons=(), outside={}, invested_eur=0.0)
    return operation, plan


def ran_in(folder: Path) -> Result:
    return run(folder, ran_on=date(2026, 11, 25), parts=RunParts(advice=False))


def gain_eur(result: Result) -> float:
    assert result.money is not None
    assert result.money.total is not None
    return result.money.total.gain_eur_ht


@pytest.mark.parametrize(
    ("choice", "extra"),
    few(1, [({"variant": "larger"}, ""), ({}, BATTERY + FLEXIBLE), ({"key": "priority"}, "")]),
    ids=["under a variant", "a battery and loads that move", "another key"],
)
def test_written_operations_run_to_the_figures_that_the_plan_tells(
    tmp_path: Path, choice: dict[str, str], extra: str
) -> None:
    operation, report = split_of(folder_of(tmp_path / "all", OPERATION + extra), **choice)
    plan = report.best
    folders = write_groups(operation, plan, tmp_path / "groups")
    assert len(folders) == len(plan.operations) == 2
    # Without weather of its own, a village would see the sky of its own place, not that of the whole.
    ran = [ran_in(path) for path in folders]
    kwh = [float(one.energy.received_kwh.sum()) for one in ran]
    assert kwh == pytest.approx([one.received_kwh for one in plan.operations], rel=1e-9)
    told = [one.year_eur for one in plan.operations]
    assert told == pytest.approx([gain_eur(one) for one in ran], rel=1e-9)
    assert all(roof.operation for roof in plan.roofs)
    assert plan.year_eur == pytest.approx(sum(told), rel=1e-9)
    for path, one in zip(ran, plan.operations, strict=True):
        assert path.is_lawful
        assert {check.rule: check.state for check in one.checks}.items() <= {
            check.rule: check.state for check in path.checks
        }.items()


def test_a_roof_at_a_part_of_its_power_is_written_so_with_what_follows_it(tmp_path: Path) -> None:
    whole = folder_of(tmp_path / "all")
    plants = (whole / "plants.csv").read_text(encoding="utf-8").splitlines()
    costs = [plants[0] + ";capex_eur", plants[1] + ";90000", plants[2] + ";30000"]
    (whole / "plants.csv").write_text("\n".join(costs) + "\n", encoding="utf-8")
    operation, plan = two_villages(whole)
    half = [replace(roof, kwp=45.0) if roof.id == "r" else roof for roof in plan.roofs]
    plan = replace(plan, roofs=tuple(half))
    paths = write_groups(operation, plan, tmp_path / "groups")
    (roof,) = [plant for path in paths for plant in load(path).plants if plant.id == "r"]
    assert (roof.kwp, roof.costs and roof.costs.capex_eur) == (45.0, 45000.0)


@pytest.mark.slow
def test_the_document_says_what_the_contract_says(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))
    document = lawful_plans_document(
        report, tmp_path / "all", [tmp_path / "all" / "out" / "groupes" / f"groupe-{n}" for n in (1, 2)]
    )
    plans: list[dict[str, Any]] = document["plans"]  # type: ignore[assignment]
    proposed = plans[document["proposed"]]  # type: ignore[call-overload]
    assert [one["folder"] for one in proposed["operations"]] == [
        "out/groupes/groupe-1",
        "out/groupes/groupe-2",
    ]
    assert [one["sites"] for one in proposed["operations"]] == [["a", "b"], ["c"]]
    assert [one["plants"] for one in proposed["operations"]] == [["r"], ["s"]]
    assert proposed["npv_eur_ht"] is None  # no [finance]: no plan
    assert proposed["gain_eur_ht"] == pytest.approx(sum(one["gain_eur_ht"] for one in proposed["operations"]))
    assert plans[0]["operations"] == []
    assert (proposed["losers"], proposed["outside"]) == ([], [])
    outlooks = {one["regime"]: one for one in document["regimes"]}  # type: ignore[attr-defined]
    assert "c" in outlooks["epci"]["staying"]
    assert operation.scenario.name == "Deux bourgs"


@on_posix
def test_the_folders_of_groups_are_closed_to_other_users_their_curves_too(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"))
    curve = operation.folder / "curves" / "sent" / "alpha.csv"
    curve.parent.mkdir(parents=True)
    curve.write_text("time;alpha_kw\n", encoding="utf-8")
    curve.chmod(0o644)
    first, *_others = write_groups(operation, plan, tmp_path / "groups")
    assert (first / "curves" / "sent" / "alpha.csv").read_bytes() == curve.read_bytes()
    written = [*(tmp_path / "groups").rglob("*")]
    assert modes(*(path for path in written if path.is_file())) == {0o600}
    assert modes(*(path for path in written if path.is_dir())) == {0o700}


def test_a_variant_goes_into_the_folders(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"), variant="larger")
    for path in write_groups(operation, plan, tmp_path / "groups"):
        scenario = load(path)
        assert scenario.key.name == "equal"
        assert scenario.prices.local_eur_per_kwh == pytest.approx(0.0905)
        assert "99000" in (path / "participants.csv").read_text(encoding="utf-8")


def test_a_key_goes_into_the_folders_with_its_parameters(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"), key="priority")
    (first, _second) = write_groups(operation, plan, tmp_path / "groups")
    assert load(first).key.name == "priority"
    assert load(first).key.parameters["ranks"] == [["a"], ["b", "c"]]


def test_comments_and_names_with_signs_are_kept(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"))
    (first, _second) = write_groups(operation, plan, tmp_path / "groups")
    assert "# decided in March" in (first / "operation.toml").read_text(encoding="utf-8")
    assert load(first).participants[0].name == 'Alpha; "le grand"'


def test_a_name_that_a_spreadsheet_would_run_is_written_as_words_and_read_as_it_was(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "all")
    table = folder / "participants.csv"
    table.write_text(table.read_text(encoding="utf-8").replace('"Alpha; ""le grand"""', "=HYPERLINK(1)"))
    operation, plan = two_villages(folder)
    (first, _second) = write_groups(operation, plan, tmp_path / "groups")
    assert ";'=HYPERLINK(1);" in (first / "participants.csv").read_text(encoding="utf-8")
    assert load(first).participants[0].name == operation.scenario.participants[0].name == "=HYPERLINK(1)"


def test_a_variant_that_the_text_cannot_hold_is_refused_with_the_way_out(tmp_path: Path) -> None:
    text = "prices = { local_eur_per_mwh = 105.0, surplus = 30.0 }\n" + OPERATION.replace(
        "[prices]\nlocal_eur_per_mwh = 105.0  # decided in March\nsurplus = 30.0\n", ""
    )
    operation, plan = two_villages(folder_of(tmp_path / "all", text), variant="larger")
    with pytest.raises(InputError, match="write it as a section"):
        write_groups(operation, plan, tmp_path / "groups")


def test_the_same_split_is_written_again_and_work_of_somebody_is_not(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"))
    where = tmp_path / "groups"
    refuse_changed(where, force=False)
    (first, _second) = write_groups(operation, plan, where)
    table = where / "groups.csv"
    table.write_text("of the program", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        refuse_changed(where, force=False)
    remember(where)
    refuse_changed(where, force=False)
    assert write_groups(operation, plan, where)[0] == first
    refuse_changed(where, force=False)
    path = first / "operation.toml"
    for mine in (path, table):
        before = mine.read_text(encoding="utf-8")
        mine.write_text(before + "\n# mine\n", encoding="utf-8")
        with pytest.raises(InputError, match="--force") as refused:
            refuse_changed(where, force=False)
        assert [problem.path for problem in refused.value.problems] == [str(mine)]
        refuse_changed(where, force=True)
        mine.write_text(before, encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["weather"]["latitude"] == pytest.approx(44.77)


@pytest.mark.slow
def test_a_split_is_refused_before_it_searches_where_somebody_changed_a_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, where = folder_of(tmp_path / "all"), tmp_path / "groups"
    made = split_folder(folder, where, seed=1, most=1)
    again = split_folder(folder, where, seed=1, most=2)  # others, in the place of what the program wrote
    assert len(again.folders) > len(made.folders)
    path = made.folders[0] / "participants.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    monkeypatch.setattr(
        "scenarios.studies.lawful.folders.open_operation", None
    )  # nothing is read, nothing is searched
    with pytest.raises(InputError, match="changed since the last split"):
        split_folder(folder, where, seed=1, most=1)


@pytest.mark.slow
def test_what_is_dated_is_told_of_the_operations_that_were_found_as_their_runs_tell_it(
    tmp_path: Path,
) -> None:
    year = {"2025-06-02": "2026-01-01", "2025-06-03": "2027-01-01"}
    text = OPERATION + "\n[finance]\nhorizon_years = 10\ncapex_eur_per_kwp = 100\n"
    for old, new in year.items():
        text = text.replace(old, new)
    folder = folder_of(tmp_path / "all", text)
    plain = split_folder(folder, tmp_path / "plain", seed=1, most=1)
    assert not any("dated changes" in note for note in plain.notes)
    (folder / "changes.csv").write_text("id;what;since;ratio\nb;scale;2028;2\n", encoding="utf-8")
    made = split_folder(folder, tmp_path / "dated", seed=1, most=1)
    (said,) = (note for note in made.notes if "dated changes" in note)
    money = run(made.folders[0], ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert money is not None
    assert money.total is not None
    assert money.total.npv_eur_ht is not None
    (group,) = made.report.best.operations
    assert group.value_eur < 0.99 * money.total.npv_eur_ht
    assert f"{amount(money.total.npv_eur_ht)} EUR in place of {amount(group.value_eur)}" in said


def test_a_group_of_an_earlier_split_is_found(tmp_path: Path) -> None:
    operation, plan = two_villages(folder_of(tmp_path / "all"))
    folders = write_groups(operation, plan, tmp_path / "groups")
    assert folders == group_folders(tmp_path / "groups", 2)
    assert other_groups(tmp_path / "groups", 2) == []
    assert other_groups(tmp_path / "groups", 1) == [folders[1]]


def test_a_grid_of_the_user_is_named_with_its_vintage_and_goes_with_each_group(tmp_path: Path) -> None:
    text = OPERATION.replace(
        'perimeter = "20km"', 'perimeter = "20km"\ndensity_file = "fichier_diffusion_2026.csv"'
    )
    folder = folder_of(tmp_path / "all", text)
    grid = "CODGEO;LIBGEO;DENS;DENS7\n24037;Bergerac;3;6\n"
    (folder / "curves" / "fichier_diffusion_2026.csv").write_text(grid, encoding="utf-8")
    operation, plan = two_villages(folder)
    said = operation.scenario.notes
    assert any("INSEE's grid of 2026, fichier_diffusion" in str(text) for text in said)
    assert {site.density_class for site in operation.members.sites} == {6}
    for path in write_groups(operation, plan, tmp_path / "groups"):
        assert {member.density_class for member in load(path).participants} == {6}


def test_persons_and_parties_go_with_each_group(tmp_path: Path) -> None:
    whole = folder_of(tmp_path / "all")
    (whole / "persons.csv").write_text("id;name;public_buyer\nville;Ville;oui\n", encoding="utf-8")
    (whole / "parties.csv").write_text("id;signatory\nville;Philomène Xérès\n", encoding="utf-8")
    operation, plan = two_villages(whole)
    for path in write_groups(operation, plan, tmp_path / "groups"):
        text = (path / "persons.csv").read_text(encoding="utf-8-sig")
        assert text == "id;name;public_buyer\nville;Ville;oui\n"
        assert load(path).persons == load(whole).persons
        assert load(path).parties == load(whole).parties
