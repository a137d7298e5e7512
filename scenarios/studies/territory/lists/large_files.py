"""Files of the whole country, read by blocks: Parquet, a CSV in an archive, compressed, or too large to hold.

SIRENE is published as Parquet or as a CSV in a zip, the national address base as a compressed CSV. Only rows
of the communes of a territory are kept, then of its establishments; the first line of a CSV is its titles.
"""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import IO, TYPE_CHECKING

from acc.i18n import grouped
from acc.problem import Collecting, InputError, Problem, refuse
from profiles.files.open_file import open_regular, unreadable
from profiles.text.delimited import decode, rows_of, separator_of
from scenarios.studies.territory.lists.kinds import (
    HIDDEN,
    TITLES,
    FileKind,
    OpenTable,
    Tables,
    sure_kind,
    table_of,
    text_in,
)
from scenarios.studies.territory.lists.part_of_france import COMMUNE_OF
from scenarios.studies.territory.lists.roof_layers import MOST_BYTES

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET, ZIP, GZIP, CSV = ".parquet", ".zip", ".gz", (".csv", ".txt")

MOST_ROWS = 300_000
"""Rows of a file that are kept: some 300 MB."""

MOST_UNPACKED_BYTES = 20_000_000_000
"""Of an archive: the establishments of France take nine."""

BLOCK_BYTES, BLOCK_ROWS = 8_000_000, 65_536

FAULTS = zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError
"""What a damaged or locked file raises; pyarrow's own faults are of the last three."""


@dataclass(frozen=True, slots=True, eq=False)
class LargeTable:
    """A table of a large file.

    Attributes:
        name: what faults call it.
        heads: its titles.
        blocks: yields its blocks, of some columns.
        first_line: number of the first one below its titles.
    """

    path: Path
    name: str
    heads: Sequence[str]
    blocks: Callable[[list[str]], Iterator["pa.RecordBatch"]]
    first_line: int


def large_files(folder: Path) -> frozenset[str]:
    """Return the names of the files of a folder that are read by blocks."""
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.startswith(HIDDEN))
    return frozenset(path.name for path in files if _is_large(path.suffix.lower(), path.stat().st_size))


def _is_large(suffix: str, size_bytes: int) -> bool:
    return suffix in {PARQUET, ZIP, GZIP} or (suffix in CSV and size_bytes > MOST_BYTES)


def with_large_files(tables: Tables, folder: Path, prefix: str, codes: Collection[str]) -> Tables:
    """Return the tables of a folder with those of its large files.

    Args:
        prefix: before the name of a file in what is said.
        codes: communes of the territory, of which rows are kept; all rows where none is named.

    Raises:
        InputError: a file that is damaged, locked, unpacks without end, or keeps too many rows.
    """
    problems, read = list[Problem](), {kind: list(some) for kind, some in tables.items()}
    with ExitStack() as opened:
        large = list[tuple[FileKind, LargeTable]]()
        for name in sorted(large_files(folder)):
            with Collecting(problems), _unpacking(f"{prefix}{name}", folder / name):
                for table in _tables_in(folder / name, f"{prefix}{name}", opened):
                    kind = sure_kind(table.heads, table.name)
                    large += [(kind, table)] if kind else []
        order = list(TITLES)
        for kind, table in sorted(large, key=lambda pair: order.index(pair[0].id)):
            with Collecting(problems), _unpacking(table.name, table.path):
                read.setdefault(kind.id, []).append(_read(kind, table, read, codes))
    refuse(problems)
    return read


@contextmanager
def _unpacking(name: str, path: Path) -> Iterator[None]:
    """Refuse what cannot be read or unpacked, by its name."""
    try:
        yield
    except (*FAULTS, OSError) as fault:
        reason = _("cannot be unpacked: download it again, without a password")
        if isinstance(fault, OSError) and fault.errno:
            reason = unreadable(path, fault)
        raise InputError([Problem(name, reason)]) from fault


