"""What an operation brings each member, each site and everybody: one value, read by every medium.

A member is who decides: a person with its sites and plants, with or without `persons.csv`. Its gain of the
first year, as over the plan, is two parts that sum: what its roofs bring it without sharing, and what sharing
adds. Amounts are without tax, over the period of the run; no words
here, and no name hidden: who may be named depends on the reader.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.person_values import Missing, PersonMoney, Reason, more_than
from acc.accounts.persons import Holding, holdings
from acc.accounts.values import Money
from acc.arrays import FloatArray
from acc.bills.bill import period_years
from acc.exchange import Exchange
from acc.result.proposal import CaseToCompare, Proposal, propose
from acc.result.result import KeyOutcome, Result, kept
from acc.scenario import Decide
from acc.sides import NOTHING_EUR, Side, loses, side
from acc.sites import Kind


@dataclass(frozen=True, slots=True)
class SiteOutcome:
    """What sharing changes on the bill of one site.

    Attributes:
        saving_eur_ht: None where a price is `missing`.
        reasons: why it loses; empty where it does not.
    """

    id: str
    received_kwh: float
    saving_eur_ht: float | None = None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def side(self) -> Side:
        """Whether it pays less or more."""
        return side(self.saving_eur_ht)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberOutcome:
    """What the operation and its plants bring one member, or several shown together.

    Attributes:
        kind: None for an owner of whom the folder tells nothing, and for several of different kinds.
        received_kwh, need_kwh: of its sites.
        gain_eur_ht: of the period, before the investment; None where nothing of it is known.
        saving_eur_ht: what sharing takes off the bills of its sites.
        bill_eur_ht: of its sites, with neither plant nor operation; 0 where it is not known, or without site.
        without_sharing_eur_ht, without_sharing_plan_eur_ht: what the gain and the value over the plan would
            be if nothing were shared; None where it is not known.
        is_taxed: whether it pays a tax on profit over the plan: gains are before it.
        full_accise_gain_eur_ht: the gain if local kWh bore the accise in full.
        plan_eur_ht: worth today over the plan, the investment counted; None without a plan.
        connected_plan_eur_ht: the same where connections that nobody knows cost their upper figure; None
            where none of the operation has one.
        loses_from_year: year from which on it loses each year.
        range_eur_ht: low, middle and high of the gain in the draws.
    """

    id: str
    name: str
    kind: Kind | None
    site_ids: tuple[str, ...]
    plant_ids: tuple[str, ...]
    received_kwh: float
    need_kwh: float
    gain_eur_ht: float | None = None
    saving_eur_ht: float = 0.0
    bill_eur_ht: float = 0.0
    without_sharing_eur_ht: float | None = None
    is_taxed: bool = False
    full_accise_gain_eur_ht: float | None = None
    plan_eur_ht: float | None = None
    without_sharing_plan_eur_ht: float | None = None
    full_accise_plan_eur_ht: float | None = None
    connected_plan_eur_ht: float | None = None
    loses_from_year: int | None = None
    range_eur_ht: tuple[float, float, float] | None = None

    @property
    def side(self) -> Side:
        """Whether it gains or loses in the period, before the investment."""
        return side(self.gain_eur_ht)

    def bill_ratio(self, amount_eur: float | None) -> float | None:
        """Return an amount of the period as a part of its bill; None without one."""
        return (
            None if amount_eur is None or self.bill_eur_ht <= NOTHING_EUR else amount_eur / self.bill_eur_ht
        )

    @property
    def sharing_eur_ht(self) -> float | None:
        """What sharing adds in the period."""
        return more_than(self.gain_eur_ht, self.without_sharing_eur_ht)

    @property
    def at_most_plan_eur_ht(self) -> float | None:
        """Worth over the plan, each connection at the most that is known of it."""
        return self.plan_eur_ht if self.connected_plan_eur_ht is None else self.connected_plan_eur_ht

    @property
    def side_over_plan(self) -> Side:
        """Whether it gains or loses over the plan, the investment counted."""
        return side(self.plan_eur_ht)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The members and sites of an operation, or some of them.

    Attributes:
        members: in the order in which sites and then plants name them.
        plan_years: length of the plan; None without one.
        connection_more_eur_ht: what connections that nobody knows may cost at most.
    """

    members: tuple[MemberOutcome, ...]
    sites: tuple[SiteOutcome, ...]
    period_years: float
    plan_years: int | None = None
    range_eur_ht: tuple[float, float, float] | None = None
    connection_more_eur_ht: float = 0.0

    @property
    def ids(self) -> frozenset[str]:
        """Of the members."""
        return frozenset(member.id for member in self.members)

    @property
    def known(self) -> tuple[MemberOutcome, ...]:
        """Members of whose euros something is known."""
        return tuple(member for member in self.members if member.gain_eur_ht is not None)

    @property
    def winners(self) -> tuple[MemberOutcome, ...]:
        """Members who gain in the period."""
        return tuple(member for member in self.members if member.side is Side.GAINS)

    @property
    def losers(self) -> tuple[MemberOutcome, ...]:
        """Members who lose in the period, worst first."""
        lose = [member for member in self.members if member.side is Side.LOSES]
        return tuple(sorted(lose, key=lambda member: member.gain_eur_ht or 0.0))

    @property
    def losers_over_plan(self) -> tuple[MemberOutcome, ...]:
        """Members who lose over the plan, the investment counted, worst first."""
        lose = [member for member in self.members if member.side_over_plan is Side.LOSES]
        return tuple(sorted(lose, key=lambda member: member.plan_eur_ht or 0.0))

    @property
    def losers_connected(self) -> tuple[MemberOutcome, ...]:
        """The same where connections that nobody knows cost their upper figure."""
        lose = [member for member in self.members if loses(member.at_most_plan_eur_ht)]
        return tuple(sorted(lose, key=lambda member: member.at_most_plan_eur_ht or 0.0))

    @property
    def losers_late(self) -> tuple[MemberOutcome, ...]:
        """Members who end up losing each year though they do not over the plan, the earliest first."""
        late = [
            member
            for member in self.members
            if member.loses_from_year is not None and Side.LOSES not in {member.side, member.side_over_plan}
        ]
        return tuple(sorted(late, key=lambda member: member.loses_from_year or 0))

    @property
    def losing_sites(self) -> tuple[SiteOutcome, ...]:
        """Sites that pay more, worst first: their member may gain all the same."""
        lose = [site for site in self.sites if site.side is Side.LOSES]
        return tuple(sorted(lose, key=lambda site: site.saving_eur_ht or 0.0))

    @property
    def together(self) -> MemberOutcome:
        """All of them as one; its range where they are everybody."""
        return replace(pooled("", "", self.members), range_eur_ht=self.range_eur_ht)

    def member_of(self, site_id: str) -> MemberOutcome:
        """Member that holds a site."""
        return next(member for member in self.members if site_id in member.site_ids)

    def of(self, ids: Collection[str]) -> "Outcomes":
        """Return some members with their sites; the range of everybody is not theirs."""
        members = tuple(member for member in self.members if member.id in ids)
        site_ids = {site for member in members for site in member.site_ids}
        sites = tuple(site for site in self.sites if site.id in site_ids)
        full = len(members) == len(self.members)
        return replace(self, members=members, sites=sites, range_eur_ht=self.range_eur_ht if full else None)


