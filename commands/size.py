"""`acc size`: the power of each roof."""

from dataclasses import replace
from functools import partial

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.options import DETAILS, QUESTION_OPTIONS


@command(
    N_(
        "Find the power of each roof by which everybody gains most, producers included (or which serves "
        "another aim of [size] best), with its proof; and the battery, where [size.battery] seeks one.\n\n"
        "Example: acc size demo"
    ),
    DETAILS,
    *QUESTION_OPTIONS,
)
def size(request: Request) -> CommandResult:
    """Search the powers exactly, print the bound."""
    from reports.files import slug
    from reports.studies.size.files import size_document, size_files
    from reports.studies.size.screen import size_nodes
    from reports.terminal.screen import without_notes
    from scenarios.studies.size.run import size_folder
    from scenarios.studies.size.surplus_powers import powers_by_use

    by_use = powers_by_use(request.folder, **request.scenario)
    sizing = replace(size_folder(request.folder, **request.scenario), powers_by_use=by_use)
    words = [slug(word) for word in ("size", sizing.scenario.label, request.key) if word]
    name = "-".join(words) + ".json"
    written = request.write(size_files(sizing, name))
    names = {site.id: site.name for site in (*sizing.scenario.participants, *sizing.scenario.plants)}
    nodes = partial(size_nodes, sizing, names, request.folder)
    return CommandResult(lambda: size_document(sizing), nodes, written, short=lambda: without_notes(nodes()))
