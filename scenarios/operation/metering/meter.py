"""What dated changes add to the sites, hour by hour, and which part of their need they bear on.

Each array is asked of the cache first: pandas and pvlib are imported only for what is not there.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, partial
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.changes import ADDED, OF_A_PART, DatedChange, What, at_midday
from acc.devices.battery import Shifted, shift_loads
from acc.exchange import Exchange, exchange_behind_meters
from acc.plan.plants import wear_ratio
from acc.problem import Collecting, InputError, Problem, refuse
from acc.result.result import LoadQuality, WeatherUsed
from acc.scenario import Scenario
from acc.sites import Participant, Plant
from acc.years.states import PlanBase, exchange_in, plan_base
from profiles.curves.facts import CurveFacts
from profiles.files.open_file import unreadable
from profiles.reference.kinds import AddedUse
from scenarios.entry.columns.bill_columns import curve_file
from scenarios.operation.metering.bill import meter_power_kw
from scenarios.operation.metering.kept_meters import (
    Made,
    MadeNotes,
    arrays,
    facts_of,
    loads_parts,
    sky_position,
)
from scenarios.operation.metering.memory import Waiting, check_loads_fit, waiting
from scenarios.operation.metering.own_use import SiteLoads, hosts_of, used_behind, wired, with_network_plants
from scenarios.operation.metering.subprocess_worker import Makers, Makes
from scenarios.operation.store.store import KeptKind, KeptStore, Same, file_sha256


def made_of_changes(
    scenario: Scenario, curve_of_use: Callable[[AddedUse], FloatArray]
) -> Mapping[DatedChange, FloatArray]:
    """Return, as if each change held all year, (T,): kWh that it adds, or the ratio of the part it bears on.

    A use that can move is made at midday too. What is moved leaves its usual hours: these kWh are below zero.

    Args:
        curve_of_use: makes 1 kWh in twelve months of a use, or the ratio of a part.
    """
    sites = {site.id: site for site in scenario.participants}
    curves: dict[DatedChange, FloatArray] = {}
    uses = [dated for dated in scenario.changes if dated.what in ADDED | OF_A_PART]
    for change in (*uses, *filter(None, map(at_midday, uses))):
        site = sites[change.site]
        profile = change.profile or site.source.profile
        use = AddedUse(change.what.value, change.hours, profile, site.position)
        values = curve_of_use(use)
        if change.what is What.HOURS:
            values = values - curve_of_use(replace(use, hours=()))
        curves[change] = values if change.what in OF_A_PART else change.kwh * values
    return curves


MOST_BASES = 4
"""What the years of a plan are made from, held: those of the last switches of a meeting."""


def in_first_year(
    scenario: Scenario,
    before: Exchange,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
) -> Exchange:
    """Return the exchange of the first year of a plan; see `base_of`."""
    if not scenario.changes:
        return before
    return exchange_in(base_of(scenario, before, behind, added), scenario.changes, 1)


def base_of(
    scenario: Scenario,
    before: Exchange,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
) -> PlanBase:
    """Build the base of the plan years.

    Args:
        before: what the meters would see were no change counted.
        added: of each change that adds a use or bears on a part of a need, (T,).
    """
    wear = np.array([wear_ratio(plant, scenario.finance) for plant in scenario.plants])
    sites, plants = ([item.id for item in every] for every in (scenario.participants, scenario.plants))
    return plan_base(before, behind, sites, plants, wear, added)


def kept_base(
    scenario: Scenario,
    before: Exchange,
    behind: Sequence[int | None],
    added: Mapping[DatedChange, FloatArray],
    kept_store: KeptStore,
) -> PlanBase:
    """Return the same, the very same where a price alone moved: years that were settled are held by it."""
    wear = [wear_ratio(plant, scenario.finance) for plant in scenario.plants]
    parts = (Same(before), Same(added), scenario.changes, tuple(behind), tuple(wear))
    return kept_store.get(
        KeptKind("plan base", MOST_BASES), parts, lambda: base_of(scenario, before, behind, added)
    )


Progress = Callable[[str], None]

DIGEST: KeptKind[str] = KeptKind("digest", most=10_000)
"""Of a curve, by path."""

TOGETHER, ROWS = 64, 2048
"""Loads written side by side into the rows of all, and rows at a time: one load after the other, each value
would fetch a line of memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Metered:
    """The exchange of a scenario, and how well each part of it is known.

    Attributes:
        quality: of each participant's curve, in their order.
        unit_kwh: output of each plant per kWp, all production included, shape (T, M).
        inputs: sha256 of each file read, by path relative to the folder.
        shifted: the flexible loads, moved; None where there is none.
        unshifted: the exchange as it was before they moved.
        facts: of the curves of sites and plants, by `participants.ID` and `plants.ID`.
        before_changes: the exchange were no dated change counted; None where there is none: `exchange` is
            that of the first year.
        added: of each change that adds a use or bears on a part of a need, (T,), see `made_of_changes`.
    """

    exchange: Exchange
    quality: tuple[LoadQuality, ...]
    weather: WeatherUsed
    unit_kwh: FloatArray
    warnings: tuple[str, ...]
    inputs: Mapping[str, str]
    shifted: Shifted | None = None
    unshifted: Exchange | None = None
    facts: Mapping[str, CurveFacts] = field(default_factory=dict)
    before_changes: Exchange | None = None
    added: Mapping[DatedChange, FloatArray] = field(default_factory=dict)


