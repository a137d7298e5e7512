"""Whoever looks at the page of a meeting, state after state, has the figures of nobody who did not agree."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from acc.bills.bill import period_years
from scenarios.run import run
from tests.web.folders import a_month
from tests.web.test_guard import client_of

CLOSED = {"cave", "froid", "atelier", "supermarche"}
ROW = re.compile(r'<tr data-row="[^"]*"[^>]*>(?P<cells>.*?)</tr>', re.DOTALL)
BOX = re.compile(r'(?:data-sites|value)="([^"]*)"')
CLOSED_BOX = re.compile("s[0-9a-f]{12}")
MWH = re.compile(r'class="n mwh[^"]*">([^<]*)<')


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the example where four companies did not agree to be named."""
    return close(a_month(tmp_path_factory.mktemp("room") / "demo"), CLOSED)


def close(folder: Path, ids: set[str]) -> Path:
    path = folder / "participants.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    publish = head.split(";").index("publish")
    cells = [row.split(";") for row in rows]
    told = [[*row[:publish], "non", *row[publish + 1 :]] if row[0] in ids else row for row in cells]
    path.write_text("\n".join([head, *(";".join(row) for row in told)]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> TestClient:
    return client_of(folder)


def words(client: TestClient, **state: object) -> str:
    return html.unescape(client.get("/seance", params=state).text)  # type: ignore[dict-item]


def rows_of(shown: str) -> list[tuple[str, str]]:
    """Return the ids of the sites of each row, as the page holds them, and its MWh."""
    found = []
    for row in ROW.finditer(shown):
        box, mwh = BOX.search(row["cells"]), MWH.search(row["cells"])
        assert box is not None
        assert mwh is not None
        found.append((box[1], mwh[1]))
    return found


def total_of(shown: str) -> str:
    row = re.search(r'<tr class="total">.*?</tr>', shown, re.DOTALL)
    assert row is not None
    mwh = MWH.search(row[0])
    assert mwh is not None
    return mwh[1]


def test_who_did_not_agree_has_no_row_and_counts_in_one_of_three_at_least(client: TestClient) -> None:
    shown = words(client)
    assert "4 members (together)" in shown
    names = re.findall(
        r'<th scope="row" class="name">(?:<button[^>]*>)?([^<]*)', shown.partition('"apart"')[0]
    )
    assert not [name for name in names if name.startswith("A company")]
    assert [len(box.split()) for box, _mwh in rows_of(shown) if CLOSED_BOX.match(box)] == [4]
    assert "Counted together, since some did not agree to be named: A company 1," in shown


def test_the_keeper_alone_sees_them_one_by_one_under_no_name(client: TestClient) -> None:
    shown = words(client, qui="each")
    assert "(together)" not in shown
    assert len([box for box, _mwh in rows_of(shown) if CLOSED_BOX.fullmatch(box)]) == 4
    assert "Cave coopérative" not in shown


@pytest.mark.parametrize("out", [("cave",), ("cave", "froid"), ("cave", "ecole")])
def test_totals_are_told_of_moved_data_whoever_leaves(
    client: TestClient, folder: Path, out: tuple[str, ...]
) -> None:
    shown = words(client, without=list(out))
    assert total_of(shown) != "–"
    assert "their data are moved" in shown or "named are moved" in shown
    together = [mwh for box, mwh in rows_of(shown) if CLOSED_BOX.match(box)]
    assert (together == ["–"]) is (len(CLOSED - {*out}) < 3)


def test_what_a_room_sees_is_moved_and_what_the_keeper_sees_is_true(client: TestClient, folder: Path) -> None:
    true = run(folder, ran_on=date(2026, 1, 12))
    at = [site.id for site in true.scenario.participants].index("supermarche")
    mwh = f"{true.energy.received_kwh[at] / 1000.0 / period_years(true.exchange.steps):,.0f}"
    alone = [mwh for box, mwh in rows_of(words(client, qui="each")) if CLOSED_BOX.fullmatch(box)]
    assert mwh in alone
    assert total_of(words(client)) != total_of(words(client, qui="each"))
