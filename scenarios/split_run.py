"""The lawful operations of a folder, and a folder for each of them, ready to run."""

import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.what_if import Outlook, what_if
from scenarios.rates import read_rates
from scenarios.rules import perimeter_rules
from scenarios.run import Ground
from scenarios.source import OPERATION, PARTICIPANTS, PLANTS, read_source
from scenarios.split import Group, Objective, Split, split
from scenarios.split_battery import Home, battery_home, home_document
from scenarios.tables import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """The split of a folder, and what each regime would allow its members as they are."""

    split: Split
    outlooks: tuple[Outlook, ...]
    battery: Home | None


def split_for(ground: Ground, objective: Objective, seed: int) -> SplitReport:
    """Return the best lawful operations of a scenario's members; see `scenarios.split.split`."""
    rules = perimeter_rules(read_rates(), ground.scenario.on)
    exchange = ground.exchange
    found = split(
        ground.members,
        exchange.consumption_kwh,
        exchange.production_kwh,
        rules,
        objective=objective,
        seed=seed,
    )
    home = battery_home(ground.scenario, ground.members, found.groups, rules)
    return SplitReport(split=found, outlooks=what_if(ground.members, rules), battery=home)


def write_groups(
    source: Path, groups: Sequence[Group], folder: Path, battery: Home | None, *, force: bool = False
) -> list[Path]:
    """Write an operation folder for each group: the same files, where only its members are active.

    Every member stays in the tables, so that a key which names one who is elsewhere can still be read.

    Args:
        battery: which group has it; the others have it with `active = false`.

    Raises:
        InputError: a folder that is there already (unless `force`), a battery that cannot be moved.
    """
    raw = read_source(source)
    word = _("group")
    names = [folder / f"{word}-{number}" for number in range(1, len(groups) + 1)]
    message = _("there already: choose another folder with --out, or add --force")
    there = [Problem(str(path), message) for path in names if path.exists()]
    if there and not force:
        raise InputError(there)
    for number, (path, group) in enumerate(zip(names, groups, strict=True), start=1):
        path.mkdir(parents=True, exist_ok=True)
        title = raw.sections["operation"].get("name", source.name)
        text = _with_key(raw.toml_text, "operation", "perimeter", f'"{group.regime}"')
        text = _with_key(text, "operation", "name", f'"{title} · {path.name}"')
        if battery is not None:
            text = _with_battery(text, active=battery.group == number)
        (path / OPERATION).write_text(text, encoding="utf-8")
        (path / PARTICIPANTS).write_text(_table(raw.participants, group.participant_ids), encoding="utf-8")
        (path / PLANTS).write_text(_table(raw.plants, group.plant_ids), encoding="utf-8")
        if (source / "curves").is_dir():
            shutil.copytree(source / "curves", path / "curves", dirs_exist_ok=True)
    return names


def _with_battery(text: str, *, active: bool) -> str:
    """Return the TOML text with its battery switched on or off; one that only a variant has stays there.

    Raises:
        InputError: a battery written in one line, which is not changed here.
    """
    text = _with_key(text, "battery", "active", "true" if active else "false")
    found = tomllib.loads(text).get("battery", {})
    if found and found.get("active") is not active:
        message = _("write it as a section, [battery] and a line for each key, so that groups can part")
        raise InputError([Problem(f"{OPERATION}, battery", message)])
    return text


def _with_key(text: str, name: str, key: str, value: str) -> str:
    """Return the TOML text with a key of the section `name` changed, or added under its header."""
    header = re.search(rf"(?m)^[ \t]*\[[ \t]*{name}[ \t]*\]", text)
    if header is None:
        return text
    head, section, rest = text[: header.start()], header[0], text[header.end() :]
    body, following = (
        re.split(r"(?m)^(?=\[)", rest, maxsplit=1) if re.search(r"(?m)^\[", rest) else (rest, "")
    )
    line = rf"(?m)^(\s*{key}\s*=\s*)(\"[^\"\n]*\"|'[^'\n]*'|[^#\n]*?)(\s*(#.*)?)$"
    if re.search(line, body):
        body = re.sub(line, lambda found: f"{found[1]}{value}{found[3]}", body, count=1)
    else:
        body = f"\n{key} = {value}{body}"
    return head + section + body + following


def _table(rows: Sequence[Row], active_ids: Sequence[str]) -> str:
    """Return a table with the column `active`, in the form that Excel reads in French."""
    columns = list(dict.fromkeys(name for row in rows for name in row.cells if name != "active"))
    lines = [";".join([*columns, "active"])]
    for row in rows:
        active = "oui" if row.cells.get("id") in active_ids else "non"
        lines.append(";".join([*(_cell(row.cells, name) for name in columns), active]))
    return "\n".join(lines) + "\n"


def _cell(cells: Mapping[str, object], name: str) -> str:
    text = str(cells.get(name, ""))
    return f'"{text}"' if ";" in text else text


def split_document(report: SplitReport, ground: Ground) -> dict[str, object]:
    """Return a split as data, kWh over the period."""
    found = report.split
    return {
        "objective": str(found.objective),
        "shared_kwh": found.shared_kwh,
        "single_kwh": found.single_kwh,
        "lost_kwh": found.lost_kwh,
        "bound_kwh": found.bound_kwh,
        "gap_ratio": found.gap_ratio,
        "served": found.served,
        "worst_ratio": found.worst_ratio,
        "worst_bound_ratio": found.worst_bound_ratio,
        "exact": found.exact,
        "seed": found.seed,
        "battery": None if report.battery is None else home_document(report.battery),
        "groups": [_group_document(group, ground) for group in found.groups],
        "unplaced": [{"id": site.id, "reason": site.reason} for site in found.unplaced],
        "regimes": [
            {
                "regime": str(outlook.regime),
                "state": str(outlook.state),
                "leaving": list(outlook.leaving),
                "staying": list(outlook.staying),
                "state_without": str(outlook.state_without),
            }
            for outlook in report.outlooks
        ],
    }


def _group_document(group: Group, ground: Ground) -> dict[str, object]:
    sites = ground.members.sites
    longest = group.longest
    return {
        "regime": str(group.regime),
        "participant_ids": list(group.participant_ids),
        "plant_ids": list(group.plant_ids),
        "longest_km": longest.distance_km if longest else None,
        "longest_ids": [sites[longest.first].id, sites[longest.second].id] if longest else [],
        "production_kwh": group.production_kwh,
        "consumption_kwh": group.consumption_kwh,
        "shared_kwh": group.shared_kwh,
        "worst_ratio": group.worst_ratio,
    }
