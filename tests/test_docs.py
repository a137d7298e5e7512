"""The pages that describe files and commands name all there is, and nothing that does not exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pydantic import BaseModel

import cli
from acc.changes import ADDED, OF_A_PART, What
from docs.columns import DOUBTED, STUB, stub
from docs.columns import page as made_page
from docs.hand_over import slug
from profiles.reference.kinds import added_rows, usual_doubts
from reports.format.changes import WORDS as CHANGE_WORDS
from scenarios.entry.columns.row_models import ROWS as TABLES
from scenarios.entry.folder.sections import NOT_USED_YET
from scenarios.operation.draws.settings import SpreadTable
from scenarios.schema import SEVERAL, operation_sections
from scenarios.studies.size.settings import RoofTable, SizeBatteryTable
from tests.every_command import every_command
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EVERYWHERE = {"--json", "--lang", "--quiet"}
GUIDE_WORDS = 31_500
"""Of all pages but the map of the code; it only goes down."""

SECTIONS: dict[str, type[BaseModel]] = {
    **{
        f"[{name}]": model
        for name, model in {**operation_sections(), "size.battery": SizeBatteryTable}.items()
    },
    **{f"[[{name}]]": model for name, model in SEVERAL.items()},
    "[size.roofs.ID]": RoofTable,
    "[sweep.NOM]": SpreadTable,
}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def parts(name: str) -> dict[str, list[list[str]]]:
    """Return the rows of the table under each `## title`, cells apart."""
    found = {}
    for part in page(name).split("\n## ")[1:]:
        title, _line, text = part.partition("\n")
        rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| `")]
        found[title] = rows
    return found


def named(rows: list[list[str]]) -> list[str]:
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[0])]


def commands() -> Iterator[tuple[str, click.Command]]:
    for name, command in every_command().items():
        if isinstance(command, click.Group):
            yield from ((f"acc {name} {inner}", made) for inner, made in command.commands.items())
        else:
            yield f"acc {name}", command


@pytest.mark.parametrize("file", list(TABLES))
def test_every_column_is_described_once(file: str) -> None:
    rows = parts("colonnes.md")[file]
    assert sorted(named(rows)) == sorted(TABLES[file].model_fields)
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


@pytest.mark.parametrize("file", list(TABLES))
def test_a_column_that_no_command_uses_yet_is_said_to_be_kept(file: str) -> None:
    kept = {name for row in parts("colonnes.md")[file] if "(gardée" in row[1] for name in named([row])}
    assert kept == NOT_USED_YET.get(file, frozenset())


def test_the_page_of_columns_is_made_from_the_table_of_names() -> None:
    for name in ("colonnes.md", "reglages.md"):
        assert made_page(page(name)) == page(name)


def test_the_types_of_the_rows_are_written_from_the_table_of_columns() -> None:
    assert STUB.read_text(encoding="utf-8") == stub()


def test_no_table_is_described_that_does_not_exist() -> None:
    assert set(parts("colonnes.md")) == {*TABLES, DOUBTED}
    assert set(parts("reglages.md")) == set(SECTIONS)


@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_key_of_a_section_is_described_once(section: str) -> None:
    rows = parts("reglages.md")[section]
    assert sorted(named(rows)) == sorted(SECTIONS[section].model_fields)
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


def test_each_kind_of_change_has_its_words_its_figures_and_its_line() -> None:
    """What a kind needs beyond its name: CONTRIBUTING.md, a kind of dated change."""
    assert set(What) - {What.KWP} == CHANGE_WORDS.keys(), "a plant that grows is told as one that starts"
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page("annees.md"), re.MULTILINE)) >= set(What)
    assert added_rows().keys() >= ADDED | OF_A_PART
    assert usual_doubts().keys() >= ADDED - {What.USE, What.HOURS}


def test_every_command_is_described_with_its_options() -> None:
    text = page("commandes.md")
    (scenario,) = re.findall(r"^Dans ce tableau, \*scénario\* veut dire (.*)\.$", text, re.MULTILINE)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if "| `acc" in line]
    told = {
        re.findall(r"`([^`]+)`", row[0])[0]: set(
            re.findall(r"`(--[^`]+)`", row[-1].replace("*scénario*", scenario))
        )
        for row in rows
    }
    there = {
        name: {
            word
            for p in command.params
            for word in p.opts
            if word.startswith("--") and not getattr(p, "hidden", False)
        }
        - EVERYWHERE
        for name, command in commands()
    }
    assert told == there


def test_the_first_page_leads_to_each_of_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(docs/{name}.md)" in text for name in ("colonnes", "reglages", "commandes"))


def block_commands() -> Iterator[tuple[str, str]]:
    """Yield each command of a block of the docs, with its page."""
    for path in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            yield from ((path.name, line.strip()) for line in block.splitlines() if line.startswith("acc "))


def test_every_command_of_a_block_is_understood() -> None:
    told = list(block_commands())
    assert len(told) > 50
    for name, line in told:
        words, command, said = shlex.split(line, comments=True)[1:], cli.main, []
        every_command()
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            said.append(words.pop(0))
            command = command.commands[said[-1]]  # type: ignore[assignment]
        try:
            command.make_context(" ".join(said), words)
        except click.exceptions.Exit:
            assert line.split()[1] in {"--version", "--help"}
        except click.ClickException as fault:
            raise AssertionError(f"{name}, {line}: {fault.format_message()}") from fault


def named_in(text: str) -> Iterator[str]:
    """Yield each text between backquotes, in one line."""
    bare = re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (" ".join(quoted.split()) for quoted in re.findall(r"`([^`]+)`", bare))


def options_of(command: click.Command) -> set[str]:
    return {word for p in command.params for word in p.opts if word.startswith("--")} | {
        "--help",
        "--version",
    }


def unknown(named: str) -> list[str]:
    """Return the command or the options of `acc ...` that do not exist."""
    words, command = named.split()[1:], cli.main
    while isinstance(command, click.Group) and words and words[0].islower() and words[0].isalpha():
        word = words.pop(0)
        if word not in command.commands:
            return [word]
        command = command.commands[word]  # type: ignore[assignment]
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [option for option in options if option not in options_of(command)]


def test_a_command_or_an_option_that_does_not_exist_is_found() -> None:
    every_command()
    assert unknown("acc split") == ["split"]
    assert unknown("acc run demo --person all") == ["--person"]
    assert not unknown("acc coefficients write mon-operation --decimals 6")


@pytest.mark.parametrize("path", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda path: path.name)
def test_every_command_and_option_of_a_sentence_exists(path: Path) -> None:
    every_option = {word for _name, command in commands() for word in options_of(command)}
    named = list(named_in(path.read_text(encoding="utf-8")))
    wrong = {line: unknown(line) for line in named if line.startswith("acc ")}
    alone = [line for line in named if re.match(r"--\w", line) and line.split()[0] not in every_option]
    assert not {line: words for line, words in wrong.items() if words}
    assert not alone


def links() -> Iterator[tuple[Path, str]]:
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))):
        text = path.read_text(encoding="utf-8")
        yield from ((path, link) for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link)


def test_every_link_leads_to_a_page_and_to_its_title() -> None:
    for path, link in links():
        name, _mark, title = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), f"{path.name}: {link}"
        if title:
            titles = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert title in map(slug, titles), f"{path.name}: {link}"


def test_every_picture_is_shown_and_every_page_is_reached_from_the_first() -> None:
    reached = {(path.parent / link.partition("#")[0]).resolve() for path, link in links()}
    assert not {picture.name for picture in (DOCS / "img").iterdir() if picture not in reached}
    first = page("guide.md")
    assert not {path.name for path in DOCS.glob("*.md") if f"({path.name}" not in first} - {
        "guide.md",
        "architecture.md",
    }


def test_the_ten_pages_follow_each_other() -> None:
    ten = ["guide.md", *re.findall(r"^\d+\. \[.*\]\((.*)\)$", page("guide.md"), re.MULTILINE)]
    assert len(ten) == 10
    for rank, name in enumerate(ten, start=1):
        assert page(name).startswith(f"# {rank}. ")
        after = re.findall(r"^Suite : \[(\d+)\. .*?\]\((.*?)\)", page(name), re.MULTILINE)
        assert after == ([(str(rank + 1), ten[rank])] if rank < 10 else [])


def test_the_guide_stays_as_short_as_it_is() -> None:
    words = sum(len(path.read_text("utf-8").split()) for path in DOCS.glob("*.md"))
    assert words - len(page("architecture.md").split()) <= GUIDE_WORDS


def test_what_the_docs_type_first_runs_on_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_operation(tmp_path / "mon-operation", **{"end = 2027-01-01": "end = 2026-01-04"})
    (folder / "curves").mkdir()
    (folder / "curves" / "cave.csv").write_text(
        "time;cave_kwh\n2026-01-01T00:00Z;1\n2026-01-01T01:00Z;1\n", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    lines = {line.partition("#")[0].strip() for _page, line in block_commands()}
    first = [*(f"acc {name} mon-operation" for name in ("run", "forms")), "acc look curves/*.csv"]
    assert {*first} <= lines
    for line in first:
        words = line.replace("curves/*.csv", "mon-operation/curves/cave.csv").split()[1:]
        done = CliRunner().invoke(cli.main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output + done.stderr


def test_each_word_of_the_code_has_its_line_in_the_lexicon() -> None:
    words = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("## Words")[2]
    rows = [line.strip("| ").split(" | ") for line in words.splitlines() if line.startswith("| ")][2:]
    lexicon = "\n".join(re.findall(r"^\| ([^|]+) \|", page("lexique.md"), re.MULTILINE)).replace("’", "'")
    for row in rows:
        first = re.split(r"[:,(;]", row[1].replace("`", "").replace("…", "..."))[0].strip()
        assert first.split(" ...")[0] in lexicon.replace("…", "..."), row
