"""The screen "Données": cells written or refused, faults under their line, files shown before use."""

import os
import shutil
import signal
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from gettext import gettext as _
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from scenarios.entry.catalogue import copy_example
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.editing.tables import Typed, TypedLine, TypedTable, sheets_of
from scenarios.entry.editing.versions import bring_back, versions_of
from scenarios.entry.editing.write import write_cells
from scenarios.entry.folder.load import load
from scenarios.export import export
from tests.web.folders import installed
from tests.web.test_guard import client_of
from tests.web.writing import write_for_ever
from web.data_view import cell_of

SITES = "participants.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example("bergerac", tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def client(folder: Path) -> TestClient:
    return client_of(folder)


def stamp_of(client: TestClient, path: str = "/donnees") -> str:
    return client.get(path).text.partition('name="tampon" value="')[2].partition('"')[0]


def line_of(folder: Path, name: str) -> int:
    return next(line.number for line in sheets_of(folder)[SITES].lines if line.cells["id"] == name)


def price(folder: Path, column: str = "supply_hph_eur_per_mwh") -> str:
    lines = {line.cells["id"]: line.cells for line in sheets_of(folder)[SITES].lines}
    return lines["gymnase"].get(column, "")


def cell(row: str, column: str, text: str, before: str | None = None, file: str = SITES) -> dict[str, object]:
    return {"file": file, "row": row, "column": column, "text": text, "before": before}


def since_of(client: TestClient, path: str = "/donnees") -> str:
    return client.get(path).text.partition('data-since="')[2].partition('"')[0]