def _tables_in(path: Path, name: str, opened: ExitStack) -> Iterator[LargeTable]:
    """Yield the tables of a file.

    Raises:
        InputError: an archive without a CSV.
    """
    import pyarrow as pa  # noqa: PLC0415 - 0.1 s that only such a file needs
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    file, suffix = opened.enter_context(open_regular(path)), path.suffix.lower()
    if suffix == PARQUET:
        parquet = pq.ParquetFile(file)
        heads = parquet.schema_arrow.names
        yield LargeTable(
            path, name, heads, lambda wanted: parquet.iter_batches(BLOCK_ROWS, columns=wanted), 1
        )
    elif suffix != ZIP:
        yield _csv(path, name, lambda: pa.input_stream(path))
    else:
        archive = opened.enter_context(zipfile.ZipFile(file))
        texts = [member for member in archive.infolist() if member.filename.lower().endswith(CSV)]
        if not texts:
            message = _("no CSV inside ({names}): unpack here the files that are to be read")
            raise InputError([Problem(name, message.format(names=", ".join(archive.namelist()[:3])))])
        for member in texts:
            title = f"{name}, {Path(member.filename).name}"
            yield _csv(path, title, partial(archive.open, member))


def _csv(path: Path, name: str, unpacked: Callable[[], IO[bytes]]) -> LargeTable:
    """Return a CSV whose first line is its titles: UTF-8, else Windows-1252, as its first block tells."""
    start = unpacked().read(BLOCK_BYTES)
    top = (decode(start) or "").lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    heads = next(rows_of(name, [top], separator_of(top)), [])

    def blocks(wanted: list[str]) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa  # noqa: PLC0415 - as above
        from pyarrow import csv  # noqa: PLC0415 - as above

        yield from csv.open_csv(
            unpacked(),
            csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, encoding=_encoding(start)),
            csv.ParseOptions(delimiter=separator_of(top), newlines_in_values=True),
            csv.ConvertOptions(column_types=dict.fromkeys(heads, pa.string()), include_columns=wanted),
        )

    return LargeTable(path, name, heads, blocks, 2)


def _encoding(start: bytes) -> str:
    try:
        start.decode()
    except UnicodeDecodeError as fault:
        # A letter of several bytes may be cut by the end of the block.
        return "utf-8" if fault.start > len(start) - 4 else "cp1252"
    return "utf-8"


def _read(kind: FileKind, table: LargeTable, read: Tables, codes: Collection[str]) -> OpenTable:
    """Return the rows of a table that are of the territory.

    Raises:
        InputError: see `with_large_files`.
    """
    heads_by_column = {column: head for head, column in kind.columns(table.heads).items()}
    column, values = _kept(heads_by_column, kind.id, read, codes)
    seen = [0]
    lines = _lines(table, list(heads_by_column.values()), heads_by_column.get(column), values, seen)
    own = table_of(kind, (table.path, table.name), {head: head for head in table.heads}, lines)
    return replace(own, looked_at=seen[0])


def _kept(
    columns: Collection[str], kind: str, read: Tables, codes: Collection[str]
) -> tuple[str, frozenset[str]]:
    """Return the column by which rows are kept, and its values; an empty one where all are."""
    commune = COMMUNE_OF.get(kind, "commune")
    if codes and commune in columns:
        return commune, frozenset(codes)
    sirets = [text_in(row, "siret") for some in read.get("establishment", ()) for row in some.rows]
    key, digits = {"position": ("siret", 14), "unit": ("siren", 9)}.get(kind, ("", 0))
    return (key, frozenset(siret[:digits] for siret in sirets)) if sirets else ("", frozenset())


def _lines(
    table: LargeTable, wanted: list[str], by: str | None, values: Collection[str], seen: list[int]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the lines that are kept, with their numbers.

    Args:
        by: title of the column whose cells are among `values`; None to keep all lines.
        seen: one number, which grows by the lines looked at.
    """
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.compute as pc  # noqa: PLC0415 - as above

    among, unpacked_bytes, kept = pa.array(sorted(values), pa.string()), 0, 0
    for block in table.blocks(wanted):
        texts = {head: block.column(head).cast(pa.string()) for head in wanted}
        at = list(range(block.num_rows))
        if by is not None:
            places = pc.indices_nonzero(pc.is_in(pc.utf8_lpad(texts[by], 5, "0"), among))
            texts, at = {head: column.take(places) for head, column in texts.items()}, places.to_pylist()
        kept, unpacked_bytes = kept + len(at), unpacked_bytes + block.nbytes
        if kept > MOST_ROWS or unpacked_bytes > MOST_UNPACKED_BYTES:
            message = _("over {count} lines: name the communes in [territory], communes = [“24037”]")
            raise InputError([Problem(table.name, message.format(count=grouped(MOST_ROWS)))])
        cells = [column.fill_null("").to_pylist() for column in texts.values()]
        for row, *own in zip(at, *cells, strict=True):
            yield seen[0] + row + table.first_line, dict(zip(wanted, own, strict=True))
        seen[0] += block.num_rows
