"""Lawful groups of forty members over a year of quarter hours: under 60 s on two cores, bound printed."""

from time import perf_counter

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.result.groups import Objective
from acc.rules.all_checks import check_perimeter, worst_state
from acc.rules.check import State
from acc.rules.perimeter import Members
from acc.scenario import Regime
from acc.sites import Kind, Participant, Plant, Position
from scenarios.entry.places.geography import members_of
from scenarios.studies.splitting.search_all import split
from tests.perimeter_rules import RULES

STEPS = 35_040
REGIMES = (Regime.KM_2, Regime.KM_20, Regime.EPCI)
LIMIT_S = 60.0
KINDS = (Kind.COMMUNE, Kind.PUBLIC, Kind.COMPANY, Kind.COMPANY)


def district(participants: int, plants: int, seed: int) -> tuple[Members, FloatArray, FloatArray]:
    """Members like those of the district: a third in a town of class 2, the others 15 km around."""
    rng = np.random.default_rng(seed)

    def place() -> dict[str, object]:
        urban = rng.random() < 0.3
        north, east = rng.normal(0.0, 1.2, 2) if urban else rng.uniform(-15.0, 15.0, 2)
        return {
            "position": Position(44.85 + north / 111.1, 0.48 + east / 78.9),
            "density_class": 2 if urban else int(rng.integers(5, 8)),
            "epci": "CAB" if east < 8.0 else "CCPSP",
            "insee": "24001",
        }

    towns = [
        Participant(id=f"m{i:02d}", name=f"m{i:02d}", kind=KINDS[int(rng.integers(4))], **place())
        for i in range(participants)
    ]
    roofs = [
        Plant(
            id=f"p{i:02d}",
            name=f"p{i:02d}",
            kwp=float(rng.choice([100, 250, 500, 900])),
            owner=towns[int(rng.integers(participants))].id,
            **place(),
        )
        for i in range(plants)
    ]
    hour, day = (np.arange(STEPS) % 96) / 4.0, np.arange(STEPS) // 96
    clear = np.maximum(np.sin((hour - 6.0) / 12.0 * np.pi), 0.0) * (0.6 - 0.4 * np.cos(2 * np.pi * day / 365))
    sun = clear * rng.uniform(0.2, 1.0, 365)[day]
    made = np.stack([roof.kwp * 0.25 * rng.uniform(0.9, 1.1) * sun for roof in roofs], axis=1)
    used = np.stack([_load(hour, day, rng) for _member in towns], axis=1)
    return members_of(towns, roofs), used, made


def _load(hour: FloatArray, day: FloatArray, rng: np.random.Generator) -> FloatArray:
    opened = (hour > rng.uniform(5, 9)) & (hour < rng.uniform(15, 22))
    week = (day % 7 < 5) | (rng.random() < 0.4)
    shape = 0.4 + rng.uniform(0.3, 2.0) * (opened & week)
    return rng.lognormal(2.2, 1.0) * shape * rng.uniform(0.7, 1.3, STEPS)


@pytest.mark.parametrize(("participants", "plants"), [(30, 10), (40, 12)])
@pytest.mark.parametrize("objective", list(Objective))
def test_forty_members_are_split_in_under_a_minute(participants, plants, objective):
    members, used, made = district(participants, plants, seed=24)
    start = perf_counter()
    found = split(members, used, made, RULES, REGIMES, objective=objective)
    seconds = perf_counter() - start
    print(
        f"\n{participants} participants, {plants} plants, {objective}: {len(found.groups)} groups, "
        f"{found.shared_kwh / 1e3:.1f} MWh shared, bound {found.bound_kwh / 1e3:.1f} "
        f"(gap {100 * found.gap_ratio:.2f} %), one perimeter {found.single_kwh / 1e3:.1f}, "
        f"{len(found.unplaced)} not placed, {seconds:.1f} s (limit {LIMIT_S:.0f})"
    )
    for group in found.groups:
        states = check_perimeter(members.part(group.sites), group.regime, RULES)
        assert worst_state(states) in {State.MET, State.ON_DEROGATION}
