"""`acc papers`: papers to sign, and who has signed them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from acc.i18n import N_, typed
from acc.problem import InputError, Problem
from commands.command import CommandResult, Request, command
from commands.computing import computed, opened
from commands.options import QUESTION_OPTIONS
from reports.terminal.parameters import LazyChoice, option

if TYPE_CHECKING:
    from acc.result.result import Result
    from reports.studies.papers.common import PaperCase

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
    results = [result] if {*names} == {"syndicate"} else operations(request, result)
    cases = _cases(request, result, results)
    files = papers_files(cases, names, request["format"] or ("docx", "pdf"), request.progress)
    written, lines = write_files(folder, files, force=request.force), signatures_of(cases)
    nodes = partial(papers_nodes, lines, follow(request.folder, lines))
    document = {"files": [str(path) for path in written]}
    return CommandResult(lambda: document, nodes, written, notes=bodies_apart(results, names))


def _cases(request: Request, base: "Result", results: "Sequence[Result]") -> "tuple[PaperCase, ...]":
    """Build the cases of papers, of the persons asked for."""
    from reports.sheets import checked_ids
    from reports.studies.papers.files import paper_cases
    from scenarios.entry.places.geography import distances_km

    ids = [word.strip() for word in request["person"].split(",") if word.strip()]
    sites = [(*each.scenario.participants, *each.scenario.plants) for each in results]
    apart = [distances_km([site.position for site in every]) for every in sites]
    wanted = None if ids == ["all"] else checked_ids(base, ids, "--person")
    return paper_cases(results, apart, wanted, base.scenario.signatures)


def operations(request: Request, result: "Result") -> "list[Result]":
    """Return the operation, or those of its kept plan where the law forbids the whole.

    Raises:
        InputError: a forbidden operation without a plan.
    """
    from profiles.files.atomic_write import scratch_folder
    from reports.studies.papers.files import unlawful
    from scenarios.study import studies

    if not (reason := unlawful(result)):
        return [result]
    write = next((study.write_plan for study in studies() if study.write_plan), None)
    if write is None or result.way is None or not result.way.operations:
        text = _("{reason}. `acc members {folder} --split` finds the lawful operations")
        message = text.format(reason=reason, folder=typed(request.folder))
        raise InputError([Problem(str(request.folder), message)])
    with scratch_folder() as scratch:
        folders = write(opened(request), result.way, Path(scratch))
        each = replace(request, out=None, variant=None, key=None, settings=())
        return [computed(replace(each, folder=folder))[0] for folder in folders]
