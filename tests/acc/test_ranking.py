"""Scenarios are ranked by what everybody gains together, producers included."""

from dataclasses import replace

import pytest

from acc.finance import Finance
from acc.result.proposal import ranking
from tests.acc.accounts.test_assemble import yearly
from tests.operations import money_of, with_prices


def test_a_price_is_no_ranking_and_a_dearer_plant_is() -> None:
    made, exchange = yearly(finance=Finance(discount_ratio=0.03))
    cheap, dear = (money_of(with_prices(made, local_eur_per_kwh=price), exchange) for price in (0.02, 0.30))
    found = ranking([cheap, dear])
    assert found is not None
    assert found.is_value
    # what one pays more another receives: together nothing changes, and the first of equals is named
    assert found.together_eur[0] == pytest.approx(found.together_eur[1], abs=1e-6)
    assert dear.saving_eur_ht < 0.0 < cheap.saving_eur_ht
    costly = money_of(replace(made, finance=Finance(discount_ratio=0.03, capex_eur_per_kwp=3000.0)), exchange)
    assert ranking([costly, cheap]).best == 1
    assert ranking([costly, cheap]).order == (1, 0)
    # a price is no rank: both are first
    assert (found.rank(0), found.rank(1), ranking([costly, cheap]).rank(0)) == (1, 1, 2)
    owners = {person.id: found.own_eur(person) for person in dear.persons}
    assert sum(owners.values()) == pytest.approx(found.together_eur[1])


def test_without_a_plan_in_each_case_the_gain_of_the_period_ranks() -> None:
    made, exchange = yearly()
    planned = money_of(replace(made, finance=Finance()), exchange)
    plain = money_of(made, exchange)
    found = ranking([planned, plain])
    assert not found.is_value
    assert found.together_eur == pytest.approx((planned.total.gain_eur_ht, plain.total.gain_eur_ht))
    assert ranking([planned, None]) is None
