"""The front of the page is made once, and shown stale while prices move."""

from datetime import date
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace

import pytest

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
