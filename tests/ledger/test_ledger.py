"""Every person of four operations, held to the cent against a ledger that shares no line with the program."""

import ast
import re
import shutil
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import acc.years.plan_years
from acc.accounts.values import Departures, Money
from acc.exchange import Exchange
from acc.result.result import Result
from scenarios.run import RunParts, run
from tests.effort import few
from tests.ledger import ledger
from tests.ledger.folders import COMMUNE, FIRM, OUTSIDER, written
from tests.ledger.ledger import BEFORE_TAX, BILL_VAT, OUTSIDE, TAX, Book, book_of, worth
from tests.ledger.tables import Facts, facts_by_year, facts_of

CENT = 0.005
EXAMPLE = Path("scenarios/entry/catalogue/bergerac")
CASES = {"example": None, "commune": COMMUNE, "firm": FIRM, "outsider": OUTSIDER}


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders, in which kWh are kept from one price to the next."""
    root = tmp_path_factory.mktemp("ledger")
    for name, tables in CASES.items():
        if tables is None:
            shutil.copytree(EXAMPLE, root / name)
        else:
            written(tables, root / name)
    return {name: root / name for name in CASES}


def opened(folder: Path, price: int, *, leaving: bool = False) -> tuple[Result, Money, list[Facts]]:
    """Run a folder at a local price, and read the facts of the ledger from its tables and its meters.

    Each year is settled: a line between one in six is not to the cent (`test_wear` says how far it strays).
    """
    toml = folder / "operation.toml"
    told = re.sub(r"(?m)^local_eur_per_mwh = \S+", f"local_eur_per_mwh = {price}.0", toml.read_text("utf-8"))
    toml.write_text(re.sub("step_minutes = 15", "step_minutes = 60", told), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(acc.years.plan_years, "LONG_YEARS", 1)
        result = run(folder, ran_on=date(2026, 11, 25), parts=RunParts(departures=leaving))
    meters = result.exchange
    facts = facts_by_year(folder, meters.consumption_kwh, meters.production_kwh, meters.own_use_kwh)
    assert result.money is not None
    return result, result.money, facts


EVERY = pytest.mark.parametrize("price", few(1, [90, 0, 200]))
CASE = pytest.mark.parametrize("case", CASES)


@CASE
@EVERY
def test_every_person_has_each_year_what_the_ledger_says(
    homes: dict[str, Path], case: str, price: int
) -> None:
    _result, money, facts = opened(homes[case], price)
    book = book_of(facts)
    pockets, before_tax = book.balances(), book.balances(but=BEFORE_TAX)
    assert {p.id for p in money.persons} == set(pockets) - set(OUTSIDE)
    for person in money.persons:
        assert person.by_year_eur_ht == pytest.approx(pockets[person.id], abs=CENT), person.id
        assert person.npv_eur_ht == pytest.approx(worth(facts[0], pockets[person.id]), abs=CENT), person.id
        assert person.npv_eur == pytest.approx(worth(facts[0], pockets[person.id]), abs=CENT), person.id
        tax = worth(facts[0], book.line(person.id, TAX))
        assert person.profit_tax_npv_eur == pytest.approx(-tax, abs=CENT), person.id
        # Over the period, which is the first year: before what is built and its tax.
        assert person.gain_by_year_eur_ht == pytest.approx(before_tax[person.id], abs=CENT), person.id
        assert person.gain_eur_ht == pytest.approx(before_tax[person.id][1], abs=CENT), person.id
        assert person.lost_vat_eur == pytest.approx(-book.line(person.id, BILL_VAT)[1], abs=CENT), person.id
    assert money.total is not None
    every = sum(worth(facts[0], pockets[person.id]) for person in money.persons)
    assert money.total.npv_eur_ht == pytest.approx(every, abs=CENT)


@CASE
def test_every_account_outside_has_each_year_what_the_ledger_says(homes: dict[str, Path], case: str) -> None:
    _result, money, facts = opened(homes[case], 90)
    told: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(int(facts[0].finance["horizon_years"]) + 1))
    for entry in money.year_ledger:
        told[entry.receiver] += entry.eur
        told[entry.payer] -= entry.eur
    found = book_of(facts).balances()
    assert set(told) - set(found) == set()
    for account in found:
        assert told[account] == pytest.approx(np.array(found[account]), abs=CENT), account


@CASE
@EVERY
def test_five_in_a_hundred_leave_each_year_and_every_person_has_what_the_ledger_says(
    homes: dict[str, Path], case: str, price: int
) -> None:
    _result, money, facts = opened(homes[case], price)
    churn = next(after for after in money.plans_after if after.case is Departures.CHURN)
    assert churn.churn_ratio == 0.05
    left = book_of(facts, leaving_ratio=0.05).balances()
    told = {person: worth(facts[0], eur) for person, eur in left.items() if person not in OUTSIDE}
    assert churn.persons_npv_eur_ht == pytest.approx(told, abs=CENT)


def without(facts: Facts, gone: set[int], idle: set[int], meters: Exchange, folder: Path) -> Facts:
    """Read the facts again once some sites are out and some plants share nothing: all is sold outside."""
    need, injected = meters.consumption_kwh.copy(), meters.production_kwh.copy()
    need[:, list(gone)], injected[:, list(idle)] = 0.0, 0.0
    left = facts_of(folder, need, injected, meters.own_use_kwh)
    sites = [replace(one, management_eur=0.0) if n in gone else one for n, one in enumerate(left.sites)]
    plants = [
        replace(plant, surplus_kwh=float(meters.production_kwh[:, m].sum())) if m in idle else plant
        for m, plant in enumerate(left.plants)
    ]
    return replace(left, sites=sites, plants=plants)


@pytest.mark.parametrize("case", ["example", "firm", "outsider"])
def test_who_leaves_loses_what_the_ledger_says_and_so_do_all_others(
    homes: dict[str, Path], case: str
) -> None:
    result, _money, facts = opened(homes[case], 90, leaving=True)
    first, meters, people = facts[0], result.exchange, result.scenario
    before = book_of([first]).balances(but=BEFORE_TAX)
    assert {change.id for change in result.persons_leaving} == set(before) - set(OUTSIDE)
    for change in result.persons_leaving:
        gone = {n for n, site in enumerate(first.sites) if site.person == change.id}
        idle = {m for m, plant in enumerate(first.plants) if plant.person == change.id or plant.host in gone}
        if len(gone) == len(people.participants) or len(idle) == len(people.plants):
            gone, idle = set(range(len(people.participants))), set(range(len(people.plants)))
        left = book_of([without(first, gone, idle, meters, homes[case])]).balances(but=BEFORE_TAX)
        moved = {id_: left[id_][1] - before[id_][1] for id_ in before if id_ not in OUTSIDE}
        assert change.own_eur == pytest.approx(-moved.pop(change.id), abs=CENT), change.id
        assert change.others_change_eur == pytest.approx(sum(moved.values()), abs=CENT), change.id
        if moved:
            assert change.worst is not None
            worst = min(moved.values())
            assert change.worst.change_eur == pytest.approx(worst, abs=CENT), change.id
            assert moved[change.worst.id] == pytest.approx(worst, abs=CENT), change.id


@CASE
def test_in_each_year_all_accounts_of_the_ledger_sum_to_nothing(homes: dict[str, Path], case: str) -> None:
    _result, _money, facts = opened(homes[case], 90)
    for leaving in (0.0, 0.05):
        book: Book = book_of(facts, leaving_ratio=leaving)
        years = np.array(list(book.balances().values()))
        assert np.abs(years.sum(axis=0)).max() < 1e-8 * np.abs(years).sum()


def test_at_any_price_everybody_has_the_same_but_for_the_vat_on_it_where_nobody_is_taxed(
    homes: dict[str, Path],
) -> None:
    for case in ("example", "commune"):
        kept = []
        for price in (0, 200):
            _result, money, facts = opened(homes[case], price)
            book = book_of(facts)
            assert money.total is not None
            vat = sum(worth(facts[0], book.line(person.id, BILL_VAT)) for person in money.persons)
            kept.append(money.total.npv_eur_ht - vat)
        assert kept[0] == pytest.approx(kept[1], abs=CENT)


def test_the_ledger_reads_no_module_of_the_program() -> None:
    for path in Path(ledger.__file__).parent.glob("*.py"):
        if path.name.startswith("test_"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
        names += [alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names]
        assert not [
            name for name in names if name.split(".")[0] in {"acc", "profiles", "scenarios", "reports"}
        ]
