"""What is kept of a key beside the meters: the same at another price, and never of another file."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import cli
from acc.result.result import Result
from scenarios.entry.folder.question import read_ask
from scenarios.operation.ready.plan_years import YearsGround
from scenarios.run import RunParts, run
from tests.scenarios.operation import PARTICIPANTS, write_operation


def compared(folder: Path, key: str, asked: str = "", *, use_cache: bool = True) -> Result:
    parts, settings = RunParts(other_keys=[key]), read_ask(asked) if asked else ()
    return run(folder, ran_on=date(2026, 9, 1), settings=settings, parts=parts, use_cache=use_cache)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_operation(tmp_path / "op")


def test_a_key_at_another_price_settles_no_year_and_says_what_it_would_settled_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared(folder, "catch-up")
    anew = compared(folder, "catch-up", "prix=131", use_cache=False).others["catch-up"]
    monkeypatch.setattr(YearsGround, "settled", None)
    kept = compared(folder, "catch-up", "prix=131").others["catch-up"]
    assert kept.money is not None
    assert anew.money is not None
    assert kept.money.persons == anew.money.persons
    np.testing.assert_array_equal(kept.energy.received_kwh, anew.energy.received_kwh)
    with pytest.raises(TypeError):  # years of another key
        compared(folder, "equal", "prix=131")


def test_a_file_of_a_key_beside_that_changed_is_read_again(folder: Path) -> None:
    lines = PARTICIPANTS.splitlines()
    rows = [f"{line};{30000000000001 + n}" for n, line in enumerate(lines[1:])]
    (folder / "participants.csv").write_text("\n".join([f"{lines[0]};prm", *rows]), encoding="utf-8")
    received = []
    for key in ("prorata", "equal"):
        words = [
            "coefficients",
            "write",
            str(folder),
            "--key",
            key,
            "--out",
            str(folder / "parts"),
            "--force",
        ]
        written = CliRunner().invoke(cli.main, words)
        assert written.exit_code == 0, written.output
        if not received:
            with (folder / "operation.toml").open("a", encoding="utf-8") as file:
                file.write('\n[keys.custom]\nfile = "parts/*.csv"\n')
        received.append(compared(folder, "custom").others["custom"].energy.received_kwh)
    assert np.abs(received[0] - received[1]).max() > 1.0
