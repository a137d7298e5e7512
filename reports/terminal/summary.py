"""The answer of a command in 25 lines, what matters most first; `--details` prints all the rest."""

from collections.abc import Iterator, Sequence
from gettext import gettext as _
from gettext import ngettext
from itertools import islice
from pathlib import Path

from acc.i18n import semicolons, typed
from acc.indicators import Energy
from acc.problem import Problem
from acc.result.cancelling import Condition, conditions_for_members
from acc.result.change import ExplainedChange, PairedDraws
from acc.result.files import FormsState
from acc.result.outcomes import outcomes
from acc.result.result import Result
from acc.rules.check import State
from reports.data.years import plan_year_of_calendar
from reports.format.changes import condition_text
from reports.format.gains import value_text
from reports.format.labels import by_cause, lowered
from reports.format.money import euros
from reports.format.numbers import fr, percent, scale_of
from reports.format.wording import sentence
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.sentences.steps import Stage
from reports.terminal import persons
from reports.terminal.answer import a_year, gain_nodes, plan_nodes, subject
from reports.terminal.blocks import head, lawful_groups, site_names, title, warned
from reports.terminal.check import forms_state, read_node, refusals, understood_nodes
from reports.terminal.run import ACTED_ON, compared_nodes, key_nodes
from reports.view import quantities


def run_summary(
    result: Result, folder: Path, year: int | None = None, before: Result | None = None
) -> Iterator[Node]:
    """Answer of a run: law, gain and its range, who loses, plants, kWh, what would cancel it, doubts.

    Args:
        before: the same folder without what is asked over it; None where nothing is.

    Raises:
        InputError: a year that is not in the plan, before anything is printed.
    """
    plan_year_of_calendar(result, year)
    yield from head(result.scenario, result.status, folder)
    if before is not None:
        yield Paragraph(_without_question(before))
    yield from gain_nodes(result)
    yield Paragraph(_energy(result))
    if text := _worst_condition(result):
        yield Paragraph(text)
    yield from persons.year_nodes(result, year)
    yield from plan_nodes(result, short=True)
    if count := len(_warnings(result)):
        yield from warned([sentence("points-to-look-at", count, folder=typed(folder))])


def _without_question(before: Result) -> str:
    """What the folder gives where nothing is asked over it: gain, energy shared, value of the plants."""
    parts = [_("{shared} shared").format(shared=_shared(before.energy))]
    if before.money is not None:
        gain = quantities.gain(outcomes(before))
        parts = [_("{amount} {a_year}").format(amount=gain, a_year=a_year(before)), *parts]
        if before.money.plan is not None:
            value = value_text(*quantities.plants_value(before.money.plan))
            parts.append(_("NPV of the plants {npv}").format(npv=value))
    return _("Without this question: {figures}.").format(figures=semicolons(parts))


def _energy(result: Result) -> str:
    """Energy shared, as a part of the injection and of the need that is left."""
    sums = result.energy
    text = _("{shared} shared: {ratio} of the injected, {part} of the need.")
    if sums.own_use_kwh.any():
        text = _("{shared} shared: {ratio} of the injected, {part} of the need left.")
    ratios = {"ratio": percent(sums.autoconsommation_ratio), "part": percent(sums.autoproduction_ratio)}
    return text.format(shared=_shared(sums), **ratios)


def _shared(sums: Energy) -> str:
    return scale_of(sums).text(float(sums.received_kwh.sum()))


def _worst_condition(result: Result) -> str:
    """Sentence on the condition under which all members together gain least; empty where none is known."""
    ids = {member.id for member in outcomes(result).members}
    known = [
        (gain_eur, line)
        for line in conditions_for_members(result.cancelling, ids)
        if line.condition is not Condition.UNCHANGED and (gain_eur := line.of(ids).gain_eur_ht) is not None
    ]
    if not known:
        return ""
    gain_eur, line = min(known, key=lambda pair: pair[0])
    text = _("At worst of what was tried, {condition}: {gain} together, {losers}.")
    lose = ngettext("{count} loses", "{count} lose", line.losers).format(count=fr(line.losers))
    condition = lowered(condition_text(line, result.money, site_names(result.scenario)))
    return text.format(
        condition=condition, gain=euros(gain_eur), losers=lose if line.losers else _("nobody loses")
    )


def _warnings(result: Result) -> list[str]:
    """Warnings, those that differ by a name and by amounts put together."""
    sites = (*result.scenario.participants, *result.scenario.plants)
    return by_cause(result.provenance.warnings, [site.name for site in sites], alike=True)


def step_nodes(steps: Sequence[Stage]) -> Iterator[Node]:
    """Yield the road of an operation: what each stage has, then what it lacks and the act that gives it."""
    for step in steps:
        mark = "☐" if step.missing or not step.reached else "☑"
        yield Heading(f"{mark} {step.title}" + (f"{_(': ')}{step.reached}" if step.reached else ""))
        for act in step.missing:
            do = act.ask or act.do
            yield Paragraph(f"  · {act.what}" + (f" → {do}" if do else ""))


def check_summary(
    result: Result, refused: Sequence[Problem], forms: FormsState | None, folder: Path
) -> Iterator[Node]:
    """Answer of a check: what is read, what other commands refuse, broken rules and remedies, doubts."""
    yield from title(result.scenario, short=True)
    yield read_node(result, complete=not refused)
    yield from refusals(refused)
    for check in result.rules:
        if check.state in ACTED_ON:
            yield Paragraph(f"✗ {check.title}", tone="worse")
            yield Paragraph(f"  → {check.remedy}")
    yield from lawful_groups(result.rules, folder)
    if points := [subject(check) for check in result.rules if check.state is State.TO_VERIFY]:
        yield Paragraph(_("To verify: {points}.").format(points=semicolons(points)))
    yield from islice(() if forms is None else forms_state(forms), 1)
    yield from warned(_warnings(result))
    yield from understood_nodes(result)


def compare_summary(
    results: Sequence[Result],
    folder: Path,
    drawn: PairedDraws | None = None,
    changes: Sequence[ExplainedChange] = (),
) -> Iterator[Node]:
    """Answer of a comparison: the proposal, then keys or scenarios; not what each participant receives."""
    nodes = compared_nodes(results, (), drawn, changes)
    if len(results) == 1:
        yield from head(results[0].scenario, results[0].status, folder)
        nodes = key_nodes(results[0])
    tables = 0
    for node in nodes:
        tables += isinstance(node, TextTable)
        if tables < 2:
            yield node
