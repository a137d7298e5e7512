"""Which years of a plan go with each task of a draw."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from scenarios.operation.draws import plan_years
from scenarios.operation.draws.plan_years import aged_years

HORIZON, SITES, SLOTS = 4, 3, 2


def years() -> Any:
    """Four years of three sites and one plant: the n-th one has n kWh everywhere."""
    local = np.ones((HORIZON, 1, SITES, SLOTS)) * np.arange(1.0, 5.0)[:, None, None, None]
    return SimpleNamespace(
        local_kwh=local,
        withdrawn_kwh=10.0 * local[:, 0],
        own_use_kwh=0.0 * local,
        energies=range(HORIZON),
        settled=(1, 4),
        each=lambda kwh: kwh,
        by_plant=lambda _name: np.arange(1.0, 5.0)[None],
    )


@pytest.mark.parametrize(("room", "taken"), [(48, [1, 2, 3, 4]), (47, [1, 4])])
def test_all_years_go_where_their_figures_of_every_key_are_few_else_some(
    room: int, taken: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two keys x 4 years x 1 plant x 3 sites x 2 slots = 48 figures."""
    ground: Any = SimpleNamespace(has_plan=True, few=[1, 4], weights=np.array)
    monkeypatch.setattr(plan_years, "MOST_LEVELS", room)
    monkeypatch.setattr(plan_years, "_own_years", lambda _operation, _choice: years())
    operation: Any = SimpleNamespace(ground=ground)
    choices: Any = ["prorata", "equal"]
    made = aged_years(operation, choices)
    assert made is not None
    assert made.weights.tolist() == taken
    assert made.levels["local_kwh"][:, :, 0, 0, 0].tolist() == [taken, taken]
    assert made.levels["consumption_kwh"][0, :, 0, 0].tolist() == [10.0 * year for year in taken]
    assert made.levels["shared_kwh"][1, :, 0].tolist() == [6.0 * year for year in taken]  # 3 sites, 2 slots
    assert made.levels["surplus_kwh"][:, :, 0].tolist() == [taken, taken]


def test_years_that_are_alike_or_are_not_known_under_a_key_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = {"alike": years(), "apart": years(), "none": None}
    made["alike"].settled = (1,)
    monkeypatch.setattr(plan_years, "_own_years", lambda _operation, choice: made[choice])
    operation: Any = SimpleNamespace(ground=SimpleNamespace(has_plan=True, few=[1, 4], weights=np.array))
    choices: Any
    for choices in (["alike"], ["apart", "none"], ["none"]):
        assert aged_years(operation, choices) is None
    operation.ground.has_plan = False
    choices = ["apart"]
    assert aged_years(operation, choices) is None
