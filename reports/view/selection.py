"""What a document shows of a view: rows, figures, warnings, families, prices that move, a holder's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from math import isfinite

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import Holding, sole_member
from acc.accounts.values import Corridor, ParticipantMoney
from acc.arrays import FloatArray
from acc.bills.bill import Bill
from acc.departures.entry_exit import Change
from acc.household_privacy import FIRMS, HOMES, PUBLIC_BODIES, homes
from acc.keys import KEYS
from acc.ledger.chart import OWN_SALE, OWN_USE, Account
from acc.plan.values import Plan
from acc.result.result import Result
from acc.sites import Participant, Person, Plant, Site, unique_plant_name
from acc.time_aggregates import bins
from acc.units import eur_per_mwh
from reports.format.labels import capital
from reports.format.numbers import fr, month_letter
from reports.format.wording import sentence
from reports.view.privacy import ShownGroup, shown_groups
from reports.view.view import View, holders_shown

FAMILIES = (PUBLIC_BODIES, FIRMS, HOMES)
FAMILY_COUNTS = ("public-sites", "firms", "households", "other-sites")
"""Names of the texts that count each family, and who is of none."""


def receiving(view: View) -> list[tuple[str, float]]:
    """Return the name of each family with its count, and the kWh it receives; rows of two families apart."""
    people = view.result.scenario.participants
    received = view.result.energy.received_kwh
    rows = shown_groups(view.result)
    members_of: dict[int, list[int]] = {}
    for row in rows:
        members_of.setdefault(_family(view, row), []).extend(row.members)
    counts = {
        family: sum(homes(people[i]) for i in members) if family == FAMILIES.index(HOMES) else len(members)
        for family, members in members_of.items()
    }
    return [
        (sentence(FAMILY_COUNTS[family], counts[family]), float(received[members_of[family]].sum()))
        for family in sorted(members_of)
    ]


def _family(view: View, row: ShownGroup) -> int:
    kinds = {view.result.scenario.participants[i].kind for i in row.members}
    return next((place for place, family in enumerate(FAMILIES) if kinds <= family), len(FAMILIES))


def public_bodies(result: Result) -> list[Holding]:
    """Return the public bodies of an operation, those among them that hold a plant alone included."""
    scenario, money = result.scenario, result.money
    by_id = {holding.id: holding for holding in holders_shown(result) if holding.kind in PUBLIC_BODIES}
    kinds = {site.id: (site.name, site.kind) for site in scenario.absent}
    kinds |= {p.id: (p.name, p.kind) for p in scenario.persons or () if p.kind is not None}
    for plan in money.plans if money else ():
        name, kind = kinds.get(plan.owner, ("", None))
        if kind in PUBLIC_BODIES and plan.owner not in by_id:
            by_id[plan.owner] = Holding(plan.owner, name, kind, (), ())
    return list(by_id.values())


def shared_warnings(view: View) -> list[str]:
    """Return the warnings of a run that a document may tell; names are still to be taken out (`redacted`).

    One on the line or the curve of a site quotes its need, its power, its trade: without its name it would
    tell who it is. It stands on the sheet of its holder, and on the screen of who keeps the folder. What is
    said of the output or the plan of a plant is told without its name: all who buy from it are concerned.
    """
    scenario, given = view.result.scenario, view.result.provenance.warnings
    euros = () if view.result.money is None else view.result.money.warnings
    holders: tuple[Participant | Person, ...] = (*scenario.participants, *(scenario.persons or ()))
    secret = {*_naming(view, given, holders), *_naming(view, scenario.notes, scenario.plants)}
    return [text for text in given if text in euros or text not in secret]


def _naming(view: View, texts: Iterable[str], those: Iterable[Participant | Person | Plant]) -> list[str]:
    """Texts that hold a name which this document may not tell, or begin with such an id, as rows do."""
    unnamed = [subject for subject in those if view.names.get(subject.id) != subject.name]
    ids = tuple(f"{subject.id}{mark}" for subject in unnamed for mark in (",", ":", "\u00a0:"))
    return [text for text in texts if text.startswith(ids) or any(own.name in text for own in unnamed)]


SAME_EUR_PER_KWH = 1e-9


def why_fixed(view: View) -> str:
    """Reason why savings are not linear in the local price; empty where they are."""
    prices, money = view.result.scenario.prices, view.result.money
    if prices.local_eur_per_kwh is None or money is None or not view.has_savings:
        return _("The local price cannot be moved here: euros are not computed.")
    if prices.is_grid or any(
        p.local_eur_per_kwh is not None
        and p.received_kwh > 0.0
        and abs(p.local_eur_per_kwh - prices.local_eur_per_kwh) > SAME_EUR_PER_KWH
        for p in money.participants
    ):
        return _("The local price cannot be moved here: it is not the same for every kWh.")
    if view.chosen.name not in KEYS or KEYS[view.chosen.name].reads_prices:
        return _("The local price cannot be moved here: this key reads prices, it has to be computed anew.")
    return ""


def paid_kwh(view: View, rows: list[int]) -> float | None:
    """Return the kWh that rows pay at the local price, None where their saving is not known or stays."""
    if why_fixed(view) or not all(isfinite(view.chosen.saving_eur_ht[row]) for row in rows):
        return None
    return float(view.chosen.received_kwh[rows].sum())


MOST_KEY_ROWS, MOST_BOUNDS = 8, 5


@dataclass(frozen=True, slots=True)
class Bound:
    """A member or a producer, and the price in €/MWh from which it gains or loses."""

    name: str
    eur_per_mwh: float
    is_producer: bool = False


def month_labels(view: View) -> list[str]:
    """Return the words under the bars: initials of the months, or days."""
    cut = bins(view.result.scenario.steps)
    return [fr(day.day) if cut.by_day else month_letter(day.month) for day in cut.starts]


def months_unit(view: View, name: str = "") -> str:
    """Return "MWh per month" or "MWh per day", in another unit where one is given."""
    by_day = bins(view.result.scenario.steps).by_day
    text = _("{unit} per day") if by_day else _("{unit} per month")
    return text.format(unit=name or view.scale.name)


def in_euros(view: View) -> bool:
    """Return whether every key has its euros, so that keys can be compared in euros."""
    return all(isfinite(key.total_saving_eur_ht) for key in view.keys)


def key_rows(view: View) -> list[int]:
    """Return the rows of the figure of the keys, those for whom the key matters most when there are many."""
    own = [row for row in view.order if not view.groups[row].is_rest] or list(view.order)
    if len(own) <= MOST_KEY_ROWS + 1:
        return own
    spread = np.ptp(np.stack([key.received_kwh for key in view.keys]), axis=0)
    widest = sorted(own, key=lambda row: -float(spread[row]))[:MOST_KEY_ROWS]
    return [row for row in own if row in widest]


def has_map(view: View) -> bool:
    """Return whether the place of two sites at least is known."""
    scenario = view.result.scenario
    sites: list[Site] = [*scenario.participants, *scenario.plants]
    return sum(site.position is not None and site.id not in scenario.moved_ids for site in sites) > 1


def circle_km(view: View) -> float | None:
    """Return the largest distance that the perimeter asked for allows, None without a rule in km."""
    limits = [c.limit for c in view.result.checks if c.rule == "distance" and c.limit is not None]
    return limits[0] if limits and isfinite(limits[0]) else None


def sole_value(view: View) -> PersonMoney | None:
    """Holder of everything, where its years are known: plants and bills together; else None."""
    sole = sole_member(view.result.money)
    return sole if sole is not None and sole.by_year_eur_ht and sole.npv_eur_ht is not None else None


def has_plan(view: View) -> bool:
    """Return whether there is a plan to draw."""
    return view.plan is not None


def cash_band(view: View) -> FloatArray | None:
    """Return low, middle and high of each year's cumulated cash, shape (H + 1, 3); None when not drawn."""
    drawn = (view.result.ranges or {}).get("cumulated_eur", {})
    if not drawn or view.plan is None or sole_value(view) is not None:
        return None
    return np.array([drawn[str(year)] for year in range(view.plan.horizon_years + 1)])


