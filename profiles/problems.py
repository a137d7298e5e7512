"""Problems of several inputs, gathered before they are raised together."""

from collections.abc import Iterator
from contextlib import contextmanager

from acc.problem import InputError, Problem


@contextmanager
def collecting(problems: list[Problem]) -> Iterator[None]:
    """Add the problems of an InputError to a list, and go on after the block."""
    try:
        yield
    except InputError as fault:
        problems += fault.problems
