"""Values have types: the list of the modules that may say `Any` only grows shorter."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.trees import nodes_of, tree_of

ROOT = Path(__file__).resolve().parents[2]
SAYS_ANY = re.compile(r"\bAny\b|^class \w+\(Model\)|-> \"pa\.", re.MULTILINE)
"""By name, or through pydantic, whose classes hold it, or pyarrow, which has no types."""


def overrides() -> list[dict[str, object]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = project["tool"]["mypy"]["overrides"]
    return [override for override in found if "disallow_any_explicit" in override]


def test_scenarios_and_reports_say_no_any_but_in_the_modules_of_a_list() -> None:
    wide, narrow = overrides()
    assert wide == {"module": ["scenarios.*", "reports.*"], "disallow_any_explicit": True}
    assert narrow["disallow_any_explicit"] is False
    modules = narrow["module"]
    assert isinstance(modules, list)
    assert not [name for name in modules if "*" in name]
    for name in modules:
        source = "".join(
            path.read_text(encoding="utf-8") for path in ROOT.glob(f"{name.replace('.', '/')}.py*")
        )
        assert SAYS_ANY.search(source), f"{name} says no Any: take it off the list"


UNTYPED = re.compile(r"\b(?:dict|Mapping|MutableMapping)\[str, (?:object|Any)\]")
"""What says of its values that they are anything."""

MOST_UNTYPED = 5
"""Public functions and fields that another room uses, and whose values by name are anything."""


@dataclass(frozen=True)
class Signature:
    """An annotation of a public function, method or field; `owner` is its class, empty of a function."""

    path: Path
    line: int
    owner: str
    name: str
    of: str

    def __str__(self) -> str:
        place = f"{self.path.relative_to(ROOT)}:{self.line}"
        return f"{place} {'.'.join(filter(None, (self.owner, self.name)))} ({self.of})"


def sources() -> list[Path]:
    rooms = ("acc", "profiles", "scenarios", "reports", "web", "commands")
    return [ROOT / "cli.py", *(path for room in rooms for path in sorted((ROOT / room).rglob("*.py")))]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[tuple[str, str]]:
    return {
        (node.module or "", name.name)
        for node in nodes_of(path)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }


def untyped_aliases(paths: list[Path]) -> set[tuple[str, str]]:
    """Names of types that are untyped dicts, each with its module."""
    found = set()
    for path in paths:
        for node in tree_of(path).body:
            target = node.target if isinstance(node, ast.AnnAssign) else None
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                target = node.targets[0]
            if isinstance(target, ast.Name) and node.value and UNTYPED.search(ast.unparse(node.value)):
                found.add((module_of(path), target.id))
    return found


def annotations(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[int, str, str, str, ast.expr]]:
    """Yield the line, class, name, part and annotation of each public signature."""
    for node in body:
        if isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name == "__init__"):
            args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            for arg in args:
                if arg.annotation:
                    yield node.lineno, owner, node.name, arg.arg, arg.annotation
            if node.returns:
                yield node.lineno, owner, node.name, "return", node.returns
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from annotations(node.body, node.name)
        elif isinstance(node, ast.AnnAssign) and not ast.unparse(node.target).startswith("_"):
            yield node.lineno, owner, ast.unparse(node.target), "field", node.annotation


def untyped(paths: list[Path]) -> Iterator[Signature]:
    aliases = untyped_aliases(paths)
    for path in paths:
        module = module_of(path)
        own = {name for of, name in aliases if of == module or (of, name) in imported(path)}
        words = re.compile(rf"\b(?:{'|'.join(sorted(own))})\b") if own else None
        for line, owner, name, of, annotation in annotations(tree_of(path).body):
            text = ast.unparse(annotation)
            if UNTYPED.search(text) or (words and words.search(text)):
                yield Signature(path, line, owner, name, of)


def uses(path: Path, signature: Signature) -> bool:
    """Whether a module names a function, or a class and an attribute of it."""
    module = module_of(signature.path)
    parent, _dot, last = module.rpartition(".")
    names = imported(path)
    attributes = {node.attr for node in nodes_of(path) if isinstance(node, ast.Attribute)}
    if signature.owner:
        return (module, signature.owner) in names and signature.name in {*attributes, "__init__"}
    return (module, signature.name) in names or ((parent, last) in names and signature.name in attributes)


def test_untyped_dicts_cross_few_rooms() -> None:
    paths = sources()
    crossing = [
        str(signature)
        for signature in untyped(paths)
        if any(path.parent != signature.path.parent and uses(path, signature) for path in paths)
    ]
    assert len(crossing) <= MOST_UNTYPED, "\n".join(crossing)
