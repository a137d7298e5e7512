"""The lawful operations of a folder: found, written as folders, kept for who runs the folder next.

The search of lawful operations, for the working page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from gettext import gettext as _
from math import isnan
from pathlib import Path
from typing import Unpack

from acc.i18n import amount, semicolons
from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport
from acc.rules.all_checks import what_if
from acc.sides import loses
from scenarios.entry.folder.battery_and_loads import left_out
from scenarios.kept_plan import keep_plan
from scenarios.operation.draws.settings import SweepChoice, read_sweep
from scenarios.operation.metering.meter import Metered, Progress
from scenarios.operation.ready.operation import Operation, open_operation
from scenarios.operation.ready.request import OperationRequest, progress_of, repeated, source_of
from scenarios.rates.perimeter_rules import perimeter_rules
from scenarios.rates.table import read_rates
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.lawful.folders import other_groups, refuse_changed, remember, write_groups
from scenarios.studies.lawful.found_plans import Step, Told, lawful_plans_for
from scenarios.studies.lawful.plans import MOST


def split_for(
    operation: Operation,
    *,
    most: int = MOST,
    seed: int = 24,
    drawn: tuple[Metered, SweepChoice] | None = None,
    told: Told = lambda _count, _plan: None,
    step: Step = lambda _done, _all: None,
) -> LawfulPlansReport:
    """Return the lawful plans of the members, beside one single perimeter were it lawful.

    Raises:
        InputError: the key cannot be built.
    """
    report = lawful_plans_for(operation, most=most, seed=seed, drawn=drawn, told=told, step=step)
    single, single_kwh = _single(operation)
    rules = perimeter_rules(read_rates(), operation.scenario.on)
    if not report.best.euros_known:
        single = None
    return replace(
        report,
        single_kwh=single_kwh,
        single_eur=None if single is None else sum(value for value, _year in single),
        single_losers=None if single is None else sum(loses(min(both)) for both in single),
        outlooks=what_if(operation.members, rules),
    )


def _report_step(progress: Progress, done: int, every: int) -> None:
    progress(_("without each member: {done} of {all}").format(done=done, all=every))


def _single(operation: Operation) -> tuple[list[tuple[float, float]] | None, float]:
    """Euros of each person in one single perimeter, over the plan and the period; shared kWh."""
    alone = operation.without_battery()
    outcome = alone.outcome(alone.scenario.key, leaving=False)
    euros, received_kwh = outcome.money, float(outcome.energy.received_kwh.sum())
    if euros is None or euros.total is None:
        return None, received_kwh
    return [
        (person.gain_eur_ht if person.npv_eur_ht is None else person.npv_eur_ht, person.gain_eur_ht)
        for person in euros.persons
    ], received_kwh


def searched(operation: Operation, metered: Metered, progress: Progress) -> LawfulPlan:
    """Find the best lawful plan of an operation and keep it for who runs it next; nothing else is written."""
    progress(_("a first lawful plan"))
    best = lawful_plans_for(
        unmoved(operation, metered),
        most=MOST,
        told=lambda count, _plan: progress(_("beyond {count} operations").format(count=count)),
        step=partial(_report_step, progress),
    ).best
    keep_plan(operation, best)
    return best


def unmoved(operation: Operation, metered: Metered) -> Operation:
    """Return an operation whose loads do not move: they follow the production of all, which no group has."""
    return operation if metered.unshifted is None else replace(operation, exchange=metered.unshifted)


@dataclass(frozen=True, slots=True)
class WrittenSplit:
    """Lawful plans, the folders of the operations of the best, and what a person should know of these."""

    report: LawfulPlansReport
    folders: tuple[Path, ...]
    notes: tuple[str, ...]


def split_folder(
    folder: Path,
    out: Path,
    *,
    seed: int,
    most: int | None = None,
    force: bool = False,
    told: Told = lambda _count, _plan: None,
    **request: Unpack[OperationRequest],
) -> WrittenSplit:
    """Find the lawful plans of an operation folder, write the best: a folder an operation in `out`.

    Args:
        most: operations; None for as many as bring something, up to the usual most.

    Raises:
        InputError: every fault of the folder; a file of an earlier split that somebody changed, unless
            `force`: told before the search.
    """
    refuse_changed(out, force=force)
    operation, metered = open_operation(folder, **repeated(request))
    progress = progress_of(request)
    progress(_("a first lawful plan"))
    report = split_for(
        unmoved(operation, metered),
        most=MOST if most is None else most,
        seed=seed,
        drawn=(metered, read_sweep(source_of(folder, request)).for_single_weather_year),
        told=told,
        step=partial(_report_step, progress),
    )
    folders = write_groups(operation, report.best, out)
    remember(out)
    keep_plan(operation, report.best)
    message = _("{path} is of an earlier split: remove it, or keep it apart")
    earlier = [message.format(path=path) for path in other_groups(out, len(folders))]
    dated = dated_notes(report.best, folders, progress) if operation.scenario.uncounted_changes else ()
    return WrittenSplit(report, tuple(folders), (*left_out(operation.scenario), *dated, *earlier))


def dated_notes(plan: LawfulPlan, folders: Sequence[Path], progress: Progress) -> tuple[str, ...]:
    """Value of each operation of a plan with dated changes, from its own run.

    Args:
        folders: of the operations, in the order of the plan.
    """
    message = _("operation {number}: {eur} EUR in place of {repeated}")
    values = []
    for number, (folder, group) in enumerate(zip(folders, plan.operations, strict=True), 1):
        progress(_("the dated changes of operation {number}").format(number=number))
        operation = open_operation(folder)[0]
        money = operation.outcome(operation.scenario.key, leaving=False).money
        if money is None or money.total is None or money.total.npv_eur_ht is None or isnan(group.value_eur):
            return ()
        both = {"eur": amount(money.total.npv_eur_ht), "repeated": amount(group.value_eur)}
        values.append(message.format(number=number, **both))
    note = _(
        "Once the dated changes of changes.csv are counted, which the search leaves out, the operations "
        "found bring their members over the plan, as `acc run` of each folder tells: {values}."
    )
    return (note.format(values=semicolons(values)),) if values else ()


def search_of_page(
    hand: AtHand, question: PageQuestion, progress: Progress = lambda _text: None
) -> LawfulPlan:
    """Find the lawful operations of a state, and keep them: `acc members --split` without its folders.

    Args:
        progress: called at each step; what it raises ends the search.

    Raises:
        InputError: every fault of the folder and of the question.
    """
    operation, metered = open_operation(hand.folder, **hand.request(question, anew=True))
    plan = searched(operation, metered, progress)
    hand.searches += 1
    return plan
