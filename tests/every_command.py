"""All commands of the program: those of the studies are imported when they are listed."""

import click

import cli


def every_command() -> dict[str, click.Command]:
    """Return each command by its name, those of installed studies too."""
    cli.main.list_commands(click.Context(cli.main))
    return cli.main.commands
