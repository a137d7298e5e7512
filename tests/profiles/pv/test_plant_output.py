"""The output of a plant: pvlib as the oracle, each loss once, the limits of the roof and of the inverter."""

import warnings
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pvlib import iam, irradiance, pvarray, solarposition, temperature

from acc.arrays import FloatArray
from acc.plant_model import Module, Mounting, Plane, PlantModel
from acc.sites import Plant, PlantKind, Position
from acc.steps import Steps, local_calendar
from profiles.pv.losses import Loss, losses_of, total_loss_ratio
from profiles.pv.plant_output import plant_output_kwh, sun_position, unit_output_kw
from profiles.pv.plausibility import plant_notes
from profiles.weather.sun import distance_km, middles_utc
from profiles.weather.synthetic_year import generated_weather
from profiles.weather.values import Weather
from tests.effort import law

YEAR = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 15)
SOUTH = Plane(surface_tilt_deg=30.0, surface_azimuth_deg=180.0)


@pytest.fixture(scope="module")
def weather() -> Weather:
    return generated_weather(YEAR)


def plant(**fields: object) -> Plant:
    roof = {"id": "roof", "name": "Roof", "kwp": 1.0, "planes": (SOUTH,), "kind": PlantKind.ROOF}
    return Plant(**(roof | fields))  # type: ignore[arg-type]


def plane(tilt_deg: float, azimuth_deg: float, share: float = 1.0) -> Plane:
    return Plane(surface_tilt_deg=tilt_deg, surface_azimuth_deg=azimuth_deg, share=share)


def by_pvlib(roof: Plane, weather: Weather, model: PlantModel) -> FloatArray:
    """pvlib's functions one after the other, on pandas and on every row: nothing of ours."""
    times = pd.DatetimeIndex(middles_utc(weather.steps), tz="UTC")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pvlib 0.16 on pandas 3.1
        sun = solarposition.ephemeris(times, weather.position.latitude_deg, weather.position.longitude_deg)
        extra = irradiance.get_extra_radiation(times)
    light = pd.DataFrame({"ghi": weather.ghi, "dni": weather.dni, "dhi": weather.dhi}, index=times)
    albedo = 0.2 if model.albedo_ratio is None else model.albedo_ratio
    zenith, azimuth = sun["apparent_zenith"], sun["azimuth"]
    poa = irradiance.get_total_irradiance(
        roof.surface_tilt_deg, roof.surface_azimuth_deg, zenith, azimuth, light.dni, light.ghi, light.dhi,
        dni_extra=extra, albedo=albedo, model="perez-driesse",
    )  # fmt: skip
    angle = irradiance.aoi(roof.surface_tilt_deg, roof.surface_azimuth_deg, zenith, azimuth)
    diffuse = iam.martin_ruiz_diffuse(roof.surface_tilt_deg, 0.16)
    entering = (
        poa["poa_direct"] * iam.martin_ruiz(angle, 0.16)
        + poa["poa_sky_diffuse"] * diffuse["sky"]
        + poa["poa_ground_diffuse"] * diffuse["ground"]
    )
    if model.mounting is Mounting.ROOF:
        heat = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["close_mount_glass_glass"]
        cell = temperature.sapm_module(
            poa["poa_global"], weather.temp_air_c, weather.wind_speed_m_s, heat["a"], heat["b"]
        )
    else:
        cell = temperature.faiman(poa["poa_global"], weather.temp_air_c, weather.wind_speed_m_s)
    power = pvarray.huld(entering.fillna(0.0), cell.fillna(0.0), 1.0, cell_type=model.module.value)
    up = (zenith < 90.0).to_numpy() & (weather.ghi > 0.0)
    return np.where(up, np.maximum(power.to_numpy(), 0.0), 0.0)


