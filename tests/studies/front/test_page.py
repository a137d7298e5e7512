"""The front of the page is made once, and shown stale while prices move."""

from datetime import date
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from reports.studies.front.page import fairness_of
from scenarios.entry.folder.load import load
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.front import run as page
from scenarios.studies.front.run import front_of_page
from tests.scenarios.operation import write_operation


def test_the_front_of_other_prices_is_shown_stale_while_it_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_operation(tmp_path / "op")
    hand, cheap, making, go_on = AtHand(folder, date.today), PageQuestion(sets=("prix=80",)), Event(), Event()
    sites = load(folder).participants

    def front_of(operation: tuple[str, ...], **_more: object) -> SimpleNamespace:
        if operation:
            making.set()
            assert go_on.wait(10)
        return SimpleNamespace(scenario=SimpleNamespace(participants=sites), asked=operation)

    monkeypatch.setattr(page, "front_of", front_of)
    monkeypatch.setattr(page, "open_operation", lambda _folder, *, settings, **_more: (settings, None))
    first = front_of_page(hand, PageQuestion(), anew=False)
    anew = Thread(target=lambda: front_of_page(hand, cheap, anew=True))
    anew.start()
    assert making.wait(10)
    meanwhile = front_of_page(hand, cheap, anew=False)
    assert (first.is_stale, meanwhile.is_stale, meanwhile.front) == (False, True, first.front)
    go_on.set()
    anew.join(10)
    made = front_of_page(hand, cheap, anew=False)
    assert not made.is_stale
    assert made.front is not first.front
    with_less = front_of_page(hand, PageQuestion(without=(sites[0].id,)), anew=False)
    assert not with_less.is_stale  # of others: it says nothing of them


def point(floor_ratio: float, gain_eur_ht: float) -> Any:
    return SimpleNamespace(floor_ratio=floor_ratio, values=SimpleNamespace(gain_eur_ht=gain_eur_ht))


def test_the_steps_of_the_control_are_the_floors_each_once_by_growing_floor_with_their_cost_a_year() -> None:
    """Of two years: 3,000 - 2,400 = 600 EUR less, 300 a year. Floors of 0.1 come twice."""
    front: Any = SimpleNamespace(
        points=[point(0.2, 2_400.0), point(0.0, 3_000.0), point(0.1, 3_000.0), point(0.1, 3_000.0)]
    )
    choice = fairness_of(front, 0.19, period_years=2.0, is_stale=True)
    assert [step.floor for step in choice.steps] == ["0.0", "0.1", "0.2"]
    assert [step.text for step in choice.steps] == [
        "each at least 0%",
        "each at least 10%",
        "each at least 20%",
    ]
    assert (choice.chosen, choice.is_stale) == (2, True)
    most, free, costly = (step.sentence.replace("\u00a0", " ") for step in choice.steps)
    assert most == "The most euros for the group, whoever receives the kWh."
    assert free.startswith("Costs the group nothing. Each covers at least 10%")
    assert costly.startswith("Costs the group 300 € the first year. Each covers at least 20%")
    assert fairness_of(front, None, period_years=2.0, is_stale=False).chosen == 0
    assert fairness_of(front, 0.12, period_years=2.0, is_stale=False).chosen == 1
