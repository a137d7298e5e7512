"""The ranges of `acc run`, judged on measured buildings: shapes of one half of them, truth of the other half.

Each group is a folder that `acc run` runs as any other; what it prints is set beside what each member would
have received under prorata, from the measured hourly curves. Production is given (a curve, the same on both
sides), and the year is that of the bills: what grows and what shines from one year to another is not drawn.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariff_slots import SLOTS, SlotClock, slot_index
from acc.plant_model import Plane
from acc.result.result import Ranges, Result
from acc.steps import Steps
from benchmarks.measured_shapes import PER_MILLE, YEARS, building, read_buildings, steps_of, write
from profiles.pv.plant_output import sun_position, unit_output_kw
from profiles.reference import shape_library
from profiles.reference.shape_library import CELLS, library
from profiles.weather.synthetic_year import generated_weather
from scenarios.run import RunParts, run

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDER = Path(os.environ.get("ACC_SHARED_DATA", SHARED)) / "cambridge"
HALVES, GROUP_SIZE, HOSTS = 40, 12, 4
RATIOS = (0.3, 0.6, 1.0)
"""Production over need of the group."""

OWN_RATIOS, GROUP_RATIO = (0.3, 0.8), 0.5
"""Of what a host's own roof makes over its need, and of the roof of the group over the need of all."""

ANNUAL, TWO, FOUR = "annual bill", "two postes", "four postes"
KNOWN_YEAR, OTHER_YEAR = "measured curve, kWh of the year known", "measured curve of another year"
BILLS, CURVES = (ANNUAL, TWO, FOUR), (KNOWN_YEAR, OTHER_YEAR)
OFF_PEAK_HOURS = (22, 6)
OFF_PEAK = SlotClock(off_peak=((60 * OFF_PEAK_HOURS[0], 60 * OFF_PEAK_HOURS[1]),))

