"""An operation folder for each lawful group: what the folder says, variant included, for its members only.

What a split wrote, told from what somebody changed since: known before a search, not after it.

The lawful operations of a folder: found, written as folders, kept for who runs the folder next.

The search of lawful operations, for the working page.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from math import isnan
from pathlib import Path
from typing import Unpack

from acc.accounts.persons import Holding, holdings
from acc.arrays import CellValue
from acc.i18n import amount, semicolons, typed
from acc.keys.rule import unknown_name
from acc.problem import InputError, Problem
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, PlannedOperation
from acc.rules.all_checks import checks, what_if
from acc.scenario import Scenario
from acc.sides import loses
from profiles.files.atomic_write import write_atomic
from profiles.files.letters import as_words
from profiles.text.delimited import csv_text
from scenarios.entry.columns.csv_tables import BOM, Row
from scenarios.entry.columns.names import OPTIONAL_TABLES, SIGNATURES
from scenarios.entry.columns.toml_text import parse_toml, section_values, toml_of, toml_values, with_key
from scenarios.entry.folder.mask import SECRET, Mask, secret_of
from scenarios.entry.folder.put import FILES
from scenarios.entry.folder.raw import OPERATION, PARTICIPANTS, PLANTS, RawFolder, read_source
from scenarios.entry.folder.sections import checked_members, left_out
from scenarios.entry.folder.settings import followed, quotes_of, with_variant
from scenarios.kept_plan import keep_plan, kept_plan
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.metering.kept_meters import sky_position
from scenarios.operation.metering.meter import Metered, Progress
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of, repeated, source_of
from scenarios.operation.store.store import file_sha256
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.lawful.moved_plan import moved_plan
from scenarios.studies.lawful.plan_report import PlanProgress, Step, lawful_plans_for
from scenarios.studies.lawful.plans import MOST

RECORD = ".written.json"
"""Beside the folders of the groups: the sha256 of each file that was written, by path."""


def table_and_map(where: Path) -> tuple[Path, Path]:
    """Paths of the table and the map of the groups."""
    return where / f"{_('groups')}.csv", where / "map.png"


def refuse_changed(where: Path, *, force: bool) -> None:
    """Refuse to write groups where somebody changed a file of theirs since the last split.

    Raises:
        InputError: a file that is not as the last split left it, unless `force`.
    """
    left = {} if force else _record(where)
    paths = (
        [] if force else [path for path in _files(where) if left.get(_name(where, path)) != file_sha256(path)]
    )
    if paths:
        message = _(
            "changed since the last split, or not of one: add --force to replace it, or --out for elsewhere"
        )
        raise InputError([Problem(str(path), message) for path in paths])


def remember(where: Path) -> None:
    """Keep the digests of the files of the groups, for the next split."""
    digests = {_name(where, path): file_sha256(path) for path in _files(where)}
    write_atomic(where / RECORD, json.dumps(digests, indent=1, sort_keys=True))


def _files(where: Path) -> Iterator[Path]:
    paths: Iterable[Path] = (path / name for path in other_groups(where, 0) for name in FILES)
    yield from (path for path in (*paths, *table_and_map(where)) if path.is_file())


def _name(where: Path, path: Path) -> str:
    return path.relative_to(where).as_posix()


def _record(where: Path) -> Mapping[str, str]:
    try:
        record = json.loads((where / RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


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
        # Papers of all the operations are followed in the folder of the whole.
        for name in [name for name in OPTIONAL_TABLES if raw.tables[name] and name != SIGNATURES]:
            texts[path / name] = _lines(raw.tables[name], lambda _row: {})
        if operation.scenario.has_closed:  # what others read of it is moved by the same factors
            texts[path / SECRET] = f"{secret_of(operation.folder).hex()}\n"
    for file, text in texts.items():
        write_atomic(file, text)
    curves = [path for path in (operation.folder / "curves").rglob("*") if path.is_file()]
    for path in names:
        for file in curves:  # closed like the rest, whatever the rights of the copied one
            write_atomic(path / file.relative_to(operation.folder), file.read_bytes())
    return names


def _rows(
    raw: RawFolder, powers_kwp: Mapping[str, float], group: PlannedOperation
) -> tuple[Sequence[Row], Sequence[Row]]:
    """Return the rows of a group's sites, owners of its roofs included, and of its roofs."""
    roofs = [row for row in _at_powers(raw, powers_kwp) if row.cells.get("id") in group.plant_ids]
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


def _at_powers(raw: RawFolder, powers_kwp: Mapping[str, float]) -> list[Row]:
    """Return the rows of plants, those at another power with what follows it."""
    own = {row.line: powers_kwp.get(str(row.cells.get("id"))) for row in raw.plants}
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
    if key != section_values(sections.get("key")).get("name", key):
        sections["key"] = {"name": key, **section_values(section_values(sections.get("keys")).get(key))}
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


