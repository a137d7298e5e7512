"""Who is let in: nobody without the token, nobody from another page, nothing beyond the folder."""

import shutil
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread

import pytest
from starlette.testclient import TestClient

from scenarios.entry.folder.raw import read_source
from scenarios.export import export
from tests.web.folders import a_month
from web.guard import MOST_BYTES, Door
from web.serve import page_of, usual_port

HOST = "http://127.0.0.1:8000"
TOKEN = "a-token-of-the-test"


def today() -> date:
    return date(2026, 11, 25)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("page") / "demo"
    a_month(where)
    return where


def client_of(folder: Path, *, known: bool = True) -> TestClient:
    door = Door(TOKEN, frozenset({"127.0.0.1:8000"}), "acc-8000")
    cookies = {"acc-8000": TOKEN} if known else {}
    return TestClient(page_of(folder, door, today), base_url=HOST, cookies=cookies, follow_redirects=False)


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    with client_of(folder) as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/seance", "/static/page.css", "/police/Bold", "/nothing"])
def test_nothing_is_given_without_the_token(folder: Path, path: str) -> None:
    with client_of(folder, known=False) as stranger:
        for answer in (stranger.get(path), stranger.get(f"{path}?jeton=wrong"), stranger.post(path)):
            assert answer.status_code == 401
            assert "location" not in answer.headers
        assert stranger.post("/etat", json={"number": 1}).status_code == 401
        assert stranger.get(path, headers={"cookie": "acc-8000=wrong"}).status_code == 401


