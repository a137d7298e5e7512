"""What a local kWh is worth to the producers and to everyone, at each step, whoever receives it.

Sharing follows needs: at a step, a local kWh is worth the mean of what it is worth to each participant,
weighted by what each still needs once plants behind its own meter have served it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

import numpy as np

from acc.arrays import BoolArray, FloatArray, IntArray, row_sums
from acc.bills.bill import BillTerms, bill_terms, bills_before, option_gain_eur, period_years
from acc.bills.surplus import spared_eur_per_kwh
from acc.bills.tariff_slots import kwh_by_slot, slot_index
from acc.bills.tariffs import Tariffs
from acc.exchange import Exchange
from acc.fairness import can_receive
from acc.ledger.chart import holders
from acc.problem import InputError, Problem
from acc.scenario import Scenario
from scenarios.operation.metering.own_use import behind_of
from scenarios.operation.tariffs.price import tariffs_of
from scenarios.studies.size.roof_classes import RoofClass
from scenarios.studies.size.values import MemberGains, RoofWorths

ByMember = Callable[[RoofClass], FloatArray]
"""What a kWh made by a column is worth to each participant at each step, over the plan, EUR, (N, D)."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Needs and prices at the steps of the search: N participants, D steps.

    Attributes:
        need_kwh: used by each site in a year, (N, D); `share` its part of all needs of the step.
        slots: tariff slot on each one's clock, (N, D).
        behind: participant behind whose meter each plant stands, or -1.
        takers: who is billed under the ACC option of the network tariff, (N,).
        tax_ratio: on the profit of the person of each site, where it is counted, (N,).
        vat_ratio: on what each site is billed, 0 where VAT is recovered, (N,).
        own: whether each plant is of the person of each site, who bills itself no VAT, (M, N).
    """

    scenario: Scenario
    tariffs: Tariffs
    terms: BillTerms
    period_years: float
    need_kwh: FloatArray
    share: FloatArray
    slots: IntArray
    behind: IntArray
    takers: BoolArray
    tax_ratio: FloatArray
    vat_ratio: FloatArray
    own: BoolArray


def priced_of(
    scenario: Scenario,
    tariffs: Tariffs,
    load: FloatArray,
    lit: IntArray,
    takers: BoolArray | None = None,
    tax_ratio: FloatArray | None = None,
    supply_ratio: FloatArray | None = None,
) -> Priced:
    """Return the needs and prices of a scenario at the steps `lit`.

    Args:
        load: what sites use at these steps, own use behind their meters included, (D, N).
        supply_ratio: what the suppliers' prices are multiplied by, (N,), or (1,).
    """
    steps = scenario.steps
    years, behind = period_years(steps), behind_of(scenario)
    need = load.T / years
    total = need.sum(axis=0)
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, years)
    if supply_ratio is not None:
        terms = replace(terms, supply_eur_per_kwh=terms.supply_eur_per_kwh * supply_ratio[:, None])
    of_site, of_plant = holders(scenario, tariffs.plants)
    return Priced(
        scenario=scenario,
        tariffs=tariffs,
        terms=terms,
        period_years=years,
        need_kwh=need,
        share=np.divide(need, total, out=np.zeros_like(need), where=total > 0.0),
        slots=np.stack([slot_index(steps, member.clock)[lit] for member in tariffs.members]),
        behind=behind,
        takers=np.zeros(len(need), dtype=np.bool_) if takers is None else takers,
        tax_ratio=np.zeros(len(need)) if tax_ratio is None else tax_ratio,
        vat_ratio=np.array([0.0 if member.recovers_vat else terms.vat_ratio for member in tariffs.members]),
        own=np.array([[person == owner for person in of_site] for owner in of_plant]),
    )


def option_takers(scenario: Scenario, exchange: Exchange) -> BoolArray:
    """Members with a lower bill under the ACC option of the network tariff, by default sharing, (N,)."""
    tariffs, steps = tariffs_of(scenario, exchange), exchange.steps
    terms = bill_terms(tariffs, scenario.prices, scenario.plants, period_years(steps))
    if not terms.option_counted:
        return np.zeros(len(scenario.participants), dtype=np.bool_)
    need, output = exchange.consumption_kwh, exchange.production_kwh.sum(axis=1)
    total = need.sum(axis=1)
    part = np.minimum(1.0, np.divide(output, total, out=np.zeros_like(output), where=total > 0.0))
    clocks = tariffs.clocks
    used = kwh_by_slot(steps, clocks, need)
    return option_gain_eur(terms, used, kwh_by_slot(steps, clocks, need * part[:, None])) > 0.0


def paid_worths(priced: Priced, columns: Sequence[RoofClass], *, taxed: bool = False) -> RoofWorths:
    """Value of a local kWh to the producers: its price, less its tax where counted."""
    prices = _prices(priced)
    kept = [1.0 - column.tax_ratio if taxed else 1.0 for column in columns]

    def by_member(column: RoofClass) -> FloatArray:
        paid: FloatArray = column.worths.local_eur * prices[column.roof]
        return (1.0 - column.tax_ratio) * paid if taxed else paid

    return _worths(priced, columns, by_member, _own_eur(priced, columns) * np.array(kept)[:, None])


def everyone_worths(priced: Priced, columns: Sequence[RoofClass]) -> RoofWorths:
    """Saving of all from a local kWh, EUR/kWh: its price is an internal transfer, its VAT is not.

    Who has no known supply price is counted as saving nothing: a kWh is worth its price to it. A tax on
    profit takes its part of what each person gains, as if it gave back its part of what one loses.
    """
    terms, kept = priced.terms, (1.0 - priced.tax_ratio)[:, None]
    owners = _own_eur(priced, columns, 1.0 + priced.vat_ratio)
    owners *= np.array([[1.0 - column.tax_ratio] for column in columns])
    own = owners + _hosts_eur(priced, columns)
    prices = _prices(priced)
    supply = np.take_along_axis(terms.supply_eur_per_kwh, priced.slots, axis=1)
    vat = priced.vat_ratio[:, None]

    def by_member(column: RoofClass) -> FloatArray:
        bare = _spared(priced, exempt=False)
        accise = _spared(priced, exempt=column.accise_exempt) - bare
        spared = column.worths.supply_eur * supply + column.worths.flat_eur * (bare - supply)
        spared = spared + column.worths.accise_eur * accise
        price = column.worths.local_eur * prices[column.roof]
        gain = (1.0 + vat) * (spared - column.worths.cost_eur * terms.pmo_eur_per_kwh)
        gain = gain - (1.0 + np.where(priced.own[column.roof][:, None], 0.0, vat)) * price
        worth: FloatArray = np.where(np.isnan(spared), 0.0, kept * gain) + (1.0 - column.tax_ratio) * price
        return worth

    dearer = terms.option_eur_per_kwh
    for n, column in enumerate(columns):
        host = priced.behind[column.roof]
        if host >= 0 and priced.takers[host]:
            # Under the option a kWh that the host no longer withdraws would have been an alloproduit one.
            own[n] += (
                kept[host] * (1.0 + vat[host]) * column.worths.flat_eur * dearer[host][priced.slots[host]]
            )
    return _worths(priced, columns, by_member, own)


def _worths(priced: Priced, columns: Sequence[RoofClass], by_member: ByMember, own: FloatArray) -> RoofWorths:
    """Return worths over the plan, from those of each column to each participant."""
    # Steps where nobody needs anything share nothing: any worth does, and the highest keeps it concave.
    empty = priced.share.sum(axis=0) <= 0.0
    kept: dict[tuple[object, ...], FloatArray] = {}
    means: dict[int, FloatArray] = {}
    prices = [eur.tobytes() for eur in priced.terms.local_eur_per_kwh]
    rows = []
    for column in columns:
        billed = (priced.own[column.roof] & (priced.vat_ratio > 0.0)).tobytes()
        # Identity of columns whose kWh have equal value to a participant.
        worths = column.worths
        euros = (worths.local_eur, worths.supply_eur, worths.flat_eur, worths.accise_eur, worths.cost_eur)
        same = (prices[column.roof], billed, *(column.accise_exempt, column.tax_ratio, *euros))
        if same not in kept:
            kept[same] = by_member(column)
        rows.append(kept[same])
    for row in rows:
        if id(row) not in means:
            means[id(row)] = np.where(empty, row.max(axis=0), (priced.share * row).sum(axis=0))
    return RoofWorths(
        local=np.stack([means[id(row)] for row in rows]),
        own=own,
        hosts=tuple(np.stack([row[host] for row in rows]) for host in _host_ids(priced)),
    )


def most_local(worths: RoofWorths, need_kwh: FloatArray, host_needs_kwh: Sequence[FloatArray]) -> FloatArray:
    """Return the most that a local kWh can be worth, whatever the hosts use behind their meters, (n, D).

    A mean rises when those below it leave: hosts are taken out while that raises it.

    Args:
        need_kwh: of all sites, (D,); `host_needs_kwh` of each host, in the order of `worths.hosts`.
    """
    if not worths.differ:
        return worths.local
    most, left = worths.local.copy(), np.broadcast_to(need_kwh, worths.local.shape).copy()
    out = [np.zeros(most.shape, dtype=np.bool_) for _host in worths.hosts]
    for _pass in worths.hosts:
        for taken, host, need in zip(out, worths.hosts, host_needs_kwh, strict=True):
            rest = left - need
            better = ~taken & (host < most) & (rest > 1e-9 * need_kwh)
            mean = np.divide(most * left - host * need, rest, out=most.copy(), where=better)
            most, left = np.maximum(most, mean), np.where(better, rest, left)
            np.logical_or(taken, better, out=taken)
    return most


def _prices(priced: Priced) -> FloatArray:
    """Return the local price from each plant to each participant at each step, (M, N, D)."""
    return np.take_along_axis(priced.terms.local_eur_per_kwh, priced.slots[None], axis=2)


def _spared(priced: Priced, *, exempt: bool) -> FloatArray:
    """Avoided cost of a local kWh before price and fee, (N, D), EUR/kWh; nan where unknown."""
    terms = priced.terms
    ratio = priced.tariffs.accise.period_ratio if exempt else 1.0
    by_slot = spared_eur_per_kwh(terms, exempt_ratio=1.0 - ratio, option=priced.takers)
    return np.take_along_axis(by_slot, priced.slots, axis=1)


def _own_eur(priced: Priced, columns: Sequence[RoofClass], billed: FloatArray | None = None) -> FloatArray:
    """Value over the plan of a kWh used behind the meter to its owner, (n, D), EUR/kWh.

    What it spares as host, a euro of its bill costing it `billed`, (N,); or what another host pays for it.
    """
    own = np.zeros((len(columns), priced.slots.shape[1]))
    for n, column in enumerate(columns):
        price = priced.tariffs.plants[column.roof].own_use_eur_per_kwh
        ratio = 1.0 if billed is None else billed[priced.behind[column.roof]]
        own[n] = ratio * _spared_behind(priced, column) if price is None else column.worths.flat_eur * price
    return own


def _hosts_eur(priced: Priced, columns: Sequence[RoofClass]) -> FloatArray:
    """Value to hosts other than the owner of a kWh used behind their meter, after tax, (n, D), EUR."""
    kept = np.zeros((len(columns), priced.slots.shape[1]))
    for n, column in enumerate(columns):
        price = priced.tariffs.plants[column.roof].own_use_eur_per_kwh
        if price is not None:
            host = priced.behind[column.roof]
            tax, billed = priced.tax_ratio[host], 1.0 + priced.vat_ratio[host]
            spared = _spared_behind(priced, column) - column.worths.flat_eur * price
            kept[n] = (1.0 - tax) * billed * spared
    return kept


def _spared_behind(priced: Priced, column: RoofClass) -> FloatArray:
    """Saving on the host's bill of a kWh used behind the meter, (D,), EUR; 0 without host or price."""
    terms, host = priced.terms, priced.behind[column.roof]
    if host < 0:
        return np.zeros(priced.slots.shape[1])
    rest = terms.network_eur_per_kwh[host] + terms.accise_eur_per_kwh[host]
    spared = column.worths.supply_eur * terms.supply_eur_per_kwh[host] + column.worths.flat_eur * rest
    known: FloatArray = np.nan_to_num(spared[priced.slots[host]])
    return known


