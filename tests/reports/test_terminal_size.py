"""The screen of `acc size` says what its document holds."""

from typing import Any

import pytest

from reports.terminal_size import print_size

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
