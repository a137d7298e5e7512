"""An operation folder for each lawful group: what the folder says, variant included, for its members only."""

import csv
import io
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.result.lawful_plan import LawfulPlan, PlannedOperation
from profiles.files.atomic_write import write_atomic
from profiles.files.letters import as_words
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import OPTIONAL_TABLES
from scenarios.entry.columns.toml_text import parse_toml, toml_of, toml_values
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS, RawFolder, read_source
from scenarios.entry.folder.settings import followed, quotes_of, with_variant
from scenarios.operation.metering.sky import sky_position
from scenarios.operation.ready.operation import Operation


def write_groups(
    operation: Operation, plan: LawfulPlan, folder: Path, *, members_only: bool = False
) -> list[Path]:
    """Write a folder for each operation of a plan: the same files, where only its members are active.

    Every member stays in the tables, so that a key which names one who is elsewhere can still be read, and
    so that the owner of a roof is known. The variant and the key that were asked for are written in, a roof
    has the power of the plan, and the place of the weather is that of the whole operation, so that `acc run`
    finds the figures that the plan tells. None has the battery nor moves the loads, which no plan counts,
    nor `[compare]`, whose roofs may be of another group.

    Files that are there are replaced: see `written`.

    Args:
        members_only: leave the others out of the tables, owners of its roofs apart: where they are thousands.

    Raises:
        InputError: a section that cannot be changed.
    """
    source = read_source(operation.folder)
    raw = with_variant(source, operation.scenario.variant) if operation.scenario.variant else source
    common = _without(_operation_text(operation, source, raw), ("battery", "flexible", "compare"))
    kwp = {plant.id: plant.kwp for plant in operation.scenario.plants}
    reduced = {roof.id: roof.kwp for roof in plan.roofs if roof.kwp not in {0.0, kwp[roof.id]}}
    names = group_folders(folder, len(plan.operations))
    texts: dict[Path, str] = {}
    for path, group in zip(names, plan.operations, strict=True):
        text = _with_key(common, "operation", "perimeter", str(group.regime))
        title = f"{operation.scenario.name} · {path.name.replace('-', ' ')}"
        texts[path / OPERATION] = _with_key(text, "operation", "name", title)
        everyone = raw.participants, _at_powers(raw, reduced)
        people, roofs = _rows(raw, reduced, group) if members_only else everyone
        texts[path / PARTICIPANTS] = _table(people, group.participant_ids)
        texts[path / PLANTS] = _table(roofs, group.plant_ids)
        for name in [name for name in OPTIONAL_TABLES if raw.tables[name]]:
            texts[path / name] = _lines(raw.tables[name], lambda _row: {})
    for file, text in texts.items():
        write_atomic(file, text)
    curves = [path for path in (operation.folder / "curves").rglob("*") if path.is_file()]
    for path in names:
        for file in curves:  # closed like the rest, whatever the rights of the copied one
            write_atomic(path / file.relative_to(operation.folder), file.read_bytes())
    return names


def _rows(
    raw: RawFolder, kwp: Mapping[str, float], group: PlannedOperation
) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return the rows of a group's sites, owners of its roofs included, and of its roofs."""
    roofs = [row for row in _at_powers(raw, kwp) if row.cells.get("id") in group.plant_ids]
    named = {*group.participant_ids, *(row.cells.get("owner") for row in roofs)}
    return [row for row in raw.participants if row.cells.get("id") in named], roofs


def _without(text: str, names: Sequence[str]) -> str:
    """Return the TOML text without some sections.

    Raises:
        InputError: one that is written in one line, which is not changed here.
    """
    for name in names:
        text = _with_section(text, name, ()) if name in parse_toml(text, OPERATION) else text
        if name in parse_toml(text, OPERATION):
            raise _cannot_change(name)
    return text


def _at_powers(raw: RawFolder, kwp: Mapping[str, float]) -> list[Row]:
    """Return the rows of plants, those at another power with what follows it."""
    own = {row.line: kwp.get(str(row.cells.get("id"))) for row in raw.plants}
    return [
        row
        if (power := own[row.line]) is None
        else replace(row, cells=followed(row.cells, power, quotes_of(raw.quotes, row))[0])
        for row in raw.plants
    ]


def group_folders(folder: Path, count: int) -> list[Path]:
    """Folder of each of `count` groups."""
    word = _("group")
    return [folder / f"{word}-{number}" for number in range(1, count + 1)]


