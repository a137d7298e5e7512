"""The screens of `acc sweep` and `acc size` say what their documents hold."""

from pathlib import Path
from typing import Any

import pytest

from reports.terminal_batch import print_size, print_sweep, win_lines

RANGES = {
    "received_kwh": {"": (90_000.0, 100_000.0, 110_000.0)},
    "saving_eur_ht": {"": (900.0, 1000.0, 1100.0)},
}
VARIANT: dict[str, Any] = {
    "name": "",
    "keys": {"prorata": {"ranges": RANGES}, "static": {"ranges": RANGES}},
    "beats": {
        "saving_eur_ht": {
            "prorata": {"static": {"": 0.93, "a": 1.0, "b": 0.6, "c": 0.2}},
            "static": {"prorata": {"": 0.07, "a": 0.0, "b": 0.4, "c": 0.8}},
        }
    },
    "regret": {"saving_eur_ht": {"prorata": {"": 0.0}, "static": {"": 75.0}}},
    "variance_shares": {"npv_eur_ht": {"capex": 0.7, "weather": 0.2, "rest": 0.1}},
}
SIZED: dict[str, Any] = {
    "value": 1000.0,
    "bound": 1000.0,
    "gap_ratio": 0.0,
    "npv_eur_ht": 1000.0,
    "capex_eur_ht": 36_000.0,
    "kwp": 36.0,
    "autoconsommation_ratio": 0.9,
    "autoproduction_ratio": 0.3,
    "plants": [{"id": "toit", "kwp": 36.0, "alternative": 0, "contract": "oa", "next_kwp": -12.0}],
}


def test_the_winner_is_told_by_member_and_for_all() -> None:
    (line,) = win_lines(VARIANT)
    assert "prorata does better than static for 2 participants of 3, worse for 1" in line
    assert "93% of the draws" in line


def test_a_sweep_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    document = {"draws": 200, "seed": 24, "weather_years": 5, "variants": [VARIANT]}
    print_sweep(document, Path("out/sweep-1"))
    text = capsys.readouterr().out
    assert "200 draws, 5 weather years, seed 24" in text
    assert "90 / 100 / 110" in text
    assert "70%" in text


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
        "notes": ["A note."],
    }
    print_size(document)
    text = capsys.readouterr().out
    assert "Proven: no powers within the limits give more than 1,000 EUR" in text
    assert "without it, 500 EUR more" in text
    assert "impossible" in text
    assert "· A note." in text
