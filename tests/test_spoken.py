"""What one operation says, in every output: French alone, and the same figures everywhere."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from reports.format.language import use
from reports.format.numbers import energy_scale, fr, percent
from tests.messages import CATALOGUE, read
from tests.reports.spreadsheet import Spreadsheet
from tests.spoken import Spoken, plain

ROOT = Path(__file__).resolve().parents[1]

ENGLISH = frozenset(
    [
        "the",
        "and",
        "with",
        "which",
        "each",
        "from",
        "this",
        "that",
        "would",
        "are",
        "than",
        "their",
        "its",
        "between",
        "before",
        "after",
        "shared",
        "key",
        "member",
        "plant",
        "participant",
        "folder",
        "file",
        "step",
        "draw",
        "year",
        "need",
        "saving",
        "loss",
        "price",
        "power",
        "value",
    ]
)
"""Words that no French text has."""


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    return Spoken(tmp_path_factory.mktemp("spoken") / "operation")


def sources() -> Iterator[str]:
    """Return what stands in English between the places of a text, where its French does not hold it."""
    for message in read(CATALOGUE):
        ids, french = (part if isinstance(part, tuple) else (part,) for part in (message.id, message.string))
        told = plain(" ".join(map(str, french)))
        for text in ids:
            for part in re.split(r"\{[^}]*\}", str(text)):
                words = plain(part).strip(" .,;:()")
                # One word may be the same in both languages, or the name of a file.
                if " " in words and len(words) > 8 and words not in told:
                    yield words


def words_of(text: str) -> set[str]:
    """Return the words of a text in small letters, those of commands, paths and settings left out."""
    bare = re.sub(r"`[^`]*`", " ", text)
    found = {word.strip(".,;:()[]«»“”\"'’…!?").lower() for word in bare.split()}
    return {word for word in found if word.isalpha()}


@pytest.mark.slow
def test_no_english_is_seen_in_any_output(spoken: Spoken) -> None:
    english = sorted(set(sources()))
    readme = plain((ROOT / "README.md").read_text(encoding="utf-8").partition("## In English")[0])
    faults = {
        name: [*(part for part in english if part in text), *sorted(words_of(text) & ENGLISH)]
        for name, text in {**spoken.texts, "README": readme}.items()
    }
    assert not {name: found for name, found in faults.items() if found}


SETTING = re.compile(r"`[^`]*`|\b[a-z]+_[a-z_]+\b|\[\[?[a-z]+\]|\b\w+\.(?:csv|toml)\b")
"""A name between backquotes, in snake case, of a section or of a file of the folder."""


def test_no_document_names_a_setting(spoken: Spoken) -> None:
    documents = {name: text for name, text in spoken.texts.items() if name.endswith((".pdf", ".html"))}
    assert len(documents) >= 5
    found = {name: SETTING.findall(text) for name, text in documents.items()}
    assert not {name: seen for name, seen in found.items() if seen}


FRENCH_MARKS = re.compile(r"\d\u202f\d|\bEUR\b|(?<![\d,])\d+(?:\.\d+)?[\s\u00a0\u202f]%")
"""Thousands and percentages as French parts them, and euros as the code writes them: "5,5 %" is quoted."""


def test_english_documents_hold_no_number_as_french_writes_it(spoken: Spoken) -> None:
    assert {Path(name).name for name in spoken.english} >= {"brief.pdf", "brief.html"}
    found = {name: FRENCH_MARKS.findall(text) for name, text in spoken.english.items()}
    assert not {name: seen for name, seen in found.items() if seen}


def told_energies(spoken: Spoken) -> dict[str, list[str]]:
    """Return what each output has to say of the energies of the operation, from the data of its run."""
    use("fr")
    found = spoken.results
    made = energy_scale(max(one["consumption_kwh"] for one in found["participants"]))
    names = (
        "production_kwh",
        "own_use_kwh",
        "consumption_kwh",
        "received_kwh",
        "surplus_kwh",
        "complement_kwh",
    )
    injected, own, left, shared, surplus, rest = (plain(made.plain(found[name])) for name in names)
    produced = plain(made.plain(found["production_kwh"] + found["own_use_kwh"]))
    need = plain(made.plain(found["consumption_kwh"] + found["own_use_kwh"]))
    ratio, part = (plain(percent(found[f"{name}_ratio"])) for name in ("autoconsommation", "autoproduction"))
    unit, saving = made.name, plain(fr(found["saving_eur_ht"], 0))  # its parts go down to 5 EUR
    on_site = f"utilisé sur place {own} {unit}"
    pages = [
        f"Produit {produced} {unit} {on_site} partagé {shared} {unit} surplus {surplus} {unit}",
        f"Besoin {need} {unit} {on_site} reçu {shared} {unit} complément {rest} {unit}",
        f"{part} du besoin restant, {ratio} de l’injecté",
    ]
    return {
        "run": [
            f"{produced} {unit} produits, dont {own} utilisés sur place et {injected} injectés",
            f"{injected} {unit} injectés, dont {shared} partagés ({ratio}) et {surplus} de surplus",
            f"{need} {unit} de besoin, dont {own} sur place et {left} de besoin restant",
            f"{left} {unit} de besoin restant, dont {shared} reçus ({part}) et {rest} de complément",
        ],
        "size": [f"{ratio} de l’injecté partagé, {part} du besoin restant"],
        "members": [f"{shared} {unit} partagés"],
        "brief.pdf": pages,
        "brief.html": pages,
        "brief-company.pdf": [shared, part],
        "brief-commune.pdf": [f"Ensemble {left} {shared} {part} {saving}"],
        "comparison.pdf": [f"{shared} {part}"],
    }


def test_the_same_figures_stand_in_every_output(spoken: Spoken) -> None:
    found, texts = spoken.results, {name.rpartition("/")[2]: text for name, text in spoken.texts.items()}
    assert found["own_use_kwh"] > 0.0  # some plants stand behind a meter
    told = told_energies(spoken)
    assert not {name: said for name, said in told.items() if not all(one in texts[name] for one in said)}
    # Each site: the need left, what it receives, which part of it; on the screen, in the brief and beside it.
    scale = energy_scale(max(one["consumption_kwh"] for one in found["participants"]))
    for one in found["participants"]:
        figures = [scale.plain(one[name]) for name in ("consumption_kwh", "received_kwh")]
        row = plain(" ".join([*figures, percent(one["autoproduction_ratio"])]))
        for name in ("run", "brief.pdf", "brief.html"):
            assert re.search(rf"{re.escape(one['name'])}[^\\d]*{re.escape(row)}", texts[name]), (
                name,
                one["name"],
            )
    # The same cells in the workbook, to the last digit; the same kWh in the tables for programs.
    book = Spreadsheet(max(spoken.out.rglob("resultats.xlsx")).read_bytes())
    cells = {"injection_totale": "production_kwh", "besoin_total": "consumption_kwh"}
    cells |= {
        "partage_total": "received_kwh",
        "surplus_total": "surplus_kwh",
        "economie_totale": "saving_eur_ht",
    }
    for cell, name in cells.items():
        assert book.named(cell) == pytest.approx(found[name], rel=1e-9), cell
    with max(spoken.out.rglob("pairs.csv")).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["by"] == "month"]
    assert sum(float(row["kwh"]) for row in rows) == pytest.approx(found["received_kwh"], rel=1e-6)
    table = pq.read_table(max(spoken.out.rglob("steps.parquet")))
    assert sum(table.column("received_kwh").to_pylist()) == pytest.approx(found["received_kwh"], rel=1e-9)
