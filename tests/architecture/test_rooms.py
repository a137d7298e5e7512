"""The rooms inside the packages: arrows as docs/architecture.md draws them, no circle, short modules."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.trees import nodes_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web")
PAGE = ROOT / "docs" / "architecture.md"
MOST_LINES, MOST_AT_ROOT, MOST_OF_A_FUNCTION = 500, 26, 50
MOST_OF_A_COMMAND, MOST_OF_THE_REST = 20, 200

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in PACKAGES
    for path in sorted((ROOT / package).rglob("*.py"))
}


WINGS = {"scenarios": ("entry", "operation", "studies")}
"""Folders that hold rooms; a room may import those of its own wing and of the wings before."""


def room_of(module: str) -> str:
    """`reports` has no root: what lies beside its folders is a room by itself."""
    parts = module.split(".")
    if len(parts) > 2 and parts[1] in WINGS.get(parts[0], ()):
        return ".".join(parts[:3])
    if len(parts) == 2 and parts[1] in WINGS.get(parts[0], ()):
        return parts[0]
    if len(parts) > 1 and ((ROOT / parts[0] / parts[1]).is_dir() or parts[0] == "reports"):
        return ".".join(parts[:2])
    return parts[0]


def imported(path: Path) -> Iterator[str]:
    """Every module of ours that a file names, whoever reads the import: a type checker counts too."""
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@cache
def arrows() -> dict[tuple[str, str], str]:
    found = {}
    for module, path in MODULES.items():
        for target in imported(path):
            ends = room_of(module), room_of(target)
            if target in MODULES and ends[0] != ends[1] and ends[0].split(".")[0] == ends[1].split(".")[0]:
                found[ends] = f"{module} imports {target}"
    return found


def drawn() -> dict[str, set[str]]:
    rows = re.findall(r"^\| `([\w/]+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert all(words for _room, _names, words in rows), "a room without a word on what it is"

    rooms = [room.replace("/", ".") for room, _names, _words in rows]

    def full(room: str, name: str) -> str:
        package = room.split("/", maxsplit=1)[0]
        if name == "root":
            return package
        return next(one for one in rooms if one.startswith(f"{package}.") and one.endswith(f".{name}"))

    return {
        room.replace("/", "."): {full(room, name) for name in re.findall(r"`(\w+)`", names)}
        for room, names, _words in rows
    }


def test_every_room_is_on_the_page_and_no_other() -> None:
    rooms = {room_of(module) for module in MODULES} - {"reports"}
    assert drawn().keys() == rooms


def test_rooms_import_what_the_page_draws_and_nothing_else() -> None:
    page, found = drawn(), arrows()
    faults = [where for (own, other), where in found.items() if other not in page[own]]
    assert not faults, "\n".join(faults)
    unused = [(own, other) for own, others in page.items() for other in others if (own, other) not in found]
    assert not unused, f"drawn, but nothing uses them: {unused}"


@pytest.mark.parametrize("package", WINGS)
def test_wings_run_one_way(package: str) -> None:
    order = {f"{package}.{wing}": place for place, wing in enumerate(WINGS[package])}
    known = {room: order[wing] for room in drawn() if (wing := ".".join(room.split(".")[:2])) in order}
    back = [
        where
        for (own, other), where in arrows().items()
        if own in known and other in known and known[other] > known[own]
    ]
    assert not back


def test_there_is_no_circle_between_rooms() -> None:
    left = {room: set(others) for room, others in drawn().items()}
    while free := [room for room, others in left.items() if not others & left.keys()]:
        for room in free:
            del left[room]
    assert not left, f"a circle is in {sorted(left)}"


@pytest.mark.parametrize("package", PACKAGES)
def test_few_modules_lie_at_the_root_and_each_can_be_read_at_one_go(package: str) -> None:
    assert len(list((ROOT / package).glob("*.py"))) <= MOST_AT_ROOT
    long = {
        module: lines
        for module, path in MODULES.items()
        if module.startswith(package)
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_commands_are_short_and_what_they_share_stays_small() -> None:
    source = (ROOT / "cli.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    words = {line for node in ast.walk(tree) for line in _docstring_lines(node)}
    code = {
        number
        for number, line in enumerate(source.splitlines(), start=1)
        if line.strip() and not line.strip().startswith("#") and number not in words
    }
    commands = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(d, ast.Call) and getattr(d.func, "id", "") == "command" for d in node.decorator_list
        )
    ]
    long = {
        node.name: count
        for node in commands
        if (count := len(code & set(range(node.lineno, (node.end_lineno or 0) + 1)))) > MOST_OF_A_COMMAND
    }
    assert not long
    assert len(code) <= MOST_OF_THE_REST + MOST_OF_A_COMMAND * len(commands)


def _docstring_lines(node: ast.AST) -> range:
    body = getattr(node, "body", None)
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) or not body:
        return range(0)
    first = body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return range(first.lineno, (first.end_lineno or 0) + 1) if is_text else range(0)


def test_a_function_is_read_at_a_glance() -> None:
    """Its docstring apart: that is read on its own."""
    long = []
    for module, path in MODULES.items():
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0]
                spoken = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
                lines = _lines(node) - (_lines(first) if spoken else 0)
                if lines > MOST_OF_A_FUNCTION:
                    long.append(f"{module}.{node.name}: {lines} lines")
    assert not long


def _lines(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1
