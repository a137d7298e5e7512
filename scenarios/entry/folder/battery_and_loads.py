"""Checks of what changes the exchange before it is shared: the battery, the flexible loads."""

from collections.abc import Sequence
from functools import partial
from gettext import gettext as _

from pydantic import ValidationError

from acc.devices.battery import battery_sites
from acc.problem import Problem
from acc.rules.perimeter import Members, bodies_of
from acc.scenario import Regime, Scenario
from scenarios.entry.columns.compound_cells import read_windows
from scenarios.entry.columns.messages import problems_of, unknown_word
from scenarios.entry.columns.row_models import BatterySection, FlexibleSection
from scenarios.entry.columns.rows import position_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.places.geography import members_of, position_problems, scenario_members

FASTEST_PER_HOUR = 20.0
"""A battery that fills faster than this has its kW and kWh mixed up: real ones take 15 min or more."""

SLOWEST_H = 1000.0
"""A battery that takes longer to fill has, too."""


def read_flexible(
    source: RawFolder, participants: Sequence[str], faults: list[Problem]
) -> list[FlexibleSection]:
    """Return the `[[flexible]]` of a folder; what is wrong with them goes to `faults`."""
    tables = source.sections.get("flexible", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        message = _("sections [[flexible]] are expected, with two brackets, one for each load")
        faults.append(Problem(source.place("flexible"), message))
        return []
    read = []
    for rank, table in enumerate(tables, start=1):
        place = partial(source.place, "flexible", rank=rank)
        try:
            load = FlexibleSection.model_validate(table)
        except ValidationError as fault:
            faults += problems_of(fault, FlexibleSection, place)
            continue
        if load.participant not in participants:
            message = unknown_word(load.participant, participants)
            faults.append(Problem(place("participant"), message))
        faults += [Problem(place(key), text) for key, text in _load_faults(load)]
        read.append(load)
    return read


def _load_faults(load: FlexibleSection) -> list[tuple[str, str]]:
    """Return (key, message) of hours that cannot be read, or that cannot hold the energy of a day."""
    hours, faults = {}, []
    for key, text in (("usual", load.usual), ("allowed", load.allowed)):
        try:
            windows = read_windows(text) or ((0, 1440),)
            hours[key] = sum(end - start for start, end in windows) / 60.0
        except ValueError as fault:
            faults.append((key, str(fault)))
    if "usual" in hours and load.daily_kwh > load.power_kw * hours["usual"] * (1.0 + 1e-9):
        message = _(
            "{daily:g} kWh a day do not fit in {hours:g} usual hours under {power:g} kW: at most {most:g} kWh"
        )
        most = load.power_kw * hours["usual"]
        values = {"daily": load.daily_kwh, "hours": hours["usual"], "power": load.power_kw, "most": most}
        faults.append(("daily_kwh", message.format(**values)))
    return faults


def check_battery(
    source: RawFolder, battery: BatterySection | None, ids: Sequence[str], faults: list[Problem]
) -> None:
    """Add the problems of `[battery]`: its size, its place, a duplicate id."""
    if battery is None:
        return
    place = partial(source.place, "battery")
    per_hour = battery.power_kw / battery.energy_kwh
    if not 1.0 / SLOWEST_H <= per_hour <= FASTEST_PER_HOUR:
        message = _("{power:g} kW for {energy:g} kWh: it would fill in {hours:g} h; are kW and kWh mixed up?")
        sizes = {"power": battery.power_kw, "energy": battery.energy_kwh, "hours": 1.0 / per_hour}
        faults.append(Problem(place("power_kw"), message.format(**sizes)))
    if (battery.latitude is None) != (battery.longitude is None):
        faults.append(Problem(place("latitude"), _("latitude and longitude go together: one is missing")))
    faults += position_problems({place("latitude"): position_of(battery)})
    if battery.id in ids:
        message = _("{name} is the id of another site: give the battery one of its own").format(
            name=battery.id
        )
        faults.append(Problem(place("id"), message))


def left_out(scenario: Scenario) -> tuple[str, ...]:
    """Return a sentence where a computation that leaves the battery out has one to leave out."""
    if scenario.battery is None:
        return ()
    message = _("{name} is left out here: `acc run` and `acc compare` count it")
    return (message.format(name=scenario.battery.name),)


def checked_members(scenario: Scenario) -> Members:
    """Return the sites that the perimeter is checked for: a battery whose place is known is one of them.

    Who would own it is not known: under the EPCI regime, which asks what each owner is, it is left out.
    """
    if not _is_placed(scenario):
        return scenario_members(scenario)
    assert scenario.battery is not None  # it has a place
    # One place, named once: the plant that stands for it is there too.
    sites = (*scenario.participants, battery_sites(scenario.battery)[0])
    return members_of(sites, scenario.plants, bodies_of(scenario))


def _is_placed(scenario: Scenario) -> bool:
    battery = scenario.battery
    return battery is not None and battery.position is not None and scenario.regime is not Regime.EPCI


def battery_warnings(scenario: Scenario) -> tuple[str, ...]:
    """Warnings about a battery, in sentences."""
    battery = scenario.battery
    if battery is None:
        return ()
    warnings = []
    if scenario.prices.is_decided:
        message = _(
            "{name}: its own network tariff and taxes are not in the euros. What it gives back is paid to "
            "the plants that fed it; what it loses is paid to nobody"
        )
        if battery.capex_eur is None:
            message = _(
                "{name}: what it costs, its own network tariff and taxes are not in the euros. What it gives "
                "back is paid to the plants that fed it; what it loses is paid to nobody"
            )
        warnings.append(message.format(name=battery.name))
    if not _is_placed(scenario):
        message = _("{name}: its place in the perimeter is not checked (latitude, longitude of [battery])")
        warnings.append(message.format(name=battery.name))
    return tuple(warnings)
