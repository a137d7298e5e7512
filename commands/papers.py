"""`acc papers`: papers to sign."""

from gettext import gettext as _

from acc.i18n import N_
from commands.command import CommandResult, Request, command, computed, files_answer
from commands.options import QUESTION_OPTIONS
from reports.terminal.parameters import LazyChoice, option

PAPERS = LazyChoice("reports.studies.papers.files", "resolve_paper", several=True)
PAPER_FORMATS = LazyChoice("reports.studies.papers.files", "FORMATS", several=True)


@command(
    N_("Make the papers to sign, drafts to complete: DOCX, PDF.\n\nExample: acc papers demo --paper accord"),
    option("--paper A,B", PAPERS, N_("Papers to make: accord, vente, deliberation... [all].")),
    option("--person ID|all", str, N_("Papers of one member alone, or of each."), default="all"),
    option("--format docx,pdf,xlsx", PAPER_FORMATS, N_("What to make [docx,pdf]; xlsx: workbooks alone.")),
    *QUESTION_OPTIONS,
)
def papers(request: Request) -> CommandResult:
    """Compute, then fill the papers from the folder."""
    from reports.files import write_files
    from reports.register import publish
    from reports.studies.papers.files import bodies_apart, papers_files
    from reports.studies.papers.workbooks import syndicate_rows
    from scenarios.entry.places.geography import distances_km

    result, where = computed(request)
    sites = (*result.scenario.participants, *result.scenario.plants)
    ids = [word.strip() for word in request["person"].split(",") if word.strip()]
    formats, apart = request["format"] or ("docx", "pdf"), distances_km([site.position for site in sites])
    names, folder = request["paper"] or (), where / _("papers")
    files = papers_files(result, names, ids, formats, apart, request.progress)
    if "syndicate" in names:
        publish(where.parent, folder, syndicate_rows(result))
    written = write_files(folder, files, force=request.force)
    return files_answer(written, notes=bodies_apart(result, names))
