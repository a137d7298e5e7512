"""What `acc check` prints: what is there, whether it is lawful, the rules, what was understood."""

from collections import Counter
from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from itertools import groupby
from pathlib import Path

from acc.i18n import semicolons, typed
from acc.problem import Problem
from acc.result.forms import FormsState
from acc.result.result import Result
from acc.rules.check import Check, State
from reports.format.numbers import fr
from reports.terminal.console import console, print_rules, print_title, print_warnings, site_names
from reports.terminal.forms import print_state
from reports.terminal.understood import print_understood


def print_checks(
    result: Result,
    refused: Sequence[Problem] = (),
    forms: FormsState | None = None,
    folder: Path | None = None,
) -> None:
    """Print what is there, what other commands lack, the rules, what was understood, who has answered."""
    out, scenario = console(), result.scenario
    print_title(out, scenario)
    sites, plants = len(scenario.participants), len(scenario.plants)
    words = {
        "sites": ngettext("{count} site", "{count} sites", sites).format(count=fr(sites)),
        "plants": ngettext("{count} plant", "{count} plants", plants).format(count=fr(plants))
        if plants
        else _("no plant"),
        "law": _lawful(result.rules),
    }
    text = (
        _("Folder read: {sites}, {plants}. {law}")
        if refused
        else _("Folder complete: {sites}, {plants}. {law}")
    )
    broken = any(check.state is State.NOT_MET and check.binding for check in result.rules)
    out.print(text.format(**words), style="bold red" if broken else "yellow" if refused else "green")
    for command, problems in groupby(refused, lambda problem: problem.path):
        text = _("`{command}` would refuse it: {why}.")
        why = semicolons(problem.message.rstrip(".") for problem in problems)
        out.print(text.format(command=command, why=why), style="yellow")
    print_rules(out, result.rules, site_names(scenario), folder)
    print_warnings(out, result)
    for one in scenario.accepted or ():
        text = _("Unusual figure, kept: {where} = {value} ({why})")
        out.print(text.format(where=one.where, value=one.value, why=one.why), style="dim")
    print_understood(out, result)
    if forms is not None:
        print_state(out, forms)
    if folder is not None:
        out.print(_("Next: `acc run {folder}`").format(folder=typed(folder)), soft_wrap=True)


def _lawful(checks: Sequence[Check]) -> str:
    """Return whether the rules allow the operation, and how many of them do not, or are to be verified."""
    binding = Counter(check.state for check in checks if check.binding)
    broken, open_ = binding[State.NOT_MET], Counter(check.state for check in checks)[State.TO_VERIFY]
    if broken:
        return ngettext("Not lawful: {count} rule.", "Not lawful: {count} rules.", broken).format(
            count=broken
        )
    lawful = _("Possible on derogation") if binding[State.ON_DEROGATION] else _("Lawful")
    if not open_:
        return f"{lawful}."
    points = ngettext("{count} point to verify", "{count} points to verify", open_).format(count=open_)
    return f"{lawful}, {points}."
