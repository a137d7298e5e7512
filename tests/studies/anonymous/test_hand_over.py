"""A folder handed over gives nearly the same answers, and says nobody's name, meter, place or figure."""

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.problem import InputError
from acc.sites import Position
from reports.data.encode import to_json
from reports.data.results import results_document
from scenarios.entry.places.geography import distances_km
from scenarios.export import export
from scenarios.run import run
from scenarios.studies.anonymous.hand_over import MOST_RATIO, export_anonymous, hand_over, zipped
from scenarios.studies.anonymous.names import moved
from scenarios.studies.anonymous.rounding import rounded, rounded_cell
from tests.effort import few, law
from tests.few_homes import write_homes

OPERATION = """# Pour Mme Untel
[operation]
name = "Zone des Cèdres"
place = "Prigonrieux"
start = 2026-01-01
end = 2027-01-01
step_minutes = 60
rates_on = 2026-09-01
perimeter = "10km"

[key]
name = "static"
shares = { ecole = 0.25, "*" = 0.75 }

[keys.priority]
ranks = [["ville"], ["atelier", "company"]]

[prices]
local_eur_per_mwh = 95.47
surplus = 45
local_by_plant_eur_per_mwh = { toit = 80.48 }

[finance]
horizon_years = 20

[words]
contact = "Mme Untel"

[battery]
id = "pile"
name = "Batterie des Cèdres"
energy_kwh = 20.37
power_kw = 10
round_trip_ratio = 0.9
prm_charge = "30000000000009"

[[flexible]]
participant = "ecole"
daily_kwh = 20
power_kw = 10
usual = "22:00-06:00"
allowed = "10:00-16:00"

[[variants]]
name = "sans l'atelier Durand"
present = "Mme Untel"
"participants.atelier.active" = false
"plants.toit.kwp" = 60.33

[[variants]]
name = "école plus grande"
"participants.ecole.annual_kwh" = 80057

[[variants]]
name = "ailleurs"
"participants.ecole.latitude" = 44.9
"""

PERSONS = "id;name;kind;vat\nville;Ville de Prigonrieux;commune;fctva\n"
HEAD = "id;name;kind;person;prm;latitude;longitude;insee;profile;annual_kwh;curve;kva;turpe;"
PARTICIPANTS = f"""{HEAD}supply_eur_per_mwh;active
ecole;École des Cèdres;commune;ville;30000000000001;44,8561;0,4011;24340;école;62148;;60;BTSUP-CU;128,37;
mairie;Mairie;commune;ville;30000000000002;44,8533;0,4002;24340;mairie;41000;;36;CU4;128;
atelier;Atelier Durand;entreprise;;30000000000003;44,8575;0,4148;24340;;;durand.csv;90;BTSUP-CU;111,125;
depot;Dépôt Durand;entreprise;;30000000000004;44,8605;0,4248;24340;atelier;30000;;36;;120;non
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;behind
toit;Toit de l'école;ville;44,8561;0,4011;24340;99,46;12;
hangar;Hangar Durand;atelier;44,8575;0,4148;24340;36;10;atelier
ombriere;Ombrière;SEM Énergies;44,8581;0,4201;24340;50;5;
"""
NAMES = (
    "cedres",
    "cèdres",
    "prigonrieux",
    "durand",
    "untel",
    "mairie",
    "ecole",
    "école",
    "hangar",
    "pile",
)


