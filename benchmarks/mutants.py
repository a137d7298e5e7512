"""Small faults put into the code one at a time: which ones the tests of their room do not see.

    python -m benchmarks.mutants --count 40 --seed 1
    python -m benchmarks.mutants --count 9 --seed 2 acc/legal/procurement.py

Each fault is one change that a hand could make: a comparison, a sign, an index, a constant, a condition. It
is made in a copy of the tree, never in place, and the room's own tests run there until the first that fails.
One that they all let pass is printed: a test is missing, or the change moves no result.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands", "tests", "benchmarks")
LIMIT_S = 900.0
"""A room's tests last a tenth of it: a fault that makes them wait for ever counts as seen."""


@dataclass(frozen=True, slots=True)
class Room:
    """Code, and the tests that must see a fault in it.

    Attributes:
        code: files or folders.
        tests: those of the room, the quickest that still ask for all of it.
    """

    code: tuple[str, ...]
    tests: tuple[str, ...]


READERS = tuple(
    f"tests/scenarios/folder/test_{name}.py"
    for name in (
        *("load", "french_door", "names", "question", "settings", "slips", "compound_cells", "put"),
        *("columns_to_come", "geography", "battery_and_loads", "bill_energy"),
    )
)
"""Without those that try every mistake in every column: minutes."""

ROOMS = {
    "settle": Room(
        ("acc/settle.py", "acc/water_filling.py"), ("tests/acc/test_settle.py", "tests/acc/test_pouring.py")
    ),
    "keys": Room(("acc/keys",), ("tests/acc/keys",)),
    "bills": Room(("acc/bills",), ("tests/acc/bills", "tests/scenarios/tariffs/test_golden_bills.py")),
    "accounts": Room(("acc/accounts", "acc/ledger"), ("tests/acc/accounts", "tests/acc/ledger")),
    "plan": Room(("acc/plan",), ("tests/acc/plan",)),
    "rules": Room(("acc/rules",), ("tests/acc/rules",)),
    "legal": Room(("acc/legal",), ("tests/acc/legal",)),
    "sweeping": Room(
        ("scenarios/operation/draws/ranges.py", "scenarios/studies/sweep/statistics.py"),
        ("tests/studies/sweep/test_statistics.py",),
    ),
    "lawful_groups": Room(
        (
            "scenarios/studies/lawful",
            "scenarios/studies/lawful/folders.py",
            "scenarios/studies/lawful/found_plans.py",
        ),
        ("tests/studies/lawful",),
    ),
    "sizing": Room(("scenarios/studies/size",), ("tests/studies/size", "tests/studies/size/test_size.py")),
    "fair_front": Room(("scenarios/operation/fair_front",), ("tests/studies/front",)),
    "readers": Room(("scenarios/entry/folder",), READERS),
    "curves": Room(("profiles/curves", "profiles/text"), ("tests/profiles/curves",)),
    "store": Room(
        ("scenarios/operation/store", "scenarios/answer_cache.py", "reports/terminal/capture.py"),
        ("tests/scenarios/store", "tests/test_said_again.py"),
    ),
    "numbers": Room(("reports/format/numbers.py", "reports/format/labels.py"), ("tests/reports/format",)),
    "sentences": Room(("reports/sentences",), ("tests/reports/sentences",)),
    "web": Room(
        ("web/controls.py", "web/naming.py"), ("tests/web/test_controls.py", "tests/web/test_posted.py")
    ),
    "question": Room(("web/studies/worth.py",), ("tests/studies/worth/test_screen.py",)),
    "data": Room(
        ("web/data_view.py", "web/data.py"), ("tests/web/test_data.py", "tests/web/test_data_view.py")
    ),
    "guard": Room(("web/guard.py",), ("tests/web/test_guard.py",)),
}

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

    found = [made(node, new) for node in _asked(ast.parse(source)) for new in _changes(node)]
    return sorted(found, key=lambda mutant: (mutant.start, mutant.stop, mutant.new))


def _end(starts: Sequence[int], node: ast.expr) -> int:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return starts[node.end_lineno - 1] + node.end_col_offset


def _asked(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that say how things are; types, decorators and texts are left out."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "format_spec", "bases"}:
            continue
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.AST) and not isinstance(node, ast.JoinedStr | ast.Assert | ast.Raise):
                if isinstance(node, ast.expr):
                    yield node
                yield from _asked(node)


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


def drawn(count: int, seed: int, paths: Sequence[str] = ()) -> list[tuple[str, Mutant]]:
    """Return so many changes with their rooms: one of each room, of each of its files, before a second."""
    draw, left = random.Random(seed), list[list[tuple[str, Mutant]]]()
    for name, room in ROOMS.items():
        files = [path for path in _files(room) if not paths or path in paths]
        each = [[(name, one) for one in mutants_of(path, (ROOT / path).read_bytes())] for path in files]
        for places in each:
            draw.shuffle(places)
        draw.shuffle(each)
        turns = max(map(len, each), default=0)
        left.append([places[turn] for turn in range(turns) for places in each if turn < len(places)])
    draw.shuffle(left)
    turns = max(map(len, left), default=0)
    return [room[turn] for turn in range(turns) for room in left if turn < len(room)][:count]


def _files(room: Room) -> list[str]:
    found = [
        path
        for of in room.code
        for path in ([ROOT / of] if of.endswith(".py") else (ROOT / of).rglob("*.py"))
    ]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def copied(to: Path) -> Path:
    """Copy what the tests need of the tree as it stands."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__", "out"))
    for name in ("cli.py", "pyproject.toml", "README.md", "docs"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, to / name)
    return to


def is_seen(tree: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    """Return whether a test fails with the change; the tree is as before in the end."""
    path = tree / mutant.path
    source = path.read_bytes()
    path.write_bytes(mutant.of(source))
    try:
        return not passes(tree, tests)
    finally:
        path.write_bytes(source)


def passes(tree: Path, tests: Sequence[str]) -> bool:
    """Return whether some tests of a tree pass, its own modules imported."""
    words = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    # One thread each: nothing is timed here.
    alone = {"PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            words, cwd=tree, env=os.environ | alone, capture_output=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(words: Sequence[str] | None = None) -> int:
    """Make the faults, print those that no test saw; return 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("paths", nargs="*", help="these files alone")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(words)
    faults = drawn(asked.count, asked.seed, asked.paths)
    print(f"{len(faults)} faults, seed {asked.seed}", flush=True)
    survivors = 0
    with tempfile.TemporaryDirectory() as place:
        tree = copied(Path(place))
        sound = {name: passes(tree, ROOMS[name].tests) for name in dict.fromkeys(name for name, _ in faults)}
        for name in (name for name, is_sound in sound.items() if not is_sound):
            print(f"{name}: its tests fail without any fault, or last more than {LIMIT_S:.0f} s")
        for name, fault in faults:
            seen = sound[name] and is_seen(tree, fault, ROOMS[name].tests)
            survivors += sound[name] and not seen
            told = "seen    " if seen else "SURVIVES"
            print(
                f"{told} {fault.path}:{fault.line}: {' '.join(fault.old.split())} -> {fault.new}", flush=True
            )
    print(f"{survivors} of {len(faults)} survive")
    return int(bool(survivors))


if __name__ == "__main__":
    sys.exit(main())