@pytest.mark.parametrize(
    ("roof", "model"),
    [
        pytest.param(SOUTH, PlantModel(), id="south"),
        pytest.param(plane(0.0, 180.0), PlantModel(), id="flat"),
        pytest.param(plane(15.0, 95.0), PlantModel(mounting=Mounting.ROOF), id="east_roof"),
        pytest.param(plane(90.0, 250.0), PlantModel(albedo_ratio=0.6), id="wall_over_snow"),
        pytest.param(plane(35.0, 200.0), PlantModel(module=Module.CDTE), id="thin_film"),
    ],
)
def test_daylight_rows_give_what_pvlib_gives(roof: Plane, model: PlantModel, weather: Weather) -> None:
    ours = unit_output_kw(roof, weather, sun_position(YEAR, weather.position), model)
    assert np.abs(ours - by_pvlib(roof, weather, model)).max() < 1e-6


@given(
    tilt=st.floats(0.0, 90.0),
    azimuth=st.floats(0.0, 359.0),
    ghi=st.floats(0.0, 1200.0),
    part=st.floats(0.0, 1.0),
)
@law(40)
def test_any_roof_under_any_light_gives_a_sensible_power(
    tilt: float, azimuth: float, ghi: float, part: float
) -> None:
    day = Steps.between(date(2025, 6, 21), date(2025, 6, 22), 60)
    light = np.full(day.count, ghi)
    sky = generated_weather(day)
    weather = replace(sky, ghi=light, dhi=light * part, dni=light * (1.0 - part))
    output = unit_output_kw(plane(tilt, azimuth), weather, sun_position(day, weather.position))
    assert (output >= 0.0).all()
    assert (output <= 2.5).all()  # 1200 W/m2 of diffuse beside 1200 of beam is no sky, and stays bounded


def test_night_gives_nothing(weather: Weather) -> None:
    night = sun_position(YEAR, weather.position).apparent_zenith_deg > 90.0
    assert plant_output_kwh(plant(), weather)[night].sum() == 0.0


def test_output_grows_with_power_and_adds_over_planes(weather: Weather) -> None:
    both = plant(kwp=10.0, planes=(plane(10.0, 90.0, 0.25), plane(10.0, 270.0, 0.75)))
    east = plant_output_kwh(plant(planes=(plane(10.0, 90.0),)), weather)
    west = plant_output_kwh(plant(planes=(plane(10.0, 270.0),)), weather)
    assert plant_output_kwh(both, weather) == pytest.approx(2.5 * east + 7.5 * west, rel=1e-12)


def test_losses_are_applied_once(weather: Weather) -> None:
    bare = unit_output_kw(SOUTH, weather, sun_position(YEAR, weather.position)).sum() * YEAR.hours
    assert plant_output_kwh(plant(), weather).sum() == pytest.approx(bare * 0.86, rel=1e-12)
    assert plant_output_kwh(plant(losses_ratio=0.10), weather).sum() == pytest.approx(bare * 0.90, rel=1e-12)
    named = PlantModel(losses={"soiling": 0.02, "inverter": 0.03})
    assert plant_output_kwh(plant(model=named), weather).sum() == pytest.approx(bare * 0.98 * 0.97, rel=1e-12)


def test_default_losses_are_fourteen_percent_in_eight_named_parts() -> None:
    losses = losses_of(plant())
    assert len(losses) == 8
    assert all(loss.source for loss in losses)
    assert {"inverter", "soiling", "near_shading"} <= {loss.name for loss in losses}
    assert total_loss_ratio(losses) == pytest.approx(0.14, abs=1e-12)
    assert all(0.0 < loss.loss_ratio < 0.05 for loss in losses)


def test_a_loss_of_ones_own_keeps_its_name() -> None:
    losses = losses_of(plant(model=PlantModel(losses={"pigeons": 0.01, "soiling": 0.02})))
    assert [loss.label for loss in losses] == ["pigeons", "soiling"]
    assert losses_of(plant(losses_ratio=0.2)) == (Loss("total", 0.2, "the plant's own"),)


