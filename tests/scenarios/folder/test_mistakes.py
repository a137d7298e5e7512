"""Every numeric column x every mistake: caught with place, value and remedy, or read rightly and said.

A table is written as a spreadsheet writes it, one cell is spoilt, the folder is read. None passes silently.
"""

from pathlib import Path

import pytest

from acc.problem import InputError
from acc.scenario import Scenario
from scenarios.entry.catalogue import EXAMPLES, copy_example
from scenarios.entry.columns.input_columns import NUMBERS as NUMBER_TYPES
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.row_models import ROWS as TABLES
from scenarios.entry.folder.load import load

OPERATION = """[operation]
name = "Essai"
start = 2026-01-01
end = 2027-01-01
rates_on = 2026-09-01

[key]
name = "prorata"
"""

BASE: dict[str, list[dict[str, str]]] = {
    "participants.csv": [
        {
            "id": "mairie",
            "kind": "commune",
            "latitude": "44.8478",
            "longitude": "0.4856",
            "insee": "24037",
            "commune": "Bergerac",
            "kva": "36",
            "profile": "mairie",
            "annual_kwh": "62100",
            "supply_eur_per_mwh": "128",
        },
        {
            "id": "cave",
            "kind": "entreprise",
            "latitude": "44.8425",
            "longitude": "0.4968",
            "insee": "24037",
            "commune": "Bergerac",
            "kva": "120",
            "profile": "cave",
            "annual_kwh": "142500",
        },
    ],
    "plants.csv": [
        {"id": "toit", "latitude": "44.8455", "longitude": "0.4835", "insee": "24037", "kwp": "99.5"}
    ],
    "persons.csv": [{"id": "ville", "name": "Ville"}],
    "quotes.csv": [{"id": "toit", "kwp": "150", "capex_eur": "140000"}],
    "changes.csv": [{"id": "cave", "what": "scale", "since": "2030", "ratio": "0.5"}],
    "signatures.csv": [{"id": "adhesion-cave", "paper": "membership", "who": "cave"}],
}

SLOTS = {"hph_kwh": "20100", "hch_kwh": "9100", "hpb_kwh": "23900", "hcb_kwh": "9000"}
MONTHS = {
    f"{name}_kwh": str(5000 + 37 * rank)
    for rank, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}

NUMBERS: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    **{("participants.csv", name): (value, {**SLOTS, "annual_kwh": ""}) for name, value in SLOTS.items()},
    ("participants.csv", "pointe_kwh"): (
        "2100",
        {**SLOTS, "annual_kwh": "", "turpe": "HTA-CU-PF", "kva": "250"},
    ),
    ("participants.csv", "hp_kwh"): ("41100", {"hc_kwh": "21000", "annual_kwh": ""}),
    ("participants.csv", "hc_kwh"): ("21000", {"hp_kwh": "41100", "annual_kwh": ""}),
    **{("participants.csv", name): (value, {**MONTHS, "annual_kwh": ""}) for name, value in MONTHS.items()},
    ("participants.csv", "households"): ("24", {"kind": "groupe de foyers", "profile": "logements"}),
    ("participants.csv", "annual_kwh"): ("62100", {}),
    ("participants.csv", "scale_to_kwh"): ("88500", {"profile": "", "curve": "courbe.csv", "annual_kwh": ""}),
    ("participants.csv", "quantity"): ("1250", {"annual_kwh": "", "quantity_unit": "m2"}),
    ("participants.csv", "supply_hph_eur_per_mwh"): ("131", {"supply_eur_per_mwh": ""}),
    ("participants.csv", "kva"): ("36", {}),
    ("plants.csv", "kwp"): ("99.5", {}),
    ("plants.csv", "inverter_kva"): ("90", {}),
    ("plants.csv", "p90_kwh_per_kwp"): ("1090", {"p50_kwh_per_kwp": "1180"}),
    **{
        ("changes.csv", name): (value, {"what": what, "ratio": "", **more})
        for name, what, value, more in (
            ("kwh", "cooling", "12000", {}),
            ("fuel_kwh", "heat-pump", "92000", {}),
            ("ratio", "scale", "0.5", {}),
            ("scop", "heat-pump", "2.9", {"fuel_kwh": "92000"}),
            ("quantity", "ev-fleet", "10", {"km": "12000"}),
            ("km", "ev-fleet", "12000", {"quantity": "10"}),
            ("low", "cooling", "60000", {"kwh": "92000"}),
            ("high", "cooling", "130000", {"kwh": "92000"}),
            ("kwp", "kwp", "36", {"id": "toit", "capex_eur": "36000"}),
            ("capex_eur", "kwp", "36000", {"id": "toit", "kwp": "36"}),
        )
    },
}
"""By file and column: a right value, and the other cells that it goes with."""

for _file in TABLES:
    for _column in columns(_file).values():
        if _column.type in NUMBER_TYPES:
            NUMBERS.setdefault((_file, _column.id), (_column.example.replace(",", "."), {}))
"""Those that go with no other cell have their example as right value: a new column is tried unasked."""

