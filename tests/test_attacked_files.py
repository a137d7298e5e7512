"""Whoever has every byte that may be handed round cannot tell one closed company, nor a home, from another.

Two worlds differ in what members of one row use, not in what they use together. If a file that may be handed
round differed between them, by a figure, an attribute, the place of a line, a pixel or its metadata, it would
tell something of one of them; where none does, nothing that is computed from all of them can. The worlds
have the same largest and smallest: the price from which somebody of a row loses is told, without a name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from math import isclose
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from acc.problem import InputError
from acc.result.result import Result
from reports.contents import ListedFile
from reports.data.files import PUBLIC
from reports.deliver import draw_brief, write_compared, write_figure, write_run
from reports.files import write_files
from reports.register import publish
from reports.studies.papers.workbooks import syndicate_rows, workbooks
from reports.view.comparison import compared
from scenarios.run import RunParts, run
from tests.scenarios.folder.test_mutated import hours
from tests.web.test_guard import client_of

DAY = date(2026, 9, 1)
OPEN = {"mairie": "commune;oui", "ecole": "commune;oui", "scierie": "company;oui"}
HEAD = "id;name;kind;publish;latitude;longitude;insee;curve;kva;turpe;supply_eur_per_mwh"
SETTINGS = """[operation]
name = "Essai"
start = 2026-01-05
end = 2026-01-07
step_minutes = 60
rates_on = 2026-09-01

[prices]
local_eur_per_mwh = 90.0
surplus = "oa-2026-06"

[finance]
horizon_years = 20

[[variants]]
name = "plus cher"
"prices.local_eur_per_mwh" = 110
"""
PLANTS = """id;name;owner;latitude;longitude;insee;kwp;curve;capex_eur
toit;Toit;mairie;44.8455;0.4835;24037;60;toit.csv;60000
halle;Halle;ecole;44.8425;0.4968;24037;36;halle.csv;40000
"""
AUDIENCES = (None, "commune", "company", "syndicate", "lender", "treasurer", "engineer")

Needs = Mapping[str, int]
"""What each uses in an hour of the day, eighths of a kWh: sums of them are exact."""


NOBODY: Needs = {}


def write(
    folder: Path, closed: Needs, homes: Needs, plants: str = PLANTS, communes: str = "", late: Needs = NOBODY
) -> Path:
    """Write an operation whose closed companies, and homes, use so much.

    Args:
        communes: a letter for each site, the place of the network where it draws; nowhere else when empty.
        late: by how many hours the curve of a site is moved: those of one row have no longer one shape.
    """
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    (folder / "operation.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    kinds = {**OPEN, **dict.fromkeys(closed, "company;non"), **dict.fromkeys(homes, "household;")}
    lines = [
        f"{id_};Nom {id_};{kind};44.8478;0.4856;24037;{id_}.csv;36;CU4;128" for id_, kind in kinds.items()
    ]
    head = HEAD + (";substation" if communes else "")
    lines = [f"{line};{place}" for line, place in zip(lines, communes, strict=True)] if communes else lines
    (folder / "participants.csv").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    needs = {"mairie": 23, "ecole": 41, "scierie": 77, **closed, **homes}
    for id_, need in needs.items():
        more = late.get(id_, 0)
        text = hours(id_, "kwh", lambda n, need=need, more=more: need * (1 + (n + more) % 5) / 8.0)
        (folder / "curves" / f"{id_}.csv").write_text(text, encoding="utf-8")
    for id_, height in {"toit": 8.0, "halle": 4.0}.items():
        text = hours(id_, "kwh", lambda n, height=height: height * max(0, 6 - abs(n % 24 - 14)))
        (folder / "curves" / f"{id_}.csv").write_text(text, encoding="utf-8")
    return folder


def hand_round(folder: Path, name: str = "run", *, readers: Sequence[str | None] = AUDIENCES) -> None:
    """Make of a folder all that may be handed round, in its `out`; what is refused is not made."""
    result = _anyone(run(folder, ran_on=DAY, parts=RunParts(advice=False, other_keys=())))
    where = folder / "out" / name
    write_run(result, where, force=True)
    dearer = _anyone(
        run(folder, ran_on=DAY, variant="plus cher", parts=RunParts(advice=False, other_keys=()))
    )
    for reader in readers:
        formats = ("pdf", "png") if reader else ("pdf", "png", "xlsx", "html")
        with suppress(InputError):
            draw_brief(result, where, audience=reader, formats=formats, force=True)()
    for figure in ("flow", "months"):
        with suppress(InputError):
            write_figure(result, figure, "page", where, force=True)
    with suppress(InputError):
        shared_papers = workbooks(result, "syndicate")
        publish(where.parent, where / "papers", syndicate_rows(result))
        write_files(where / "papers", shared_papers, force=True)
    with suppress(InputError):
        write_compared([result, dearer], {}, where, ("pdf", "png", "xlsx"), force=True)


def _anyone(result: Result) -> Result:
    """Return a result without the digest of its data: one tries it with a whole folder alone."""
    return replace(result, provenance=replace(result.provenance, digest="0" * 64))


def shared(folder: Path) -> dict[str, object]:
    """Return the files of `out` that the page of contents calls fit to be handed round."""
    paths = [path for path in sorted((folder / "out").rglob("*")) if path.is_file()]
    fit = [path for path in paths if ".cache" not in path.parts and not ListedFile(path).is_keepers]
    assert {path.name for path in fit} >= {"brief.pdf", "brief.html", "results.xlsx", PUBLIC}
    return {path.relative_to(folder).as_posix(): content_of(path) for path in fit}


def content_of(path: Path) -> bytes | dict[tuple[str, str], object]:
    """Return the bytes of a file; of a workbook, its cells by their places, and what it says of itself."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    book = load_workbook(path)
    cells = {(sheet.title, cell.coordinate): cell.value for sheet in book for row in sheet for cell in row}
    return {**cells, ("", "properties"): repr(book.properties)}


