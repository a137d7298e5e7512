"""What stands for a value in the help is a French word, or what is to be typed as it is."""

import click
import pytest
from click.testing import CliRunner

import cli
from reports.deliver import Wanted
from reports.terminal.parameters import WORDS, help_width
from tests.every_command import every_command

IN_FRENCH = [
    *(("entreprise", "company"), ("syndicat", "syndicate"), ("preteur", "lender")),
    *(("tresorier", "treasurer"), ("ingenieur", "engineer")),
]


@pytest.mark.parametrize(("typed", "meant"), IN_FRENCH)
def test_readers_are_named_in_french_too(typed: str, meant: str) -> None:
    asked = dict.fromkeys(("format", "person", "participant", "figure", "size", "one_file", "papers"))
    assert Wanted.of({**asked, "audience": typed}).audience == meant


def test_no_line_of_the_list_of_commands_is_cut() -> None:
    shown = CliRunner().invoke(cli.main, ["--help"], catch_exceptions=False).output
    assert "..." not in shown.partition("Commandes")[2]
    assert "Commandes\u00a0:" in shown


@pytest.mark.parametrize("command", sorted(every_command()))
def test_the_help_calls_values_in_french(command: str) -> None:
    shown = CliRunner().invoke(cli.main, [command, "--help"], catch_exceptions=False).output
    words = {word.strip("[].") for word in shown.split()}
    # OPTIONS is the same word in both languages.
    assert not words & {*WORDS} - {"OPTIONS"}
    assert "Options\u00a0:" in shown or isinstance(every_command()[command], click.Group)


@pytest.mark.parametrize("columns", ["", "0", "wide", "40", "70", "200"])
def test_the_help_is_as_wide_as_click_makes_it(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert help_width() == click.HelpFormatter().width