LAWFUL_NEGATIVE = {"latitude", "longitude"}


def write(folder: Path, file: str = "", column: str = "", value: str | None = None) -> Path:
    """Write the folder; one cell of the first row of a table set, with the cells that go with it."""
    folder.mkdir(exist_ok=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "curves").mkdir(exist_ok=True)
    (folder / "curves" / "courbe.csv").write_text(
        "time;courbe_kwh\n2026-01-01T00:00:00Z;1\n", encoding="utf-8"
    )
    for name, rows in BASE.items():
        made = [dict(row) for row in rows]
        if name == file:
            made[0] |= {**NUMBERS[file, column][1], column: value or ""}
        heads = list(dict.fromkeys(head for row in made for head in row))
        lines = [";".join(heads), *(";".join(row.get(head, "") for head in heads) for row in made)]
        (folder / name).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    return folder


def read(folder: Path) -> tuple[Scenario | None, list[str]]:
    """Return the scenario, and what is said of the folder beside what is said of any."""
    try:
        scenario = load(folder)
    except InputError as fault:
        return None, [str(problem) for problem in fault.problems]
    usual = ("The density classes", "persons.csv: read, checked")
    return scenario, [note for note in scenario.notes if not note.startswith(usual)]


def mistaken(value: str, mistake: str) -> str:
    number = float(value)
    return {
        "x1000": f"{number * 1000:.10f}".rstrip("0").rstrip("."),
        "/1000": f"{number / 1000:.10f}".rstrip("0").rstrip("."),
        "text": "beaucoup",
        "negative": f"-{value}",
        "comma": value.replace(".", ","),
        "thousands": f"{number:,.0f}".replace(",", "."),
        "spaces": f"{number:,.0f}".replace(",", " "),
        "empty": "",
    }[mistake]


@pytest.mark.parametrize(("file", "column"), list(NUMBERS))
def test_a_right_value_is_said_nothing_of(tmp_path: Path, file: str, column: str) -> None:
    scenario, said = read(write(tmp_path / "op", file, column, NUMBERS[file, column][0]))
    assert said == []
    assert scenario is not None


@pytest.mark.parametrize("mistake", ["x1000", "/1000", "text", "negative"])
@pytest.mark.parametrize(("file", "column"), list(NUMBERS))
def test_a_mistake_is_caught_with_its_place(tmp_path: Path, file: str, column: str, mistake: str) -> None:
    value = mistaken(NUMBERS[file, column][0], mistake)
    _scenario, said = read(write(tmp_path / "op", file, column, value))
    assert said, f"{column} = {value} passes in silence"
    lines = [text for text in said if f"{file}, line 2" in text]
    assert lines, said
    if mistake in {"text", "negative"} and column not in LAWFUL_NEGATIVE:
        assert any(f", {column}: " in text and value.lstrip("-")[:4] in text for text in lines), said


@pytest.mark.parametrize(("file", "column"), list(NUMBERS))
def test_a_comma_is_read_as_the_decimal_mark(tmp_path: Path, file: str, column: str) -> None:
    right = NUMBERS[file, column][0]
    first, _said = read(write(tmp_path / "a", file, column, right))
    second, said = read(write(tmp_path / "b", file, column, mistaken(right, "comma")))
    assert (second, said) == (first, [])


YEAR = ("plants.csv", "commissioned_year")
THOUSANDS = [key for key, (value, _with) in NUMBERS.items() if float(value) >= 1000 and key != YEAR]


@pytest.mark.parametrize(("file", "column"), THOUSANDS)
def test_marks_of_thousands_are_refused_with_both_readings_and_spaces_are_read(
    tmp_path: Path, file: str, column: str
) -> None:
    right = NUMBERS[file, column][0]
    marked = mistaken(right, "thousands")
    _none, said = read(write(tmp_path / "a", file, column, marked))
    assert any(f"line 2, {column}" in text and f"Write {right} or " in text for text in said), said
    spaced = read(write(tmp_path / "b", file, column, mistaken(right, "spaces")))
    assert spaced == read(write(tmp_path / "c", file, column, right))


@pytest.mark.parametrize(("file", "column"), list(NUMBERS))
def test_an_empty_cell_is_unknown_never_zero(tmp_path: Path, file: str, column: str) -> None:
    scenario, said = read(write(tmp_path / "op", file, column, ""))
    if scenario is not None:
        rows = {"participants.csv": scenario.participants, "plants.csv": scenario.plants}.get(file, ())
        assert all("=0.0," not in f"{row.costs}" for row in rows if hasattr(row, "costs"))
    else:
        assert said
        assert all(f"{file}, line 2" in text for text in said)


@pytest.mark.parametrize("name", list(EXAMPLES))
def test_a_sound_folder_stays_without_warning(tmp_path: Path, name: str) -> None:
    copy_example(name, tmp_path / "op")
    assert read(tmp_path / "op")[1] == []


