"""Laws of one value: persons sum to every total, the ledger to each person, the first year to one gain."""

import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.accounts.values import Departures
from acc.ledger.sums import Entry
from acc.result.outcomes import gains_eur_ht, outcomes, outcomes_in
from acc.result.result import Result
from acc.sides import side
from reports.data.results import TOTAL
from scenarios.run import RunParts, run
from tests.effort import few
from tests.ledger.folders import FIRM, OUTSIDER, written

ON = date(2026, 11, 25)
CHANGES = "id;what;since;until;ratio\nmairie;scale;2029;;{ratio}\noperation;price;2031;;0.9\n"


def random_folder(folder: Path, seed: int) -> Path:
    """Write a firm with neighbours, or a third party's roofs, VAT, taxes, prices and changes at random."""
    draw = random.Random(seed)
    tables = dict(draw.choice([FIRM, OUTSIDER]))
    persons = tables["persons.csv"]
    for word in ("recovered", "lost"):
        persons = persons.replace(word, draw.choice(["recovered", "lost", "fctva"]), 1)
    tables["persons.csv"] = persons.replace("0.25", draw.choice(["0.15", "0.25", ""]))
    price = draw.choice([0, 60, 90, 140])
    tables["operation.toml"] = tables["operation.toml"].replace("= 90.0", f"= {price}.0", 1)
    if draw.random() < 0.6:
        tables["changes.csv"] = CHANGES.format(ratio=draw.choice([0.5, 1.4]))
    # Who recovers VAT is said by persons alone.
    sites = tables["participants.csv"].replace(";oui;", ";;").replace(";non;", ";;")
    tables["participants.csv"] = sites.replace(";oui\n", ";\n").replace(";non\n", ";\n")
    return written(tables, folder)


@pytest.fixture(scope="module", params=few(3, range(8)))
def result(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = random_folder(tmp_path_factory.mktemp("one") / "op", request.param)
    return run(folder, ran_on=ON, parts=RunParts(ranges_folder=None))


def test_persons_sum_to_every_total_and_entries_to_each_person(result: Result) -> None:
    money = result.money
    assert money is not None
    assert money.total is not None
    assert money.plan_terms is not None
    worth = money.plan_terms.discounting
    pockets: dict[str, np.ndarray] = {person.id: np.zeros(len(worth)) for person in money.persons}
    entry: Entry[np.ndarray]
    for entry in money.year_ledger:
        for who, eur in ((entry.receiver, entry.eur), (entry.payer, -entry.eur)):
            if who in pockets:
                pockets[who] += eur
    for person in money.persons:
        assert person.by_year_eur_ht == pytest.approx(pockets[person.id], abs=1e-6)
        assert person.npv_eur_ht == pytest.approx(float(pockets[person.id] @ worth), abs=1e-6)
        assert person.npv_eur == person.npv_eur_ht
    for name in ("npv_eur_ht", "full_accise_npv_eur_ht", "gain_eur_ht", "without_sharing_npv_eur_ht"):
        parts = [getattr(person, name) for person in money.persons]
        if None not in parts:
            assert getattr(money.total, name) == pytest.approx(sum(parts), abs=1e-6), name
    assert "npv_eur_ht" in TOTAL.words.split()
    for after in money.plans_after:
        if after.case is Departures.CHURN:
            assert set(after.persons_npv_eur_ht) == set(pockets)


def test_the_first_year_has_one_gain_before_tax_in_every_table(result: Result) -> None:
    money = result.money
    assert money is not None
    assert money.total is not None
    assert money.total.gain_by_year_eur_ht[1] == pytest.approx(money.total.gain_eur_ht, abs=0.01)
    assert gains_eur_ht(money)[1] == pytest.approx(money.total.gain_eur_ht, abs=0.01)
    for person in money.persons:
        assert person.gain_by_year_eur_ht[1] == pytest.approx(person.gain_eur_ht, abs=0.01), person.id
        assert side(person.gain_by_year_eur_ht[1]) is side(person.gain_eur_ht)
    if result.years is not None:
        first, told = outcomes_in(result, 1), outcomes(result)
        assert first.together.gain_eur_ht == pytest.approx(told.together.gain_eur_ht, abs=0.01)
