"""Whoever has every byte that may be handed round has moved data of who did not agree, and nothing else.

Two worlds: one whose closed companies are moved by the secret of their folder, and one that holds the moved
values, which nothing moves. If a file that may be handed round differed between them, by a figure, an
attribute, a pixel or its metadata, it would tell something of the true values; where none does, nothing that
is computed from all of them can.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from math import isclose
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from acc.problem import InputError
from acc.result.result import Result
from commands.command import Request
from commands.computing import own_results
from reports.contents import ListedFile
from reports.data.files import PUBLIC
from reports.deliver import draw_brief, write_compared, write_figure, write_run
from reports.files import write_files
from reports.sheets import write_sheets
from reports.studies.papers.workbooks import workbooks
from reports.studies.worth.files import worth_pages
from reports.view.comparison import compared
from scenarios.entry.folder import mask
from scenarios.entry.folder.mask import SECRET, Mask
from scenarios.run import RunParts, run
from scenarios.studies.worth.run import worth_folder
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
CHANGES = """id;what;since;kwh;low;high
a;heat-pump;2028-01-05;{kwh!r};{low!r};{high!r}
scierie;ev-fleet;2027-01-05;6000;;
"""
FLEXIBLE = """
[[flexible]]
participant = "b"
daily_kwh = {daily_kwh!r}
power_kw = {power_kw!r}
usual = "22:00-06:00"
allowed = "10:00-17:00"
"""
AUDIENCES = (None, "commune", "company", "syndicate", "lender", "treasurer", "engineer")

Needs = Mapping[str, float]
"""What each uses in an hour of the day, eighths of a kWh."""

PRICE = 128.0
NO_PRICES: Mapping[str, float] = {}


@dataclass(frozen=True)
class Uses:
    """A dated use of the closed company `a`, and a load of `b` that may be put at other hours."""

    kwh: float = 9_000.0
    low: float = 7_000.0
    high: float = 12_500.0
    daily_kwh: float = 70.0
    power_kw: float = 9.0


def write(
    folder: Path,
    closed: Needs,
    homes: Needs,
    prices: Mapping[str, float] = NO_PRICES,
    uses: Uses | None = None,
) -> Path:
    """Write an operation whose closed companies, and homes, use so much, and pay what is not the usual."""
    (folder / "curves").mkdir(parents=True, exist_ok=True)
    flexible = uses and FLEXIBLE.format(daily_kwh=uses.daily_kwh, power_kw=uses.power_kw)
    (folder / "operation.toml").write_text(SETTINGS + (flexible or ""), encoding="utf-8")
    if uses:
        text = CHANGES.format(kwh=uses.kwh, low=uses.low, high=uses.high)
        (folder / "changes.csv").write_text(text, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    kinds = {**OPEN, **dict.fromkeys(closed, "company;non"), **dict.fromkeys(homes, "household;")}
    lines = [
        f"{id_};Nom {id_};{kind};44.8478;0.4856;24037;{id_}.csv;36;CU4;{prices.get(id_, PRICE)!r}"
        for id_, kind in kinds.items()
    ]
    (folder / "participants.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    needs = {"mairie": 23, "ecole": 41, "scierie": 77, **closed, **homes}
    for id_, need in needs.items():
        text = hours(id_, "kwh", lambda n, need=need: need * (1 + n % 5) / 8.0)
        (folder / "curves" / f"{id_}.csv").write_text(text, encoding="utf-8")
    for id_, height in {"toit": 64.0, "halle": 32.0}.items():
        text = hours(id_, "kwh", lambda n, height=height: height * max(0, 6 - abs(n % 24 - 14)))
        (folder / "curves" / f"{id_}.csv").write_text(text, encoding="utf-8")
    return folder


FIT = {"brief.pdf", "brief.html", "results.xlsx", "comparison.xlsx", "mairie.pdf", "worth.pdf", PUBLIC}
PARTS = RunParts(advice=False, other_keys=(), departures=True)


def hand_round(
    folder: Path,
    out: Path | None = None,
    *,
    moves: bool = True,
    readers: Sequence[str | None] = AUDIENCES,
    sheets: Sequence[str] = tuple(OPEN),
) -> None:
    """Make of a folder all that may be handed round, in its `out`; what is refused is not made.

    Args:
        out: another folder for the results.
        moves: what others read is of moved data, as it is handed round; else of the true ones.
        sheets: of these members.
    """
    seen = Mask(folder) if moves else None
    result, dearer = (
        _anyone(run(folder, ran_on=DAY, variant=variant, mask=seen, parts=PARTS))
        for variant in (None, "plus cher")
    )
    where = (out or folder / "out") / "run"
    write_run(result, where, force=True)
    request = Request(quiet=True, progress=lambda _text: None, folder=folder, mask=seen)
    own = own_results(request, other_keys=())
    write_sheets(
        result,
        sheets,
        where / "sheets",
        own=lambda *of: _anyone(own(*of)),
        formats=("pdf", "html"),
        force=True,
    )
    worth = worth_folder(folder, draws=8, **request.scenario)
    write_files(where, worth_pages(worth, "worth", DAY.isoformat()), force=True)
    for reader in readers:
        formats = ("pdf", "png") if reader else ("pdf", "png", "xlsx", "html")
        with suppress(InputError):
            draw_brief(result, where, audience=reader, formats=formats, force=True)()
    for figure in ("flow", "months"):
        write_figure(result, figure, "page", where, force=True)
    write_files(where / "papers", workbooks(result, "syndicate"), force=True)
    write_compared([result, dearer], {}, where, ("pdf", "png", "xlsx"), force=True)


def _anyone(result: Result) -> Result:
    """Return a result without the digest of its data, which the secret seals."""
    return replace(result, provenance=replace(result.provenance, digest="0" * 64, sealed="0" * 64))


def shared(folder: Path, out: Path | None = None) -> dict[str, object]:
    """Return the files of `out` that the page of contents calls fit to be handed round."""
    out = out or folder / "out"
    paths = [path for path in sorted(out.rglob("*")) if path.is_file()]
    fit = [
        path
        for path in paths
        if path.name[0] != "." and ".cache" not in path.parts and not ListedFile(path).is_keepers
    ]
    assert {path.name for path in fit} >= FIT
    return {f"out/{path.relative_to(out).as_posix()}": content_of(path) for path in fit}


FINE = re.compile(r"\d+\.\d{10,}")


def content_of(path: Path) -> bytes | dict[tuple[str, str], object]:
    """Return the bytes of a file; of a workbook, its cells by their places, and what it says of itself."""
    if path.suffix == ".html":  # the order of a sum, again
        return FINE.sub(lambda match: f"{float(match[0]):.9g}", path.read_text("utf-8")).encode()
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


CLOSED = {"a": 41, "b": 53, "c": 61, "d": 30}
HOMES = {f"h{n}": 4 + n for n in range(10)}


def test_no_byte_tells_more_than_the_moved_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (tmp_path / name / "op" for name in ("moved", "as if"))
    write(first, CLOSED, HOMES, uses=Uses())
    (first / SECRET).write_text("5e" * 32, encoding="utf-8")
    hand_round(first)
    told = shared(first) | answers(first)
    moved = run(first, ran_on=DAY, mask=Mask(first), parts=PARTS).scenario
    seen, use, load = moved.participants, moved.changes[0], moved.flexible[0]
    assert use.low is not None
    assert use.high is not None
    uses = Uses(use.kwh, use.low, use.high, load.daily_kwh, load.power_kw)
    assert len({round(use.kwh / Uses.kwh, 9), round(load.daily_kwh / Uses.daily_kwh, 9), 1.0}) == 3
    assert {site.id for site in seen if site.kwh_ratio != 1.0} == {*CLOSED}
    needs = {site.id: CLOSED[site.id] * site.kwh_ratio for site in seen if site.id in CLOSED}
    prices = {site.id: 1000.0 * site.contract.energy_eur_per_kwh["all"] for site in seen if site.id in CLOSED}
    monkeypatch.setattr(mask, "ratio", lambda *_words: 1.0)
    hand_round(write(second, needs, HOMES, prices, uses))
    as_if = shared(second) | answers(second)
    assert told.keys() == as_if.keys()
    # In what is drawn a sum may move a line by a billionth: of pages, the words are compared.
    differ = [name for name in told if not same(told[name], as_if[name])]
    assert [name for name in differ if not name.endswith((".png", ".pdf"))] == []
    assert [
        name for name in differ if name.endswith(".pdf") and words(first / name) != words(second / name)
    ] == []


def test_true_values_are_told_apart_from_moved_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (tmp_path / name / "op" for name in ("moved", "true"))
    hand_round(write(first, CLOSED, HOMES))
    told = shared(first)
    monkeypatch.setattr(mask, "ratio", lambda *_words: 1.0)
    hand_round(write(second, CLOSED, HOMES))
    differ = {name for name, content in shared(second).items() if not same(told[name], content)}
    assert {"out/run/brief.pdf", "out/run/brief.html", "out/run/results.xlsx"} <= differ


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
