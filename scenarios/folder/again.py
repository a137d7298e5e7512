"""What was made of a folder kept for the next question: who keeps it stands elsewhere."""

from collections.abc import Callable
from typing import Protocol, TypeVar

MadeT = TypeVar("MadeT")


class Again(Protocol):
    """Gives what was made of equal parts, of one kind, or makes it now."""

    def __call__(self, kind: str, parts: object, make: Callable[[], MadeT], /) -> MadeT:
        """Return it."""
        ...


def anew(_kind: str, _parts: object, make: Callable[[], MadeT], /) -> MadeT:
    """Return what is made now, each time."""
    return make()
