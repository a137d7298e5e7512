"""A year of an invented group with the shapes that matter to a key: day, night, season, holidays."""

from datetime import date

import numpy as np

from acc.exchange import Exchange
from acc.steps import LocalCalendar, Steps, local_calendar

SHAPES = ("office", "school", "home", "cold store", "street lighting", "pool", "workshop", "shop")


def community(
    seed: int, *, members: int = 12, plants: int = 2, days: int = 365, step_minutes: int = 60
) -> Exchange:
    """Return the exchange of `members` of random size and shape over `days` from 1 January 2025."""
    rng = np.random.default_rng(seed)
    end = date.fromordinal(date(2025, 1, 1).toordinal() + days)
    steps = Steps.between(date(2025, 1, 1), end, step_minutes)
    calendar = local_calendar(steps)
    shapes = [SHAPES[n % len(SHAPES)] for n in range(members)]
    load = np.stack([shape_of(name, calendar) for name in shapes], axis=1)
    load *= rng.uniform(0.7, 1.3, load.shape)
    load *= rng.uniform(5_000, 60_000, members) / 8760 * steps.hours / load.mean(axis=0)
    sun = sun_of(calendar)[:, None] * rng.beta(2.0, 1.0, (days + 1, plants))[day_of(calendar)]
    output = sun * rng.uniform(20, 120, plants) * steps.hours
    return Exchange(steps, load, output, np.zeros_like(output))


def day_of(calendar: LocalCalendar) -> np.ndarray:
    return (calendar.day - calendar.day[0]).astype(np.int64)


def sun_of(calendar: LocalCalendar) -> np.ndarray:
    """Return a plain sun: longer and higher in summer, none at night, shape (T,)."""
    day = day_of(calendar)
    season = -np.cos(2.0 * np.pi * (day + 10) / 365.0)
    hour = calendar.minute / 60.0
    length = 12.0 + 3.5 * season
    height = np.cos(np.pi * (hour - 13.0) / length)
    return np.where(np.abs(hour - 13.0) < length / 2.0, height, 0.0) * (0.65 + 0.35 * season)


def shape_of(name: str, calendar: LocalCalendar) -> np.ndarray:
    hour, month, weekend = calendar.minute / 60.0, calendar.month, calendar.weekday >= 5
    summer, winter = (month >= 6) & (month <= 9), (month <= 3) | (month >= 11)
    shapes = {
        "office": 0.2 + ((hour >= 8) & (hour < 18) & ~weekend),
        "school": 0.1 + ((hour >= 8) & (hour < 17) & ~weekend & (month != 7) & (month != 8)),
        "home": 0.3 + ((hour >= 6) & (hour < 8)) + 1.5 * ((hour >= 18) & (hour < 23)) + 0.5 * winter,
        "cold store": 1.0 + 0.3 * summer,
        "street lighting": ((hour < 6) | (hour >= 18 - 0.0)) * 1.0 * (1.0 - 0.4 * summer),
        "pool": 0.05 + 1.0 * summer * ((hour >= 7) & (hour < 21)),
        "workshop": 0.05 + ((hour >= 6) & (hour < 14) & ~weekend & (month != 8)),
        "shop": 0.3 + ((hour >= 9) & (hour < 20) & (calendar.weekday != 6)),
    }
    return np.asarray(shapes[name], dtype=float)
