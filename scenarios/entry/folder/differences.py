"""What differs between two folders as they are read, or one folder under two questions, by its cause."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from filecmp import cmp
from pathlib import Path

from acc.arrays import CellValue
from acc.keys.prorata import PRORATA
from acc.result.change import ChangeCause, ChangedSetting
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.columns.names import CHANGES, LIST_NAMES, QUOTES, word_of
from scenarios.entry.columns.schema import takes_part, truth
from scenarios.entry.folder.raw import FILE_FOLDERS, OTHER_SECTIONS, RawFolder
from scenarios.entry.folder.settings import TABLES, ChangedRow

BY_GROUP: Mapping[str, Mapping[str, ChangeCause]] = {
    "participants": {"load": ChangeCause.CURVES, "bill": ChangeCause.CURVES, "contract": ChangeCause.TARIFFS},
    "plants": {"sale": ChangeCause.PRICES},
    "persons": {"tax": ChangeCause.TARIFFS},
}
"""By table and group of columns."""

_HEADS: Mapping[ChangeCause, str] = {
    ChangeCause.MEMBERS: "participants persons",
    ChangeCause.ROOFS: "plants quotes battery",
    ChangeCause.CURVES: "curves flexible weather",
    ChangeCause.KEY: "key cles keys",
    ChangeCause.PRICES: "prices",
    ChangeCause.PLAN: "finance",
}
BY_HEAD = {head: cause for cause, heads in _HEADS.items() for head in heads.split()}
BY_PATH: Mapping[str, ChangeCause] = {
    **{f"operation.{name}": ChangeCause.CURVES for name in ("start", "end", "step_minutes", "holes")},
    **{f"operation.{name}": ChangeCause.TARIFFS for name in ("rates_on", "contracts_file")},
    **{
        f"prices.{n}": ChangeCause.TARIFFS for n in ("same_substation", "off_peak_reform", "full_accise_from")
    },
}

SILENT = frozenset({"id", "name", "prm", "publish", "counted_below_ten", "said", "operation.fictitious"})
"""Columns and settings that move no figure of a result: they are not told, nor are their values."""

SILENT_SECTIONS = frozenset({*OTHER_SECTIONS, "words", "pmo", "decide", "carbon"}) - {"flexible"}

OF_A_PERSON = frozenset({"id", "name", "curve", "insee", "text"})
"""Types of cells that may tell who somebody is."""


def cause_of(path: str) -> ChangeCause:
    """Return the cause that a path belongs to.

    >>> cause_of("plants.toit.kwp").value, cause_of("participants.cave.active").value
    ('roofs', 'members')
    >>> cause_of("participants.cave.supply_hph_eur_per_mwh").value, cause_of("participants.cave.kva").value
    ('prices', 'tariffs')
    """
    head, _dot, rest = path.partition(".")
    column = rest.rpartition(".")[2]
    if head in TABLES:
        if column.startswith("supply_") and column.endswith("_eur_per_mwh"):
            return ChangeCause.PRICES
        if column == "curve":
            return ChangeCause.CURVES
        known = columns(f"{head}.csv").get(column)
        return BY_GROUP[head].get(known.group if known else "", BY_HEAD[head])
    return BY_PATH.get(path) or BY_HEAD.get(head, ChangeCause.OTHER)


def differences(first: RawFolder, last: RawFolder) -> list[ChangedSetting]:
    """Differences of two folders, by file and cell; a row that comes or goes is one, as active.

    A file that two folders hold under one name is compared by its content, and listed by site.
    """
    settings: list[ChangedSetting] = []
    for head in TABLES:
        for id_, (was, now) in _pairs(first, last, head).items():
            settings += _of_rows(f"{head}.{id_}", was, now)
    for file, head in ((QUOTES, "quotes"), (CHANGES, "changes")):
        before, after = ([row.cells for row in source.tables[file]] for source in (first, last))
        if before != after:
            settings.append(ChangedSetting(head, file, "", "", None, None))
    for head in dict.fromkeys((*first.sections, *last.sections)):
        if head not in SILENT_SECTIONS:
            settings += _of_section(head, first.sections.get(head), last.sections.get(head))
    return [*_of_files(first, last, settings), *settings]


def mixed(first: RawFolder, last: RawFolder, done: frozenset[ChangeCause]) -> RawFolder:
    """Return the folder of `last` where what belongs to other causes than `done` stands as in `first`.

    Files beside the tables are those of `last`.
    """
    tables = {head: tuple(_mixed_rows(first, last, head, done)) for head in TABLES}
    sections = {
        head: _mixed_section(head, first.sections.get(head), last.sections.get(head), done)
        for head in dict.fromkeys((*first.sections, *last.sections))
    }
    has_persons = first.persons is not None or last.persons is not None
    return replace(
        last,
        participants=tables["participants"],
        plants=tables["plants"],
        persons=tables["persons"] if has_persons else None,
        quotes=(last if BY_HEAD["quotes"] in done else first).quotes,
        changes=(last if cause_of("changes") in done else first).changes,
        sections={head: content for head, content in sections.items() if content is not None},
    )


def _pairs(first: RawFolder, last: RawFolder, head: str) -> dict[str, tuple[Row | None, Row | None]]:
    """Return each row before and after by id, None where it takes no part: those of today first."""
    before, after = (
        {str(row.cells.get("id", "")): row for row in source.tables[f"{head}.csv"] if takes_part(row.cells)}
        for source in (first, last)
    )
    return {id_: (before.get(id_), after.get(id_)) for id_ in {**after, **before}}


def _of_rows(path: str, was: Row | None, now: Row | None) -> Iterator[ChangedSetting]:
    if was is None or now is None:
        yield _describe_difference(f"{path}.active", was is not None, now is not None)
        return
    followed = {name for row in (was, now) if isinstance(row, ChangedRow) for name in row.stated} - {"kwp"}
    for column in dict.fromkeys((*was.cells, *now.cells)):
        before, after = was.cells.get(column), now.cells.get(column)
        read = _reader(path.partition(".")[0], column)
        if column not in SILENT | followed | {"active"} and not _is_same(read(before), read(after)):
            yield _describe_difference(f"{path}.{column}", before, after)


def _of_section(head: str, was: CellValue, now: CellValue) -> Iterator[ChangedSetting]:
    before, after = _table(was), _table(now)
    if before is None or after is None:
        if was != now:
            yield _describe_difference(head, was, now)
        return
    if head == "key":
        before, after = {"name": PRORATA.name, **before}, {"name": PRORATA.name, **after}
        if before["name"] != after["name"]:  # its parameters come with it
            before, after = {"name": before["name"]}, {"name": after["name"]}
    for name in dict.fromkeys((*before, *after)):
        path, values = f"{head}.{name}", (before.get(name), after.get(name))
        if not {path, path.removeprefix("operation.")} & SILENT and not _is_same(*values):
            yield _describe_difference(path, *values)


def _of_files(
    first: RawFolder, last: RawFolder, settings: Sequence[ChangedSetting]
) -> Iterator[ChangedSetting]:
    """Yield the files of one name and another content: of the sites that name them, then all others."""
    other = {name for name in FILE_FOLDERS if first.folder != last.folder}
    files = {path for name in other for path in _files(first.folder, name) | _files(last.folder, name)}
    pairs = {path: (first.folder / path, last.folder / path) for path in files}
    changed = {path for path, (a, b) in pairs.items() if not (a.is_file() and b.is_file() and cmp(a, b))}
    paths = {setting.path for setting in settings}
    named = set[str]()
    for head in ("participants", "plants"):
        for id_, (was, now) in _pairs(first, last, head).items():
            cells = [str(row.cells.get("curve", "")) for row in (was, now) if row is not None]
            of = {f"curves/{cell.partition('#')[0]}" for cell in cells if cell}
            named |= of
            if was and now and of & changed and f"{head}.{id_}.curve" not in paths:
                yield _describe_difference(f"{head}.{id_}.curve", None, None)
    for folder in sorted({path.partition("/")[0] for path in changed - named}):
        yield ChangedSetting(f"{folder}.files", f"{folder}/", "", "", None, None)


def _files(folder: Path, name: str) -> set[str]:
    where = folder / name
    return {f"{name}/{path.name}" for path in where.iterdir() if path.is_file()} if where.is_dir() else set()


def _mixed_rows(first: RawFolder, last: RawFolder, head: str, done: frozenset[ChangeCause]) -> Iterator[Row]:
    """Yield rows as they are on the way; who is not in yet, or no more, stays known: a key may name it."""
    is_done = BY_HEAD[head] in done
    inside = _pairs(first, last, head)
    every = {str(row.cells.get("id", "")): row for of in (first, last) for row in of.tables[f"{head}.csv"]}
    for id_, row in every.items():
        was, now = inside.get(id_, (None, None))
        if was is not None and now is not None:
            sides = {
                name: now if cause_of(f"{head}.{id_}.{name}") in done else was
                for name in dict.fromkeys((*was.cells, *now.cells))
            }
            cells = {name: side.cells[name] for name, side in sides.items() if name in side.cells}
            yield replace(now if is_done else was, cells=cells)
        elif (kept_row := now if is_done else was) is not None:
            yield kept_row
        elif head != "persons":
            yield replace(row, cells={**row.cells, "active": False})


def _mixed_section(head: str, was: CellValue, now: CellValue, done: frozenset[ChangeCause]) -> CellValue:
    if head in SILENT_SECTIONS:
        return now
    before, after = _table(was), _table(now)
    if head == "key" or before is None or after is None:
        return now if cause_of(head) in done else was
    names = dict.fromkeys((*before, *after))
    sides = {name: after if cause_of(f"{head}.{name}") in done else before for name in names}
    return {name: side[name] for name, side in sides.items() if name in side} or None


def _table(content: CellValue) -> Mapping[str, CellValue] | None:
    """Return a section as a table, empty where it is not there; None where it is none."""
    return content if isinstance(content := content or {}, Mapping) else None


def _describe_difference(path: str, before: object, after: object) -> ChangedSetting:
    """Difference of a setting in words; identities, places and file names are masked."""
    head, _dot, rest = path.partition(".")
    of, _dot, column = rest.rpartition(".") if head in TABLES else ("", "", rest)
    named = columns(f"{head}.csv" if head in TABLES else head).get(column)
    if named is None:
        return ChangedSetting(path, path, "", of, before, after)
    if of and named.type in OF_A_PERSON:
        before = after = None
    return ChangedSetting(path, named.french, named.unit, of, before, after)


def _reader(head: str, column: str) -> Callable[[CellValue], CellValue]:
    """Reader of a cell's meaning: words of a list, yes and no, in any language."""
    named = columns(f"{head}.csv").get(column)
    if named is not None and named.type == "list" and named.of in {*LIST_NAMES, "profile"}:
        return lambda value: word_of(named.of, str(value)) or value
    return truth if named is not None and named.is_truth else lambda value: value


def _is_same(before: object, after: object) -> bool:
    """Return whether two cells say the same: one is a text, the other was typed."""
    return before == after or str(before) == str(after) or _number(before) == _number(after) is not None


def _number(value: object) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None
