"""What a document that others read may show: whoever agreed by name, the others in rows of three at least.

What is computed of those who did not agree is moved beforehand (`scenarios.entry.folder.mask`): rows keep
names from the page, not figures from who searches. Homes are only shown in groups of at least 10
(`acc.household_privacy`), or of fewer who all agreed to it. A row of fewer than three holders, or of which
one makes 85 % (INSEE's rule of dominance), is not told. A company's energy is a business secret: its row is
opened by `publish = true`, as is the name of a group of homes. A folder that is silent opens public bodies
only, see `scenarios.entry.folder.build`. Delivery points are masked everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.accounts.persons import Holding
from acc.arrays import FloatArray
from acc.household_privacy import (
    FIRMS,
    HOMES,
    LEAST_HOUSEHOLDS,
    PUBLIC_BODIES,
    homes,
    is_open,
    may_have_a_row,
    reader_of,
)
from acc.problem import InputError, Problem
from acc.result.result import Result
from acc.scenario import Scenario
from acc.sites import Kind, Participant, Plant, unique_plant_name
from reports.format.labels import KINDS, lowered
from reports.format.numbers import fr
from reports.format.wording import sentence

LEAST_CLOSED, MOST_RATIO = 3, 0.85
"""Holders in a row of those who did not agree, and the most of its need that one of them may make."""

HOME_ROUNDING = 200.0
"""Homes are drawn on a grid of 1/200 degree (some 500 m): no map points at a house."""


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """One row that may be shown: a participant, or several together.

    Attributes:
        kind: the word printed beside the name; empty when the name says it.
        members: columns of the arrays.
        is_named: whether the row is one participant under its own name.
        alias: how a sentence speaks of one of several together; empty for a named row.
        is_rest: shown after all others.
        named: columns of those whom sentences and figures call by their own name.
        is_untold: whether no table has it: it holds too few. Totals count it.
    """

    name: str
    kind: str
    members: tuple[int, ...]
    is_named: bool = False
    alias: str = ""
    is_rest: bool = False
    named: tuple[int, ...] = ()
    is_untold: bool = False

    @property
    def member_name(self) -> str:
        """How a sentence names a member of the row."""
        return self.alias or self.name


def public_groups(
    scenario: Scenario, reader: str | None = None, need_kwh: FloatArray | None = None
) -> tuple[ShownGroup, ...]:
    """Return the rows that a document shared with `reader` may show, in the order of the scenario.

    Args:
        reader: the audience of the document; None for one that all members read.
        need_kwh: of each participant, (N,), 0 where it has no figure; None where no dominance is looked for.

    Raises:
        InputError: homes that may have no row, and nobody else: totals would be theirs.
    """
    people = scenario.participants
    pooled = _pooled(people, reader)
    if len(pooled) == len(people) and not may_have_a_row(people):
        raise InputError([Problem("participants.csv", _alone(sum(map(homes, people))))])
    closed = [i for i, p in enumerate(people) if p.kind not in HOMES and not is_open(p, reader)]
    groups = [_row_of(people, i) for i in range(len(people)) if i not in {*pooled, *closed}]
    if pooled:
        name = _homes_name(people, pooled)
        untold = not may_have_a_row(people[i] for i in pooled)
        groups.append(ShownGroup(name, "", tuple(pooled), alias=_("a household"), is_untold=untold))
    if closed:
        alias = lowered(_closed_name(people, closed[:1]))
        untold = not _are_enough(people, closed, need_kwh)
        groups.append(
            ShownGroup(_closed_name(people, closed), "", tuple(closed), alias=alias, is_untold=untold)
        )
    return tuple(sorted(groups, key=lambda group: group.members))


def _alone(count: int) -> str:
    shown = ngettext("{count} household would be shown", "{count} households would be shown", count)
    return sentence("too-few-alone", shown=shown.format(count=count), least=LEAST_HOUSEHOLDS)


def _person(participant: Participant) -> str:
    return participant.person or participant.id


def _are_enough(people: Sequence[Participant], columns: Sequence[int], need_kwh: FloatArray | None) -> bool:
    """Return whether some sites are of three holders, none of whom makes nearly all of their need."""
    by_holder = dict.fromkeys((_person(people[i]) for i in columns), 0.0)
    for i in columns if need_kwh is not None else ():
        by_holder[_person(people[i])] += float(need_kwh[i]) if need_kwh is not None else 0.0
    return may_tell_together(list(by_holder.values()))


def may_tell_together(need_kwh: Sequence[float]) -> bool:
    """Return whether some holders may be told in one row, by what each needs; nothing is known of zeros.

    >>> [may_tell_together(kwh) for kwh in ([10.0, 20.0, 30.0], [1.0, 2.0, 97.0], [1.0, 1.0])]
    [True, False, False]
    """
    return len(need_kwh) >= LEAST_CLOSED and not 0.0 < MOST_RATIO * sum(need_kwh) <= max(need_kwh)


def drawn_names(scenario: Scenario) -> dict[str, str]:
    """Return the name of each participant in a picture with a row for each, by id.

    Who did not agree is named by its kind; homes under ten together have no row of their own.
    """
    people = scenario.participants
    shown = [i for i, p in enumerate(people) if p.kind not in HOMES or homes(p) >= LEAST_HOUSEHOLDS]
    return {people[i].id: people[i].name if people[i].publish else _closed_name(people, [i]) for i in shown}


ROW_COUNTS = (
    (PUBLIC_BODIES, "public-sites"),
    (FIRMS, "firms"),
    (PUBLIC_BODIES | HOMES, "public-sites-and-homes"),
    (FIRMS | HOMES, "members-in-shared-row"),
)
"""Names of the texts that count the sites of a row, by the kinds that it holds."""


def together_name(people: Sequence[Participant], columns: Sequence[int]) -> str:
    """Name of several sites shown together, by their kinds.

    >>> together_name([], [])
    '0 sites'
    """
    kinds = {people[i].kind for i in columns}
    name = next((name for family, name in ROW_COUNTS if kinds and kinds <= family), "sites")
    return sentence(name, len(columns))


def sheet_groups(
    scenario: Scenario, holder: Holding, need_kwh: FloatArray | None = None
) -> tuple[ShownGroup, ...]:
    """Return the rows of a sheet: its holder, who may be named to it as in its brief, all others together."""
    people, reader = scenario.participants, reader_of(holder.kind)
    others = ((i, p) for i, p in enumerate(people) if i not in holder.sites)
    public = [i for i, p in others if p.kind not in HOMES and is_open(p, reader)]
    rest = [i for i in range(len(people)) if i not in {*public, *holder.sites}]
    kind = "" if holder.kind is None else _(KINDS[holder.kind])
    own = ShownGroup(holder.name, kind, holder.sites, is_named=True, named=holder.sites)
    enough = may_have_a_row(people[i] for i in rest) and (
        all(people[i].kind in HOMES for i in rest) or _are_enough(people, rest, need_kwh)
    )
    other = ShownGroup(_("another participant"), "", tuple(rest), is_rest=True, is_untold=not enough)
    groups = (own, *(_row_of(people, i) for i in public))
    return (*groups, other) if rest else groups


def _row_of(people: Sequence[Participant], column: int) -> ShownGroup:
    """Return the row of one participant under its own name."""
    site = people[column]
    return ShownGroup(site.name, _(KINDS[site.kind]), (column,), is_named=True, named=(column,))


def shown_names(scenario: Scenario, groups: Sequence[ShownGroup]) -> dict[str, str]:
    """Return the name to print for each site, by id; one of several together is not told apart."""
    aliases = {
        id_: group.member_name
        for group in groups
        for i in group.members
        if i not in group.named
        for id_ in (scenario.participants[i].id, scenario.participants[i].person)
        if id_ is not None
    }
    # Who owns a plant without a site of its own here is named, or not, as its site would be.
    closed = [p for p in scenario.absent if not is_open(p) or p.kind in HOMES]
    hidden = {p.id: lowered(_closed_name([p], [0])) for p in closed}
    names = {p.id: hidden.get(p.id, p.name) for p in scenario.absent}
    names |= {person.id: aliases.get(person.id, person.name) for person in scenario.persons or ()}
    at_home = _at_home(scenario)
    names |= {
        plant.id: _("a plant") if plant_holders(plant) & {*aliases, *hidden} else _plant_name(plant, at_home)
        for plant in scenario.plants
    }
    for group in groups:
        for column in group.members:
            participant = scenario.participants[column]
            names[participant.id] = participant.name if column in group.named else group.member_name
    return names


def plant_name(plant: Plant, scenario: Scenario) -> str:
    """Return the name of a plant, without that of the household that owns it."""
    return _plant_name(plant, _at_home(scenario))


def _plant_name(plant: Plant, at_home: set[str]) -> str:
    return _("roof of a household") if plant_holders(plant) & at_home else plant.name


def shown_degrees(site: Participant | Plant, scenario: Scenario) -> tuple[float, float]:
    """Return the latitude and longitude under which a site that has a position stands on a map.

    Those of a home are those of its neighbourhood: a roof tells whose it is.
    """
    place = site.position
    assert place is not None
    is_home = is_at_home(site, scenario) if isinstance(site, Plant) else site.kind in HOMES
    if is_home:
        latitude_deg, longitude_deg = place.latitude_deg * HOME_ROUNDING, place.longitude_deg * HOME_ROUNDING
        return round(latitude_deg) / HOME_ROUNDING, round(longitude_deg) / HOME_ROUNDING
    return place.latitude_deg, place.longitude_deg


def is_at_home(plant: Plant, scenario: Scenario) -> bool:
    """Return whether a plant stands at a household's place."""
    return bool(plant_holders(plant) & _at_home(scenario))


