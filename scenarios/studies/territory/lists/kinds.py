"""Files as downloaded, each recognised by its columns: `open_columns.csv` says which of each kind, how spelt.

What is spelt with capitals, accents, spaces or a unit between brackets is one title. A file is of the kind
all of whose needed columns it has, the most of them; one that lacks a few is refused with their names.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import gettext as _
from json import JSONDecodeError
from math import inf
from pathlib import Path
from typing import TypeVar

from shapely.geometry.base import BaseGeometry

from acc.i18n import N_, grouped
from acc.problem import Collecting, InputError, Problem, refuse
from profiles.files.letters import stripped
from profiles.files.open_file import read_within
from profiles.text.delimited import decode, parse_json, rows_of, separator_of, text_lines
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain_number
from scenarios.entry.columns.schema import MOST
from scenarios.entry.folder.sheets import open_sheets
from scenarios.entry.folder.xlsx_tables import cell_text
from scenarios.entry.places.insee_density import read_grid
from scenarios.studies.territory.lists.activities import read_codes
from scenarios.studies.territory.lists.roof_layers import (
    MOST_BYTES,
    Feature,
    geojson_features,
    geopackage_features,
    geopackage_layers,
)

TITLES: Mapping[str, str] = {
    "address": N_("needs by address"),
    "homes": N_("needs of homes by address"),
    "total": N_("needs by commune and activity"),
    "place": N_("addresses and their places"),
    "geocoded": N_("addresses that were geocoded"),
    "establishment": N_("establishments (SIRENE)"),
    "position": N_("places of establishments"),
    "unit": N_("legal units (SIRENE)"),
    "roof": N_("roofs of a LiDAR tool"),
    "building": N_("footprints of buildings"),
    "cadastre": N_("buildings of the cadastre"),
    "parcel": N_("parcels"),
    "owner": N_("parcels of legal persons"),
    "bdnb-owner": N_("owners of buildings (BDNB)"),
    "bdnb-link": N_("buildings of the BDNB and of BD TOPO"),
    "bdnb-electricity": N_("electricity of buildings (BDNB)"),
    "school": N_("schools"),
    "zone": N_("zones of activity"),
    "water": N_("wastewater plants"),
    "lighting": N_("public lighting"),
    "density": N_("density grid"),
    "outline": N_("outlines of communes"),
}
"""What each kind of file is called; `homes` alone is of no use: none has fewer than ten homes."""

LAYERS = frozenset({"roof", "building", "cadastre", "parcel", "zone", "outline"})
"""Kinds of which a row is nothing without its geometry."""

TABLES = (".csv", ".txt", ".xlsx", ".json", ".geojson", ".gpkg")
HIDDEN = (".", "~$")
"""First letters of files that nobody put there: a program's own, the lock of a workbook that is open."""

ARCHIVES = (".7z", ".rar", ".tar", ".zip")

TOP_LINES = 10
"""Lines of a file among which its titles are looked for."""

LACKING = 1
"""Needed columns without which a file is refused as one of its kind, rather than passed over."""

SHOWN = 2
"""Columns of a file that are named among those that are not read."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its columns by title, which of them it cannot do without, and which tell rows apart."""

    id: str
    column_of: Mapping[str, str]
    begun: Mapping[str, str]
    needed: frozenset[str]
    key: frozenset[str]

    def columns(self, heads: Iterable[str]) -> dict[str, str]:
        """Column of each title of a file, the first of two alike alone."""
        read, spelt = dict[str, str](), set[str]()
        for head in heads:
            title = heading(head)
            starts = (column for start, column in self.begun.items() if title.startswith(start))
            column = self.column_of.get(title) or next(starts, None)
            if column and column not in spelt:
                read[head] = column
                spelt.add(column)
        return read


