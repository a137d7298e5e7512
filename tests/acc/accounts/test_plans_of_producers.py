"""The plans of producers beside those where unknown connections cost their upper figure."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from acc.accounts import producers
from acc.accounts.producers import Plans, plans_of


@dataclass(frozen=True)
class APlan:
    """A plan by its name, with what it would be connected at most."""

    name: str
    connected: "APlan | None" = None


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("unknown", [True, False])
def test_each_plan_has_the_one_connected_at_most_and_that_of_all_too_where_there_is_one(
    together: bool, unknown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual: Any = SimpleNamespace(name="usual", connected=SimpleNamespace(name="dearer") if unknown else None)

    def plans(_scenario: object, _tariffs: object, terms: Any, *_more: object) -> Plans:
        every: Any = tuple(APlan(f"{who} {terms.name}") for who in ("a", "b"))
        of_all: Any = APlan(f"all {terms.name}") if together else None
        return Plans(every=every, together=of_all)

    monkeypatch.setattr(producers, "terms_of", lambda *_given: usual)
    monkeypatch.setattr(producers, "_plan_missing", lambda *_given: ())
    monkeypatch.setattr(producers, "_plans", plans)
    anything: Any = SimpleNamespace(plant_costs=(), finance=None)
    found = plans_of(anything, anything, (), anything, 1.0, anything)

    def of(who: str) -> APlan:
        return APlan(f"{who} usual", APlan(f"{who} dearer") if unknown else None)

    assert found.every == (of("a"), of("b"))
    assert found.together == (of("all") if together else None)
    assert (found.connected is None) is not unknown
