"""A battery and flexible loads in draws: without uncertainty a run, under every key; drawn, other hours."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scenarios.operation.draws.compute import NUMBA, NUMPY, engine_of
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.results import GROUP, INDICATORS
from scenarios.run import RunParts, run
from scenarios.studies.sweep.run import prepare
from tests.draws import case_results
from tests.effort import few
from tests.scenarios.operation import write_operation
from tests.studies.sweep.test_sweep import sure_draw

BATTERY = """
[battery]
energy_kwh = 60
power_kw = 20
round_trip_ratio = 0.85
initial_ratio = 0.5
"""
FLEXIBLE = """
[[flexible]]
participant = "cave"
daily_kwh = 90
power_kw = 30
usual = "22:00-06:00"
allowed = "09:00-17:00"

[[flexible]]
participant = "ecole"
daily_kwh = 40
power_kw = 15
usual = "06:00-09:00"
allowed = "10:00-16:00"
"""
DEVICES = {"battery": BATTERY, "flexible": FLEXIBLE, "both": BATTERY + FLEXIBLE}
OA = {'surplus = "oa-2026-06"': "surplus = 30.0"}
"""The plants of the folder are small enough for the contract; a market price counts every kWh."""


@pytest.fixture(scope="module", params=list(DEVICES))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = write_operation(tmp_path_factory.mktemp("devices") / "op", **OA)
    path = made / "operation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + DEVICES[request.param], encoding="utf-8")
    return made


@pytest.mark.parametrize("engine", few(1, [NUMBA, NUMPY]))
def test_a_draw_without_uncertainty_is_a_run_under_every_key(folder: Path, engine: str) -> None:
    made = prepare(folder, folder / "out", draws=1, engine=engine)
    # Each key run by itself: beside another some of its years would lie on a curve.
    outcomes = {
        key: run(folder, ran_on=date(2026, 9, 1), key=key, parts=RunParts(advice=False))
        for key in made.plan.keys
    }
    found = case_results(made.plan.cases[0], sure_draw(made), engine_of(engine))
    assert len(made.plan.keys) == 5
    for k, key in enumerate(made.plan.keys):
        outcome = outcomes[key]
        values = dict(zip(INDICATORS, found.values[k].T, strict=True))
        assert outcome.money is not None
        assert outcome.money.plan is not None
        assert outcome.money.total is not None
        np.testing.assert_allclose(values["received_kwh"][1:], outcome.energy.received_kwh, rtol=1e-9)
        np.testing.assert_allclose(values["consumption_kwh"][1:], outcome.energy.consumption_kwh, rtol=1e-9)
        saving = [m.saving_eur_ht for m in outcome.money.participants if m.saving_eur_ht is not None]
        known = values["saving_eur_ht"][1:]
        np.testing.assert_allclose(known[np.isfinite(known)], saving, rtol=1e-8, atol=1e-6)
        assert values["surplus_kwh"][GROUP] == pytest.approx(outcome.energy.surplus_kwh.sum())
        assert values["autoconsommation_ratio"][GROUP] == pytest.approx(outcome.energy.autoconsommation_ratio)
        assert values["npv_eur_ht"][GROUP] == pytest.approx(outcome.money.plan.npv_eur_ht)
        gains = {person.id: person.gain_eur_ht for person in outcome.money.persons}
        assert dict(zip(made.plan.persons, found.gain_eur[k], strict=True)) == pytest.approx(gains)


def test_both_engines_draw_the_same_and_energy_closes(folder: Path) -> None:
    made = prepare(folder, folder / "out", draws=1)
    case, drawn = made.plan.cases[0], draw(made.plan.choice, 7, made.plan.unknowns)
    one, other = (case_results(case, drawn, engine_of(name)) for name in (NUMPY, NUMBA))
    np.testing.assert_allclose(one.values, other.values, rtol=1e-9, atol=1e-6)
    values = dict(zip(INDICATORS, one.values[0].T, strict=True))
    lost = (values["production_kwh"] - values["surplus_kwh"] - values["received_kwh"])[GROUP]
    battery = case.scenario.battery
    if battery is None:
        assert lost == pytest.approx(0.0, abs=1e-6)
    else:  # what a battery lost, less what it held at the start
        assert lost > -battery.energy_kwh


def test_who_leaves_takes_its_flexible_loads_along(folder: Path) -> None:
    made = prepare(folder, folder / "out", draws=1)
    gone = replace(sure_draw(made), leaver="cave")
    values = case_results(made.plan.cases[0], gone, engine_of(NUMPY)).values
    column = INDICATORS.index("received_kwh")
    assert np.isnan(values[0, 1 + made.plan.cases[0].ids.index("cave"), column])
    assert np.nansum(values[0, 1:, column]) == pytest.approx(values[0, GROUP, column])
