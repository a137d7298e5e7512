"""The regulated figures in force on a day, as a person asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from acc.bills.tariffs import RateUsed
from acc.result.result import Result, rates_used
from acc.steps import local_calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class RateInForce:
    """One figure with its source.

    Attributes:
        subject: of the table that it stands in.
        is_stale: whether a newer one should exist, by the usual rhythm of this figure or by its last day.
    """

    rate: RateUsed
    subject: str
    is_stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesInForce:
    """The figures of a day, by name."""

    on: date
    rates: tuple[RateInForce, ...]


EXEMPTION = "accise.local.ratio"
"""Part of the accise that shared kWh bear: its end is no doubt where the folder gives a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringRates:
    """Figures of one subject that are known until the same day, and whom to ask for the next ones.

    Attributes:
        subject: what their names have in common at their start: `accise`, `pv.ifer`.
        valid_until: ISO day, the last one on which they are known to be in force.
    """

    subject: str
    valid_until: str
    ask: str
    names: Sequence[str]


def expiring_rates(result: Result) -> list[ExpiringRates]:
    """Return the figures used that end before the last day of the first year, by day, soonest first."""
    last_day = str(local_calendar(result.scenario.steps).day[-1])
    decided = {EXEMPTION} if result.scenario.prices.full_accise_from else set[str]()
    groups: dict[tuple[str, str, str], list[RateUsed]] = {}
    for rate in rates_used(result):
        if rate.valid_until is not None and rate.valid_until < last_day and rate.name not in decided:
            key = (rate.valid_until, rate.ask, rate.name.replace("_", ".").partition(".")[0])
            groups.setdefault(key, []).append(rate)
    return [
        ExpiringRates(
            subject=_common([rate.name for rate in rates]),
            valid_until=until,
            ask=ask,
            names=[rate.name for rate in rates],
        )
        for (until, ask, _subject), rates in sorted(groups.items(), key=lambda group: group[0])
    ]


def _common(names: Sequence[str]) -> str:
    """Return the parts of a name that all of them begin with.

    >>> _common(["pv.ifer.reduced", "pv.ifer.full"]), _common(["accise.local.ratio"])
    ('pv.ifer', 'accise.local.ratio')
    """
    parts = [name.split(".") for name in names]
    same = [level[0] for level in zip(*parts, strict=False) if len(set(level)) == 1]
    return ".".join(same)
