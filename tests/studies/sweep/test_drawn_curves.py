"""Curves as draws bend them: bills kept, the same homes as uncertain in one row as in a hundred."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.batch.sums import MANY, ProductiveSteps
from acc.bills.tariff_slots import HCH, HPH
from acc.result.result import LoadQuality
from acc.sites import Grade, KeptBill, Kind, LoadSource, Participant, SupplyContract
from acc.steps import Steps, local_calendar
from profiles.reference.shape_library import (
    CELLS,
    LEAST_POWER,
    Building,
    library,
    library_of,
    profile_kwh,
    usual_hours,
)
from scenarios.operation.draws.case import _groups
from scenarios.operation.draws.compute import NUMPY, engine_of, work
from scenarios.operation.draws.draws import draw
from scenarios.operation.draws.loads import (
    bendable_kwh,
    bendable_rows,
    bill_clocks,
    billed_parts,
    cells_of,
    empty_sheets,
)
from scenarios.operation.draws.meters import meters_of
from scenarios.operation.draws.results import INDICATORS
from scenarios.operation.draws.settings import Spread
from scenarios.operation.draws.unknowns import Rule, Unknown, unknown_of
from scenarios.studies.sweep.run import Sweep, prepare
from tests.draws import case_results, roughness
from tests.effort import few
from tests.scenarios.draws.test_settings import choice_of
from tests.scenarios.operation import PARTICIPANTS, write_operation

PRICES = """[prices]
local_eur_per_mwh = 105.0
surplus = "oa-2026-06"
pmo_eur_per_year = 300.0
"""


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    folder = write_operation(tmp_path_factory.mktemp("curves") / "op", **{', "catch-up"': ""})
    return prepare(folder, folder / "out", draws=6, engine=NUMPY)


def participant(profile: str = "office", **changes: object) -> Participant:
    source = LoadSource(profile=profile, annual_kwh=60e3)
    return replace(Participant(id="x", name="X", kind=Kind.COMPANY, source=source), **changes)  # type: ignore[arg-type]


def unknown(of: Participant, grade: Grade = Grade.PROFILE, kwh: float = 60e3) -> Unknown:
    return unknown_of(of, LoadQuality(grade=grade, source="", band_ratio=0.3), kwh, library())


def test_every_draw_returns_the_known_bill(sweep: Sweep) -> None:
    case = sweep.plan.cases[0]
    for number in range(6):
        drawn = draw(sweep.plan.choice, number, sweep.plan.unknowns)
        growth = 1.0 + drawn.values["load_growth"]
        assert drawn.load_ratio == dict.fromkeys(case.ids, growth)
        values = case_results(case, drawn, engine_of(NUMPY)).values
        used = values[0, 1:, INDICATORS.index("consumption_kwh")]
        bill = case.load_by_group_kwh[drawn.weather].sum(axis=1) * growth
        apart = [n for n, name in enumerate(case.ids) if name != "cave"]  # the cave makes a part of its own
        np.testing.assert_allclose(used[apart], bill[apart], rtol=1e-9)


def test_the_fast_sums_and_the_reference_bend_alike(sweep: Sweep) -> None:
    case, drawn = sweep.plan.cases[0], draw(sweep.plan.choice, 3, sweep.plan.unknowns)
    found = case_results(case, drawn, engine_of(NUMPY)).values
    column = INDICATORS.index("received_kwh")
    prorata, equal = (found[sweep.plan.keys.index(key)][0, column] for key in ("prorata", "equal"))
    assert prorata == pytest.approx(equal, rel=1e-9)  # both use all that can be used


def received(total: FloatArray) -> float:
    """Return what a total shape (CELLS,) takes of a noon sun as large as it in a year."""
    hour = np.arange(CELLS) % 24
    sun = np.clip(np.cos((hour - 13.0) / 12.0 * np.pi), 0.0, None)
    hours = usual_hours()
    sun *= 0.6 * (total * hours).sum() / (sun * hours).sum()
    return float((np.minimum(total, sun) * hours).sum() / (total * hours).sum())


def total_width(rows: dict[str, Unknown], draws: int = 400) -> float:
    """Return (P90 - P10) / P50 of what the homes of all rows receive, each shape laid on its kind."""
    (rule,), (kind,) = {one.rule for one in rows.values()}, {one.family for one in rows.values()}
    kwh = profile_kwh(kind)[1] if rule is Rule.PROFILE else usual_hours()
    power, found = kwh / usual_hours(), []
    for number in range(draws):
        shape = draw(choice_of(), number, rows).shape
        laid = [power * one / (kwh * one).sum() * rows[name].sites for name, one in shape.items()]
        found.append(received(np.sum(laid, axis=0)))
    low, middle, high = np.quantile(found, [0.1, 0.5, 0.9], method="weibull")
    return float((high - low) / middle)


@pytest.mark.slow
@pytest.mark.parametrize("profile", few(1, ["household-group", "office"]))
def test_the_same_homes_are_as_uncertain_in_one_row_as_in_a_hundred(profile: str) -> None:
    home = unknown(participant(profile, households=1), kwh=4255.0)
    whole = unknown(participant(profile, households=100), kwh=100 * 4255.0)
    one_row = total_width({"all": whole})
    hundred = total_width({f"home {n}": home for n in range(100)})
    assert home.sites == 1
    assert whole.sites == 100
    assert one_row == pytest.approx(hundred, abs=0.008)
    assert hundred > 0.02  # the common part is left, however many rows


def test_an_estimate_strays_in_level_and_a_bill_does_not() -> None:
    fixed = choice_of(load_growth={"shape": "fixed", "middle": 0.0})
    estimate = unknown(participant(), Grade.ESTIMATE)
    levels = [draw(fixed, n, {"e": estimate, "p": unknown(participant())}).load_ratio for n in range(1000)]
    assert {one["p"] for one in levels} == {1.0}
    assert np.mean([abs(one["e"] - 1.0) <= 0.3 for one in levels]) == pytest.approx(0.8, abs=0.04)


def test_members_of_a_kind_stray_together_and_other_kinds_do_not() -> None:
    rows = {
        "a": unknown(participant("shop")),
        "b": unknown(participant("shop")),
        "c": unknown(participant("college")),
    }
    told = {name: replace(one, unsaid=None) for name, one in rows.items()}
    by_day = np.array([list(draw(choice_of(), n, told).daytime.values()) for n in range(600)])
    same, other = np.corrcoef(by_day.T)[0, 1:]
    assert same > 0.2
    assert abs(other) < 0.12
    by_day = np.array([list(draw(choice_of(), n, rows).daytime.values()) for n in range(600)])
    assert np.corrcoef(by_day.T)[0, 2] > 0.12  # what nobody said, all share


def test_rules_follow_what_is_known_of_a_curve() -> None:
    assert unknown(participant("office")).rule is Rule.MEASURED
    assert unknown(participant("cold-store")).rule is Rule.PROFILE
    assert unknown(participant("office"), Grade.B).rule is Rule.OTHER_YEAR
    # A bill with postes is a bill: its shape is drawn, by the rule of its kind; its kWh are known.
    for kind, rule in (("office", Rule.MEASURED), ("cold-store", Rule.PROFILE)):
        fitted = unknown(participant(kind), Grade.FITTED)
        assert (fitted.rule, fitted.common_level_ratio, fitted.own_level_ratio, fitted.changes) == (
            rule,
            0.0,
            0.0,
            False,
        )
    assert unknown(participant("household-group"), kwh=42_550.0).sites == 10


def test_a_measured_curve_changes_its_kwh_as_buildings_did_unless_a_bill_tells_them() -> None:
    fixed = choice_of(load_growth={"shape": "fixed", "middle": 0.0})
    metered = participant(source=LoadSource(curve="x.csv"))
    billed = participant(source=LoadSource(curve="x.csv", annual_kwh=60e3))
    rows = {"metered": unknown(metered, Grade.A), "billed": unknown(billed, Grade.A)}
    rows = {name: replace(row, own_level_ratio=0.0) for name, row in rows.items()}
    levels = [draw(fixed, n, rows).load_ratio for n in range(1000)]
    assert {one["billed"] for one in levels} == {1.0}
    low, middle, high = np.quantile([one["metered"] for one in levels], (0.1, 0.5, 0.9))
    # 21 buildings from 2018 to 2019: ln -0.73 -0.23 ... 0.09 0.62; less their median, each way, eight in ten
    # lie within 0.18 or so.
    assert middle == pytest.approx(1.0, abs=0.02)
    assert 0.80 <= low <= 0.92
    assert 1.09 <= high <= 1.25
    several = replace(rows["metered"], sites=20)
    spread = np.std([draw(fixed, n, {"m": several}).load_ratio["m"] for n in range(200)])
    assert spread < 0.5 * np.std([one["metered"] for one in levels])


def test_a_measured_plant_has_not_the_bias_of_the_model(sweep: Sweep) -> None:
    case = sweep.plan.cases[0]
    measured = replace(case, modelled=np.zeros_like(case.modelled))
    drawn = draw(sweep.plan.choice, 0, sweep.plan.unknowns)
    made = [
        case_results(one, drawn, engine_of(NUMPY)).values[0, 0, INDICATORS.index("production_kwh")]
        for one in (case, measured)
    ]
    assert drawn.output is not None
    assert np.any(drawn.output.ratios(case.scenario.plants) != 1.0)
    assert made[0] != made[1]


def test_the_library_is_of_measured_shapes_of_mean_one() -> None:
    shapes, hours = library(), usual_hours()
    assert shapes.shape.shape == (52, CELLS)
    np.testing.assert_allclose((shapes.shape * hours).sum(axis=1), hours.sum(), rtol=1e-12)
    assert len(shapes.other_year) == 2 * 21
    assert shapes.shape.min() >= LEAST_POWER * 0.9


def test_what_changes_from_a_year_to_another_is_told_in_the_order_of_the_years() -> None:
    even = np.ones(CELLS)
    by_day = np.where(np.arange(CELLS) % 24 == 12, 1.5, 1.0)
    rows = [("a", 2019, even), ("a", 2018, by_day), ("b", 2018, even), ("b", 2019, by_day)]
    made = library_of([Building(name, year, 1e5, shape) for name, year, shape in rows], np.zeros((1, 144)))
    # One uses more at noon, the other less: nothing of it is usual, all of it is their own.
    noon = np.log(made.other_year[:, 12] / made.other_year[:, 0])
    assert np.sort(noon) == pytest.approx([-np.log(1.5), -np.log(1.5), np.log(1.5), np.log(1.5)])


def test_roughness_is_what_is_left_inside_a_cell() -> None:
    # Two weekdays of a month: quarters of an hour differ, and one day uses twice as much as the other.
    steps = Steps.between(date(2026, 1, 7), date(2026, 1, 9), 30)
    load = np.tile([[1.0], [3.0]], (48, 1))
    load[48:] *= 2.0
    load[[0, 1, 48, 49]] = 0.0
    found = roughness(load, steps).ravel()
    assert found[:4] == pytest.approx([1.0, 1.0, 1 / 3, 1.0])  # a mean of 3 in the cell
    assert found[48:52] == pytest.approx([1.0, 1.0, 2 / 3, 2.0])


def test_with_no_noise_curves_stay_as_they_stand(sweep: Sweep) -> None:
    choice = replace(sweep.plan.choice, load_noise=0.0, spreads={**sweep.plan.choice.spreads})
    spread = Spread("fixed", 0.0)
    choice = replace(choice, spreads={**choice.spreads, "load_growth": spread})
    drawn = draw(choice, 0, sweep.plan.unknowns)
    assert drawn.shape == {}
    assert set(drawn.load_ratio.values()) == {1.0}


def test_draws_are_paired_across_variants(tmp_path: Path) -> None:
    folder = write_operation(
        tmp_path / "op", **{', "catch-up"': "", 'keys = ["': 'variants = ["sans la cave"]\nkeys = ["'}
    )
    made = prepare(folder, tmp_path / "out", draws=2, engine=NUMPY)
    used = work(made.plan, 0, 2).values[..., INDICATORS.index("consumption_kwh")]
    school = 1 + made.plan.members.index("ecole")
    np.testing.assert_allclose(used[:, 0, :, school], used[:, 1, :, school], rtol=1e-9)


def test_a_bill_with_postes_keeps_each_of_them_in_every_draw(sweep: Sweep) -> None:
    case = sweep.plan.cases[0]
    postes = KeptBill(kwh_by_slot=dict.fromkeys(("hph", "hch", "hpb", "hcb"), 1.0))
    people = [replace(one, bill=postes if one.id == "ecole" else None) for one in case.scenario.participants]
    its = people.index(next(one for one in people if one.bill is not None))
    slots = {its: case.slot_by_group[its]}
    cells = replace(case.cells, billed=billed_parts(people, slots, case.slot_by_group.shape[1]))
    drawn = draw(sweep.plan.choice, 1, sweep.plan.unknowns)
    shape = np.stack([drawn.shape[name] for name in case.ids])
    stands = case.load_by_group_kwh[0]
    found = cells.by_group(0, cells.factors(0, stands, shape))
    school, office = case.ids.index("ecole"), case.ids.index("mairie")
    by_slot = [
        np.bincount(case.slot_by_group[n], kwh[n], 5) for n in (school, office) for kwh in (stands, found)
    ]
    np.testing.assert_allclose(by_slot[0], by_slot[1], rtol=1e-9)
    assert not np.allclose(by_slot[2], by_slot[3], rtol=1e-3)  # one figure: the postes are drawn
    np.testing.assert_allclose(by_slot[2].sum(), by_slot[3].sum(), rtol=1e-9)


@pytest.mark.parametrize("prices", [PRICES, ""])
def test_a_folder_whose_bill_has_postes_draws_its_shape_and_keeps_each_poste(
    tmp_path: Path, prices: str
) -> None:
    folder = write_operation(tmp_path / "op", **{', "catch-up"': "", PRICES: prices})
    head, *rows = PARTICIPANTS.strip().split("\n")
    postes = {"ecole": ";20000;9000;45000;14000"}
    table = [
        f"{head};hph_kwh;hch_kwh;hpb_kwh;hcb_kwh",
        *(row + postes.get(row.split(";")[0], ";;;;") for row in rows),
    ]
    (folder / "participants.csv").write_text("\n".join(table).replace(";88000;", ";;"), encoding="utf-8")
    plan = prepare(folder, folder / "out", draws=1, engine=NUMPY).plan
    case, drawn = plan.cases[0], draw(plan.choice, 2, plan.unknowns)
    school = case.ids.index("ecole")
    assert plan.unknowns["ecole"].rule is Rule.PROFILE
    growth = 1.0 + drawn.values["load_growth"]
    kwh = meters_of(case, drawn).consumption_by_group_kwh[school]
    assert (case.tariffs is None) is (not prices)
    by_slot = kwh @ case.cells.billed[school]
    np.testing.assert_allclose(by_slot[1:], growth * np.array([20e3, 9e3, 45e3, 14e3]), rtol=1e-9)


def test_postes_are_kept_without_any_price_on_the_clock_of_the_bill() -> None:
    steps = Steps.between(date(2026, 1, 1), date(2026, 3, 1), 60)
    bill = KeptBill(kwh_by_slot=dict.fromkeys(("hph", "hch", "hpb", "hcb"), 1.0))
    large = replace(participant(), bill=bill, contract=SupplyContract(subscribed_kva=(300.0,)))
    ((_place, clock),) = bill_clocks([participant(), large]).items()
    group, slots, count = _groups(steps, [clock])
    parts = billed_parts([participant(), large], {1: slots[0]}, count)[:, group].argmax(axis=2)
    sunday = local_calendar(steps).weekday == 6
    assert set(parts[0].tolist()) == {0}
    assert set(parts[1][sunday].tolist()) == {HCH}  # medium voltage: no word of any tariff
    assert set(parts[1][~sunday].tolist()) == {HPH, HCH}


def test_two_postes_are_kept_over_both_seasons() -> None:
    bill = KeptBill(kwh_by_slot={"hp": 1.0, "hc": 1.0})
    parts = billed_parts([replace(participant(), bill=bill)], {0: np.arange(5)}, 5)
    assert parts[0].argmax(axis=1).tolist() == [1, 1, 2, 1, 2]


def test_many_sites_are_laid_out_some_at_a_time_as_all_at_once() -> None:
    steps = Steps.between(date(2025, 6, 1), date(2025, 6, 3), 15)
    load = np.random.default_rng(1).gamma(2.0, 1.0, (steps.count, 2 * MANY + 7))
    known = [unknown(participant("office" if n % 3 else "shop")) for n in range(load.shape[1])]
    lit = np.arange(steps.count) % 4 > 0
    sheet = ProductiveSteps.of(lit, np.arange(steps.count) % 2, 2)
    expected = sheet.take(bendable_kwh(load, steps, known))
    (found,) = empty_sheets(None, known, len(sheet.rows), 1)
    billed = np.ones((len(known), 2, 1))
    cells_of(np.arange(steps.count) % 2 * CELLS, sheet.rows, [load], steps, known, billed, [found])
    np.testing.assert_array_equal(found, expected)
    assert np.isfortran(found)  # a step stands together in memory
    rows = list(bendable_rows(load, steps, known, 50))  # 12 hours and a half: cells are those of both days
    np.testing.assert_array_equal(np.concatenate(rows), bendable_kwh(load, steps, known))
