"""What `plants.csv` may say of a roof beyond its planes, and how its faults are told."""

from pathlib import Path

import pytest

from acc.plant_model import Module, Mounting
from acc.problem import InputError
from acc.sites import PlantKind
from scenarios.entry.columns.bill_columns import read_horizon, read_losses, read_planes, read_shading
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.folder.load import load

OPERATION = """
[operation]
name = "Roofs"
start = 2025-06-01
end = 2025-06-02
"""


def folder(tmp_path: Path, header: str, cells: str) -> Path:
    (tmp_path / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (tmp_path / "participants.csv").write_text(
        "id;name;kind;profile;annual_kwh;latitude;longitude;insee\n"
        "mairie;Mairie;commune;town-hall;50000;44.85;0.48;24037\n",
        encoding="utf-8",
    )
    row = f"roof;Roof;10;44.85;0.48;24037;{cells}\n"
    (tmp_path / "plants.csv").write_text(
        f"id;name;kwp;latitude;longitude;insee;{header}\n" + row, encoding="utf-8"
    )
    return tmp_path


def test_everything_known_of_a_roof_reaches_its_model(tmp_path: Path) -> None:
    months = " ".join(["0,1"] * 2 + ["0"] * 8 + ["0,1"] * 2)
    cells = f"roof;cdte;soiling=0,02 inverter=0.03;0 10 5 0;{months};0,25;0,004"
    header = "mounting;module;losses;horizon_deg;shading_ratio;albedo_ratio;degradation_ratio"
    model = load(folder(tmp_path, header, cells)).plants[0].model
    assert (model.mounting, model.module) == (Mounting.ROOF, Module.CDTE)
    assert model.losses == {"soiling": 0.02, "inverter": 0.03}
    assert model.horizon_deg == (0.0, 10.0, 5.0, 0.0)
    assert model.shading_ratio[0] == 0.1
    assert (model.albedo_ratio, model.degradation_ratio) == (0.25, 0.004)


def test_all_faults_of_a_roof_come_at_once(tmp_path: Path) -> None:
    header = "mounting;losses;horizon_deg;shading_ratio"
    with pytest.raises(InputError) as caught:
        load(folder(tmp_path, header, "wall;soiling=2;95 0;0.1 0.2"))
    assert "mounting" in str(caught.value)
    with pytest.raises(InputError) as caught:
        load(folder(tmp_path, header, "roof;soiling=2;95 0;0.1 0.2"))
    words = str(caught.value)
    assert all(name in words for name in ("line 2, losses", "line 2, horizon_deg", "line 2, shading_ratio"))


@pytest.mark.parametrize("text", ["soiling", "soiling=", "=0.1", "a=0.1 a=0.2", "a=1", "a=nan", "a=-0.1"])
def test_a_loss_has_a_name_once_and_a_ratio(text: str) -> None:
    with pytest.raises(ValueError, match=r"soiling=0\.02"):
        read_losses(text)


@pytest.mark.parametrize("text", ["x", "90", "-1", "nan"])
def test_a_horizon_has_heights(text: str) -> None:
    with pytest.raises(ValueError, match="heights in degrees"):
        read_horizon(text)


@pytest.mark.parametrize("text", ["0.1", " ".join(["0.1"] * 13), " ".join(["1.1"] * 12)])
def test_a_shading_table_has_twelve_ratios(text: str) -> None:
    with pytest.raises(ValueError, match="twelve ratios"):
        read_shading(text)


def test_nothing_said_is_nothing_known() -> None:
    assert (read_losses(None), read_horizon(None), read_shading(None)) == ({}, (), ())


def test_a_canopy_without_a_slope_is_laid_flatter_than_a_roof() -> None:
    said = [PlantRow(id="p", kwp=9, kind=kind) for kind in (PlantKind.CANOPY, PlantKind.ROOF, None)]
    assert [read_planes(row)[0].surface_tilt_deg for row in said] == [10.0, 30.0, 30.0]
    written = PlantRow(id="p", kwp=9, kind=PlantKind.CANOPY, surface_tilt=25)
    assert read_planes(written)[0].surface_tilt_deg == 25.0
