"""What one person receives and pays in the first year, by nature; what it only saves is no receipt."""

from collections.abc import Iterable
from dataclasses import dataclass

from acc.ledger.lines import (
    BILLED,
    LOCAL,
    OWN_SALE,
    OWN_USE,
    PMO,
    RENT,
    RUNNING,
    SURPLUS,
)
from acc.ledger.sums import Entry

TURPE = "turpe_eur_ht"
"""The network tariff of a period as one; over the years it is told in two lines."""

SAVED = frozenset({OWN_USE, TURPE, *(line.name for line in BILLED)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Of a year, EUR without tax: what is received is positive, what is paid too.

    Attributes:
        sold_to_members, sold_surplus, sold_own_use: to other persons.
        bought_from_members, bought_own_use: from other persons.
        within: what its own sites pay its own plants: no receipt, no spending.
        saved: purchases avoided from its suppliers, network and taxes with them: no receipt.
    """

    sold_to_members_eur_ht: float
    sold_surplus_eur_ht: float
    sold_own_use_eur_ht: float
    rent_received_eur_ht: float
    bought_from_members_eur_ht: float
    bought_own_use_eur_ht: float
    fee_eur_ht: float
    running_eur_ht: float
    rent_paid_eur_ht: float
    within_eur_ht: float
    saved_eur_ht: float


def budget_of(entries: Iterable[Entry[float]], person: str, years: float) -> Budget:
    """Return the budget of a person from the ledger of a period of so many years."""
    received: dict[str, float] = {}
    paid: dict[str, float] = {}
    within = 0.0
    for one in entries:
        if one.payer == one.receiver == person:
            within += one.eur / years if one.line == LOCAL else 0.0
        elif one.receiver == person:
            received[one.line] = received.get(one.line, 0.0) + one.eur / years
        elif one.payer == person:
            paid[one.line] = paid.get(one.line, 0.0) + one.eur / years
    return Budget(
        sold_to_members_eur_ht=received.get(LOCAL, 0.0),
        sold_surplus_eur_ht=received.get(SURPLUS, 0.0),
        sold_own_use_eur_ht=received.get(OWN_SALE, 0.0),
        rent_received_eur_ht=received.get(RENT, 0.0),
        bought_from_members_eur_ht=paid.get(LOCAL, 0.0),
        bought_own_use_eur_ht=paid.get(OWN_SALE, 0.0),
        fee_eur_ht=paid.get(PMO, 0.0),
        running_eur_ht=paid.get(RUNNING, 0.0),
        rent_paid_eur_ht=paid.get(RENT, 0.0),
        within_eur_ht=within,
        saved_eur_ht=-sum(eur for line, eur in paid.items() if line in SAVED),
    )
