"""The profiles beside what is published: curves of the same kind, and the national load above 36 kVA."""

import importlib.util
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.steps import Steps, local_calendar
from profiles.curves.facts import RATIOS, Signature, signature
from profiles.reference.kinds import PROFILES
from profiles.reference.load import reference_load
from profiles.reference.shape_library import CELLS, cell_of_steps, library
from profiles.weather.synthetic_year import generated_weather
from tests.profiles.reference.evidence import (
    national_portfolio_kwh,
    national_ratios,
    national_weights,
    published_range,
    published_signatures,
    reference_year,
    typical_kwh,
    typical_signatures,
)

NATIONAL_TOLERANCE = 0.08
KIND_TOLERANCE = 0.10  # beyond the range of the published curves: other countries, other years

WITHOUT_PUBLISHED_CURVE = {
    "care-home", "street-lighting", "street-lighting-part-night", "swimming-pool", "wine-cooperative",
}  # fmt: skip

EXPECTED_WITHOUT_CURVE = {
    # People live there day and night, and nothing closes: flat but for meals, care and winter.
    "care-home": Signature(0.6, 1.0, 0.95, 1.2, 0.85, 0.55),
    # Pumps and air turn day and night; less heat in summer, one week without water.
    "swimming-pool": Signature(0.7, 1.0, 0.85, 1.15, 0.9, 0.6),
    # Vintage from late August to October, quiet from January to July.
    "wine-cooperative": Signature(0.45, 0.7, 1.0, 0.7, 0.7, 0.2),
}
GUESS_TOLERANCE = 0.12  # no curve was found: a guard against a slip of the table, not a proof


PAGE = Path(__file__).resolve().parents[3] / "docs" / "profils.md"


@pytest.mark.slow
def test_the_page_shows_every_kind_with_its_picture_and_the_numbers_of_today() -> None:
    spec = importlib.util.spec_from_file_location("pictures", PAGE.parent / "reference_pictures.py")
    assert spec
    assert spec.loader
    pictures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(pictures)
    page = PAGE.read_text(encoding="utf-8")
    for kind in PROFILES:
        assert f"`{kind}`" in page
        assert (PAGE.parent / "img" / f"profil-{kind}.png").is_file()
    assert pictures.written(page) == page, "run docs/reference_pictures.py"


def means(kind: str) -> dict[str, float]:
    sites = typical_signatures(kind, reference_year())
    return {name: float(np.mean([getattr(site, name) for site in sites])) for name in RATIOS}


def test_every_kind_has_a_published_curve_or_is_listed_as_without() -> None:
    assert {published.kind for published in published_signatures()} == set(PROFILES) - WITHOUT_PUBLISHED_CURVE


@pytest.mark.parametrize("kind", sorted(set(PROFILES) - WITHOUT_PUBLISHED_CURVE))
def test_the_signature_of_a_kind_stands_within_that_of_published_curves(kind: str) -> None:
    ours = means(kind)
    compared = {name: known for name in RATIOS if (known := published_range(kind, name))}
    assert len(compared) >= 3
    outside = {
        name: (ours[name], low, high)
        for name, (low, high) in compared.items()
        if not low - KIND_TOLERANCE <= ours[name] <= high + KIND_TOLERANCE
    }
    assert not outside


@pytest.mark.parametrize("kind", sorted(EXPECTED_WITHOUT_CURVE))
def test_kinds_without_a_published_curve_do_what_their_trade_says(kind: str) -> None:
    ours = means(kind)
    for name in RATIOS:
        assert ours[name] == pytest.approx(
            getattr(EXPECTED_WITHOUT_CURVE[kind], name), abs=GUESS_TOLERANCE
        ), name


