"""How many cases a law is tried on: enough to see a fault at once; all of them in `make slow`."""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

WHOLE = os.environ.get("ACC_TESTS") == "whole"
QUICK_EXAMPLES = 25


def law(examples: int, **more: Any) -> settings:
    """Return the settings of a property that is worth `examples` draws, of which a quick run makes 25."""
    return settings(max_examples=examples if WHOLE else min(examples, QUICK_EXAMPLES), deadline=None, **more)


def few(quick: int, cases: Iterable[object]) -> list[Any]:
    """Return the cases of a test that meets one law on each: those after the first `quick` are slow.

    A tuple holds the values of several arguments, as `parametrize` takes them.
    """
    values = [case if isinstance(case, tuple) else (case,) for case in cases]
    return [
        pytest.param(*case, marks=[pytest.mark.slow] if place >= quick else [])
        for place, case in enumerate(values)
    ]