def _at_home(scenario: Scenario) -> set[str]:
    """Return the sites of households, and these households."""
    return {id_ for p in scenario.participants if p.kind in HOMES for id_ in (p.id, p.person) if id_}


def plant_holders(plant: Plant) -> set[str]:
    """Return the ids of the site that a plant stands behind, and of who owns it."""
    return {id_ for id_ in (plant.behind, plant.owner, plant.person) if id_}


def redacted(text: str, scenario: Scenario, groups: Sequence[ShownGroup]) -> str:
    """Return a sentence where who is not shown by name is replaced by the group's, and its plants."""
    shown = shown_names(scenario, groups)
    named = [(site.id, site.name) for site in (*scenario.plants, *scenario.participants)]
    named += [(site.id, site.name) for site in scenario.absent]
    closed = [plant for plant in scenario.plants if shown.get(plant.id) != plant.name]
    named += [(plant.id, unique_plant_name(plant, scenario.participants)) for plant in closed]
    named += [(person.id, person.name) for person in scenario.persons or ()]
    hidden = {name: shown[id_] for id_, name in named if shown.get(id_, name) != name}
    # The longest first: one name may hold another.
    for name in sorted(hidden, key=len, reverse=True):
        text = text.replace(name, hidden[name])
    return text


def _pooled(people: Sequence[Participant], reader: str | None) -> list[int]:
    """Return the homes that stand in one row: few of a group, or of a group that did not agree to its own."""
    large = [i for i, p in enumerate(people) if p.kind in HOMES and homes(p) >= LEAST_HOUSEHOLDS]
    small = [i for i, p in enumerate(people) if p.kind in HOMES and homes(p) < LEAST_HOUSEHOLDS]
    pooled = [*small, *(i for i in large if not is_open(people[i], reader))]
    if pooled and sum(homes(people[i]) for i in pooled) < LEAST_HOUSEHOLDS and large:
        pooled.append(min(large, key=lambda i: homes(people[i])))
    return sorted(pooled)