def door(client: TestClient, *ops: object, since: str = "", tab: str = "membres") -> dict[str, Any]:
    """Send what a page typed; the answer of the door of the cells."""
    asked = {"onglet": tab, "since": since or since_of(client, f"/donnees?onglet={tab}"), "ops": ops}
    answer = client.post("/donnees/cellules", json=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_tab_shows_the_folder(client: TestClient) -> None:
    for tab in ("membres", "centrales", "personnes", "parties", "reglages", "courbes", "autre"):
        for more in ("", "&colonnes=toutes"):
            assert client.get(f"/donnees?onglet={tab}{more}").status_code == 200
    shown = client.get("/donnees").text
    assert "Mairie annexe" in shown
    assert "3 334 000" in shown.replace("\u202f", " ").replace(",", " ")  # the sum of the cells of the table


def test_a_cell_is_written_with_the_fault_that_it_makes_and_its_remedy(
    folder: Path, client: TestClient
) -> None:
    column = "supply_hph_eur_per_mwh"
    answer = door(client, cell("gymnase", column, "9,2", price(folder)))
    assert price(folder) == "9,2"
    assert answer["cells"] == {"gymnase": {column: ["9,2", "f1"]}}
    assert 'class="fault-row"' in answer["below"]["gymnase"]
    field = f"{SITES}:{line_of(folder, 'gymnase')}:{column}"
    assert f'name="{field}" value="92"' in answer["below"]["gymnase"]
    mended = {"tampon": answer["stamp"], field: "92"}
    assert client.post("/donnees/table", data=mended).status_code == 303
    assert "fault-row" not in client.get("/donnees").text


def typed(client: TestClient, cell: str, text: str) -> str:
    answer = client.post("/donnees/totaux", data={"case": cell, "texte": text})
    return answer.text.replace("\u202f", "").replace("\xa0", " ").replace(",", "")


def test_the_total_follows_a_cell_that_is_typed_and_nothing_is_written(
    folder: Path, client: TestClient
) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    line = line_of(folder, "gymnase")  # 74,000 of the 3,334,000 kWh
    assert "<b>3334000 kWh</b>" in typed(client, f"{SITES}:{line}:annual_kwh", "74 000")
    assert "<b>3260500 kWh</b>" in typed(client, f"{SITES}:{line}:annual_kwh", "500")
    assert "<b>3260000 kWh</b> · 12 active 1 apart without Gymnase (empty)" in typed(
        client, f"{SITES}:{line}:annual_kwh", ""
    )
    assert "<b>3335000 kWh</b>" in typed(client, f"{SITES}:0:annual_kwh", "1000")
    assert "<b>3260000 kWh</b>" in typed(client, f"{SITES}:{line}:annual_kwh", "12a")
    assert "<b>260 kWc</b> · 2 plants" in typed(client, "plants.csv:2:kwp", "20")  # beside 240 of the cellar
    assert client.post("/donnees/totaux", data={"case": "x", "texte": "1"}).status_code == 200
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_the_total_follows_a_column_in_another_unit(folder: Path, client: TestClient) -> None:
    text = (
        (folder / SITES)
        .read_text(encoding="utf-8")
        .replace(";annual_kwh;", ";Consommation annuelle (MWh);", 1)
    )
    (folder / SITES).write_text(text, encoding="utf-8")
    line = line_of(folder, "gymnase")
    assert "<b>3260001000 kWh</b>" in typed(client, f"{SITES}:{line}:annual_kwh", "1")


def test_an_oddity_that_is_meant_is_kept(folder: Path, client: TestClient) -> None:
    field = f"{SITES}:{line_of(folder, 'gymnase')}:supply_hph_eur_per_mwh"
    client.post("/donnees/table", data={"tampon": stamp_of(client), field: "0,92"})
    asked = {"chemin": "participants.gymnase.supply_hph_eur_per_mwh", "valeur": "0.92"}
    assert client.post("/donnees/admettre", data={"tampon": stamp_of(client), **asked}).status_code == 303
    assert "fault-row" not in client.get("/donnees").text
    assert "[[accepted]]" in (folder / "operation.toml").read_text(encoding="utf-8")


def test_a_whole_form_writes_only_what_was_changed(folder: Path, client: TestClient) -> None:
    before = (folder / SITES).read_bytes()
    shown = client.get("/donnees").text
    fields = {"tampon": stamp_of(client)}
    for line in sheets_of(folder)[SITES].lines:
        fields[f"{SITES}:{line.number}:name"] = line.cells["name"]
        fields[f"{SITES}:{line.number}:active"] = line.cells["active"]
    assert client.post("/donnees/table", data=fields).status_code == 303
    assert (folder / SITES).read_bytes() == before
    fields[f"{SITES}:{line_of(folder, 'gymnase')}:active"] = "non"
    client.post("/donnees/table", data=fields)
    assert price(folder, "active") == "non"
    assert shown != client.get("/donnees").text


def test_a_long_name_gives_an_id_of_36_letters(folder: Path, client: TestClient) -> None:
    client.post("/donnees/table", data={"tampon": stamp_of(client), f"{SITES}:0:name": "É" * 40})
    assert sheets_of(folder)[SITES].lines[-1].cells["id"] == "e" * 36


def test_a_new_line_is_given_an_id(folder: Path, client: TestClient) -> None:
    field = f"{SITES}:0:name"
    client.post("/donnees/table", data={"tampon": stamp_of(client), field: "Crèche des Lilas"})
    made = {"id": "creche-des-lilas", "name": "Crèche des Lilas", "active": "oui"}
    assert sheets_of(folder)[SITES].lines[-1].cells == made
    line = str(sheets_of(folder)[SITES].lines[-1].number)
    asked = {"tampon": stamp_of(client), "table": SITES, "ligne": line}
    assert client.post("/donnees/ligne", data=asked).status_code == 303
    assert len(sheets_of(folder)[SITES].lines) == 13


def test_settings_are_written(folder: Path, client: TestClient) -> None:
    asked = {"tampon": stamp_of(client, "/donnees?onglet=reglages"), "prices.local_eur_per_mwh": "91,5"}
    assert client.post("/donnees/table", data={**asked, "onglet": "reglages"}).status_code == 303
    assert load(folder).prices.local_eur_per_kwh == pytest.approx(0.0915)


def test_two_writers_never_write_over_each_other(folder: Path, client: TestClient) -> None:
    stamp = stamp_of(client)
    line = line_of(folder, "gymnase")

    def write(column: str) -> int:
        asked = {"tampon": stamp, f"{SITES}:{line}:{column}": "77"}
        return client_of(folder).post("/donnees/table", data=asked).status_code

    with ThreadPoolExecutor(2) as pool:
        pool.submit(
            client.post, "/donnees/table", data={"tampon": stamp, f"{SITES}:{line}:kva": "77"}
        ).result()
        assert list(pool.map(write, ("supply_hph_eur_per_mwh", "annual_kwh"))) == [409, 409]
    assert price(folder, "kva") == "77"
    assert price(folder) == "92"


def test_undo_and_versions(folder: Path, client: TestClient) -> None:
    before = price(folder)
    field = f"{SITES}:{line_of(folder, 'gymnase')}:supply_hph_eur_per_mwh"
    for value in ("95", "96"):
        client.post("/donnees/table", data={"tampon": stamp_of(client), field: value})
    client.post("/donnees/annuler", data={"tampon": stamp_of(client)})
    assert price(folder) == "95"
    name = client.get("/donnees").text.partition('name="version" value="')[2].partition('"')[0]
    client.post("/donnees/version", data={"tampon": stamp_of(client), "version": name})
    assert price(folder) == before
    for bad in ("../..", "nothing", ""):
        asked = {"tampon": stamp_of(client), "version": bad}
        assert client.post("/donnees/version", data=asked).status_code == 422


def waiting_id(client: TestClient) -> str:
    return client.get("/donnees").text.partition('name="id" value="')[2].partition('"')[0]


def test_a_dropped_file_is_shown_then_used_or_set_aside(folder: Path, client: TestClient) -> None:
    rows = [f"2025-03-{d:02}T{h:02}:00:00+01:00;12" for d in range(1, 29) for h in range(24)]
    data = "\n".join(["time;gymnase_kw", *rows]).encode()
    for word in ("ecarter", "utiliser"):
        sent = client.post("/donnees/fichier", files={"fichier": ("../gymnase.csv", data)})
        assert sent.status_code == 303
        assert not (folder / "curves" / "gymnase.csv").exists()
        asked = {"tampon": stamp_of(client), "id": waiting_id(client), "site": "gymnase"}
        assert client.post(f"/donnees/{word}", data=asked).status_code == 303
    assert price(folder, "curve") == "gymnase.csv"
    assert (folder / "curves" / "gymnase.csv").read_bytes() == data
    assert client.post("/donnees/utiliser", data={**asked, "tampon": stamp_of(client)}).status_code == 422


@pytest.mark.parametrize(
    ("head", "first", "answers", "cell"),
    [
        ("time;gymnase", "2025-03-01T00:00:00+01:00", ({"unit": "kW"},), "g.csv?unit=kW"),
        ("time;gymnase_kw", "2025-03-01 00:00", ({"clock": "winter"},), "g.csv?clock=winter"),
        ("time;gymnase", "2025-03-01 00:00", ({"unit": "W"}, {"clock": "utc"}), "g.csv?unit=W&clock=utc"),
    ],
)
def test_a_curve_without_unit_or_clock_asks_and_the_cell_keeps_the_answer(
    folder: Path, client: TestClient, head: str, first: str, answers: tuple[dict[str, str], ...], cell: str
) -> None:
    start = datetime.fromisoformat(first)
    hours = [start + timedelta(hours=rank) for rank in range(31 * 24)]  # over the night of 30 March
    data = "\n".join(
        [head, *(f"{hour.isoformat(' ' if ' ' in first else 'T')};12" for hour in hours)]
    ).encode()
    client.post("/donnees/fichier", files={"fichier": ("g.csv", data)})
    for answer in answers:
        (option,) = answer
        shown = client.get("/donnees").text
        assert shown.count(f'name="{option}" value=') == {"unit": 3, "clock": 2}[option]
        assert "/donnees/utiliser" not in shown
        client.post("/donnees/relire", data={"id": waiting_id(client), **answer})
    asked = {"tampon": stamp_of(client), "id": waiting_id(client), "site": "gymnase"}
    assert client.post("/donnees/utiliser", data=asked).status_code == 303
    assert price(folder, "curve") == cell
    assert [path.name for path in (folder / "curves").iterdir() if path.name.startswith("g")] == ["g.csv"]
    load(folder)


def test_an_empty_folder_offers_a_workbook_and_takes_it(folder: Path, tmp_path: Path) -> None:
    book = tmp_path / "membres.xlsx"
    export(folder, book)
    empty = tmp_path / "empty"
    empty.mkdir()
    client = client_of(empty)
    assert client.get("/").headers["location"] == "/avancement"
    assert "/donnees/classeur" in client.get("/donnees").text
    assert client.get("/donnees/classeur").content[:2] == b"PK"
    client.post("/donnees/fichier", files={"fichier": ("liste.xlsx", book.read_bytes())})
    asked = {"tampon": stamp_of(client), "id": waiting_id(client)}
    assert client.post("/donnees/utiliser", data=asked).status_code == 303
    assert (empty / "membres.xlsx").read_bytes() == book.read_bytes()
    assert client.get("/").headers["location"] == "/avancement"


def test_nothing_is_written_beyond_the_folder(folder: Path, client: TestClient) -> None:
    outside = {path: path.stat().st_mtime_ns for path in folder.parent.iterdir() if path != folder}
    for name in ("../x.csv:2:name", f"{SITES}:2:../x", "operation.toml:1:name", "provenance.version"):
        answer = client.post("/donnees/table", data={"tampon": stamp_of(client), name: "x"})
        assert answer.status_code in {303, 422}
    client.post("/donnees/fichier", files={"fichier": ("..\\..\\etc\\passwd", b"x;y\n")})
    assert {path: path.stat().st_mtime_ns for path in folder.parent.iterdir() if path != folder} == outside


def test_html_in_a_name_stays_text(folder: Path, client: TestClient) -> None:
    field = f"{SITES}:{line_of(folder, 'gymnase')}:name"
    client.post("/donnees/table", data={"tampon": stamp_of(client), field: "<script>alert(1)</script>"})
    for path in ("/donnees", "/donnees?colonnes=toutes"):
        assert "<script>alert" not in client.get(path).text


def test_a_folder_made_read_only_is_said(folder: Path, client: TestClient) -> None:
    field = f"{SITES}:{line_of(folder, 'gymnase')}:kva"
    stamp = stamp_of(client)
    (folder / "versions").write_text("a file where a folder should be", encoding="utf-8")
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        answer = client.post("/donnees/table", data={"tampon": stamp, field: "70"})
    finally:
        folder.chmod(stat.S_IRWXU)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert price(folder, "kva") == "60"


@pytest.mark.parametrize(
    "name",
    ["participants.csv", "curves", "versions", "curves/lien.csv", f"out/{_('groups')}/lien/out/.cache"],
)
def test_a_link_out_of_the_folder_is_neither_read_nor_written(
    folder: Path, tmp_path: Path, name: str
) -> None:
    outside = tmp_path / "secret"
    outside.mkdir()
    (outside / "lien.csv").write_text("id;name\nsecret;Secret d’ailleurs\n", encoding="utf-8")
    link = folder / name
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / "lien.csv" if name.endswith(".csv") else outside)
    client = client_of(folder)
    for path in installed("/donnees", "/seance", "/question"):
        answer = client.get(path)
        assert "Secret" not in answer.text
        assert "lien" in answer.text or "link" in answer.text
    client.post("/donnees/table", data={"tampon": "x", f"{SITES}:2:kva": "70"})
    assert sorted(path.name for path in outside.iterdir()) == ["lien.csv"]


