"""The screen of `acc size` says what its document holds."""

from typing import Any

import pytest

from reports.terminal.size import print_size

SIZED: dict[str, Any] = {
    "value": 1000.0,
    "bound": 1000.0,
    "gap_ratio": 0.0,
    "npv_eur_ht": 1000.0,
    "worst_member": None,
    "capex_eur_ht": 36_000.0,
    "kwp": 36.0,
    "autoconsommation_ratio": 0.9,
    "autoproduction_ratio": 0.3,
    "plants": [{"id": "toit", "kwp": 36.0, "alternative": 0, "contract": "oa", "next_kwp": -12.0}],
}


def test_a_sizing_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    row = {
        "plant": "toit",
        "alternative": 0,
        "from_kwp": 9.0,
        "to_kwp": 36.0,
        "contract": "oa",
        "value": None,
    }
    document = {
        "objective": "npv",
        "best": SIZED,
        "without_cap": SIZED | {"value": 1500.0},
        "power_cap_kwp": 4999.999,
        "frontier": [SIZED, SIZED],
        "compared": [row],
        "battery": None,
        "notes": ["A note."],
    }
    print_size(document, {})
    text = capsys.readouterr().out
    assert "Proven: no powers within the limits give more than 1,000 EUR" in text
    assert "without it, 500 EUR more" in text
    assert "impossible" in text
    assert "· A note." in text


def test_contracts_without_a_name_and_the_worst_served_are_said_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    plants = [
        {"id": "toit", "kwp": 36.0, "alternative": 1, "contract": "price", "next_kwp": 0.01},
        {"id": "hangar", "kwp": 9.0, "alternative": 0, "contract": "none", "next_kwp": 0.0},
    ]
    row = {"plant": "toit", "alternative": 0, "from_kwp": 100.0, "to_kwp": 100.001, "contract": "price"}
    document = {
        "objective": "worst-member",
        "best": SIZED | {"value": 0.021, "bound": 0.021, "worst_member": "ecole", "plants": plants},
        "without_cap": None,
        "frontier": [],
        "compared": [row | {"value": 0.02}],
        "battery": None,
        "notes": [],
    }
    print_size(document, {"ecole": "École", "toit": "Toiture du gymnase"})
    text = capsys.readouterr().out
    assert "worst served participant, as a part of its bill: École" in text
    assert "the price given" in text
    assert "Toiture du gymnase (2)" in text
    assert "100.0 – 100.0" not in text


BATTERY: dict[str, Any] = {
    "kwh": 120.0,
    "kw": 60.0,
    "next_kwh": -3.0,
    "taken_kwh": 10_000.0,
    "given_kwh": 9_000.0,
    "lost_kwh": 1_000.0,
    "capex_eur_ht": 48_000.0,
}


def printed(capsys: pytest.CaptureFixture[str], battery: dict[str, Any], **found: Any) -> str:
    none = SIZED | {"value": 900.0, "battery": BATTERY | {"kwh": 0.0}}
    best = SIZED | {"battery": BATTERY | battery, "gap_ratio": 1e-3}
    finding = {
        "max_kwh": 120.0,
        "capex_eur_per_kwh": 400.0,
        "first_kwh_eur": 450.0,
        "running_eur_per_kwh": 0.0,
        "pays_below_eur_per_kwh": 450.0,
        "without": none,
        "curve": [none, best],
    }
    document = {
        "objective": "npv",
        "best": best,
        "without_cap": None,
        "frontier": [],
        "compared": [],
        "battery": finding | found,
        "notes": [],
    }
    print_size(document, {})
    return capsys.readouterr().out


def test_a_battery_is_printed_with_what_it_brings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    text = printed(capsys, {})
    assert "Proven: no powers and battery within the limits give more than 1,000 EUR" in text
    assert "Battery: 120 kWh, 60 kW, investment 48,000 EUR; each year it gives back 9,000 kWh" in text
    assert "raise max_kwh" in text
    assert "With it 1,000 EUR, without any 900 EUR (+100 EUR). One kWh of battery more: −3 EUR." in text
    assert "A battery pays below 450 EUR/kWh (counted here: 400)" in text
    assert "The gap comes from prices that differ by hour, plant or contract" in text
    assert "What each size of battery is worth" in text


def test_a_battery_that_never_pays_is_said_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    text = printed(capsys, {"kwh": 0.0}, running_eur_per_kwh=500.0, pays_below_eur_per_kwh=-50.0)
    assert "Battery: none. Here it costs more than it brings." in text
    assert "Without any 900 EUR. A first kWh of battery: −3 EUR." in text
    assert "At no price does a battery pay here" in text
    assert "less than the 500 EUR of its running costs" in text