def words(path: Path) -> str:
    """Return the words of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def same(one: object, other: object) -> bool:
    """Return whether two contents tell the same: to 1e-9, since the order of a sum tells nobody."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, float | int) and isinstance(other, float | int):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


STATES: Sequence[Mapping[str, str]] = (
    {},
    {"set": "prix=100"},
    {"key": "prorata", "kwp": "toit=90"},
    {"without": "ecole"},
)


STAMP = re.compile(r'(data-stamp=\\?"|"(?:stamp|band|list|side|fair)": ?")[0-9a-f]+')
"""What tells data, or blocks of a page, from later ones: as the digest above."""


def answers(folder: Path) -> dict[str, bytes]:
    """Return what the page answers to a room; but what members bring, which is no sum over sites."""
    client, found = client_of(folder), {}
    for number, state in enumerate(STATES):
        found[f"seance {number}"] = client.get("/seance", params=state).text
        asked = {name: [word] if name != "key" else word for name, word in state.items()}
        found[f"etat {number}"] = client.post("/etat", json={"number": number, **asked}).text
    for path in ("/comparer?cas=&cas=plus%20cher", "/documents"):
        found[path] = client.get(path).text
    return {name: STAMP.sub("", text).encode() for name, text in found.items()}


CLOSED = {"a": 41, "b": 53, "c": 77, "d": 30}
HOMES = {f"h{n}": 4 + n for n in range(10)}


def moved(needs: Needs, one: str, other: str, more: int) -> dict[str, int]:
    return {**needs, one: needs[one] + more, other: needs[other] - more}


def differing(folder: Path, *worlds: Callable[[Path], None]) -> list[str]:
    """Return the shared files and answers that tell two worlds apart."""
    first, second = (folder / str(number) / "op" for number in range(2))
    for where, make in zip((first, second), worlds, strict=True):
        make(where)
    told = [shared(where) | answers(where) for where in (first, second)]
    assert told[0].keys() == told[1].keys()
    assert (first / "out/run/results.json").read_bytes() != (second / "out/run/results.json").read_bytes()
    return [name for name in told[0] if not same(told[0][name], told[1][name])]


