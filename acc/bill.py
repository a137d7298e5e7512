"""What a participant pays, line by line, before and after: for one, or for all of them at once."""

from dataclasses import dataclass, fields
from typing import Generic, TypeVar

from acc.arrays import FloatArray

Amount = TypeVar("Amount", float, FloatArray)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bill(Generic[Amount]):
    """What a participant pays over the period, line by line: floats, or arrays of shape (..., N).

    Attributes:
        supply_eur_ht: energy bought from the supplier, its own subscription included where it is given.
        local_eur_ht: local kWh, paid to the producers.
        pmo_eur_ht: fees of the personne morale organisatrice.
        management_eur_ht, metering_eur_ht, power_eur_ht, withdrawal_eur_ht: the TURPE, part by part.
        accise_eur_ht, cta_eur_ht: taxes that bear VAT themselves.
        vat_eur: VAT on all of it.
    """

    supply_eur_ht: Amount
    local_eur_ht: Amount
    pmo_eur_ht: Amount
    management_eur_ht: Amount
    metering_eur_ht: Amount
    power_eur_ht: Amount
    withdrawal_eur_ht: Amount
    accise_eur_ht: Amount
    cta_eur_ht: Amount
    vat_eur: Amount

    @property
    def turpe_fixed_eur_ht(self) -> Amount:
        """Fixed part of the TURPE, on which the CTA is computed."""
        return self.management_eur_ht + self.metering_eur_ht + self.power_eur_ht

    @property
    def turpe_eur_ht(self) -> Amount:
        """The whole network tariff."""
        return self.turpe_fixed_eur_ht + self.withdrawal_eur_ht

    @property
    def total_eur_ht(self) -> Amount:
        """Everything without VAT."""
        energy = self.supply_eur_ht + self.local_eur_ht + self.pmo_eur_ht
        return energy + self.turpe_eur_ht + self.accise_eur_ht + self.cta_eur_ht

    @property
    def total_eur_ttc(self) -> Amount:
        """Everything with VAT."""
        return self.total_eur_ht + self.vat_eur


BILL_LINES = tuple(line.name for line in fields(Bill))
"""Names of the lines of a bill, in the order of print."""