def roughness(kwh: FloatArray) -> float:
    """Return the standard deviation of what is left of quarter hours inside their hour, over the mean."""
    hours = kwh.reshape(-1, 4)
    return float((hours - hours.mean(axis=1, keepdims=True)).std() / kwh.mean())


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        # Measured: a school 0.19, an administration 0.14, metalworking 0.09 (VDI 4657-3).
        ("primary-school", 0.14, 0.22),
        ("college", 0.14, 0.22),
        ("town-hall", 0.11, 0.17),
        ("office", 0.11, 0.17),
        ("metalworking", 0.07, 0.12),
    ],
)
def test_quarter_hours_are_as_rough_as_measured(kind: str, low: float, high: float) -> None:
    found = [roughness(typical_kwh(kind, reference_year(), str(site))) for site in range(4)]
    assert low <= np.mean(found) <= high


MEASURED = ["town-hall", "office"]


@pytest.mark.parametrize("kind", MEASURED)
def test_days_are_no_more_alike_than_those_of_measured_buildings(kind: str) -> None:
    # 52 building-years of Cambridge, 9 to 17 h: 0.08 to 0.22 (first and last decile), mean 0.14; an
    # administration of VDI 4657-3: 0.23. At 0.06 a site behind its own roof received a sixth too little.
    steps, cell = reference_year(), cell_of_steps(reference_year())
    found = []
    for site in range(4):
        kwh = typical_kwh(kind, steps, str(site))
        mean = np.bincount(cell, kwh, CELLS) / np.bincount(cell, minlength=CELLS)
        shapes = library()
        middle = shapes.middle_of(shapes.likeness(1e6))
        np.testing.assert_allclose(mean / mean.mean(), middle / middle.mean(), rtol=1e-9)
        by_day = (kwh / mean[cell]).reshape(-1, 96)[:, 36:68].mean(axis=1)
        found.append(by_day.std())
    assert np.mean(found) == pytest.approx(0.14, abs=0.02)


def winter_over_june_at_night(kwh: FloatArray, steps: Steps) -> float:
    calendar = local_calendar(steps)
    night = (calendar.minute >= 120) & (calendar.minute < 300)
    winter, june = night & np.isin(calendar.month, (12, 1, 2)), night & (calendar.month == 6)
    return float(kwh[winter].mean() / kwh[june].mean())


@pytest.mark.parametrize("kind", ["primary-school", "college", "sports-hall"])
def test_winter_nights_are_those_of_june_in_buildings_that_sleep(kind: str) -> None:
    # Measured: a school 0.98, an administration 1.05 (VDI 4657-3); 1.4 to 1.9 would heat an empty building.
    steps = reference_year()
    found = [winter_over_june_at_night(typical_kwh(kind, steps, str(site)), steps) for site in range(4)]
    assert 0.95 <= np.mean(found) <= 1.2


@pytest.mark.parametrize("kind", MEASURED)
def test_offices_are_the_mean_of_the_buildings_that_were_measured(kind: str) -> None:
    # 52 building-years of Cambridge (Langtry and Choudhary 2024), each brought to the same kWh: nights of
    # winter 1.30 times those of June, nights 0.58 of working hours, weekends 0.78 of the week. Two German
    # administrations (VDI 4657-3), one building each: nights of 0.38 and 0.50, weekends of 0.81 and 0.92.
    steps, buildings = reference_year(), library()
    cell = cell_of_steps(steps)
    ours, of_size = means(kind), signature(buildings.middle_of(buildings.likeness(1e6))[cell], steps)
    for name in ("night_day", "weekend_weekday", "august", "january_february", "may_june"):
        assert ours[name] == pytest.approx(getattr(of_size, name), abs=0.005), name
    theirs = signature(buildings.shape.mean(axis=0)[cell], steps)
    assert (theirs.night_day, theirs.weekend_weekday) == pytest.approx((0.58, 0.78), abs=0.005)
    one = typical_kwh(kind, steps, "0")
    assert winter_over_june_at_night(one, steps) == pytest.approx(1.25, abs=0.01)  # of 1 GWh
    lowest, highest = np.quantile(
        [winter_over_june_at_night(one[cell_of_steps(steps)], steps) for one in buildings.shape], (0.1, 0.9)
    )
    assert lowest < 1.05 < 1.30 < highest  # what Germany measured is in their range too


