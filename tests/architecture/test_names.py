"""One name, one class: who reads a name knows which one is meant."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_two_modules_never_define_a_class_of_one_name() -> None:
    places = defaultdict(set)
    for path in [
        *(p for d in ("acc", "profiles", "scenarios", "reports") for p in (ROOT / d).rglob("*.py")),
        ROOT / "cli.py",
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(path.relative_to(ROOT).as_posix())
    twice = {name: sorted(where) for name, where in places.items() if len(where) > 1}
    assert not twice, f"say in the name what each is: {twice}"
