"""A result as a document may show it: rows allowed, one unit, the keys side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from gettext import gettext as _

import numpy as np

from acc.accounts.persons import Holding, holdings
from acc.arrays import BoolArray, FloatArray
from acc.changes import LATE
from acc.household_privacy import HOMES, is_open
from acc.indicators import Energy
from acc.plan.values import Plan
from acc.result.outcomes import Outcomes, key_outcomes, outcomes
from acc.result.result import KeyOutcome, Result
from acc.sites import Kind, Plant
from acc.steps import local_calendar
from acc.time_aggregates import grouped, is_year, last_day, ratios
from acc.years.states import first_plants, later_ids
from reports.format.labels import key_title
from reports.format.language import current
from reports.format.numbers import EnergyScale, days_text, long_date, scale_of
from reports.format.proposals import key_words
from reports.view.privacy import (
    ShownGroup,
    hiding_kwh,
    sheet_groups,
    shown_groups,
    shown_names,
    together_name,
)


@dataclass(frozen=True, slots=True, eq=False)
class KeyView:
    """One key: what each row receives and saves, shape (G,), and the totals; nan where euros are unknown.

    Attributes:
        marked: the title with what it is: the key of the folder, the one that is proposed.
        everybody_eur_ht: what all persons gain together, producers included: what ranks keys.
        persons_eur_ht: what each of them gains, by id.
    """

    name: str
    title: str
    marked: str
    received_kwh: FloatArray
    ratio: FloatArray
    energy: Energy
    saving_eur_ht: FloatArray
    total_saving_eur_ht: float
    everybody_eur_ht: float
    persons_eur_ht: Mapping[str, float] = field(default_factory=dict)

    @property
    def shared_kwh(self) -> float:
        """What the group receives."""
        return float(self.energy.received_kwh.sum())


@dataclass(frozen=True, eq=False)
class View:
    """What every part of a document starts from.

    Attributes:
        groups: rows that may be shown, in the order of the scenario.
        names: name to print for each site, by id.
        need_kwh: of each row, shape (G,).
        keys: that of the folder first, then the others.
        holder: whose sheet it is; None for what several read.
        reader: the audience; None for what all members read.
    """

    result: Result
    groups: tuple[ShownGroup, ...]
    names: Mapping[str, str]
    scale: EnergyScale
    need_kwh: FloatArray
    keys: tuple[KeyView, ...]
    holder: Holding | None = None
    reader: str | None = None

    @cached_property
    def outcomes(self) -> Outcomes:
        """What the operation brings whom; names are those of the folder."""
        return outcomes(self.result)

    @property
    def open_sites(self) -> frozenset[str]:
        """Sites whose name and place may be shown, without a figure of theirs: those who agreed; no home."""
        people = self.result.scenario.participants
        return frozenset(site.id for site in people if site.kind not in HOMES and is_open(site, self.reader))

    @property
    def homes_without_row(self) -> frozenset[str]:
        """Homes of which no table has a row, and who lives there."""
        scenario = self.result.scenario
        at_home = (site for site in scenario.participants if site.kind in HOMES)
        return frozenset({id_ for s in at_home for id_ in (s.id, s.person) if id_} & scenario.moved_ids)

    @property
    def named_members(self) -> dict[str, str]:
        """Members whom this document calls by their name: all that they hold has its own name here."""
        people, plants = self.result.scenario.participants, self.result.scenario.plants
        open_ = {people[column].id for group in self.groups for column in group.named}
        open_ |= {plant.id for plant in plants if self.names[plant.id] == plant.name}
        return {
            member.id: member.name
            for member in self.outcomes.members
            if open_ >= {*member.site_ids, *member.plant_ids} and self.names.get(member.id) == member.name
        }

    @property
    def chosen(self) -> KeyView:
        """The key of the folder."""
        return self.keys[0]

    @property
    def has_savings(self) -> bool:
        """Whether the euros of at least one row are known."""
        return bool(np.isfinite(self.chosen.saving_eur_ht).any())

    @property
    def order(self) -> list[int]:
        """Rows that are told, by what they save where it is known, else by what they receive, most first."""
        received, saving = self.chosen.received_kwh, self.chosen.saving_eur_ht
        # nan sorts last: unknown euros stand under the known ones, by energy.
        by = (-received, -saving, self._rest) if self.has_savings else (-received, self._rest)
        return [int(row) for row in np.lexsort(by) if not self.groups[row].is_untold]

    @property
    def together(self) -> str:
        """Name of the total of a table by row: that of all, those who have no row too."""
        untold = any(group.is_untold for group in self.groups)
        return _("Together, who is not shown included") if untold else _("Together")

    @property
    def _rest(self) -> BoolArray:
        return np.array([group.is_rest for group in self.groups], dtype=bool)

    @property
    def plan(self) -> Plan | None:
        """The plan of all plants; None where there is none."""
        return self.result.money.plan if self.result.money else None

    @property
    def can_receive(self) -> BoolArray:
        """Which rows hold somebody who can receive, shape (G,)."""
        able = self.result.can_receive
        return np.array([able[list(group.members)].any() for group in self.groups], dtype=bool)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Names of the rows where nobody can receive: not counted in the least served nor in evenness."""
        return tuple(g.name for g, able in zip(self.groups, self.can_receive, strict=True) if not able)

    @property
    def total_need_kwh(self) -> float:
        """What the group consumes."""
        return float(self.need_kwh.sum())

    @property
    def has_own_use(self) -> bool:
        """Whether some plant serves the meter that it stands behind: needs are then those that are left."""
        return bool(self.result.energy.own_use_kwh.any())

    @cached_property
    def later(self) -> frozenset[str]:
        """Ids of the sites and plants that come after the first year: what is told of it counts none."""
        return later_ids(self.result.scenario.changes, self.result.scenario.steps)

    def comes_on(self, id_: str) -> date | None:
        """Return the day on which a site joins, or a plant starts, after the first year; None of others."""
        days = (c.since for c in self.result.scenario.changes if c.site == id_ and c.what in LATE)
        return min(days) if id_ in self.later else None

    @property
    def running(self) -> tuple[Plant, ...]:
        """The plants of the first year."""
        return first_plants(self.result.scenario)

    @property
    def kwp(self) -> float:
        """Power of the plants of the first year."""
        return sum(plant.kwp for plant in self.running)

    @property
    def first_day(self) -> date:
        """First local day of the period."""
        return date.fromisoformat(str(local_calendar(self.result.scenario.steps).day[0]))

    @property
    def last_day(self) -> date:
        """Last local day of the period."""
        return last_day(self.result.scenario.steps)

    @property
    def is_year(self) -> bool:
        """Whether figures may be called "a year"."""
        return is_year(self.result.scenario.steps)

    @property
    def period(self) -> str:
        """In a year, or from one day to another."""
        if self.is_year:
            return _("in a year")
        return days_text(self.first_day, self.last_day)

    @property
    def unit(self) -> str:
        """The unit a year, or the unit alone when the period is not a year."""
        return _("{unit}/year").format(unit=self.scale.name) if self.is_year else self.scale.name

    @property
    def eur_unit(self) -> str:
        """Euros a year, or euros alone when the period is not a year."""
        return _("€/year") if self.is_year else "€"

    @property
    def eur_writer(self) -> str:
        """The same as the writer of a quantity."""
        return "€/year" if self.is_year else "€"

    @property
    def ran_on(self) -> str:
        """The date of the document: that of the run."""
        return long_date(date.fromisoformat(self.result.provenance.ran_on[:10]))


