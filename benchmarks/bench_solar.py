"""Ten plants on one site over a year of 15 min: ours beside ten pvlib ModelChain runs, in one process.

First the two are held equal to 1e-6 kW/kWp with the same models, then timed in turn, round by round. The
ratio is what counts: the sun computed once for the perimeter, and daylight rows only.
"""

import statistics
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pvlib import iam, pvarray
from pvlib.location import Location
from pvlib.modelchain import ModelChain
from pvlib.pvsystem import Array, FixedMount, PVSystem
from pytest_benchmark.fixture import BenchmarkFixture

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.steps import Steps
from benchmarks.measure import say
from profiles.pv.plant_output import sun_position, unit_output_kw
from profiles.weather.sun import middles_utc
from profiles.weather.synthetic_year import generated_weather
from profiles.weather.values import Weather

ROUNDS = 3
YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
PLANES = [
    Plane(surface_tilt_deg=tilt, surface_azimuth_deg=azimuth)
    for tilt, azimuth in (
        (30.0, 180.0), (10.0, 90.0), (10.0, 270.0), (15.0, 135.0), (20.0, 225.0),
        (35.0, 190.0), (5.0, 180.0), (25.0, 160.0), (60.0, 180.0), (90.0, 200.0),
    )
]  # fmt: skip


def ours(weather: Weather) -> list[FloatArray]:
    """Ten plants, the sun not kept from an earlier round."""
    sun_position.cache_clear()
    sun = sun_position(weather.steps, weather.position)
    return [unit_output_kw(plane, weather, sun) for plane in PLANES]


class StandardAir(Location):
    """A place whose refraction is that of 12 C, pvlib's default, where a ModelChain passes the day's."""

    def get_solarposition(
        self,
        times: pd.DatetimeIndex,
        pressure: float | None = None,
        temperature: object = 12,  # noqa: ARG002 - pvlib's own signature
        **options: object,
    ) -> pd.DataFrame:
        return super().get_solarposition(times, pressure, 12, **options)


def huld_with_diffuse_reflections(chain: ModelChain) -> None:
    """The module of PVGIS as a DC model of the chain: Martin-Ruiz on beam and diffuse, then Huld."""
    light = chain.results.total_irrad
    tilt = chain.system.arrays[0].mount.surface_tilt
    diffuse = iam.martin_ruiz_diffuse(tilt, 0.16)
    effective = (
        light["poa_direct"] * chain.results.aoi_modifier
        + light["poa_sky_diffuse"] * diffuse["sky"]
        + light["poa_ground_diffuse"] * diffuse["ground"]
    ).fillna(0.0)
    heat = chain.results.cell_temperature.fillna(0.0)
    chain.results.dc = pvarray.huld(effective, heat, 1.0, cell_type="cSi").clip(lower=0.0)


def same_power(chain: ModelChain) -> None:
    chain.results.ac = chain.results.dc


def model_chains(weather: Weather, frame: pd.DataFrame) -> list[FloatArray]:
    """Ten pvlib ModelChain runs with the same models, each with its own sun, as its users write them."""
    place = StandardAir(weather.position.latitude_deg, weather.position.longitude_deg, "UTC", altitude=0)
    outputs = []
    for plane in PLANES:
        array = Array(
            FixedMount(plane.surface_tilt_deg, plane.surface_azimuth_deg),
            albedo=0.2,
            module_parameters={"a_r": 0.16},
            temperature_model_parameters={"u0": 25.0, "u1": 6.84},
        )
        chain = ModelChain(
            PVSystem([array]),
            place,
            solar_position_method="ephemeris",
            transposition_model="perez-driesse",
            aoi_model="martin_ruiz",
            spectral_model="no_loss",
            temperature_model="faiman",
            dc_model=huld_with_diffuse_reflections,
            ac_model=same_power,
            losses_model="no_loss",
        )
        chain.run_model(frame)
        outputs.append(chain.results.ac.to_numpy())
    return outputs


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


@pytest.mark.filterwarnings("ignore")
def test_ten_plants_beside_ten_model_chains() -> None:
    weather = generated_weather(YEAR)
    frame = pd.DataFrame(
        {
            "ghi": weather.ghi,
            "dni": weather.dni,
            "dhi": weather.dhi,
            "temp_air": weather.temp_air_c,
            "wind_speed": weather.wind_speed_m_s,
        },
        index=pd.DatetimeIndex(middles_utc(YEAR), tz="UTC"),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pvlib 0.16 on pandas 3.1
        up = sun_position(YEAR, weather.position).apparent_zenith_deg < 90.0
        theirs = model_chains(weather, frame)
        worst = max(
            float(np.abs(a - np.where(up, b, 0.0)).max()) for a, b in zip(ours(weather), theirs, strict=True)
        )
        assert worst < 1e-6, worst
        pairs = [
            (seconds(lambda: ours(weather)), seconds(lambda: model_chains(weather, frame)))
            for _ in range(ROUNDS)
        ]
        alone = sun_position(YEAR, weather.position)
        kept = min(
            seconds(lambda: [unit_output_kw(plane, weather, alone) for plane in PLANES]) for _ in range(5)
        )
    mine, chains = ([pair[side] for pair in pairs] for side in (0, 1))
    ratio = min(chains) / min(mine)
    print(f"\n10 plants x {YEAR.count} steps, equal to {worst:.1e} kW/kWp")
    print(f"ten ModelChain runs   best {min(chains):.3f} s  median {statistics.median(chains):.3f} s")
    print(
        f"one sun for all       best {min(mine):.3f} s  median {statistics.median(mine):.3f} s  x{ratio:.1f}"
    )
    print(f"sun already known     best {kept:.3f} s  x{min(chains) / kept:.1f}")
    say("G9", "ten plants, one sun for all, over ModelChain", ratio, 5.0)


@pytest.mark.parametrize("step_minutes", [15, 60])
def test_a_generated_year(benchmark: BenchmarkFixture, step_minutes: int) -> None:
    from profiles.weather import synthetic_year as generated

    steps = Steps.between(date(2025, 1, 1), date(2026, 1, 1), step_minutes)

    def fresh() -> None:
        generated._year_sky.cache_clear()
        sun_position.cache_clear()
        generated_weather(steps)

    benchmark.pedantic(fresh, rounds=ROUNDS)


def test_a_year_read_from_a_pvgis_file(benchmark: BenchmarkFixture) -> None:
    from profiles.weather.read import file_weather

    path = Path(__file__).resolve().parents[2] / "shared/data/weather/tmy_45.000_8.000_2005_2023.csv"
    if not path.exists():
        pytest.skip(f"third-party data absent: {path}")
    benchmark.pedantic(lambda: file_weather(path, YEAR, None), rounds=ROUNDS)
