"""The weather value: one number a step, nothing missing, nothing negative."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from acc.steps import Steps
from profiles.data.sourced_figures import read_figures
from profiles.weather.synthetic_year import calibrated_position
from profiles.weather.values import Weather

DAY = Steps.between(date(2025, 6, 1), date(2025, 6, 2), 60)


def weather() -> Weather:
    zeros = np.zeros(24)
    return Weather(
        steps=DAY,
        position=calibrated_position(),
        ghi=np.full(24, 250.0),
        dni=zeros,
        dhi=np.full(24, 250.0),
        temp_air_c=np.full(24, -5.0),
        wind_speed_m_s=zeros,
        source="made by hand",
    )


def test_sums_and_means() -> None:
    assert weather().ghi_kwh_per_m2 == pytest.approx(6.0)  # 24 h x 250 W/m2
    assert weather().mean_temp_air_c == pytest.approx(-5.0)


@pytest.mark.parametrize("name", ["ghi", "dni", "dhi", "wind_speed_m_s"])
@pytest.mark.parametrize("value", [-1.0, np.nan])
def test_missing_or_negative_values_are_refused(name: str, value: float) -> None:
    values = np.full(24, 1.0)
    values[3] = value
    with pytest.raises(ValueError, match=name):
        replace(weather(), **{name: values})


def test_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="one value a step"):
        replace(weather(), ghi=np.zeros(23))
    with pytest.raises(ValueError, match="temp_air_c"):
        replace(weather(), temp_air_c=np.full(24, np.nan))


@pytest.mark.parametrize("file", ["weather.csv", "pv.csv"])
def test_every_figure_has_a_source(file: str) -> None:
    figures = read_figures(file)
    assert figures
    assert all(len(figure.source) > 8 for figure in figures.values())