def view_of(result: Result, reader: str | None = None) -> View:
    """Return the view of a result in the language in use; kept, since every part of a document asks for it.

    Args:
        reader: the audience of the document; None for what all members read.
    """
    return _view(result, current(), reader)


def forget_views() -> None:
    """Let go of the results whose views are kept: what is drawn needs them no longer."""
    _view.cache_clear()


def holders_shown(result: Result) -> tuple[Holding, ...]:
    """Return the persons of an operation, a sheet each, as its euros name them."""
    money = result.money
    return holdings(result.scenario, None if money is None else [plant.owner for plant in money.plants])


def holder_of(result: Result, person: str) -> Holding:
    """Return a person of an operation by its id."""
    return next(holder for holder in holders_shown(result) if holder.id == person)


def sheet_view_of(result: Result, person: int) -> View:
    """Return the view for a person's sheet: its row first, who is open to it named beside.

    Args:
        person: its place in `holders_shown`.
    """
    holder = holders_shown(result)[person]
    groups = sheet_groups(result.scenario, holder, hiding_kwh(result))
    return replace(_view_with(result, groups), holder=holder)


def view_by_kind(result: Result, kinds: frozenset[Kind], reader: str) -> View:
    """Return the view where the rows of `kinds` stand alone, and all others in one row.

    Sentences name those of that row who are open to `reader`: who is grouped for brevity is not hidden.
    """
    people = result.scenario.participants
    groups = shown_groups(result, reader)
    shown = [g for g in groups if g.is_untold or all(people[i].kind in kinds for i in g.members)]
    others = tuple(i for g in groups if g not in shown for i in g.members)
    named = tuple(i for g in groups if g not in shown for i in g.named)
    name = together_name(people, others)
    pooled = ShownGroup(name, "", others, alias=_("another participant"), is_rest=True, named=named)
    return replace(_view_with(result, (*shown, pooled) if others else tuple(shown)), reader=reader)


@lru_cache(maxsize=4)
def _view(result: Result, _lang: str, reader: str | None) -> View:
    return replace(_view_with(result, shown_groups(result, reader)), reader=reader)


def _view_with(result: Result, groups: tuple[ShownGroup, ...]) -> View:
    members = [group.members for group in groups]
    need = grouped(result.energy.consumption_kwh, members)
    keys = tuple(_key_view(result, outcome, members, need) for outcome in key_outcomes(result))
    names = shown_names(result.scenario, groups)
    return View(result, groups, names, scale_of(result.energy), need, keys)


def _marked(result: Result, name: str) -> str:
    proposal = result.proposal
    written = result.scenario.key.name if proposal is None else proposal.names[0]
    is_chosen = proposal is not None and proposal.name == name and result.scenario.has_criteria
    return key_words(key_title(name), is_written=name == written, is_chosen=is_chosen)


def _key_view(
    result: Result, outcome: KeyOutcome, members: list[tuple[int, ...]], need_kwh: FloatArray
) -> KeyView:
    name, money, received = outcome.name, outcome.money, grouped(outcome.energy.received_kwh, members)
    titles = name, key_title(name), _marked(result, name)
    energies = received, ratios(received, need_kwh), outcome.energy
    if money is None:
        return KeyView(*titles, *energies, np.full(len(members), np.nan), np.nan, np.nan)
    savings = np.array([p.saving_eur_ht for p in money.participants], dtype=np.float64)  # None is nan
    total = np.nan if money.saving_eur_ht is None else money.saving_eur_ht
    everybody = money.total.gain_eur_ht if money.total else np.nan
    gains = {person.id: person.gain_eur_ht for person in money.persons}
    return KeyView(*titles, *energies, grouped(savings, members), total, everybody, gains)
