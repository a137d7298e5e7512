"""Remedies of cells that are refused: each is typed in the folder, in memory, before it is proposed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from acc.problem import Problem
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import PARTICIPANTS, PLANTS
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.plausibility.of_folder import PlacesT, table_doubts
from scenarios.entry.plausibility.remedies import lying_titles, most_tried
from scenarios.entry.plausibility.rules import FolderPlaces


def with_proven_remedies(
    source: PlacesT, faults: Sequence[Problem], find: Callable[[PlacesT], Collection[str]]
) -> list[Problem]:
    """Return the faults, those whose remedy would make another fault, or an unlikely value, without it.

    Those of a column whose title says another unit than its figures have are one.

    Args:
        find: places of the faults of a folder.
    """
    faults = _with_titles(source, faults)
    known = {fault.path for fault in faults}
    proposed = {fault.path for fault in faults if fault.remedy}
    cells = {
        row.path(column): (file, row, column)
        for file, rows in source.tables.items()
        for row in rows
        for column in columns(file)
        if proposed and row.path(column) in proposed
    }
    proven, count, most = [], 0, most_tried(source.tables)
    for fault in faults:
        cell = cells.get(fault.path)
        count += fault.path in proposed
        is_sure = cell is None or (
            count <= most and _is_sure(source, cell, fault.remedy, known - {fault.path}, find)
        )
        unsure = replace(fault, message=fault.unsure or fault.message, remedy="")
        proven.append(fault if is_sure or not fault.remedy else unsure)
    return proven


def _with_titles(source: FolderPlaces, faults: Sequence[Problem]) -> list[Problem]:
    blamed = {fault.path for fault in faults}
    titles: dict[str, Problem] = {}
    for file, rows in source.tables.items():
        at_fault = {row.path(name): name for row in rows for name in row.cells if row.path(name) in blamed}
        lying = lying_titles(file, rows, set(at_fault.values())) if at_fault else {}
        titles |= {path: lying[name] for path, name in at_fault.items() if name in lying}
    return list(dict.fromkeys(titles.get(fault.path, fault) for fault in faults))


def _is_sure(
    source: PlacesT,
    cell: tuple[str, Row, str],
    text: str,
    others: Collection[str],
    find: Callable[[PlacesT], Collection[str]],
) -> bool:
    """Return whether a folder with a text in a cell has no fault but `others`, and that cell is usual."""
    file, row, column = cell
    written = replace(row, cells={**row.cells, column: text})
    rows = tuple(written if old is row else old for old in source.tables[file])
    changed: PlacesT = replace(source, **{file.removesuffix(".csv"): rows})  # type: ignore[type-var]
    if not set(find(changed)) <= set(others):
        return False
    sites = read_rows(changed.tables[PARTICIPANTS], ParticipantRow, [])
    doubts = table_doubts(changed, sites, read_rows(changed.tables[PLANTS], PlantRow, []))
    figures = {name for name, known in columns(file).items() if known.is_figure} | {column}
    return not any(doubt.row is written and doubt.column in figures for doubt in doubts)
