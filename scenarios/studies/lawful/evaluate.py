"""What a group is worth to each person under the default key: that of `acc run`, fast, remembered.

Years of a plan are looked at by the mean years of stretches of them, whose sums are never below: within
0.1 % of `acc run`, and equal to it where all years are alike.

Each step the pool gives everyone the same part of its need, f = min(1, P / C), and takes the same part of
what each roof makes. Sums of several steps overstate what is shared (min is concave): a search may look at
them, its end and its judgement look at each step.

What a plan may be: lawful groups, each paying its own organiser, and what is asked beyond the law.

A plan as labels: the operation of each site and of each roof on the network, the power of each roof.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from acc.arrays import BoolArray, FloatArray
from acc.rules.largest_group import positions_of
from acc.scenario import Regime
from scenarios.studies.lawful.law import ORDER, GroupLaw
from scenarios.studies.lawful.meters import NOT_BUILT, BuiltMeter, Powers, RoofRates, added
from scenarios.studies.lawful.model import GroupModel


@dataclass(frozen=True, slots=True)
class SharingGroup:
    """Sites and roofs that stand together.

    Attributes:
        sites: columns of the participants, as bits.
        roofs: columns of the plants, with the power of each, in order.
    """

    sites: int
    roofs: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class GroupEuros:
    """What sharing brings in a group, beside its roofs that would sell all their surplus.

    Attributes:
        persons_eur: over the plan, then over the period, (2, Q); roofs alone are beside.
        sites_eur: what the sites gain over the plan, the fee paid: below zero the operation does not pay it.
        received_kwh: of the period, by all sites.
    """

    persons_eur: FloatArray
    sites_eur: float
    received_kwh: float

    @property
    def total_eur(self) -> float:
        """What all persons gain by it over the plan."""
        return float(self.persons_eur[0].sum())


@dataclass(frozen=True, eq=False)
class GroupValues:
    """Values of groups, remembered.

    Attributes:
        load_kwh: what sites without any roof withdraw, by row, (N, T'').
        edges: where the sums of each pattern of prices begin, the end last.
    """

    model: GroupModel
    load_kwh: FloatArray
    edges: tuple[int, ...]
    known: dict[SharingGroup, GroupEuros] = field(default_factory=dict)
    rows: dict[tuple[int, Powers], "MeterRows"] = field(default_factory=dict)

    def value(self, group: SharingGroup) -> GroupEuros:
        """Euros of a group."""
        worth = self.known.get(group)
        if worth is None:
            worth = self.known[group] = self._value(group)
        return worth

    def meter(self, meter: int, powers: Powers) -> "MeterRows":
        """Return a meter with some roofs, its curves as rows."""
        rows = self.rows.get((meter, powers))
        if rows is None:
            model = self.model
            built = model.meters.built(meter, powers)
            host = None if built.withdrawn_kwh is None else model.steps.stacked(built.withdrawn_kwh)
            rows = self.rows[meter, powers] = MeterRows(
                model.meters.every[meter].host, built, host, model.steps.stacked(built.injected_kwh)
            )
        return rows

    def _value(self, group: SharingGroup) -> GroupEuros:
        model = self.model
        sites = [n for n in range(model.sites) if group.sites >> n & 1]
        meters = [self.meter(at, powers) for at, powers in powers_by_meter(model, group.roofs)]
        own = {row.host: row for row in meters}
        order = [m for row in meters for m in row.built.roofs]
        if not sites or not order:
            return GroupEuros(np.zeros((2, len(model.persons))), 0.0, 0.0)
        rates = [rate for row in meters for rate in row.built.rates]
        injected = [kwh for row in meters for kwh in row.injected_kwh]
        loads = [self._load_kwh(n, own.get(n)) for n in sites]
        untaxed = model.prices.own[np.ix_(order, sites)] & (model.prices.vat_ratio[sites] > 0.0)
        received, shared, to_self = _shared_kwh(self, loads, injected, untaxed)
        return _euros(model, sites, order, rates, (received, to_self), shared)

    def _load_kwh(self, site: int, meter: "MeterRows | None") -> FloatArray:
        return self.load_kwh[site] if meter is None or meter.host_kwh is None else meter.host_kwh


@dataclass(frozen=True, slots=True, eq=False)
class MeterRows:
    """A built meter, its curves as rows of sums: of the host, (K, T), if any, and of each roof."""

    host: int | None
    built: BuiltMeter
    host_kwh: FloatArray | None
    injected_kwh: FloatArray


def group_values(model: GroupModel) -> GroupValues:
    """Build the valuation of groups."""
    return GroupValues(model, model.steps.rows(model.meters.gross_kwh), model.steps.edges)


def powers_by_meter(model: GroupModel, roofs: tuple[tuple[int, int], ...]) -> list[tuple[int, Powers]]:
    """Return the meters of some roofs, with the power of each of their roofs."""
    power = dict(roofs)
    meters = dict.fromkeys(int(model.meter_of[roof]) for roof in power)
    every = model.meters.every
    return [(at, tuple(power.get(roof, NOT_BUILT) for roof in every[at].roofs)) for at in meters]


def _shared_kwh(
    values: GroupValues, loads: list[FloatArray], injected: list[FloatArray], own: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Received by sites, from each roof or from all as one, (Q, K, P, n), kWh, and shared by roofs, (m, K).

    Then what sites receive of `own` roofs, (m, n), in the same patterns, (Q, K, P, n).

    Args:
        loads: of sites, the same in all mean years, (T'',), or in each of them, (K, T'').
    """
    shape = injected[0].shape
    need = added([load for load in loads if load.ndim == 1], shape[1:])
    need = need + added([load for load in loads if load.ndim > 1], shape)
    injected_kwh = added(injected, shape)
    most = np.maximum(need, injected_kwh)
    part = np.divide(1.0, most, out=np.zeros(shape), where=most > 0.0)
    taken = need * part
    shared = np.array([_dots(row, taken) for row in injected])
    pools = [injected_kwh * part] if values.model.alike else [row * part for row in injected]
    edges = [slice(a, b) for a, b in pairwise(values.edges)]
    received = np.array(
        [[[_dots(load[..., at], pool[:, at]) for load in loads] for at in edges] for pool in pools]
    )
    to_self = np.zeros_like(received)
    for roof, site in np.argwhere(own).tolist():
        pool, load = injected[roof] * part, loads[site]
        to_self[0 if values.model.alike else roof, :, site] += [
            _dots(load[..., at], pool[:, at]) for at in edges
        ]
    return received.transpose(0, 3, 1, 2), shared, to_self.transpose(0, 3, 1, 2)


