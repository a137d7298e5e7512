"""Opening a curve: references to a file and a series, limits, rights, workbooks, speed of reading again."""

import io
import os
import zipfile
from pathlib import Path
from random import Random

import numpy as np
import pytest

from acc.problem import InputError
from profiles.curves import read as curve_module
from profiles.curves.by_hour import read_shapes
from profiles.curves.formats import open_file as opening
from profiles.curves.formats import xlsx as workbook
from profiles.curves.formats.base import ReadOptions
from profiles.curves.formats.not_a_curve import Contract, read_contracts
from profiles.curves.read import read_curve, read_curves
from profiles.files import open_file as budget
from profiles.files.open_file import masked_name
from tests.profiles.curves.test_formats import DAYS, day_case
from tests.profiles.writers import PRM, WRITERS, generic_xlsx

TWO = b"time;ecole_kwh;mairie_kwh\n2025-01-01 00:00;1;10\n2025-01-01 00:15;2;20\n"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    (tmp_path / "deux.csv").write_bytes(TWO)
    return tmp_path


def test_a_series_is_named_after_a_hash_in_full_or_in_part(two: Path) -> None:
    assert read_curve("deux.csv#mairie_kwh", two).energy_kwh.tolist() == [10.0, 20.0]
    assert read_curve("deux.csv#ecole", two).energy_kwh.tolist() == [1.0, 2.0]


def test_a_series_that_is_not_there_or_not_named(two: Path) -> None:
    with pytest.raises(
        InputError, match=r"2 series in this file \(ecole_kwh, mairie_kwh\): name one, like deux.csv#ecole"
    ):
        read_curve("deux.csv", two)
    with pytest.raises(
        InputError, match="no single series named 'usine': the file has ecole_kwh, mairie_kwh"
    ):
        read_curve("deux.csv#usine", two)


def test_options_stand_in_the_name_and_are_checked(two: Path) -> None:
    late = read_curve("deux.csv?stamp=end&clock=utc#ecole", two)
    assert str(late.starts_utc[0]) == "2024-12-31T23:45:00"
    with pytest.raises(InputError) as caught:
        read_curve("deux.csv?stamp=middle&unit=kVAr&zone=Paris#ecole", two)
    assert [str(problem) for problem in caught.value.problems] == [
        "deux.csv: stamp cannot be 'middle': start or end is expected",
        "deux.csv: 'kVAr' is not a unit of active power or energy: W, kW, MW, Wh, kWh, MWh are expected",
        "deux.csv: 'zone' is not an option of a curve file: stamp, clock, unit are",
    ]


def test_a_file_whose_name_has_a_hash_is_found(two: Path) -> None:
    (two / "a#b.csv").write_bytes(b"time;x_kwh\n2025-01-01 00:00;1\n2025-01-01 00:15;2\n")
    assert read_curve("a#b.csv", two).column == "x_kwh"


def test_the_arrays_cannot_be_changed(two: Path) -> None:
    with pytest.raises(ValueError, match="read-only"):
        read_curve("deux.csv#ecole", two).energy_kwh[0] = 5.0


