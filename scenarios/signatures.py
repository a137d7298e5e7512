"""`signatures.csv`, brought up to date: a line a paper, what somebody filled in left as it stands."""

from collections.abc import Sequence
from pathlib import Path

from acc.arrays import CellValue
from acc.parties import PaperSignature
from scenarios.entry.columns.csv_tables import BOM
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import SIGNATURES, french_word
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import read_source
from scenarios.entry.folder.site_rows import read_signatures
from scenarios.entry.workbook.cells import changed_tables


def follow(folder: Path, wanted: Sequence[PaperSignature]) -> Path:
    """Write the lines that a folder lacks, empty those that are no more; return the file that has them.

    Raises:
        InputError: a folder that cannot be read, or written in.
    """
    source = read_source(folder)
    lines = {line.key: row for row, line in zip(source.signatures, read_signatures(source, []), strict=True)}
    keys = {line.key for line in wanted}
    changes: list[tuple[int, dict[str, CellValue]]] = [
        (row.line, dict.fromkeys(row.cells, "")) for key, row in lines.items() if key not in keys
    ]
    changes += [(0, _cells(line)) for line in wanted if line.key not in lines]
    if changes:
        files = changed_tables(folder, {SIGNATURES: changes}, source.tables)
        if SIGNATURES in files and not (folder / SIGNATURES).exists():
            titles = ";".join(column.header for column in columns(SIGNATURES).values())
            files[SIGNATURES] = f"{BOM}{titles}\n".encode() + files[SIGNATURES].partition(b"\n")[2]
        put(folder, dict(files))
    return folder / (source.book or SIGNATURES)


def _cells(line: PaperSignature) -> dict[str, CellValue]:
    """Return a new line as a person reads it, its days to be filled in."""
    cells: dict[str, CellValue] = {
        "id": line.id,
        "paper": french_word("paper", line.paper),
        "who": line.who or "",
        "operation": "" if line.operation is None else line.operation,
    }
    return cells | dict.fromkeys(("due", "sent", "signed", "note"), "")
