"""What takes seconds, made on demand: how far it is, stopped at its next step by whoever asks."""

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

MadeT = TypeVar("MadeT")


class StoppedError(Exception):
    """A person asked the calculation to stop."""


class Stoppable:
    """One calculation at a time: the others wait for it.

    Attributes:
        far: how far it is, in words.
    """

    def __init__(self) -> None:
        self.far, self._stops = "", False
        self._one = Lock()

    def run(self, make: Callable[[Callable[[str], None]], MadeT]) -> MadeT:
        """Run a stoppable task, with its progress.

        Raises:
            StoppedError: a stop was requested.
        """
        with self._one:
            self.far, self._stops = "", False
            return make(self._tell)

    def stop(self) -> None:
        """Stop the work in progress, at its next step."""
        self._stops = True

    def _tell(self, text: str) -> None:
        if self._stops:
            raise StoppedError
        self.far = text
