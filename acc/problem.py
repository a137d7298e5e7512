"""Faults of an input, as values: all of them are shown at once, never a traceback."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from gettext import gettext as _


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it is, and a message with the value, what was expected and the way out.

    Attributes:
        about: of a cell, whose line it is and its column, as people call them.
        where: the place, without what `about` says.
        remedy: what may be typed in the cell instead, empty where it is not known.
        unsure: the message without that remedy.

    >>> str(Problem("plants.csv, line 3, kwp", "-3 is not a power: a number above 0 is expected"))
    'plants.csv, line 3, kwp: -3 is not a power: a number above 0 is expected'
    """

    path: str
    message: str
    about: str = ""
    where: str = ""
    remedy: str = field(default="", compare=False)
    unsure: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """The fault as a screen tells it: whose it is first, where it stands last.

        >>> Problem("plants.csv, line 3, kwp", "-3 is refused", "Barn, power", "plants.csv, line 3").text
        'Barn, power: -3 is refused (plants.csv, line 3)'
        """
        if not self.about:
            return str(self)
        return _("{state}: {text}").format(state=self.about, text=f"{self.message} ({self.where})")

    def __str__(self) -> str:
        text = _("{state}: {text}").format(state=self.path, text=self.message)
        return text if self.path else self.message


class InputError(Exception):
    """An input cannot be used; carries every problem found, so that a person mends them in one go."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Problem, ...]]]:
        """Reduce for pickling: the error is rebuilt from its problems, not from their text."""
        return type(self), (self.problems,)


def refuse(problems: Sequence[Problem]) -> None:
    """Raise an InputError of all the problems found, if there are any."""
    if problems:
        raise InputError(problems)


@dataclass(frozen=True, slots=True)
class Collecting:
    """A block whose InputError adds its problems to a list; what follows the block goes on."""

    problems: list[Problem]

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, fault: object, trace: object) -> bool:
        if isinstance(fault, InputError):
            self.problems.extend(fault.problems)
        return isinstance(fault, InputError)
