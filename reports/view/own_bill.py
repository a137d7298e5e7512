"""A holder's own bill, before and after: what a sheet draws and tells."""

from dataclasses import dataclass

from acc.accounts.values import ParticipantMoney
from reports.view.view import View


@dataclass(frozen=True, slots=True)
class BillParts:
    """What a bill is made of, in €: supplier's energy, network and taxes, local energy and PMO."""

    supplier_eur: float
    network_eur: float
    local_eur: float = 0.0

    @property
    def total_eur(self) -> float:
        """The whole bill."""
        return self.supplier_eur + self.network_eur + self.local_eur


def own_money(view: View) -> ParticipantMoney | None:
    """Return the holder's euros; None when they are unknown."""
    money = view.result.money
    mine = money.participants[own_column(view)] if money else None
    return mine if mine is not None and mine.saving_eur_ht is not None else None


def own_bill(view: View) -> tuple[BillParts, BillParts] | None:
    """Return the holder's bill before and after; None when it is unknown."""
    mine = own_money(view)
    if mine is None or mine.before is None or mine.after is None:
        return None
    before, after = mine.before, mine.after
    taxes = [bill.turpe_eur_ht + bill.accise_eur_ht + bill.cta_eur_ht for bill in (before, after)]
    local = after.local_eur_ht + after.pmo_eur_ht
    return BillParts(before.supply_eur_ht, taxes[0]), BillParts(after.supply_eur_ht, taxes[1], local)


def own_column(view: View) -> int:
    """Return the holder's column of the arrays."""
    return view.groups[OWN].members[0]


OWN = 0
"""The holder's row in a sheet's view."""
