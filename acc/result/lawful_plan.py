"""What a bound counts of the value that stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import nan

from acc.result.buyers import Buyer
from acc.result.cancelling import Cancelling, Condition
from acc.rules.all_checks import Outlook
from acc.rules.check import Check, OperationStatus, State
from acc.scenario import Regime, Scenario
from acc.sides import loses
from acc.sites import Kind


class BoundBasis(StrEnum):
    """What a bound counts of the value that is given beside it."""

    VALUE = "value"
    """All of it: the gap is a proof."""
    FIRST_YEAR = "first-year-repeated"
    """Each year as the first: what later years add is in the value alone, and may be more elsewhere."""
    SETTLED_YEARS = "settled-years"
    """The years that the search settles, each for others: the rest as above."""
    SEARCH = "search"
    """What a search counts: a tax, an option of the network tariff or a key is in the value alone."""


class Outside(StrEnum):
    """Why a site is in no operation."""

    NO_POSITION = "no-position"
    COMMUNE_ONLY = "commune-only"
    """Of its place only the commune is known: no distance is sure."""
    NO_PLACE = "no-place"
    """No regime lets it stand with a roof."""
    COSTS_MORE = "costs-more"
    """What it would receive spares less than its management of the network tariff costs: night lighting."""
    OTHERS_HAVE_MORE = "others-have-more"
    """Everybody together has more, or nobody loses, without it where it could stand."""
    UNPRICED = "unpriced"
    """Its supply price is not given: what it would save is counted nowhere, and others have no more by it."""
    ADDS_NO_KWH = "adds-no-kwh"
    """No euro is known, and no more kWh would be shared with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRoof:
    """A roof of a plan.

    Attributes:
        kwp: at which it is built; 0 where it is not.
        operation: its number, from 1; None alone or not built.
        owner_elsewhere: whether its owner has sites, and none in its operation.
    """

    id: str
    kwp: float
    operation: int | None
    owner_elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedOperation:
    """One operation of a plan.

    Attributes:
        regime: the simplest that allows it; all but 2 km need a derogation.
        longest_ids, longest_km: its two most distant sites; `limit_km` what the law allows, None under EPCI.
        checks: what its regime asks, as `acc check` tells it in a folder of the group alone.
        sites_eur: what its sites gain over the plan, the organiser paid: never below zero.
        value_eur, year_eur: of its sites and roofs, over the plan and over the period.
        received_kwh: of the period. Euros are nan where none is known.
        key: of its folder, by which its figures are; `proposed_key` the one that the group's criteria choose
            for it, None where they were not asked.
    """

    regime: Regime
    participant_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    longest_ids: tuple[str, ...]
    longest_km: float | None
    limit_km: float | None
    checks: tuple[Check, ...]
    sites_eur: float
    value_eur: float
    year_eur: float
    received_kwh: float
    key: str = ""
    proposed_key: str | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Its sites, then its roofs."""
        return (*self.participant_ids, *self.plant_ids)

    @property
    def states(self) -> Mapping[str, State]:
        """State of each rule."""
        return {check.rule: check.state for check in self.checks}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPerson:
    """What a person has of a plan, all its sites and roofs together, wherever they are.

    Attributes:
        value_eur: over the plan, the investment counted; `year_eur` of the period.
        alone_eur: the part of its roofs if nothing were shared: the rest is what sharing adds.
        is_known: whether the supply price of each of its sites is given; else what it saves is not counted.
        kind: None for an owner of whom the folder tells nothing.
        proposed_eur, proposed_year_eur: the same under the keys that the group's criteria choose; None where
            they were not asked.
    """

    id: str
    name: str
    value_eur: float
    year_eur: float
    alone_eur: float
    is_known: bool = True
    kind: Kind | None = None
    proposed_eur: float | None = None
    proposed_year_eur: float | None = None

    @property
    def sharing_eur(self) -> float:
        """What sharing adds to it over the plan."""
        return self.value_eur - self.alone_eur

    @property
    def loses(self) -> bool:
        """Whether it is below nothing, under the key of its folder or under the one that criteria choose."""
        return self.loses_by_folder or self.loses_by_proposed

    @property
    def loses_by_folder(self) -> bool:
        """Whether it is below nothing over the plan or in the first year, under the key of its folder."""
        return self.is_known and (loses(self.value_eur) or loses(self.year_eur))

    @property
    def loses_by_proposed(self) -> bool:
        """The same under the keys that the criteria choose, where they were asked."""
        return self.is_known and (loses(self.proposed_eur) or loses(self.proposed_year_eur))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanConstraints:
    """What is asked of a plan of the table: operations at most, owners inside, a regime refused.

    Attributes:
        confirmed: whether owners of whom it is to verify are taken to have a public-service mission.
    """

    most: int
    owners_inside: bool = False
    without: Regime | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDoubt:
    """What draws say of a plan, the same draws as of those it is held against.

    Attributes:
        value_eur: as the plan is told; `low_eur`, `middle_eur`, `high_eur` of the draws: 8 in 10 lie between,
            the low one with connections that nobody knows at their upper figure.
        best_ratio: part of the draws in which it brings all persons the most of these plans.
        lose_shares: part of the draws in which a person loses, by id; without those who never do, nor those
            of whom it is not known.
    """

    constraints: PlanConstraints
    value_eur: float
    low_eur: float
    middle_eur: float
    high_eur: float
    best_ratio: float
    lose_shares: Mapping[str, float]


class AbsentPart(StrEnum):
    """What a plan may have to do without."""

    DEROGATION = "derogation"
    MEMBER = "member"
    ROOF = "roof"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWithout:
    """What it costs a plan that something is gone.

    Attributes:
        id: of the regime, of the person with all its sites and roofs, or of the roof.
        lost_eur: by all the others over the plan, at least, once operations are found anew without it.
        unchanged_eur: where nobody else moves; None where an operation could then not be founded.
        losers: how many lose once they are found anew.
    """

    absent: AbsentPart
    id: str
    lost_eur: float
    unchanged_eur: float | None
    losers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerLeaving:
    """Largest buyer of an operation of a plan, and what its producers have once its commitment is over.

    Attributes:
        operation: its number, from 1.
        cover: lowest and mean cover of the debt then (DSCR); None without debt.
        payback_years: None where it is never paid back.
    """

    operation: int
    buyer: Buyer
    cover: tuple[float, float] | None
    payback_years: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutlook:
    """What would cancel a plan, and what it rests on: its operations run as `acc run` runs their folders.

    The range of what all have in the draws is in `LawfulPlan.doubts`, its first one.

    Attributes:
        conditions: what each person whose euros are known has, in whichever operations it stands. First as
            planned; then the accise in full, suppliers at the market, departures, connections at their upper
            figure, as far as each means something; then a row an operation that is not founded (its new roofs
            are not built, nobody moves elsewhere), and a row a roof that is not built. Gains are of the
            first year, or of the one that the row says; without a plan of years, values are None.
        investor_ids: persons who build a roof.
        vat_eur: VAT on what is built, beside `LawfulPlan.invested_eur`, which is without; `borne_vat_eur` the
            part of owners who say that they do not deduct it, before the FCTVA.
        connection_unknown_ids: plants whose connection nobody knows, though it matters: not in the
            investment; `connection_unbounded_ids` those of which no upper figure is known either.
        connection_more_eur: what the others may cost at most, all together.
        owners_inside_eur, owners_inside_losers: of the best plan where each roof that is shared has its owner
            in its operation; None where it was not looked for.
        leaving_buyers: of each operation with a plan and somebody who may leave and buys.
    """

    conditions: tuple[Cancelling, ...]
    investor_ids: tuple[str, ...] = ()
    vat_eur: float = 0.0
    borne_vat_eur: float = 0.0
    connection_unknown_ids: tuple[str, ...] = ()
    connection_unbounded_ids: tuple[str, ...] = ()
    connection_more_eur: float = 0.0
    owners_inside_eur: float | None = None
    owners_inside_losers: int | None = None
    leaving_buyers: tuple[BuyerLeaving, ...] = ()

    @property
    def as_planned(self) -> Cancelling:
        """What each has where nothing changes: what the others are read beside."""
        return self.conditions[0]

    def under(self, condition: Condition, operation: int | None = None) -> Cancelling | None:
        """Return the row of a condition, that of an operation where it is one that is not founded."""
        rows = (row for row in self.conditions if row.condition is condition)
        return next((row for row in rows if operation in {None, row.operation}), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulPlan:
    """A set of lawful operations, and all that stands outside.

    Attributes:
        roofs: all of them.
        outside: sites in no operation, each with why.
        invested_eur: in the roofs that are built, connections included where they are known.
        euros_known: whether the supply price of a site is given. Else the plan is the one that shares most,
            its euros are nan, it tells no person, and `bound_kwh` is what no plan passes.
        local_price_known: whether a local price is decided; without one only the sum of all persons is known.
        years: of the plan over which it is valued; None without one, the value is then that of the period.
        bound_eur: no plan of so many operations, all of it decided, brings more under any key, as the search
            counts (`bound_basis`); `key_bound_eur` under the default key. None where it was not looked for.
        searched_eur: `value_eur` as the search counts it: what the bounds are beside; None without a bound.
        to_confirm: owners who have to have a public-service mission for a plan that brings more to be lawful,
            by name; `confirmed_eur` what all persons would then have over the plan.
        doubts: this plan, then the next ones, in `draws` that are the same for all; none where none was made.
        left_out: what neither its figures count nor its folders have ("battery", "flexible").
        without: what each derogation is worth to the others, and each member and roof if that was asked for,
            the dearest first.
        outlook: what would cancel it; None where who loses is not known, or where it was not asked for.
        version: version of the program that found it, where it is not this one: figures of then; else empty.
    """

    operations: tuple[PlannedOperation, ...]
    roofs: tuple[PlannedRoof, ...]
    persons: tuple[PlannedPerson, ...]
    outside: Mapping[str, Outside]
    invested_eur: float
    euros_known: bool = True
    local_price_known: bool = True
    years: int | None = None
    bound_eur: float | None = None
    key_bound_eur: float | None = None
    bound_kwh: float | None = None
    searched_eur: float | None = None
    bound_basis: BoundBasis = BoundBasis.VALUE
    to_confirm: tuple[str, ...] = ()
    confirmed_eur: float | None = None
    doubts: tuple[PlanDoubt, ...] = ()
    draws: int = 0
    left_out: tuple[str, ...] = ()
    without: tuple[PlanWithout, ...] = ()
    outlook: PlanOutlook | None = None
    version: str = ""

    @property
    def places(self) -> Mapping[str, int]:
        """In which operation each site and roof is, counted from 0; none of those that are in no one."""
        return {id_: place for place, operation in enumerate(self.operations) for id_ in operation.ids}

    @property
    def value_eur(self) -> float:
        """What all persons have over the plan."""
        return sum(person.value_eur for person in self.persons) if self.euros_known else nan

    @property
    def year_eur(self) -> float:
        """What all persons have in the period, before the investment."""
        return sum(person.year_eur for person in self.persons) if self.euros_known else nan

    @property
    def received_kwh(self) -> float:
        """What the sites of its operations receive of one another's roofs in the period."""
        return sum(operation.received_kwh for operation in self.operations)

    @property
    def proposed_eur(self) -> float | None:
        """What all have over the plan under the keys that the criteria choose; None where not asked."""
        known_eur = [person.proposed_eur for person in self.persons if person.proposed_eur is not None]
        return sum(known_eur) if known_eur else None

    @property
    def losers_known(self) -> bool:
        """Whether it is known who loses."""
        return self.euros_known and self.local_price_known

    @property
    def losers(self) -> tuple[PlannedPerson, ...]:
        """Persons known to lose, over the plan or in the first year."""
        return tuple(person for person in self.persons if person.loses and self.losers_known)

    @property
    def derogations(self) -> tuple[Regime, ...]:
        """Those to ask for, one an operation."""
        return tuple(operation.regime for operation in self.operations if operation.regime is not Regime.KM_2)

    @property
    def gap_ratio(self) -> float | None:
        """By how much a better plan could pass this one as the search counts, a part of its lower bound."""
        bounds = [each for each in (self.bound_eur, self.key_bound_eur, self.bound_kwh) if each is not None]
        searched_eur = None if self.bound_basis is BoundBasis.VALUE else self.searched_eur
        counted_eur = self.value_eur if searched_eur is None else searched_eur
        reached = counted_eur if self.euros_known else self.received_kwh
        return 1.0 - reached / min(bounds) if bounds and min(bounds) > 0.0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawfulPlansReport:
    """The best lawful plan, and what stands beside it.

    Attributes:
        front: at most 0, 1, 2... operations; it stops where one more adds nothing.
        best: of the front.
        owners_inside: every shared roof with its owner.
        without_regime: the best plan where a regime is not granted.
        if_confirmed: the best plan once its `to_confirm` are confirmed; None where no more comes of it.
        single_eur, single_losers: what all persons would have in one single perimeter, and how many would
            lose, were it lawful; None where euros are not known. `single_kwh`: what it would share.
        is_bounded: whether plans are held against a bound; else the best that a search found.
        unpriced: sites whose supply price is not given: what they save is not counted.
        outlooks: what each regime would allow the members in one operation.
        search_only: what the search does not count, and the figures do ("tax", "option", "key", "battery").
    """

    scenario: Scenario
    status: OperationStatus
    front: tuple[LawfulPlan, ...]
    best: LawfulPlan
    owners_inside: LawfulPlan | None
    without_regime: Mapping[Regime, LawfulPlan]
    search_only: tuple[str, ...]
    seed: int
    has_plan: bool
    if_confirmed: LawfulPlan | None = None
    single_eur: float | None = None
    single_losers: int | None = None
    single_kwh: float | None = None
    is_bounded: bool = True
    unpriced: tuple[str, ...] = ()
    outlooks: tuple[Outlook, ...] = ()

    @property
    def named(self) -> tuple[tuple[PlanConstraints, LawfulPlan], ...]:
        """The plans to lay side by side, each with what is asked of it."""
        most = len(self.front) - 1
        owners = PlanConstraints(most=most, owners_inside=True), self.owners_inside
        confirmed = PlanConstraints(most=most, confirmed=True), self.if_confirmed
        return (
            *((PlanConstraints(most=count), plan) for count, plan in enumerate(self.front)),
            *((constraints, plan) for constraints, plan in [owners, confirmed] if plan is not None),
            *((PlanConstraints(most=most, without=kind), plan) for kind, plan in self.without_regime.items()),
        )

    @property
    def is_proven(self) -> bool:
        """Whether no plan passes its bound in the value itself: nothing left out, nothing to confirm."""
        of_value = all(plan.bound_basis is BoundBasis.VALUE for plan in self.front)
        return self.is_bounded and of_value and self.if_confirmed is None

    @property
    def no_operation(self) -> LawfulPlan:
        """Roofs alone: what is above it is what sharing is worth."""
        return self.front[0]
