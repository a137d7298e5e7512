"""Every command asks how the operation stands before it says anything, and keeps the names of its JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.contract import NAMES, missing
from tests.scenarios.operation import write_operation

COMMANDS = {
    "run": ("run", "--no-ranges"),
    "compare": ("compare", "--keys", "prorata,equal"),
    "worth": ("worth", "--draws", "2"),
    "front": ("front", "--draws", "0", "--points", "2"),
    "size": ("size",),
    "members": ("members",),
    "split": ("members", "--split", "--operations", "1"),
    "sweep": ("sweep", "--draws", "2", "--workers", "1"),
}
KEPT = sorted(NAMES.keys() & COMMANDS.keys())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return an operation within 2 km, and the same with an office 44 km away: not lawful."""
    top = tmp_path_factory.mktemp("status")
    size = '[size]\nobjective = "npv"\n\n[sweep]\nkeys = ["equal"]'
    changes = {
        "step_minutes = 60\n": 'step_minutes = 60\nfictitious = true\nperimeter = "2km"\n',
        '[sweep]\nkeys = ["static", "equal", "weighted", "catch-up"]': size,
    }
    made = {name: write_operation(top / name, **changes) for name in ("lawful", "unlawful")}
    for name, folder in made.items():
        path = folder / "participants.csv"
        rows = path.read_text(encoding="utf-8").replace(";;town-hall", ";120;town-hall")
        if name == "unlawful":
            rows = rows.replace("44.8450;0.4920", "45.2450;0.4920")
        path.write_text(rows, encoding="utf-8")
    return made


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_says_how_the_operation_stands(name: str, folders: dict[str, Path]) -> None:
    for folder, lawful in ((folders["lawful"], "to-verify"), (folders["unlawful"], "no")):
        words = (COMMANDS[name][0], str(folder), *COMMANDS[name][1:])
        data = CliRunner().invoke(cli.main, [*words, "--json"], catch_exceptions=False)
        assert data.exit_code == 0, data.output
        document = json.loads(data.stdout)
        status = document["status"]
        assert (status["lawful"], status["fictitious"]) == (lawful, True)
        assert name not in KEPT or not missing(document, name)
        # A split is the lawful way itself; of what is lawful, three screens show that no band stands.
        if name == "split" or (lawful != "no" and name not in {"run", "worth", "front"}):
            continue
        said = CliRunner().invoke(cli.main, [*words, "--force"] if name in {"size"} else words)
        first = " ".join(said.output.split())[:400]
        assert ("NON CONFORME" in first) is (lawful == "no"), said.output
        assert "Oui" not in said.output or lawful != "no"
