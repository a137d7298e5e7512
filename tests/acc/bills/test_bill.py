"""Bills as arrays: laws that hold for any prices, and the inner call of batches."""

import numpy as np
import pytest
from hypothesis import given

from acc.accounts.assemble import volumes
from acc.bills.bill import (
    BILL_LINES,
    bill_of,
    bill_terms,
    bills_after,
    bills_before,
    by_slot,
    period_years,
    priced,
    savings_eur_ht,
)
from acc.keys.prorata import Prorata
from acc.settle import settle
from scenarios.operation.tariffs.build import tariffs
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.rates.table import read_rates
from tests.effort import law
from tests.operations import member, operations, plant, scenario


def prepared(made, exchange):
    prices = tariffs_of(made, exchange)
    terms = bill_terms(prices, made.prices, made.plants, period_years(exchange.steps))
    return terms, volumes(exchange, settle(exchange, Prorata()), prices)


@law(40)
@given(operations())
def test_a_bill_equals_the_same_bill_in_plain_loops(operation) -> None:
    made, exchange = operation
    terms, kwh = prepared(made, exchange)
    after = bills_after(terms, kwh.consumption_kwh, kwh.local_kwh)
    total = kwh.received_kwh.sum()
    for n in range(len(made.participants)):
        supply, local, withdrawal, optional, accise = terms.subscription_eur[n], 0.0, 0.0, 0.0, 0.0
        for s in range(5):
            received = sum(kwh.local_kwh[m, n, s] for m in range(len(made.plants)))
            complement = max(kwh.consumption_kwh[n, s] - received, 0.0)
            supply += complement * terms.supply_eur_per_kwh[n, s]
            withdrawal += kwh.consumption_kwh[n, s] * terms.network_eur_per_kwh[n, s]
            optional += received * terms.autoproduit_eur_per_kwh[n, s]
            optional += complement * terms.alloproduit_eur_per_kwh[n, s]
            accise += complement * terms.accise_eur_per_kwh[n]
            for m in range(len(made.plants)):
                local += kwh.local_kwh[m, n, s] * terms.local_eur_per_kwh[m, n, s]
                accise += kwh.local_kwh[m, n, s] * terms.local_accise_ratio[m] * terms.accise_eur_per_kwh[n]
        withdrawal = min(withdrawal, optional) if terms.option_counted else withdrawal
        fixed = terms.management_acc_eur[n] + terms.metering_eur[n] + terms.power_eur[n]
        received = kwh.received_kwh[n].sum()
        pmo = received * terms.pmo_eur_per_kwh
        pmo += terms.pmo_eur * (received / total if total else 1.0 / len(made.participants))
        without_vat = supply + local + pmo + withdrawal + fixed * (1.0 + terms.cta_ratio) + accise
        assert after.total_eur_ht[n] == pytest.approx(without_vat, rel=1e-9, abs=1e-9)
        assert after.total_eur_ttc[n] == pytest.approx(
            without_vat * (1.0 + terms.vat_ratio), rel=1e-9, abs=1e-9
        )


@law(25)
@given(operations())
def test_many_draws_at_once_give_the_same_savings(operation) -> None:
    made, exchange = operation
    terms, kwh = prepared(made, exchange)
    factors = np.array([0.5, 1.0, 2.0]).reshape(3, 1, 1)
    at_once = savings_eur_ht(terms, factors * kwh.consumption_kwh, factors[..., None] * kwh.local_kwh)
    assert at_once.shape == (3, len(made.participants))
    for row, factor in zip(at_once, (0.5, 1.0, 2.0), strict=True):
        alone = savings_eur_ht(terms, factor * kwh.consumption_kwh, factor * kwh.local_kwh)
        np.testing.assert_allclose(row, alone, rtol=1e-9, atol=1e-9)


@law(25)
@given(operations())
def test_the_option_never_raises_a_bill(operation) -> None:
    made, exchange = operation
    terms, kwh = prepared(made, exchange)
    before, after = (
        bills_before(terms, kwh.consumption_kwh),
        bills_after(terms, kwh.consumption_kwh, kwh.local_kwh),
    )
    assert (after.withdrawal_eur_ht <= before.withdrawal_eur_ht + 1e-9).all()


def test_alike_plants_may_be_pooled_and_others_not() -> None:
    made = scenario([member("a")], [plant("r0"), plant("r1")])
    terms = bill_terms(tariffs(read_rates(), made), made.prices, made.plants, 1.0)
    kwh, local = np.full((1, 5), 10.0), np.full((2, 1, 5), 2.0)
    pooled = savings_eur_ht(terms.pooled(), kwh, local.sum(axis=0, keepdims=True))
    np.testing.assert_allclose(pooled, savings_eur_ht(terms, kwh, local), rtol=1e-12)
    made = scenario([member("a")], [plant("r0"), plant("r1", kwp=1200.0)])
    terms = bill_terms(tariffs(read_rates(), made), made.prices, made.plants, 1.0)
    with pytest.raises(ValueError, match="plant by plant"):
        terms.pooled()


def test_an_unknown_price_costs_nothing_without_kwh_and_is_unknown_with_some() -> None:
    price = np.array([np.nan, 0.1, 0.1, 0.1, 0.1])
    assert priced(np.array([0.0, 1.0, 0.0, 0.0, 0.0]), price) == pytest.approx(0.1)
    assert np.isnan(priced(np.array([1.0, 1.0, 0.0, 0.0, 0.0]), price))


def test_the_narrowest_name_of_a_slot_wins() -> None:
    assert by_slot({"all": 0.1, "hp": 0.12, "hph": 0.2, "hcb": 0.05}) == (0.2, 0.2, 0.1, 0.12, 0.05)
    assert by_slot({"hph": 0.2, "pointe": 0.3})[:2] == (0.3, 0.2)


def test_lines_sum_to_the_total() -> None:
    made = scenario([member("a")], [plant()])
    terms = bill_terms(tariffs(read_rates(), made), made.prices, made.plants, 1.0)
    bill = bill_of(bills_before(terms, np.full((1, 5), 100.0)), 0)
    assert sum(getattr(bill, name) for name in BILL_LINES) == pytest.approx(bill.total_eur_ttc, rel=1e-12)
