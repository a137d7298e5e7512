"""A file that is dropped: what it is, what it would change, and the change itself once a person says so."""

import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import numpy as np

from acc.i18n import grouped
from acc.problem import InputError, Problem
from acc.result.files import FormAnswer
from profiles.curves.facts import grade_of
from profiles.curves.formats.base import ReadOptions
from profiles.curves.read import Curve, read_curves
from profiles.files.atomic_write import copy_atomic, scratch_folder, write_atomic
from profiles.files.open_file import open_regular
from profiles.text.delimited import decode, separator_of, split_lines, text_lines
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import TABLES, list_name, plain, plain_number, word_of
from scenarios.entry.editing.tables import Typed, column_id, free_name
from scenarios.entry.editing.versions import keep_version
from scenarios.entry.editing.write import write_cells
from scenarios.entry.folder.put import put
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, RawFolder, read_source
from scenarios.entry.folder.xlsx_tables import WORKBOOK

HOURS_OF_A_WEEK = 7 * 24
DATED = {".xlsx", ".xlsm", ".xls", ".ods"}

AS_IN_FILE = ReadOptions()

CHOICES: Mapping[Literal["unit", "clock"], tuple[str, ...]] = {
    "clock": ("winter", "utc"),
    "unit": ("kW", "kWh", "W"),
}
"""What is offered for a curve whose file does not say its clock or its unit; the clock is tried first."""

WITHOUT_LINES = frozenset({".json", ".xml", ".zip", *DATED})
"""Files that may hold all on one line, or have none."""

LONGEST_LINE = 100_000
"""Bytes, of a table or a curve as text: a year of hours side by side is shorter; beyond, it takes minutes."""


@dataclass(frozen=True, slots=True)
class ArrivedCurve:
    """A curve that came: the sites that it may be of, the likeliest first.

    Attributes:
        total_kwh: sum of its values; a year where it holds one, `yearly_kwh`.
        hole_hours: that the file says nothing of.
        week_kw: mean power of each hour of the week with most holes, kW, NaN in a hole.
    """

    step_minutes: int
    first: datetime
    last: datetime
    total_kwh: float
    yearly_kwh: float | None
    hole_hours: float
    grade: str
    week_kw: tuple[float, ...]
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurveChoice:
    """A unit or a clock that a file may be in: the option, its value, the kWh of the file with it."""

    option: Literal["unit", "clock"]
    value: str
    total_kwh: float


