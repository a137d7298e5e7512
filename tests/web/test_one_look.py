"""An answer is of one state of the folder: its files are looked at once, whatever is asked within."""

from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.session import AtHand


def test_files_are_looked_at_once_for_an_answer_and_again_for_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "operation.toml"
    file.write_text("a", encoding="utf-8")
    at_hand = AtHand(tmp_path, lambda: date(2026, 11, 25))
    before = at_hand.stamp()
    with at_hand.single_state():
        file.write_text("longer", encoding="utf-8")
        assert at_hand.stamp() == before
    assert at_hand.stamp() != before


def test_a_fault_leaves_nothing_behind(tmp_path: Path) -> None:
    at_hand = AtHand(tmp_path / "gone", lambda: date(2026, 11, 25))
    with pytest.raises(InputError), at_hand.single_state():
        pass
    (tmp_path / "gone").mkdir()
    assert at_hand.stamp() == ()