def made(folder: Path) -> Path:
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "persons.csv").write_text(PERSONS, encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    starts = np.arange(
        np.datetime64("2025-12-31T23:00"), np.datetime64("2026-12-31T23:00"), np.timedelta64(60, "m")
    )
    kwh = 10.0 + 9.0 * np.sin(np.arange(starts.size) * 2.0 * np.pi / 24.0)
    lines = [f"{start}Z;{value:.3f}" for start, value in zip(starts, kwh, strict=True)]
    text = "\n".join(["time;durand_kwh", *lines])
    (folder / "curves" / "durand.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a folder, and what is handed over of it, unpacked."""
    folder = made(tmp_path_factory.mktemp("op") / "op")
    handed = folder.parent / "handed"
    with zipfile.ZipFile(io.BytesIO(zipped(hand_over(folder, Random(1)).files))) as archive:
        archive.extractall(handed)
    return folder, handed


def figures(folder: Path, variant: str | None = None, key: str | None = None) -> dict[str, object]:
    """Return all numbers of a run, without what says how well a curve is known."""
    result = run(folder, ran_on=date(2026, 11, 25), variant=variant, key=key, use_cache=False)
    document = json.loads(to_json(results_document(result)))
    return {name: document[name] for name in document if name not in {"provenance", "assumptions"}}


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for name, inner in value.items() if name not in GRADES for n in numbers(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in numbers(inner)]
    return [float(value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


GRADES = {"quality", "band_ratio", "filled_ratio", "source_step_minutes", "latitude", "longitude", "checks"}


@pytest.mark.parametrize(
    ("variant", "new", "key"),
    few(
        1,
        [
            (None, None, None),
            ("sans l'atelier Durand", "variante-01", None),
            ("école plus grande", "variante-02", None),
            (None, None, "priority"),
        ],
    ),
)
def test_nearly_the_same_kwh_and_euros(
    folders: tuple[Path, Path], variant: str | None, new: str | None, key: str | None
) -> None:
    folder, handed = folders
    before, after = figures(folder, variant, key), figures(handed, new, key)
    assert len(numbers(before)) > 100
    # Three digits: half a percent for each of two rounded figures; an hour's mean is told to a thousandth.
    np.testing.assert_allclose(numbers(after), numbers(before), rtol=MOST_RATIO, atol=1e-3)
    told = [[(check["rule"], check["state"]) for check in one["checks"]] for one in (before, after)]
    assert told[0] == told[1]


def test_nobody_is_named_and_no_meter_nor_place_is_left(folders: tuple[Path, Path]) -> None:
    texts = {path.name: path.read_text("utf-8-sig") for path in folders[1].rglob("*") if path.is_file()}
    readme = texts.pop("LISEZMOI.txt")
    text = "\n".join(one[:200_000] for one in texts.values()).lower()
    assert [name for name in NAMES if name in text] == []
    assert not re.search(r"\b3000000000000\d|44[.,]8(561|533|575|605|581)\b|\b24340\b", text)
    assert sorted(texts) == sorted(
        ["operation.toml", "participants.csv", "plants.csv", "persons.csv", "sites.csv"]
    )
    assert "could still identify" in readme.lower()
    assert "variante-03 left out" in readme


def test_no_figure_of_the_folder_is_found_again(folders: tuple[Path, Path]) -> None:
    texts = {path.name: path.read_text("utf-8-sig") for path in folders[1].rglob("*") if path.is_file()}
    curves, readme = texts.pop("sites.csv"), texts.pop("LISEZMOI.txt")
    text = "\n".join(texts.values()).replace(",", ".")
    for figure in ("62148", "80057", "128.37", "95.47", "80.48", "99.46", "60.33", "20.37"):
        assert figure not in text
        assert rounded_text(float(figure)) in text
    steps = [[float(cell) for cell in line.split(";")[1:]] for line in curves.splitlines()[1:]]
    values, source = np.array(steps), np.loadtxt(folders[0] / "curves/durand.csv", str, delimiter=";")
    assert (values == [[rounded(value) for value in row] for row in steps]).all()
    sums, own_kwh = values.sum(axis=0), source[1:, 1].astype(float)
    np.testing.assert_allclose(sums, [rounded(total) for total in sums], rtol=1e-3)  # what rounded steps lose
    np.testing.assert_allclose(values[:, 2] / own_kwh, rounded(own_kwh.sum()) / own_kwh.sum(), rtol=5e-3)
    assert own_kwh.sum() == pytest.approx(87_600, abs=1.0)
    (told,) = re.findall(r"of the whole by (\d+\.\d) %, as tried", readme)
    assert 0.0 < float(told) <= 100.0 * MOST_RATIO


def rounded_text(value: float) -> str:
    return f"{rounded(value):.15g}"


@pytest.mark.parametrize(
    ("path", "value", "handed"),
    [
        (".kva", "90/120,25 / 1 257", "90/120 / 1260"),
        (".capex_eur", "95 482", "95500"),
        (".prices.local_by_plant_eur_per_mwh", {"toit": 80.48}, {"toit": 80.5}),
        (".prices.surplus", 45.678, 45.7),
        (".battery.energy_kwh", 1234, 1230),
        (".supply_eur_per_mwh", "spot 2024.csv", "spot 2024.csv"),
        (".since", "2028-05-01", "2028-05-01"),
        (".finance.inverter_year", 2038, 2038),
        (".losses_ratio", 0.1234, 0.1234),
        (".kwp", True, True),
    ],
)
def test_what_has_a_unit_is_rounded_and_nothing_else(path: str, value: object, handed: object) -> None:
    assert rounded_cell(path, value) == handed


def test_homes_whose_curve_stands_alone_are_counted_among_what_could_identify(tmp_path: Path) -> None:
    told = hand_over(write_homes(tmp_path / "op", [False] * 3), Random(1)).could_identify
    (sentence,) = (text for text in told if "when people are at home" in text)
    assert sentence.startswith("The curves of 3 sites of fewer than 10 homes each stand alone")


def test_what_is_there_is_not_replaced_and_a_zip_says_what_it_is(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    with pytest.raises(InputError, match="an archive is made with --anonymous"):
        export(folder, tmp_path / "x.zip")
    with pytest.raises(InputError, match=r"a name in \.zip is expected"):
        export_anonymous(folder, tmp_path / "x.xlsx")
    (tmp_path / "x.zip").write_bytes(b"")
    with pytest.raises(InputError, match="there already"):
        export_anonymous(folder, tmp_path / "x.zip")


def test_a_profile_above_its_power_is_told_before_anything_is_written(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    path = folder / "participants.csv"
    path.write_text(path.read_text("utf-8").replace("41000;;36;", "410000;;9;"), encoding="utf-8")
    with pytest.raises(InputError, match=r"participants\.mairie\.kva: 410,000 kWh needed where 9 kVA"):
        hand_over(folder)


PLACE = st.builds(Position, st.floats(42.5, 50.8), st.floats(-4.0, 8.0))
NEAR = st.tuples(st.floats(-0.15, 0.15), st.floats(-0.2, 0.2))


@law(40)
@given(middle=PLACE, apart=st.lists(NEAR, min_size=1, max_size=12), seed=st.integers(0, 99))
def test_distances_stay_wherever_and_however_places_are_turned(
    middle: Position, apart: list[tuple[float, float]], seed: int
) -> None:
    places = {
        str(n): Position(middle.latitude_deg + north, middle.longitude_deg + east)
        for n, (north, east) in enumerate(apart)
    }
    new, most_km = moved(places, Random(seed))
    before, after = distances_km(list(places.values())), distances_km(list(new.values()))
    assert np.abs(before - after).max() == pytest.approx(most_km)
    assert most_km < 2e-5  # 2 cm over 40 km: the Earth is no sphere