def own_is_known(priced: Priced, columns: Sequence[RoofClass], *, everyone: bool) -> bool:
    """Return whether what a kWh used behind each meter brings is known; to `everyone`, or to its owner."""
    for column in columns:
        host, price = priced.behind[column.roof], priced.tariffs.plants[column.roof].own_use_eur_per_kwh
        if host < 0:
            continue
        if (everyone or price is None) and np.isnan(priced.terms.supply_eur_per_kwh[host]).any():
            return False
        if not everyone and price == 0.0:
            return False
    return True


def _host_ids(priced: Priced) -> list[int]:
    """Return the participants with plants behind their meter."""
    return sorted({int(host) for host in priced.behind if host >= 0})


def roof_hosts(
    columns: Sequence[RoofClass], priced: Priced, output_kwh: FloatArray
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Return the columns behind each meter, (n, D) with the others at zero, and the need there, (D,)."""
    for host in _host_ids(priced):
        inside = np.array([priced.behind[column.roof] == host for column in columns])
        yield np.where(inside[:, None], output_kwh, 0.0), priced.need_kwh[host]


@dataclass(frozen=True, slots=True, eq=False)
class MemberEuros:
    """What sharing changes on the bills of a year without tax, at the powers that are sought.

    Attributes:
        per_kwh: saved for a kWh shared by all at a step, EUR, (N, D).
        fixed: what taking part costs anyway, EUR, (N,); `bills` what is paid before.
        is_able: whether it can receive anything, (N,).
    """

    per_kwh: FloatArray
    fixed: FloatArray
    bills: FloatArray
    is_able: BoolArray


def member_euros(priced: Priced, rows: IntArray, load: FloatArray, unit_kwh: FloatArray) -> MemberEuros:
    """Change of each member's yearly bill under default sharing.

    Args:
        rows: steps that are told, (R,).
        load: what sites use, (R, N); `unit_kwh` what a kWp of each alternative of each plant makes, (R, A).

    Raises:
        InputError: plants behind a meter, plants of several local prices.
    """
    terms = priced.terms
    prices = terms.local_eur_per_kwh
    message = ""
    if np.any(priced.behind >= 0):
        message = _("worst-member: not with plants behind a meter, whose hosts' needs change with the powers")
    elif not np.array_equal(prices, prices[:1].repeat(len(prices), axis=0), equal_nan=True):
        message = _("worst-member: not with several local prices, one for each plant")
    if message:
        raise InputError([Problem("[size] objective", message)])
    full_year = np.zeros((priced.scenario.steps.count, load.shape[1]))
    full_year[rows] = load
    kwh = kwh_by_slot(priced.scenario.steps, priced.tariffs.clocks, full_year)
    billed = kwh.any(axis=1)  # who is out has no bill, nor any fixed charge
    paid = _prices(priced)[0] + terms.pmo_eur_per_kwh
    more_eur = terms.option_fixed_eur + (kwh * terms.option_eur_per_kwh).sum(axis=1) * priced.takers
    return MemberEuros(
        per_kwh=priced.share * (_spared(priced, exempt=True) - paid),
        fixed=more_eur / priced.period_years * billed,
        bills=bills_before(terms, kwh).total_eur_ht / priced.period_years * billed,
        is_able=can_receive(load, row_sums(unit_kwh)),
    )


def member_gains(
    scenario: Scenario, years: Sequence[MemberEuros], year_shares: Sequence[float]
) -> MemberGains:
    """Saving of each member, as a part of its bill, in the mean of some years.

    Args:
        year_shares: what each year is of the mean one.

    Raises:
        InputError: no member whose price is known.
    """
    bills = sum((part * year.bills for part, year in zip(year_shares, years, strict=True)), np.zeros(1))
    # Who cannot receive is served under no powers: it would be the worst for ever. Powers are not known yet.
    known = np.isfinite(bills) & np.any([year.is_able for year in years], axis=0)
    if not known.any():
        message = _("worst-member: no participant's supply price is known")
        raise InputError([Problem("[size] objective", message)])
    ids = tuple(p.id for p, is_known in zip(scenario.participants, known, strict=True) if is_known)
    pairs = list(zip(year_shares, years, strict=True))
    gain = np.concatenate([part * year.per_kwh[known] for part, year in pairs], axis=1)
    fixed = sum((part * year.fixed[known] for part, year in pairs), np.zeros(1))
    return MemberGains(ids, gain / bills[known, None], fixed / bills[known])