def test_a_monthly_shading_table_takes_the_place_of_near_shading(weather: Weather) -> None:
    table = (0.3, *[0.0] * 10, 0.3)
    shaded = plant_output_kwh(plant(model=PlantModel(shading_ratio=table)), weather)
    plain = plant_output_kwh(plant(), weather)
    month = local_calendar(YEAR).month
    assert shaded[month == 7].sum() == pytest.approx(plain[month == 7].sum() / 0.97, rel=1e-12)
    assert shaded[month == 12].sum() == pytest.approx(plain[month == 12].sum() / 0.97 * 0.7, rel=1e-12)


def test_the_inverter_clips(weather: Weather) -> None:
    clipped = plant_output_kwh(plant(kwp=100.0, inverter_kva=60.0), weather)
    free = plant_output_kwh(plant(kwp=100.0), weather)
    assert clipped.max() == pytest.approx(60.0 * YEAR.hours)
    assert clipped == pytest.approx(np.minimum(free, 60.0 * YEAR.hours))


@pytest.mark.parametrize(("since", "kept"), [(2025, 1.0), (2030, 1.0), (2015, 0.995**10)])
def test_a_plant_ages_from_its_start(since: int, kept: float, weather: Weather) -> None:
    aged = plant_output_kwh(plant(commissioned_year=since), weather).sum()
    assert aged == pytest.approx(plant_output_kwh(plant(), weather).sum() * kept, rel=1e-12)


def test_age_counts_from_the_local_new_year() -> None:
    two_years = Steps.between(date(2025, 12, 31), date(2026, 1, 2), 60)
    sky = generated_weather(two_years)
    model = PlantModel(degradation_ratio=0.5)
    ratio = plant_output_kwh(plant(commissioned_year=2025, model=model), sky) / np.maximum(
        plant_output_kwh(plant(), sky), 1e-12
    )
    assert ratio[12] == pytest.approx(1.0)
    assert ratio[24 + 12] == pytest.approx(0.5)


def test_a_horizon_hides_the_low_beam_only(weather: Weather) -> None:
    free = plant_output_kwh(plant(), weather)
    hidden = plant_output_kwh(plant(model=PlantModel(horizon_deg=(20.0,) * 8)), weather)
    sun = sun_position(YEAR, weather.position)
    high = sun.apparent_zenith_deg < 70.0
    assert hidden[high] == pytest.approx(free[high])
    assert hidden[~high].sum() < 0.7 * free[~high].sum()
    east_only = PlantModel(horizon_deg=(0.0, 40.0, 0.0, 0.0))  # north, east, south, west
    morning = sun.solar_hour < 12.0
    eastern = plant_output_kwh(plant(model=east_only), weather)
    assert eastern[morning].sum() < free[morning].sum()
    assert eastern[~morning & (sun.azimuth_deg > 182.0)] == pytest.approx(
        free[~morning & (sun.azimuth_deg > 182.0)]
    )


def test_a_horizon_hides_the_bright_disc_around_the_sun_as_well(weather: Weather) -> None:
    # Hidden from the sun, a roof sees what it would see without beam, in a sky without bright disc:
    # of the three parts of Perez-Driesse, the even sky and the band at the horizon.
    walled = plane_output(weather, PlantModel(horizon_deg=(90.0,) * 4))
    sun = sun_position(YEAR, weather.position)
    bright = (weather.ghi > 100.0) & (sun.apparent_zenith_deg < 80.0)
    parts = irradiance.perez_driesse(
        30.0, 180.0, weather.dhi[bright], weather.dni[bright], sun.extra_w_per_m2[bright],
        sun.apparent_zenith_deg[bright], sun.azimuth_deg[bright], return_components=True,
    )  # fmt: skip
    ground = weather.ghi[bright] * 0.2 * (1.0 - np.cos(np.radians(30.0))) / 2.0
    diffuse = iam.martin_ruiz_diffuse(30.0, 0.16)
    sky = np.maximum(parts["poa_isotropic"] + parts["poa_horizon"], 0.0)
    entering = sky * diffuse["sky"] + ground * diffuse["ground"]
    module_c = temperature.faiman(sky + ground, weather.temp_air_c[bright], weather.wind_speed_m_s[bright])
    power = pvarray.huld(entering, module_c, 1.0, cell_type="cSi", k_version="pvgis5")
    np.testing.assert_allclose(walled[bright], np.maximum(power, 0.0), atol=1e-6)
    assert parts["poa_circumsolar"].sum() > 0.1 * sky.sum()  # what is hidden is worth being seen


