"""The function by which a study answers an option of another command."""

from collections.abc import Callable
from gettext import gettext as _

import click

from commands.command import FUNCTIONS, CommandResult, Request, main


def study_function(name: str, study: str, option: str) -> Callable[[Request], CommandResult]:
    """Return it by its name.

    Raises:
        click.BadParameter: the study is not installed.
    """
    main.list_commands(click.get_current_context())  # every study is then imported
    if name not in FUNCTIONS:
        message = _("the study {name} is not installed").format(name=study)
        raise click.BadParameter(message, param_hint=option)
    return FUNCTIONS[name]
