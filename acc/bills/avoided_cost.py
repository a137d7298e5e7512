"""What one more local kWh spares each participant at each step: what the key `price` ranks by."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SlotClock, slot_index
from acc.steps import Steps


def spared_eur_per_kwh(terms: BillTerms) -> FloatArray:
    """Return what a local kWh spares in each slot, before it is paid for, EUR/kWh, shape (N, S).

    The supplier's energy and the accise that local kWh do not bear; under the ACC option of the TURPE,
    also the network. The local price is left out: it goes from one member to another and, being the same
    for everyone at a given hour, changes no ranking. Nan where the supplier's price is unknown.
    """
    exempt = 1.0 - terms.local_accise_ratio.mean() if terms.local_accise_ratio.size else 0.0
    spared = terms.supply_eur_per_kwh + terms.accise_eur_per_kwh[:, None] * exempt
    if terms.option_counted:
        spared = spared + terms.alloproduit_eur_per_kwh - terms.autoproduit_eur_per_kwh
    return spared


def spared_by_step(terms: BillTerms, clocks: Sequence[SlotClock], steps: Steps) -> FloatArray | None:
    """Return the same at each step by each participant's own clock, (T, N); None where a price is missing.

    A slot that the period does not hold needs no price.
    """
    by_slot = spared_eur_per_kwh(terms)
    columns = [by_slot[member][slot_index(steps, clock)] for member, clock in enumerate(clocks)]
    spared = np.column_stack(columns) if columns else np.zeros((steps.count, 0))
    return None if np.isnan(spared).any() else spared
