"""No text of the catalogue whose French differs is seen in English on a French screen."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.messages import CATALOGUE, read
from tests.test_cli_check import made

# A name of a command or of a file may stand in a sentence of both languages: texts of two words at least.
ENGLISH = sorted(
    {
        message.id
        for message in read(CATALOGUE)
        if isinstance(message.id, str)
        and " " in message.id.strip()
        and "{" not in message.id
        and len(message.id) > 8
        and message.id.strip() not in str(message.string)
    }
)


@pytest.mark.parametrize(
    "words",
    [
        ["check"],
        ["run", "--no-ranges"],
        ["compare", "--keys", "prorata,equal,price"],
        ["compare", "--ask", "prix=95"],
        ["members"],
        ["sweep", "--draws", "4", "--workers", "1"],
        ["size"],
    ],
    ids=" ".join,
)
def test_no_english_text_is_seen(tmp_path: Path, words: list[str]) -> None:
    folder = made(tmp_path / "op")
    said = CliRunner().invoke(cli.main, [words[0], str(folder), *words[1:]], catch_exceptions=False)
    assert said.exit_code == 0, said.output
    text = " ".join(said.output.split())
    assert not [english for english in ENGLISH if " ".join(english.split()) in text]
