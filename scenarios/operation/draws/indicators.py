"""What each draw is measured by: kWh and euros of the operation, of its members, by draw and key."""

from dataclasses import dataclass, replace

import numpy as np

from acc.arrays import FloatArray
from acc.batch.needs import Needs
from acc.bills.bill import BillTerms
from acc.plan.cash_flows import payback
from acc.plan.plan_terms import PlanTerms
from scenarios.operation.draws.drawn_changes import DrawnChange
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.euros import Euros, Volumes

MEMBER_INDICATORS = ("consumption_kwh", "received_kwh", "autoproduction_ratio", "saving_eur_ht")
"""Known of each participant, and of all together."""


GROUP_INDICATORS = (
    "production_kwh",
    "surplus_kwh",
    "autoconsommation_ratio",
    "local_eur_ht",
    "gain_eur_ht",
    "everybody_npv_eur_ht",
    "npv_eur_ht",
    "payback_years",
    "connected_everybody_npv_eur_ht",
    "connected_npv_eur_ht",
    "connected_payback_years",
)
"""Known of the operation only; its gain is that of all persons together, `npv_eur_ht` that of the plants.

`connected`: where connections that nobody knows cost their upper figure.
"""

CASH, LATER_KWH, LATER_EUR = BY_YEAR = ("cumulated_eur", "later_received_kwh", "later_gain_eur_ht")
"""Known of the operation in each year of a plan: the producers' cash cumulated to it; where dated changes
tell the years apart, what is shared in it and what all gain in it before what is built.
"""


INDICATORS = (*MEMBER_INDICATORS, *GROUP_INDICATORS)


@dataclass(frozen=True, slots=True, eq=False)
class Meters:
    """What the meters see in one draw, on the sheet and by group of steps.

    Attributes:
        bending: what loads are multiplied by, (N, P), see `Cells`; None when by `factor` alone.
        moved_kwh: loads on a whole sheet, flexible ones moved, own use included, (N, D); None without any.
        changes: the dated changes that are counted, in which `year` of the plan.
    """

    needs: Needs
    made_kwh: FloatArray
    consumption_by_group_kwh: FloatArray
    own_by_group_kwh: FloatArray
    factor: FloatArray
    output_kwp: FloatArray
    bending: FloatArray | None
    moved_kwh: FloatArray | None = None
    changes: tuple[DrawnChange, ...] = ()
    year: int = 1


def _column(name: str) -> int:
    return INDICATORS.index(name)


def by_year(kwh: Volumes, euros: Euros | None, years: int) -> FloatArray:
    """Return `BY_YEAR` in years 0 to H of R rows, (R, 3, years); nan where one has no meaning."""
    out = np.full((len(kwh.stays), len(BY_YEAR), years), np.nan)
    if euros is not None and euros.flows_eur is not None:
        out[:, BY_YEAR.index(CASH)] = euros.flows_eur.cumsum(axis=1)
    if kwh.later is None:
        return out
    out[:, BY_YEAR.index(LATER_KWH), 1:] = kwh.later.shared_kwh
    if euros is not None and euros.yearly_eur is not None:
        out[:, BY_YEAR.index(LATER_EUR), 1:] = euros.yearly_eur[:, 1:]
    return out


def kwh_and_euros(kwh: Volumes, euros: Euros | None, plan: PlanTerms | None) -> FloatArray:
    """Return the indicators of R rows, (R, 1 + N, indicators); nan where one has no meaning."""
    out = np.full((len(kwh.stays), 1 + kwh.stays.shape[1], len(INDICATORS)), np.nan)
    _write_kwh(out, kwh)
    if euros is not None:
        _write_euros(out, euros, plan)
    return out


def _write_kwh(out: FloatArray, kwh: Volumes) -> None:
    """Write the kWh of rows in the columns of their indicators."""
    stays, first = kwh.stays, kwh.kwh
    consumed, received = first.consumption_kwh.sum(axis=-1), first.local_kwh.sum(axis=(1, 3))
    out[:, 1:, _column("consumption_kwh")] = np.where(stays, consumed, np.nan)
    out[:, 1:, _column("received_kwh")] = np.where(stays, received, np.nan)
    out[:, 1:, _column("autoproduction_ratio")] = np.where(stays, _ratio(received, consumed), np.nan)
    needed, injected, shared = (each.sum(axis=1) for each in (consumed, kwh.injected_kwh, first.shared_kwh))
    out[:, GROUP, _column("consumption_kwh")] = needed
    out[:, GROUP, _column("received_kwh")] = shared
    out[:, GROUP, _column("autoproduction_ratio")] = _ratio(shared, needed)
    out[:, GROUP, _column("production_kwh")] = injected
    out[:, GROUP, _column("surplus_kwh")] = first.surplus_kwh.sum(axis=1)
    out[:, GROUP, _column("autoconsommation_ratio")] = _ratio(shared, injected)


def _ratio(part: FloatArray, total: FloatArray) -> FloatArray:
    ratio: FloatArray = np.divide(part, total, out=np.full_like(part, np.nan), where=total > 0.0)
    return ratio


def _write_euros(out: FloatArray, euros: Euros, plan: PlanTerms | None) -> None:
    """Write savings, income and gains."""
    savings, known = euros.savings_eur, np.isfinite(euros.savings_eur)
    out[:, 1:, _column("saving_eur_ht")] = savings
    saved_eur = np.where(known, savings, 0.0).sum(axis=1)
    out[:, GROUP, _column("saving_eur_ht")] = np.where(known.any(axis=1), saved_eur, np.nan)
    out[:, GROUP, _column("local_eur_ht")] = euros.sold_eur.sum(axis=1)
    out[:, GROUP, _column("gain_eur_ht")] = euros.gain_eur.sum(axis=1)
    if plan is None:
        return
    for prefix, npv_eur, flows_eur in (
        ("", euros.npv_eur, euros.flows_eur),
        ("connected_", euros.connected_npv_eur, euros.connected_flows_eur),
    ):
        if npv_eur is None or flows_eur is None:
            continue
        out[:, GROUP, _column(f"{prefix}npv_eur_ht")] = flows_eur @ plan.discounting
        out[:, GROUP, _column(f"{prefix}everybody_npv_eur_ht")] = npv_eur.sum(axis=1)
        out[:, GROUP, _column(f"{prefix}payback_years")] = _payback_years(flows_eur)


def _payback_years(flows_eur: FloatArray) -> FloatArray:
    """Return the payback of each row of flows, (R,); nan where it never comes, or is not known."""
    years = [payback(flows)[0] if np.isfinite(flows).all() else None for flows in flows_eur]
    return np.array([np.nan if value is None else value for value in years], dtype=np.float64)


def drawn_terms(terms: BillTerms, drawn: Draw) -> BillTerms:
    """Return the terms of the bills under the prices of a draw."""
    return replace(
        terms,
        supply_eur_per_kwh=terms.supply_eur_per_kwh * drawn.values["supply_price"],
        local_eur_per_kwh=terms.local_eur_per_kwh * drawn.values["local_price"],
    )


GROUP = 0
"""Row of the whole operation; participants follow."""
