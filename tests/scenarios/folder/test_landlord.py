"""The landlord of a roof: an id or a name of the folder, and nothing else."""

from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.entry.folder.load import load
from tests.scenarios.operation import RENTED, write_operation


def rented(folder: Path, landlord: str, persons: str = "") -> Path:
    write_operation(folder)
    (folder / "plants.csv").write_text(RENTED.replace(";cave;500", f";{landlord};500"), encoding="utf-8")
    if persons:
        (folder / "persons.csv").write_text(persons, encoding="utf-8")
    return folder


def test_a_landlord_is_a_site_or_a_person_by_id_or_by_name(tmp_path: Path) -> None:
    persons = "id;name;kind\nsem;SEM du Bergeracois;company\n"
    for name, meant in (("cave", "cave"), ("sem", "sem"), ("SEM du Bergeracois", "sem"), ("", None)):
        scenario = load(rented(tmp_path / (name or "none"), name, persons))
        assert scenario.plants[0].landlord == meant


def test_a_landlord_whom_nobody_knows_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cave"):
        load(rented(tmp_path / "op", "cavee"))
