"""A folder read and metered, both held for the next question where nothing that makes them changed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from acc.scenario import Scenario
from scenarios.entry.folder.load import loaded, with_curve_doubts
from scenarios.entry.folder.question import read_question, source_with_settings
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.entry.folder.site_rows import MadeT, PartCache
from scenarios.operation.metering.depends_on import loads_parts
from scenarios.operation.metering.memory import trimmed
from scenarios.operation.metering.meter import Metered, Progress, meter
from scenarios.operation.ready.request import OperationRequest
from scenarios.operation.store.store import KeptKind, KeptStore

SOURCE: KeptKind[RawFolder] = KeptKind("source", scope="folder")
METERED: KeptKind[Metered] = KeptKind("metered")


@dataclass(frozen=True, slots=True)
class ReadScenario:
    """A scenario beside the rows that it was made of."""

    scenario: Scenario
    source: RawFolder
    cache: PartCache

    def with_doubts(self, metered: Metered) -> Scenario:
        """Return the scenario with what its curves make doubtful."""
        return with_curve_doubts(self.scenario, self.source, metered.facts, self.cache)


def kept_scenario(folder: Path, store: KeptStore, request: OperationRequest) -> ReadScenario:
    """Return the scenario; what was read is kept, what each table gave too where no cell of it was set."""
    variant, key, settings = request.get("variant"), request.get("key"), request.get("settings", ())

    def kept(name: str, parts: object, make: Callable[[], MadeT], /) -> MadeT:
        return store.get(KeptKind(name, scope="folder"), parts, make)

    source = request.get("source") or store.get(SOURCE, folder, lambda: read_source(folder))
    source = source_with_settings(source, variant=variant, settings=(*read_question(key=key), *settings))
    scenario = loaded(source, variant=variant, settings=settings, held=kept)
    sites, plants = scenario.participants, scenario.plants
    # The very same where they are equal: what rests on them is then told at a glance.
    scenario = replace(
        scenario,
        participants=kept("participants", sites, lambda: sites),
        plants=kept("plants", plants, lambda: plants),
    )
    return ReadScenario(scenario, source, kept)


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
