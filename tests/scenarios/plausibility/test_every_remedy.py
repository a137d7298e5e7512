"""Every remedy of every rule, followed on every mistake of the lists: the doubt is over, none is new."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from reports.format.language import use
from scenarios.entry.columns.names import plain, plain_number
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.raw import read_source
from tests.effort import few
from tests.scenarios.folder import test_mistakes
from tests.scenarios.plausibility.mended import follow, places
from tests.scenarios.plausibility.tired import Slip, every_slip, save, sound, sound_curves

MISTAKES = [
    (file, column, mistake)
    for file, column in test_mistakes.NUMBERS
    for mistake in ("x1000", "/1000", "negative", "thousands")
]
LESS = ("changes.csv", "ratio", "negative")
"""A factor of -0.1 is 10 % less: 0.9."""

EVERY = [slip for slip in every_slip() if not slip.curves]
SLIPS = [*EVERY[::30], *(slip for n, slip in enumerate(EVERY) if n % 30)]
"""Those of curves are mended in their files; one of each kind comes first."""


def same(typed: object, right: object) -> bool:
    """Return whether two cells say the same, as figures or as words."""
    try:
        first, second = (float(plain_number(str(value))) for value in (typed, right))
    except ValueError:
        return plain(str(typed)) == plain(str(right))
    return first == pytest.approx(second)


def followed(folder: Path) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Follow each remedy of a folder; yield where it was typed and what.

    Each is followed alone: the folder is put back as it was.
    """
    use("fr")
    before = look(folder)
    inputs = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for fault in before.faults:
        if not fault.remedy:
            continue
        mended = follow(folder, fault)
        was = f"{fault.file}:{fault.line}:{fault.column}:{fault.path}"
        assert places(mended) <= places(before) - {was}, (fault, mended.faults)
        yield fault.file or fault.path, fault.line, dict(fault.remedy)
        for path, content in inputs.items():
            path.write_bytes(content)


def check_mistake(folder: Path, file: str, column: str, mistake: str) -> int:
    """Try a mistake in a column of figures; return how many remedies there were."""
    right = test_mistakes.NUMBERS[file, column][0]
    figure = 1.0 - float(right) if (file, column, mistake) == LESS else right
    written = test_mistakes.write(folder, file, column, test_mistakes.mistaken(right, mistake))
    count = 0
    for where, _line, cells in followed(written):
        count += 1
        if column in cells and where == file:
            assert same(cells[column], figure), (cells, right)
    return count


def check_slip(folder: Path, slip: Slip) -> int:
    """Try a slip in a workbook; return how many remedies there were."""
    sheets = sound()
    slip.change(sheets)
    path = save(sheets, folder, sound_curves()) / "membres.xlsx"
    right, count = sound(), 0
    titles = {"participants.csv": "Sites", "plants.csv": "Centrales", "persons.csv": "Membres"}
    for where, line, cells in followed(folder):
        count += 1
        sheet = titles.get(where)
        book = openpyxl.load_workbook(path)
        heads = {source_head(folder, where, name): text for name, text in cells.items()} if sheet else {}
        for head, text in heads.items():
            shown = right[sheet or ""]
            if head in shown[0] and line <= len(shown) and book[sheet or ""].max_row == len(shown):
                assert same(text, shown[line - 1][shown[0].index(head)]), (slip.name, cells)
    return count


def source_head(folder: Path, file: str, column: str) -> str:
    """Title of a column on its sheet."""
    return next(
        (row.heads[column] for row in read_source(folder).tables[file] if column in row.heads), column
    )


@pytest.mark.parametrize(("file", "column", "mistake"), few(25, MISTAKES))
def test_a_remedy_of_a_figure_makes_the_figure_that_was_meant(
    tmp_path: Path, file: str, column: str, mistake: str
) -> None:
    check_mistake(tmp_path / "op", file, column, mistake)


@pytest.mark.parametrize("slip", few(15, SLIPS), ids=lambda slip: slip.name)
def test_a_remedy_of_a_slip_makes_the_cell_that_was_meant(tmp_path: Path, slip: Slip) -> None:
    check_slip(tmp_path / "op", slip)
