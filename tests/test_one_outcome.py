"""One answer whoever asks: screen, page, brief, sheets, workbook and JSON tell the same gains and losers.

Operations: the example; six sites without `persons.csv`, one of whom loses; the commune that holds all;
and, where third-party data is there, the operation of forty and the worked commune.
"""

import io
import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console

from acc.accounts.person_values import more_than
from acc.result.outcomes import MemberOutcome, Outcomes, key_outcomes, outcomes
from acc.result.proposal import ranking
from acc.result.result import Result
from acc.time_aggregates import is_year
from reports.data.results import comparison_document as comparison_data
from reports.data.results import results_document
from reports.documents.blocks import last_pages
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.gains import losers_head, two_parts
from reports.format.money import eur, euros, millions, thousands
from reports.format.numbers import fr
from reports.format.quantity import Quantity
from reports.nodes.tree import Callout
from reports.page.names import names_of
from reports.page.seance import Seance, SeanceInputs, seance_of
from reports.sentences.decision import shares_table
from reports.sentences.decision_tiles import value_box
from reports.sentences.overview import uncertain
from reports.sentences.paired import scenarios_table
from reports.sentences.sheet import lead
from reports.sentences.sources import closure_table
from reports.sentences.unlawful import band
from reports.sentences.verdict import verdict
from reports.studies.workbook.comparison import comparison_workbook
from reports.studies.workbook.write import workbook
from reports.terminal.answer import answer_nodes
from reports.terminal.run import comparison_nodes
from reports.terminal.screen import show
from reports.view.comparison import compared
from reports.view.quantities import gain_parts
from reports.view.view import holders_shown, sheet_view_of, view_of
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.settings import read_setting
from scenarios.run import RunParts, run
from tests.reports.document_texts import tiles
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

DAY = date(2026, 9, 1)
OP40 = pytest.param("op40", marks=[pytest.mark.shared, pytest.mark.slow])
OPERATIONS = ("example", "sites", "sole", "commune", OP40)


def sharing_plan_eur_ht(member: MemberOutcome) -> float | None:
    """What sharing adds to a member over the plan."""
    return more_than(member.plan_eur_ht, member.without_sharing_plan_eur_ht)


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
    return seance_of(
        made,
        SeanceInputs(kept=made, folder=made, face="", same=True, everyone=everyone, names=names, each=True),
    )


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
    found = re.search(
        r"(\d+) (?:members? )?(?:would )?loses?,? (?:the first year and )?over \d+ years(?! if)", text
    )
    return int(found.group(1)) if found else 0


def losers_connected_said(text: str) -> int:
    """Return how many lose where connections cost their upper figure."""
    found = re.search(r"(\d+) loses? over \d+ years if the connection costs", text)
    return int(found.group(1)) if found else losers_over_plan_said(text)


AS_NUMBER = str.maketrans({",": None, "\N{MINUS SIGN}": "-"})


def step_of(eur: float) -> float:
    """Return the step to which the page rounds an amount by itself."""
    return 100.0 if abs(eur) >= 1000.0 else 10.0 if abs(eur) >= 100.0 else 1.0


def test_every_medium_gives_each_member_the_same_gain(made: Result, told: Outcomes, page: Seance) -> None:
    persons = results_document(made)["persons"]
    assert isinstance(persons, list)
    assert {one["id"]: one["gain_eur_ht"] for one in persons} == {
        one.id: pytest.approx(one.gain_eur_ht, abs=1e-9) for one in told.known
    }
    cells = cells_of(page)
    assert cells.keys() == {one.id for one in told.members}
    for one in told.members:
        gain = (one.gain_eur_ht or 0.0) / told.period_years
        # Rounded with those of the others, so that they add up: less than the step of this amount away.
        assert float(cells[one.id].translate(AS_NUMBER)) == pytest.approx(gain, abs=step_of(gain))
    for member in told.members[:6]:
        shown = plain(str(tiles(sheet_document(made, member.id))))
        assert plain(fr(member.gain_eur_ht or 0.0)) in shown


def test_every_medium_gives_everybody_the_same_gain(made: Result, told: Outcomes, page: Seance) -> None:
    gain = told.together.gain_eur_ht
    assert gain is not None
    total = results_document(made)["total"]
    assert isinstance(total, dict)
    assert total["gain_eur_ht"] == pytest.approx(gain, abs=1e-8)
    assert page.tiles[0].number == page.total.eur
    assert f"{page.total.eur} €/year" in plain(page.sentence.gain)
    # To the step that the smallest row of its list needs.
    assert float(page.total.eur.translate(AS_NUMBER)) == pytest.approx(gain / told.period_years, abs=50.0)
    assert plain(euros(gain)) in screen(made)
    shares = shares_table(view_of(made))
    assert shares is not None
    # To the step that the smallest row of its column needs.
    assert float(shares.total[1].text.translate(AS_NUMBER)) == pytest.approx(gain, abs=50.0)  # to_hundreds
    cells = [c.value for s in load_workbook(io.BytesIO(workbook(made))) for row in s.iter_rows() for c in row]
    assert any(abs(value - gain) < 0.01 for value in cells if isinstance(value, float | int))