DAY = date(2026, 12, 1)
"""On which rates are read; no euro is judged."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Members of one half in one year, and what is known of them.

    Attributes:
        kwh: measured of each member in each hour, the truth, (N, T); `before` those of the other year.
        made_kwh: of the roof of the group, (T,); of the roofs of the first members, (H, T).
    """

    known: str
    half: int
    year: int
    kwh: FloatArray
    before: FloatArray
    made_kwh: FloatArray
    own_kwh: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One group: is the truth inside P10 to P90, and how wide are they.

    Attributes:
        own_ratio: what the roof of a host makes over its need; 0 where nobody has one.
        inside: of each member that is judged (hosts alone, where there are), 0 or 1; `error` mean of |ln|.
        gap: of what is printed for those judged, over the truth less 1; `group_gap` for all members.
        below, above: part of the truths of members below P10, above P90.
        draws: how many `acc run` made; `grades` of the loads.
    """

    known: str
    half: int
    year: int
    ratio: float
    own_ratio: float
    inside: float
    below: float
    above: float
    width: float
    error: float
    gap: float
    group_inside: float
    group_width: float
    group_gap: float
    draws: int
    grades: str


@lru_cache(maxsize=2)
def made_in(number: int) -> FloatArray:
    """Return what a roof makes in each hour of a year, for a year of 1 kWh, (T,)."""
    weather = generated_weather(steps_of(number))
    plane = Plane(surface_tilt_deg=20.0, surface_azimuth_deg=180.0)
    output = unit_output_kw(plane, weather, sun_position(weather.steps, weather.position))
    made: FloatArray = output / output.sum()
    return made


@lru_cache(maxsize=2)
def measured(number: int) -> dict[str, FloatArray]:
    """Return the kWh of each hour of each building in a year, by its name."""
    return read_buildings(FOLDER, number)


@contextmanager
def shapes_of(names: Sequence[str], place: Path) -> Iterator[None]:
    """Give the program the shapes of some buildings alone, in place of all that were measured."""
    rows: list[list[object]] = []
    for number in YEARS:
        for name, kwh in measured(number).items():
            if name in names:
                made = building(str(names.index(name)), number, kwh)
                cells = np.rint(made.shape * PER_MILLE).astype(int).tolist()
                rows.append([made.name, number, round(made.yearly_kwh), *cells])
    write(place / "shapes.csv", ["building", "year", "kwh", *(f"c{n}" for n in range(CELLS))], rows)
    with patch.object(shape_library, "SHAPES", place / "shapes.csv"):
        library.cache_clear()
        yield
    library.cache_clear()


def groups_of(half: int, names: Sequence[str]) -> Iterator[tuple[Group, float, float]]:
    """Yield the groups of the members of a half, with production over need and that of the roofs of hosts."""
    for number, other in (YEARS, YEARS[::-1]):
        now, made = measured(number), made_in(number)
        both = [name for name in names if name in now and name in measured(other)][:GROUP_SIZE]
        some = [name for name in names if name in now][:GROUP_SIZE]
        for known in (*BILLS, *CURVES):
            own = both if known in CURVES else some
            kwh = np.stack([now[name] for name in own])
            before = np.stack([measured(other)[name] for name in own]) if known in CURVES else kwh[:0]
            for ratio in RATIOS:
                roofs = ratio * kwh.sum() * made
                yield Group(known, half, number, kwh, before, roofs, kwh[:0]), ratio, 0.0
            if known in (ANNUAL, FOUR):
                for ratio in OWN_RATIOS:
                    hosts = ratio * kwh[:HOSTS].sum(axis=1)[:, None] * made
                    roofs = GROUP_RATIO * kwh.sum() * made
                    yield Group(known, half, number, kwh, before, roofs, hosts), GROUP_RATIO, ratio


def received_kwh(group: Group) -> FloatArray:
    """Return what each member receives under prorata, hour by hour, the first ones behind their own roof."""
    left = group.kwh.copy()
    left[: len(group.own_kwh)] -= group.own_kwh
    need, pool = np.maximum(left, 0.0), group.made_kwh + np.maximum(-left, 0.0).sum(axis=0)
    total = need.sum(axis=0)
    part = np.divide(np.minimum(pool, total), total, out=np.zeros_like(total), where=total > 0.0)
    kwh: FloatArray = (need * part).sum(axis=1)
    return kwh


def write_folder(group: Group, folder: Path) -> None:
    """Write a group as a folder: what is known of its members, the curves of its roofs."""
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    (folder / "operation.toml").write_text(
        f'[operation]\nname = "Group"\nstart = {group.year}-01-01\nend = {group.year + 1}-01-01\n'
        'step_minutes = 60\n[key]\nname = "prorata"\n'
        f"[weather]\nlatitude = 44.85\nlongitude = 0.48\nseed = {group.half}\n[sweep]\nseed = {group.half}\n"
        '[sweep.load_growth]\nshape = "fixed"\nmiddle = 0.0\n'
        '[sweep.solar_yield]\nshape = "fixed"\nmiddle = 1.0\n',
        encoding="utf-8",
    )
    roofs = {"roof_kwh": group.made_kwh, **{f"own{n}_kwh": one for n, one in enumerate(group.own_kwh)}}
    _write_curves(folder / "curves" / "roofs.csv", steps_of(group.year), roofs)
    plants = ["id;name;owner;kwp;curve;behind", "roof;Roof;group;100;roofs.csv#roof_kwh;"]
    plants += [f"own{n};Own {n};group;100;roofs.csv#own{n}_kwh;s{n}" for n in range(len(group.own_kwh))]
    (folder / "plants.csv").write_text("\n".join(plants) + "\n", encoding="utf-8")
    head, rows = _known_of(group, folder / "curves" / "loads.csv")
    lines = ["id;name;kind;off_peak;" + head]
    hours = "{:02d}:00-{:02d}:00".format(*OFF_PEAK_HOURS)
    lines += [f"s{n};Site {n};company;{hours};{row}" for n, row in enumerate(rows)]
    (folder / "participants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _known_of(group: Group, curves: Path) -> tuple[str, list[str]]:
    """Return the columns of what is known of members, and their cells."""
    totals = [f"{one.sum():.3f}" for one in group.kwh]
    if group.known == ANNUAL:
        return "profile;annual_kwh", [f"office;{total}" for total in totals]
    if group.known in BILLS:
        slot = slot_index(steps_of(group.year), OFF_PEAK)
        bills = [
            np.bincount(slot, one, len(SLOTS))[1:].astype(np.float64) for one in group.kwh
        ]  # no pointe below 36 kVA
        if group.known == FOUR:
            return "profile;" + ";".join(f"{name}_kwh" for name in SLOTS[1:]), _cells(bills)
        return "profile;hp_kwh;hc_kwh", _cells([bill.reshape(-1, 2).sum(axis=0) for bill in bills])
    number = next(year for year in YEARS if year != group.year)
    _write_curves(curves, steps_of(number), {f"s{n}_kwh": one for n, one in enumerate(group.before)})
    of_year = totals if group.known == KNOWN_YEAR else [""] * len(totals)
    return "curve;scale_to_kwh", [f"loads.csv#s{n}_kwh;{kwh}" for n, kwh in enumerate(of_year)]


def _cells(bills: Sequence[FloatArray]) -> list[str]:
    return ["office;" + ";".join(f"{kwh:.3f}" for kwh in bill) for bill in bills]


def _write_curves(path: Path, steps: Steps, kwh: dict[str, FloatArray]) -> None:
    start = np.datetime64(steps.start_utc.replace(tzinfo=None), "s")
    stamps = (start + np.arange(steps.count) * np.timedelta64(3600, "s")).astype(str)
    rows = zip(*(of.tolist() for of in kwh.values()), strict=True)
    lines = [
        f"{stamp}Z," + ",".join(f"{one:.4f}" for one in row) for stamp, row in zip(stamps, rows, strict=True)
    ]
    path.write_text("\n".join([",".join(["time", *kwh]), *lines]) + "\n", encoding="utf-8")


def run_ranges(folder: Path) -> tuple[Result, Ranges]:
    """Return what `acc run` prints of a folder and its ranges: the only ones that are judged."""
    parts = RunParts(ranges_folder=folder / "out", advice=False)
    result = run(folder, ran_on=DAY, parts=parts, use_cache=False)
    assert result.ranges is not None
    return result, result.ranges


def judge(group: Group, ratio: float, own_ratio: float, folder: Path) -> Judged:
    """Return a group judged; its folder is written in `folder`."""
    write_folder(group, folder)
    result, ranges = run_ranges(folder)
    told, truth = ranges["received_kwh"], received_kwh(group)
    low, printed, high = np.array([told[f"s{n}"] for n in range(len(truth))]).T
    judged = slice(len(group.own_kwh) or None)
    group_low, group_printed, group_high = told[""]
    below, above = (truth < low)[judged], (truth > high)[judged]
    return Judged(
        known=group.known,
        half=group.half,
        year=group.year,
        ratio=ratio,
        own_ratio=own_ratio,
        inside=float((~below & ~above).mean()),
        below=float(below.mean()),
        above=float(above.mean()),
        width=float(((high - low) / printed)[judged].mean()),
        error=float(np.abs(np.log(printed / truth))[judged].mean()),
        gap=float(printed[judged].sum() / truth[judged].sum() - 1.0),
        group_inside=float(group_low <= truth.sum() <= group_high),
        group_width=(group_high - group_low) / group_printed,
        group_gap=float(group_printed / truth.sum() - 1.0),
        draws=result.ranges_draws or 0,
        grades=" ".join(sorted({one.grade.value for one in result.quality})),
    )


def judged_half(half: int) -> list[Judged]:
    """Return every group of a random half, under the shapes of the other one."""
    names = sorted({name for number in YEARS for name in measured(number)})
    mixed = np.random.default_rng(half).permutation(names).tolist()
    shown, kept = mixed[: len(names) // 2], mixed[len(names) // 2 :]
    with TemporaryDirectory() as place, shapes_of(shown, Path(place)):
        return [
            judge(group, ratio, own, Path(place) / str(n))
            for n, (group, ratio, own) in enumerate(groups_of(half, kept))
        ]
