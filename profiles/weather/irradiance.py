"""Beam and diffuse parts of a global irradiance, by pvlib's Erbs-Driesse model."""

import numpy as np
from pvlib.irradiance import erbs_driesse

from acc.arrays import FloatArray
from profiles.data.sourced_figures import read_figures
from profiles.weather.sun import Sun

LOWEST_COS_ZENITH = 0.05
"""Below 3 degrees of elevation everything is diffuse: a beam divided by its cosine would run away."""


def split_global(ghi: FloatArray, zenith_deg: FloatArray, extra: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return beam normal and diffuse horizontal irradiance of hourly means `ghi`, W/m2, shape (T,).

    Driesse et al. 2024, Solar Energy 267:112093: the continuous form of Erbs, Klein & Duffie 1982.
    """
    dni, dhi = np.zeros_like(ghi), ghi.copy()
    lit = (ghi > 0.0) & (zenith_deg < 90.0)
    parts = erbs_driesse(ghi[lit], zenith_deg[lit], dni_extra=extra[lit])
    dni[lit], dhi[lit] = parts["dni"], parts["dhi"]
    return dni, dhi


def split_short_steps(
    ghi: FloatArray, clear: FloatArray, sun: Sun, per_hour: int
) -> tuple[FloatArray, FloatArray]:
    """Return beam normal and diffuse horizontal irradiance on steps shorter than an hour, W/m2, shape (T,).

    The model was fitted on hourly means: the diffuse of the hour comes from it, follows the clear sky
    `clear` inside the hour, and never passes the global; the beam is the rest. What the model misses of the
    diffuse measured (`diffuse_factor`) is added.
    """
    cosine = np.maximum(np.cos(np.radians(sun.zenith_deg)), 0.0)
    hourly = [
        values.reshape(-1, per_hour).mean(axis=1) for values in (ghi, clear, cosine, sun.extra_w_per_m2)
    ]
    ghi_h, clear_h, cosine_h, extra_h = hourly
    factor = read_figures("weather.csv")["diffuse_factor"].value
    dhi_h = np.minimum(factor * split_global(ghi_h, np.degrees(np.arccos(cosine_h)), extra_h)[1], ghi_h)
    of_clear = np.divide(dhi_h, clear_h, out=np.zeros_like(dhi_h), where=clear_h > 0.0)
    dhi = np.minimum(np.repeat(of_clear, per_hour) * clear, ghi)
    high = cosine > LOWEST_COS_ZENITH
    dhi = np.where(high, dhi, ghi)
    dni = np.divide(ghi - dhi, cosine, out=np.zeros_like(ghi), where=high)
    return dni, dhi
