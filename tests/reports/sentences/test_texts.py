"""The texts that documents and screens take from a file: each name is a text."""

import ast
from pathlib import Path

from reports.format.wording import sentence, text_of, texts
from tests.architecture.trees import nodes_of

REPORTS = Path(__file__).resolve().parents[3] / "reports"


NODES = [node for path in sorted(REPORTS.rglob("*.py")) for node in nodes_of(path)]


def parts(given: ast.expr) -> list[ast.expr]:
    """Both parts of a condition; else what is given."""
    return [*parts(given.body), *parts(given.orelse)] if isinstance(given, ast.IfExp) else [given]


def test_each_name_is_that_of_a_text() -> None:
    calls = [
        node
        for node in NODES
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"text_of", "sentence"}
    ]
    named = [part for call in calls for part in parts(call.args[0])]
    assert {part.value for part in named if isinstance(part, ast.Constant)} <= texts().keys()


def test_a_text_of_one_and_of_many_has_both() -> None:
    assert all(isinstance(text, str) or len(text) == 2 for text in texts().values())
    assert text_of("signing-owners") == "{count} owner of plants"
    assert sentence("signing-owners", 3) == "3 owners of plants"