@dataclass(frozen=True, slots=True)
class TableChange:
    """What a table would become: names of the lines that come, that go, that change."""

    file: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file that waits for a word: nothing of it is written yet.

    Attributes:
        kind: `curve`, `workbook`, `table`, `form` or `unknown`.
        problems: why it cannot be used.
        settings: paths of the settings that would change.
        answer: what a member's form would change.
        options, choices: what a person said of a curve, and what else is to be said before it is read.
    """

    id: str
    name: str
    kind: str
    data: bytes = field(repr=False)
    curve: ArrivedCurve | None = None
    file: str = ""
    tables: tuple[TableChange, ...] = ()
    settings: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    answer: FormAnswer | None = None
    options: ReadOptions = AS_IN_FILE
    choices: tuple[CurveChoice, ...] = ()

    @property
    def cell(self) -> str:
        """Its file and what a person said of it, as the cell of a curve holds them: `x.csv?unit=kW`."""
        chosen = {"unit": self.options.unit, "clock": self.options.clock}
        query = urlencode({option: word for option, word in chosen.items() if word})
        return f"{self.name}?{query}" if query else self.name


def arrive(folder: Path, name: str, data: bytes, options: ReadOptions = AS_IN_FILE) -> Arrival:
    """Read an arriving file: its kind, and the changes it would make; the folder is not written.

    Args:
        options: what a person said of a curve whose file does not say it.
    """
    name = _safe(name)
    arrival = Arrival(id=secrets.token_urlsafe(9), name=name, kind="unknown", data=data, options=options)
    if (
        Path(name).suffix.lower() not in WITHOUT_LINES
        and max(map(len, data.splitlines()), default=0) > LONGEST_LINE
    ):
        message = _("a line of more than {count} characters: neither a table nor a curve")
        return replace(arrival, problems=(Problem(name, message.format(count=grouped(LONGEST_LINE))),))
    with scratch_folder() as scratch:
        path = Path(scratch) / name
        write_atomic(path, data, sync=False)
        if path.suffix.lower() in DATED and _is_workbook(path):
            return _replacing(folder, replace(arrival, kind="workbook"), Path(scratch))
        file = None if path.suffix.lower() in WITHOUT_LINES else _table_of(data)
        if file is not None:
            return _table(folder, replace(arrival, kind="table", file=file), Path(scratch))
        try:
            curves = read_curves(path, options=options)
        except InputError as fault:
            return replace(arrival, problems=fault.problems, choices=_choices(path, options))
        curve = next(iter(curves.values()))
        if len(curves) > 1:
            message = _("{count} series: put the file into curves/ and name each as {file}#column")
            problem = Problem(name, message.format(count=len(curves), file=name))
            return replace(arrival, kind="curve", curve=_arrived(folder, curve, name), problems=(problem,))
        return replace(arrival, kind="curve", curve=_arrived(folder, curve, name))


def _choices(path: Path, options: ReadOptions) -> tuple[CurveChoice, ...]:
    """Return the clocks, else the units, in which a file that is refused can be read."""
    for option, values in CHOICES.items():
        if getattr(options, option) is not None:
            continue
        choices: list[CurveChoice] = []
        for value in values:
            said = replace(options, **{option: value})  # type: ignore[arg-type]
            tried = said if option == "clock" or said.clock else replace(said, clock="winter")
            with suppress(InputError):
                curves = read_curves(path, options=tried).values()
                choices.append(
                    CurveChoice(option, value, sum(float(np.nansum(c.energy_kwh)) for c in curves))
                )
        if choices:
            return tuple(choices)
    return ()


def use_curve(folder: Path, arrival: Arrival, site: str, now: datetime) -> str:
    """Put a curve into `curves/` and name it on the line of a site; return its file.

    Raises:
        InputError: no such site, or a folder that cannot be written in.
    """
    source = read_source(folder)
    row = next((row for row in source.participants if row.cells.get("id") == site), None)
    if row is None:
        raise InputError([Problem(site, _("no site of this id"))])
    path, where = Path(arrival.name), folder / "curves"

    def is_taken(stem: str) -> bool:  # the same content keeps its own name
        kept = where / f"{stem}{path.suffix}"
        return kept.exists() and not _holds(kept, arrival.data)

    name = free_name(path.stem, is_taken) + path.suffix
    write_atomic(where / name, arrival.data)
    cells = [Typed(PARTICIPANTS, row.line, "curve", replace(arrival, name=name).cell)]
    if row.cells.get("profile"):
        cells.append(Typed(PARTICIPANTS, row.line, "profile", ""))
    write_cells(folder, cells, now)
    return name


def use_tables(folder: Path, arrival: Arrival, now: datetime) -> None:
    """Put a workbook, or a table, in the place of what the folder has; what stood before is kept.

    Raises:
        InputError: a folder that cannot be written in, a table beside a workbook.
    """
    if arrival.problems:
        raise InputError(arrival.problems)
    if arrival.kind == "table":
        put(folder, {arrival.file: arrival.data}, partial(keep_version, folder, [arrival.file], now))
        return
    texts = [name for name in (OPERATION, *TABLES) if (folder / name).exists()]
    files = {**dict.fromkeys(texts), WORKBOOK: arrival.data}
    put(folder, files, partial(keep_version, folder, [WORKBOOK, *texts], now))


def _safe(name: str) -> str:
    """Return the name of a file that came: no folder, no odd sign, not too long."""
    bare = re.sub(r"[^\w .()+-]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, end = bare.rpartition(".")
    return f"{(stem or end)[:80]}{dot}{end[:8]}" if dot and stem else (bare[:80] or "fichier")


def _holds(path: Path, data: bytes) -> bool:
    with suppress(OSError), open_regular(path) as file:
        return file.read(len(data) + 1) == data
    return False


def _is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook to fill in: others, of meters, are curves."""
    kept = path.with_name(WORKBOOK)
    if path != kept:
        copy_atomic(path, kept)
    try:
        read_source(path.parent)
    except InputError as fault:
        return any("!" in problem.path for problem in fault.problems)
    return True


def _table_of(data: bytes) -> str | None:
    """Name of the table of a text, from its header: most columns belong to one table."""
    text = decode(data)
    lines = [line for line in text_lines(text or "") if line.strip(" ;,\t") and not line.startswith("#")]
    if not lines:
        return None
    written = split_lines(lines[:1], separator_of(lines[0]))[0]
    known = {file: sum(column_id(file, name.strip()) in columns(file) for name in written) for file in TABLES}
    best = max(known, key=lambda file: known[file])
    named = any(column_id(best, name.strip()) == "id" for name in written)
    return best if named and known[best] > 1 and known[best] * 2 >= len(written) else None


def _table(folder: Path, arrival: Arrival, scratch: Path) -> Arrival:
    if (folder / WORKBOOK).exists():
        message = _("this operation is a workbook: drop the whole workbook")
        return replace(arrival, problems=(Problem(arrival.name, message),))
    for name in (OPERATION, *TABLES):
        if (folder / name).exists():
            copy_atomic(folder / name, scratch / name)
    write_atomic(scratch / arrival.file, arrival.data, sync=False)
    return _replacing(folder, arrival, scratch)


