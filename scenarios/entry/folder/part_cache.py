"""What keeps what was read of a folder for the next question over it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

MadeT = TypeVar("MadeT")


class PartCache(Protocol):
    """Gives what was made of equal parts, made now where it was not."""

    def __call__(self, name: str, parts: object, make: Callable[[], MadeT], /) -> MadeT:
        """Return the thing of this name and these parts."""


def made_anew(_name: str, _parts: object, make: Callable[[], MadeT], /) -> MadeT:
    """Keep nothing: one question is asked."""
    return make()
