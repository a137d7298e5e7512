"""All that one operation says to people: every screen, PDF, page, workbook and sheet, as text by name."""

import html
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
from click.testing import CliRunner

import cli
from scenarios.entry.catalogue import copy_example
from tests.every_command import every_command

SCREENS = {
    "run": "run {op} --details --steps",
    "check": "check {op} --details",
    "compare": "compare {op} --details --keys prorata,static,price --format pdf,xlsx",
    "ask": "compare {op} --ask prix=95",
    "members": "members {op} --details",
    "sweep": "sweep {op} --draws 3 --workers 1",
    "size": "size {op} --details",
    "front": "front {op} --points 3 --draws 0",
    "worth": "worth {op} --details --draws 4 --brief",
    "split": "members {op} --split --operations 1",
    "rates": "rates",
    "coefficients": "coefficients write {op}",
    "brief": "brief {op} --no-ranges --format pdf,xlsx,html",
    "company": "brief {op} --no-ranges --audience company --format pdf",
    "commune": "brief {op} --no-ranges --audience commune --format pdf",
    "syndicate": "brief {op} --no-ranges --audience syndicate --format pdf",
    "lender": "brief {op} --no-ranges --audience lender --format pdf",
    "treasurer": "brief {op} --no-ranges --audience treasurer --format pdf",
    "engineer": "brief {op} --no-ranges --audience engineer --format pdf",
    "sheet": "sheets {op} gymnase --no-ranges",
    "new": "new {op}-new --xlsx",
    "clean": "clean {op}",
}
"""Commands in their order: the run has no ranges yet, `clean` comes last."""


class Spoken:
    """What is said, by name, and the results as data.

    Attributes:
        texts: screens by their name, documents by their path below the folder; spaces are plain.
        english: the documents of the same operation in English, as they are.
        results: the JSON document of the run.
        out: the folder of what was made.
    """

    def __init__(self, folder: Path) -> None:
        copy_example("bergerac", folder)
        path = folder / "operation.toml"
        path.write_text(
            path.read_text(encoding="utf-8").replace("step_minutes = 15", "step_minutes = 60"),
            encoding="utf-8",
        )
        self.texts: dict[str, str] = {}
        for name, words in SCREENS.items():
            self.texts[name] = self._said(words.format(op=folder).split())
            if name == "sheet":
                self.texts |= {key: plain(text) for key, text in written(folder / "out")}
        english = f"brief {folder} --no-ranges --format pdf,html --out {folder}-english --lang en"
        self._said(english.split())
        self.english = dict(written(Path(f"{folder}-english")))
        self.texts["look"] = self._said(["look", str(curve(folder))])
        for name in [None, *every_command()]:
            self.texts[f"help {name or ''}"] = self._said([*([name] if name else []), "--help"])
        self.out = folder / "out"
        made = max(self.out.rglob("results.json"), key=lambda file: len(file.read_bytes()))
        self.results: dict[str, Any] = json.loads(made.read_text(encoding="utf-8"))

    @staticmethod
    def _said(words: list[str]) -> str:
        done = CliRunner(env={"COLUMNS": "180"}).invoke(cli.main, words, catch_exceptions=False)
        assert done.exit_code == 0, (words, done.output)
        return plain(done.output)


def curve(folder: Path) -> Path:
    """Write a curve of two days and return it."""
    rows = "\n".join(f"2026-01-0{day}T{hour:02d}:00:00Z;1" for day in (1, 2) for hour in range(24))
    file = folder / "curves" / "ecole.csv"
    file.write_text(f"horodatage;ecole_kwh\n{rows}\n", encoding="utf-8")
    return file


def plain(text: str) -> str:
    """Return a text whose spaces are plain and single."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


def written(out: Path) -> Iterator[tuple[str, str]]:
    """Return the text of each document below a folder."""
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if path.suffix == ".pdf":
            pages = pypdf.PdfReader(BytesIO(path.read_bytes())).pages
            yield name, " ".join(page.extract_text() for page in pages)
        elif path.suffix == ".html":
            yield name, page_text(path.read_text(encoding="utf-8"))
        elif path.suffix == ".xlsx":
            yield name, "\n".join(cells(path))


def page_text(text: str) -> str:
    """Return what a page shows, and what it says of its pictures."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    said = re.findall(r'(?:alt|aria-label|title)="([^"]*)"', text)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", text), *said]))


def cells(path: Path) -> Iterator[str]:
    """Return the titles of the sheets, their words, the notes on their cells."""
    for sheet in openpyxl.load_workbook(path):
        yield sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    yield cell.value
                if cell.comment:
                    yield cell.comment.text
