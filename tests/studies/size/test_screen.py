"""The screen of `acc size` says what was found."""

from dataclasses import replace

import pytest

from acc.accounts.person_values import PersonMoney
from acc.result.proposal import Candidate, Proposal, recommend
from acc.size.result import Aim, ComparedPowers, PowersFor, SizedBattery, SizedClass
from reports.studies.size.files import size_document
from reports.studies.size.screen import size_nodes
from reports.terminal.screen import show
from tests.studies.size.make_sizing import BATTERY, POWERS, ROOF, sizing, worth


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
    assert (
        "No other choice within the limits gives more than 1,000 € (0 € above what was found): proven."
        in text
    )
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


NOBODY = PersonMoney(
    id="",
    name="",
    participant_ids=(),
    plant_ids=(),
    bills_before_eur_ht=0.0,
    bills_after_eur_ht=0.0,
    own_use_eur_ht=0.0,
    internal_eur_ht=0.0,
    sales_eur_ht=0.0,
    costs_eur_ht=0.0,
    lost_vat_eur=0.0,
    full_accise_eur_ht=0.0,
)


def beside(written: float, found: float) -> tuple[ComparedPowers, ...]:
    gains = ((PowersFor.WRITTEN, 9.0, written), (PowersFor.BEST, 20.0, found))
    return tuple(
        ComparedPowers(name=name, powers_kwp={"toit": kwp}, total=replace(NOBODY, npv_eur_ht=npv))
        for name, kwp, npv in gains
    )


def test_powers_for_one_aim_say_what_they_cost_everybody_and_are_no_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    proposal = Proposal(
        names=("written", "found"),
        result=recommend(
            [Candidate(losers=0, total=total, gini=0.1) for total in (1_625_100.0, 1_580_800.0)]
        ),
        totals=(1_625_100.0, 1_580_800.0),
        in_euros=True,
        plan_years=(25,),
        loser_ids=((), ()),
        ginis=(0.1, 0.1),
        lawful=(True, True),
        near_ratio=0.01,
    )
    best = replace(POWERS, plants=(replace(ROOF, kwp=20.0),))
    asked = {"best": best, "reference_powers": beside(1_625_100.0, 1_580_800.0)}
    show(size_nodes(sizing(**asked, proposal=proposal), {"toit": "École"}))
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert "Answer" not in text
    assert "For this aim alone: École 20 kWp in place of" in text
    assert (
        "The group’s criteria keep “the powers of the folder”. They leave “École 20 kWp in place of" in text
    )
    assert "44,300 € less for everybody over 25 years; nobody would lose." in text
    show(size_nodes(sizing(**asked), {"toit": "École"}))
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert "criteria" not in text
    assert "Everybody together, to compare: the powers of the folder: 1,625,100 €; École 20 kWp" in text


def test_a_bound_of_the_first_year_repeated_says_what_it_does_not_prove(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    made = sizing(later_years_eur=3_600.0)
    show(size_nodes(made, {}))
    text = capsys.readouterr().out.replace("\u00a0", " ")
    assert "proven with the first year repeated, not of the 3,600 € that later years add here" in text
    assert size_document(made)["bound_basis"] == "first-year-repeated"
    assert size_document(sizing())["bound_basis"] == "value"
