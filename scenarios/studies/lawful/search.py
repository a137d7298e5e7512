"""The best plan met: annealing on sums of steps, then on every step, from several starts.

Kirkpatrick, Gelatt and Vecchi (1983). Same seed, same plan: changes are counted, never timed.

Where sites stand so close together that no bound is had: what a search starts from, and how long it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from acc.rules.largest_group import positions_of
from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import LOSES_EUR, OUT, Labels, Scored, Scorer, no_operation
from scenarios.studies.lawful.law import LawfulPlace
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.moves import KINDS, PARTS, Movable, changed, movable, packed, single_changes
from scenarios.studies.lawful.worth_of_kwh import KwhWorth

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
        best = max(plans, key=lambda plan: plan.score, default=None)
        if best is None or (here is not None and best.score <= here.score):
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
