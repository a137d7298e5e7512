"""Where a sweep runs: threads over the compiled sums, processes over numpy's, or a dask cluster.

Each is an ordinary `concurrent.futures.Executor`; nothing else in the sweep knows which one it is.

Whether a worker elsewhere runs this very program: told by its files, since a version number may lie.

The dataset of a sweep: tidy Parquet parts, written whole or not at all, checked before they are kept.

Meters that wait on the disk for their turn, one weather year of one variant in memory at a time.
"""

import asyncio
import json
import logging
import multiprocessing
import platform
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from importlib.util import find_spec
from math import isfinite
from pathlib import Path
from shutil import disk_usage
from time import sleep
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from acc.arrays import FloatArray, IntArray
from acc.i18n import decimal
from acc.problem import InputError, Problem, refuse
from acc.scenario import Scenario
from acc.version import VERSION
from profiles.files.atomic_write import write_atomic
from profiles.files.open_file import open_regular
from scenarios.operation.draws.compute import NUMBA, SweepPlan, draws_of, empty_results
from scenarios.operation.draws.results import BY_YEAR, INDICATORS, DrawResults
from scenarios.operation.draws.settings import SPREADS
from scenarios.operation.draws.unknowns import UNSAID
from scenarios.operation.metering.memory import GB, spooled, trimmed
from scenarios.operation.metering.meter import Metered
from scenarios.operation.store.store import MAX_BYTES, code_sha256, sign_in_hidden_file, signed_code

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
    refuse(faults)


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

WORKER_SECONDS = 30
"""How long its workers may take to say which program they run: they read it first."""

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

    def run(
        self, function: Callable[[], str], *, on_error: str, callback_timeout: float
    ) -> Mapping[str, str | BaseException]:
        """Run a function on each worker, within so many seconds; results by address."""

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

    def check(self) -> None:
        """Look whether a worker is left; one that starts again is waited for.

        Raises:
            CancelledError: none is: its tasks would be waited for without end.
        """
        for _look in range(2):
            if self.client.nthreads():
                return
            sleep(CONNECT_SECONDS)
        raise CancelledError(_("it has no worker left"))

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
        InputError: the extra [cluster] is missing, nobody answers at `address`, no worker is there or
            answers, or one runs another program.
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
        answers = client.run(program, on_error="return", callback_timeout=WORKER_SECONDS)
        refuse_others(answers, where)
    except InputError:
        client.close()
        raise
    except TimeoutError:
        client.close()
        message = _("the workers of the cluster do not answer within {seconds} s: start them again")
        raise InputError([Problem(where, message.format(seconds=WORKER_SECONDS))]) from None
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


SPOOLED_BYTES = 1 << 26
"""Arrays of all variants and weather years from which they wait on the disk for their turn (64 MB)."""

WRITTEN = 4
"""What a weather year takes on the disk, in arrays of all meters: as metered, then as draws read them."""


def waits_on_disk(scenarios: Sequence[Scenario], years: int) -> bool:
    """Return whether the arrays of all variants, each under so many years, are too many to be held."""
    return _metered_bytes(scenarios, years) >= SPOOLED_BYTES


def check_disk_fits(scenarios: Sequence[Scenario], years: int, folder: Path) -> None:
    """Refuse a sweep whose arrays would fill the disk of `folder`, before any is made.

    Raises:
        InputError: with what is needed, what is free and the ways on.
    """
    place = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    need, free = WRITTEN * _metered_bytes(scenarios, years), disk_usage(place).free
    again = sum(path.stat().st_size for path in folder.glob("sweep-*/stock/*"))  # of one that was stopped
    if need <= free + again:
        return
    message = _(
        "the curves of all weather years and variants take about {need} GB of disk, {free} GB are free: "
        "fewer years ([sweep] weather_years) or variants, a longer step (step_minutes = 60), or another disk "
        "(--out)"
    )
    sentence = message.format(need=decimal(need / GB, 1), free=decimal(free / GB, 1))
    raise InputError([Problem(str(folder), sentence)])


def _metered_bytes(scenarios: Sequence[Scenario], years: int) -> int:
    values = sum(
        (len(scenario.participants) + len(scenario.plants)) * scenario.steps.count for scenario in scenarios
    )
    return years * values * np.dtype(np.float64).itemsize


