"""Whether a worker elsewhere runs this very program: told by its files, since a version number may lie."""

import platform
from collections.abc import Callable, Mapping
from gettext import gettext as _
from typing import TypeVar

import numpy as np

from acc.problem import InputError, Problem
from acc.version import VERSION
from scenarios.operation.store.store import code_sha256

DoneT = TypeVar("DoneT")


class OtherProgramError(Exception):
    """A worker runs another program than the one that gave it the task."""


def program() -> str:
    """Identity of the program for draws: code, data and rates, Python and numpy."""
    python = ".".join(platform.python_version_tuple()[:2])
    return f"autoconso {VERSION}, Python {python}, numpy {np.__version__}, code {code_sha256()[:12]}"


def refuse_others(answers: Mapping[str, object], where: str) -> None:
    """Refuse workers that run another program: their draws would not be those of the others.

    Args:
        answers: what `program` returned on each worker, or what it raised.

    Raises:
        InputError: all such workers, with what each runs.
    """
    own = program()
    faults = [refused(worker, answer, where) for worker, answer in sorted(answers.items()) if answer != own]
    if faults:
        raise InputError(faults)


def refused(worker: str, answer: object, where: str) -> Problem:
    """Problem of a worker that runs another program."""
    message = _(
        "the worker {worker} runs another program ({told}) than this one ({own}): install the same there"
    )
    what = answer if isinstance(answer, str) else f"{type(answer).__name__}: {answer}"
    return Problem(where, message.format(worker=worker, told=what, own=program()))


def work_as(own: str, work: Callable[[], DoneT]) -> DoneT:
    """Result of a task, where the worker runs the program `own`; a worker may come late.

    Raises:
        OtherProgramError: it runs another.
    """
    if program() != own:
        raise OtherProgramError(program())
    return work()