def _dots(row: FloatArray, other: FloatArray) -> FloatArray:
    """Return the sum of products in each mean year, (K,)."""
    # Not `@`: a library of several threads costs more than it brings on rows of this length.
    dots: FloatArray = np.einsum("t,kt->k" if row.ndim == 1 else "kt,kt->k", row, other)
    return dots


def _euros(
    model: GroupModel,
    sites: list[int],
    roofs: list[int],
    rates: list[RoofRates],
    kwh: tuple[FloatArray, FloatArray],
    shared_kwh: FloatArray,
) -> GroupEuros:
    """Return the euros of a group from its kWh: what sites receive, and of it from their own roofs."""
    received_kwh, to_self_kwh = kwh  # (Q, K, P, n)
    prices = model.prices
    rows = rates[:1] if model.alike else rates
    of = roofs[:1] if model.alike else roofs
    by_roof = received_kwh.sum(axis=2)
    total = by_roof.sum(axis=0)  # (K, n)

    def paced(name: str, eur: FloatArray) -> FloatArray:
        """Euros of each site over the plan and the period, (2, n), of those in mean years, (Q, K, n)."""
        of_plan: FloatArray = np.einsum("qkn,qkv->vn", eur, np.array([getattr(r, name) for r in rows]))
        return of_plan

    local_eur = prices.local_eur_per_kwh[prices.sold_as[of]][:, None, :, sites]
    paid, to_self = ((local_eur * of_sites).sum(axis=2) for of_sites in (received_kwh, to_self_kwh))
    spared = (prices.supply_eur_per_kwh[:, sites] * received_kwh).sum(axis=2)
    untaxed = prices.accise_eur_per_kwh[sites] * prices.untaxed_ratio[of][:, None, None] * by_roof
    lives = max(rates, key=lambda rate: float(rate.yearly[:, 0].sum())).yearly
    all_kwh = total.sum(axis=1, keepdims=True)
    part = np.divide(total, all_kwh, out=np.full_like(total, 1.0 / len(sites)), where=all_kwh > 0.0)
    fixed = np.einsum("kn,kv->vn", prices.fixed_eur[sites] + prices.pmo_eur * part, lives)
    gains = paced("supply", spared) + paced("accise", untaxed) - paced("local", paid) - fixed
    gains -= paced("costs", prices.pmo_eur_per_kwh * by_roof)
    # VAT is on what others bill: the value over the plan counts it, the gain of the period is without.
    bought = paced("local", to_self)[0]
    gains[0] += rates[0].has_plan * prices.vat_ratio[sites] * (gains[0] + bought)
    gains = np.where(prices.known[sites], gains, 0.0)
    sold = _sold_eur(model, sites, paid, shared_kwh, rates)
    persons = np.zeros((2, len(model.persons)))
    for v in range(2):
        persons[v] = np.bincount(model.site_person[sites], gains[v], len(model.persons))
        persons[v] += np.bincount(model.roof_person[roofs], sold[v], len(model.persons))
    return GroupEuros(persons, float(gains[0].sum()), float(total[0].sum()))


