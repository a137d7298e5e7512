"""The picture that `acc check` ends with: what was understood of a folder, site by site or by kind."""

from collections import Counter
from collections.abc import Mapping
from gettext import gettext as _

from rich.console import Console
from rich.table import Table

from acc.result.result import Result
from acc.sites import Grade
from reports.data.understood import Understood, understood
from reports.format.labels import GRADES, KINDS
from reports.format.numbers import fr, listed, mwh
from reports.terminal.console import table_of

FEW = 15
"""Sites at most that have a line each."""


def print_understood(out: Console, result: Result) -> None:
    """Print sites, MWh and curves, then plants, members and places."""
    found = understood(result)
    out.print(_("What was understood"), style="bold")
    if len(found.sites) <= FEW:
        out.print(_by_site(found))
    out.print(_by_kind(found))
    plants = _("Plants: {count}, {kwp} kWp, {energy} MWh injected, of {owners}.")
    own = listed(sorted(_named(result, id_) for id_ in found.producers)[:5]) or _("nobody")
    energy = mwh(found.production_kwh)
    out.print(plants.format(count=found.plants, kwp=fr(found.kwp, 1), energy=energy, owners=own))
    told = _("Members: {persons}. Places: {placed} of {count} known, in {communes}.")
    where = [f"{name} ({count})" for name, count in found.communes.items()][:6]
    communes = listed(where) or _("no commune named")
    words = {"persons": found.members, "placed": found.placed, "count": found.places}
    out.print(told.format(**words, communes=communes))


def _by_site(found: Understood) -> Table:
    table = table_of(
        (_("Site"), "left"),
        (_("Kind"), "left"),
        (_("Need MWh"), "right"),
        (_("Curve"), "left"),
        (_("Place"), "left"),
    )
    for site in found.sites:
        place = (site.commune or _("placed")) if site.is_placed else _("not known")
        table.add_row(site.name, _(KINDS[site.kind]), mwh(site.consumption_kwh), _(GRADES[site.grade]), place)
    return table


def _by_kind(found: Understood) -> Table:
    table = table_of(
        (_("Kind"), "left"), (_("Sites"), "right"), (_("Need MWh"), "right"), (_("Curves"), "left")
    )
    for row in found.kinds:
        name = _("Together") if row.kind is None else _(KINDS[row.kind])
        cells = (fr(row.sites), mwh(row.consumption_kwh), _curves(row.grades))
        table.add_row(name, *cells, style="" if row.kind else "bold")
    return table


def _curves(grades: Mapping[Grade, int]) -> str:
    """Return how the curves are known: "12 profile, 3 measured"."""
    words: Counter[str] = Counter()
    for grade, count in grades.items():
        words[_(GRADES[grade])] += count
    return ", ".join(f"{count} {word}" for word, count in words.most_common())


def _named(result: Result, name: str) -> str:
    known = {site.id: site.name for site in result.scenario.participants}
    known |= {person.id: person.name for person in result.scenario.persons or ()}
    return known.get(name, name)
