"""From an operation folder to a Scenario, or to every fault of the folder at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import Any

from acc.keys import KEYS
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from acc.steps import Steps
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.hourly_files import names_hours, with_hours
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.references import twice_prm, written_ids
from scenarios.entry.columns.row_models import OPTIONAL_SECTIONS, SECTIONS, OperationSection, PlantRow
from scenarios.entry.columns.rows import read_rows, with_unique_names
from scenarios.entry.folder.battery_and_loads import check_battery, read_flexible
from scenarios.entry.folder.build import build_scenario
from scenarios.entry.folder.change_uses import doubted_uses
from scenarios.entry.folder.changes import read_changes, uncounted
from scenarios.entry.folder.contracts import with_contracts
from scenarios.entry.folder.dress import of_book
from scenarios.entry.folder.kept_tables import accepted_lines, check_variants, kept_notes, read_accepted
from scenarios.entry.folder.more_panels import added_panels_plants, more_panels
from scenarios.entry.folder.no_sharing import without_sharing
from scenarios.entry.folder.part_cache import PartCache, made_anew
from scenarios.entry.folder.parties import holders_in, read_parties
from scenarios.entry.folder.persons import landlord_faults, read_persons
from scenarios.entry.folder.power_notes import power_notes
from scenarios.entry.folder.question import label, read_question, source_with_settings, unknown_key
from scenarios.entry.folder.quotes import quote_lines, read_quotes
from scenarios.entry.folder.rates_day import too_old
from scenarios.entry.folder.raw import OTHER_SECTIONS, PARTICIPANTS, RawFolder
from scenarios.entry.folder.sections import ModelT, read_section
from scenarios.entry.folder.settings import Setting
from scenarios.entry.folder.site_rows import ParticipantRows, check_plants, participants_of
from scenarios.entry.places.insee_density import with_places
from scenarios.entry.plausibility.judge import oddities, table_oddities
from scenarios.entry.plausibility.plant_kinds import with_kept_roofs
from scenarios.entry.plausibility.values import ImplausibleValue

MAX_DAYS = 10 * 366


def load(
    folder: Path,
    *,
    variant: str | None = None,
    key: str | None = None,
    settings: Sequence[Setting] = (),
    source: RawFolder | None = None,
) -> Scenario:
    """Return the scenario of a folder, under a variant and a key when they are named.

    Args:
        settings: what is asked over the variant; see `scenarios.entry.folder.question`.
        source: the folder as it was read, where that is known.

    Raises:
        InputError: every problem of the folder, with file, line, value, what was expected.
    """
    request = (*read_question(key=key), *settings)
    source = source_with_settings(source or folder, variant=variant, settings=request)
    return loaded(source, variant=variant, settings=settings)


def loaded(
    source: RawFolder,
    *,
    variant: str | None = None,
    settings: Sequence[Setting] = (),
    held: PartCache = made_anew,
) -> Scenario:
    """Return the scenario of a folder as it was asked for; see `load`.

    Args:
        held: what keeps what was read of equal tables for the next question.
    """
    scenario = scenario_of(source, variant=variant, cache=held)
    if not scenario.participants:
        message = _("nobody takes part: leave at least one line active")
        raise InputError([Problem(source.table(PARTICIPANTS), message)])
    return replace(scenario, questions=label(settings))


def scenario_of(
    source: RawFolder,
    *,
    variant: str | None = None,
    key: str | None = None,
    everyone: bool = False,
    cache: PartCache = made_anew,
) -> Scenario:
    """Return the scenario written in `source`; `everyone` takes in the inactive members too.

    Raises:
        InputError: every fault of the folder.
    """
    sites = participants_of(source, cache)
    read, plants = _checked(source, key, sites)
    operation, accepted = read["operation"], read["accepted"] or ()

    def of_tables() -> tuple[ImplausibleValue, ...]:
        return tuple(table_oddities(source, sites.rows, plants, sites.odd))

    tables = source.participants, source.plants, source.persons, source.quotes, source.changes
    of_all = cache("oddities", tables, of_tables)
    unlikely = list(oddities(source, operation, read, sites.rows, plants, of_all))
    doubted = [oddity for oddity in unlikely if not oddity.is_accepted(accepted)]
    kept_paths = {oddity.path for oddity in unlikely if oddity not in doubted}
    scenario = build_scenario(
        read,
        with_unique_names(participant for _row, participant in sites.rows),
        with_kept_roofs(with_unique_names(_with_panels(source, plants, operation)), kept_paths),
        variant=variant,
        key=key,
        everyone=everyone,
    )
    scenario = replace(
        scenario,
        notes=_notes(source, read, plants, [oddity.sentence for oddity in doubted]),
        doubted={oddity.path: of_book(source, oddity.sentence) for oddity in doubted},
        assumptions=(
            *scenario.assumptions,
            *quote_lines(scenario.plants),
            *accepted_lines(accepted),
        ),
        files=() if source.book else scenario.files,
    )
    scenario = scenario if operation.sharing else without_sharing(scenario)
    if operation.contracts_file:
        scenario = with_contracts(scenario, source.folder / "curves" / operation.contracts_file)
    if names_hours(scenario, read["carbon"]):
        scenario = with_hours(scenario, source.folder, read["carbon"])
    return with_places(scenario, source.folder, operation.density_file)


def _with_panels(
    source: RawFolder, plants: Sequence[tuple[Row, PlantRow]], operation: OperationSection
) -> list[PlantRow]:
    """Return the plants, those that come later beside them too where dated changes are counted."""
    written = [plant for _row, plant in plants]
    return [*written, *(more_panels(source.changes, written) if operation.changes else ())]


def _notes(
    source: RawFolder, read: Mapping[str, Any], plants: Sequence[tuple[Row, PlantRow]], doubts: Sequence[str]
) -> tuple[str, ...]:
    operation = read["operation"]
    notes = (
        *source.converted,
        *kept_notes(source),
        *too_old(operation.rates_on),
        *doubts,
        *power_notes(plants, read["quotes"]),
        *uncounted(read["changes"], operation),
        *read["doubted uses"],
    )
    return tuple(of_book(source, note) for note in notes)


def problems_of(source: RawFolder) -> tuple[Problem, ...]:
    """Return every fault of a folder, its inactive members read too."""
    try:
        scenario_of(source, everyone=True)
    except InputError as fault:
        return fault.problems
    return ()


def _checked(
    source: RawFolder, key: str | None, sites: ParticipantRows
) -> tuple[dict[str, Any], list[tuple[Row, PlantRow]]]:
    """Return the sections by name, with all that the tables beside them say, and the plants.

    Raises:
        InputError: every fault of the folder.
    """
    faults: list[Problem] = []
    read = _sections(source, faults)
    participants = sites.rows
    faults += sites.unread
    plants = read_rows(source.plants, PlantRow, faults)
    read["persons"] = read_persons(source, (*participants, *plants), faults)
    known = holders_in(source)
    read["parties"] = read_parties(source, known, faults)
    read["quotes"], read["panels"] = read_quotes(source, faults), added_panels_plants(source.changes)
    read["changes"] = read_changes(source, read["operation"], participants, plants, faults)
    read["doubted uses"] = doubted_uses(read["changes"], participants)
    read["accepted"] = read_accepted(source, faults)
    check_variants(source, faults)
    faults += sites.wrong
    if not participants and not faults:
        faults.append(Problem(source.table(PARTICIPANTS), _("no participant: at least one line is expected")))
    # As they are written: a line that cannot be read makes no fault of those that name it.
    ids, persons = written_ids(source.participants), written_ids(source.persons or ())
    check_plants(source, plants, ids, faults)
    faults += landlord_faults(plants, [*ids, *persons])
    _check_keys(source, faults)
    read["flexible"] = read_flexible(source, ids, faults)
    check_battery(source, read["battery"], [*ids, *written_ids(source.plants)], faults)
    if read["key"] is not None:
        _check_key(source, key or str(read["key"].name), faults)
    read["steps"] = _steps(source, read["operation"], faults)
    for rows in (participants, plants):
        message = _("the same PRM as in line {line}: each meter has its own")
        faults += [Problem(r.path("prm"), message.format(line=first.line)) for r, first in twice_prm(rows)]
    if faults:
        raise InputError(faults)
    read["keys"] = source.sections.get("keys", {})
    return read, plants


def _sections(source: RawFolder, faults: list[Problem]) -> dict[str, Any]:
    known = (*SECTIONS, *OTHER_SECTIONS)
    faults += [
        Problem(source.place(name), unknown_word(name, known))
        for name in sorted(set(source.sections) - set(known))
    ]
    return {name: _section(source, name, model, faults) for name, model in SECTIONS.items()}


def _section(source: RawFolder, name: str, model: type[ModelT], faults: list[Problem]) -> ModelT | None:
    content = source.sections.get(name)
    if content is None and name != "operation":
        return None if name in OPTIONAL_SECTIONS else model()
    return read_section(source, name, content, model, faults)


def _steps(source: RawFolder, section: OperationSection | None, faults: list[Problem]) -> Steps | None:
    if section is None:
        return None
    days = (section.end - section.start).days
    if 0 < days <= MAX_DAYS:
        return Steps.between(section.start, section.end, section.step_minutes)
    message = (
        _("{days} days: at most ten years are expected")
        if days > 0
        else _("{end} does not come after the start, {start}: the end is the first day left out")
    )
    message = message.format(days=days, end=section.end, start=section.start)
    faults.append(Problem(source.place("operation", "end"), message))
    return None


def _check_key(source: RawFolder, name: str, faults: list[Problem]) -> None:
    if name not in KEYS:
        faults.append(Problem(source.place("key", "name"), unknown_key(name)))


def _check_keys(source: RawFolder, faults: list[Problem]) -> None:
    """Check `[keys.NAME]`: parameters of other keys, for comparisons."""
    keys = source.sections.get("keys", {})
    if not isinstance(keys, dict):
        message = _("sections [keys.NAME] are expected, one a key, with its parameters")
        faults.append(Problem(source.place("keys"), message))
        return
    for name, parameters in keys.items():
        place = source.place(f"keys.{name}")
        if name not in KEYS:
            faults.append(Problem(place, unknown_key(name)))
        elif not isinstance(parameters, dict):
            message = _("a section [keys.{name}] with the parameters of the key is expected")
            faults.append(Problem(place, message.format(name=name)))
