"""A roof of another power is worth what the folder typed anew with it is worth, to the millionth."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest

from acc.accounts.values import Money
from acc.result.result import Result
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_ask, read_question
from scenarios.run import RunParts, run
from tests.effort import few
from tests.scenarios.operation import write_operation

DAYS = {"end = 2027-01-01": "end = 2026-01-04"}
PER_KWP = {
    "inverter_kva": (0.7, 1.1),
    "capex_eur": (700.0, 1500.0),
    "connection_eur": (20.0, 300.0),
    "opex_eur_per_year": (8.0, 30.0),
    "insurance_eur_per_year": (1.0, 6.0),
    "inverter_eur": (60.0, 200.0),
    "grant_eur": (20.0, 200.0),
}
WHOLE = {"rent_eur_per_year": (100.0, 900.0), "injection_turpe_eur_per_year": (300.0, 900.0)}
BOUNDS_KWP = (3.0, 9.0, 36.0, 100.0, 250.0, 500.0, 1000.0, 3000.0)
PLACES = {
    "gymnase": "gymnase;Gymnase;commune;44.8455;0.4835;24037;",
    "hangar": "hangar;Hangar;cave;44.8425;0.4968;24037;",
}


def write_plants(folder: Path, roofs: dict[str, dict[str, float]], behind: str = "") -> None:
    """Write `plants.csv`: of each roof its power and what it states."""
    columns = list(dict.fromkeys(name for roof in roofs.values() for name in roof))
    rows = [";".join(["id;name;owner;latitude;longitude;insee;behind", *columns])]
    for name, roof in roofs.items():
        own = behind if name == "hangar" else ""
        rows.append(";".join([PLACES[name] + own, *(repr(roof[c]) if c in roof else "" for c in columns)]))
    (folder / "plants.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def typed_anew(roof: dict[str, float], kwp: float) -> dict[str, float]:
    """Return what a person types for another power: so much a kWp, the law's figures on their side alone."""
    before, times = roof["kwp"], kwp / roof["kwp"]
    new = {name: value * times if name in PER_KWP else value for name, value in roof.items()}
    new["kwp"] = kwp
    if "ifer_eur_per_year" in roof:
        new["ifer_eur_per_year"] = roof["ifer_eur_per_year"] * times
        if (before >= 100.0) != (kwp >= 100.0):
            del new["ifer_eur_per_year"]
    kva = [min(one["kwp"], one.get("inverter_kva", one["kwp"])) for one in (roof, new)]
    if any((kva[0] > bound) != (kva[1] > bound) for bound in (36.0, 250.0)):
        new.pop("injection_turpe_eur_per_year", None)
    return new


def drawn_roof(random: Random) -> dict[str, float]:
    roof = {"kwp": round(random.choice(BOUNDS_KWP[1:6]) * random.choice([0.6, 1.0, 1.4]), 1)}
    for name, ends in PER_KWP.items():
        if random.random() < 0.6:
            roof[name] = round(roof["kwp"] * random.uniform(*ends), 2)
    for name, ends in WHOLE.items():
        if random.random() < 0.5:
            roof[name] = round(random.uniform(*ends), 2)
    if random.random() < 0.5:
        roof["ifer_eur_per_year"] = round(3.5 * roof["kwp"], 2) if roof["kwp"] >= 100.0 else 0.0
    return roof


def figures(result: Result) -> dict[str, Any]:
    """Return all euros that rest on a plant: everybody's, each person's, each plan's, and the kWh."""
    money = result.money
    assert isinstance(money, Money)
    assert money.total is not None
    return {
        "total": money.total.npv_eur_ht,
        "persons": [one.npv_eur_ht for one in money.persons],
        "years": [list(one.by_year_eur_ht) for one in money.persons],
        "plans": [one.npv_eur_ht for one in money.plans],
        "invested": [one.capex_eur_ht + one.connection_eur_ht for one in money.plans],
        "made": result.energy.production_kwh,
    }


def asked(folder: Path, *powers: str, sets: tuple[str, ...] = (), variant: str | None = None) -> Result:
    settings = read_question(sets, (), powers)
    return run(
        folder,
        ran_on=date(2026, 9, 1),
        variant=variant,
        settings=settings,
        parts=RunParts(other_keys=(), advice=False),
    )


