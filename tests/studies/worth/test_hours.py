"""An operation whose surplus is sold at the prices of a file: run, worth, front, size and sweep follow it."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from acc.front.result import PointKind
from acc.problem import InputError
from acc.worth.result import Way
from cli import main
from reports.format.rate_labels import sale_sentences, stopped_text
from scenarios.entry.folder.settings import read_setting
from scenarios.operation.draws.compute import drawn_gain
from scenarios.operation.draws.meters import meters_of, surplus_price_ratio
from scenarios.operation.ready.operation import open_operation
from scenarios.run import run
from scenarios.studies.front.run import front_of, keep_point
from scenarios.studies.worth.compare import AlternativeRequest, computed, neutral
from tests.scenarios.operation import write_operation
from tests.studies.front.test_front import folder_at

DAY = date(2026, 11, 25)
SOLD = {'surplus = "oa-2026-06"': 'surplus = "spot.csv"'}


def with_market(folder: Path) -> Path:
    """Return the folder with an invented file of prices and carbon: low by day, under zero on Sundays."""
    start = datetime(2025, 12, 31, tzinfo=UTC)
    lines = ["Datetime (UTC);Price (EUR/MWh);CO2 (g/kWh);CO2 marginal (g/kWh)"]
    for hour in range(24 * 368):
        moment = start + timedelta(hours=hour)
        sunny = 8 <= moment.hour < 16
        price = (-12 if moment.weekday() == 6 else 35) if sunny else 90
        lines.append(f"{moment:%Y-%m-%d %H:%M};{price};{25 if sunny else 40};400")
    (folder / "curves").mkdir(exist_ok=True)
    (folder / "curves" / "spot.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_market(write_operation(tmp_path_factory.mktemp("hours") / "op", **SOLD))


def test_a_run_says_what_the_surplus_gets_and_what_the_plan_becomes(folder: Path) -> None:
    result = run(folder, ran_on=DAY)
    money = result.money
    assert money is not None
    (sale,) = money.sales
    assert sale.negative_hours == pytest.approx(8 * 52, abs=8)
    assert -0.012 <= sale.capture_eur_per_kwh <= 0.090
    assert sale.capture_eur_per_kwh < sale.mean_eur_per_kwh
    assert sum(line.change_eur for line in money.closure.lines) == pytest.approx(0.0, abs=1e-6)
    assert money.flat_npv_eur_ht > money.plan.npv_eur_ht
    assert "curves/spot.csv" in result.provenance.inputs
    assert any("spot.csv" in sentence for sentence in sale_sentences(money))


def test_a_draw_that_changes_nothing_is_the_accounts_and_so_each_alternative(folder: Path) -> None:
    alone = (read_setting("operation.sharing=false"),)
    for settings in ((), alone):
        operation, metered = open_operation(folder, settings=settings)
        found = computed(AlternativeRequest(choice=Way.BOTH), operation, metered, reformed=False)
        assert found is not None
        case = found.case
        drawn = drawn_gain(found.case, neutral(case.ids), "numpy")
        persons = {person.id: person for person in found.money.persons}
        for p, id_ in enumerate(case.persons):
            assert drawn.gain_eur[p] == pytest.approx(persons[id_].gain_eur_ht, abs=1e-6)
            assert drawn.npv_eur[p] == pytest.approx(persons[id_].npv_eur_ht, abs=1e-6)


def test_a_draw_with_more_sun_sells_at_the_price_of_the_hours_it_leaves(folder: Path) -> None:
    # A fifth more sun: the same accounts as those of plants a fifth larger, whose costs are left out here.
    larger = tuple(
        read_setting(f"plants.{plant.id}.kwp={1.2 * plant.kwp:.6f}")
        for plant in open_operation(folder)[0].scenario.plants
    )
    operation, metered = open_operation(folder)
    found = computed(AlternativeRequest(choice=Way.BOTH), operation, metered, reformed=False)
    sunny = computed(
        AlternativeRequest(choice=Way.BOTH), *open_operation(folder, settings=larger), reformed=False
    )
    assert found is not None
    assert sunny is not None
    case, drawn = found.case, neutral(found.case.ids)
    meters = meters_of(case, replace(drawn, values={**drawn.values, "solar_yield": 1.2}))
    before = [plant.surplus.eur_per_kwh for plant in case.tariffs.plants]
    after = [plant.surplus.eur_per_kwh for plant in sunny.case.tariffs.plants]
    assert after != pytest.approx(before, rel=1e-3)  # more is left at noon, when prices are low
    np.testing.assert_allclose(before * surplus_price_ratio(case, meters), after, rtol=1e-9)
    np.testing.assert_allclose(surplus_price_ratio(case, meters_of(case, drawn)), 1.0, rtol=1e-9)


def test_a_point_of_the_front_is_its_run_where_a_kwh_may_be_better_sold(tmp_path: Path) -> None:
    folder = with_market(folder_at(tmp_path / "op", **SOLD))
    operation = open_operation(folder)[0]
    front = front_of(operation, points=3)
    assert all(place.distance_eur_ht >= -0.01 for place in front.keys.values())
    point = front.point(PointKind.MOST_EUROS)
    keep_point(front, operation, "cher", front.points.index(point) + 1)
    money = run(folder, ran_on=DAY, variant="cher").money
    assert money.total.gain_eur_ht == pytest.approx(point.values.gain_eur_ht, abs=0.01)


def test_a_file_that_is_not_there_is_said_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"spot\.csv.*put it there"):
        run(write_operation(tmp_path / "op", **SOLD), ran_on=DAY)


def test_the_command_prints_hours_and_both_carbons(tmp_path: Path) -> None:
    carbon = (
        '[carbon]\naverage = "spot.csv#CO2 (g/kWh)"\nmarginal = "spot.csv#CO2 marginal (g/kWh)"\n\n[weather]'
    )
    folder = with_market(write_operation(tmp_path / "op", **SOLD, **{"[weather]": carbon}))
    shown = CliRunner().invoke(main, ["run", str(folder), "--no-ranges", "--details", "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    assert "Price under zero for" in said
    assert "mean kWh of each hour" in said
    assert "(marginal)" in said
    assert "not known: `marginal`" not in said
    asked = ["run", str(folder), "--no-ranges", "--json", "--force"]
    data = json.loads(CliRunner().invoke(main, asked).output)
    assert [one["basis"] for one in data["money"]["carbon"]] == ["yearly", "yearly", "hourly", "marginal"]
    assert data["money"]["surplus_sales"][0]["file"] == "spot.csv"


@pytest.fixture(scope="module")
def stopping(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where every plant stops at negative prices, those of Sundays."""
    copy = tmp_path_factory.mktemp("stops") / "op"
    shutil.copytree(folder, copy)
    head, *lines = (copy / "plants.csv").read_text(encoding="utf-8").splitlines()
    rows = [f"{head};stops_at_negative_price", *(f"{line};oui" for line in lines)]
    (copy / "plants.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return copy


def test_a_run_with_plants_that_stop_tells_what_they_hold_back(folder: Path, stopping: Path) -> None:
    before, after = (run(path, ran_on=DAY) for path in (folder, stopping))
    (sold,), (kept,) = before.money.sales, after.money.sales
    assert (before.energy.shared_kwh == after.energy.shared_kwh).all()
    assert kept.kwh == pytest.approx(sold.kwh - sold.negative_kwh)
    assert kept.eur_ht == pytest.approx(sold.eur_ht - sold.negative_eur_ht)
    stopped_kwh = sum(plant.stopped_kwh for plant in after.money.plants)
    assert stopped_kwh == pytest.approx(sold.negative_kwh)
    first = [result.money.plan.flows.production_kwh[1] for result in (before, after)]
    assert first[0] - first[1] == pytest.approx(stopped_kwh)
    assert after.money.plan.npv_eur_ht > before.money.plan.npv_eur_ht
    assert f"{stopped_kwh / 1000.0:.2f}\u00a0MWh" in stopped_text(after.money.plants)
    assert stopped_text(before.money.plants) == ""
    assert not any(
        "hold back" in sentence and "Not counted" in sentence for sentence in sale_sentences(after.money)
    )


@pytest.mark.parametrize("solar_yield", [1.0, 1.2])
def test_a_draw_of_plants_that_stop_is_their_accounts(stopping: Path, solar_yield: float) -> None:
    operation, metered = open_operation(stopping)
    found = computed(AlternativeRequest(choice=Way.BOTH), operation, metered, reformed=False)
    case, drawn = found.case, neutral(found.case.ids)
    if solar_yield == 1.0:
        persons = {person.id: person for person in found.money.persons}
        gains = drawn_gain(case, drawn, "numpy")
        for p, id_ in enumerate(case.persons):
            assert gains.gain_eur[p] == pytest.approx(persons[id_].gain_eur_ht, abs=1e-6)
            assert gains.npv_eur[p] == pytest.approx(persons[id_].npv_eur_ht, abs=1e-6)
    larger = tuple(
        read_setting(f"plants.{plant.id}.kwp={solar_yield * plant.kwp:.6f}")
        for plant in operation.scenario.plants
    )
    sunny = open_operation(stopping, settings=larger)[0].tariffs
    meters = meters_of(case, replace(drawn, values={**drawn.values, "solar_yield": solar_yield}))
    before = [plant.surplus.eur_per_kwh for plant in case.tariffs.plants]
    after = [plant.surplus.eur_per_kwh for plant in sunny.plants]
    np.testing.assert_allclose(before * surplus_price_ratio(case, meters), after, rtol=1e-9)


def test_a_plant_that_stops_without_a_price_by_the_hour_is_told(stopping: Path) -> None:
    fixed = run(stopping, ran_on=DAY, settings=(read_setting("prices.surplus=45"),))
    assert sum("nothing is stopped" in text for text in fixed.money.warnings) == len(fixed.scenario.plants)
    assert not any(plant.stopped_kwh for plant in fixed.money.plants)