def _replacing(folder: Path, arrival: Arrival, scratch: Path) -> Arrival:
    """Return an arrival with what would change; what is wrong in it is told, and does not stop it."""
    try:
        new = read_source(scratch)
    except InputError as fault:
        return replace(arrival, problems=fault.problems)
    old = _before(folder)
    changes = tuple(
        change
        for file in TABLES
        if (change := _changes(file, old.tables[file] if old else (), new.tables[file])) is not None
    )
    before, after = _settings(old), _settings(new)
    moved = tuple(path for path in dict.fromkeys((*before, *after)) if before.get(path) != after.get(path))
    return replace(arrival, tables=changes, settings=moved)


def _before(folder: Path) -> RawFolder | None:
    try:
        return read_source(folder)
    except InputError:
        return None


def _settings(source: RawFolder | None) -> dict[str, object]:
    return {
        f"{name}.{key}": value
        for name, content in (source.sections if source else {}).items()
        if isinstance(content, dict)
        for key, value in content.items()
    }


def _changes(file: str, old: Sequence[Row], new: Sequence[Row]) -> TableChange | None:
    before, after = _by_id(old), _by_id(new)
    added = tuple(after[name].who for name in after if name not in before)
    removed = tuple(before[name].who for name in before if name not in after)
    changed = tuple(
        after[name].who
        for name in after
        if name in before and _plain_cells(file, before[name]) != _plain_cells(file, after[name])
    )
    return TableChange(file, added, removed, changed) if added or removed or changed else None


def _by_id(rows: Sequence[Row]) -> dict[str, Row]:
    return {str(row.cells.get("id", row.line)): row for row in rows}


def _plain_cells(file: str, row: Row) -> dict[str, object]:
    """Return the cells without the marks of their dialect: `62 000` and `62000`, `Mairie` and `town-hall`."""
    return {name: _resolve_cell(file, name, str(value)) for name, value in row.cells.items()}


def _resolve_cell(file: str, column: str, text: str) -> object:
    words = list_name(file, column)
    if words:
        return word_of(words, text) or plain(text)
    try:
        return float(plain_number(text))
    except ValueError:
        return plain(text)


def _arrived(folder: Path, curve: Curve, name: str) -> ArrivedCurve:
    report = grade_of(curve)
    return ArrivedCurve(
        step_minutes=int(np.median(curve.minutes)),
        first=curve.starts_utc[0].astype("datetime64[s]").astype(datetime),
        last=curve.ends_utc[-1].astype("datetime64[s]").astype(datetime),
        total_kwh=float(np.nansum(curve.energy_kwh)),
        yearly_kwh=report.yearly_kwh,
        hole_hours=curve.hole_minutes / 60.0,
        grade=str(report.grade),
        week_kw=_worst_week(curve),
        sites=_likely_sites(folder, curve, name),
    )


def _worst_week(curve: Curve) -> tuple[float, ...]:
    """Return the mean power of each hour of the week with most holes, of the first one without any."""
    first = curve.starts_utc[0].astype("datetime64[h]")
    hours = ((curve.starts_utc - first) / np.timedelta64(1, "h")).astype(int)
    count = int(hours[-1]) + 1
    kwh = np.bincount(hours, np.nan_to_num(curve.energy_kwh), count)
    minutes = np.bincount(hours, np.where(np.isfinite(curve.energy_kwh), curve.minutes, 0), count)
    power = np.where(minutes > 0, kwh / np.maximum(minutes, 1) * 60.0, np.nan)
    if count <= HOURS_OF_A_WEEK:
        return tuple(power.tolist())
    starts = np.arange(0, count - HOURS_OF_A_WEEK + 1, 24)
    holes = [int(np.isnan(power[start : start + HOURS_OF_A_WEEK]).sum()) for start in starts]
    start = int(starts[int(np.argmax(holes))])
    return tuple(power[start : start + HOURS_OF_A_WEEK].tolist())


def _likely_sites(folder: Path, curve: Curve, name: str) -> tuple[str, ...]:
    """Return the ids of the sites, the likeliest owner of a curve first: its PRM, then words of its name."""
    source = _before(folder)
    if source is None:
        return ()
    words = set(plain(Path(name).stem).split())

    def rank(row: Row) -> tuple[bool, int]:
        own = set(plain(f"{row.cells.get('name', '')} {row.cells.get('id', '')}").split())
        prm = re.sub(r"\D", "", str(row.cells.get("prm", "")))
        return bool(curve.prm) and prm == curve.prm, len(words & own)

    rows = [row for row in source.participants if row.cells.get("id")]
    return tuple(str(row.cells["id"]) for row in sorted(rows, key=rank, reverse=True))
