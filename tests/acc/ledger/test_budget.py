"""What a person receives and pays by nature, from its ledger: by hand, and against its balance."""

from acc.ledger.chart import LOCAL, OWN_SALE, PMO, RENT, RUNNING, SURPLUS, Account
from acc.ledger.sums import Entry, budget_of
from tests.reports.make import small
from tests.reports.make_money import with_money


def test_receipts_and_spending_are_apart_and_its_own_plants_are_neither() -> None:
    entries = (
        Entry("mill", "town", LOCAL, 100.0),
        Entry("home", "town", LOCAL, 20.0),
        Entry("town", "town", LOCAL, 7.0),
        Entry("town", "mill", LOCAL, 30.0),
        Entry("mill", "town", OWN_SALE, 11.0),
        Entry(Account.MARKET, "town", SURPLUS, 50.0),
        Entry("mill", "town", RENT, 3.0),
        Entry("town", Account.PMO, PMO, 4.0),
        Entry("town", Account.WORKS, RUNNING, 9.0),
        Entry("town", Account.SUPPLIERS, "supply_eur_ht", -60.0),
        Entry("town", Account.NETWORK, "turpe_eur_ht", 5.0),
        Entry("home", "mill", LOCAL, 1000.0),
    )
    budget = budget_of(entries, "town", 0.5)
    assert (budget.sold_to_members_eur_ht, budget.sold_surplus_eur_ht) == (240.0, 100.0)
    assert (budget.bought_from_members_eur_ht, budget.within_eur_ht) == (60.0, 14.0)
    assert (budget.sold_own_use_eur_ht, budget.rent_received_eur_ht) == (22.0, 6.0)
    assert (budget.fee_eur_ht, budget.running_eur_ht, budget.saved_eur_ht) == (8.0, 18.0, 110.0)


def test_what_bills_fall_by_is_what_is_saved_less_what_is_bought_and_the_fee() -> None:
    money = with_money(small(5)).money
    assert money is not None
    for person in money.persons:
        budget = budget_of(money.ledger, person.id, 1.0)
        fall = budget.saved_eur_ht - budget.bought_from_members_eur_ht - budget.fee_eur_ht
        before_less_after = person.bills_before_eur_ht - person.bills_after_eur_ht
        assert abs(fall - before_less_after) < 1e-6
        assert abs(budget.sold_to_members_eur_ht + budget.sold_surplus_eur_ht - person.sales_eur_ht) < 1e-6
