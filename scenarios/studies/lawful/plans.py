"""The best lawful plan, the front of how many operations, and what stands beside it.

The best plan met: annealing on sums of steps, then on every step, from several starts.

Kirkpatrick, Gelatt and Vecchi (1983). Same seed, same plan: changes are counted, never timed.

Where sites stand so close together that no bound is had: what a search starts from, and how long it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from acc.arrays import FloatArray
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
)
from scenarios.studies.lawful.law import ORDER, GroupLaw, LawfulPlace, TooManyPlacesError, law_of
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import RATIOS, GroupModel, group_model
from scenarios.studies.lawful.moves import KINDS, PARTS, Movable, changed, movable, packed, single_changes
from scenarios.studies.lawful.programme import AllocationProgramme, DefaultKeyProgramme, key_bound
from scenarios.studies.lawful.worth_of_kwh import KwhWorth, kwh_worth

HOT, COLD = 0.02, 0.00015
"""First and last temperature, as parts of what one single operation of everybody would bring."""

WARM_EUR, COOL_EUR = 50.0, 1.0
"""Those of the end, on every step."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many changes are tried: at first on sums of steps, at the end on every step.

    Attributes:
        is_bounded: nothing else is tried: neither each change of one unit, nor the groups met, packed.
    """

    first: int
    last: int
    is_bounded: bool = False


def best_from(
    rough: Scorer,
    exact: Scorer,
    place_bits: Sequence[int],
    starts: Sequence[Labels],
    effort: Effort,
    seeds: Sequence[int],
) -> Scored:
    """Return the best plan found from some starts, judged on every step.

    Raises:
        ValueError: no start is a plan that may be founded.
    """
    what, heat = movable(exact.rules, place_bits), heat_eur(exact)
    hot, warm = (HOT * heat, COLD * heat), (WARM_EUR, COOL_EUR)

    def ended(labels: Labels, seed: int) -> Scored | None:
        if effort.is_bounded:
            return exact.scored(annealed(exact, what, labels, effort.last, warm, seed))
        labels = annealed(exact, what, descended(exact, what, labels), effort.last, warm, seed)
        return exact.scored(descended(exact, what, labels))

    plans = [
        ended(annealed(rough, what, start, effort.first, hot, seed), seed)
        for start in starts
        for seed in seeds
    ]
    if effort.is_bounded:  # so few changes may end below where they began
        plans += [exact.scored(exact.mended(start)) for start in starts]
    together = None if effort.is_bounded else packed(rough)
    if together is not None:
        plans.append(ended(together, seeds[0]))
    scored = [plan for plan in plans if plan is not None]
    if not scored:
        raise ValueError("no start may be founded")
    return max(scored, key=lambda plan: plan.score_eur)


def heat_eur(scorer: Scorer) -> float:
    """Gain of one single operation of all, EUR: the scale of a search."""
    model = scorer.model
    everyone = SharingGroup((1 << model.sites) - 1, tuple((m, 0) for m in range(model.roofs)))
    return max(1000.0, abs(scorer.values.value(everyone).total_eur))


def annealed(
    scorer: Scorer, what: Movable, start: Labels, changes: int, heat_eur: tuple[float, float], seed: int
) -> Labels:
    """Return the best labels met while worse ones are taken less and less."""
    rng = np.random.default_rng(seed)
    here = scorer.scored(scorer.mended(start))
    if here is None or not changes:
        return start
    best = here
    kinds = rng.choice(len(KINDS), size=changes, p=PARTS).tolist()
    luck = np.log(rng.random(changes))
    cooling = (heat_eur[1] / heat_eur[0]) ** (np.arange(changes) / max(1, changes - 1))
    for kind, bar in zip(kinds, (luck * heat_eur[0] * cooling).tolist(), strict=True):
        labels = changed(here.labels, what, KINDS[kind], rng)
        plan = None if labels is None else scorer.scored(labels)
        if plan is not None and plan.score_eur - here.score_eur >= bar:
            here = plan
            if here.score_eur > best.score_eur:
                best = here
    return best.labels


def descended(scorer: Scorer, what: Movable, start: Labels) -> Labels:
    """Return labels that no single change betters."""
    here = scorer.scored(scorer.mended(start))
    if here is None:
        return start
    better = True
    while better:
        better = False
        for labels in single_changes(here.labels, what):
            best = scorer.scored(labels)
            if best is not None and best.score_eur > here.score_eur + 1e-6:
                here, better = best, True
                break
    return here.labels


MOST_COLUMNS = 6_000
"""Choices of a programme that is solved within minutes."""

MOST_TRIED = 100
"""Places that a start looks at, for each of its operations."""

ROUNDS = 4
"""Times that those who lose leave a start, each of which changes what others have."""

WORK = 5e9
"""Curves read in a search, sites times steps: half a minute from each start at most."""


def columns_of(places: Sequence[LawfulPlace], worth: KwhWorth) -> int:
    """Number of columns of a programme."""
    sites = sum(place.bits.bit_count() for place in places)
    return sites + len(places) * sum(len(states) for states in worth.states)


def bounded(effort: Effort, sites: int, steps: int) -> Effort:
    """Return an effort that takes so long at most; `steps` are the sums of steps looked at."""
    part = min(1.0, WORK / (sites * steps * (effort.first + 4.0 * effort.last)))
    return Effort(first=int(part * effort.first), last=int(part * effort.last), is_bounded=True)


def greedy(scorer: Scorer, place_bits: Sequence[int]) -> Labels:
    """Return the plan that founds the operation which brings most, then the next with who is left."""
    model, most = scorer.model, scorer.rules.request.most
    labels, banned = no_operation(model, scorer.rules.request.without), scorer.rules.request.without
    tried = place_bits[:: 1 + len(place_bits) // MOST_TRIED]
    here = scorer.scored(scorer.mended(labels))
    for label in range(most):
        opened = [_founded(model, labels, bits & ~banned, label, scorer) for bits in tried]
        plans = [plan for plan in map(scorer.scored, opened) if plan is not None]
        best = max(plans, key=lambda plan: plan.score_eur, default=None)
        if best is None or (here is not None and best.score_eur <= here.score_eur):
            break
        here, labels = best, best.labels
        banned |= sum(1 << at for at, own in enumerate(labels.label) if own == label)
    return labels


def _founded(model: GroupModel, labels: Labels, bits: int, label: int, scorer: Scorer) -> Labels:
    """Return labels with an operation of some units, its roofs at their whole power while it is lawful."""
    founded, joined = labels.copy(), 0
    for at in positions_of(bits):
        if at < model.sites or model.holder[at - model.sites] == at:
            founded.label[at] = label
            joined |= 1 << at
    roofs = [m for m in range(model.roofs) if joined >> model.holder[m] & 1]
    group = SharingGroup(joined & (1 << model.sites) - 1, ())
    for roof in roofs:
        larger = SharingGroup(group.sites, (*group.roofs, (roof, 0)))
        if scorer.rules.regime(larger) is not None:
            group, founded.power[roof] = larger, 0
        elif model.holder[roof] >= model.sites:
            founded.label[model.holder[roof]] = OUT
        elif model.may_leave[roof]:
            founded.power[roof] = NOT_BUILT
    for site in _losing(scorer, group):
        founded.label[site] = OUT
    return founded


def _losing(scorer: Scorer, group: SharingGroup) -> list[int]:
    """Return the sites of a group by which their persons would lose, roofs behind their meters apart."""
    model, losers = scorer.model, list[int]()
    hosts = {model.holder[roof] for roof, _power in group.roofs}
    for _round in range(ROUNDS if group.roofs else 0):
        eur = scorer.values.value(group).persons_eur.min(axis=0)[model.site_person]
        lost = [n for n in positions_of(group.sites) if eur[n] < -LOSES_EUR and n not in hosts]
        if not lost:
            break
        losers += lost
        group = SharingGroup(group.sites & ~sum(1 << n for n in lost), group.roofs)
    return losers


TOGETHER = 4
"""Steps that a search looks at as one, before its end."""

EFFORT = Effort(first=12_000, last=2_000)
EFFORT_OF_OTHERS = Effort(first=4_000, last=1_000)
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
            if count > 1 and bound.bound_eur <= before.score_eur + SAME_EUR:
                return
            free = any_key.best(count)
            starts = [bound.labels, before.labels, free.labels]
            plan = self.best(replace(plan_request, most=count), starts, EFFORT)
            if count > 1 and plan.score_eur <= before.score_eur + SAME_EUR:
                return
            before, bound_eur = max(before, plan, key=_score), free.bound_eur
            yield FrontPlan(before, bound_eur, min(bound_eur, bound.bound_eur))

    def _unproven(self, plan_request: PlanRequest, before: Scored, most: int) -> Iterator[FrontPlan]:
        yield FrontPlan(before, None, None)
        for count in range(1, most + 1):
            wanted = replace(plan_request, most=count)
            plan = self.best(wanted, [self.start(wanted), before.labels], EFFORT)
            if count > 1 and plan.score_eur <= before.score_eur + SAME_EUR:
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
        return self.best(plan_request, [best.labels, other], EFFORT_OF_OTHERS)

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
        ValueError: no price is decided.
    """
    model = group_model(operation, power_shares, in_kwh=in_kwh)
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
