"""Members in the few rows of a first page: by kind, named where there is room, as far as they may be."""

from collections.abc import Collection, Sequence

from acc.household_privacy import HOMES, PUBLIC_BODIES
from acc.result.outcomes import MemberOutcome
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View

MOST_ROWS = 6

Row = tuple[MemberOutcome, ...]


def member_rows(view: View, ids: Collection[str], most: int = MOST_ROWS) -> list[Row]:
    """Return rows of some members: public bodies with roofs, other owners, buyers, homes, who is not named.

    A row of several is cut into one a member where there is room, owners first. Who is not named stands with
    as many others as hide it; homes apart where they have a row of their own.
    """
    members = [member for member in view.outcomes.members if member.id in ids]
    named, at_home = view.named_members, _in_row_of_homes(view)
    homes = tuple(member for member in members if member.site_ids and at_home >= {*member.site_ids})
    closed = [member for member in members if member.id not in named and member not in homes]
    if closed:
        others = (member for member in members if member.id in named and member not in homes)
        by_need = sorted(others, key=lambda member: (bool(member.plant_ids), member.need_kwh))
        closed += by_need[: max(0, LEAST_CLOSED - len(closed))]
    shown = [member for member in members if member not in homes and member not in closed]
    owners = [member for member in shown if member.plant_ids]
    rows = [
        tuple(member for member in owners if member.kind in PUBLIC_BODIES),
        tuple(member for member in owners if member.kind not in PUBLIC_BODIES),
        tuple(member for member in shown if not member.plant_ids),
    ]
    ends = [row for row in (homes, tuple(closed)) if row]
    return [*_cut([row for row in rows if row], most - len(ends)), *ends]


def _in_row_of_homes(view: View) -> set[str]:
    """Return the sites of the rows that hold homes alone."""
    people = view.result.scenario.participants
    rows = [group.members for group in view.groups if all(people[n].kind in HOMES for n in group.members)]
    return {people[n].id for row in rows for n in row}


def _cut(rows: Sequence[Row], most: int) -> list[Row]:
    """Return the rows, those of several cut into one a member while no more than `most` come of it."""
    cut = list(rows)
    for row in rows:
        if len(cut) + len(row) - 1 <= most:
            place = cut.index(row)
            cut[place : place + 1] = [(member,) for member in row]
    return cut