def outcomes(result: Result, key: KeyOutcome | None = None) -> Outcomes:
    """Outcomes of a result: each member, each site and all together.

    Args:
        key: the same exchange under another key, of which nothing was drawn; the chosen one by default.
    """
    if key is not None:
        result = replace(result, energy=key.energy, money=key.money, ranges=None, persons_ranges={})
    money = result.money
    received = result.energy.received_kwh.tolist()
    people = result.scenario.participants
    euros = {} if money is None else {participant.id: participant for participant in money.participants}
    sites = tuple(
        SiteOutcome(id=site.id, received_kwh=kwh)
        if (own := euros.get(site.id)) is None
        else SiteOutcome(site.id, kwh, own.saving_eur_ht, own.reasons, own.missing)
        for site, kwh in zip(people, received, strict=True)
    )
    owners = None if money is None else [plant.owner for plant in money.plants]
    persons = {} if money is None or money.total is None else {person.id: person for person in money.persons}
    members = tuple(
        _member(result, holding, sites, persons.get(holding.id))
        for holding in holdings(result.scenario, owners)
    )
    plan = None if money is None else money.plan
    drawn = (result.ranges or {}).get("gain_eur_ht", {}).get("")
    return Outcomes(
        members=members,
        sites=sites,
        period_years=years_of(result),
        plan_years=None if plan is None else plan.horizon_years,
        range_eur_ht=drawn,
        connection_more_eur_ht=0.0 if plan is None else plan.connection_more_eur_ht,
    )


