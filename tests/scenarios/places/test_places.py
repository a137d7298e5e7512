"""A position is a pair pasted from a map, or the middle of a commune, said as approximate."""

from pathlib import Path

import pytest

from acc.rules.all_checks import checks
from acc.rules.check import State
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import read_source
from scenarios.entry.places import geography as communes
from scenarios.entry.places.geography import commune_of, distances_km, members_of
from scenarios.rates.table import perimeter_rules, read_rates

OPERATION = """[operation]
name = "Essai"
start = 2026-03-01
end = 2026-03-03
rates_on = 2026-09-01
perimeter = "{perimeter}"
"""


def folder(path: Path, mairie: str, toit: str, perimeter: str = "20km") -> Path:
    path.mkdir(exist_ok=True)
    (path / "operation.toml").write_text(OPERATION.format(perimeter=perimeter), encoding="utf-8")
    head = "latitude;longitude;insee;commune"
    (path / "participants.csv").write_text(
        f"id;kind;profile;annual_kwh;kva;{head}\nmairie;commune;mairie;62100;36;{mairie}\n", encoding="utf-8"
    )
    (path / "plants.csv").write_text(f"id;kwp;{head}\ntoit;99;{toit}\n", encoding="utf-8")
    return path


AT_BERGERAC = "44.8478;0.4856;24037;"


@pytest.mark.parametrize("said", ["44.8561, 0.4011", "44.8561,0.4011", "(44.8561; 0.4011)", "44.8561 0.4011"])
def test_a_pair_pasted_from_a_map_is_a_position(tmp_path: Path, said: str) -> None:
    made = folder(tmp_path, f'"{said}";;24340;', AT_BERGERAC)
    (row,) = read_source(made).participants
    assert (row.cells["latitude"], row.cells["longitude"]) == ("44.8561", "0.4011")
    position = load(made).participants[0].position
    assert position is not None
    assert (position.latitude_deg, position.longitude_deg) == (44.8561, 0.4011)


@pytest.mark.parametrize("said", [";;;Prigonrieux", ";;;PRIGONRIEUX", ";;24340;", ";;;24340"])
def test_a_commune_alone_gives_its_middle_and_says_so(tmp_path: Path, said: str) -> None:
    place = commune_of("24340")
    assert place is not None
    scenario = load(folder(tmp_path, said, AT_BERGERAC))
    site = scenario.participants[0]
    assert (site.position, site.within_km, site.insee) == (place.position, place.radius_km, "24340")
    assert site.commune == "Prigonrieux"
    assert tuple(
        text[: len(want)]
        for text, want in zip(scenario.assumptions[-1], ("Position of mairie", "middle of "), strict=False)
    ) == ("Position of mairie", "middle of ")


def test_articles_and_accents_are_left_aside_and_a_name_of_many_is_not_guessed(tmp_path: Path) -> None:
    assert load(folder(tmp_path, ";;;BUISSON DE CADOUIN", AT_BERGERAC)).participants[0].insee == "24068"
    scenario = load(folder(tmp_path, ";;;la force", ";;;"))
    assert scenario.participants[0].position is None
    assert any("are called la force" in note and "24222" in note for note in scenario.notes)
    near = load(folder(tmp_path, ";;;la force", AT_BERGERAC))
    assert near.participants[0].insee == "24222"
    assert "3 communes are called la force: 24222, the only one near the other sites, is taken" in near.notes
    assert load(folder(tmp_path, ";;;", AT_BERGERAC)).participants[0].position is None


@pytest.mark.parametrize(
    ("perimeter", "state"),
    [("20km", State.ON_DEROGATION), ("10km", State.TO_VERIFY), ("2km", State.NOT_MET)],
)
def test_a_distance_that_the_commune_leaves_open_is_to_be_verified(
    tmp_path: Path, perimeter: str, state: State
) -> None:
    """6.4 km to the middle of Prigonrieux, which reaches some 4 km: from 2.1 to 10.7 km."""
    scenario = load(folder(tmp_path, ";;24340;", AT_BERGERAC, perimeter))
    sites = (scenario.participants[0], scenario.plants[0])
    km = float(distances_km([site.position for site in sites])[0, 1])
    assert (km - sites[0].within_km > 2.0, km + sites[0].within_km > 10.0) == (True, True)
    members = members_of(scenario.participants, scenario.plants)
    rules = perimeter_rules(read_rates(), scenario.on)
    (check,) = (c for c in checks(members, scenario.regime, rules) if c.rule == "distance")
    assert check.state is state
    if state is not State.ON_DEROGATION:
        assert "Only the commune is known of mairie: distances may change by up to" in check.remedy


def test_a_known_code_asks_for_no_other_commune(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of 35,000 communes are read where a code does not say which it is, and only there."""
    asked: list[str] = []
    monkeypatch.setattr(communes, "communes_named", lambda name: asked.append(name) or ())
    at_bergerac = f"{AT_BERGERAC}BERGERAC"
    load(folder(tmp_path / "op", at_bergerac, at_bergerac))
    assert not asked


@pytest.mark.parametrize(
    ("row", "column", "remedy", "words"),
    [
        # Bergerac's postal code as the Insee code: 24100 is Champniers-et-Reilhac, 93 km away.
        ("44.8478;0.4856;24100;", "latitude", {}, "near that of Bergerac (24037)"),
        ("44.8478;-0.4856;24037;", "longitude", {"longitude": "0.4856"}, "is west of Greenwich"),
        ("44.8478;0.4856;24037;", "", {}, ""),
    ],
)
def test_a_position_out_of_its_commune_says_the_way_out_that_is_right(
    tmp_path: Path, row: str, column: str, remedy: dict[str, str], words: str
) -> None:
    made = folder(tmp_path, row, AT_BERGERAC)
    faults = [fault for fault in look(made).faults if fault.column in {"latitude", "longitude"}]
    assert [fault.column for fault in faults] == ([column] if column else [])
    for fault in faults:
        assert words in fault.message
        assert dict(fault.remedy) == remedy