def test_the_token_of_the_address_becomes_a_cookie_that_scripts_do_not_read(folder: Path) -> None:
    with client_of(folder, known=False) as stranger:
        answer = stranger.get(f"/seance?jeton={TOKEN}")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/seance"
        kept = answer.headers["set-cookie"].lower()
        assert "httponly" in kept
        assert "samesite=strict" in kept
        assert stranger.get("/seance").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:9", "127.0.0.1.evil:8000", ""])
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/seance", headers={"host": host}).status_code == 403
    assert client.post("/etat", json={"number": 1}, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:81", "http://127.0.0.1"]
)
def test_a_foreign_origin_is_refused(client: TestClient, origin: str) -> None:
    for path in ("/etat", "/garder"):
        assert client.post(path, content=b"{}", headers={"origin": origin}).status_code == 403
    assert client.get("/seance", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_page_runs_no_script_of_its_text_and_is_in_no_frame(client: TestClient) -> None:
    answer = client.get("/seance")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert "<style" not in answer.text
    assert " onclick=" not in answer.text


def test_a_hundred_megabytes_are_refused_whether_their_length_is_told_or_not(client: TestClient) -> None:
    assert client.post("/etat", content=b"x" * MOST_BYTES).status_code == 400  # let in: no state
    large = b"x" * (MOST_BYTES + 1)
    assert client.post("/etat", content=large).status_code == 413
    assert client.post("/garder", content=large).status_code == 413
    assert client.post("/etat", content=iter([large])).status_code == 413  # in pieces, no length told
    assert client.post("/etat", content=iter([b"x"] * 3)).status_code == 400
    told = {"content-length": str(100_000_000)}
    assert client.post("/etat", content=b"", headers=told).status_code == 413
    parts = (b"x" * 1_000_000 for _part in range(100))
    assert client.post("/etat", content=parts).status_code == 413
    assert client.get("/seance").status_code == 200


def test_the_token_leaves_the_address_and_the_state_stays_in_it(folder: Path) -> None:
    with client_of(folder, known=False) as stranger:
        answer = stranger.get(f"/seance?set=prix%3D97&jeton={TOKEN}")
        assert answer.headers["location"] == "/seance?set=prix%3D97"


def test_a_folder_has_its_own_port_that_another_start_finds_again(tmp_path: Path) -> None:
    ports = [usual_port(tmp_path / name) for name in ("nord", "sud", "nord")]
    assert ports[0] == ports[2] != ports[1]
    assert all(49152 <= port < 65536 for port in ports)


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/police/..%2f..%2fx", "/%2e%2e/x"],
)
def test_nothing_outside_is_read(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Starlette" not in answer.text


def test_a_name_with_html_is_text(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    bad = '<img src=x onerror="alert(1)">'
    text = (mine / "operation.toml").read_text(encoding="utf-8")
    name = next(line for line in text.splitlines() if line.startswith("name ="))
    text = text.replace(name, f"name = '{bad}'", 1)
    text += f"\n[[variants]]\nname = '{bad}'\n\"prices.local_eur_per_mwh\" = 95\n"
    (mine / "operation.toml").write_text(text, encoding="utf-8")
    with client_of(mine) as client:
        for answer in (
            client.get("/seance"),
            client.get("/seance", params={"face": bad}),
            client.get("/seance", params={"set": f"prix={bad}", "without": bad, "key": bad}),
        ):
            assert answer.status_code == 200
            assert "<img" not in answer.text
            assert "&lt;img" in answer.text


def form(name: str, **more: str) -> dict[str, str]:
    return {"nom": name, "present": "", "note": "", "set": "prix=95", **more}


def test_what_is_kept_is_a_variant_with_who_was_there(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    with client_of(mine) as client:
        answer = client.post("/garder", data=form("à 95", present="le maire", note='dire "oui"\nvite'))
        assert answer.status_code == 303
        assert client.get(answer.headers["location"]).status_code == 200
        again = client.post("/garder", data=form("à 95"))
        assert again.status_code == 422
        long = client.post("/garder", data=form("n" * 90))
        assert long.status_code == 422
        assert "has 90 characters: write 80 at most. Nothing is written" in long.text
    text = (mine / "operation.toml").read_text(encoding="utf-8")
    assert "nnnn" not in text
    assert text.count('name = "à 95"') == 1
    assert '"present" = "le maire"' in text
    assert '"kept_on" = 2026-11-25' in text


@pytest.mark.slow
def test_what_is_kept_in_a_workbook_is_read_again_with_its_day(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "membres.xlsx")
    with client_of(tmp_path) as client:
        for name in ("à 95", "encore"):
            assert client.post("/garder", data=form(name, present="le maire")).status_code == 303
    kept = read_source(tmp_path).sections["variants"][-1]
    assert str(kept["kept_on"]) == "2026-11-25"
    assert (kept["name"], kept["present"]) == ("encore", "le maire")


def test_two_writers_lose_nothing(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    with client_of(mine) as client:
        names = [f"n{rank}" for rank in range(8)]
        threads = [Thread(target=client.post, args=("/garder",), kwargs={"data": form(n)}) for n in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    text = (mine / "operation.toml").read_text(encoding="utf-8")
    assert all(text.count(f'name = "{name}"') == 1 for name in names)


def test_a_folder_that_refuses_is_said_and_nothing_is_lost(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "demo"
    shutil.copytree(folder, mine)
    before = (mine / "operation.toml").read_bytes()

    def refuse(*_args: object, **_words: object) -> None:
        raise PermissionError(13, "Permission denied")

    mine.chmod(stat.S_IRUSR | stat.S_IXUSR)
    # Root writes wherever it likes: the system's refusal is played.
    monkeypatch.setattr("profiles.files.atomic_write.mkstemp", refuse)
    try:
        with client_of(mine) as client:
            answer = client.post("/garder", data=form("à 95"))
            assert client.get("/seance").status_code == 200
    finally:
        mine.chmod(stat.S_IRWXU)
    assert answer.status_code == 422
    assert "operation.toml" in answer.text
    assert (mine / "operation.toml").read_bytes() == before


def test_a_folder_of_operations_serves_each_under_its_own_address(folder: Path, tmp_path: Path) -> None:
    for name in ("nord", "sud"):
        shutil.copytree(folder, tmp_path / name)
    (tmp_path / "autre").mkdir()
    (tmp_path / "lien").symlink_to(folder)
    with client_of(tmp_path) as client:
        chosen = client.get("/").text
        assert 'href="/o/nord/"' in chosen
        assert "autre" not in chosen
        assert "lien" not in chosen
        assert client.get("/o/nord/").headers["location"] == "/o/nord/avancement"
        kept = client.post("/o/nord/garder", data=form("à 95"))
        assert kept.headers["location"].startswith("/o/nord/seance?")
        shown = client.get("/o/nord/donnees").text
        assert 'action="/o/nord/donnees/table"' in shown
        assert 'href="/donnees' not in shown
        assert client.post("/o/sud/etat", json={"number": 1}).status_code == 200
        assert client.get("/seance").status_code == 404
    assert "à 95" not in (tmp_path / "sud" / "operation.toml").read_text(encoding="utf-8")
