"""Which lawful operations to form: groups of members that share the most, each inside its perimeter.

The default key (prorata) shares `min(P, sum C)` at each step and no key shares more, so a group is
worth the sum of that. Few members are split exactly; many by a seeded search, with a bound that no
split can pass.
"""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.result.groups import LawfulGroup, LawfulGroups, LawfulWay, Objective, Unplaced
from acc.rules.all_checks import regime_checks, worst_state
from acc.rules.check import Check, State
from acc.rules.largest_group import positions_of
from acc.rules.perimeter import Members, PerimeterRules, longest_pair
from acc.scenario import Regime
from scenarios.studies.splitting.bound import single_kwh, upper_bound_kwh, worst_bound_ratio
from scenarios.studies.splitting.exact import best_packing, best_split, lawful_groups
from scenarios.studies.splitting.reasons import reason
from scenarios.studies.splitting.ruin_recreate import search, total_score, worst_score
from scenarios.studies.splitting.units import ORDER, Units, units_of

ROUNDS = 1000
"""Of each search, when there are too many members for an exact split."""

MOST_PLACED = 100_000_000
"""What `lawful_way` spends: rounds times triples of units. Up to 46 units it searches as long as `split`."""

MOST_VALUES = 400_000
"""Of loads that `lawful_way` looks at while it searches: beyond, steps are put together."""


def split(
    members: Members,
    consumption_kwh: FloatArray,
    production_kwh: FloatArray,
    rules: PerimeterRules,
    regimes: Sequence[Regime] = ORDER,
    *,
    objective: Objective = Objective.KWH,
    seed: int = 24,
) -> LawfulGroups:
    """Return lawful operations made of the members, the best ones for the objective.

    A participant and the plants behind its meter go together. Nobody is in two operations. Who lacks a
    position, or a class where one is asked for, is left out, named. A site of which only the commune is known
    stands at its middle, an owner elsewhere is what the whole folder says: each group tells what that leaves
    to verify.

    Args:
        consumption_kwh, production_kwh: what meters withdraw and inject, shapes (T, N) and (T, M).
        regimes: those that may be asked for.
    """
    units = units_of(members, consumption_kwh, production_kwh, rules, regimes)
    chosen, exact = _chosen(units, objective, seed, ROUNDS)
    return _split(units, members, rules, chosen, objective, exact=exact, seed=seed)