def _sold_eur(
    model: GroupModel, sites: list[int], paid: FloatArray, shared_kwh: FloatArray, rates: list[RoofRates]
) -> FloatArray:
    """Gain of roofs by sharing, against sale as surplus, (2, m), EUR.

    Args:
        paid: by sites in mean years, (Q, K, n); `shared_kwh` of roofs, (m, K).
    """
    local = np.array([rate.local for rate in rates])  # (m, K, 2)
    pairs = zip(rates, shared_kwh, strict=True)
    lost = np.array([rate.surplus_lost_eur(kwh).sum(axis=0) for rate, kwh in pairs]).T
    if model.alike:
        earned = float(model.prices.local_eur_per_kwh.flat[0]) * shared_kwh[:, :, None]
    else:
        # The balance of a period leaves out what sites of unknown prices pay; the plan of a producer has it.
        sold = paid * model.prices.known[sites]
        earned = np.stack([paid if rates[0].has_plan else sold, sold], axis=-1).sum(axis=2)  # (m, K, 2)
    more: FloatArray = (earned * local).sum(axis=1).T - lost
    return more


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What is asked of a plan.

    Attributes:
        most: operations, at most.
        no_loser: whether persons who lose are to be as few as can be, before any euro.
        owners_inside: whether the owner of a roof that is shared must have a site there, where it has any.
        regimes: those that may be used.
        without: sites and roofs that stay out, as bits; a roof among them is not built.
    """

    most: int = 4
    no_loser: bool = True
    owners_inside: bool = False
    regimes: tuple[Regime, ...] = ORDER
    without: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PlanRules:
    """The law and what is asked, for groups; remembered.

    Attributes:
        owned_by: sites of the owner of each roof, as bits; 0 where it has none.
        allowed: regimes found already.
    """

    model: GroupModel
    law: GroupLaw
    request: PlanRequest
    owned_by: tuple[int, ...]
    allowed: dict[SharingGroup, Regime | None] = field(default_factory=dict)

    def regime(self, group: SharingGroup) -> Regime | None:
        """Return the simplest regime of a group that may be founded, None when it may not; money apart."""
        if group not in self.allowed:
            self.allowed[group] = self._regime(group)
        return self.allowed[group]

    def _regime(self, group: SharingGroup) -> Regime | None:
        bits = bits_of_group(self.model, group)
        if bits & self.request.without:
            return None
        for meter in dict.fromkeys(int(self.model.meter_of[roof]) for roof, _power in group.roofs):
            host = self.model.meters.every[meter].host
            if host is not None and not group.sites >> host & 1:
                return None
        if self.request.owners_inside and not all(
            not self.owned_by[roof] or self.owned_by[roof] & group.sites for roof, _power in group.roofs
        ):
            return None
        kwp = sum(self.model.meters.plant(roof, power).kwp for roof, power in group.roofs)
        return self.law.regime(bits, kwp, self.request.regimes)


def plan_rules(model: GroupModel, law: GroupLaw, plan_request: PlanRequest) -> PlanRules:
    """Build the rules of a plan, with the sites of each roof's owner looked up once."""
    sites_of = [0] * len(model.persons)
    for site, person in enumerate(model.site_person.tolist()):
        sites_of[person] |= 1 << site
    return PlanRules(
        model, law, plan_request, tuple(sites_of[person] for person in model.roof_person.tolist())
    )


