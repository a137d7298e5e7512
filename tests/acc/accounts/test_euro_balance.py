"""Every euro closes: on any operation, the changes of all actors sum to zero."""

from dataclasses import replace

import pytest
from hypothesis import given

from acc.accounts.values import MEMBERS, PRODUCERS
from acc.ledger.chart import Account
from tests.acc.accounts.test_members import one_hour
from tests.effort import law
from tests.operations import member, money_of, operations


@law(60)
@given(operations())
def test_what_members_pay_less_is_what_others_receive_less_or_more(operation) -> None:
    made, exchange = operation
    found = money_of(made, exchange)
    turnover = sum(abs(line.before_eur) + abs(line.after_eur) for line in found.closure.lines)
    assert abs(sum(line.change_eur for line in found.closure.lines)) <= 1e-9 * max(1.0, turnover)
    change = {line.actor: line.change_eur for line in found.closure.lines}
    # each actor again, from other figures than those of the table
    assert change[MEMBERS] == pytest.approx(sum(p.saving_eur for p in found.participants), abs=1e-6)
    assert change[PRODUCERS] == pytest.approx(sum(p.gain_eur_ht for p in found.plants), abs=1e-6)
    assert change[Account.PMO] == pytest.approx(found.pmo.fees_eur_ht, abs=1e-6)
    contracts = sum((p.surplus_eur_ht or 0.0) - (p.all_sold_eur_ht or 0.0) for p in found.plants)
    assert change[Account.MARKET] == pytest.approx(-contracts, abs=1e-6)


def test_the_table_by_hand() -> None:
    """The golden bill (CU4, 1 000 kWh, 400 local at 105, surplus at 50) of who does not recover VAT."""
    made, exchange = one_hour([member("a", recovers_vat=False)], consumption=[1000.0])
    change = {line.actor: line.change_eur for line in money_of(made, exchange).closure.lines}
    assert change[MEMBERS] == pytest.approx(1.2 * 16.3995, abs=1e-9)
    assert change[PRODUCERS] == pytest.approx(42.00 - 20.00, abs=1e-9)
    assert change[Account.SUPPLIERS] == pytest.approx(-51.20, abs=1e-9)
    assert change[Account.NETWORK] == pytest.approx(4.47, abs=1e-9)
    assert change[Account.CTA] == pytest.approx(0.6705, abs=1e-9)
    assert change[Account.STATE] == pytest.approx(-12.34 - 0.2 * 16.3995, abs=1e-9)
    assert change[Account.MARKET] == pytest.approx(20.00, abs=1e-9)
    assert change[Account.PMO] == 0.0


def test_the_state_keeps_its_vat_when_members_recover_it() -> None:
    made, exchange = one_hour([member("a", recovers_vat=True)], consumption=[1000.0])
    change = {line.actor: line.change_eur for line in money_of(made, exchange).closure.lines}
    assert change[Account.STATE] == pytest.approx(-12.34, abs=1e-9)


def test_nobody_bills_itself_vat() -> None:
    """The same bill of who owns the plant too: its 42 of local kWh bear no VAT, as persons are told."""
    made, exchange = one_hour([member("a", recovers_vat=False)], consumption=[1000.0])
    made = replace(made, plants=tuple(replace(own, owner="a") for own in made.plants))
    found = money_of(made, exchange)
    change = {line.actor: line.change_eur for line in found.closure.lines}
    assert change[MEMBERS] == pytest.approx(1.2 * (16.3995 + 42.00) - 42.00, abs=1e-9)
    assert change[Account.STATE] == pytest.approx(-12.34 - 0.2 * (16.3995 + 42.00), abs=1e-9)
    assert change[PRODUCERS] == pytest.approx(42.00 - 20.00, abs=1e-9)
    by_ledger = sum(entry.eur for entry in found.ledger if entry.receiver == Account.STATE)
    assert change[Account.STATE] == pytest.approx(by_ledger, abs=1e-9)
