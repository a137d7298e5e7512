"""`[size.battery]` of operation.toml: the battery whose size is sought with the powers."""

from dataclasses import dataclass
from gettext import gettext as _
from typing import Annotated

from acc.problem import Problem
from acc.scenario import Battery
from scenarios.entry.columns.schema import Euros, Model, Number, SureNumber, Whole, typed
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import FASTEST_PER_HOUR, SLOWEST_H, read_section

SECTION = "size.battery"


class SizeBatteryTable(Model):
    """`[size.battery]`: bounds and costs without tax; what is silent is that of `[battery]`, or nothing."""

    min_kwh: Annotated[SureNumber, typed("energy", le=1e6)] = 0.0
    max_kwh: Annotated[SureNumber, typed("energy", gt=0, le=1e6)]
    step_kwh: Annotated[SureNumber, typed("energy", gt=0)] | None = None
    hours: Annotated[SureNumber, typed("amount", gt=0)] | None = None
    round_trip_ratio: Annotated[Number, typed("ratio", gt=0)] | None = None
    capex_eur_per_kwh: Annotated[SureNumber, typed("euros", gt=0)]
    fixed_eur: Euros = 0.0
    opex_eur_per_kwh_year: Euros = 0.0
    replacement_year: Annotated[Whole, typed("years", ge=1, le=50)] | None = None
    replacement_eur_per_kwh: Annotated[SureNumber, typed("euros", gt=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryChoice:
    """What battery is sought.

    Attributes:
        low_kwh, high_kwh: bounds of its usable energy; none at all is allowed unless `low_kwh` is above 0.
        step_kwh: energy of a module; None for any energy.
        hours: energy over power.
        round_trip_ratio, initial_ratio: see `acc.scenario.Battery`.
        capex_eur_per_kwh, fixed_eur: investment, by kWh and for building any.
        opex_eur_per_kwh_year: running cost in the first year.
        replacement_year, replacement_eur_per_kwh: of its cells, in money of today; None leaves it out.
    """

    low_kwh: float = 0.0
    high_kwh: float
    step_kwh: float | None = None
    hours: float
    round_trip_ratio: float
    initial_ratio: float = 0.0
    capex_eur_per_kwh: float
    fixed_eur: float = 0.0
    opex_eur_per_kwh_year: float = 0.0
    replacement_year: int | None = None
    replacement_eur_per_kwh: float | None = None


def read_size_battery(
    source: RawFolder, content: object, battery: Battery | None, problems: list[Problem]
) -> BatteryChoice | None:
    """Read the battery settings of a folder; problems go to `problems`.

    Args:
        content: of `[size.battery]`; None where it is not there.
        battery: `[battery]`, whose hours and efficiency are taken unless said otherwise.
    """
    if content is None:
        return None
    table = read_section(source, SECTION, content, SizeBatteryTable, problems)
    if table is None:
        return None
    hours, ratio = table.hours, table.round_trip_ratio
    if battery is not None:
        hours = battery.energy_kwh / battery.power_kw if hours is None else hours
        ratio = battery.round_trip_ratio if ratio is None else ratio
    faults = _faults(table, hours, ratio)
    problems += [Problem(source.place(SECTION, key), text) for key, text in faults]
    if faults or hours is None or ratio is None:
        return None
    return BatteryChoice(
        low_kwh=table.min_kwh,
        high_kwh=table.max_kwh,
        hours=hours,
        round_trip_ratio=ratio,
        initial_ratio=0.0 if battery is None else battery.initial_ratio,
        **table.model_dump(exclude={"min_kwh", "max_kwh", "hours", "round_trip_ratio"}),
    )


def _faults(table: SizeBatteryTable, hours: float | None, ratio: float | None) -> list[tuple[str, str]]:
    """Return (key, message) of what is missing or excludes itself."""
    faults = []
    if table.min_kwh > table.max_kwh:
        message = _("at least {low:g} kWh and at most {high:g} kWh: the minimum is above the maximum")
        faults.append(("min_kwh", message.format(low=table.min_kwh, high=table.max_kwh)))
    if table.step_kwh is not None and table.step_kwh > table.max_kwh:
        message = _("modules of {step:g} kWh do not fit in {high:g} kWh: raise max_kwh")
        faults.append(("step_kwh", message.format(step=table.step_kwh, high=table.max_kwh)))
    if hours is None:
        message = _("missing: give the hours that it takes to fill (kWh over kW), or a section [battery]")
        faults.append(("hours", message))
    elif not 1.0 / FASTEST_PER_HOUR <= hours <= SLOWEST_H:
        message = _("it would fill in {hours:g} h: {least:g} to {most:g} h are expected (kWh over kW)")
        values = {"hours": hours, "least": 1.0 / FASTEST_PER_HOUR, "most": SLOWEST_H}
        faults.append(("hours", message.format(**values)))
    if ratio is None:
        message = _("missing: give the kWh given back over those taken (data sheet), or a section [battery]")
        faults.append(("round_trip_ratio", message))
    if (table.replacement_year is None) != (table.replacement_eur_per_kwh is None):
        message = _("replacement_year and replacement_eur_per_kwh go together: one is missing")
        faults.append(("replacement_year", message))
    return faults
