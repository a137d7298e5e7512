"""Coefficients of a period as values: proposed by a key, rounded so that nothing is lost, cut by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

import numpy as np

from acc.arrays import FloatArray, IntArray, KeyFile, row_sums
from acc.exchange import Exchange
from acc.settle import SHARE_TOLERANCE, Key, Past, looks_back, settle
from acc.steps import Steps, local_calendar

MAX_DECIMALS = 9
"""Beyond this a coefficient says more than a double holds over a year."""


@dataclass(frozen=True, slots=True, eq=False)
class Coefficients(KeyFile):
    """What a PMO declares: the part of the production that goes to each participant at each step.

    Attributes:
        participant_ids: in the order of the last axis of `share`.
        plant_ids: in the order of the middle axis of `share`; empty when productions are pooled.
        share: in [0, 1], shape (T, N) or (T, M, N).

    Raises:
        ValueError: a shape that does not agree with the steps and the names.
    """

    steps: Steps
    participant_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    share: FloatArray

    def __post_init__(self) -> None:
        middle = (len(self.plant_ids),) if self.plant_ids else ()
        if self.share.shape != (self.steps.count, *middle, len(self.participant_ids)):
            raise ValueError(_("the coefficients do not have the steps and members they name"))

    def of_plant(self, index: int) -> FloatArray:
        """Return the coefficients of one plant, shape (T, N); of all of them where they are pooled."""
        return self.share[:, index] if self.plant_ids else self.share

    def part(self, first: int, stop: int) -> "Coefficients":
        """Return the steps `first` (included) to `stop` (excluded)."""
        return Coefficients(
            self.steps.part(first, stop), self.participant_ids, self.plant_ids, self.share[first:stop]
        )

    def rounded(self, decimals: int, exchange: Exchange | None = None) -> "Coefficients":
        """Return the coefficients rounded to `decimals`, their sums kept; see `round_to_sum`.

        Args:
            exchange: of the same steps: a unit is then given to those who can still use it.
        """
        room = None if exchange is None else self._useful_share(exchange)
        return Coefficients(
            self.steps, self.participant_ids, self.plant_ids, round_to_sum(self.share, decimals, room)
        )

    def _useful_share(self, exchange: Exchange) -> FloatArray | None:
        """Return the share above which a participant cannot use more, shape (T, N).

        None where coefficients do not follow the needs: pair by pair, or the same at each step.
        """
        if self.plant_ids or (self.share == self.share[:1]).all():
            return None
        pool = row_sums(exchange.production_kwh)[:, None]
        need = exchange.consumption_kwh
        room = np.divide(need, pool, out=np.full_like(need, np.inf), where=pool > 0.0)
        offers_more = (self.share > room + SHARE_TOLERANCE).any(axis=1, keepdims=True)
        return np.where(offers_more, np.inf, room)


@dataclass(frozen=True, slots=True, eq=False)
class _Noting:
    """A key that keeps what another one proposes."""

    key: Key
    notes: list[FloatArray]

    @property
    def looks_back(self) -> bool:
        return looks_back(self.key)

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:
        proposed = self.key.shares(exchange, past)
        self.notes.append(np.maximum(proposed, 0.0))
        return proposed


def coefficients_of(
    exchange: Exchange, key: Key, participant_ids: Sequence[str], plant_ids: Sequence[str]
) -> Coefficients:
    """Coefficients of `key` over the full period, as declared: pooled, or plant by plant.

    Raises:
        ValueError: as `settle`.
    """
    noting = _Noting(key, [])
    settle(exchange, noting)
    share = np.concatenate(noting.notes)
    plants = tuple(plant_ids) if share.ndim == 3 else ()
    return Coefficients(exchange.steps, tuple(participant_ids), plants, share)


def round_to_sum(share: FloatArray, decimals: int, room: FloatArray | None = None) -> FloatArray:
    """Return `share` rounded to `decimals` so that each row keeps its sum: largest remainder.

    Every coefficient is cut, then the units that the row lacks go to the largest remainders. Cutting alone
    loses up to N units a step: 2 % of the production for 40 participants and 0.1 %.

    Args:
        share: in [0, 1], the last axis summing to at most 1.
        decimals: of the ratio, not of the percentage; 1 to 9.
        room: largest useful share of each one, same shape; units go first to those who can use them.

    >>> round_to_sum(np.array([[1 / 3, 1 / 3, 1 / 3]]), 3).tolist()
    [[0.334, 0.333, 0.333]]
    """
    if not 1 <= decimals <= MAX_DECIMALS:
        message = _("{value} decimals: from 1 to {most} are expected")
        raise ValueError(message.format(value=decimals, most=MAX_DECIMALS))
    unit = 10**decimals
    scaled = share * unit
    # 0.29 x 100 is 28.999999999999996: what is a whole number up to rounding is that number.
    floors = np.floor(scaled + unit * SHARE_TOLERANCE * 1e-3)
    target = np.minimum(np.rint(scaled.sum(axis=-1)), unit)
    missing = np.maximum(target - floors.sum(axis=-1), 0.0)[..., None]
    order = np.lexsort((floors - scaled, -_gain(floors, room, unit)), axis=-1)
    # Place of each one in that order: ties go to the first column.
    place = np.argsort(order, axis=-1, kind="stable")
    rounded: FloatArray = (floors + (place < missing)) / unit
    return rounded


def _gain(floors: FloatArray, room: FloatArray | None, unit: int) -> FloatArray:
    """Usable part of one more unit for each participant, from 0 to 1."""
    if room is None:
        return np.zeros_like(floors)
    used = room * unit
    return np.minimum(floors + 1.0, used) - np.minimum(floors, used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """What rounding takes from the participants.

    Attributes:
        lost_share: the most that the sum of a step's coefficients lost; zero with the largest remainder.
        lost_kwh: energy shared with the exact coefficients less energy shared with the rounded ones.
        largest_kwh: the largest difference that a participant sees at one step.
    """

    lost_share: float
    lost_kwh: float
    largest_kwh: float


def lost_by_rounding(exchange: Exchange, exact: Coefficients, rounded: Coefficients) -> Lost:
    """Return the cost of rounding over the steps of `exchange`, which are those of the coefficients."""
    lost = exact.share.sum(axis=-1) - rounded.share.sum(axis=-1)
    before = settle(exchange, _GivenKey(exact)).received_kwh
    after = settle(exchange, _GivenKey(rounded)).received_kwh
    return Lost(
        # Sums that are not whole units (a static key of 1/3) cannot be kept to better than half a unit.
        lost_share=float(np.abs(lost).max(initial=0.0)),
        lost_kwh=float(before.sum() - after.sum()),
        largest_kwh=float(np.abs(before - after).max(initial=0.0)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _GivenKey:
    """The key that proposes coefficients as they are."""

    coefficients: Coefficients

    def shares(self, exchange: Exchange, past: Past) -> FloatArray:  # noqa: ARG002 - the signature of a key
        return self.coefficients.share[self.coefficients.steps.rows_of(exchange.steps)]


def month_rows(steps: Steps) -> list[tuple[date, slice]]:
    """Return each local month of the period, by its first day, and the rows of its steps.

    >>> october = Steps.between(date(2025, 10, 1), date(2025, 11, 1), 15)
    >>> [(day.isoformat(), rows.stop - rows.start) for day, rows in month_rows(october)]  # one day of 25 h
    [('2025-10-01', 2980)]
    """
    month: IntArray = local_calendar(steps).day.astype("datetime64[M]").astype(np.int64)
    starts = np.flatnonzero(np.concatenate([[True], month[1:] != month[:-1]]))
    stops = np.append(starts[1:], steps.count)
    return [
        (date(1970 + int(month[first]) // 12, int(month[first]) % 12 + 1, 1), slice(int(first), int(stop)))
        for first, stop in zip(starts, stops, strict=True)
    ]
