"""The screen of `acc size` says what was found."""

from dataclasses import replace

import pytest

from acc.result.sizing import Aim, SizedBattery, SizedClass
from reports.terminal.screen import show
from reports.terminal.size import size_nodes
from tests.reports.make_sizing import BATTERY, POWERS, ROOF, sizing, worth


def test_a_sizing_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    row = SizedClass(
        plant="toit",
        alternative=0,
        from_kwp=9.0,
        to_kwp=36.0,
        contract="oa",
        value=None,
        npv_eur_ht=None,
    )
    found = sizing(
        without_cap=replace(POWERS, value=1500.0),
        power_cap_kwp=4999.999,
        frontier=(POWERS, POWERS),
        compared=(row,),
        notes=("A note.",),
    )
    show(size_nodes(found, {}))
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert "No other choice within the limits gives more: proven." in text
    assert "without it, 500 € more" in text
    assert "impossible" in text
    assert "· A note." in text


def test_contracts_without_a_name_and_the_worst_served_are_said_in_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    plants = (
        replace(ROOF, alternative=1, contract="price", next_kwp=0.01),
        replace(ROOF, id="hangar", kwp=9.0, contract="none", next_kwp=0.0),
    )
    row = SizedClass(
        plant="toit",
        alternative=0,
        from_kwp=100.0,
        to_kwp=100.001,
        contract="price",
        value=0.02,
        npv_eur_ht=9.0,
    )
    best = replace(POWERS, value=0.021, bound=0.021, worst_member="ecole", plants=plants)
    found = sizing(aim=Aim.WORST_MEMBER, best=best, compared=(row,))
    show(size_nodes(found, {"ecole": "École", "toit": "Toiture du gymnase"}))
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert "worst served participant, as a part of its bill: École" in text
    assert "the price given" in text
    assert "Toiture du gymnase (2)" in text
    assert "100.0 – 100.0" not in text


def printed(capsys: pytest.CaptureFixture[str], battery: SizedBattery, **found: float) -> str:
    none = replace(POWERS, value=900.0, battery=replace(BATTERY, kwh=0.0))
    best = replace(POWERS, battery=battery, gap_ratio=1e-3)
    show(size_nodes(sizing(best=best, battery=worth(none, best, **found)), {}))
    return capsys.readouterr().out.replace("\u00a0", " ")


def test_a_battery_is_printed_with_what_it_brings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    text = printed(capsys, BATTERY)
    assert "No other choice within the limits gives more than 1,000 €: proven." in text
    assert "Battery: 120 kWh, 60 kW, investment 48,000 €; each year it gives back 9,000 kWh" in text
    assert "raise max_kwh" in text
    assert "With it 1,000 €, without any 900 € (+100 €). One kWh of battery more: −3 €." in text
    assert "A battery pays below 450 €/kWh (counted here: 400)" in text
    assert "The gap comes from prices that differ by hour, plant or contract" in text
    assert "What each size of battery is worth" in text


def test_a_battery_that_never_pays_is_said_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    text = printed(capsys, replace(BATTERY, kwh=0.0), running_eur_per_kwh=500.0, pays_below_eur_per_kwh=-50.0)
    assert "Battery: none. Here it costs more than it brings." in text
    assert "Without any 900 €. A first kWh of battery: −3 €." in text
    assert "At no price does a battery pay here" in text
    assert "less than the 500 € of its running costs" in text
