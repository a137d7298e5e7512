"""Faults of an input, as values: all of them are shown at once, never a traceback."""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, and a message with the value, what was expected and the way out.

    >>> str(Problem("plants.csv, line 3, kwp", "-3 is not a power: a number above 0 is expected"))
    'plants.csv, line 3, kwp: -3 is not a power: a number above 0 is expected'
    """

    path: str
    message: str

    def __str__(self) -> str:
        told = _("{state}: {text}").format(state=self.path, text=self.message)
        return told if self.path else self.message


class InputError(Exception):
    """An input cannot be used; carries every problem found, so that a person mends them in one go."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
