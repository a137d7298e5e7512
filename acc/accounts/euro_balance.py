"""Every euro closes: what members pay less is what others receive less or more."""

from collections.abc import Sequence

from acc.accounts.values import MEMBERS, PRODUCERS, ActorLine, Closure, ParticipantMoney, PlantMoney
from acc.ledger.chart import Account, LedgerChart
from acc.ledger.fill import Block
from acc.ledger.lines import BILLED, LOCAL, PMO_SHARED, SURPLUS
from acc.ledger.sums import brought


def closure(
    participants: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    chart: LedgerChart,
    blocks: Sequence[Block],
    years: float,
) -> Closure | None:
    """Income of each actor without and with the operation, EUR; None when a price is undecided.

    Payments between people only: without the operation, the plants sell all they inject under their
    contracts. Members whose bills are unknown are left out with all that they pay.

    Args:
        blocks: the entries of a year, those of `period_blocks`; own use, the same without, is left out.
        years: length of the period.
    """
    bills = [(member, member.before) for member in participants if member.before is not None]
    sold = [plant.all_sold_eur_ht for plant in plants]
    if None in sold or not bills:
        return None
    before: dict[str, float] = {MEMBERS: 0.0, PRODUCERS: sum(eur or 0.0 for eur in sold)}
    for line in (PMO_SHARED, *BILLED):
        paid = sum(getattr(bill, line.name) for _member, bill in bills)
        before[line.other] = before.get(line.other, 0.0) + paid
    before[Account.STATE] += sum(bill.vat_eur for member, bill in bills if not member.recovers_vat)
    before[Account.MARKET] = -before[PRODUCERS]
    on_bills = [block for block in blocks if block.site is not None]
    change = brought(on_bills, len(chart.names))[:, 0] * years
    after = before | {a: before[a] + float(change[chart.of(a)]) for a in Account if a in before}
    after[Account.MARKET] = -_sum_eur(blocks, SURPLUS) * years
    after[PRODUCERS] = _sum_eur(on_bills, LOCAL) * years - after[Account.MARKET]
    for side in (before, after):
        side[MEMBERS] = -sum(side.values())
    lines = tuple(ActorLine(actor=a, before_eur=eur, after_eur=after[a]) for a, eur in before.items())
    return Closure(lines=lines)


def _sum_eur(blocks: Sequence[Block], line: str) -> float:
    return sum(float(block.eur.sum()) for block in blocks if block.line == line)
