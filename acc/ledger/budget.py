"""What one person receives and pays, by nature, in a year or in each; what it only saves is no receipt."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic

from acc.bills.bill import Amount
from acc.ledger.lines import (
    BILLED,
    LOCAL,
    OWN_SALE,
    OWN_USE,
    PMO,
    RENT,
    RUNNING,
    SURPLUS,
    YEARLY,
)
from acc.ledger.sums import Entry

TURPE = "turpe_eur_ht"
"""The network tariff of a period as one; over the years it is told in two lines."""

SAVED = frozenset({OWN_USE, TURPE, *(line.name for line in BILLED)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget(Generic[Amount]):
    """Of a year, or of each, EUR without tax: what is received is positive, what is paid too.

    Attributes:
        sold_to_members, sold_surplus, sold_own_use: to other persons.
        bought_from_members, bought_own_use: from other persons.
        within: what its own sites pay its own plants: no receipt, no spending.
        saved: purchases avoided from its suppliers, network and taxes with them: no receipt.
    """

    sold_to_members_eur_ht: Amount
    sold_surplus_eur_ht: Amount
    sold_own_use_eur_ht: Amount
    rent_received_eur_ht: Amount
    bought_from_members_eur_ht: Amount
    bought_own_use_eur_ht: Amount
    fee_eur_ht: Amount
    running_eur_ht: Amount
    rent_paid_eur_ht: Amount
    within_eur_ht: Amount
    saved_eur_ht: Amount

    @property
    def received_eur_ht(self) -> Amount:
        """All receipts."""
        sold = self.sold_to_members_eur_ht + self.sold_surplus_eur_ht + self.sold_own_use_eur_ht
        return sold + self.rent_received_eur_ht

    @property
    def paid_eur_ht(self) -> Amount:
        """All spending, investment and loan apart."""
        bought = self.bought_from_members_eur_ht + self.bought_own_use_eur_ht
        return bought + self.fee_eur_ht + self.running_eur_ht + self.rent_paid_eur_ht


def budget_of(
    entries: Iterable[Entry[Amount]],
    person: str,
    years: float,
    none: Amount = 0.0,  # type: ignore[assignment]  # of a period; arrays give their own
) -> Budget[Amount]:
    """Return the budget of a person from the ledger of a period of so many years, or from that of each year.

    Args:
        none: what a line without entry is worth.
    """
    received: dict[str, Amount] = {}
    paid: dict[str, Amount] = {}
    within = none
    for entry in entries:
        if entry.payer == entry.receiver == person:
            within = within + entry.eur / years if entry.line == LOCAL else within
        elif entry.receiver == person:
            received[entry.line] = received.get(entry.line, none) + entry.eur / years
        elif entry.payer == person:
            paid[entry.line] = paid.get(entry.line, none) + entry.eur / years
    return Budget(
        sold_to_members_eur_ht=received.get(LOCAL, none),
        sold_surplus_eur_ht=received.get(SURPLUS, none),
        sold_own_use_eur_ht=received.get(OWN_SALE, none),
        rent_received_eur_ht=received.get(RENT, none),
        bought_from_members_eur_ht=paid.get(LOCAL, none),
        bought_own_use_eur_ht=paid.get(OWN_SALE, none),
        fee_eur_ht=paid.get(PMO, none),
        running_eur_ht=sum((paid.get(line, none) for line in (RUNNING, *YEARLY)), none),
        rent_paid_eur_ht=paid.get(RENT, none),
        within_eur_ht=within,
        saved_eur_ht=-sum((eur for line, eur in paid.items() if line in SAVED), none),
    )
