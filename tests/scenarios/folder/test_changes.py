"""`changes.csv`: rows read in any dress, and what is wrong with them said where it stands."""

from datetime import date
from pathlib import Path

import pytest

from acc.changes import What
from acc.problem import InputError
from profiles.curves.facts import CurveFacts
from scenarios.entry.columns.row_models import ChangeRow
from scenarios.entry.folder.change_uses import has_its_part
from scenarios.entry.folder.load import load, with_curve_doubts
from scenarios.entry.folder.question import read_ask
from scenarios.entry.folder.raw import read_source
from scenarios.entry.workbook.write import workbook_bytes
from scenarios.studies.anonymous.names import new_names, new_tables
from tests.scenarios.operation import write_operation

HEAD = "id;what;since;until;ratio;source\n"


def folder_of(folder: Path, rows: str, head: str = HEAD) -> Path:
    write_operation(folder)
    (folder / "changes.csv").write_text(head + rows, encoding="utf-8")
    return folder


def test_a_year_alone_a_name_and_all_sites_of_a_kind_are_understood(tmp_path: Path) -> None:
    rows = "Ecole;Ferme;01/09/2029;;0,1;conseil\nnature:commune;scale;2031;;0,8;\n"
    rows += "gymnase;Mise en service;2028;;;\n"
    changes = load(folder_of(tmp_path, rows)).changes
    told = [(c.site, c.what, c.since, c.ratio, c.source) for c in changes]
    assert told == [
        ("ecole", What.CLOSES, date(2029, 9, 1), 0.1, "conseil"),
        ("mairie", What.SCALE, date(2031, 1, 1), 0.8, None),
        ("ecole", What.SCALE, date(2031, 1, 1), 0.8, None),
        ("gymnase", What.STARTS, date(2028, 1, 1), 0.0, None),
    ]


def test_french_titles_a_workbook_and_a_copy_without_names_hold_the_same_rows(tmp_path: Path) -> None:
    head = "Site ou centrale;Ce qui change;Depuis;Jusqu’au;Multiplié par\n"
    folder = folder_of(tmp_path / "a", "cave;Multiplie le besoin;2030;01/06/2032;2\n", head)
    scenario = load(folder)
    assert scenario.files == ("changes.csv",)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "membres.xlsx").write_bytes(workbook_bytes(read_source(folder)))
    assert load(tmp_path / "b").changes == scenario.changes
    source = read_source(folder)
    (row,) = new_tables(source, scenario, new_names(source), {}, {})["changes.csv"]
    assert row.cells["id"] == "site-03"
    assert "source" not in row.cells


def test_a_folder_may_leave_its_changes_out_and_says_so(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "cave;closes;2030;;;\nbureau;leaves;2031;;;\n")
    without = load(folder, settings=read_ask("changements=non"))
    assert without.changes == ()
    assert any("2 dated changes" in note for note in without.notes)
    assert not any("2 dated changes" in note for note in load(folder).notes)
    assert [c.site for c in load(folder, settings=read_ask("participants.cave.active=non")).changes] == [
        "bureau"
    ]