KILLS = 20


def time_of_a_write(folder: Path, line: int) -> float:
    """Return the seconds of one write, of a copy, on this machine as busy as it is."""
    copy = shutil.copytree(folder, folder.with_name("copy"))
    begun = time.perf_counter()
    write_cells(copy, [Typed("participants.csv", line, "kva", "41")], datetime.now())
    return time.perf_counter() - begun


def test_twenty_kills_leave_the_old_table_or_the_new_one(folder: Path) -> None:
    names = [line.cells["id"] for line in sheets_of(folder)[SITES].lines]
    line, started = line_of(folder, "gymnase"), get_context("forkserver")
    started.set_forkserver_preload(["tests.web.writing"])
    a_write = time_of_a_write(folder, line)
    for rank in range(KILLS):
        begun, ready = started.Pipe(duplex=False)
        writer = started.Process(target=write_for_ever, args=(folder, line, ready))
        writer.start()
        begun.recv_bytes()
        time.sleep(a_write * (0.2 + 0.2 * rank))  # from within the first write to within the fourth
        while rank == KILLS - 1 and not versions_of(folder):  # the last one kills after a whole write
            time.sleep(a_write)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        assert [one.cells["id"] for one in sheets_of(folder)[SITES].lines] == names
        assert 40 <= int(price(folder, "kva")) < 80
    assert versions_of(folder)
    for version in versions_of(folder):
        bring_back(folder, version.name, version.when)
        assert [line.cells["id"] for line in sheets_of(folder)[SITES].lines] == names
        break


