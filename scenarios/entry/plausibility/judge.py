"""All that is unlikely in a folder, in the order of its files: figures alone, then all of it together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from gettext import gettext as _

from pydantic import BaseModel

from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.row_models import OperationSection, ParticipantRow, PlantRow
from scenarios.entry.plausibility.cell_rules import period_oddities, row_oddities, section_oddities
from scenarios.entry.plausibility.of_members import same_person
from scenarios.entry.plausibility.of_rows import odd_local_price, odd_rows
from scenarios.entry.plausibility.rules import FolderToCheck
from scenarios.entry.plausibility.values import FolderPlaces, ImplausibleValue


def oddities(
    source: FolderPlaces,
    operation: OperationSection,
    sections: Mapping[str, BaseModel | None],
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    of_tables: Iterable[ImplausibleValue] | None = None,
) -> Iterator[ImplausibleValue]:
    """Yield implausible values of a folder, except in curves, which need a reading.

    Args:
        of_tables: `table_oddities`, where they are known.
    """
    yield from period_oddities(source, operation)
    for name in ("prices", "finance"):
        yield from section_oddities(source, name, sections.get(name))
    yield from table_oddities(source, participants, plants) if of_tables is None else of_tables
    yield from odd_local_price(FolderToCheck.of(source, participants, plants, sections.get("prices")))
    if not plants:
        message = _("no plant: nothing can be shared. Write one line for each, with its `id` and `kwp`")
        yield ImplausibleValue("plants", source.table(PLANTS), 0, message)


def table_oddities(
    source: FolderPlaces,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    of_participants: Iterable[ImplausibleValue] | None = None,
) -> Iterator[ImplausibleValue]:
    """Yield implausible values in the tables of a folder, independent of settings.

    Args:
        of_participants: `participant_oddities`, where they are known.
    """
    yield from row_oddities(source, participants, plants, of_participants)
    folder = FolderToCheck.of(source, participants, plants, None)
    yield from odd_rows(folder)
    yield from same_person(folder)
