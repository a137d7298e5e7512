"""What a command computes of a folder: a result, an operation, what others read, a member's own document."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.command import Request
from reports.terminal.today import today

if TYPE_CHECKING:
    from acc.accounts.persons import Holding
    from acc.result.lawful_plan import LawfulPlan
    from acc.result.result import Result
    from reports.sheets import Own
    from scenarios.entry.folder.mask import Mask
    from scenarios.operation.ready.operation import Operation
    from scenarios.operation.store.store import KeptStore


def computed(request: Request, *, cache: "KeptStore | None" = None, **parts: Any) -> tuple["Result", Path]:
    """Compute a scenario, dated of its first run; its result and the folder of its files.

    It has ranges where the command may go `--no-ranges` and was not asked to.

    Args:
        cache: a store to use in place of the folder's own.
        parts: of `RunParts`, by name.
    """
    from scenarios.run import RunParts, run

    ranges_folder = None if request.more.get("no_ranges", True) else request.results
    wanted = RunParts(**{"lawful_plan": True, "ranges_folder": ranges_folder, **parts})
    scenario = {**request.scenario, "cache": cache} if cache else request.scenario
    result = run(request.folder, ran_on=today(), parts=wanted, **scenario)
    from reports.data.results import dated
    from reports.files import results_folder

    where = request.results / results_folder(result)
    return dated(result, where), where


def _own_plan(request: Request, holder: "Holding", result: "Result") -> "LawfulPlan | None":
    """Return the plan that all read, with what its holder has of it on true data."""
    from scenarios.kept_plan import kept_plan

    plan, true = result.way, kept_plan(opened(replace(request, mask=None)), result.checks)
    if plan is None or true is None:
        return None
    own = {person.id: person for person in true.persons if person.id == holder.id}
    return replace(plan, persons=tuple(own.get(person.id, person) for person in plan.persons))


def opened(request: Request) -> "Operation":
    """Return the operation of a folder, its meters read."""
    from scenarios.operation.ready.operation import open_operation

    return open_operation(request.folder, **request.scenario)[0]


def shared(request: Request, reader: str | None = None) -> Request:
    """Return the request of what others read: the data of who did not agree are moved.

    Args:
        reader: the audience; None where all members read.
    """
    from scenarios.entry.folder.mask import Mask

    return replace(request, mask=Mask(request.folder, reader))


def own_results(request: Request, **parts: Any) -> "Own":
    """Return the function that gives the result of a sheet: who holds it, and its readers, have true data.

    Args:
        request: of what all read.
        parts: of `RunParts`, by name.
    """
    from scenarios.entry.folder.mask import holder_mask

    known: dict[Mask | None, Result] = {}

    def own(holder: "Holding", result: "Result") -> "Result":
        mask = holder_mask(request.mask, result.scenario, holder) if request.mask else None
        if mask == request.mask:
            return result
        if mask not in known:
            known.clear()  # each is of the size of the operation
            alone = computed(replace(request, mask=mask), **parts)[0]
            known[mask] = alone if alone.way else replace(alone, way=_own_plan(request, holder, result))
        return known[mask]

    return own
