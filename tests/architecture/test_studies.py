"""A study whose files are deleted is no longer there, and nothing else is missing."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copy2, copytree, rmtree

import pytest

from scenarios.study import STUDIES
from tests.effort import kept

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("acc", "profiles", "scenarios", "reports", "web", "commands")
PLACES = ("acc/{}", "scenarios/studies/{}", "reports/studies/{}", "web/templates/{}")
MODULES = ("commands/{}.py", "web/studies/{}.py")

DELETED = {"all": tuple(STUDIES)} | {name: (name,) for name in STUDIES}
PAGE = """
import sys
from datetime import date
from pathlib import Path
from starlette.testclient import TestClient
from scenarios.entry.catalogue import copy_example
from web.app import page_of
from web.guard import Door

copy_example("bergerac", Path("demo"))
door = Door("token", frozenset({"127.0.0.1:8000"}), "acc-8000")
page = page_of(Path("demo"), door, lambda: date(2026, 11, 25))
client = TestClient(page, base_url="http://127.0.0.1:8000", cookies={"acc-8000": "token"})
shown = {path: client.get(path) for path in sys.argv[1:]}
shown["/etat"] = client.post("/etat", json={"number": 1, "set": ["prix=90"], "key": "equal"})
shown["/garder"] = client.post("/garder", data={"nom": "a 90", "set": "prix=90"})
for path, answer in shown.items():
    print(path, answer.status_code)
print(*(name for name in ("/question", "/membres") if f'href="{name}' in shown["/seance"].text))
"""
SCREENS = ("/seance", "/donnees", "/comparer", "/documents", "/seance?formulaire=1&cle=optimal&equite=2")


def copy_without(where: Path, studies: tuple[str, ...]) -> Path:
    """Copy the program, delete what is of some studies."""
    for package in PACKAGES:
        copytree(ROOT / package, where / package)
    copy2(ROOT / "cli.py", where)
    for name in studies:
        for place in PLACES:
            rmtree(where / place.format(name), ignore_errors=True)
        for module in MODULES:
            (where / module.format(name)).unlink(missing_ok=True)
    return where


def answer_of(where: Path, *words: str) -> str:
    """Run Python in a copy of the program; give what it prints."""
    env = {**os.environ, "PYTHONPATH": str(where), "LANG": "C"}
    line = [sys.executable, *words]
    done = subprocess.run(line, cwd=where, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("deleted", kept(["all"], list(DELETED)))
def test_the_page_shows_the_screens_of_the_core_without_a_study(tmp_path: Path, deleted: str) -> None:
    where = copy_without(tmp_path / "program", DELETED[deleted])
    *told, links = answer_of(where, "-c", PAGE, *SCREENS).splitlines()
    assert told == [f"{path} 200" for path in (*SCREENS, "/etat", "/garder")]
    worth, members = "/question", "/membres"
    gone = {"all": (worth, members), "worth": (worth,), "size": (worth,), "members": (members,)}
    assert links.split() == [link for link in (worth, members) if link not in gone.get(deleted, ())]
