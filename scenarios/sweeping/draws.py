"""The draws of a sweep: each from the seed and its own number, so that no order or worker changes them.

Draws are paired: every key and variant sees the same weather year, loads and prices. Each uncertain
thing has its own stream, named by what it is, so that drawing one more thing changes none of the others.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from scenarios.sweeping.settings import NOISE_QUANTILE, SPREADS, SweepChoice

FACTORS = ("weather", *SPREADS, "load_noise", "withdrawal")
"""What a tornado tells apart."""

LOWEST_FACTOR = 0.05
"""A load is never drawn below a twentieth of its curve."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw.

    Attributes:
        weather: which weather year, 0 to `weather_years` - 1.
        values: of each spread, by name.
        load: factor of each participant's curve, growth included, by id.
        leaver: the participant who leaves, None when all stay.
    """

    number: int
    weather: int
    values: Mapping[str, float]
    load: Mapping[str, float]
    leaver: str | None


def draw(choice: SweepChoice, number: int, bands: Mapping[str, float]) -> Draw:
    """Return draw `number`.

    Args:
        bands: half width of the uncertainty of each participant's curve, a ratio of its kWh, by id.
    """

    def stream(name: str) -> np.random.Generator:
        seed = np.random.SeedSequence([choice.seed, number, zlib.crc32(name.encode())])
        return np.random.default_rng(seed)

    values = {name: spread.value(stream(name)) for name, spread in choice.spreads.items()}
    growth = 1.0 + values["load_growth"]
    leaving = stream("withdrawal")
    leaves = bool(leaving.random() < choice.withdrawal_ratio)
    load = {
        name: growth * _noise(choice.load_noise * band, stream(f"load:{name}"))
        for name, band in bands.items()
    }
    ids = sorted(bands)
    return Draw(
        number,
        int(stream("weather").integers(choice.weather_years)),
        values,
        load,
        ids[int(leaving.integers(len(ids)))] if leaves and ids else None,
    )


def factor_table(draws: Sequence[Draw], yearly_kwh: Mapping[str, float]) -> dict[str, FloatArray]:
    """Return each factor of each draw as a number, shape (D,): what the variance is shared between.

    The noise of loads is told by its mean over participants, by their kWh; weather and withdrawal by
    numbers that stand for categories (-1: nobody leaves).
    """
    ids = sorted(yearly_kwh)
    weight = np.array([yearly_kwh[name] for name in ids])
    weight = weight / max(weight.sum(), np.finfo(float).tiny)
    growth = np.array([1.0 + d.values["load_growth"] for d in draws])
    noise = np.array([[d.load[name] for name in ids] for d in draws]).reshape(len(draws), len(ids))
    leaver = [-1.0 if d.leaver is None else float(ids.index(d.leaver)) for d in draws]
    return {
        "weather": np.array([float(d.weather) for d in draws]),
        **{name: np.array([d.values[name] for d in draws]) for name in SPREADS},
        "load_noise": noise @ weight / growth,
        "withdrawal": np.array(leaver),
    }


def _noise(band_ratio: float, generator: np.random.Generator) -> float:
    """Return a factor around 1 that stays within `band_ratio` in 8 draws out of 10."""
    deviation = min(max(float(generator.standard_normal()), -3.0), 3.0) / NOISE_QUANTILE
    return max(LOWEST_FACTOR, 1.0 + band_ratio * deviation)
