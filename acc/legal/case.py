"""What the legal checks read, and who holds what: the persons behind the sites."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from acc.accounts.values import Money
from acc.indicators import Energy
from acc.ledger.chart import owner_of
from acc.rules.perimeter import QuotedFigure
from acc.scenario import Scenario
from acc.sites import Participant, Plant


@dataclass(frozen=True, kw_only=True, eq=False)
class LegalCase:
    """One operation before the law of contracts.

    Attributes:
        energy: of the chosen key.
        money: None where no local price is decided.
        procurement: purchases from which a public buyer owes a formal procedure, EUR without tax.
        dispense: purchases below which it owes neither publicity nor competition, EUR without tax.
        most_received_kwh: the upper end of what each site receives, by id, where a range was drawn.
        holder: the person of whom alone it is asked; None for all together.
        grant: what forbids a grant beside obligation d'achat; its value says nothing.
    """

    scenario: Scenario
    energy: Energy
    money: Money | None
    procurement: QuotedFigure | None
    dispense: QuotedFigure | None
    grant: QuotedFigure | None
    most_received_kwh: Mapping[str, float] = field(default_factory=dict)
    holder: str | None = None

    @property
    def points(self) -> tuple[Participant, ...]:
        """The delivery points of whom it is asked."""
        return tuple(
            participant for participant in self.scenario.participants if self.is_of(holder_of(participant))
        )

    @property
    def plants(self) -> tuple[Plant, ...]:
        """The plants of whom it is asked, or behind its meters."""
        ids = {point.id for point in self.points}
        return tuple(
            plant
            for plant in self.scenario.plants
            if self.is_of(self.owner_ids[plant.id]) or plant.behind in ids
        )

    def is_of(self, person: str) -> bool:
        """Return whether it is asked of a person."""
        return self.holder is None or self.holder == person

    @property
    def holders(self) -> frozenset[str]:
        """Every person who holds a delivery point or a plant."""
        points = {holder_of(member) for member in self.scenario.participants}
        return frozenset(points | set(self.owner_ids.values()))

    @cached_property
    def owner_ids(self) -> Mapping[str, str]:
        """The id of the person who owns each plant, as the ledger has it: by id, by name, by its site."""
        sites = {member.id: holder_of(member) for member in self.scenario.participants}
        owners = {}
        for plant in self.scenario.plants:
            person = owner_of(self.scenario, plant)
            owners[plant.id] = sites.get(plant.producer, plant.producer) if person is None else person.id
        return owners

    @cached_property
    def public_holders(self) -> frozenset[str]:
        """Who buys and owns as a public person: as it says, or by what it is, or by what its sites are."""
        points = (*self.scenario.participants, *self.scenario.absent)
        public = {holder_of(member) for member in points if member.kind.has_public_mission}
        for person in reversed(self.scenario.persons or ()):  # the first of one id has the last word
            stated = person.public_buyer
            if stated is None and person.kind is not None:
                stated = person.kind.has_public_mission
            if stated is not None:
                public = public | {person.id} if stated else public - {person.id}
        return frozenset(public)


def holder_of(member: Participant) -> str:
    """Return the id of the person behind a delivery point: itself where the folder names none."""
    return member.person or member.id


def is_public(case: LegalCase, holder: str) -> bool:
    """Return whether a person buys and owns as a public one."""
    return holder in case.public_holders


def name_of(case: LegalCase, holder: str) -> str:
    """Return the name of a person, its id where no file gives one."""
    sites = {member.id: member.name for member in (*case.scenario.absent, *case.scenario.participants)}
    persons = {person.id: person.name for person in case.scenario.persons or ()}
    return persons.get(holder, sites.get(holder, holder))
