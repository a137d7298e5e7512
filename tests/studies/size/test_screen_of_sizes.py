"""A value of a search is told as everybody has it: what they pay whatever the powers is counted."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.size.result import PowersFor
from reports.studies.size.files import size_document
from scenarios.entry.catalogue import copy_example
from scenarios.run import RunParts, run
from scenarios.studies.size.run import size_folder


@pytest.mark.slow
def test_values_told_are_those_of_the_run_of_the_same_powers(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    sizing = size_folder(tmp_path / "demo")
    whole = run(tmp_path / "demo", ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert whole is not None
    assert whole.total is not None
    document = size_document(sizing)
    best = document["best"]
    assert isinstance(best, dict)
    assert best["value"] == pytest.approx(whole.total.npv_eur_ht, abs=0.01)  # the folder's own powers
    assert best["value"] <= best["bound"] <= best["value"] + 0.02 * sizing.best.bound
    assert replace(sizing, total=None).display_value(1.0) == 1.0
    # Without a battery the powers as they are written stand beside those that were found.
    assert [one.name for one in sizing.compared][:2] == [PowersFor.WRITTEN, PowersFor.BEST]
