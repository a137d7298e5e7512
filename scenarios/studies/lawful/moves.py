"""Changes of a plan that a search tries: a site, a power, two that swap, a neighbourhood, an operation.

The best plan made of groups that searches met: each unit once, as few persons who lose as can be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from acc.arrays import FloatArray
from acc.rules.largest_group import positions_of
from scenarios.operation.optimise.highs import SilentHighs
from scenarios.studies.lawful.evaluate import (
    LOSES_EUR,
    OUT,
    GroupEuros,
    Labels,
    PlanRules,
    Scorer,
    SharingGroup,
    powers_of_meter,
)
from scenarios.studies.lawful.meters import NOT_BUILT, Powers
from scenarios.studies.lawful.model import GroupModel

KINDS = ("one", "power", "swap", "around", "whole", "found")
PARTS = (0.49, 0.12, 0.19, 0.13, 0.04, 0.03)
SMALLEST, LARGEST = 2, 6
"""Sites of a neighbourhood that is moved at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Movable:
    """What may be changed.

    Attributes:
        units: sites, then roofs on the network, that some regime lets stand with others.
        around: of each unit, the others within its reach.
        powers: of each roof, those it may have, `NOT_BUILT` among them where it may be left out.
        roofs: those with several; `holder` who takes each along.
        places: units of each place of the law.
    """

    units: Sequence[int]
    around: Mapping[int, Sequence[int]]
    powers: Sequence[Sequence[int]]
    roofs: Sequence[int]
    holder: Sequence[int]
    places: Sequence[Sequence[int]]
    most: int


def movable(rules: PlanRules, place_bits: Sequence[int]) -> Movable:
    """Possible changes of a plan under some rules; `place_bits` are the places of operations."""
    model, law, request = rules.model, rules.law, rules.request
    on_network = [m for m in range(model.roofs) if model.meters.every[model.meter_of[m]].host is None]
    every = [*range(model.sites), *(model.sites + m for m in on_network)]
    reach = {unit: law.reach(unit, request.regimes) & ~request.without for unit in every}
    units = [unit for unit in every if reach[unit] and not request.without >> unit & 1]
    inside = set(units)
    around = {unit: [place for place in positions_of(reach[unit]) if place in inside] for unit in units}
    powers = [powers_of_roof(model, m, request.without) for m in range(model.roofs)]
    roofs = [m for m, choices in enumerate(powers) if len(choices) > 1]
    places = [[site for site in positions_of(bits) if site in inside] for bits in place_bits]
    return Movable(
        units, around, powers, roofs, model.holder, [place for place in places if place], request.most
    )


def powers_of_roof(model: GroupModel, roof: int, without: int) -> list[int]:
    """Return the powers of a roof, not built first where it may be left out."""
    if without >> model.sites + roof & 1:
        return [NOT_BUILT]
    none = [NOT_BUILT] if model.may_leave[roof] else []
    return [*none, *model.powers_of(roof)]


def changed(labels: Labels, what: Movable, kind: str, rng: np.random.Generator) -> Labels | None:
    """Return the labels after a change drawn at random; None where that change has no meaning here."""
    if not what.units:
        kind = "power"
    match kind:
        case "one":
            return _move_member(labels, what, rng)
        case "power":
            return _power(labels, what, rng)
        case "swap":
            return _swap(labels, what, rng)
        case "around":
            return _around(labels, what, rng)
        case "whole":
            return _move_operation(labels, what, rng)
        case _:
            return _create_operation(labels, what, rng)