def plane_output(weather: Weather, model: PlantModel) -> FloatArray:
    return unit_output_kw(SOUTH, weather, sun_position(YEAR, weather.position), model)


def test_a_roof_is_hotter_than_a_rack_by_what_is_published(weather: Weather) -> None:
    roof = plant_output_kwh(plant(model=PlantModel(mounting=Mounting.ROOF)), weather).sum()
    assert (
        0.91 <= roof / plant_output_kwh(plant(), weather).sum() <= 0.95
    )  # -7 to -9 % found with Huld, -6 here


def test_the_sun_of_the_perimeter_is_computed_once(weather: Weather) -> None:
    before = sun_position.cache_info().misses
    for km_north in range(5):
        plant_output_kwh(plant(position=Position(44.85 + km_north * 0.01, 0.48)), weather)
    assert sun_position.cache_info().misses <= before + 1


def test_sun_is_that_of_the_nrel_algorithm(weather: Weather) -> None:
    sun = sun_position(YEAR, weather.position)
    times = pd.DatetimeIndex(middles_utc(YEAR), tz="UTC")[::97]
    place = weather.position
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pvlib 0.16 on pandas 3.1
        nrel = solarposition.spa_python(times, place.latitude_deg, place.longitude_deg)
    assert sun.zenith_deg[::97] == pytest.approx(
        nrel["zenith"].to_numpy(), abs=0.02
    )  # degrees; 0.011 measured


def test_azimuth_is_clockwise_from_north(weather: Weather) -> None:
    south, north = (plant_output_kwh(plant(planes=(plane(30.0, a),)), weather).sum() for a in (180.0, 0.0))
    assert north < 0.6 * south
    east = plant_output_kwh(plant(planes=(plane(45.0, 90.0),)), weather)
    morning = sun_position(YEAR, weather.position).solar_hour < 12.0
    assert east[morning].sum() > 2.0 * east[~morning].sum()


@pytest.mark.parametrize(
    ("tilt", "azimuth", "words"),
    [
        pytest.param(30.0, 0.0, "PVGIS writes 0 for south", id="pvgis_convention"),
        pytest.param(45.0, 90.0, "before solar noon", id="east"),
        pytest.param(45.0, 270.0, "after solar noon", id="west"),
    ],
)
def test_a_plant_that_peaks_far_from_noon_or_faces_north_gets_a_note(
    tilt: float, azimuth: float, words: str, weather: Weather
) -> None:
    roof = plant(planes=(plane(tilt, azimuth),))
    notes = plant_notes(roof, weather, plant_output_kwh(roof, weather))
    assert len(notes) == 1
    assert words in notes[0]


def test_common_roofs_get_no_note(weather: Weather) -> None:
    for roof in (plant(), plant(planes=(plane(10.0, 90.0, 0.5), plane(10.0, 270.0, 0.5)))):
        assert plant_notes(roof, weather, plant_output_kwh(roof, weather)) == ()


def test_a_plant_far_from_the_weather_gets_a_note(weather: Weather) -> None:
    far = plant(position=Position(45.18, 0.72))
    note = plant_notes(far, weather, plant_output_kwh(far, weather))[0]
    assert f"{distance_km(Position(45.18, 0.72), weather.position):.0f} km" in note
