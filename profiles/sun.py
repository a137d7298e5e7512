"""Where the sun stands, in NumPy alone: enough to switch street lamps, not to make PV."""

import numpy as np

from acc.arrays import FloatArray, TimeArray
from acc.sites import Position

J2000 = np.datetime64("2000-01-01T12:00", "s")


def solar_elevation_deg(moments_utc: TimeArray, position: Position) -> FloatArray:
    """Return the elevation of the sun's centre above the horizon, without refraction, in degrees, shape (T,).

    Low-precision formulas of the Astronomical Almanac (Michalsky 1988, Solar Energy 40(3):227), right to
    0.02 degree from 1950 to 2050.

    >>> noon = np.array(["2025-06-21T12:00"], dtype="datetime64[m]")
    >>> solar_elevation_deg(noon, Position(44.85, 0.48)).round(1).tolist()  # 90 - 44.85 + 23.4
    [68.6]
    """
    days = (moments_utc.astype("datetime64[s]") - J2000).astype(np.float64) / 86_400.0
    anomaly_rad = np.radians(357.528 + 0.9856003 * days)
    longitude_rad = np.radians(
        280.460 + 0.9856474 * days + 1.915 * np.sin(anomaly_rad) + 0.020 * np.sin(2 * anomaly_rad)
    )
    tilt_rad = np.radians(23.439 - 4e-7 * days)
    sine_declination = np.sin(tilt_rad) * np.sin(longitude_rad)
    right_ascension_rad = np.arctan2(np.cos(tilt_rad) * np.sin(longitude_rad), np.cos(longitude_rad))
    sidereal_deg = 280.46062 + 360.98564737 * days + position.longitude_deg
    hour_angle_rad = np.radians(sidereal_deg) - right_ascension_rad
    latitude_rad = np.radians(position.latitude_deg)
    cosine_declination = np.sqrt(1 - sine_declination**2)
    sine = np.sin(latitude_rad) * sine_declination + np.cos(latitude_rad) * cosine_declination * np.cos(
        hour_angle_rad
    )
    return np.asarray(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))
