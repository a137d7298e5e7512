"""`[size]` of operation.toml: what is sought, and what each roof can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import gettext as _
from math import floor
from typing import Annotated

from pydantic import BeforeValidator, Field

from acc.keys.rule import unknown_name
from acc.plant_model import Plane
from acc.problem import InputError, Problem
from acc.scenario import Battery
from acc.sites import SurplusChoice
from acc.size.result import Aim
from scenarios.entry.columns.bill_columns import read_planes, read_surplus
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.columns.schema import Balance, Euros, Model, Power, Ratio, SureNumber, typed
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import as_list, read_section
from scenarios.studies.size.battery_settings import BatteryChoice, read_size_battery

SECTION = "size"

WHOLE = 1e-9
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
    if problems:
        raise InputError(problems)
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


def _roof(table: RoofTable, name: str, kwp: float, problems: list[Problem]) -> RoofChoice:
    high = kwp if table.max_kwp is None else table.max_kwp
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
    below = floor(high_kwp / step + WHOLE) * step
    if below >= max(table.min_kwp, step) * (1.0 - WHOLE):
        return []
    message = _(
        "no whole number of {step:g} kWp lies between {low:g} and {high:g} kWp: {below:g} and {above:g} are "
        "nearest"
    )
    filled = message.format(step=step, low=table.min_kwp, high=high_kwp, below=below, above=below + step)
    return [Problem(f"[size.roofs.{name}] step_kwp", filled)]
