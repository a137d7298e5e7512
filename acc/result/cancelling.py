"""What would cancel what an operation brings: what each member gains today, and under each condition.

A condition of a folder is one that a person may type: its figures are those of `acc run` with its `setting`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import starmap

from acc.sides import loses


class Condition(StrEnum):
    """What may happen to an operation."""

    UNCHANGED = "as-it-stands"
    """Nothing: what the others are read beside, always first."""
    FULL_ACCISE = "full-accise"
    """Local kWh come to bear the accise in full, from the day that is announced; the gain of a whole first
    year at that rate."""
    MARKET_SUPPLY = "market-supply"
    """Suppliers sell at the market reference."""
    DEPARTURES = "departures"
    """A part of the members leaves each year, once the commitment is over; the gain of a later year."""
    ROOF_NOT_BUILT = "roof-not-built"
    """One plant is missing; who holds nothing else is out, and gains nothing."""
    CONNECTION_AT_MOST = "connection-at-most"
    """Connections that nobody knows cost their upper figure. Of a plan of several operations alone."""
    NOT_FOUNDED = "operation-not-founded"
    """One operation of such a plan is not founded: refused, or not confirmed; nobody moves to another."""


@dataclass(frozen=True, slots=True)
class GainUnderCondition:
    """What somebody gains under a condition.

    Attributes:
        gain_eur_ht: over the period, before the investment; None where it is unknown.
        plan_eur_ht: worth today over the plan, the investment counted; None without a plan.
    """

    gain_eur_ht: float | None
    plan_eur_ht: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """One condition, and what each member gains under it.

    Attributes:
        setting: what is typed after `--set` for the same figures; empty where nothing is asked, or may be.
        members: by id; those alone whose euros are known.
        day: from when on it holds; None where that is the first.
        plant_id: the plant that is not built.
        gain_from: first day of the year of the plan whose gain is told; None for the first one.
        leaving_ratio: part of the members who leave each year, after `leaving_after` years.
        operation: number, from 1, of the one that is not founded.
    """

    condition: Condition
    setting: str
    members: Mapping[str, GainUnderCondition]
    day: date | None = None
    plant_id: str | None = None
    gain_from: date | None = None
    leaving_ratio: float | None = None
    leaving_after: int | None = None
    operation: int | None = None

    def of(self, ids: Collection[str]) -> GainUnderCondition:
        """Joint gain of some members under the condition; over the plan, only where known of each."""
        own = [member for id_, member in self.members.items() if id_ in ids]
        gains = [outcome.gain_eur_ht for outcome in own if outcome.gain_eur_ht is not None]
        plans = [outcome.plan_eur_ht for outcome in own if outcome.plan_eur_ht is not None]
        return GainUnderCondition(
            sum(gains) if gains else None, sum(plans) if own and len(plans) == len(own) else None
        )

    @property
    def everybody(self) -> GainUnderCondition:
        """What all members gain together."""
        return self.of(self.members)

    @property
    def losers(self) -> int:
        """How many members lose in the period."""
        return sum(loses(member.gain_eur_ht) for member in self.members.values())

    @property
    def losers_over_plan(self) -> int:
        """How many members lose over the plan, the investment counted."""
        return sum(loses(member.plan_eur_ht) for member in self.members.values())

    @property
    def losing_ids(self) -> tuple[str, ...]:
        """Members who lose in the period or over the plan, as `LawfulPlan.losers` counts them."""
        return tuple(
            id_
            for id_, member in self.members.items()
            if loses(member.gain_eur_ht) or loses(member.plan_eur_ht)
        )


LEAST_LOSS_EUR = 1.0
"""Of who loses on the true figures and not on moved ones."""


def on_true_side(amount_eur: float | None, true_eur: float | None) -> float | None:
    """Return an amount that others read, next to nothing where it is a loss and the true one is none.

    >>> on_true_side(-40.0, 12.0), on_true_side(30.0, -5.0), on_true_side(30.0, 12.0)
    (0.0, -1.0, 30.0)
    """
    if amount_eur is None or true_eur is None or loses(amount_eur) == loses(true_eur):
        return amount_eur
    return -LEAST_LOSS_EUR if loses(true_eur) else 0.0


def with_true_losers(shown: Sequence[Cancelling], truth: Sequence[Cancelling]) -> tuple[Cancelling, ...]:
    """Return conditions that others read, in each of which those lose who lose on the true figures."""
    if len(shown) != len(truth):
        return tuple(shown)
    return tuple(starmap(_with_true_losers, zip(shown, truth, strict=True)))


def _with_true_losers(shown: Cancelling, true: Cancelling) -> Cancelling:
    members = dict(shown.members)
    for id_, own in shown.members.items():
        was = true.members.get(id_, own)
        gain, plan = (
            on_true_side(own.gain_eur_ht, was.gain_eur_ht),
            on_true_side(own.plan_eur_ht, was.plan_eur_ht),
        )
        members[id_] = GainUnderCondition(gain, plan)
    return replace(shown, members=members)


def conditions_for_members(cancellings: Sequence[Cancelling], ids: Collection[str]) -> tuple[Cancelling, ...]:
    """Return one line a condition for these members; the roof is the one whose absence costs them most."""
    roofs = [cancelling for cancelling in cancellings if cancelling.condition is Condition.ROOF_NOT_BUILT]
    others = [
        cancelling for cancelling in cancellings if cancelling.condition is not Condition.ROOF_NOT_BUILT
    ]
    worst = min(roofs, key=lambda roof: _worth(roof.of(ids)), default=None)
    return (*others, *([] if worst is None else [worst]))


def _worth(outcome: GainUnderCondition) -> tuple[float, float]:
    """Ranking value: the plan where known, else the period, EUR."""
    gain = 0.0 if outcome.gain_eur_ht is None else outcome.gain_eur_ht
    return (gain if outcome.plan_eur_ht is None else outcome.plan_eur_ht, gain)
