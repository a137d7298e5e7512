"""What one more local kWh spares each participant, hour by hour: what the key by price ranks."""

from collections.abc import Sequence

import numpy as np

from acc.arrays import FloatArray
from acc.bill import BillTerms
from acc.slots import SlotClock, slot_index
from acc.steps import Steps


def spared_eur_per_kwh(
    terms: BillTerms, clocks: Sequence[SlotClock], steps: Steps, made_kwh: FloatArray
) -> FloatArray:
    """Return the supplier's price plus the accise spared less the local price and fee, without tax, (T, N).

    The plants count as one, in proportion to what they make over the period; a local price that is not
    decided is left out, the same for all. Fixed parts and the ACC option of the TURPE do not depend on one
    kWh and are left out too. Unknown supply prices are nan.

    Args:
        clocks: tariff hours of each participant.
        made_kwh: of each plant over the period, shape (M,).
    """
    total = float(made_kwh.sum())
    weight = made_kwh / total if total > 0.0 else np.full(made_kwh.shape, 1.0 / max(1, made_kwh.size))
    local = np.nan_to_num(weight @ terms.local_eur_per_kwh) + terms.pmo_eur_per_kwh
    exempt = 1.0 - float(weight @ terms.local_accise_ratio)
    by_slot = terms.supply_eur_per_kwh + exempt * terms.accise_eur_per_kwh[:, None] - local
    spared = np.empty((steps.count, len(clocks)))
    for member, clock in enumerate(clocks):
        spared[:, member] = by_slot[member, slot_index(steps, clock)]
    return spared
