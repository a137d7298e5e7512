"""The best lawful plan, the front of how many operations, and what stands beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import PerimeterRules
from acc.scenario import Regime
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import GroupValues, PlanRequest, SharingGroup, group_values, plan_rules
from scenarios.studies.lawful.labels import OUT, Labels, Scored, Scorer, no_operation
from scenarios.studies.lawful.law import ORDER, GroupLaw, TooManyPlacesError, law_of
from scenarios.studies.lawful.model import RATIOS, GroupModel, group_model
from scenarios.studies.lawful.programme import AllocationProgramme, DefaultKeyProgramme, key_bound
from scenarios.studies.lawful.search import MOST_COLUMNS, Effort, best_from, bounded, columns_of, greedy
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, kwh_worth

TOGETHER = 4
"""Steps that a search looks at as one, before its end."""

EFFORT = Effort(first=12_000, last=2_000)
BESIDE = Effort(first=4_000, last=1_000)
"""Of what stands beside the plan, from which it starts."""

DESCENT = Effort(first=0, last=0)
"""To no better single change: of a first plan on the screen, and once one member is gone."""

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
    rough: GroupValues
    exact: GroupValues
    worth: KwhWorth
    programmes: Programmes | None
    place_bits: tuple[int, ...]
    seed: int
    ran: dict[SharingGroup, tuple[FloatArray, float]] = field(default_factory=dict)

    def best(self, plan_request: PlanRequest, starts: Sequence[Labels], effort: Effort) -> Scored:
        """Return the best plan found from some starts."""
        rules = plan_rules(self.model, self.law, plan_request)
        rough, exact = Scorer(self.rough, rules), Scorer(self.exact, rules)
        if self.programmes is None:
            effort = bounded(effort, self.model.sites, self.rough.load_kwh.shape[1])
        return best_from(rough, exact, self.place_bits, starts, effort, (self.seed,))

    def scored(self, plan_request: PlanRequest, labels: Labels) -> Scored | None:
        """Score of a given plan; None where one of its operations is not allowed."""
        return Scorer(self.exact, plan_rules(self.model, self.law, plan_request)).scored(labels)

    def quick(self, plan_request: PlanRequest) -> Scored:
        """Return a first plan, within seconds."""
        return self.best(plan_request, [self.start(plan_request)], DESCENT)

    def start(self, plan_request: PlanRequest) -> Labels:
        """Return the best plan of the programmes; without them, one that joins what gains most first."""
        if self.programmes is None:
            return greedy(Scorer(self.rough, plan_rules(self.model, self.law, plan_request)), self.place_bits)
        return self.programmes.any_key.best(plan_request.most).labels

    def front(self, plan_request: PlanRequest, most: int = MOST) -> Iterator[FrontPlan]:
        """Yield the best plan of at most 0, 1, 2... operations, until one more adds nothing."""
        nothing = no_operation(self.model, plan_request.without)
        before = self.scored(replace(plan_request, most=0), nothing)
        assert before is not None  # it founds nothing that could be refused
        if self.programmes is None:
            yield from self._unproven(plan_request, before, most)
            return
        any_key, default_key = self.programmes.any_key, self.programmes.default_key
        bound_eur = any_key.best(0).bound_eur
        yield FrontPlan(before, bound_eur, bound_eur)
        for count in range(1, most + 1):
            bound = key_bound(default_key, count, bound_eur)
            if count > 1 and bound.bound_eur <= before.score + SAME_EUR:
                return
            free = any_key.best(count)
            starts = [bound.labels, before.labels, free.labels]
            plan = self.best(replace(plan_request, most=count), starts, EFFORT)
            if count > 1 and plan.score <= before.score + SAME_EUR:
                return
            before, bound_eur = max(before, plan, key=_score), free.bound_eur
            yield FrontPlan(before, bound_eur, min(bound_eur, bound.bound_eur))

    def _unproven(self, plan_request: PlanRequest, before: Scored, most: int) -> Iterator[FrontPlan]:
        yield FrontPlan(before, None, None)
        for count in range(1, most + 1):
            wanted = replace(plan_request, most=count)
            plan = self.best(wanted, [self.start(wanted), before.labels], EFFORT)
            if count > 1 and plan.score <= before.score + SAME_EUR:
                return
            before = max(before, plan, key=_score)
            yield FrontPlan(before, None, None)

    def with_owners(self, plan_request: PlanRequest, best: Scored) -> Scored:
        """Return the best plan where each shared roof has a site of its owner beside it."""
        plan_request, labels = replace(plan_request, owners_inside=True), best.labels.copy()
        for roof, owned in enumerate(plan_rules(self.model, self.law, plan_request).owned_by):
            place, sites = labels.label[self.model.holder[roof]], positions_of(owned)
            if sites and place != OUT and place not in {labels.label[n] for n in sites}:
                labels.label[sites[0]] = place
        return self._other_plans(plan_request, replace(best, labels=labels))

    def _other_plans(self, plan_request: PlanRequest, best: Scored) -> Scored:
        nothing = no_operation(self.model, plan_request.without)
        # Within few changes no operation is created.
        other = nothing if self.programmes else self.start(plan_request)
        return self.best(plan_request, [best.labels, other], BESIDE)

    def without_regime(self, plan_request: PlanRequest, best: Scored, regime: Regime) -> Scored:
        """Return the best plan where a regime is not granted."""
        left = tuple(kept for kept in plan_request.regimes if kept is not regime)
        return self._other_plans(replace(plan_request, regimes=left), best)

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
    return plan.score


def planner(
    operation: Operation,
    rules: PerimeterRules,
    *,
    seed: int,
    ratios: Sequence[float] = RATIOS,
    in_kwh: bool = False,
) -> Planner:
    """Build the planner of an operation with a decided local price.

    Args:
        in_kwh: look for the most kWh shared, no euro being known.

    Raises:
        ValueError: no price is decided.
    """
    model = group_model(operation, ratios, in_kwh=in_kwh)
    law = law_of(operation.members, rules)
    worth = kwh_worth(model)
    programmes, place_bits = _programmes(model, worth, law)
    return Planner(
        model=model,
        law=law,
        rough=group_values(model, TOGETHER),
        exact=group_values(model),
        worth=worth,
        programmes=programmes,
        place_bits=place_bits,
        seed=seed,
    )


def under(search: Planner, law: GroupLaw) -> Planner:
    """Search of plans of the same operation under another law."""
    programmes, place_bits = _programmes(search.model, search.worth, law)
    return replace(search, law=law, programmes=programmes, place_bits=place_bits)


def _programmes(
    model: GroupModel, worth: KwhWorth, law: GroupLaw
) -> tuple[Programmes | None, tuple[int, ...]]:
    """Programme that bounds plans, None where sites are too close together, and the places of the law."""
    try:
        places = law.places(ORDER)
    except TooManyPlacesError:
        return None, law.some_places(ORDER)
    place_bits = tuple(place.bits for place in places)
    if columns_of(places, worth) > MOST_COLUMNS:
        return None, place_bits
    parts = model, worth, law, places
    return Programmes(AllocationProgramme(*parts), DefaultKeyProgramme(*parts)), place_bits