def on_disk(metered: Metered, spool: Path) -> Metered:
    """Return meters whose arrays lie on the disk."""
    memmap = partial(spooled, folder=spool)
    stored = replace(
        metered,
        exchange=metered.exchange.with_memmap(memmap),
        unit_kwh=memmap(metered.unit_kwh),
        unshifted=metered.unshifted and metered.unshifted.with_memmap(memmap),
        shifted=None,
    )
    trimmed()
    return stored


Span = tuple[int, int]
"""A range of draws, the end excluded."""

GAIN = "persons_gain_eur_ht"
"""Column of what each person gains, a list in the rows of the operation, in the order that the part tells."""

DIGEST = b"acc.sweep"
DRAWN = b"acc.draws"
PERSONS = b"acc.persons"


class SweepParts:
    """The parts of one sweep, in `folder/results`: one row a draw, variant, key and member.

    The member "" is the whole operation. Columns: draw, variant, key, member, then the indicators, and
    `BY_YEAR` as lists in the rows of the whole operation; null where one has no meaning. `refused` counts
    the parts that were there and that `kept` did not believe.
    """

    def __init__(self, folder: Path, digest: str, plan: SweepPlan) -> None:
        self.folder = folder / "results"
        self.digest = digest
        self.plan = plan
        self.refused = 0

    def path(self, span: Span) -> Path:
        """Path of the part of a range."""
        return self.folder / f"part-{span[0]:07d}.parquet"

    def kept(self, total: int, size: int) -> list[Span]:
        """Return the ranges of the first `total` draws whose parts are there, whole, and of this sweep.

        What a killed sweep left half-written, under a temporary name, is swept away.
        """
        for temporary in self.folder.glob(".*part-*.tmp"):
            temporary.unlink(missing_ok=True)
        ranges = [(first, min(first + size, total)) for first in range(0, total, size)]
        kept = [span for span in ranges if self._is_valid(span)]
        self.refused = sum(self.path(span).exists() for span in ranges) - len(kept)
        return kept

    def write(self, span: Span, results: DrawResults) -> Path:
        """Write the part of a range.

        Raises:
            PartError: the disk is full, or refuses.
        """
        sink = pa.BufferOutputStream()
        pq.write_table(self.table(span, results), sink, compression="zstd")
        body = sink.getvalue().to_pybytes()
        sign_in_hidden_file(write_atomic(self.path(span), body), body)
        return self.path(span)

    def write_draws(self, total: int) -> Path:
        """Write the draws, one row each, as `draws.parquet` with the results."""
        plan = self.plan
        drawn = draws_of(plan, total)
        columns = {
            "draw": np.arange(total),
            "weather": [d.weather for d in drawn],
            **{name: [d.values[name] for d in drawn] for name in SPREADS},
            **{f"unsaid.{name}": [d.unsaid.get(name) for d in drawn] for name in UNSAID},
            **{
                f"output.{plant.id}": [d.output and d.output.ratios([plant])[0] for d in drawn]
                for plant in plan.cases[0].scenario.plants
            },
            "leaver": [d.leaver for d in drawn],
            "off_peak_reform": [d.reformed for d in drawn],
            **{f"load.{name}": [d.load_ratio[name] for d in drawn] for name in plan.members},
            **{f"daytime.{name}": [d.daytime[name] for d in drawn] for name in plan.members},
        }
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table(columns), sink, compression="zstd")
        return write_atomic(self.folder.parent / "draws.parquet", sink.getvalue().to_pybytes())

    def table(self, span: Span, results: DrawResults) -> pa.Table:
        """Return results as tidy rows."""
        values = results.values
        draws, variants, keys, members, _count = values.shape
        labels = {
            "draw": (np.arange(*span, dtype=np.int32), 0),
            "variant": ([case.variant for case in self.plan.cases], 1),
            "key": (list(self.plan.keys), 2),
            "member": (["", *self.plan.members], 3),
        }
        shape = (draws, variants, keys, members)
        # A member who is not in a variant has no row there.
        present = np.isin(np.array(["", *self.plan.members]), "")[None, :] | np.array(
            [[name in case.ids for name in ("", *self.plan.members)] for case in self.plan.cases]
        )
        rows = np.flatnonzero(np.broadcast_to(present[None, :, None, :], shape).ravel())
        columns: dict[str, pa.Array] = {}
        for name, (words, axis) in labels.items():
            index = np.indices(shape, sparse=True)[axis]
            picked = np.broadcast_to(index, shape).ravel()[rows]
            if name == "draw":
                columns[name] = pa.array(np.asarray(words)[picked])
            else:
                columns[name] = pa.DictionaryArray.from_arrays(
                    pa.array(picked.astype(np.int32)), pa.array(words)
                )
        for position, name in enumerate(INDICATORS):
            columns[name] = pa.array(values[..., position].ravel()[rows], from_pandas=True)
        for position, name in enumerate(BY_YEAR):
            columns[name] = _lists(results.by_year[..., position, :], rows, members)
        columns[GAIN] = _lists(results.gain_eur, rows, members)
        texts = {DRAWN: json.dumps(span), PERSONS: json.dumps(self.plan.persons)}
        metadata = {DIGEST: self.digest.encode()} | {name: text.encode() for name, text in texts.items()}
        return pa.table(columns).replace_schema_metadata(metadata)

    def read(self, ranges: Sequence[Span]) -> DrawResults:
        """Return the results of the parts of these ranges, as `sweep_work.work` gives them."""
        parts = [self._kept_part(span) for span in ranges]
        return DrawResults(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.by_year for part in parts]),
            np.concatenate([part.gain_eur for part in parts]),
        )

    def _kept_part(self, span: Span) -> DrawResults:
        with pq.ParquetFile(self.path(span)) as file:  # `read_table` would import all of datasets
            table = file.read()
        plan = self.plan
        results = empty_results(plan, span[1] - span[0])
        places = (
            np.asarray(table["draw"]) - span[0],
            _positions(table["variant"], [case.variant for case in plan.cases]),
            _positions(table["key"], plan.keys),
            _positions(table["member"], ["", *plan.members]),
        )
        for position, name in enumerate(INDICATORS):
            column = table[name].to_numpy(zero_copy_only=False)
            results.values[(*places, np.full(len(column), position))] = column.astype(np.float64)
        of_years = {name: results.by_year[..., n, :] for n, name in enumerate(BY_YEAR)}
        for name, into in (*of_years.items(), (GAIN, results.gain_eur)):
            for draw_, variant, key, cells in zip(*places[:3], table[name].to_pylist(), strict=True):
                if cells is not None:
                    into[draw_, variant, key] = np.array(cells, dtype=np.float64)
        return results

    def _is_valid(self, span: Span) -> bool:
        """Return whether the part of a range can be kept: signed as it is, of this sweep and range."""
        path = self.path(span)
        try:
            with open_regular(path, MAX_BYTES) as raw:
                body = raw.read()
            if signed_code(path, body) is None:  # the code is in the digest of the sweep
                return False
            with pq.ParquetFile(pa.BufferReader(body)) as file:
                metadata = file.schema_arrow.metadata or {}
                known = metadata.get(DIGEST) == self.digest.encode()
                return known and metadata.get(DRAWN) == json.dumps(span).encode()
        except (OSError, pa.ArrowException):
            return False


def _lists(values: FloatArray, rows: IntArray, members: int) -> pa.Array:
    """Return lists in the rows of the operation, null in those of members and where nothing is known."""
    lists = values.reshape(np.prod(values.shape[:-1], dtype=int), values.shape[-1])
    known = np.isfinite(lists)
    cells = [
        [value if isfinite(value) else None for value in lists[row // members].tolist()]
        if row % members == 0 and known[row // members].any()
        else None
        for row in rows.tolist()
    ]
    return pa.array(cells, type=pa.list_(pa.float64()))


def _positions(column: pa.ChunkedArray, words: Iterable[str]) -> IntArray:
    index = {word: position for position, word in enumerate(words)}
    coded = column.dictionary_encode().combine_chunks()  # as the part holds it: each word is looked up once
    places = np.array([index[word] for word in coded.dictionary.to_pylist()], dtype=np.int64)
    positions: IntArray = places[coded.indices.to_numpy()]
    return positions