def _move_member(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    unit, to = what.units[int(rng.integers(len(what.units)))], int(rng.integers(-1, what.most))
    if labels.label[unit] == to:
        return None
    moved = labels.copy()
    moved.label[unit] = to
    return moved


def _power(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    if not what.roofs:
        return None
    roof = what.roofs[int(rng.integers(len(what.roofs)))]
    powers = what.powers[roof]
    to = powers[int(rng.integers(len(powers)))]
    if labels.power[roof] == to:
        return None
    moved = labels.copy()
    moved.power[roof] = to
    return moved


def _swap(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    unit, other = (what.units[int(at)] for at in rng.integers(len(what.units), size=2))
    if labels.label[unit] == labels.label[other]:
        return None
    moved = labels.copy()
    moved.label[unit], moved.label[other] = labels.label[other], labels.label[unit]
    return moved


def _around(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    unit, to = what.units[int(rng.integers(len(what.units)))], int(rng.integers(-1, what.most))
    near = what.around[unit]
    if not near:
        return None
    count = min(int(rng.integers(SMALLEST, LARGEST + 1)) - 1, len(near))
    moved = labels.copy()
    for at in (unit, *(near[int(k)] for k in rng.permutation(len(near))[:count])):
        moved.label[at] = to
    return moved


def _move_operation(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    source, to = int(rng.integers(what.most)), int(rng.integers(-1, what.most))
    if source == to or source not in labels.label:
        return None
    moved = labels.copy()
    moved.label = [to if at == source else at for at in labels.label]
    return moved


def _create_operation(labels: Labels, what: Movable, rng: np.random.Generator) -> Labels | None:
    """Found an operation in a place with who is free there, or most: one by one they would not pay it."""
    if not what.places or not what.most:
        return None
    place, to = what.places[int(rng.integers(len(what.places)))], int(rng.integers(what.most))
    part = float(rng.choice((1.0, 0.8, 0.5)))
    moved = labels.copy()
    joined = {unit for unit in place if moved.label[unit] == OUT and rng.random() < part}
    for unit in joined:
        moved.label[unit] = to
    for roof, holder in enumerate(what.holder):
        if holder in joined and rng.random() < 0.5:
            moved.power[roof] = what.powers[roof][int(rng.integers(len(what.powers[roof])))]
        elif holder in joined and moved.power[roof] == NOT_BUILT:
            moved.power[roof] = max(what.powers[roof][:2])
    return moved if joined else None


def single_changes(labels: Labels, what: Movable) -> Iterator[Labels]:
    """Yield the labels after each change of one unit, or of one power."""
    for unit in what.units:
        for to in range(OUT, what.most):
            if labels.label[unit] != to:
                moved = labels.copy()
                moved.label[unit] = to
                yield moved
    for roof in what.roofs:
        for power in what.powers[roof]:
            if labels.power[roof] != power:
                moved = labels.copy()
                moved.power[roof] = power
                yield moved


MOST_COLUMNS = 600
"""Groups that are packed: those that cost the relaxed choice least."""

UNIT_EUR = 1000.0
LOSER = 1000.0
"""What a person who loses costs, in `UNIT_EUR`."""

GAP_RATIO = 1e-4


@dataclass(frozen=True, slots=True)
class _Choice:
    """A group, or the roofs of a meter that are alone."""

    group: SharingGroup | None
    meter: int
    powers: Powers
    persons_eur: FloatArray


def packed(scorer: Scorer) -> Labels | None:
    """Return the best plan of the groups that a scorer has met; None where it met none."""
    met = [(group, euros) for group, euros in scorer.by_group.items() if euros is not None]
    if not met:
        return None
    model, without = scorer.model, scorer.rules.request.without
    alone = [
        _Choice(None, meter, powers, model.meters.built(meter, powers).alone_eur)
        for meter in range(len(model.meters.every))
        for powers in powers_of_meter(model, meter, without)
        if any(power != NOT_BUILT for power in powers)
    ]
    every = [*(_with_roofs(scorer, group, euros) for group, euros in met), *alone]
    values, dual = _solved(scorer, every, integer=False)
    if len(every) > MOST_COLUMNS:
        kept = np.argsort(-dual[: len(met)], kind="stable")[:MOST_COLUMNS]
        every = [*(every[int(k)] for k in sorted(kept.tolist())), *alone]
    values, _dual = _solved(scorer, every, integer=True)
    return _labels(scorer, [choice for choice, value in zip(every, values, strict=False) if value > 0.5])


def _with_roofs(scorer: Scorer, group: SharingGroup, euros: GroupEuros) -> _Choice:
    """Return a group with what its roofs are worth alone: nothing of a person is counted elsewhere."""
    model, persons, power = scorer.model, euros.persons_eur, dict(group.roofs)
    for meter in dict.fromkeys(int(model.meter_of[roof]) for roof in power):
        powers = tuple(power.get(roof, NOT_BUILT) for roof in model.meters.every[meter].roofs)
        persons = persons + model.meters.built(meter, powers).alone_eur
    return _Choice(group, -1, (), persons)


def _solved(scorer: Scorer, every: Sequence[_Choice], *, integer: bool) -> tuple[FloatArray, FloatArray]:
    """Taken fraction of each choice, and dual price of one more."""
    model, highs = scorer.model, SilentHighs()
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("mip_rel_gap", GAP_RATIO)
    for at, choice in enumerate(every):
        highs.addVar(0.0, 1.0)
        highs.changeColCost(at, float(choice.persons_eur[0].sum()) / UNIT_EUR)
    people, first = len(model.persons), len(every)
    if scorer.rules.request.no_loser:
        for q in range(people):
            highs.addVar(0.0, 1.0)
            highs.changeColCost(first + q, -LOSER)
    if integer:
        for at in range(first + (people if scorer.rules.request.no_loser else 0)):
            highs.changeColIntegrality(at, highspy.HighsVarType.kInteger)
    rows = _rows(scorer, every)
    for columns, lower, upper in rows:
        weights = np.ones(len(columns))
        highs.addRow(lower, upper, len(columns), np.array(columns, dtype=np.int32), weights)
    if scorer.rules.request.no_loser:
        _add_losers(highs, every, people)
    highs.changeObjectiveSense(highspy.ObjSense.kMaximize)
    highs.run()
    solution = highs.getSolution()
    dual = np.array(solution.col_dual) if not integer else np.zeros(0)
    return np.array(solution.col_value), dual


def _rows(scorer: Scorer, every: Sequence[_Choice]) -> list[tuple[list[int], float, float]]:
    """Return the rows: a site in one group, a meter in one state, so many operations at most."""
    model, rows = scorer.model, list[tuple[list[int], float, float]]()
    groups = [(at, choice.group) for at, choice in enumerate(every) if choice.group is not None]
    for n in range(model.sites):
        own = [at for at, group in groups if group.sites >> n & 1]
        if len(own) > 1:
            rows.append((own, 0.0, 1.0))
    for k, meter in enumerate(model.meters.every):
        inside = [
            at
            for at, group in groups
            if any(roof in meter.roofs for roof, _power in group.roofs)
            or (meter.host is not None and group.sites >> meter.host & 1)
        ]
        own = [*inside, *(at for at, choice in enumerate(every) if choice.meter == k)]
        must = not all(model.may_leave[roof] for roof in meter.roofs)
        if own:
            rows.append((own, 1.0 if must else 0.0, 1.0))
    rows.append(([at for at, _group in groups], 0.0, float(scorer.rules.request.most)))
    return rows


def _add_losers(highs: SilentHighs, every: Sequence[_Choice], people: int) -> None:
    """Hold each person at zero or above, over the plan and the period, unless it is counted a loser."""
    persons_eur = np.array([choice.persons_eur for choice in every])  # (E, 2, Q)
    for q in range(people):
        for v in range(2):
            eur = persons_eur[:, v, q]
            if not (eur < -LOSES_EUR).any():
                continue
            columns = np.flatnonzero(eur)
            deepest = float(-np.minimum(eur, 0.0).sum()) + LOSES_EUR
            index = np.append(columns, len(every) + q).astype(np.int32)
            weights = np.append(eur[columns], deepest) / UNIT_EUR
            highs.addRow(-LOSES_EUR / UNIT_EUR, np.inf, len(index), index, weights)


def _labels(scorer: Scorer, chosen: Sequence[_Choice]) -> Labels:
    model = scorer.model
    labels = Labels([OUT] * (model.sites + model.roofs), [NOT_BUILT] * model.roofs)
    label = 0
    for choice in chosen:
        if choice.group is None:
            for roof, power in zip(model.meters.every[choice.meter].roofs, choice.powers, strict=True):
                labels.power[roof] = power
            continue
        for n in range(model.sites):
            if choice.group.sites >> n & 1:
                labels.label[n] = label
        for roof, power in choice.group.roofs:
            labels.power[roof], labels.label[model.sites + roof] = power, label
        label += 1
    return labels