def meter(
    scenario: Scenario,
    folder: Path,
    cache: KeptStore,
    progress: Progress = lambda _text: None,
    makers: Makers | None = None,
) -> Metered:
    """Return the exchange of `scenario`, whose files are in `folder`.

    Args:
        makers: where arrays are made, for who asks for several years; else as long as this one takes.

    Raises:
        InputError: every curve that cannot be read or used, with its file and line; loads that do not fit
            in memory.
    """
    check_loads_fit(scenario)
    with nullcontext(makers) if makers else Makers(lasting=False) as door:
        sources = _Sources(scenario, folder, cache, door)
        problems: list[Problem] = []
        unit_kwh, of_plants = sources.side_by_side(scenario.plants, problems, progress)
        if problems:
            with Collecting(problems):
                sources.loads(progress)
            raise InputError(list(dict.fromkeys(problems)))  # one fault may keep many sites from being made
        weather, added = sources.weather_used(), sources.added()
        kwp = np.array([plant.kwp for plant in scenario.plants])
        behind = hosts_of(scenario)
        parts = (loads_parts(scenario), tuple(plant for plant in scenario.plants if plant.behind))
        own = wired(behind)
        make = partial(
            used_behind, lambda: sources.loads(progress), unit_kwh[:, own] * kwp[own], behind, scenario
        )
        used = cache.get(KeptKind("behind meters"), (*parts, bool(scenario.flexible)), make)
    output_kwh = unit_kwh * kwp
    notes = [note for kept in (*used.kept, *of_plants) for note in kept.warnings]
    for plant, kept in zip(scenario.plants, of_plants, strict=True):
        sentence = _("{name}: {text}")
        notes += [sentence.format(name=plant.name, text=note) for note in kept.of_plant]
    shifted = None if used.load_kwh is None else _shifted(scenario, used.load_kwh, output_kwh)
    moved = shifted and exchange_behind_meters(scenario.steps, shifted.load_kwh, output_kwh, behind)
    as_used = with_network_plants(used.inside, output_kwh, behind)
    exchange, unshifted = moved or as_used, as_used if moved else None
    first = in_first_year(scenario, exchange, behind, added)
    if scenario.changes:
        unit_kwh = (first.production_kwh + first.own_use_kwh) / kwp
    return Metered(
        first,
        tuple(kept.quality for kept in used.kept if kept.quality is not None),  # every load has one
        weather,
        unit_kwh,
        tuple(dict.fromkeys(notes)),
        {**used.inputs, **sources.inputs},
        shifted,
        unshifted and in_first_year(scenario, unshifted, behind, added),
        facts_of(scenario, used.kept, of_plants),
        exchange if scenario.tells_years_apart else None,
        added,
    )


