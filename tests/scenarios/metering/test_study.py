"""A study of a plant: its kWh are printed, and its gap to the model is told."""

from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.operation.ready.operation import open_operation
from tests.scenarios.operation import PLANTS, write_operation

HEAD = PLANTS.partition("\n")[0]


def folder_with(tmp_path: Path, columns: str, gymnase: str, hangar: str = "", **texts: str) -> Path:
    """Write the operation, more columns of its plants filled in."""
    folder = write_operation(tmp_path / "op", **texts)
    head, first, second, *_end = PLANTS.split("\n")
    blank = ";" * columns.count(";")
    rows = [f"{head};{columns}", f"{first};{gymnase}", f"{second};{hangar or blank}"]
    (folder / "plants.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def yearly_kwh(folder: Path) -> tuple[float, tuple[str, ...]]:
    _operation, metered = open_operation(folder, use_cache=False)
    hours = metered.exchange.steps.count * metered.exchange.steps.hours
    return float(metered.unit_kwh[:, 0].sum()) * 8760.0 / hours, metered.warnings


def test_a_year_prints_what_a_study_says_and_the_gap_is_told(tmp_path: Path) -> None:
    model, before = yearly_kwh(write_operation(tmp_path / "bare"))
    kwh, told = yearly_kwh(folder_with(tmp_path, "p50_kwh_per_kwp", "1000"))
    assert kwh == pytest.approx(1000.0, rel=1e-9)
    (note,) = set(told) - set(before)
    assert "Gymnase" in note
    assert "1000 kWh/kWp" in note
    assert f"{model:.0f}" in note


def test_a_study_near_the_model_is_taken_without_a_word(tmp_path: Path) -> None:
    kwh, told = yearly_kwh(folder_with(tmp_path, "p50_kwh_per_kwp;study", "1150;étude"))
    assert kwh == pytest.approx(1150.0, rel=1e-9)
    assert not [note for note in told if "study" in note]


def test_an_inverter_limits_what_a_study_says_as_before(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "p50_kwh_per_kwp;inverter_kva", "1150;60")
    _operation, metered = open_operation(folder, use_cache=False)
    unit = metered.unit_kwh[:, 0]
    assert unit.sum() == pytest.approx(1150.0, rel=1e-3)  # six rounds
    assert unit.max() == pytest.approx(60.0 / 90.0, rel=1e-9)


def test_a_part_of_a_year_has_its_part_of_the_study(tmp_path: Path) -> None:
    months = {"end = 2027-01-01": "end = 2026-07-01"}
    bare = write_operation(tmp_path / "bare", **months)
    model = yearly_kwh(write_operation(tmp_path / "year"))[0]
    half, studied = (
        yearly_kwh(bare)[0],
        yearly_kwh(folder_with(tmp_path, "p50_kwh_per_kwp", "1000", **months))[0],
    )
    assert studied / half == pytest.approx(1000.0 / model, rel=0.02)  # another sky of the second half


@pytest.mark.parametrize("cells", ["1000;1000", "1000;1100"])
def test_a_p90_goes_with_a_higher_p50(tmp_path: Path, cells: str) -> None:
    with pytest.raises(InputError, match="a higher figure of a usual year"):
        open_operation(folder_with(tmp_path, "p50_kwh_per_kwp;p90_kwh_per_kwp", cells), use_cache=False)


@pytest.mark.parametrize(("column", "cell"), [("p90_kwh_per_kwp", "1090"), ("study", "devis")])
def test_a_p90_or_a_source_without_a_p50_is_refused(tmp_path: Path, column: str, cell: str) -> None:
    """It would be read and left aside: the range and the lender's P90 would stay those of the model."""
    with pytest.raises(InputError, match=r"without the usual year \(P50\)"):
        open_operation(folder_with(tmp_path, column, cell), use_cache=False)
