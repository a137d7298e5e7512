"""How sure a lawful plan is: what each person has of it in draws, the same for the plans that follow it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import starmap

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws
from acc.result.change import best_ratios
from acc.result.lawful_plan import LawfulPlan, PlanConstraints, PlanDoubt, PlannedOperation
from acc.rules.largest_group import positions_of
from acc.sides import NOTHING_EUR
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gains, forget_draws
from scenarios.operation.draws.draws import draw, usual_draws
from scenarios.operation.draws.quick import case_of_run, draws_within_seconds
from scenarios.operation.draws.settings import SweepChoice
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import Scored
from scenarios.studies.lawful.meters import Powers, persons_eur
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.plan_figures import built_alone

BESIDE = 2
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
                self.drawn[id(part)] = self._drawn(part, draws)
            total += self.drawn[id(part)]
        return total

    def _drawn(self, part: _Part, draws: int) -> FloatArray:
        case, eur_of = part.case, np.repeat(part.elsewhere_eur[[0, 0, 1], :, None], 1 + draws, axis=2)
        # Streams are named by what they draw: a member meets the same draw wherever it stands.
        drawn = [draw(self.choice.without_uncertainty, 0, case.unknowns)]
        drawn += [draw(self.choice, number, case.unknowns) for number in range(draws)]
        (gains,) = drawn_gains([case], drawn, NUMPY)
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
        if len(own) <= BESIDE and all(_is_other(plan.plan, other.plan) for other in own):
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
        lose_ratios={
            id_: float(ratios[q]) for q, id_ in enumerate(model.persons) if losers_known and ratios[q] > 0.0
        },
    )
