"""What stands for a value in the help is a French word, or what is to be typed as it is."""

import click
import pytest
from click.testing import CliRunner

import cli
from reports.terminal.parameters import WORDS, help_width
from tests.every_command import every_command

WORDS_OF_READERS = {
    *(("entreprise", "company"), ("syndicat", "syndicate"), ("preteur", "lender")),
    *(("tresorier", "treasurer"), ("ingenieur", "engineer")),
    *(("gestionnaire", "operator"), ("coordinateur", "coordinator")),
}


def test_readers_are_named_in_french_too() -> None:
    assert set(cli.IN_FRENCH.items()) == WORDS_OF_READERS | {("commune", "commune")}
    assert {*cli.READERS_FR, *cli.READERS} == {*cli.CLASS_OF_READER.choices}


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
