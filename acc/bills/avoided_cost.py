"""What one more local kWh spares each participant: one sum for the key by price, coalitions and sizing."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SlotClock, slot_patterns
from acc.steps import Steps


def spared_eur_per_kwh(
    terms: BillTerms, *, exempt_ratio: float = 0.0, option: BoolArray | bool = False
) -> FloatArray:
    """Avoided cost of a local kWh by slot, before its local price, (N, S), EUR/kWh.

    The supplier's energy, and the accise that local kWh do not bear; under the ACC option of the TURPE,
    also the network. The local price is left out, since it goes from one member to another, and so is the
    fee of the PMO, the same for everyone. Nan where the supplier's price is unknown.

    Args:
        exempt_ratio: part of the accise that is spared; it depends on the plant.
        option: who takes the ACC option of the TURPE, everyone or each, shape (N,).
    """
    takers = np.broadcast_to(option, len(terms.accise_eur_per_kwh))[:, None]
    network = np.where(takers, terms.alloproduit_eur_per_kwh - terms.autoproduit_eur_per_kwh, 0.0)
    spared: FloatArray = terms.supply_eur_per_kwh + terms.accise_eur_per_kwh[:, None] * exempt_ratio + network
    return spared


def spared_by_step(
    terms: BillTerms, clocks: Sequence[SlotClock], steps: Steps
) -> tuple[FloatArray, IntArray] | None:
    """Return the rows that differ, each participant by its own clock, (R, N), and that of each step, (T,).

    None where a price is missing. Prices come back each day: few rows differ, however long the period.
    What the key `price` ranks by: the accise is the mean of the plants, the option taken by all where it is
    open. A slot that the period does not hold needs no price.
    """
    exempt = 1.0 - float(terms.local_accise_ratio.mean()) if terms.local_accise_ratio.size else 0.0
    by_slot = spared_eur_per_kwh(terms, exempt_ratio=exempt, option=terms.option_counted)
    slots, row = slot_patterns(steps, clocks)
    spared = by_slot[np.arange(len(clocks)), slots]
    return None if np.isnan(spared).any() else (spared, row)
