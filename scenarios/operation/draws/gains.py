"""What each person gains in one draw, over the years of the plan, as `acc.accounts` has it.

What a draw does to meters and prices is that of a sweep; the years of bills and plants are the ledger's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.values import Money
from acc.arrays import FloatArray
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.euros import Volumes, euros_of, joined
from scenarios.operation.draws.indicators import Meters
from scenarios.operation.draws.later_meters import DrawnYears
from scenarios.operation.draws.meters import first_and_later
from scenarios.operation.draws.results import DrawnKwh, volumes_of
from scenarios.operation.draws.worker import built_keys, engine_of, shared_in
from scenarios.operation.ready.operation import Operation


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
    """Gain of each person in a draw.

    Args:
        out: participants, hosts of no plant, who take no part: their load is 0 in this draw.

    Raises:
        ValueError: a case without prices.
    """
    kwh = _volumes(case, drawn, engine)
    left = np.array([name in out for name in case.ids], dtype=np.bool_)
    euros = euros_of(case, replace(kwh, stays=kwh.stays & ~left))
    plan = (None if eur is None else eur[0] for eur in (euros.npv_eur, euros.connected_npv_eur))
    return DrawnGain(euros.gain_eur[0], *plan)


def drawn_gains(cases: Sequence[Case], draws: Sequence[Draw], engine: str) -> list[DrawnGain]:
    """Return the gains of each person in each draw, (P, D), under each of some cases on the same meters."""
    kwh = drawn_kwh(cases, draws, engine)
    return [gains_of(case, own) for case, own in zip(cases, kwh, strict=True)]


def drawn_kwh(cases: Sequence[Case], draws: Sequence[Draw], engine: str) -> list[Volumes]:
    """Return the kWh of each draw under each of some cases on the same meters.

    What they inject and use is drawn once for all, and shared once for those that share it alike.
    """
    alike = [next(at for at, other in enumerate(cases) if shares_alike(other, case)) for case in cases]
    kwh: list[list[Volumes]] = [[] for _case in cases]
    for drawn in draws:
        seen = first_and_later(cases[0], drawn)
        sums = {at: _shared(cases[at], drawn, seen, engine) for at in dict.fromkeys(alike)}
        for case, at, rows in zip(cases, alike, kwh, strict=True):
            rows.append(volumes_of(case, drawn, sums[at]))
    return list(map(joined, kwh))


def gains_of(case: Case, kwh: Volumes) -> DrawnGain:
    """Gain of each person in each draw, (P, D), EUR."""
    euros = euros_of(case, kwh)
    plan = (None if eur is None else eur.T for eur in (euros.npv_eur, euros.connected_npv_eur))
    return DrawnGain(euros.gain_eur.T, *plan)


def shares_alike(first: Case, other: Case) -> bool:
    """Return whether two cases on the same meters share the same kWh in every draw, whatever their prices."""
    if first is other:
        return True
    if (first.choices, first.scenario.sharing, first.by_plant) != (
        other.choices,
        other.scenario.sharing,
        other.by_plant,
    ):
        return False
    splits = [[split for _key, split in built_keys(case)] for case in (first, other)]
    return all(
        a is not None
        and b is not None
        and (a.form, a.part) == (b.form, b.part)
        and np.array_equal(a.number, b.number)
        for a, b in zip(*splits, strict=True)
    )


def _volumes(case: Case, drawn: Draw, engine: str) -> Volumes:
    """Return the kWh of a draw under the key of the case."""
    return volumes_of(case, drawn, _shared(case, drawn, first_and_later(case, drawn), engine))


def _shared(case: Case, drawn: Draw, seen: tuple[Meters, DrawnYears | None], engine: str) -> DrawnKwh:
    """Shared kWh under the key of the case."""
    meters, years = seen
    shared = shared_in(case, drawn, meters, years, engine_of(engine))
    return replace(shared, sums=tuple(sums for sums in shared.sums if sums is not None))


def at_run_prices(operation: Operation, money: Money) -> Operation:
    """Return the operation whose surplus sold by the hour has the mean price that it has in the run."""
    tariffs = operation.tariffs
    if tariffs is None or not money.sales:
        return operation
    pairs = zip(tariffs.plants, money.plants, strict=True)
    plants = tuple(replace(tariff, surplus=earned.contract) for tariff, earned in pairs)
    return replace(operation, tariffs=replace(tariffs, plants=plants))
