"""Every remedy of every rule, followed on every mistake of the lists: the doubt is over, none is new."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from reports.format.language import use
from scenarios.entry.columns.names import plain, plain_number, word_of
from scenarios.entry.editing.tables import look
from scenarios.entry.folder.raw import read_source
from tests.effort import few
from tests.scenarios.folder import test_mistakes
from tests.scenarios.plausibility.mended import follow, in_words, places, retitled, write
from tests.scenarios.plausibility.test_pairs import PAIRS, USUAL
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
        texts = (str(typed), str(right))
        return len({word_of("profile", text) or plain(text) for text in texts}) == 1
    return first == pytest.approx(second)


def followed(folder: Path) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Follow each remedy of a folder; yield where it was typed and what.

    Each is followed alone: the folder is put back as it was.
    """
    use("fr")
    before = look(folder)
    inputs = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    for fault in map(in_words, before.faults):
        if not fault.remedy:
            continue
        mended = follow(folder, fault)
        was = f"{fault.file}:{fault.line}:{fault.column}:{fault.path}"
        assert places(mended) <= places(before) - {was}, (fault, mended.faults)
        yield fault.file or fault.path, fault.line, dict(fault.remedy)
        for path, content in inputs.items():
            path.write_bytes(content)


TYPED = (
    *test_mistakes.SLIPS,
    "{} MWh",
    "{} k€",
    "{} TTC",
    "{} %",
    "12 %",
    "-5 %",
    "environ {}",
    "idem",
    "{} ?",
)
"""What a hand types in a cell of a figure; `{}` is the right one."""


def check_typed(folder: Path, file: str, column: str) -> int:
    """Try what a hand types in a column of figures; return how many remedies there were."""
    count = 0
    for n, text in enumerate(TYPED):
        right = test_mistakes.NUMBERS[file, column][0]
        written = test_mistakes.write(folder / str(n), file, column, text.format(right))
        count += len(list(followed(written)))
    return count


def check_titles(folder: Path, slip: Slip) -> None:
    """Write the titles that a slip is told to have: those faults are over, none is new."""
    use("fr")
    sheets = sound()
    slip.change(sheets)
    before = look(save(sheets, folder / "slip", sound_curves()))
    pairs = [(fault, pair) for fault in before.faults if (pair := retitled(folder, fault))]
    for fault, (was, new) in pairs:
        for rows in sheets.values():
            rows[0] = [new if head == was else head for head in rows[0]]
        mended = look(save(sheets, folder / "mended", sound_curves()))
        was_at = f"{fault.file}:{fault.line}:{fault.column}:{fault.path}"
        assert fault.place not in {other.place for other in mended.faults}, (slip.name, mended.faults)
        assert places(mended) <= places(before) | {was_at}, (slip.name, mended.faults)


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
            # An id is a name: where it lost a letter, those that point to it may lose that one too.
            is_id = slip.name.startswith("Identifiant")
            if (
                not is_id
                and head in shown[0]
                and line <= len(shown)
                and book[sheet or ""].max_row == len(shown)
            ):
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


@pytest.mark.parametrize(("file", "column"), few(4, list(test_mistakes.NUMBERS)))
def test_a_remedy_of_what_is_no_figure_leaves_no_fault(tmp_path: Path, file: str, column: str) -> None:
    check_typed(tmp_path, file, column)


@pytest.mark.parametrize("mistake", few(30, [*PAIRS, *USUAL]))
def test_a_remedy_of_what_is_odd_beside_another_cell_leaves_no_doubt(tmp_path: Path, mistake: str) -> None:
    list(followed(write(tmp_path / "op", {**PAIRS, **USUAL}[mistake][1])))


@pytest.mark.parametrize(
    "slip", few(5, [slip for slip in SLIPS if "title" in slip.name]), ids=lambda s: s.name
)
def test_a_title_that_is_proposed_leaves_no_fault(tmp_path: Path, slip: Slip) -> None:
    check_titles(tmp_path, slip)