def test_what_roofs_bring_without_sharing_is_what_a_run_that_shares_nothing_brings(
    folder: Path, told: Outcomes
) -> None:
    alone = outcomes(run(folder, ran_on=DAY, settings=(read_setting("operation.sharing=false"),)))
    by_id = {one.id: one for one in alone.members}
    for one in told.known:
        apart = by_id[one.id]
        assert one.without_sharing_eur_ht == pytest.approx(apart.gain_eur_ht, abs=1e-6)
        assert one.gain_eur_ht == pytest.approx((apart.gain_eur_ht or 0.0) + (one.sharing_eur_ht or 0.0))
        assert apart.sharing_eur_ht == pytest.approx(0.0, abs=1e-6)
        if one.plan_eur_ht is not None:
            assert one.without_sharing_plan_eur_ht == pytest.approx(apart.plan_eur_ht, abs=1e-6)
            assert sharing_plan_eur_ht(one) is not None
    assert told.together.sharing_eur_ht == pytest.approx(sum(one.sharing_eur_ht or 0.0 for one in told.known))


def cells_of(page: Seance) -> dict[str, str]:
    return {line.id: line.eur for group in page.groups for line in (*group.lines, *group.rest)}


def number_of(text: str) -> float:
    return float(text.translate(AS_NUMBER))


def a_year(told: Outcomes, ids: list[str] | None) -> list[Quantity]:
    return [part.a_year(told.period_years) for part in gain_parts(told, ids)]


def test_every_medium_gives_the_same_two_parts_of_the_gain(
    made: Result, told: Outcomes, page: Seance
) -> None:
    whole = told.together
    parts = plain(two_parts(*gain_parts(told)))
    assert f"before investment ({parts})" in screen(made)
    assert plain(two_parts(*a_year(told, None), number_of(page.total.eur))) in plain(page.about)
    document = results_document(made)
    assert isinstance(document["persons"], list)
    for one, person in zip(told.known, document["persons"], strict=True):
        assert person["without_sharing_eur_ht"] == one.without_sharing_eur_ht
        assert person["sharing_eur_ht"] == one.sharing_eur_ht
        assert person["sharing_npv_eur_ht"] == sharing_plan_eur_ht(one)
    cells = [c.value for s in load_workbook(io.BytesIO(workbook(made))) for row in s.iter_rows() for c in row]
    numbers = [value for value in cells if isinstance(value, float | int)]
    for eur_ht in (whole.without_sharing_eur_ht, whole.sharing_eur_ht, sharing_plan_eur_ht(whole)):
        assert eur_ht is None or any(abs(value - eur_ht) < 0.01 for value in numbers)
    notes = {line.id: line.note for group in page.groups for line in (*group.lines, *group.rest)}
    for one in [one for one in told.known if one.plant_ids][:3]:
        if one.site_ids:
            own_year = two_parts(*a_year(told, [one.id]), number_of(cells_of(page)[one.id]))
            assert plain(own_year) in plain(notes[one.id])
        own = plain(two_parts(*(part.as_("€ exact") for part in gain_parts(told, [one.id]))))
        assert own in plain(sheet_lead(made, one.id))


def sheet_lead(result: Result, member: str) -> str:
    ids = [one.id for one in holders_shown(result)]
    return lead(sheet_view_of(result, ids.index(member)))


def test_page_one_tells_the_first_year_and_who_ends_up_losing(made: Result, told: Outcomes) -> None:
    said, late = plain(verdict(view_of(made)).text), told.losers_late
    assert ("end up losing each year" in said) == bool(late)
    if late:
        assert f"{len(late)} would end up losing each year" in said
        assert f"from year {late[0].loses_from_year} on" in said
        assert "obody would lose;" not in said


def test_every_medium_counts_the_same_losers(made: Result, told: Outcomes, page: Seance) -> None:
    brief = plain(verdict(view_of(made)).text)
    several = [brief, plain(page.sentence)] if len(told.members) > 1 else []
    for text in (screen(made), *several):
        assert losers_said(text) == len(told.losers), text
    for text in (screen(made), *several[:1]):
        assert losers_over_plan_said(text) == len(told.losers_over_plan), text
    for text in (screen(made), " ".join([brief, *uncertain(view_of(made))])):
        assert losers_connected_said(text) == len(told.losers_connected), text


