"""Who gains and who loses: each participant's bills before and after, and why."""

from dataclasses import dataclass

import numpy as np

from acc.accounts.reasons import Cause, Missing, OptionState, Reason
from acc.accounts.values import ParticipantMoney, TurpeOption
from acc.arrays import FloatArray
from acc.bills.bill import Bill, BillTerms, bill_of, bills_after, bills_before, option_gain_eur
from acc.bills.tariffs import MemberTariff, Tariffs
from acc.bills.terms import has_option
from acc.sides import loses


@dataclass(frozen=True, slots=True, eq=False)
class SlotVolumes:
    """kWh by slot over the period: what bills are made from.

    Attributes:
        consumption_kwh: withdrawn by each participant, (N, S).
        local_kwh: from each plant to each participant, (M, N, S).
    """

    consumption_kwh: FloatArray
    local_kwh: FloatArray

    @property
    def received_kwh(self) -> FloatArray:
        """Local kWh of each participant by slot, (N, S)."""
        received: FloatArray = self.local_kwh.sum(axis=0)
        return received


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What one participant's euros are read from."""

    id: str
    tariff: MemberTariff
    before: Bill[float]
    after: Bill[float]
    option: TurpeOption
    consumption_kwh: FloatArray
    received_kwh: FloatArray
    untaxed_eur: float
    fixed_eur: float


def participants_money(
    ids: tuple[str, ...], tariffs: Tariffs, terms: BillTerms, volumes: SlotVolumes
) -> tuple[ParticipantMoney, ...]:
    """Return every participant before and after, in the order of `ids`."""
    before = bills_before(terms, volumes.consumption_kwh)
    after = bills_after(terms, volumes.consumption_kwh, volumes.local_kwh)
    received = volumes.received_kwh
    gain = option_gain_eur(terms, volumes.consumption_kwh, received)
    untaxed = np.einsum("mns,m->n", volumes.local_kwh, 1.0 - terms.local_accise_ratio)
    fixed = (terms.management_acc_eur - terms.management_eur) * (1.0 + terms.cta_ratio)
    return tuple(
        _participant(
            _Case(
                id=name,
                tariff=tariffs.members[i],
                before=bill_of(before, i),
                after=bill_of(after, i),
                option=_option(tariffs, tariffs.members[i], float(gain[i])),
                consumption_kwh=volumes.consumption_kwh[i],
                received_kwh=received[i],
                untaxed_eur=float(untaxed[i] * terms.accise_eur_per_kwh[i]),
                fixed_eur=float(fixed[i]),
            )
        )
        for i, name in enumerate(ids)
    )


def _participant(case: _Case) -> ParticipantMoney:
    missing = _missing(case)
    before, after = case.before, case.after
    received = float(case.received_kwh.sum())
    supply = before.supply_eur_ht - after.supply_eur_ht
    others = _but_supply_and_local(before, after)
    saving = supply + others - after.local_eur_ht
    known = not missing
    per_kwh = 1.0 / received if received > 0.0 else float("nan")
    return ParticipantMoney(
        id=case.id,
        missing=missing,
        turpe=case.tariff.turpe.code,
        segment=case.tariff.turpe.segment,
        consumption_by_slot_kwh=tuple(case.consumption_kwh.tolist()),
        received_by_slot_kwh=tuple(case.received_kwh.tolist()),
        option=case.option,
        recovers_vat=case.tariff.recovers_vat,
        vat_stated=case.tariff.vat_stated,
        before=before if known else None,
        after=after if known else None,
        supply_eur_per_kwh=_known(supply * per_kwh),
        local_eur_per_kwh=_known(after.local_eur_ht * per_kwh),
        break_even_supply_eur_per_kwh=_known((after.local_eur_ht - others) * per_kwh),
        break_even_local_eur_per_kwh=_known((supply + others) * per_kwh),
        full_accise_saving_eur_ht=saving - case.untaxed_eur if known else None,
        reasons=_reasons(case, saving) if known and loses(saving) else (),
    )


def _missing(case: _Case) -> tuple[Missing, ...]:
    missing = []
    if np.isnan(case.before.supply_eur_ht):
        missing.append(Missing.SUPPLY_PRICE)
    if np.isnan(case.after.local_eur_ht):
        missing.append(Missing.LOCAL_PRICE)
    return tuple(missing)


def _but_supply_and_local(before: Bill[float], after: Bill[float]) -> float:
    """Return what changes on the lines that need neither the supplier's price nor the local one."""
    return (
        (before.pmo_eur_ht - after.pmo_eur_ht)
        + (before.turpe_eur_ht - after.turpe_eur_ht)
        + (before.accise_eur_ht - after.accise_eur_ht)
        + (before.cta_eur_ht - after.cta_eur_ht)
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _option(tariffs: Tariffs, member: MemberTariff, gain_eur: float) -> TurpeOption:
    if not has_option(member):
        return TurpeOption(state=OptionState.NOT_POSSIBLE)
    if tariffs.option_open is None:
        return TurpeOption(state=OptionState.TO_VERIFY, gain_eur_ht=gain_eur)
    if not tariffs.option_open:
        return TurpeOption(state=OptionState.NOT_POSSIBLE, gain_eur_ht=gain_eur)
    state = OptionState.CHOSEN if gain_eur > 0.0 else OptionState.DEARER
    return TurpeOption(state=state, gain_eur_ht=gain_eur)


def _reasons(case: _Case, saving_eur: float) -> tuple[Reason, ...]:
    """Return why a participant loses: the price, then the fees and fixed parts that take what is left."""
    received = float(case.received_kwh.sum())
    pmo = case.after.pmo_eur_ht
    if received <= 0.0:
        return (Reason(cause=Cause.NOTHING_RECEIVED, amounts={"fixed_eur_ht": case.fixed_eur + pmo}),)
    local = case.after.local_eur_ht
    # What the local kWh spare before fees and fixed parts, and what is gained on them.
    spared = saving_eur + local + pmo + case.fixed_eur
    margin = spared - local
    if margin <= 0.0:
        amounts = {"local_eur_per_kwh": local / received, "spared_eur_per_kwh": spared / received}
        return (Reason(cause=Cause.LOCAL_PRICE, amounts=amounts),)
    return _fees_reasons(margin, pmo, case.fixed_eur)


def _fees_reasons(margin_eur: float, pmo_eur: float, fixed_eur: float) -> tuple[Reason, ...]:
    """Return which of the two makes a loss of a gain on kWh; both when each does, or only together."""
    without_pmo, without_fixed = margin_eur >= fixed_eur, margin_eur >= pmo_eur
    reasons = []
    if pmo_eur > 0.0 and (without_pmo or not without_fixed):
        amounts = {"pmo_eur_ht": pmo_eur, "margin_eur_ht": margin_eur}
        reasons.append(Reason(cause=Cause.PMO_FEE, amounts=amounts))
    if fixed_eur > 0.0 and (without_fixed or not without_pmo):
        amounts = {"fixed_eur_ht": fixed_eur, "margin_eur_ht": margin_eur}
        reasons.append(Reason(cause=Cause.FIXED_PART, amounts=amounts))
    return tuple(reasons)