def test_a_fault_of_a_setting_is_told_by_its_name_among_the_data_and_counted_elsewhere(
    folder: Path, client: TestClient
) -> None:
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("local_eur_per_mwh = 80", "local_eur_per_mwh = 8000"), encoding="utf-8")
    shown = client.get("/donnees?onglet=reglages").text
    assert "Prix local\u00a0: 8\u202f000 is refused: at most 2\u202f000" in shown
    assert 'value="8000" autocomplete="off" aria-invalid="true" aria-describedby="f1"' in shown
    for screen in installed("/seance", "/question"):
        stopped = client.get(screen).text
        assert "1 fault to mend before computing" in stopped, (
            "told by name among the data alone: a meeting looks on"
        )
        assert 'href="/donnees"' in stopped
        assert "Prix local" not in stopped
        assert "operation.toml" not in stopped


@pytest.mark.parametrize(("cell", "text"), [(f"{SITES}:0:name", "Mairie"), ("operation.place", "Bergerac")])
def test_the_first_thing_typed_makes_an_operation_that_asks_for_the_rest(
    tmp_path: Path, cell: str, text: str
) -> None:
    folder = tmp_path / "L’Isle"
    folder.mkdir()
    with client_of(folder) as client:
        client.post("/donnees/table", data={"tampon": stamp_of(client), cell: text})
        shown = client.get("/donnees").text
        assert text in shown + client.get("/donnees?onglet=reglages").text
        assert ">L’Isle<" in shown
        assert 'href="/donnees?onglet=reglages&amp;colonnes' not in shown
        assert "to mend before computing" in shown
        assert f"start = {datetime.now().year}-01-01" in (folder / "operation.toml").read_text(
            encoding="utf-8"
        )


