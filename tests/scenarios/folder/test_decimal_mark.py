"""A figure of two readings: read and told where the rest of its table leaves it one, else refused."""

from pathlib import Path

import pytest

from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.folder.load import load
from tests.scenarios.operation import write_operation


def plants(folder: Path, kwp: str, latitude: str, capex: str = "30000") -> Path:
    write_operation(folder)
    text = (
        f"id;kwp;latitude;longitude;insee;capex_eur\ntoit;{kwp};{latitude};0{latitude[2]}4835;24037;{capex}\n"
    )
    (folder / "plants.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("kwp", "latitude"), [("28.625", "44.8455"), ("28,625", "44,8455")])
def test_a_power_with_three_decimals_beside_places_of_the_same_mark(
    tmp_path: Path, kwp: str, latitude: str
) -> None:
    use("fr")
    scenario = load(plants(tmp_path / "op", kwp, latitude))
    assert [plant.kwp for plant in scenario.plants] == [28.625]
    told = [note.replace("\u00a0", " ") for note in scenario.notes if kwp in note]
    assert told == [
        f"plants.csv, ligne 2, kwp : « {kwp} » est lu 28,625 kWc, non 28\u202f625, "
        "comme les autres décimales de ce tableau"
    ]


def test_a_latitude_with_three_decimals_needs_no_word(tmp_path: Path) -> None:
    use("fr")
    scenario = load(plants(tmp_path / "op", "28.5", "44.845"))
    place = scenario.plants[0].position
    assert place is not None
    assert place.latitude_deg == 44.845
    assert not [note for note in scenario.notes if "44.845" in note]


@pytest.mark.parametrize(
    ("kwp", "latitude", "capex"),
    [
        ("28.625", "44,8455", "30000"),  # decimals of this table have a comma
        ("28.620", "44.8455", "30000"),  # nobody writes a zero at the end: thousands are as likely
        ("1.625", "44.8455", "30000"),  # 1.625 and 1,625 kWc are both usual
        ("28", "44.8455", "94.300"),
    ],
)
def test_a_figure_that_keeps_two_readings_is_refused_with_both(
    tmp_path: Path, kwp: str, latitude: str, capex: str
) -> None:
    use("fr")
    with pytest.raises(InputError, match=r" ou .* Écrire "):
        load(plants(tmp_path / "op", kwp, latitude, capex))


@pytest.mark.parametrize("written", ["28.625", "28,625"])
def test_what_is_told_to_write_is_read(tmp_path: Path, written: str) -> None:
    use("fr")
    folder = plants(tmp_path / "op", written, "44,8455" if "." in written else "44.8455")
    with pytest.raises(InputError, match=r"Écrire 28625 ou 28,6250\."):
        load(folder)
    text = (folder / "plants.csv").read_text(encoding="utf-8")
    (folder / "plants.csv").write_text(text.replace(written, "28,6250"), encoding="utf-8")
    assert load(folder).plants[0].kwp == 28.625