def has_corridor(view: View) -> bool:
    """Return whether two limits at least are known; who sells to itself alone has no price to agree on."""
    return sole_member(view.result.money) is None and len(corridor_bounds(view)) >= 2


def corridor_shown(view: View) -> Corridor | None:
    """Return the prices that are drawn: over the plan, else over the period."""
    money = view.result.money
    return None if money is None else money.plan_corridor or money.corridor


def corridor_bounds(view: View) -> list[Bound]:
    """Return the members who lose below a price, then those who lose above one, the five tightest of each.

    Only of those who are named: the limit of another would be the figure of one, whichever it is.
    """
    given = corridor_shown(view)
    bounds = [] if given is None else [(given.floors, True), (given.ceilings, False)]
    return [
        Bound(capital(view.names.get(bound.id, bound.id)), eur_per_mwh(bound.eur_per_kwh), is_producer)
        for prices, is_producer in bounds
        for bound in [price for price in prices if _is_named(view, price.id)][:MOST_BOUNDS]
    ]


def hides_bounds(view: View) -> bool:
    """Return whether the prices that suit all count the limit of somebody who is not drawn."""
    given = corridor_shown(view)
    return given is not None and not all(_is_named(view, end.id) for end in (*given.floors, *given.ceilings))


def _is_named(view: View, id_: str) -> bool:
    """Return whether a member is shown under its own name, or that of a site of it."""
    scenario = view.result.scenario
    own = {site.id: site.name for site in (*scenario.absent, *scenario.participants)}
    own |= {person.id: person.name for person in scenario.persons or ()}
    return view.names.get(id_) == own.get(id_)


