"""Who the euros belong to: the balance of each legal person, over the sites and the plants that it holds.

A delivery point decides nothing and a plant gains nothing: persons do. Who owns a roof and consumes sells
nothing to itself: what its sites pay its own plants leaves one pocket for the other, and cancels. What is
compared with is nothing: no plant, no operation, every kWh bought from the supplier.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from acc.accounts.holdings import holdings
from acc.accounts.horizon import Horizon
from acc.accounts.ledger import LOCAL, OWN_SALE, OWN_USE, RENT, RUNNING, RUNNING_VAT, SURPLUS, VAT
from acc.accounts.person_values import Entry, PersonMoney, PersonsTotal, losing_year
from acc.accounts.values import Money, ParticipantMoney, PlantMoney
from acc.scenario import Scenario
from acc.sides import loses

SUMMED = (
    "bills_before_eur_ht",
    "bills_after_eur_ht",
    "own_use_eur_ht",
    "internal_eur_ht",
    "sales_eur_ht",
    "costs_eur_ht",
    "rent_eur_ht",
    "lost_vat_eur",
    "full_accise_eur_ht",
    "profit_tax_npv_eur",
    "plant_vat_npv_eur",
    "lost_vat_npv_eur",
)
"""What several persons together simply sum."""


def persons_money(
    scenario: Scenario,
    members: Sequence[ParticipantMoney],
    plants: Sequence[PlantMoney],
    entries: Iterable[Entry],
    horizon: Horizon,
) -> tuple[PersonMoney, ...]:
    """Return the balance of each person, in the order in which sites and then plants name them."""
    books = _books(entries)
    found = []
    for holding in holdings(scenario, [earned.owner for earned in plants]):
        id_, rows, own = holding.id, holding.sites, holding.plants
        known = [n for n in rows if members[n].saving_eur_ht is not None]
        told, book = [members[n] for n in known], books[id_]
        person = PersonMoney(
            id=id_,
            name=holding.name,
            participant_ids=tuple(members[n].id for n in rows),
            plant_ids=tuple(plants[m].id for m in own),
            bills_before_eur_ht=sum(m.before.total_eur_ht for m in told if m.before) + book["own_use_eur_ht"],
            bills_after_eur_ht=sum(m.after.total_eur_ht for m in told if m.after)
            + book["own_bought_eur_ht"]
            - book["internal_eur_ht"],
            own_use_eur_ht=book["own_use_eur_ht"],
            internal_eur_ht=book["internal_eur_ht"],
            sales_eur_ht=book["sales_eur_ht"],
            costs_eur_ht=book["costs_eur_ht"],
            lost_vat_eur=book["lost_vat_eur"],
            rent_eur_ht=book["rent_eur_ht"],
            full_accise_eur_ht=sum(_untaxed_eur(members[n]) for n in known),
            unknown_ids=(
                *(members[n].id for n in rows if n not in known),
                *(plants[m].id for m in own if plants[m].surplus_eur_ht is None),
            ),
        )
        found.append(horizon.told_person(person, rows))
    return tuple(found)


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


def sole_member(money: Money | None) -> PersonMoney | None:
    """Return who holds all plants and all sites, and so sells nothing; None where there are several."""
    if money is None or len(money.persons) != 1 or not money.persons[0].plant_ids:
        return None
    return money.persons[0] if money.persons[0].participant_ids else None


def never_paid_back(money: Money) -> tuple[PersonMoney, ...]:
    """Return who loses over the plan, the investment counted, the largest loss first."""
    known = [(p.npv_eur_ht, p) for p in money.persons if p.npv_eur_ht is not None]
    return tuple(p for npv, p in sorted(known, key=lambda one: one[0]) if loses(npv))


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

    every = [person.by_year_eur_ht for person in persons if person.by_year_eur_ht]
    years = tuple(sum(year) for year in zip(*every, strict=True))

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
        by_year_eur_ht=years,
        loses_from_year=losing_year(years[1:]),
    )


def _books(entries: Iterable[Entry]) -> dict[str, dict[str, float]]:
    """Return what entries add up to for each person: own use, transfers to itself, sales, costs, lost VAT."""
    books: dict[str, dict[str, float]] = defaultdict(lambda: dict.fromkeys(PAGES, 0.0))
    for entry in entries:
        if entry.line == LOCAL and entry.payer == entry.receiver:
            books[entry.payer]["internal_eur_ht"] += entry.eur
        elif entry.line in {LOCAL, SURPLUS, OWN_SALE}:
            books[entry.receiver]["sales_eur_ht"] += entry.eur
            books[entry.payer]["own_bought_eur_ht"] += entry.eur if entry.line == OWN_SALE else 0.0
        elif entry.line == OWN_USE:
            books[entry.payer]["own_use_eur_ht"] -= entry.eur
        elif entry.line in {RUNNING, RUNNING_VAT} or (entry.line == RENT and entry.payer != entry.receiver):
            books[entry.payer]["costs_eur_ht"] += entry.eur
            books[entry.receiver]["rent_eur_ht"] += entry.eur if entry.line == RENT else 0.0
        elif entry.line == VAT:
            books[entry.payer]["lost_vat_eur"] += entry.eur
    return books


PAGES = (
    *("own_use_eur_ht", "own_bought_eur_ht", "internal_eur_ht", "sales_eur_ht", "costs_eur_ht"),
    *("lost_vat_eur", "rent_eur_ht"),
)


def _untaxed_eur(member: ParticipantMoney) -> float:
    return (member.saving_eur_ht or 0.0) - (member.full_accise_saving_eur_ht or 0.0)
