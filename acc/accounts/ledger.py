"""Every euro that plants and operation move, as double entry: it leaves one account and enters another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.person_values import Entry
from acc.accounts.values import ParticipantMoney, PlantMoney
from acc.arrays import BoolArray, FloatArray
from acc.bills.bill import Bill
from acc.bills.surplus import OwnUse
from acc.ledger.chart import Account, Owned, holders, landlords_of
from acc.plan.plan_terms import PlantYear
from acc.scenario import Scenario

LOCAL, OWN_USE, SURPLUS, RUNNING = "local_eur_ht", "own_use_eur_ht", "surplus_eur_ht", "running_eur_ht"
OWN_SALE = "own_sale_eur_ht"
"""What a host pays for own use to an owner who is another person."""
RENT = "rent_eur_ht"
VAT, RUNNING_VAT = "vat_eur", "running_vat_eur"
BILL_ACCOUNTS: Mapping[str, Account] = {
    "supply_eur_ht": Account.SUPPLIERS,
    "turpe_eur_ht": Account.NETWORK,
    "accise_eur_ht": Account.STATE,
    "cta_eur_ht": Account.CTA,
    "pmo_eur_ht": Account.PMO,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LedgerInputs:
    """What the persons' accounts are made from, the kWh already priced.

    Attributes:
        local_eur: from each participant to each plant, (M, N); nan where a price is undecided.
        local_kwh: the same in kWh.
        own_use: what own use spares the host of each plant, and what it pays for it.
        running_eur: yearly running cost of each plant, rent left aside, its rent, and the VAT that is lost,
            (3, M); nan where unknown.
        own_use_vat_ratio: VAT on what the host of each plant buys, 0 where it recovers it, (M,).
        fade_ratio: output of each plant in each year of the plan, over that of the first, (M, H).
        years: length of the period.
        known: whose bills are known, (N,).
        made: what the plants make and cost in a year; empty without a plan.
        pmo_eur_per_kwh, cost_growth_ratio, vat_ratio: fee on a local kWh, growth of costs, VAT.
    """

    local_eur: FloatArray
    local_kwh: FloatArray
    own_use: OwnUse
    own_use_vat_ratio: FloatArray
    running_eur: FloatArray
    fade_ratio: FloatArray
    years: float
    known: BoolArray
    made: tuple[PlantYear, ...] = ()
    pmo_eur_per_kwh: float = 0.0
    cost_growth_ratio: float = 0.0
    vat_ratio: float = 0.0

    @property
    def own_use_vat_eur(self) -> FloatArray:
        """VAT on what own use spares and its host does not pay another, where it recovers none, (M,)."""
        spared = self.own_use.spared_eur.sum(axis=0) - self.own_use.paid_eur
        vat: FloatArray = spared * self.own_use_vat_ratio
        return vat

    def internal_eur(self, sites: Sequence[str], owners: Sequence[str]) -> FloatArray:
        """Return what sites pay plants of their own person, from each plant to each site, (M, N)."""
        same = np.array(owners)[:, None] == np.array(sites)[None, :]
        return np.where(same & self.known, np.nan_to_num(self.local_eur), 0.0)


def ledger(
    scenario: Scenario, members: Sequence[ParticipantMoney], plants: Sequence[PlantMoney], parts: LedgerInputs
) -> tuple[Entry, ...]:
    """Return every payment that plants and operation change, over the period; unknown members are left out.

    Each entry leaves one account and enters another: all changes sum to zero whatever the figures.
    """
    sites, owners = holders(scenario, plants)
    internal = parts.internal_eur(sites, owners).sum(axis=0)
    buyers, landlords = own_use_buyers(scenario, plants, parts), landlords_of(scenario)
    entries: list[Entry] = []
    for n, member in enumerate(members):
        if member.before is None or member.after is None:
            continue
        entries += [
            Entry(sites[n], account, line, _line(member.after, line) - _line(member.before, line))
            for line, account in BILL_ACCOUNTS.items()
        ]
        if not member.recovers_vat:
            # A person bills itself no VAT.
            more = member.after.vat_eur - member.before.vat_eur - parts.vat_ratio * float(internal[n])
            entries.append(Entry(sites[n], Account.STATE, VAT, more))
    entries += _local_entries(sites, owners, np.where(parts.known, parts.local_eur, 0.0))
    for m, earned in enumerate(plants):
        spared = zip(SPARED_ACCOUNTS, parts.own_use.spared_eur[:, m], strict=True)
        entries.append(Entry(buyers[m], owners[m], OWN_SALE, float(parts.own_use.paid_eur[m])))
        if buyers[m] != Account.LEFT_OUT:
            entries += [Entry(buyers[m], account, OWN_USE, -float(eur)) for account, eur in spared]
            entries.append(Entry(buyers[m], Account.STATE, VAT, -float(parts.own_use_vat_eur[m])))
        if earned.surplus_eur_ht is not None:
            entries.append(Entry(Account.MARKET, owners[m], SURPLUS, earned.surplus_eur_ht))
        running, rent, lost = (parts.running_eur[:, m] * parts.years).tolist()
        if not np.isnan(running):
            entries.append(Entry(owners[m], Account.WORKS, RUNNING, running))
            entries.append(Entry(owners[m], landlords[m], RENT, rent))
            entries.append(Entry(owners[m], Account.STATE, RUNNING_VAT, lost))
    return tuple(entry for entry in entries if entry.eur)


SPARED_ACCOUNTS = (Account.SUPPLIERS, Account.NETWORK, Account.STATE)
"""Who receives less for what own use spares, line by line."""


def own_use_buyers(scenario: Scenario, plants: Sequence[Owned], parts: LedgerInputs) -> tuple[str, ...]:
    """Return the person of each plant's host, who spares its bill; an account of its own where unknown.

    A plant behind no meter is told as its owner's: nothing is spared there.
    """
    sites, owners = holders(scenario, plants)
    of_site = dict(zip((site.id for site in scenario.participants), sites, strict=True))
    known = np.isfinite(parts.own_use.spared_eur.sum(axis=0))
    return tuple(
        of_site.get(plant.behind or "", owner) if is_known else Account.LEFT_OUT
        for plant, owner, is_known in zip(scenario.plants, owners, known, strict=True)
    )


def _line(bill: Bill[float], name: str) -> float:
    value: float = getattr(bill, name)
    return value


def _local_entries(sites: Sequence[str], owners: Sequence[str], local_eur: FloatArray) -> list[Entry]:
    """Return what each person pays each owner for local kWh, summed over their sites and plants."""
    payers, receivers = list(dict.fromkeys(sites)), list(dict.fromkeys(owners))
    by_owner = np.zeros((len(receivers), len(sites)))
    np.add.at(by_owner, [receivers.index(owner) for owner in owners], local_eur)
    place = {payer: index for index, payer in enumerate(payers)}
    sums = np.zeros((len(payers), len(receivers)))
    np.add.at(sums, [place[site] for site in sites], by_owner.T)
    return [
        Entry(payers[i], receivers[j], LOCAL, float(sums[i, j])) for i, j in np.argwhere(sums != 0.0).tolist()
    ]