MOST_LEAVERS = 7
"""Of the figure of a brief; those without whom most is no longer shared."""


LEAST_RATIO = 0.005
"""Of what the first one takes along: below, another is not drawn."""


def leavers(view: View) -> list[tuple[str, Change]]:
    """Departures with their change, largest first.

    Only those who have a row of their own in the document, and the plants that are shown by name.
    """
    scenario, people = view.result.scenario, view.result.scenario.participants
    plants = [plant for plant in scenario.plants if view.names[plant.id] == plant.name]
    shown = {plant.id: unique_plant_name(plant, people) for plant in plants}
    shown |= {people[g.members[0]].id: g.name for g in view.groups if len(g.members) == 1}
    known = [(shown[change.id], change) for change in view.result.leaving if shown.get(change.id)]
    return sorted(known, key=lambda row: row[1].shared_change_kwh)


def drawn_leavers(view: View) -> list[tuple[str, Change]]:
    """Return those of the figure: who takes most along and not next to nothing; worst for others first."""
    first, *rest = leavers(view)[:MOST_LEAVERS]
    least_kwh = LEAST_RATIO * lost_kwh(first[1])
    drawn = [first, *(row for row in rest if lost_kwh(row[1]) > least_kwh)]
    if any(change.others_change_eur is None for _name, change in drawn):
        return drawn
    return sorted(drawn, key=lambda row: row[1].others_change_eur or 0.0)


def has_leavers(view: View) -> bool:
    """Return whether there is a choice to show: two sites at least, and something that is shared.

    Sites of who holds everything do not leave.
    """
    rows = () if sole_member(view.result.money) is not None else leavers(view)
    return len(rows) > 1 and rows[0][1].before_kwh > 0.0


def lost_kwh(change: Change) -> float:
    """Return the energy that is no longer shared if the site leaves; never below zero."""
    return max(0.0, -change.shared_change_kwh)


@dataclass(frozen=True, slots=True)
class Swing:
    """What a hypothesis does: its name, the values tried in words, and the moves, one or two, in k€.

    Attributes:
        values: what each move was tried with, to stand at its end; empty where `tried` says it.
    """

    name: str
    tried: str
    moves_keur: tuple[float, ...]
    values: tuple[str, ...] = ()


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


def buying_home(view: View) -> OwnHomes | None:
    """Reading of amounts by a holder that is a home without plant; None for another, as `own_homes`."""
    at_home = own_homes(view)
    return at_home if at_home is not None and at_home.only_buys else None


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
    behind = sum(e.eur for e in money.ledger if e.payer == mine.id and e.line == OWN_SALE)
    local = sum(bill.local_eur_ht + bill.pmo_eur_ht for bill in after) - mine.internal_eur_ht + behind
    ratio = bill_ratio(view)

    def parts(bills: Sequence[Bill[float]], local_eur: float) -> BillParts:
        supply = sum(bill.supply_eur_ht for bill in bills)
        taxes = sum(bill.turpe_eur_ht + bill.accise_eur_ht + bill.cta_eur_ht for bill in bills)
        return BillParts(*(eur * ratio for eur in (supply, taxes, local_eur, behind)))

    return parts(before, behind), parts(after, local)


def own_supply_eur(view: View) -> float:
    """Saving on the holder's supply from own use behind its meters, EUR."""
    money, mine = view.result.money, own_person(view)
    if money is None or mine is None:
        return 0.0
    paid = mine.id, Account.SUPPLIERS, OWN_USE
    return -sum(entry.eur for entry in money.ledger if (entry.payer, entry.receiver, entry.line) == paid)


def own_spared_eur(view: View) -> float:
    """Return all that the holder's supplier is paid less: what moves with its price, in proportion."""
    shared = sum(site.received_kwh * (site.supply_eur_per_kwh or 0.0) for site in own_sites(view))
    return shared + own_supply_eur(view)


def own_columns(view: View) -> tuple[int, ...]:
    """Return the columns of the holder's sites."""
    return view.groups[OWN].members


def own_site_ids(view: View) -> list[str]:
    """Return the ids of the holder's sites."""
    return [view.result.scenario.participants[n].id for n in own_columns(view)]


def own_plants(view: View) -> tuple[int, ...]:
    """Return the columns of the holder's plants."""
    return () if view.holder is None else view.holder.plants


OWN = 0
"""The holder's row in a sheet's view."""
