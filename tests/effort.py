"""What is tried every day, enough to see a fault at once; and the rest, which `make slow` tries too."""

import os
from collections.abc import Collection, Iterable
from typing import Any

import pytest
from hypothesis import settings

WHOLE = os.environ.get("ACC_TESTS") == "whole"
QUICK_EXAMPLES = 12


def law(examples: int, **more: Any) -> settings:
    """Return the settings of a property that is worth `examples` draws, of which a quick run makes 12."""
    return settings(max_examples=examples if WHOLE else min(examples, QUICK_EXAMPLES), deadline=None, **more)


def few(quick: int, cases: Iterable[object]) -> list[Any]:
    """Return the cases of a test that meets one law on each: those after the first `quick` are slow.

    A tuple holds the values of several arguments, as `parametrize` takes them.
    """
    return [_param(case, is_slow=place >= quick) for place, case in enumerate(cases)]


def kept(quick: Collection[object], cases: Iterable[object]) -> list[Any]:
    """Return the cases of a test that meets one law on each: those that `quick` does not name are slow."""
    values = list(cases)
    assert all(case in values for case in quick), f"a case is gone: {quick}"
    return [_param(case, is_slow=case not in quick) for case in values]


def _param(case: object, *, is_slow: bool) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=[pytest.mark.slow] if is_slow else [])
