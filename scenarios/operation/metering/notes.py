"""An array that was made, and what has to be remembered beside its values: how both are kept."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np

from acc.arrays import FloatArray
from acc.result.result import LoadQuality, WeatherUsed
from acc.scenario import Scenario
from acc.sites import Grade, Participant, Plant
from profiles.curves.facts import CurveFacts
from profiles.reference.kinds import AddedUse
from scenarios.operation.store.store import KeptForm, KeptKind

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


def _read(body: bytes) -> Made:
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


FORM = KeptForm(_written, _read)
