"""Answers are shown, then written only where a person says so."""

import io
from pathlib import Path

import pytest

from acc.problem import Problem
from acc.result.files import FormAnswer, FormChange
from reports.terminal.check import print_answers

CHANGE = FormChange(
    "answers/a.xlsx, Fiche!B14", "participants.csv", "ecole", "annual_kwh", "kWh", "", "62000"
)
SOUND = FormAnswer("answers/a.xlsx", "0", "ecole", "École", (CHANGE,))
WRONG = FormAnswer("answers/b.xlsx", "1", "mairie", "Mairie", problems=(Problem("answers/b.xlsx", "bad"),))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("said", "written"), [("oui\n", True), ("Y\n", True), ("\n", False), ("non\n", False), ("", False)]
)
def test_any_word_but_yes_writes_nothing(
    said: str, written: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(said))
    assert print_answers([SOUND, WRONG], Path("op"), taken=False) is written
    told = capsys.readouterr().out
    assert "ecole, kWh: nothing → 62000" in told
    assert ("acc forms op --accept" in told) is not written


def test_nothing_is_asked_where_nobody_is_there_nor_of_what_is_at_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not print_answers([SOUND], Path("op"), taken=False)
    assert "acc forms op --accept" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", Terminal("oui\n"))
    assert not print_answers([WRONG], Path("op"), taken=False)
    assert not print_answers([SOUND], Path("op"), taken=True)
    assert "--accept" not in capsys.readouterr().out
