"""Who gains, who loses and why; what is known when a price is not."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given

from acc.accounts import members
from acc.accounts.person_values import Cause, Missing, OptionState
from acc.accounts.values import TurpeOption
from acc.bills.bill import BILL_LINES
from acc.sites import Kind
from tests.effort import law
from tests.operations import exchange_of, member, money_of, operations, plant, scenario, with_prices

NOON_JULY = 24 * 194 + 12 - 1
"""Noon on 14 July 2026 in an hourly year: step 194 x 24 is midnight in winter time, 1:00 on the clock."""


def one_hour(participants, *, consumption, production=400.0, **prices):
    made = with_prices(scenario(participants, [plant(kwp=500.0, inverter_kva=250.0)]), **prices)
    exchange = exchange_of(made, {NOON_JULY: consumption}, {NOON_JULY: [production]})
    return made, exchange


def test_the_golden_bill_goes_through_the_whole_chain() -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0])
    (a,) = money_of(made, exchange).participants
    # as worked by hand in test_golden_bills: 51.20 + 12.34 - 42.00 - 4.47 - 0.6705
    assert a.saving_eur_ht == pytest.approx(16.3995, abs=1e-9)
    assert a.saving_eur_ttc == pytest.approx(1.2 * 16.3995, abs=1e-9)
    assert a.saving_eur_per_kwh == pytest.approx(16.3995 / 400.0, abs=1e-12)
    assert a.received_by_slot_kwh == (0.0, 0.0, 0.0, pytest.approx(400.0), 0.0)
    # the supplier's price at which nothing changes: 128 - 16.3995 / 0.4 = 87.001 EUR/MWh
    assert a.supply_eur_per_kwh == pytest.approx(0.128)
    assert a.break_even_supply_eur_per_kwh == pytest.approx(0.128 - 0.04099875, abs=1e-12)
    # and the local price: 105 + 40.99875
    assert a.break_even_local_eur_per_kwh == pytest.approx(0.105 + 0.04099875, abs=1e-12)
    # accise in full on the 400 kWh: 12.34 less
    assert a.full_accise_saving_eur_ht == pytest.approx(16.3995 - 12.34, abs=1e-9)
    lines = [name for name in BILL_LINES if name.endswith("_eur_ht")]
    spared = sum(getattr(a.before, name) - getattr(a.after, name) for name in lines)
    assert spared == pytest.approx(a.saving_eur_ht, rel=1e-12)
    assert not a.loses
    assert a.reasons == ()


def test_who_does_not_recover_vat_keeps_the_saving_with_vat() -> None:
    made, exchange = one_hour([member("a", recovers_vat=False)], consumption=[1000.0])
    (a,) = money_of(made, exchange).participants
    assert a.saving_eur == a.saving_eur_ttc != a.saving_eur_ht


@law(30)
@given(operations())
def test_at_the_break_even_prices_the_saving_is_zero(operation) -> None:
    made, exchange = operation
    found = money_of(made, exchange)
    for index, one in enumerate(found.participants):
        assume(one.break_even_local_eur_per_kwh is None or one.break_even_local_eur_per_kwh >= 0.0)
        if one.break_even_local_eur_per_kwh is None:
            continue
        flat = {
            "local_by_slot_eur_per_kwh": {},
            "local_by_plant_eur_per_kwh": {},
            "local_by_participant_eur_per_kwh": {},
        }
        at_ceiling = with_prices(made, local_eur_per_kwh=one.break_even_local_eur_per_kwh, **flat)
        assert money_of(at_ceiling, exchange).participants[index].saving_eur_ht == pytest.approx(
            0.0, abs=1e-7
        )
        if one.break_even_supply_eur_per_kwh >= 0.0:
            contract = replace(
                made.participants[index].contract,
                energy_eur_per_kwh={"all": one.break_even_supply_eur_per_kwh},
            )
            members = list(made.participants)
            members[index] = replace(members[index], contract=contract)
            at_price = money_of(replace(made, participants=tuple(members)), exchange).participants[index]
            assert at_price.saving_eur_ht == pytest.approx(0.0, abs=1e-7)


def test_a_participant_without_price_is_unknown_and_the_run_goes_on() -> None:
    made, exchange = one_hour([member("a"), member("b", energy_eur_per_kwh={})], consumption=[600.0, 600.0])
    found = money_of(made, exchange)
    a, b = found.participants
    assert b.missing == (Missing.SUPPLY_PRICE,)
    assert (b.before, b.after, b.saving_eur_ht, b.saving_eur, b.full_accise_saving_eur_ht) == (None,) * 5
    assert found.unknown_ids == ("b",)
    assert found.saving_eur_ht == a.saving_eur_ht
    assert found.corridor.unknown_ids == ("b",)
    assert abs(sum(line.change_eur for line in found.closure.lines)) < 1e-9
    # what price it would take is known all the same: 105 - 30.85 of accise + (4.47 + 0.6705) / 0.2
    assert b.break_even_supply_eur_per_kwh == pytest.approx(0.105 - 0.03085 + 5.1405 / 200.0, abs=1e-12)


def test_a_price_missing_in_one_slot_only_matters_where_something_is_bought() -> None:
    made, exchange = one_hour([member("a", energy_eur_per_kwh={"hpb": 0.128})], consumption=[1000.0])
    assert money_of(made, exchange).participants[0].saving_eur_ht == pytest.approx(16.3995)
    made, exchange = one_hour([member("a", energy_eur_per_kwh={"hph": 0.128})], consumption=[1000.0])
    assert money_of(made, exchange).participants[0].missing == (Missing.SUPPLY_PRICE,)


def test_an_undecided_local_price_leaves_bills_unknown_and_the_corridor_known() -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0], local_eur_per_kwh=None)
    found = money_of(made, exchange)
    assert found.participants[0].missing == (Missing.LOCAL_PRICE,)
    assert found.local_eur_per_kwh is None
    assert found.saving_eur_ht is None
    assert found.worst is None
    assert found.closure is None
    # 400 kWh, and half a euro is no loss; who sells loses at no price: nothing built is what it is beside
    assert found.corridor.high.eur_per_kwh == pytest.approx(0.14599875 + 0.5 / 400.0)
    assert found.corridor.low is None


def test_who_receives_nothing_pays_the_management_of_the_operation() -> None:
    made, exchange = one_hour([member("a"), member("night")], consumption=[500.0, 0.0])
    found = money_of(made, exchange)
    (loser,) = found.losers
    assert loser.id == "night" == found.worst.id
    assert found.corridor.never_ids == ("night",)
    (reason,) = loser.reasons
    assert reason.cause is Cause.NOTHING_RECEIVED
    assert reason.amounts["fixed_eur_ht"] == pytest.approx(4.47 * 1.15)
    assert loser.saving_eur_per_kwh is None


def test_no_price_is_told_of_next_to_nothing_received() -> None:
    made, exchange = one_hour([member("a"), member("night")], consumption=[500.0, 1e-12])
    found = money_of(made, exchange)
    night = found.participants[1]
    assert 0.0 < night.received_kwh < 1e-12
    assert night.saving_eur_ht == pytest.approx(-4.47 * 1.15)
    told = night.saving_eur_per_kwh, night.supply_eur_per_kwh, night.local_eur_per_kwh
    assert told == (None, None, None)
    assert (night.break_even_supply_eur_per_kwh, night.break_even_local_eur_per_kwh) == (None, None)
    assert [reason.cause for reason in night.reasons] == [Cause.NOTHING_RECEIVED]
    assert found.corridor.never_ids == ("night",)


def test_a_local_price_above_what_it_spares_is_the_reason() -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0], local_eur_per_kwh=0.17)
    (a,) = money_of(made, exchange).losers
    (reason,) = a.reasons
    assert reason.cause is Cause.LOCAL_PRICE
    # a local kWh spares 128 of supply and 30.85 of accise
    assert reason.amounts["spared_eur_per_kwh"] == pytest.approx(0.15885)
    assert reason.amounts["local_eur_per_kwh"] == pytest.approx(0.17)


@pytest.mark.parametrize(
    ("local", "pmo", "causes"),
    [
        (0.155, 0.0, [Cause.FIXED_PART]),  # 400 x 3.85 = 1.54 gained, 5.14 of fixed part
        (0.105, 30.0, [Cause.PMO_FEE]),  # 21.54 gained, 5.14 fixed, 30 of fees
        (0.145, 5.0, [Cause.FEES_AND_FIXED_PART]),  # 5.54 gained: each alone would leave a gain
        (0.155, 5.0, [Cause.PMO_FEE, Cause.FIXED_PART]),  # 1.54 gained: each alone takes it
    ],
)
def test_fees_and_fixed_parts_are_named_when_they_make_the_loss(local, pmo, causes) -> None:
    made, exchange = one_hour(
        [member("a")], consumption=[1000.0], local_eur_per_kwh=local, pmo_eur_per_year=pmo
    )
    (a,) = money_of(made, exchange).losers
    assert [reason.cause for reason in a.reasons] == causes


@pytest.mark.parametrize(
    ("stated", "share", "state", "counted"),
    [
        (None, 400.0, OptionState.TO_VERIFY, False),
        (False, 400.0, OptionState.NOT_POSSIBLE, False),
        (True, 400.0, OptionState.CHOSEN, True),
        (True, 10.0, OptionState.DEARER, False),  # 1 % local: 990 kWh dearer by 0.07 c, 10 cheaper by 0.90 c
    ],
)
def test_the_option_is_counted_only_when_it_is_open_and_cheaper(stated, share, state, counted) -> None:
    made, exchange = one_hour([member("a")], consumption=[1000.0], production=share, same_substation=stated)
    (a,) = money_of(made, exchange).participants
    assert a.option.state is state
    gain = (share * 0.90 - (1000.0 - share) * 0.07) / 100.0
    assert a.option.gain_eur_ht == pytest.approx(gain, abs=1e-9)
    assert a.before.withdrawal_eur_ht - a.after.withdrawal_eur_ht == pytest.approx(gain if counted else 0.0)


def test_a_version_without_option_says_so() -> None:
    made, exchange = one_hour([member("a", "LU")], consumption=[1000.0], same_substation=True)
    option = money_of(made, exchange).participants[0].option
    assert option.state is OptionState.NOT_POSSIBLE
    assert option.gain_eur_ht is None


def test_homes_of_a_group_pay_a_fixed_part_each() -> None:
    home = money_of(*one_hour([member("a")], consumption=[1000.0])).participants[0]
    made, exchange = one_hour([member("a", kind=Kind.HOUSEHOLD_GROUP, households=12)], consumption=[1000.0])
    group = money_of(made, exchange).participants[0]
    assert group.before.turpe_fixed_eur_ht == pytest.approx(12 * home.before.turpe_fixed_eur_ht)
    assert group.after.management_eur_ht == pytest.approx(12 * 21.27)
    assert group.after.withdrawal_eur_ht == home.after.withdrawal_eur_ht


def test_a_reduced_accise_is_all_that_a_local_kwh_spares_of_it() -> None:
    """A cold store at 0.5 EUR/MWh: 10 kWh received spare it 0.005 EUR of accise, not 0.3085 EUR."""
    people = [member("plein"), member("froid", accise_eur_per_kwh=0.0005)]
    made = scenario(people, [plant()])
    money = money_of(made, exchange_of(made, {0: [10.0, 10.0]}, {0: [20.0]}))
    full, cold = (p.before.accise_eur_ht - p.after.accise_eur_ht for p in money.participants)
    assert (full, cold) == (pytest.approx(10.0 * 0.03085), pytest.approx(0.005))
    assert money.participants[0].saving_eur_ht - money.participants[1].saving_eur_ht == pytest.approx(0.3035)


@pytest.mark.parametrize(
    ("is_open", "gain_eur", "state"),
    [
        (True, 0.01, OptionState.CHOSEN),
        (True, 0.0, OptionState.DEARER),
        (True, -5.0, OptionState.DEARER),
        (None, 5.0, OptionState.TO_VERIFY),
        (False, 5.0, OptionState.NOT_POSSIBLE),
    ],
)
def test_the_option_is_chosen_where_it_is_open_and_gains_a_cent(
    is_open: bool | None, gain_eur: float, state: OptionState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "has_option", lambda _member: True)
    tariffs: Any = SimpleNamespace(option_open=is_open)
    tariff: Any = None
    assert members._option(tariffs, tariff, gain_eur) == TurpeOption(state=state, gain_eur_ht=gain_eur)
    monkeypatch.setattr(members, "has_option", lambda _member: False)
    assert members._option(tariffs, tariff, gain_eur) == TurpeOption(state=OptionState.NOT_POSSIBLE)
