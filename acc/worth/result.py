"""Whether sharing is worth it: each alternative in figures, how often each is the best, what tips it.

The choices that a group has, and whether each can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from acc.accounts.values import Corridor
from acc.plan.values import Plan
from acc.result.lawful_plan import LawfulPlan
from acc.result.proposal import Proposal
from acc.rules.check import OperationStatus
from acc.scenario import Scenario


class Way(StrEnum):
    """What can be done with the same roofs, the same sites and the same sun."""

    FOLDER = "folder"
    """The operation as it is written: what `acc run` tells."""
    NOTHING = "nothing"
    """No plant, no operation: every kWh is bought."""
    OWN_USE = "own-use"
    """Each roof serves the site under it; the rest is sold. A roof without a site is not built."""
    TOTAL_SALE = "total-sale"
    """All that is made is sold under the contract of the surplus."""
    SHARING = "sharing"
    """All that is made goes to the operation; what nobody takes is sold."""
    BOTH = "own-use-and-sharing"
    """Each roof serves the site under it first, the operation then."""
    BATTERY = "battery"
    """The same, with a shared battery."""
    PPA = "ppa"
    """All that is made is sold to one buyer at a long-term price."""

    @property
    def shares(self) -> bool:
        """Whether there is an operation; a folder says so itself (`operation.sharing`)."""
        return self in {Way.FOLDER, Way.SHARING, Way.BOTH, Way.BATTERY}


class WayState(StrEnum):
    """Whether a choice has figures."""

    COMPARED = "compared"
    NOT_COMPARABLE = "not comparable"
    """A price of it is not known."""
    NOT_POSSIBLE = "not possible"
    """Nobody could do it here."""


USUAL_DRAWS = 200
"""Beyond, chances told in tenths do not move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """What an alternative brings one person, or everybody, beside nothing.

    Attributes:
        gain_eur_ht: over the period, before investment; `npv_eur_ht` over the plan, None without one.
        low_eur, middle_eur, high_eur: of the draws, the value that ranks: 8 chances in 10 to be between.
        loss_ratio: part of the draws in which it is worse than nothing.
        best_ratio: part of the draws in which this alternative is the best.
        connected: the same where connections that nobody knows cost their upper figure; None: as it is.
    """

    gain_eur_ht: float
    npv_eur_ht: float | None
    low_eur: float
    middle_eur: float
    high_eur: float
    loss_ratio: float
    best_ratio: float
    connected: "Gain | None" = None

    @property
    def at_most(self) -> "Gain":
        """The gain with every connection at the most that is known of it."""
        return self.connected or self


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One choice.

    Attributes:
        words: those of `--set` by which `acc run` gives it again.
        is_alone: whether the folder itself says that nothing is shared.
        reason: why it has no figures, translated; empty when it has.
        payback_years: of everybody together; None when it never comes, or nothing is invested;
            `latest_payback_years` with connections at their upper figure, inf if never, None without one.
        persons: by id, in the order of the folder's persons.
        plants_npv_eur: present value of each plant by id, for its owner; without those that are not built.
        also: other choices that are this one here, where they are told together.
    """

    choice: Way
    is_alone: bool = False
    words: tuple[str, ...] = ()
    state: WayState = WayState.COMPARED
    reason: str = ""
    total: Gain | None = None
    payback_years: float | None = None
    latest_payback_years: float | None = None
    persons: Mapping[str, Gain] = field(default_factory=dict)
    plants_npv_eur: Mapping[str, float] = field(default_factory=dict)
    also: tuple[Way, ...] = ()

    @property
    def shares(self) -> bool:
        """Whether there is an operation."""
        return self.choice.shares and not self.is_alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Roof:
    """Which site a plant can serve without an operation.

    Attributes:
        host: id of the site; None where there is none within reach: then `nearest_km` to the same person's
            nearest, None where that person has no site whose place is known.
        stated: whether the folder says so.
    """

    plant: str
    host: str | None
    stated: bool
    nearest_km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutKind:
    """What sharing brings over the best without it when no member of a kind takes part."""

    kind: str
    members: int
    ahead_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tipping:
    """What would change the answer.

    Attributes:
        ahead_eur: today, the best with sharing over the best without.
        surplus_change_eur_per_kwh: of the price of the surplus, at which the two are equal; None: never.
        surplus_eur_per_kwh: that price, where one is paid for all.
        surplus_is_searched: not where somebody pays tax on profit: the value is then no straight line.
        choice: the best with sharing; what follows is of it.
        corridor, plan_corridor: local prices at which nobody loses, over the period and over the plan.
        kinds: the same lead without each kind of member.
    """

    ahead_eur: float
    surplus_change_eur_per_kwh: float | None
    surplus_eur_per_kwh: float | None
    choice: Way
    corridor: Corridor | None
    plan_corridor: Corridor | None
    kinds: tuple[WithoutKind, ...]
    surplus_is_searched: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChance:
    """In which part of the draws the folder as it is, which shares, is the choice to make.

    Attributes:
        best_ratio: it beats the best without sharing, and no other choice is ahead of it;
            `connected_best_ratio` with connections that nobody knows at their upper figure.
        ahead_ratio: it beats the best without sharing; `connected_ahead_ratio` as above.
    """

    best_ratio: float
    ahead_ratio: float
    connected_best_ratio: float
    connected_ahead_ratio: float

    @property
    def least_best_ratio(self) -> float:
        """How often it is the best, whatever connections cost."""
        return min(self.best_ratio, self.connected_best_ratio)

    @property
    def least_ahead_ratio(self) -> float:
        """How often it beats the best without sharing, whatever connections cost."""
        return min(self.ahead_ratio, self.connected_ahead_ratio)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worth:
    """Sharing beside its alternatives.

    Attributes:
        alternatives: in the order of `Way`.
        sharing_ratio: part of the draws in which the best with sharing beats the best without; None where
            one side has nothing that can be compared.
        connected_sharing_ratio: the same where connections that nobody knows cost their upper figure.
        own_chance: that of the folder itself; None where it shares nothing.
        draws: behind every chance; 0 where the central figures stand alone, and no chance means anything.
        is_value: whether present values rank; else what is gained over the period.
        names: of persons, by id.
        ahead_eur: the best with sharing over the best without: low (with connections at their upper figure),
            middle, that is `lead_eur`, and high of what is drawn around it.
        plan: of the producers of the folder, that says which connections it leaves out; None without one.
        notes: sentences already translated.
        to_verify: rules of the folder, of the perimeter and of its contracts, that are to verify.
        proposal: what the group's criteria choose among those that share, by the name of the choice; None
            where the folder shares nothing, or nothing may be proposed.
        way: the lawful plan last found for a folder that is not lawful; None without one.
        is_taxed: whether somebody pays a tax on profit in some choice: gains are before it, values after.
    """

    scenario: Scenario
    alternatives: tuple[Alternative, ...]
    sharing_ratio: float | None
    connected_sharing_ratio: float | None
    draws: int
    is_value: bool
    names: Mapping[str, str]
    roofs: tuple[Roof, ...]
    ahead_eur: tuple[float, float, float] | None
    tipping: Tipping | None
    notes: tuple[str, ...]
    status: OperationStatus
    plan: Plan | None = None
    to_verify: int = 0
    proposal: Proposal | None = None
    way: LawfulPlan | None = None
    own_chance: OwnChance | None = None
    is_taxed: bool = False

    @property
    def distinct(self) -> tuple[Alternative, ...]:
        """The alternatives, those that are one and the same here told once: one quantity has one figure."""
        by_quantity: dict[object, Alternative] = {}
        for alternative in self.alternatives:
            # Doing nothing, and what has no figures, is itself alone.
            key = (
                alternative.words
                if alternative.total is not None and alternative.choice is not Way.NOTHING
                else alternative.choice
            )
            first = by_quantity.get(key)
            by_quantity[key] = alternative if first is None else _together(first, alternative)
        return tuple(by_quantity.values())

    def lead_eur(self, *, connected: bool = False) -> float:
        """Lead of the best choice with sharing over the best without, by the central figures, EUR.

        Args:
            connected: with connections that nobody knows at their upper figure.
        """
        values: dict[bool, list[float]] = {True: [], False: []}
        for choice in self.distinct:
            if choice.total is not None:
                values[choice.shares].append(value_eur(choice.total.at_most if connected else choice.total))
        return max(values[True]) - max(values[False])

    def best(self, *, shares: bool) -> Alternative | None:
        """Return the alternative with (without) sharing that is the best most often, then by its value."""
        known = [choice for choice in self.distinct if choice.total is not None and choice.shares is shares]
        return max(known, key=lambda choice: (_of(choice).best_ratio, value_eur(_of(choice))), default=None)


def value_eur(gain: Gain) -> float:
    """Ranking value: the present value, else the gain, EUR."""
    return gain.gain_eur_ht if gain.npv_eur_ht is None else gain.npv_eur_ht


def _together(first: Alternative, same: Alternative) -> Alternative:
    """Return a choice with another one that is the same here: the draws in which they are best add up."""
    return replace(
        first,
        total=_best_in_both(_of(first), _of(same)),
        persons={id_: _best_in_both(gain, same.persons[id_]) for id_, gain in first.persons.items()},
        also=(*first.also, same.choice),
    )


def _best_in_both(first: Gain, same: Gain) -> Gain:
    connected = None
    if first.connected is not None:
        connected = _best_in_both(first.connected, same.at_most)
    return replace(first, best_ratio=first.best_ratio + same.best_ratio, connected=connected)


def _of(alternative: Alternative) -> Gain:
    assert alternative.total is not None
    return alternative.total
