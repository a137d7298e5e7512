"""Prices that change on a day: the euros of each year by hand, and what changes nothing."""

from pathlib import Path

import numpy as np
import pytest

from acc.accounts.values import Money
from acc.problem import InputError
from acc.result.result import Result
from scenarios.entry.folder.load import load
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, write_operation
from tests.scenarios.ready.test_plan_years import result_of

LATER = "garage;closes;2040;;0.5\n"
"""A change of kWh far off: with it each year is settled by itself."""

SETS = ("finance.indexation_ratio=0.02", "finance.supply_indexation_ratio=0.03")


def told(folder: Path, rows: str, sets: tuple[str, ...] = SETS, plants: str = PLANTS) -> tuple[Result, Money]:
    result = result_of(folder, rows, sets, plants)
    assert result.money is not None
    assert result.money.plan is not None
    return result, result.money


def savings(money: Money) -> dict[str, np.ndarray]:
    return {one.id: np.array(one.by_year_eur_ht) for one in money.participants if one.by_year_eur_ht}


def test_a_price_of_a_supplier_moves_what_is_spared_from_its_day_by_hand(tmp_path: Path) -> None:
    """Mairie pays 128 EUR/MWh and receives R kWh: from 2030, 20 % more is spared, then by the index."""
    _before, was = told(tmp_path / "a", LATER)
    result, now = told(tmp_path / "b", LATER + "mairie;price;2030;;1.2\n")
    assert result.years is not None
    more = {name: eur - savings(was)[name] for name, eur in savings(now).items()}
    assert all(not eur.any() for name, eur in more.items() if name != "mairie")
    n = [one.id for one in result.scenario.participants].index("mairie")
    for year, eur in enumerate(more["mairie"], start=1):
        received = float(result.years.energies[year - 1].received_kwh[n])
        by_hand = 0.2 * 0.128 * received * 1.03 ** (year - 1) if year >= 5 else 0.0
        assert eur == pytest.approx(by_hand, abs=0.01)  # the cent
    assert now.plan is not None
    assert was.plan is not None
    assert now.plan.npv_eur_ht == pytest.approx(was.plan.npv_eur_ht, abs=1e-6)


def test_a_local_price_goes_from_who_buys_to_who_sells_by_the_days_of_its_year(tmp_path: Path) -> None:
    """105 EUR/MWh times 0.9 from 1 July 2031, 184 days of 365; all that buyers spare, plants lose."""
    _before, was = told(tmp_path / "a", LATER)
    result, now = told(tmp_path / "b", LATER + "opération;price;01/07/2031;;0.9\n")
    assert result.years is not None
    more = sum((eur - savings(was)[name] for name, eur in savings(now).items()), np.zeros(20))
    known = [n for n, one in enumerate(now.participants) if one.by_year_eur_ht]
    for year, eur in enumerate(more.tolist(), start=1):
        received = float(result.years.energies[year - 1].received_kwh[known].sum())
        part = 0.0 if year < 6 else 184 / 365 if year == 6 else 1.0
        assert eur == pytest.approx(0.1 * part * 0.105 * received * 1.02 ** (year - 1), abs=0.01)  # the cent
    sold = now.plan.flows.local_eur_ht - was.plan.flows.local_eur_ht  # type: ignore[union-attr]
    assert sold[6] < 0.0
    assert np.all(np.abs(sold[:6]) < 1e-9)
    assert now.total is not None
    assert was.total is not None
    assert len(known) == len(now.participants) - 1  # of one site the price is unknown


def test_own_use_follows_the_supplier_of_its_host(tmp_path: Path) -> None:
    _before, was = told(tmp_path / "a", LATER)
    result, now = told(tmp_path / "b", LATER + "cave;price;2030;;1.5\n")
    assert result.years is not None
    assert now.plan is not None
    assert was.plan is not None
    more = now.plan.flows.own_use_eur_ht - was.plan.flows.own_use_eur_ht
    m = [one.id for one in result.scenario.plants].index("hangar")
    own_kwh = result.years.by_plant("own_use_kwh")[m]
    by_hand = 0.5 * 0.110 * own_kwh * 1.03 ** np.arange(20.0)
    assert more[5:] == pytest.approx(by_hand[4:], abs=0.01)  # the cent
    assert not more[:5].any()


@pytest.mark.parametrize("later", ["", LATER])
def test_order_a_row_after_the_plan_two_that_undo_each_other_change_nothing(
    tmp_path: Path, later: str
) -> None:
    rows = ["mairie;price;2030;;1.2\n", "operation;price;2031;;0.9\n", "nature:company;price;2032;;1.1\n"]
    _one, one = told(tmp_path / "a", later + "".join(rows), plants=BEHIND_ANOTHERS)
    _two, two = told(tmp_path / "b", "".join(reversed(rows)) + later, plants=BEHIND_ANOTHERS)
    assert [p.by_year_eur_ht for p in two.persons] == [p.by_year_eur_ht for p in one.persons]
    _none, none = told(tmp_path / "c", later)
    for name, more in (("d", "mairie;price;2060;;3\n"), ("e", "cave;price;2030;;2\ncave;price;2030;;0.5\n")):
        _same, same = told(tmp_path / name, later + more)
        for mine, other in zip(same.persons, none.persons, strict=True):
            assert mine.by_year_eur_ht == pytest.approx(other.by_year_eur_ht, abs=1e-9)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("cave;price;2030;;", "ratio", "1.1"),
        ("cave;price;2030;;0", "ratio", "above 0"),
        ("cave;price;2030;;20", "ratio", "20"),
        ("cave;price;2026-07-01;;1.1", "since", "first year"),
        ("cave;price;2024;;1.1", "since", "already"),
        ("hangar;price;2030;;1.1", "what", "site"),
        ("operation;scale;2030;;1.1", "id", "operation"),
    ],
)
def test_what_is_wrong_with_a_price_is_told_at_its_cell(
    tmp_path: Path, row: str, column: str, words: str
) -> None:
    write_operation(tmp_path)
    (tmp_path / "changes.csv").write_text(f"id;what;since;until;ratio\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        load(tmp_path)
    told_at = [f"{one.path} {one.message}" for one in fault.value.problems]
    assert any(f", {column} " in one and words in one for one in told_at), told_at
