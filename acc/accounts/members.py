"""Who gains and who loses: each participant's bills before and after, and why.

What a member who leaves no longer buys becomes surplus: what the others may take is not counted.
Sites of a person who owns a plant do not leave: what they lose, their own plant gains.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from acc.accounts.person_values import Cause, Missing, OptionState, Reason
from acc.accounts.values import Departures, ParticipantMoney, PlanAfter, TurpeOption
from acc.arrays import BoolArray, FloatArray
from acc.bills.bill import Bill, BillTerms, bill_of, has_option, option_gain_eur, untaxed_eur
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.finance import USUAL_CHURN_RATIO, USUAL_COMMITMENT_YEARS, Finance
from acc.ledger.chart import BILLED, PMO_SHARED, SUPPLY, LedgerChart, paces_of
from acc.ledger.fill import Ledger, YearEuros, fill, plant_blocks, received_by_year, shared_again
from acc.ledger.sums import person_gains, site_savings_eur
from acc.plan.cash_flows import PlanTerms, payback, producer_flows, sum_flows
from acc.plan.plants import KeptSales, PlantIncome
from acc.plan.values import debt_cover
from acc.sides import NOTHING_EUR, loses
from acc.units import LEAST_KWH
from acc.years.plan_years import PlanYears, reference_year


@dataclass(frozen=True, slots=True, eq=False)
class SlotVolumes:
    """kWh by slot over the period: what bills are made from.

    Attributes:
        consumption_kwh: withdrawn by each participant, (N, S).
        local_kwh: from each plant to each participant, (M, N, S).
        years: the same in each year of the plan; None where the first one is repeated, its output fading.
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray
    years: PlanYears | None = None

    @property
    def received_kwh(self) -> FloatArray:
        """Local kWh of each participant by slot, (N, S)."""
        received: FloatArray = self.local_kwh.sum(axis=0)
        return received


def participants_money(
    ids: Sequence[str],
    tariffs: Tariffs,
    terms: BillTerms,
    volumes: SlotVolumes,
    bills: tuple[Bill[FloatArray], Bill[FloatArray]],
) -> Iterator[ParticipantMoney]:
    """Return every participant before and after, in the order of `ids`."""
    received = volumes.received_kwh
    before, after = bills
    option_eur = option_gain_eur(terms, volumes.consumption_kwh, received)
    supply = before.supply_eur_ht - after.supply_eur_ht
    rest = [line.name for line in (PMO_SHARED, *BILLED) if line is not SUPPLY]
    others = sum((getattr(before, name) - getattr(after, name) for name in rest), np.zeros(len(received)))
    saving = supply + others - after.local_eur_ht
    untaxed = untaxed_eur(terms, volumes.local_kwh)
    fixed = terms.option_fixed_eur
    kwh = received.sum(axis=1)
    per_kwh = np.divide(1.0, kwh, out=np.full(len(kwh), np.nan), where=kwh >= LEAST_KWH)
    for n, (id_, tariff) in enumerate(zip(ids, tariffs.members, strict=True)):
        own_before, own_after, eur = bill_of(before, n), bill_of(after, n), float(saving[n])
        prices = {Missing.SUPPLY_PRICE: own_before.supply_eur_ht, Missing.LOCAL_PRICE: own_after.local_eur_ht}
        missing = tuple(missing for missing, price in prices.items() if np.isnan(price))
        is_loss = not missing and loses(eur)
        yield ParticipantMoney(
            id=id_,
            missing=missing,
            turpe=tariff.turpe.code,
            segment=tariff.turpe.segment,
            consumption_by_slot_kwh=tuple(volumes.consumption_kwh[n].tolist()),
            received_by_slot_kwh=tuple(received[n].tolist()),
            option=_option(tariffs, tariff, float(option_eur[n])),
            recovers_vat=tariff.recovers_vat,
            vat_stated=tariff.vat_stated,
            before=None if missing else own_before,
            after=None if missing else own_after,
            supply_eur_per_kwh=_known(supply[n] * per_kwh[n]),
            local_eur_per_kwh=_known(after.local_eur_ht[n] * per_kwh[n]),
            break_even_supply_eur_per_kwh=_known((after.local_eur_ht[n] - others[n]) * per_kwh[n]),
            break_even_local_eur_per_kwh=_known((supply[n] + others[n]) * per_kwh[n]),
            full_accise_saving_eur_ht=None if missing else eur - float(untaxed[n]),
            reasons=_reasons(own_after, float(kwh[n]), float(fixed[n]), eur) if is_loss else (),
        )


