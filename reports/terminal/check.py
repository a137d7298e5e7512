"""What `acc check` prints: what is there, whether it is lawful, the rules, what was understood."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _
from itertools import groupby
from pathlib import Path

from acc.holders import without_holder
from acc.i18n import semicolons, typed
from acc.problem import Problem
from acc.result.files import FormsState
from acc.result.result import Result
from acc.rules.check import State
from acc.years.states import first_participants, first_plants
from reports.format.numbers import fr, plants_count, sites_count
from reports.format.palette import Tone
from reports.format.unlawful import status_text
from reports.nodes.tree import Node, Paragraph
from reports.terminal.blocks import rules, site_names, some_of, title, warnings
from reports.terminal.forms import forms_state
from reports.terminal.understood import what_was_understood


def check_nodes(
    result: Result,
    refused: Sequence[Problem] = (),
    forms: FormsState | None = None,
    folder: Path | None = None,
) -> Iterator[Node]:
    """Yield the contents, the refusals of other commands, the rules, the reading, the forms."""
    scenario = result.scenario
    yield from title(scenario)
    yield _read(result, complete=not refused)
    for command, problems in groupby(refused, lambda problem: problem.path):
        text = _("`{command}` would refuse it: {why}.")
        why = semicolons(problem.message.rstrip(".") for problem in problems)
        yield Paragraph(text.format(command=command, why=why), tone="sun_text")
    yield from rules(result.rules, site_names(scenario), folder)
    yield from warnings(result)
    for figure in scenario.accepted or ():
        text = _("Unusual figure, kept: {where} = {value} ({why})")
        yield Paragraph(text.format(where=figure.where, value=figure.value, why=figure.why), "note")
    yield from what_was_understood(result)
    yield from _parties(result)
    if forms is not None:
        yield from forms_state(forms)
    if folder is not None:
        yield Paragraph(_("Next: `acc run {folder}`").format(folder=typed(folder)), "verbatim")


def _parties(result: Result) -> Iterator[Node]:
    """Yield the sites without a holder in `parties.csv`, on this screen only."""
    scenario = result.scenario
    lacking = without_holder(scenario) if scenario.parties else ()
    if lacking:
        text = _("No holder in parties.csv for {sites}: {names}. Papers leave it blank, to fill in by pen.")
        names = some_of([site.name for site in lacking])
        yield Paragraph(text.format(sites=sites_count(len(lacking)), names=names), "note")


def _with_later(count: str, later: int) -> str:
    """Return a count of sites or plants, and how many of them come after the first year."""
    return _("{count} ({later} of them later)").format(count=count, later=fr(later)) if later else count


def _read(result: Result, *, complete: bool) -> Node:
    """Number of sites and plants read, completeness, and legal status."""
    verify = sum(check.state is State.TO_VERIFY for check in result.rules)
    scenario = result.scenario
    sites, plants = len(scenario.participants), len(scenario.plants)
    words = {
        "sites": _with_later(sites_count(sites), sites - len(first_participants(scenario))),
        "plants": _with_later(plants_count(plants), plants - len(first_plants(scenario)))
        if plants
        else _("no plant"),
        "law": status_text(result.status, verify=verify) + ".",
    }
    text = _("Folder read: {sites}, {plants}. {law}")
    if complete:
        text = _("Folder complete: {sites}, {plants}. {law}")
    sure = complete and not result.status.undecided
    tone: Tone = "shared_dark" if sure else "sun_text"
    if result.status.is_unlawful:
        return Paragraph(text.format(**words), "lead", "worse")
    return Paragraph(text.format(**words), tone=tone)
