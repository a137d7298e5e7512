"""Regulated figures as data: each with its source, and whether a newer one should exist."""

from datetime import date

import pytest

from acc.bills.tariffs import RateUsed
from acc.result.rates import RateInForce, RatesInForce
from reports.data.encode import encode
from reports.terminal.coefficients import rates_nodes
from reports.terminal.screen import show
from scenarios.rates.table import rates_in_force

FOUND = RatesInForce(
    on=date(2026, 9, 1),
    rates=(
        RateInForce(
            rate=RateUsed(
                name="accise_normal",
                value=30.85,
                unit="EUR/MWh",
                in_force_from="2026-02-01",
                reference="A text",
                confidence="H",
                valid_until="2026-07-31",
                ask="douanes",
            ),
            subject="taxes",
            is_stale=True,
        ),
    ),
)


def test_a_figure_is_told_with_its_source_and_its_age() -> None:
    assert encode(FOUND) == {
        "on": "2026-09-01",
        "rates": [
            {
                "name": "accise_normal",
                "value": 30.85,
                "unit": "EUR/MWh",
                "in_force_from": "2026-02-01",
                "reference": "A text",
                "confidence": "H",
                "valid_until": "2026-07-31",
                "ask": "douanes",
                "subject": "taxes",
                "stale": True,
            }
        ],
    }


def test_a_figure_that_should_be_newer_is_marked_on_the_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    show(rates_nodes(FOUND))
    text = capsys.readouterr().out
    assert "Figures in force on 1\u00a0September 2026" in text
    assert "01/02/2026 ⚠" in text
    assert "31/07/2026" in text
    assert "A text; for the next one, ask: douanes" in text


def test_the_figures_of_a_day_are_those_whose_name_starts_as_asked() -> None:
    found = rates_in_force(date(2026, 9, 1), "perimeter_")
    assert found.on == date(2026, 9, 1)
    assert found.rates
    assert {row.subject for row in found.rates} == {"perimeter"}
    assert rates_in_force(date(2026, 9, 1), "nothing").rates == ()
