"""What is unlikely in the curves of a folder, told with the rest of it once they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from gettext import gettext as _

from acc.changes import What
from acc.i18n import decimal
from acc.scenario import Scenario
from profiles.curves.facts import CurveFacts
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.columns.rows import read_rows
from scenarios.entry.folder.part_cache import PartCache
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.site_rows import participants_of
from scenarios.entry.plausibility.of_curves import curve_oddities
from scenarios.entry.plausibility.rules import FolderToCheck

HEATED_SUMMER = 0.45
"""Mean power from May to August over that from November to February, below which electricity heats a site:
lamps and holidays alone make 0.56 of a measured school (VDI 4657-3), 0.7 to 1.3 of other profiles."""

PAST_MIDNIGHT = timedelta(hours=12)
"""Steps begin at midnight in Paris, on the day before by UTC."""


def with_curve_doubts(
    scenario: Scenario, source: RawFolder, facts: Mapping[str, CurveFacts], cache: PartCache
) -> Scenario:
    """Return the scenario with what its curves make doubtful.

    Args:
        source: the folder as it was asked for.
        facts: by `participants.ID` and `plants.ID`.
    """
    start, accepted = (scenario.steps.start_utc + PAST_MIDNIGHT).date(), scenario.accepted or ()

    def make() -> dict[str, str]:
        plants = read_rows(source.plants, PlantRow, [])
        folder = FolderToCheck.of(source, participants_of(source, cache).rows, plants, None)
        return {
            curve_oddity.path: curve_oddity.sentence
            for curve_oddity in curve_oddities(folder, facts, start, accepted)
        }

    doubts = cache("doubted curves", (source.participants, source.plants, start, accepted, facts), make)
    notes = (*scenario.notes, *doubts.values(), *_heated_already(scenario, facts))
    return replace(scenario, notes=notes, doubted={**scenario.doubted, **doubts})


def _heated_already(scenario: Scenario, facts: Mapping[str, CurveFacts]) -> Iterator[str]:
    """Yield the heat pumps that come where a measured curve is far higher in winter: it heats already."""
    names = {site.id: site.name for site in scenario.participants}
    for id_ in dict.fromkeys(change.site for change in scenario.changes if change.what is What.HEAT_PUMP):
        curve = facts.get(f"participants.{id_}")
        if curve is None or not curve.digest or curve.summer_winter is None:
            continue
        if curve.summer_winter < HEATED_SUMMER:
            message = _(
                "changes.csv, {name}: a heat pump comes, and its curve is {times} times as high in winter: "
                "does electricity heat it already? What the pump replaces is to be taken off (`renovation`)"
            )
            yield message.format(name=names[id_], times=decimal(1.0 / curve.summer_winter, 1))