def test_every_medium_of_a_comparison_counts_losers_in_the_measure_that_it_names(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result = run(folder, ran_on=DAY, parts=RunParts(other_keys=("equal",)))
    ranked = ranking([outcome.money for outcome in key_outcomes(result)])
    assert ranked is not None
    for place, outcome in enumerate(key_outcomes(result)):
        told = outcomes(result, outcome)
        lose = told.losers_over_plan if ranked.is_value else told.losers
        assert ranked.losers[place] == len(lose)
    head = losers_head(ranked.plan_years, is_year=is_year(result.scenario.steps))
    finance = result.scenario.finance
    assert head == f"Lose\n{'the first year' if finance is None else f'over {finance.horizon_years} years'}"
    losers = list(ranked.losers)
    printed = scenarios_table(compared([result]))
    place = [column.head for column in printed.columns].index(head)
    assert [int(row[place].text) for row in printed.rows] == losers
    document = json.loads(json.dumps(comparison_data([result])["ranking"]))["keys"]
    counted = {case["name"]: case["losers"] for case in document["cases"]}
    assert [counted[outcome.name] for outcome in key_outcomes(result)] == losers
    assert document["plan_years"] == list(ranked.plan_years)
    assert screen_losers(result, head, monkeypatch, capsys) == losers
    sheet = load_workbook(io.BytesIO(comparison_workbook([result])), data_only=True).worksheets[0]
    assert [[int(cell) for cell in row[1:]] for row in sheet.values if row[0] == head.replace("\n", " ")] == [
        losers
    ]


def screen_losers(
    result: Result, head: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[int]:
    """Return the column of a count of losers as the command line prints it, key by key."""
    monkeypatch.setenv("COLUMNS", "220")
    show(comparison_nodes(result, []))
    lines = capsys.readouterr().out.split("\n")
    above, below = head.split("\n")
    ends = {n: line.index(below) + len(below) for n, line in enumerate(lines) if below in line}
    at, end = next((n, end) for n, end in ends.items() if lines[n - 1][:end].rstrip().endswith(above))
    return [int(lines[at + 2 + n][:end].split()[-1]) for n in range(len(key_outcomes(result)))]


@pytest.mark.parametrize(("years", "head", "losers"), [(20, "over 20 years", 1), (None, "the first year", 0)])
def test_a_member_who_loses_over_the_plan_alone_is_told_where_a_horizon_is_given(
    years: int | None, head: str, losers: int, tmp_path: Path
) -> None:
    # A plant that its owner pays 20,000 EUR for and that gains it some hundreds a year.
    finance = "" if years is None else f"[finance]\nhorizon_years = {years}\n"
    write_operation(tmp_path, **{"[finance]\nhorizon_years = 20\n": finance})
    result = run(tmp_path, ran_on=DAY)
    ranked = ranking([result.money])
    assert ranked is not None
    assert ranked.losers == (losers,)
    assert losers_head(ranked.plan_years, is_year=True) == f"Lose\n{head}"
    assert not outcomes(result).losers


def test_every_medium_shows_the_band_of_an_unlawful_operation_and_only_then(
    made: Result, page: Seance
) -> None:
    shown = (
        band(view_of(made)) is not None,
        isinstance(brief_document(made).document.status.text, Callout),
        page.law.broken is not None,
    )
    assert set(shown) == {not made.is_lawful}


def test_every_medium_has_the_same_key(made: Result) -> None:
    assert results_document(made)["key"] == made.scenario.key.name == view_of(made).chosen.name


def test_the_sales_of_producers_are_parted_as_members_read_them(made: Result, told: Outcomes) -> None:
    annex, table = str(last_pages(view_of(made))), closure_table(view_of(made))
    assert table is not None
    persons = made.money.persons if made.money else ()
    own = sum(person.internal_eur_ht for person in persons)
    others = sum(person.sales_eur_ht for person in persons)
    if abs(own) < 0.5 or len(told.members) == 1:
        assert "paid by their own sites" not in annex
    else:
        assert f"{plain(eur(others))} €/year are sold to others" in plain(table.note)
        assert f"{plain(eur(own))} €/year are paid by their own sites" in plain(table.note)
        assert repr(table.note)[1:-1] in annex


def test_the_value_of_all_is_told_up_to_what_connections_may_cost(made: Result, told: Outcomes) -> None:
    whole, tile = told.together, value_box(view_of(made))
    assert tile is not None
    if whole.plan_eur_ht is None:
        assert "not counted" in tile.words
        return
    if not told.connection_more_eur_ht:
        assert tile.number == thousands(whole.plan_eur_ht).number
        assert told.losers_connected == told.losers_over_plan
        return
    least = whole.connected_plan_eur_ht
    assert least is not None
    # In millions from one million on; what is drawn beside is in thousands, and then says so.
    write = millions if whole.plan_eur_ht >= 1e6 else thousands
    assert tile.number == f"{write(least).number} to {write(whole.plan_eur_ht).number}"
    assert made.ranges is None or "k€" in tile.note.partition(";")[0]
    assert tile.tone == (None if least > 0.0 else "ink")
    if made.scenario.name.startswith("Bergerac-Sud"):  # 250 EUR/kWp for 420 kWc
        assert told.connection_more_eur_ht == 105_000.0
        assert least == pytest.approx(whole.plan_eur_ht - 105_000.0, abs=1e-6)
        assert [one.id for one in told.losers_connected] == ["ville"]
