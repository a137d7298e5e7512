"""The search of lawful operations from the page finds what `acc members --split` finds."""

import html
import re
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.web.folders import a_month
from tests.web.test_guard import client_of
from tests.web.test_state import results, run


@pytest.mark.slow
def test_an_unlawful_state_leads_to_the_lawful_operations_that_are_looked_for_on_the_page(
    tmp_path: Path,
) -> None:
    folder = a_month(tmp_path / "demo")
    client = client_of(folder)
    asked = {"set": ["perimetre=building"], "without": [], "kwp": []}
    assert "lawful_way" not in run(folder, asked)
    before = client.post("/etat", json={"number": 1, "drawn": True, **asked}).json()["blocks"]["band"]
    assert 'action="/chercher"' in before
    found = client.post("/chercher", data=asked, headers={"accept": "application/json"})
    assert re.search(r"beyond \d+ operations", client.get("/chercher/avance").text)
    assert found.status_code == 204
    answer = client.post("/etat", json={"number": 2, "drawn": True, **asked}).json()
    assert answer["texts"]["sentence"].startswith("To compare only: at ")
    way = results(folder, asked)["lawful_way"]
    assert way == run(folder, asked)["lawful_way"]
    links = re.findall(r'<a class="button onred" href="([^"]+)"', answer["blocks"]["band"])
    assert len(links) == len(way["operations"]) >= 1
    assert answer["blocks"]["side"].count('class="frame"') == len(links)
    for link, one in zip(links, way["operations"], strict=True):
        state = parse_qs(html.unescape(link).partition("?")[2])
        opened = results(folder, state)
        assert [row["id"] for row in opened["participants"]] == one["sites"]
        assert not [
            check for check in opened["checks"] if check["binding"] and check["state"] == "not-respected"
        ]