def _known(amount_eur: float) -> float | None:
    return None if np.isnan(amount_eur) else float(amount_eur)


def _option(tariffs: Tariffs, member: MemberTariff, gain_eur: float) -> TurpeOption:
    if not has_option(member):
        return TurpeOption(state=OptionState.NOT_POSSIBLE)
    if tariffs.option_open is None:
        return TurpeOption(state=OptionState.TO_VERIFY, gain_eur_ht=gain_eur)
    if not tariffs.option_open:
        return TurpeOption(state=OptionState.NOT_POSSIBLE, gain_eur_ht=gain_eur)
    state = OptionState.CHOSEN if gain_eur > 0.0 else OptionState.DEARER
    return TurpeOption(state=state, gain_eur_ht=gain_eur)


def _reasons(
    after: Bill[float], received_kwh: float, fixed_eur: float, saving_eur: float
) -> tuple[Reason, ...]:
    """Reasons for a participant's loss: the price, then the fees and fixed parts above the margin."""
    pmo, local = after.pmo_eur_ht, after.local_eur_ht
    if received_kwh < LEAST_KWH:
        return (Reason(cause=Cause.NOTHING_RECEIVED, amounts={"fixed_eur_ht": fixed_eur + pmo}),)
    # What the local kWh spare before fees and fixed parts, and what is gained on them.
    spared = saving_eur + local + pmo + fixed_eur
    margin = spared - local
    if margin <= 0.0:
        amounts = {"local_eur_per_kwh": local / received_kwh, "spared_eur_per_kwh": spared / received_kwh}
        return (Reason(cause=Cause.LOCAL_PRICE, amounts=amounts),)
    return _fees_reasons(margin, pmo, fixed_eur)


def _fees_reasons(margin_eur: float, pmo_eur: float, fixed_eur: float) -> tuple[Reason, ...]:
    """Fees that turn a gain on kWh into a loss: each fee above the margin, else both together."""
    pmo, fixed = {"pmo_eur_ht": pmo_eur}, {"fixed_eur_ht": fixed_eur}
    margin = {"margin_eur_ht": margin_eur}
    reasons = []
    if pmo_eur > margin_eur:
        reasons.append(Reason(cause=Cause.PMO_FEE, amounts=pmo | margin))
    if fixed_eur > margin_eur:
        reasons.append(Reason(cause=Cause.FIXED_PART, amounts=fixed | margin))
    return tuple(reasons) or (Reason(cause=Cause.FEES_AND_FIXED_PART, amounts=pmo | fixed | margin),)


def plans_after(
    ids: Sequence[str], chart: LedgerChart, euros: YearEuros, terms: PlanTerms, income: PlantIncome
) -> tuple[PlanAfter, ...]:
    """Return the plan, and the balance of persons, under a rate of departures, then once all who lose leave.

    Args:
        ids: of the participants.
    """
    finance = terms.finance
    free = ~np.isin(chart.site, chart.plant)
    ledger = fill(chart, euros, paces_of(terms, by_year=euros.by_year))
    stays = _stays(ledger, received_by_year(euros), free & euros.known, commitment_years(finance))
    left = [(id_, int(stays[n].argmin())) for n, id_ in enumerate(ids) if not stays[n].all()]
    losers = tuple(sorted(left, key=lambda leaver: leaver[1]))
    after = partial(_plan_after, chart, euros, terms, income)
    return (
        after(Departures.CHURN, churn_weight(free, finance), ()),
        after(Departures.LOSERS, stays, losers),
    )


def churn_ratio(finance: Finance) -> float:
    """Yearly departure rate of members, from 0 to 1."""
    return USUAL_CHURN_RATIO if finance.churn_ratio is None else finance.churn_ratio


