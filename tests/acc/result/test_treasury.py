"""What of the output of a person is sold, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from acc.accounts.persons import holdings
from acc.bills.tariffs import VatRates
from acc.plan.plants import NO_VAT, lost_vat
from acc.plan.values import lost_vat_eur, paid_vat
from acc.result.lending import sold_part, treasury
from acc.sites import Person, Vat
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
    assert book.balance_eur + book.budget.saved_eur_ht == pytest.approx(gain - book.annuity_eur)
    assert treasury(replace(result, money=None), owner) is None


def test_vat_is_deducted_for_the_part_sold_and_the_fctva_asked_for_the_rest() -> None:
    rates = VatRates(vat_ratio=0.2, returned_ratio=0.16404, returned_after_years=2)
    vat = paid_vat(rates, NO_VAT, 1000.0, 0.55)
    assert (vat.vat_eur, vat.deducted_eur) == pytest.approx((200.0, 110.0))
    assert vat.returned_eur == pytest.approx(1200.0 * 0.16404 * 0.45)
    assert vat.left_eur == pytest.approx(90.0 - 88.5816)
    assert vat.franchise_left_eur == pytest.approx(200.0 - 196.848)
    assert vat.in_plan_eur == 0.0
    whole = paid_vat(VatRates(vat_ratio=0.2, returned_ratio=0.16404), NO_VAT, 1000.0, 1.0)
    assert (whole.returned_eur, whole.left_eur) == (0.0, 0.0)


@pytest.mark.parametrize("said", [None, Vat.RECOVERED, Vat.FCTVA, Vat.LOST])
def test_what_the_note_says_the_plan_counts_of_vat_is_what_the_plan_counts(said: Vat | None) -> None:
    rates = VatRates(vat_ratio=0.2, returned_ratio=0.16404, returned_after_years=2)
    counted = lost_vat(Person(id="town", name="Town", vat=said), rates)
    works, none = np.zeros(5), np.zeros(5)
    works[0] = -1000.0
    works_vat, _running = lost_vat_eur(counted, works, none, none, none)
    assert paid_vat(rates, counted, 1000.0, 0.3).in_plan_eur == pytest.approx(-works_vat.sum())
    _works, running_vat = lost_vat_eur(counted, none, none, works, none)
    alone = VatRates(vat_ratio=counted.vat_ratio)
    assert paid_vat(rates, alone, 1000.0, 0.3).in_plan_eur == pytest.approx(-running_vat.sum())


def test_who_only_buys_pays_less_by_what_it_gains_and_an_owner_buys_nothing_of_itself() -> None:
    result = result_of(owner="large")
    owner, small = holdings(result.scenario, ["large"])
    assert result.money is not None
    book, own = treasury(result, small), treasury(result, owner)
    assert book is not None
    assert own is not None
    assert book.without is not None
    assert book.with_operation is not None
    assert book.with_operation.bought_eur_ht == pytest.approx(300.0 * LOCAL)
    fall = book.without.total_eur_ht - book.with_operation.total_eur_ht
    assert fall == pytest.approx(book.balance_eur + book.budget.saved_eur_ht)
    assert fall == pytest.approx(result.money.persons[1].gain_eur_ht)
    assert book.works_vat is None
    assert own.with_operation is not None
    assert own.with_operation.bought_eur_ht == 0.0
