"""The first year of a budget, line by line: the note to a treasurer and a deliberation print the same."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from acc.i18n import N_
from acc.result.lending import Treasury
from reports.format.rounding import closed_parts

Of: TypeAlias = Callable[[Treasury], float]

RECEIPTS, EXPENSES, WORKS = N_("running, receipts"), N_("running, expenses"), N_("investment")
"""Sections of a budget."""

LINES: Mapping[str, tuple[str, Of]] = MappingProxyType(
    {
        N_("Sales to\nmembers"): (RECEIPTS, lambda t: t.budget.sold_to_members_eur_ht),
        N_("Sales to\nhosts"): (RECEIPTS, lambda t: t.budget.sold_own_use_eur_ht),
        N_("Sales of\nsurplus"): (RECEIPTS, lambda t: t.budget.sold_surplus_eur_ht),
        N_("Rents\nreceived"): (RECEIPTS, lambda t: t.budget.rent_received_eur_ht),
        N_("Bought from\nmembers"): (EXPENSES, lambda t: -t.budget.bought_from_members_eur_ht),
        N_("Bought behind\nits meters"): (EXPENSES, lambda t: -t.budget.bought_own_use_eur_ht),
        N_("PMO\nfee"): (EXPENSES, lambda t: -t.budget.fee_eur_ht),
        N_("Running\ncosts"): (EXPENSES, lambda t: -t.budget.running_eur_ht),
        N_("Rents\npaid"): (EXPENSES, lambda t: -t.budget.rent_paid_eur_ht),
        N_("Loan\nannuity"): (EXPENSES, lambda t: -t.annuity_eur),
    }
)
"""Section and amount of each line that is paid or received, receipts first; heads of columns."""


def first_year_eur(book: Treasury) -> dict[str, float]:
    """Amounts of `LINES` in the first year, EUR without tax, to the euro: they add up to the balance."""
    parts = closed_parts([of(book) for _section, of in LINES.values()], book.balance_eur, 0)
    return dict(zip(LINES, parts, strict=True))