def churn_weight(free: BoolArray, finance: Finance) -> FloatArray:
    """Remaining fraction of each site in each year under the departure rate, (N, H + 1).

    Args:
        free: sites that may leave, (N,): those of who owns no plant.
    """
    over = np.maximum(np.arange(finance.horizon_years + 1) - commitment_years(finance), 0)
    return np.where(free[:, None], (1.0 - churn_ratio(finance)) ** over, 1.0)


def commitment_years(finance: Finance) -> int:
    """Commitment period of members, years."""
    return USUAL_COMMITMENT_YEARS if finance.commitment_years is None else finance.commitment_years


def _stays(ledger: Ledger, received_kwh: FloatArray, free: BoolArray, after: int) -> FloatArray:
    """Presence of each site in each year, (N, H + 1): 1 or 0; a site that left does not come back."""
    saving, fee = site_savings_eur(ledger), ledger.shared_fee_eur
    stays, present = np.ones_like(saving), np.ones(len(free), dtype=np.bool_)
    for t in range(after + 1, saving.shape[1]):
        of_year = received_kwh[:, min(t, received_kwh.shape[1] - 1), None]
        more = fee[:, t] * (shared_again(of_year, present[:, None]) - 1.0)
        present = present & ~(free & (saving[:, t] - more < -NOTHING_EUR))
        stays[:, t] = present
    return stays


def _plan_after(
    chart: LedgerChart,
    euros: YearEuros,
    terms: PlanTerms,
    income: PlantIncome,
    case: Departures,
    weight: FloatArray,
    left: tuple[tuple[str, int], ...],
) -> PlanAfter:
    kwh, paid = (each if euros.by_year else each[..., 0] for each in (euros.local_kwh, euros.paid_eur))
    kept = kept_sales(kwh, paid, weight)
    of_plants = terms.flows(income, kept=kept)
    flows = sum_flows(producer_flows(terms, of_plants).values())
    paces = paces_of(terms, by_year=euros.by_year)
    blocks = (*fill(chart, euros, paces, churn=weight).blocks, *plant_blocks(chart, of_plants))
    gains, year = person_gains(chart, blocks), reference_year(terms.finance.horizon_years)
    persons = (gains.gain_eur @ terms.discounting).tolist()
    later = np.broadcast_to(gains.running_eur_ht, gains.gain_eur.shape)[:, year].tolist()
    cover, sold = debt_cover(flows), euros.first_kwh.sum(axis=0)
    return PlanAfter(
        case=case,
        churn_ratio=churn_ratio(terms.finance) if case is Departures.CHURN else None,
        commitment_years=commitment_years(terms.finance),
        npv_eur_ht=float(flows.project_eur_ht @ terms.discounting),
        payback_years=payback(flows.project_eur_ht)[0],
        dscr_min=None if cover is None else cover[0],
        dscr_mean=None if cover is None else cover[1],
        shared_ratio=float(sold @ weight[:, -1] / sold.sum()) if sold.any() else 1.0,
        left=left,
        persons_npv_eur_ht=dict(zip(chart.persons, persons, strict=True)),
        later_year=year,
        persons_later_eur_ht=dict(zip(chart.persons, later, strict=True)),
    )


def kept_sales(local_kwh: FloatArray, paid_eur: FloatArray, weight: FloatArray) -> KeptSales:
    """Remaining fraction of the local sales of each plant in each year, in kWh and in euros.

    Args:
        local_kwh, paid_eur: from each plant to each site in the first year, (M, N); in each, (M, N, H + 1).
        weight: what is left of each site in each year, (N, H + 1).
    """
    return KeptSales(_kept(local_kwh, weight), _kept(paid_eur, weight))


def _kept(sold: FloatArray, weight: FloatArray) -> FloatArray:
    """Remaining fraction of sales to sites, (M, N) or (M, N, H + 1), in each year, (M, H + 1)."""
    by_year = sold.ndim > 2
    total = sold.sum(axis=1) if by_year else sold.sum(axis=1, keepdims=True)
    every = np.ones((len(sold), weight.shape[1]))
    kept = (sold * weight).sum(axis=1) if by_year else sold @ weight
    left: FloatArray = np.divide(kept, total, out=every, where=total > 0.0)
    return left