def test_an_empty_folder_has_no_fault_and_says_what_to_do(tmp_path: Path) -> None:
    with client_of(tmp_path) as client:
        empty = client.get("/donnees").text
        assert "fault-row" not in empty
        assert "/donnees/annuler" not in empty  # nothing to undo yet: no button that does nothing
        assert ">Versions<" not in empty
        days = client.get("/donnees?onglet=reglages").text
        assert f'name="operation.start" value="{datetime.now().year}-01-01"' in days
        for screen in installed("/donnees", "/seance", "/question"):
            shown = client.get(screen).text
            asks = "Nothing yet. Fill in a workbook" if screen == "/donnees" else "At least one member"
            assert asks in shown
            assert str(tmp_path) not in shown


def test_the_title_counts_every_fault_that_is_numbered_and_a_limit_reads_as_a_figure(
    client: TestClient, folder: Path
) -> None:
    odd, wrong = line_of(folder, "mairie"), line_of(folder, "ecole")
    typed = {f"{SITES}:{wrong}:annual_kwh": "1e10", f"{SITES}:{odd}:supply_hph_eur_per_mwh": "12,4"}
    for cell, text in typed.items():
        client.post("/donnees/table", data={"tampon": stamp_of(client), cell: text})
    shown = client.get("/donnees").text
    assert "1 fault to mend before computing, 1 figure to be looked at</h1>" in shown
    assert "at most 1\u202f000\u202f000\u202f000 is expected" in shown
    assert ", one of 4 prices</th>" in shown
    assert "one of 4 prices" not in client.get("/donnees?colonnes=toutes").text


