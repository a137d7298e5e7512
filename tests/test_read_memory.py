"""No reader takes more than the budget of one file, whatever a small file unpacks to or repeats."""

import gzip
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from profiles.files.open_file import MEMORY_BYTES
from tests.closed import on_posix

UNPACKED = 2_000_000_000

CHILD = """
import resource, sys
from pathlib import Path
from acc.problem import InputError
from profiles.curves.read import read_curve
from profiles.weather.read import describe_weather
from scenarios.entry.folder.raw import read_source
from scenarios.entry.places.insee_density import read_grid
from scenarios.operation.coefficient_files.check import check_file
from scenarios.operation.coefficient_files.operator_returns import read_returned
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    {reader}(Path(sys.argv[1]))
except InputError as fault:
    print(len(fault.problems))
else:
    print(0)
print(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


def gzipped(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _piece in range(UNPACKED // 10**7):
            file.write(b"1;2\n" * (10**7 // 4))


def zipped(inside: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open(inside, "w") as file,
        ):
            for _piece in range(UNPACKED // 10**7):
                file.write(b"1;2\n" * (10**7 // 4))

    return write


def repeated(head: str, line: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(head + line * (15_000_000 // len(line)), encoding="utf-8")

    return write


FILES = {
    "weather, gz": ("describe_weather", gzipped),
    "curve, gz": ("read_curve", gzipped),
    "returns, gz": ("read_returned", gzipped),
    "coefficients, gz": ("lambda path: check_file(path)", gzipped),
    "curve, zip": ("read_curve", zipped("courbe.csv")),
    "curve, xlsx": ("read_curve", zipped("xl/worksheets/sheet1.xml")),
    "density, xlsx": ("read_grid", zipped("xl/worksheets/sheet1.xml")),
    "returns, faults": ("read_returned", repeated("prm;jour;cons\n", "1;x;1\n")),
    "returns, blank": ("read_returned", repeated("prm;jour;cons\n", "\n")),
    "returns, R15": ("read_returned", repeated("<R15>", "<a/>")),
    "returns, JSON": ("read_returned", repeated("[{}", ",{}")),
    "coefficients, nothing": (
        "lambda path: check_file(path)",
        repeated("prm_consommateur;horodate_fin_utc;coefficient\n", ";\n"),
    ),
    "workbook of a folder": ("lambda path: read_source(path.parent)", zipped("xl/worksheets/sheet1.xml")),
}


@on_posix
@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_would_take_more_than_one_may_is_refused_within_the_budget(
    name: str, tmp_path: Path
) -> None:
    reader, write = FILES[name]
    path = tmp_path / ("membres.xlsx" if "folder" in name else "f")
    write(path)
    program = CHILD.replace("{reader}", f"({reader})")
    child = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    refused, taken_bytes = map(int, child.stdout.split())
    assert refused or name.startswith("coefficients")
    assert taken_bytes < MEMORY_BYTES
