"""The folder of each group runs by itself and finds the kWh that the split told, variant and key included."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError, Problem
from acc.result.groups import Objective, SplitReport
from reports.data.groups import split_document
from scenarios.entry.folder.load import load
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.run import run
from scenarios.split import split_for
from scenarios.studies.splitting.folders import group_folders, other_groups, write_groups
from scenarios.studies.splitting.money import split_worth
from tests.closed import modes, on_posix

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


def split_of(where: Path, **choice: str) -> tuple[Operation, SplitReport]:
    operation, _metered = open_operation(where, **choice)  # type: ignore[arg-type]
    return operation, split_for(operation, Objective.KWH, 24)


def runs_of(folders: Sequence[Path]) -> list[float]:
    return [float(run(path, ran_on=date(2026, 11, 25)).energy.received_kwh.sum()) for path in folders]


@pytest.mark.parametrize("choice", [{}, {"variant": "larger"}], ids=["as it is", "under a variant"])
def test_a_group_runs_to_the_kwh_that_the_split_tells(tmp_path: Path, choice: dict[str, str]) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"), **choice)
    folders = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert len(folders) == 2
    # Without weather of its own, a village would see the sky of its own place, not that of the whole.
    assert runs_of(folders) == pytest.approx([group.shared_kwh for group in report.split.groups], rel=1e-9)


def gain_eur(folder: Path) -> float:
    money = run(folder, ran_on=date(2026, 11, 25)).money
    assert money is not None
    parts = [m.saving_eur_ht for m in money.participants] + [p.gain_eur_ht for p in money.plants]
    return float(sum(part for part in parts if part is not None))


@pytest.mark.parametrize("extra", ["", BATTERY, FLEXIBLE], ids=["plain", "a battery", "flexible loads"])
def test_a_group_runs_to_the_euros_that_the_split_tells(tmp_path: Path, extra: str) -> None:
    folder = folder_of(
        tmp_path / "all", OPERATION.replace("local_eur", "pmo_eur_per_year = 900.0\nlocal_eur", 1) + extra
    )
    operation, metered = open_operation(folder)
    report = split_for(operation, Objective.KWH, 24, metered.unshifted)
    folders = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    found = [worth.eur for worth in report.worth.groups if worth is not None]
    assert found == pytest.approx([gain_eur(path) for path in folders], rel=1e-9)
    assert report.worth.single.eur == pytest.approx(gain_eur(folder), rel=1e-9)
    assert report.worth.lost_eur == pytest.approx(gain_eur(folder) - sum(map(gain_eur, folders)), rel=1e-9)


def test_each_site_has_its_group_its_kwh_and_the_regimes_that_would_take_it(tmp_path: Path) -> None:
    _operation, report = split_of(folder_of(tmp_path / "all"))
    document = split_document(report)
    sites = {site["id"]: site for site in document["sites"]}  # type: ignore[attr-defined]
    assert [sites[name]["group"] for name in "rabsc"] == [1, 1, 1, 2, 2]
    assert sites["a"]["regimes"] == ["2km", "10km", "20km", "epci"]
    assert sites["c"]["regimes"] == ["epci"]
    assert sites["a"]["epci"] == "CA Bergeracoise"
    shared = document["groups"][0]["shared_kwh"]  # type: ignore[index]
    assert sites["a"]["kwh"] + sites["b"]["kwh"] == pytest.approx(shared, rel=1e-9)
    assert sites["r"]["kwh"] == pytest.approx(shared, rel=1e-9)


def test_a_key_that_shares_less_in_the_groups_is_told(tmp_path: Path) -> None:
    text = OPERATION.replace('name = "prorata"', 'name = "static"\nshares = { a = 0.6, b = 0.4 }')
    _operation, report = split_of(folder_of(tmp_path / "all", text))
    document = split_document(report)
    assert document["groups"][1]["received_kwh"] == 0.0  # type: ignore[index]
    assert document["received_kwh"] < document["shared_kwh"]  # type: ignore[operator]


def test_a_key_that_a_group_cannot_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))

    def refused(*_given: object) -> None:
        raise InputError([Problem("key", "no rank left")])

    monkeypatch.setattr("scenarios.studies.splitting.money.without", refused)
    worth = split_worth(operation, None, report.split.groups, None)
    assert worth.groups == (None, None)
    assert worth.eur is None
    assert worth.lost_eur is None
    assert "no rank left" in worth.notes[0]


@on_posix
def test_the_folders_of_groups_are_closed_to_other_users_their_curves_too(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))
    curve = operation.folder / "curves" / "sent" / "alpha.csv"
    curve.parent.mkdir(parents=True)
    curve.write_text("time;alpha_kw\n", encoding="utf-8")
    curve.chmod(0o644)
    first, *_others = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert (first / "curves" / "sent" / "alpha.csv").read_bytes() == curve.read_bytes()
    written = [*(tmp_path / "groups").rglob("*")]
    assert modes(*(path for path in written if path.is_file())) == {0o600}
    assert modes(*(path for path in written if path.is_dir())) == {0o700}


def test_a_variant_goes_into_the_folders(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"), variant="larger")
    for path in write_groups(operation, report.split.groups, tmp_path / "groups", report.battery):
        scenario = load(path)
        assert scenario.key.name == "equal"
        assert scenario.prices.local_eur_per_kwh == pytest.approx(0.0905)
        assert "99000" in (path / "participants.csv").read_text(encoding="utf-8")


def test_a_key_goes_into_the_folders_with_its_parameters(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"), key="priority")
    (first, _second) = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert load(first).key.name == "priority"
    assert load(first).key.parameters["ranks"] == [["a"], ["b", "c"]]


def test_comments_and_names_with_signs_are_kept(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))
    (first, _second) = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
    assert "# decided in March" in (first / "operation.toml").read_text(encoding="utf-8")
    assert load(first).participants[0].name == 'Alpha; "le grand"'


def test_a_variant_that_the_text_cannot_hold_is_refused_with_the_way_out(tmp_path: Path) -> None:
    text = "prices = { local_eur_per_mwh = 105.0, surplus = 30.0 }\n" + OPERATION.replace(
        "[prices]\nlocal_eur_per_mwh = 105.0  # decided in March\nsurplus = 30.0\n", ""
    )
    operation, report = split_of(folder_of(tmp_path / "all", text), variant="larger")
    with pytest.raises(InputError, match="write it as a section"):
        write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)


def test_the_same_split_is_written_again_and_work_of_somebody_is_not(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))
    where = tmp_path / "groups"
    (first, _second) = write_groups(operation, report.split.groups, where, report.battery)
    assert write_groups(operation, report.split.groups, where, report.battery)[0] == first
    path = first / "operation.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# mine\n", encoding="utf-8")
    with pytest.raises(InputError, match="--force"):
        write_groups(operation, report.split.groups, where, report.battery)
    write_groups(operation, report.split.groups, where, report.battery, force=True)
    assert "# mine" not in path.read_text(encoding="utf-8")
    assert tomllib.loads(path.read_text(encoding="utf-8"))["weather"]["latitude"] == pytest.approx(44.77)


def test_a_group_of_an_earlier_split_is_found(tmp_path: Path) -> None:
    operation, report = split_of(folder_of(tmp_path / "all"))
    folders = write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
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
    operation, report = split_of(folder)
    document = split_document(report)
    said = document["warnings"]
    assert any("INSEE's grid of 2026, fichier_diffusion" in str(text) for text in said)  # type: ignore[attr-defined]
    assert {site.density_class for site in operation.members.sites} == {6}
    for path in write_groups(operation, report.split.groups, tmp_path / "groups", report.battery):
        assert {member.density_class for member in load(path).participants} == {6}


def test_persons_go_with_each_group(tmp_path: Path) -> None:
    whole = folder_of(tmp_path / "all")
    (whole / "persons.csv").write_text("id;name;public_buyer\nville;Ville;oui\n", encoding="utf-8")
    operation, report = split_of(whole)
    for path in write_groups(operation, report.split.groups, tmp_path / "groups", report.battery):
        text = (path / "persons.csv").read_text(encoding="utf-8-sig")
        assert text == "id;name;public_buyer\nville;Ville;oui\n"
        assert load(path).persons == load(whole).persons