@dataclass(frozen=True, slots=True, eq=False)
class OpenTable:
    """A file, or a layer of it, as rows of the columns of its kind.

    Attributes:
        shapes: of each row, in metres of Lambert-93; empty of a table without geometry.
        unread: titles of no column that is known.
        looked_at: how many lines its file has, where only some were kept.
    """

    name: str
    path: Path
    rows: tuple[Row, ...]
    shapes: tuple[BaseGeometry, ...] = ()
    unread: tuple[str, ...] = ()
    looked_at: int = 0


Tables = Mapping[str, Sequence[OpenTable]]
"""What is read, by its kind."""

Near = Callable[[float, float], bool]
"""Whether a latitude and a longitude are of interest."""


def anywhere(_latitude: float, _longitude: float) -> bool:
    """Every place is of interest."""
    return True


def heading(title: str) -> str:
    """Return a title as it is compared.

    >>> heading("Consommation annuelle totale de l'adresse (MWh)"), heading("code_commune")
    ('consommationannuelletotaledeladresse', 'codecommune')
    """
    bare = unicodedata.normalize("NFKD", title.partition("(")[0]).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", bare.lower())


@lru_cache(maxsize=1)
def kinds() -> tuple[FileKind, ...]:
    """Return the kinds of `open_columns.csv`, in its order."""
    lines = read_codes("open_columns.csv")
    return tuple(_kind(id_, [line for line in lines if line["kind"] == id_]) for id_ in TITLES)


def _kind(id_: str, lines: Sequence[Mapping[str, str]]) -> FileKind:
    titles = {title: line["column"] for line in lines for title in line["titles"].split()}
    return FileKind(
        id_,
        {title: column for title, column in titles.items() if not title.endswith("*")},
        {title[:-1]: column for title, column in titles.items() if title.endswith("*")},
        frozenset(line["column"] for line in lines if line["needed"]),
        frozenset(line["column"] for line in lines if line["key"]),
    )


def kind_of(heads: Sequence[str], *, is_layer: bool = False) -> FileKind | None:
    """Return the kind all of whose needed columns are there, the most of them; None without.

    Args:
        is_layer: whether rows have a geometry, which some kinds need.

    >>> kind_of(["siret", "x", "y", "epsg", "qualite_xy"]).id
    'position'
    """
    may_be = [kind for kind in kinds() if is_layer or kind.id not in LAYERS]
    complete = [kind for kind in may_be if kind.needed <= set(kind.columns(heads).values())]
    return max(complete, key=lambda kind: len(kind.needed), default=None)


def _nearly(heads: Sequence[str]) -> tuple[FileKind, list[str]] | None:
    """Return the kind of which a file lacks next to nothing, and what it lacks; None where it is no such."""
    for kind in kinds():
        lacking = kind.needed - set(kind.columns(heads).values())
        if len(lacking) <= LACKING and len(kind.needed) > 3 * LACKING:
            return kind, sorted(lacking)
    return None


def read_tables(
    folder: Path, prefix: str, layers: Sequence[str], apart: Collection[str], near: Near = anywhere
) -> Tables:
    """Return the files of a folder that are of a kind.

    Args:
        prefix: before the name of a file in what is said.
        layers: those to read where a file has several of a kind, as `file#layer`.
        apart: names of files that are read elsewhere.
        near: whether a feature of a layer is looked at.

    Raises:
        InputError: a file that lacks a column of its kind; several layers of a kind, none of them named; two
            files of a kind with the same lines; what cannot be read.
    """
    tables, problems = dict[str, list[OpenTable]](), list[Problem]()
    for path in sorted(folder.iterdir()):
        is_table = path.suffix.lower() in TABLES and path.is_file() and path.name not in apart
        if is_table and not path.name.startswith(HIDDEN):
            with Collecting(problems):
                for kind, table in _tables(path, f"{prefix}{path.name}", layers, near):
                    tables.setdefault(kind, []).append(table)
    refuse([*problems, *_twice(tables)])
    return tables


