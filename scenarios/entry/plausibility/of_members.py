"""What is unlikely in who a site is: its member, its kind, its profile, whether it takes part."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from gettext import gettext as _

from acc.i18n import is_french
from acc.sites import Kind
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import plain, word_of, words
from scenarios.entry.columns.row_models import PlantRow
from scenarios.entry.plausibility.rules import Doubt, FolderToCheck
from scenarios.entry.plausibility.values import ImplausibleCell, ImplausibleValue, in_cell

HOMES = frozenset({Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP})
"""Kinds of which many stand at one place, each with the kWh of the others; any landlord holds them."""


def no_person(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site whose member is not said, among others whose is."""
    if not folder.places.persons:
        return
    rows = list(folder.sites)
    if not any(site.person for _table, _row, site in rows):
        return
    for table, row, site in rows:
        if not site.person and not (isinstance(site, PlantRow) and site.owner):
            message = _(
                "nobody named, beside lines that name their member: it counts as a member of its own. "
                "Write who pays for it, one of the sheet of members"
            )
            yield Doubt(table, row, site, "person", message)


def no_active(folder: FolderToCheck) -> Iterator[Doubt]:
    """A line that does not say whether it takes part, among others that say that they do: it does."""
    rows = list(folder.sites)
    tables = {table for table, row, _site in rows if row.cells.get("active")}  # of those that are left, yes
    for table, row, site in rows:
        if table in tables and not row.cells.get("active"):
            message = _("empty, and other lines say yes: it is counted. Write yes, or no to leave it out")
            yield Doubt(table, row, site, "active", message)


def same_person(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield a member that stands twice under one name: its accounts and purchases are cut in two."""
    seen: dict[str, Row] = {}
    for row in folder.places.persons or ():
        id_, name = str(row.cells.get("id", "")), plain(str(row.cells.get("name", "")))
        if name and name in seen:
            message = _(
                "the name of line {line} too: one member, twice? Keep one line, and its id in the sites"
            )
            odd = ImplausibleCell("id", id_, message.format(line=seen[name].line))
            yield in_cell("persons", row, id_, odd, "same_person")
        seen.setdefault(name, row)


def person_kind(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site of another kind than its member: VAT and public procurement go by it."""
    known = {
        str(row.cells.get("id")): word_of("kind", str(row.cells.get("kind") or ""))
        for row in folder.places.persons or ()
    }
    sites = [(row, site) for row, site in folder.participants if site.person and site.kind not in HOMES]
    for person in dict.fromkeys(site.person for _row, site in sites):
        kinds = Counter(str(site.kind) for _row, site in sites if site.person == person)
        most, count = kinds.most_common(1)[0]
        kind = known.get(str(person)) or (most if 2 * count > kinds.total() else None)
        for row, site in sites:
            if site.person == person and kind and site.kind != kind:
                message = _("its member {person} is of another kind, {kind}: mend one of the two")
                title = words("kind")[kind].french if is_french() else kind
                text = message.format(person=person, kind=title)
                yield Doubt("participants", row, site, "kind", text, guess=title)


def named_profile(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site whose name says a profile, and whose line another one."""
    for row, site in folder.participants:
        spoken = _profiles_in(site.name or "") if site.profile else frozenset()
        if spoken and site.profile not in spoken:
            near = sorted(words("profile")[name].french if is_french() else name for name in spoken)
            message = _("“{name}” sounds like the profile {profiles}: is another one chosen on purpose?")
            text = message.format(name=site.name, profiles=_(", or ").join(near))
            yield Doubt("participants", row, site, "profile", text, guess=near[0])


@cache
def _profiles_in(name: str) -> frozenset[str]:
    """Return the profiles whose words a name holds.

    >>> sorted(_profiles_in("Mairie et école de Lembras")), sorted(_profiles_in("Bâtiment 4"))
    (['primary-school', 'town-hall'], [])
    """
    text = f" {plain(name)} "
    return frozenset(
        id_
        for id_, word in words("profile").items()
        if any(f" {plain(other)} " in text for other in (word.french, *word.others))
    )
