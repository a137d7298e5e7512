"""Years told by sums are those that each step settled gives, and no step of them is written."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acc.years.plan_years import PlanYears, YearKwh
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.ready.plan_years import YearsGround
from tests.scenarios.operation import write_operation

MOVES = (
    "ecole;leaves;2029;;;;",
    "garage;joins;2028-04-01;;;;",
    "foyer;hours;2027;;;9000;11:00-16:00",
    "cave;scale;2030-07-01;;1,5;;",
    "mairie;led;2028;2032;;;",
    "gymnase;starts;2027-10-01;;;;",
    "hangar;closes;2036;;;;",
)


IN_ORDER = ["own-roof-first", "nearest-first", "catch-up"]


@pytest.mark.parametrize("key", ["prorata", "equal", "weighted", "static", "priority", *IN_ORDER])
@pytest.mark.parametrize("rows", [MOVES, ()])
def test_years_are_summed_to_what_each_step_settled_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, rows: tuple[str, ...]
) -> None:
    write_operation(tmp_path)
    if rows:
        text = "\n".join(("id;what;since;until;ratio;kwh;hours", *rows))
        (tmp_path / "changes.csv").write_text(text, encoding="utf-8")
    ranks = "key.ranks=[['mairie', 'garage'], ['ecole', 'foyer', 'cave', 'bureau']]"
    sets = [f"key.name={key}", *([ranks] if key == "priority" else [])]
    operation, _metered = open_operation(tmp_path, settings=read_question(sets))
    choice = operation.scenario.key

    def years() -> PlanYears:
        found = replace(operation).years(choice)
        assert found is not None
        return found

    summed = years()
    asked: list[int] = []
    whole = YearsGround._year

    def by_step(ground: YearsGround, key_of: Any, year: int, into: Any) -> YearKwh:
        asked.append(year)
        return whole(ground, key_of, year, into)

    monkeypatch.setattr(YearsGround, "_year", by_step)
    assert years().energies[3].received_kwh.tolist() == summed.energies[3].received_kwh.tolist()
    assert not asked, "a key that is a split or serves in order writes no step of a year"
    monkeypatch.setattr(YearsGround, "_summed_key", lambda *_given: None)
    settled = years()
    assert asked
    for one, other in zip(summed.energies, settled.energies, strict=True):
        for name in ("consumption_kwh", "received_kwh", "production_kwh", "surplus_kwh", "own_use_kwh"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-6)
    for name in ("withdrawn_kwh", "local_kwh", "own_use_kwh"):
        np.testing.assert_allclose(getattr(summed, name), getattr(settled, name), rtol=1e-9, atol=1e-6)
