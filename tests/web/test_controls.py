"""Each control by hand: where it stands, between which ends, by which step, and the words that it writes."""

from dataclasses import replace

import pytest

from acc.scenario import Battery, KeyChoice, Scenario
from acc.sites import Plant
from tests.operations import member, plant, scenario, with_prices
from web.controls import Controls, Slider, controls_of, uncontrolled, words_of_fields


def made_of(*roofs: Plant, **given: object) -> Scenario:
    return scenario([member("a")], roofs or [plant("toit", kwp=9.0)], **given)


def controls(base: Scenario, now: Scenario | None = None, **given: object) -> Controls:
    return controls_of(now or base, base, {}, **given)


def ends(slider: Slider) -> tuple[str, str, str]:
    return slider.low, slider.high, slider.step


@pytest.mark.parametrize(
    ("eur_per_kwh", "low", "high"),
    [(0.105, "60", "160"), (0.03, "30", "160"), (0.2, "60", "200")],
)
def test_the_local_price_slides_from_60_to_160_and_as_far_as_the_folder_goes(
    eur_per_kwh: float, low: str, high: str
) -> None:
    base = with_prices(made_of(), local_eur_per_kwh=eur_per_kwh)
    (local, *_rest) = controls(base, with_prices(base, local_eur_per_kwh=0.0955)).prices
    assert ends(local) == (low, high, "0.1")  # since 95.5 is asked for
    assert (local.value, local.base, local.moved) == ("95.5", f"{1000 * eur_per_kwh:g}", True)
    assert (local.text, local.base_text) == ("95.5\u00a0€/MWh", f"{1000 * eur_per_kwh:g}")
    assert not controls(base).prices[0].moved
    assert ends(controls(base).prices[0]) == (low, high, "1")


@pytest.mark.parametrize(
    ("prices", "at", "expected"),
    [
        ({"local_eur_per_kwh": 0.0955}, 0, ("60", "160", "0.1")),
        ({"local_eur_per_kwh": 0.0333}, 0, ("33", "160", "0.1")),
        ({"local_eur_per_kwh": 0.21025}, 0, ("60", "210.25", "0.01")),
        ({"supply_ratio": 1.5}, 1, ("0.6", "1.5", "0.05")),
        ({"supply_ratio": 0.52}, 1, ("0.5", "1.4", "0.005")),
        ({"supply_ratio": 1.23456}, 1, ("0.6", "1.4", "5e-06")),
        ({"pmo_eur_per_year": 1250.0}, 2, ("0", "10000", "10")),
    ],
)
@pytest.mark.parametrize("is_moved", [False, True])
def test_a_value_beyond_the_ends_or_between_two_steps_has_its_own_step(
    prices: dict[str, float], at: int, expected: tuple[str, str, str], is_moved: bool
) -> None:
    """A browser would move it to the nearest step, and the page ask for a change that nobody made."""
    base = with_prices(made_of(), local_eur_per_kwh=0.1)
    there = with_prices(base, **prices)
    slider = controls(base if is_moved else there, there).prices[at]
    assert ends(slider) == expected
    for value in (slider.value, slider.base):
        rank = (float(value) - float(slider.low)) / float(slider.step)
        assert rank == pytest.approx(round(rank), abs=1e-6)
        assert float(slider.low) <= float(value) <= float(slider.high)
    if slider.texts:
        assert (
            slider.texts[round((float(slider.value) - float(slider.low)) / float(slider.step))] == slider.text
        )


def test_a_local_price_that_is_not_set_is_called_so_until_it_moves() -> None:
    base = with_prices(made_of(), local_eur_per_kwh=None)
    unset, moved = (
        controls(base, with_prices(base, local_eur_per_kwh=price)).prices[0] for price in (None, 0.09)
    )
    assert (unset.text, unset.base_text, unset.unset) == ("not set",) * 3
    assert (moved.text, moved.base_text, moved.unset) == ("90\u00a0€/MWh", "not set", "not set")


def test_a_grid_of_local_prices_moves_as_a_whole() -> None:
    base = with_prices(made_of(), local_by_participant_eur_per_kwh={"a": 0.1})
    local = controls(base, with_prices(base, local_ratio=1.1)).prices[0]
    assert (local.path, local.value, local.base, local.text) == ("prices.local_ratio", "1.1", "1", "+10%")


