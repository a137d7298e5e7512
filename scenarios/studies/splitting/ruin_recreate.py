"""A good split of many members: ruin a part of it, build it again, keep what is better.

Ruin and recreate (Schrimpf et al., 2000) with record-to-record acceptance (Dueck, 1993) and places
skipped at random (Christiaens and Vanden Berghe, 2020). Rounds are counted, not timed, so that a seed
gives the same split on every machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from acc.rules.largest_group import bits_of, positions_of
from scenarios.studies.splitting.units import Units

Groups = tuple[int, ...]
Score = tuple[float, ...]
RUINED_RATIO = (0.1, 0.5)
"""Part of the units taken out in a round, smallest and largest."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How boldly a search moves.

    Attributes:
        slack_ratio: by how much a split may be worse than the best and still be worked on; falls to 0.
        skipped_ratio: part of the places that are not tried when a unit is put back.
    """

    slack_ratio: float
    skipped_ratio: float


MANNERS = (Manner(0.005, 0.0), Manner(0.02, 0.05), Manner(0.05, 0.2))
"""From careful to bold: together they did best, or nearly, on each kind of case that was tried."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundSplit:
    """The best split of a search, its score, and every group that was part of some split on the way."""

    groups: Groups
    score: Score
    pool: frozenset[int]


def total_score(units: Units, groups: Groups) -> Score:
    """Return what a split is worth when the shared kWh count."""
    return (sum(units.shared_kwh(group) for group in groups),)


def worst_score(units: Units, groups: Groups) -> Score:
    """Return how many members a split serves, then how well the worst of them, then the shared kWh."""
    ratios = [ratio for group in groups for ratio in units.served(group).values() if ratio > 0.0]
    return (float(len(ratios)), min(ratios, default=0.0), *total_score(units, groups))


def search(units: Units, score: Callable[[Units, Groups], Score], *, seed: int, rounds: int) -> FoundSplit:
    """Return the best split of three searches, careful to bold, of `rounds` rounds each; of one for none."""
    found = [
        _search(units, score, manner, np.random.default_rng([seed, turn]), rounds)
        for turn, manner in enumerate(MANNERS if rounds else MANNERS[:1])
    ]
    best = max(found, key=lambda one: one.score)
    return FoundSplit(best.groups, best.score, frozenset().union(*(one.pool for one in found)))


def _search(
    units: Units,
    score: Callable[[Units, Groups], Score],
    manner: Manner,
    rng: np.random.Generator,
    rounds: int,
) -> FoundSplit:
    lawful = [unit for unit in range(units.count) if units.regime(1 << unit) is not None]
    best = current = _rebuilt(units, (), _shuffled(lawful, rng), manner, rng)
    best_score = score(units, best)
    pool = set(best)
    for turn in range(rounds if len(lawful) > 1 else 0):
        out = _ruined(units, current, lawful, rng)
        kept = tuple(group & ~bits_of(out) for group in current if group & ~bits_of(out))
        trial = _rebuilt(units, kept, out, manner, rng)
        trial_score = score(units, trial)
        pool.update(trial)
        slack = manner.slack_ratio * (1.0 - turn / rounds)
        if trial_score >= (*best_score[:-1], best_score[-1] * (1.0 - slack)):
            current = trial
        if trial_score > best_score:
            best, best_score = trial, trial_score
    return FoundSplit(best, best_score, frozenset(pool))


def _rebuilt(
    units: Units, groups: Groups, out: Sequence[int], manner: Manner, rng: np.random.Generator
) -> Groups:
    """Return the groups with each unit of `out` put where it adds most, then merged where lawful."""
    built = list(groups)
    for unit in out:
        place = _best_place(units, built, unit, manner, rng)
        if place < len(built):
            built[place] = units.hold(built[place], unit)
        else:
            built.append(1 << unit)
    return merged(units, built)


def _best_place(
    units: Units, groups: Sequence[int], unit: int, manner: Manner, rng: np.random.Generator
) -> int:
    """Return the group where the unit adds most, `len(groups)` when it stands better alone; ties by lot."""
    gains = [(units.shared_kwh(1 << unit), float(rng.random()), len(groups))]
    beyond = ~units.reach(unit)
    for index, group in enumerate(groups):
        if rng.random() < manner.skipped_ratio:
            continue
        if group & beyond:
            continue
        worth = units.joined(group, unit)
        if worth is not None:
            gains.append((worth.shared_kwh - units.shared_kwh(group), float(rng.random()), index))
    return max(gains)[2]


def merged(units: Units, groups: Sequence[int]) -> Groups:
    """Return the groups, joined two by two while that is lawful: together they never share less."""
    left = sorted(groups, key=lambda group: -units.shared_kwh(group))
    done: list[int] = []
    while left:
        group = left.pop(0)
        beyond = ~units.reach_of(group)
        near = (other for other in left if not other & beyond)
        partner = next((other for other in near if units.regime(group | other) is not None), None)
        if partner is None:
            done.append(group)
        else:
            left.remove(partner)
            left.insert(0, group | partner)
    return tuple(done)


def _ruined(units: Units, groups: Groups, lawful: Sequence[int], rng: np.random.Generator) -> list[int]:
    """Return the units to take out: neighbours of one unit, a whole group, or anyone; in random order."""
    centre = int(rng.choice(lawful))
    manner = rng.random()
    pool = list(lawful)
    if manner < 0.4:
        pool = [*positions_of(units.reach(centre)), centre]
    elif manner < 0.6:
        return _shuffled(positions_of(next(group for group in groups if group >> centre & 1)), rng)
    share = rng.uniform(*RUINED_RATIO)
    return _shuffled(pool, rng)[: max(1, round(share * len(lawful)))]


def _shuffled(pool: Sequence[int], rng: np.random.Generator) -> list[int]:
    return [int(unit) for unit in rng.permutation(pool)]