def _twice(tables: Tables) -> Iterator[Problem]:
    """Yield the files of a kind that hold lines of another one, which joined would count twice."""
    for kind in kinds():
        files = dict[tuple[str, ...], str]()
        for table in tables.get(kind.id, ()) if kind.key else ():
            of_table = {tuple(_bare(row, column) for column in sorted(kind.key)) for row in table.rows}
            same = next((files[key] for key in of_table if key in files), None)
            if same:
                message = _("holds lines of {other} too ({kind}): keep one of the two")
                yield Problem(table.name, message.format(other=same, kind=_(TITLES[kind.id])))
            files |= dict.fromkeys(of_table, table.name)


def _bare(row: Row, column: str) -> str:
    return text_in(row, column).removesuffix(".0").lower()


def passed_over(folder: Path, prefix: str, tables: Tables, apart: Collection[str]) -> Iterator[str]:
    """Yield what each file was read as, the columns that are of no use, the files of no kind."""
    every = [(kind, table) for kind, some in tables.items() for table in some]
    known = {table.path for _kind, table in every} | {folder / name for name in apart}
    files = (path for path in sorted(folder.iterdir()) if path.is_file() and path not in known)
    unknown = [f"{prefix}{path.name}" for path in files if not path.name.startswith(HIDDEN)]
    if archives := [name for name in unknown if name.lower().endswith(ARCHIVES)]:
        yield _("Unpack here what is to be read of {files}").format(files=", ".join(archives))
    if unknown:
        yield _("Not read, of no kind that is known: {files}").format(files=", ".join(unknown))
    read = [
        _("{kind} ({files})").format(kind=_(TITLES[kind]), files=", ".join(map(_with_count, some)))
        for kind, some in tables.items()
    ]
    yield _("Read by their columns, with their lines: {what}").format(what="; ".join(read))
    unread = [f"{table.name} ({_listed(table.unread)})" for _kind, table in every if table.unread]
    if unread:
        yield _("Columns not read: {what}").format(what="; ".join(unread))


def _with_count(table: OpenTable) -> str:
    if table.looked_at > len(table.rows):
        counts = {"count": grouped(len(table.rows)), "all": grouped(table.looked_at)}
        return _("{file}: {count} of {all}").format(file=table.name, **counts)
    return f"{table.name}: {grouped(len(table.rows))}" if table.rows else table.name


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(titles[:SHOWN]) + (f" + {len(titles) - SHOWN}" if len(titles) > SHOWN else "")


def _tables(path: Path, name: str, layers: Sequence[str], near: Near) -> Iterator[tuple[str, OpenTable]]:
    """Yield the tables of a file with their kinds.

    Raises:
        InputError: see `read_tables`.
    """
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        yield from _layers(path, name, layers, near)
    elif suffix == ".xlsx":
        yield from _sheet(path, name)
    elif suffix in {".json", ".geojson"}:
        yield from _json(path, name, near)
    else:
        yield from _text(path, name)


def sure_kind(heads: Sequence[str], name: str, *, is_layer: bool = False) -> FileKind | None:
    """Return the kind of some titles; None where they are of none.

    Args:
        name: what faults call the file.

    Raises:
        InputError: they lack next to nothing of one.
    """
    kind = kind_of(heads, is_layer=is_layer)
    nearly = None if kind else _nearly(heads)
    if nearly:
        message = _("read as {kind}, but no column is “{column}”: its titles are {titles}")
        titles = [title for title, column in nearly[0].column_of.items() if column in nearly[1]]
        words = {"kind": _(TITLES[nearly[0].id]), "column": ", ".join(nearly[1]), "titles": ", ".join(titles)}
        raise InputError([Problem(name, message.format(**words))])
    return kind


KeyT = TypeVar("KeyT")
"""Where a title stands: its place in a line, or its name."""


