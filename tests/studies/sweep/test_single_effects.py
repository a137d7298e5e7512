"""What one hypothesis does alone: against runs of folders where it was changed by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.result.result import Alone, Effect
from scenarios.entry.folder.settings import Setting
from scenarios.operation.draws.compute import NUMPY, engine_of
from scenarios.operation.draws.cost_hypotheses import cost_trials
from scenarios.operation.draws.results import GROUP, INDICATORS
from scenarios.operation.draws.settings import Spread
from scenarios.run import RunParts, run
from scenarios.studies.sweep.run import Sweep, prepare
from scenarios.studies.sweep.statistics import _trials, alone, middle_draw
from tests.draws import case_results
from tests.effort import few
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    folder = write_operation(tmp_path_factory.mktemp("effects") / "op")
    return prepare(folder, folder / "out", draws=1, engine=NUMPY)


@pytest.fixture(scope="module")
def found(sweep: Sweep) -> dict[str, Alone]:
    return alone(sweep.plan)["prorata"]


def effect(found: Alone, factor: str) -> Effect:
    return next(effect for effect in found.effects if effect.factor == factor)


def test_the_reference_is_the_plan_of_a_run(sweep: Sweep, found: dict[str, Alone]) -> None:
    values = case_results(sweep.plan.cases[0], middle_draw(sweep.plan), engine_of(NUMPY)).values
    assert found["npv_eur_ht"].reference == values[0, GROUP, INDICATORS.index("npv_eur_ht")]


def test_what_everybody_gains_is_that_of_a_run(sweep: Sweep, found: dict[str, Alone]) -> None:
    money = run(sweep.folder.parents[1], ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert money is not None
    assert money.total is not None
    assert found["everybody_npv_eur_ht"].reference == pytest.approx(money.total.npv_eur_ht, rel=1e-9)


def test_each_cost_line_moves_everybody_as_a_run_with_it_changed_by_hand(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / "plants.csv").write_text(PLANTS.replace(";60;20", ";180;20"), encoding="utf-8")
    sweep = prepare(folder, folder / "out", draws=1, engine=NUMPY)
    of = alone(sweep.plan)["prorata"]["everybody_npv_eur_ht"]

    def total(settings: dict[str, object]) -> float:
        asked = [Setting(name, value, "test") for name, value in settings.items()]
        money = run(folder, ran_on=date(2026, 9, 1), settings=asked, parts=RunParts(advice=False)).money
        assert money is not None
        assert money.total is not None
        assert money.total.npv_eur_ht is not None
        return money.total.npv_eur_ht

    def moved(column: str, value: float, *plants: str) -> tuple[object]:
        return (pytest.approx(total({f"plants.{id_}.{column}": value for id_ in plants}), rel=1e-9),)

    both = ("gymnase", "hangar")
    assert effect(of, "injection_turpe").values == moved("injection_turpe_eur_per_year", 0.0, *both)
    assert effect(of, "injection_turpe").change == (-1.0,)
    # Alone above 100 kWp, and above 120 kVA: 0.25 EUR/Wp of connection at the most.
    assert effect(of, "ifer").values == moved("ifer_eur_per_year", 0.0, "hangar")
    assert effect(of, "connection").values == moved("connection_eur", 250.0 * 180.0, "hangar")
    flat, fast = (total({"finance.opex_indexation_ratio": growth}) for growth in (0.0, 0.04))
    assert effect(of, "cost_growth").change == pytest.approx((-0.02, 0.02))
    assert effect(of, "cost_growth").values == pytest.approx((flat, fast), rel=1e-9)
    less, more = (total({"finance.supply_indexation_ratio": growth}) for growth in (-0.01, 0.01))
    assert effect(of, "supply_growth").values == pytest.approx((less, more), rel=1e-9)


def test_above_the_power_whose_connection_nobody_knows_the_tornado_counts_none(sweep: Sweep) -> None:
    case = sweep.plan.cases[0]

    def connections(kwp: float) -> list[float]:
        plants = tuple(replace(plant, kwp=kwp) for plant in case.scenario.plants)
        at_power = replace(case, scenario=replace(case.scenario, plants=plants))
        (trial,) = (one for one in cost_trials(at_power) if one.factor == "connection")
        plan = trial.cases[0].plan
        assert plan is not None
        return [plant.charges.connection_eur for plant in plan.plants]

    assert connections(250.0) == [250.0 * 250.0] * 2  # 0.25 EUR/Wp
    assert connections(300.0) == connections(100.0) == [0.0, 0.0]


@pytest.mark.slow
def test_prices_that_nobody_decides_move_everybody_as_a_run_says(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    of = alone(prepare(folder, folder / "out", draws=1, engine=NUMPY).plan)["prorata"]["everybody_npv_eur_ht"]
    money = run(folder, ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert money is not None
    assert money.total is not None
    assert money.market is not None
    assert effect(of, "full_accise").values == pytest.approx((money.total.full_accise_npv_eur_ht,), rel=1e-9)
    assert effect(of, "full_accise").change == ()
    known = [(one.id, money.market.prices[one.segment]) for one in money.participants if one.before]
    asked = [
        Setting(f"participants.{id_}.supply_eur_per_mwh", 1000.0 * p.eur_per_kwh, "test") for id_, p in known
    ]
    at = run(folder, ran_on=date(2026, 9, 1), settings=asked, parts=RunParts(advice=False)).money
    assert at is not None
    assert at.total is not None
    assert effect(of, "market").values == pytest.approx((at.total.npv_eur_ht,), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("plants", few(1, [RENTED, PLANTS, BEHIND_ANOTHERS]))
def test_what_everybody_gains_is_that_of_a_run_where_profits_are_taxed(tmp_path: Path, plants: str) -> None:
    # The cave owns the hangar and pays 25 %, the commune owns the gym and pays nothing; the school is taxed
    # and owns no plant: bills and plants of each are taxed together, losses carried.
    persons = "id;name;kind;profit_tax_ratio\ncave;Cave;company;0.25\necole;École;company;0.15\n"
    folder = write_operation(tmp_path / "op", **{"local_eur_per_mwh = 105.0": "local_eur_per_mwh = 135.0"})
    (folder / "persons.csv").write_text(persons, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    of = alone(prepare(folder, folder / "out", draws=1, engine=NUMPY).plan)["prorata"]["everybody_npv_eur_ht"]
    money = run(folder, ran_on=date(2026, 9, 1), parts=RunParts(advice=False)).money
    assert money is not None
    assert money.total is not None
    taxed = {person.id: person.profit_tax_npv_eur for person in money.persons if person.profit_tax_npv_eur}
    assert set(taxed) == {"cave", "ecole"}
    assert of.reference == pytest.approx(money.total.npv_eur_ht, rel=1e-9)


def test_dearer_panels_lower_the_value_and_nothing_else(found: dict[str, Alone]) -> None:
    npv = effect(found["npv_eur_ht"], "capex")
    low, high = npv.values
    assert low > found["npv_eur_ht"].reference > high
    assert {e.factor for e in found["received_kwh"].effects}.isdisjoint({"capex", "supply_price"})
    # The value is straight in the investment: as far by euro on both sides.
    by_euro = [(v - found["npv_eur_ht"].reference) / c for v, c in zip(npv.values, npv.change, strict=True)]
    assert by_euro[0] == pytest.approx(by_euro[1], rel=1e-9)


def test_the_departure_is_that_of_the_largest_receiver(sweep: Sweep, found: dict[str, Alone]) -> None:
    case = sweep.plan.cases[0]
    gone = effect(found["received_kwh"], "withdrawal")
    usual = middle_draw(sweep.plan)
    received = case_results(case, usual, engine_of(NUMPY)).values[0, :, INDICATORS.index("received_kwh")]
    assert gone.who == case.ids[int(np.argmax(received[1:]))]
    left = case_results(case, replace(usual, leaver=gone.who), engine_of(NUMPY)).values
    assert gone.values == (left[0, GROUP, INDICATORS.index("received_kwh")],)
    assert gone.values[0] < found["received_kwh"].reference


def test_effects_stand_by_strength(found: dict[str, Alone]) -> None:
    for of in found.values():
        far = [max(abs(v - of.reference) for v in e.values) for e in of.effects]
        assert far == sorted(far, reverse=True)


def test_a_hypothesis_that_is_decided_is_not_tried(found: dict[str, Alone]) -> None:
    assert "local_price" not in {e.factor for e in found["npv_eur_ht"].effects}


@pytest.mark.parametrize(
    ("spread", "expected"),
    [
        (Spread("fixed", 1.0), (1.0, 1.0)),
        (Spread("uniform", 1.0, 0.5, 1.5), (0.6, 1.4)),
        # Area left of x in a triangle from 0 to 2 with its top at 1: x^2 / 2, so x = sqrt(0.2).
        (Spread("triangular", 1.0, 0.0, 2.0), (0.4472135954999579, 1.5527864045000421)),
        (Spread("triangular", 1.0, 1.0, 1.0), (1.0, 1.0)),
        (Spread("normal", 1.0, 0.04), (1.0 - 0.04 * 1.2815515655446004, 1.0 + 0.04 * 1.2815515655446004)),
    ],
)
def test_the_values_tried_hold_eight_draws_in_ten(spread: Spread, expected: tuple[float, float]) -> None:
    assert (spread.quantile(0.1), spread.quantile(0.9)) == pytest.approx(expected, rel=1e-12)
    generator = np.random.default_rng(3)
    drawn = np.array([spread.quantile(generator.random()) for _ in range(4000)])
    inside = ((drawn >= expected[0] - 1e-12) & (drawn <= expected[1] + 1e-12)).mean()
    assert inside == pytest.approx(1.0 if expected[0] == expected[1] else 0.8, abs=0.03)


@pytest.mark.slow
def test_curves_of_few_and_of_many_kwh_by_day_are_tried(sweep: Sweep) -> None:
    reference = alone(sweep.plan)["prorata"]["received_kwh"].reference
    noise = effect(alone(sweep.plan)["prorata"]["received_kwh"], "load_noise")
    few, many = noise.change
    assert few < 0.0 < many
    assert noise.values[0] < noise.values[1]
    assert reference * 0.7 < noise.values[0] < reference * 1.3


def test_without_noise_no_curve_is_tried(sweep: Sweep) -> None:
    sure = replace(sweep.plan, choice=replace(sweep.plan.choice, load_noise=0.0))
    assert "load_noise" not in {e.factor for e in alone(sure)["prorata"]["received_kwh"].effects}


@pytest.mark.parametrize(("years", "tried"), [(1, []), (2, [0, 1]), (5, [0, 1, 2, 3, 4])])
def test_each_year_of_weather_is_tried_where_there_are_several(
    sweep: Sweep, years: int, tried: list[int]
) -> None:
    plan = replace(sweep.plan, choice=replace(sweep.plan.choice, weather_years=years, load_noise=0.0))
    reference = np.zeros((1 + len(plan.cases[0].ids), len(INDICATORS)))
    trials = list(_trials(plan, 0, middle_draw(plan), reference))
    assert [draw.weather for trial in trials if trial.factor == "weather" for draw in trial.draws] == tried


@pytest.mark.parametrize("largest", [0, 1, 2])
def test_who_receives_most_is_the_one_that_leaves(sweep: Sweep, largest: int) -> None:
    plan = replace(sweep.plan, choice=replace(sweep.plan.choice, load_noise=0.0))
    reference = np.zeros((1 + len(plan.cases[0].ids), len(INDICATORS)))
    reference[[0, 1 + largest], INDICATORS.index("received_kwh")] = 9.0, 5.0
    (gone,) = (t for t in _trials(plan, 0, middle_draw(plan), reference) if t.factor == "withdrawal")
    assert (gone.who, gone.draws[0].leaver) == (plan.cases[0].ids[largest],) * 2
    alone_in_it = list(_trials(plan, 0, middle_draw(plan), reference[:2]))
    assert "withdrawal" not in {trial.factor for trial in alone_in_it}
