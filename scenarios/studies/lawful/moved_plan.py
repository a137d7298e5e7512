"""A lawful plan as others read it: the same operations and powers, with figures of moved data."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from acc.result.cancelling import on_true_side, with_true_losers
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, PlanConstraints, PlannedPerson
from acc.rules.perimeter import PerimeterRules
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.rates.table import perimeter_rules, read_rates
from scenarios.studies.lawful.evaluate import OUT, Labels, PlanRequest, group_values
from scenarios.studies.lawful.law import law_of
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel, group_model
from scenarios.studies.lawful.plan_doubt import NamedPlan, plan_doubts, plan_with_figures
from scenarios.studies.lawful.plan_outlook import plan_outlook
from scenarios.studies.lawful.plan_report import with_proposed_keys
from scenarios.studies.lawful.plans import Planner
from scenarios.studies.lawful.worth_of_kwh import kwh_worth


def moved_plan(
    operation: Operation, report: LawfulPlansReport, drawn: tuple[Metered, SweepChoice]
) -> LawfulPlan | None:
    """Return the best plan found on true data with the figures of an operation whose data are moved.

    It is held against the same plans in draws of the moved data. What tells one member's part, or the true
    figures by a bound, is left out. None where an operation would lose on moved data, or no euro is known.

    Args:
        operation: whose loads do not move; see `scenarios.studies.lawful.folders.unmoved`.
        drawn: how its curves are known and what is drawn around them.
    """
    plan = report.best
    if operation.tariffs is None or not plan.euros_known or not plan.operations:
        return None
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    model = group_model(operation)
    values = group_values(model)
    search = Planner(model, law_of(operation.members, rules), values, kwh_worth(model), None, 0)
    drawn_limits = {doubt.constraints for doubt in plan.doubts}
    plan_by_limits = {
        limits: own
        for limits, own in report.named
        if own is plan or limits.owners_inside or limits in drawn_limits
    }
    plans = [*_with_moved_figures(search, rules, plan_by_limits)]
    best = next((named for named in plans if plan_by_limits[named.constraints] is plan), None)
    if best is None:
        return None
    keys = {operation.ids: operation.proposed_key for operation in plan.operations}
    moved = with_proposed_keys(search, best.scored, best.plan, keys)
    inside = next((named.plan for named in plans if named.constraints.owners_inside), None)
    outlook = plan_outlook(search, best.scored, moved, inside)
    if outlook is not None and plan.outlook is not None:
        rows = with_true_losers(outlook.conditions, plan.outlook.conditions)
        outlook = replace(outlook, conditions=rows)
    own = {person.id: person for person in plan.persons}
    persons = tuple(_on_true_side(person, own[person.id]) for person in moved.persons)
    known = plan.local_price_known
    moved = replace(moved, persons=persons, local_price_known=known, left_out=plan.left_out, outlook=outlook)
    rivals = [named for named in plans if named.constraints in drawn_limits]
    draws, doubts = plan_doubts(model, *drawn, rivals, replace(best, plan=moved))
    return replace(moved, draws=draws, doubts=doubts)


def _with_moved_figures(
    search: Planner, rules: PerimeterRules, plan_by_limits: Mapping[PlanConstraints, LawfulPlan]
) -> Iterator[NamedPlan]:
    """Yield plans with the figures of moved data, those left out of which an operation would lose there."""
    plan_request = PlanRequest(most=max(len(plan.operations) for plan in plan_by_limits.values()))
    for limits, plan in plan_by_limits.items():
        scored = search.scored(plan_request, _labels(search.model, plan))
        if scored is not None and len(scored.founded) == len(plan.operations):
            yield NamedPlan(limits, scored, plan_with_figures(search, rules, plan_request, scored))


def _on_true_side(moved: PlannedPerson, true: PlannedPerson) -> PlannedPerson:
    """Return the moved figures of a person, who loses where it loses on the true ones."""
    value, year = (
        on_true_side(getattr(moved, name), getattr(true, name)) or 0.0 for name in ("value_eur", "year_eur")
    )
    return replace(moved, value_eur=value, year_eur=year)


def _labels(model: GroupModel, plan: LawfulPlan) -> Labels:
    """Return the place of each site and roof, and the power of each roof, that a plan gives."""
    scenario, powers = model.operation.scenario, {roof.id: roof for roof in plan.roofs}
    label = [plan.places.get(site.id, OUT) for site in scenario.participants]
    label += [plan.places.get(roof.id, OUT) for roof in scenario.plants]
    power = []
    for m, plant in enumerate(scenario.plants):
        part = powers[plant.id].kwp * plant.kwp_ratio / plant.kwp
        known = np.array([model.meters.power_shares[at] for at in model.powers_of(m)])
        power.append(int(np.abs(known - part).argmin()) if part > 0.0 else NOT_BUILT)
    return Labels(label, power)
