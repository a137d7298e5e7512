"""The battery chosen with the powers: against full programmes and runs; absent it changes nothing."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from acc.finance import Finance
from acc.problem import InputError
from acc.scenario import Battery
from acc.size.result import Aim
from scenarios.entry.folder.raw import RawFolder
from scenarios.operation.ready.plan_years import YearsGround
from scenarios.run import RunParts, run
from scenarios.studies.size.model import true_npv_eur
from scenarios.studies.size.run import size_folder
from scenarios.studies.size.search_all import size
from scenarios.studies.size.settings import BatteryChoice, SizeChoice, read_size
from scenarios.studies.size.values import SizeGround, battery_ground, use_of
from tests.effort import few
from tests.scenarios.operation import PLANTS, write_operation
from tests.studies.size.test_size import BY_HAND, choice, column, ground

SOUGHT = BatteryChoice(high_kwh=40.0, fill_hours=2.0, round_trip_ratio=0.9, capex_eur_per_kwh=300.0)
FLAT = Finance(horizon_years=1, discount_ratio=0.0)
PRICED = {
    "local_eur_per_mwh = 105.0": "local_eur_per_mwh = 140.0",
    "horizon_years = 20": "horizon_years = 30",
    'surplus = "oa-2026-06"': "surplus = 20.0",
}
TABLE = """
[size.battery]
max_kwh = 200
hours = 2
round_trip_ratio = 0.88
capex_eur_per_kwh = {capex}
"""


def stored(base: SizeGround, sought: BatteryChoice, step_hours: float = 1.0) -> SizeGround:
    """Return a ground with a battery whose plan is one year at no rate: costs are what they are."""
    return replace(base, battery=battery_ground(sought, FLAT, step_hours, 1.0))


def week(seed: int, count: int, steps: int = 168) -> SizeGround:
    """Return roofs over a week: sun by day, need by day and night, costs that leave powers in between."""
    rng = np.random.default_rng(seed)
    hour = np.arange(steps) % 24
    sun = np.maximum(0.0, np.sin((hour - 6.0) / 12.0 * np.pi)) * ((hour > 6) & (hour < 18))
    unit = sun * rng.beta(2.0, 1.2, (count, steps))
    need = rng.gamma(3.0, 1.0, steps) * (1.0 + 1.5 * ((hour > 8) & (hour < 18)))
    cost = rng.uniform(0.45, 0.8, count) * unit.sum(axis=1)
    return ground(unit.tolist(), need.tolist(), [column(n) for n in range(count)], cost=cost.tolist())


def full_programme(
    base: SizeGround, sought: BatteryChoice, bounds: Sequence[tuple[float, float]] | None = None
) -> float | None:
    """Return the optimum of the whole linear programme: powers, energy, and four variables a step.

    Args:
        bounds: of powers and energy where they are not those of the ground.
    """
    assert base.battery is not None
    store, count, steps = base.battery.store, len(base.columns), len(base.need_kwh)
    one, none = sp.identity(steps), sp.csr_matrix((steps, steps))
    empty, zeros = sp.csr_matrix((steps, count)), sp.csr_matrix((steps, 1))
    limit, room = np.full((steps, 1), -store.step_ratio), np.full((steps, 1), -1.0)
    below = sp.vstack(
        [
            sp.hstack([-sp.csr_matrix(base.unit_kwh.T), zeros, one, one, none, none]),
            sp.hstack([empty, zeros, one, none, one, none]),
            sp.hstack([empty, limit, none, one, none, none]),
            sp.hstack([empty, limit, none, none, one, none]),
            sp.hstack([empty, room, none, none, none, one]),
        ]
    ).tocsc()
    level = one - sp.eye(steps, k=-1)
    balance = sp.hstack([empty, zeros, none, -store.way_ratio * one, one / store.way_ratio, level]).tocsc()
    surplus, local = float(base.surplus[0]), base.local[0]
    gain = np.concatenate(
        [
            base.made_kwh * surplus - base.cost_eur_per_kwp,
            [-base.battery.cost_eur_per_kwh],
            local - surplus,
            np.full(steps, -surplus),
            local,
            np.zeros(steps),
        ]
    )
    of_choice = bounds or [(0.0, c.high_kwp) for c in base.columns] + [(0.0, sought.high_kwh)]
    found = linprog(
        -gain,
        A_ub=below,
        b_ub=np.concatenate([np.zeros(steps), base.need_kwh, np.zeros(3 * steps)]),
        A_eq=balance,
        b_eq=np.zeros(steps),
        bounds=[*of_choice, *[(0.0, None)] * (4 * steps)],
        method="highs",
    )
    return -float(found.fun) if found.success else None


@pytest.mark.parametrize("seed", few(6, range(20)))
def test_powers_and_energy_are_those_of_the_full_programme(seed: int) -> None:
    count = 1 + seed % 3
    sought = replace(SOUGHT, capex_eur_per_kwh=(0.5, 1.5, 3.0, 6.0)[seed % 4])
    base = stored(week(seed, count), sought)
    found = size(base, replace(choice(count), battery=sought), frontier_points=0, compare=False).best
    assert found.battery is not None
    optimum = full_programme(base, sought)
    assert optimum is not None
    assert found.bound == pytest.approx(optimum, rel=1e-8)
    assert found.value <= found.bound
    x = np.array([*(roof.kwp for roof in found.plants), found.battery.kwh])
    use = use_of(base, x)
    assert use is not None
    # The programme would not buy what is left at the end; the rule does, at the price of a surplus.
    price = 0.1 / np.sqrt(0.9)
    assert found.value + price * use.left_kwh <= optimum * (1.0 + 1e-9)
    assert optimum - found.value <= price * sought.high_kwh


@pytest.mark.parametrize("seed", range(4))
def test_classes_and_fixed_costs_are_as_if_each_choice_were_tried(seed: int) -> None:
    rng, sun = np.random.default_rng(seed), week(seed, 2, 96)
    sought = replace(SOUGHT, capex_eur_per_kwh=1.0, fixed_eur=2.0 * (seed % 2), low_kwh=3.0 * (seed > 1))
    columns = [column(0, 0.001, 4.0), column(0, 4.0, 10.0, fixed=rng.uniform(0, 8)), column(1, 0.001, 10.0)]
    unit = sun.unit_kwh[[0, 0, 1]]
    cost = unit.sum(axis=1) * np.array([0.6, 0.5, 0.6])
    base = stored(ground(unit.tolist(), sun.need_kwh.tolist(), columns, cost=cost.tolist()), sought)
    tried = []
    for first, has_second, has_battery in itertools.product((None, 0, 1), (True, False), (True, False)):
        is_built = [first == 0, first == 1, has_second]
        bounds = [(c.low_kwp * b, c.high_kwp * b) for c, b in zip(columns, is_built, strict=True)]
        bounds.append((sought.low_kwh * has_battery, sought.high_kwh * has_battery))
        found = full_programme(base, sought, bounds)
        if found is not None and (has_battery or sought.low_kwh == 0.0):
            fixed = sum(c.fixed_eur for c, b in zip(columns, is_built, strict=True) if b)
            tried.append(found - fixed - sought.fixed_eur * has_battery)
    best = size(base, replace(choice(2), battery=sought), frontier_points=0, compare=False).best
    assert best.bound == pytest.approx(max(tried), rel=1e-8)
    assert best.value <= best.bound
    assert best.value >= max(tried) - 0.1 / np.sqrt(0.9) * sought.high_kwh


@pytest.mark.parametrize("seed", range(4))
def test_classes_under_another_contract_are_proven_with_a_battery_too(seed: int) -> None:
    sun = week(seed, 1, 96)
    sought = replace(SOUGHT, capex_eur_per_kwh=1.0)
    columns, surplus = [column(0, 0.001, 4.0), column(0, 4.0, 10.0)], [0.3, 0.1]
    unit = sun.unit_kwh[[0, 0]]
    cost = unit.sum(axis=1) * np.array([0.6, 0.5])
    made = ground(unit.tolist(), sun.need_kwh.tolist(), columns, surplus=surplus, cost=cost.tolist())
    base = stored(made, sought)
    tried = []
    for built, price in enumerate(surplus):
        bounds = [(c.low_kwp * (n == built), c.high_kwp * (n == built)) for n, c in enumerate(columns)]
        alike = replace(base, surplus=np.full(2, price))
        tried.append(full_programme(alike, sought, [*bounds, (0.0, sought.high_kwh)]) or 0.0)
    result = size(base, replace(choice(1), battery=sought), frontier_points=0)
    assert result.best.bound == pytest.approx(max(tried), rel=1e-8)
    assert result.best.value >= max(tried) - 0.3 / np.sqrt(0.9) * sought.high_kwh
    assert result.battery is not None
    assert max(sized.value for sized in result.battery.curve) <= result.best.bound * (1.0 + 1e-9)


def test_a_battery_by_hand() -> None:
    # A roof of 10 kWp makes 10 then 0; needs 4 and 3. A local kWh brings 1, a surplus 0.1, a kWp costs 0.2.
    # Without losses, a kWh of battery costs 0.5 and brings 1 - 0.1 up to 3 kWh: 4 + 3 made used, 3 sold.
    sought = replace(SOUGHT, fill_hours=1.0, round_trip_ratio=1.0, capex_eur_per_kwh=0.5)
    base = stored(ground([[1.0, 0.0]], [4.0, 3.0], [column(0)], cost=0.2), sought)
    result = size(base, replace(choice(), battery=sought))
    best, finding = result.best, result.battery
    assert best.battery is not None
    assert finding is not None
    # A 5th, 6th and 7th kWp earn 1 with the battery, at 0.2 + 0.5; an 8th 0.1 - 0.2: 7 kWp, 3 kWh.
    assert best.plants[0].kwp == pytest.approx(7.0)
    assert best.battery.kwh == pytest.approx(3.0)
    assert best.battery.kw == pytest.approx(3.0)
    assert best.npv_eur_ht == pytest.approx(4 + 3 - 7 * 0.2 - 3 * 0.5)
    assert best.battery.next_kwh == pytest.approx(-0.5)
    assert best.gap_ratio <= 1e-9
    # Without any, 4 kWp. No surplus is left there: the first kWh of battery pays with a kWp more, 1 - 0.2.
    assert finding.without is not None
    assert finding.without.npv_eur_ht == pytest.approx(4 * 0.8)
    assert finding.first_kwh_eur == pytest.approx(0.8)
    assert finding.pays_below_eur_per_kwh == pytest.approx(0.8)
    values = [sized.npv_eur_ht for sized in finding.curve]
    assert max(values) == pytest.approx(best.npv_eur_ht)


def test_a_battery_that_never_pays_stays_out_and_changes_nothing() -> None:
    dear = replace(SOUGHT, capex_eur_per_kwh=1e4)
    base = week(3, 2)
    found = size(stored(base, dear), replace(choice(2), battery=dear), compare=False)
    expected = size(base, choice(2), compare=False)
    assert found.best.battery is not None
    assert found.best.battery.kwh == 0.0
    assert found.best.value == pytest.approx(expected.best.value, rel=1e-9)
    assert found.battery is not None
    below = found.battery.pays_below_eur_per_kwh
    assert below is not None
    assert 0.0 < below < 1e4
    # A hair below that price the first kWh pays; a hair above it does not.
    for factor, pays in ((0.98, True), (1.02, False)):
        sought = replace(SOUGHT, capex_eur_per_kwh=factor * below)
        best = size(stored(base, sought), replace(choice(2), battery=sought), compare=False).best
        assert best.battery is not None
        assert (best.battery.kwh > 0.0) is pays


def test_without_a_battery_the_answer_is_the_same_as_ever() -> None:
    sought = replace(SOUGHT, capex_eur_per_kwh=0.1)
    held = size(stored(BY_HAND, sought), replace(choice(), battery=sought)).battery
    alone = size(BY_HAND, choice())
    assert held is not None
    assert held.without is not None
    assert alone.battery is None
    assert alone.best.battery is None
    assert held.without.value == pytest.approx(alone.best.value, rel=1e-12)
    assert held.without.kwp == pytest.approx(alone.best.kwp)


def test_floor_budget_cap_and_modules_hold() -> None:
    base = week(5, 2)
    sought = replace(SOUGHT, capex_eur_per_kwh=1.0, step_kwh=2.5)
    asked = replace(choice(2), battery=sought, floor_ratio=0.9)
    whole = stored(base, sought)
    found = size(whole, replace(asked, power_cap_kwp=8.0), frontier_points=0, compare=False).best
    assert found.battery is not None
    assert found.used_ratio >= 0.9 - 1e-9
    assert found.kwp <= 8.0 + 1e-9
    assert found.battery.kwh % 2.5 % 2.5 == pytest.approx(0.0, abs=1e-9)
    rich = replace(asked, floor_ratio=None, budget_eur=4000.0)
    found = size(whole, rich, frontier_points=0, compare=False).best
    assert found.battery is not None
    assert found.capex_eur_ht <= 4000.0 * (1 + 1e-9)
    assert found.capex_eur_ht == pytest.approx(1000.0 * found.kwp + found.battery.capex_eur_ht)


def test_the_most_kwh_within_a_budget_shares_it_between_roofs_and_battery() -> None:
    # 1,000 EUR a kWp, 100 EUR a kWh: 3 kWp of BY_HAND use all they make but 1 kWh of the first step.
    sought = replace(SOUGHT, fill_hours=1.0, round_trip_ratio=1.0, capex_eur_per_kwh=100.0)
    asked = replace(choice(aim=Aim.KWH, budget_eur=3100.0), battery=sought)
    found = size(stored(BY_HAND, sought), asked).best
    assert found.battery is not None
    assert found.gap_ratio <= 1e-9
    assert found.value == pytest.approx(6.0)
    assert found.plants[0].kwp == pytest.approx(3.0, abs=1e-6)


def test_the_least_present_value_holds_under_the_rule() -> None:
    base = week(7, 2)
    sought = replace(SOUGHT, capex_eur_per_kwh=2.0)
    hours = np.random.default_rng(7).choice([0.95, 1.0], 168)
    mixed = stored(replace(base, local=base.local * hours), sought)
    best = size(mixed, replace(choice(2), battery=sought), frontier_points=0, compare=False).best
    least = 0.97 * best.npv_eur_ht
    asked = replace(choice(2, aim=Aim.KWH, npv_min_eur=least), battery=sought)
    result = size(mixed, asked, frontier_points=0, compare=False)
    found = result.best
    assert found.npv_eur_ht >= least * (1.0 - 1e-6)
    # Without a battery no powers are worth that much: it is said, not refused.
    assert result.battery is not None
    assert result.battery.without is None
    assert result.battery.pays_below_eur_per_kwh is None
    assert best.used_kwh < found.used_kwh <= found.bound * (1.0 + 1e-9)


def test_a_fixed_cost_is_paid_by_any_battery() -> None:
    sought = replace(SOUGHT, fill_hours=1.0, round_trip_ratio=1.0, capex_eur_per_kwh=0.5, fixed_eur=0.7)
    base = stored(ground([[1.0, 0.0]], [4.0, 3.0], [column(0)], cost=0.2), sought)
    # It adds 0.9 (above): 0.2 is left.
    result = size(base, replace(choice(), battery=sought))
    assert result.best.npv_eur_ht == pytest.approx(4.1 - 0.7)
    assert result.battery is not None
    # 3 kWh bring 0.8 each: they pay below (3 x 0.8 - 0.7) / 3 a kWh.
    assert result.battery.pays_below_eur_per_kwh == pytest.approx(1.7 / 3)
    assert result.battery.first_kwh_eur == pytest.approx(0.8)
    dearer = replace(sought, fixed_eur=1.0)
    base = stored(ground([[1.0, 0.0]], [4.0, 3.0], [column(0)], cost=0.2), dearer)
    assert size(base, replace(choice(), battery=dearer)).best.npv_eur_ht == pytest.approx(3.2)


def test_a_forced_battery_is_built() -> None:
    sought = replace(SOUGHT, low_kwh=5.0, capex_eur_per_kwh=1e4)
    found = size(stored(BY_HAND, sought), replace(choice(), battery=sought), compare=False)
    assert found.best.battery is not None
    assert found.best.battery.kwh == pytest.approx(5.0)
    assert found.battery is not None
    assert found.battery.without is not None
    assert found.best.value < found.battery.without.value


@pytest.mark.parametrize(("ratio", "surplus", "gap"), [(1.0, 0.1, 0.03), (0.97, 0.15, 0.2)])
def test_worths_that_differ_keep_a_bound_above_every_choice(ratio: float, surplus: float, gap: float) -> None:
    rng = np.random.default_rng(4)
    base, sought = week(4, 2), replace(SOUGHT, capex_eur_per_kwh=1.0)
    hours = rng.choice([0.95, 1.0, 1.05], len(base.need_kwh))
    local, sold = np.stack([hours, ratio * hours]), np.array([0.1, surplus])
    mixed = stored(replace(base, local=local, surplus=sold), sought)
    found = size(mixed, replace(choice(2), battery=sought), compare=False, frontier_points=0).best
    grid = [
        true_npv_eur(mixed, np.array([a, b, kwh]))
        for a in np.linspace(0, 10, 6)
        for b in np.linspace(0, 10, 6)
        for kwh in np.linspace(0, 40, 9)
    ]
    assert max(grid) <= found.bound * (1 + 1e-9)
    assert max(grid) <= found.value * (1 + 1e-3)
    assert 1e-6 < found.gap_ratio < gap


def source(**section: object) -> RawFolder:
    return RawFolder(Path(), {"size": section}, "", (), ())


GOOD = {"max_kwh": 100.0, "hours": 2.0, "round_trip_ratio": 0.9, "capex_eur_per_kwh": 400.0}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"capex_eur_per_kwh": -5.0}, "capex_eur_per_kwh: -5 is refused: a number above 0"),
        ({"capex_eur_per_kwh": None}, "capex_eur_per_kwh: missing"),
        ({"opex_eur_per_kwh_year": -1}, "opex_eur_per_kwh_year: -1 is refused: at least 0"),
        ({"min_kwh": 200.0}, "at least 200 kWh and at most 100 kWh: the minimum is above the maximum"),
        ({"step_kwh": 300.0}, "modules of 300 kWh do not fit in 100 kWh"),
        ({"hours": 5000.0}, "it would fill in 5000 h: 0.05 to 1000 h are expected"),
        ({"hours": None}, "hours: missing: give the hours that it takes to fill"),
        ({"round_trip_ratio": 1.2}, "round_trip_ratio: 1.2 is refused: at most 1"),
        ({"round_trip_ratio": None}, "round_trip_ratio: missing"),
        ({"capex_eur_by_kwh": 3}, "Did you mean `capex_eur_per_kwh`?"),
        ({"replacement_year": 12}, "replacement_year and replacement_eur_per_kwh go together"),
    ],
)
def test_nonsense_is_refused(changes: dict[str, object], words: str) -> None:
    table = {key: value for key, value in (GOOD | changes).items() if value is not None}
    with pytest.raises(InputError) as fault:
        read_size(source(battery=table), {"toit": 36.0})
    assert words in str(fault.value)
    assert "[size.battery]" in str(fault.value)


def test_a_battery_that_is_no_table_and_the_worst_member_are_refused() -> None:
    with pytest.raises(InputError, match=r"section .*size\.battery.* is expected"):
        read_size(source(battery=12), {"toit": 36.0})
    with pytest.raises(InputError, match="worst-member: not with"):
        read_size(source(objective="worst-member", battery=GOOD), {"toit": 36.0})


def test_hours_and_efficiency_are_those_of_the_battery_that_is_there() -> None:
    there = Battery(energy_kwh=300.0, power_kw=100.0, round_trip_ratio=0.85, initial_ratio=0.2)
    table = {"max_kwh": 100.0, "capex_eur_per_kwh": 400.0}
    found = read_size(source(battery=table), {"toit": 36.0}, there).battery
    assert found is not None
    assert (found.fill_hours, found.round_trip_ratio, found.initial_ratio) == (3.0, 0.85, 0.2)


def test_running_costs_and_a_replacement_are_worth_less_later() -> None:
    sought = replace(SOUGHT, opex_eur_per_kwh_year=10.0, replacement_year=2, replacement_eur_per_kwh=100.0)
    found = battery_ground(sought, Finance(horizon_years=3, discount_ratio=0.1), 0.25, 1.0)
    expected = 10 / 1.1 + (10 + 100) / 1.1**2 + 10 / 1.1**3
    assert found.running_eur_per_kwh == pytest.approx(expected)
    assert found.store.step_ratio == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("objective", "surplus"), few(1, [("npv-everyone", "20.0"), ("npv", "20.0"), ("npv", '"oa-2026-06"')])
)
def test_the_value_is_that_of_a_run_with_this_battery(
    tmp_path: Path, objective: str, surplus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = PRICED | {'surplus = "oa-2026-06"': f"surplus = {surplus}"}
    folder = write_operation(tmp_path / "op", **prices)
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    asked = text + f'\n[size]\nobjective = "{objective}"\n' + TABLE.format(capex=30)
    (folder / "operation.toml").write_text(asked, encoding="utf-8")
    sizing = size_folder(folder)
    best = sizing.best
    assert best.battery is not None
    assert best.battery.kwh > 1.0
    plants = PLANTS
    for roof, plant in zip(best.plants, sizing.scenario.plants, strict=True):
        plants = plants.replace(f";{plant.kwp:g};", f";{roof.kwp!r};")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    battery = (
        f"\n[battery]\nenergy_kwh = {best.battery.kwh!r}\npower_kw = {best.battery.kw!r}\n"
        "round_trip_ratio = 0.88\n"
    )
    (folder / "operation.toml").write_text(text + battery, encoding="utf-8")
    exact = run(folder, ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    # With a battery to choose each year repeats the first, and it is said: a run counts its own energy.
    assert any("Each year repeats the first" in note for note in sizing.notes)
    monkeypatch.setattr(YearsGround, "has_plan", False)
    result = run(folder, ran_on=date(2026, 9, 1), parts=RunParts(advice=False))
    used = float(result.energy.received_kwh.sum() + result.energy.own_use_kwh.sum())
    assert best.used_kwh == pytest.approx(used, abs=1e-6)
    assert result.storage is not None
    assert best.battery.given_kwh == pytest.approx(result.storage.discharge_kwh, abs=1e-6)
    assert best.battery.taken_kwh == pytest.approx(result.storage.charge_kwh, abs=1e-6)
    assert result.money is not None
    assert result.money.plan is not None
    if objective == "npv":
        cost = best.battery.capex_eur_ht
        assert best.npv_eur_ht == pytest.approx(result.money.plan.npv_eur_ht - cost, rel=1e-6)
        assert exact is not None
        assert exact.plan is not None
        assert exact.plan.npv_eur_ht > result.money.plan.npv_eur_ht
    if (objective, surplus) == ("npv", "20.0"):
        assert best.gap_ratio <= 1e-6
    assert best.bound >= best.value
    assert sizing.battery is not None
    assert sizing.battery.without is not None
    assert sizing.battery.without.battery_kwh == 0.0
    assert any("as in `acc run`" in note for note in sizing.notes)


def test_limits_that_no_battery_can_hold_are_named() -> None:
    sought = replace(SOUGHT, low_kwh=20.0)
    asked = SizeChoice(roofs=choice().roofs, battery=sought, budget_eur=5000.0)
    with pytest.raises(InputError, match="the least powers and battery cost 6000 EUR"):
        size(stored(BY_HAND, sought), asked)
