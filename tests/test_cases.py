"""Golden cases: a folder holds the energy of a few steps, and what each key must give, with its source.

`input.toml` is the exchange (step by step, kWh), `expected.toml` the outcomes; a new case needs no code.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acc.devices.battery import ServedLast, with_battery
from acc.exchange import exchange_behind_meters
from acc.from_plants import from_plants
from acc.indicators import energy
from acc.keys import KeyContext, build_key
from acc.scenario import Battery
from acc.settle import Key, settle
from acc.sites import Kind, Participant, Plant, SupplyContract
from acc.steps import Steps

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/expected.toml"))
TOLERANCE = 1e-9


def outcomes() -> list[Any]:
    """Return one test a key and case, named after both."""
    found = []
    for folder in CASES:
        given = tomllib.loads((folder / "input.toml").read_text(encoding="utf-8"))
        expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
        for number, outcome in enumerate(expected["outcome"]):
            found.append(pytest.param(given, outcome, id=f"{folder.name}-{number}-{outcome['key']}"))
    return found


def columns(table: Mapping[str, list[float]]) -> np.ndarray:
    return np.array(list(table.values())).T


def series(names: Iterable[str], values: np.ndarray) -> dict[str, list[float]]:
    return {name: values[:, column].tolist() for column, name in enumerate(names)}


def participant(name: str, given: Mapping[str, Any]) -> Participant:
    price = given.get("supply_eur_per_kwh", {}).get(name)
    contract = SupplyContract(energy_eur_per_kwh={} if price is None else {"all": price})
    return Participant(id=name, name=name, kind=Kind.COMPANY, contract=contract)


def same(found: Mapping[str, list[float]], expected: Mapping[str, list[float]]) -> None:
    assert set(found) == set(expected)
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=TOLERANCE, abs=TOLERANCE), name


@pytest.mark.parametrize(("given", "expected"), outcomes())
def test_each_case_gives_what_its_source_says(given: dict[str, Any], expected: dict[str, Any]) -> None:
    members, plants = given["load_kwh"], given["output_kwh"]
    count = len(next(iter(members.values())))
    steps = Steps.between(date(2025, 1, 1), date(2025, 1, 2), 15).part(0, count)
    behind = [
        list(members).index(given["behind"][p]) if p in given.get("behind", {}) else None for p in plants
    ]
    exchange = exchange_behind_meters(steps, columns(members), columns(plants), behind)
    context = KeyContext(
        participants=tuple(participant(name, given) for name in members),
        plants=tuple(
            Plant(id=name, name=name, kwp=1.0, owner=given.get("owner", {}).get(name)) for name in plants
        ),
        consumption_kwh=exchange.consumption_kwh.sum(axis=0),
        distances_km=np.array(given["distances_km"]) if "distances_km" in given else None,
    )
    key: Key = build_key(expected["key"], expected.get("parameters", {}), context)
    if "battery" in given:
        battery = Battery(**given["battery"])
        exchange, key = with_battery(exchange, battery).exchange, ServedLast(key)
        members, plants = [*members, battery.id], [*plants, battery.id]
    allocation = settle(exchange, key)

    same(series(members, allocation.received_kwh), expected["received_kwh"])
    same(series(plants, allocation.surplus_kwh), expected["surplus_kwh"])
    if "complement_kwh" in expected:
        complement = exchange.consumption_kwh - allocation.received_kwh
        same(series(members, complement), expected["complement_kwh"])
    if "own_use_kwh" in expected:
        same(series(plants, exchange.own_use_kwh), expected["own_use_kwh"])
    if "pairs_kwh" in expected:
        whole = np.zeros(count, dtype=np.int64)
        pairs = from_plants(exchange.production_kwh, allocation.finest_kwh, whole, 1)[0]
        for row, plant in enumerate(plants):
            found = dict(zip(members, pairs[row].tolist(), strict=True))
            assert found == pytest.approx(expected["pairs_kwh"][plant], rel=TOLERANCE, abs=TOLERANCE)
    for name in ("autoconsommation_ratio", "autoproduction_ratio"):
        if name in expected:
            assert getattr(energy(exchange, allocation), name) == pytest.approx(expected[name], rel=TOLERANCE)


def test_every_case_names_its_source_and_how_sure_it_is() -> None:
    assert CASES
    for folder in CASES:
        given = tomllib.loads((folder / "input.toml").read_text(encoding="utf-8"))
        assert given["title"]
        assert given["source"]
        assert given["confidence"] in {"H", "M", "L"}
