"""The lawful plan of a folder that brings all persons most, with its bound and what stands beside it.

The plan that brings more once owners of whom it is to verify have a public-service mission.

What persons have under the key that the criteria choose for each operation, beside the folder's own key.

A search deals by the default key, the folders carry the folder's: a note of a group proposes the one that its
criteria choose. Nobody loses in a plan only where nobody does under either.

What each derogation, each member and each roof is worth to the others: the plan once it is gone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from acc.accounts.persons import holdings
from acc.accounts.price_corridor import pays_tax
from acc.arrays import FloatArray
from acc.keys import KEYS
from acc.keys.prorata import PRORATA
from acc.result.lawful_plan import (
    AbsentPart,
    BoundBasis,
    LawfulPlan,
    LawfulPlansReport,
    PlanConstraints,
    PlannedPerson,
    PlanWithout,
)
from acc.result.outcomes import proposed_key
from acc.rules.check import State
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import Members, PerimeterRules
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.other_keys import other_key_outcomes
from scenarios.operation.ready.request import operation_status
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.evaluate import PlanRequest, Scored, SharingGroup, bits_of_group
from scenarios.studies.lawful.law import law_of
from scenarios.studies.lawful.model import at_price_of_zero, euros_known
from scenarios.studies.lawful.plan_doubt import (
    NamedPlan,
    figures_of_persons,
    in_order,
    outside_eur,
    plan_doubts,
    plan_with_figures,
    ran,
)
from scenarios.studies.lawful.plan_outlook import plan_outlook
from scenarios.studies.lawful.plans import MOST, SAME_EUR, FrontPlan, Planner, planner, under


def confirmed_plan(
    search: Planner,
    rules: PerimeterRules,
    plan_request: PlanRequest,
    best: Scored,
    plan: Callable[[Scored, Planner], LawfulPlan],
) -> LawfulPlan | None:
    """Return the best plan once owners are confirmed, with who they are; None where it brings no more.

    Args:
        best: the best plan of those that are decided.
        plan: makes a plan with the figures of its runs.
    """
    members = search.model.operation.members
    if not members.unknown_owners:
        return None
    law = law_of(members.if_confirmed(), rules)
    if (law.near, law.authorities) == (search.law.near, search.law.authorities):
        return None
    by = under(search, law)
    *_fewer, last = by.front(plan_request, plan_request.most)
    if last.scored.score_eur <= best.score_eur + SAME_EUR:
        return None
    shown = plan(last.scored, by)
    names = tuple(dict.fromkeys(_to_confirm(members, search, shown)))
    return replace(shown, to_confirm=names, confirmed_eur=shown.value_eur if shown.euros_known else None)


def _to_confirm(members: Members, search: Planner, plan: LawfulPlan) -> Iterator[str]:
    """Yield the names of the owners by whom an operation of a plan is to verify."""
    scenario = search.model.operation.scenario
    names = {holding.id: holding.name for holding in holdings(scenario)}
    unsure = {
        site
        for operation in plan.operations
        for check in operation.checks
        if check.rule == "public-bodies" and check.state is State.TO_VERIFY
        for site in check.culprits
    }
    for roof in members.plants:
        if roof.id in unsure:
            yield names.get(roof.producer, roof.producer)


def with_proposed_keys(
    planner: Planner,
    scored: Scored,
    plan: LawfulPlan,
    chosen: Mapping[tuple[str, ...], str | None] | None = None,
) -> LawfulPlan:
    """Return a plan with the key that the criteria choose for each operation, and what each person then has.

    Nothing is added where it is not known who loses.

    Args:
        chosen: keys that they chose already, by the ids of an operation.
    """
    if not plan.losers_known or not plan.operations:
        return plan
    eur, names = outside_eur(planner.model, scored), list[str]()
    for operation, group in zip(plan.operations, in_order(planner, scored), strict=True):
        name, own = _proposed(planner, group, None if chosen is None else chosen.get(operation.ids))
        eur = eur + own
        names.append(name)
    pairs = zip(plan.operations, names, strict=True)
    persons = (
        replace(person, proposed_eur=float(eur[0, q]), proposed_year_eur=float(eur[1, q]))
        for q, person in enumerate(plan.persons)
    )
    operations = tuple(replace(pair, proposed_key=name) for pair, name in pairs)
    return replace(plan, operations=operations, persons=tuple(persons))


def _proposed(planner: Planner, group: SharingGroup, name: str | None) -> tuple[str, FloatArray]:
    """Return the key that the criteria choose for a group, and what each person has of it then, (2, Q).

    Args:
        name: of the key, where they chose it already.
    """
    part = planner.model.meters.part(positions_of(group.sites), group.roofs, sharing=True)
    own = part.scenario.key.name
    if name != own:
        names = [name] if name else [other for other in KEYS if other != own]
        others, _why = other_key_outcomes(part, names, lenient=True)
        if name is None:
            run = part.outcome(part.scenario.key, leaving=False)
            choice = proposed_key(part.exchange, [run, *others.values()], part.scenario.decide, lawful=True)
            name = own if choice is None or choice.keeps_folder else choice.name
        if name in others:
            money = others[name].money
            assert money is not None  # who loses is known
            return name, planner.model.meters.persons_eur(money, part.scenario)
    return own, ran(planner, group)[0]


MOST_UNITS = 80
"""Members and roofs that are taken away one by one; more would take minutes."""

Step = Callable[[int, int], None]
"""Told after each of them: how many are done, of how many."""


def without_each(
    planner: Planner,
    plan_request: PlanRequest,
    best: Scored,
    plan: LawfulPlan,
    step: Step = lambda _done, _all: None,
) -> Iterator[PlanWithout]:
    """Value of each member of an operation, and of each of its roofs, for the others.

    Nothing of a plan of which it is not known who loses, nor of one with very many members.
    """
    units = list(_units(planner, best)) if plan.losers_known else []
    if len(units) > MOST_UNITS:
        return
    for done, (part, id_, bits) in enumerate(units, start=1):
        unchanged, anew = planner.without(plan_request, best, bits)
        member_id = id_ if part is AbsentPart.MEMBER else None
        before_eur = _value_eur(plan.persons, member_id)
        after = figures_of_persons(planner, anew)
        left = None if unchanged is None else _value_eur(figures_of_persons(planner, unchanged), member_id)
        yield PlanWithout(
            absent=part,
            id=id_,
            lost_eur=before_eur - _value_eur(after, member_id),
            unchanged_eur=None if left is None else before_eur - left,
            losers=sum(person.loses for person in after),
        )
        step(done, len(units))


def _value_eur(persons: tuple[PlannedPerson, ...], but: str | None) -> float:
    return sum(person.value_eur for person in persons if person.id != but)


def _units(planner: Planner, best: Scored) -> Iterator[tuple[AbsentPart, str, int]]:
    """Yield each person of an operation with all it has, as bits; then each shared roof of who has more."""
    model = planner.model
    inside = 0
    for group in best.founded:
        inside |= bits_of_group(model, group)
    owners = [*model.site_person.tolist(), *model.roof_person.tolist()]
    own = [0] * len(model.persons)
    for at, person in enumerate(owners):
        own[person] |= 1 << at
    yield from ((AbsentPart.MEMBER, id_, own[q]) for q, id_ in enumerate(model.persons) if own[q] & inside)
    for roof, plant in enumerate(model.operation.scenario.plants):
        bit = 1 << model.sites + roof
        if inside & bit and own[owners[model.sites + roof]] != bit:
            yield AbsentPart.ROOF, plant.id, bit


PlanProgress = Callable[[int, LawfulPlan], None]
"""Shown as it comes: how many operations at most (0 for a first plan of any number), and the plan."""


def lawful_plans_for(
    operation: Operation,
    *,
    most: int = MOST,
    seed: int = 24,
    others: bool = True,
    drawn: tuple[Metered, SweepChoice] | None = None,
    progress: PlanProgress = lambda _count, _plan: None,
    step: Step | None = None,
) -> LawfulPlansReport:
    """Return the lawful plans of an operation, the best one first found.

    Args:
        most: operations of a plan.
        others: look for owners inside, and for the plan without each derogation, too.
        step: told once the plan without a member, or a roof, is found; without it none is looked for.
        drawn: how the curves are known and what is drawn around them, for the doubt of the best plans.

    Raises:
        InputError: no local price though a profit is taxed, a key that cannot be built for a group.
    """
    is_known, unpriced = operation.tariffs is not None, _unpriced(operation)
    in_kwh = len(unpriced) == len(operation.scenario.participants)
    priced = _without_plan(operation) if in_kwh else operation if is_known else at_price_of_zero(operation)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    plan_request = PlanRequest(most=most, no_loser=is_known and not in_kwh)
    search = planner(priced, rules, seed=seed, in_kwh=in_kwh)

    def plan(scored: Scored, by: Planner = search) -> LawfulPlan:
        lawful_plan = plan_with_figures(by, rules, plan_request, scored)
        return replace(lawful_plan, local_price_known=is_known, left_out=_left_out(operation))

    progress(0, plan(search.quick(plan_request)))
    front = _front(search, plan_request, _basis(operation, in_kwh=in_kwh), plan, progress)
    best = front[-1]
    plans = [*front, *(_other_plans(search, plan_request, best, plan) if others else ())]
    proposed = replace(best.plan, without=_without(search, plan_request, best, plans, step) if others else ())
    confirmed = confirmed_plan(search, rules, plan_request, best.scored, plan)
    if confirmed is not None:
        proposed = replace(proposed, to_confirm=confirmed.to_confirm, confirmed_eur=confirmed.confirmed_eur)
    inside = next((named.plan for named in plans if named.constraints.owners_inside), None)
    outlook = plan_outlook(search, best.scored, best.plan, inside)
    draws, doubts = (0, ()) if drawn is None else plan_doubts(search.model, *drawn, plans, best)
    proposed = replace(proposed, outlook=outlook, draws=draws, doubts=doubts)
    return LawfulPlansReport(
        scenario=operation.scenario,
        status=operation_status(operation.scenario, None),
        front=(*(named.plan for named in front[:-1]), proposed),
        best=proposed,
        owners_inside=inside,
        without_regime={
            named.constraints.without: named.plan for named in plans if named.constraints.without is not None
        },
        if_confirmed=confirmed,
        search_only=_search_only(operation, in_kwh=in_kwh),
        unpriced=unpriced,
        is_bounded=search.programmes is not None,
        seed=seed,
        has_plan=any(rate.has_plan for built in search.model.meters.known.values() for rate in built.rates),
    )


def _front(
    search: Planner,
    plan_request: PlanRequest,
    basis: BoundBasis,
    plan: Callable[[Scored], LawfulPlan],
    progress: PlanProgress,
) -> list[NamedPlan]:
    """Return the best plan of at most 0, 1, 2... operations with its bounds, told one by one."""
    named = list[NamedPlan]()
    for count, bounds in enumerate(search.front(plan_request, plan_request.most)):
        bounded = _bounded(plan(bounds.scored), bounds, basis)
        named.append(NamedPlan(PlanConstraints(most=count), bounds.scored, bounded))
        progress(count, bounded)
    # Who loses is told once the keys that the criteria choose were looked at too.
    last = named[-1]
    return [*named[:-1], replace(last, plan=with_proposed_keys(search, last.scored, last.plan))]


def _left_out(operation: Operation) -> tuple[str, ...]:
    """Items of a folder that no plan counts."""
    devices = {"battery": operation.scenario.battery, "flexible": operation.scenario.flexible}
    return tuple(name for name, device in devices.items() if device)


def _other_plans(
    search: Planner, plan_request: PlanRequest, best: NamedPlan, plan: Callable[[Scored], LawfulPlan]
) -> Iterator[NamedPlan]:
    """Yield the plan of owners inside, then the one without each derogation."""
    most = best.constraints.most
    owners = search.with_owners(plan_request, best.scored)
    yield NamedPlan(PlanConstraints(most=most, owners_inside=True), owners, plan(owners))
    for regime in dict.fromkeys(best.plan.derogations):
        refused = search.without_regime(plan_request, best.scored, regime)
        yield NamedPlan(PlanConstraints(most=most, without=regime), refused, plan(refused))


def _without(
    search: Planner, plan_request: PlanRequest, best: NamedPlan, plans: Sequence[NamedPlan], step: Step | None
) -> tuple[PlanWithout, ...]:
    """Value of each derogation for the others, and of members and roofs if asked for, largest first."""
    if not best.plan.euros_known:
        return ()
    derogations = [
        PlanWithout(
            absent=AbsentPart.DEROGATION,
            id=str(plan.constraints.without),
            lost_eur=best.plan.value_eur - plan.plan.value_eur,
            unchanged_eur=None,
            losers=len(plan.plan.losers),
        )
        for plan in plans
        if plan.constraints.without is not None
    ]
    each = () if step is None else without_each(search, plan_request, best.scored, best.plan, step)
    return tuple(sorted((*derogations, *each), key=lambda worth: -worth.lost_eur))


def _unpriced(operation: Operation) -> tuple[str, ...]:
    """Return the participants whose bill is not known: no supply price is given."""
    sites = zip(operation.scenario.participants, euros_known(_without_plan(operation)).tolist(), strict=True)
    return tuple(site.id for site, is_known in sites if not is_known)


def _without_plan(operation: Operation) -> Operation:
    """Return an operation that is priced whatever its plan, where no euro is told."""
    taxed = operation.scenario.persons
    persons = taxed and tuple(replace(person, profit_tax_ratio=None) for person in taxed)
    return at_price_of_zero(
        replace(operation, scenario=replace(operation.scenario, finance=None, persons=persons))
    )


def _bounded(plan: LawfulPlan, front_plan: FrontPlan, basis: BoundBasis) -> LawfulPlan:
    if plan.euros_known:
        return replace(
            plan,
            bound_eur=front_plan.bound_eur,
            key_bound_eur=front_plan.key_bound_eur,
            searched_eur=front_plan.scored.value_eur,
            bound_basis=basis,
        )
    bounds = [kwh for kwh in (front_plan.bound_eur, front_plan.key_bound_eur) if kwh is not None]
    return replace(plan, bound_kwh=min(bounds, default=None))


def _basis(operation: Operation, *, in_kwh: bool) -> BoundBasis:
    """Basis on which a bound of the search is counted."""
    left = _search_only(operation, in_kwh=in_kwh)
    return BoundBasis.SEARCH if left or operation.scenario.uncounted_changes else BoundBasis.VALUE


def _search_only(operation: Operation, *, in_kwh: bool) -> tuple[str, ...]:
    """Items in the figures but not in the search, which sums values of kWh."""
    scenario, tariffs = operation.scenario, operation.tariffs
    limits = {
        "tax": pays_tax(scenario),
        "option": tariffs is not None and tariffs.option_open is True,
        "key": scenario.key.name != PRORATA.name,
        "battery": scenario.battery is not None,
        "flexible": bool(scenario.flexible),
        "grant": scenario.finance is not None and scenario.finance.grant_eur > 0.0,
        "market": bool(scenario.markets),
    }
    moves_kwh = {"key", "battery", "flexible"}
    return tuple(name for name, is_used in limits.items() if is_used and (name in moves_kwh or not in_kwh))