def outputs_of(
    scenario: Scenario, folder: Path, cache: KeptStore, progress: Progress = lambda _text: None
) -> FloatArray:
    """Output of each plant per kWp, own use included, (T, M), kWh; no load is built.

    Raises:
        InputError: every curve of a plant that cannot be read or used.
    """
    problems: list[Problem] = []
    with Makers(lasting=False) as door:
        sources = _Sources(scenario, folder, cache, door)
        unit_kwh, _notes = sources.side_by_side(scenario.plants, problems, progress)
    refuse(list(dict.fromkeys(problems)))
    return unit_kwh


def _shifted(scenario: Scenario, load_kwh: FloatArray, output_kwh: FloatArray) -> Shifted | None:
    """Move the flexible loads before own use behind the meters is counted."""
    if not scenario.flexible:
        return None
    ids = [participant.id for participant in scenario.participants]
    return shift_loads(scenario.steps, load_kwh, output_kwh, scenario.flexible, ids)


def _lay(columns: Sequence[FloatArray] | FloatArray, table: FloatArray) -> None:
    """Write arrays side by side into a table, some rows at a time: these stay at hand."""
    for first in range(0, len(table), ROWS):
        rows = slice(first, first + ROWS)
        table[rows] = np.array([column[rows] for column in columns]).T


def _moved_kwh(site: Participant | Plant, values: FloatArray) -> FloatArray:
    """Return the array of a site, its kWh moved where others read them."""
    if isinstance(site, Participant) and site.kwh_ratio != 1.0:
        return values * site.kwh_ratio
    return values


