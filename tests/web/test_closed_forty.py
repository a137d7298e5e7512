"""Forty members: no screen but Données, no answer, no address tells who is not to be named."""

import html
import re
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from reports.page.names import names_of
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.raw import read_source
from tests.web.test_guard import client_of

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    return shutil.copytree(shared_data / "op40", tmp_path_factory.mktemp("forty") / "op40")


@pytest.fixture(scope="module")
def closed(folder: Path) -> frozenset[str]:
    """Return the names and the ids that may stand nowhere."""
    everyone = scenario_of(read_source(folder), everyone=True)
    names = names_of(everyone)
    assert len(names.closed) >= 4
    return names.closed | names.said.keys()


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


def told(answer: str, closed: frozenset[str]) -> list[str]:
    """Return what an answer tells of those who are not to be named."""
    text = html.unescape(answer).encode().decode("unicode_escape", "ignore") + html.unescape(answer)
    return [word for word in closed if re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text, re.I)]


def test_members_ticked_in_and_out_are_named_nowhere(client: TestClient, closed: frozenset[str]) -> None:
    shown = client.get("/seance").text
    assert not told(shown, closed)
    boxes = re.findall(r'name="avec" value="([^"]+)"', shown)
    roofs = re.findall(r'data-off="([^"]+)"', shown)
    states = [{"drawn": True}, *({"without": box.split()} for box in boxes)]
    states += [{"without": [roof]} for roof in roofs] + [{"kwp": [f"{roof}=50"]} for roof in roofs]
    for number, state in enumerate(states):
        answer = client.post("/etat", json={"number": number, **state})
        assert answer.status_code in (200, 422)
        assert not told(answer.text, closed), state


def test_no_screen_of_a_meeting_names_them(client: TestClient, closed: frozenset[str]) -> None:
    for screen in (
        "question",
        "question?tirages=1",
        "comparer",
        "comparer/croiser",
        "documents",
        "membres?calcul=1",
    ):
        answer = client.get(f"/{screen}")
        assert answer.status_code == 200
        assert not told(answer.text, closed), screen
    assert told(client.get("/donnees").text, closed), "the keeper's own screen"
