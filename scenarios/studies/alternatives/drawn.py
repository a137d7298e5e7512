"""What each person gains in one draw, over the years of the plan, as `acc.accounts` has it.

What a draw does to meters and prices is that of a sweep; the years of bills and plants are the ledger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from scenarios.studies.draws.case import Case
from scenarios.studies.draws.draws import Draw
from scenarios.studies.draws.euros import Volumes, euros_of, joined
from scenarios.studies.sweeping.meters import meters_of
from scenarios.studies.sweeping.results import volumes_of
from scenarios.studies.sweeping.sums_by_key import nothing_shared
from scenarios.studies.sweeping.worker import engine_of, sums_of


@dataclass(frozen=True, slots=True, eq=False)
class DrawnGain:
    """What each person of the case gains in a draw, (P,), or in several, (P, D).

    Attributes:
        gain_eur: over the period.
        npv_eur: over the plan, None without one; `connected_npv_eur` where connections that nobody knows cost
            their upper figure.
    """

    gain_eur: FloatArray
    npv_eur: FloatArray | None
    connected_npv_eur: FloatArray | None


def drawn_gain(case: Case, drawn: Draw, engine: str, out: frozenset[str] = frozenset()) -> DrawnGain:
    """Return what each person gains in a draw.

    Args:
        out: participants, hosts of no plant, who take no part: their load is 0 in this draw.

    Raises:
        ValueError: a case without prices.
    """
    kwh = _volumes(case, drawn, engine)
    left = np.array([name in out for name in case.ids], dtype=np.bool_)
    found = euros_of(case, replace(kwh, stays=kwh.stays & ~left))
    plan = (None if eur is None else eur[0] for eur in (found.npv_eur, found.connected_npv_eur))
    return DrawnGain(found.gain_eur[0], *plan)


def drawn_gains(case: Case, draws: Sequence[Draw], engine: str) -> DrawnGain:
    """Return the gains of each person in each draw, (P, D)."""
    found = euros_of(case, joined([_volumes(case, one, engine) for one in draws]))
    plan = (None if eur is None else eur.T for eur in (found.npv_eur, found.connected_npv_eur))
    return DrawnGain(found.gain_eur.T, *plan)


def _volumes(case: Case, drawn: Draw, engine: str) -> Volumes:
    """Return the kWh of a draw under the key of the case."""
    meters = meters_of(case, drawn)
    if case.scenario.sharing:
        sums = [one for one in sums_of(case, drawn, meters, engine_of(engine)) if one is not None]
    else:
        sums = [nothing_shared(case, meters)]
    return volumes_of(case, drawn, meters, sums)
