"""Where one meter moves, the years of the others are those of the last answer: equal to years made anew."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from acc.years.plan_years import PlanYears
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.moved_meters import MeterBlock, MovedMeters
from scenarios.operation.ready.operation import open_operation
from scenarios.operation.store.store import KEPT_NOWHERE, KeptStore
from tests.scenarios.operation import write_operation
from tests.scenarios.ready.test_summed_years import MOVES

QUESTIONS = (
    (["prix=70"], [], []),
    (["prix=71"], [], []),
    ([], [], ["gymnase=12"]),
    ([], [], ["gymnase=12", "hangar=3"]),
    ([], ["bureau"], ["gymnase=12", "hangar=3"]),
    ([], ["mairie"], ["gymnase=12", "hangar=3"]),
    (["finance.degradation_ratio=0.02"], [], []),
    (["participants.foyer.annual_kwh=9000"], [], []),
    (["weather.seed=5"], [], []),
    ([], [], []),
)
"""Prices, roofs, a member that leaves, another wear, another need, another sky, the folder again."""


@pytest.mark.parametrize("rows", [MOVES, ()])
def test_years_of_one_answer_after_the_other_are_those_of_each_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: tuple[str, ...]
) -> None:
    write_operation(tmp_path)
    if rows:
        text = "\n".join(("id;what;since;until;ratio;kwh;hours", *rows))
        (tmp_path / "changes.csv").write_text(text, encoding="utf-8")
    made: set[str] = set()
    seen = MeterBlock._seen

    def told(block: MeterBlock, year: int) -> MovedMeters:
        made.update(block.base.plant_ids)
        return seen(block, year)

    monkeypatch.setattr(MeterBlock, "_seen", told)
    kept, anew = KeptStore(None, 6, 400_000_000), list[set[str]]()
    for question in QUESTIONS:
        made.clear()
        following = years_of(tmp_path, question, kept)
        anew.append({*made})
        alone = years_of(tmp_path, question, KEPT_NOWHERE)
        for one, other in zip(following.energies, alone.energies, strict=True):
            for name in ("consumption_kwh", "received_kwh", "production_kwh", "surplus_kwh", "own_use_kwh"):
                np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-6)
    assert [("gymnase" in plants, "hangar" in plants) for plants in anew] == [
        *((True, True), (False, False), (True, True), (True, True), (False, True), (False, False)),
        *((True, True), (True, True), (True, True), (True, True)),
    ]


def years_of(
    folder: Path, question: tuple[Sequence[str], Sequence[str], Sequence[str]], kept: KeptStore
) -> PlanYears:
    """Return the years under the key of the folder."""
    operation, _metered = open_operation(folder, settings=read_question(*question), cache=kept)
    found = operation.years(operation.scenario.key)
    assert found is not None
    return found
