from datetime import date

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from reports.format.language import current, use
from reports.format.money import eur, per_mwh, price, thousands
from reports.format.numbers import (
    NumberWithUnit,
    clock,
    day_letters,
    day_month,
    days_text,
    energy_scale,
    fr,
    long_date,
    month_letter,
    mwh,
    mwh_text,
    of_place,
    percent,
    power,
    quantity,
    signed,
    span,
    unit,
)
from reports.nodes.tree import quantity_box

NARROW, FIXED, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.fixture
def french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")


@pytest.mark.usefixtures("french")
def test_french_numbers_have_a_narrow_space_a_comma_and_a_true_minus() -> None:
    assert fr(1234567.891, 1) == f"1{NARROW}234{NARROW}567,9"
    assert fr(-1234.0) == f"{MINUS}1{NARROW}234"
    assert unit(92.0, "€/MWh") == f"92{FIXED}€/MWh"
    assert percent(0.335) == f"34{FIXED}%"
    assert signed(12.0) == "+12"
    assert signed(-0.2) == "0"


@pytest.mark.usefixtures("french")
def test_french_dates_and_hours() -> None:
    assert long_date(date(2026, 1, 12)) == f"12{FIXED}janvier 2026"
    assert long_date(date(2026, 8, 1)) == f"1er{FIXED}août 2026"
    assert day_month(date(2026, 8, 1)) == f"1er{FIXED}août"
    assert clock(13 * 60 + 30) == f"13{FIXED}h{FIXED}30"
    assert clock(0) == f"0{FIXED}h"
    assert day_letters() == ("L", "M", "M", "J", "V", "S", "D")
    assert "".join(month_letter(month) for month in range(1, 13)) == "JFMAMJJASOND"


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("Bergerac", "de Bergerac"),
        ("Eymet", "d’Eymet"),
        ("Le Fleix", "du Fleix"),
        ("Les Eyzies", "des Eyzies"),
        ("La Force", "de La Force"),
        ("Issigeac", "d’Issigeac"),
        ("Yvrac", "d’Yvrac"),
    ],
)
def test_french_places_are_elided(place: str, expected: str) -> None:
    assert of_place(place) == expected


def test_english_numbers_have_commas_and_points() -> None:
    assert fr(1234567.891, 1) == "1,234,567.9"
    assert percent(0.335) == "34%"


def test_what_is_missing_is_a_dash_and_what_is_small_is_not_zero() -> None:
    assert fr(float("nan")) == "–"
    assert percent(float("nan")) == "–"
    scale = energy_scale(880_000.0)
    assert scale.text(300.0) == f"<{FIXED}1{FIXED}MWh"
    assert scale.text(0.0) == f"0{FIXED}MWh"


def test_a_range_never_reads_from_four_to_four() -> None:
    assert span(4.1, 4.4) == "from 4.1 to 4.4"
    assert span(4.0, 4.0) == "4, no spread"
    assert span(-1.2, 3.0, 0, "k€") == f"from {MINUS}1 to 3{FIXED}k€"


def test_a_period_says_nothing_twice() -> None:
    first, last = date(2025, 4, 1), date(2025, 9, 30)
    assert days_text(first, last).replace(FIXED, " ") == "from 1 April to 30 September 2025"
    assert days_text(first, first).replace(FIXED, " ") == "on 1 April 2025"
    assert days_text(date(2025, 7, 1), date(2026, 1, 5)).count("202") == 2


def test_money_is_rounded_as_it_can_be_known() -> None:
    assert [eur(amount) for amount in (50_929.4, -80.4, 4.4, 0.0)] == ["50,900", f"{MINUS}80", "4", "0"]
    assert str(thousands(-118_103.2)) == f"{MINUS}118{FIXED}k€"
    assert per_mwh(0.0698) == f"69.8{FIXED}€/MWh"


@pytest.mark.usefixtures("french")
def test_a_quantity_is_a_number_and_a_unit_joined_only_as_text() -> None:
    assert quantity(1234.5, "kWh", 1) == NumberWithUnit(f"1{NARROW}234,5", "kWh")
    assert f"{quantity(1234.5, 'kWh', 1)}" == f"1{NARROW}234,5{FIXED}kWh"
    assert (power(9.0).number, power(250.0).number) == ("9,0", "250")
    assert (price(0.0825), price(0.1406)) == (NumberWithUnit("82,5", "€/MWh"), NumberWithUnit("141", "€/MWh"))


def test_a_tile_shows_a_quantity_whose_unit_has_a_space_in_two_parts() -> None:
    shown = quantity_box(quantity(3.0, f"h{FIXED}a{FIXED}year"), "with surplus", "")
    assert (shown.number, shown.unit) == ("3", f"h{FIXED}a{FIXED}year")


def test_a_quantity_that_nobody_knows_is_a_dash_beside_its_unit() -> None:
    assert quantity(float("nan"), "kW") == NumberWithUnit("–", "kW")


def test_energies_of_a_screen_are_in_mwh_to_a_tenth() -> None:
    assert (mwh(1_250_049.0), mwh_text(49.0)) == ("1,250.0", f"0.0{FIXED}MWh")


@pytest.mark.usefixtures("french")
def test_dates_are_written_as_the_french_write_them_the_first_of_a_month_too() -> None:
    assert long_date(date(2025, 8, 1)) == f"1er{FIXED}août 2025"
    assert day_month(date(2025, 12, 31)) == f"31{FIXED}décembre"
    assert days_text(date(2025, 2, 1), date(2025, 2, 11)).split(" ")[1::2] == ["1er", f"11{FIXED}février"]


def test_the_language_is_chosen_once_and_an_unknown_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de")
    assert current() == "en"
    with pytest.raises(ValueError, match="fr or en"):
        use("de")


@given(value=st.floats(-1e12, 1e12), decimals=st.integers(0, 3), lang=st.sampled_from(["fr", "en"]))
def test_a_number_is_written_as_the_unicode_locales_write_it(value: float, decimals: int, lang: str) -> None:
    before = current()
    use(lang)
    try:
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        locale = {"fr": "fr_FR", "en": "en_GB"}[lang]
        expected = format_decimal(round(value, decimals) + 0.0, format=pattern, locale=locale)
        assert fr(value, decimals) == expected.replace("-", MINUS)
    finally:
        use(before)
