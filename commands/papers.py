"""`acc papers`: papers to sign, and who has signed them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from acc.i18n import N_, typed
from acc.problem import InputError, Problem
from commands.command import CommandResult, Request, command
from commands.computing import computed, opened, own_results, shared
from commands.options import QUESTION_OPTIONS
from reports.terminal.parameters import LazyChoice, option

if TYPE_CHECKING:
    from acc.result.result import Result
    from reports.studies.papers.common import PaperCase

    Deliberated = tuple[Result, Mapping[str, Result]]

PAPERS = LazyChoice("reports.studies.papers.files", "resolve_paper", several=True)
PAPER_FORMATS = LazyChoice("reports.studies.papers.files", "FORMATS", several=True)


@command(
    N_("Make the papers to sign, drafts to complete: DOCX, PDF.\n\nExample: acc papers demo --paper vente"),
    option("--paper A,B", PAPERS, N_("Papers to make: adhesion, vente, deliberation... [all].")),
    option("--person ID|all", str, N_("Papers of one member alone, or of each."), default="all"),
    option("--format docx,pdf,xlsx", PAPER_FORMATS, N_("What to make [docx,pdf]; xlsx: workbooks alone.")),
    *QUESTION_OPTIONS,
)
def papers(request: Request) -> CommandResult:
    """Compute, then fill the papers from the folder; follow who signs them."""
    from reports.files import write_files
    from reports.studies.papers.files import bodies_apart, papers_files, signatures_of
    from reports.studies.papers.screen import papers_nodes
    from scenarios.signatures import follow

    result, where = computed(request)
    names, folder = request["paper"] or (), where / _("papers")
    deliberated = [(result, {})] if {*names} == {"syndicate"} else operations(request, result)
    results, cases = [each for each, _moved in deliberated], _cases(request, result, deliberated)
    files = papers_files(cases, names, request["format"] or ("docx", "pdf"), request.progress)
    written, lines = write_files(folder, files, force=request.force), signatures_of(cases)
    nodes = partial(papers_nodes, lines, follow(request.folder, lines))
    document = {"files": [str(path) for path in written]}
    return CommandResult(lambda: document, nodes, written, notes=bodies_apart(results, names))


def _cases(request: Request, base: "Result", made: "Sequence[Deliberated]") -> "tuple[PaperCase, ...]":
    """Build the cases of papers, of the persons asked for."""
    from reports.sheets import checked_ids
    from reports.studies.papers.files import paper_cases
    from scenarios.entry.places.geography import distances_km

    results, moved = zip(*made, strict=True)
    ids = [word.strip() for word in request["person"].split(",") if word.strip()]
    sites = [(*each.scenario.participants, *each.scenario.plants) for each in results]
    apart = [distances_km([site.position for site in every]) for every in sites]
    wanted = None if ids == ["all"] else checked_ids(base, ids, "--person")
    return paper_cases(results, apart, wanted, base.scenario.signatures, moved)


def operations(request: Request, result: "Result") -> "list[Deliberated]":
    """Return the operation, or those of its kept plan where the law forbids the whole.

    Each comes with what the deliberations of its public bodies stand on.

    Raises:
        InputError: a forbidden operation without a plan.
    """
    from profiles.files.atomic_write import scratch_folder
    from reports.studies.papers.files import unlawful
    from scenarios.study import studies

    if not (reason := unlawful(result)):
        return [_deliberated(request, result)]
    write = next((study.write_plan for study in studies() if study.write_plan), None)
    if write is None or result.way is None or not result.way.operations:
        text = _("{reason}. `acc members {folder} --split` finds the lawful operations")
        message = text.format(reason=reason, folder=typed(request.folder))
        raise InputError([Problem(str(request.folder), message)])
    with scratch_folder() as scratch:
        folders = write(opened(request), result.way, Path(scratch))
        each = replace(request, out=None, variant=None, key=None, settings=())
        every = [replace(each, folder=folder) for folder in folders]
        return [_deliberated(each, computed(each)[0]) for each in every]


def _deliberated(request: Request, result: "Result") -> "Deliberated":
    """Return a result, and by public body that of the note to its treasurer: who did not agree is moved."""
    from reports.view.selection import public_bodies

    if not result.scenario.has_closed or "deliberation" not in (request["paper"] or ("deliberation",)):
        return result, {}
    seen = shared(request)
    moved, own = computed(seen)[0], own_results(seen)
    return result, {body.id: own(body, moved) for body in public_bodies(result)}
