"""Files of the whole country, read by blocks: Parquet, a CSV in an archive, compressed, or too large to hold.

SIRENE is published as Parquet or as a CSV in a zip, the national address base as a compressed CSV. Only rows
of the communes of a territory are kept, then of its establishments; the first line of a CSV is its titles.
"""

import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from gettext import gettext as _
from gzip import BadGzipFile, GzipFile
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

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

MOST_MEMBERS = 100
BLOCK_BYTES, BLOCK_ROWS = 8_000_000, 65_536

FAULTS = zipfile.BadZipFile, BadGzipFile, zlib.error, EOFError, RuntimeError, UnicodeError, ValueError
"""What a damaged or locked file raises; pyarrow's own faults are ValueError and RuntimeError."""

Blocks = Callable[[list[str]], Iterator["pa.RecordBatch"]]
"""What yields the blocks of some columns."""


@dataclass(frozen=True, slots=True, eq=False)
class LargeTable:
    """A table of a large file.

    Attributes:
        name: what faults call it.
        heads: its titles.
        blocks: what yields its blocks.
        first_line: number of the first one below its titles.
    """

    path: Path
    name: str
    kind: FileKind
    heads: Sequence[str]
    blocks: Blocks
    first_line: int


def large_files(folder: Path) -> frozenset[str]:
    """Return the names of the files of a folder that are read by blocks."""
    return frozenset(path.name for path in folder.iterdir() if path.is_file() and _is_large(path))


def _is_large(path: Path) -> bool:
    suffix = path.suffix.lower()
    too_large = suffix in CSV and path.stat().st_size > MOST_BYTES
    return not path.name.startswith(HIDDEN) and (suffix in {PARQUET, ZIP, GZIP} or too_large)


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
        found = list[LargeTable]()
        for name in sorted(large_files(folder)):
            with Collecting(problems):
                found += _tables_in(folder / name, f"{prefix}{name}", opened)
        order = list(TITLES)
        for table in sorted(found, key=lambda table: order.index(table.kind.id)):
            with Collecting(problems):
                read.setdefault(table.kind.id, []).append(_read(table, read, codes))
    refuse(problems)
    return read


def _tables_in(path: Path, name: str, opened: ExitStack) -> Iterator[LargeTable]:
    """Yield the tables of a file that are of a kind.

    Raises:
        InputError: see `with_large_files`.
    """
    try:
        file = opened.enter_context(open_regular(path))
        suffix = path.suffix.lower()
        if suffix == PARQUET:
            tables = [_parquet(path, name, file)]
        elif suffix == ZIP:
            tables = list(_members(path, name, opened.enter_context(zipfile.ZipFile(file))))
        else:
            tables = [_csv(path, name, lambda: _unpacked(file, suffix))]
    except FAULTS:
        raise _damaged(name) from None
    except OSError as fault:
        raise InputError([Problem(name, unreadable(path, fault))]) from fault
    yield from filter(None, tables)


def _damaged(name: str) -> InputError:
    return InputError([Problem(name, _("cannot be unpacked: download it again, without a password"))])


def _parquet(path: Path, name: str, file: BufferedReader) -> LargeTable | None:
    import pyarrow.parquet as pq  # noqa: PLC0415 - 0.1 s that only such a file needs

    source = pq.ParquetFile(file)
    heads = list(source.schema_arrow.names)
    kind = sure_kind(heads, name)
    if kind is None:
        return None

    def blocks(wanted: list[str]) -> Iterator["pa.RecordBatch"]:
        yield from source.iter_batches(BLOCK_ROWS, columns=wanted)

    return LargeTable(path, name, kind, heads, blocks, 1)


def _members(path: Path, name: str, archive: zipfile.ZipFile) -> Iterator[LargeTable | None]:
    texts = [member for member in archive.infolist() if member.filename.lower().endswith(CSV)]
    if not texts or len(texts) > MOST_MEMBERS:
        inside = ", ".join(archive.namelist()[:3])
        message = _("{count} CSV inside ({names}): unpack here the files that are to be read")
        raise InputError([Problem(name, message.format(count=len(texts), names=inside))])
    for member in texts:
        title = f"{name}, {Path(member.filename).name}"
        yield _csv(path, title, lambda member=member: archive.open(member))  # type: ignore[misc]


