"""What Windows and Excel do to a folder: encodings, ends of lines, backslashes, a workbook left open."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

import cli
from acc.problem import InputError
from profiles.files.atomic_write import write_atomic
from profiles.files.letters import usable
from scenarios.entry.catalogue import copy_example
from scenarios.entry.columns.row_models import ParticipantRow
from scenarios.entry.editing.write import write_setting
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.sheets import open_sheets
from scenarios.export import new_workbook
from scenarios.forms import make_forms
from tests.scenarios.collecting.forms import made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example("depart", tmp_path / "notre zone")
    return tmp_path / "notre zone"


def saved_as(path: Path, encoding: str) -> None:
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig", "utf-8"])
def test_tables_saved_by_excel_are_the_same_folder(folder: Path, encoding: str) -> None:
    before = load(folder)
    for name in ("participants.csv", "plants.csv"):
        saved_as(folder / name, encoding)
    saved_as(folder / "operation.toml", "utf-8-sig")
    assert load(folder) == before


@pytest.mark.parametrize("typed", ["curves\\mairie.csv", "curves/mairie.csv", ".\\mairie.csv", "mairie.csv"])
def test_a_curve_is_found_by_its_path_of_windows(typed: str) -> None:
    row = ParticipantRow.model_validate({"id": "a", "kind": "mairie", "curve": typed})
    assert row.curve == "mairie.csv"


@pytest.mark.parametrize("typed", ["C:\\moi\\mairie.csv", "..\\mairie.csv", "\\\\serveur\\mairie.csv"])
def test_another_place_stays_refused(typed: str) -> None:
    with pytest.raises(ValidationError, match="outside-curves"):
        ParticipantRow.model_validate({"id": "a", "kind": "mairie", "curve": typed})


@pytest.mark.parametrize("beside", ["~$membres.xlsx", ".~lock.membres.xlsx#"])
def test_a_workbook_left_open_is_said_and_not_written_over(tmp_path: Path, beside: str) -> None:
    new_workbook(tmp_path)
    (tmp_path / beside).touch()
    told = CliRunner().invoke(cli.main, ["check", str(tmp_path)])
    assert told.exit_code == 1
    assert "ce qui n’y est pas enregistré n’est pas lu" in told.stderr
    before = (tmp_path / "membres.xlsx").read_bytes()
    with pytest.raises(InputError, match="le fermer"):
        write_setting(tmp_path, "prices.local_eur_per_mwh", "95", datetime(2026, 11, 26))
    assert (tmp_path / "membres.xlsx").read_bytes() == before


def test_a_file_that_excel_holds_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = new_workbook(tmp_path)[0]

    def held(*_asked: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "open", held)
        with pytest.raises(InputError, match="is it open in Excel"):
            open_sheets(path)
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(InputError, match="is it open in Excel"):
        write_atomic(path, b"")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Membres (1).xlsx", "not read under this name: save it as membres.xlsx"),
        ("membres.xls", "not read in this form: save it in Excel"),
        ("membres.ods", "not read in this form: save it in Excel"),
    ],
)
def test_a_workbook_of_another_name_is_told(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(InputError, match=says):
        read_source(tmp_path)


def test_the_workbook_in_place_of_its_folder_is_told(folder: Path) -> None:
    file = new_workbook(folder / "x")[0]
    told = CliRunner().invoke(cli.main, ["check", str(file)])
    assert f'donner le dossier qui le contient, "{file.parent}"' in told.stderr


def test_a_member_called_as_a_device_has_a_form_and_a_sheet_that_windows_can_write(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    people = folder / "persons.csv"
    people.write_text(people.read_text("utf-8").replace("cave;Cave des Coteaux", "cave;Aux"), "utf-8")
    assert {path.name for path in make_forms(folder, tmp_path / "forms", date(2026, 9, 1))} >= {"aux-.xlsx"}
    assert usable("nul") == "nul-"
    assert usable("conseil") == "conseil"
