"""What a territory hands round tells no need of who did not agree, be it by the difference of two plans."""

import csv
import json
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from click.testing import CliRunner

pytest.importorskip("numba")

import cli
from reports.studies.territory.sentences import moved_text
from scenarios.entry.folder import mask
from scenarios.entry.folder.mask import SECRET
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.run import WrittenTerritory, territory_folder

GONE = ("site-11", "site-18")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("moved") / "territory"
    write_demo(folder, sites=24, roofs=6, communes=4, seed=5)
    (folder / SECRET).write_text("5e" * 32, encoding="utf-8")
    return folder


def plan(folder: Path) -> WrittenTerritory:
    return territory_folder(folder, folder / "out", seed=1, force=True, progress=lambda _text: None)


def kwh_of(folder: Path) -> dict[str, float]:
    with (folder / "territory" / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"]: float(row["annual_kwh"]) for row in csv.DictReader(file, delimiter=";")}


def told_kwh(folder: Path) -> dict[frozenset[str], float]:
    """Return what the file for a GIS that the command writes tells of the need of each operation."""
    done = CliRunner().invoke(cli.main, ["territory", str(folder), "--seed", "1", "--force", "--lang", "en"])
    assert done.exit_code == 0, done.output
    (path,) = (folder / "out").rglob("territory.geojson")
    features = json.loads(path.read_text("utf-8"))["features"]
    rows = [each["properties"] for each in features]
    areas = {row["operation"]: row["needed_kwh"] for row in rows if row["role"] == "operation"}
    sites: dict[int, set[str]] = {number: set() for number in areas}
    for each, row in zip(features, rows, strict=True):
        if row["role"] == "participant" and row["operation"]:
            sites[row["operation"]].add(each["id"])
    return {frozenset(sites[number]): kwh for number, kwh in areas.items()}


def found_kwh(lists: Path, tmp_path: Path, gone: str) -> float:
    """Return the need of a site by the difference of two plans, of which one is without it."""
    folders = [tmp_path / "whole", tmp_path / "rest"]
    for folder in folders:
        copytree(lists, folder, ignore=ignore_patterns("out"))
    table = folders[1] / "territory" / "sites.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(line for line in lines if not line.startswith(f"{gone};")), encoding="utf-8")
    whole, rest = map(told_kwh, folders)
    (kwh,) = [kwh - rest[sites - {gone}] for sites, kwh in whole.items() if gone in sites]
    return kwh


@pytest.mark.parametrize("gone", GONE)
def test_the_difference_of_two_plans_is_not_the_need_of_a_site_that_did_not_agree(
    lists: Path, tmp_path: Path, gone: str
) -> None:
    assert abs(found_kwh(lists, tmp_path, gone) / kwh_of(lists)[gone] - 1.0) > 0.10


def test_the_same_attack_finds_it_where_nothing_is_moved(
    lists: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask, "ratio", lambda *_words: 1.0)
    assert found_kwh(lists, tmp_path, GONE[0]) == pytest.approx(kwh_of(lists)[GONE[0]], rel=1e-3)


def test_others_read_the_same_operations_in_their_order_and_the_keeper_the_true_figures(lists: Path) -> None:
    written = plan(lists)
    report, shown = written.report, written.shown
    assert [row.planned.ids for row in shown.operations] == [row.planned.ids for row in report.operations]
    kwh = kwh_of(lists)
    for own, moved in zip(report.operations, shown.operations, strict=True):
        assert own.needed_kwh == pytest.approx(sum(kwh[id_] for id_ in own.planned.participant_ids))
        assert moved.needed_kwh != pytest.approx(own.needed_kwh, rel=1e-6)
    assert shown.gap_eur / shown.added_eur == pytest.approx(report.gap_eur / report.added_eur, abs=1e-3)
    assert shown.bound_eur / shown.added_eur >= report.bound_eur / report.added_eur
    assert moved_text(shown).startswith("8 members did not agree to be shown")
    assert moved_text(report) == ""


def test_where_all_agreed_others_read_what_the_keeper_reads(lists: Path, tmp_path: Path) -> None:
    folder = Path(copytree(lists, tmp_path / "agreed", ignore=ignore_patterns("out")))
    table = folder / "territory" / "sites.csv"
    table.write_text(table.read_text("utf-8").replace(";company;", ";commune;"), encoding="utf-8")
    written = plan(folder)
    assert written.shown is written.report