def test_no_byte_tells_which_closed_company_or_home_uses_what(tmp_path: Path) -> None:
    def world(closed: Needs, homes: Needs) -> Callable[[Path], None]:
        return lambda folder: hand_round(write(folder, closed, homes), readers=(None, "commune"))

    other = world(moved(CLOSED, "a", "b", 9), moved(HOMES, "h1", "h7", 2))
    assert differing(tmp_path, world(CLOSED, HOMES), other) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_no_byte_of_a_random_operation_tells_who_of_a_row_uses_what(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    closed = {name: 20 + 3 * random.randrange(1, 12) for name in "abcdefg"[: random.randint(4, 7)]}
    homes = {f"h{n}": 6 + random.randrange(3) for n in range(random.randint(10, 13))}
    # Those that move stay between the others, whose extremes are told; places of the network are drawn.
    first, second = sorted(closed, key=lambda name: closed[name])[1:3]
    more = random.randint(1, 4)
    owner = random.choice(["ecole", *(name for name in closed if name not in {first, second})])
    plants = PLANTS.replace("Halle;ecole;", f"Halle;{owner};")
    drawn = {name: random.choice("NSE") for name in (*OPEN, *closed, *homes)}
    places = "".join((drawn | {second: drawn[first]}).values())  # a place tells what is drawn there

    late = {name: random.randrange(5) for name in (*OPEN, *closed, *homes)}
    late[second] = late[first]

    def world(closed: Needs) -> Callable[[Path], None]:
        return lambda folder: hand_round(write(folder, closed, homes, plants, places, late))

    told = differing(tmp_path, world(closed), world(moved(closed, second, first, more)))
    # In what is drawn the order of a sum may move a line by a billionth: of pages, the words are compared.
    pages = [name for name in told if name.endswith(".pdf")]
    assert [name for name in told if not name.endswith((".png", ".pdf"))] == []
    assert [
        name for name in pages if len({words(tmp_path / world / "op" / name) for world in "01"}) > 1
    ] == []


@pytest.mark.slow
def test_no_byte_of_several_runs_with_members_who_come_tells_more(tmp_path: Path) -> None:
    came = {"e": 33, "f": 61, "g": 90}

    def world(closed: Needs, later: Needs) -> Callable[[Path], None]:
        def make(folder: Path) -> None:
            hand_round(write(folder, closed, HOMES))
            one = {**closed, "e": later["e"]}
            hand_round(write(folder, one, HOMES), "one more")
            hand_round(write(folder, {**closed, **later}, HOMES), "three more")

        return make

    other = world(moved(CLOSED, "a", "b", 9), moved(came, "e", "f", 8))
    assert differing(tmp_path, world(CLOSED, came), other) == []
    refused = tmp_path / "0" / "op" / "out" / "one more"
    assert [path.name for path in refused.iterdir() if path.suffix in {".pdf", ".html", ".png"}] == []


@pytest.mark.slow
def test_the_attack_tells_worlds_apart_whose_rows_differ(tmp_path: Path) -> None:
    worlds = [
        lambda folder, closed=closed: hand_round(write(folder, closed, HOMES), readers=(None,))
        for closed in (CLOSED, {**CLOSED, "a": CLOSED["a"] + 9})
    ]
    told = differing(tmp_path, *worlds)
    assert {"out/run/brief.pdf", "out/run/brief.html", "out/run/results.xlsx", "seance 0", "etat 0"} <= {
        *told
    }


def test_an_owner_without_a_site_that_did_not_agree_is_compared_with_two_others(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", {"magasin": 30}, {})
    sites, plants = folder / "participants.csv", folder / "plants.csv"
    head, *rows = sites.read_text("utf-8").splitlines()
    active = [f"{row};{'non' if row.startswith('magasin') else 'oui'}" for row in rows if row]
    sites.write_text("\n".join([f"{head};active", *active, ""]), encoding="utf-8")
    plants.write_text(plants.read_text("utf-8").replace("Toit;mairie;", "Toit;magasin;"), encoding="utf-8")
    results = [
        run(folder, ran_on=DAY, variant=name, parts=RunParts(advice=False, other_keys=()))
        for name in (None, "plus cher")
    ]
    persons = {person.name: person.ids for person in compared(results).persons}
    assert set(map(len, persons.values())) == {1, 3}
    assert not any(ids == {"magasin"} for ids in persons.values())
