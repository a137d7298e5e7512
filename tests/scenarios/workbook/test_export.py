"""A folder goes to a workbook and back, and a workbook to text files and back: same values, same results."""

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.scenario import Scenario
from reports.data.encode import to_json
from reports.data.results import results_document
from scenarios.entry.catalogue import EXAMPLES, copy_example
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.load import load
from scenarios.entry.folder.put import keep
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.export import export, new_workbook
from scenarios.run import run
from tests.effort import few

OPERATION = """[operation]
name = "Essai"
start = 2026-03-01
end = 2026-03-08
rates_on = 2026-09-01

[key]
name = "static"
shares = { a = 0.25, b = 0.75 }

[prices]
local_eur_per_mwh = 95.5
surplus = 45

[[variants]]
name = "prix 80"
"prices.local_eur_per_mwh" = 80
"plants.p.behind" = ""
"participants.b.active" = false
"""

NUMBER = st.floats(0.001, 1e5, allow_nan=False)
TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters=" -'&.;"), min_size=1, max_size=30
).filter(lambda text: text.strip() and not text.strip().startswith(("#", "=")))


def same(first: Scenario, second: Scenario) -> bool:
    files = "files"
    # A note and a doubt name the file and the line that they are about.
    names = [name for name in Scenario.__dataclass_fields__ if name not in {files, "notes", "doubted"}]
    return set(first.doubted) == set(second.doubted) and all(
        getattr(first, name) == getattr(second, name) for name in names
    )


def results(found: Result) -> dict[str, object]:
    """Return all that a run hands over, but the hashes of its files."""
    document = json.loads(to_json(results_document(found)))
    return {name: value for name, value in document.items() if name != "provenance"}