def test_figures_are_typed_as_figures_and_cells_of_several_values_as_texts() -> None:
    line = TypedLine(2, {})
    shown = {
        (file, name): cell_of(TypedTable(file, {}, ()), line, name, {}).is_number
        for file in (SITES, "plants.csv")
        for name in columns(file)
    }
    figures = {(SITES, "peak_kw"), (SITES, "quantity"), (SITES, "density"), ("plants.csv", "kwp")}
    texts = {(SITES, "kva"), (SITES, "name"), ("plants.csv", "shading_ratio"), ("plants.csv", "surplus")}
    assert {shown[cell] for cell in figures} == {True}
    assert {shown[cell] for cell in texts} == {False}


def test_a_paper_is_sent_then_signed_by_a_button_and_its_member_is_named(
    client: TestClient, folder: Path
) -> None:
    text = "Pièce;Nature;De qui;Envoyée le;Signée le\nadhesion-ville;Acte d’adhésion;ville;;\n"
    (folder / "signatures.csv").write_text(text, encoding="utf-8")
    today, page = f"{datetime.now():%d/%m/%Y}", "/donnees?onglet=signatures"
    buttons = lambda shown: [word for word in ("Sent", "Signed") if f">{word}</button>" in shown]  # noqa: E731
    shown = client.get(page).text
    assert 'value="Ville de Bergerac"' in shown
    assert buttons(shown) == ["Sent", "Signed"]
    for column, left in (("sent", ["Signed"]), ("signed", [])):
        name = f"signatures.csv:2:{column}"
        assert f'name="{name}" value="{today}"' in client.get(page).text
        sent = {"tampon": stamp_of(client, page), "onglet": "signatures", name: today}
        assert client.post("/donnees/table", data=sent).status_code == 303
        assert buttons(client.get(page).text) == left
    line = sheets_of(folder)["signatures.csv"].lines[0]
    assert (line.cells["who"], line.cells["sent"], line.cells["signed"]) == ("ville", today, today)
    door(client, cell("adhesion-ville", "due", "avant l’été", "", "signatures.csv"), tab="signatures")
    assert "fault-row" in client.get(page).text  # a word is no day


def test_a_save_for_which_the_disk_has_no_room_is_said_and_changes_nothing(
    client: TestClient, folder: Path
) -> None:
    resource = pytest.importorskip("resource")  # of POSIX
    stamp, before = stamp_of(client), tables_of(folder)
    changed = {"tampon": stamp, f"{SITES}:2:annual_kwh": "63000"}
    at_most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, at_most[1]))
    try:
        refused = client.post("/donnees/table", data=changed)
        kept = client.post("/garder", data={"nom": "cher", "set": "prix=130", "note": "x"})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, at_most)
    for answer in (refused, kept):
        assert answer.status_code < 500
    assert "no file may be that large there" in refused.text
    assert tables_of(folder) == before
    assert not [path for path in folder.glob("versions/*") if not any(path.iterdir())]
    assert client.post("/donnees/table", data=changed, follow_redirects=False).status_code == 303


def tables_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".csv", ".toml"}}
