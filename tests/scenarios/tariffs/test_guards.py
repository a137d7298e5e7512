"""What cannot be had is refused or not counted, with a sentence that says what to do."""

from dataclasses import replace

import pytest

from acc.accounts.values import PlantMoney
from acc.bills.tariffs import Tariffs
from acc.finance import Finance
from acc.problem import InputError
from acc.scenario import Scenario
from acc.sites import ContractCode, FixedPrice, PlantCosts
from scenarios.operation.tariffs.build import tariffs
from scenarios.rates.table import read_rates
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices

NOON_JULY = 24 * 194 + 11


def made(scenario_: Scenario) -> Tariffs:
    return tariffs(read_rates(), scenario_)


def closed(scenario_: Scenario) -> str:
    """Return the one reason that closes an option which the folder asks for."""
    found = made(with_prices(scenario_, same_substation=True))
    assert found.option_open is False
    (text,) = [text for text in found.warnings if "is asked for but closed" in text]
    return text


@pytest.mark.parametrize(
    ("kva", "refused"), [(250.0, False), (250.5, True), (900.0, True)]
)  # 900 kVA: a mistake seen in a real folder
def test_low_voltage_ends_at_250_kva(kva: float, refused: bool) -> None:
    asked = scenario([member("a", "BTSUP-LU", (kva,))])
    if not refused:
        assert made(asked).members[0].subscribed_kva == (kva,)
        return
    with pytest.raises(InputError) as caught:
        made(asked)
    (fault,) = caught.value.problems
    assert str(fault) == (
        f"participants.csv, a, kva: {kva:g} kVA under BTSUP-LU: low voltage ends at 250 kVA; "
        "give HTA-CU-PF or HTA-LU-PF"
    )


def test_a_default_power_of_low_voltage_stops_at_its_end() -> None:
    asked = scenario([member("a", "BTSUP-CU", ())])
    assert tariffs(read_rates(), asked, [300.0]).members[0].subscribed_kva == (250.0,)


def test_a_point_in_medium_voltage_closes_the_option_and_is_named() -> None:
    text = closed(scenario([member("a"), member("b", "HTA-CU-PF", (300.0,))], [plant()]))
    assert "B in medium voltage (HTA): study the operation without, or leave the option" in text


def test_a_plant_above_250_kva_closes_the_option_and_its_inverter_decides() -> None:
    text = closed(scenario([member("a")], [plant(kwp=251.0)]))
    assert "TOIT above 250 kVA" in text
    small = with_prices(scenario([member("a")], [plant(kwp=300.0, inverter_kva=250.0)]), same_substation=True)
    assert made(small).option_open is True


def test_more_power_than_one_substation_closes_the_option() -> None:
    roofs = [plant(f"r{n}", kwp=200.0) for n in range(6)]  # 6 x 200 = 1,200 kVA
    assert "1200 kVA together, when one HTA/BT substation usually carries 1000" in closed(
        scenario([member("a")], roofs)
    )
    whole = with_prices(scenario([member("a")], roofs[:5]), same_substation=True)  # 1,000: still carried
    assert made(whole).option_open is True


def test_subscribed_powers_count_above_36_kva_only() -> None:
    large = [member(f"m{n}", "BTSUP-CU", (210.0,)) for n in range(5)]  # 5 x 210 = 1,050 kVA
    assert "1050 kVA together" in closed(scenario(large, [plant()]))
    homes = [member(f"h{n}", "CU4", (36.0,)) for n in range(40)]  # 1,440 kVA that never peak together
    assert made(with_prices(scenario(homes, [plant()]), same_substation=True)).option_open is True


def test_a_closed_option_that_nobody_asks_for_is_not_told() -> None:
    found = made(scenario([member("a")], [plant(kwp=251.0)]))
    assert found.option_open is False
    assert not [text for text in found.warnings if "option" in text]


def test_the_surplus_of_a_plant_too_large_for_its_contract_is_unknown_and_not_counted() -> None:
    """101 kWp under obligation d'achat: 400 kWh of which 300 local at 105, 100 left that nobody prices."""
    asked = with_prices(
        scenario([member("a")], [plant(kwp=101.0)], finance=Finance()), surplus=ContractCode("oa-2026-06")
    )
    exchange = exchange_of(asked, {NOON_JULY: [300.0]}, {NOON_JULY: [400.0]})
    found = money_of(asked, exchange)
    (roof,) = found.plants
    assert isinstance(roof, PlantMoney)
    assert (roof.local_eur_ht, roof.surplus_kwh) == (pytest.approx(31.5), pytest.approx(100.0))
    assert (roof.surplus_eur_ht, roof.all_sold_eur_ht, roof.gain_eur_ht) == (None, None, None)
    assert found.corridor.unknown_ids[-1] == roof.owner
    assert any("cannot have it: the euros of its surplus are unknown" in text for text in found.warnings)


def test_a_grant_and_obligation_d_achat_do_not_go_together() -> None:
    granted = scenario([member("a")], [plant(kwp=99.0)], finance=Finance(grant_eur=5000.0))
    bought = with_prices(granted, surplus=ContractCode("oa-2026-06"))
    (text,) = [text for text in made(bought).warnings if "do not go together" in text]
    assert text.startswith("TOIT: a grant and obligation d'achat")
    assert "`surplus`" in text
    own = replace(granted.plants[0], costs=PlantCosts(grant_eur=1.0))
    alone = replace(bought, finance=None, plants=(own,))
    assert any("do not go together" in text for text in made(alone).warnings)
    for free in (with_prices(granted, surplus=FixedPrice(0.03)), replace(bought, finance=Finance())):
        assert not any("do not go together" in text for text in made(free).warnings)
