"""What of the output of a person is sold, by hand."""

from dataclasses import replace

import pytest

from acc.accounts.holdings import holdings
from acc.result.treasury import sold_part, treasury
from tests.acc.result.test_lending import LEFT, LOCAL, SURPLUS, result_of


def test_what_own_sites_take_is_not_sold_and_the_balance_leaves_out_what_is_spared() -> None:
    # large owns the roof: 900 kWh of 2,000 are its own, small buys 300, 800 are surplus.
    result = result_of(owner="large")
    owner, small = holdings(result.scenario, ["large"])
    sold = sold_part(result, owner)
    assert (sold.produced_kwh, sold.to_members_kwh, sold.surplus_kwh) == (2000.0, 300.0, LEFT)
    assert sold.sold_ratio == pytest.approx(0.55)
    assert sold_part(result, small).produced_kwh == 0.0
    book = treasury(result, owner)
    assert book is not None
    assert result.money is not None
    assert book.budget.sold_to_members_eur_ht == pytest.approx(300.0 * LOCAL)
    assert book.budget.within_eur_ht == pytest.approx(900.0 * LOCAL)
    assert book.works_eur_ht == 1000.0
    received = 300.0 * LOCAL + LEFT * SURPLUS
    assert book.balance_eur == pytest.approx(received - 25.0 - book.budget.fee_eur_ht - book.annuity_eur)
    gain = result.money.persons[0].gain_eur_ht
    assert book.with_saved_eur == pytest.approx(gain - book.annuity_eur)
    assert treasury(replace(result, money=None), owner) is None
