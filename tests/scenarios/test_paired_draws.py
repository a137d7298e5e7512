"""Scenarios in the same draws: chances are a recount of them, ranges those of a run."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pypdf
import pytest
from click.testing import CliRunner

import cli
from acc.result.change import PairedDraws
from acc.result.result import Result
from acc.sides import NOTHING_EUR
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import read_source
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gain
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.draws.settings import read_sweep
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.request import OperationRequest
from scenarios.run import RunParts, run
from scenarios.side_by_side import paired_draws

DAY = date(2026, 11, 25)
DRAWS = 7


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paired") / "example"
    copy_example("bergerac", folder)
    return folder


@pytest.fixture(scope="module")
def requests() -> list[OperationRequest]:
    smaller = read_question(("prix=95",), (), ("toit-gymnase=99",))
    return [{}, {"key": "equal"}, {"key": "priority", "settings": smaller}]


@pytest.fixture(scope="module")
def results(example: Path, requests: list[OperationRequest]) -> list[Result]:
    return [run(example, ran_on=DAY, parts=RunParts(advice=False), **request) for request in requests]


def recount(folder: Path, requests: list[OperationRequest], results: list[Result]) -> list[list[float]]:
    """Return what everybody gains in each scenario, draw after draw, each drawn by itself."""
    choice = replace(read_sweep(read_source(folder), draws=DRAWS), weather_years=1)
    found = []
    for request, result in zip(requests, results, strict=True):
        operation, metered = open_operation(folder, **request)
        assert result.money is not None
        case = case_of_run(at_run_prices(operation, result.money), metered, reform=True)
        each = [drawn_gain(case, draw(choice, d, case.unknowns), NUMPY) for d in range(DRAWS)]
        found.append([float(np.sum(one.npv_eur)) for one in each if one.npv_eur is not None])
    return found


def test_chances_are_a_recount_of_the_draws(
    example: Path, requests: list[OperationRequest], results: list[Result]
) -> None:
    made = paired_draws(example, requests, results, range(3), DRAWS)
    assert made is not None
    assert made.count == DRAWS
    together = recount(example, requests, results)
    for case, eur in enumerate(together):
        assert made.eur[case].sum(axis=0) == pytest.approx(eur, rel=1e-12)
        chance = made.chance(case)
        if case == made.reference:
            assert chance.better_ratio is None
            continue
        lead = np.array(eur) - np.array(together[made.reference])
        lead += chance.middle_eur - made.chance(made.reference).middle_eur - np.median(lead)
        assert chance.better_ratio == (lead > NOTHING_EUR).sum() / DRAWS


def test_the_range_of_a_scenario_is_that_of_its_run(
    example: Path, requests: list[OperationRequest], results: list[Result], tmp_path: Path
) -> None:
    made = paired_draws(example, requests[:2], results[:2], range(2))
    assert made is not None
    alone = run(example, ran_on=DAY, key="equal", parts=RunParts(advice=False, ranges_folder=tmp_path))
    assert made.count == alone.ranges_draws
    assert alone.ranges is not None
    chance = made.chance(1)
    told = alone.ranges["everybody_npv_eur_ht"][""]
    assert (chance.low_eur, chance.middle_eur, chance.high_eur) == pytest.approx(told, rel=1e-9)


def test_what_moves_money_only_is_equal_in_every_draw_and_told_as_equal(example: Path) -> None:
    words = ["compare", example, "--set", "prix=80/95/120", "--draws", "20"]
    sites = (row.split(";")[0] for row in (example / "participants.csv").read_text("utf-8").splitlines()[1:])
    words += [word for id_ in sites for word in ("--set", f"participants.{id_}.recovers_vat=true")]
    told = CliRunner().invoke(cli.main, [*map(str, words), "--json"], catch_exceptions=False)
    paired = json.loads(told.output)["paired"]
    cases = paired["cases"]
    first = cases[paired["reference"]]
    assert first["is_equal"] is False
    for label, case in cases.items():
        for end in ("low_eur", "middle_eur", "high_eur"):
            assert case[end] == pytest.approx(first[end], abs=1e-6)
        if label != paired["reference"]:
            assert case["is_equal"]
            assert (case["better_ratio"], case["worse_ratio"], case["equal_ratio"]) == (0.0, 0.0, 1.0)
            assert not all(person["is_equal"] for person in case["persons"].values())
    screen = CliRunner().invoke(cli.main, [*map(str, words)], catch_exceptions=False).output
    assert screen.count(" = ") >= len(cases) - 1


def test_a_person_is_counted_by_itself_and_equals_are_not_better() -> None:
    eur = np.array([[[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], [[2.0, 2.0, 2.0], [5.0, 6.0, 6.0]]])
    told, usual = np.array([[3.0, 5.0], [2.0, 6.0]]), np.array([True, True, True])
    made = PairedDraws(("a", "b"), eur, eur - 1.0, told, told - 1.0, usual, is_value=True, reference=0)
    assert made.chance(0).better_ratio is None
    # Drawn 1, 0, -1 ahead, printed -1: laid around it, 0, -1, -2.
    assert made.chance(1, ("a",)).better_ratio == 0.0
    assert made.chance(1, ("a",)).worse_ratio == pytest.approx(2.0 / 3.0)
    assert made.chance(1, ("b",)).better_ratio == pytest.approx(2.0 / 3.0)
    # Together 1, 1, 0 ahead, printed 0.
    assert made.chance(1).better_ratio == 0.0
    assert made.chance(1).worse_ratio == pytest.approx(1.0 / 3.0)
    assert made.chance(1).middle_eur == 8.0
    # Half a euro is nothing.
    near = replace(made, eur=np.stack([eur[0], eur[0] + 0.2]), central_eur=np.stack([told[0], told[0] + 0.1]))
    near = replace(near, connected_eur=near.eur - 1.0, central_connected_eur=near.central_eur - 1.0)
    assert near.chance(1).is_equal
    assert not near.chance(0).is_equal
    # Where what is printed may fail to happen it is no middle: draws stay.
    unsure = replace(made, usual=None).chance(1, ("a",))
    assert (unsure.better_ratio, unsure.worse_ratio) == pytest.approx((1.0 / 3.0, 1.0 / 3.0))


@pytest.mark.slow
def test_four_keys_two_sizes_and_two_prices_are_one_document_of_five_pages_at_most(example: Path) -> None:
    words = ["compare", example, "--keys", "prorata,equal,static,priority", "--kwp", "toit-gymnase=180/99"]
    words += ["--set", "prix=80/95", "--draws", "3", "--format", "pdf", "--json"]
    told = CliRunner().invoke(cli.main, [str(word) for word in words], catch_exceptions=False)
    assert told.exit_code == 0
    document = json.loads(told.output)
    assert len(document["variants"]) == len(document["paired"]["cases"]) == 16
    assert document["paired"]["draws"] == 3
    assert document["paired"]["reference"] == document["recommended_variant"] == ""
    (path,) = example.rglob("comparison.pdf")
    assert len(path.parent.name) <= 60
    pages = pypdf.PdfReader(path).pages
    assert len(pages) <= 5
    text = " ".join(page.extract_text() for page in pages)
    assert "Parts égales" in text
    assert "95" in text
    assert "prix=" not in text
    assert "kwp" not in text
