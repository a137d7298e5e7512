"""Documents made from the page: the command a person would type, stopped, kept, told up to date or not."""

import json
import re
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest

import cli
from scenarios.session import AtHand
from tests.web.folders import a_month
from tests.web.test_guard import client_of, today
from web.documents import MADE, Making, Workshop, _left, document_kinds

PATIENCE_S = 300.0


def waited(shop: Workshop) -> None:
    """Wait until nothing is being made."""
    end = time.monotonic() + PATIENCE_S
    while any(one.is_going for one in shop.going):
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """Tests that are started deaf to Ctrl-C would make their processes deaf; a server never is."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("name", document_kinds())
def test_each_document_is_a_command_that_the_program_knows(name: str, tmp_path: Path) -> None:
    shop = Workshop(tmp_path, datetime.now)
    words = shop._command(
        Making("x", name, "à 95" if document_kinds()[name].takes_variant else "", "", None)
    )[3:]
    group = cli.main
    command = group.get_command(click.Context(group), words[0])
    assert command is not None
    if words[0] == "coefficients":
        command, words = command.commands[words[1]], words[1:]  # type: ignore[attr-defined]
    asked = command.make_context(words[0], words[1:])
    assert asked.params["folder"] == tmp_path
    assert asked.params["force"] is True
    assert asked.params["variant"] == ("à 95" if document_kinds()[name].takes_variant else None)


def test_a_document_is_made_listed_handed_over_and_told_old_once_the_data_change(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    shop = Workshop(where, datetime.now)
    with client_of(where) as client:
        shop.start("coefficients", "", AtHand(where, today).data(None))
        shop.start("coefficients", "", "twice in a hurry")
        waited(shop)
        (made,) = shop.made()
        assert shop.going[0].state == "done", shop.going[0].why
        shown = client.get("/documents?partie=1").text
        assert f"/documents/fichier/{made.id}" in shown
        assert 'class="yes"' in shown
        given = client.get(f"/documents/fichier/{made.id}")
        assert given.status_code == 200
        assert "attachment" in given.headers["content-disposition"]
        assert (given.content[:2] == b"PK") == (len(made.files) > 1)
        client.post("/garder", data={"nom": "à 95", "set": "prix=95"})
        assert 'class="yes"' in client.get("/documents?partie=1").text, "what is kept changes no document"
        text = (where / "operation.toml").read_text(encoding="utf-8")
        changed = text.replace("local_eur_per_mwh = 80.0", "local_eur_per_mwh = 81.0")
        (where / "operation.toml").write_text(changed, encoding="utf-8")
        assert 'class="yes"' not in client.get("/documents?partie=1").text
        for path in ("nothing", f"{made.id}%2F..%2Fmade.json", "..%2F..%2Foperation.toml"):
            assert client.get(f"/documents/fichier/{path}").status_code == 404
    assert all((where / MADE / made.id / name).stat().st_mode & 0o077 == 0 for name in made.files)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_what_is_stopped_leaves_nothing_and_the_next_one_has_its_turn(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    shop = Workshop(where, datetime.now)
    shop.start("brief", "", "d")
    shop.start("workbook", "", "d")
    brief, workbook = shop.going
    end = time.monotonic() + PATIENCE_S
    while brief.process is None and time.monotonic() < end:
        time.sleep(0.02)
    shop.stop(workbook.id)
    shop.stop(brief.id)
    waited(shop)
    assert [one.state for one in shop.going] == ["stopped", "stopped"]
    assert brief.process is not None
    assert brief.process.poll() is not None
    assert shop.made() == []
    assert not list((where / "out").rglob("*.pdf"))


def test_how_long_it_still_takes_is_told_from_the_last_one() -> None:
    one = Making("x", "brief", "", "", 10.0, state="making", began_s=time.monotonic() - 4.0)
    text, ratio = _left(one)
    assert re.match(r"[56] ", text)
    assert ratio == pytest.approx(0.4, abs=0.05)
    one.began_s = time.monotonic() - 30.0
    assert _left(one)[1] == 0.97
    assert _left(Making("x", "brief", "", "", None, state="making", began_s=1.0)) == ("", None)


def test_what_lies_there_and_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    shop = Workshop(tmp_path, datetime.now)
    good = {"kind": "brief", "variant": "", "data": "", "seconds": 1.0, "files": ["brief.pdf"]}
    for name, more in (
        ("20261125T142000000000-brief", {}),
        ("20261125T142000000001-brief", {"files": ["../x.pdf"]}),
        ("20261125T142000000002-brief", {"kind": "other"}),
        ("no-date-at-all-whatever-brief", {}),
    ):
        (tmp_path / MADE / name).mkdir(parents=True)
        (tmp_path / MADE / name / "made.json").write_text(json.dumps({"id": name, **good, **more}))
        (tmp_path / MADE / name / "brief.pdf").write_bytes(b"%PDF")
    (tmp_path / MADE / "x.pdf").write_bytes(b"")
    assert [one.id for one in shop.made()] == ["20261125T142000000000-brief"]


def test_an_unlawful_scenario_says_that_its_documents_do(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    with client_of(where) as client:
        words = "avec l'usine de Prigonrieux"
        assert 'role="note"' in client.get("/documents", params={"variant": words, "partie": "1"}).text
        assert 'role="note"' not in client.get("/documents?partie=1").text
