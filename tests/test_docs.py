"""The pages that describe files and commands name all there is, and nothing that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import cli
from docs.columns import DOUBTED, STUB, stub
from docs.columns import page as made_page
from scenarios.entry.columns.input_columns import tables
from scenarios.entry.columns.row_models import ROWS as TABLES
from scenarios.entry.folder.kept_tables import NOT_USED_YET
from scenarios.schema import INNER, ONE_EACH, SEVERAL
from scenarios.studies.draws.settings import SpreadTable
from scenarios.studies.sizing.settings import RoofTable

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
EVERYWHERE = {"--json", "--lang", "--quiet"}
SECTIONS: dict[str, type[BaseModel]] = {
    **{f"[{name}]": model for name, model in {**ONE_EACH, **INNER}.items()},
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
    for name, command in cli.main.commands.items():
        if isinstance(command, click.Group):
            yield from ((f"acc {name} {inner}", made) for inner, made in command.commands.items())
        else:
            yield f"acc {name}", command


@pytest.mark.parametrize("file", list(TABLES))
def test_every_column_is_described_once(file: str) -> None:
    rows = parts("colonnes.md")[file]
    assert sorted(named(rows)) == sorted(TABLES[file].model_fields)
    assert all(len(row) == 4 and all(cell.strip() for cell in row) for row in rows)


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
    cells = 4 if section.strip("[]") in tables() else 3
    assert all(len(row) == cells and all(cell.strip() for cell in row) for row in rows)


def test_every_command_is_described_with_its_options() -> None:
    rows = [line.strip("| ").split(" | ") for line in page("commandes.md").splitlines() if "| `acc" in line]
    told = {re.findall(r"`([^`]+)`", row[0])[0]: set(re.findall(r"`(--[^`]+)`", row[-1])) for row in rows}
    there = {
        name: {word for p in command.params for word in p.opts if word.startswith("--")} - EVERYWHERE
        for name, command in commands()
    }
    assert told == there


def test_the_first_page_leads_to_each_of_them() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(docs/{name}.md)" in text for name in ("colonnes", "reglages", "commandes"))
