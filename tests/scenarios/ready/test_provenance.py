"""The digest that a run is repeated by: every input, the variant, the key and the version are in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from acc.result.result import Provenance
from acc.scenario import KeyChoice, Scenario
from scenarios.entry.folder.load import load
from scenarios.operation.metering.meter import Metered, meter
from scenarios.operation.ready.request import provenance
from scenarios.operation.store.store import KeptStore
from tests.scenarios.operation import write_operation


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scenario, Metered]:
    short = {"end = 2027-01-01": "end = 2026-01-03"}
    folder = write_operation(tmp_path_factory.mktemp("provenance") / "op", **short)
    scenario = load(folder)
    return folder, scenario, meter(scenario, folder, KeptStore(None))


def found(opened: tuple[Path, Scenario, Metered], **changes: object) -> Provenance:
    folder, scenario, metered = opened
    return provenance(replace(scenario, **changes), metered, folder, date(2026, 9, 1), ())  # type: ignore[arg-type]


def test_the_same_run_has_the_same_digest_whatever_the_day(
    opened: tuple[Path, Scenario, Metered],
) -> None:
    folder, scenario, metered = opened
    later = provenance(scenario, metered, folder, date(2027, 1, 1), ("said",))
    assert found(opened).digest == later.digest


@pytest.mark.parametrize("changes", [{"key": KeyChoice(name="equal")}, {"variant": "sans la cave"}])
def test_another_key_or_variant_has_another_digest(
    opened: tuple[Path, Scenario, Metered], changes: dict[str, object]
) -> None:
    assert found(opened, **changes).digest != found(opened).digest


def renamed(text: str) -> str:
    return text.replace("Mairie", "Hôtel de ville")


def test_an_edited_file_or_another_version_has_another_digest(
    opened: tuple[Path, Scenario, Metered], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = found(opened)
    path = opened[0] / "participants.csv"
    before, change = path.read_text(encoding="utf-8"), _written(path)
    change(renamed(before))
    assert found(opened).digest != first.digest
    change(before)
    assert found(opened).digest == first.digest
    monkeypatch.setattr("scenarios.operation.ready.request.VERSION", "9.9.9")
    assert found(opened).digest != first.digest


def _written(path: Path) -> Callable[[str], int]:
    return lambda text: path.write_text(text, encoding="utf-8")
