"""`[size]` of operation.toml: what is sought, and what each roof can hold.

`[size.battery]` of operation.toml: the battery whose size is sought with the powers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from gettext import gettext as _
from math import floor
from typing import Annotated

from pydantic import BeforeValidator, Field

from acc.keys.rule import unknown_name
from acc.plant_model import Plane
from acc.problem import InputError, Problem, refuse
from acc.scenario import Battery
from acc.sites import SurplusChoice
from acc.size.result import Aim
from scenarios.entry.columns.bill_columns import read_planes, read_surplus
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.columns.schema import (
    Balance,
    Euros,
    Integer,
    Model,
    Number,
    Power,
    Ratio,
    SureNumber,
    typed,
)
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import FASTEST_PER_HOUR, SLOWEST_H, as_list, read_section

BATTERY_SECTION = "size.battery"


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
    replacement_year: Annotated[Integer, typed("years", ge=1, le=50)] | None = None
    replacement_eur_per_kwh: Annotated[SureNumber, typed("euros", gt=0)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryChoice:
    """What battery is sought.

    Attributes:
        low_kwh, high_kwh: bounds of its usable energy; none at all is allowed unless `low_kwh` is above 0.
        step_kwh: energy of a module; None for any energy.
        fill_hours: energy over power.
        round_trip_ratio, initial_ratio: see `acc.scenario.Battery`.
        capex_eur_per_kwh, fixed_eur: investment, by kWh and for building any.
        opex_eur_per_kwh_year: running cost in the first year.
        replacement_year, replacement_eur_per_kwh: of its cells, in money of today; None leaves it out.
    """

    low_kwh: float = 0.0
    high_kwh: float
    step_kwh: float | None = None
    fill_hours: float
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
    table = read_section(source, BATTERY_SECTION, content, SizeBatteryTable, problems)
    if table is None:
        return None
    hours, ratio = table.hours, table.round_trip_ratio
    if battery is not None:
        hours = battery.energy_kwh / battery.power_kw if hours is None else hours
        ratio = battery.round_trip_ratio if ratio is None else ratio
    faults = [*_battery_faults(table, hours, ratio)]
    problems += [Problem(source.place(BATTERY_SECTION, key), text) for key, text in faults]
    if faults or hours is None or ratio is None:
        return None
    return BatteryChoice(
        low_kwh=table.min_kwh,
        high_kwh=table.max_kwh,
        fill_hours=hours,
        round_trip_ratio=ratio,
        initial_ratio=0.0 if battery is None else battery.initial_ratio,
        **table.model_dump(exclude={"min_kwh", "max_kwh", "hours", "round_trip_ratio"}),
    )


def _battery_faults(
    table: SizeBatteryTable, fill_hours: float | None, floor_ratio: float | None
) -> Iterator[tuple[str, str]]:
    """Return (key, message) of what is missing or excludes itself."""
    if table.min_kwh > table.max_kwh:
        message = _("at least {low:g} kWh and at most {high:g} kWh: the minimum is above the maximum")
        yield "min_kwh", message.format(low=table.min_kwh, high=table.max_kwh)
    if table.step_kwh is not None and table.step_kwh > table.max_kwh:
        message = _("modules of {step:g} kWh do not fit in {high:g} kWh: raise max_kwh")
        yield "step_kwh", message.format(step=table.step_kwh, high=table.max_kwh)
    if fill_hours is None:
        message = _("missing: give the hours that it takes to fill (kWh over kW), or a section [battery]")
        yield "hours", message
    elif not 1.0 / FASTEST_PER_HOUR <= fill_hours <= SLOWEST_H:
        message = _("it would fill in {hours:g} h: {least:g} to {most:g} h are expected (kWh over kW)")
        values = {"hours": fill_hours, "least": 1.0 / FASTEST_PER_HOUR, "most": SLOWEST_H}
        yield "hours", message.format(**values)
    if floor_ratio is None:
        message = _("missing: give the kWh given back over those taken (data sheet), or a section [battery]")
        yield "round_trip_ratio", message
    if (table.replacement_year is None) != (table.replacement_eur_per_kwh is None):
        message = _("replacement_year and replacement_eur_per_kwh go together: one is missing")
        yield "replacement_year", message


SECTION = "size"

MODULES_TOLERANCE = 1e-9
"""How near to a whole number of modules a bound is one."""


class RoofTable(Model):
    """`[size.roofs.ID]`: bounds and alternatives of a plant; its `kwp` in plants.csv is the usual maximum."""

    min_kwp: Power = 0.0
    max_kwp: Annotated[SureNumber, typed("power", gt=0)] | None = None
    step_kwp: Annotated[SureNumber, typed("power", gt=0)] | None = None
    fixed_eur: Euros = 0.0
    planes: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = ()


class SizeSection(Model):
    """`[size]`."""

    objective: Aim = Aim.NPV_EVERYONE
    floor_ratio: Ratio | None = None
    budget_eur: Annotated[SureNumber, typed("euros", gt=0)] | None = None
    npv_min_eur: Balance | None = None
    contracts: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    roofs: dict[str, RoofTable] = Field(default_factory=dict)
    battery: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoofChoice:
    """What one roof can hold.

    Attributes:
        low_kwp, high_kwp: bounds; a roof may stay empty unless `low_kwp` is above 0.
        step_kwp: power of a module, or of a row of them; None for any power.
        fixed_eur: cost of building anything there (crane, connection), on top of the cost by kWp.
        planes: alternatives to the plant's own planes, one of all of them is chosen.
    """

    low_kwp: float
    high_kwp: float
    step_kwp: float | None = None
    fixed_eur: float = 0.0
    planes: tuple[tuple[Plane, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChoice:
    """What is sought.

    Attributes:
        floor_ratio: least autoconsommation ratio; own use behind a meter counts as used.
        budget_eur: most that may be invested.
        npv_min_eur: least present value of the producers, where it is not itself the aim.
        contracts: how the surplus may be sold, beside the plant's own way.
        roofs: by plant id, every plant of the scenario.
        battery: None where none is sought.
        power_cap_kwp: the most power that the law lets the operation have; None in one building.
    """

    aim: Aim = Aim.NPV_EVERYONE
    floor_ratio: float | None = None
    budget_eur: float | None = None
    npv_min_eur: float | None = None
    contracts: tuple[SurplusChoice, ...] = ()
    roofs: Mapping[str, RoofChoice] = field(default_factory=dict)
    battery: BatteryChoice | None = None
    power_cap_kwp: float | None = None


def most_kwp(source: RawFolder) -> dict[str, float]:
    """Return the power that `[size]` lets each roof hold, by plant id, of those that it gives one."""
    section = read_section(source, SECTION, source.sections.get(SECTION, {}), SizeSection, [])
    roofs = {} if section is None else section.roofs
    return {name: roof.max_kwp for name, roof in roofs.items() if roof.max_kwp is not None}


def read_size(
    source: RawFolder, plants_kwp: Mapping[str, float], battery: Battery | None = None
) -> SizeChoice:
    """Read the size settings of a folder.

    Args:
        plants_kwp: power of each plant of the scenario, by id: what its roof holds unless said otherwise.
        battery: that of the scenario, whose hours and efficiency the one sought takes.

    Raises:
        InputError: every fault of the section.
    """
    problems: list[Problem] = []
    section = read_section(source, SECTION, source.sections.get(SECTION, {}), SizeSection, problems)
    if section is None:
        raise InputError(problems)
    problems += _faults(section, source, plants_kwp)
    roofs = {
        name: _roof(section.roofs.get(name, RoofTable()), name, kwp, problems)
        for name, kwp in plants_kwp.items()
    }
    sought = read_size_battery(source, section.battery, battery, problems)
    refuse(problems)
    return SizeChoice(
        aim=section.objective,
        floor_ratio=section.floor_ratio,
        budget_eur=section.budget_eur,
        npv_min_eur=section.npv_min_eur,
        contracts=tuple(read_surplus(text) for text in section.contracts),
        roofs=roofs,
        battery=sought,
    )


def _faults(section: SizeSection, source: RawFolder, plants_kwp: Mapping[str, float]) -> list[Problem]:
    problems = [
        Problem(f"[size.roofs.{name}]", unknown_name(name, plants_kwp))
        for name in section.roofs
        if name not in plants_kwp
    ]
    if section.objective is Aim.KWH and section.budget_eur is None and section.npv_min_eur is None:
        message = _("the most kWh would fill every roof: give budget_eur, or npv_min_eur")
        problems.append(Problem(source.place(SECTION, "objective"), message))
    if section.objective is Aim.NPV_EVERYONE and section.npv_min_eur is not None:
        message = _("npv_min_eur: not with npv-everyone; take npv, or kwh, to keep a value for the producers")
        problems.append(Problem(source.place(SECTION, "npv_min_eur"), message))
    if section.objective is Aim.WORST_MEMBER and section.battery is not None:
        message = _(
            "worst-member: not with [size.battery], whose kWh each member weighs at other hours; take npv, "
            "npv-everyone or kwh, or size the roofs alone"
        )
        problems.append(Problem(source.place(SECTION, "objective"), message))
    return problems


def _roof(table: RoofTable, name: str, power_kwp: float, problems: list[Problem]) -> RoofChoice:
    high = power_kwp if table.max_kwp is None else table.max_kwp
    if table.min_kwp > high:
        message = _("at least {low:g} kWp and at most {high:g} kWp: the minimum is above the maximum")
        problems.append(Problem(f"[size.roofs.{name}]", message.format(low=table.min_kwp, high=high)))
    problems += _module_problems(table, name, high)
    planes = []
    for text in table.planes:
        try:
            planes.append(read_planes(PlantRow(id=name, kwp=1.0, planes=text)))
        except ValueError as fault:
            problems.append(Problem(f"[size.roofs.{name}] planes", str(fault)))
    return RoofChoice(
        low_kwp=table.min_kwp,
        high_kwp=high,
        step_kwp=table.step_kwp,
        fixed_eur=table.fixed_eur,
        planes=tuple(planes),
    )


def _module_problems(table: RoofTable, name: str, high_kwp: float) -> list[Problem]:
    """Problems of roofs without an integer number of modules between their bounds."""
    step = table.step_kwp
    if step is None or table.min_kwp > high_kwp:
        return []
    below = floor(high_kwp / step + MODULES_TOLERANCE) * step
    if below >= max(table.min_kwp, step) * (1.0 - MODULES_TOLERANCE):
        return []
    message = _(
        "no whole number of {step:g} kWp lies between {low:g} and {high:g} kWp: {below:g} and {above:g} are "
        "nearest"
    )
    filled = message.format(step=step, low=table.min_kwp, high=high_kwp, below=below, above=below + step)
    return [Problem(f"[size.roofs.{name}] step_kwp", filled)]