def as_book(folder: Path, target: Path) -> Path:
    export(folder, target / WORKBOOK)
    (target / "curves").mkdir(exist_ok=True)
    for path in (folder / "curves").glob("*"):
        (target / "curves" / path.name).write_bytes(path.read_bytes())
    return target


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "participants.csv").write_text(
        "id;kind;latitude;longitude;profile;annual_kwh;kva;supply_eur_per_mwh\n"
        "a;commune;44,8561;0,4011;mairie;62100;36;128\n"
        "b;entreprise;44,8575;0,4048;atelier;142 500;60;111,125\n",
        encoding="utf-8",
    )
    (folder / "plants.csv").write_text(
        "id;latitude;longitude;kwp;behind\np;44,8575;0,4048;99,5;b\n", encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize("name", few(1, EXAMPLES))
def test_a_folder_comes_back_whole_from_a_workbook(tmp_path: Path, name: str) -> None:
    copy_example(name, tmp_path / "a")
    book = as_book(tmp_path / "a", tmp_path / "b")
    export(book, tmp_path / "c")
    again = as_book(tmp_path / "c", tmp_path / "d")
    first = load(tmp_path / "a")
    assert all(same(first, load(folder)) for folder in (book, tmp_path / "c", again))
    for variant in read_source(tmp_path / "a").variants:
        changed = load(tmp_path / "a", variant=variant)
        assert all(same(changed, load(f, variant=variant)) for f in (book, tmp_path / "c", again)), variant


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@example(numbers=[18.0, 32604.5, 60502.4, 20.0, 1.0, 1.0], names=["0", "0"])
@given(numbers=st.lists(NUMBER, min_size=6, max_size=6), names=st.lists(TEXT, min_size=2, max_size=2))
def test_values_are_the_same_to_the_last_digit(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float], names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("op")
    kwh, kva, price, kwp, tilt, capex = numbers
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    quoted = [f'"{name}"' for name in names]
    (folder / "participants.csv").write_text(
        "id;name;kind;profile;annual_kwh;kva;supply_eur_per_mwh;supply_until\n"
        f"a;{quoted[0]};commune;mairie;{written(kwh, 1000)};{written(kva, 1)};{written(price)};2027-12-31\n"
        f"b;{quoted[1]};Entreprise;atelier;62 500;60;;\n",
        encoding="utf-8",
    )
    (folder / "plants.csv").write_text(
        f"id;kwp;surface_tilt;capex_eur\np;{written(kwp, 1)};{written(tilt)};{written(capex)}\n",
        encoding="utf-8",
    )
    book = as_book_without_curves(folder)
    export(book, folder / "back")
    assert same(load(folder), load(book))
    assert same(load(folder), load(folder / "back"))
    again = workbook_bytes(read_source(folder / "back"))
    (book / WORKBOOK).write_bytes(again)
    assert same(load(folder), load(book))


def written(number: float, more: float = 0.0) -> str:
    """Return a number of up to 50 and some, its last zeros such that it has one reading."""
    text = repr(number / 2e3 + more)
    if "e" in text:
        return text
    return f"{text}00" if len(text.partition(".")[2]) == 2 else f"{text}0"


def as_book_without_curves(folder: Path) -> Path:
    target = folder / "book"
    export(folder, target / WORKBOOK)
    return target


def test_both_doors_give_the_same_results(tmp_path: Path, small: Path) -> None:
    book = as_book(small, tmp_path / "book")
    for variant in (None, "prix 80"):
        first, second = (
            run(folder, ran_on=date(2026, 11, 25), variant=variant, use_cache=False)
            for folder in (small, book)
        )
        assert results(second) == results(first)
    assert list(second.provenance.inputs)[:1] == [WORKBOOK]


def test_a_question_is_kept_in_a_workbook_as_in_text_files(tmp_path: Path, small: Path) -> None:
    book = as_book(small, tmp_path / "book")
    key = read_question(["prix=90", "prices.local_ratio=1.1"], ["b"], ["p=50"], "equal")
    empty = read_question(['plants.p.behind=""', 'key.ranks=[["a"], ["b"]]'])
    for folder in (small, book):
        assert "acc run" in keep(folder, "prix 90", variant=None, key=None, settings=key)
        keep(folder, "sans derrière", variant="prix 80", key="priority", settings=empty)
    for name in ("prix 80", "prix 90", "sans derrière"):
        assert same(load(small, variant=name), load(book, variant=name)), name
    with pytest.raises(InputError, match=r"take the variant out of membres\.xlsx"):
        keep(book, "prix 90", variant=None, key=None, settings=read_question(["prix=91"]))


def test_a_workbook_without_the_sheet_of_variants_is_left_to_its_owner(tmp_path: Path, small: Path) -> None:
    path = as_book(small, tmp_path / "book") / WORKBOOK
    book = openpyxl.load_workbook(path)
    del book["Variantes"]
    book.save(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"Variantes: prix 90 \| prices.local_eur_per_mwh \| 90"):
        keep(path.parent, "prix 90", variant=None, key=None, settings=read_question(["prix=90"]))
    assert path.read_bytes() == before


def test_what_the_engine_refuses_is_told_by_sheet_and_cell(tmp_path: Path, small: Path) -> None:
    book = as_book(small, tmp_path / "book")
    told = placed(
        book,
        [
            Problem("participants.csv, b, supply_hph_eur_per_mwh", "fill in prm of participants.csv"),
            Problem("participants.csv, b, annual_kwh", "x"),
            Problem("plants.csv, p", "x"),
            Problem("plants.csv, curve", "x"),
            Problem("operation.toml, [prices] surplus", "x"),
            Problem("key.ranks", "x"),
        ],
    )
    letters = {str(c.value): c.column_letter for c in openpyxl.load_workbook(book / WORKBOOK)["Sites"][4]}
    price, kwh = "Prix du fournisseur HPH (EUR/MWh)", "Besoin annuel (kWh)"
    assert [str(problem) for problem in told] == [
        f"membres.xlsx, Sites!{letters[price]}6, {price}: fill in prm of membres.xlsx, Sites",
        f"membres.xlsx, Sites!{letters[kwh]}6, {kwh}: x",
        "membres.xlsx, Centrales!A5, Identifiant: x",
        "membres.xlsx, Centrales, Courbe: x",
        "membres.xlsx, Prix!B7: x",
        "key.ranks: x",
    ]
    assert placed(small, told) == told


def test_an_operation_at_fault_is_told_not_carried_over(tmp_path: Path, small: Path) -> None:
    path = small / "plants.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("99,5", "beaucoup"), encoding="utf-8")
    with pytest.raises(InputError, match="beaucoup"):
        export(small, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_what_is_there_is_not_replaced_without_force(tmp_path: Path, small: Path) -> None:
    (written,) = export(small, tmp_path / "x.xlsx")
    with pytest.raises(InputError, match="there already"):
        export(small, written)
    assert export(small, written, force=True) == [written]
    book = as_book(small, tmp_path / "book")
    with pytest.raises(InputError, match="would be refused"):
        export(small, book)


def test_a_new_workbook_asks_for_sites_and_is_sound_once_filled_in(tmp_path: Path) -> None:
    new_workbook(tmp_path / "op")
    with pytest.raises(InputError, match="Sites: no participant"):
        load(tmp_path / "op")
    book = openpyxl.load_workbook(tmp_path / "op" / WORKBOOK)
    assert book.sheetnames[:2] == ["Lisez-moi", "Opération"]
    sites, plants = book["Sites"], book["Centrales"]
    heads = {cell.value: cell.column for cell in sites[4]}
    said = {
        "Identifiant": "ecole",
        "Nature": "Commune",
        "Profil": "école",
        "Besoin annuel (kWh)": 62000,
    }
    for name, value in said.items():
        assert sites.cell(6, heads[name]).protection.locked is False
        sites.cell(6, heads[name], value)
    heads = {cell.value: cell.column for cell in plants[4]}
    plants.cell(6, heads["Identifiant"], "toit")
    plants.cell(6, heads["Puissance (kWc)"], 99)
    book.save(tmp_path / "op" / WORKBOOK)
    scenario = load(tmp_path / "op")
    assert ([p.id for p in scenario.participants], scenario.plants[0].kwp) == (["ecole"], 99)


def test_the_comments_and_the_protected_totals_are_there(tmp_path: Path) -> None:
    new_workbook(tmp_path, "bergerac")
    book = openpyxl.load_workbook(tmp_path / WORKBOOK)
    sites = book["Sites"]
    assert all(cell.comment and "Example: " in cell.comment.text for cell in sites[4])
    assert str(sites["D2"].value).startswith("=SUMIFS(")
    assert sites["D2"].protection.locked
    assert sites.protection.sheet


@pytest.mark.slow
@pytest.mark.shared
def test_forty_members_and_their_persons_give_the_same_results_by_both_doors(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = tmp_path / "op40"
    shutil.copytree(shared_data / "op40", folder)
    head, *lines = (folder / "participants.csv").read_bytes().decode("cp1252").splitlines()
    towns = [line.split(";")[7] if line.split(";")[2] == "commune" else "" for line in lines]
    persons = {town: f"ville-{n}" for n, town in enumerate(filter(None, dict.fromkeys(towns)), start=1)}
    rows = [f"{line};{persons.get(town, '')}" for line, town in zip(lines, towns, strict=True)]
    (folder / "participants.csv").write_text("\n".join([f"{head};person", *rows]), encoding="utf-8")
    named = [f"{id_};Ville de {town};commune;fctva" for town, id_ in persons.items()]
    (folder / "persons.csv").write_text("\n".join(["id;name;kind;vat", *named]), encoding="utf-8")
    book = as_book(folder, tmp_path / "book")
    export(book, tmp_path / "text")
    assert same(load(folder), load(tmp_path / "text"))
    first, second = (run(place, ran_on=date(2026, 11, 25), use_cache=False) for place in (folder, book))
    assert len(first.money.persons if first.money else ()) < 40
    assert results(second) == results(first)
