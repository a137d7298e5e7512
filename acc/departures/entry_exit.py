"""The outcomes of an operation without each of many sites, in turn.

Under the default key what everyone receives at a step is one part of all needs. Without a site that part
changes, not the needs: the sums of many cases are one product of matrices, in place of a pass over all needs
for each. Under the key that catches up, the steps of many cases are taken side by side.

Who leaves takes its needs and what the plants behind its meter inject along; its plants elsewhere stay. A
plant that leaves stays built: own use behind its meter goes on, and all that it injects is sold under its
surplus contract. What that costs is its owner's: who hosts the plant of another loses its own saving alone.
Keys are built again for those who stay, as their parameters allow.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice, pairwise
from typing import TypeAlias

import numpy as np

from acc.accounts.persons import Holding
from acc.arrays import BoolArray, FloatArray, IntArray
from acc.batch.key_forms import caught_up_sums
from acc.batch.sums import KeySums, Needs, ProductiveSteps
from acc.departures.counterfactual import Baseline, SubsetOutcome, nobody, subset_outcome, subset_outcomes
from acc.keys import KeyContext
from acc.keys.catch_up import CATCH_UP
from acc.keys.prorata import PRORATA
from acc.problem import InputError
from acc.scenario import KeyChoice

Case: TypeAlias = tuple[Sequence[int], Sequence[int]]
"""The columns of the participants and of the plants who are out."""

MOST_CASES = 64
"""Cases summed together."""

BLOCK_VALUES = 1 << 22
"""Sums held at once by them (32 MB)."""

DROWNED = 1e-6
"""Part of the whole below which what is left is summed anew: a difference would be rounding."""


def outcomes_of_subsets(
    stage: Baseline, choices: Sequence[KeyChoice], cases: Iterable[Case]
) -> Iterator[tuple[SubsetOutcome | InputError, ...]]:
    """Yield, for each case, what `subset_outcomes` gives under each key."""
    values = max(1, (len(stage.sheet.starts) - 1) * len(stage.context.participants))
    todo, together = iter(cases), max(1, min(MOST_CASES, BLOCK_VALUES // values))
    makers = [_maker(stage, choice) for choice in choices]
    others = [choice for choice, make in zip(choices, makers, strict=True) if make is None]
    while block := list(islice(todo, together)):
        key_sums = [None if make is None else iter(make(block)) for make in makers]
        for case in block:
            slow = iter(subset_outcomes(stage, others, *case) if others else ())
            yield tuple(
                next(slow) if sums is None else _outcome_of_case(stage, next(sums), case) for sums in key_sums
            )


SumsOfCases: TypeAlias = Callable[[Sequence[Case]], list[KeySums]]
"""Tells the sums of several cases at once."""


def _maker(stage: Baseline, choice: KeyChoice) -> SumsOfCases | None:
    """Vectorized sums of many cases of a key; None for a key summed case by case."""
    if choice.name == PRORATA.name and not stage.by_plant:
        return partial(_default_sums, stage, (stage.made_kwh.sum(axis=0), stage.needs_kwh.sum(axis=0)))
    if choice.name == CATCH_UP.name and stage.context.plants:
        return partial(_caught_up_sums, stage, _every_step(stage))
    return None


def _every_step(stage: Baseline) -> ProductiveSteps:
    """Return all the steps in the groups of the sheet, nights in any: what is needed there counts as past."""
    group = np.zeros(stage.exchange.steps.count, dtype=np.int64)
    count = len(stage.sheet.starts) - 1
    group[stage.sheet.rows] = np.repeat(np.arange(count), np.diff(stage.sheet.starts))
    return ProductiveSteps.of(np.ones(len(group), dtype=bool), group, count)


def _caught_up_sums(stage: Baseline, sheet: ProductiveSteps, cases: Sequence[Case]) -> list[KeySums]:
    """Return the sums of the key that catches up in each case, in arrays of all sites."""
    need, production = sheet.take(stage.exchange.consumption_kwh), sheet.take(stage.exchange.production_kwh)
    stays, makes = np.ones((len(cases), len(need))), np.ones((len(cases), len(production)))
    for case, (absent, idle) in enumerate(cases):
        stays[case, list(absent)] = 0.0
        makes[case, list(idle)] = 0.0
    none = np.zeros(0, dtype=np.int64), np.zeros((0, need.shape[1]))
    return caught_up_sums(
        sheet,
        [Needs(need, stay, *none) for stay in stays],
        [production] * len(cases),
        by_plant=stage.by_plant,
        makes=makes,
    )


def _outcome_of_case(stage: Baseline, sums: KeySums, case: Case) -> SubsetOutcome:
    members = np.setdiff1d(np.arange(len(stage.context.participants)), case[0])
    plants = np.setdiff1d(np.arange(len(stage.context.plants)), case[1])
    if not len(members) or not len(plants):
        return nobody(len(stage.context.participants), len(stage.context.plants))
    return subset_outcome(stage, sums, members, plants)


def _default_sums(
    stage: Baseline, wholes: tuple[FloatArray, FloatArray], cases: Sequence[Case]
) -> list[KeySums]:
    """Return the sums of the default key in each case, in arrays of all sites.

    Args:
        wholes: what all plants make and all participants need at each step, (D,) each.
    """
    need, production, starts = stage.needs_kwh, stage.made_kwh, stage.sheet.starts
    pool = _left(production, wholes[0], [idle for _absent, idle in cases])
    total = _left(need, wholes[1], [absent for absent, _idle in cases])
    shared = np.minimum(pool, total)
    served, given = _part(shared, total), _part(shared, pool)
    local = np.empty((len(cases), len(starts) - 1, len(need)))
    for group, (first, stop) in enumerate(pairwise(starts)):
        local[:, group] = served[:, first:stop] @ need[:, first:stop].T
    delivered = given @ production.T
    for case, (left_out, idle) in enumerate(cases):
        local[case][:, list(left_out)] = 0.0
        delivered[case, list(idle)] = 0.0
    return [KeySums(sums[None], plants) for sums, plants in zip(local, delivered, strict=True)]


def _part(shared: FloatArray, total: FloatArray) -> FloatArray:
    """Return `shared / total` in place of the total, which is never negative; zero where it is zero."""
    return np.divide(shared, total, out=total, where=total > 0.0)


def _left(values_kwh: FloatArray, total: FloatArray, out: Sequence[Sequence[int]]) -> FloatArray:
    """Return the sums over all rows (X, D) but those which are out in each case, shape (B, D)."""
    left = np.empty((len(out), len(total)))
    for case, rows in enumerate(out):
        columns = list(rows)
        np.subtract(total, values_kwh[columns].sum(axis=0), out=left[case])
        few = np.flatnonzero(left[case] < DROWNED * total)
        if few.size:
            stay = np.setdiff1d(np.arange(len(values_kwh)), columns)
            left[case, few] = values_kwh[np.ix_(stay, few)].sum(axis=0)
    return left


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
        return sites.astype(np.float64) + plants


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
