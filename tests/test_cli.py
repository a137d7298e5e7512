"""The command line as its users meet it: French, exact words, exit codes, nothing half written."""

import json
import re
from pathlib import Path

import click
import pyarrow.parquet as pq
import pypdf
import pytest
from click.testing import CliRunner, Result

import cli
from acc.keys import KEYS
from scenarios.entry.folder.load import load
from scenarios.operation.store.store import file_sha256, sign_in_hidden_file
from scenarios.studies.sweep.kept import kept
from tests.contract import missing
from tests.every_command import every_command

SMALL_OPERATION = """
[operation]
name = "Essai"
fictitious = true
start = 2025-06-02
end = 2025-06-09
perimeter = "2km"

[weather]
source = "generated"
"""
PARTICIPANTS = """id;name;kind;prm;latitude;longitude;insee;profile;annual_kwh
mairie;Mairie;commune;30000000000001;44,8561;0,4011;24340;town-hall;45000
atelier;Atelier;company;;44,8575;0,4048;24340;workshop;140000
"""
PLANTS = """id;name;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth
toit;Toit;44,8575;0,4048;24340;60;20;180
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "essai"
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(SMALL_OPERATION, encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def acc(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)


SINGLE_COMMANDS = sorted(
    name for name, command in every_command().items() if not isinstance(command, click.Group)
)


@pytest.mark.parametrize("command", SINGLE_COMMANDS)
def test_every_command_has_a_help_in_french_with_an_example(command: str) -> None:
    shown = acc(command, "--help")
    assert shown.exit_code == 0
    assert "Exemple" in shown.output
    assert "Montrer ce message" in shown.output


def test_english_is_spoken_on_demand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Show this message" in acc("run", "--help", "--lang", "en").output
    monkeypatch.setenv("ACC_LANG", "en")
    assert "Show this message" in acc("run", "--help").output


def test_a_wrong_command_line_is_exit_2() -> None:
    assert acc("rune").exit_code == 2
    assert acc("run").exit_code == 2
    assert acc("look").exit_code == 2


def test_run_prints_the_sums_that_its_json_holds(folder: Path) -> None:
    shown, data = acc("run", folder, "--details"), acc("run", folder, "--json")
    assert (shown.exit_code, data.exit_code) == (0, 0)
    document = json.loads(data.output)
    assert "EXEMPLE – DONNÉES FICTIVES" in shown.output
    # The largest site needs less than 20 MWh: kWh, as in its documents.
    assert f"dont {document['received_kwh']:,.0f}".replace(",", "\u202f") in shown.output
    assert document["production_kwh"] == pytest.approx(
        document["received_kwh"] + document["surplus_kwh"], rel=1e-9
    )
    for member in document["participants"]:
        assert member["consumption_kwh"] == pytest.approx(
            member["received_kwh"] + member["complement_kwh"], rel=1e-9
        )
    for plant in document["plants"]:
        assert plant["production_kwh"] == pytest.approx(
            plant["received_kwh"] + plant["surplus_kwh"], rel=1e-9
        )


def test_the_files_of_a_run_hold_the_same_kwh(folder: Path) -> None:
    document = json.loads(acc("run", folder, "--steps", "--json").output)
    table = pq.read_table(next((folder / "out").rglob("steps.parquet")))
    assert table.column_names == ["time", "participant", "consumption_kwh", "received_kwh", "complement_kwh"]
    assert table.num_rows == 2 * 7 * 96
    received = sum(table.column("received_kwh").to_pylist())
    assert received == pytest.approx(document["received_kwh"], rel=1e-9)


def test_two_runs_of_the_same_folder_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("un", "deux"):
        words = ("--out", tmp_path / name, "--quiet", "--no-cache", "--steps")
        assert acc("run", folder, *words).exit_code == 0
    first, second = sorted((tmp_path / "un").rglob("*.*")), sorted((tmp_path / "deux").rglob("*.*"))
    assert (
        [p.name for p in first] == [p.name for p in second] == ["pairs.csv", "results.json", "steps.parquet"]
    )
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_the_table_of_steps_is_written_when_asked_and_never_left_old(folder: Path) -> None:
    acc("run", folder, "--quiet")
    assert not list((folder / "out").rglob("*.parquet"))
    acc("run", folder, "--quiet", "--steps")
    (path,) = (folder / "out").rglob("*.parquet")
    whole = path.read_bytes()
    path.write_bytes(b"of another version")
    acc("run", folder, "--quiet", "--no-cache")
    assert path.read_bytes() == whole


def test_a_file_that_says_something_else_is_not_overwritten(folder: Path) -> None:
    acc("run", folder)
    results = next((folder / "out").rglob("results.json"))
    results.write_text("mes notes", encoding="utf-8")
    refused = acc("run", folder)
    assert refused.exit_code == 1
    assert "results.json" in refused.stderr
    assert "--force" in refused.stderr
    assert results.read_text(encoding="utf-8") == "mes notes"
    assert acc("run", folder, "--force").exit_code == 0


def test_results_of_another_version_of_the_program_are_replaced(folder: Path) -> None:
    acc("run", folder)
    results = next((folder / "out").rglob("results.json"))
    document = json.loads(results.read_text(encoding="utf-8"))
    older = {**document, "received_kwh": document["received_kwh"] + 1.0, "gone": True}
    older["provenance"] = {**document["provenance"], "version": "0.0.1"}
    results.write_text(json.dumps(older), encoding="utf-8")
    assert acc("run", folder).exit_code == 0
    assert json.loads(results.read_text(encoding="utf-8")) == document
    assert acc("run", folder, "--lang", "en").exit_code == 0
    # Of other inputs it is somebody's: it is not overwritten.
    older["provenance"] = {**document["provenance"], "digest": "0" * 64}
    results.write_text(json.dumps(older), encoding="utf-8")
    assert acc("run", folder).exit_code == 1


def test_a_wrong_input_is_exit_1_with_every_problem_and_nothing_written(folder: Path) -> None:
    path = folder / "participants.csv"
    path.write_text(
        PARTICIPANTS.replace("30000000000001", "3000000000001").replace("140000", "x"), encoding="utf-8"
    )
    shown = acc("run", folder)
    assert shown.exit_code == 1
    assert "13 chiffres" in shown.stderr
    assert "participants.csv, ligne 3, annual_kwh" in shown.stderr
    assert "2 défauts" in shown.stderr
    assert "Traceback" not in shown.output
    assert not (folder / "out").exists()
    problems = json.loads(acc("run", folder, "--json").stdout)["problems"]
    assert len(problems) == 2


def test_compare_prints_each_key_and_json_holds_them(folder: Path) -> None:
    shown = acc("compare", folder, "--keys", "prorata,static", "--details")
    assert shown.exit_code == 0
    assert "prorata" in shown.output
    assert "static" in shown.output
    keys = json.loads(acc("compare", folder, "--keys", "prorata,static", "--json").output)["keys"]
    assert set(keys) == {"prorata", "static"}
    assert keys["prorata"]["received_kwh"] >= keys["static"]["received_kwh"] - 1e-9
    assert acc("compare", folder, "--keys", "prorata,equitable").exit_code == 2


def test_check_names_who_breaks_the_distance_and_fails(folder: Path) -> None:
    path = folder / "participants.csv"
    path.write_text(
        PARTICIPANTS + "loin;Usine lointaine;company;;44,95;0,40;24340;workshop;1000\n", encoding="utf-8"
    )
    shown = acc("check", folder)
    assert shown.exit_code == 1
    assert "non respecté" in shown.output
    assert "Usine lointaine" in shown.output


def test_new_gives_a_folder_that_runs_and_refuses_one_that_is_not_empty(tmp_path: Path) -> None:
    made = acc("new", tmp_path / "op")
    assert made.exit_code == 0
    assert acc("check", tmp_path / "op").exit_code == 0
    refused = acc("new", tmp_path / "op")
    assert refused.exit_code == 2
    assert "n’est pas vide" in refused.output


def test_rates_are_dated_and_sourced() -> None:
    shown = acc("rates", "--on", "2026-09-01", "--name", "perimeter")
    assert shown.exit_code == 0
    assert "Arrêté" in shown.output
    document = json.loads(acc("rates", "--on", "2026-09-01", "--json").output)
    assert all(row["reference"] and row["confidence"] for row in document["rates"])


def test_no_cache_leaves_none_and_a_damaged_entry_is_made_again(folder: Path) -> None:
    acc("run", folder, "--no-cache")
    assert not (folder / "out" / ".cache").exists()
    first = json.loads(acc("run", folder, "--json").output)
    for entry in (folder / "out" / ".cache").iterdir():
        entry.write_bytes(entry.read_bytes()[:-40] + b"\0" * 40)
    again = json.loads(acc("run", folder, "--json").output)
    assert again["received_kwh"] == first["received_kwh"]


def test_coefficients_are_written_checked_and_read_back_by_the_custom_key(folder: Path) -> None:
    path = folder / "participants.csv"
    path.write_text(PARTICIPANTS.replace("company;;", "company;30000000000002;"), encoding="utf-8")
    shared = json.loads(acc("run", folder, "--json").output)["received_kwh"]
    written = acc("coefficients", "write", folder, "--out", folder / "cles")
    assert written.exit_code == 0
    assert "rien à envoyer" in written.output
    (file,) = (folder / "cles").iterdir()
    assert acc("coefficients", "check", file, "--operation", folder).exit_code == 0
    operation = SMALL_OPERATION + '[key]\nname = "custom"\nfile = "cles/*.csv"\n'
    (folder / "operation.toml").write_text(operation, encoding="utf-8")
    document = json.loads(acc("run", folder, "--json").output)
    assert document["received_kwh"] == pytest.approx(shared, rel=1e-5)  # six decimals of a coefficient
    # A file that changes makes another run, of another name.
    assert file.relative_to(folder).as_posix() in document["provenance"]["inputs"]
    file.write_text(file.read_text(encoding="utf-8").replace(";0.", ";-0.", 1), encoding="utf-8")
    refused = acc("coefficients", "check", file)
    assert refused.exit_code == 1
    assert "[negative]" in refused.output


def test_coefficients_need_the_meter_of_everyone(folder: Path) -> None:
    refused = acc("coefficients", "write", folder)
    assert refused.exit_code == 1
    assert "Atelier, PRM" in refused.stderr


OTHER_KEYS = """
[prices]
local_eur_per_mwh = 100.0
surplus = 20.0
[keys.priority]
ranks = [["mairie"], ["atelier"]]
[keys.weighted]
weights = { mairie = 1, atelier = 2 }
"""


@pytest.mark.slow
def test_every_key_runs_and_none_shares_more_than_the_default(folder: Path) -> None:
    operation = SMALL_OPERATION.replace("fictitious = true", "fictitious = true\nrates_on = 2026-09-01")
    (folder / "operation.toml").write_text(operation + OTHER_KEYS, encoding="utf-8")
    people = PARTICIPANTS.replace("profile;", "supply_eur_per_mwh;profile;").replace("24340;", "24340;150;")
    (folder / "participants.csv").write_text(people, encoding="utf-8")
    plants = PLANTS.replace("name;", "name;owner;").replace("Toit;", "Toit;mairie;")
    (folder / "plants.csv").write_text(plants, encoding="utf-8")
    shared = {}
    for key in [
        name for name in KEYS if name not in {"custom", "optimal"}
    ]:  # read from files, in tests of their own
        done = acc("run", folder, "--key", key, "--json")
        assert done.exit_code == 0, (key, done.output)
        document = json.loads(done.output)
        assert document["key"] == key
        shared[key] = document["received_kwh"]
    most = shared["prorata"] * (1.0 + 1e-9)
    assert all(kwh <= most for kwh in shared.values())
    refused = acc("run", folder, "--key", "custom")
    assert refused.exit_code == 1
    assert "cles.csv" in refused.stderr


STORED = """
[battery]
name = "Accu de quartier"
energy_kwh = 40
power_kw = 20
round_trip_ratio = 0.85
[[flexible]]
participant = "mairie"
daily_kwh = 10
power_kw = 5
usual = "18:00-08:00"
"""


def test_a_battery_and_a_flexible_load_are_shown_before_and_after(folder: Path) -> None:
    before = json.loads(acc("run", folder, "--json").output)
    assert "storage" not in before
    assert "shift" not in before
    (folder / "operation.toml").write_text(SMALL_OPERATION + STORED, encoding="utf-8")
    after = json.loads(acc("run", folder, "--json").output)
    storage, shift = after["storage"], after["shift"]
    assert after["production_kwh"] + storage["discharge_kwh"] == pytest.approx(
        after["received_kwh"] + after["surplus_kwh"] + storage["charge_kwh"] + storage["unused_kwh"], rel=1e-9
    )
    assert before["received_kwh"] < storage["without"]["received_kwh"] < after["received_kwh"]
    assert shift["without"]["received_kwh"] < after["received_kwh"]
    assert 0.0 < shift["moved_kwh"] <= 70.0
    printed = acc("run", folder, "--details").output
    assert "Accu de quartier" in printed
    assert f"{storage['charge_kwh']:.0f}" in printed


def test_compare_shows_fairness_and_fits_a_narrow_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for columns in (80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = acc("compare", folder, "--keys", "prorata,static-redistributed,catch-up")
        assert shown.exit_code == 0
        assert "Gini" in shown.output
        assert max(len(line) for line in shown.output.splitlines() if "essai" not in line) <= columns
    document = json.loads(acc("compare", folder, "--keys", "prorata,catch-up", "--json", "--force").output)
    assert set(document["measures"]) == set(document["keys"]["prorata"]["fairness"])
    assert len(document["measures"]) == 6
    assert all(measure["formula"] for measure in document["measures"].values())
    gini = {name: outcome["fairness"]["gini"] for name, outcome in document["keys"].items()}
    assert all(0.0 <= value < 1.0 for value in gini.values())


def test_what_was_returned_is_compared_by_meter_and_day(folder: Path, tmp_path: Path) -> None:
    acc("run", folder, "--steps")
    table = pq.read_table(next((folder / "out").rglob("steps.parquet"))).to_pandas()
    days = table[table["participant"] == "mairie"].groupby(
        table["time"].dt.tz_convert("Europe/Paris").dt.date
    )
    lines = ["prm;jour;autocons"]
    lines += [f"30000000000001;{day};{kwh!r}" for day, kwh in days["received_kwh"].sum().items()]
    file = tmp_path / "retours.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    document = json.loads(acc("coefficients", "reconcile", folder, file, "--json").output)
    assert len(document["gaps"]) == 7
    assert document["real_gaps"] == document["problems"] == []
    lines[3] = "30000000000001;2025-06-04;999"
    file.write_text("\n".join([*lines, "30000000000009;2025-06-04;1"]) + "\n", encoding="utf-8")
    shown = acc("coefficients", "reconcile", folder, file)
    assert shown.exit_code == 0
    assert "4\u00a0juin 2025" in shown.output
    assert "•••• 0001" in shown.output
    assert "•••• 0009" in shown.output
    assert "3000000000000" not in shown.output
    file.write_text("prm;jour;autocons\n30000000000009;2025-06-04;1\n", encoding="utf-8")
    assert acc("coefficients", "reconcile", folder, file).exit_code == 1


PRICED = SMALL_OPERATION.replace(
    "start = 2025-06-02\nend = 2025-06-09", "start = 2026-06-01\nend = 2026-06-08"
) + (
    '[prices]\nlocal_eur_per_mwh = 100\nsurplus = 30.0\n\n[[variants]]\nname = "sans atelier"\n'
    '"participants.atelier.active" = false\n'
)


@pytest.fixture
def priced(folder: Path) -> Path:
    rows = PARTICIPANTS.splitlines()
    table = [
        rows[0] + ";supply_eur_per_mwh;kva;turpe",
        rows[1] + ";128;36;CU4",
        rows[2] + ";120;120;BTSUP-CU",
    ]
    (folder / "participants.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    (folder / "operation.toml").write_text(PRICED, encoding="utf-8")
    return folder


def test_run_says_what_everyone_saves_and_the_prices_that_suit_all(priced: Path) -> None:
    shown = acc("run", priced, "--details")
    assert shown.exit_code == 0
    assert "Économie €" in shown.output
    document = json.loads(acc("run", priced, "--json").output)
    assert document["saving_eur_ht"] == pytest.approx(
        sum(member["saving_eur_ht"] for member in document["participants"]), abs=1e-9
    )
    assert abs(sum(line["change_eur"] for line in document["money"]["closure"])) < 1e-9
    assert not missing(document, "ranges")


def test_a_run_is_kept_over_the_same_run_without_its_ranges(priced: Path) -> None:
    assert acc("run", priced).exit_code == 0
    assert acc("run", priced, "--no-ranges").exit_code == 0
    results = next((priced / "out").rglob("results.json"))
    assert "ranges_draws" not in json.loads(results.read_text(encoding="utf-8"))
    assert acc("run", priced).exit_code == 0


def test_variants_are_compared_as_scenarios(priced: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    shown = acc("compare", priced, "--variants", "all", "--draws", "0")
    assert shown.exit_code == 0
    assert "sans atelier" in shown.output
    assert "Le dossier" in shown.output
    # What everybody gains stands beside what everybody gains at full accise, not beside what sites save.
    heads = next(line for line in shown.output.splitlines() if "accise entière" in line).split("  ")
    titles = [head.strip() for head in heads if head.strip()]
    assert titles[titles.index("accise entière €") - 1].startswith("Tous")
    variants = json.loads(acc("compare", priced, "--variants", "all", "--json", "--force").output)["variants"]
    assert set(variants) == {"", "sans atelier", "reforme-heures-creuses"}


def test_members_says_what_each_leaving_changes(priced: Path) -> None:
    shown = acc("members", priced, "--details")
    assert shown.exit_code == 0
    assert "Ce que chacun apporte" in shown.output
    document = json.loads(acc("members", priced, "--json").output)
    assert set(document["leaving"]) == {"prorata"}
    values = [player["value_kwh"] for player in document["shapley"]["players"]]
    shared = json.loads(acc("run", priced, "--json").output)["received_kwh"]
    assert sum(values) == pytest.approx(shared, rel=1e-9)  # the values sum to the whole


def test_split_writes_a_folder_for_each_lawful_group(priced: Path) -> None:
    path = priced / "participants.csv"
    far = "loin;Usine lointaine;company;;44,95;0,40;24340;workshop;1000;110;36;CU4\n"
    path.write_text(path.read_text(encoding="utf-8") + far, encoding="utf-8")
    assert acc("check", priced).exit_code == 1
    shown = acc("members", priced, "--split", "--operations", "1", "--brief", "--details")
    assert shown.exit_code == 0
    assert shown.output.startswith("1 opération conforme, 3 sites et 1 centrale\xa0: ")
    assert "Usine lointaine" in shown.output
    assert "Sans l’un d’eux" in shown.output
    assert len(list((priced / "out" / "groupes").glob("groupe-1/out/*/brief.pdf"))) == 1
    (group,) = (priced / "out" / "groupes").glob("groupe-*")
    assert acc("check", group).exit_code == 0
    # Each reader's note of one member is made of the operation where it stands.
    note = ("brief", priced, "--operations", "--audience", "preteur", "--format", "pdf", "--person")
    assert acc(*note, "mairie").exit_code == 0
    (made,) = (priced / "out").rglob("brief-lender*.pdf")
    assert (made.name, made.is_relative_to(group)) == ("brief-lender-mairie.pdf", True)
    refused = acc(*note, "mairi")
    assert refused.exit_code == 2
    assert "mairie" in refused.output
    assert (priced / "out" / "groupes" / "map.png").read_bytes().startswith(b"\x89PNG")


def test_the_demo_without_any_place_is_told_so_once(priced: Path) -> None:
    for name in ("participants.csv", "plants.csv"):
        path = priced / name
        lines = [line.split(";") for line in path.read_text(encoding="utf-8").splitlines()]
        place = [lines[0].index(word) for word in ("latitude", "longitude", "insee")]
        rows = [
            [("" if i in place and row else cell) for i, cell in enumerate(line)]
            for row, line in enumerate(lines)
        ]
        path.write_text("\n".join(";".join(row) for row in rows) + "\n", encoding="utf-8")
    shown = acc("members", priced, "--split")
    assert shown.exit_code == 1
    assert shown.output.count("aucun site n’a de coordonnées") == 1


@pytest.mark.slow
def test_split_says_that_no_figure_counts_the_battery(priced: Path) -> None:
    path = priced / "operation.toml"
    battery = "\n[battery]\nenergy_kwh = 40.0\npower_kw = 20.0\nround_trip_ratio = 0.9\n"
    path.write_text(path.read_text(encoding="utf-8") + battery, encoding="utf-8")
    shown = acc("members", priced, "--split", "--operations", "1")
    assert shown.exit_code == 0
    assert "Aucun montant ne compte : batterie." in " ".join(shown.output.split())
    # The plan that is kept says it too, where the perimeter asked for is not lawful.
    far = "loin;Usine lointaine;company;;44,95;0,40;24340;workshop;1000;110;36;CU4\n"
    people = priced / "participants.csv"
    people.write_text(people.read_text(encoding="utf-8") + far, encoding="utf-8")
    assert acc("members", priced, "--split").exit_code == 0
    told = " ".join(acc("run", priced, "--no-ranges").output.split())
    assert "Possible en 1 opération" in told
    assert "Aucun montant ne compte : batterie." in told


def test_a_run_shows_the_plan_that_was_kept_and_searches_none(priced: Path) -> None:
    path = priced / "participants.csv"
    far = "loin;Usine lointaine;company;;44,95;0,40;24340;workshop;1000;110;36;CU4\n"
    path.write_text(path.read_text(encoding="utf-8") + far, encoding="utf-8")
    before = acc("run", priced, "--no-ranges")
    assert f"acc members {priced} --split" in " ".join(before.output.split())
    assert "lawful_way" not in json.loads(acc("run", priced, "--no-ranges", "--json").output)
    split = json.loads(acc("members", priced, "--split", "--json").output)
    shown = json.loads(acc("run", priced, "--no-ranges", "--json").output)
    proposed = split["plans"][split["proposed"]]
    told = shown["lawful_way"]
    assert [one["sites"] for one in told["operations"]] == [one["sites"] for one in proposed["operations"]]
    assert "member" in {one["gone"] for one in proposed["without_each"]}
    assert told["gain_eur_ht"] == pytest.approx(proposed["gain_eur_ht"], rel=1e-12)
    assert "Possible en 1 opération" in acc("run", priced, "--no-ranges", "--details").output
    # In another language too; and the alternatives of sharing are told under the same plan.
    assert "Possible as 1 operation" in acc("run", priced, "--no-ranges", "--lang", "en", "--details").output
    beside = ("worth", priced, "--draws", "2")
    assert json.loads(acc(*beside, "--json").output)["lawful_way"] == told
    assert "Possible en 1 opération" in acc(*beside, "--details").output
    # Another price, another plan: the one that is kept says nothing of it.
    ask = ("run", priced, "--no-ranges", "--json", "--set")
    assert "lawful_way" not in json.loads(acc(*ask, "prix=95").output)
    back = json.loads(acc(*ask, "perimetre=10km").output)
    assert back["status"]["lawful"] == "no"
    assert back["lawful_way"] == told


def test_a_sweep_ends_with_ranges_that_the_brief_carries(priced: Path) -> None:
    document = json.loads(acc("sweep", priced, "--draws", "4", "--workers", "1", "--json").output)
    assert [path.name for path in priced.glob("out/sweep-*/stock")] == []  # of a sweep that is over
    assert document["draws"] == 4
    low, middle, high = document["variants"][0]["keys"]["prorata"]["ranges"]["received_kwh"][""]
    assert low <= middle <= high
    assert acc("sweep", priced, "--draws", "0").exit_code == 2


def test_a_sweep_shows_keys_members_and_what_was_drawn_on_a_narrow_terminal(
    priced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = acc("sweep", priced, "--draws", "4", "--workers", "1")
    assert shown.exit_code == 0
    lines = shown.output.splitlines()
    assert max(len(line) for line in lines if str(priced) not in line) <= 80
    for words in ("Manque à gagner", "Meilleure clé", "9 fois sur 10", "Ce qui est tiré", "[sweep]"):
        assert words in shown.output
    (made,) = (priced / "out").glob("sweep-*")
    assert {"ranges.csv", "keys.csv", "beats.csv", "summary.json"} <= {path.name for path in made.iterdir()}
    (part,) = (made / "results").glob("part-*")
    summary = (made / "summary.json").read_bytes()
    part.write_bytes(part.read_bytes() + b" ")
    again = acc("sweep", priced, "--draws", "4", "--workers", "1")
    assert "1 paquet de tirages n’était pas tel qu’écrit ici" in " ".join(again.output.split())
    assert (made / "summary.json").read_bytes() == summary


def test_a_brief_takes_no_range_of_other_curves(priced: Path) -> None:
    acc("sweep", priced, "--draws", "4", "--workers", "1")
    (summary,) = (priced / "out").glob("sweep-*/summary.json")
    assert kept(priced, priced / "out", scenario=load(priced)).ranges is not None
    document = json.loads(summary.read_bytes())
    curve = priced / "curves" / "mairie.csv"
    curve.parent.mkdir(exist_ok=True)
    curve.write_text("1", encoding="utf-8")
    document["inputs"]["curves/mairie.csv"] = file_sha256(curve)
    content = json.dumps(document).encode()
    summary.write_bytes(content)
    sign_in_hidden_file(summary, content)
    assert kept(priced, priced / "out", scenario=load(priced)).ranges is not None
    curve.write_text("2", encoding="utf-8")
    assert kept(priced, priced / "out", scenario=load(priced)).ranges is None


def test_size_asks_for_what_it_lacks(priced: Path) -> None:
    refused = acc("size", priced)
    assert refused.exit_code == 1
    assert "[finance]" in refused.stderr


def test_the_kwh_of_each_pair_sum_to_what_was_shared_by_month_and_by_slot(priced: Path) -> None:
    shared = json.loads(acc("run", priced, "--json").output)["received_kwh"]
    rows = next((priced / "out").rglob("pairs.csv")).read_text(encoding="utf-8").splitlines()
    assert rows[0] == "plant,participant,by,name,kwh"
    for by in ("month", "slot"):
        assert sum(float(row.split(",")[4]) for row in rows if row.split(",")[2] == by) == pytest.approx(
            shared
        )


def test_the_figure_of_who_leaves_is_drawn_alone(folder: Path) -> None:
    rows = PARTICIPANTS.strip().split("\n")
    opened = "\n".join([f"{rows[0]};publish", *(f"{row};oui" for row in rows[1:])])
    (folder / "participants.csv").write_text(f"{opened}\n", encoding="utf-8")
    drawn = acc("brief", folder, "--figure", "leaving")
    assert drawn.exit_code == 0
    assert len(list((folder / "out").rglob("leaving.png"))) == 1


def test_a_sheet_says_what_leaving_changes(folder: Path) -> None:
    made = acc("sheets", folder, "mairie")
    assert made.exit_code == 0
    (sheet,) = (folder / "out").rglob("mairie.pdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(sheet).pages)
    assert "Si vous quittez l’opération" in text
    assert "plus partagé" in text


def test_a_brief_is_one_document_at_a_time(folder: Path) -> None:
    both = acc("brief", folder, "--figure", "flow", "--audience", "commune")
    assert both.exit_code == 2
    assert "--figure et --audience demandent deux documents" in both.stderr
    book = acc("sheets", folder, "mairie", "--format", "xlsx")
    assert book.exit_code == 2
    assert "il faut pdf, png, docx, html" in book.stderr


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (("--person", "mairie"), "acc sheets DOSSIER mairie"),
        (("--participant", "mairie", "--one-file"), "c’est maintenant `acc sheets DOSSIER mairie`"),
        (("--one-file",), "c’est maintenant `acc sheets DOSSIER --one-file`"),
        (
            ("--papers", "operator"),
            "c’est maintenant `acc papers DOSSIER --format xlsx --paper",
        ),
    ],
)
def test_an_option_that_another_command_took_is_refused_with_the_words_to_type(
    folder: Path, words: tuple[str, ...], now: str
) -> None:
    refused = acc("brief", folder, *words)
    assert refused.exit_code == 2
    assert now in refused.stderr


def test_an_unknown_name_of_a_sheet_is_refused_with_the_nearest_one(folder: Path) -> None:
    refused = acc("sheets", folder, "mairi")
    assert refused.exit_code == 2
    assert "NOM" in refused.stderr
    assert "mairie" in refused.stderr


def test_a_sheet_is_also_made_in_pictures(folder: Path) -> None:
    made = acc("sheets", folder, "mairie", "--format", "png")
    assert made.exit_code == 0
    assert sorted(path.name for path in (folder / "out").rglob("mairie*")) == [
        "mairie-page-1.png",
        "mairie-page-2.png",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sweep", "x", "--draws", "0"), "0 est refusé : de 1 à 1\u202f000\u202f000."),
        (("sweep", "x", "--draws", "dix"), "'dix' n’est pas un nombre valide"),
        (
            ("brief", "x", "--audience", "maire"),
            "« maire » est inconnu : il faut entreprise, commune",
        ),
        (("rates", "--on", "demain"), "« demain » n’est pas une date : AAAA-MM-JJ est attendu"),
        (("check", "x", "y"), "en trop"),
        (("run", "x", "--key"), "L’option '--key' demande une valeur"),
        (("members", "x", "--no-cach"), "Vouliez-vous dire '--no-cache'"),
    ],
)
def test_a_wrong_command_line_is_told_in_french(words: tuple[str, ...], says: str) -> None:
    told = acc(*words)
    assert told.exit_code == 2
    assert says in told.stderr.replace("\u00a0", " ")


def test_the_words_allowed_are_joined_in_french(folder: Path) -> None:
    path = folder / "operation.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('perimeter = "2km"', 'perimeter = "3km"'), encoding="utf-8"
    )
    told = acc("check", folder)
    assert told.exit_code == 1
    assert "il faut 2 km, 10 km, 20 km, EPCI ou Même bâtiment" in told.stderr.replace("\u00a0", " ")


def test_the_screen_of_a_sweep_names_the_participants(priced: Path) -> None:
    swept = acc("sweep", priced, "--draws", "4")
    assert swept.exit_code == 0, swept.stderr
    assert "Mairie" in swept.output


def test_a_question_is_answered_beside_what_the_folder_gives_without_it(priced: Path) -> None:
    plain, asked = (" ".join(acc("run", priced, *words).output.split()) for words in ((), ("90 euros",)))
    shared = re.search(r"\S+ [kM]?Wh partagés", plain)
    assert shared is not None
    before = asked.partition("Sans cette question : ")[2]
    assert shared.group() in before.partition(".")[0]
    assert "Sans cette question" not in plain
