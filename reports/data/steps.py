"""The tidy table of steps that a run keeps: what each site needs and receives, kWh, one row a step."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from acc.result.result import Result

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 1 << 18
"""Rows of the table of steps made and written together (some 10 MB)."""


def write_steps(result: Result, file: BinaryIO) -> None:
    """Write the tidy table of steps, a stretch of the period at a time: one row a step and participant."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - 0.1 s that only this file needs

    count, members = result.exchange.consumption_kwh.shape
    height = max(1, GROUP_ROWS // max(1, members))
    first = steps_table(result, slice(0, min(height, count)))
    # Words for what repeats only: looking for repeated kWh takes longer than all the rest.
    words = ["time", "participant"]
    with pq.ParquetWriter(file, first.schema, compression="snappy", use_dictionary=words) as writer:
        writer.write_table(first)
        for start in range(height, count, height):
            writer.write_table(steps_table(result, slice(start, min(start + height, count))))


def steps_table(result: Result, rows: slice) -> "pa.Table":
    """Return the tidy table of some steps: one row a step and participant, kWh."""
    import pyarrow as pa  # noqa: PLC0415 - 0.1 s that only this table needs

    need, received = result.exchange.consumption_kwh[rows], result.allocation.received_kwh[rows]
    count, members = need.shape
    position = np.tile(np.arange(members, dtype=np.int16), count)
    steps = result.exchange.steps.part(rows.start, rows.stop)
    starts = np.repeat(steps.starts_utc, members).astype("datetime64[s]").view(np.int64)
    given = {
        "time": _column(pa.timestamp("s", tz="UTC"), starts),
        "participant": pa.DictionaryArray.from_arrays(
            _column(pa.int16(), position), _words([p.id for p in result.scenario.participants])
        ),
        "consumption_kwh": _column(pa.float64(), need.ravel()),
        "received_kwh": _column(pa.float64(), received.ravel()),
        "complement_kwh": _column(pa.float64(), np.maximum(need - received, 0.0).ravel()),
    }
    return pa.table(given)


def _column(kind: "pa.DataType", values: NDArray[np.generic]) -> "pa.Array":
    """Return an array of what memory holds; `pa.array` would import pandas, 0.4 s, to ask whose it is."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _words(words: Sequence[str]) -> "pa.StringArray":
    """Return an array of texts, without pandas; see `_column`."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    texts = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))