def other_groups(folder: Path, count: int) -> list[Path]:
    """Return the folders of groups that an earlier split left there, beyond `count`."""
    now = set(group_folders(folder, count))
    word = re.escape(_("group"))
    is_group = re.compile(rf"{word}-\d+")
    folders = [path for path in sorted(folder.glob("*")) if path.is_dir() and is_group.fullmatch(path.name)]
    return [path for path in folders if path not in now]


def _operation_text(operation: Operation, source: RawFolder, raw: RawFolder) -> str:
    """Return `operation.toml` with what the variant and the key change, and the place of the weather."""
    text = source.toml_text
    sections = dict(raw.sections)
    key = operation.scenario.key.name
    if key != sections.get("key", {}).get("name", key):
        sections["key"] = {"name": key, **sections.get("keys", {}).get(key, {})}
    changed = [name for name in sections if sections[name] != source.sections.get(name)]
    for name in changed:
        text = _with_section(text, name, sections[name])
    if any(site.position for site in operation.members.sites) and not operation.scenario.weather.position:
        sky = sky_position(operation.scenario)
        text = _with_key(text, "weather", "latitude", sky.latitude_deg)
        text = _with_key(text, "weather", "longitude", sky.longitude_deg)
    parsed = parse_toml(text, OPERATION)
    for name in changed:
        if parsed.get(name) != sections[name]:
            raise _cannot_change(name)
    return text


def _cannot_change(name: str) -> InputError:
    message = _("write it as a section, [{name}] and a line for each key, so that groups can part")
    return InputError([Problem(f"{OPERATION}, {name}", message.format(name=name))])


def _with_section(text: str, name: str, values: Mapping[str, object] | Sequence[Mapping[str, object]]) -> str:
    """Return the TOML text with the section `name`, and those inside it, written anew at the end."""
    header = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
    kept, inside = [], False
    for line in text.splitlines():
        match = header.match(line)
        if match:
            inside = match[1].split(".")[0] == name
        kept += [] if inside else [line]
    tables, brackets = ([values], "[{}]") if isinstance(values, Mapping) else (values, "[[{}]]")
    for table in tables:
        kept += [
            "",
            brackets.format(name),
            *(f"{toml_of(key)} = {toml_of(value)}" for key, value in table.items()),
        ]
    return "\n".join(kept) + "\n"


def _with_key(text: str, name: str, key: str, value: object) -> str:
    """Return the TOML text with a key of the section `name` changed, or added under its header.

    Raises:
        InputError: a section that is written in one line, or has the key over several.
    """
    header = re.search(rf"(?m)^[ \t]*\[[ \t]*{name}[ \t]*\]", text)
    if header is None:
        changed = f"{text.rstrip()}\n\n[{name}]\n{key} = {toml_of(value)}\n"
    else:
        changed = text[: header.end()] + _with_line(text[header.end() :], key, toml_of(value))
    try:
        kept = toml_values(changed)[name][key]
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        kept = None
    if kept != value:
        raise _cannot_change(name)
    return changed


def _with_line(rest: str, key: str, value: str) -> str:
    """Return the lines that follow the header of a section, with one of its keys changed or added."""
    body, following = (
        re.split(r"(?m)^(?=\[)", rest, maxsplit=1) if re.search(r"(?m)^\[", rest) else (rest, "")
    )
    line = rf"(?m)^(\s*{key}\s*=\s*)(\"[^\"\n]*\"|'[^'\n]*'|[^#\n]*?)(\s*(#.*)?)$"
    if re.search(line, body):
        body = re.sub(line, lambda match: f"{match[1]}{value}{match[3]}", body, count=1)
    else:
        body = f"\n{key} = {value}{body}"
    return body + following


def _table(rows: Sequence[Row], active_ids: Sequence[str]) -> str:
    """Return a table with the column `active`, in the form that Excel reads in French."""
    return _lines(rows, lambda row: {"active": row.cells.get("id") in active_ids})


def _lines(rows: Sequence[Row], own: Callable[[Row], Mapping[str, object]]) -> str:
    """Return a table where each row's `own` cells take the place of those it has, in the last columns."""
    last = list(own(rows[0]))
    columns = [*dict.fromkeys(name for row in rows for name in row.cells if name not in last), *last]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = {**row.cells, **own(row)}
        writer.writerow([_cell(cells.get(name, "")) for name in columns])
    # The mark at the head tells Excel that the accents are UTF-8.
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> str:
    """Return a cell; a variant may have put a value of TOML there, a partner a formula for a name."""
    return ("oui" if value else "non") if isinstance(value, bool) else as_words(str(value))
