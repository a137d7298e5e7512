"""Who the euros belong to: the balance of each legal person, over the sites and the plants that it holds.

A delivery point decides nothing and a plant gains nothing: persons do. Who owns a roof and consumes sells
nothing to itself: what its sites pay its own plants leaves one pocket for the other, and cancels. What is
compared with is nothing: no plant, no operation, every kWh bought from the supplier.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from acc.accounts.ledger import LOCAL, OWN_USE, RUNNING, SURPLUS, VAT, LedgerInputs, holders
from acc.accounts.person_values import Entry, PersonMoney, PersonsTotal
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.arrays import FloatArray
from acc.finance import Finance
from acc.plan.cash_flows import nominal_discount_ratio
from acc.plan.values import Plan
from acc.scenario import Scenario

SUMMED = (
    "bills_before_eur_ht",
    "bills_after_eur_ht",
    "own_use_eur_ht",
    "internal_eur_ht",
    "sales_eur_ht",
    "costs_eur_ht",
    "lost_vat_eur",
    "full_accise_eur_ht",
)
"""What several persons together simply sum."""


def persons_money(
    scenario: Scenario,
    members: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    plans: Sequence[Plan],
    parts: LedgerInputs,
    entries: Iterable[Entry],
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person, in the order in which sites and then plants name them."""
    sites, owners = holders(scenario, plants)
    names = {site.id: site.name for site in scenario.participants}
    names |= {plant.id: plant.name for plant in scenario.plants}
    names |= {person.id: person.name for person in scenario.persons or ()}
    books = _books(entries)
    horizon = _Horizon.of(scenario.finance, members, parts) if plans else None
    worth = {plan.owner: plan.npv_eur_ht for plan in plans}
    held_sites, held_plants = _held(sites), _held(owners)
    found = []
    for id_ in dict.fromkeys((*sites, *owners)):
        rows, own = held_sites.get(id_, []), held_plants.get(id_, [])
        known = [n for n in rows if members[n].saving_eur_ht is not None]
        told, book = [members[n] for n in known], books[id_]
        plan_eur = sum(worth.get(owner, 0.0) for owner in {plants[m].owner for m in own})
        found.append(
            PersonMoney(
                id=id_,
                name=names.get(id_, id_),
                participant_ids=tuple(members[n].id for n in rows),
                plant_ids=tuple(plants[m].id for m in own),
                bills_before_eur_ht=sum(m.before.total_eur_ht for m in told if m.before)
                + book["own_use_eur_ht"],
                bills_after_eur_ht=sum(m.after.total_eur_ht for m in told if m.after)
                - book["internal_eur_ht"],
                **book,
                full_accise_eur_ht=sum(_untaxed_eur(members[n]) for n in known),
                npv_eur_ht=None if horizon is None else plan_eur + horizon.worth_eur(known),
                full_accise_npv_eur_ht=None
                if horizon is None
                else plan_eur + horizon.worth_eur(known) - horizon.untaxed_worth_eur(known),
                unknown_ids=(
                    *(members[n].id for n in rows if n not in known),
                    *(plants[m].id for m in own if plants[m].surplus_eur_ht is None),
                ),
            )
        )
    return tuple(found)


