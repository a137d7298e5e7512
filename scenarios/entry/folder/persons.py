"""`persons.csv`: who signs and pays, and what the other tables say of them."""

from collections.abc import Sequence
from gettext import gettext as _
from typing import Any

from acc.problem import Problem
from acc.sites import Person, Vat
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.references import written_ids
from scenarios.entry.columns.row_models import ParticipantRow, PersonRow, PlantRow
from scenarios.entry.columns.rows import by_name, read_rows, twice_faults
from scenarios.entry.folder.raw import PERSONS, RawFolder


def read_persons(
    source: RawFolder, sites: Sequence[tuple[Row, ParticipantRow | PlantRow]], faults: list[Problem]
) -> tuple[Person, ...] | None:
    """Return the persons of a folder, None where it names none; what is wrong goes to `faults`.

    Args:
        sites: rows of participants and plants, whose `person` has to be one of them.
    """
    if source.persons is None:
        return None
    rows = read_rows(source.persons, PersonRow, faults)
    if not source.persons:
        faults.append(Problem(PERSONS, _("no person: write one a line, or take the file away")))
    faults += twice_faults(rows)
    known = {person.id: person for _row, person in rows}
    written = written_ids(source.persons)
    for row, site in sites if written else ():
        if site.person and site.person not in written:
            message = unknown_word(site.person, written)
            faults.append(Problem(row.path("person"), message))
        elif site.person in known and isinstance(site, ParticipantRow):
            faults += _vat_faults(row, site, known[site.person])
    return tuple(_person(row) for row in known.values())


def _person(row: PersonRow) -> Person:
    own: dict[str, Any] = by_name(row, Person)
    return Person(**own | {"name": row.name or row.id})


def landlord_faults(plants: Sequence[tuple[Row, PlantRow]], holders: Sequence[str]) -> list[Problem]:
    """Problems of landlords that are no participant and no person of the folder."""
    return [
        Problem(row.path("landlord"), unknown_word(plant.landlord, holders))
        for row, plant in plants
        if plant.landlord and plant.landlord not in holders
    ]


def _vat_faults(row: Row, member: ParticipantRow, person: PersonRow) -> list[Problem]:
    """Problems of a participant whose VAT contradicts that of its person."""
    if member.recovers_vat is None or person.vat is None:
        return []
    if member.recovers_vat is (person.vat is Vat.RECOVERED):
        return []
    message = _("{said}, but persons.csv says vat = {vat} of {person}: leave this cell empty, or mend one")
    stated = _("yes") if member.recovers_vat else _("no")
    filled = message.format(said=stated, vat=person.vat, person=person.id)
    return [Problem(row.path("recovers_vat"), filled)]
