"""What a sweep left is believed as this user signed it; what a hand changed, or other code made, is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios.entry.folder.load import load
from scenarios.entry.folder.raw import inputs_of
from scenarios.operation.draws.quick import KeptRanges
from scenarios.operation.store import store
from scenarios.operation.store.store import file_sha256, sign_in_hidden_file
from scenarios.studies.sweep.kept import SUMMARY, kept, summary_bytes
from tests.scenarios.operation import write_operation
from tests.studies.sweep.test_summary_file import REPORT

RANGES = {"received_kwh": {"": (1.0, 2.0, 3.0)}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An operation with the signed summary of a sweep of its very inputs."""
    made = write_operation(tmp_path / "op")
    scenario = load(made)
    inputs = {name: file_sha256(made / name) for name in {*inputs_of(made), *scenario.files}}
    (first, *_others) = REPORT.variants
    drawn = replace(first, keys={scenario.key.name: first.keys["prorata"]})
    write_summary(made, summary_bytes(replace(REPORT, inputs=inputs, variants=(drawn,))))
    return made


def summary_of(folder: Path) -> Path:
    return folder / "out" / "sweep-1" / SUMMARY


def write_summary(folder: Path, content: bytes) -> None:
    path = summary_of(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    sign_in_hidden_file(path, content)


def found(folder: Path) -> KeptRanges:
    return kept(folder, folder / "out", scenario=load(folder))


def ten_times(folder: Path) -> None:
    path = summary_of(folder)
    document = json.loads(path.read_bytes())
    for key in document["variants"][0]["keys"].values():
        for by_member in key["ranges"].values():
            by_member.update({name: [10.0 * value for value in of] for name, of in by_member.items()})
    path.write_text(json.dumps(document), encoding="utf-8")


def unsigned(folder: Path) -> None:
    (summary_of(folder).parent / f".{SUMMARY}.sig").unlink()


def nested(folder: Path) -> None:
    summary_of(folder).write_bytes(b"[" * 100_000)


def test_an_honest_summary_is_used_and_can_be_read_as_json(folder: Path) -> None:
    assert found(folder).ranges == RANGES
    assert found(folder).warnings == ()
    assert json.loads(summary_of(folder).read_bytes())["draws"] == REPORT.draws


@pytest.mark.parametrize("harm", [ten_times, unsigned, nested])
def test_a_summary_that_is_not_as_it_was_written_is_told_and_not_used(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    harm(folder)
    assert found(folder).ranges is None
    (said,) = found(folder).warnings
    assert said.startswith("sweep-1/summary.json is not as `acc sweep` wrote it here")
    assert said.endswith("run `acc sweep` again")


def test_a_summary_of_another_version_is_told_and_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(store, "code_sha256", lambda: "f" * 64)
        write_summary(folder, summary_of(folder).read_bytes())
    assert found(folder).ranges is None
    (said,) = found(folder).warnings
    assert said.startswith("sweep-1/summary.json was made by another version of the program: not used")