def table_of(
    kind: FileKind,
    place: tuple[Path, str],
    heads: Mapping[KeyT, str],
    lines: Iterable[tuple[int, Mapping[KeyT, object]]],
) -> OpenTable:
    """Return lines as a table of a kind, of a file and under a name; of two columns alike the first."""
    columns = kind.columns(heads.values())
    spelt, at = {column: head for head, column in columns.items()}, dict[str, KeyT]()
    for own, head in heads.items():
        if head in columns:
            at.setdefault(columns[head], own)
    rows = []
    for number, cells in lines:
        texts = {column: str(cells.get(own, "")).strip() for column, own in at.items()}
        rows.append(Row(place[1], number, {column: text for column, text in texts.items() if text}, spelt))
    known = {*columns, *PLACED, *UNNAMED}
    unread = tuple(head for head in dict.fromkeys(heads.values()) if head and head not in known)
    return OpenTable(place[1], place[0], tuple(rows), (), unread)


def _text(path: Path, name: str) -> Iterator[tuple[str, OpenTable]]:
    text = decode(read_within(path, MOST_BYTES))
    if text is None:
        raise InputError([Problem(name, _("not a text file: save it as CSV (semicolon) from Excel"))])
    lines = text_lines(text)
    tops = (next(rows_of(name, [line], separator_of(line)), []) for line in lines[:TOP_LINES])
    heads = [[stripped(cell).strip() for cell in top] for top in tops]
    at = next((n for n, titles in enumerate(heads) if kind_of(titles)), 0)
    kind = sure_kind(heads[at], name)
    if kind is not None:
        # Of the grid of densities its own reader reads the lines.
        below = [] if kind.id == "density" else lines[at + 1 :]
        every = enumerate(rows_of(name, below, separator_of(lines[at])), start=at + 2)
        cells = ((number, dict(enumerate(values))) for number, values in every if any(values))
        table = table_of(kind, (path, name), dict(enumerate(heads[at])), cells)
        yield kind.id, table if below else replace(table, unread=())


def _sheet(path: Path, name: str) -> Iterator[tuple[str, OpenTable]]:
    """Yield the first sheet of a workbook that is of a kind; a grid of densities is known by its reader."""
    try:
        read_grid(path)
    except InputError:
        pass
    else:
        yield "density", OpenTable(name, path, ())
        return
    for sheet in open_sheets(path).values():
        for top, cells in list(sheet.rows.items())[:TOP_LINES]:
            heads = {cell.column: str(cell.value).strip(" *") for cell in cells}
            kind = kind_of(list(heads.values()))
            if kind is not None:
                below = (
                    (line, {cell.column: cell_text(cell) for cell in own})
                    for line, own in sheet.rows.items()
                    if line > top
                )
                yield kind.id, table_of(kind, (path, name), heads, below)
                return


def _json(path: Path, name: str, near: Near) -> Iterator[tuple[str, OpenTable]]:
    """Yield the features of a map, or the lines that a portal answers, alone or as its `results`."""
    content: object = None
    if path.suffix.lower() != ".geojson":
        try:
            content = parse_json(read_within(path, MOST_BYTES))
        except JSONDecodeError:
            raise InputError([Problem(name, _("not a JSON text that can be read"))]) from None
    if content is None or (isinstance(content, dict) and "features" in content):
        features = list(geojson_features(path, name))
        heads = list(dict.fromkeys(head for feature in features for head in feature.row.cells))
        kind = sure_kind(heads, name, is_layer=True)
        if kind is not None:
            yield kind.id, _layer_table(kind, (path, name), heads, features, near)
        return
    given = content.get("results") if isinstance(content, dict) else content
    records = [line for line in given if isinstance(line, dict)] if isinstance(given, list) else []
    titles = {head: str(head) for record in records for head in record}
    kind = sure_kind(list(titles.values()), name)
    if kind is not None:
        filled = ({head: "" if cell is None else cell for head, cell in record.items()} for record in records)
        yield kind.id, table_of(kind, (path, name), titles, enumerate(filled, start=1))


PLACED = ["latitude", "longitude"]
"""Columns that each feature has from its geometry."""

UNNAMED = ("fid", "geom", "geometrie", "geometry", "the_geom")
"""Columns of a layer that say nothing of their own."""


