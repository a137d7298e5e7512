"""Homes that electricity does not heat: what is drawn reaches their curve, as the nation's tells it.

Truth: the curve of French homes in 2023 less what follows the cold, hour by hour (Enedis, bilan électrique
2023, Licence Ouverte 2.0), under the sun of Bergerac; no curve of such homes alone was found.
"""

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.steps import Steps, local_calendar
from profiles.pv.plant_output import sun_position, unit_output_kw
from profiles.reference.load import reference_load
from profiles.reference.shape_library import cell_of_steps
from profiles.weather.synthetic_year import generated_weather
from scenarios.operation.draws.unknowns import HOMES, heating_shape

SIZES = (0.1, 0.2, 0.4, 0.6, 1.0, 1.5)
"""Production over need."""

NATION = (10.0, 18.3, 25.9, 29.5, 33.1, 35.4)
NOT_HEATED = (10.0, 19.8, 29.6, 33.4, 37.0, 39.3)
"""Part of the need that the sun covers, points, at each size: the nation's homes, those not heated."""

POINTS = 2.0
HEATS_UNDER_C = 15.0
YEAR = Steps.between(date(2023, 1, 1), date(2024, 1, 1), 30)


@lru_cache(maxsize=1)
def sun() -> FloatArray:
    weather = generated_weather(YEAR)
    plane = Plane(surface_tilt_deg=20.0, surface_azimuth_deg=180.0)
    made = unit_output_kw(plane, weather, sun_position(weather.steps, weather.position))
    return np.asarray(made / made.sum())


def covered(load: FloatArray) -> list[float]:
    """Points of the need covered at each size."""
    need = load / load.sum()
    return [100.0 * float(np.minimum(need, size * sun()).sum()) for size in SIZES]


def homes(place: float | None) -> FloatArray:
    """Return homes of the program; `place` of what is drawn of their heating, None as the profile stands."""
    curves = [
        reference_load(
            HOMES, YEAR, annual_kwh=4e6, position=None, temperature_c=None, seed=0, site_id=str(n)
        ).kwh
        for n in range(4)
    ]
    mean: FloatArray = np.mean(curves, axis=0)
    return mean if place is None else mean * heating_shape(HOMES, place)[cell_of_steps(YEAR)]


@pytest.mark.parametrize(("place", "measured"), [(None, NATION), (0.0, NOT_HEATED)])
def test_homes_are_covered_as_measured_at_six_sizes(place: float | None, measured: tuple[float, ...]) -> None:
    assert covered(homes(place)) == pytest.approx(measured, abs=POINTS)


def test_homes_not_heated_lie_between_the_ends_of_what_is_drawn() -> None:
    bare, all_electric = covered(homes(0.0)), covered(homes(1.0))
    for least, nation, most in zip(all_electric, NATION, bare, strict=True):
        assert least - 0.5 <= nation <= most + 0.5  # points: a tenth of the need is taken by any home


@pytest.mark.shared
def test_the_measured_figures_are_those_of_the_file(shared_data: Path) -> None:
    path = shared_data / "grid" / "enedis_bilan_electrique_2023.csv"
    header, *rows = path.read_text(encoding="utf-8").strip().splitlines()
    names = header.split(";")
    load, felt_c = (
        np.array([float(row.split(";")[names.index(name)]) for row in rows])
        for name in ("consommation_profilee_res", "temperature_reelle_lissee")
    )
    # The file begins and ends at midnight UTC, an hour after the year does.
    load, felt_c = (np.concatenate([of[:2], of[:-2]]) for of in (load, felt_c))
    assert covered(load) == pytest.approx(NATION, abs=0.1)  # points: the rows hold a decimal
    cold, calendar = np.maximum(HEATS_UNDER_C - felt_c, 0.0), local_calendar(YEAR)
    bare, kind = load.copy(), calendar.minute * 2 + (calendar.weekday >= 5)
    for one in np.unique(kind):
        at = kind == one
        (_base, per_degree), *_ = np.linalg.lstsq(np.stack([np.ones(at.sum()), cold[at]], 1), load[at])
        bare[at] -= per_degree * cold[at]
    assert covered(bare) == pytest.approx(NOT_HEATED, abs=0.1)
