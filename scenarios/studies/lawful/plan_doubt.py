"""How sure a lawful plan is: what each person has of it in draws, the same for the plans that follow it.

A plan that was found, told: operations, roofs, persons as `acc run` has them, who is outside and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap
from math import nan

import numpy as np

from acc.accounts.persons import holdings
from acc.arrays import BoolArray, FloatArray
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws
from acc.result.change import best_ratios
from acc.result.lawful_plan import (
    LawfulPlan,
    Outside,
    PlanConstraints,
    PlanDoubt,
    PlannedOperation,
    PlannedPerson,
    PlannedRoof,
)
from acc.rules.all_checks import regime_checks
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import Members, PerimeterRules, longest_pair
from acc.scenario import Regime
from acc.sides import NOTHING_EUR
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gains, forget_draws
from scenarios.operation.draws.draws import Draw, draw, usual_draws
from scenarios.operation.draws.quick import case_of_run, draws_within_seconds
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import (
    PlanRequest,
    Scored,
    SharingGroup,
    alone_eur,
    bits_of_group,
    plan_rules,
)
from scenarios.studies.lawful.meters import NOT_BUILT, Powers, persons_eur
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.plans import Planner


def plan_with_figures(
    planner: Planner,
    rules: PerimeterRules,
    plan_request: PlanRequest,
    scored: Scored,
) -> LawfulPlan:
    """Return a plan with the figures of `acc run` of each of its operations, under the key of the folder.

    Raises:
        InputError: a key that cannot be built for one of the operations.
    """
    model, groups = planner.model, in_order(planner, scored)
    runs = [ran(planner, group) for group in groups]
    # Over how many years a plan is valued; None where there is no plan.
    finance = model.operation.scenario.finance
    has_plan = any(rate.has_plan for built in model.meters.known.values() for rate in built.rates)
    return LawfulPlan(
        operations=tuple(
            _operation(planner, rules, plan_request, group, run)
            for group, run in zip(groups, runs, strict=True)
        ),
        roofs=tuple(_roof(planner, scored, groups, m) for m in range(model.roofs)),
        persons=() if model.in_kwh else figures_of_persons(planner, scored),
        outside=_outside(planner, plan_request, groups),
        invested_eur=nan if model.in_kwh else _invested_eur(model, scored),
        euros_known=not model.in_kwh,
        years=(finance.horizon_years if finance is not None and has_plan else None),
    )


def in_order(planner: Planner, scored: Scored) -> list[SharingGroup]:
    """Return the operations of a plan in the order in which they are told: the one that shares most first."""
    return sorted(scored.founded, key=lambda group: -planner.exact.value(group).received_kwh)


def ran(planner: Planner, group: SharingGroup) -> tuple[FloatArray, float]:
    """Euros of each person in a computed group, (2, Q), and kWh received."""
    if group not in planner.ran:
        planner.ran[group] = _ran(planner.model, group)
    return planner.ran[group]


def _ran(model: GroupModel, group: SharingGroup) -> tuple[FloatArray, float]:
    part = model.meters.part(positions_of(group.sites), group.roofs, sharing=True)
    outcome = part.outcome(part.scenario.key, leaving=False)
    received_kwh = float(outcome.energy.received_kwh.sum())
    if model.in_kwh:
        return np.full((2, len(model.persons)), nan), received_kwh
    assert outcome.money is not None
    return model.meters.persons_eur(outcome.money, part.scenario), received_kwh


def built_alone(model: GroupModel, scored: Scored) -> list[tuple[int, Powers]]:
    """Return the meters whose roofs are built, at which powers, and are in no operation."""
    inside = {roof for group in scored.founded for roof, _power in group.roofs}
    return [
        (at, powers)
        for at, powers in _built(model, scored)
        if not inside.intersection(model.meters.every[at].roofs)
    ]


def outside_eur(model: GroupModel, scored: Scored) -> FloatArray:
    """Euros of each person from the roofs built outside any operation, (2, Q)."""
    total = np.zeros((2, len(model.persons)))
    for at, powers in built_alone(model, scored):
        total += model.meters.built(at, powers).alone_eur
    return total


def _built(model: GroupModel, scored: Scored) -> list[tuple[int, Powers]]:
    powers_at = [
        (at, tuple(scored.labels.power[roof] for roof in meter.roofs))
        for at, meter in enumerate(model.meters.every)
    ]
    return [(at, powers) for at, powers in powers_at if any(power != NOT_BUILT for power in powers)]


def _invested_eur(model: GroupModel, scored: Scored) -> float:
    return sum(model.meters.built(at, powers).invested_eur for at, powers in _built(model, scored))


def _operation(
    planner: Planner,
    rules: PerimeterRules,
    plan_request: PlanRequest,
    group: SharingGroup,
    figures: tuple[FloatArray, float],
) -> PlannedOperation:
    model = planner.model
    regime = plan_rules(model, planner.law, plan_request).regime(group)
    assert regime is not None
    eur, received_kwh = figures
    units = positions_of(bits_of_group(model, group))
    return replace(
        planned_operation(model.operation.members, units, rules, regime),
        key=model.operation.scenario.key.name,
        sites_eur=nan if model.in_kwh else planner.exact.value(group).sites_eur,
        value_eur=float(eur[0].sum()),
        year_eur=float(eur[1].sum()),
        received_kwh=received_kwh,
    )


def planned_operation(
    members: Members, units: Sequence[int], rules: PerimeterRules, regime: Regime
) -> PlannedOperation:
    """Build an operation of some sites and roofs, its law checked anew; what it brings is not known."""
    alone, sites = members.part(units), len(members.participants)
    pair = longest_pair(alone.distances)
    limit = rules.distance_km.get(regime)
    return PlannedOperation(
        regime=regime,
        participant_ids=members.ids(unit for unit in units if unit < sites),
        plant_ids=members.ids(unit for unit in units if unit >= sites),
        longest_ids=alone.ids((pair.first, pair.second)) if pair else (),
        longest_km=pair.distance_km if pair else None,
        limit_km=None if limit is None else limit.value,
        checks=tuple(regime_checks(alone, regime, rules)),
        sites_eur=nan,
        value_eur=nan,
        year_eur=nan,
        received_kwh=nan,
    )


def _roof(planner: Planner, scored: Scored, groups: list[SharingGroup], roof: int) -> PlannedRoof:
    model, power = planner.model, scored.labels.power[roof]
    number = next((k for k, group in enumerate(groups, 1) if roof in dict(group.roofs)), None)
    owned = plan_rules(model, planner.law, PlanRequest()).owned_by[roof]
    return PlannedRoof(
        id=model.operation.scenario.plants[roof].id,
        kwp=0.0 if power == NOT_BUILT else model.meters.plant(roof, power).kwp,
        operation=number,
        owner_elsewhere=number is not None and bool(owned) and not owned & groups[number - 1].sites,
    )


def figures_of_persons(planner: Planner, scored: Scored) -> tuple[PlannedPerson, ...]:
    """Figures of each person under a plan, by `acc run` of each of its operations.

    Raises:
        InputError: a key that cannot be built for one of the operations.
    """
    model = planner.model
    eur = sum((ran(planner, group)[0] for group in scored.founded), outside_eur(model, scored))
    alone, unknown = alone_eur(model, scored.labels), set(model.site_person[~model.prices.known].tolist())
    scenario, tariffs = model.operation.scenario, model.operation.tariffs
    owners = None if tariffs is None else [plant.owner for plant in tariffs.plants]
    holders = {holding.id: holding for holding in holdings(scenario, owners)}
    return tuple(
        PlannedPerson(
            id=id_,
            name=holders[id_].name,
            kind=holders[id_].kind,
            value_eur=float(eur[0, q]),
            year_eur=float(eur[1, q]),
            alone_eur=float(alone[0, q]),
            is_known=q not in unknown,
        )
        for q, id_ in enumerate(model.persons)
    )


def _outside(
    planner: Planner, plan_request: PlanRequest, groups: list[SharingGroup]
) -> Mapping[str, Outside]:
    model, members = planner.model, planner.model.operation.members
    inside = 0
    for group in groups:
        inside |= group.sites
    return {
        members.participants[n].id: _why(planner, plan_request, n)
        for n in range(model.sites)
        if not inside >> n & 1
    }


def _why(planner: Planner, plan_request: PlanRequest, site: int) -> Outside:
    model, law, members = planner.model, planner.law, planner.model.operation.members
    roofs = (1 << model.roofs) - 1 << model.sites
    hosted = sum(1 << model.sites + m for m in range(model.roofs) if model.holder[m] == site)
    if law.reach(site, plan_request.regimes) & (roofs | hosted):
        if model.in_kwh:
            return Outside.ADDS_NO_KWH
        if not model.prices.known[site]:
            return Outside.UNPRICED
        return Outside.COSTS_MORE if _costs_more(planner, site) else Outside.OTHERS_HAVE_MORE
    if site in members.unplaced:
        return Outside.NO_POSITION
    return Outside.COMMUNE_ONLY if site in members.approximate else Outside.NO_PLACE


def _costs_more(planner: Planner, site: int) -> bool:
    """Return whether a site would not pay its own management were it served all it uses while roofs make."""
    worth = planner.worth
    spared = float(np.einsum("t,t->", worth.by_step(site), worth.load(site)))
    return spared <= float(worth.fixed_eur[site])


MOST_RIVALS = 2
"""Plans that are held against the proposed one."""


@dataclass(frozen=True, slots=True)
class NamedPlan:
    """A plan of the table: what was asked of it, how it was found, how it is told."""

    constraints: PlanConstraints
    scored: Scored
    plan: LawfulPlan


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A group, or the roofs of a meter alone, ready for draws.

    Attributes:
        elsewhere_eur: what persons who are no part of it have, as the rent of a roof, (2, Q).
    """

    case: Case
    elsewhere_eur: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    model: GroupModel
    metered: Metered
    choice: SweepChoice
    parts: dict[SharingGroup | tuple[int, Powers], _Part] = field(default_factory=dict)
    drawn: dict[int, FloatArray] = field(default_factory=dict)
    draws: list[Draw] = field(default_factory=list)

    def parts_of(self, scored: Scored) -> list[_Part]:
        """Return the parts of a plan, each made once however many plans have it."""
        alone = built_alone(self.model, scored)
        return [*map(self._group, scored.founded), *starmap(self._meter, alone)]

    def _group(self, group: SharingGroup) -> _Part:
        if group not in self.parts:
            sites = positions_of(group.sites)
            operation = self.model.meters.part(sites, group.roofs, sharing=True)
            self.parts[group] = self._ready(operation, sites, [roof for roof, _power in group.roofs])
        return self.parts[group]

    def _meter(self, at: int, powers: Powers) -> _Part:
        if (at, powers) not in self.parts:
            operation, sites, roofs = self.model.meters.alone(self.model.meters.every[at], powers)
            self.parts[at, powers] = self._ready(operation, sites, roofs)
        return self.parts[at, powers]

    def _ready(self, operation: Operation, sites: Sequence[int], roofs: Sequence[int]) -> _Part:
        money = operation.outcome(operation.scenario.key, leaving=False).money
        assert money is not None  # no doubt is drawn where no euro is known
        metered = replace(
            self.metered,
            exchange=operation.exchange,
            quality=tuple(self.metered.quality[n] for n in sites),
            unit_kwh=self.metered.unit_kwh[:, list(roofs)],
            shifted=None,
            unshifted=None,
        )
        reformed = self.choice.off_peak_reform_ratio > 0.0
        case = case_of_run(at_run_prices(operation, money), metered, reform=reformed)
        places = self.model.meters.persons
        total_eur = self.model.meters.persons_eur(money, operation.scenario)
        return _Part(case, total_eur - persons_eur(money.persons, places))

    def persons_eur(self, scored: Scored, draws: int) -> FloatArray:
        """Euros of each person under a plan without draws, then in each draw, (3, Q, 1 + D).

        Over the plan, then over it with connections that nobody knows at their upper figure, over the period.
        """
        total = np.zeros((3, len(self.model.persons), 1 + draws))
        for part in self.parts_of(scored):
            if id(part) not in self.drawn:
                self.drawn[id(part)] = self._drawn(part, self._draws(draws))
            total += self.drawn[id(part)]
        return total

    def _draws(self, count: int) -> Sequence[Draw]:
        """Return one draw of nothing, then the draws of all members, the same wherever one stands."""
        if not self.draws:
            cases = [part.case for part in self.parts.values()]
            unknowns = {name: unknown for case in cases for name, unknown in case.unknowns.items()}
            self.draws.append(draw(self.choice.without_uncertainty, 0, unknowns))
            self.draws.extend(draw(self.choice, number, unknowns) for number in range(count))
        return self.draws

    def _drawn(self, part: _Part, draws: Sequence[Draw]) -> FloatArray:
        case, eur_of = part.case, np.repeat(part.elsewhere_eur[[0, 0, 1], :, None], len(draws), axis=2)
        (gains,) = drawn_gains([case], draws, NUMPY)
        period, plan, connected = gains.gain_eur, gains.npv_eur, gains.connected_npv_eur
        rows = [self.model.meters.persons[id_] for id_ in case.persons]
        eur_of[:, rows] += np.stack([period if eur is None else eur for eur in (plan, connected)] + [period])
        return eur_of


