"""From an operation folder to a Scenario, or to every fault of the folder at once."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.problem import InputError, Problem
from acc.scenario import Scenario
from scenarios.entry.columns.rows import with_unique_names
from scenarios.entry.folder.build import build_scenario, too_old, without_sharing
from scenarios.entry.folder.changes import more_panels, uncounted
from scenarios.entry.folder.checks import checked, power_notes, unlikely_values
from scenarios.entry.folder.curve_files import names_hours, with_contracts, with_hours
from scenarios.entry.folder.fault_location import of_book
from scenarios.entry.folder.question import label, read_question, source_with_settings
from scenarios.entry.folder.raw import PARTICIPANTS, RawFolder
from scenarios.entry.folder.sections import accepted_lines, kept_notes
from scenarios.entry.folder.settings import Setting
from scenarios.entry.folder.site_rows import PartCache, made_anew, participants_of, quote_lines
from scenarios.entry.places.insee_density import with_places
from scenarios.entry.plausibility.plant_kinds import with_kept_roofs


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
    cache: PartCache = made_anew,
) -> Scenario:
    """Return the scenario of a folder as it was asked for; see `load`.

    Args:
        cache: what keeps what was read of equal tables for the next question.
    """
    scenario = scenario_of(source, variant=variant, cache=cache)
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
    read, plants = checked(source, key, sites)
    operation, accepted = read["operation"], read["accepted"] or ()
    unlikely = unlikely_values(source, read, sites, plants, cache)
    doubted = [oddity for oddity in unlikely if not oddity.is_accepted(accepted)]
    kept_paths = {oddity.path for oddity in unlikely if oddity not in doubted}
    written = [plant for _row, plant in plants]
    later = more_panels(source.changes, written) if operation.changes else ()
    scenario = build_scenario(
        read,
        with_unique_names(participant for _row, participant in sites.rows),
        with_kept_roofs(with_unique_names([*written, *later]), kept_paths),
        variant=variant,
        key=key,
        everyone=everyone,
    )
    notes = (
        *source.converted,
        *kept_notes(source),
        *too_old(operation.rates_on),
        *(oddity.sentence for oddity in doubted),
        *power_notes(plants, read["quotes"]),
        *uncounted(read["changes"], operation),
        *read["doubted uses"],
    )
    scenario = replace(
        scenario,
        notes=tuple(of_book(source, note) for note in notes),
        doubted={oddity.path: of_book(source, oddity.sentence) for oddity in doubted},
        assumptions=(*scenario.assumptions, *quote_lines(scenario.plants), *accepted_lines(accepted)),
        files=() if source.book else scenario.files,
    )
    scenario = scenario if operation.sharing else without_sharing(scenario)
    if operation.contracts_file:
        scenario = with_contracts(scenario, source.folder / "curves" / operation.contracts_file)
    if names_hours(scenario, read["carbon"]):
        scenario = with_hours(scenario, source.folder, read["carbon"])
    return with_places(scenario, source.folder, operation.density_file)


def problems_of(source: RawFolder) -> tuple[Problem, ...]:
    """Return every fault of a folder, its inactive members read too."""
    try:
        scenario_of(source, everyone=True)
    except InputError as fault:
        return fault.problems
    return ()
