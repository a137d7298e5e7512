"""Reference loads for members without data: a kind of site and a yearly bill give a curve; added uses.

Each kind is a sum of uses whose parameters are sourced rows of `data/reference_*.csv`. A site differs
from the next of its kind (hours, shares, noise) in a way that its name and a seed settle for good. A new
use (heat pump, vehicles, cooling) has the shape of a use of these profiles, its level from what is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from gettext import gettext as _
from hashlib import sha256
from math import ceil, sqrt

import numpy as np

from acc.arrays import FloatArray
from acc.sites import Position
from acc.steps import Steps, count_full_years, local_calendar
from profiles.reference.kinds import (
    AddedUse,
    Driver,
    ElectricityUse,
    Knots,
    SiteSpread,
    added_rows,
    closed_days,
    intensities_of,
    known_profile,
    scale_of,
    spread_of,
    use_of_rows,
    uses_of,
    uses_within,
)
from profiles.reference.shape_library import CELLS, MEASURED_KINDS, cell_of_steps, library
from profiles.reference.shapes import (
    STEP_MINUTES,
    Surroundings,
    Year,
    day_mean,
    near_point,
    noise,
    normal_temperature_c,
    school_holidays,
    surroundings_of,
    use_shape,
    year_of,
)
from profiles.weather.sun import middles_utc

BERGERAC = Position(44.85, 0.48)
"""Where a site stands when its position is not known; matters to lamps only."""

FEW_HOMES = 5.0
"""Fewer homes than this are no mean of homes."""

WITHOUT_MEMORY = 0.1
"""Steps of memory of what each quarter hour does by itself: none."""

ATOM_MINUTES = 5
"""Every step is a whole number of these."""


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceLoad:
    """A curve drawn from a reference profile.

    Attributes:
        kwh: consumption of each step, shape (T,).
        annual_kwh: what twelve months of it sum to.
        band_ratio: half width of the uncertainty of the curve, as a ratio of its kWh.
        notes: what was assumed, sentences already translated.
        warnings: what makes the curve doubtful, already translated.
        source: one line on where the curve and its yearly kWh come from, translated.
    """

    kwh: FloatArray
    annual_kwh: float
    band_ratio: float
    notes: tuple[str, ...]
    source: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _ModelledSite:
    """One site: its kind's uses with shares of its own, and what makes its noise.

    Attributes:
        annual_kwh: of twelve months: a measured kind has the shape of buildings of its size.
        lone_ratio: how far the homes it holds stray together from the mean of homes.
    """

    kind: str
    annual_kwh: float
    uses: tuple[tuple[ElectricityUse, float], ...]
    shift_minutes: float
    spread: SiteSpread
    seed: str
    lone_ratio: float


def reference_load(  # noqa: PLR0913 - what little is known of a member without data, each part optional
    kind: str,
    steps: Steps,
    *,
    annual_kwh: float | None,
    quantity: float | None = None,
    quantity_unit: str | None = None,
    position: Position | None,
    temperature_c: FloatArray | None,
    seed: int,
    site_id: str,
) -> ReferenceLoad:
    """Return the load of a site of `kind` on `steps`, scaled to a yearly bill or to a size.

    Twelve months, whatever their first day, sum to the yearly kWh; a shorter period gets its own part of the
    calendar year: a month is the same as the year cut to that month, the rest of the year being as warm as
    usual where its temperature is not given. The same `seed` and `site_id` always give the same curve.

    Args:
        annual_kwh: what twelve months sum to; None to estimate it from `quantity` in `quantity_unit`.
        position: where street lamps look at the sun; None for Bergerac.
        temperature_c: air temperature on the same steps, shape (T,); None for the normals of Bergerac.

    Raises:
        InputError: an unknown kind (with the nearest one), no yearly kWh nor usable size.
    """
    profile = known_profile(kind, site_id)
    scale = scale_of(profile, annual_kwh, (quantity, quantity_unit), site_id)
    row = intensities_of(kind).get("homes")
    homes = None if row is None else max(1.0, scale.annual_kwh / float(row.value))
    site = _site(kind, scale.annual_kwh, f"{seed} {site_id}", homes)
    years = years_of(steps)
    around = [surroundings_on(year, steps, position or BERGERAC, temperature_c) for year in years]
    noisy = [_level(site, of_year) * _noise(site, of_year.year) for of_year in around]
    kwh = cut(np.concatenate([scale.annual_kwh * (level / level.sum()) for level in noisy]), years[0], steps)
    assumed = _assumed(site, years, steps, (position is not None, temperature_c is not None))
    return ReferenceLoad(
        kwh=kwh * _to_twelve_months(kwh, scale.annual_kwh, steps),
        annual_kwh=scale.annual_kwh,
        band_ratio=site.spread.band_ratio if scale.row is None else site.spread.estimate_band_ratio,
        notes=(*scale.notes, *assumed),
        source=scale.source,
        warnings=_few_homes(homes),
    )


def _few_homes(homes: float | None) -> tuple[str, ...]:
    if homes is None or homes >= FEW_HOMES:
        return ()
    message = _(
        "a profile of many homes on the bill of {count} at most: the curve is drawn as irregular as theirs, "
        "at hours that are not theirs; take their measured curve"
    )
    return (message.format(count=ceil(homes)),)


def _site(kind: str, annual_kwh: float, seed: str, homes: float | None) -> _ModelledSite:
    """Return the site that `seed` settles: hours shifted, shares moved, summing to 1 again."""
    rng, spread, uses = _rng(seed), spread_of(kind), uses_of(kind)
    shift_minutes = spread.shift_minutes * float(np.clip(rng.standard_normal(), -2, 2))
    moved = np.exp(spread.share_ratio * np.clip(rng.standard_normal(len(uses)), -2, 2))
    shares = moved * np.array([use.share_ratio for use in uses])
    lone_ratio = 0.0 if homes is None else spread.lone_ratio / sqrt(homes)
    own = tuple(zip(uses, (shares / shares.sum()).tolist(), strict=True))
    return _ModelledSite(kind, annual_kwh, own, shift_minutes, spread, seed, lone_ratio)


def _rng(seed: str) -> np.random.Generator:
    return np.random.default_rng(int.from_bytes(sha256(seed.encode()).digest()[:16]))


def years_of(steps: Steps) -> tuple[Year, ...]:
    """Return every local calendar year that the steps touch."""
    days = local_calendar(steps).day
    first, last = (int(str(day)[:4]) for day in (days[0], days[-1]))
    return tuple(year_of(number) for number in range(first, last + 1))


def surroundings_on(
    year: Year, steps: Steps, position: Position, temperature_c: FloatArray | None
) -> Surroundings:
    """Surroundings of the site over a year: the given temperature, else normals."""
    given = None if temperature_c is None else np.asarray(temperature_c, dtype=np.float64).tobytes()
    return _surroundings_near(year, steps, near_point(position), given)


@lru_cache(maxsize=32)
def _surroundings_near(year: Year, steps: Steps, near: Position, given_c: bytes | None) -> Surroundings:
    """Return the same, kept: the sites of a perimeter stand near a few points, under one sky."""
    usual_c = normal_temperature_c(year.number)
    if given_c is None:
        return surroundings_of(year, near, usual_c)
    middles = middles_utc(year.steps)
    index = (middles - np.datetime64(steps.start_utc, "s")) // np.timedelta64(steps.step_minutes, "m")
    given = (index >= 0) & (index < steps.count)
    merged_c = usual_c.copy()
    merged_c[given] = np.frombuffer(given_c)[index[given]]
    return surroundings_of(year, near, merged_c)


def _level(site: _ModelledSite, around: Surroundings) -> FloatArray:
    """Return the power of each quarter hour before its noise, up to a factor, (T,).

    A kind that was measured has the mean of its buildings, those of its size more: it is the middle of the
    shapes that are drawn. A year that is not as warm as usual moves it as it moves the uses of the kind.
    """
    if site.kind not in MEASURED_KINDS:
        return sum_of_uses(site.uses, around, site.shift_minutes)
    shapes, year = library(), around.year
    measured = shapes.middle_of(shapes.likeness(site.annual_kwh))[cell_of_steps(year.steps)]
    usual_c = normal_temperature_c(year.number)
    if around.temperature_c is usual_c:
        return measured
    uses, usual = _uses_and_usual(site.kind, around)
    return np.asarray(measured * uses / usual)


@lru_cache(maxsize=32)
def _uses_and_usual(kind: str, around: Surroundings) -> tuple[FloatArray, FloatArray]:
    """Level of all uses of a kind under its sky and under the usual one, (T,) each: of all its sites."""
    year, uses = around.year, [(use, use.share_ratio) for use in uses_of(kind)]
    usual_c = normal_temperature_c(year.number)
    usual = replace(around, temperature_c=usual_c, day_mean_c=day_mean(year, usual_c))
    return sum_of_uses(uses, around, 0.0), sum_of_uses(uses, usual, 0.0)


def sum_of_uses(
    uses: Sequence[tuple[ElectricityUse, float]], around: Surroundings, shift_minutes: float
) -> FloatArray:
    """Return the level of some uses together over a year, each by its share, (T,)."""
    level = np.zeros(around.year.steps.count)
    for use, share in uses:
        level += share * use_shape(use, around, shift_minutes)
    return level


def _noise(site: _ModelledSite, year: Year) -> FloatArray:
    """Noise multiplier of each quarter hour, (T,), around 1.

    Of a kind that was measured, 1 in the mean of each cell: what the site uses then stays that of buildings.
    """
    rng, spread = _rng(f"{site.seed} {year.number}"), site.spread
    days = noise(rng, len(year.dates), spread.day_ratio, spread.day_memory_h / 24)
    steps = noise(rng, year.steps.count, spread.step_ratio, spread.step_memory_h * 60 / STEP_MINUTES)
    fine = noise(rng, year.steps.count, spread.fine_ratio, WITHOUT_MEMORY)
    level = days[year.day] * steps * fine
    if site.lone_ratio:
        memory = spread.lone_memory_h * 60 / STEP_MINUTES
        level = level * noise(rng, year.steps.count, site.lone_ratio, memory)
    if site.kind in MEASURED_KINDS:
        cell = cell_of_steps(year.steps)
        count = np.maximum(np.bincount(cell, minlength=CELLS), 1)
        level = level / (np.bincount(cell, level, CELLS) / count)[cell]
    return np.asarray(level)


def cut(year_kwh: FloatArray, first: Year, steps: Steps) -> FloatArray:
    """Return the kWh of `steps` from those of the quarter hours of whole years; no energy is lost or made."""
    atoms = STEP_MINUTES // ATOM_MINUTES
    start, rest = divmod((steps.start_utc - first.steps.start_utc).total_seconds(), 60 * ATOM_MINUTES)
    if rest:
        raise ValueError(_("steps start on a multiple of {minutes} min").format(minutes=ATOM_MINUTES))
    per_step = steps.step_minutes // ATOM_MINUTES
    part = np.repeat(year_kwh / atoms, atoms)[int(start) : int(start) + steps.count * per_step]
    return np.asarray(part.reshape(steps.count, per_step).sum(axis=1))


def _to_twelve_months(kwh: FloatArray, annual_kwh: float, steps: Steps) -> float:
    """Return the factor to the yearly kWh of twelve months that start in a year and end in the next."""
    years = count_full_years(steps)
    if not years or str(local_calendar(steps).day[0]).endswith("-01-01"):
        return 1.0  # a part of a year, or calendar years, each at its own kWh already
    return years * annual_kwh / float(kwh.sum())


def _assumed(
    site: _ModelledSite, years: Sequence[Year], steps: Steps, known: tuple[bool, bool]
) -> Iterator[str]:
    """Notes on default assumptions that matter to this kind.

    Args:
        known: whether the position is, and the temperature.
    """
    drivers = {use.driver for use, _share in site.uses}
    if Driver.NIGHT in drivers and not known[0]:
        yield _("position unknown: the sun is that of Bergerac")
    if drivers & {Driver.HEATING, Driver.COOLING, Driver.REFRIGERATION}:
        yield from _assumed_temperature(years, steps, is_given=known[1])
    if any(use.school_holidays_ratio != 1.0 for use, _share in site.uses):
        yield from _assumed_holidays(years)


def _assumed_temperature(years: Sequence[Year], steps: Steps, is_given: bool) -> list[str]:
    if not is_given:
        return [_("temperature: the monthly normals of Bergerac, without cold or warm spells")]
    if steps.count * steps.step_minutes < sum(year.steps.count for year in years) * STEP_MINUTES:
        return [_("the part of the year outside the period is as warm as usual at Bergerac")]
    return []


def _assumed_holidays(years: Sequence[Year]) -> list[str]:
    repeated = [str(year.number) for year in years if school_holidays(year.number).is_repeated]
    text = _("school holidays of {years} are not all published: they repeat those of an earlier school year")
    return [text.format(years=", ".join(repeated))] if repeated else []


DAY_MINUTES = 24 * 60


def added_use_kwh(added: AddedUse, steps: Steps, temperature_c: FloatArray | None) -> FloatArray:
    """Return the kWh of a new use on each step, (T,), 1 kWh in twelve months.

    Args:
        temperature_c: air temperature on the same steps, (T,); None for the normals of Bergerac.
    """
    years = years_of(steps)
    place = added.position or BERGERAC
    around = [surroundings_on(year, steps, place, temperature_c) for year in years]
    level = np.concatenate([_added_level(added, of_year) / of_year.year.steps.count for of_year in around])
    kwh = cut(level, years[0], steps)
    twelve = count_full_years(steps)
    return np.asarray(kwh * (twelve / kwh.sum())) if twelve and kwh.sum() > 0.0 else kwh


def part_of_need(part: AddedUse, steps: Steps, temperature_c: FloatArray | None) -> FloatArray:
    """Return the part of what a site uses that some of its uses are, on each step, (T,), 0 to 1.

    Args:
        part: a kind of `data/added_uses.csv` that names uses, of a site whose profile is known.
        temperature_c: as for `added_use_kwh`.
    """
    assert part.profile is not None  # a part of nothing else is known
    years, kinds = years_of(steps), (uses_within(part.kind, part.profile), uses_of(part.profile))
    around = [surroundings_on(year, steps, part.position or BERGERAC, temperature_c) for year in years]

    def kwh(uses: Sequence[ElectricityUse]) -> FloatArray:
        shares = [(use, use.share_ratio) for use in uses]
        return cut(np.concatenate([sum_of_uses(shares, of_year, 0.0) for of_year in around]), years[0], steps)

    some, every = map(kwh, kinds)
    return np.divide(some, every, out=np.zeros_like(some), where=every > 0.0)


def _added_level(added: AddedUse, around: Surroundings) -> FloatArray:
    use = _use(added)
    usual = use_shape(use, around, 0.0)
    if not added.hours:
        return usual
    worked = int(added_rows()[added.kind].get("hours_days", "7"))
    none: Knots = ((0, 0.0),)
    week = tuple(_in_windows(added.hours) if day < worked else none for day in range(7))
    moved = use_shape(replace(use, hours=week), around, 0.0)
    season = added_rows()[added.kind].get("moved_season")
    if season is None:
        return moved
    days = closed_days(season)
    inside = (around.year.season_day >= days.first) & (around.year.season_day <= days.last)
    return np.where(inside[around.year.day], moved, usual)


def _use(added: AddedUse) -> ElectricityUse:
    """Return a use by its rows, at the hours and days of the kind of its site where that heats, or cools."""
    use = use_of_rows(added.kind, added_rows()[added.kind])
    if use.driver not in {Driver.HEATING, Driver.COOLING} or added.profile is None:
        return use
    own = next((other for other in uses_of(added.profile) if other.driver is use.driver), None)
    if own is None:
        return use
    return replace(
        use,
        hours=own.hours,
        season=own.season,
        closures=own.closures,
        school_holidays_ratio=own.school_holidays_ratio,
        threshold_c=use.threshold_c if use.driver is Driver.HEATING else own.threshold_c,
    )


def _in_windows(windows: tuple[tuple[int, int], ...]) -> Knots:
    """Return a day on in some windows, off beside them."""
    edges = {minute for a, b in windows for minute in (a - 1, a, b - 1, b) if 0 <= minute < DAY_MINUTES}
    return tuple((m, float(any(a <= m < b for a, b in windows))) for m in sorted(edges))
