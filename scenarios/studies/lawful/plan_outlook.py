"""What would cancel a lawful plan: its operations under each condition, as `acc run` of their folders."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.plan.plants import PlannedPlant
from acc.result.cancelling import Cancelling, Condition, GainUnderCondition
from acc.result.lawful_plan import BuyerLeaving, LawfulPlan, PlanOutlook
from acc.result.lending import loan_without_largest_buyer
from acc.rules.largest_group import positions_of
from acc.years.plan_years import reference_year
from scenarios.operation.departures.cancelling import cancelling
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import Scored, SharingGroup, powers_by_meter
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.plan_doubt import built_alone, in_order, ran
from scenarios.studies.lawful.plans import Planner

Gains = Mapping[str, GainUnderCondition]
"""Of persons, by id."""

SHARED = (Condition.FULL_ACCISE, Condition.MARKET_SUPPLY, Condition.DEPARTURES)
"""What happens to all operations at once."""


@dataclass(frozen=True, slots=True, eq=False)
class PlanPart:
    """An operation of a plan, or the roofs of a meter outside, run alone with what would cancel it."""

    operation: Operation
    money: Money
    rows: tuple[Cancelling, ...]

    @property
    def built(self) -> tuple[PlannedPlant, ...]:
        """Its plants as their plan has them; none without a plan."""
        return () if self.money.plan_terms is None else self.money.plan_terms.plants

    def under(self, condition: Condition) -> Gains:
        """Gains of its persons under a condition; as they stand where it means nothing to it."""
        row = next((row for row in self.rows if row.condition is condition), None)
        finance = self.operation.scenario.finance
        if row is not None:
            return row.members
        if condition is not Condition.DEPARTURES or finance is None:
            return self.rows[0].members
        year = reference_year(finance.horizon_years)  # nobody leaves; told is a later year
        return {
            person.id: GainUnderCondition(person.gain_by_year_eur_ht[year], person.npv_eur_ht)
            for person in self.money.persons
            if person.is_known
        }

    def connected(self) -> Gains:
        """Gains of its persons where connections that nobody knows cost their upper figure."""
        more = {person.id: person.connected_npv_eur_ht for person in self.money.persons}
        return {
            id_: gain if more[id_] is None else replace(gain, plan_eur_ht=more[id_])
            for id_, gain in self.rows[0].members.items()
        }


def plan_outlook(
    search: Planner, scored: Scored, plan: LawfulPlan, owners_inside: LawfulPlan | None
) -> PlanOutlook | None:
    """Outlook of a plan; None where it has no operation, or who loses is not known.

    Each condition moves what persons have by what it moves in the run of each part. Dated changes are left
    out, as they are of the plan.
    """
    if not plan.losers_known or not plan.operations:
        return None
    model, groups = search.model, in_order(search, scored)
    inside = [
        _run(model.meters.part(positions_of(group.sites), group.roofs, sharing=True)) for group in groups
    ]
    outside = [
        _run(model.meters.alone(model.meters.every[at], powers)[0])
        for at, powers in built_alone(model, scored)
    ]
    base = {
        person.id: GainUnderCondition(person.year_eur, None if plan.years is None else person.value_eur)
        for person in plan.persons
        if person.is_known
    }
    parts = (*inside, *outside)
    refused = [_not_founded(search, group, plan) for group in groups]
    built = [plant for part in parts for plant in part.built]
    plans = [part.money.plan for part in parts if part.money.plan is not None]
    invested = {plant.id: plant.capex_eur + plant.charges.connection_eur for plant in built}
    return PlanOutlook(
        conditions=(
            _row(Condition.UNCHANGED, base),
            *_everywhere(base, parts),
            *(
                Cancelling(
                    condition=Condition.NOT_FOUNDED,
                    setting="",
                    members=_moved(base, [gains]),
                    operation=number,
                )
                for number, gains in enumerate(refused, start=1)
            ),
            *_roofs(base, inside, refused, model),
        ),
        investor_ids=tuple(dict.fromkeys(_owners(model, invested))),
        vat_eur=sum(invested[plant.id] * plant.charges.vat_rates.vat_ratio for plant in built),
        borne_vat_eur=sum(invested[plant.id] * plant.charges.vat.vat_ratio for plant in built),
        connection_unknown_ids=tuple(id_ for each in plans for id_ in each.without_connection_ids),
        connection_unbounded_ids=tuple(id_ for each in plans for id_ in each.connection_unbounded_ids),
        connection_more_eur=sum(each.connection_more_eur_ht for each in plans),
        owners_inside_eur=None if owners_inside is None else owners_inside.value_eur,
        owners_inside_losers=None if owners_inside is None else len(owners_inside.losers),
        leaving_buyers=tuple(_leaving_buyers(inside)),
    )


def _run(operation: Operation) -> PlanPart:
    chosen = operation.outcome(operation.scenario.key)
    assert chosen.money is not None  # who loses is known
    return PlanPart(operation, chosen.money, cancelling(operation, chosen, None))


def _leaving_buyers(parts: Iterable[PlanPart]) -> Iterator[BuyerLeaving]:
    """Yield the largest buyer of each operation, and the loans without it, at the output of its run."""
    for number, part in enumerate(parts, start=1):
        left = loan_without_largest_buyer(part.operation.scenario, part.money)
        if left is not None:
            buyer, loan = left
            yield BuyerLeaving(
                operation=number, buyer=buyer, cover=loan.cover, payback_years=loan.payback_years
            )


def _row(condition: Condition, members: Gains) -> Cancelling:
    """Return a condition that nobody can type of a whole plan."""
    return Cancelling(condition=condition, setting="", members=members)


def _everywhere(base: Gains, parts: Iterable[PlanPart]) -> Iterator[Cancelling]:
    """Yield what happens to all operations at once, as far as it means something."""
    every = [*parts]
    for condition in SHARED:
        row = next((row for part in every for row in part.rows if row.condition is condition), None)
        if row is not None:
            moves = [(part.rows[0].members, part.under(condition)) for part in every]
            yield replace(row, members=_moved(base, moves))
    if any(plant.charges.connection_more_eur for part in every for plant in part.built):
        moves = [(part.rows[0].members, part.connected()) for part in every]
        yield _row(Condition.CONNECTION_AT_MOST, _moved(base, moves))


def _not_founded(search: Planner, group: SharingGroup, plan: LawfulPlan) -> tuple[Gains, Gains]:
    """Gains of persons by an operation, and without it: only roofs that exist already are left."""
    model, own_eur = search.model, ran(search, group)[0]
    left_eur = np.zeros_like(own_eur)
    for at, powers in powers_by_meter(model, group.roofs):
        pairs = zip(model.meters.every[at].roofs, powers, strict=True)
        existing = tuple(NOT_BUILT if model.may_leave[roof] else power for roof, power in pairs)
        if any(power != NOT_BUILT for power in existing):
            left_eur += model.meters.built(at, existing).alone_eur
    return _gains(model, own_eur, plan), _gains(model, left_eur, plan)


def _gains(model: GroupModel, eur: FloatArray, plan: LawfulPlan) -> Gains:
    """Gains of persons from their euros over the plan and the period, (2, Q)."""
    return {
        id_: GainUnderCondition(year, None if plan.years is None else value)
        for id_, (value, year) in zip(model.persons, eur.T.tolist(), strict=True)
    }


def _roofs(
    base: Gains, parts: Iterable[PlanPart], refused: Iterable[tuple[Gains, Gains]], model: GroupModel
) -> Iterator[Cancelling]:
    """Yield each roof that is not built; an operation whose only roof it is, is not founded."""
    for part, without in zip(parts, refused, strict=True):
        rents = model.meters.rents_outside(part.money, part.operation.scenario)
        for row in part.rows:
            if row.condition is not Condition.ROOF_NOT_BUILT:
                continue
            moves = [(part.rows[0].members, row.members)]
            for _plant, landlord, rent in (each for each in rents if each[0] == row.plant_id):
                lost, none = GainUnderCondition(float(rent[1]), float(rent[0])), GainUnderCondition(0.0, 0.0)
                moves.append(({landlord: lost}, {landlord: none}))
            moves = [without] if len(part.operation.scenario.plants) == 1 else moves
            yield replace(row, members=_moved(base, moves))


def _owners(model: GroupModel, invested: Mapping[str, float]) -> Iterator[str]:
    for plant, person in zip(model.operation.scenario.plants, model.roof_person.tolist(), strict=True):
        if invested.get(plant.id):
            yield model.persons[person]


def _moved(base: Gains, moves: Iterable[tuple[Gains, Gains]]) -> dict[str, GainUnderCondition]:
    """Gains of persons once their part of it moves from one figure to another."""
    gains = dict(base)
    for before, after in moves:
        for id_, now in after.items():
            if id_ in base and id_ in before:
                first, own = before[id_], gains[id_]
                gains[id_] = GainUnderCondition(
                    _changed(own.gain_eur_ht, first.gain_eur_ht, now.gain_eur_ht),
                    _changed(own.plan_eur_ht, first.plan_eur_ht, now.plan_eur_ht),
                )
    return gains


def _changed(own: float | None, before: float | None, after: float | None) -> float | None:
    """Return an amount moved; None where something of it is unknown."""
    return None if own is None or before is None or after is None else own + (after - before)
