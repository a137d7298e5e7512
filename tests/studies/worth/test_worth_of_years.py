"""Sharing or not, where dated changes tell years apart: each choice is its own run, all of them counted."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from acc.worth.result import Way, WayState
from cli import main
from scenarios.entry.folder.settings import read_setting
from scenarios.run import RunParts, run
from scenarios.studies.worth.run import worth_folder
from tests.scenarios.operation import PARTICIPANTS, PLANTS, write_operation

CHANGES = """id;what;since;ratio;kwp
ecole;closes;2030;0.1;
gymnase;kwp;2029;;40
mairie;scale;2031;1.5;
"""


def test_each_choice_is_its_run_with_every_change_counted(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    found = worth_folder(folder, draws=4)
    compared = [one for one in found.alternatives if one.total is not None]
    assert len(compared) >= 4
    for one in compared:
        assert not [word for word in one.words if "changes" in word]
        alone = run(
            folder,
            ran_on=date(2026, 12, 1),
            settings=[read_setting(word) for word in one.words],
            parts=RunParts(other_keys=()),
        )
        assert one.total is not None
        assert alone.money is not None
        if one.choice is Way.NOTHING:
            assert one.total.npv_eur_ht == pytest.approx(0.0, abs=1e-6)
            continue
        assert alone.money.total is not None
        assert one.total.npv_eur_ht == pytest.approx(alone.money.total.npv_eur_ht, abs=0.005), one.choice
    # Panels that come later follow the plant beside which they stand: no word of the others names them.
    assert not [word for one in compared for word in one.words if "2029" in word]
    assert {roof.plant for roof in found.roofs} == {"gymnase", "hangar"}


BATTERY = """
[size.battery]
max_kwh = 50
hours = 2
round_trip_ratio = 0.9
capex_eur_per_kwh = 900
"""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("front", "The first year alone: what is dated after it is not in it"),
        ("members", "The first year alone: what is dated after it is not in it"),
        ("size", "Dated changes not counted: panels alone age"),
    ],
)
def test_a_study_that_leaves_years_out_says_so_first(tmp_path: Path, command: str, said: str) -> None:
    folder = write_operation(tmp_path / "op")
    (folder / "changes.csv").write_text(CHANGES, encoding="utf-8")
    text = (folder / "operation.toml").read_text(encoding="utf-8")
    # Everybody's value counts the VAT that public sites spare: more than the cellar's own use.
    size = '[size]\nobjective = "npv"\n' if command == "size" else ""
    (folder / "operation.toml").write_text(text + BATTERY + size, encoding="utf-8")
    asked = [command, str(folder), *(["--without", "bureau"] if command == "front" else [])]
    told = CliRunner().invoke(main, ["--lang", "en", *asked], env={"COLUMNS": "200"})
    assert told.exit_code == 0, told.output
    head = told.output.splitlines()[:5]
    assert any(said in line for line in head), head


def test_a_choice_that_the_folder_refuses_says_why_and_the_rest_is_compared(tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    beside = PARTICIPANTS.replace("44.8478;0.4856", "44.8455;0.4835")
    (folder / "participants.csv").write_text(beside, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS.replace("commune;44", "mairie;44"), encoding="utf-8")
    (folder / "changes.csv").write_text("id;what;since\nmairie;leaves;2032\n", encoding="utf-8")
    told = {one.choice: one for one in worth_folder(folder, draws=0).alternatives}
    assert told[Way.BOTH].state is WayState.NOT_POSSIBLE
    assert told[Way.BOTH].reason
    assert told[Way.FOLDER].total is not None
    assert told[Way.SHARING].total is not None
