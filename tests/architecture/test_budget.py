"""Code lines of the core and of each study: docs/architecture.md says how many, and they only go down."""

import ast
import re
from pathlib import Path

from scenarios.study import STUDIES
from tests.architecture.test_core import ROOT, modules, study_of
from tests.architecture.trees import tree_of

PAGE = ROOT / "docs" / "architecture.md"
CORE = "core"


def code_lines(path: Path) -> int:
    """Count the lines of a file without blanks, comments and docstrings."""
    words: set[int] = set()
    for node in ast.walk(tree_of(path)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            words.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(
        1 for n, line in enumerate(lines, 1) if line.strip() and line.strip()[0] != "#" and n not in words
    )


def counted() -> dict[str, int]:
    """Return the code lines of the core and of each study."""
    lines = dict.fromkeys((CORE, *STUDIES), 0)
    for path in modules():
        lines[study_of(path) or CORE] += code_lines(path)
    return lines


def budget() -> dict[str, int]:
    """Return the code lines that the page allows each."""
    rows = re.findall(r"^\| (\w+) \| (\d[\d ]*) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: int(number.replace(" ", "")) for name, number in rows}


def test_the_code_stays_within_its_budget() -> None:
    """A change may lower a number; whoever raises one takes another down as much."""
    lines, allowed = counted(), budget()
    assert lines.keys() == allowed.keys()
    over = {name: f"{lines[name]} for {allowed[name]}" for name in lines if lines[name] > allowed[name]}
    assert not over, f"take lines out, or bring another number of docs/architecture.md down: {over}"


if __name__ == "__main__":
    for name, number in counted().items():
        print(f"| {name} | {number} |")