def test_suppliers_go_from_minus_to_plus_40_percent_by_steps_of_5() -> None:
    base = made_of()
    suppliers = controls(base, with_prices(base, supply_ratio=1.2)).prices[1]
    assert ends(suppliers) == ("0.6", "1.4", "0.05")
    assert (len(suppliers.texts), suppliers.texts[7:10]) == (17, ("−5%", "as today", "+5%"))
    assert (suppliers.low_text, suppliers.high_text) == ("−40%", "+40%")
    assert (suppliers.text, suppliers.base_text) == ("+20%", "as today")


@pytest.mark.parametrize(("eur", "high"), [(300.0, "10000"), (12_000.0, "12000")])
def test_the_fees_of_the_organising_body_go_to_10_000_euros_or_further(eur: float, high: str) -> None:
    fees = controls(with_prices(made_of(), pmo_eur_per_year=eur)).prices[2]
    assert ends(fees) == ("0", high, "100")
    assert fees.value == f"{eur:g}"


@pytest.mark.parametrize(
    ("kwp", "now", "most", "high", "step"),
    [
        (9.0, 9.0, None, "27", "1"),
        (9.5, 9.5, None, "28.5", "0.1"),
        (40.0, 40.0, None, "120", "1"),
        (50.0, 50.0, None, "150", "10"),
        (105.0, 105.0, None, "315", "1"),
        (100.0, 100.0, 250.0, "250", "10"),
        (100.0, 100.0, 90.0, "100", "10"),
        (100.0, 400.0, None, "400", "10"),
    ],
)
def test_a_roof_slides_to_its_most_or_to_three_times_today(
    kwp: float, now: float, most: float | None, high: str, step: str
) -> None:
    base, moved = made_of(plant("toit", kwp=kwp)), made_of(plant("toit", kwp=now))
    (roof,) = controls(base, moved, most_kwp={} if most is None else {"toit": most}).roofs
    assert ends(roof) == ("0", high, step)
    assert (roof.id, roof.option, roof.path, roof.off) == ("kwp.toit", "kwp", "toit", "toit")
    assert (roof.value, roof.base) == (f"{now:g}", f"{kwp:g}")


def test_a_roof_that_is_left_out_stands_at_zero_and_all_powers_are_told_together() -> None:
    base = made_of(plant("toit", kwp=9.0), plant("hangar", kwp=100.0))
    now = made_of(plant("hangar", kwp=100.0))
    assert [roof.value for roof in controls(base, now).roofs] == ["0", "100"]
    assert controls(base).power_text == "109\u00a0kWc"
    assert controls(base, now).power_text == "100\u00a0kWc"


def test_a_battery_slides_to_twice_what_it_is() -> None:
    battery = Battery(energy_kwh=50.0, power_kw=25.0, round_trip_ratio=0.9)
    base = replace(made_of(), battery=battery)
    held, off, larger = (
        controls(base, replace(base, battery=now)).roofs[1]
        for now in (battery, None, replace(battery, energy_kwh=130.0))
    )
    assert (ends(held), held.value, held.base) == (("10", "100", "10"), "50", "50")
    assert (off.value, off.base) == ("0", "50")
    assert (larger.value, larger.high) == ("130", "130")
    assert len(controls(made_of()).roofs) == 1


def test_the_key_of_the_folder_comes_first_and_those_that_need_parameters_only_where_it_gives_them() -> None:
    base = made_of(key=KeyChoice(name="equal"), key_parameters={"priority": {"ranks": [["a"]]}})
    found = controls(base, replace(base, key=KeyChoice(name="static")))
    names = [key.name for key in (*found.keys, *found.other_keys)]
    assert [name for name in names if name != "optimal"][:3] == ["equal", "prorata", "static"]
    assert [key.name for key in found.keys if key.is_base] == ["equal"]
    assert [key.name for key in (*found.keys, *found.other_keys) if key.is_chosen] == ["static"]
    assert "priority" in names
    assert not {"weighted", "custom"} & set(names)


def test_what_a_form_moves_becomes_the_words_of_the_command_line() -> None:
    base = made_of(plant("toit", kwp=9.0), plant("hangar", kwp=100.0))
    sliders = controls(base).sliders
    fields = {"prix": "95", "kwp.toit": "0", "kwp.hangar": "120", "pmo": "0"}
    assert words_of_fields(sliders, fields) == (["prices.local_eur_per_mwh=95"], ["toit"], ["hangar=120"])
    assert words_of_fields(sliders, {}) == ([], [], [])
    sets = ["prix=95", "participants.a.kva=60", "participants.a.active=true", "key.floor_ratio=0.2"]
    assert uncontrolled(sets, sliders, frozenset({"key.floor_ratio"})) == ["participants.a.kva=60"]
