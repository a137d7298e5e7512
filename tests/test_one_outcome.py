"""One answer whoever asks: screen, page, brief, sheets, workbook and JSON tell the same gains and losers.

Operations: the example; six sites without `persons.csv`, one of whom loses; the commune that holds all;
and, where third-party data is there, the operation of forty and the worked commune.
"""

import io
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console

from acc.result.outcomes import Outcomes, outcomes
from acc.result.result import Result
from reports.data.results import results_document
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import eur, euros
from reports.format.numbers import fr
from reports.nodes.tree import Callout
from reports.page.amounts import eur_text
from reports.page.names import names_of
from reports.page.seance import Beside, Seance, seance_of
from reports.sentences.answer import answer, gain_tiles
from reports.sentences.unlawful import band
from reports.terminal.answer import answer_nodes
from reports.terminal.screen import show
from reports.view.view import view_of
from reports.workbook.write import workbook
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from scenarios.run import run
from tests.reports.told import tiles
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

DAY = date(2026, 9, 1)
OPERATIONS = ("example", "sites", "sole", "op40", "commune")


def folder_of(name: str, where: Path, shared: Path | None) -> Path:
    if name == "example":
        copy_example("bergerac", where)
    elif name in {"sites", "sole"}:
        write_operation(where, **{"local_eur_per_mwh = 105.0": "local_eur_per_mwh = 0.0"})
        people = PARTICIPANTS.replace(";;town-hall", ";120;town-hall")
        rows = {"participants.csv": people, "plants.csv": PLANTS}
        for file, text in rows.items():
            lines = text.strip().split("\n")
            if name == "sole":
                lines = [f"{lines[0]};person", *(f"{line};ville" for line in lines[1:])]
            (where / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
        if name == "sole":
            (where / "persons.csv").write_text("id;name\nville;Ville\n", encoding="utf-8")
    else:
        assert shared is not None
        shutil.copytree(shared / name, where)
    return where


@pytest.fixture(scope="module", params=OPERATIONS)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    shared = request.getfixturevalue("shared_data") if request.param in {"op40", "commune"} else None
    return folder_of(request.param, tmp_path_factory.mktemp("one") / request.param, shared)


@pytest.fixture(scope="module")
def made(folder: Path) -> Result:
    return run(folder, ran_on=DAY)


@pytest.fixture(scope="module")
def told(made: Result) -> Outcomes:
    return outcomes(made)


@pytest.fixture(scope="module")
def page(folder: Path, made: Result) -> Seance:
    """Return what the working page prints of the folder as it stands."""
    everyone = scenario_of(read_source(folder), everyone=True)
    names = names_of(everyone)
    return seance_of(made, Beside(kept=made, face="", same=True, everyone=everyone, names=names))


def plain(text: object) -> str:
    return re.sub(r"\s+", " ", str(text))


def screen(result: Result) -> str:
    """Return the first sentence of the command line."""
    out = Console(width=400)
    with out.capture() as capture:
        show(answer_nodes(result), out)
    return next(line for line in plain(capture.get()).split(". ") if "gain" in line)


def losers_said(text: str) -> int:
    """Return how many a sentence says lose the first year: "3 would lose", "3 lose", "X loses 5 €"."""
    if "nobody" in text:
        return 0
    found = re.search(r"(\d+) (?:would )?loses?(?! over)\b(?! over)", text)
    return int(found.group(1)) if found else int(bool(re.search(r"; \D+ loses \d", text)))


def losers_over_plan_said(text: str) -> int:
    found = re.search(r"(\d+) (?:members? )?(?:would )?loses?,? (?:the first year and )?over \d+ years", text)
    return int(found.group(1)) if found else 0


def test_every_medium_gives_each_member_the_same_gain(made: Result, told: Outcomes, page: Seance) -> None:
    persons = results_document(made)["persons"]
    assert isinstance(persons, list)
    assert {one["id"]: one["gain_eur_ht"] for one in persons} == {
        one.id: pytest.approx(one.gain_eur_ht, abs=1e-9) for one in told.known
    }
    cells = {line.id: line.eur for group in page.groups for line in (*group.lines, *group.rest)}
    assert cells == {one.id: eur_text((one.gain_eur_ht or 0.0) / told.period_years) for one in told.members}
    for member in told.members[:6]:
        shown = plain(str(tiles(sheet_document(made, member.id))))
        assert plain(fr(member.gain_eur_ht or 0.0)) in shown


def test_every_medium_gives_everybody_the_same_gain(made: Result, told: Outcomes, page: Seance) -> None:
    gain = told.together.gain_eur_ht
    assert gain is not None
    total = results_document(made)["total"]
    assert isinstance(total, dict)
    assert total["gain_eur_ht"] == pytest.approx(gain, abs=1e-8)
    assert page.tiles[0].number == eur_text(gain / told.period_years)
    assert page.total.eur == page.tiles[0].number
    assert plain(euros(gain)) in screen(made)
    assert gain_tiles(view_of(made))[0].number == eur(gain)
    cells = [c.value for s in load_workbook(io.BytesIO(workbook(made))) for row in s.iter_rows() for c in row]
    assert any(abs(value - gain) < 0.01 for value in cells if isinstance(value, float | int))


def test_every_medium_counts_the_same_losers(made: Result, told: Outcomes, page: Seance) -> None:
    brief = plain(answer(view_of(made)))
    several = [brief, plain(page.sentence)] if len(told.members) > 1 else []
    for text in (screen(made), *several):
        assert losers_said(text) == len(told.losers), text
    for text in (screen(made), *several[:1]):
        assert losers_over_plan_said(text) == len(told.losers_over_plan), text


def test_every_medium_shows_the_band_of_an_unlawful_operation_and_only_then(
    made: Result, page: Seance
) -> None:
    shown = (
        band(view_of(made)) is not None,
        isinstance(brief_document(made).document.status.told, Callout),
        page.law.broken is not None,
    )
    assert set(shown) == {not made.is_lawful}


def test_every_medium_has_the_same_key(made: Result) -> None:
    assert results_document(made)["key"] == made.scenario.key.name == view_of(made).chosen.name