def _layer_table(
    kind: FileKind, place: tuple[Path, str], heads: Sequence[str], features: Iterable[Feature], near: Near
) -> OpenTable:
    """Return the features that are near as a table, with their degrees, and their shapes for some kinds."""
    kept = [each for each in features if near(*(float(str(each.row.cells[name])) for name in PLACED))]
    lines = ((each.row.line, each.row.cells) for each in kept)
    table = table_of(kind, place, {head: head for head in heads}, lines)
    rows = (
        replace(row, cells={**row.cells, **{name: each.row.cells[name] for name in PLACED}})
        for row, each in zip(table.rows, kept, strict=True)
    )
    shapes = tuple(each.metres for each in kept) if kind.id in LAYERS else ()
    return replace(table, rows=tuple(rows), shapes=shapes)


def _layers(path: Path, name: str, layers: Sequence[str], near: Near) -> Iterator[tuple[str, OpenTable]]:
    """Yield the layers of a file that are of a kind; of several of one kind, that which is named.

    Raises:
        InputError: none of these is named, or one that is not there.
    """
    heads = geopackage_layers(path, name)
    own = [layer.partition("#")[2] for layer in layers if layer.partition("#")[0] == path.name]
    if missing := [layer for layer in own if layer not in heads]:
        message = _("no layer “{layer}”: it has {names}")
        words = {"layer": missing[0], "names": ", ".join(heads)}
        raise InputError([Problem(name, message.format(**words))])
    of_kind = dict[str, list[str]]()
    for layer in own or heads:
        titles, title = heads[layer] + PLACED, f"{name}, {layer}"
        is_sure = own or len(heads) == 1
        kind = sure_kind(titles, title, is_layer=True) if is_sure else kind_of(titles, is_layer=True)
        if kind is not None:
            of_kind.setdefault(kind.id, []).append(layer)
    several = [(id_, some) for id_, some in of_kind.items() if len(some) > 1 and not own]
    if several:
        message = _(
            "{names}: several layers of {kind}; name those to read in [territory], layers = [“{layer}”]"
        )
        id_, some = several[0]
        words = {"names": ", ".join(some), "kind": _(TITLES[id_]), "layer": f"{path.name}#{some[0]}"}
        raise InputError([Problem(name, message.format(**words))])
    for id_, some in of_kind.items():
        kind = next(kind for kind in kinds() if kind.id == id_)
        for layer in some:
            title = f"{name}, {layer}"
            features = geopackage_features(path, title, layer)
            yield id_, _layer_table(kind, (path, title), heads[layer], features, near)


def number_in(row: Row, column: str) -> float | None:
    """Return a figure of a row; None where the cell is empty, or hidden by secrecy.

    Raises:
        InputError: another text, with its file, line and column.
    """
    text = str(row.cells.get(column, "")).strip()
    if not text or text.lower() in SECRET:
        return None
    try:
        number = float(plain_number(text))
    except ValueError:
        number = inf
    if not abs(number) < MOST:
        raise InputError([Problem(row.path(column), _("“{text}” is no number").format(text=text))])
    return number


def year_in(row: Row, column: str = "year") -> int | None:
    """Return a year, alone or as a date begins with it; None without."""
    digits = re.match(r"\d{4}", text_in(row, column))
    return int(digits[0]) if digits else None


def division_in(row: Row) -> str:
    """Return a division of the NAF in two digits, whatever its words: 1, "1.0", "01 - Culture"."""
    digits = re.match(r"\d+", text_in(row, "division"))
    return digits[0].zfill(2) if digits else ""


SECRET = frozenset({"secret", "s", "nd", "[nd]", "nan", "none", "null", "-"})


def text_in(row: Row, column: str) -> str:
    """Return a cell as a text, empty without."""
    return str(row.cells.get(column, "")).strip()


def insee_in(row: Row, column: str = "commune") -> str:
    """Return the code of a commune, whose first zero a spreadsheet takes away."""
    text = text_in(row, column).removesuffix(".0")
    return text.zfill(5) if text.isdigit() else text
