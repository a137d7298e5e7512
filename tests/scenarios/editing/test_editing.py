"""A folder changed cell by cell: the rest stays as typed, faults stand in their cell, all can be undone."""

import shutil
from datetime import datetime, timedelta
from errno import ENOSPC
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.files.atomic_write import PartError
from scenarios.entry.catalogue import copy_example
from scenarios.entry.editing import versions
from scenarios.entry.editing.arrivals import arrive, use_curve, use_tables
from scenarios.entry.editing.tables import Typed, look, sheets_of
from scenarios.entry.editing.versions import MOST_VERSIONS, bring_back, versions_of
from scenarios.entry.editing.write import accept, remove_lines, write_cells, write_setting
from scenarios.entry.folder.load import load
from scenarios.export import export

NOW = datetime(2026, 11, 25, 14, 31)
SITES, PLANTS = "participants.csv", "plants.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy_example("bergerac", tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture(scope="module")
def untouched_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("untouched")
    copy_example("bergerac", top / "demo")
    where = top / "book"
    where.mkdir()
    export(top / "demo", where / "membres.xlsx")
    if (top / "demo" / "curves").is_dir():
        shutil.copytree(top / "demo" / "curves", where / "curves")
    return where


@pytest.fixture
def book(untouched_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched_book, tmp_path / "book"))


def line_of(folder: Path, name: str, file: str = SITES) -> int:
    return next(line.number for line in sheets_of(folder)[file].lines if line.cells["id"] == name)


def kwh(folder: Path, site: str) -> float | None:
    return next(member.source.annual_kwh for member in load(folder).participants if member.id == site)


def site(folder: Path) -> str:
    return next(member.id for member in load(folder).participants if member.source.annual_kwh)


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_a_cell_is_written_and_undone(request: pytest.FixtureRequest, kind: str) -> None:
    where = request.getfixturevalue(kind)
    name = site(where)
    before = kwh(where, name)
    write_cells(where, [Typed(SITES, line_of(where, name), "annual_kwh", "61 234,5")], NOW)
    assert kwh(where, name) == 61234.5
    version = versions_of(where)[0]
    assert version.when == NOW
    bring_back(where, version.name, NOW, forget=True)
    assert kwh(where, name) == before
    assert not versions_of(where)


def test_every_other_letter_of_the_table_stays(folder: Path) -> None:
    path = folder / SITES
    path.write_text("# ma remarque\n" + path.read_text(encoding="utf-8-sig"), encoding="utf-8")
    before = path.read_text(encoding="utf-8").splitlines()
    line = line_of(folder, site(folder))
    write_cells(folder, [Typed(SITES, line, "supply_hph_eur_per_mwh", "117,5")], NOW)
    after = path.read_text(encoding="utf-8-sig").splitlines()
    changed = [n for n, (old, new) in enumerate(zip(before, after, strict=True), start=1) if old != new]
    assert changed == [line]
    assert after[0] == "# ma remarque"


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_a_new_line_then_without_it(request: pytest.FixtureRequest, kind: str) -> None:
    where = request.getfixturevalue(kind)
    count = len(load(where).participants)
    cells = {"id": "creche", "name": "Crèche", "kind": "commune", "profile": "école", "annual_kwh": "30000"}
    write_cells(where, [Typed(SITES, 0, column, text) for column, text in cells.items()], NOW)
    assert [m.name for m in load(where).participants][-1] == "Crèche"
    remove_lines(where, SITES, [line_of(where, "creche")], NOW)
    assert len(load(where).participants) == count


def test_a_column_that_the_file_does_not_have_is_added(folder: Path) -> None:
    line = line_of(folder, site(folder))
    assert "supply_until" not in sheets_of(folder)[SITES].heads
    write_cells(folder, [Typed(SITES, line, "supply_until", "31/12/2027")], NOW)
    assert any(str(member.contract.until) == "2027-12-31" for member in load(folder).participants)


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_a_setting_is_written_and_taken_away(request: pytest.FixtureRequest, kind: str) -> None:
    where = request.getfixturevalue(kind)
    write_setting(where, "prices.local_eur_per_mwh", "97,5", NOW)
    assert load(where).prices.local_eur_per_kwh == pytest.approx(0.0975)
    write_setting(where, "prices.same_substation", "oui", NOW)
    write_setting(where, "prices.local_eur_per_mwh", "", NOW)
    assert load(where).prices.local_eur_per_kwh is None
    with pytest.raises(InputError):
        write_setting(where, "provenance.version", "1", NOW)


def test_a_remark_beside_a_setting_stays(folder: Path) -> None:
    path = folder / "operation.toml"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("local_eur_per_mwh"))
    path.write_text(text.replace(line, f"{line.split('#')[0].rstrip()}  # le prix"), encoding="utf-8")
    write_setting(folder, "prices.local_eur_per_mwh", "97", NOW)
    assert "local_eur_per_mwh = 97  # le prix" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_faults_stand_in_their_cell_with_what_would_mend_them(
    request: pytest.FixtureRequest, kind: str
) -> None:
    where = request.getfixturevalue(kind)
    name = site(where)
    line = line_of(where, name)
    assert not look(where).faults
    write_cells(where, [Typed(SITES, line, "supply_hph_eur_per_mwh", "12,4")], NOW)
    write_cells(where, [Typed(SITES, line, "annual_kwh", "beaucoup")], NOW)
    found = {(fault.line, fault.column): fault for fault in look(where).faults}
    assert not found[line, "annual_kwh"].is_odd
    write_cells(where, [Typed(SITES, line, "annual_kwh", "62000")], NOW)
    (odd,) = look(where).faults
    assert (odd.column, odd.is_odd) == ("supply_hph_eur_per_mwh", True)
    assert odd.remedy == {"supply_hph_eur_per_mwh": "124"}
    accept(where, odd.path, odd.value, "vu avec le fournisseur", NOW)
    assert not look(where).faults


