"""What is unlikely in a folder as a whole: its tables, each remedy tried on them, and its settings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from typing import TypeVar, cast

from pydantic import BaseModel

from acc.i18n import decimal
from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PLANTS
from scenarios.entry.columns.row_models import ROWS, OperationSection, ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.places.geography import communes_named, km_between
from scenarios.entry.plausibility.cell_rules import (
    MOST_DAYS_APART,
    participant_oddities,
    period_oddities,
    row_oddities,
    section_doubts,
    setting_oddity,
)
from scenarios.entry.plausibility.of_copies import odd_loads, odd_weights
from scenarios.entry.plausibility.of_pairs import OF_A_SITE, middle_of, odd_days, odd_pairs, years_from
from scenarios.entry.plausibility.of_rows import odd_rows, same_person
from scenarios.entry.plausibility.remedies import most_tried, typed_cells, with_proven, with_titles
from scenarios.entry.plausibility.rules import FolderPlaces, FolderToCheck, ImplausibleValue, Remedy, rules

RowT = TypeVar("RowT", bound=BaseModel)
PlacesT = TypeVar("PlacesT", bound=FolderPlaces)


def table_oddities(
    source: PlacesT,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    of_participants: Iterable[ImplausibleValue] | None = None,
    is_read: Callable[[PlacesT, Row], bool] = lambda _changed, _row: True,
    *,
    in_words: bool = True,
) -> Iterator[ImplausibleValue]:
    """Yield implausible values in the tables of a folder, independent of settings.

    Args:
        of_participants: `participant_oddities`, where they are known.
        is_read: whether a folder has no fault that it had not before a row was changed, and none in it.
        in_words: for sentences alone, see `with_proven`.
    """
    of_rows = list(participant_oddities(participants) if of_participants is None else of_participants)

    def tried(doubt: ImplausibleValue, remedy: Remedy) -> set[str] | None:
        file, faults = f"{doubt.table}.csv", list[Problem]()
        if doubt.row is None:
            return None
        row = replace(doubt.row, cells={**doubt.row.cells, **typed_cells(doubt, remedy, in_titles=False)})
        read = read_rows([row], ROWS[file], faults)
        rows = tuple(row if old is doubt.row else old for old in source.tables[file])
        changed: PlacesT = replace(source, **{doubt.table: rows})  # type: ignore[type-var]
        if faults or not is_read(changed, row):
            return None
        sites, roofs = _with_row(participants, doubt.row, read), _with_row(plants, doubt.row, read)
        others = [odd for odd in of_rows if odd.row is not doubt.row]
        own = participant_oddities(site for site in sites if site[0] is row)
        left = list(table_doubts(changed, sites, roofs, [*others, *own]))
        # Another figure of the row that stays odd may say that this one is of another cell.
        is_figure = any(columns(file)[name].is_figure for name in remedy.cells)
        is_alone = not any(
            is_figure and odd.row is row and columns(file)[odd.column].is_figure for odd in left
        )
        return {odd.path for odd in left} if is_alone else None

    doubts = list(table_doubts(source, participants, plants, of_rows))
    yield from with_proven(doubts, tried, most=most_tried(source.tables), in_words=in_words)


def _with_row(
    rows: Sequence[tuple[Row, RowT]], row: Row, read: Sequence[tuple[Row, BaseModel]]
) -> list[tuple[Row, RowT]]:
    """Return the rows of a table, one as it is read anew; themselves where it is of another table."""
    return [cast("tuple[Row, RowT]", read[0]) if old is row else (old, site) for old, site in rows]


def table_doubts(
    source: FolderPlaces,
    participants: Sequence[tuple[Row, ParticipantRow]],
    plants: Sequence[tuple[Row, PlantRow]],
    of_participants: Iterable[ImplausibleValue] | None = None,
) -> Iterator[ImplausibleValue]:
    """Implausible values in the tables of a folder, their remedies not tried yet."""
    folder = FolderToCheck.of(source, participants, plants, None)
    of_rows = row_oddities(source, participants, plants, of_participants)
    doubts = [*of_rows, *odd_rows(folder), *same_person(folder)]
    cells = {doubt.place for doubt in doubts}
    for doubt in odd_pairs(folder):  # of two cells, the first rule that applies to one of them
        over = rules()[doubt.rule].over
        if doubt.row and cells.isdisjoint({doubt.place, doubt.row.path(over) if over else doubt.place}):
            file, column, _known = OF_A_SITE.get(over, ("", "", None))
            if any(odd.path == f"{file[:-4]}.{doubt.row.cells.get('id')}.{column}" for odd in doubts):
                continue  # what it is compared with is odd by itself
            cells.add(doubt.place)
            doubts.append(doubt)
    return with_titles(doubts, source.tables)


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
        of_tables: `table_oddities`, with the remedies that were tried.
    """
    yield from period_oddities(source, operation)
    for name in ("prices", "finance", "battery"):
        yield from section_doubts(source, name, sections.get(name), participants, plants)
    yield from odd_loads(source)
    yield from odd_weights(source)
    yield from table_oddities(source, participants, plants) if of_tables is None else of_tables
    folder = FolderToCheck.of(source, participants, plants, None)
    days = list(odd_days(folder, operation.start))
    yield from days if len(days) < MOST_DAYS_APART else [_of_start(source, operation, days)]
    yield from _of_place(source, operation, folder)
    yield from _of_pmo(source, operation, sections.get("pmo"))
    if not source.tables[PLANTS]:
        message = _("no plant: nothing can be shared. Write one line for each, with its `id` and `kwp`")
        yield ImplausibleValue("plants", source.table(PLANTS), 0, message)


def _of_start(
    source: FolderPlaces, operation: OperationSection, days: Sequence[ImplausibleValue]
) -> ImplausibleValue:
    """The first day, far from the days of many cells: one cause."""
    message = _("{start}, and {count} days of the tables are far from it: is the year right?")
    text = message.format(start=operation.start, count=len(days))
    return setting_oddity(source, "operation.start", operation.start, text)


def _of_place(
    source: FolderPlaces, operation: OperationSection, folder: FolderToCheck
) -> Iterator[ImplausibleValue]:
    """Yield the place of the operation, where it is a commune far from its sites."""
    middle, name = middle_of(folder), (operation.place or "").partition("(")[0]
    named = communes_named(name) if middle and name else ()
    km = min((km_between(middle, place) for place in named), default=0.0) if middle else 0.0
    if not rules()["far_place"].is_usual(km):
        message = _("{place}, {km} km from the sites: is it the right place?")
        text = message.format(place=operation.place, km=decimal(km, 0))
        yield setting_oddity(source, "operation.place", operation.place, text)


def _of_pmo(
    source: FolderPlaces, operation: OperationSection, pmo: BaseModel | None
) -> Iterator[ImplausibleValue]:
    day = getattr(pmo, "decided_on", None)
    if day and not rules()["pmo_day"].is_usual(years_from(day, operation.start)):
        message = _("{day}, for a study that begins on {start}: is the year right?")
        text = message.format(day=day, start=operation.start)
        yield setting_oddity(source, "pmo.decided_on", day, text)
