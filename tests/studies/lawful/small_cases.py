"""Small operations made at random, and every lawful plan of them: what a search is judged by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from acc.arrays import FloatArray
from acc.exchange import exchange_behind_meters
from acc.sites import Kind, Participant, Plant, Position, SupplyContract
from scenarios.entry.folder.load import load
from scenarios.entry.places.geography import members_of
from scenarios.operation.ready.operation import Operation
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.lawful.evaluate import LOSES_EUR, GroupValues, PlanRules, SharingGroup, powers_of_meter
from scenarios.studies.lawful.law import GroupLaw, law_of
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel, group_model
from tests.perimeter_rules import RULES
from tests.scenarios.operation import write_operation

KM_PER_DEGREE = 111.13


@dataclass(frozen=True)
class Case:
    """A small operation and what weighs its groups."""

    operation: Operation
    model: GroupModel
    law: GroupLaw


def random_case(
    where: Path, seed: int, sites: int, roofs: int = 3, fee: float = 1000.0, *, recovered: bool = False
) -> Case:
    """Members spread over 12 km, one in five in class 2, one roof behind a meter, prices of each its own."""
    rng = np.random.default_rng(seed)
    scenario = load(write_operation(where / str(seed)))
    towns = tuple(random_town(rng, n) for n in range(sites))
    if recovered:  # VAT of all
        known = [replace(town.contract, recovers_vat=True) for town in towns]
        towns = tuple(replace(town, contract=one) for town, one in zip(towns, known, strict=True))
    plants = tuple(random_roof(rng, towns, m, behind=m == 0) for m in range(roofs))
    scenario = replace(
        scenario,
        participants=towns,
        plants=plants,
        prices=replace(scenario.prices, pmo_eur_per_year=fee),
    )
    steps = scenario.steps
    hours = np.arange(steps.count)
    sun = np.maximum(np.sin((hours % 24 - 6) / 12 * np.pi), 0.0) * rng.uniform(0.2, 1.0, steps.count)
    output = np.array([plant.kwp * sun for plant in plants]).T
    shape = 1.0 + rng.uniform(-0.9, 0.9, sites) * np.cos(
        (hours[:, None] % 24 - rng.uniform(0, 24, sites)) / 12 * np.pi
    )
    load_kwh = shape * rng.lognormal(2.0, 1.2, sites) * rng.uniform(0.7, 1.3, (steps.count, sites))
    index = {town.id: n for n, town in enumerate(towns)}
    exchange = exchange_behind_meters(steps, load_kwh, output, [index.get(p.behind or "") for p in plants])
    operation = Operation(
        scenario, where, exchange, members_of(towns, plants), tariffs_of(scenario, exchange)
    )
    return Case(operation, group_model(operation, (1.0, 0.75)), law_of(operation.members, RULES))


def random_town(rng: np.random.Generator, n: int) -> Participant:
    kinds = [Kind.COMMUNE, Kind.PUBLIC, Kind.COMPANY, Kind.COMPANY]
    return Participant(
        id=f"m{n}",
        name=f"m{n}",
        kind=kinds[int(rng.integers(4))],
        position=_spot(rng),
        contract=SupplyContract(
            subscribed_kva=(60.0,),
            turpe="BTSUP-CU",
            energy_eur_per_kwh={"all": float(rng.uniform(0.095, 0.15))},
        ),
        **_place(rng),
    )


def random_roof(rng: np.random.Generator, towns: tuple[Participant, ...], m: int, *, behind: bool) -> Plant:
    owner = towns[int(rng.integers(len(towns)))]
    behind = behind and rng.random() < 0.7
    spot = {"position": owner.position, "density_class": owner.density_class, "epci": owner.epci}
    place = spot | {"insee": owner.insee} if behind else {"position": _spot(rng), **_place(rng)}
    kwp = float(rng.choice([30.0, 90.0, 200.0]))
    return Plant(
        id=f"p{m}", name=f"p{m}", kwp=kwp, owner=owner.id, behind=owner.id if behind else None, **place
    )


def _spot(rng: np.random.Generator) -> Position:
    north, east = rng.uniform(0.0, 9.0, 2)
    return Position(44.8 + north / KM_PER_DEGREE, 0.5 + east / 79.0)


def _place(rng: np.random.Generator) -> dict[str, object]:
    return {
        "density_class": int(rng.choice([2, 5, 6, 7, 6])),
        "epci": str(rng.choice(["CAB", "CCPSP"])),
        "insee": "24001",
    }


def every_group(case: Case, values: GroupValues, rules: PlanRules) -> list[SharingGroup]:
    """Return all groups that may be founded."""
    model = case.model
    choices = [[NOT_BUILT, *model.powers_of(m)] for m in range(model.roofs)]
    found = []
    for powers in product(*choices):
        roofs = tuple((m, power) for m, power in enumerate(powers) if power != NOT_BUILT)
        if not roofs:
            continue
        for sites in range(1, 1 << model.sites):
            group = SharingGroup(sites, roofs)
            if rules.regime(group) is not None and values.value(group).sites_eur >= 0.0:
                found.append(group)
    return found


def best_plan(case: Case, values: GroupValues, rules: PlanRules) -> tuple[int, float]:
    """Return the losers and the value of the best plan of all, by trying each."""
    groups = every_group(case, values, rules)
    best = (10**9, -np.inf)
    for chosen in _packings(groups, rules.request.most):
        total = np.zeros((2, len(case.model.persons)))
        for group in chosen:
            total = total + values.value(group).persons_eur
        for persons in _with_roofs(case, chosen, total, rules.request.without):
            value = float(persons[0].sum())
            losers = int((persons.min(axis=0) < -LOSES_EUR).sum()) if rules.request.no_loser else 0
            best = min(best, (losers, -value)) if best[1] != -np.inf else (losers, -value)
    return best[0], -best[1]


def _packings(groups: list[SharingGroup], most: int) -> Iterator[tuple[SharingGroup, ...]]:
    pile: list[tuple[int, int, int, tuple[SharingGroup, ...]]] = [(0, 0, 0, ())]
    while pile:
        start, sites, roofs, chosen = pile.pop()
        yield chosen
        if len(chosen) == most:
            continue
        for at in range(start, len(groups)):
            own = sum(1 << m for m, _power in groups[at].roofs)
            if not groups[at].sites & sites and not own & roofs:
                pile.append((at + 1, sites | groups[at].sites, roofs | own, (*chosen, groups[at])))


def _with_roofs(
    case: Case, chosen: tuple[SharingGroup, ...], total: FloatArray, without: int
) -> Iterator[FloatArray]:
    """Yield what persons have with each choice of the roofs that are in no group."""
    model = case.model
    power = {m: p for group in chosen for m, p in group.roofs}
    inside = {n for group in chosen for n in range(model.sites) if group.sites >> n & 1}
    choices = []
    for at, meter in enumerate(model.meters.every):
        held = tuple(power.get(m, NOT_BUILT) for m in meter.roofs)
        if meter.host in inside or any(one != NOT_BUILT for one in held):
            choices.append([held])
        else:
            choices.append(powers_of_meter(model, at, without))
    for states in product(*choices):
        found = total
        for at, powers in enumerate(states):
            if any(one != NOT_BUILT for one in powers):
                found = found + model.meters.built(at, powers).alone_eur
        yield found
