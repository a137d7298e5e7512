"""Arrays made in a process of their own are those made here, to the bit, in the same words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from acc.arrays import FloatArray
from acc.problem import InputError, Problem
from acc.sites import LoadSource
from reports.format.language import use
from scenarios.operation.metering import subprocess_worker as apart
from scenarios.operation.metering.memory import Waiting
from scenarios.operation.metering.meter import _Sources, meter
from scenarios.operation.metering.subprocess_worker import Makers
from scenarios.operation.store.store import KeptStore
from tests.effort import few
from tests.scenarios.metering.test_cache_keys import MEASURED, METERED, MODELLED, PROFILE, SCENARIO, curve

LOST = replace(METERED, id="perdu", source=LoadSource(curve="mairie.csv", scale_to_kwh=9e9))
MADE = replace(
    SCENARIO,
    participants=(METERED, replace(PROFILE, id="profil")),
    plants=(MODELLED, replace(MEASURED, id="mesure")),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "curves").mkdir()
    for name, factor in {"mairie": 1.0, "toit": 2.0}.items():
        (tmp_path / "curves" / f"{name}.csv").write_text(curve(factor), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_another_process_makes_the_same_and_is_gone_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use("fr")
    here = meter(MADE, folder, KeptStore(None))
    with pytest.raises(InputError) as fault:
        meter(replace(MADE, participants=(LOST,)), folder, KeptStore(None))
    monkeypatch.setattr(apart, "APART_BYTES", 0)
    # Who stands in a folder that was handed over runs no code of it.
    (folder / "scenarios.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(folder)
    with Makers() as makers:
        there = meter(MADE, folder, KeptStore(None), makers=makers)
        process = makers._process
        assert process is not None
        # A fault comes back as one, another year is asked of the same process.
        problems: list[Problem] = []
        sources = _Sources(MADE, folder, KeptStore(None), makers)
        assert sources.gathered([LOST], problems, print) == []
        assert makers._process is process
        assert problems == list(fault.value.problems)
    assert process.returncode == 0
    for name in ("consumption_kwh", "production_kwh", "own_use_kwh"):
        np.testing.assert_array_equal(getattr(there.exchange, name), getattr(here.exchange, name))
    np.testing.assert_array_equal(there.unit_kwh, here.unit_kwh)
    assert (there.quality, there.weather, there.warnings) == (here.quality, here.weather, here.warnings)
    assert "courbe mesurée" in there.quality[0].source


@pytest.mark.parametrize("refuses", few(1, [False, True]))
def test_loads_that_wait_for_the_process_to_end_are_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, refuses: bool
) -> None:
    here = meter(MADE, folder, KeptStore(None))
    monkeypatch.setattr(apart, "APART_BYTES", 0)
    if refuses:  # they are then held, as where there is room
        (folder / "out").write_text("no folder", encoding="utf-8")
    waited, put = list[bool](), Waiting.put

    def seen(self: Waiting, first: int, columns: FloatArray) -> bool:
        waited.append(put(self, first, columns))
        return waited[-1]

    monkeypatch.setattr(Waiting, "put", seen)
    there = meter(MADE, folder, KeptStore(None))
    assert waited == [not refuses]
    np.testing.assert_array_equal(there.exchange.consumption_kwh, here.exchange.consumption_kwh)
    assert list(folder.glob("out/*")) == []


def test_a_process_that_is_killed_is_told_in_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "APART_BYTES", 0)
    monkeypatch.setattr(apart, "SERVE", "import os; os._exit(9)")
    with pytest.raises(InputError, match=r"arrêté|stopped"):
        meter(MADE, folder, KeptStore(None))
