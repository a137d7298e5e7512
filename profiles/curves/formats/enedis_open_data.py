"""Enedis open data as shapes: profile coefficients, and regional means by sector and subscribed power.

Licence Ouverte 2.0, opendata.enedis.fr: `coefficients-des-profils`, `conso-sup36-region`. Both are files
of millions of rows: filter them on the site before the download (a region, a year, some profiles).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from pathlib import Path
from types import MappingProxyType

import numpy as np

from acc.arrays import FloatArray, IntArray, TimeArray
from acc.problem import InputError
from profiles.curves.formats.base import CurveFile, Moments, ReadOptions
from profiles.curves.formats.delimited import CellTable, read_stamps, read_table, read_values
from profiles.curves.formats.intervals import found_minutes
from profiles.curves.formats.open_file import open_source


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A reference shape.

    Attributes:
        starts_utc: start of each interval, datetime64[s], shape (R,).
        step_minutes: length of an interval.
        weight: mean power over each interval, in any unit, NaN where secret (under 10 sites), (R,).
        sites: how many sites the shape is the mean of, None where the file does not say.
    """

    starts_utc: TimeArray
    step_minutes: int
    weight: FloatArray
    sites: int | None = None

    def scaled_kwh(self, annual_kwh: float) -> FloatArray:
        """Return the energy of each interval for a year of `annual_kwh`; the shape is to cover one year.

        >>> starts = np.array(["2025-01-01T00:00", "2025-01-01T00:30"], "datetime64[s]")
        >>> Shape(starts, 30, np.array([1.0, 3.0])).scaled_kwh(8.0).tolist()
        [2.0, 6.0]
        """
        kwh: FloatArray = self.weight / np.nansum(self.weight) * annual_kwh
        return kwh


def read_profile_coefficients(path: Path) -> Mapping[str, Shape]:
    """Return the shapes of a `coefficients-des-profils` export by sub-profile (RES1_BASE, PRO5_BASE...).

    The dynamic coefficient where there is one, else the adjusted one, else the prepared one. The
    sub-profiles of one profile (RES2_HP, RES2_HC) are to be summed by the caller.

    Raises:
        InputError: not this file, or every cell that cannot be read.
    """
    names = ("coefficient dynamique", "coefficient ajuste", "coefficient prepare")

    def weight(source: CurveFile, table: CellTable) -> FloatArray:
        best = np.full(table.lines.size, np.nan)
        for name in names:
            values = _values(source, table, name)
            best = np.where(np.isnan(best), values, best)
        filled: FloatArray = best
        return filled

    return _shapes(path, ("sous profil",), weight)


def read_regional_means(path: Path) -> Mapping[str, Shape]:
    """Return the shapes of a `conso-sup36-region` export by "profile / power class / sector".

    Each is the mean curve of the sites of its class, energy over the number of sites.

    Raises:
        InputError: not this file, or every cell that cannot be read.
    """

    def weight(source: CurveFile, table: CellTable) -> FloatArray:
        energy = _values(source, table, "total energie soutiree wh", "total energie soutiree (wh)")
        sites = _values(source, table, "nb points soutirage")
        mean: FloatArray = np.divide(energy, sites, out=np.full(energy.size, np.nan), where=sites > 0)
        return mean

    return _shapes(path, ("profil", "plage de puissance souscrite", "secteur activite"), weight)


def _shapes(
    path: Path, keys: Sequence[str], weight: Callable[[CurveFile, CellTable], FloatArray]
) -> Mapping[str, Shape]:
    source = open_source(path, ReadOptions())
    table = _plain_names(read_table(source, 0))
    stamps, labels = table.column("horodate"), [table.column(key) for key in keys]
    if stamps is None or labels[0] is None:
        message = _("not the expected Enedis open data: the columns horodate and {key} are needed")
        raise source.fault(message.format(key=keys[0]))
    moments, problems = read_stamps(source, stamps, table.lines)
    if problems:
        raise InputError(problems)
    values = weight(source, table)
    sites = _values(source, table, "nb points soutirage")
    names = [
        " / ".join(parts) for parts in zip(*(cells for cells in labels if cells is not None), strict=True)
    ]
    order = np.array(names)
    return MappingProxyType(
        {
            name: _shape(source, moments, values, sites, np.flatnonzero(order == name))
            for name in dict.fromkeys(names)
        }
    )


def _shape(
    source: CurveFile, moments: Moments, values: FloatArray, sites: FloatArray, rows: IntArray
) -> Shape:
    if moments.offset_minutes is None:
        raise source.fault(_("the stamps of Enedis open data have their offset from UTC: these have none"))
    utc = moments.clock[rows] - moments.offset_minutes[rows].astype("timedelta64[m]")
    order = np.argsort(utc, kind="stable")
    minutes, bad = found_minutes(utc[order], "start")
    if bad.any() or np.unique(minutes).size != 1:
        raise source.fault(_("the stamps of a profile are not regular: keep one region and whole days"))
    known = sites[rows][~np.isnan(sites[rows])]
    return Shape(
        utc[order], int(minutes[0]), values[rows][order], int(np.median(known)) if known.size else None
    )


def _plain_names(table: CellTable) -> CellTable:
    return CellTable(tuple(name.replace("_", " ") for name in table.names), table.columns, table.lines)


def _values(source: CurveFile, table: CellTable, *names: str) -> FloatArray:
    cells = table.column(*names)
    if cells is None:
        return np.full(table.lines.size, np.nan)
    values, problems = read_values(source, cells, table.lines, names[0])
    if problems:
        raise InputError(problems)
    return values
