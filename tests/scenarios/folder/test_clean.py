"""`acc clean` removes what can be made again, and nothing else."""

import json
from gettext import gettext as _
from pathlib import Path

import pytest
from click.testing import CliRunner

from acc.problem import InputError
from cli import main
from scenarios.entry.folder.put import clean


def operation(folder: Path) -> Path:
    for name in (
        "operation.toml",
        "out/.cache/a.kept",
        "out/sweep-1/results/p.parquet",
        "out/run/results.json",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return folder


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_caches_and_draws_go_inputs_and_results_stay(tmp_path: Path) -> None:
    folder = operation(tmp_path)
    said = CliRunner().invoke(main, ["clean", str(folder), "--json"])
    assert said.exit_code == 0
    assert json.loads(said.stdout)["removed"] == [str(folder / "out/.cache"), str(folder / "out/sweep-1")]
    assert files(folder) == ["operation.toml", "out/index.html", "out/run/results.json"]
    assert clean(folder, folder / "out") == ()


def test_a_folder_that_is_no_operation_is_left_alone(tmp_path: Path) -> None:
    operation(tmp_path)
    (tmp_path / "operation.toml").unlink()
    with pytest.raises(InputError, match="not the folder of an operation"):
        clean(tmp_path, tmp_path / "out")
    assert (tmp_path / "out/.cache/a.kept").exists()


def test_what_a_link_leads_to_is_kept(tmp_path: Path) -> None:
    folder, elsewhere = operation(tmp_path / "op"), tmp_path / "mine"
    elsewhere.mkdir()
    (elsewhere / "photo.png").write_text("x", encoding="utf-8")
    (folder / "out/sweep-2").symlink_to(elsewhere)
    clean(folder, folder / "out")
    assert (elsewhere / "photo.png").exists()
    assert not (folder / "out/sweep-2").is_symlink()


def test_what_a_killed_run_left_half_written_goes(tmp_path: Path) -> None:
    folder = operation(tmp_path)
    unfinished = [folder / ".operation.toml.ab_9xyz1.tmp", folder / "out/run/.results.json.k2j4h6g8.tmp"]
    unfinished += [
        folder / "answers/.journal.csv.k2j4h6g8.tmp",
        folder / "versions/a/.plants.csv.k2j4h6g8.tmp",
    ]
    for path in (*unfinished, folder / ".notes.tmp"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert set(unfinished) < set(clean(folder, folder / "out"))
    assert files(folder) == [".notes.tmp", "operation.toml", "out/run/results.json"]


def test_caches_of_groups_go_and_their_results_stay(tmp_path: Path) -> None:
    folder = operation(tmp_path)
    group = operation(folder / "out" / _("groups") / "A")
    removed = {place / name for place in (folder / "out", group / "out") for name in (".cache", "sweep-1")}
    assert set(clean(folder, folder / "out")) == removed
    left = ["operation.toml", "out/run/results.json"]
    assert (files(group), files(folder)[0]) == (left, "operation.toml")


@pytest.mark.parametrize("name", ["", "A", "A/out", "A/out/.cache"])
def test_a_link_of_a_group_that_leads_out_is_refused_and_nothing_is_emptied(
    tmp_path: Path, name: str
) -> None:
    folder, elsewhere = operation(tmp_path / "op"), operation(tmp_path / "mine")
    link = folder / "out" / _("groups") / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    kept = files(tmp_path)
    with pytest.raises(InputError, match="a link that leads out of the folder"):
        clean(folder, folder / "out")
    assert files(tmp_path) == kept
