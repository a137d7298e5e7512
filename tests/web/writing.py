"""A process that writes the same two cells for ever, for the test that kills it: it loads little."""

from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from scenarios.entry.editing.tables import Typed
from scenarios.entry.editing.write import write_cells


def write_for_ever(folder: Path, line: int, ready: Connection) -> None:
    """Write two cells of a line; say when it begins."""
    ready.send_bytes(b"1")
    for n in range(1_000_000):
        kva = Typed("participants.csv", line, "kva", str(40 + n % 40))
        kwh = Typed("participants.csv", line, "annual_kwh", str(70000 + n))
        write_cells(folder, [kva, kwh], datetime.now())
