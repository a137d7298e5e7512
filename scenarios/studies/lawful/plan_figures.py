"""The figures of a plan that the search gave: operations, roofs, persons as `acc run` has them."""

from collections.abc import Mapping
from math import nan

import numpy as np

from acc.accounts.persons import holdings
from acc.arrays import FloatArray
from acc.result.lawful_plan import LawfulPlan, Outside, PlannedOperation, PlannedPerson, PlannedRoof
from acc.rules.all_checks import regime_checks
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import PerimeterRules, longest_pair
from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import Scored, alone_eur
from scenarios.studies.lawful.meters import NOT_BUILT, Powers
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.plans import Planner
from scenarios.studies.lawful.rules_of_plan import PlanRequest, bits_of_group, plan_rules


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
        years=_years(model),
    )


def in_order(planner: Planner, scored: Scored) -> list[SharingGroup]:
    """Return the operations of a plan in the order in which they are told: the one that shares most first."""
    return sorted(scored.founded, key=lambda group: -planner.exact.value(group).received_kwh)


def _years(model: GroupModel) -> int | None:
    """Return over how many years a plan is valued; None where there is no plan."""
    finance = model.operation.scenario.finance
    has_plan = any(rate.has_plan for built in model.meters.known.values() for rate in built.rates)
    return finance.horizon_years if finance is not None and has_plan else None


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
    model, members = planner.model, planner.model.operation.members
    regime = plan_rules(model, planner.law, plan_request).regime(group)
    assert regime is not None
    sites = positions_of(bits_of_group(model, group))
    alone = members.part(sites)
    pair = longest_pair(alone.distances)
    limit = rules.distance_km.get(regime)
    return PlannedOperation(
        regime=regime,
        key=model.operation.scenario.key.name,
        participant_ids=members.ids(site for site in sites if site < model.sites),
        plant_ids=members.ids(site for site in sites if site >= model.sites),
        longest_ids=alone.ids((pair.first, pair.second)) if pair else (),
        longest_km=pair.distance_km if pair else None,
        limit_km=None if limit is None else limit.value,
        checks=tuple(regime_checks(alone, regime, rules)),
        sites_eur=nan if model.in_kwh else planner.exact.value(group).sites_eur,
        value_eur=float(figures[0][0].sum()),
        year_eur=float(figures[0][1].sum()),
        received_kwh=figures[1],
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
    names = {holding.id: holding.name for holding in holdings(scenario, owners)}
    return tuple(
        PlannedPerson(
            id=id_,
            name=names[id_],
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
    spared = float(np.einsum("t,t->", worth.by_step(site), worth.load_kwh[site]))
    return spared <= float(worth.fixed_eur[site])
