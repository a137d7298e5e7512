"""Folders in which all is usual: nothing is doubted, whatever their size and their sites."""

from pathlib import Path
from random import Random

import pytest

from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.load import load
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KeptStore
from tests.scenarios.operation import OPERATION

HOURS = {
    "town-hall": ("commune", 800, 1900),
    "primary-school": ("commune", 600, 1300),
    "sports-hall": ("commune", 700, 1200),
    "swimming-pool": ("epci", 1500, 2000),
    "office": ("company", 500, 1500),
    "workshop": ("company", 900, 1400),
    "supermarket": ("company", 2000, 3200),
    "cold-store": ("company", 2400, 3200),
    "care-home": ("association", 1500, 2700),
    "hotel-restaurant": ("company", 1200, 1900),
    "wastewater-plant": ("public", 1900, 3100),
}
"""By profile, who has one, and hours of use of the subscribed power: as in operations that were looked at."""

POWERS = (9, 12, 15, 18, 24, 30, 36, 42, 60, 72, 84, 96, 120, 160, 210, 240)
STORE = KeptStore(None, most=3000, most_bytes=300_000_000)


def write_sound(folder: Path, seed: int) -> Path:
    """Write an operation of 5 to 14 sites and 1 to 4 roofs, some behind a meter."""
    rng, folder = Random(seed), folder / str(seed)
    folder.mkdir()
    (folder / "operation.toml").write_text(OPERATION.partition("[keys")[0] + PRICES, encoding="utf-8")
    sites = ["id;name;kind;person;latitude;longitude;commune;kva;supply_eur_per_mwh;profile;annual_kwh"]
    with_persons, persons = rng.random() < 0.5, {"ville": "commune"}
    count, hosts = rng.randint(5, 14), {}
    for n in range(count):
        profile, (kind, low, high) = rng.choice(list(HOURS.items()))
        kva = rng.choice([one for one in POWERS if one >= 36 or low < 1200])  # no cold store of 9 kVA
        person = "ville" if kind == "commune" else f"m{n}"
        persons[person] = kind
        latitude, longitude = 44.84 + rng.random() / 100, 0.48 + rng.random() / 100
        where = f"{latitude:.5f};{longitude:.5f};Bergerac"
        price = round((118 if kva > 36 else 132) * rng.uniform(0.85, 1.2))
        kwh = round(kva * rng.uniform(low, high), -rng.randint(0, 2))
        said = person if with_persons else ""
        hosts[f"s{n}"] = (said, latitude, longitude)
        sites.append(f"s{n};Site {n};{kind};{said};{where};{kva};{price};{profile};{kwh:.0f}")
    plants = ["id;name;kind;person;latitude;longitude;commune;kwp;capex_eur;inverter_kva;behind"]
    for n in range(rng.randint(1, 4)):
        kwp, host = rng.choice((9, 36, 99.5, 180, 240)), f"s{rng.randrange(count)}"
        where = f"{44.84 + rng.random() / 100:.5f};{0.48 + rng.random() / 100:.5f};Bergerac"
        costs = f"{kwp * rng.uniform(800, 1500):.0f};{kwp * rng.uniform(0.75, 1.0):.0f}"
        behind = host if kwp <= 36 and rng.random() < 0.5 else ""
        owner = "ville" if with_persons else ""
        if behind:  # its host's, beside it: another's has a price, and no wire is so long
            owner, latitude, longitude = hosts[behind]
            where = f"{latitude + n / 5000:.5f};{longitude:.5f};Bergerac"
        plants.append(f"p{n};Toit {n};roof;{owner};{where};{kwp};{costs};{behind}")
    (folder / "participants.csv").write_text("\n".join(sites), encoding="utf-8")
    (folder / "plants.csv").write_text("\n".join(plants), encoding="utf-8")
    if with_persons:
        lines = ["id;name;kind", *(f"{person};Membre {person};{kind}" for person, kind in persons.items())]
        (folder / "persons.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


PRICES = """
[prices]
local_eur_per_mwh = 96
surplus = 45
"""


def check(tmp_path: Path, seed: int) -> None:
    scenario = open_operation(write_sound(tmp_path, seed), cache=STORE)[0].scenario
    assert not dict(scenario.doubted)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_doubted_where_all_is_usual(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4, 54))
def test_nothing_is_doubted_in_fifty_more(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.shared
def test_the_worked_operations_are_doubted_of_nothing_new(shared_data: Path) -> None:
    kinds = {"plants.ombrieres-supermarche.kind", "plants.hangar-cave-gardonne.kind"}
    for name, known in {"op40": kinds, "commune": set[str]()}.items():
        scenario = open_operation(shared_data / name, cache=STORE)[0].scenario
        assert set(scenario.doubted) == known, name


def test_the_example_is_doubted_of_nothing(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "op")
    assert not dict(load(tmp_path / "op").doubted)
