"""What the holder of a sheet has: its sites, its plants, its bills and its balance."""

from dataclasses import dataclass

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import ParticipantMoney
from acc.arrays import FloatArray
from acc.household_privacy import HOMES, homes
from acc.ledger.chart import OWN_SALE, OWN_USE, Account
from acc.plan.values import Plan
from reports.view.view import View


@dataclass(frozen=True, slots=True)
class BillParts:
    """What a bill is made of, in €: supplier's energy, network and taxes, local energy and PMO.

    Attributes:
        behind_eur: part of `local_eur` that is paid for own use to the owner of a plant behind its meter.
    """

    supplier_eur: float
    network_eur: float
    local_eur: float = 0.0
    behind_eur: float = 0.0

    @property
    def total_eur(self) -> float:
        """The whole bill."""
        return self.supplier_eur + self.network_eur + self.local_eur


def own_sites(view: View) -> list[ParticipantMoney]:
    """Return the euros of the holder's sites, those that are known."""
    money = view.result.money
    mine = [] if money is None else [money.participants[column] for column in own_columns(view)]
    return [participant for participant in mine if participant.saving_eur_ht is not None]


def own_person(view: View) -> PersonMoney | None:
    """Return the holder's balance; None where nothing of it is known."""
    money, holder = view.result.money, view.holder
    if money is None or holder is None:
        return None
    mine = next((person for person in money.persons if person.id == holder.id), None)
    return mine if mine is not None and mine.is_known else None


@dataclass(frozen=True, slots=True)
class OwnHomes:
    """How a home reads its sheet: with the VAT that it pays, for one home of its group.

    Attributes:
        count: homes of the holder.
        vat_ratio: VAT on its bills.
        only_buys: whether it holds no plant: all its amounts are then of bills.
    """

    count: int
    vat_ratio: float
    only_buys: bool

    @property
    def bill_ratio(self) -> float:
        """What an amount of its bills, without tax and for all of them, is for one home with VAT."""
        return (1.0 + self.vat_ratio) / self.count if self.only_buys else 1.0


def own_homes(view: View) -> OwnHomes | None:
    """Reading of amounts by a holder that is a home; None for another, or one that recovers VAT."""
    people, sites = view.result.scenario.participants, own_sites(view)
    at_home = [people[column] for column in own_columns(view)]
    bills = [site.after for site in sites if site.after is not None and not site.recovers_vat]
    if len(bills) < len(at_home) or not bills or any(site.kind not in HOMES for site in at_home):
        return None
    total = sum(bill.total_eur_ht for bill in bills)
    vat_ratio = sum(bill.vat_eur for bill in bills) / total if total else 0.0
    return OwnHomes(sum(map(homes, at_home)) or 1, vat_ratio, only_buys=not own_plants(view))


def bill_ratio(view: View) -> float:
    """Factor from one euro of the holder's bills to its sheet: 1, or VAT and number of homes."""
    at_home = own_homes(view)
    return 1.0 if at_home is None else at_home.bill_ratio


def own_plan(view: View) -> Plan | None:
    """Return the plan of the holder's plants; None where it has none."""
    money, plants = view.result.money, view.result.scenario.plants
    mine = {plants[m].id for m in own_plants(view)}
    plans = () if money is None else money.plans
    return next((plan for plan in plans if set(plan.plant_ids) & mine), None)


def own_years(view: View) -> FloatArray | None:
    """Gain of the holder of plants in each year of the plan, investment included; None without plan."""
    mine = own_person(view)
    if mine is None or not mine.plant_ids or not mine.by_year_eur_ht:
        return None
    return np.array(mine.by_year_eur_ht)


def own_bill(view: View) -> tuple[BillParts, BillParts] | None:
    """Return the bills of the holder's sites without and with the sharing; None when they are unknown.

    Without tax; those of one home with VAT, where it only buys (`own_homes`).

    Plants stand behind their meters in both: what these spare is no part of what sharing does. What it pays
    its own is in neither.
    """
    money, mine, sites = view.result.money, own_person(view), own_sites(view)
    if money is None or mine is None or not sites:
        return None
    before = [site.before for site in sites if site.before]
    after = [site.after for site in sites if site.after]
    taxes = [
        sum(bill.turpe_eur_ht + bill.accise_eur_ht + bill.cta_eur_ht for bill in bills)
        for bills in (before, after)
    ]
    behind = sum(e.eur for e in money.ledger if e.payer == mine.id and e.line == OWN_SALE)
    local = sum(bill.local_eur_ht + bill.pmo_eur_ht for bill in after) - mine.internal_eur_ht + behind
    supplied = [sum(bill.supply_eur_ht for bill in bills) for bills in (before, after)]
    ratio = bill_ratio(view)
    without, shared = (
        BillParts(*(eur * ratio for eur in parts))
        for parts in ((supplied[0], taxes[0], behind, behind), (supplied[1], taxes[1], local, behind))
    )
    return without, shared


def own_supply_eur(view: View) -> float:
    """Saving on the holder's supply from own use behind its meters, EUR."""
    money, mine = view.result.money, own_person(view)
    if money is None or mine is None:
        return 0.0
    paid = [e for e in money.ledger if (e.payer, e.receiver, e.line) == (mine.id, Account.SUPPLIERS, OWN_USE)]
    return -sum(entry.eur for entry in paid)


def own_spared_eur(view: View) -> float:
    """Return all that the holder's supplier is paid less: what moves with its price, in proportion."""
    shared = sum(site.received_kwh * (site.supply_eur_per_kwh or 0.0) for site in own_sites(view))
    return shared + own_supply_eur(view)


def own_columns(view: View) -> tuple[int, ...]:
    """Return the columns of the holder's sites."""
    return view.groups[OWN].members


def own_plants(view: View) -> tuple[int, ...]:
    """Return the columns of the holder's plants."""
    return () if view.holder is None else view.holder.plants


OWN = 0
"""The holder's row in a sheet's view."""