SUMMED = ("received_kwh", "need_kwh", "saving_eur_ht", "bill_eur_ht")
"""What several members together simply sum."""


def pooled(id_: str, name: str, members: Sequence[MemberOutcome]) -> MemberOutcome:
    """Return several members as one.

    Its gain is that of those whose euros are known, None where none are; its value over the plan is unknown
    as soon as one of theirs is.
    """
    kinds = {member.kind for member in members}
    return MemberOutcome(
        id=id_,
        name=name,
        kind=kinds.pop() if len(kinds) == 1 else None,
        site_ids=tuple(site for member in members for site in member.site_ids),
        plant_ids=tuple(plant for member in members for plant in member.plant_ids),
        gain_eur_ht=_known([member.gain_eur_ht for member in members]),
        without_sharing_eur_ht=_known([member.without_sharing_eur_ht for member in members]),
        is_taxed=any(member.is_taxed for member in members),
        full_accise_gain_eur_ht=_known([member.full_accise_gain_eur_ht for member in members]),
        plan_eur_ht=_sum_or_none([member.plan_eur_ht for member in members]),
        without_sharing_plan_eur_ht=_sum_or_none([member.without_sharing_plan_eur_ht for member in members]),
        connected_plan_eur_ht=_sum_or_none([member.connected_plan_eur_ht for member in members]),
        full_accise_plan_eur_ht=_sum_or_none([member.full_accise_plan_eur_ht for member in members]),
        **{name: sum(getattr(member, name) for member in members) for name in SUMMED},
    )


def _known(amounts_eur: Sequence[float | None]) -> float | None:
    known = [eur for eur in amounts_eur if eur is not None]
    return sum(known) if known else None


def _sum_or_none(amounts_eur: Sequence[float | None]) -> float | None:
    return None if None in amounts_eur else _known(amounts_eur)


def _member(
    result: Result, holding: Holding, sites: Sequence[SiteOutcome], money: PersonMoney | None
) -> MemberOutcome:
    own = [sites[n] for n in holding.sites]
    energy = MemberOutcome(
        id=holding.id,
        name=holding.name,
        kind=holding.kind,
        site_ids=tuple(site.id for site in own),
        plant_ids=tuple(result.scenario.plants[m].id for m in holding.plants),
        received_kwh=sum(site.received_kwh for site in own),
        need_kwh=float(result.energy.consumption_kwh[list(holding.sites)].sum()),
    )
    if money is None or not money.is_known:
        return energy
    return replace(
        energy,
        gain_eur_ht=money.gain_eur_ht,
        saving_eur_ht=sum(site.saving_eur_ht or 0.0 for site in own),
        bill_eur_ht=money.bills_before_eur_ht,
        without_sharing_eur_ht=money.without_sharing_eur_ht,
        is_taxed=money.is_taxed,
        full_accise_gain_eur_ht=money.full_accise_gain_eur_ht,
        plan_eur_ht=money.npv_eur_ht,
        without_sharing_plan_eur_ht=money.without_sharing_npv_eur_ht,
        connected_plan_eur_ht=money.connected_npv_eur_ht,
        full_accise_plan_eur_ht=money.full_accise_npv_eur_ht,
        loses_from_year=money.loses_from_year,
        range_eur_ht=result.persons_ranges.get("gain_eur_ht", {}).get(holding.id),
    )


def years_of(result: Result) -> float:
    """Return how many years the period is, for amounts a year; the same with and without prices."""
    return result.money.period_years if result.money else period_years(result.scenario.steps)