def test_totals_say_what_is_missing(folder: Path) -> None:
    """The kWh of the sites that take part: the sum of their cells, by hand from the table."""
    whole = look(folder).totals
    sites = {member.id: member for member in load(folder).participants}
    assert whole.active == len(sites)
    assert whole.power_kwp == sum(plant.kwp for plant in load(folder).plants)
    name = site(folder)
    gone = sites[name].source.annual_kwh or 0.0
    write_cells(folder, [Typed(SITES, line_of(folder, name), "annual_kwh", "")], NOW)
    totals = look(folder).totals
    assert totals.yearly_kwh == pytest.approx(whole.yearly_kwh - gone)
    assert totals.unknown == (sites[name].name,)


def test_a_table_that_changed_meanwhile_is_not_written_over(folder: Path) -> None:
    with pytest.raises(InputError):
        write_cells(folder, [Typed(SITES, 99, "annual_kwh", "1")], NOW)
    with pytest.raises(InputError):
        write_cells(folder, [Typed("../secret.csv", 2, "annual_kwh", "1")], NOW)
    with pytest.raises(InputError):
        remove_lines(folder, SITES, [99], NOW)
    assert not versions_of(folder)


def test_a_version_that_could_not_be_written_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, _content: object) -> Path:
        raise PartError(path, OSError(ENOSPC, "full"))

    monkeypatch.setattr(versions, "write_atomic", full)
    with pytest.raises(PartError):
        versions.keep_version(folder, ["participants.csv"], datetime(2026, 9, 1, 12))
    assert not list(folder.glob("versions/*"))


def test_no_more_versions_than_are_of_use(folder: Path) -> None:
    line = line_of(folder, site(folder))
    for n in range(MOST_VERSIONS + 5):
        write_cells(folder, [Typed(SITES, line, "annual_kwh", str(50000 + n))], NOW + timedelta(minutes=n))
    assert len(versions_of(folder)) == MOST_VERSIONS
    assert versions_of(folder)[0].differs == 1


def year_of(kw: float) -> bytes:
    rows = [f"2025-01-{day:02}T{hour:02}:00:00+01:00;{kw}" for day in range(1, 29) for hour in range(24)]
    del rows[200:214]  # fourteen hours that the file says nothing of
    return "\n".join(["time;mairie_kw", *rows]).encode()


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_a_curve_that_is_dropped_waits_for_a_word(request: pytest.FixtureRequest, kind: str) -> None:
    where = request.getfixturevalue(kind)
    name = next(m.id for m in load(where).participants if m.source.profile)
    arrival = arrive(where, f"../../{name}.csv", year_of(10.0))
    assert arrival.kind == "curve"
    assert arrival.name == f"{name}.csv"
    curve = arrival.curve
    assert curve is not None
    assert curve.hole_hours == 14.0
    assert curve.total_kwh == (28 * 24 - 14) * 10.0
    assert curve.sites[0] == name
    assert sum(power != power for power in curve.week_kw) == 14
    assert not (where / "curves" / arrival.name).exists()
    use_curve(where, arrival, name, NOW)
    used = next(m for m in load(where).participants if m.id == name)
    assert used.source.curve == f"{name}.csv"
    assert used.source.profile is None


def test_a_workbook_takes_the_place_of_the_tables_once_it_is_said(folder: Path, book: Path) -> None:
    name = site(book)
    write_cells(book, [Typed(SITES, line_of(book, name), "annual_kwh", "71000")], NOW)
    arrival = arrive(folder, "de la mairie.xlsx", (book / "membres.xlsx").read_bytes())
    assert (arrival.kind, arrival.problems) == ("workbook", ())
    (change,) = arrival.tables
    assert (change.file, len(change.changed), change.added, change.removed) == (SITES, 1, (), ())
    assert kwh(folder, name) != 71000.0
    use_tables(folder, arrival, NOW)
    assert kwh(folder, name) == 71000.0
    bring_back(folder, versions_of(folder)[0].name, NOW)
    assert not (folder / "membres.xlsx").exists()
    assert kwh(folder, name) != 71000.0


def test_an_empty_folder_is_filled_by_a_workbook(book: Path, tmp_path: Path) -> None:
    where = tmp_path / "empty"
    where.mkdir()
    assert not look(where).sheets
    assert not look(where).faults
    use_tables(where, arrive(where, "x.xlsx", (book / "membres.xlsx").read_bytes()), NOW)
    assert not [fault for fault in look(where).faults if not fault.is_odd and "curves" not in fault.message]


def test_a_table_says_which_lines_change(folder: Path) -> None:
    text = (folder / PLANTS).read_text(encoding="utf-8-sig").splitlines()
    kept = [line for line in text if not line.startswith("#")]
    before = load(folder).plants
    arrival = arrive(folder, "centrales.csv", "\n".join(kept[:-1]).encode())
    assert (arrival.kind, arrival.file) == ("table", PLANTS)
    assert len(arrival.tables[0].removed) == 1
    use_tables(folder, arrival, NOW)
    assert len(load(folder).plants) == len(before) - 1


@pytest.mark.parametrize("data", [b"", b"\0\1\2" * 50, b"PK\3\4 no workbook", b"bonjour;monde\n1;2\n"])
def test_what_is_nothing_known_is_said(folder: Path, data: bytes) -> None:
    for name in ("a.csv", "a.xlsx", "..", "a" * 300 + ".csv"):
        arrival = arrive(folder, name, data)
        assert arrival.kind == "unknown"
        assert arrival.problems
