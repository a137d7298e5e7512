"""What `acc size` adds to the core."""

from typing import Any

from pydantic import create_model

from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.studies.size.run import look_at_size
from scenarios.studies.size.settings import SizeBatteryTable, SizeSection, read_size
from scenarios.study import OpenFolder, Study

_BATTERY: dict[str, Any] = {"battery": (SizeBatteryTable | None, None)}


def _check_sections(source: RawFolder) -> None:
    scenario = scenario_of(source)
    read_size(source, {plant.id: plant.kwp for plant in scenario.plants}, scenario.battery)


def _check_operation(opened: OpenFolder) -> None:
    look_at_size(opened.folder, variant=opened.variant, cache=opened.cache)


STUDY = Study(
    sections={"size": create_model("Size", __base__=SizeSection, **_BATTERY)},
    check_sections=_check_sections,
    check_operation=_check_operation,
    command="acc size",
)
