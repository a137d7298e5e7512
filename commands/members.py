"""`acc members`: who adds what; `--split`: lawful operations."""

from functools import partial

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.of_studies import study_function
from commands.options import DETAILS, RUN, SOME_KEYS
from reports.terminal.parameters import option


@command(
    N_(
        "Say who adds what; with --split, which lawful operations to form.\n\n"
        'Example: acc members demo --split --variant "avec l\'usine de Prigonrieux"'
    ),
    option("--split", bool, N_("Propose lawful groups, and write a folder for each.")),
    option("--brief", bool, N_("With --split: make the brief of each group too, PDF and PNG.")),
    option("--operations N", click.IntRange(0), N_("With --split: operations at most [4].")),
    option("--seed", int, N_("Seed of the search, for many members."), default=24),
    option("--keys A,B", SOME_KEYS, N_("Other keys to look at beside the folder's own.")),
    option("--exact", bool, N_("Run battery and flexible loads again without each site.")),
    DETAILS,
    *RUN,
)
def members(request: Request) -> CommandResult:
    """Who brings what, or how to group them lawfully."""
    from scenarios.studies.members.run import members as who_adds_what

    if request["split"]:
        return study_function("split", "lawful", "--split")(request)
    own = {name: request[name] for name in ("seed", "exact")}
    report = who_adds_what(request.folder, **request.scenario, keys=request["keys"] or (), **own)
    from reports.files import slug
    from reports.studies.members.files import members_document, write_members
    from reports.studies.members.screen import members_nodes, members_summary

    words = [slug(word) for word in ("members", report.scenario.variant, report.key) if word]
    name = "-".join(words) + ".png"
    written, why = write_members(report, request.results, name, force=request.force)
    nodes, short = (partial(build, report, request.folder) for build in (members_nodes, members_summary))
    return CommandResult(lambda: members_document(report), nodes, written, notes=why, short=short)
