"""What narrows a range most, by hand; what is kept of draws for another price."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from acc.result.result import PANELS
from acc.sites import Grade
from scenarios.entry.folder.question import read_ask
from scenarios.operation.draws import quick
from scenarios.operation.draws.quick import _kept_narrowing, narrow_ranges
from scenarios.operation.draws.results import RowsWaiting
from scenarios.run import RunParts, run
from tests.scenarios.operation import write_operation


def test_answers_that_narrow_a_range_come_largest_first_and_none_without_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    effects = {"a": 0.1, "b": 0.3, PANELS: 0.2, "c": 0.0}
    monkeypatch.setattr("scenarios.operation.draws.quick.narrowing", lambda _summary, _key: effects)
    summary: Any = SimpleNamespace(plan=SimpleNamespace(members=("a", "b", "c", "d"), keys=("prorata",)))
    cache: Any = SimpleNamespace(get=lambda _kind, _key, make: make())
    assert list(_kept_narrowing(summary, {}, cache).items()) == [("b", 0.3), (PANELS, 0.2), ("a", 0.1)]


@pytest.mark.parametrize(
    ("grades", "production_kwh", "warned"),
    [("PPF", 300.0, True), ("FPP", 300.0, False), ("PPF", 500.0, False), ("APP", 300.0, False)],
)
def test_a_range_of_few_roofs_and_needs_known_by_postes_says_that_it_is_too_narrow(
    grades: str, production_kwh: float, warned: bool
) -> None:
    # Of 1,000 kWh the last site needs 600; 450 is where a range holds as it says.
    named = {"P": Grade.PROFILE, "F": Grade.FITTED, "A": Grade.A}
    metered: Any = SimpleNamespace(quality=[SimpleNamespace(grade=named[grade]) for grade in grades])
    energy: Any = SimpleNamespace(
        consumption_kwh=np.array([150.0, 250.0, 600.0]), production_kwh=np.array([production_kwh])
    )
    assert bool([*narrow_ranges(metered, energy)]) is warned


def test_draws_whose_euros_are_computed_apart_are_kept_together_where_they_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At another price none is drawn again, as where hundreds of sites fill more; all say the same."""
    whole, drawn = RowsWaiting.__init__, list[int]()
    draw_kwh = quick.draw_kwh

    def by_few(rows: RowsWaiting, *given: Any, **named: Any) -> None:
        whole(rows, *given, **named)
        rows.most = 100

    def counted(plan: Any, first: int, stop: int, waiting: Any) -> None:
        drawn.append(stop - first)
        draw_kwh(plan, first, stop, waiting)

    def ranges(asked: str, *, use_cache: bool) -> list[tuple[float, ...]]:
        settings, parts = read_ask(asked), RunParts(other_keys=(), ranges_folder=folder / "out")
        result = run(folder, ran_on=date(2026, 9, 1), settings=settings, parts=parts, use_cache=use_cache)
        assert result.ranges is not None
        return [ends for of_each in result.ranges.values() for ends in of_each.values()]

    monkeypatch.setattr(RowsWaiting, "__init__", by_few)
    monkeypatch.setattr(quick, "draw_kwh", counted)
    # A seed of its own: what another test drew of the same folder is still in the memory of this process.
    folder, prices = (
        write_operation(tmp_path, **{"[sweep]": "[sweep]\nseed = 4127"}),
        ("prix=90", "prix=91"),
    )
    together = [ranges(asked, use_cache=True) for asked in prices]
    assert len(drawn) == 1
    monkeypatch.setattr(quick, "MOST_KEPT", 0)
    apart = [ranges(asked, use_cache=False) for asked in prices]
    np.testing.assert_allclose(apart, together, rtol=1e-9)
    assert len(drawn) == 3
