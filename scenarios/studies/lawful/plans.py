"""The best lawful plan, the front of how many operations, and what stands beside it.

Plans are found on classes of steps by the compiled search, from nothing and from plans that are known, then
bettered change by change, and judged, on every step. Same seed, same plan: rounds are counted, never timed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from gettext import gettext as _
from importlib.util import find_spec

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import (
    LOSES_EUR,
    OUT,
    GroupValues,
    Labels,
    PlanRequest,
    Scored,
    Scorer,
    SharingGroup,
    group_values,
    no_operation,
    plan_rules,
    powers_of_roof,
)
from scenarios.studies.lawful.law import ORDER, GroupLaw, LawfulPlace, TooManyPlacesError, law_of
from scenarios.studies.lawful.model import RATIOS, GroupModel, group_model
from scenarios.studies.lawful.programme import AllocationProgramme, DefaultKeyProgramme, key_bound
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, kwh_worth

MOST_COLUMNS = 6_000
"""Choices of a programme that is solved within minutes."""

MOST_TRIED = 2_000_000
"""Sites times steps beyond which no change is tried, one by one."""

ROUNDS, ROUNDS_OF_UNITS = 600, 60_000
"""Of a search, at most; rounds times units of one of more than a hundred."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a plan is looked for: rounds of each search, from nothing by each of some seeds.

    Attributes:
        is_bettered: whether each single change of the best is tried, until none betters it.
    """

    rounds: int
    seeds: int = 1
    is_bettered: bool = True


EFFORT = Effort(rounds=ROUNDS, seeds=3)
OF_A_RIVAL = Effort(rounds=ROUNDS, seeds=2)
"""Of a plan that stands beside the best, from which it is looked for too."""

QUICK = Effort(rounds=200, is_bettered=False)
"""Of a first plan on the screen."""

DESCENT = Effort(rounds=120, seeds=0)
"""From a plan alone: once one member is gone."""


def columns_of(places: Sequence[LawfulPlace], worth: KwhWorth) -> int:
    """Number of columns of a programme."""
    sites = sum(place.bits.bit_count() for place in places)
    return sites + len(places) * sum(len(states) for states in worth.states)


def bettered(scorer: Scorer, start: Scored) -> Scored:
    """Return a plan that no change of one unit, or of one power, betters."""
    here, last = start, None
    changes = list(_single_changes(scorer))
    while last is not here:
        last = here
        for change in changes:
            moved = here.labels.copy()
            at, unit, to = change
            values = moved.power if at else moved.label
            if values[unit] == to:
                continue
            values[unit] = to
            plan = scorer.scored(moved)
            if plan is not None and plan.score_eur > here.score_eur + 1e-6:
                here = plan
    return here


def _single_changes(scorer: Scorer) -> Iterator[tuple[bool, int, int]]:
    """Yield whether a power is changed or a place, of which roof or unit, and what it becomes."""
    model, request, law = scorer.model, scorer.rules.request, scorer.rules.law
    on_network = [holder for holder in model.holder if holder >= model.sites]
    for unit in (*range(model.sites), *on_network):
        if law.reach(unit, request.regimes) and not request.without >> unit & 1:
            yield from ((False, unit, to) for to in range(OUT, request.most))
    for roof in range(model.roofs):
        yield from ((True, roof, power) for power in powers_of_roof(model, roof, request.without))


def without_losers(scorer: Scorer, plan: Scored) -> Scored:
    """Return a plan that the sites have left by which their persons lose, hosts of roofs apart."""
    model, hosts = scorer.model, set(scorer.model.holder)
    while plan.losers and scorer.rules.request.no_loser:
        eur = plan.persons_eur.min(axis=0)[model.site_person]
        label = plan.labels.label[: model.sites]
        lost = [n for n, at in enumerate(label) if at != OUT and eur[n] < -LOSES_EUR and n not in hosts]
        labels = plan.labels.copy()
        for n in lost:
            labels.label[n] = OUT
        fewer = scorer.scored(labels) if lost else None
        if fewer is None or fewer.score_eur <= plan.score_eur:
            break
        plan = fewer
    return plan


MOST = 4
"""Operations of the front."""

SAME_EUR = 1.0
"""What one operation more must add to be told."""


@dataclass(frozen=True, slots=True)
class FrontPlan:
    """A plan of the front, with what no plan of so many operations passes.

    Attributes:
        bound_eur: under any key; `key_bound_eur` under the default one. None where no bound is had.
    """

    scored: Scored
    bound_eur: float | None
    key_bound_eur: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Programmes:
    """What bounds plans, under any key and under the default one."""

    any_key: AllocationProgramme
    default_key: DefaultKeyProgramme


@dataclass(frozen=True, slots=True, eq=False)
class Planner:
    """What searches share: values of groups, the law, the programmes of both bounds.

    Attributes:
        ran: what persons have of groups that were run, and the kWh received there.
        programmes: None where sites stand too close together for any bound: plans are then not proven.
    """

    model: GroupModel
    law: GroupLaw
    exact: GroupValues
    worth: KwhWorth
    programmes: Programmes | None
    seed: int
    ran: dict[SharingGroup, tuple[FloatArray, float]] = field(default_factory=dict)

    def best(self, plan_request: PlanRequest, starts: Sequence[Labels], effort: Effort) -> Scored:
        """Return the best plan found from some starts and from nothing.

        Raises:
            ValueError: no start is a plan that may be founded.
        """
        from scenarios.studies.lawful.search import (  # noqa: PLC0415 - numba costs 0.3 s and is an extra
            search_ground,
            searched,
        )

        rules = plan_rules(self.model, self.law, plan_request)
        exact = Scorer(self.exact, rules)
        ground = search_ground(self.model, self.worth, self.law, plan_request)
        # Who loses may have to leave a plan that is then the best: each other search is as if nobody minded.
        grounds = (ground, replace(ground, request=replace(plan_request, no_loser=False)))
        rounds = max(10, min(effort.rounds, ROUNDS_OF_UNITS // len(ground.nearest)))
        labels = [
            *starts,
            *(
                searched(grounds[at % 2], plan_request.most, rounds, self.seed + at)
                for at in range(effort.seeds)
            ),
            *(searched(ground, plan_request.most, rounds, self.seed, start, 1) for start in starts),
        ]
        plans = [exact.scored(exact.mended(each)) for each in labels]
        scored = [without_losers(exact, plan) for plan in plans if plan is not None]
        if not scored:
            raise ValueError("no start may be founded")
        best = max(scored, key=_score)
        work = self.model.sites * self.worth.steps
        if effort.is_bettered and work <= MOST_TRIED * (1 + bool(plan_request.no_loser)):
            return bettered(exact, best)
        return best

    def scored(self, plan_request: PlanRequest, labels: Labels) -> Scored | None:
        """Score of a given plan; None where one of its operations is not allowed."""
        return Scorer(self.exact, plan_rules(self.model, self.law, plan_request)).scored(labels)

    def quick(self, plan_request: PlanRequest) -> Scored:
        """Return a first plan, within seconds."""
        return self.best(plan_request, [no_operation(self.model, plan_request.without)], QUICK)

    def front(self, plan_request: PlanRequest, most: int = MOST) -> Iterator[FrontPlan]:
        """Yield the best plan of at most 0, 1, 2... operations, until one more adds nothing."""
        nothing = no_operation(self.model, plan_request.without)
        before = self.scored(replace(plan_request, most=0), nothing)
        assert before is not None  # it founds nothing that could be refused
        bound_eur = None if self.programmes is None else self.programmes.any_key.best(0).bound_eur
        yield FrontPlan(before, bound_eur, bound_eur)
        for count in range(1, most + 1):
            plan = self.best(replace(plan_request, most=count), [before.labels], EFFORT)
            if count > 1 and plan.score_eur <= before.score_eur + SAME_EUR:
                return
            before = max(before, plan, key=_score)
            by_key_eur = bound_eur
            if self.programmes is not None and bound_eur is not None:
                of_key = key_bound(self.programmes.default_key, count, bound_eur).bound_eur
                bound_eur = self.programmes.any_key.best(count).bound_eur
                by_key_eur = min(bound_eur, of_key)
            yield FrontPlan(before, bound_eur, by_key_eur)

    def with_owners(self, plan_request: PlanRequest, best: Scored) -> Scored:
        """Return the best plan where each shared roof has a site of its owner beside it."""
        plan_request, labels = replace(plan_request, owners_inside=True), best.labels.copy()
        for roof, owned in enumerate(plan_rules(self.model, self.law, plan_request).owned_by):
            place, sites = labels.label[self.model.holder[roof]], positions_of(owned)
            if sites and place != OUT and place not in {labels.label[n] for n in sites}:
                labels.label[sites[0]] = place
        return self._improved(plan_request, labels)

    def _improved(self, plan_request: PlanRequest, start: Labels) -> Scored:
        starts = [start, no_operation(self.model, plan_request.without)]
        return self.best(plan_request, starts, OF_A_RIVAL)

    def without_regime(self, plan_request: PlanRequest, best: Scored, regime: Regime) -> Scored:
        """Return the best plan where a regime is not granted."""
        left = tuple(kept for kept in plan_request.regimes if kept is not regime)
        return self._improved(replace(plan_request, regimes=left), best.labels)

    def without(self, plan_request: PlanRequest, best: Scored, bits: int) -> tuple[Scored | None, Scored]:
        """Return the plan once sites and roofs are gone: all else as it was, then found anew from there."""
        reduced = replace(plan_request, without=plan_request.without | bits)
        sites = self.model.sites
        labels = best.labels.copy()
        for at in range(len(labels.label)):
            if reduced.without >> at & 1:
                labels.label[at] = -1
                if at >= sites:
                    labels.power[at - sites] = -1
        return self.scored(reduced, labels), self.best(reduced, [labels], DESCENT)


def _score(plan: Scored) -> float:
    return plan.score_eur


def planner(
    operation: Operation,
    rules: PerimeterRules,
    *,
    seed: int,
    power_shares: Sequence[float] = RATIOS,
    in_kwh: bool = False,
) -> Planner:
    """Build the planner of an operation with a decided local price.

    Args:
        in_kwh: look for the most kWh shared, no euro being known.

    Raises:
        InputError: the compiled part of the program is not installed.
        ValueError: no price is decided.
    """
    if find_spec("numba") is None:
        message = _("lawful operations need the compiled part of the program: pip install 'autoconso[fast]'")
        raise InputError([Problem("acc members --split", message)])
    model = group_model(operation, power_shares, in_kwh=in_kwh)
    law = law_of(operation.members, rules)
    worth = kwh_worth(model)
    return Planner(
        model=model,
        law=law,
        exact=group_values(model),
        worth=worth,
        programmes=_programmes(model, worth, law),
        seed=seed,
    )


def under(search: Planner, law: GroupLaw) -> Planner:
    """Search of plans of the same operation under another law, without their bounds."""
    return replace(search, law=law, programmes=None)


def _programmes(model: GroupModel, worth: KwhWorth, law: GroupLaw) -> Programmes | None:
    """Programmes that bound plans, None where sites are too close together."""
    try:
        places = law.places(ORDER)
    except TooManyPlacesError:
        return None
    if columns_of(places, worth) > MOST_COLUMNS:
        return None
    parts = model, worth, law, places
    return Programmes(AllocationProgramme(*parts), DefaultKeyProgramme(*parts))
