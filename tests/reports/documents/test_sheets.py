import multiprocessing
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Lock

import pypdf
import pytest

from acc.problem import InputError
from acc.result.result import KeyOutcome, Result
from acc.rules.check import Check, State
from acc.settle import Allocation
from reports import sheets
from reports.documents.sheet import sheet_document
from reports.nodes.tree import Paragraph
from reports.sentences.sheet import own_note, tiles
from reports.sheets import checked_ids, sheet, write_bound, write_sheets
from reports.view.view import sheet_view_of
from tests.reports.document_texts import table
from tests.reports.make import make_result, small
from tests.reports.make_money import with_money
from tests.reports.make_ranges import with_ranges


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def text_of(data: bytes) -> str:
    reader = pypdf.PdfReader(BytesIO(data))
    assert len(reader.pages) == 2
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))


@pytest.fixture(scope="module")
def made(result: Result) -> bytes:
    """The sheet of one member, composed once for those who read it."""
    return sheet(result, "usine")["usine.pdf"]


@pytest.fixture(scope="module")
def text(made: bytes) -> str:
    return text_of(made)


def test_a_sheet_says_what_its_holder_would_receive_and_save(text: str) -> None:
    assert "You would receive 359 MWh of local solar electricity in a year, 41% of your need." in text
    assert "You would save 10,126 €" in text
    assert "•••• 4800" in text


def test_a_sheet_names_who_agreed_alone_as_the_note_does(result: Result) -> None:
    closed = {"marche", "cave"}
    members = [replace(one, publish=one.id not in closed) for one in result.scenario.participants]
    some = replace(result, scenario=replace(result.scenario, participants=tuple(members)))
    text = text_of(sheet(some, "usine")["usine.pdf"])
    assert "Supermarché" not in text
    assert "Cave coopérative" not in text
    assert "35 foyers" not in text


def test_a_sheet_shows_no_delivery_point_in_full(result: Result, made: bytes, text: str) -> None:
    for participant in result.scenario.participants:
        assert participant.prm is not None
        assert participant.prm not in text
        assert participant.prm.encode() not in made


def test_who_loses_reads_it_in_the_first_sentence(result: Result) -> None:
    assert "You would lose 80 €." in text_of(sheet(result, "eclairage")["eclairage.pdf"])


def test_without_euros_a_sheet_invents_none() -> None:
    text = text_of(sheet(make_result(), "ecole")["ecole.pdf"])
    assert "€" not in text
    assert "euros are not computed" in text


def test_who_does_not_recover_the_vat_reads_its_saving_with_it(result: Result) -> None:
    assert result.money is not None
    first, *others = result.money.persons
    taxed = replace(first, lost_vat_eur=-1873.7)  # 10,126.3 € without tax, 12,000 € with
    given = replace(result, money=replace(result.money, persons=(taxed, *others)))
    told = own_note(sheet_view_of(given, 0))
    assert "With the VAT, which you do not recover: 12,000" in told
    assert "VAT" not in own_note(sheet_view_of(result, 0))


def test_a_sheet_counts_the_rules_that_it_lists(result: Result) -> None:
    contract = Check(rule="pmo", state=State.TO_VERIFY, title="Everyone is in the legal person")
    made = sheet_document(replace(result, legal=(contract, contract)), "ecole")
    assert isinstance(made.document.status.text, Paragraph)
    assert made.document.status.text.text.endswith("1 point to verify that bears on you")
    assert [state.text for _rule, state in table(made, "rules").rows].count("to verify") == 1


def test_an_unknown_id_is_refused_with_the_nearest_one(result: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean usine"):
        write_sheets(result, ["usin"], tmp_path)
    assert list(tmp_path.iterdir()) == []


def _settled(outcome: KeyOutcome, lock: object) -> Allocation:
    assert lock is not None
    return outcome.allocation


@pytest.mark.slow
def test_sheets_made_side_by_side_are_those_made_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, lock = with_money(small(4)), Lock()
    # What settles another key holds the operation, with what no other process may have.
    others = {name: replace(one, settled=partial(_settled, one, lock)) for name, one in made.others.items()}
    given = replace(made, others=others)
    assert others
    monkeypatch.setattr(sheets, "FEW", 1)  # or one process makes them all
    sheet(given, "m00")  # a compile in the parent: forked children would hang
    seen: list[str] = []
    parallel = write_sheets(given, ["all"], tmp_path / "parallel", seen.append, workers=2)
    alone = write_sheets(given, ["all"], tmp_path / "alone", workers=1)
    assert sorted(seen) == sorted(checked_ids(given, ["all"], "NAME"))
    assert [path.name for path in parallel] == [path.name for path in alone]
    assert [path.read_bytes() for path in parallel] == [path.read_bytes() for path in alone]


WORKER_ALONE = """
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from reports.sheets import _start
spawn = get_context("spawn")
sent = spawn.Queue()
sent.put(pickle.dumps(None))
ProcessPoolExecutor(1, spawn, _start, (sent, (), "fr")).submit(print, "ready", flush=True).result()
input()
"""


@pytest.mark.slow
def test_a_process_that_makes_sheets_ends_when_the_one_that_started_it_is_killed() -> None:
    command = [sys.executable, "-c", WORKER_ALONE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "ready\n"
        first.kill()
        # Both write there: its end is theirs.
        assert first.communicate(timeout=20.0)[0] == ""


def test_a_sheet_is_made_in_the_formats_asked_for(tmp_path: Path) -> None:
    given = with_money(small(2))
    written = write_sheets(given, ["m00"], tmp_path, formats=("png",))
    assert [path.name for path in written] == ["m00-page-1.png", "m00-page-2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in written)


def test_the_ranges_of_a_sweep_stand_in_the_sheet_of_each_one(result: Result) -> None:
    view = sheet_view_of(with_ranges(result), 0)
    assert tiles(view)[0].note == "from 7,000 to 13,000"
    assert "8 chances out of 10" in own_note(view)
    alone = tiles(sheet_view_of(result, 0))
    assert alone[0].note.endswith("for each local kWh")


@pytest.mark.slow
def test_a_killed_process_is_told_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "FEW", 1)

    def kill(_id: str) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(InputError, match="was killed"):
        write_sheets(small(12), ["all"], tmp_path / "sheets", kill, workers=2)
    assert not (tmp_path / "sheets").exists()


@pytest.mark.slow
def test_all_sheets_in_one_file_keep_their_order_and_pages(tmp_path: Path) -> None:
    result = small(2)
    ids = checked_ids(result, ["all"], "NAME")
    made = write_bound(result, ["all"], tmp_path, lambda _id: None)
    again = write_bound(result, ["all"], tmp_path, lambda _id: None)
    assert made == again == [tmp_path / "all-sheets.pdf"]
    each = [page for id_ in ids for page in _texts(sheet(result, id_)[f"{id_}.pdf"])]
    assert _texts(made[0].read_bytes()) == each


def _texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]