def outcomes_in(result: Result, year: int) -> Outcomes:
    """Outcomes of a year of the plan: its own kWh and prices, before investments of that year.

    What each gains in it is not drawn, what all gain is; nor is it compared with the same without sharing.

    Args:
        result: of a plan whose years are settled one by one.
        year: from 1.
    """
    assert result.years is not None  # only then is a year asked for
    base, money, sums = outcomes(result), result.money, result.years.energies[year - 1]
    euros, persons = (money.participants, money.persons) if money else ((), ())
    savings = {site.id: site.by_year_eur_ht[year - 1] for site in euros if len(site.by_year_eur_ht) >= year}
    gains = {p.id: p.gain_by_year_eur_ht[year] for p in persons if p.gain_by_year_eur_ht}
    people = result.scenario.participants
    received = dict(zip((site.id for site in people), sums.received_kwh.tolist(), strict=True))
    needs = dict(zip((site.id for site in people), sums.consumption_kwh.tolist(), strict=True))
    sites = tuple(
        replace(
            site,
            received_kwh=received[site.id],
            saving_eur_ht=savings.get(site.id),
            reasons=(),
        )
        for site in base.sites
    )
    saved = {site.id: site.saving_eur_ht or 0.0 for site in sites}
    members = tuple(
        replace(
            member,
            received_kwh=sum(received[site] for site in member.site_ids),
            need_kwh=sum(needs[site] for site in member.site_ids),
            gain_eur_ht=None if member.gain_eur_ht is None else gains.get(member.id),
            saving_eur_ht=sum(saved[site] for site in member.site_ids),
            bill_eur_ht=0.0,
            without_sharing_eur_ht=None,
            full_accise_gain_eur_ht=None,
            range_eur_ht=None,
        )
        for member in base.members
    )
    return replace(
        base,
        members=members,
        sites=sites,
        period_years=1.0,
        range_eur_ht=drawn_in(result, "later_gain_eur_ht", year),
    )


def drawn_in(result: Result, indicator: str, year: int) -> tuple[float, float, float] | None:
    """Return low, middle and high of what is told of all in a year of the plan; None where none is drawn."""
    return (result.ranges or {}).get(indicator, {}).get(str(year))


def gains_eur_ht(money: Money | None) -> FloatArray:
    """Gain of all in each year of the plan, counted as that of the first, (H + 1,), EUR excl. VAT.

    Before what is built, tax on profit and VAT on bills. Nothing without a plan: (0,).
    """
    return np.array([] if money is None or money.total is None else money.total.gain_by_year_eur_ht)


def key_outcomes(result: Result) -> list[KeyOutcome]:
    """Return the chosen key, then the others, as outcomes of the same exchange."""
    name, settled = result.scenario.key.name, kept(result.allocation)
    chosen = KeyOutcome(name=name, settled=settled, energy=result.energy, money=result.money)
    return [chosen, *(other for name, other in result.others.items() if name != chosen.name)]


def compared_proposal(results: Sequence[Result]) -> Proposal | None:
    """Proposal by the criteria of the first result: among its keys, or among several results by label.

    None where nothing may be proposed, as in `propose`. Keys are those that were weighed when the result was
    made, else those that stand beside its own.
    """
    first = results[0]
    if len(results) > 1:
        cases = [
            CaseToCompare(r.scenario.label or "", r.exchange, r.energy.received_kwh, r.money, r.is_lawful)
            for r in results
        ]
        return propose(cases, first.scenario.decide)
    if first.proposal is not None:
        return first.proposal
    return proposed_key(first.exchange, key_outcomes(first), first.scenario.decide, lawful=first.is_lawful)


def proposed_key(
    exchange: Exchange, outcomes: Sequence[KeyOutcome], decide: Decide, *, lawful: bool
) -> Proposal | None:
    """Proposal of a key for an exchange, the key of the folder being the first case; see `propose`."""
    cases = [
        CaseToCompare(outcome.name, exchange, outcome.energy.received_kwh, outcome.money, lawful)
        for outcome in outcomes
    ]
    return propose(cases, decide)
