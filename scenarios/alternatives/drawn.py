"""What each person gains in one draw, over the years of the plan, as `acc.accounts` has it.

What a draw does to meters and prices is that of a sweep; the years of bills and plants are the ledger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import savings_eur_ht
from scenarios.sweeping.case import Case
from scenarios.sweeping.draws import Draw
from scenarios.sweeping.indicators import drawn_terms, gain_eur, local_eur, own_use_of
from scenarios.sweeping.meters import meters_of
from scenarios.sweeping.person_years import PlanYears, persons_npv_eur, plan_years, plant_income
from scenarios.sweeping.sums_by_key import nothing_shared
from scenarios.sweeping.worker import engine_of, sums_of, volumes_of


@dataclass(frozen=True, slots=True, eq=False)
class DrawGround:
    """One alternative made ready for draws; `years` is None without a plan."""

    case: Case
    years: PlanYears | None


@dataclass(frozen=True, slots=True, eq=False)
class DrawnGain:
    """What each person of the case gains in a draw: over the period, and over the plan, (P,)."""

    gain_eur: FloatArray
    npv_eur: FloatArray | None


def ground_of(case: Case) -> DrawGround:
    """Return a case ready for draws."""
    if case.basis is None:
        return DrawGround(case, None)
    years = plan_years(case.basis)
    uneven = bool(np.any(years.fade != years.fade[:1]))
    return DrawGround(replace(case, by_plant=case.by_plant or uneven), years)


def drawn_gain(ground: DrawGround, drawn: Draw, engine: str, out: frozenset[str] = frozenset()) -> DrawnGain:
    """Return what each person gains in a draw.

    Args:
        out: participants, hosts of no plant, who take no part: their load is 0 in this draw.

    Raises:
        ValueError: a case without prices.
    """
    case = ground.case
    if case.terms is None:
        raise ValueError("alternatives are compared in euros: a local price is needed")
    meters = meters_of(case, drawn)
    if case.scenario.sharing:
        sums = [one for one in sums_of(case, drawn, meters, engine_of(engine)) if one is not None]
    else:
        sums = [nothing_shared(case, meters)]
    kwh = volumes_of(case, drawn, meters, sums)
    own = drawn_terms(case.terms, drawn)
    terms = own if case.by_plant else own.pooled()
    saving = savings_eur_ht(terms, kwh.consumption_kwh, kwh.local_kwh)[0]
    left = np.array([name in out for name in case.ids], dtype=np.bool_)
    saving = np.where(left, np.nan, saving)
    own_use = own_use_of(case, own, meters, case.slots(reformed=drawn.reformed))
    gain = gain_eur(case, terms, drawn, kwh, saving[None], own_use)[0]
    if ground.years is None:
        return DrawnGain(gain, None)
    income = plant_income(local_eur(case, terms, kwh), own_use, kwh, case.years)
    staying = replace(kwh, stays=kwh.stays & ~left)
    factor = drawn.values["capex"]
    return DrawnGain(gain, persons_npv_eur(case, ground.years, terms, staying, income, 0, factor))


def drawn_gains(
    ground: DrawGround, draws: Sequence[Draw], engine: str
) -> tuple[FloatArray, FloatArray | None]:
    """Return the gains of each person in each draw, over the period and over the plan, (P, D)."""
    found = [drawn_gain(ground, one, engine) for one in draws]
    gain = np.stack([one.gain_eur for one in found], axis=1)
    values = [one.npv_eur for one in found if one.npv_eur is not None]
    return gain, np.stack(values, axis=1) if values else None
