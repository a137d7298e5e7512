"""`parties.csv` and `[pmo]`: who the parties of contracts are, for papers and for no other document."""

import re
from collections.abc import Collection, Iterator, Mapping
from gettext import gettext as _

from acc.parties import Organiser, Party
from acc.problem import Problem
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.names import PARTIES
from scenarios.entry.columns.references import written_ids
from scenarios.entry.columns.row_models import PartyRow, PmoSection
from scenarios.entry.columns.rows import by_name, read_rows, twice_faults
from scenarios.entry.folder.raw import RawFolder

IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
"""What looks like the number of a bank account, its spaces as banks print them."""


def read_parties(source: RawFolder, known: Collection[str], faults: list[Problem]) -> dict[str, Party]:
    """Read the parties, by id; problems go to `faults`.

    Args:
        known: ids of persons, sites and plants, and third parties who own a plant: a line is of one of them.
    """
    written = source.tables[PARTIES]
    rows = read_rows(written, PartyRow, faults)
    faults += twice_faults(rows)
    for row in written:
        name = str(row.cells.get("id", ""))
        if name and name not in known:
            faults.append(Problem(row.path("id"), unknown_word(name, sorted(known))))
        faults += _accounts({row.path(column): value for column, value in row.cells.items()})
    section = source.sections.get("pmo")
    if isinstance(section, Mapping):
        faults += _accounts({source.place("pmo", key): value for key, value in section.items()})
    return {row.id: Party(**by_name(row, Party)) for _row, row in rows}  # type: ignore[arg-type]


def read_organiser(section: PmoSection | None) -> Organiser | None:
    """Build the organiser of the operation, None where the folder has none."""
    return None if section is None else Organiser(**by_name(section, Organiser))  # type: ignore[arg-type]


def holders_in(source: RawFolder) -> set[str]:
    """Return all that a line of `parties.csv` may be of."""
    sites = {name for column in ("id", "person") for name in written_ids(source.participants, column)}
    roofs = {name for column in ("id", "person", "owner") for name in written_ids(source.plants, column)}
    return sites | roofs | {*written_ids(source.persons or ())}


def _accounts(cells: Mapping[str, object]) -> Iterator[Problem]:
    """Yield cells that contain a bank account: it goes on the signed paper, by pen."""
    message = _("a bank account number: empty this cell. It is written by pen on what is signed, in no file")
    for place, value in cells.items():
        if IBAN.search(str(value).upper()):
            yield Problem(place, message)
