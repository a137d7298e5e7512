"""One recommendation: the brief, the comparison, its pages and its JSON name the same key."""

from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Result
from reports.data.results import comparison_document, results_document
from reports.sentences.recipients import keys_heading
from reports.studies.front.files import front_document
from reports.studies.front.screen import proposal_sentences
from reports.view.comparison import compared
from reports.view.view import view_of
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.settings import read_setting
from scenarios.run import RunParts, run
from scenarios.studies.front.run import front_folder
from tests.scenarios.operation import write_operation

DAY = date(2026, 11, 25)


def both(folder: Path, *words: str) -> tuple[Result, Result]:
    """Return what a brief and what a comparison of all keys are made from."""
    settings = [read_setting(word) for word in words]
    brief = run(folder, ran_on=DAY, settings=settings, parts=RunParts(other_keys=None))
    return brief, run(folder, ran_on=DAY, settings=settings, parts=RunParts(all_keys=True))


@pytest.mark.parametrize("words", [(), ('decide.order=["fairness"]',), ('decide.order=["total", "losers"]',)])
def test_brief_and_comparison_name_the_same_key(tmp_path: Path, words: tuple[str, ...]) -> None:
    brief, comparison = both(write_operation(tmp_path / "op"), *words)
    assert brief.proposal is not None
    name = brief.proposal.name
    assert len(brief.proposal.names) > len(brief.others)
    assert comparison.proposal == brief.proposal
    assert comparison_document([comparison])["recommended_key"] == name
    assert results_document(brief)["recommended_key"] == name
    made = compared([comparison])
    assert made.best is not None
    assert made.best.name == name
    told = keys_heading(view_of(brief))
    marks = {key.name: key.marked for key in view_of(brief).keys}
    marked = [key for key, text in marks.items() if text.endswith("(proposed)")]
    if not words:  # without criteria of the group, nothing is told as theirs
        assert "criteria" not in told
        assert marked == []
        return
    assert told.endswith(made.best.title) or (brief.proposal.keeps_folder and "keep the key" in told)
    assert marked == [name]
    assert marks[brief.scenario.key.name].endswith(
        "(proposed)" if brief.proposal.keeps_folder else "(of the folder)"
    )


def test_the_criteria_and_their_order_are_the_groups(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    by_total = both(folder, 'decide.order=["total"]', "decide.near_ratio=0")[1]
    totals = {name: other.money.total for name, other in by_total.others.items() if other.money}
    best = max(totals, key=lambda name: totals[name].npv_eur_ht or 0.0)
    own = by_total.money.total if by_total.money else None
    assert own is not None
    if (own.npv_eur_ht or 0.0) >= (totals[best].npv_eur_ht or 0.0):
        best = by_total.scenario.key.name
    assert by_total.proposal is not None
    assert by_total.proposal.name == best
    evenest = both(folder, 'decide.order=["fairness"]')[1].proposal
    assert evenest is not None
    assert evenest.name != best


def test_the_front_names_the_key_that_the_comparison_names(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    copy_example("bergerac", folder)
    front, _kept = front_folder(folder, points=2, draws=0)
    assert front.proposal is not None
    assert front.proposal == both(folder)[1].proposal
    document = front_document(front)
    assert document["recommended_key"] == front.proposal.name
    assert proposal_sentences(front)[0].startswith("The group’s criteria ")
