"""The journal of answers, line by line."""

from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.entry.collecting import tables
from scenarios.entry.collecting.tables import JournalLine, consents, read_journal, taken_cells

HEAD = ";".join(tables.HEAD)
FIRST = "2026-11-25;ville;answers/ville.xlsx;abc;participants.csv;mairie;annual_kwh;;45000"
CONSENT = "2026-11-26;ville;answers/ville.xlsx;def;accord;;;Le Maire;oui"
AGAIN = "2026-11-27;foyer;answers/foyer.xlsx;ghi;participants.csv;mairie;annual_kwh;45000;'=4+4"
NO = "2026-11-28;ville;answers/ville.xlsx;jkl;accord;;;Le Maire;non"


def journal(folder: Path, *lines: str) -> tuple[JournalLine, ...]:
    (folder / tables.ANSWERS).mkdir(exist_ok=True)
    (folder / tables.ANSWERS / tables.JOURNAL).write_text("\r\n".join(lines), encoding="utf-8-sig")
    return read_journal(folder)


def test_each_line_is_read_by_its_columns_and_the_last_answer_counts(tmp_path: Path) -> None:
    assert read_journal(tmp_path) == ()
    lines = journal(tmp_path, HEAD, FIRST, CONSENT, "", AGAIN, NO, "")
    assert lines[0] == JournalLine(
        member="ville",
        file="answers/ville.xlsx",
        sha256="abc",
        table="participants.csv",
        id="mairie",
        column="annual_kwh",
        after="45000",
    )
    assert [(line.member, line.table, line.after) for line in lines[1:]] == [
        ("ville", "accord", "oui"),
        ("foyer", "participants.csv", "=4+4"),
        ("ville", "accord", "non"),
    ]
    assert taken_cells(lines) == {("participants.csv", "mairie", "annual_kwh"): "=4+4"}
    assert consents(lines) == {"ville": False}
    assert consents(lines[:3]) == {"ville": True}


@pytest.mark.parametrize(
    "lines", [("",), (HEAD.upper(), FIRST), (HEAD, FIRST + ";more"), (HEAD, "a;b"), (FIRST,)]
)
def test_what_is_no_journal_any_more_is_refused(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match="no longer the journal"):
        journal(tmp_path, *lines)


def test_days_of_answers_are_written_first(tmp_path: Path) -> None:
    journal(tmp_path, HEAD, FIRST, "")
    path, content = tables.with_taken(tmp_path, (), date(2026, 11, 29))
    assert path.name == tables.JOURNAL
    assert content.decode("utf-8-sig").splitlines() == [HEAD, FIRST]
