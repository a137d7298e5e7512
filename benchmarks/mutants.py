"""Small faults put into the code one at a time: which ones the tests of their room do not see.

    python -m benchmarks.mutants --count 40 --seed 1
    python -m benchmarks.mutants --count 9 --seed 2 acc/legal/procurement.py

Each fault is one change that a hand could make: a comparison, a sign, an index, a constant, a condition. It
is made in a copy of the tree, never in place, and the room's own tests run there until the first that fails.
One that they all let pass is printed: a test is missing, or the change moves no result. A room is drawn as
often as it has code lines.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.test_budget import code_lines
from tests.architecture.trees import tree_of

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
ROOMS = ("acc", "profiles", "scenarios", "reports", "web", "commands")
PACKAGES = (*ROOMS, "tests", "benchmarks")
LIMIT_S = 300.0
"""What no test sees within it survives."""
LEVELS = {"entry", "operation", "studies"}
"""Folders of the code that the tests have not."""


COMPARISONS = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
SIGNS = {ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a file.

    Attributes:
        line: of the file, from 1.
        start, stop: what is replaced, in bytes from its beginning.
    """

    path: str
    line: int
    start: int
    stop: int
    old: str
    new: str

    def of(self, source: bytes) -> bytes:
        """Return the file with the change."""
        return source[: self.start] + self.new.encode() + source[self.stop :]


@cache
def mutants_of(path: str, source: bytes) -> list[Mutant]:
    """Return every change that the rules allow in one file, in its order."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def made(node: ast.expr, new: str) -> Mutant:
        start, stop = starts[node.lineno - 1] + node.col_offset, _end(starts, node)
        return Mutant(path, node.lineno, start, stop, source[start:stop].decode(), new)

    mutants = [made(node, new) for node in _expressions(ast.parse(source)) for new in _changes(node)]
    return sorted(mutants, key=lambda mutant: (mutant.start, mutant.stop, mutant.new))


def _end(starts: Sequence[int], node: ast.expr) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.end_lineno - 1] + node.end_col_offset


def _expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that say how things are; types, decorators and texts are left out."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "format_spec", "bases"}:
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.AST) and not isinstance(node, ast.JoinedStr | ast.Assert | ast.Raise):
                if isinstance(node, ast.expr):
                    yield node
                yield from _expressions(node)


def _changes(node: ast.expr) -> list[str]:
    """Return what may stand in the place of an expression."""
    match node:
        case ast.Compare(left, [sign], [right]) if type(sign) in COMPARISONS:
            return [f"({ast.unparse(left)}) {COMPARISONS[type(sign)]} ({ast.unparse(right)})"]
        case ast.BinOp(left, sign, right) if type(sign) in SIGNS:
            return [f"(({ast.unparse(left)}) {SIGNS[type(sign)]} ({ast.unparse(right)}))"]
        case ast.BoolOp(sign, values):
            other = " or " if isinstance(sign, ast.And) else " and "
            return ["(" + other.join(f"({ast.unparse(value)})" for value in values) + ")"]
        case ast.UnaryOp(ast.USub() | ast.Not(), operand):
            return [f"({ast.unparse(operand)})"]
        case ast.Constant(bool() as value):
            return [repr(not value)]
        case ast.Constant(int() | float() as value):
            return [repr(value + 1), repr(value - 1)] if isinstance(value, int) else [repr(2.0 * value + 1.0)]
    return []


def drawn(count: int, seed: int, paths: Sequence[str] = ()) -> list[Mutant]:
    """Draw so many faults, none twice, over some files or all, each file as often as it has code lines."""
    draw = random.Random(seed)
    files = [ROOT / path for path in paths] or [
        path for name in ROOMS for path in (ROOT / name).rglob("*.py")
    ]
    lines = {
        file.relative_to(ROOT).as_posix(): code_lines(file)
        for file in sorted(files)
        if any(map(_changes, _expressions(tree_of(file))))
    }
    left: dict[str, list[Mutant]] = {}
    faults: list[Mutant] = []
    while len(faults) < count and lines:
        path = draw.choices(list(lines), list(lines.values()))[0]
        if path not in left:
            left[path] = list(mutants_of(path, (ROOT / path).read_bytes()))
        faults.append(left[path].pop(draw.randrange(len(left[path]))))
        if not left[path]:
            del lines[path]
    return faults


def room_tests(path: str) -> list[str]:
    """Choose the tests of a file, the nearest first.

    They are its examples, the tests of its name, those that import it, and those of the folder that mirrors
    its own or of its study, which has all of them. A file without any has the tests of its package.
    """
    module = Path(path).with_suffix("")
    package, *rooms = (part for part in module.parts[:-1] if part not in LEVELS)
    study = TESTS / "studies" / (*rooms, module.name)[0]
    mirrors = (TESTS / package / Path(*rooms[:depth]) for depth in range(len(rooms), 0, -1))
    folder = next((at for at in (study, *mirrors) if at.is_dir()), None)
    inside = sorted(folder.rglob("test_*.py")) if folder else []
    every = inside or sorted(TESTS.rglob("test_*.py"), key=lambda test: (package not in test.parts, test))
    importing = [test for test in every if ".".join(module.parts) in _imports(test)]
    places = [at for at in (folder, TESTS / package, TESTS) if at]
    named = [test for at in places for test in sorted(at.glob(f"test_{module.name}*.py"))]
    tests = [*named, *importing, *inside] or sorted((TESTS / package).glob("test_*.py"))
    return [path, *dict.fromkeys(test.relative_to(ROOT).as_posix() for test in tests)]


@cache
def _imports(test: Path) -> set[str]:
    """Names of the modules that a file of tests imports, and of what it imports from them."""
    lines = re.findall(r"^from (\S+) import (.*)", test.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        name for module, names in lines for name in (module, *(f"{module}.{n}" for n in names.split(", ")))
    }


def copied(to: Path) -> Path:
    """Copy what the tests need of the tree as it stands."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "out"))
    for name in ("cli.py", "pyproject.toml", "README.md", "docs"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, to / name)
    return to


def is_seen(tree: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Check whether a test fails with the change and passes without; the tree is as before in the end.

    Raises:
        ValueError: the test fails without the change too.
    """
    path = tree / mutant.path
    source = path.read_bytes()
    path.write_bytes(mutant.of(source))
    try:
        failing = first_failing(tree, tests)
    finally:
        path.write_bytes(source)
    if failing and first_failing(tree, [failing]):
        raise ValueError(f"{failing} fails without any fault")
    return bool(failing)


def first_failing(tree: Path, tests: Sequence[str]) -> str:
    """Name the first of some tests of a tree that fails within the limit of time, "" where none does."""
    words = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    # One thread each: nothing is timed here.
    alone = {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            words,
            cwd=tree,
            env=os.environ | alone,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", done.stdout, re.MULTILINE)
    return failed[1] if failed else tests[-1]  # of no test: its files could not even be imported


def main(words: Sequence[str] | None = None) -> int:
    """Make the faults, print those that no test saw; return 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", help="these files alone")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    faults = drawn(options.count, options.seed, options.paths)
    print(f"{len(faults)} faults, seed {options.seed}", flush=True)
    survivors = 0
    with tempfile.TemporaryDirectory() as place:
        tree = copied(Path(place))
        for fault in faults:
            seen = is_seen(tree, fault, room_tests(fault.path))
            survivors += not seen
            change = f"{' '.join(fault.old.split())} -> {fault.new}"
            print(f"{'seen    ' if seen else 'SURVIVES'} {fault.path}:{fault.line}: {change}", flush=True)
    print(f"{survivors} of {len(faults)} survive")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
