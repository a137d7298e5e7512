"""Shapes that Enedis publishes, to scale to a bill: profile coefficients, and regional means by sector.

Licence Ouverte 2.0, opendata.enedis.fr: `coefficients-des-profils`, `conso-sup36-region`. Both are files
of millions of rows: filter them on the site before the download (a region, a year, some profiles).
"""

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray, IntArray
from acc.problem import refuse
from profiles.curves.formats.base import CurveFile, Moments, ReadOptions, all_false
from profiles.curves.formats.delimited import CellTable, read_stamps, read_table, read_values
from profiles.curves.formats.open_file import open_source
from profiles.curves.formats.times import infer_step_minutes
from profiles.curves.read import Curve

PROFILE = "sous profil"
COEFFICIENTS = ("coefficient dynamique", "coefficient ajuste", "coefficient prepare")
"""Of a sub-profile (RES1_BASE, PRO5_BASE...): the first one that a row has is taken."""

REGION = ("profil", "plage de puissance souscrite", "secteur activite")
"""What names a regional mean, in a file without sub-profiles."""


def read_shapes(path: Path, place: str) -> Mapping[str, Curve]:
    """Return the shapes of either file as curves of 1 kWh in all, NaN where secret (under 10 sites).

    By sub-profile (RES1_BASE; those of one profile, RES2_HP and RES2_HC, are to be summed by the caller), or
    by "profile / power class / sector": then the energy of the sites of a class over their number.

    Args:
        place: named in the faults of what is made of a curve.

    Raises:
        InputError: neither of the two files, or every cell that cannot be read.
    """
    source = open_source(path, ReadOptions())
    table = read_table(source, 0)
    table = CellTable(tuple(name.replace("_", " ") for name in table.names), table.columns, table.lines)
    is_region = table.column(PROFILE) is None and table.column(REGION[0]) is not None
    keys = [
        cells for key in (REGION if is_region else (PROFILE,)) if (cells := table.column(key)) is not None
    ]
    stamps = table.column("horodate")
    if stamps is None or not keys:
        message = _("not the expected Enedis open data: the columns horodate and {key} are needed")
        raise source.fault(message.format(key=PROFILE))
    moments, problems = read_stamps(source, stamps, table.lines)
    refuse(problems)
    weight = _mean_of_sites(source, table) if is_region else _coefficient(source, table)
    names = np.array([" / ".join(parts) for parts in zip(*keys, strict=True)])
    return {
        name: _shape(source, moments, weight, np.flatnonzero(names == name), place)
        for name in dict.fromkeys(names.tolist())
    }


def _coefficient(source: CurveFile, table: CellTable) -> FloatArray:
    best = np.full(table.lines.size, np.nan)
    for name in COEFFICIENTS:
        best = np.where(np.isnan(best), _values(source, table, name), best)
    return best


def _mean_of_sites(source: CurveFile, table: CellTable) -> FloatArray:
    energy = _values(source, table, "total energie soutiree wh", "total energie soutiree (wh)")
    sites = _values(source, table, "nb points soutirage")
    return np.asarray(np.divide(energy, sites, out=np.full(energy.size, np.nan), where=sites > 0))


def _shape(source: CurveFile, moments: Moments, weight: FloatArray, rows: IntArray, place: str) -> Curve:
    if moments.offset_minutes is None:
        raise source.fault(_("the stamps of Enedis open data have their offset from UTC: these have none"))
    utc = moments.clock[rows] - moments.offset_minutes[rows].astype("timedelta64[m]")
    order = np.argsort(utc, kind="stable")
    ordered = weight[rows][order]
    minutes, bad = infer_step_minutes(utc[order], "start")
    if bad.any() or np.unique(minutes).size != 1:
        raise source.fault(_("the stamps of a profile are not regular: keep one region and whole days"))
    return Curve(
        starts_utc=utc[order],
        minutes=minutes,
        energy_kwh=ordered / (np.nansum(ordered) or np.nan),
        estimated=all_false(rows.size),
        unit="kWh",
        format="reference",
        source=place,
    )


def _values(source: CurveFile, table: CellTable, *names: str) -> FloatArray:
    cells = table.column(*names)
    if cells is None:
        return np.full(table.lines.size, np.nan)
    values, problems = read_values(source, cells, table.lines, names[0])
    refuse(problems)
    return values