def lawful_way(
    members: Members,
    consumption_kwh: FloatArray,
    production_kwh: FloatArray,
    rules: PerimeterRules,
    *,
    seed: int = 24,
) -> LawfulWay:
    """Return how many operations `split` would form and what they would share; no bound is looked for."""
    units = units_of(members, consumption_kwh, production_kwh, rules, ORDER, MOST_VALUES)
    rounds = min(ROUNDS, MOST_PLACED // units.count**3)
    chosen, _exact = _chosen(units, Objective.KWH, seed, rounds)
    groups = completed(units, [group for group in chosen if is_operation(units, group)])
    regimes = [units.regime(group) for group in groups]
    states = [worst_state(_checks(units, members, rules, group)) for group in groups]
    return LawfulWay(
        groups=len(groups),
        on_derogation=sum(regime is not Regime.KM_2 for regime in regimes),
        to_verify=states.count(State.TO_VERIFY),
        shared_kwh=sum(_exact_kwh(units, group, consumption_kwh, production_kwh) for group in groups),
        single_kwh=_shared_kwh(consumption_kwh.sum(axis=1), production_kwh.sum(axis=1)),
    )


def _exact_kwh(units: Units, group: int, consumption_kwh: FloatArray, production_kwh: FloatArray) -> float:
    """Return what a group shares, step by step."""
    count = consumption_kwh.shape[1]
    sites = np.array([site for unit in positions_of(group) for site in units.sites[unit]])
    load, output = np.zeros((2, len(consumption_kwh)))
    for site in sites:
        if site < count:
            load += consumption_kwh[:, site]
        else:
            output += production_kwh[:, site - count]
    return _shared_kwh(load, output)


def _shared_kwh(load_kwh: FloatArray, output_kwh: FloatArray) -> float:
    return float(np.minimum(load_kwh, output_kwh).sum())


def _chosen(units: Units, objective: Objective, seed: int, rounds: int) -> tuple[Sequence[int], bool]:
    """Return the best groups, and whether no other split is better."""
    every = lawful_groups(units)
    if every is not None:
        return best_split(units, every, worst_first=objective is Objective.WORST), True
    return _searched(units, objective, seed, rounds), False


def _searched(units: Units, objective: Objective, seed: int, rounds: int) -> tuple[int, ...]:
    if objective is Objective.WORST:
        return search(units, worst_score, seed=seed, rounds=rounds).groups
    found = search(units, total_score, seed=seed, rounds=rounds)
    # The best set of disjoint groups among all those met is often better than the best split met.
    packed = best_packing(units, sorted(found.pool))
    return max(found.groups, packed, key=lambda groups: total_score(units, groups))


def _split(
    units: Units,
    members: Members,
    rules: PerimeterRules,
    chosen: Sequence[int],
    objective: Objective,
    *,
    exact: bool,
    seed: int,
) -> LawfulGroups:
    groups = [group for group in chosen if is_operation(units, group)]
    if objective is Objective.KWH:
        groups = completed(units, groups)
    found = sorted((_group(units, members, rules, group) for group in groups), key=lambda g: -g.shared_kwh)
    shared_kwh = sum(group.shared_kwh for group in found)
    proven = exact and objective is Objective.KWH
    bound_kwh = shared_kwh if proven else max(shared_kwh, upper_bound_kwh(units))
    served, worst, _kwh = worst_score(units, tuple(groups))
    return LawfulGroups(
        groups=tuple(found),
        unplaced=tuple(_unplaced(units, members, rules, groups)),
        objective=objective,
        shared_kwh=shared_kwh,
        single_kwh=single_kwh(units),
        bound_kwh=bound_kwh,
        served=round(served),
        worst_ratio=worst,
        worst_bound_ratio=max(worst, worst_bound_ratio(units, round(served), bound_kwh)),
        exact=exact,
        seed=seed,
    )


def is_operation(units: Units, group: int) -> bool:
    """Return whether a group has a plant, a consumer and something to share."""
    worth = units.worth(group)
    return bool(group & units.with_plant and group & units.with_load) and bool(
        worth and worth.shared_kwh > 0.0
    )


def completed(units: Units, groups: Sequence[int]) -> list[int]:
    """Return the groups with every unit that may still join one, where it adds most.

    Whoever joins never lowers what a group shares, though it is shared among more.
    """
    built = list(groups)
    taken = sum(groups)
    for unit in range(units.count):
        if taken >> unit & 1:
            continue
        beyond = ~units.reach(unit)
        near = [index for index, group in enumerate(built) if not group & beyond]
        worths = [(units.worth(built[index] | 1 << unit), index) for index in near]
        gains = [(w.shared_kwh - units.shared_kwh(built[i]), -i) for w, i in worths if w is not None]
        if gains:
            built[-max(gains)[1]] |= 1 << unit
    return built


def _checks(units: Units, members: Members, rules: PerimeterRules, group: int) -> tuple[Check, ...]:
    """Return what the regime of a group asks of it, as in the folder that is written for it."""
    regime = units.regime(group)
    assert regime is not None
    alone = members.alone(site for unit in positions_of(group) for site in units.sites[unit])
    return tuple(regime_checks(alone, regime, rules))


def _group(units: Units, members: Members, rules: PerimeterRules, group: int) -> LawfulGroup:
    worth = units.worth(group)
    assert worth is not None
    own = positions_of(group)
    sites = tuple(sorted(site for unit in own for site in units.sites[unit]))
    part, count = members.part(sites), len(members.participants)
    pair = longest_pair(part.distances)
    return LawfulGroup(
        regime=worth.regime,
        sites=sites,
        participant_ids=members.ids(site for site in sites if site < count),
        plant_ids=members.ids(site for site in sites if site >= count),
        longest_ids=members.ids((sites[pair.first], sites[pair.second])) if pair else (),
        longest_km=pair.distance_km if pair else None,
        production_kwh=float(units.output_kwh[own].sum()),
        consumption_kwh=float(units.consumed_kwh[own].sum()),
        shared_kwh=worth.shared_kwh,
        worst_ratio=min(units.served(group).values(), default=0.0),
        checks=_checks(units, members, rules, group),
    )


def _unplaced(units: Units, members: Members, rules: PerimeterRules, groups: Sequence[int]) -> list[Unplaced]:
    left = [unit for unit in range(units.count) if not sum(groups) >> unit & 1]
    return [
        Unplaced(site_id, reason(units, members, rules, unit))
        for unit in left
        for site_id in members.ids(units.sites[unit])
    ]
