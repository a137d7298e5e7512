"""A plan whose years differ: its kWh, its euros, what a staged plant costs, and what changes nothing."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acc.accounts.values import Money
from acc.result.result import Result
from acc.rules.perimeter import who_leaves
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.plan_years import broken_later
from scenarios.run import RunParts, run
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, write_operation

ON = date(2026, 11, 29)


def result_of(folder: Path, rows: str = "", sets: tuple[str, ...] = (), plants: str = "") -> Result:
    write_operation(folder)
    if rows:
        (folder / "changes.csv").write_text(f"id;what;since;until;ratio\n{rows}", encoding="utf-8")
    if plants:
        (folder / "plants.csv").write_text(plants, encoding="utf-8")
    return run(folder, ran_on=ON, settings=read_question(sets), parts=RunParts(advice=False))


def money_of(folder: Path, *given: Any) -> Money:
    found = result_of(folder, *given).money
    assert found is not None
    assert found.plan is not None
    return found


@pytest.mark.parametrize(
    "sets", [(), ("finance.tax_ratio=0.25", "finance.debt_ratio=0.6", "prices.supply_ratio=1.1")]
)
def test_years_that_are_all_the_same_are_the_plan_of_one(tmp_path: Path, sets: tuple[str, ...]) -> None:
    same = ("finance.degradation_ratio=0", "finance.supply_indexation_ratio=0.02", *sets)
    one = money_of(tmp_path / "a", "", same, BEHIND_ANOTHERS)
    every = money_of(tmp_path / "b", "bureau;scale;2030;;1\n", same, BEHIND_ANOTHERS)
    assert every.plan is not None
    assert one.plan is not None
    assert every.plan.npv_eur_ht == pytest.approx(one.plan.npv_eur_ht, abs=0.005)
    assert every.plan.break_even_local_eur_per_kwh == pytest.approx(one.plan.break_even_local_eur_per_kwh)
    for mine, other in zip(every.persons, one.persons, strict=True):
        assert mine.npv_eur_ht == pytest.approx(other.npv_eur_ht, abs=0.005)
        assert mine.without_sharing_npv_eur_ht == pytest.approx(other.without_sharing_npv_eur_ht, abs=0.005)
        assert mine.full_accise_npv_eur_ht == pytest.approx(other.full_accise_npv_eur_ht, abs=0.005)
    bounds = [
        [bound.eur_per_kwh for bound in (*found.plan_corridor.floors, *found.plan_corridor.ceilings)]
        for found in (one, every)
        if found.plan_corridor is not None
    ]
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-9)


def test_a_year_is_what_a_folder_typed_by_hand_gives(tmp_path: Path) -> None:
    rows = "ecole;scale;2030;;0.5\nbureau;leaves;2031;\ngymnase;closes;2033\n"
    years = result_of(tmp_path / "a", rows, ("finance.degradation_ratio=0", "key.name=equal"))
    asked = ("participants.ecole.annual_kwh=44000", "participants.bureau.active=non", "key.name=equal")
    typed = result_of(tmp_path / "b", "", (*asked, "finance.degradation_ratio=0"))
    assert years.years is not None
    assert typed.money is not None
    assert years.money is not None
    sixth = years.years.energies[5]  # 2031
    assert sixth.received_kwh.sum() == pytest.approx(typed.energy.received_kwh.sum(), rel=1e-9)
    np.testing.assert_allclose(sixth.surplus_kwh, typed.energy.surplus_kwh, rtol=1e-9, atol=1e-9)
    savings = {one.id: one.by_year_eur_ht for one in years.money.participants}
    for one in typed.money.participants:
        if one.by_year_eur_ht:
            assert savings[one.id][5] == pytest.approx(one.by_year_eur_ht[5], abs=0.005)
    last = years.years.energies[7]  # 2033: the roof of the gymnasium is gone
    assert last.production_kwh[0] == 0.0


def test_who_is_out_pays_nothing_more_and_is_not_told_to_lose(tmp_path: Path) -> None:
    found = money_of(tmp_path, "garage;leaves;2031;\nfoyer;joins;2029;\necole;leaves;2030-07-01;\n")
    years = {one.id: np.array(one.by_year_eur_ht) for one in found.participants if one.by_year_eur_ht}
    assert (years["garage"][:5] != 0.0).all()
    assert (years["garage"][5:] == 0.0).all()
    assert (years["foyer"][:3] == 0.0).all()
    assert (years["foyer"][3:] != 0.0).all()
    assert years["ecole"][4] != 0.0  # half of 2030
    lost = {one.id: one.loses_from_year for one in found.participants}
    assert lost["garage"] is None
    assert lost["ecole"] is None


def test_a_use_adds_its_kwh_from_its_day_and_a_scale_after_it_takes_it_too(tmp_path: Path) -> None:
    write_operation(tmp_path)
    rows = "id;what;since;ratio;kwh\nbureau;use;2028;;8760\nbureau;scale;2030;0.5;\n"
    rows += "mairie;cooling;2028-07-01;;9000\n"
    (tmp_path / "changes.csv").write_text(rows, encoding="utf-8")
    years = run(tmp_path, ran_on=ON, parts=RunParts(advice=False)).years
    assert years is not None
    need = [energy.consumption_kwh for energy in years.energies]
    assert [float(year[5]) for year in need[:5]] == pytest.approx([18_000, 18_000, 26_760, 26_760, 13_380])
    assert float((need[3] - need[0])[0]) == pytest.approx(9_000.0)
    assert 0.0 < float((need[2] - need[0])[0]) < 9_000.0  # from its day


def test_a_staged_roof_is_paid_contracted_and_worn_from_its_own_start(tmp_path: Path) -> None:
    stated = ("finance.inverter_year=3", "finance.degradation_ratio=0.01", "finance.inverter_eur_per_kwp=100")
    costs = tuple(
        f"plants.gymnase.{name}={eur}" for name, eur in (("capex_eur", 90000), ("connection_eur", 5000))
    )
    now = money_of(tmp_path / "a", "bureau;scale;2030;;1\n", (*stated, *costs))
    late = money_of(tmp_path / "b", "gymnase;starts;2029\n", (*stated, *costs))
    assert now.plan_terms is not None
    assert late.plan_terms is not None
    ours, theirs = (found.plan_terms.flows(found.plant_income) for found in (late, now))  # type: ignore[union-attr, arg-type]
    for line in ("investment_eur_ht", "inverter_eur_ht"):
        mine, other = getattr(ours, line)[0], getattr(theirs, line)[0]
        grown = mine[3:] / np.where(other[:-3] == 0.0, 1.0, other[:-3])
        assert (mine[:3] == 0.0).all()
        assert ((grown != 0.0) == (other[:-3] != 0.0)).all()
    assert ours.investment_eur_ht[0][3] == -95_000.0
    np.testing.assert_allclose(ours.production_kwh[0][4:], theirs.production_kwh[0][1:-3], rtol=1e-9)
    assert (ours.production_kwh[0][:4] == 0.0).all()
    assert late.plan_terms.contract_eur_per_kwh[0][4] == now.plan_terms.contract_eur_per_kwh[0][1]
    # A hand sheet of its twenty years.
    assert late.plan is not None
    sheet = sum(float(getattr(late.plan.flows, name) @ late.plan_terms.discounting) for name in LINES)
    assert late.plan.npv_eur_ht == pytest.approx(sheet, abs=0.01)


def test_a_staged_roof_is_worth_what_a_sheet_of_twenty_rows_says(tmp_path: Path) -> None:
    stated = {
        "capex_eur": 90_000,
        "connection_eur": 5_000,
        "inverter_eur": 9_000,
        "opex_eur_per_year": 1_500,
        "insurance_eur_per_year": 400,
        "rent_eur_per_year": 0,
        "injection_turpe_eur_per_year": 90,
        "ifer_eur_per_year": 0,
        "life_years": 30,
    }
    asked = (
        *(f"plants.gymnase.{name}={eur}" for name, eur in stated.items()),
        *("plants.hangar.active=non", "prices.surplus=60", "finance.inverter_year=3"),
        *("finance.opex_indexation_ratio=0", "finance.degradation_ratio=0.01"),
    )
    found = result_of(tmp_path, "gymnase;starts;2029\necole;scale;2033;;2\n", asked)
    assert found.years is not None
    assert found.money is not None
    assert found.money.plan is not None
    sheet = []
    for year, kwh in enumerate(found.years.energies, start=1):
        made = kwh.production_kwh[0]
        assert made == pytest.approx(
            0.0 if year < 4 else found.years.energies[3].production_kwh[0] * 0.99 ** (year - 4)
        )
        eur = 0.105 * kwh.received_kwh.sum() + 0.060 * (made - kwh.received_kwh.sum())
        eur -= (1_500 + 400 + 90) * (year >= 4) + 95_000 * (year == 3) + 9_000 * (year == 6)
        sheet.append(eur / 1.04**year)
    assert found.money.plan.npv_eur_ht == pytest.approx(sum(sheet), abs=0.01)


def test_panels_that_are_added_are_a_plant_beside_that_starts_and_not_there_before(tmp_path: Path) -> None:
    head = "id;what;since;kwp;capex_eur\n"
    plant = "gymnase-2029;Gymnase 2;commune;44.8455;0.4835;24037;30;12;165;\n"

    def found(folder: Path, rows: str, plants: str = PLANTS, *asked: str) -> Result:
        write_operation(folder)
        (folder / "changes.csv").write_text(head + rows, encoding="utf-8")
        (folder / "plants.csv").write_text(plants, encoding="utf-8")
        return run(folder, ran_on=ON, settings=read_question(asked), parts=RunParts(advice=False))

    grown = found(tmp_path / "a", "gymnase;kwp;2029;30;\n")
    typed = found(tmp_path / "b", "gymnase-2029;starts;2029;;\n", PLANTS + plant)
    for one in (grown, typed):
        assert one.money is not None
        assert one.money.plan is not None
    assert grown.money.plan.npv_eur_ht == pytest.approx(typed.money.plan.npv_eur_ht, abs=0.01)  # type: ignore[union-attr]
    (mine,) = [one for one in grown.scenario.plants if one.id == "gymnase-2029"]
    assert (mine.kwp, mine.name) == (30.0, "Gymnase, 30 kWp more in 2029")
    dear = found(tmp_path / "c", "gymnase;kwp;2029;30;60000\n")
    assert dear.money is not None
    flows = dear.money.plan_terms.flows(dear.money.plant_income)  # type: ignore[union-attr, arg-type]
    assert flows.investment_eur_ht[2][3] == -60_000.0
    # A question that repeats one year, and one that closes the roof, know nothing of them after.
    still = found(tmp_path / "d", "gymnase;kwp;2029;30;\n", PLANTS, "operation.changes=non")
    assert [one.id for one in still.scenario.plants] == ["gymnase", "hangar"]
    closed = found(tmp_path / "e", "gymnase;kwp;2029;30;\ngymnase;closes;2033;;\n")
    assert closed.years is not None
    made = closed.years.by_plant("production_kwh")
    assert (made[2][:3] == 0.0).all()
    assert (made[2][3:7] > 0.0).all()
    assert (made[[0, 2], 7:] == 0.0).all()


LINES = (
    *("local_eur_ht", "surplus_eur_ht", "own_use_eur_ht", "investment_eur_ht", "grant_eur", "opex_eur_ht"),
    *("insurance_eur_ht", "rent_eur_ht", "injection_turpe_eur_ht", "ifer_eur", "inverter_eur_ht"),
    *("investment_vat_eur", "running_vat_eur", "tax_eur"),
)


def test_no_row_nor_a_row_after_the_plan_tells_years_apart(tmp_path: Path) -> None:
    assert result_of(tmp_path / "a").years is None
    far = money_of(tmp_path / "b", "gymnase;starts;2060\n")
    never = money_of(tmp_path / "c", "", ("plants.gymnase.active=non",))
    assert far.total is not None
    assert never.total is not None
    gains = [sum(found.total.by_year_eur_ht[1:2]) for found in (far, never) if found.total is not None]
    assert gains[0] == pytest.approx(gains[1], rel=1e-9)


def test_panels_that_age_are_counted_year_by_year_as_a_row_that_changes_nothing_counts_them(
    tmp_path: Path,
) -> None:
    lined = money_of(tmp_path / "a", "", ("finance.degradation_ratio=0.01",))
    exact = money_of(tmp_path / "b", "bureau;scale;2030;;1\n", ("finance.degradation_ratio=0.01",))
    assert lined.total is not None
    assert exact.total is not None
    assert lined.total.npv_eur_ht == pytest.approx(exact.total.npv_eur_ht, abs=1e-6)
    for mine, other in zip(lined.persons, exact.persons, strict=True):
        for year in (1, 5, 20):
            assert mine.by_year_eur_ht[year] == pytest.approx(other.by_year_eur_ht[year], abs=1e-6)
    assert lined.plant_income is not None
    shared = lined.plant_income.shared_kwh.sum(axis=0)
    assert shared[19] > shared[0] * 0.99**19 * 1.0001  # less output is easier to share


def test_a_key_is_worth_the_same_run_alone_and_beside_another(tmp_path: Path) -> None:
    write_operation(tmp_path)
    beside = (
        run(tmp_path, ran_on=ON, parts=RunParts(other_keys=["equal"], advice=False)).others["equal"].money
    )
    alone = result_of(tmp_path, "", ("key.name=equal",)).money
    assert beside is not None
    assert alone is not None
    values = [[person.npv_eur_ht for person in found.persons] for found in (beside, alone)]
    assert values[0] == pytest.approx(values[1], rel=1e-12)
    without = [[person.without_sharing_npv_eur_ht for person in found.persons] for found in (beside, alone)]
    assert without[0] == pytest.approx(without[1], rel=1e-12)


def test_once_a_roof_ends_its_life_nobody_is_spared_its_kwh_and_the_other_is_shared_more(
    tmp_path: Path,
) -> None:
    ends = ("plants.hangar.life_years=6", "finance.degradation_ratio=0")
    found = money_of(tmp_path / "a", "", ends)
    gone = money_of(tmp_path / "b", "", ("plants.hangar.active=non", "finance.degradation_ratio=0"))
    dated = money_of(tmp_path / "c", "hangar;closes;2032\n", ("finance.degradation_ratio=0",))
    assert found.plant_income is not None
    made = found.plant_income.production_kwh[1]
    assert (made[:6] > 0.0).all()
    assert (made[6:] == 0.0).all()
    savings = [
        {one.id: one.by_year_eur_ht[9] for one in money.participants if one.by_year_eur_ht}
        for money in (found, gone, dated)
    ]
    assert savings[0] == pytest.approx(savings[2], abs=0.005)
    assert savings[0]["ecole"] == pytest.approx(savings[1]["ecole"], abs=0.005)


def test_a_price_that_moves_settles_no_year_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scenarios.operation.ready.plan_years import YearsGround  # noqa: PLC0415 - what this test counts
    from scenarios.operation.store.store import KeptStore  # noqa: PLC0415

    settled, real = [], YearsGround._summed
    monkeypatch.setattr(YearsGround, "_summed", lambda *given: settled.extend(given[2]) or real(*given))
    write_operation(tmp_path)
    held = KeptStore(None, most=8)
    for price in (100, 105, 110):
        asked = read_question((f"prices.local_eur_per_mwh={price}",))
        assert (
            run(tmp_path, ran_on=ON, settings=asked, cache=held, parts=RunParts(advice=False)).money
            is not None
        )
    assert sorted(settled) == list(range(1, 21))


def test_a_rule_that_a_later_year_breaks_is_told_with_its_year(tmp_path: Path) -> None:
    def told(rows: str, kwp: str = "90") -> list[tuple[int, str]]:
        write_operation(tmp_path)
        (tmp_path / "changes.csv").write_text(f"id;what;since\n{rows}", encoding="utf-8")
        text = (tmp_path / "plants.csv").read_text(encoding="utf-8")
        (tmp_path / "plants.csv").write_text(text.replace("24037;90;", f"24037;{kwp};"), encoding="utf-8")
        result = run(tmp_path, ran_on=ON, parts=RunParts(advice=False))
        return [(year, check.rule) for year, check in result.broken_later]

    assert told("gymnase;starts;2030\n") == []
    assert told("gymnase;starts;2030-06-01\n", "9000") == [(5, "power")]
    assert told("bureau;leaves;2030\n", "9000") == []  # broken from the first year: told as it is today


def test_who_is_too_far_is_looked_for_in_the_year_in_which_the_rule_breaks_and_in_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_operation(tmp_path)
    table = tmp_path / "participants.csv"
    people = table.read_text(encoding="utf-8").replace(
        "bureau;Bureau;company;44.8450", "bureau;Bureau;company;45.1450"
    )
    table.write_text(people, encoding="utf-8")
    rows = "bureau;joins;2028\necole;leaves;2031\nfoyer;leaves;2033\ngarage;leaves;2036\n"
    (tmp_path / "changes.csv").write_text(f"id;what;since\n{rows}", encoding="utf-8")
    looked: list[int] = []

    def counted(distances: Any, limit_km: float, plants_from: int) -> Any:
        looked.append(plants_from)
        return who_leaves(distances, limit_km, plants_from)

    monkeypatch.setattr("acc.rules.distance.who_leaves", counted)
    told = broken_later(open_operation(tmp_path)[0].scenario)
    assert [(year, check.rule, check.culprits) for year, check in told] == [(3, "distance", ("bureau",))]
    assert looked == [6]
