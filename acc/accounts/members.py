"""Who gains and who loses: each participant's bills before and after, and why."""

from dataclasses import dataclass

import numpy as np

from acc.accounts.reasons import Cause, Missing, OptionState, Reason
from acc.accounts.values import ParticipantMoney, TurpeOption
from acc.arrays import FloatArray
from acc.bills.bill import Bill, BillTerms, bill_of, option_gain_eur, untaxed_eur
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.bills.terms import has_option
from acc.ledger.lines import BILLED, PMO_SHARED, SUPPLY
from acc.sides import loses
from acc.years.plan_years import PlanYears


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
    ids: tuple[str, ...],
    tariffs: Tariffs,
    terms: BillTerms,
    volumes: SlotVolumes,
    bills: tuple[Bill[FloatArray], Bill[FloatArray]],
) -> tuple[ParticipantMoney, ...]:
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
    per_kwh = np.divide(1.0, kwh, out=np.full(len(kwh), np.nan), where=kwh > 0.0)
    participants = []
    for n, (id_, tariff) in enumerate(zip(ids, tariffs.members, strict=True)):
        own_before, own_after, eur = bill_of(before, n), bill_of(after, n), float(saving[n])
        missing = _missing(own_before, own_after)
        is_loss = not missing and loses(eur)
        participants.append(
            ParticipantMoney(
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
        )
    return tuple(participants)


def _missing(before: Bill[float], after: Bill[float]) -> tuple[Missing, ...]:
    prices = {Missing.SUPPLY_PRICE: before.supply_eur_ht, Missing.LOCAL_PRICE: after.local_eur_ht}
    return tuple(missing for missing, eur in prices.items() if np.isnan(eur))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


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
    if received_kwh <= 0.0:
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
