"""What has to be remembered of an array that was made, beside its values."""

from dataclasses import dataclass
from typing import TypeAlias

from acc.arrays import FloatArray
from acc.result.result import LoadQuality, WeatherUsed


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeNotes:
    """Sentences, already translated, and how well the array is known.

    Attributes:
        warnings: for the result as a whole.
        of_plant: for the plant whose output it is, told under its name.
        quality: of a load; None for the rest.
        weather: of the weather year itself; None for the rest.
    """

    warnings: tuple[str, ...] = ()
    of_plant: tuple[str, ...] = ()
    quality: LoadQuality | None = None
    weather: WeatherUsed | None = None


Made: TypeAlias = tuple[FloatArray, MadeNotes]
"""An array of shape (T,), and its notes."""
