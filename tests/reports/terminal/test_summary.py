"""The answer of a command fits a screen of 25 lines and 80 columns, worst first; `--details` has the rest."""

from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from reports.nodes.tree import Node, Paragraph, TextTable
from reports.terminal.blocks import text_table
from reports.terminal.screen import MOST_LINES, fitted, without_notes
from scenarios.entry.catalogue import copy_example
from tests.scenarios.operation import write_forty

REST = Paragraph("the rest", "verbatim")


def rows_of(nodes: list[Node]) -> int:
    return sum(len(node.rows) for node in nodes if isinstance(node, TextTable))


def test_a_table_that_does_not_fit_is_cut_after_its_first_rows_and_says_how_many_are_left(
    monkeypatch,
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COLUMNS", "80")
    table = text_table(["Member", "Gain"], [[f"member {n}", str(n)] for n in range(40)])
    shown = list(fitted([Paragraph("answer"), table, Paragraph("not reached")], [REST], most_lines=15))
    # 15 lines: the answer, the rest, then 13 for the table: blank, head, rule, rows, blank, the note.
    assert [shown[0], *shown[2:]] == [Paragraph("answer"), REST]
    cut = shown[1]
    assert isinstance(cut, TextTable)
    assert [row[0].text for row in cut.rows] == [f"member {n}" for n in range(8)]
    assert cut.note == "… and 32 more rows."


def test_nothing_after_what_does_not_fit_is_shown_and_the_last_lines_always_are() -> None:
    long = Paragraph("word " * 400)
    assert list(fitted([Paragraph("answer"), long, Paragraph("later")], [REST])) == [
        Paragraph("answer"),
        REST,
    ]
    assert list(fitted([], [REST])) == [REST]


def test_notes_are_left_to_the_details() -> None:
    nodes = [Paragraph("answer"), Paragraph("how it is read", "note")]
    assert list(without_notes(nodes)) == [Paragraph("answer")]


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_forty(tmp_path_factory.mktemp("forty") / "op")


def printed(*words: str) -> list[str]:
    given = CliRunner().invoke(cli.main, [*words, "--lang", "en"], env={"COLUMNS": "80"})
    assert given.exit_code in {0, 1}, given.output
    return given.stdout.rstrip("\n").split("\n")


@pytest.mark.parametrize("command", ["run", "check", "compare"])
def test_forty_members_are_answered_in_a_screen(forty: Path, command: str) -> None:
    short, full = printed(command, str(forty)), printed(command, str(forty), "--details")
    assert len(short) <= MOST_LINES < len(full)
    assert all(len(line) <= 80 for line in short if str(forty) not in line)
    assert short[-1] == f"Next: `acc next {forty}`; all the rest: the same command with --details"


def test_the_answer_and_what_is_wrong_with_it_come_first(forty: Path) -> None:
    text = "\n".join(printed("run", str(forty)))
    assert text.index("NOT LAWFUL") < text.index("together") < text.index("Rules:")
    assert "points of the data to look at" in text or "point of the data to look at" in text


@pytest.mark.parametrize("words", [("size",), ("members",), ("worth", "--draws", "5")])
def test_studies_are_answered_in_a_screen(tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "op"
    copy_example("bergerac", folder)
    short = printed(words[0], str(folder), *words[1:])
    assert len(short) <= MOST_LINES
    assert len(short) < len(printed(words[0], str(folder), *words[1:], "--details"))


def test_the_help_shows_six_commands_first_and_explains_shared_options_once() -> None:
    every, run = (
        CliRunner().invoke(cli.main, words).stdout
        for words in (["--lang", "en", "--help"], ["--lang", "en", "run", "--help"])
    )
    commands = every.partition("Commands:\n")[2].partition("\n\n")[0]
    first = ["new", "check", "run", "compare", "brief", "serve"]
    assert [line.split()[0] for line in commands.splitlines()] == first
    assert (every.count("--without ID"), run.count("--without ID"), run.count("--without ")) == (1, 0, 1)
