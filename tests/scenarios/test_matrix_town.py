"""Forty sites, four keys, two sizes, two prices: one document; chances and figures counted anew."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
from click.testing import CliRunner

import cli
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gain
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run

DRAWS = 3
MATRIX = ("--keys", "prorata,equal,static,priority", "--kwp", "toit-gymnase=199/99", "--set", "prix=95/105")
ALONE = ("cle=prorata · prix=95 · toit-gymnase=199", "cle=priority · prix=105 · toit-gymnase=99")


@pytest.fixture(scope="module")
def folder(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("town") / "op40"
    shutil.copytree(shared_data / "op40", made, ignore=shutil.ignore_patterns("out", ".cache"))
    return made


def compared(folder: Path, *words: str) -> dict[str, Any]:
    asked = ["compare", str(folder), *words, "--draws", str(DRAWS), "--format", "pdf", "--json", "--force"]
    told = CliRunner().invoke(cli.main, asked, catch_exceptions=False)
    assert told.exit_code == 0
    document: dict[str, Any] = json.loads(told.output)
    return document


@pytest.mark.shared
@pytest.mark.slow
def test_a_matrix_of_a_town_is_five_pages_at_most_and_each_scenario_is_its_own_run(folder: Path) -> None:
    document = compared(folder, *MATRIX)
    paired, variants = document["paired"], document["variants"]
    assert len(variants) == len(paired["cases"]) == 17  # the folder has another power, and stands first
    (path,) = folder.rglob("comparison.pdf")
    assert len(pypdf.PdfReader(path).pages) <= 5
    assert len(path.parent.name) <= 60
    assert paired["reference"] == ""  # nothing is lawful: the folder
    choice = replace(read_sweep(read_source(folder), draws=DRAWS), weather_years=1)
    together, told_eur = {}, {}
    for label in ("", *ALONE):
        asked = label.split(" · ") if label else []
        powers = [word for word in asked if word.startswith("toit")]
        settings = read_question([word for word in asked if word not in powers], (), powers)
        result = run(folder, ran_on=date(2026, 11, 28), settings=settings, parts=RunParts(advice=False))
        assert result.money is not None
        for person, own in zip(variants[label]["persons"], result.money.persons, strict=True):
            assert person["npv_eur_ht"] == pytest.approx(own.npv_eur_ht, abs=0.01)
            assert person["gain_eur_ht"] == pytest.approx(own.gain_eur_ht, abs=0.01)
        assert result.money.total is not None
        told_eur[label] = result.money.total.npv_eur_ht
        operation, metered = open_operation(folder, settings=settings)
        case = case_of_run(at_run_prices(operation, result.money), metered, reform=True)
        each = [drawn_gain(case, draw(choice, d, case.unknowns), NUMPY).npv_eur for d in range(DRAWS)]
        together[label] = [float(np.sum(eur)) for eur in each if eur is not None]
    for label in ALONE:
        better = sum(now > was + 0.01 for now, was in zip(together[label], together[""], strict=True))
        assert paired["cases"][label]["better_ratio"] == pytest.approx(better / DRAWS)
        # Ranges lie around the figure that is printed.
        assert paired["cases"][label]["middle_eur"] == pytest.approx(told_eur[label], rel=1e-9)


@pytest.mark.slow
def test_eight_questions_are_one_document(tmp_path: Path) -> None:
    from scenarios.entry.catalogue import copy_example  # noqa: PLC0415 - the other test needs no example

    folder = tmp_path / "op"
    copy_example("bergerac", folder)
    asks = [
        f"prix={price} cle={key}" for price in (85, 90) for key in ("prorata", "equal", "static", "priority")
    ]
    document = compared(folder, *(word for ask in asks for word in ("--ask", ask)))
    assert len(document["variants"]) == 9
    (path,) = folder.rglob("comparison.pdf")
    assert len(pypdf.PdfReader(path).pages) <= 5
    assert len(path.parent.name) <= 60
