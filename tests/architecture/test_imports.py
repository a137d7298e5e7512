"""The house: imports run one way, heavy libraries stay in their rooms, start-up stays light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.trees import nodes_of

ROOT = Path(__file__).resolve().parents[2]
MAY_IMPORT = {
    "acc": {"acc"},
    "profiles": {"acc", "profiles"},
    "scenarios": {"acc", "profiles", "scenarios"},
    "reports": {"acc", "reports"},
    "web": {"acc", "profiles", "scenarios", "reports", "web"},
    "commands": {"acc", "profiles", "scenarios", "reports", "commands"},
    "cli": {"acc", "profiles", "scenarios", "reports", "web", "commands"},
}
OPEN_TO_ALL = "profiles.files"
"""The room that opens and writes files, which knows `acc` alone: `reports` too may import it."""

ROOMS = {
    "pandas": {"profiles"},
    "pyarrow": {"profiles", "scenarios", "reports"},
    "openpyxl": {"profiles", "scenarios"},
    "numpy_financial": {"scenarios"},
    "fontTools": {"reports"},
    "font_source_sans_pro": {"reports", "web"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"reports", "web"},
    "pvlib": {"profiles"},
    "requests": {"profiles"},
    "scipy": {"profiles", "scenarios"},
    "dateutil": {"profiles"},
    "pydantic": {"scenarios"},
    "highspy": {"scenarios"},
    "numba": {"scenarios"},
    "distributed": {"scenarios"},
    "pyproj": {"scenarios"},
    "matplotlib": {"reports"},
    "typst": {"reports"},
    "pypdf": {"reports"},
    "PIL": {"reports"},
    "rich": {"reports", "cli"},
    "xlsxwriter": {"reports", "scenarios"},
    "babel": {"reports"},
    "click": {"reports", "commands", "cli"},
}
STANDARD_ONLY = {"numpy", *sys.stdlib_module_names}


def modules() -> list[Path]:
    return [
        p
        for name in ("acc", "profiles", "scenarios", "reports", "web", "commands")
        for p in sorted((ROOT / name).rglob("*.py"))
    ] + [ROOT / "cli.py"]


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            if not module.startswith(OPEN_TO_ALL):
                yield node.lineno, module.partition(".")[0]


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_imports_run_one_way_and_libraries_stay_in_their_rooms() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {own} may not import {name}"
        for path in modules()
        for own in [package(path)]
        for line, name in imports(path)
        if (name in MAY_IMPORT and name not in MAY_IMPORT[own])
        or (name in ROOMS and own not in ROOMS[name])
        or (own == "acc" and name not in STANDARD_ONLY | {"acc"})
    ]
    assert not faults, "\n".join(faults)


def test_no_import_cycle_between_modules() -> None:
    names = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in modules()
    }
    graph = {name: _imported(path, set(names)) for name, path in names.items()}
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"cycle: {' -> '.join((*trail, name))}"
        if name not in done:
            for target in sorted(graph[name] - {name}):
                visit(target, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def _imported(path: Path, known: set[str]) -> set[str]:
    found = set()
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom):
            module = node.module or ""
            targets = {f"{module}.{alias.name}" for alias in node.names} & known
            found |= targets or ({module} & known)
    return found


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["brief", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    heavy = ("pandas", "pvlib", "scipy", "matplotlib", "numpy", "pydantic", "typst", "babel", "rich", "numba")
    heavy += ("jinja2",)
    code = (
        "import sys, cli\n"
        "try:\n    cli.main(sys.argv[1:])\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"found = [name for name in {heavy!r} if name in sys.modules]\n"
        "assert not found, found\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


def test_templates_are_opened_where_html_is_asked_for_alone() -> None:
    code = (
        "import sys, reports.deliver, reports.terminal.answer, reports.documents.brief\n"
        "assert 'jinja2' not in sys.modules\n"
        "import reports.html.page\n"
        "assert 'jinja2' in sys.modules\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
