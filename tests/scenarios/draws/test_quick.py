"""What narrows a range most, by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from acc.result.result import PANELS
from scenarios.operation.draws.quick import _kept_narrowing


def test_answers_that_narrow_a_range_come_largest_first_and_none_without_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    effects = {"a": 0.1, "b": 0.3, PANELS: 0.2, "c": 0.0}
    monkeypatch.setattr("scenarios.operation.draws.quick.narrowing", lambda _summary, _key: effects)
    summary: Any = SimpleNamespace(plan=SimpleNamespace(members=("a", "b", "c", "d"), keys=("prorata",)))
    cache: Any = SimpleNamespace(get=lambda _kind, _key, make: make())
    assert list(_kept_narrowing(summary, {}, cache).items()) == [("b", 0.3), (PANELS, 0.2), ("a", 0.1)]