def test_every_unit_of_the_table_of_names_is_a_known_one() -> None:
    units = {column.unit for file in TABLES for column in columns(file).values()}
    assert units >= {"kWh", "kVA", "kWc", "EUR/MWh", "EUR", "EUR/an"}


def spoilt(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / file
    text = path.read_bytes().decode("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8-sig" if file.endswith("csv") else "utf-8")
    return read(folder)[1]


SLIPS = (
    "62O00",
    "6l000",
    "~62000",
    "62000-63000",
    "(62000)",
    "62000+10",
    "#REF!",
    "n/a",
    "NC",
    "-",
    "?",
    "nan",
    "inf",
)


@pytest.mark.parametrize(("file", "old"), [("participants.csv", ";62100;"), ("plants.csv", ";99.5")])
def test_what_is_no_number_is_refused_with_its_place_and_as_it_was_typed(
    tmp_path: Path, file: str, old: str
) -> None:
    path = write(tmp_path / "op") / file
    text = path.read_bytes().decode("utf-8-sig")
    assert old in text
    for slip in SLIPS:
        path.write_text(text.replace(old, f";{slip}{';' * old.endswith(';')}", 1), encoding="utf-8-sig")
        scenario, said = read(tmp_path / "op")
        assert scenario is None, slip
        assert any(f"{file}, line 2" in one and slip in one for one in said), (slip, said)


def test_a_supplier_who_gives_its_energy_away_is_asked_about(tmp_path: Path) -> None:
    said = spoilt(write(tmp_path / "op"), "participants.csv", ";128", ";0")
    assert any("supply_eur_per_mwh: 0: free energy?" in one for one in said), said


PRICES = "\n[prices]\nlocal_eur_per_mwh = {}\nsurplus = {}\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("participants.csv", "44.8478;0.4856", "44.8478;0.00048", ("latitude", "the middle of Bergerac")),
        ("participants.csv", "44.8478;0.4856", "0.4856;44.8478", ("line 2", "latitude", "swapped")),
        ("participants.csv", "24037;Bergerac;36", "24322;Bergerac;36", ("insee", "Périgueux, not Bergerac")),
        ("participants.csv", ";62100;", ";62.1;", ("line 2", "annual_kwh", "62,100 kWh?")),
        ("participants.csv", ";128", ";0.128", ("line 2", "supply_eur_per_mwh", "128 EUR/MWh?")),
        ("participants.csv", ";128", ";12.8", ("line 2", "supply_eur_per_mwh", "128 EUR/MWh?")),
        ("plants.csv", "99.5", "0.18", ("line 2", "kwp", "180 kWc?")),
        ("plants.csv", "99.5", "99500", ("line 2", "kwp", "99.5 kWc?")),
        ("plants.csv", "\r\ntoit;44.8455;0.4835;24037;99.5", "", ("plants.csv: no plant",)),
        ("operation.toml", "end = 2027-01-01", "end = 2026-12-31", ("[operation] end", "write 2027-01-01")),
        ("operation.toml", '"prorata"\n', '"prorata"\n' + PRICES.format("0.105", "45"), ("105 EUR/MWh?",)),
        ("operation.toml", '"prorata"\n', '"prorata"\n' + PRICES.format("105", "0.045"), ("45 EUR/MWh?",)),
    ],
)
def test_what_passed_in_silence_is_told(
    tmp_path: Path, file: str, old: str, new: str, says: tuple[str, ...]
) -> None:
    found = [text.replace("\u202f", " ") for text in spoilt(write(tmp_path / "op"), file, old, new)]
    assert any(file in text and all(word in text for word in says) for text in found), found


def test_one_prm_on_two_lines_is_a_fault(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    spoilt(folder, "participants.csv", "kind;", "kind;prm;")
    spoilt(folder, "participants.csv", "commune;44", "commune;30000000000001;44")
    said = spoilt(folder, "participants.csv", "entreprise;44", "entreprise;30000000000001;44")
    assert said == ["participants.csv, line 3, prm: the same PRM as in line 2: each meter has its own"]


def test_an_owner_that_is_nearly_somebody_is_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "op")
    spoilt(folder, "plants.csv", "id;", "id;owner;")
    assert spoilt(folder, "plants.csv", "toit;", "toit;agglomération;") == []
    assert "Did you mean cave?" in spoilt(folder, "plants.csv", "agglomération", "caves")[0]


@pytest.mark.parametrize("where", ["plants.toit.kwp", "plants.csv, line 2, kwp", "plants.csv, toit, kwp"])
def test_an_accepted_oddity_is_quiet_as_long_as_its_value_stays(tmp_path: Path, where: str) -> None:
    folder = write(tmp_path / "op")
    assert len(spoilt(folder, "plants.csv", "99.5", "0.18")) == 1
    accepted = f'\n[[accepted]]\nwhere = "{where}"\nvalue = 0.18\nwhy = "banc d essai"\n'
    assert spoilt(folder, "operation.toml", '"prorata"\n', f'"prorata"\n{accepted}') == []
    assert len(spoilt(folder, "plants.csv", "0.18", "0.19")) == 1