def plan_doubts(
    model: GroupModel, metered: Metered, choice: SweepChoice, plans: Sequence[NamedPlan], best: NamedPlan
) -> tuple[int, tuple[PlanDoubt, ...]]:
    """Number of draws, and uncertainty of the best plan, then of the next ones.

    None is made where one would take long, or where no euro is known.

    Args:
        metered: of the whole folder, loads that move at their usual hours.
    """
    chosen, drawing = _chosen(plans, best), _Drawing(model, metered, choice)
    if model.in_kwh or not best.plan.operations:
        return 0, ()
    cases = [part.case for plan in chosen for part in drawing.parts_of(plan.scored)]
    draws = min(map(draws_within_seconds, cases), default=0)
    if not draws:
        return 0, ()
    every = np.stack([drawing.persons_eur(plan.scored, draws) for plan in chosen])  # (A, 3, Q, 1 + D)
    forget_draws()
    central_eur, eur = every[..., 0], every[..., 1:]
    has_reform = any(case.reformed_slots is not None for case in cases)
    usual = usual_draws(replace(choice, draws=draws), has_reform=has_reform)
    values = np.array([plan.plan.value_eur for plan in chosen])
    ratios = best_ratios(recentre_draws(values, eur[:, 0].sum(axis=1).T, usual).T).tolist()
    known = np.ones(len(model.persons), dtype=np.bool_)
    known[model.site_person[~model.prices.known]] = False
    doubts = []
    for a, plan in enumerate(chosen):
        # As a run lays its own: around what is told of the plan, connections at nothing, then at most.
        central, late = central_eur[a, :2].sum(axis=1).tolist()
        of_all = eur[a, 0].sum(axis=0), eur[a, 1].sum(axis=0)
        ends = quantiles_with_unknown_connection(
            (plan.plan.value_eur, plan.plan.value_eur + late - central), of_all, usual
        )
        of_each = np.moveaxis(recentre_draws(central_eur[a], np.moveaxis(eur[a], -1, 0), usual), 0, -1)
        doubts.append(_doubt(model, plan, ends, of_each, ratios[a], known))
    return draws, tuple(doubts)


