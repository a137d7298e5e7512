"""The sun of street lamps beside pvlib's, and the hours that lamps are on at Bergerac."""

from datetime import date

import numpy as np
import pandas as pd
import pvlib
import pytest

from acc.sites import Position
from acc.steps import Steps
from profiles.sun import solar_elevation_deg

BERGERAC = Position(44.85, 0.48)


def test_elevation_is_that_of_pvlib_to_two_hundredths_of_a_degree() -> None:
    moments = Steps.between(date(2027, 1, 1), date(2028, 1, 1), 30).starts_utc
    ours = solar_elevation_deg(moments, BERGERAC)
    theirs = pvlib.solarposition.get_solarposition(pd.DatetimeIndex(moments, tz="UTC"), 44.85, 0.48)
    np.testing.assert_allclose(ours, theirs["elevation"], atol=0.02)  # low-precision formula, on purpose


def test_the_sun_is_three_degrees_down_4134_hours_a_year_at_bergerac() -> None:
    moments = Steps.between(date(2025, 1, 1), date(2026, 1, 1), 5).starts_utc
    dark_h = (solar_elevation_deg(moments, BERGERAC) < -3.0).sum() / 12
    assert dark_h == pytest.approx(4134, abs=2)
