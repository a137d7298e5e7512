"""A plant without `kind` is a roof, and says so; a name or a mounting that says otherwise is doubted."""

from pathlib import Path

import pytest

from acc.plant_model import Mounting
from acc.scenario import Scenario
from acc.sites import PlantKind
from profiles.pv.losses import losses_of, total_loss_ratio
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.folder.load import load
from scenarios.entry.plausibility.plant_kinds import spoken_kind

OPERATION = '[operation]\nname = "Essai"\nstart = 2026-01-01\nend = 2027-01-01\nrates_on = 2026-09-01\n'
MEMBERS = "id;kind;latitude;longitude;profile;annual_kwh\nmairie;commune;44.8478;0.4856;town-hall;62000\n"


def read(folder: Path, plant: str, more: str = "", head: str = "id;name;kwp") -> Scenario:
    (folder / "operation.toml").write_text(OPERATION + more, encoding="utf-8")
    (folder / "participants.csv").write_text(MEMBERS, encoding="utf-8")
    (folder / "plants.csv").write_text(f"{head};latitude;longitude\n{plant};44.84;0.48\n", encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ombrières du supermarché", PlantKind.CANOPY),
        ("OMBRIERES SUR TOIT", PlantKind.CANOPY),
        ("Carport", PlantKind.CANOPY),
        ("Parking de la gare", PlantKind.CANOPY),
        ("Centrale solaire du parking", PlantKind.CANOPY),
        ("Centrale au sol de Prigonrieux", PlantKind.GROUND),
        ("Champ photovoltaïque", PlantKind.GROUND),
        ("Serres de M. Roy", PlantKind.CANOPY),
        ("Hangar de la cave de Gardonne", PlantKind.ROOF),
    ],
)
def test_a_name_speaks_of_a_kind_by_its_whole_words(name: str, kind: PlantKind) -> None:
    spoken = spoken_kind(PlantRow(id="p", name=name, kwp=99.0))
    assert spoken is not None
    assert spoken.kinds[0] is kind
    assert spoken_kind(PlantRow(id="p", name=name, kwp=99.0, kind=PlantKind.ROOF)) is None


@pytest.mark.parametrize(
    "row",
    [
        {"name": "Toiture Solaire"},
        {"name": "Centrale solaire de l'école"},
        {"name": "Toit du hangar"},
        {"name": "Toiture du parking silo"},
        {"name": "École du Champ de Foire"},
        {"name": "Mairie de Serres"},
        {"name": "Parking Services, bâtiment A", "owner": "parking-services"},
        {"name": "Entrepôt", "owner": "Parking Services"},
        {"id": "toit-2"},
    ],
)
def test_a_name_that_says_nothing_of_it_is_not_doubted(row: dict[str, str]) -> None:
    assert spoken_kind(PlantRow(**{"id": "p", "kwp": 99.0, **row})) is None  # type: ignore[arg-type]


def test_a_free_mounting_is_no_roof_and_never_takes_its_losses(tmp_path: Path) -> None:
    given = read(tmp_path, "p;Entrepôt;99;free", head="id;name;kwp;mounting")
    assert set(given.doubted) == {"plants.p.kind"}
    assert any("kind = canopy" in note and "kind = ground" in note for note in given.notes)
    assert total_loss_ratio(losses_of(given.plants[0])) == pytest.approx(0.16)  # as on the ground
    assert given.plants[0].model.mounting is Mounting.FREE


def test_a_doubted_kind_stays_a_roof_and_says_what_to_write(tmp_path: Path) -> None:
    given = read(tmp_path, "p;Ombrières;99")
    assert given.plants[0].kind is None
    assert total_loss_ratio(losses_of(given.plants[0])) == pytest.approx(0.14)
    (note,) = [note for note in given.notes if "plants.csv, line 2" in note]
    assert "`kind = canopy`" in note
    assert "`kind = roof` keeps the roof" in note
    assert ("Kind of a plant", "roof") in {line[:2] for line in given.assumptions}


def test_a_roof_that_a_person_keeps_is_written_for_good(tmp_path: Path) -> None:
    kept = '[[accepted]]\nwhere = "plants.p.kind"\nvalue = "roof"\nwhy = "sur le toit"\n'
    given = read(tmp_path, "p;Ombrières;99", kept)
    assert given.plants[0].kind is PlantKind.ROOF
    assert not given.doubted
    assert "Kind of a plant" not in {line[0] for line in given.assumptions}


def test_a_kind_of_which_nothing_speaks_is_a_hypothesis(tmp_path: Path) -> None:
    given = read(tmp_path, "p;Mairie;99")
    assert not given.doubted
    assert ("Kind of a plant", "roof") in {line[:2] for line in given.assumptions}