def _with_section(text: str, name: str, values: CellValue) -> str:
    """Return the TOML text with the section `name`, and those inside it, written anew at the end."""
    header = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?\s*(#.*)?$")
    kept, inside = [], False
    for line in text.splitlines():
        match = header.match(line)
        if match:
            inside = match[1].split(".")[0] == name
        kept += [] if inside else [line]
    tables, brackets = (values, "[[{}]]") if isinstance(values, list) else ([values], "[{}]")
    for table in tables:
        kept += [
            "",
            brackets.format(name),
            *(f"{toml_of(key)} = {toml_of(value)}" for key, value in section_values(table).items()),
        ]
    return "\n".join(kept) + "\n"


def _with_key(text: str, name: str, key: str, value: object) -> str:
    """Return the TOML text with a key of the section `name` changed, or added under its header.

    Raises:
        InputError: a section that is written in one line, or has the key over several.
    """
    try:
        changed = with_key(text, name, key, toml_of(value))
        kept = section_values(toml_values(changed).get(name)).get(key)
    except (InputError, tomllib.TOMLDecodeError):
        raise _cannot_change(name) from None
    if kept != value:
        raise _cannot_change(name)
    return changed


def _table(rows: Sequence[Row], active_ids: Sequence[str]) -> str:
    """Return a table with the column `active`, in the form that Excel reads in French."""
    return _lines(rows, lambda row: {"active": row.cells.get("id") in active_ids})


def _lines(rows: Sequence[Row], own: Callable[[Row], Mapping[str, object]]) -> str:
    """Return a table where each row's `own` cells take the place of those it has, in the last columns."""
    last = list(own(rows[0]))
    columns = [*dict.fromkeys(name for row in rows for name in row.cells if name not in last), *last]
    cells = [{**row.cells, **own(row)} for row in rows]
    return BOM + csv_text([columns, *([_cell(row.get(name, "")) for name in columns] for row in cells)])


def _cell(value: object) -> str:
    """Return a cell; a variant may have put a value of TOML there, a partner a formula for a name."""
    return ("oui" if value else "non") if isinstance(value, bool) else as_words(str(value))


def split_for(
    operation: Operation,
    *,
    most: int = MOST,
    seed: int = 24,
    drawn: tuple[Metered, SweepChoice] | None = None,
    show_plan: PlanProgress = lambda _count, _plan: None,
    step: Step | None = None,
) -> LawfulPlansReport:
    """Return the lawful plans of the members, beside one single perimeter were it lawful.

    Raises:
        InputError: the key cannot be built.
    """
    report = lawful_plans_for(operation, most=most, seed=seed, drawn=drawn, progress=show_plan, step=step)
    single, single_kwh = _single(operation)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    if not report.best.euros_known:
        single = None
    return replace(
        report,
        single_kwh=single_kwh,
        single_eur=None if single is None else sum(value for value, _year in single),
        single_losers=None if single is None else sum(loses(min(both)) for both in single),
        outlooks=what_if(operation.members, rules),
    )


def _report_step(progress: Progress, done: int, every: int) -> None:
    progress(_("without each member: {done} of {all}").format(done=done, all=every))


def _single(operation: Operation) -> tuple[list[tuple[float, float]] | None, float]:
    """Euros of each person in one single perimeter, over the plan and the period; shared kWh."""
    alone = operation.without_battery()
    outcome = alone.outcome(alone.scenario.key, leaving=False)
    euros, received_kwh = outcome.money, float(outcome.energy.received_kwh.sum())
    if euros is None or euros.total is None:
        return None, received_kwh
    return [
        (person.gain_eur_ht if person.npv_eur_ht is None else person.npv_eur_ht, person.gain_eur_ht)
        for person in euros.persons
    ], received_kwh


def keep_best(operation: Operation, report: LawfulPlansReport, request: OperationRequest) -> None:
    """Keep the best plan for who runs the folder next, and for others where data are moved for them."""
    keep_plan(operation, report.best)
    if not operation.scenario.has_closed:
        return
    others: OperationRequest = {**request, "mask": Mask(operation.folder)}
    seen, metered = open_operation(operation.folder, **others)
    drawn = metered, _drawn_around(operation, request)
    if (moved := moved_plan(unmoved(seen, metered), report, drawn)) is not None:
        keep_plan(seen, moved)


def _drawn_around(operation: Operation, request: OperationRequest) -> SweepChoice:
    return read_sweep(source_of(operation.folder, request)).for_single_weather_year


def unmoved(operation: Operation, metered: Metered) -> Operation:
    """Return an operation whose loads do not move: they follow the production of all, which no group has."""
    return operation if metered.unshifted is None else replace(operation, exchange=metered.unshifted)


@dataclass(frozen=True, slots=True)
class WrittenSplit:
    """Lawful plans, the folders of the operations of the best, and what a person should know of these."""

    report: LawfulPlansReport
    folders: tuple[Path, ...]
    notes: tuple[str, ...]


def split_folder(
    folder: Path,
    out: Path,
    *,
    seed: int,
    most: int | None = None,
    force: bool = False,
    each: bool = False,
    show_plan: PlanProgress = lambda _count, _plan: None,
    **request: Unpack[OperationRequest],
) -> WrittenSplit:
    """Find the lawful plans of an operation folder, write the best: a folder an operation in `out`.

    Args:
        most: operations; None for as many as bring something, up to the usual most.
        each: look for the best plan without each member and each roof, too.

    Raises:
        InputError: every fault of the folder; a file of an earlier split that somebody changed, unless
            `force`: raised before the search.
    """
    refuse_changed(out, force=force)
    operation, metered = open_operation(folder, **repeated(request))
    progress = progress_of(request)
    progress(_("a first lawful plan"))
    report = split_for(
        unmoved(operation, metered),
        most=MOST if most is None else most,
        seed=seed,
        drawn=(metered, _drawn_around(operation, request)),
        show_plan=show_plan,
        step=partial(_report_step, progress) if each else None,
    )
    folders = write_groups(operation, report.best, out)
    remember(out)
    keep_best(operation, report, repeated(request))
    message = _("{path} is of an earlier split: remove it, or keep it apart")
    earlier = [message.format(path=path) for path in other_groups(out, len(folders))]
    dated = dated_notes(report.best, folders, progress) if operation.scenario.uncounted_changes else ()
    return WrittenSplit(report, tuple(folders), (*left_out(operation.scenario), *dated, *earlier))


def kept_operations(
    folder: Path, out: Path, *, person: str | None = None, force: bool, **request: Unpack[OperationRequest]
) -> list[Path]:
    """Write the operations of the plan last found for a folder, without a search: a folder each in `out`.

    Args:
        person: who holds a site or a plant of those that are returned, by its id or that of what it holds.

    Raises:
        InputError: every fault of the folder; no plan that was found for it as it stands, or nobody of that
            name in it; a file of an earlier split that somebody changed, unless `force`.
    """
    operation, _metered = open_operation(folder, **request)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    plan = kept_plan(operation, checks(checked_members(operation.scenario), operation.scenario.regime, rules))
    if plan is None or not plan.operations:
        message = _("no lawful operation was found for it as it stands: `acc members {folder} --split`")
        raise InputError([Problem("--operations", message.format(folder=typed(folder)))])
    places = places_of_person(operation.scenario, plan, person) if person else range(len(plan.operations))
    refuse_changed(out, force=force)
    folders = write_groups(operation, plan, out)
    return [folders[place] for place in places]


def places_of_person(scenario: Scenario, plan: LawfulPlan, name: str) -> list[int]:
    """Return the places in a plan of the operations where a person holds something.

    Args:
        name: id of the person, or of a site or a plant of it.

    Raises:
        InputError: an unknown id, with the nearest one; a person of none of these operations.
    """
    ids_of = {holder.id: _ids_of(scenario, holder) for holder in holdings(scenario)}
    own = next((ids for ids in ids_of.values() if name in ids), None)
    if own is None:
        raise InputError([Problem("--person", unknown_name(name, frozenset[str]().union(*ids_of.values())))])
    places = sorted({plan.places[id_] for id_ in own if id_ in plan.places})
    if not places:
        message = _("{name} is in none of the lawful operations found").format(name=name)
        raise InputError([Problem("--person", message)])
    return places


def _ids_of(scenario: Scenario, holder: Holding) -> set[str]:
    sites, plants = scenario.participants, scenario.plants
    return {holder.id, *(sites[n].id for n in holder.sites), *(plants[m].id for m in holder.plants)}


def dated_notes(plan: LawfulPlan, folders: Sequence[Path], progress: Progress) -> tuple[str, ...]:
    """Value of each operation of a plan with dated changes, from its own run.

    Args:
        folders: of the operations, in the order of the plan.
    """
    message = _("operation {number}: {eur} EUR in place of {repeated}")
    values = []
    for number, (folder, group) in enumerate(zip(folders, plan.operations, strict=True), 1):
        progress(_("the dated changes of operation {number}").format(number=number))
        operation = open_operation(folder)[0]
        money = operation.outcome(operation.scenario.key, leaving=False).money
        if money is None or money.total is None or money.total.npv_eur_ht is None or isnan(group.value_eur):
            return ()
        both = {"eur": amount(money.total.npv_eur_ht), "repeated": amount(group.value_eur)}
        values.append(message.format(number=number, **both))
    note = _(
        "Once the dated changes of changes.csv are counted, which the search leaves out, the operations "
        "found bring their members over the plan, as `acc run` of each folder tells: {values}."
    )
    return (note.format(values=semicolons(values)),) if values else ()


def search_of_page(
    hand: AtHand, question: PageQuestion, progress: Progress = lambda _text: None
) -> LawfulPlan:
    """Find the lawful operations of a state, and keep them: `acc members --split` without its folders.

    Args:
        progress: called at each step; what it raises ends the search.

    Raises:
        InputError: every fault of the folder and of the question.
    """
    request = hand.request(replace(question, each=True), anew=True)
    operation, metered = open_operation(hand.folder, **request)
    progress(_("a first lawful plan"))
    report = lawful_plans_for(
        unmoved(operation, metered),
        drawn=(metered, _drawn_around(operation, request)),
        progress=lambda count, _plan: progress(_("beyond {count} operations").format(count=count)),
    )
    keep_best(operation, report, request)
    hand.searches += 1
    return report.best