def _held(holders_of: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, holder in enumerate(holders_of):
        found[holder].append(place)
    return found


def together(persons: Sequence[PersonMoney]) -> PersonsTotal:
    """Return everybody's gain: the figure by which scenarios, keys and sizes are ranked."""
    values = [(p.npv_eur_ht, p.full_accise_npv_eur_ht) for p in persons]
    known = [(npv, full) for npv, full in values if npv is not None and full is not None]
    whole = len(known) == len(persons) and bool(persons)
    return PersonsTotal(
        gain_eur_ht=sum(p.gain_eur_ht for p in persons),
        npv_eur_ht=sum(npv for npv, _full in known) if whole else None,
        full_accise_gain_eur_ht=sum(p.full_accise_gain_eur_ht for p in persons),
        full_accise_npv_eur_ht=sum(full for _npv, full in known) if whole else None,
        unknown_ids=tuple(one for person in persons for one in person.unknown_ids),
    )


def moves_money_only(one: Money | None, other: Money | None) -> bool:
    """Return whether two scenarios differ by who gains, and not by what everybody gains together.

    True where the totals are the same to a euro and somebody's balance is not.
    """
    if one is None or other is None or one.total is None or other.total is None:
        return False
    totals = (one.total, other.total)
    gains, values = (
        [getattr(total, name) or 0.0 for total in totals] for name in ("gain_eur_ht", "npv_eur_ht")
    )
    of_one = {person.id: person.gain_eur_ht for person in one.persons}
    moved = any(abs(person.gain_eur_ht - of_one.get(person.id, 0.0)) > 1.0 for person in other.persons)
    return moved and abs(gains[0] - gains[1]) < 1.0 and abs(values[0] - values[1]) < 1.0


def pooled(id_: str, name: str, persons: Sequence[PersonMoney]) -> PersonMoney:
    """Return several persons as one: what a document shows together, or everybody."""
    values = [person.npv_eur_ht for person in persons]
    full = [person.full_accise_npv_eur_ht for person in persons]

    def known(given: Sequence[float | None]) -> float | None:
        return None if None in given else sum(value or 0.0 for value in given)

    return PersonMoney(
        id=id_,
        name=name,
        participant_ids=tuple(one for person in persons for one in person.participant_ids),
        plant_ids=tuple(one for person in persons for one in person.plant_ids),
        unknown_ids=tuple(one for person in persons for one in person.unknown_ids),
        npv_eur_ht=known(values),
        full_accise_npv_eur_ht=known(full),
        **{name: sum(getattr(person, name) for person in persons) for name in SUMMED},
    )


def _books(entries: Iterable[Entry]) -> dict[str, dict[str, float]]:
    """Return what entries add up to for each person: own use, transfers to itself, sales, costs, lost VAT."""
    books: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(PAGES, 0.0))
    for entry in entries:
        if entry.line == LOCAL and entry.payer == entry.receiver:
            books[entry.payer]["internal_eur_ht"] += entry.eur
        elif entry.line in {LOCAL, SURPLUS}:
            books[entry.receiver]["sales_eur_ht"] += entry.eur
        elif entry.line == OWN_USE:
            books[entry.payer]["own_use_eur_ht"] -= entry.eur
        elif entry.line == RUNNING:
            books[entry.payer]["costs_eur_ht"] += entry.eur
        elif entry.line == VAT:
            books[entry.payer]["lost_vat_eur"] += entry.eur
    return books


PAGES = ("own_use_eur_ht", "internal_eur_ht", "sales_eur_ht", "costs_eur_ht", "lost_vat_eur")


def _untaxed_eur(member: ParticipantMoney) -> float:
    return (member.saving_eur_ht or 0.0) - (member.full_accise_saving_eur_ht or 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Horizon:
    """What members save each year of the plan, first year to the last, (N, H), and what discounts it, (H,).

    Their saving fades with the plants that serve them; the local price they pay grows as the plan says that
    the plants receive it, so that a price stays what one pays and another receives.
    """

    saving_eur: FloatArray
    untaxed_eur: FloatArray
    discounting: FloatArray

    @classmethod
    def of(
        cls, finance: Finance | None, members: Sequence[ParticipantMoney], parts: LedgerInputs
    ) -> "_Horizon | None":
        if finance is None:
            return None
        t = np.arange(finance.horizon_years, dtype=np.float64)
        fade = parts.fade_ratio
        growth = (1.0 + finance.indexation_ratio) ** t
        received = parts.local_kwh.sum(axis=0)
        local = np.nan_to_num(parts.local_eur)
        saving = np.array([member.saving_eur_ht or 0.0 for member in members])
        share = np.divide(parts.local_kwh, received, out=np.zeros_like(parts.local_kwh), where=received > 0.0)
        left: FloatArray = np.where((received > 0.0)[:, None], share.T @ fade, 1.0)
        spared = (saving + local.sum(axis=0))[:, None] * left
        untaxed = np.array([_untaxed_eur(member) for member in members])[:, None] * left
        discounting: FloatArray = (1.0 + nominal_discount_ratio(finance)) ** -(t + 1.0)
        return cls(
            saving_eur=(spared - local.T @ fade) * growth / parts.years,
            untaxed_eur=untaxed * growth / parts.years,
            discounting=discounting,
        )

    def worth_eur(self, rows: Sequence[int]) -> float:
        """Return the present value of what some members save."""
        return float(self.saving_eur[list(rows)].sum(axis=0) @ self.discounting)

    def untaxed_worth_eur(self, rows: Sequence[int]) -> float:
        """Return the present value of the accise that they are spared."""
        return float(self.untaxed_eur[list(rows)].sum(axis=0) @ self.discounting)
