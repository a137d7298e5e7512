"""Why a figure changed between two results: what each cause brings, once those before it have changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from acc.accounts.values import Money
from acc.result.ranking import Ranking, ranking


class ChangeCause(StrEnum):
    """What may differ between two scenarios, in the order in which it is changed."""

    CURVES = "curves"
    MEMBERS = "members"
    ROOFS = "roofs"
    KEY = "key"
    PRICES = "prices"
    TARIFFS = "tariffs"
    PLAN = "plan"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ChangedSetting:
    """One thing that differs.

    Attributes:
        path: `prices.local_eur_per_mwh`, `plants.ID.kwp`.
        title, unit: of the column or the setting, as people call it; the path where it has no title.
        of: id of the site or the plant; empty for a setting of all.
        before, after: as the folder holds them; None where it says nothing.
    """

    path: str
    title: str
    unit: str
    of: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class ChangeState:
    """A scenario on the way from one to the other: the causes that changed last, and what it brings.

    Attributes:
        causes: several where the first ones alone give no scenario that can be.
    """

    causes: tuple[ChangeCause, ...]
    changed: tuple[ChangedSetting, ...]
    shared_kwh: float
    money: Money | None


@dataclass(frozen=True, slots=True)
class CauseEffect:
    """What the causes of one step bring.

    Attributes:
        eur: to everybody; None where euros are not known.
        shared_kwh: of the period.
        persons_eur: to each person, nothing to who has no part before and after.
    """

    causes: tuple[ChangeCause, ...]
    changed: tuple[ChangedSetting, ...]
    eur: float | None
    shared_kwh: float
    persons_eur: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ExplainedChange:
    """The difference of two results, split by cause: the effects sum to it.

    Attributes:
        plan_years: lengths of the plans over which euros are present values; empty where they are gains of
            the period. See `Ranking`.
        levels_eur: what everybody gains at each step, the first result first; empty without euros.
    """

    plan_years: tuple[int, ...]
    levels_eur: tuple[float, ...]
    levels_kwh: tuple[float, ...]
    effects: tuple[CauseEffect, ...]


def explained(states: Sequence[ChangeState]) -> ExplainedChange:
    """Contribution of each step of a path, from its first state to its last."""
    ranked = ranking([state.money for state in states])
    levels = () if ranked is None else ranked.together_eur
    each = [_persons_eur(ranked, state.money) for state in states]
    effects = tuple(
        CauseEffect(
            state.causes,
            state.changed,
            levels[at + 1] - levels[at] if levels else None,
            state.shared_kwh - before.shared_kwh,
            {id_: each[at + 1].get(id_, 0.0) - each[at].get(id_, 0.0) for id_ in each[at] | each[at + 1]},
        )
        for at, (before, state) in enumerate(pairwise(states))
    )
    years = () if ranked is None else ranked.plan_years
    return ExplainedChange(years, levels, tuple(state.shared_kwh for state in states), effects)


def _persons_eur(ranked: Ranking | None, money: Money | None) -> dict[str, float]:
    if ranked is None or money is None:
        return {}
    return {person.id: ranked.own_eur(person) or 0.0 for person in money.persons}
