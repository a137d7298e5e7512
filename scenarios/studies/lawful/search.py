"""The best plan met: annealing on sums of steps, then on every step, from several starts.

Kirkpatrick, Gelatt and Vecchi (1983). Same seed, same plan: changes are counted, never timed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import Labels, Scored, Scorer
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.moves import KINDS, PARTS, Movable, changed, movable, single_changes
from scenarios.studies.lawful.packing import packed

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
    return max(scored, key=lambda plan: plan.score)


def heat_eur(scorer: Scorer) -> float:
    """Gain of one single operation of all, EUR: the scale of a search."""
    model = scorer.model
    everyone = SharingGroup((1 << model.sites) - 1, tuple((m, 0) for m in range(model.roofs)))
    return max(1000.0, abs(scorer.values.value(everyone).total_eur))


def annealed(
    scorer: Scorer, what: Movable, start: Labels, changes: int, heat: tuple[float, float], seed: int
) -> Labels:
    """Return the best labels met while worse ones are taken less and less."""
    rng = np.random.default_rng(seed)
    here = scorer.scored(scorer.mended(start))
    if here is None or not changes:
        return start
    best = here
    kinds = rng.choice(len(KINDS), size=changes, p=PARTS).tolist()
    luck = np.log(rng.random(changes))
    cooling = (heat[1] / heat[0]) ** (np.arange(changes) / max(1, changes - 1))
    for kind, bar in zip(kinds, (luck * heat[0] * cooling).tolist(), strict=True):
        labels = changed(here.labels, what, KINDS[kind], rng)
        plan = None if labels is None else scorer.scored(labels)
        if plan is not None and plan.score - here.score >= bar:
            here = plan
            if here.score > best.score:
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
            if best is not None and best.score > here.score + 1e-6:
                here, better = best, True
                break
    return here.labels


def named(model: GroupModel, scored: Scored) -> list[tuple[list[str], list[str]]]:
    """Return the ids of the sites and the roofs of each operation."""
    scenario = model.operation.scenario
    return [
        (
            [site.id for n, site in enumerate(scenario.participants) if group.sites >> n & 1],
            [f"{scenario.plants[m].id}@{model.meters.ratios[p]:g}" for m, p in group.roofs],
        )
        for group in scored.founded
    ]
