"""What the legal checks read, and who holds what: the persons behind the sites."""

from dataclasses import dataclass

from acc.accounts.ledger import owner_of
from acc.accounts.values import Money
from acc.indicators import Energy
from acc.rules.perimeter import QuotedFigure
from acc.scenario import Scenario
from acc.sites import Participant, Plant


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LegalCase:
    """One operation before the law of contracts.

    Attributes:
        energy: of the chosen key.
        money: None where no local price is decided.
        procurement: purchases from which a public buyer owes a formal procedure, EUR without tax.
        grant: what forbids a grant beside obligation d'achat; its value says nothing.
    """

    scenario: Scenario
    energy: Energy
    money: Money | None
    procurement: QuotedFigure | None
    grant: QuotedFigure | None

    @property
    def holders(self) -> frozenset[str]:
        """Every person who holds a delivery point or a plant."""
        points = {holder_of(member) for member in self.scenario.participants}
        return frozenset(points | {owner_id(self, plant) for plant in self.scenario.plants})


def holder_of(member: Participant) -> str:
    """Return the id of the person behind a delivery point: itself where the folder names none."""
    return member.person or member.id


def owner_id(case: LegalCase, plant: Plant) -> str:
    """Return the id of the person who owns a plant, as the ledger has it: by id, by name, by its site."""
    person = owner_of(case.scenario, plant)
    if person is not None:
        return person.id
    sites = {member.id: holder_of(member) for member in case.scenario.participants}
    return sites.get(plant.producer, plant.producer)


def is_public(case: LegalCase, holder: str) -> bool:
    """Return whether a person buys and owns as a public one: as it says, or by what it is."""
    for person in case.scenario.persons or ():
        if person.id == holder and person.public_buyer is not None:
            return person.public_buyer
        if person.id == holder and person.kind is not None:
            return person.kind.has_public_mission
    points = [member for member in case.scenario.participants if holder_of(member) == holder]
    return any(member.kind.has_public_mission for member in points)


def name_of(case: LegalCase, holder: str) -> str:
    """Return the name of a person, its id where no file gives one."""
    sites = {member.id: member.name for member in case.scenario.participants}
    persons = {person.id: person.name for person in case.scenario.persons or ()}
    return persons.get(holder, sites.get(holder, holder))