def _homes_name(people: Sequence[Participant], pooled: Sequence[int]) -> str:
    count = sum(homes(people[i]) for i in pooled)
    if count == 1:
        return ngettext("{count} household", "{count} households", count).format(count=fr(count))
    return _("{count} households (together)").format(count=count)


def _closed_name(people: Sequence[Participant], closed: Sequence[int]) -> str:
    if all(people[i].kind in HOMES for i in closed):
        return _homes_name(people, closed)
    companies = all(people[i].kind is Kind.COMPANY for i in closed)
    if len(closed) == 1:
        return _("A company") if companies else _("A participant")
    text = _("{count} companies (together)") if companies else _("{count} participants (together)")
    return text.format(count=len(closed))


def shown_groups(result: Result, reader: str | None = None) -> tuple[ShownGroup, ...]:
    """Return the rows that a document shared with `reader` may show; see `view_of`."""
    return public_groups(result.scenario, reader, hiding_kwh(result))


def picture_groups(
    scenario: Scenario, need_kwh: FloatArray, received_kwh: FloatArray
) -> tuple[ShownGroup, ...]:
    """Return the rows of a picture that is made without a result: those of the brief.

    Args:
        need_kwh, received_kwh: of each participant, (N,).
    """
    return public_groups(scenario, None, np.where(received_kwh > 0.0, need_kwh, 0.0))


def hiding_kwh(result: Result) -> FloatArray:
    """Return the need of each participant, (N,), 0 of whom a figure is nil or unknown beside known ones.

    Such a one hides nobody: of a row of two, that figure is the other's.
    """
    need = np.where(result.can_receive, result.energy.consumption_kwh, 0.0)
    if result.money is None or result.money.saving_eur_ht is None:
        return need
    return np.where([site.saving_eur_ht is not None for site in result.money.participants], need, 0.0)


def may_tell_sales(people: Sequence[Participant], reader: str | None = None) -> bool:
    """Return whether the sum that some sites pay a seller may be told, by the rules of rows.

    One of them who did not agree needs others in the sum, as it needs them in its row; homes, ten.

    Args:
        people: the sites that buy, those of the seller left out.
    """
    others = [site for site in people if site.kind not in HOMES]
    alone = not all(is_open(site, reader) for site in others) or not may_have_a_row(people)
    return not alone or len({_person(site) for site in others}) >= LEAST_CLOSED
