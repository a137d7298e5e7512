"""What the search of lawful groups counts: the first year of a plan repeated, its output fading."""

import pytest

from scenarios.operation.ready.plan_years import YearsGround


@pytest.fixture
def first_year_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a run count its plan as the search does, so that both are equal to the cent."""
    monkeypatch.setattr(YearsGround, "has_plan", False)
