"""The picture that `acc check` ends with: what was understood of a folder, site by site or by kind."""

from collections import Counter
from collections.abc import Mapping
from gettext import gettext as _
from gettext import ngettext

from rich.console import Console
from rich.table import Table

from acc.result.result import Result
from acc.sites import Grade
from reports.data.understood import Understood, understood
from reports.format.labels import GRADES, KINDS, capital
from reports.format.numbers import fr, listed, power, scale_of
from reports.terminal.columns import Written, written
from reports.terminal.console import some_of, table_of

FEW = 15
"""Sites at most that have a line each."""


def print_understood(out: Console, result: Result) -> None:
    """Print sites, MWh and curves, then plants, members and places."""
    found, how = understood(result), written(result)
    served = bool(result.energy.own_use_kwh.any())
    out.print(_("What was understood"), style="bold")
    if len(found.sites) <= FEW:
        out.print(_by_site(found, how, served=served))
    out.print(_by_kind(found, how, served=served))
    plants = _("{count}, {kwp}, {energy} injected. Producers: {owners}.")
    own = some_of(sorted(_named(result, id_) for id_ in found.producers)) or _("nobody")
    energy = scale_of(result.energy).text(found.production_kwh)
    count = ngettext("{count} plant", "{count} plants", found.plants).format(count=fr(found.plants))
    out.print(plants.format(count=capital(count), kwp=power(found.kwp), energy=energy, owners=own))
    told = ngettext(
        "Members: {persons}. Places: {placed} of {count} known, in {communes}.",
        "Members: {persons}. Places: {placed} of {count} known, in {communes}.",
        found.placed,
    )
    where = [f"{name} ({count})" for name, count in found.communes.items()][:6]
    communes = listed(where) or _("no commune named")
    words = {"persons": found.members, "placed": found.placed, "count": found.places}
    out.print(told.format(**words, communes=communes))


def _need(how: Written, *, left: bool) -> str:
    """Return the head of the needs: those left, where some are served on site first."""
    text = _("Need left {unit}") if left else _("Need {unit}")
    return text.format(unit=how.scale.name)


def _by_site(found: Understood, how: Written, *, served: bool) -> Table:
    table = table_of(
        (_("Site"), "left"),
        (_("Kind"), "left"),
        (_need(how, left=served), "right"),
        (_("Curve"), "left"),
        (_("Place"), "left"),
    )
    for site in found.sites:
        place = (site.commune or _("placed")) if site.is_placed else _("not known")
        table.add_row(
            site.name,
            _(KINDS[site.kind]),
            how.scale.plain(site.consumption_kwh),
            _(GRADES[site.grade]),
            place,
        )
    return table


def _by_kind(found: Understood, how: Written, *, served: bool) -> Table:
    table = table_of(
        (_("Kind"), "left"),
        (_("Sites"), "right"),
        (_need(how, left=served), "right"),
        (_("Curves"), "left"),
    )
    for row in found.kinds:
        name = _("Together") if row.kind is None else _(KINDS[row.kind])
        cells = (fr(row.sites), how.scale.plain(row.consumption_kwh), _curves(row.grades))
        table.add_row(name, *cells, style="" if row.kind else "bold")
    return table


def _curves(grades: Mapping[Grade, int]) -> str:
    """Return how the curves are known: "profile (12), measured (3)"."""
    words: Counter[str] = Counter()
    for grade, count in grades.items():
        words[_(GRADES[grade])] += count
    return ", ".join(f"{word} ({count})" for word, count in words.most_common())


def _named(result: Result, name: str) -> str:
    known = {site.id: site.name for site in result.scenario.participants}
    known |= {person.id: person.name for person in result.scenario.persons or ()}
    return known.get(name, name)
