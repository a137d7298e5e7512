"""What would change the answer: the price of the surplus, the local price, who takes part."""

from collections.abc import Mapping

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.result.change import tips_at
from acc.worth.choices import Way
from acc.worth.result import Tipping, WithoutKind
from scenarios.operation.draws.compute import NUMPY, drawn_gain
from scenarios.studies.worth.compare import Computed, neutral, pays_surplus


def tipping_of(every: Mapping[Way, Computed]) -> Tipping | None:
    """Tipping values of the answer; None where sharing cannot be computed."""
    shared = [choice for choice, computed in every.items() if computed.shares]
    if not shared:
        return None
    known = [Way.NOTHING, *every]
    values = np.array([0.0 if c is Way.NOTHING else _value(every[c].money.total) for c in known])
    slopes = np.array(
        [every[c].surplus_slope() if c in every and pays_surplus(every[c].request) else 0.0 for c in known]
    )
    shares = np.array([choice in shared for choice in known])
    best = max(shared, key=lambda choice: _value(every[choice].money.total))
    taxed = any(computed.case.is_taxed for computed in every.values())
    without = float(values[~shares].max())
    return Tipping(
        ahead_eur=float(values[shares].max()) - without,
        surplus_change_eur_per_kwh=None
        if taxed
        else tips_at(values, slopes, shares, -_lowest_price(every[best])),
        surplus_eur_per_kwh=_common_surplus_price(every[best]),
        choice=best,
        corridor=every[best].money.corridor,
        plan_corridor=every[best].money.plan_corridor,
        kinds=_kinds(every[best], without),
        surplus_is_searched=not taxed,
    )


def _value(total: PersonMoney | None) -> float:
    if total is None:
        return 0.0
    return total.gain_eur_ht if total.npv_eur_ht is None else total.npv_eur_ht


def _lowest_price(computed: Computed) -> float:
    return min((p.contract.eur_per_kwh for p in computed.money.plants if p.contract is not None), default=0.0)


def _common_surplus_price(computed: Computed) -> float | None:
    """Return the price of the surplus, where all plants have the same."""
    prices = {plant.contract.eur_per_kwh for plant in computed.money.plants if plant.contract is not None}
    return prices.pop() if len(prices) == 1 else None


def _kinds(computed: Computed, without_eur: float) -> tuple[WithoutKind, ...]:
    """Return the lead of sharing without the members of each kind; who stands under a plant stays."""
    case = computed.case
    hosts = {case.ids[host] for host in case.hosts.tolist()}
    kinds: dict[str, set[str]] = {}
    for site in case.scenario.participants:
        if site.id not in hosts:
            kinds.setdefault(site.kind.value, set()).add(site.id)
    if len(kinds) < 2 or case.scenario.battery is not None:
        return ()
    by_kind = []
    for kind, ids in kinds.items():
        out = frozenset(ids)
        gain = drawn_gain(computed.case, neutral(case.ids, out), NUMPY, out)
        value = gain.gain_eur if gain.npv_eur is None else gain.npv_eur
        by_kind.append(WithoutKind(kind=kind, members=len(ids), ahead_eur=float(value.sum()) - without_eur))
    return tuple(sorted(by_kind, key=lambda each: each.ahead_eur))
