"""The prices that suit each, of those who are named; who is not counts all the same, and that is said."""

from datetime import date
from pathlib import Path

from reports.sentences.money import corridor_caption
from reports.view.selection import corridor_bounds
from reports.view.view import view_of
from scenarios.run import RunParts, run
from tests.scenarios.operation import PARTICIPANTS, write_operation

SAID = "Who is not named counts in the prices that suit all, and is not drawn."


def test_no_limit_of_who_is_not_named_is_drawn_and_it_is_said_that_it_counts(tmp_path: Path) -> None:
    closed, open_ = tmp_path / "closed", tmp_path / "open"
    for folder in (closed, open_):
        write_operation(folder)
    head, *rows = PARTICIPANTS.splitlines()
    text = "\n".join([f"{head};publish", *(f"{row};oui" for row in rows), ""])
    (open_ / "participants.csv").write_text(text, encoding="utf-8")
    told = {}
    for folder in (closed, open_):
        view = view_of(run(folder, ran_on=date(2026, 12, 1), parts=RunParts(advice=False)))
        told[folder.name] = {one.name for one in corridor_bounds(view)}, corridor_caption(view)
    (few, caption), (every, whole) = told["closed"], told["open"]
    assert few < every
    assert {"Cave", "Garage"} & every
    assert not {name for name in few if name in {"Cave", "Garage", "Foyer", "Bureau"} or "ompan" in name}
    assert SAID in caption
    assert SAID not in whole