@pytest.mark.parametrize(
    ("rows", "column", "words"),
    [
        ("ecolle;closes;2030;;;", "id", "ecole"),
        ("kind:epci;closes;2030;;;", "id", "epci"),
        ("cave;close;2030;;;", "what", "closes"),
        ("cave;starts;2030;;;", "what", "joins"),
        ("gymnase;scale;2030;;2;", "what", "starts"),
        ("cave;closes;2099;;;", "since", "73"),
        ("cave;closes;2024;;;", "since", "already"),
        ("cave;closes;2030;2030-01-01;;", "until", "2030"),
        ("cave;joins;2030;2031;;", "until", "leaves"),
        ("cave;scale;2030;;;", "ratio", "0.5"),
        ("cave;scale;2030;;20,5;", "ratio", "20"),
        ("cave;scale;2030;;15;", "ratio", "0.15"),
        ("cave;closes;2030;;1,5;", "ratio", "1.5"),
        ("bureau;leaves;2030;;0,5;", "ratio", "Quitte"),
        ("cave;closes;2030;;;\ncave;closes;2032;;;", "since", "2"),
        ("cave;closes;2030;2033-01-01;;\ncave;closes;2032;;;", "since", "2"),
        ("bureau;joins;2032;;;\nbureau;leaves;2030;;;", "since", "2"),
        ("gymnase;starts;2032;;;\ngymnase;closes;2030;;;", "since", "2"),
        ("cave;leaves;2030;;;", "id", "hangar"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(tmp_path: Path, rows: str, column: str, words: str) -> None:
    with pytest.raises(InputError) as refused:
        load(folder_of(tmp_path, rows + "\n"))
    (problem,) = refused.value.problems
    assert "changes.csv" in problem.path
    assert column in problem.path
    assert words in problem.message


def test_a_plant_in_service_does_not_start_later(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "gymnase;starts;2030;;;\n")
    text = (
        (folder / "plants.csv").read_text(encoding="utf-8").replace(";behind\n", ";behind;commissioned_on\n")
    )
    text = text.replace(";165;\n", ";165;;2024-05-01\n").replace(";cave\n", ";cave;\n")
    (folder / "plants.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="2024-05-01"):
        load(folder)


def test_closed_twice_apart_and_a_row_of_another_site_are_lawful(tmp_path: Path) -> None:
    rows = "cave;closes;2030;2031-01-01;;\ncave;closes;2032;2033-01-01;;\n"
    rows += "cave;scale;2034;;2;\ncave;scale;2036;;2;\n"
    assert len(load(folder_of(tmp_path, rows)).changes) == 4


USES = "id;what;since;kwh;fuel_kwh;scop;quantity;km;hours\n"


def test_the_kwh_of_a_use_come_from_what_is_known_of_it(tmp_path: Path) -> None:
    rows = "ecole;Pompe à chaleur;2029;;92000;;;;\necole;heat-pump;2030;;92000;4;;;\n"
    rows += "mairie;ev-fleet;2030;;;;10;12000;11:00-16:00\nfoyer;ev-home;2030;;;;4;;\n"
    rows += "cave;cooling;2031;8000;;;;;\n"
    changes = load(folder_of(tmp_path, rows, USES)).changes
    expected = [28_551.7, 20_700.0, 10 * 12_000 * 0.157 * 1.12, 10_400.0, 8_000.0]
    assert [change.kwh for change in changes] == pytest.approx(expected, abs=0.1)
    assert changes[2].hours == ((660, 960),)


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("ecole;heat-pump;2029;;;;;;", "kwh", "fuel_kwh"),
        ("ecole;heat-pump;2029;;92000;29;;;", "scop", "6"),
        ("ecole;cooling;2029;;92000;;;;", "fuel_kwh", "Climatisation"),
        ("mairie;ev-fleet;2029;;;;10;;", "kwh", "quantity"),
        ("mairie;ev-public;2029;9000;;;;;25:00-26:00", "hours", "25"),
        ("mairie;ev-public;2029;9000;;;;;00:00-20:00, 10:00-24:00", "hours", "34"),
        ("mairie;closes;2029;9000;;;;;", "kwh", "Ferme"),
    ],
)
def test_what_is_wrong_with_a_use_is_said_at_its_cell(
    tmp_path: Path, row: str, column: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(folder_of(tmp_path, row + "\n", USES))
    assert any(
        problem.path.endswith(column) and words in problem.message for problem in refused.value.problems
    )


def test_vehicles_that_no_meter_lets_through_are_doubted(tmp_path: Path) -> None:
    def doubts(kwh: int, hours: str) -> list[str]:
        row = f"mairie;ev-fleet;2029;{kwh};;;;;{hours}\n"  # 36 kVA
        return [note for note in load(folder_of(tmp_path, row, USES)).notes if "36 kVA" in note]

    assert doubts(60_000, "11:00-16:00") == []
    (doubt,) = doubts(80_000, "11:00-16:00")
    assert "80,000 kWh, and kva 36 kVA: usually 1,826 times at most" in doubt
    assert doubts(80_000, "") == []


def test_more_kwh_moved_than_other_hours_hold_are_doubted(tmp_path: Path) -> None:
    def doubts(kwh: int) -> list[str]:
        row = f"ecole;hours;2029;{kwh};;;;;11:00-16:00\n"  # 88,000 kWh a year
        return [note for note in load(folder_of(tmp_path, row, USES)).notes if "88,000" in note]

    assert doubts(29_000) == []
    (doubt,) = doubts(60_000)
    assert "60,000 kWh, and annual_kwh 88,000 kWh" in doubt


PARTS = "id;what;since;ratio;kwh;hours;profile\n"


def test_renovation_lamps_and_hours_say_what_they_bear_on(tmp_path: Path) -> None:
    rows = "ecole;Rénovation;2029;0,7;;;\nnature:commune;Éclairage LED;2030;;;;\n"
    rows += "foyer;Heures déplacées;2031;;6000;11:00-16:00;\n"
    changes = load(folder_of(tmp_path, rows, PARTS)).changes
    assert [(c.site, c.what, c.ratio, c.kwh) for c in changes] == [
        ("ecole", What.RENOVATION, 0.7, 0.0),
        ("mairie", What.LED, 0.46, 0.0),
        ("ecole", What.LED, 0.46, 0.0),
        ("foyer", What.HOURS, 0.0, 6_000.0),
    ]
    # Between 40 and 100 % of what is aimed at: 12 to 30 % less.
    assert (changes[0].low, changes[0].high) == pytest.approx((0.7, 0.88))
    assert changes[0].profile == "primary-school"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("ecole;renovation;2029;1,4;;;", "ratio", "0.6"),
        ("ecole;renovation;2029;;9000;;", "kwh", "Rénovation"),
        ("mairie;renovation;2029;;;;boulangerie", "profile", "boulangerie"),
        ("mairie;water-heater;2029;;9000;;école", "profile", "Chauffe-eau"),
        ("foyer;hours;2029;;9000;;", "kwh", "hours"),
    ],
)
def test_what_is_wrong_with_a_part_is_said_at_its_cell(
    tmp_path: Path, row: str, column: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(folder_of(tmp_path, row + "\n", PARTS))
    assert any(
        problem.path.endswith(column) and words in problem.message for problem in refused.value.problems
    )


def test_a_site_without_the_use_that_changes_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "cave;led;2029;;;;\n", PARTS)
    text = (folder / "participants.csv").read_text(encoding="utf-8")
    text = text.replace("BTSUP-LU;110;town-hall", "BTSUP-LU;110;water-pumping")
    (folder / "participants.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="scale"):
        load(folder)


def test_a_measured_curve_says_its_trade_before_a_part_of_it_changes(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "ecole;renovation;2029;;;;\n", PARTS)
    (folder / "curves").mkdir(exist_ok=True)
    (folder / "curves" / "ecole.csv").write_text("x", encoding="utf-8")
    table = (folder / "participants.csv").read_text(encoding="utf-8")
    head, *rows = table.splitlines()
    names = [*head.split(";"), "curve"]
    cells = [dict(zip(names, [*row.split(";"), ""], strict=True)) for row in rows]
    for row in cells:
        if row["id"] == "ecole":
            row |= {"profile": "", "annual_kwh": "", "curve": "ecole.csv"}
    text = "\n".join([";".join(names), *(";".join(row.values()) for row in cells)])
    (folder / "participants.csv").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="ecole has a measured curve"):
        load(folder)
    (folder / "changes.csv").write_text(PARTS + "ecole;renovation;2029;;;;école\n", encoding="utf-8")
    assert [one.profile for one in load(folder).changes] == ["primary-school"]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("gymnase;kwp;2029;;", "kwp", "kWp"),
        ("ecole;kwp;2029;30;", "id", "ecole is a site"),
        ("gymnase;starts;2029;30;", "kwp", "`kwp`"),
        ("gymnase;kwp;2029;30;\ngymnase;kwp;2029-06-01;20;", "since", "2"),
    ],
)
def test_what_is_wrong_with_panels_is_said_at_its_cell(
    tmp_path: Path, row: str, column: str, words: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(folder_of(tmp_path, row + "\n", "id;what;since;kwp;capex_eur\n"))
    assert any(
        problem.path.endswith(column) and words in problem.message for problem in refused.value.problems
    )


def test_kwh_in_the_wrong_unit_are_doubted_once(tmp_path: Path) -> None:
    for row, figure in (
        ("ecole;heat-pump;2029;;92;;;;", "92"),
        ("ecole;heat-pump;2029;;9200;;;;", "litres or m³"),
        ("cave;cooling;2029;9000000;;;;;", "9"),
    ):
        notes = [note for note in load(folder_of(tmp_path, row + "\n", USES)).notes if "changes.csv" in note]
        assert any(figure in note for note in notes)
        assert len(notes) == 1 or "heat-pump" not in row
    assert not any(
        "changes.csv" in n for n in load(folder_of(tmp_path, "ecole;heat-pump;2029;;92000;;;;\n", USES)).notes
    )


@pytest.mark.parametrize(
    ("row", "column", "instead"),
    [
        ("ecole;scale;2029;45;;", "ratio", "0.45"),
        ("ecole;renovation;2029;45 %;;", "ratio", "−45 % if 45 % are saved, 0.45 if"),
        ("ecole;closes;2029;;70;", "chance_ratio", "write 0.7 for 70"),
        ("ecole;ev-home;2029;;;la nuit", "hours", "not a window of hours"),
    ],
)
def test_a_percentage_and_hours_in_words_are_told_with_what_to_write(
    tmp_path: Path, row: str, column: str, instead: str
) -> None:
    head = "id;what;since;ratio;chance_ratio;hours\n"
    with pytest.raises(InputError) as refused:
        load(folder_of(tmp_path, row + "\n", head))
    assert any(one.path.endswith(column) and instead in one.message for one in refused.value.problems)


@pytest.mark.parametrize(("summer_winter", "doubted"), [(0.2, True), (0.56, False), (1.1, False)])
def test_a_heat_pump_where_a_curve_is_of_winter_is_doubted(
    tmp_path: Path, summer_winter: float, doubted: bool
) -> None:
    folder = folder_of(tmp_path, "ecole;heat-pump;2029;;92000;;;;\n", USES)
    facts = {"participants.ecole": CurveFacts(peak_kw=30.0, digest="a", summer_winter=summer_winter)}
    told = with_curve_doubts(load(folder), read_source(folder), facts, lambda _name, _on, make: make()).notes
    assert any("5.0 times as high in winter" in note for note in told) is doubted


@pytest.mark.parametrize(
    ("what", "profile", "has"),
    [
        (What.LED, "office", True),
        (What.RENOVATION, "office", True),
        (What.LED, "water-pumping", False),  # pumps alone
        (What.LED, None, False),
    ],
)
def test_a_part_of_the_need_changes_where_the_profile_has_that_use(
    what: What, profile: str | None, has: bool
) -> None:
    change = ChangeRow(id="kind:commune", what=what, since=date(2027, 1, 1))
    assert has_its_part(change, profile) is has
