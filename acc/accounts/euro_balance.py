"""Every euro closes: what members pay less is what others receive less or more."""

from collections.abc import Sequence

from acc.accounts.values import Actor, ActorLine, Closure, ParticipantMoney, PlantMoney
from acc.bills.bill import Bill


def closure(
    participants: Sequence[ParticipantMoney], plants: Sequence[PlantMoney], local_eur: Sequence[float]
) -> Closure | None:
    """Return what each actor receives without and with the operation; None when a price is undecided.

    Payments between people only: without the operation, the plants sell all they inject under their
    contracts. Members whose bills are unknown are left out with all that they pay.

    Args:
        local_eur: what each plant receives from the members whose bills are known, (M,).
    """
    known = [(p, p.before, p.after) for p in participants if p.before is not None and p.after is not None]
    sold, left = [p.all_sold_eur_ht for p in plants], [p.surplus_eur_ht for p in plants]
    if None in sold or not known:
        return None
    all_sold, surplus = sum(s or 0.0 for s in sold), sum(s or 0.0 for s in left)
    before = _received([(p, bill) for p, bill, _after in known])
    after = _received([(p, bill) for p, _before, bill in known])
    before |= {Actor.PRODUCERS: all_sold, Actor.SURPLUS_BUYERS: -all_sold}
    after |= {Actor.PRODUCERS: surplus + sum(local_eur), Actor.SURPLUS_BUYERS: -surplus}
    lines = tuple(ActorLine(actor=a, before_eur=before[a], after_eur=after[a]) for a in Actor)
    return Closure(lines=lines, left_out_ids=tuple(p.id for p in participants if p.before is None))


def _received(bills: Sequence[tuple[ParticipantMoney, Bill[float]]]) -> dict[Actor, float]:
    """Return what each actor gets out of the members' bills; producers are paid from the plants' side."""
    vat = sum(bill.vat_eur for member, bill in bills if not member.recovers_vat)
    return {
        Actor.MEMBERS: -(sum(bill.total_eur_ht for _member, bill in bills) + vat),
        Actor.PMO: sum(bill.pmo_eur_ht for _member, bill in bills),
        Actor.SUPPLIERS: sum(bill.supply_eur_ht for _member, bill in bills),
        Actor.NETWORK: sum(bill.turpe_eur_ht for _member, bill in bills),
        Actor.STATE: sum(bill.accise_eur_ht for _member, bill in bills) + vat,
        Actor.CTA: sum(bill.cta_eur_ht for _member, bill in bills),
    }