def test_a_file_is_read_once_until_it_changes(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    real = curve_module.open_source

    def counted(path: Path, options: ReadOptions):
        opened.append(path)
        return real(path, options)

    monkeypatch.setattr(curve_module, "open_source", counted)
    read_curves(two / "deux.csv")
    read_curves(two / "deux.csv")
    assert len(opened) == 1
    (two / "deux.csv").write_bytes(TWO + b"2025-01-01 00:30;3;30\n")
    assert read_curve("deux.csv#ecole", two).energy_kwh.tolist() == [1.0, 2.0, 3.0]


def test_a_missing_file_names_the_nearest_one(two: Path) -> None:
    with pytest.raises(InputError, match=r"duex.csv: file missing in .*\. did you mean deux.csv\?"):
        read_curve("duex.csv", two)


def test_a_folder_is_not_a_file(two: Path) -> None:
    with pytest.raises(InputError, match="this is a folder"):
        read_curves(two)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_rights(two: Path) -> None:
    (two / "deux.csv").chmod(0)
    with pytest.raises(InputError, match="no right to read this file"):
        read_curves(two / "deux.csv")


def test_a_refused_right_is_a_message(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_words: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(InputError, match="no right to read this file"):
        read_curves(two / "deux.csv")


def test_a_file_too_big_is_refused_before_it_is_read(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="bytes: more than the 10 expected of such a file; split it"):
        read_curves(two / "deux.csv")


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_a_curve_that_is_parsed_to_too_much_is_refused_before_it_is(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "courbe"
    path.write_bytes(WRITERS[name](day_case(DAYS[0], 30)))
    monkeypatch.setattr(budget, "MEMORY_BYTES", 10_000)
    with pytest.raises(InputError, match=r"of memory; .* split it, one meter or one year a file"):
        read_curves(path)


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bombe.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 1_000_000)
    monkeypatch.setattr(opening, "UNPACKED_BYTES", 100_000)
    assert path.stat().st_size < 2_000
    with pytest.raises(InputError, match="unpacks to more than"):
        read_curves(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(generic_xlsx(day_case(DAYS[0], 30)))
    monkeypatch.setattr(opening, "UNPACKED_BYTES", 100)
    with pytest.raises(InputError, match="unpacks to more than"):
        read_curves(path)


def test_a_sheet_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "classeur.xlsx"
    path.write_bytes(generic_xlsx(day_case(DAYS[0], 30)))
    monkeypatch.setattr(workbook, "MAX_ROWS", 5)
    with pytest.raises(InputError, match="the sheet Feuil1 has more than 5 rows"):
        read_curves(path)


def test_an_archive_of_two_files_or_a_nested_one_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", TWO)
    for members, said in (
        ({"a.csv": TWO, "b.csv": TWO}, "an archive of 2 files"),
        ({"a.zip": inner.getvalue()}, "within"),
    ):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        with pytest.raises(InputError, match=said):
            read_curves(tmp_path / "a.zip")


def test_meter_numbers_are_masked_in_the_names_of_files(tmp_path: Path) -> None:
    assert masked_name(f"Enedis_{PRM}_x.csv") == "Enedis_•••• 4800_x.csv"
    path = tmp_path / f"Enedis_{PRM}.csv"
    path.write_bytes(b"rien")
    with pytest.raises(InputError) as caught:
        read_curves(path)
    assert PRM not in str(caught.value)


COEFFICIENTS = (
    "HORODATE;SOUS_PROFIL;CATEGORIE;COEFFICIENT_PREPARE;COEFFICIENT_AJUSTE;COEFFICIENT_DYNAMIQUE\n"
    "2026-09-24T00:30:00+02:00;RES1_BASE;Conso;1;1;3\n2026-09-24T00:15:00+02:00;RES1_BASE;Conso;1;2;\n"
    "2026-09-24T00:00:00+02:00;RES1_BASE;Conso;1;;\n2026-09-24T00:00:00+02:00;PRD3_BASE;Prod;0;0;0\n"
    "2026-09-24T00:15:00+02:00;PRD3_BASE;Prod;0;0;0\n"
)
SUP36 = (
    "horodate;region;profil;plage_de_puissance_souscrite;secteur_activite;nb_points_soutirage;"
    "total_energie_soutiree_wh\n"
    "2025-01-01T00:00:00+00:00;Nouvelle-Aquitaine;ENT1;]36-120] kVA;Tertiaire;20;40000\n"
    "2025-01-01T00:30:00+00:00;Nouvelle-Aquitaine;ENT1;]36-120] kVA;Tertiaire;;\n"
    "2025-01-01T01:00:00+00:00;Nouvelle-Aquitaine;ENT1;]36-120] kVA;Tertiaire;20;60000\n"
)
C68 = (
    "PRM;date de debut de la situation contractuelle;Etat contractuel;Segment;Code tarif acheminement;"
    "Formule tarifaire acheminement;Numero Siret;Puissance souscrite;Type Injection\n"
    "00000000000017;01-04-2022;SERVC;C4;CU4;BTSUPCU4;12345678901234;36 kVA;SURPLUS\n"
    "30000012344800;01-04-2022;SERVC;C2;CU5;HTACU5;;250,5 kW;\n"
)


def test_contract_data_gives_power_and_tariff(tmp_path: Path) -> None:
    path = tmp_path / "c68.csv"
    path.write_text(C68, encoding="utf-8")
    first, second = read_contracts(path)
    assert first == Contract("00000000000017", "BTSUPCU4", 36.0)
    assert second.subscribed_kva == 250.5
    path.write_text(C68.replace("00000000000017", "17").replace("250,5 kW", "beaucoup"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_contracts(path)
    assert [str(problem) for problem in caught.value.problems] == [
        "c68.csv, line 2: '17' is not a meter number: 14 digits are expected "
        "(keep the column as text in Excel)",
        "c68.csv, line 3: 'beaucoup' is not a subscribed power like 36 kVA",
    ]


def test_profile_coefficients_become_shapes_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "coefficients.csv"
    path.write_text(COEFFICIENTS, encoding="utf-8")
    shapes = read_shapes(path, "")
    assert list(shapes) == ["RES1_BASE", "PRD3_BASE"]
    assert shapes["RES1_BASE"].minutes.tolist() == [15, 15, 15]
    assert (shapes["RES1_BASE"].energy_kwh * 12.0).tolist() == [2.0, 4.0, 6.0]
    assert np.isnan(shapes["PRD3_BASE"].energy_kwh).all()  # a producer asleep has no shape


def test_regional_means_divide_the_energy_by_the_sites_and_keep_secrets_missing(tmp_path: Path) -> None:
    path = tmp_path / "sup36.csv"
    path.write_text(SUP36, encoding="utf-8")
    shape = read_shapes(path, "")["ENT1 / ]36-120] kVA / Tertiaire"]
    np.testing.assert_array_equal(shape.energy_kwh, [0.4, np.nan, 0.6])
    path.write_text(SUP36.replace("profil;", "genre;"), encoding="utf-8")
    with pytest.raises(InputError, match="the columns horodate and sous profil are needed"):
        read_shapes(path, "")


@pytest.mark.shared
def test_the_measured_german_curves_sum_to_one_mwh(shared_data: Path) -> None:
    for file in ("LP_Oe_Schule_k.csv", "LP_Oe_Buero_m.csv", "LP_G_MV.csv"):
        curve = read_curve(file, shared_data / "loads")
        own_sum = sum(
            float(line.rsplit(",", 1)[1])
            for line in (shared_data / "loads" / file).read_text("utf-8").splitlines()[1:]
        )
        assert curve.energy_kwh.sum() == pytest.approx(own_sum * 0.25 / 1000.0, rel=1e-12)
        assert curve.energy_kwh.sum() == pytest.approx(1000.0, rel=1e-6)  # as published, to its rounding
        assert curve.is_normalised == ("LP_Oe" in file)


def test_rows_of_a_sheet_end_at_their_last_filled_cell() -> None:
    random = Random(5)
    rows = [tuple(random.choice((None, 1.0)) for _cell in range(random.randrange(9))) for _row in range(200)]
    expected = [
        row[: max((n + 1 for n, cell in enumerate(row) if cell is not None), default=0)] for row in rows
    ]
    assert list(workbook._filled(rows)) == expected
