"""What meters rest on and are kept under, with their notes; the sky of a place."""

import io
import json
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from gettext import gettext as _
from hashlib import sha256
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray, JsonObject
from acc.keys import KEYS
from acc.problem import InputError, Problem
from acc.result.result import LoadQuality, WeatherUsed
from acc.scenario import Scenario
from acc.sites import Grade, Participant, Plant, Position
from profiles.curves.facts import CurveFacts
from profiles.reference.kinds import AddedUse
from scenarios.operation.store.store import KeptForm, KeptKind, Same

Wanted: TypeAlias = Participant | Plant | AddedUse | None
"""What an array is made of: a load, an output, a use that is added; the weather for None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeNotes:
    """Sentences, already translated, and how well the array is known.

    Attributes:
        warnings: for the result as a whole.
        of_plant: for the plant whose output it is, told under its name.
        quality: of a load; None for the rest.
        weather: of the weather year itself; None for the rest.
        facts: what tells an unlikely curve; None of a modelled output.
    """

    warnings: tuple[str, ...] = ()
    of_plant: tuple[str, ...] = ()
    quality: LoadQuality | None = None
    weather: WeatherUsed | None = None
    facts: CurveFacts | None = None


Made: TypeAlias = tuple[FloatArray, MadeNotes]
"""An array of shape (T,), and its notes."""


def arrays(shape: tuple[int, ...]) -> KeptKind[Made]:
    """Return arrays of a shape as a store keeps them, bounded by their bytes."""
    return KeptKind("arrays", form=FORM, fits=lambda kept: kept[0].shape == shape, size_bytes=_size_bytes)


def _size_bytes(kept: Made) -> int:
    """Return the bytes of what is held: several runs share it, so nobody writes to it from now on."""
    kept[0].flags.writeable = False
    return kept[0].nbytes


def facts_of(
    scenario: Scenario, loads: Sequence[MadeNotes], outputs: Sequence[MadeNotes]
) -> dict[str, CurveFacts]:
    """Facts for the plausibility of each site and plant with a curve or a profile."""
    sites = (
        *(f"participants.{p.id}" for p in scenario.participants),
        *(f"plants.{p.id}" for p in scenario.plants),
    )
    kept = zip(sites, (*loads, *outputs), strict=True)
    return {path: notes.facts for path, notes in kept if notes.facts is not None}


def _written(kept: Made) -> bytes:
    values, notes = kept
    text = json.dumps(asdict(notes), ensure_ascii=False, sort_keys=True).encode()
    with io.BytesIO() as file:
        np.save(file, np.frombuffer(text, dtype=np.uint8))
        np.save(file, np.ascontiguousarray(values, dtype=np.float64))
        return file.getvalue()


def _read_made(body: bytes) -> Made:
    with io.BytesIO(body) as file:
        notes = _read_notes(np.load(file, allow_pickle=False).tobytes())
        values: FloatArray = np.load(file, allow_pickle=False)
    if values.dtype != np.float64 or not np.isfinite(values).all():
        raise ValueError(values.dtype)
    return values, notes


def _read_notes(text: bytes) -> MadeNotes:
    """Return the notes that `asdict` and JSON made of them: lists were tuples, a grade was one of `Grade`."""
    notes = json.loads(text)
    quality, weather, facts = notes["quality"], notes["weather"], notes["facts"]
    return MadeNotes(
        warnings=tuple(notes["warnings"]),
        of_plant=tuple(notes["of_plant"]),
        quality=quality
        and LoadQuality(**{**quality, "grade": Grade(quality["grade"]), "notes": tuple(quality["notes"])}),
        weather=weather and WeatherUsed(**weather),
        facts=facts and CurveFacts(**facts),
    )


FORM = KeptForm(_written, _read_made)


NOT_SHARED = (
    *("questions", "notes", "doubted", "assumptions", "accepted", "words"),
    *("parties", "organiser", "signatures"),
)
"""Of a scenario, the fields that no kWh depends on."""


def unpriced(scenario: Scenario) -> tuple[Participant, ...]:
    """Return the participants without what their suppliers ask: neither kWh nor places depend on it."""
    return _unpriced(Same(scenario.participants))


@lru_cache(maxsize=4)  # an answer asks several times, of the very same sites
def _unpriced(sites: Same[tuple[Participant, ...]]) -> tuple[Participant, ...]:
    return tuple(
        replace(site, contract=replace(site.contract, energy_eur_per_kwh={})) for site in sites.thing
    )


def loads_parts(scenario: Scenario) -> tuple[object, ...]:
    """Return all that the loads of a scenario depend on beside its files."""
    sky = [site.position for site in scenario.plants]
    return unpriced(scenario), sky, scenario.steps, scenario.weather, scenario.holes, scenario.on


def sharing_parts(scenario: Scenario) -> JsonObject | None:
    """Return all of a scenario that the kWh it shares depend on, as JSON tells it, beside its files.

    That is all but the local price, whether one is decided apart; None where a price moves these kWh.
    """
    rule = KEYS.get(scenario.key.name)
    if scenario.sharing and (rule is None or rule.reads_prices):
        return None
    known = scenario.prices.local_eur_per_kwh is not None
    prices = replace(scenario.prices, local_eur_per_kwh=1.0 if known else None)
    parts = asdict(replace(scenario, prices=prices))
    plain: JsonObject = json.loads(
        json.dumps({name: part for name, part in parts.items() if name not in NOT_SHARED}, default=_plain)
    )
    return plain


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return sha256(np.ascontiguousarray(value).data).hexdigest()
    return sorted(map(str, value)) if isinstance(value, Set) else str(value)


def sky_position(scenario: Scenario) -> Position:
    """Position of the weather: as chosen, or the centre of the sites.

    Raises:
        InputError: no site has a place.
    """
    if scenario.weather.position:
        return scenario.weather.position
    sites = [s.position for s in (*scenario.plants, *scenario.participants) if s.position]
    if not sites:
        message = _("no site has coordinates: give latitude and longitude to one, or in [weather]")
        raise InputError([Problem("plants.csv", message)])
    latitude = sum(p.latitude_deg for p in sites) / len(sites)
    return Position(round(latitude, 2), round(sum(p.longitude_deg for p in sites) / len(sites), 2))


def weather_years(scenario: Scenario, count: int) -> list[Scenario]:
    """Return the scenario under each weather year: other seeds of a generated sky; a file has one year."""
    weather = scenario.weather
    if weather.source != "generated":
        return [scenario]
    return [replace(scenario, weather=replace(weather, seed=weather.seed + n)) for n in range(count)]
