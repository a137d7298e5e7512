"""Four hundred members: an answer carries what is shown, and what the page has not."""

import csv
import re

import pytest
from starlette.testclient import TestClient

from tests.web.test_comparer import a_month
from tests.web.test_guard import client_of

TIMES = 34
MOST_BYTES = 60_000


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Return the page of the example with each of its members many times, each a person of its own."""
    where = a_month(tmp_path_factory.mktemp("many") / "demo")
    text = (
        (where / "operation.toml")
        .read_text(encoding="utf-8")
        .replace("step_minutes = 15", "step_minutes = 60")
    )
    (where / "operation.toml").write_text(text.replace("2026-06-01", "2026-05-04"), encoding="utf-8")
    path = where / "participants.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    for time in range(1, TIMES):
        for row in rows[:12]:
            one = {"id": f"{row['id']}-{time}", "name": f"{row['name']} {time}", "person": "", "prm": ""}
            rows.append({**row, **one})
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), delimiter=";")
        table.writeheader()
        table.writerows(rows)
    return client_of(where)


@pytest.mark.slow
def test_an_answer_carries_the_rows_that_are_shown_and_what_the_page_has_not(client: TestClient) -> None:
    whole = client.post("/etat", json={"number": 1}).json()
    names = [row[1] for row in whole["texts"]["rows"]]
    assert len(names) > 400
    shown = {"number": 2, "unfolded": [], "has": list(whole["marks"].values())}
    answer = client.post("/etat", json={**shown, "set": ["prix=98"]})
    assert len(answer.content) < MOST_BYTES
    told = answer.json()
    assert "fair" not in told["blocks"]
    listed = told["blocks"]["list"]
    groups = re.findall(r'data-rest="r(\d)"', listed)
    assert groups
    assert (
        listed.count("<tr data-row=") == len(told["texts"]["rows"]) <= 6 * (1 + listed.count('class="group"'))
    )
    rank = groups[0]
    count = int(re.search(rf'data-rest="r{rank}"[^>]*>\D*(\d+)', listed)[1])  # type: ignore[index]
    more = client.post("/etat", json={**shown, "set": ["prix=98"], "unfolded": [rank]}).json()["blocks"][
        "list"
    ]
    rest = more.partition(f'<tbody id="r{rank}"')[2].partition("</tbody>")[0]
    assert rest.count("<tr data-row=") == count
    again = client.post(
        "/etat", json={**shown, "set": ["prix=98"], "has": list(told["marks"].values())}
    ).json()
    assert not again["blocks"]


def test_the_first_page_holds_every_box_for_who_has_no_script(client: TestClient) -> None:
    page = client.get("/seance").text
    assert len(re.findall(r'name="avec"', page)) > 400
