"""Meters of an operation of which the grid operator returned nothing, or not every day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from acc.arrays import BoolArray
from acc.sites import masked_prm

Span = tuple[date, date]
"""Local days that a value covers, the end excluded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A meter of the operation of which days are missing in what was returned.

    Attributes:
        first_day: the first that is missing.
        missing_days: how many, of the `days` that were returned of others.
        to_the_end: whether nothing comes after `first_day`.
    """

    id: str
    prm: str
    first_day: date
    missing_days: int
    days: int
    to_the_end: bool

    @property
    def masked_prm(self) -> str:
        """Its PRM as it may be shown."""
        return masked_prm(self.prm)

    @property
    def is_absent(self) -> bool:
        """Whether nothing at all was returned."""
        return self.missing_days == self.days


def silent_meters(
    spans: Mapping[str, Mapping[str, Sequence[Span]]], ids: Mapping[str, str]
) -> tuple[Silence, ...]:
    """Return the meters that lack days which others have, in the order given.

    A day is there once every energy that a meter returned at all is. Readings of a month need not fall on the
    same day for all meters: fewer days in a row than the longest value covers are no silence.

    Args:
        spans: what was returned by PRM and energy; empty for a meter of which nothing was.
        ids: of the sites by PRM.
    """
    every = [span for energies in spans.values() for own in energies.values() for span in own]
    if not every:
        return ()
    first = min(start for start, _end in every)
    days = max((end - first).days for _start, end in every)
    longest = max((end - start).days for start, end in every)
    silent = []
    for prm, energies in spans.items():
        days_covered = [_covered(own, first, days) for own in energies.values()]
        present = np.all(days_covered, axis=0) if days_covered else np.zeros(days, dtype=np.bool_)
        missing = _long_runs(~present, longest)
        if missing.any():
            start = int(np.flatnonzero(missing)[0])
            silence = Silence(
                id=ids[prm],
                prm=prm,
                first_day=first + timedelta(days=start),
                missing_days=int(missing.sum()),
                days=days,
                to_the_end=bool(missing[start:].all()),
            )
            silent.append(silence)
    return tuple(silent)


def _covered(own: Sequence[Span], first: date, days: int) -> BoolArray:
    present = np.zeros(days, dtype=np.bool_)
    for start, end in own:
        present[(start - first).days : (end - first).days] = True
    return present


def _long_runs(flags: BoolArray, least: int) -> BoolArray:
    """Return the flags that stand in a row of at least `least`.

    >>> _long_runs(np.array([True, False, True, True]), 2).tolist()
    [False, False, True, True]
    """
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    kept = np.zeros_like(flags)
    for start, stop in edges.reshape(-1, 2).tolist():
        kept[start:stop] = stop - start >= least
    return kept
