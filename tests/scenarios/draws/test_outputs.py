"""What a plant makes is drawn in layers, plant by plant: what is known of it takes some of them away."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.plant_model import Plane
from acc.sites import Plant, PlantKind, Said, StudyKind
from benchmarks.yields import held_rows
from profiles.data.sourced_figures import FOLDER
from scenarios.operation.draws import outputs as module
from scenarios.operation.draws.draws import doubts_of_outputs, drawn_outputs
from scenarios.operation.draws.outputs import DrawnOutputs, KnownBy, known_by, study_law
from scenarios.operation.draws.settings import MODEL, SweepChoice, read_sweep
from tests.scenarios.draws.test_settings import source

CHOICE: SweepChoice = read_sweep(source(seed=7))
ROOF = Plant(id="p", name="P", kwp=9.0)
DRAWS = 400


def ratios(*plants: Plant, choice: SweepChoice = CHOICE, draws: int = DRAWS) -> FloatArray:
    """Return what draws make of the mean output of plants of one power, (draws,)."""
    return np.array([outputs_in(n, choice).ratios(plants).mean() for n in range(draws)])


def outputs_in(number: int, choice: SweepChoice = CHOICE) -> DrawnOutputs:
    return drawn_outputs(choice.spreads[MODEL], choice.seed, number, choice.load_noise)


def width(values: FloatArray) -> float:
    low, high = np.quantile(values, (0.1, 0.9))
    return float(high - low)


def test_the_more_is_known_the_narrower() -> None:
    blank, written = replace(ROOF, said=Said.GUESS), ROOF
    plan, meter = replace(ROOF, said=Said.PLAN), replace(ROOF, curve="p.csv", p50_kwh_per_kwp=1200.0)
    study = replace(ROOF, p50_kwh_per_kwp=1200.0, study=StudyKind.STUDY)
    known = [known_by(plant) for plant in (blank, written, plan, study, meter)]
    assert known == [KnownBy.NOBODY, KnownBy.WRITTEN, KnownBy.PLAN, KnownBy.STUDY, KnownBy.METER]
    widths = [width(ratios(plant)) for plant in (blank, written, plan, study, meter)]
    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == len(widths)
    assert widths[-1] == 0.0


def test_a_study_strays_as_its_p90_says_the_sun_of_a_year_taken_out() -> None:
    said = replace(ROOF, p50_kwh_per_kwp=1200.0, study=StudyKind.STUDY)
    sure, unsure = (replace(said, p90_kwh_per_kwp=1200.0 * (1.0 - 1.2815516 * sd)) for sd in (0.041, 0.10))
    assert study_law(said).low == 0.05
    assert study_law(replace(said, study=None)).low == 0.08  # an estimate
    assert study_law(sure).low == 0.035
    assert study_law(unsure).low == pytest.approx(sqrt(0.10**2 - 0.04**2))


def test_eight_plants_stray_less_than_one_of_the_same_power() -> None:
    one, eight = ROOF, [replace(ROOF, id=f"p{n}") for n in range(8)]
    assert width(ratios(*eight)) < 0.7 * width(ratios(one))


@pytest.mark.parametrize("in_common", [0.2, 1.0])
def test_the_part_in_common_is_that_of_a_one_factor_copula(
    in_common: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of normal laws, the variance of a mean of 8 is what is in common, and an eighth of the rest."""
    monkeypatch.setattr(module, "IN_COMMON", in_common)
    normal = {"shape": "normal", "middle": 1.0, "spread": 0.05}
    choice = read_sweep(source(seed=7, model_yield=normal))
    eight = [replace(ROOF, id=f"p{n}", said=Said.PLAN) for n in range(8)]
    wanted = 0.05 * sqrt(in_common + (1.0 - in_common) / 8.0)
    assert ratios(*eight, choice=choice, draws=1000).std() == pytest.approx(wanted, rel=0.06)  # 1,000 draws
    told = doubts_of_outputs(choice.spreads, eight, choice.seed)[""]
    assert told is not None
    assert told.sigma_ratio == pytest.approx(np.hypot(0.04, wanted), rel=0.06)  # 400 draws


def test_a_law_of_the_folder_takes_the_place_of_model_and_site() -> None:
    fixed = read_sweep(source(seed=7, model_yield={"shape": "fixed", "middle": 0.95}))
    assert ratios(replace(ROOF, said=Said.PLAN), choice=fixed).tolist() == [1.0] * DRAWS
    assert width(ratios(ROOF, choice=fixed)) > 0.0  # its plane


def test_without_noise_no_plane_is_drawn() -> None:
    outputs = outputs_in(3, replace(CHOICE, load_noise=0.0))
    assert outputs.of_plane(replace(ROOF, said=Said.GUESS)) == 1.0


def test_one_more_plant_changes_nothing_of_the_others() -> None:
    beside = replace(ROOF, id="q", kind=PlantKind.GROUND)
    drawn = outputs_in(5)
    assert drawn.ratios([ROOF]) == drawn.ratios([ROOF, beside])[0]
    assert drawn.ratios([ROOF])[0] != drawn.ratios([beside])[0]


def test_the_middle_of_the_planes_drawn_is_the_plane_written() -> None:
    east = replace(ROOF, planes=(Plane(surface_tilt_deg=20.0, surface_azimuth_deg=90.0),), said=Said.GUESS)
    for plant in (replace(ROOF, said=Said.GUESS), east):
        found = [outputs_in(n).of_plane(plant) for n in range(1000)]
        assert np.median(found) == pytest.approx(1.0, abs=0.006)  # places are a grid of ten by ten
    there, here = (module._moved(plant.planes, 0.0, 45.0) for plant in (ROOF, east))
    assert (there, here) == pytest.approx((0.9320, 0.9192))  # one turns away from the south, one to it


def test_the_doubt_told_to_a_lender_is_that_of_the_draws() -> None:
    plants = [
        replace(ROOF, id=f"p{n}", said=said, kind=kind)
        for n, (said, kind) in enumerate(
            [(Said.GUESS, PlantKind.ROOF), (None, PlantKind.GROUND), (Said.PLAN, PlantKind.CANOPY)]
        )
    ]
    year = np.array([1.0 + 0.04 * z for z in np.random.default_rng(1).standard_normal(2000)])
    drawn = year * ratios(*plants, draws=2000)
    low, middle = np.quantile(drawn, (0.1, 0.5))
    doubts = doubts_of_outputs(CHOICE.spreads, plants, CHOICE.seed)
    found, alone = doubts[""], doubts[plants[0].producer]
    assert alone == doubts_of_outputs(CHOICE.spreads, plants[:1], CHOICE.seed)[""]
    assert found.p90_ratio == pytest.approx(low / middle, abs=0.01)  # 400 draws, and a tenth put together
    assert alone.sigma_ratio > found.sigma_ratio


def test_held_yields_set_no_law() -> None:
    held = {row["name"].partition(",")[0] for row in held_rows()}
    tables = [*FOLDER.glob("*.csv"), *module.LAWS.parent.glob("*spreads*.csv")]
    named = {name: path.name for path in tables for name in held if name in path.read_text(encoding="utf-8")}
    assert (len(held), named) == (8, {})
