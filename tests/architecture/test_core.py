"""The core imports no study, and works without any: what may be deleted, and what it costs."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.study import STUDIES
from tests.architecture.trees import nodes_of
from tests.effort import few

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")
ALL = "all"


def folders(study: str) -> list[str]:
    """Every place of a study, from the root."""
    return [
        f"scenarios/studies/{study}",
        f"reports/studies/{study}",
        f"acc/{study}",
        f"web/studies/{study}.py",
        f"web/templates/{study}",
        f"commands/{study}.py",
        f"tests/studies/{study}",
    ]


def study_of(path: Path) -> str | None:
    """Return the study that a file belongs to, None for the core."""
    place = path.relative_to(ROOT).as_posix()
    return next(
        (study for study in STUDIES if any(place == f or place.startswith(f"{f}/") for f in folders(study))),
        None,
    )


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
    yield ROOT / "cli.py"


def test_the_core_imports_no_study_and_a_study_those_of_the_table() -> None:
    """Neither at the top of a module, nor in a function, nor by a string."""
    own = {
        ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in modules()
    }
    faults = []
    for path in own.values():
        study = study_of(path)
        allowed = {None, study, *(STUDIES[study] if study else ())}
        for node in nodes_of(path):
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                names = [node.value]
            else:
                continue
            for name in names:
                target = own.get(name) or own.get(name.rpartition(".")[0])
                if target and study_of(target) not in allowed:
                    faults.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="module")
def files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", *PACKAGES, "cli.py", "tests", "pyproject.toml"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.fixture
def tree(request: pytest.FixtureRequest, files: list[str], tmp_path: Path) -> Path:
    """A copy of the project without a study, or without all of them."""
    gone = tuple(STUDIES) if request.param == ALL else (request.param,)
    out = [place for study in gone for place in folders(study)]
    for name in files:
        if not any(name == place or name.startswith(f"{place}/") for place in out):
            target = tmp_path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    return tmp_path


def run(tree: Path, *arguments: str) -> str:
    """Run Python in a copy; what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    ran = subprocess.run(
        [sys.executable, *arguments], cwd=tree, capture_output=True, text=True, check=False, env=environment
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


IMPORT_ALL = """
import importlib, pathlib
from scenarios.study import STUDIES, installed_studies
for package in ("acc", "profiles", "scenarios", "reports", "web", "commands"):
    for path in sorted(pathlib.Path(package).rglob("*.py")):
        name = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        parts = path.with_suffix("").parts
        study = parts[2 if parts[1] == "studies" else 1] if len(parts) > 2 or package == "commands" else None
        if "numba" not in name and (study not in STUDIES or study in installed_studies()):
            importlib.import_module(name)
"""


@pytest.mark.parametrize("tree", few(3, [ALL, *STUDIES]), indirect=True)
def test_without_a_study_every_other_module_is_imported(tree: Path) -> None:
    run(tree, "-c", IMPORT_ALL)


@pytest.mark.parametrize("tree", few(1, [ALL, *STUDIES]), indirect=True)
def test_without_a_study_the_commands_of_the_core_answer(tree: Path) -> None:
    folder = tree / "exemple"
    shutil.copytree(tree / "scenarios" / "entry" / "catalogue" / "bergerac", folder)
    assert "Commandes" in run(tree, "cli.py", "--help", "--lang", "fr")
    for command in (["check"], ["run", "--json"], ["compare", "--draws", "0"], ["brief", "--no-ranges"]):
        out = run(tree, "cli.py", command[0], str(folder), *command[1:])
        if "--json" in command:
            assert json.loads(out)["participants"]
    assert "files" in json.loads(run(tree, "cli.py", "schema"))


SCREENS = ("/seance", "/donnees", "/comparer", "/documents", "/seance?formulaire=1&cle=optimal&equite=2")
PAGE = """
import json, sys
from datetime import date
from pathlib import Path
from starlette.testclient import TestClient
from scenarios.entry.catalogue import copy_example
from scenarios.study import installed_studies
from web.serve import page_of
from web.guard import Door

copy_example("bergerac", Path("exemple"))
door = Door("token", frozenset({"127.0.0.1:8000"}), "acc-8000")
page = page_of(Path("exemple"), door, lambda: date(2026, 11, 25))
client = TestClient(page, base_url="http://127.0.0.1:8000", cookies={"acc-8000": "token"})
shown = {path: client.get(path) for path in sys.argv[1:]}
links = [name for name in ("question", "membres") if f'href="/{name}' in shown["/seance"].text]
shown["/etat"] = client.post("/etat", json={"number": 1, "set": ["prix=90"], "key": "equal"})
shown["/garder"] = client.post("/garder", data={"nom": "a 90", "set": "prix=90"})
answers = {path: answer.status_code for path, answer in shown.items()}
print(json.dumps([answers, links, installed_studies()]))
"""


@pytest.mark.parametrize("tree", few(1, [ALL, *STUDIES]), indirect=True)
def test_without_a_study_the_page_shows_the_screens_of_the_core_and_no_link_to_others(tree: Path) -> None:
    answers, links, studies = json.loads(run(tree, "-c", PAGE, *SCREENS))
    assert answers == dict.fromkeys([*SCREENS, "/etat", "/garder"], 200)
    screens = {"question": "worth", "membres": "members"}
    assert links == [screen for screen, study in screens.items() if study in studies]


@pytest.mark.slow
@pytest.mark.parametrize("tree", [ALL, *STUDIES], indirect=True)
def test_without_a_study_the_tests_of_the_core_pass(tree: Path) -> None:
    run(tree, "-m", "pytest", "-q", "-x", "tests", "--ignore=tests/architecture", "--ignore=tests/recipes")