def _chosen(plans: Sequence[NamedPlan], best: NamedPlan) -> list[NamedPlan]:
    """Return the best plan and the next ones that differ from it and from one another."""
    own = [best]
    for plan in sorted(
        plans, key=lambda row: (row.plan.losers_known and len(row.plan.losers), -row.plan.value_eur)
    ):
        if len(own) <= MOST_RIVALS and all(_is_other(plan.plan, other.plan) for other in own):
            own.append(plan)
    return own


def _is_other(plan: LawfulPlan, other: LawfulPlan) -> bool:
    return plan.roofs != other.roofs or [_members(a) for a in plan.operations] != [
        _members(a) for a in other.operations
    ]


def _members(operation: PlannedOperation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return operation.participant_ids, operation.plant_ids


def _doubt(
    model: GroupModel,
    plan: NamedPlan,
    ends_eur: tuple[float, float, float],
    eur: FloatArray,
    best_ratio: float,
    known: BoolArray,
) -> PlanDoubt:
    """Uncertainty of a plan from draws.

    Args:
        ends_eur: range of the total.
        eur: of each person over the plan, without and with connections that nobody knows, and over the
            period, (3, Q, D).
        known: of which persons what they would save is known, (Q,).
    """
    low, middle, high = ends_eur
    ratios = (eur[[0, 2]].min(axis=0) < -NOTHING_EUR).mean(axis=1) * known
    losers_known = plan.plan.losers_known
    return PlanDoubt(
        constraints=plan.constraints,
        value_eur=plan.plan.value_eur,
        low_eur=low,
        middle_eur=middle,
        high_eur=high,
        best_ratio=best_ratio,
        lose_shares={
            id_: float(ratios[q]) for q, id_ in enumerate(model.persons) if losers_known and ratios[q] > 0.0
        },
    )
