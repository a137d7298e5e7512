"""Scenarios set beside one another: many of them lie on the disk, and are judged the same."""

from pathlib import Path

import numpy as np
import pytest

from reports.data.results import comparison_document
from scenarios import beside
from scenarios.beside import at_rest
from tests.reports.make import small


def test_scenarios_at_rest_are_judged_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = small(3)
    assert at_rest(result, 100, tmp_path) is result  # few kWh: nothing is moved
    monkeypatch.setattr(beside, "SPOOLED_BYTES", 0)
    resting = at_rest(result, 1, tmp_path)
    assert isinstance(resting.exchange.consumption_kwh, np.memmap)
    assert isinstance(resting.allocation.received_kwh, np.memmap)
    assert list(tmp_path.iterdir()) == []  # a file without a name
    assert comparison_document([resting, resting]) == comparison_document([result, result])
