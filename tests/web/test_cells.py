"""The door of the cells: what is written, what is answered, two writers, blocks that are pasted."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from scenarios.entry.catalogue import copy_example
from scenarios.entry.editing.tables import sheets_of
from scenarios.entry.editing.versions import versions_of
from scenarios.entry.editing.write import begin
from scenarios.export import export
from tests.web.test_guard import client_of

SITES, PLANTS, CHANGES = "participants.csv", "plants.csv", "changes.csv"


@pytest.fixture(params=["text", pytest.param("workbook", marks=pytest.mark.slow)])
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    copy_example("bergerac", tmp_path / "demo")
    if request.param == "text":
        return tmp_path / "demo"
    export(tmp_path / "demo", tmp_path / "book" / "membres.xlsx")
    return tmp_path / "book"


class Page:
    """A page that is open: it sends what is typed, and knows what it was answered last."""

    def __init__(self, folder: Path, tab: str = "membres") -> None:
        self.client: TestClient = client_of(folder)
        self.folder, self.tab = folder, tab
        self.file = {"membres": SITES, "centrales": PLANTS, "changements": CHANGES}.get(tab, "")
        shown = self.client.get(f"/donnees?onglet={tab}").text
        self.since = shown.partition('data-since="')[2].partition('"')[0]

    def sends(self, *ops: dict[str, Any], keeps: bool = True) -> dict[str, Any]:
        asked = {"onglet": self.tab, "since": self.since, "ops": ops}
        answer = self.client.post("/donnees/cellules", json=asked)
        assert answer.status_code == 200, answer.text
        made = dict(answer.json())
        if keeps:
            self.since = made["since"]
        return made

    def cell(self, row: str, column: str, text: str, before: str | None = "") -> dict[str, Any]:
        return {"file": self.file, "row": row, "column": column, "before": before, "text": text}

    def block(self, row: str, column: str, text: str, rows: list[str]) -> dict[str, Any]:
        more = {"columns": ["active", "name", "person", "commune", "kind", "profile", "annual_kwh"]}
        return {"file": self.file, "row": row, "column": column, "block": text, "rows": rows, **more}


def cells(folder: Path, file: str = SITES) -> dict[str, dict[str, str]]:
    """Cells that are filled in, by id."""
    lines = [line.cells for line in sheets_of(folder)[file].lines]
    return {own["id"]: {column: text for column, text in own.items() if text} for own in lines}


def test_a_cell_is_written_where_it_holds_what_was_seen_or_already_what_is_typed(folder: Path) -> None:
    page = Page(folder)
    for _time in range(2):  # an answer that is lost is asked again
        answer = page.sends(page.cell("gymnase", "annual_kwh", "75000", "74000"), keeps=False)
        assert answer["results"][0]["done"] == [["gymnase", "annual_kwh", "74000", "75000"]]
        assert answer["cells"] == {"gymnase": {"annual_kwh": ["75000", ""]}}
        assert cells(folder)["gymnase"]["annual_kwh"] == "75000"
    assert len(versions_of(folder)) == 1


def test_of_two_writers_different_cells_are_both_written_and_the_same_cell_keeps_the_first(
    folder: Path,
) -> None:
    one, other = Page(folder), Page(folder)
    one.sends(one.cell("gymnase", "annual_kwh", "75000", "74000"))
    answer = other.sends(
        other.cell("gymnase", "kva", "72", "60"), other.cell("gymnase", "annual_kwh", "76000", "74000")
    )
    assert cells(folder)["gymnase"]["annual_kwh"] == "75000"
    assert cells(folder)["gymnase"]["kva"] == "72"
    assert [bool(result["done"]) for result in answer["results"]] == [True, False]
    assert answer["results"][1]["theirs"] == [["gymnase", "annual_kwh", "75000"]]
    assert answer["cells"] == {"gymnase": {"annual_kwh": ["75000", ""], "kva": ["72", ""]}}


def test_a_line_taken_away_above_by_another_leaves_the_right_line_written(folder: Path) -> None:
    one, other = Page(folder), Page(folder)
    one.sends({"file": SITES, "row": "mairie", "remove": True})
    answer = other.sends(other.cell("gymnase", "kva", "72", "60"), other.cell("mairie", "kva", "72", "36"))
    assert cells(folder)["gymnase"]["kva"] == "72"
    assert "mairie" not in cells(folder)
    assert "mairie" not in answer["order"]
    assert answer["results"][1]["refused"] == [["mairie", "kva", "this line was taken away"]]


def test_lines_without_an_id_of_their_own_are_known_by_what_they_hold(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    folder = tmp_path / "demo"
    lines = ["id;what;since;ratio", *(f"gymnase;ratio;20{year}-01-01;0,9" for year in (27, 28, 29)), ""]
    (folder / CHANGES).write_text("\n".join(lines), encoding="utf-8")
    one, other = Page(folder, "changements"), Page(folder, "changements")
    answer = one.sends({"file": CHANGES, "row": "@2", "remove": True})
    assert answer["called"] == {"@3": "@2", "@4": "@3"}
    other.sends(other.cell("@4", "ratio", "0,8", "0,9"))
    ratios = [line.cells["ratio"] for line in sheets_of(folder)[CHANGES].lines]
    assert ratios == ["0,9", "0,8"]


CRECHE = {
    "name": "Crèche des Lilas",
    "commune": "Bergerac",
    "kind": "commune",
    "profile": "school",
    "annual_kwh": "21000",
}
TICK = {"active": "oui"}
"""A new line is ticked on the page: it says yes where the others do."""


def made_of(folder: Path) -> dict[str, str]:
    """Cells of the new line; a workbook has the words of its lists in French."""
    own = cells(folder)["creche-des-lilas"]
    assert own.pop("active") == TICK["active"]
    return own | {"kind": own["kind"].lower()}


def test_a_row_that_is_begun_is_one_row_whatever_is_asked_again(folder: Path) -> None:
    page, count = Page(folder), len(cells(folder))
    ops = [page.cell("n-1", column, text) for column, text in CRECHE.items()]
    page.sends(*ops, keeps=False)
    page = Page(folder)  # another process: the answer was lost with the first one
    answer = page.sends(*ops)
    assert answer["called"] == {"n-1": "creche-des-lilas"}
    shown = Page(folder).client.get("/donnees").text
    assert 'data-row="creche-des-lilas"' in shown
    assert "other lines say yes" not in shown, "a line that the page shows ticked is not asked about"
    assert made_of(folder) == {"id": "creche-des-lilas", **CRECHE}
    assert len(cells(folder)) == count + 1
    answer = page.sends(*(page.cell("creche-des-lilas", column, "", text) for column, text in CRECHE.items()))
    assert answer["results"][1]["removed"] == ["creche-des-lilas"]
    assert len(cells(folder)) == count, "a line of which nothing is left is none"


def test_a_line_that_is_begun_waits_until_nothing_that_it_needs_is_missing(folder: Path) -> None:
    before, typed = cells(folder), list(CRECHE.items())
    for column, text in typed[:3]:  # a page and a program each time
        page = Page(folder)
        answer = page.sends(page.cell("n-1", column, text))
        assert answer["order"][-1] == "n-1"
    assert "It lacks: Profil, Besoin annuel (kWh)" in answer["below"]["n-1"]
    assert cells(folder) == before
    page = Page(folder)
    shown = page.client.get("/donnees").text
    assert "1 line begun" in shown
    assert 'name="participants.csv:n-1:name" form="table" value="Crèche des Lilas"' in shown
    assert page.sends(page.cell("n-1", "profile", "school"))["order"][-1] == "n-1"
    assert page.sends(page.cell("n-1", "annual_kwh", "21000"))["called"] == {"n-1": "creche-des-lilas"}
    assert cells(folder).keys() == {*before, "creche-des-lilas"}
    assert made_of(folder) == {"id": "creche-des-lilas", **CRECHE}
    assert "begun" not in page.client.get("/donnees").text


def test_a_line_that_is_begun_is_written_as_it_is_or_taken_away_when_a_person_says_so(folder: Path) -> None:
    page, before = Page(folder), cells(folder)
    page.sends(*(page.cell(f"n-{n}", "name", f"Halle {n}") for n in range(3)))
    answer = page.sends(
        {"file": SITES, "row": "n-0", "as_is": True}, {"file": SITES, "row": "n-1", "remove": True}
    )
    assert answer["called"] == {"n-0": "halle-0"}
    assert answer["results"][1]["removed"] == ["n-1"]
    assert answer["order"][-2:] == ["halle-0", "n-2"]
    assert cells(folder) == {**before, "halle-0": {"id": "halle-0", "name": "Halle 0", **TICK}}


def test_without_a_script_a_line_that_is_begun_is_typed_on_and_written(folder: Path) -> None:
    page, before = Page(folder), cells(folder)
    page.sends(page.cell("n-1", "name", "Halle"), page.cell("n-2", "name", "Marché"))

    def posted(act: str, **fields: str) -> None:
        stamp = page.client.get("/donnees").text.partition('name="tampon" value="')[2].partition('"')[0]
        answer = page.client.post(f"/donnees/{act}", data={"tampon": stamp, "onglet": "membres", **fields})
        assert answer.status_code == 303, answer.text

    posted("table", **{"participants.csv:n-1:commune": "Bergerac", "participants.csv:n-1:name": "Halle"})
    posted("ligne", table=SITES, ligne="n-2")
    assert cells(folder) == before
    posted("ecrire", table=SITES, ligne="n-1")
    assert cells(folder) == {
        **before,
        "halle": {"id": "halle", "name": "Halle", "commune": "Bergerac", **TICK},
    }


def test_each_op_is_refused_by_itself(folder: Path) -> None:
    page = Page(folder)
    ops = [
        page.cell("gymnase", "name", "é" * 500, "Gymnase"),
        page.cell("gymnase", "nothing", "1"),
        {"file": SITES},
        page.cell("gymnase", "kva", "72", "60"),
    ]
    results = page.sends(*ops)["results"]
    assert [bool(result["refused"]) for result in results] == [True, True, True, False]
    assert cells(folder)["gymnase"]["kva"] == "72"
    assert cells(folder)["gymnase"]["name"] == "Gymnase"


FORTY = "\n".join(
    [
        "Nom du site\tConso (MWh)\tCouleur\tCommune",
        *(f"Site {n}\t1\u202f0{n},5\tbleu\tBergerac" for n in range(10, 50)),
    ]
)


def test_a_block_of_forty_lines_is_one_write_under_its_titles_and_undone_in_one(folder: Path) -> None:
    page, before = Page(folder), cells(folder)
    keys = [f"n-{n}" for n in range(41)]
    for keeps in (False, True):  # the first answer is lost
        answer = page.sends(page.block("n-0", "name", FORTY, keys), keeps=keeps)
    assert answer["notes"] == ["40 lines pasted", "left aside: Couleur"]
    assert len(versions_of(folder)) == 1
    made = cells(folder)
    assert len(made) == len(before) + 40
    assert made["site-17"] == {
        "id": "site-17",
        "name": "Site 17",
        "annual_kwh": "1017500",
        "commune": "Bergerac",
        **TICK,
    }
    named = answer["called"]
    undo = [
        page.cell(named.get(row, row), column, was, text)
        for row, column, was, text in answer["results"][0]["done"]
    ]
    assert len(page.sends(*undo)["results"][0]["removed"]) == 1
    assert cells(folder) == before
    assert len(versions_of(folder)) == 2


def test_a_block_without_titles_fills_from_the_cell_on_and_goes_on_below(folder: Path) -> None:
    page = Page(folder)
    last = list(cells(folder))[-1]
    answer = page.sends(page.block(last, "profile", "mairie\t12\u00a0000,5\tx\nécole\t7\t", [last, "n-1"]))
    assert cells(folder)[last]["annual_kwh"] in {"12000,5", "12000.5"}
    assert answer["notes"] == ["2 lines pasted", "left aside: +1"]
    assert cells(folder)[answer["called"]["n-1"]]["annual_kwh"] == "7"


def test_figures_pasted_are_in_the_unit_of_the_table(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    path = tmp_path / "demo" / SITES
    text = path.read_text(encoding="utf-8").replace(";annual_kwh;", ";Consommation annuelle (MWh);", 1)
    path.write_text(text, encoding="utf-8")
    page = Page(tmp_path / "demo")
    page.sends(page.block("gymnase", "annual_kwh", "Conso (kWh)\n62 500", ["gymnase", "n-1"]))
    assert cells(tmp_path / "demo")["gymnase"]["annual_kwh"] == "62,5"
    page.sends(page.block("gymnase", "annual_kwh", "63", ["gymnase"]))
    assert cells(tmp_path / "demo")["gymnase"]["annual_kwh"] == "63"


def test_owner_and_host_of_a_roof_are_typed_by_name_and_held_by_id(folder: Path) -> None:
    page = Page(folder, "centrales")
    (roof, own), *_rest = cells(folder, PLANTS).items()
    host = next(cell for cell in cells(folder).values() if cell["id"] != own.get("behind"))
    answer = page.sends(page.cell(roof, "behind", host["name"].upper(), None))
    assert cells(folder, PLANTS)[roof]["behind"] == host["id"]
    assert answer["cells"][roof]["behind"][0] == host["name"]
    wrong = page.sends(page.cell(roof, "behind", host["name"] + "s é", None))["results"][0]["refused"]
    assert wrong == [[roof, "behind", f"no line of this name: is it {host['name']}?"]]
    assert f'<option value="{host["name"]}">' in page.client.get("/donnees?onglet=centrales").text


def test_a_site_may_name_a_member_that_is_not_there_yet_and_no_other_of_nearly_its_name(
    tmp_path: Path,
) -> None:
    begin(tmp_path, "Zone", date(2026, 1, 1))
    page = Page(tmp_path)
    for number, name in enumerate(
        ("Commune de Lalinde", "commune de lalinde", "Scierie Delmas", "Commune de Lalind")
    ):
        answer = page.sends(
            *(page.cell(f"n-{number}", column, text) for column, text in CRECHE.items() if column != "name"),
            page.cell(f"n-{number}", "name", f"Site {number}"),
            page.cell(f"n-{number}", "person", name),
        )
    assert cells(tmp_path, "persons.csv") == {
        "commune-de-lalinde": {"id": "commune-de-lalinde", "name": "Commune de Lalinde"},
        "scierie-delmas": {"id": "scierie-delmas", "name": "Scierie Delmas"},
    }
    members = [own.get("person", "") for own in cells(tmp_path).values()]
    assert members == ["commune-de-lalinde", "commune-de-lalinde", "scierie-delmas", ""]
    assert "is it Commune de Lalinde" in answer["results"][-1]["refused"][0][2]


def test_a_setting_is_a_cell_of_no_line(folder: Path) -> None:
    page = Page(folder, "reglages")
    path = "prices.local_eur_per_mwh"
    answer = page.sends({"file": "", "row": "", "column": path, "before": "80", "text": "91,5"})
    assert answer["cells"] == {"": {path: ["91,5", ""]}}
    answer = page.sends({"file": "", "row": "", "column": path, "before": "80", "text": "95"})
    assert answer["results"][0]["theirs"] == [["", path, "91,5"]]


def test_a_workbook_open_elsewhere_refuses_all_for_now(tmp_path: Path) -> None:
    copy_example("bergerac", tmp_path / "demo")
    export(tmp_path / "demo", tmp_path / "book" / "membres.xlsx")
    page = Page(tmp_path / "book")
    (tmp_path / "book" / "~$membres.xlsx").touch()
    asked = {"onglet": "membres", "since": page.since, "ops": [page.cell("gymnase", "kva", "72", "60")]}
    answer = page.client.post("/donnees/cellules", json=asked)
    assert answer.status_code == 422
    assert "close it" in answer.json()["problems"][0]


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b'{"ops": 3}', b'{"ops": [3, null, {}]}', b"\xff"])
def test_a_body_that_is_none_is_answered(tmp_path: Path, body: bytes) -> None:
    copy_example("bergerac", tmp_path / "demo")
    answer = client_of(tmp_path / "demo").post("/donnees/cellules", content=body)
    assert answer.status_code in {200, 400}
    assert json.loads(answer.content)
