"""What the sun gives under a cloudless sky: pvlib's Ineichen model with the Linke turbidity it ships."""

from functools import lru_cache

import numpy as np
import pandas as pd
from pvlib.atmosphere import alt2pres, get_absolute_airmass, get_relative_airmass
from pvlib.clearsky import ineichen, lookup_linke_turbidity
from pvlib.location import lookup_altitude

from acc.arrays import FloatArray
from acc.sites import Position
from acc.steps import Steps
from profiles.weather.sun import middles_utc, pvlib_on_pandas_3, sun_position

REFERENCE = "Ineichen & Perez 2002, Solar Energy 73(3):151, with the Linke turbidity climatology of pvlib"


@lru_cache(maxsize=4)
def clear_sky_ghi(steps: Steps, position: Position) -> FloatArray:
    """Return the cloudless global horizontal irradiance at the middle of each step, W/m2, shape (T,).

    Kept, since every draw of a year's sky dims the same one.
    """
    sun = sun_position(steps, position)
    up = sun.apparent_zenith_deg < 90.0
    zenith = sun.apparent_zenith_deg[up]
    altitude = lookup_altitude(position.latitude_deg, position.longitude_deg)
    airmass = get_absolute_airmass(get_relative_airmass(zenith), alt2pres(altitude))
    turbidity = _turbidity(steps, position)[up]
    ghi = np.zeros(steps.count)
    ghi[up] = ineichen(zenith, airmass, turbidity, altitude, sun.extra_w_per_m2[up])["ghi"]
    ghi.flags.writeable = False
    return ghi


def _turbidity(steps: Steps, position: Position) -> FloatArray:
    days, day_of_step = np.unique(middles_utc(steps).astype("datetime64[D]"), return_inverse=True)
    index = pd.DatetimeIndex(days, tz="UTC")
    with pvlib_on_pandas_3():
        daily = lookup_linke_turbidity(index, position.latitude_deg, position.longitude_deg)
    values: FloatArray = daily.to_numpy(dtype=np.float64)[day_of_step]
    return values
