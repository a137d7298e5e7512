"""The tree of documents: hashable all through, one of each, and which way its imports go."""

import ast
from pathlib import Path
from typing import get_args

import pytest

from reports.nodes.tree import Document, Node, walk
from tests.reports.nodes.odd import ODD, odd_document, one_of_each

ROOT = Path(__file__).resolve().parents[3]
WRITERS = ("reports/nodes", "reports/paper", "reports/html/writer", "reports/terminal/screen")
"""Rooms and modules that set a tree, and the tree itself: what they read is in the tree."""
WHAT_A_WRITER_READS = (
    "reports.nodes",
    "reports.format",
    "reports.figures",
    "reports.files",
    "profiles.files.letters",
)


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add(str(node.module))
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {
        name
        for name in found
        if name.split(".")[0] in {"acc", "profiles", "scenarios", "reports", "web", "commands"}
    }


def modules(place: str) -> list[Path]:
    path = ROOT / place
    return sorted(path.glob("*.py")) if path.is_dir() else [path.with_suffix(".py")]


@pytest.mark.parametrize("place", WRITERS)
def test_a_writer_reads_nodes_formats_and_figures_alone(place: str) -> None:
    own = place.replace("/", ".")
    faults = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(place)
        for name in imported(path)
        if not name.startswith((own, *WHAT_A_WRITER_READS))
    ]
    assert not faults


def test_builders_never_read_a_writer() -> None:
    writers = tuple(place.replace("/", ".") for place in WRITERS[1:])
    for room in ("reports/documents", "reports/sentences", "reports/view", "reports/figures"):
        for path in modules(room):
            assert not [name for name in imported(path) if name.startswith(writers)], path.name


@pytest.mark.parametrize("text", ODD)
def test_one_of_each_node_is_a_value_that_never_changes(text: str) -> None:
    nodes = one_of_each(text)
    assert {type(node) for node in nodes} == set(get_args(Node))
    assert hash(nodes) == hash(one_of_each(text))
    assert all(not hasattr(node, "__dict__") for node in nodes)


def test_what_a_group_holds_is_walked_in_reading_order() -> None:
    group = one_of_each("x")[-1]
    assert [type(node).__name__ for node in walk(group)] == ["Group", "Heading", "Paragraph"]


def test_no_document_is_made_without_how_the_operation_stands() -> None:
    asked = {name: getattr(odd_document(), name) for name in Document.__slots__ if name != "status"}
    with pytest.raises(TypeError, match="status"):
        Document(**asked)
