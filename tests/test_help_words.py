"""What stands for a value in the help is a French word, or what is to be typed as it is."""

import click
import pytest
from click.testing import CliRunner

import cli
from reports.terminal.metavars import WORDS


@pytest.mark.parametrize("command", sorted(cli.main.commands))
def test_the_help_calls_values_in_french(command: str) -> None:
    shown = CliRunner().invoke(cli.main, [command, "--help"], catch_exceptions=False).output
    words = {word.strip("[].") for word in shown.split()}
    # OPTIONS is the same word in both languages.
    assert not words & {*WORDS} - {"OPTIONS"}
    assert "Options\u00a0:" in shown or isinstance(cli.main.commands[command], click.Group)
