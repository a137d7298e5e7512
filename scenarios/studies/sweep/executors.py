"""Where a sweep runs: threads over the compiled sums, processes over numpy's, or a dask cluster.

Each is an ordinary `concurrent.futures.Executor`; nothing else in the sweep knows which one it is.

Whether a worker elsewhere runs this very program: told by its files, since a version number may lie.
"""

import asyncio
import logging
import multiprocessing
import platform
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from gettext import gettext as _
from importlib.util import find_spec
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np

from acc.problem import InputError, Problem
from acc.version import VERSION
from scenarios.operation.draws.worker import NUMBA
from scenarios.operation.store.digests import code_sha256

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


CONNECT_SECONDS = 3
"""How long a cluster may take to answer."""

MakeExecutor = Callable[[], Executor]


def local_executor(engine: str, workers: int) -> MakeExecutor:
    """Build this machine's executor: compiled sums release the interpreter, numpy's do not.

    Processes are started afresh (spawn): a fork of a process with threads may hang.
    """
    if engine == NUMBA or workers == 1:
        return partial(ThreadPoolExecutor, workers)
    return partial(ProcessPoolExecutor, workers, mp_context=multiprocessing.get_context("spawn"))


class Client(Protocol):
    """What is asked of dask's client, an extra that brings no types."""

    def nthreads(self) -> Mapping[str, int]:
        """Number of tasks of each worker at once."""

    def run(self, function: Callable[[], str], *, on_error: str) -> Mapping[str, object]:
        """Run a function on each worker; results by address."""

    def get_executor(self) -> Executor:
        """Open the executor of tasks on the workers of the cluster."""

    def close(self) -> None:
        """Leave the cluster."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A dask cluster that answers.

    Attributes:
        workers: how many tasks it runs at once.
        where: the option that named it.
    """

    client: Client
    workers: int
    where: str = "--cluster"

    def make(self) -> Executor:
        """Return an executor on it; tasks of a worker that dies go to the others."""
        return self.client.get_executor()

    def close(self) -> None:
        """Leave the cluster as it was."""
        self.client.close()

    @contextmanager
    def lost(self) -> Iterator[None]:
        """Say in words that the cluster went away: a scheduler that is killed cancels every task.

        Raises:
            InputError: it went away, or a task killed each worker that took it.
        """
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra: only with --cluster

        try:
            yield
        except (CancelledError, OSError, KilledWorker) as fault:
            message = _(
                "the cluster was lost ({fault}); what came back is kept: start it again, or leave the option "
                "out, and run again to go on"
            )
            filled = message.format(fault=str(fault) or type(fault).__name__)
            raise InputError([Problem(self.where, filled)]) from None


def cluster_executor(address: str) -> Cluster:
    """Return the dask cluster at `address`.

    Its workers must see the same folder, at the same path, and have the program installed.

    Raises:
        InputError: the extra [cluster] is missing, nobody answers at `address`, no worker is there, or one
            runs another program.
    """
    where = f"--cluster {address}"
    if find_spec("distributed") is None:
        message = _("a cluster needs the extra: pip install autoconso[cluster]")
        raise InputError([Problem(where, message)])
    client = _connected(address, where)
    threads = sum(client.nthreads().values())
    if not threads:
        client.close()
        raise InputError([Problem(where, _("the scheduler answers, but it has no worker: start one"))])
    try:
        refuse_others(client.run(program, on_error="return"), where)
    except InputError:
        client.close()
        raise
    return Cluster(client, threads, where)


def _connected(address: str, where: str) -> Client:
    """Return a client; the scheduler is greeted first, since a client that finds none is slow to give up."""
    from distributed import Client as DaskClient  # noqa: PLC0415 - 0.5 s, and an extra: only with --cluster

    # It prints tracebacks of its own when a scheduler goes away; `Cluster.lost` says it.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    try:
        socket.create_connection(_host_and_port(address), CONNECT_SECONDS).close()
        asyncio.run(_greeted(address))
        client: Client = DaskClient(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except MemoryError:  # it reads the length of a message where there is none
        fault = _("another kind of server is there")
    except (OSError, ValueError) as error:
        fault = str(error) or type(error).__name__
    else:
        return client
    message = _("no cluster answers within {seconds} s ({fault}): check the address and the scheduler")
    raise InputError([Problem(where, message.format(seconds=CONNECT_SECONDS, fault=fault))])


async def _greeted(address: str) -> None:
    """Shake hands with a scheduler and leave.

    Raises:
        OSError: nobody is there, or says nothing in time.
        MemoryError: another kind of server answers.
    """
    from distributed.comm import connect  # noqa: PLC0415 - an extra: only with --cluster

    async with asyncio.timeout(CONNECT_SECONDS):
        comm = await connect(address, timeout=CONNECT_SECONDS)
    await comm.close()


def _host_and_port(address: str) -> tuple[str, int]:
    """Host and port of `tcp://host:port`.

    Raises:
        ValueError: another form of address.

    >>> _host_and_port("tcp://127.0.0.1:8786")
    ('127.0.0.1', 8786)
    """
    parts = urlsplit(address)
    if parts.scheme not in {"tcp", "tls"} or parts.hostname is None or parts.port is None:
        raise ValueError(_("tcp://host:port is expected"))
    return parts.hostname, parts.port
