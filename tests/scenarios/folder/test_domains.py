"""The domain of each type of cell: its ends are read, what is outside is refused in a sentence."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from acc.problem import InputError
from acc.steps import FIRST_YEAR, LAST_YEAR
from scenarios.check import check_sections
from scenarios.entry.columns.input_columns import DOMAINS, InputColumn, columns, tables
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from scenarios.schema import schema_document
from tests.effort import few
from tests.scenarios.folder.test_mutated import write_folder

DAY = date(2026, 9, 1)
FAR_DAYS = ("0001-01-01", "1899-12-31", "1910-01-01", "9999-12-30", "9999-12-31")
ROW = {"changes.csv": {"id": "cave", "what": "scale", "since": "2028-01-01", "ratio": "0.5"}}
SECTION = {
    "flexible": '[[flexible]]\nparticipant = "cave"\ndaily_kwh = 20\npower_kw = 10\nusual = "22:00-06:00"\n'
    'allowed = "10:00-17:00"\n',
}


def ends_of(column: InputColumn) -> Iterator[tuple[str, bool]]:
    """Yield values at the ends of a column and outside them, and whether each is inside."""
    if column.type in {"day", "since"}:
        yield from ((f"{FIRST_YEAR}-01-01", True), (f"{LAST_YEAR}-12-31", True))
        yield from ((f"{FIRST_YEAR - 1}-12-31", False), (f"{LAST_YEAR + 1}-01-01", False))
        yield from ((day, False) for day in FAR_DAYS)
        return
    for name, bound in column.bounds.items():
        assert isinstance(bound, int | float)
        step = 1 if column.type == "whole" else max(1e-6, abs(bound) * 1e-6)
        outward = -step if name in {"gt", "ge"} else step
        yield f"{bound:.12g}", name in {"ge", "le"}
        yield f"{bound - outward:.12g}", True
        yield f"{bound + outward:.12g}", False
        yield "1e300" if outward > 0 else "-1e300", False


ENDS = [
    (column, value, is_inside)
    for table in tables()
    for column in columns(table).values()
    if column.domain
    for value, is_inside in ends_of(column)
]


def write_end(folder: Path, column: InputColumn, value: str) -> Path:
    """Write a small folder, a cell of its first line, or a setting, being `value`."""
    write_folder(folder)
    if not column.table.endswith(".csv"):
        path = folder / "operation.toml"
        text = path.read_text("utf-8") + ("\n" + SECTION.get(column.table, ""))
        lines = [line for line in text.splitlines() if not line.startswith(f"{column.id} =")]
        head = f"[{column.table}]" if f"[{column.table}]" in lines else f"[[{column.table}]]"
        if head not in lines:
            lines += ["", head := f"[{column.table}]"]
        lines.insert(lines.index(head) + 1, f"{column.id} = {value}")
        path.write_text("\n".join(lines), "utf-8")
        return folder
    path = folder / column.table
    head, first, *rest = path.read_text("utf-8").splitlines()
    cells = ROW.get(column.table) or dict(zip(head.split(";"), first.split(";"), strict=True))
    rest = [] if column.table in ROW else rest
    cells = {**cells, column.id: value}
    names = head.split(";")
    others = [dict(zip(names, row.split(";"), strict=True)) for row in rest]
    path.write_text(
        "\n".join(
            [";".join(cells), *(";".join(row.get(n, "") for n in cells) for row in (cells, *others)), ""]
        ),
        "utf-8",
    )
    return folder


def opened(folder: Path) -> str:
    """Return "settled", or "refused" where a sentence and a place say why; anything else goes through."""
    try:
        operation, _metered = open_operation(folder, use_cache=False)
        operation.outcome(operation.scenario.key, leaving=False)
    except InputError as fault:
        return told(fault)
    return "settled"


def answered(command: Callable[[Path], object], folder: Path) -> str:
    """Return "read", or "refused" where a sentence and a place say why; anything else goes through."""
    try:
        command(folder)
    except InputError as fault:
        return told(fault)
    return "read"


def told(fault: InputError) -> str:
    assert fault.problems
    assert all(one.path and one.message for one in fault.problems)
    return "refused"


def cases(count: int, seed: int) -> list[tuple[InputColumn, str, bool]]:
    """Return so many ends of each type, of columns drawn: a day has more of them than a figure."""
    dice, found = random.Random(seed), []
    for name in DOMAINS:
        of_type = [case for case in ENDS if case[0].domain == name]
        found += dice.sample(of_type, min(count, len(of_type)))
    return found


@pytest.mark.parametrize("count", few(1, [8, 10_000]))
def test_the_ends_of_each_type_are_read_and_what_is_outside_is_refused(count: int, tmp_path: Path) -> None:
    for number, (column, value, is_inside) in enumerate(cases(count, seed=47)):
        outcome = opened(write_end(tmp_path / f"op{number}", column, value))
        # `[worth]` is read by who asks what alternatives are worth.
        assert is_inside or outcome == "refused" or column.table == "worth", (column.path, value)


@pytest.mark.parametrize("count", few(1, [2, 10_000]))
def test_check_and_run_tell_each_end(count: int, tmp_path: Path) -> None:
    for number, (column, value, _is_inside) in enumerate(cases(count, seed=48)):
        folder = write_end(tmp_path / f"op{number}", column, value)
        parts = RunParts(ranges_folder=folder / "out")
        for command in (check_sections, partial(run, ran_on=DAY, parts=parts)):
            assert answered(command, folder) in {"read", "refused"}


@pytest.mark.parametrize("start", FAR_DAYS)
def test_a_period_of_another_time_is_refused_with_its_place_and_a_way_out(start: str, tmp_path: Path) -> None:
    folder = write_end(tmp_path / "op", columns("operation")["start"], start)
    with pytest.raises(InputError) as fault:
        run(folder, ran_on=DAY)
    problem = fault.value.problems[0]
    assert problem.path == "operation.toml, line 2, [operation] start"
    assert problem.message == (
        f"“{start}” is refused: a day from 01/01/1990 to 31/12/2100 is expected. Check its year; "
        "“for ever” is an empty cell"
    )


def test_a_cell_with_a_day_of_excel_zero_is_refused_in_the_words_of_its_column(tmp_path: Path) -> None:
    folder = write_end(tmp_path / "op", columns("parties.csv")["signed_on"], "31/12/9999")
    with pytest.raises(InputError, match=r"“31/12/9999” is refused: a day from 01/01/1990 to 31/12/2100"):
        run(folder, ran_on=DAY)


def test_bounds_of_a_column_are_within_those_of_its_type() -> None:
    for column in (one for table in tables() for one in columns(table).values() if one.domain):
        domain = DOMAINS[column.domain]
        assert len(column.bounds) == 2, column.path
        assert all(domain.low <= bound <= domain.high for bound in column.bounds.values()), column.path
    named = {one.domain for table in tables() for one in columns(table).values()}
    assert named | {"growth", "balance", "weight"} >= DOMAINS.keys()  # those of sections alone


def test_every_figure_and_day_has_a_domain() -> None:
    figures = {"number", "amount", "whole", "azimuth", "day", "since"}
    plain = [one for table in tables() for one in columns(table).values() if one.type in figures]
    assert [one.path for one in plain if not one.domain] == []


def test_the_schema_tells_the_ends_of_figures_and_of_days() -> None:
    files = schema_document()["files"]
    (kwh, _null) = files["participants.csv"]["properties"]["annual_kwh"]["anyOf"]
    assert kwh == {"exclusiveMinimum": 0, "maximum": 1e9, "type": "number"}
    start = files["operation.toml"]["$defs"]["OperationSection"]["properties"]["start"]
    assert (start["formatMinimum"], start["formatMaximum"]) == ("1990-01-01", "2100-12-31")
