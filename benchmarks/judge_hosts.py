"""Ranges of sites behind their own roof, judged on measured buildings as `judge` judges the others."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray
from benchmarks.judge import (
    ANNUAL,
    FOUR,
    GROUP_SIZE,
    YEARS,
    billed,
    draws_around,
    halves_of,
    inside_and_width,
    office_shapes,
    parts_of,
    year_of,
)
from profiles.reference.cells import CELLS
from scenarios.studies.draws.load_uncertainty import curve_spreads

HALVES, HOSTS = 40, 4
OWN_RATIOS, GROUP_RATIO = (0.3, 0.8), 0.5
"""Of what a host's own roof makes over its need, and of a roof of the group over the need of all."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedHosts:
    """Hosts of one group: what they receive, and how the range laid around the run compares with the draws'.

    Attributes:
        inside, drawn_inside: part of the truths inside the range, laid around the run or left where drawn.
        error, drawn_error: of what is printed and of the middle of draws, mean of absolute ln.
        group_inside: of what all receive.
    """

    known: str
    own_ratio: float
    inside: float
    drawn_inside: float
    width: float
    error: float
    drawn_error: float
    group_inside: float


def shared_out(load: FloatArray, made: FloatArray, own_kwh: FloatArray, group_kwh: float) -> FloatArray:
    """Return what each site receives under prorata, (D, N), the first ones behind their own roof.

    Args:
        load: power of each, (D, N, T or CELLS).
        made: what a roof of 1 kWh makes then, (T,), or at the hours of each cell, (CELLS, most).
    """
    by_hour = made.ndim == 1
    power = load[..., None]
    sun = made[:, None] if by_hour else made
    hosts = len(own_kwh)
    left = power[:, :hosts] - own_kwh[:, None, None] * sun
    need = np.maximum(left, 0.0)
    total = power[:, hosts:].sum(axis=1) + need.sum(axis=1)
    pool = np.maximum(-left, 0.0).sum(axis=1) + group_kwh * sun
    part = np.divide(
        np.minimum(pool, total), total, out=np.zeros_like(total), where=(total > 0.0) & (sun > 0.0)
    )
    of_hosts = (need * part[:, None]).sum(axis=(2, 3))
    others = (load[:, hosts:] * part.sum(axis=2)[:, None]).sum(axis=2)
    return np.concatenate([of_hosts, others], axis=1)


def judge_hosts(halves: int = HALVES) -> list[JudgedHosts]:
    """Return every group judged, four of its members behind a roof of their own."""
    rows, common = list[JudgedHosts](), curve_spreads()["common.measured"]
    for half, library, left, _shapes in halves_of(halves):
        for year in map(year_of, YEARS):
            load = np.stack([year.kwh[name] for name in left if name in year.kwh][:GROUP_SIZE])
            shape = office_shapes(load, half, library, common)
            own = load[:HOSTS].sum(axis=1)
            for known in (ANNUAL, FOUR):
                part = parts_of(known, year.poste)
                bill = np.stack([np.bincount(part[year.cell], one, part.max() + 1) for one in load])
                mean = np.broadcast_to(library.middle, (1, len(load), CELLS))
                power, run = (billed(one, bill, part, year.hours) for one in (shape, mean))
                for ratio in OWN_RATIOS:
                    own_kwh, group_kwh = ratio * own, GROUP_RATIO * float(load.sum())
                    truth = shared_out(load[None], year.made, own_kwh, group_kwh)[0]
                    drawn, (printed,) = (
                        shared_out(one, year.made_in_cell, own_kwh, group_kwh) for one in (power, run)
                    )
                    rows.append(_judged(known, ratio, truth, drawn, printed))
    return rows


def _judged(known: str, ratio: float, truth: FloatArray, drawn: FloatArray, run: FloatArray) -> JudgedHosts:
    hosts = slice(HOSTS)
    inside, width = inside_and_width(truth[hosts], run[hosts], draws_around(run, drawn)[:, hosts])
    as_drawn, _width = inside_and_width(truth[hosts], run[hosts], drawn[:, hosts])
    middle = np.median(drawn, axis=0)
    group = draws_around(run.sum(), drawn.sum(axis=1))[:, None]
    whole, _width = inside_and_width(truth.sum(keepdims=True), run.sum(keepdims=True), group)
    return JudgedHosts(
        known=known,
        own_ratio=ratio,
        inside=float(inside.mean()),
        drawn_inside=float(as_drawn.mean()),
        width=float(width.mean()),
        error=float(np.abs(np.log(run / truth))[hosts].mean()),
        drawn_error=float(np.abs(np.log(middle / truth))[hosts].mean()),
        group_inside=float(whole[0]),
    )


def host_rows(rows: Sequence[JudgedHosts], titles: dict[str, str]) -> list[str]:
    """Return the table of hosts, by what is known and by what their own roof makes."""
    lines = [
        "| Ce que l’on sait | Toiture propre / besoin | Couvert | sans poser autour | Largeur "
        "| Erreur du chiffre | du milieu des tirages | Groupe : couvert |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for known in (ANNUAL, FOUR):
        for ratio in OWN_RATIOS:
            of = [row for row in rows if (row.known, row.own_ratio) == (known, ratio)]
            names = ("inside", "drawn_inside", "width", "error", "drawn_error", "group_inside")
            cells = [f"{float(np.mean([getattr(row, name) for row in of])):.0%}" for name in names]
            cells = [cell.replace("%", " %") for cell in cells]
            lines.append("| " + " | ".join([titles[known], f"{ratio:.0%}".replace("%", " %"), *cells]) + " |")
    return lines
