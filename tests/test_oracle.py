"""One truth: whatever prints a figure of a folder prints it alike, and what is printed adds up."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from acc.result.result import Result
from reports.format import quantity
from reports.format.numbers import NumberWithUnit, fr
from reports.format.quantity import Quantity
from reports.format.unlawful import plan_worth
from reports.page import seance
from reports.page.amounts import rounded_eur
from reports.sentences import (
    answer,
    comparison,
    decision,
    decision_tiles,
    gains,
    holdings,
    money,
    proposal,
    recipients,
    sheet,
    way_out,
)
from reports.studies.papers import catalogue
from reports.studies.worth import labels
from reports.terminal import answer as run_screen
from reports.terminal import persons
from reports.view import quantities
from scenarios.entry.catalogue import copy_example
from scenarios.run import RunParts, run
from scenarios.studies.lawful.folders import split_folder
from scenarios.studies.territory.lists.demo import write_demo
from scenarios.studies.territory.run import territory_folder
from tests.effort import kept
from tests.few_homes import write_homes
from tests.ledger.folders import COMMUNE, FIRM, OUTSIDER, written
from tests.oracle import contradictions
from tests.oracle_documents import Printed, print_all, print_plan, print_territory
from tests.reports.documents.test_unlawful import unlawful
from tests.scenarios.operation import PLANTS, RENTED, write_forty, write_operation
from tests.studies.lawful.test_screen import report

DAY = date(2026, 9, 1)
DATED = """id;what;since;ratio;kwh
bureau;use;2028;;8760
ecole;scale;2030;0.5;
mairie;cooling;2028-07-01;;9000
"""


def write_tenants(folder: Path) -> Path:
    write_operation(folder)
    (folder / "plants.csv").write_text(RENTED, encoding="utf-8")
    return folder


def write_dated(folder: Path) -> Path:
    write_operation(folder)
    (folder / "changes.csv").write_text(DATED, encoding="utf-8")
    return folder


def write_loan(folder: Path) -> Path:
    """Three borrowers, one of whom has roofs alone."""
    write_operation(folder, **{"horizon_years = 20": "horizon_years = 20\ndebt_ratio = 0.8\ndebt_years = 15"})
    (folder / "plants.csv").write_text(PLANTS.replace(";commune;", ";toits;"), encoding="utf-8")
    return folder


FOLDERS: Mapping[str, Callable[[Path], object]] = {
    "village": write_operation,
    "firm": lambda folder: written(FIRM, folder),
    "homes": lambda folder: write_homes(folder, [True] * 12, roof=True),
    "loan": write_loan,
    "commune": lambda folder: written(COMMUNE, folder),
    "outsider": lambda folder: written(OUTSIDER, folder),
    "tenants": write_tenants,
    "dated": write_dated,
    "forty, not lawful": write_forty,
    "example": lambda folder: copy_example("bergerac", folder),
}


def made(folder: Path) -> Result:
    parts = RunParts(other_keys=None, departures=True, lawful_plan=True, ranges_folder=folder)
    return run(folder, ran_on=DAY, parts=parts)


STUDIED = ("village", "firm", "homes", "loan")
"""Folders that are asked what sharing is worth and which powers are best, too: seconds each."""


@pytest.mark.parametrize("name", kept(("village", "firm", "homes"), FOLDERS))
def test_documents_screens_page_and_workbook_of_a_folder_tell_one_truth(name: str, tmp_path: Path) -> None:
    FOLDERS[name](tmp_path / "op")
    printed = print_all(made(tmp_path / "op"), tmp_path / "op" if name in STUDIED else None)
    assert sum(len(each.figures) for each in printed) > 100
    assert not contradictions(printed)


@pytest.mark.shared
@pytest.mark.slow
def test_so_do_those_of_forty_members(tmp_path: Path, shared_data: Path) -> None:
    shutil.copytree(shared_data / "op40", tmp_path / "op")
    assert not contradictions(print_all(made(tmp_path / "op")))


def test_a_lawful_plan_is_told_alike_on_its_screen_and_in_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    made_report = report()
    found = replace(unlawful(), way=made_report.best)
    assert not found.is_lawful

    def printed() -> list[Printed]:
        return print_plan(made_report, [found])

    worth = {
        place.document
        for place in printed()
        for figure, _text in place.figures
        if "lawful plan" in figure.given
    }
    assert {"screen of split", "short screen of split", "note to partners"} <= worth
    assert not contradictions(printed())
    monkeypatch.setattr(
        way_out, "plan_worth", lambda plan: replace(plan_worth(plan), value=plan.value_eur * 1.01)
    )
    assert contradictions(printed())


@pytest.mark.slow
def test_so_do_the_screens_of_a_search_and_all_documents_of_what_it_found(tmp_path: Path) -> None:
    write_forty(tmp_path / "op")
    split = split_folder(tmp_path / "op", tmp_path / "groups", seed=24, most=2)
    operations = [made(folder) for folder in split.folders]
    printed = [print_plan(split.report, [made(tmp_path / "op")]), *map(print_all, operations)]
    assert operations
    assert not [fault for each in printed for fault in contradictions(each)]


@pytest.mark.slow
def test_so_do_the_screen_and_the_atlas_of_a_territory(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    write_demo(tmp_path / "all", sites=24, roofs=8, communes=6, seed=5)
    found = territory_folder(
        tmp_path / "all", tmp_path / "out", seed=1, force=False, progress=lambda _text: None
    )
    printed = print_territory(found.report)
    assert [each.document for each in printed] == ["screen of territory", "atlas"]
    assert not contradictions(printed)
    assert found.folders
    for folder in found.folders[:2]:
        assert not contradictions(print_all(made(folder)))


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    folder = tmp_path_factory.mktemp("oracle") / "op"
    write_loan(folder)
    return made(folder), folder


def changed(module: ModuleType, maker: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A total that one module makes 1 % larger than the others do, or a count larger by one."""

    def more(figure: Quantity) -> Quantity:
        is_count = quantity.UNITS[figure.notion] == "count"
        return replace(figure, value=figure.value + 1 if is_count else figure.value * 1.01)

    def make(*args: Any, **given: Any) -> object:
        figures = getattr(quantities, maker)(*args, **given)
        if isinstance(figures, Quantity):
            return more(figures)
        return tuple(figure and more(figure) for figure in figures)

    def put(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(module, "quantities", SimpleNamespace(**{**vars(quantities), maker: make}))

    return put


def _far(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(money, "band", lambda *_view, **_member: (1e6, 2e6, 3e6))


def _wide(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(money, "band", lambda *_view, **_member: (-3.7e13, 20_000.0, 3.7e13))


def _not_closed(patch: pytest.MonkeyPatch) -> None:
    def alone(scale: Any, parts: Any, total: float) -> list[str]:
        return [*(scale.plain(part + scale.unit_kwh) for part in parts), scale.plain(total)]

    patch.setattr(recipients, "energy_column", alone)


def _no_word(patch: pytest.MonkeyPatch) -> None:
    """A sheet that tells a balance with the VAT and says only that it is another one."""

    def told(view: Any, mine: Any) -> list[str]:
        return [str(quantities.gain_with_vat(view.outcomes, mine))]

    patch.setattr(sheet, "_with_vat", told)
    patch.setattr(sheet, "value_basis", lambda: "", raising=False)
    patch.setattr(holdings, "value_basis", lambda: "")


def _another_text(patch: pytest.MonkeyPatch) -> None:
    """A writer that prints k€ of another amount."""
    writers = {**quantity.WRITERS, "k€": lambda eur: NumberWithUnit(fr(eur / 1020.0), "k€")}
    patch.setattr(quantity, "WRITERS", writers)


def _of_choices(maker: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A figure of `acc worth` that is 1 % larger than what other documents tell of the folder."""
    make = getattr(labels, maker)

    def more(*args: Any) -> Quantity:
        figure = make(*args)
        return replace(figure, value=figure.value * 1.01)

    return lambda patch: patch.setattr(labels, maker, more)


def _tile_alone(patch: pytest.MonkeyPatch) -> None:
    tiles = seance.tiles_of

    def alone(results: Any, states: Any, printed: Any, *, year: int | None) -> object:
        return tiles(results, states, replace(printed, gain_eur=rounded_eur(printed.gain_eur)), year=year)

    patch.setattr(seance, "tiles_of", alone)


def _another_book(patch: pytest.MonkeyPatch) -> None:
    """A deliberation whose purchases from members are a cent more than in the note to the treasurer."""
    book = catalogue.treasury

    def other(*args: Any) -> Any:
        made_book = book(*args)
        bought_eur = made_book.budget.bought_from_members_eur_ht + 0.01
        return replace(made_book, budget=replace(made_book.budget, bought_from_members_eur_ht=bought_eur))

    patch.setattr(catalogue, "treasury", other)


def _parts(patch: pytest.MonkeyPatch) -> None:
    """Parts of a gain that every document makes alike, and that are not its parts."""
    parts = quantities.gain_parts

    def wrong(*args: Any) -> tuple[Quantity, Quantity]:
        without, sharing = parts(*args)
        return without, replace(sharing, value=sharing.value * 1.01)

    patch.setattr(quantities, "gain_parts", wrong)


CONTRADICTIONS: Mapping[str, Callable[[pytest.MonkeyPatch], None]] = {
    "gain of the note": changed(decision, "gain"),
    "value of the note": changed(decision_tiles, "value_ends"),
    "conditions": changed(answer, "given"),
    "losers of the conditions": changed(answer, "losers_given"),
    "shared of the note": changed(proposal, "shared"),
    "part of the need": changed(proposal, "shared_of_need"),
    "table of needs": changed(recipients, "need"),
    "payback of the note": changed(gains, "payback"),
    "totals of the comparison": changed(comparison, "case_worth"),
    "gain of a sheet": changed(sheet, "gain"),
    "value of a sheet": changed(holdings, "value"),
    "value of the screen": changed(persons, "value_ends"),
    "gain of the screen": changed(run_screen, "gain"),
    "gain of the page": changed(seance, "gain"),
    "investment of the screen": changed(run_screen, "investment_ends"),
    "a middle outside its range": _far,
    "a range that says nothing": _wide,
    "a column": _not_closed,
    "a basis that is not told": _no_word,
    "a text that is not its figure": _another_text,
    "a tile and its total": _tile_alone,
    "parts of a gain": _parts,
    "a cent of a budget": _another_book,
    "gain of the choices": _of_choices("choice_gain"),
    "value of the choices": _of_choices("choice_value"),
    "a basis that a tile forgets": lambda patch: patch.setattr(Quantity, "basis_text", ""),
    "gain of everybody on the screen of persons": changed(persons, "gain"),
}
DAILY = ("gain of the note", "a column", "a middle outside its range")


@pytest.mark.parametrize("name", kept(DAILY, CONTRADICTIONS))
def test_a_contradiction_put_in_on_purpose_is_found(
    name: str, village: tuple[Result, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    CONTRADICTIONS[name](monkeypatch)
    assert contradictions(print_all(*village))


def test_a_contradiction_names_both_places() -> None:
    gain = Quantity(notion=quantity.Notion.GAIN, value=1_000.0)
    note, other = (
        Printed(name, ((figure, str(figure)),), (), ())
        for name, figure in (("note", gain), ("sheet", replace(gain, value=2_000.0)))
    )
    (fault,) = contradictions([note, other])
    assert "note “1,000\N{NO-BREAK SPACE}€”" in fault
    assert "sheet “2,000\N{NO-BREAK SPACE}€”" in fault
