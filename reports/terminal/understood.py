"""The picture that `acc check` ends with: what was understood of a folder, by kind."""

from collections import Counter
from gettext import gettext as _

from rich.console import Console
from rich.table import Table

from acc.result.result import Result
from acc.sites import Kind
from reports.format.labels import GRADES, KINDS
from reports.format.numbers import fr, listed, mwh
from reports.terminal.console import table_of


def print_understood(out: Console, result: Result) -> None:
    """Print sites, MWh and curves by kind, then plants, persons and places."""
    out.print(_("What was understood"), style="bold")
    out.print(_by_kind(result))
    scenario = result.scenario
    sites = (*scenario.participants, *scenario.plants)
    kwp, injected = sum(p.kwp for p in scenario.plants), float(result.energy.production_kwh.sum())
    plants = _("Plants: {count}, {kwp} kWp, {energy} MWh injected, of {owners}.")
    own = listed(sorted({_named(result, p.producer) for p in scenario.plants})[:5]) or _("nobody")
    out.print(plants.format(count=len(scenario.plants), kwp=fr(kwp, 1), energy=mwh(injected), owners=own))
    people = {p.person or p.id for p in scenario.participants} | {p.producer for p in scenario.plants}
    communes = Counter(s.commune or s.insee for s in sites if s.commune or s.insee)
    placed = sum(s.position is not None for s in sites)
    told = _("Members: {persons}. Places: {placed} of {count} known, in {communes}.")
    where = listed([f"{name} ({count})" for name, count in communes.most_common(6)]) or _("no commune named")
    out.print(told.format(persons=len(people), placed=placed, count=len(sites), communes=where))


def _by_kind(result: Result) -> Table:
    table = table_of(
        (_("Kind"), "left"), (_("Sites"), "right"), (_("Need MWh"), "right"), (_("Curves"), "left")
    )
    members, needs = result.scenario.participants, result.exchange.consumption_kwh.sum(axis=0)
    for kind in Kind:
        rows = [n for n, member in enumerate(members) if member.kind is kind]
        if rows:
            table.add_row(_(KINDS[kind]), fr(len(rows)), mwh(float(needs[rows].sum())), _curves(result, rows))
    every = list(range(len(members)))
    table.add_row(
        _("Together"), fr(len(every)), mwh(float(needs.sum())), _curves(result, every), style="bold"
    )
    return table


def _curves(result: Result, rows: list[int]) -> str:
    """Return how the curves are known: "3 measured, 12 profile"."""
    found = Counter(_(GRADES[result.quality[n].grade]) for n in rows)
    return ", ".join(f"{count} {word}" for word, count in found.most_common())


def _named(result: Result, name: str) -> str:
    known = {site.id: site.name for site in result.scenario.participants}
    known |= {person.id: person.name for person in result.scenario.persons or ()}
    return known.get(name, name)
