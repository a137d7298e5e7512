"""Who leaves, who joins: what it changes for the operation, for everyone else, and who is hit worst.

Who leaves takes its needs and what the plants behind its meter inject along; its plants elsewhere stay. A
plant that leaves stays built: own use behind its meter goes on, and all that it injects is sold under its
surplus contract. What that costs is its owner's: who hosts the plant of another loses its own saving alone.
Keys are built again for those who stay, as their parameters allow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from acc.accounts.holdings import Holding
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.departures.counterfactual import SubsetOutcome
from acc.departures.one_by_one import Case
from acc.keys import KeyContext
from acc.problem import InputError
from acc.scenario import KeyChoice


@dataclass(frozen=True, slots=True)
class LargestLoss:
    """Who loses most of what it had; in euros where they are known, else None."""

    id: str
    name: str
    change_kwh: float
    change_eur: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """What one site changes by leaving, or by joining: of the operation, of everyone else, of itself.

    Attributes:
        together_ids: all that leaves or joins as one, itself first (a participant and the plants behind it).
        before_kwh, after_kwh: shared by the operation; `surplus_...` what nobody takes.
        received_change_kwh, saving_change_eur: of each participant of the operation, shape (N,), and
            `gain_change_eur` of each plant, shape (M,); zero for those who leave and their own plants, nan
            when unknown. Their sums, shape (1,), where they were not asked for and those of all sites would
            weigh too much.
        own_kwh: what it receives or delivers while it is in; `own_eur` what it then gains, plants of others
            behind its meter left out.
        worst: the person who is hit worst among the others; None when nobody else is there.
    """

    id: str
    name: str
    is_plant: bool
    together_ids: tuple[str, ...]
    before_kwh: float
    after_kwh: float
    surplus_before_kwh: float
    surplus_after_kwh: float
    received_change_kwh: FloatArray
    saving_change_eur: FloatArray
    gain_change_eur: FloatArray
    own_kwh: float
    own_eur: float | None
    worst: LargestLoss | None

    @property
    def shared_change_kwh(self) -> float:
        """What the operation shares more once it is done; negative when it shares less."""
        return self.after_kwh - self.before_kwh

    @property
    def surplus_change_kwh(self) -> float:
        """What nobody takes more once it is done."""
        return self.surplus_after_kwh - self.surplus_before_kwh

    @property
    def others_change_eur(self) -> float | None:
        """What all the others together gain or lose; None when the euros of one are unknown."""
        total = float(self.saving_change_eur.sum() + self.gain_change_eur.sum())
        return None if np.isnan(total) else total


SubsetOutcomes = Callable[[Iterable[Case]], Iterator[Sequence[SubsetOutcome | InputError]]]
"""Tells, for each case, what everyone has under each key."""


MOST_CHANGES = 1 << 21
"""Changes of one by another that are kept, each 16 bytes: those of 1,400 sites (32 MB)."""


def leavings_by(
    context: KeyContext,
    choices: Sequence[KeyChoice],
    persons: Sequence[Holding],
    outcomes: SubsetOutcomes,
    *,
    of_each: bool = True,
) -> tuple[Mapping[str, tuple[Change, ...]], Mapping[str, InputError]]:
    """Return, for each key, what each participant and then each plant changes by leaving.

    Also the fault of each site without which a key cannot be built, by `key site`: it has no change.

    Args:
        persons: all of them.
        outcomes: tells what everyone has without some: `outcomes_of_subsets` for the fast sums, or a run
            for each case.
        of_each: what each other has more or less is asked for, and not only of the largest receiver.

    Raises:
        InputError: a key that cannot be built with everyone.
    """
    holders = Holders.of(persons, len(context.participants), len(context.plants))
    return changes_by(_sites(context, holders), choices, holders, outcomes, of_each=of_each)


def changes_by(
    sites: Sequence["MovingSite"],
    choices: Sequence[KeyChoice],
    holders: "Holders",
    outcomes: SubsetOutcomes,
    *,
    of_each: bool = True,
) -> tuple[Mapping[str, tuple[Change, ...]], Mapping[str, InputError]]:
    """Return, for each key, what each of `sites` changes by leaving; see `leavings_by`.

    Raises:
        InputError: a key that cannot be built with everyone.
    """
    cases: list[Case] = [((), ()), *((site.absent, site.idle) for site in sites)]
    stood = outcomes(cases)
    before = next(stood)
    faults: dict[str, InputError] = {}
    by_key: dict[str, list[Change]] = {choice.name: [] for choice in choices}
    slim = not of_each and len(sites) ** 2 > MOST_CHANGES
    for site, after in zip(sites, stood, strict=True):
        for choice, old, new in zip(choices, before, after, strict=True):
            if isinstance(old, InputError):
                raise old
            if isinstance(new, InputError):
                faults[f"{choice.name} {site.id}"] = new
            else:
                change = _change(site, holders, holders.without(site), old, new, old)
                largest = int(old.received_kwh.argmax())
                by_key[choice.name].append(_slim(change) if slim and largest not in site.absent else change)
    return {name: tuple(changes) for name, changes in by_key.items()}, faults


@dataclass(frozen=True, slots=True)
class MovingSite:
    """One site that may leave or has joined: the columns that come and go with it.

    Attributes:
        absent, idle: columns of participants and of plants; a plant by itself has no participant.
        own: those of the plants that are of who comes and goes.
    """

    id: str
    name: str
    absent: tuple[int, ...]
    idle: tuple[int, ...]
    together_ids: tuple[str, ...]
    own: tuple[int, ...]


def _sites(context: KeyContext, holders: "Holders") -> list[MovingSite]:
    members, plants = context.participants, context.plants
    sites = []
    for column, member in enumerate(members):
        behind = tuple(i for i, plant in enumerate(plants) if plant.behind == member.id)
        together = (member.id, *(plants[i].id for i in behind))
        own = tuple(i for i in behind if holders.owner[i] == holders.site[column])
        sites.append(MovingSite(member.id, member.name, (column,), behind, together, own))
    sites += [MovingSite(p.id, p.name, (), (column,), (p.id,), (column,)) for column, p in enumerate(plants)]
    return sites


def persons_leaving(
    context: KeyContext,
    choices: Sequence[KeyChoice],
    everyone: Sequence[Holding],
    outcomes: SubsetOutcomes,
    persons: Sequence[Holding],
    known: Sequence[Change],
) -> tuple[Change, ...]:
    """Change caused by the departure of each person, with all sites and plants, under the first key.

    Args:
        choices: the keys of `outcomes`.
        known: what each site changes; a person who holds nothing more is not computed again.
    """
    by_ids = {frozenset(change.together_ids): change for change in known}
    moving = [_of_person(person, context) for person in persons]
    again = [site for site in moving if frozenset(site.together_ids) not in by_ids]
    by_person = {site.id: by_ids[frozenset(site.together_ids)] for site in moving if site not in again}
    if again:
        holders = Holders.of(everyone, len(context.participants), len(context.plants))
        changes, _faults = changes_by(again, choices, holders, outcomes, of_each=False)
        by_person |= {change.id: change for change in changes[choices[0].name]}
    return tuple(replace(by_person[p.id], id=p.id, name=p.name) for p in persons if p.id in by_person)


def _of_person(person: Holding, context: KeyContext) -> MovingSite:
    """Return all that a person takes along: plants of others behind its meters too, which stay theirs."""
    ids = {context.participants[n].id for n in person.sites}
    behind = {m for m, plant in enumerate(context.plants) if plant.behind in ids}
    idle = tuple(sorted({*person.plants, *behind}))
    together = (
        *(context.participants[n].id for n in person.sites),
        *(context.plants[m].id for m in idle),
    )
    return MovingSite(person.id, person.name, person.sites, idle, together, person.plants)


def _change(
    site: MovingSite,
    holders: "Holders",
    others: BoolArray,
    old: SubsetOutcome,
    new: SubsetOutcome,
    inside: SubsetOutcome,
) -> Change:
    """Change from `old` to `new` caused by a site; the first columns of `new` are those of `old`.

    Args:
        others: the persons that may be hit by it, (K,).
        inside: what everyone has while the site is in: `old` or `new`.
    """
    members, plants = len(old.received_kwh), len(old.shared_kwh)
    stays, makes = ~np.isin(np.arange(members), site.absent), ~np.isin(np.arange(plants), site.own)
    absent, idle = list(site.absent), list(site.idle)
    own_kwh = inside.received_kwh[absent] if site.absent else inside.shared_kwh[idle]
    own_eur = float(inside.saving_eur[absent].sum() + inside.gain_eur[list(site.own)].sum())
    kept = SubsetOutcome(
        new.received_kwh[:members],
        new.saving_eur[:members],
        new.shared_kwh[:plants],
        new.surplus_kwh[:plants],
        new.gain_eur[:plants],
    )
    return Change(
        id=site.id,
        name=site.name,
        is_plant=not site.absent,
        together_ids=site.together_ids,
        before_kwh=float(old.received_kwh.sum()),
        after_kwh=float(new.received_kwh.sum()),
        surplus_before_kwh=float(old.surplus_kwh.sum()),
        surplus_after_kwh=float(new.surplus_kwh.sum()),
        received_change_kwh=np.where(stays, kept.received_kwh - old.received_kwh, 0.0),
        saving_change_eur=np.where(stays, kept.saving_eur - old.saving_eur, 0.0),
        gain_change_eur=np.where(makes, kept.gain_eur - old.gain_eur, 0.0),
        own_kwh=float(own_kwh.sum()),
        own_eur=None if np.isnan(own_eur) else own_eur,
        worst=holders.worst_hit(others, old, kept),
    )


def _slim(change: Change) -> Change:
    """Return a change with the sums of what it changes for each."""
    return replace(
        change,
        received_change_kwh=change.received_change_kwh.sum(keepdims=True),
        saving_change_eur=change.saving_change_eur.sum(keepdims=True),
        gain_change_eur=change.gain_change_eur.sum(keepdims=True),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Holders:
    """The persons, and who holds which column: K persons, N participants, M plants.

    Attributes:
        site, owner: person of each participant, (N,), and of each plant, (M,).
    """

    persons: tuple[Holding, ...]
    site: IntArray
    owner: IntArray

    @classmethod
    def of(cls, persons: Sequence[Holding], participants: int, plants: int) -> "Holders":
        """Return the persons of an operation of so many participants and plants; each is of one of them."""
        site, owner = np.zeros(participants, dtype=np.int64), np.zeros(plants, dtype=np.int64)
        for k, person in enumerate(persons):
            site[list(person.sites)] = k
            owner[list(person.plants)] = k
        return cls(tuple(persons), site, owner)

    def without(self, site: MovingSite) -> BoolArray:
        """Return who is another than who holds what leaves, shape (K,)."""
        others = np.ones(len(self.persons), dtype=np.bool_)
        others[self.site[list(site.absent)]] = False
        others[self.owner[list(site.own)]] = False
        return others

    def worst_hit(self, among: BoolArray, old: SubsetOutcome, new: SubsetOutcome) -> LargestLoss | None:
        """Player with the largest loss from `old` to `new`, in EUR, or in kWh where euros are unknown."""
        received = self._sum_by_person(new.received_kwh - old.received_kwh, new.shared_kwh - old.shared_kwh)
        eur = self._sum_by_person(new.saving_eur, new.gain_eur) - self._sum_by_person(
            old.saving_eur, old.gain_eur
        )
        known = np.flatnonzero(among & ~np.isnan(eur))
        if known.size:
            worst = int(known[eur[known].argmin()])
        elif among.any():
            hit = np.flatnonzero(among)
            worst = int(hit[received[hit].argmin()])
        else:
            return None
        person, change = self.persons[worst], float(eur[worst])
        return LargestLoss(
            person.id, person.name, float(received[worst]), None if np.isnan(change) else change
        )

    def _sum_by_person(self, of_members: FloatArray, of_plants: FloatArray) -> FloatArray:
        """Return the sums of each person, shape (K,)."""
        count = len(self.persons)
        sites, plants = np.bincount(self.site, of_members, count), np.bincount(self.owner, of_plants, count)
        sums: FloatArray = sites.astype(np.float64) + plants
        return sums


def joined(
    site: MovingSite,
    old: SubsetOutcome,
    new: SubsetOutcome,
    persons: Sequence[Holding],
    owners: Sequence[Holding],
) -> Change:
    """Change caused by the entry of a candidate.

    Args:
        site: the columns of the candidate once it has joined.
        old, new: what everyone has without it and with it, whose columns come first.
        persons: those of the operation without it; `owners` those who then hold it: it is their own choice.
    """
    own = {person.id for person in owners}
    others = np.array([person.id not in own for person in persons], dtype=np.bool_)
    holders = Holders.of(persons, len(old.received_kwh), len(old.shared_kwh))
    return _change(site, holders, others, old, new, new)
