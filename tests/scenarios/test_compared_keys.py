"""Scenarios set beside one another: many of them lie on the disk, and are judged the same."""

from pathlib import Path

import numpy as np
import pytest

from reports.data.results import comparison_document
from scenarios import variants as beside
from scenarios.variants import SpilledResults
from tests.reports.make import small


def test_scenarios_at_rest_are_judged_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, result = small(3), small(3)
    assert (
        SpilledResults(tmp_path, first).at_rest(result).allocation.received_kwh
        is result.allocation.received_kwh
    )
    monkeypatch.setattr(beside, "RESTING_BYTES", 0)
    resting = SpilledResults(tmp_path, first)
    laid = resting.at_rest(result)
    assert isinstance(laid.exchange.consumption_kwh, np.memmap)
    assert isinstance(laid.allocation.received_kwh, np.memmap)
    assert list(tmp_path.iterdir()) == []  # a file without a name
    assert comparison_document([laid, laid]) == comparison_document([result, result])
    # What scenarios share is laid once, and what is the first one's not at all.
    assert resting.at_rest(result).exchange.consumption_kwh is laid.exchange.consumption_kwh
    assert resting.at_rest(first).exchange.consumption_kwh is first.exchange.consumption_kwh
