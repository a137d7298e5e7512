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
    run_shapes,
    year_of,
)
from benchmarks.measured_shapes import steps_of
from profiles.reference.load import reference_load
from scenarios.operation.draws.unknowns import curve_spreads
from tests.draws import roughness

HALVES, HOSTS = 40, 4
OWN_RATIOS, GROUP_RATIO = (0.3, 0.8), 0.5
"""Of what a host's own roof makes over its need, and of a roof of the group over the need of all."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedHosts:
    """Hosts of one group: what they receive, and what the range laid around the run holds.

    Attributes:
        inside: part of the truths inside the range laid around the run.
        error: of what is printed, mean of absolute ln.
        gap: the same with its sign, on the kWh of all hosts together, a ratio.
        group_inside: of what all receive.
    """

    known: str
    own_ratio: float
    inside: float
    width: float
    error: float
    gap: float
    group_inside: float


def shared_out(load: FloatArray, made: FloatArray, own_kwh: FloatArray, group_kwh: float) -> FloatArray:
    """Return what each site receives under prorata, (D, N), the first ones behind their own roof.

    Args:
        load: of each in each hour, (D, N, T).
        made: what a roof of 1 kWh makes then, (T,).
    """
    hosts = len(own_kwh)
    left = load[:, :hosts] - own_kwh[:, None] * made
    need = np.concatenate([np.maximum(left, 0.0), load[:, hosts:]], axis=1)
    total = need.sum(axis=1)
    pool = np.maximum(-left, 0.0).sum(axis=1) + group_kwh * made
    part = np.divide(np.minimum(pool, total), total, out=np.zeros_like(total), where=total > 0.0)
    return (need * part[:, None]).sum(axis=2)


def rough_hours(count: int, half: int, year: int) -> FloatArray:
    """Return how the curves of a run differ from the mean of their cells, (count, T): days are not alike."""
    curves = [
        reference_load(
            "office",
            steps_of(year),
            annual_kwh=1e5,
            position=None,
            temperature_c=None,
            seed=half,
            site_id=str(n),
        ).kwh
        for n in range(count)
    ]
    return roughness(np.stack(curves, axis=1), steps_of(year)).T


def judge_hosts(halves: int = HALVES) -> list[JudgedHosts]:
    """Return every group judged, four of its members behind a roof of their own."""
    rows, common = list[JudgedHosts](), curve_spreads()["common.measured"]
    for half, library, left, _shapes in halves_of(halves):
        for year in map(year_of, YEARS):
            load = np.stack([year.kwh[name] for name in left if name in year.kwh][:GROUP_SIZE])
            shape = office_shapes(load, half, library, common)
            own, rough = load[:HOSTS].sum(axis=1), rough_hours(len(load), half, year.number)
            lit = np.flatnonzero(year.made > 0.0)
            cell, made, rough = year.cell[lit], year.made[lit], rough[:, lit]
            for known in (ANNUAL, FOUR):
                part = parts_of(known, year.poste)
                bill = np.stack([np.bincount(part[year.cell], one, part.max() + 1) for one in load])
                shapes = (shape, run_shapes(load, library))
                power, run = (billed(one, bill, part, year.hours)[..., cell] * rough for one in shapes)
                for ratio in OWN_RATIOS:
                    own_kwh, group_kwh = ratio * own, GROUP_RATIO * float(load.sum())
                    truth = shared_out(load[None][..., lit], made, own_kwh, group_kwh)[0]
                    drawn, (printed,) = (shared_out(one, made, own_kwh, group_kwh) for one in (power, run))
                    rows.append(_judged(known, ratio, truth, drawn, printed))
    return rows


def _judged(known: str, ratio: float, truth: FloatArray, drawn: FloatArray, run: FloatArray) -> JudgedHosts:
    hosts = slice(HOSTS)
    inside, width = inside_and_width(truth[hosts], run[hosts], draws_around(run, drawn)[:, hosts])
    group = draws_around(run.sum(), drawn.sum(axis=1))[:, None]
    whole, _width = inside_and_width(truth.sum(keepdims=True), run.sum(keepdims=True), group)
    return JudgedHosts(
        known=known,
        own_ratio=ratio,
        inside=float(inside.mean()),
        width=float(width.mean()),
        error=float(np.abs(np.log(run / truth))[hosts].mean()),
        gap=float(run[hosts].sum() / truth[hosts].sum() - 1.0),
        group_inside=float(whole[0]),
    )


def host_rows(rows: Sequence[JudgedHosts], titles: dict[str, str]) -> list[str]:
    """Return the table of hosts, by what is known and by what their own roof makes."""
    lines = [
        "| En %, ce que l’on sait | Toiture propre / besoin | Couvert | Largeur | Erreur du chiffre "
        "| Écart au vrai | Groupe : couvert |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for known in (ANNUAL, FOUR):
        for ratio in OWN_RATIOS:
            of = [row for row in rows if (row.known, row.own_ratio) == (known, ratio)]
            parts = [f"{100.0 * _mean(of, name):.0f}" for name in ("inside", "width", "error")]
            gap = f"{100.0 * _mean(of, 'gap'):+.1f}".replace(".", ",").replace("-", "−")
            cells = [titles[known], f"{100.0 * ratio:.0f}", *parts, gap]
            lines.append("| " + " | ".join([*cells, f"{100.0 * _mean(of, 'group_inside'):.0f}"]) + " |")
    return lines


def _mean(rows: Sequence[JudgedHosts], name: str) -> float:
    return float(np.mean([getattr(row, name) for row in rows]))
