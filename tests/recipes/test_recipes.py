"""CONTRIBUTING's recipes, followed in a copy of the project: they are enough, each place is asked for."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.recipes.added import COLUMN, FORMAT, KEY, QUESTION, RECIPES, Recipe

ROOT = Path(__file__).parents[2]
ROOMS = ("acc", "profiles", "scenarios", "reports", "web", "commands", "docs", "tests", "benchmarks")
FILES = ("cli.py", "pyproject.toml", "CONTRIBUTING.md", "README.md", "CHANGELOG.md")
FILL = """
import sys, json
from babel.messages.pofile import read_po, write_po
path = "reports/locale/fr/LC_MESSAGES/acc.po"
catalogue = read_po(open(path, "rb"), locale="fr")
for message, french in json.loads(sys.argv[1]):
    catalogue[message].string = french
write_po(open(path, "wb"), catalogue, width=0)
"""

pytestmark = pytest.mark.slow


def copied(root: Path) -> Path:
    """Copy the project, its compiled modules with it."""
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room)
    for file in FILES:
        shutil.copy2(ROOT / file, root / file)
    return root


def ran(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words], cwd=root, capture_output=True, text=True, check=False, timeout=600
    )


def done(root: Path, *words: str) -> str:
    found = ran(root, *words)
    assert found.returncode == 0, (words, found.stdout[-3000:], found.stderr[-3000:])
    return found.stdout


def add(root: Path, recipe: Recipe, *, without: int | None = None, catalogue: bool = True) -> None:
    """Follow a recipe in a copy, one of its places forgotten where it is told."""
    for rank, place in enumerate(recipe.places):
        if rank != without:
            place.write(root)
    if recipe.columns:
        done(root, "-m", "docs.columns")
    if catalogue and recipe.french:
        ran(root, "tests/messages.py")  # it asks for the French
        done(root, "-c", FILL, json.dumps(recipe.french))
        done(root, "tests/messages.py")


def tried(root: Path, paths: Sequence[str], *more: str) -> subprocess.CompletedProcess[str]:
    return ran(root, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *more, *paths)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with all that the recipes add."""
    root = copied(tmp_path_factory.mktemp("recipes"))
    for recipe in RECIPES:
        add(root, recipe)
    return root


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_tests_that_a_recipe_names_hold_what_it_adds(everything: Path, recipe: Recipe) -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    assert all(path in told or path.rpartition("/")[0] in told for path in recipe.held_by)
    found = tried(everything, recipe.held_by)
    assert found.returncode == 0, found.stdout[-4000:]


def test_the_catalogue_is_whole(everything: Path) -> None:
    done(everything, "tests/messages.py", "--check")


def test_what_was_added_is_there_for_who_uses_it(everything: Path, tmp_path: Path) -> None:
    done(everything, "cli.py", "new", str(tmp_path / "op"), "--example", "bergerac")
    toml = tmp_path / "op" / "operation.toml"
    text = toml.read_text("utf-8")
    toml.write_text(text.replace("start = 2026-01-01", "start = 2026-12-29"), "utf-8")
    said = done(everything, "cli.py", "compare", str(tmp_path / "op"), "--keys", "equal,Parts pareilles")
    assert "pareilles" in said
    curve = tmp_path / "barres.txt"
    curve.write_text(
        "debut|watts\n" + "".join(f"2025-01-01T{h:02d}:00:00Z|100\n" for h in range(24)), "utf-8"
    )
    assert "Barres, instants UTC" in done(everything, "cli.py", "look", str(curve))
    done(everything, "cli.py", "forms", str(tmp_path / "op"))
    asked = (
        "import openpyxl, glob, sys;"
        "rows = openpyxl.load_workbook(sys.argv[1])['Fiche'].iter_rows(max_col=1);"
        "print([row[0].value for row in rows])"
    )
    form = next((tmp_path / "op" / "out" / "formulaires").glob("ville*.xlsx"))
    titles = done(everything, "-c", asked, str(form))
    assert "Local du compteur" in titles
    assert "**Coffret** (kVA) : puissance du coffret" in (everything / "docs/colonnes.md").read_text("utf-8")


FORGOTTEN = [
    *((KEY, rank, "tests/scenarios/folder/test_names.py") for rank in (2, 3)),
    *((KEY, rank, "tests/acc/keys/test_page.py") for rank in (4, 5)),
    (FORMAT, 2, "tests/profiles/curves/test_formats.py"),
    (FORMAT, 3, "tests/profiles/curves/test_formats.py"),
    (FORMAT, 5, "tests/profiles/curves/test_formats.py"),
]


@pytest.mark.parametrize(
    ("recipe", "rank", "path"), FORGOTTEN, ids=lambda value: getattr(value, "name", str(value))
)
def test_a_place_that_was_forgotten_is_told(recipe: Recipe, rank: int, path: str, tmp_path: Path) -> None:
    root = copied(tmp_path / "copy")
    add(root, recipe, without=rank, catalogue=False)
    found = tried(root, [path])
    assert found.returncode == 1, found.stdout[-2000:]
    assert any(word in found.stdout for word in ("alike", "bars", "Parts pareilles")), found.stdout[-3000:]


@pytest.mark.parametrize("recipe", [COLUMN, QUESTION], ids=lambda recipe: recipe.name)
def test_a_column_whose_docs_were_not_made_is_told(recipe: Recipe, tmp_path: Path) -> None:
    root = copied(tmp_path / "copy")
    for place in recipe.places:
        place.write(root)
    found = tried(root, ["tests/test_docs.py"])
    assert found.returncode == 1
    assert recipe.places[0].text.split(";")[1] in found.stdout


def test_a_text_without_its_french_is_told(tmp_path: Path) -> None:
    root = copied(tmp_path / "copy")
    add(root, KEY, catalogue=False)
    found = ran(root, "tests/messages.py", "--check")
    assert found.returncode != 0
    assert "Alike shares" in found.stdout + found.stderr