class _Sources:
    """The arrays of one scenario, each made once, from the cache when it is there."""

    def __init__(self, scenario: Scenario, folder: Path, cache: KeptStore, makers: Makers) -> None:
        self.scenario = scenario
        self.curves = folder / "curves"
        self.cache = cache
        self.inputs: dict[str, str] = {}
        self._kind = arrays((scenario.steps.count,))
        self._makers = makers
        self._made: Makes | None = None

    def loads(self, progress: Progress) -> SiteLoads:
        """Loads of all participants.

        Raises:
            InputError: every curve that cannot be read or used.
        """
        problems: list[Problem] = []
        with waiting(self.curves.parent) as apart:
            sites = self.scenario.participants
            load_kwh, kept = self.side_by_side(sites, problems, progress, apart)
            refuse(problems)
            if self._makers.makes_room:
                self._makers.end()
            for first, some in apart.taken():
                _lay(some, load_kwh[:, first : first + len(some)])
        return SiteLoads(load_kwh, tuple(kept), dict(self.inputs))

    def side_by_side(
        self,
        sites: Sequence[Participant | Plant],
        problems: list[Problem],
        progress: Progress,
        apart: Waiting | None = None,
    ) -> tuple[FloatArray, list[MadeNotes]]:
        """Return the arrays of sites, shape (T, n), and the notes of each; faults join `problems`.

        Args:
            apart: where they wait while a process that makes room is running; what waits is not in the table.
        """
        table, kept = np.empty((self.scenario.steps.count, len(sites))), list[MadeNotes]()
        for first in range(0, len(sites), TOGETHER):
            together = sites[first : first + TOGETHER]
            mades = self.gathered(together, problems, progress)
            if not problems:
                some = [_moved_kwh(site, made[0]) for site, made in zip(together, mades, strict=True)]
                if not (apart and self._makers.makes_room and apart.put(first, some)):
                    _lay(some, table[:, first : first + TOGETHER])
            kept += [notes for _values, notes in mades]
        return table, kept

    def gathered(
        self, sites: Sequence[Participant | Plant], problems: list[Problem], progress: Progress
    ) -> list[Made]:
        """Return the arrays of sites, made together where the cache has them not; faults join `problems`."""
        mades: dict[int, Made] = {}
        keys: dict[int, Mapping[str, object]] = {}
        for n, site in enumerate(sites):
            progress(site.name)
            try:
                key = self._load_key(site) if isinstance(site, Participant) else self._output_key(site)
            except InputError as fault:
                problems.extend(fault.problems)
                continue
            kept = self.cache.known(self._kind, key)
            if kept is None:
                keys[n] = key
            else:
                mades[n] = kept
        if keys:
            results = self._maker().made([sites[n] for n in keys])
            for (n, key), result in zip(keys.items(), results, strict=True):
                if isinstance(result, InputError):
                    problems.extend(result.problems)
                else:
                    self.cache.keep(self._kind, key, result)
                    mades[n] = result
        return [mades[n] for n in sorted(mades)]

    def _load_key(self, participant: Participant) -> Mapping[str, object]:
        """Return all that the load of a participant depends on."""
        source = participant.source
        key: dict[str, object] = {"load": asdict(source), "steps": self._steps_key, "id": participant.id}
        if participant.bill is not None:
            key |= {"bill": asdict(participant.bill), "contract": asdict(participant.contract)}
            key |= {"name": participant.name}  # warnings name it
        if source.curve:
            key |= {"file": self._digest(source.curve), "kva": participant.contract.subscribed_kva}
            key |= {"holes": self.scenario.holes, "name": participant.name}  # warnings name it
            return key | {"kind": participant.kind}  # the power of a group of homes limits nothing
        key |= {"limit_kw": meter_power_kw(participant)}
        if source.profile and "#" in source.profile:
            key |= {"file": self._digest(source.profile), "name": participant.name}
        return key | {"weather": self._weather_key, "place": participant.position}

    def _output_key(self, plant: Plant) -> Mapping[str, object]:
        """Return all that the output of a plant per kWp depends on."""
        if plant.curve:
            key: dict[str, object] = {"plant": plant.curve, "file": self._digest(plant.curve)}
            key |= {"kwp": plant.kwp / plant.kwp_ratio, "study": plant.p50_kwh_per_kwp}
            key |= {"holes": self.scenario.holes, "name": plant.name}
            return key | {"steps": self._steps_key}
        # Everything that shapes the output per kWp; names and owners do not.
        shape = {
            "planes": plant.planes,
            "losses": plant.losses_ratio,
            "kind": plant.kind,
            "clip": None if plant.inverter_kva is None else plant.inverter_kva / plant.kwp,
            "since": plant.commissioned_year,
            "place": plant.position,
            "model": asdict(plant.model),
            "study": plant.p50_kwh_per_kwp,
        }
        return {"unit": shape, "weather": self._weather_key, "steps": self._steps_key}

    def weather_used(self) -> WeatherUsed:
        """Return the weather year in words and figures.

        Raises:
            InputError: weather that cannot be read.
        """
        key = {"weather-used": self._weather_key, "steps": self._steps_key}
        notes = self.cache.get(self._kind, key, partial(self._array_of, None))[1]
        assert notes.weather is not None  # that is what this entry is kept for
        return notes.weather

    def added(self) -> Mapping[DatedChange, FloatArray]:
        """Curve of each change that adds a use or modifies a part, (T,), see `made_of_changes`."""

        def curve_of_use(use: AddedUse) -> FloatArray:
            key = {"added": asdict(use), "weather": self._weather_key, "steps": self._steps_key}
            return self.cache.get(self._kind, key, partial(self._array_of, use))[0]

        return made_of_changes(self.scenario, curve_of_use)

    def _array_of(self, thing: AddedUse | None) -> Made:
        (array,) = self._maker().made([thing])
        if isinstance(array, InputError):
            raise array
        return array

    def _maker(self) -> Makes:
        if self._made is None:
            self._made = self._makers.of(self.scenario, self.curves, sky_position(self.scenario))
        return self._made

    @cached_property
    def _weather_key(self) -> dict[str, object]:
        choice = self.scenario.weather
        key: dict[str, object] = {"choice": asdict(choice), "position": asdict(sky_position(self.scenario))}
        if choice.source not in {"generated", "pvgis"}:
            key["file"] = self._digest(choice.source)
        if choice.months is not None:
            key["months"] = self._digest(choice.months)
        return key

    @cached_property
    def _steps_key(self) -> dict[str, object]:
        return asdict(self.scenario.steps)

    def _digest(self, curve: str) -> str:
        name = curve_file(curve)
        path = f"curves/{name}"
        if path not in self.inputs:
            try:
                self.inputs[path] = self.cache.get(DIGEST, path, lambda: file_sha256(self.curves / name))
            except OSError as fault:
                raise InputError([Problem(path, unreadable(self.curves / name, fault))]) from None
        return self.inputs[path]
