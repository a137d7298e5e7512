"""`acc why`: what moved a kept scenario."""

from functools import partial

import click

from acc.i18n import N_
from commands.command import CommandResult, Request, command
from commands.options import FOLDER, KEY, NO_CACHE, VARIANT
from reports.terminal.today import today


@command(
    N_('Say why a kept scenario changed once the data did.\n\nExample: acc why demo "12 novembre"'),
    FOLDER,
    click.Argument(["since"], metavar="NAME|DIR"),
    KEY,
    VARIANT,
    NO_CACHE,
)
def why(request: Request) -> CommandResult:
    """Set a scenario beside itself on older data; nothing is written."""
    from reports.data.results import results_document
    from reports.terminal.run import since_nodes
    from scenarios.studies.why.run import compare_with_saved, explained_change

    before, after = compare_with_saved(request.folder, request["since"], today(), **request.scenario)
    change, was, now = explained_change(before, after), before.result, after.result
    documents = {"before": results_document(was), "after": results_document(now)}
    return CommandResult(lambda: {"why": change, **documents}, partial(since_nodes, was, now, change))