def bits_of_group(model: GroupModel, group: SharingGroup) -> int:
    """Return the sites and the roofs of a group as one set."""
    bits = group.sites
    for roof, _power in group.roofs:
        bits |= 1 << model.sites + roof
    return bits


def sites_of(group: SharingGroup) -> Sequence[int]:
    """Return the columns of the sites of a group."""
    return positions_of(group.sites)


OUT = -1

LOSES_EUR = 0.5
"""A person who has less than this below zero loses."""

LOSER_EUR, LOSS_TIMES = 1e6, 5.0
"""What a person who loses costs the score, and its loss: no gain of the others buys a loser."""


@dataclass(slots=True)
class Labels:
    """A plan that is being changed.

    Attributes:
        label: operation of each site, then of each roof, `OUT` elsewhere; that of a roof behind a meter is
            its host's.
        power: of each roof, or `NOT_BUILT`.
    """

    label: list[int]
    power: list[int]

    def copy(self) -> "Labels":
        """Return one whose arrays may be moved without moving these."""
        return Labels(self.label.copy(), self.power.copy())


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A plan with what it is worth.

    Attributes:
        groups: by label, None where nothing is shared.
        persons_eur: over the plan and the period, (2, Q), wherever their sites and roofs are.
        value_eur: of everybody over the plan; `score_eur` the same, losers counted where none is wanted.
    """

    labels: Labels
    groups: tuple[SharingGroup | None, ...]
    persons_eur: FloatArray
    value_eur: float
    losers: int
    score_eur: float

    @property
    def founded(self) -> tuple[SharingGroup, ...]:
        """The operations."""
        return tuple(group for group in self.groups if group is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """What scores labels.

    Attributes:
        by_group: euros of groups under some rules, None where one may not be founded.
        by_power: what persons have of the roofs that are built, alone.
    """

    values: GroupValues
    rules: PlanRules
    by_group: dict[SharingGroup, GroupEuros | None] = field(default_factory=dict)
    by_power: dict[tuple[int, ...], FloatArray] = field(default_factory=dict)

    @property
    def model(self) -> GroupModel:
        """What it values with."""
        return self.values.model

    def scored(self, labels: Labels) -> Scored | None:
        """Return a plan with its worth; None where one of its groups may not be founded."""
        groups = groups_of(self.model, labels, self.rules.request.most)
        euros = []
        for group in groups:
            if group is None:
                continue
            groups_eur = self.group(group)
            if groups_eur is None:
                return None
            euros.append(groups_eur)
        powers = tuple(labels.power)
        persons = self.by_power.get(powers)
        if persons is None:
            persons = self.by_power[powers] = alone_eur(self.model, labels)
        for euro in euros:
            persons = persons + euro.persons_eur
        value = float(persons[0].sum())
        least = np.minimum(persons[0], persons[1])
        lost = least[least < -LOSES_EUR]
        score = value
        if self.rules.request.no_loser and len(lost):
            score += LOSS_TIMES * float(lost.sum()) - LOSER_EUR * len(lost)
        return Scored(labels, groups, persons, value, len(lost), score)

    def mended(self, labels: Labels) -> Labels:
        """Return labels without the operations that may not be founded."""
        groups = groups_of(self.model, labels, self.rules.request.most)
        ats = {at for at, group in enumerate(groups) if group is not None and self.group(group) is None}
        return Labels([OUT if at in ats else at for at in labels.label], labels.power.copy())

    def group(self, group: SharingGroup) -> GroupEuros | None:
        """Return the euros of a group, None where it may not be founded."""
        if group not in self.by_group:
            lawful = self.rules.regime(group) is not None
            worth = self.values.value(group) if lawful else None
            self.by_group[group] = None if worth is None or worth.sites_eur < 0.0 else worth
        return self.by_group[group]


def groups_of(model: GroupModel, labels: Labels, most: int) -> tuple[SharingGroup | None, ...]:
    """Return the group of each label; None where no site or no roof has it, or nothing meets."""
    sites, roofs = [0] * most, [list[tuple[int, int]]() for _ in range(most)]
    for n, at in enumerate(labels.label[: model.sites]):
        if at != OUT:
            sites[at] |= 1 << n
    for m, power in enumerate(labels.power):
        if power != NOT_BUILT:
            at = labels.label[model.holder[m]]
            if at != OUT:
                roofs[at].append((m, power))
    pairs = zip(sites, roofs, strict=True)
    return tuple(SharingGroup(s, tuple(r)) if s and r else None for s, r in pairs)


def alone_eur(model: GroupModel, labels: Labels) -> FloatArray:
    """Income of persons from the roofs built, with all injections sold as surplus, (2, Q), EUR."""
    total = np.zeros((2, len(model.persons)))
    for at, meter in enumerate(model.meters.every):
        powers: Powers = tuple(labels.power[roof] for roof in meter.roofs)
        if any(power != NOT_BUILT for power in powers):
            total += model.meters.built(at, powers).alone_eur
    return total


def no_operation(model: GroupModel, without: int = 0) -> Labels:
    """Return the plan without any operation: each meter's roofs at the powers that bring everybody most."""
    power = [NOT_BUILT] * model.roofs
    for at, meter in enumerate(model.meters.every):
        best = max(powers_of_meter(model, at, without), key=lambda powers: _alone_total(model, at, powers))
        for roof, chosen in zip(meter.roofs, best, strict=True):
            power[roof] = chosen
    return Labels([OUT] * (model.sites + model.roofs), power)


def powers_of_roof(model: GroupModel, roof: int, without: int) -> list[int]:
    """Return the powers of a roof, not built first where it may be left out."""
    if without >> model.sites + roof & 1:
        return [NOT_BUILT]
    none = [NOT_BUILT] if model.may_leave[roof] else []
    return [*none, *model.powers_of(roof)]


def powers_of_meter(model: GroupModel, meter: int, without: int = 0) -> list[Powers]:
    """Return all powers that the roofs of a meter may have together."""
    together: list[Powers] = [()]
    for roof in model.meters.every[meter].roofs:
        powers = powers_of_roof(model, roof, without)
        together = [(*before, power) for before in together for power in powers]
    return together


def _alone_total(model: GroupModel, meter: int, powers: Powers) -> float:
    if all(power == NOT_BUILT for power in powers):
        return 0.0
    return float(model.meters.built(meter, powers).alone_eur[0].sum())
