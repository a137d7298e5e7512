"""A battery is in one group of a split or in none, and each group is lawful with it."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.result.groups import Objective, SplitReport
from acc.rules.check import State
from acc.scenario import Scenario
from reports.data.groups import split_document
from scenarios.entry.folder.load import load
from scenarios.operation.ready.operation import open_operation
from scenarios.run import run
from scenarios.split import split_for
from scenarios.studies.splitting.folders import write_groups

OPERATION = """# [battery] is further down
[operation]
name = "Deux bourgs"
start = 2025-06-02
end = 2025-06-03
step_minutes = 60
rates_on = 2026-09-01
perimeter = "20km"

[weather]
latitude = 44.84
longitude = 0.49
"""
PARTICIPANTS = """id;name;kind;latitude;longitude;insee;profile;annual_kwh
a;Alpha;commune;44,8478;0,4856;24037;town-hall;62000
b;Bravo;company;44,8462;0,4893;24037;workshop;90000
c;Charlie;commune;44,6500;0,7500;24037;town-hall;30000
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
r;Roof;a;44,8455;0,4835;24037;90;20;180
s;Shed;c;44,6510;0,7520;24037;30;20;180
"""


def battery(place: str = "", *, header: str = "[battery]  # shared") -> str:
    return f"{header}\nenergy_kwh = 40.0\npower_kw = 20.0\nround_trip_ratio = 0.9\n{place}\n"


def folder_of(where: Path, text: str) -> Path:
    (where / "curves").mkdir(parents=True)
    (where / "operation.toml").write_text(OPERATION + text, encoding="utf-8")
    (where / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (where / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return where


def groups_of(where: Path, text: str) -> tuple[SplitReport, dict[str, object], Sequence[Path]]:
    """Return the split of two villages 30 km apart, its data, and the folder of each."""
    folder = folder_of(where / "all", text)
    operation, _metered = open_operation(folder)
    report = split_for(operation, Objective.KWH, 24)
    document = split_document(report)
    assert len(report.split.groups) == 2
    assert report.split.groups[0].participant_ids == ("a", "b")
    return report, document, write_groups(operation, report.split.groups, where / "groups", report.battery)


def held(folders: Sequence[Path]) -> list[bool]:
    """Return whether each group has the battery once it is read, all of them lawful."""
    found = []
    for folder in folders:
        scenario: Scenario = load(folder)
        checks = run(folder, ran_on=date(2026, 11, 25)).checks
        assert not [check for check in checks if check.state is State.NOT_MET and check.binding]
        found.append(scenario.battery is not None)
    return found


@pytest.mark.parametrize(
    ("place", "number"),
    [
        pytest.param("latitude = 44.8470\nlongitude = 0.4870", 1, id="in the first village"),
        pytest.param("latitude = 44.6505\nlongitude = 0.7510", 2, id="in the second"),
        pytest.param("latitude = 44.7480\nlongitude = 0.6200", None, id="between the two"),
        pytest.param("", 1, id="nowhere"),
    ],
)
def test_the_battery_is_in_the_group_of_its_place_or_in_none(
    tmp_path: Path, place: str, number: int | None
) -> None:
    report, document, folders = groups_of(tmp_path, battery(place))
    assert report.battery is not None
    assert report.battery.group == number
    assert held(folders) == [number == 1, number == 2]
    assert document["battery"] == {"name": "Batterie", "group": number, "why": report.battery.why}


def test_where_it_goes_is_said(tmp_path: Path) -> None:
    near, _document, _folders = groups_of(
        tmp_path / "near", battery("latitude = 44.8478\nlongitude = 0.4856")
    )
    far, _document, _folders = groups_of(tmp_path / "far", battery("latitude = 44.748\nlongitude = 0.62"))
    lost, _document, _folders = groups_of(tmp_path / "lost", battery())
    assert near.battery is not None
    assert near.battery.why == "the nearest group whose perimeter holds with it, 0 m away"
    assert far.battery is not None
    assert far.battery.why.startswith(
        "no group has it, since it would break each perimeter; the nearest site"
    )
    assert lost.battery is not None
    assert "its place is not known" in lost.battery.why


def test_without_a_battery_the_folders_are_as_they_were(tmp_path: Path) -> None:
    report, document, folders = groups_of(tmp_path, "")
    assert (report.battery, document["battery"]) == (None, None)
    assert all("active" not in (folder / "operation.toml").read_text(encoding="utf-8") for folder in folders)


def test_a_battery_that_is_off_stays_off(tmp_path: Path) -> None:
    report, _document, folders = groups_of(tmp_path, battery("active = false  # not yet"))
    assert report.battery is None
    assert held(folders) == [False, False]


def test_its_other_keys_and_comments_are_kept(tmp_path: Path) -> None:
    text = battery("active = true  # since May\nlatitude = 44.6505\nlongitude = 0.7510")
    _report, _document, folders = groups_of(tmp_path, text)
    written = (folders[0] / "operation.toml").read_text(encoding="utf-8")
    assert "active = false  # since May" in written
    assert "[battery]  # shared" in written
    assert tomllib.loads(written)["battery"]["energy_kwh"] == 40.0


def test_a_battery_written_on_one_line_is_refused_with_the_way_out(tmp_path: Path) -> None:
    line = "battery = { energy_kwh = 40.0, power_kw = 20.0, round_trip_ratio = 0.9 }\n"
    folder = folder_of(tmp_path / "all", "")
    path = folder / "operation.toml"
    path.write_text(line + path.read_text(encoding="utf-8"), encoding="utf-8")
    operation, _metered = open_operation(folder)
    report = split_for(operation, Objective.KWH, 24)
    with pytest.raises(InputError, match="write it as a section"):
        write_groups(operation, report.split.groups, tmp_path / "groups", report.battery)
