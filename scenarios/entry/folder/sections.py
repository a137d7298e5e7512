"""Sections of `operation.toml` checked against their models: variants, accepted oddities, battery, loads."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from gettext import gettext as _
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acc.devices.battery import battery_sites
from acc.problem import Problem
from acc.rules.perimeter import Members, bodies_of
from acc.scenario import Accepted, Regime, Scenario
from scenarios.entry.columns.bill_columns import read_windows
from scenarios.entry.columns.messages import problems_of, unknown_word
from scenarios.entry.columns.row_models import BatterySection, FlexibleSection
from scenarios.entry.columns.rows import position_of
from scenarios.entry.columns.schema import Day, Model, Name
from scenarios.entry.columns.toml_text import variants_of
from scenarios.entry.folder.raw import OF_A_VARIANT, OPERATION, PERSONS, RawFolder
from scenarios.entry.places.geography import members_of, position_problems, scenario_members

ModelT = TypeVar("ModelT", bound=BaseModel)


def read_section(
    source: RawFolder, name: str, content: object, model: type[ModelT], faults: list[Problem]
) -> ModelT | None:
    """Return `content`, that of the section `name`, as a `model`; None where `faults` says what is wrong."""
    if not isinstance(content, dict):
        faults.append(Problem(source.place(name), _("a section [{name}] is expected").format(name=name)))
        return None
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        faults += problems_of(fault, model, lambda column: source.place(name, column))
        return None


def as_list(value: object) -> object:
    """Return a text alone as a list of one, so that a section may name one or several."""
    return [value] if isinstance(value, str) else value


Sentence = Annotated[str, Field(min_length=1, max_length=500)]

NOT_USED_YET: Mapping[str, frozenset[str]] = {PERSONS: frozenset({"insee", "epci"})}
"""Columns by file. A command that comes to use one takes it out of here."""

KEPT_OF_A_VARIANT = frozenset(OF_A_VARIANT) - {"name"}


class AcceptedTable(Model):
    """One `[[accepted]]`: an oddity that a person has looked at and keeps."""

    where: Sentence
    value: Any
    why: Sentence


class VariantTable(Model):
    """One `[[variants]]`, without what it changes: `"participants.ID.column" = value`, and other paths."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)
    name: Name
    kept_on: Day | None = None
    present: Sentence | None = None
    note: Sentence | None = None


def read_accepted(source: RawFolder, faults: list[Problem]) -> tuple[Accepted, ...] | None:
    """Return the oddities that a folder accepts, None without any; what is wrong goes to `faults`."""
    read = [table for table, _place in _read(source, "accepted", AcceptedTable, faults)]
    return tuple(Accepted(where=t.where, value=t.value, why=t.why) for t in read) or None


def accepted_lines(accepted: Iterable[Accepted]) -> list[tuple[str, str, str]]:
    """Return the hypotheses that accepted oddities are; the figure of a site stays in the folder."""
    text = _("unusual figure, kept (`{where}`)")
    values = [(a, "" if a.where.startswith("participants") else str(a.value)) for a in accepted]
    return [(text.format(where=entry.where), value, entry.why) for entry, value in values]


def check_variants(source: RawFolder, faults: list[Problem]) -> None:
    """Add the problems of the name and the contents of variants."""
    for _table in _read(source, "variants", VariantTable, faults):
        pass


def _read(
    source: RawFolder, section: str, model: type[ModelT], faults: list[Problem], expected: str = ""
) -> Iterator[tuple[ModelT, Callable[[str], str]]]:
    """Yield each `[[section]]` as its model, with what gives the place of its keys."""
    tables = source.sections.get(section, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        message = expected or _("sections [[{name}]] are expected, with two brackets, one for each")
        faults.append(Problem(source.place(section), message.format(name=section)))
        return
    for rank, table in enumerate(tables, start=1):
        place = partial(source.place, section, rank=rank)
        try:
            yield model.model_validate(table), place
        except ValidationError as fault:
            faults += problems_of(fault, model, place)


def kept_notes(source: RawFolder) -> tuple[str, ...]:
    """Return a sentence for each file that says what no command uses yet."""
    message = _("{file}: read, checked and kept, not used yet: {names}")
    keys = {key for variant in variants_of(source.sections) for key in variant}
    noted = {source.book or OPERATION: [f"[[variants]] {key}" for key in sorted(keys & KEPT_OF_A_VARIANT)]}
    for file, unused in NOT_USED_YET.items():
        filled = {name for row in source.tables[file] for name in row.cells}
        noted[source.table(file)] = sorted(filled & unused)
    return tuple(message.format(file=file, names=", ".join(names)) for file, names in noted.items() if names)


FASTEST_PER_HOUR = 20.0
"""A battery that fills faster than this has its kW and kWh mixed up: real ones take 15 min or more."""

SLOWEST_H = 1000.0
"""A battery that takes longer to fill has, too."""


def read_flexible(
    source: RawFolder, participants: Sequence[str], faults: list[Problem]
) -> list[FlexibleSection]:
    """Return the `[[flexible]]` of a folder; what is wrong with them goes to `faults`."""
    expected, read = _("sections [[flexible]] are expected, with two brackets, one for each load"), []
    for load, place in _read(source, "flexible", FlexibleSection, faults, expected):
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
        message = _("{name} is the id of another site: give the battery one of its own")
        faults.append(Problem(place("id"), message.format(name=battery.id)))


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
    money = _(
        "{name}: its own network tariff and taxes are not in the euros. What it gives back is paid to "
        "the plants that fed it; what it loses is paid to nobody"
    )
    if battery.capex_eur is None:
        money = _(
            "{name}: what it costs, its own network tariff and taxes are not in the euros. What it gives "
            "back is paid to the plants that fed it; what it loses is paid to nobody"
        )
    place = _("{name}: its place in the perimeter is not checked (latitude, longitude of [battery])")
    warnings = ((money, scenario.prices.is_decided), (place, not _is_placed(scenario)))
    return tuple(text.format(name=battery.name) for text, is_due in warnings if is_due)
