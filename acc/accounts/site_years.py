"""What each site pays more or less in each year of the plan, line by line, each with its own index.

What follows local kWh fades with the plants that serve the site; what is paid by the year (the PMO's fee,
management of the network tariff and its CTA) is paid whole while a plant runs. The supplier's price, the
local price and the costs (PMO, management of the network tariff) each grow by their own index; other network
and tax lines stay as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.ledger import VAT, LedgerInputs
from acc.accounts.values import ParticipantMoney
from acc.arrays import FloatArray
from acc.bills.bill import Bill
from acc.finance import Finance


@dataclass(frozen=True, slots=True, eq=False)
class SiteYears:
    """Changes of the bills in years 1 to H, arrays (N, H): more is positive; unknown sites stay at zero.

    Attributes:
        lines: by line of the ledger; what is paid to plants is apart.
        local_eur: paid for local kWh; `left_ratio` of what a site received in the first year is left.
        untaxed_eur: accise that local kWh do not bear.
        shared_fee_eur: part of the PMO's fee that is shared whatever is received.
        fade_ratio: output of each plant over that of its first year, (M, H); `local_growth` the index (H,).
    """

    lines: Mapping[str, FloatArray]
    local_eur: FloatArray
    left_ratio: FloatArray
    untaxed_eur: FloatArray
    shared_fee_eur: FloatArray
    fade_ratio: FloatArray
    local_growth: FloatArray

    @property
    def saving_eur(self) -> FloatArray:
        """What each site pays less, without VAT, (N, H)."""
        more = sum((eur for line, eur in self.lines.items() if line != VAT), np.zeros_like(self.local_eur))
        saving: FloatArray = -(more + self.local_eur)
        return saving

    @property
    def full_accise_saving_eur(self) -> FloatArray:
        """The same if local kWh bore the accise in full, (N, H)."""
        return self.saving_eur - self.untaxed_eur


@dataclass(frozen=True, slots=True, eq=False)
class BillYears:
    """What changes on the bills of sites in years 1 to H, before VAT: as the attributes of `SiteYears`."""

    lines: dict[str, FloatArray]
    local_eur: FloatArray
    left_ratio: FloatArray
    shared_fee_eur: FloatArray
    local_growth: FloatArray

    @property
    def saving_eur(self) -> FloatArray:
        """What each site pays less, (N, H)."""
        saving: FloatArray = -(sum(self.lines.values(), np.zeros_like(self.local_eur)) + self.local_eur)
        return saving


def bill_years(finance: Finance, more: Mapping[str, FloatArray], parts: LedgerInputs) -> BillYears:
    """Return what becomes of the changes of the first year.

    Args:
        more: each line of `CHANGING`, in a year, (N, 1); zero where it is unknown.
    """
    t = np.arange(finance.horizon_years, dtype=np.float64)
    fade, received = parts.fade_ratio, parts.local_kwh.sum(axis=0)
    share = np.divide(parts.local_kwh, received, out=np.zeros_like(parts.local_kwh), where=received > 0.0)
    left: FloatArray = np.where((received > 0.0)[:, None], share.T @ fade, 1.0)
    supply, local, costs = (
        (1.0 + ratio) ** t
        for ratio in (finance.supply_growth_ratio, finance.indexation_ratio, parts.cost_growth_ratio)
    )
    by_kwh = np.where(parts.known, received * parts.pmo_eur_per_kwh / parts.years, 0.0)[:, None]
    yearly = fade.any(axis=0) * costs
    fee = (more["pmo_eur_ht"] - by_kwh) * yearly
    lines = {
        "supply_eur_ht": more["supply_eur_ht"] * left * supply,
        "turpe_fixed_eur_ht": more["turpe_fixed_eur_ht"] * yearly,
        "withdrawal_eur_ht": more["withdrawal_eur_ht"] * left,
        "accise_eur_ht": more["accise_eur_ht"] * left,
        "cta_eur_ht": more["cta_eur_ht"] * yearly,
        "pmo_eur_ht": by_kwh * left * costs + fee,
    }
    paid = np.where(parts.known, np.nan_to_num(parts.local_eur), 0.0) / parts.years
    return BillYears(lines, (paid.T @ fade) * local, left, fee, local)


def site_years(
    finance: Finance, members: Sequence[ParticipantMoney], parts: LedgerInputs, internal_eur: FloatArray
) -> SiteYears:
    """Return what changes on the bill of each site, year by year.

    Args:
        internal_eur: what each site pays plants of its own person over the period, from each plant, (M, N).
    """
    fade, known = parts.fade_ratio, parts.known
    found = bill_years(finance, _changes(members, parts.years), parts)
    lines, left, local = dict(found.lines), found.left_ratio, found.local_growth
    local_eur = found.local_eur
    kept = np.where(known, np.nan_to_num(internal_eur), 0.0) / parts.years
    whole = sum(lines.values(), np.zeros_like(local_eur)) + local_eur - (kept.T @ fade) * local
    bears = np.array([not member.recovers_vat for member in members], dtype=np.bool_)[:, None]
    lines[VAT] = np.where(bears, whole * parts.vat_ratio, 0.0)
    untaxed = [(m.saving_eur_ht or 0.0) - (m.full_accise_saving_eur_ht or 0.0) for m in members]
    return SiteYears(
        lines=lines,
        local_eur=local_eur,
        left_ratio=left,
        untaxed_eur=np.array(untaxed)[:, None] / parts.years * left,
        shared_fee_eur=found.shared_fee_eur,
        fade_ratio=fade,
        local_growth=local,
    )


CHANGING = (
    "supply_eur_ht",
    "turpe_fixed_eur_ht",
    "withdrawal_eur_ht",
    "accise_eur_ht",
    "cta_eur_ht",
    "pmo_eur_ht",
)


def _changes(members: Sequence[ParticipantMoney], years: float) -> dict[str, FloatArray]:
    """Return what each line of the bills changes in a year, (N, 1); zero where it is unknown."""

    def more(name: str, before: Bill[float] | None, after: Bill[float] | None) -> float:
        return 0.0 if before is None or after is None else getattr(after, name) - getattr(before, name)

    return {
        name: np.array([more(name, m.before, m.after) for m in members], dtype=np.float64)[:, None] / years
        for name in CHANGING
    }