@pytest.mark.parametrize("seed", few(6, range(24)))
def test_a_roof_of_another_power_is_worth_what_the_folder_typed_anew_is(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    surplus = random.choice(['"oa-2026-06"', '"oa-2026-t1"', '"ao-petit-pv-2025"', "45.0"])
    folder = write_operation(tmp_path / "op", **DAYS, **{'surplus = "oa-2026-06"': f"surplus = {surplus}"})
    roofs = {"gymnase": drawn_roof(random), "hangar": drawn_roof(random)}
    behind = random.choice(["", "cave"])
    moved = {
        name: random.choice(BOUNDS_KWP) + random.choice([-0.1, 0.0, 0.1])
        for name in random.sample(list(roofs), random.choice([1, 2]))
    }
    write_plants(folder, roofs, behind)
    words = [f"{name}={kwp!r}" for name, kwp in moved.items()]
    by_option = figures(asked(folder, *words))
    variant = "\n".join(f'"plants.{name}.kwp" = {kwp!r}' for name, kwp in moved.items())
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    text += f'\n[[variants]]\nname = "autre"\n{variant}\n'
    (folder / "operation.toml").write_text(text, encoding="utf-8")
    by_variant = figures(asked(folder, variant="autre"))
    write_plants(folder, {n: typed_anew(r, moved[n]) if n in moved else r for n, r in roofs.items()}, behind)
    anew = figures(asked(folder))
    for found in (by_option, by_variant):
        for name, value in anew.items():
            assert found[name] == (
                [pytest.approx(row, abs=1e-6) for row in value]
                if name == "years"
                else pytest.approx(value, abs=1e-6)
            )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_operation(tmp_path / "op", **DAYS)
    write_plants(made, {"gymnase": {"kwp": 90.0, "capex_eur": 99_000.0, "rent_eur_per_year": 500.0}})
    return made


def plant_of(folder: Path, text: str, variant: str | None = None) -> tuple[float, float | None]:
    (plant,) = load(folder, settings=read_ask(text) if text else (), variant=variant).plants
    assert plant.costs is not None
    return plant.kwp, plant.costs.capex_eur


def test_what_is_typed_beside_the_power_is_kept_whatever_the_order(folder: Path) -> None:
    for text in (
        "plants.gymnase.capex_eur=50000 kwp.gymnase=180",
        "kwp.gymnase=180 plants.gymnase.capex_eur=50000",
    ):
        assert plant_of(folder, text) == (180.0, 50_000.0)
    both = '\n[[variants]]\nname = "devis"\n"plants.gymnase.capex_eur" = 150000\n"plants.gymnase.kwp" = 180\n'
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write(both)
    assert plant_of(folder, "", variant="devis") == (180.0, 150_000.0)
    # Over the variant, its quote is that of its own power.
    assert plant_of(folder, "kwp.gymnase=90", variant="devis") == (90.0, 75_000.0)
    (sentence,) = [
        n for n in load(folder, settings=read_ask("kwp.gymnase=90"), variant="devis").notes if "kWp" in n
    ]
    assert "90 kWp in place of 180" in sentence
    assert "150,000 → 75,000" in sentence


def test_a_sentence_says_what_followed_and_from_what(folder: Path) -> None:
    notes = load(folder, settings=read_ask("kwp.gymnase=180")).notes
    assert (
        "Gymnase: 180 kWp in place of 90, and what the folder states with it. In proportion: investment "
        "99,000 → 198,000\u00a0EUR. The same: rent."
    ) in notes
    unchanged = load(folder, settings=read_ask("kwp.gymnase=90"))
    assert unchanged.notes == load(folder).notes
    assert unchanged.plants == load(folder).plants


def test_a_measured_production_does_not_follow_and_it_is_said(folder: Path) -> None:
    (folder / "curves").mkdir(exist_ok=True)
    (folder / "curves" / "toit.csv").write_text("date;kWh\n", encoding="utf-8")
    path = folder / "plants.csv"
    for costs in ("", ";99000"):
        rows = ["id;kwp;curve;latitude;longitude;insee", "gymnase;90;toit.csv;44.8455;0.4835;24037"]
        path.write_text(f"{rows[0]}{';capex_eur' if costs else ''}\n{rows[1]}{costs}\n", encoding="utf-8")
        said = "Its production stays that of its curve: give the curve of this power."
        (note,) = [n for n in load(folder, settings=read_ask("kwp.gymnase=180")).notes if said in n]
        assert note.startswith("gymnase: 180 kWp in place of 90")
        assert ("198,000" in note) is bool(costs)
        assert not any(said in n for n in load(folder).notes)


def test_a_cell_that_cannot_be_read_is_told_where_it_stands(folder: Path) -> None:
    text = (folder / "plants.csv").read_text(encoding="utf-8").replace("99000.0", "99 000,50")
    (folder / "plants.csv").write_text(text, encoding="utf-8")
    assert plant_of(folder, "kwp.gymnase=180") == (180.0, 198_001.0)
    scenario = load(folder, settings=read_ask("kwp.gymnase=180"))
    assert replace(scenario.plants[0], costs=None) == replace(load(folder).plants[0], costs=None, kwp=180.0)
