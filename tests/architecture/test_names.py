"""One name, one class: who reads a name knows which one is meant."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from tests.architecture.trees import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")


def test_two_modules_never_define_a_class_of_one_name() -> None:
    places = defaultdict(set)
    for path in [
        *(p for d in ("acc", "profiles", "scenarios", "reports") for p in (ROOT / d).rglob("*.py")),
        ROOT / "cli.py",
    ]:
        for node in nodes_of(path):
            if isinstance(node, ast.ClassDef):
                places[node.name].add(path.relative_to(ROOT).as_posix())
    twice = {name: sorted(where) for name, where in places.items() if len(where) > 1}
    assert not twice, f"say in the name what each is: {twice}"


def test_what_a_room_offers_is_there() -> None:
    """A room says in its `__init__` where to begin: `module.name`."""
    for init in (p for d in PACKAGES for p in (ROOT / d).rglob("__init__.py")):
        words = ast.get_docstring(tree_of(init)) or ""
        assert words, init
        for module, name in re.findall(r"`([a-z_0-9]+)\.([A-Za-z_]+)", words):
            path = init.parent / f"{module}.py"
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                assert re.search(rf"^(def|class) {name}\b", text, re.MULTILINE), (
                    f"{init.parent}: {module}.{name}"
                )
            else:
                assert (init.parent / module / f"{name}.py").is_file() or module in PACKAGES, (
                    f"{init}: {module}.{name}"
                )
