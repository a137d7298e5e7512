"""Changes of a plan that a search tries: a site, a power, two that swap, a neighbourhood, an operation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.rules.largest_group import positions_of
from scenarios.studies.lawful.labels import OUT, Labels
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.rules_of_plan import PlanRules

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
    every = [*range(model.sites), *(model.sites + m for m in range(model.roofs) if _is_on_network(model, m))]
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


def _is_on_network(model: GroupModel, roof: int) -> bool:
    return model.meters.every[model.meter_of[roof]].host is None


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