def _unpacked(file: BufferedReader, suffix: str) -> IO[bytes]:
    file.seek(0)
    return cast(IO[bytes], GzipFile(fileobj=file)) if suffix == GZIP else file


def _csv(path: Path, name: str, unpacked: Callable[[], IO[bytes]]) -> LargeTable | None:
    """Return a CSV whose first line is its titles; None where they are of no kind."""
    start = unpacked().read(BLOCK_BYTES)
    text, encoding = decode(start), "utf-8"
    try:
        start.decode(encoding)
    except UnicodeDecodeError as fault:
        # A letter of several bytes may be cut by the end of the block.
        encoding = encoding if fault.start > len(start) - 4 else "cp1252"
    top = (text or "").lstrip("\ufeff").partition("\n")[0].rstrip("\r")
    heads = next(rows_of(name, [top], separator_of(top)), [])
    kind = sure_kind(heads, name)

    def blocks(wanted: list[str]) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa  # noqa: PLC0415 - as above
        from pyarrow import csv  # noqa: PLC0415 - as above

        yield from csv.open_csv(
            unpacked(),
            csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES, encoding=encoding),
            csv.ParseOptions(delimiter=separator_of(top), newlines_in_values=True),
            csv.ConvertOptions(column_types=dict.fromkeys(heads, pa.string()), include_columns=wanted),
        )

    return None if kind is None else LargeTable(path, name, kind, heads, blocks, 2)


def _read(table: LargeTable, read: Tables, codes: Collection[str]) -> OpenTable:
    """Return the rows of a table that are of the territory.

    Raises:
        InputError: see `with_large_files`.
    """
    heads_by_column = {column: head for head, column in table.kind.columns(table.heads).items()}
    column, values = _kept(heads_by_column, table.kind.id, read, codes)
    seen = [0]
    lines = _lines(table, list(heads_by_column.values()), heads_by_column.get(column), values, seen)
    try:
        own = table_of(table.kind, (table.path, table.name), {head: head for head in table.heads}, lines)
    except FAULTS:
        raise _damaged(table.name) from None
    return replace(own, looked_at=seen[0])


def _kept(
    columns: Collection[str], kind: str, read: Tables, codes: Collection[str]
) -> tuple[str, frozenset[str]]:
    """Return the column by which rows are kept, and its values; an empty one where all are."""
    commune = COMMUNE_OF.get(kind, "commune")
    if codes and commune in columns:
        return commune, frozenset(codes)
    sirets = [text_in(row, "siret") for some in read.get("establishment", ()) for row in some.rows]
    if sirets and kind == "position":
        return "siret", frozenset(sirets)
    if sirets and kind == "unit":
        return "siren", frozenset(siret[:9] for siret in sirets)
    return "", frozenset()


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
        at = range(block.num_rows)
        if by is not None:
            is_kept = pc.is_in(pc.utf8_lpad(texts[by], 5, "0"), among)
            at = pc.indices_nonzero(is_kept)
            texts, at = {head: column.take(at) for head, column in texts.items()}, at.to_pylist()
        kept, unpacked_bytes = kept + len(at), unpacked_bytes + block.nbytes
        if kept > MOST_ROWS or unpacked_bytes > MOST_UNPACKED_BYTES:
            message = _("over {count} lines: name the communes in [territory], communes = [“24037”]")
            raise InputError([Problem(table.name, message.format(count=grouped(MOST_ROWS)))])
        cells = {head: column.fill_null("").to_pylist() for head, column in texts.items()}
        for place, row in enumerate(at):
            yield seen[0] + row + table.first_line, {head: column[place] for head, column in cells.items()}
        seen[0] += block.num_rows
