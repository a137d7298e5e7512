"""`[worth]` of operation.toml: the prices of the alternatives that the folder does not need otherwise."""

from dataclasses import dataclass
from gettext import gettext as _

from acc.problem import InputError, Problem
from scenarios.entry.columns.row_models import WorthSection
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import read_section
from scenarios.operation.ready.operation import Operation

SECTION = "worth"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthChoice:
    """What the alternatives are sold at: a contract of the rates or a price in EUR/MWh; None: not said."""

    total_sale: str | float | None = None
    ppa_eur_per_mwh: float | None = None


def read_worth(source: RawFolder, ppa_eur_per_mwh: float | None = None) -> WorthChoice:
    """Read the worth settings of the folder, or the price of a purchase contract as an option.

    Raises:
        InputError: every fault of the section.
    """
    faults: list[Problem] = []
    table = read_section(source, SECTION, source.sections.get(SECTION, {}), WorthSection, faults)
    if faults or table is None:
        raise InputError(faults)
    ppa = table.ppa_eur_per_mwh if ppa_eur_per_mwh is None else ppa_eur_per_mwh
    return WorthChoice(total_sale=table.total_sale, ppa_eur_per_mwh=ppa)


def check_worth(source: RawFolder, operation: Operation) -> None:
    """Refuse a folder without what the alternatives are compared by.

    Raises:
        InputError: each thing that is missing.
    """
    read_worth(source)
    if operation.tariffs is None:
        message = _("a local price is needed for euros: give local_eur_per_mwh")
        raise InputError([Problem("[prices]", message)])
    if not operation.scenario.plants:
        raise InputError([Problem("plants.csv", _("no plant to decide on: at least one is expected"))])
