"""What every command asks of a folder, and what makes its run repeatable: inputs, rates, seed."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from gettext import ngettext
from pathlib import Path
from typing import TypedDict

from acc.accounts.values import Money
from acc.bills.tariffs import RateUsed
from acc.indicators import Energy
from acc.legal.case import LegalCase
from acc.result.result import Provenance
from acc.rules.all_checks import checks
from acc.rules.check import Check, OperationStatus, status_of
from acc.scenario import Regime, Scenario
from acc.version import VERSION
from acc.years.states import year_of
from scenarios.entry.folder.load import loaded, scenario_of, with_curve_doubts
from scenarios.entry.folder.mask import Mask
from scenarios.entry.folder.question import read_question, source_with_settings
from scenarios.entry.folder.raw import RawFolder, inputs_of, read_source
from scenarios.entry.folder.sections import checked_members
from scenarios.entry.folder.settings import Setting
from scenarios.entry.folder.site_rows import MadeT
from scenarios.operation.coefficient_files.write import key_files
from scenarios.operation.metering.kept_meters import loads_parts
from scenarios.operation.metering.memory import trimmed
from scenarios.operation.metering.meter import Metered, Progress, meter
from scenarios.operation.store.store import KeptKind, KeptStore, file_sha256
from scenarios.rates.table import DISPENSE, GRANT, PROCUREMENT, legal_figure, perimeter_rules, read_rates


class OperationRequest(TypedDict, total=False):
    """Which scenario of a folder is asked for, and how it is made: what every command takes.

    `settings` are asked over the variant (`scenarios.entry.folder.question`); `cache` is used in place of the
    folder's own, which `use_cache` allows; `source` is what the folder says, in place of its tables;
    `every_year` settles each year of the plan under the folder's key, even one that takes seconds for it;
    `mask` moves the data of who did not agree, where others read what is found.
    """

    variant: str | None
    key: str | None
    settings: Sequence[Setting]
    use_cache: bool
    cache: KeptStore | None
    progress: Progress
    source: RawFolder
    every_year: bool
    mask: Mask | None


def cache_of(folder: Path, request: OperationRequest) -> KeptStore:
    """Cache of a request."""
    return request.get("cache") or KeptStore.of(folder, use_cache=request.get("use_cache", True))


def progress_of(request: OperationRequest) -> Progress:
    """Progress function of a request; no-op by default."""
    return request.get("progress", lambda _text: None)


def repeated(request: OperationRequest) -> OperationRequest:
    """Return the request with no dated change counted: what a study asks that repeats one year."""
    uncounted = Setting("operation.changes", value=False, place="")
    return {**request, "settings": (*request.get("settings", ()), uncounted)}


def of_first_year(folder: Path, request: OperationRequest) -> tuple[OperationRequest, Scenario, int]:
    """Return the request without what is dated after the first year of the plan, with how many lines that is.

    Between them the folder with all that it dates.

    It is what a study of one year asks: who comes later is not in, what changes later does not.

    Raises:
        InputError: every fault of the folder.
    """
    variant, source = request.get("variant"), source_of(folder, request)
    planned = scenario_of(source, variant=variant)
    later = later_rows(planned)
    left = (Setting(f"changes.{row}.active", value=False, place="") for row in later)
    return {**request, "settings": (*request.get("settings", ()), *left)}, planned, len(later)


def later_rows(scenario: Scenario) -> tuple[str, ...]:
    """Return the lines of dated changes that come after the first year of the plan, by id."""
    dated = (*scenario.changes, *scenario.other_changes)
    return tuple(dict.fromkeys(change.row for change in dated if year_of(change.since, scenario.steps) > 1))


def with_inactive_rows(folder: Path, request: OperationRequest) -> Scenario:
    """Return the folder as a request changes it, the rows that take no part with the others.

    Raises:
        InputError: every fault of the folder.
    """
    return scenario_of(source_of(folder, request), variant=request.get("variant"), everyone=True)


def first_year_notes(later: int) -> tuple[str, ...]:
    """Return that a study is of the first year, where something is dated after it."""
    message = ngettext(
        "The first year of the plan is told: {count} dated change that comes later is not in it.",
        "The first year of the plan is told: {count} dated changes that come later are not in it.",
        later,
    )
    return (message.format(count=later),) if later else ()


def source_of(folder: Path, request: OperationRequest) -> RawFolder:
    """Return the folder as a request changes it, for the sections that only a study reads.

    Raises:
        InputError: a folder that cannot be read, a variant or an id that is not in it.
    """
    changes = (*read_question(key=request.get("key")), *request.get("settings", ()))
    source = source_with_settings(folder, variant=request.get("variant"), settings=changes)
    return replace(source, mask=request.get("mask"))


SOURCE: KeptKind[RawFolder] = KeptKind("source", scope="folder")
METERED: KeptKind[Metered] = KeptKind("metered")


def kept_scenario(
    folder: Path, store: KeptStore, request: OperationRequest
) -> tuple[Scenario, Callable[[Metered], Scenario]]:
    """Return the scenario, and the function that adds to it what its curves make doubtful.

    What was read is kept, what each table gave too where no cell of it was set.
    """
    variant, key, settings = request.get("variant"), request.get("key"), request.get("settings", ())

    def kept(name: str, parts: object, make: Callable[[], MadeT], /) -> MadeT:
        return store.get(KeptKind(name, scope="folder"), parts, make)

    source = request.get("source") or store.get(SOURCE, folder, lambda: read_source(folder))
    source = source_with_settings(source, variant=variant, settings=(*read_question(key=key), *settings))
    source = replace(source, mask=request.get("mask"))
    scenario = loaded(source, variant=variant, settings=settings, cache=kept)
    sites, plants = scenario.participants, scenario.plants
    # The very same where they are equal: what rests on them is then told at a glance.
    scenario = replace(
        scenario,
        participants=kept("participants", sites, lambda: sites),
        plants=kept("plants", plants, lambda: plants),
    )
    return scenario, lambda metered: with_curve_doubts(scenario, source, metered.facts, kept)


def kept_meters(scenario: Scenario, folder: Path, store: KeptStore, progress: Progress) -> Metered:
    """Return the exchange: no price, no key moves it. A store of one meter lets go of the last one first."""

    def make() -> Metered:
        if store.single_meter:
            store.forget("meters")
            trimmed()
        return meter(scenario, folder, store, progress)

    return store.get(
        METERED,
        (
            loads_parts(scenario),
            scenario.plants,
            scenario.flexible,
            scenario.changes,
            scenario.tells_years_apart,
        ),
        make,
    )


def files_used(scenario: Scenario, metered: Metered, folder: Path) -> Mapping[str, str]:
    """Return the sha256 of each file that an operation rests on, by name."""
    of_key = [path.relative_to(folder).as_posix() for path in key_files(scenario.key, folder)]
    names = (*inputs_of(folder), *scenario.files, *of_key)
    files = {name: file_sha256(folder / name) for name in names}
    return dict(sorted({**files, **metered.inputs}.items()))


def provenance(
    scenario: Scenario, metered: Metered, folder: Path, ran_on: date, warnings: tuple[str, ...]
) -> Provenance:
    """Provenance that makes the run repeatable: version, sha256 of every input, seed, the grid of density."""
    inputs = files_used(scenario, metered, folder)
    what: dict[str, object] = {
        "inputs": inputs,
        "variant": scenario.variant,
        "key": scenario.key.name,
        "version": VERSION,
    }
    if scenario.questions:
        what["asked"] = scenario.questions
    return Provenance(
        version=VERSION,
        inputs=inputs,
        digest=hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest(),
        ran_on=ran_on.isoformat(),
        seed=scenario.weather.seed,
        rates=_density_rates(scenario),
        warnings=warnings,
    )


def _density_rates(scenario: Scenario) -> tuple[RateUsed, ...]:
    """Return the dated row of the grid of density classes, where the distance permitted depends on them."""
    if scenario.regime not in {Regime.KM_10, Regime.KM_20}:
        return ()
    rows = read_rates().rows("perimeter_density_grid")
    return tuple(row.used for row in rows if row.value == scenario.density_vintage)


def perimeter_checks(scenario: Scenario) -> tuple[Check, ...]:
    """Checks of the perimeter rules on an operation."""
    return checks(checked_members(scenario), scenario.regime, perimeter_rules(read_rates(), scenario.on))


def legal_case(scenario: Scenario, energy: Energy, money: Money | None) -> LegalCase:
    """Case for the checks of contracts and money under a key."""
    rates, on = read_rates(), scenario.on
    return LegalCase(
        scenario=scenario,
        energy=energy,
        money=money,
        procurement=legal_figure(rates, PROCUREMENT, on),
        dispense=legal_figure(rates, DISPENSE, on),
        grant=legal_figure(rates, GRANT, on),
    )


def operation_status(scenario: Scenario, money: Money | None) -> OperationStatus:
    """Status of an operation: its rules, and costs left out of its euros."""
    left_out = (*(money.costs_left_out if money is not None else ()), *scenario.left_out)
    return status_of(perimeter_checks(scenario), fictitious=scenario.fictitious, costs_left_out=left_out)