def test_homes_are_those_of_the_country() -> None:
    ours = means("household-group")
    # Enedis 2023; winter at normal temperatures. A home more or less in the mix moves them by 0.01.
    assert ours["night_day"] == pytest.approx(0.92, abs=0.01)
    assert ours["january_february"] == pytest.approx(1.45, abs=0.01)
    # The year as it was, hot: 0.69 in August, 0.70 in May and June.
    assert ours["august"] == pytest.approx(0.69, abs=0.04)
    assert ours["may_june"] == pytest.approx(0.70, abs=0.02)


def test_a_single_home_is_no_mean_of_homes() -> None:
    one, street = (
        reference_load(
            "household-group",
            reference_year(),
            annual_kwh=homes * 4255.0,
            position=None,
            temperature_c=None,
            seed=24,
            site_id="maison",
        )
        for homes in (1, 100)
    )
    assert one.kwh.sum() == pytest.approx(4255.0, rel=1e-12)
    assert "of 1 at most" in one.warnings[0]
    assert street.warnings == ()
    assert one.kwh.mean() / one.kwh.max() < 0.1
    assert street.kwh.mean() / street.kwh.max() > 0.3
    hundred = sum(
        typical_kwh("household-group", reference_year(), str(home), annual_kwh=4255.0) for home in range(100)
    )
    assert isinstance(hundred, np.ndarray)  # a hundred rows of one home are as smooth as a row of a hundred
    assert roughness(hundred) == pytest.approx(roughness(street.kwh), rel=0.25)


def test_a_national_mix_lands_on_the_national_ratios() -> None:
    steps = Steps.between(date(2023, 1, 1), date(2024, 1, 1), 30)
    assert sum(national_weights().values()) == pytest.approx(1.0)
    assert set(national_weights()) <= set(PROFILES)
    load = national_portfolio_kwh(steps, generated_weather(steps).temp_air_c)
    ours = signature(load, steps)
    for name, measured in national_ratios().items():
        assert getattr(ours, name) == pytest.approx(measured, abs=NATIONAL_TOLERANCE), name


@pytest.mark.shared
def test_the_national_ratios_are_those_of_the_file(shared_data: Path) -> None:
    path = shared_data / "grid" / "enedis_bilan_electrique_2023.csv"
    header = path.read_text(encoding="utf-8").partition("\n")[0].split(";")
    column = header.index("consommation_telerelevee_btsup")
    load = np.loadtxt(path, delimiter=";", skiprows=1, usecols=column)
    in_file = signature(load, Steps(datetime(2023, 1, 1), 30, load.size))
    for name, row in national_ratios().items():
        assert getattr(in_file, name) == pytest.approx(row, abs=0.01), name  # the rows hold two decimals


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "curve"),
    [
        ("LP_Oe_Schule_k.csv", "école k (Allemagne)"),
        ("LP_Oe_Buero_m.csv", "administration m (Allemagne)"),
        ("LP_G_MV.csv", "métallurgie MV (Allemagne)"),
    ],
)
def test_measured_signatures_are_those_of_the_files(shared_data: Path, file: str, curve: str) -> None:
    path = shared_data / "loads" / file
    load = np.loadtxt(path, delimiter=",", skiprows=1, usecols=1)
    first_day = date.fromisoformat(path.read_text(encoding="utf-8").splitlines()[1][:10])
    steps = Steps.between(first_day, first_day.replace(year=first_day.year + 1), 15)
    in_file = signature(load, steps)
    row = next(published for published in published_signatures() if published.curve == curve)
    for name, value in row.ratios.items():
        if value is not None:
            assert getattr(in_file, name) == pytest.approx(value, abs=0.01), name  # two decimals in the rows
