"""Sizing: by hand, against the plan of a run, and what cannot be met is said with the nearest value."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.bills.tariffs import SurplusContract
from acc.plan.values import Plan
from acc.problem import InputError
from acc.size.result import Aim, Sizing
from scenarios.entry.folder.raw import RawFolder
from scenarios.run import run
from scenarios.studies.size.model import true_npv_eur
from scenarios.studies.size.roof_classes import KwhWorths, RoofClass
from scenarios.studies.size.run import size_folder
from scenarios.studies.size.search_all import _as_built, size
from scenarios.studies.size.settings import RoofChoice, SizeChoice, read_size
from scenarios.studies.size.values import MemberGains, SizeGround
from tests.effort import few
from tests.scenarios.operation import PLANTS, write_operation

CONTRACT = SurplusContract(code="oa", eur_per_kwh=0.01)


def column(roof: int, low: float = 0.0, high: float = 10.0, fixed: float = 0.0) -> RoofClass:
    return RoofClass(
        roof=roof,
        alternative=0,
        low_kwp=low,
        high_kwp=high,
        capex_eur_per_kwp=1000.0,
        fixed_eur=fixed,
        fixed_running_eur=0.0,
        contract=CONTRACT,
        accise_exempt=True,
        worths=KwhWorths(10.0, 10.0, 10.0, 10.0, 10.0, surplus_eur=0.0),
        cost_eur_per_kwp=0.0,
    )


def ground(
    units: list[list[float]],
    need: list[float],
    columns: list[RoofClass],
    *,
    local: float = 1.0,
    surplus: float | list[float] = 0.1,
    cost: float | list[float] = 1.5,
) -> SizeGround:
    count, steps = len(columns), len(need)
    return SizeGround(
        columns=tuple(columns),
        unit_kwh=np.array(units),
        need_kwh=np.array(need),
        year_kwh=float(sum(need)),
        local=np.full((count, steps), local),
        own=np.zeros((count, steps)),
        surplus=np.broadcast_to(np.array(surplus), (count,)).astype(float),
        cost_eur_per_kwp=np.broadcast_to(np.array(cost), (count,)).astype(float),
        capex_eur_per_kwp=np.full(count, 1000.0),
        entry_eur=np.array([c.fixed_eur for c in columns]),
        entry_capex_eur=np.array([c.fixed_eur for c in columns]),
    )


def choice(count: int = 1, **changes: object) -> SizeChoice:
    roofs = {f"r{n}": RoofChoice(low_kwp=0.0, high_kwp=10.0) for n in range(count)}
    return replace(SizeChoice(roofs=roofs), **changes)  # type: ignore[arg-type]


# One roof, two steps: a kWp makes 1 kWh in each; needs 2 and 4. A shared kWh brings 1, a surplus 0.1, a
# kWp costs 1.5. Up to 2 kWp each adds 2 - 1.5 = 0.5; up to 4, 1 + 0.1 - 1.5 = -0.4: best at 2, worth 1.
BY_HAND = ground([[1.0, 1.0]], [2.0, 4.0], [column(0)])


def test_by_hand() -> None:
    result = size(BY_HAND, choice())
    assert result.best.plants[0].kwp == pytest.approx(2.0)
    assert result.best.npv_eur_ht == pytest.approx(1.0)
    assert result.best.gap_ratio <= 1e-9
    assert result.best.plants[0].next_kwp == pytest.approx(-0.4)
    assert result.best.autoconsommation_ratio == pytest.approx(1.0)
    assert result.best.autoproduction_ratio == pytest.approx(4.0 / 6.0)


def test_the_most_kwh_within_a_budget() -> None:
    # 3 kWp for 3,000 EUR: 2 + 3 kWh used.
    found = size(BY_HAND, choice(aim=Aim.KWH, budget_eur=3000.0)).best
    assert found.plants[0].kwp == pytest.approx(3.0)
    assert found.value == pytest.approx(5.0)
    assert found.capex_eur_ht == pytest.approx(3000.0)


def test_the_most_kwh_that_still_pays() -> None:
    # 1 at 2 kWp, less 0.4 for each more: 0 is reached at 4.5, but 4 uses all that can be used.
    found = size(BY_HAND, choice(aim=Aim.KWH, npv_min_eur=0.6)).best
    assert found.plants[0].kwp == pytest.approx(3.0)
    assert found.npv_eur_ht == pytest.approx(0.6)


def test_a_floor_on_the_ratio_gives_up_value() -> None:
    cheap = ground([[1.0, 1.0]], [2.0, 4.0], [column(0)], cost=1.0)
    # At 1 a kWp, up to 4 kWp each adds 0.1: 2 x 1 + 2 x 0.1 = 2.2, and 6 of 8 kWh are used.
    assert size(cheap, choice()).best.autoconsommation_ratio == pytest.approx(0.75)
    # 90 %: (2 + x) / 2x = 0.9 at x = 2.5.
    found = size(cheap, choice(floor_ratio=0.9)).best
    assert found.plants[0].kwp == pytest.approx(2.5)
    assert found.npv_eur_ht == pytest.approx(2.05)


def test_the_frontier_runs_from_the_best_value_to_the_highest_ratio() -> None:
    cheap = ground([[1.0, 1.0]], [2.0, 4.0], [column(0)], cost=1.0)
    frontier = size(cheap, choice()).frontier
    ratios, values = [s.autoconsommation_ratio for s in frontier], [s.npv_eur_ht for s in frontier]
    assert ratios == sorted(ratios)
    assert values == sorted(values, reverse=True)
    # Eight, as far from each other: from 75 % to 100 %.
    assert ratios == pytest.approx([0.75 + 0.25 * n / 7 for n in range(8)], abs=1e-6)


def test_a_ratio_out_of_reach_is_named_with_the_highest() -> None:
    # Half of what is made falls where nobody needs anything, but for 0.2 kWh.
    dark = ground([[1.0, 1.0]], [2.0, 0.2], [column(0)])
    with pytest.raises(InputError, match=r"floor_ratio: .*0\.9000 is out of reach: 0\.6000 is the highest"):
        size(dark, choice(floor_ratio=0.9))


def test_minima_that_no_budget_or_cap_can_hold_are_named() -> None:
    roofs = {"r0": RoofChoice(low_kwp=6.0, high_kwp=10.0)}
    held = replace(BY_HAND, columns=(column(0, low=6.0),))
    with pytest.raises(InputError, match="budget_eur: the least powers cost 6000 EUR"):
        size(held, SizeChoice(roofs=roofs, budget_eur=5000.0))
    with pytest.raises(InputError, match="at least 6 kWp together, the operation at most 5"):
        size(held, SizeChoice(roofs=roofs, power_cap_kwp=5.0))


def test_a_value_out_of_reach_is_named_with_the_most() -> None:
    with pytest.raises(InputError, match="npv_min_eur: a present value of 9 EUR is out of reach: 1 EUR"):
        size(BY_HAND, choice(aim=Aim.KWH, npv_min_eur=9.0))


def test_a_surplus_dearer_than_a_local_kwh_is_refused() -> None:
    with pytest.raises(InputError, match="a surplus kWh is worth more than a local one"):
        size(ground([[1.0]], [1.0], [column(0)], surplus=2.0), choice())


def test_classes_and_entry_costs_are_compared() -> None:
    # Small at 1.8 a kWp, large (from 3) at 1.5 with 2 to pay before anything.
    columns = [column(0, 0.001, 3.0), column(0, 3.0, 10.0, fixed=2.0)]
    both = ground([[1.0, 1.0]] * 2, [6.0, 6.0], columns, cost=[1.8, 1.5])
    result = size(both, choice())
    # Small: 3 x 0.2 = 0.6. Large: 6 x 0.5 - 2 = 1.
    assert result.best.plants[0].kwp == pytest.approx(6.0)
    assert result.best.npv_eur_ht == pytest.approx(1.0)
    values = [row.npv_eur_ht for row in result.compared if row.npv_eur_ht is not None]
    assert values == pytest.approx([0.6, 1.0])


def test_a_class_that_loses_is_compared_built_and_not_as_an_empty_roof() -> None:
    # A local kWh is worth 2 a kWp (two steps at 1): the large class costs 2.5, so its least, 3, loses 1.5.
    columns = [column(0, 0.001, 3.0), column(0, 3.0, 10.0)]
    result = size(ground([[1.0, 1.0]] * 2, [6.0, 6.0], columns, cost=[1.8, 2.5]), choice())
    # Small, 3 kWp at most, gains 0.2 a kWp; large, 3 kWp at least, loses 0.5.
    assert [row.npv_eur_ht for row in result.compared] == pytest.approx([3 * 0.2, 3 * -0.5])


def test_contracts_that_differ_keep_a_bound_and_the_true_value() -> None:
    generator = np.random.default_rng(1)
    units, need = generator.uniform(0.0, 1.0, (2, 50)), generator.uniform(1.0, 9.0, 50)
    mixed = ground(
        units.tolist(), need.tolist(), [column(0), column(1)], surplus=[0.1, 0.6], cost=[20.0, 22.0]
    )
    result = size(mixed, choice(2), compare=False)
    x = np.array([roof.kwp for roof in result.best.plants])
    assert result.best.value == pytest.approx(true_npv_eur(mixed, x))
    grid = [
        true_npv_eur(mixed, np.array([a, b])) for a in np.linspace(0, 10, 21) for b in np.linspace(0, 10, 21)
    ]
    assert max(grid) <= result.best.bound * (1.0 + 1e-9)
    assert result.best.value <= result.best.bound


@pytest.mark.parametrize("seed", few(2, range(6)))
def test_classes_under_another_contract_are_told_apart_and_proven(seed: int) -> None:
    # Two roofs: up to 4 kWp a contract that buys at 0.5, above it none.
    generator = np.random.default_rng(seed)
    unit, need = generator.uniform(0.0, 1.0, (2, 60)), generator.uniform(3.0, 9.0, 60)
    columns = [column(0, 0.001, 4.0), column(0, 4.001), column(1, 0.001, 4.0), column(1, 4.001)]
    mixed = ground(
        np.repeat(unit, 2, axis=0).tolist(),
        need.tolist(),
        columns,
        surplus=[0.5, 0.0, 0.5, 0.0],
        cost=[30.0, 17.0, 30.0, 17.5],
    )
    result = size(mixed, choice(2))
    assert result.best.gap_ratio <= 1e-9
    axis = np.linspace(0.0, 10.0, 41)
    by_roof = [np.where(axis <= 4.0, axis, 0.0), np.where(axis > 4.0, axis, 0.0)]
    grid = [
        true_npv_eur(mixed, np.array([by_roof[0][a], by_roof[1][a], by_roof[0][b], by_roof[1][b]]))
        for a in range(41)
        for b in range(41)
    ]
    assert max(grid) <= result.best.value * (1.0 + 1e-9)
    values = [row.value for row in result.compared if row.value is not None]
    assert max(values) == pytest.approx(result.best.value, rel=1e-9)


def test_the_next_kwp_is_what_the_true_value_gains() -> None:
    # Both roofs differ: the gains only bound the value, its slope is not theirs.
    units, need = [[1.0, 0.5], [0.5, 1.0]], [6.0, 6.0]
    mixed = ground(units, need, [column(0), column(1, high=2.0)], surplus=[0.1, 0.6], cost=[0.9, 0.2])
    best = size(mixed, choice(2), compare=False).best
    x = np.array([roof.kwp for roof in best.plants])
    more = [true_npv_eur(mixed, x + row) - true_npv_eur(mixed, x) for row in 1e-5 * np.eye(2)]
    gained = np.array(more) / 1e-5
    # A difference over 1e-5 kWp keeps some ten of the sixteen digits of two values near one another.
    assert [roof.next_kwp for roof in best.plants] == pytest.approx(gained, rel=1e-4)


def test_slopes_are_read_at_the_class_built() -> None:
    columns = [column(0, 0.001, 4.0), column(0, 4.001), column(1, 0.001, 4.0), column(1, 4.001)]
    three = ground([[1.0]] * 4, [9.0], columns)
    assert _as_built(three, np.array([0.0, 6.0, 0.0, 0.0]), None) == [False, True, True, True]
    assert _as_built(three, np.array([2.0, 0.0, 0.0, 0.0]), [True, False, True, False]) == [
        True,
        False,
        True,
        False,
    ]


def test_own_use_behind_a_meter_is_worth_its_own_price() -> None:
    # A kWp makes 1; the host needs 1, all need 3. Own use brings 2, sharing 1, surplus 0.1; cost 0.5.
    base = ground([[1.0]], [3.0], [column(0)], cost=0.5)
    behind = replace(base, own=np.full((1, 1), 2.0), hosts=((np.array([[1.0]]), np.array([1.0])),))
    best = size(behind, choice()).best
    assert best.plants[0].kwp == pytest.approx(3.0)
    assert best.npv_eur_ht == pytest.approx(1 * 2.0 + 2 * 1.0 - 3 * 0.5)
    assert best.value == pytest.approx(best.npv_eur_ht)


def test_the_worst_member_is_raised_as_far_as_the_producers_can_pay() -> None:
    members = MemberGains(("a", "b"), np.array([[0.3, 0.0], [0.1, 0.2]]), np.array([0.05, 0.0]))
    cheap = replace(ground([[1.0, 1.0]], [2.0, 4.0], [column(0)], cost=1.5), members=members)
    found = size(cheap, choice(aim=Aim.WORST_MEMBER, npv_min_eur=0.6)).best
    # 3 kWp, as above: a saves 0.3 x 2 - 0.05 = 0.55, b 0.1 x 2 + 0.2 x 3 = 0.8.
    assert found.worst_member == "a"
    assert found.value == pytest.approx(0.55)


DEARER = {
    "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 140.0",
    "horizon_years = 20": "horizon_years = 30",
}


def source(**section: object) -> RawFolder:
    return RawFolder(Path(), {"size": section}, "", (), ())


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"roofs": {"toit": {"min_kwp": 9.0, "max_kwp": 3.0}}}, "the minimum is above the maximum"),
        ({"roofs": {"tiot": {}}}, "did you mean toit?"),
        ({"objective": "best"}, "is unknown"),
        ({"objective": "kwh"}, "give budget_eur, or npv_min_eur"),
        ({"floor_ratio": 1.2}, "at most 1"),
        ({"roofs": {"toit": {"planes": ["10/400/1"]}}}, "is not a list of planes"),
        ({"roofs": {"toit": {"min_kwp": 31.0, "max_kwp": 35.0, "step_kwp": 30.0}}}, "30 and 60 are nearest"),
        ({"roofs": {"toit": {"max_kwp": 9.0, "step_kwp": 30.0}}}, "0 and 30 are nearest"),
        (
            {"roofs": {"toit": {"max_kw": 9.0}}},
            "toit.max_kw: “max_kw” is unknown. Did you mean `max_kwp`?",
        ),
        ({"roofs": {"toit": {"min_kwp": -3}}}, "roofs.toit.min_kwp: -3 is refused"),
    ],
)
def test_nonsense_is_refused(section: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as fault:
        read_size(source(**section), {"toit": 36.0})
    assert words in str(fault.value)


def test_a_silent_folder_takes_the_plants_as_what_roofs_hold() -> None:
    found = read_size(RawFolder(Path(), {}, "", (), ()), {"toit": 36.0})
    assert found.roofs["toit"] == RoofChoice(low_kwp=0.0, high_kwp=36.0)
    assert found.aim is Aim.NPV_EVERYONE


def plan_at(folder: Path, sizing: Sizing) -> Plan:
    """Return the plan of a run of the folder with the powers found."""
    plants = PLANTS
    for roof, plant in zip(sizing.best.plants, sizing.scenario.plants, strict=True):
        plants = plants.replace(f";{plant.kwp:g};", f";{roof.kwp!r};")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    result = run(folder, ran_on=date(2026, 9, 1))
    assert result.money is not None
    assert result.money.plan is not None
    return result.money.plan


def test_the_value_is_that_of_a_run_with_these_powers(tmp_path: Path) -> None:
    section = {"[weather]\n": '[size]\nobjective = "npv"\n\n[weather]\n'}
    folder = write_operation(tmp_path / "op", **DEARER | section)
    sizing = size_folder(folder)
    best = sizing.best
    assert best.gap_ratio <= 1e-9
    plan = plan_at(folder, sizing)
    assert best.npv_eur_ht == pytest.approx(plan.npv_eur_ht, rel=1e-6)
    assert best.capex_eur_ht == pytest.approx(plan.capex_eur_ht, rel=1e-9)
    assert best.bound >= best.value
    # A roof held in the class that it has in the best solution is that solution.
    for name in ("gymnase", "hangar"):
        told = [
            (row.value, row.npv_eur_ht)
            for row in sizing.compared
            if row.plant == name and row.value is not None
        ]
        assert max(told) == pytest.approx((best.value, best.npv_eur_ht), rel=1e-6)


CANOPY = """id;name;kind;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;behind;life_years
gymnase;Gymnase;canopy;commune;44.8455;0.4835;24037;140;12;165;;18
hangar;Hangar;roof;cave;44.8425;0.4968;24037;110;20;190;;
"""


def test_the_value_holds_the_kind_ifer_injection_and_life_of_each_plant(tmp_path: Path) -> None:
    market = {'surplus = "oa-2026-06"': "surplus = 20.0"}  # the contract holds up to 100 kWp only
    folder = write_operation(tmp_path / "op", **DEARER | market)
    least = "\n[size.roofs.gymnase]\nmin_kwp = 120\n\n[size.roofs.hangar]\nmin_kwp = 20\n"
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write(least)
    (folder / "plants.csv").write_text(CANOPY, encoding="utf-8")
    sizing = size_folder(folder)
    best = sizing.best
    powers = [roof.kwp for roof in best.plants]
    assert powers[0] >= 120.0
    plants = CANOPY.replace(";140;", f";{powers[0]!r};").replace(";110;", f";{powers[1]!r};")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    result = run(folder, ran_on=date(2026, 9, 1))
    assert result.money is not None
    plan = result.money.plan
    assert plan is not None
    assert plan.flows.ifer_eur[1] < 0.0
    assert plan.lives_years == (18, 30)
    assert best.npv_eur_ht == pytest.approx(plan.npv_eur_ht, rel=1e-6)
    # What is paid each year at the point of injection is no investment.
    assert best.capex_eur_ht == pytest.approx(plan.capex_eur_ht, rel=1e-9)


def test_planes_are_alternatives_and_modules_are_whole(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **DEARER)
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write('\n[size.roofs.gymnase]\nplanes = ["80/0/1"]\nstep_kwp = 0.5\n')
    sizing = size_folder(folder)
    gymnase = sizing.best.plants[0]
    assert gymnase.contract is not None
    assert gymnase.alternative == 0  # a wall to the north is never better
    assert gymnase.kwp % 0.5 == pytest.approx(0.0, abs=1e-9)


def test_a_week_is_no_plan(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **{"end = 2027-01-01": "end = 2026-01-08"})
    with pytest.raises(InputError, match="a plan of 7 days"):
        size_folder(folder)


def test_the_value_of_everyone_is_told_from_that_of_the_producers(tmp_path: Path) -> None:
    section = {"[weather]\n": '[size]\nobjective = "npv-everyone"\n\n[weather]\n'}
    folder = write_operation(tmp_path / "op", **DEARER | section)
    sizing = size_folder(folder)
    best = sizing.best
    plan = plan_at(folder, sizing)
    assert best.npv_eur_ht == pytest.approx(plan.npv_eur_ht, rel=1e-6)
    assert best.value > best.npv_eur_ht


def test_what_a_plan_needs_is_asked_for(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op", **{"[finance]\nhorizon_years = 20": ""})
    with pytest.raises(InputError, match=r"add a section \[finance\]"):
        size_folder(folder)
    undecided = {"local_eur_per_mwh = 105.0": "", "end = 2027-01-01": "end = 2026-01-08"}
    with pytest.raises(InputError) as fault:
        size_folder(write_operation(tmp_path / "other", **undecided))
    assert [problem.path for problem in fault.value.problems] == ["[prices]", "[operation] end"]
