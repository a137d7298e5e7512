"""What is unlikely in the curves of a folder, told with the rest of it once they are read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from acc.scenario import Scenario
from profiles.curves.facts import CurveFacts
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.folder.held import Held
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.site_rows import participants_of
from scenarios.entry.plausibility.of_curves import curve_oddities
from scenarios.entry.plausibility.rules import WholeFolder

PAST_MIDNIGHT = timedelta(hours=12)
"""Steps begin at midnight in Paris, on the day before by UTC."""


def with_curve_doubts(
    scenario: Scenario, source: RawFolder, facts: Mapping[str, CurveFacts], held: Held
) -> Scenario:
    """Return the scenario with what its curves make doubtful.

    Args:
        source: the folder as it was asked for.
        facts: by `participants.ID` and `plants.ID`.
    """
    start, accepted = (scenario.steps.start_utc + PAST_MIDNIGHT).date(), scenario.accepted or ()

    def make() -> dict[str, str]:
        plants = read_rows(source.plants, PlantRow, [])
        folder = WholeFolder.of(source, participants_of(source, held).rows, plants, None)
        return {one.path: one.sentence for one in curve_oddities(folder, facts, start, accepted)}

    told = held("doubted curves", (source.participants, source.plants, start, accepted, facts), make)
    return replace(scenario, notes=(*scenario.notes, *told.values()), doubted={**scenario.doubted, **told})
