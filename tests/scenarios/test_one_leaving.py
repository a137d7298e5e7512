"""Law of leaving: each euro of it is the difference of a person's own ledger between two runs."""

from pathlib import Path

import pytest

from acc.accounts.values import Money
from scenarios.entry.folder.settings import Setting
from scenarios.run import RunParts, run
from tests.effort import few
from tests.scenarios.test_one_value import ON, random_folder

BATTERY = "\n[battery]\nenergy_kwh = 40\npower_kw = 20\nround_trip_ratio = 0.9\n"


def shared_eur(folder: Path, sites: set[str], plants: set[str]) -> dict[str, float]:
    """Return what sharing adds to the gain of each person, by id, some sites and plants being out."""
    rows = [("participants", id_) for id_ in sites] + [("plants", id_) for id_ in plants]
    settings = [Setting(f"{table}.{id_}.active", value=False, place="test") for table, id_ in rows]
    money = run(folder, ran_on=ON, settings=settings).money
    assert isinstance(money, Money)
    return {person.id: person.sharing_eur_ht or 0.0 for person in money.persons}


@pytest.mark.parametrize(
    ("seed", "stores"), few(2, [(1, False), (0, True), (2, False), (3, True), (5, False)])
)
def test_what_a_person_changes_by_leaving_is_what_two_runs_differ_by(
    tmp_path: Path, seed: int, *, stores: bool
) -> None:
    folder = random_folder(tmp_path / "op", seed)
    if stores:
        toml = folder / "operation.toml"
        toml.write_text(toml.read_text("utf-8") + BATTERY, "utf-8")
    result, before = run(folder, ran_on=ON, parts=RunParts(departures=True)), shared_eur(folder, set(), set())
    sites = {site.id for site in result.scenario.participants}
    plants = {plant.id for plant in result.scenario.plants}
    assert result.persons_leaving
    for change in result.persons_leaving:
        gone, idle = (set(change.together_ids) & own for own in (sites, plants))
        after = {} if sites == gone or plants == idle else shared_eur(folder, gone, idle)
        moved = {id_: after.get(id_, 0.0) - eur for id_, eur in before.items() if id_ != change.id}
        assert change.own_eur == pytest.approx(before[change.id], abs=0.01), change.id
        assert change.others_change_eur == pytest.approx(sum(moved.values()), abs=0.01), change.id
        assert change.worst is not None
        assert change.worst.change_eur == pytest.approx(min(moved.values()), abs=0.01), change.id
        assert moved[change.worst.id] == pytest.approx(change.worst.change_eur, abs=0.01), change.id
