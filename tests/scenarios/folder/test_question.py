"""A question in one line gives what the same change made in the folder gives, and can be kept."""

import json
import tomllib
from datetime import date
from pathlib import Path

import click.testing
import pytest
from click.testing import CliRunner

import cli
from scenarios.entry.folder.load import load
from scenarios.entry.folder.question import read_ask, read_question, resolve_key, resolve_settings
from scenarios.entry.folder.raw import read_source
from tests.effort import few
from tests.every_command import every_command
from tests.scenarios.operation import write_operation

DAYS = {"end = 2027-01-01": "end = 2026-01-08"}
RANKS = '\n[keys.priority]\nranks = [["commune"], ["*"]]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_operation(tmp_path / "op", **DAYS)
    change(made, "operation.toml", "\n[prices]", f"{RANKS}\n[prices]")
    return made


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def acc(*words: str | Path) -> click.testing.Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words], catch_exceptions=False)


def results(*words: str | Path) -> dict[str, object]:
    done = acc(*words, "--json")
    assert done.exit_code == 0, done.output + done.stderr
    found = json.loads(done.stdout)
    return {name: value for name, value in found.items() if name not in {"provenance", "asked", "variant"}}


QUESTIONS = [
    (["--set", "prix=95"], ("operation.toml", "local_eur_per_mwh = 105.0", "local_eur_per_mwh = 95")),
    (["--without", "garage"], ("participants.csv", "garage;Garage;", "garage;Garage;")),
    (["--kwp", "gymnase=199"], ("plants.csv", "24037;90;", "24037;199;")),
    (["--key", "priority"], ("operation.toml", 'name = "prorata"', 'name = "priority"')),
    (
        ["--set", "cle=Par priorité"],
        ("operation.toml", '[key]\nname = "prorata"', '[key]\nname = "priority"'),
    ),
]


@pytest.mark.parametrize(("words", "changed"), few(2, QUESTIONS))
def test_an_answer_is_that_of_the_same_change_made_in_the_folder(
    folder: Path, words: list[str], changed: tuple[str, str, str]
) -> None:
    assert len(" ".join(["run", "op40", *words])) < 45
    asked = results("run", folder, *words)
    change(folder, *changed)
    if "--without" in words:
        text = (folder / "participants.csv").read_text(encoding="utf-8").splitlines()
        rows = [f"{row};{'non' if row.startswith('garage') else ''}" for row in text[1:]]
        (folder / "participants.csv").write_text("\n".join([f"{text[0]};active", *rows]), encoding="utf-8")
    if "priority" in " ".join(words) or "cle=" in " ".join(words):
        change(folder, "operation.toml", "[keys.priority]\n", "")
        text = (folder / "operation.toml").read_text(encoding="utf-8")
        ranks = 'ranks = [["commune"], ["*"]]\n'
        text = text.replace(ranks, "").replace('name = "priority"\n', f'name = "priority"\n{ranks}')
        (folder / "operation.toml").write_text(text, encoding="utf-8")
    assert asked == results("run", folder)


def test_what_is_asked_is_in_the_title_and_has_a_folder_of_its_own(folder: Path) -> None:
    plain, asked = acc("run", folder), acc("run", folder, "--set", "prix=95", "--without", "garage")
    assert "Essai · prix=95 · sans garage" in asked.stdout
    assert "Essai ·" not in plain.stdout
    names = {
        path.name.rpartition("-")[0]
        for path in (folder / "out").iterdir()
        if path.is_dir() and path.name[0] != "."
    }
    assert names == {"prorata", "prix-95---sans-garage-prorata"}


def test_several_questions_stand_side_by_side(folder: Path) -> None:
    asked = ("compare", folder, "--ask", "prix=95", "--ask", "sans=garage kwp.gymnase=199")
    found = json.loads(acc(*asked, "--json").stdout)["variants"]
    both = "sans=garage · kwp.gymnase=199"
    assert list(found) == ["", "prix=95", both]
    # What would cancel a scenario is asked of the first alone: the others are told against it.
    assert not found["prix=95"]["cancelling"]
    for name, words in (
        ("prix=95", ("--set", "prix=95")),
        (both, ("--without", "garage", "--kwp", "gymnase=199")),
    ):
        alone = results("run", folder, *words, "--no-ranges")
        assert {**alone, "cancelling": []} == {field: found[name][field] for field in alone}
    shown = " ".join(acc(*asked).stdout.split())
    assert "Gymnase 199 kWc" in shown
    assert "sans Garage" in shown


def test_a_question_is_kept_as_a_variant(folder: Path) -> None:
    words = ["--set", "prix=95", "--without", "gar", "--key", "priority"]
    before = (folder / "operation.toml").read_text(encoding="utf-8")
    asked = results("run", folder, *words, "--save", "prix 95")
    after = (folder / "operation.toml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    kept = tomllib.loads(after)["variants"][-1]
    assert isinstance(kept.pop("kept_on"), date)
    assert kept == {
        "name": "prix 95",
        "key.name": "priority",
        "prices.local_eur_per_mwh": 95,
        "participants.garage.active": False,
    }
    assert results("run", folder, "--variant", "prix 95") == asked
    again = acc("run", folder, *words, "--save", "prix 95")
    assert again.exit_code == 2
    assert "--save" in again.stderr
    assert acc("run", folder, "--save", "rien").exit_code == 2


def test_a_question_over_a_variant_keeps_both(folder: Path) -> None:
    words = ["--variant", "sans la cave", "--kwp", "gymnase=120", "--save", "les deux"]
    asked = results("run", folder, *words)
    assert results("run", folder, "--variant", "les deux") == asked


def test_every_command_that_answers_takes_the_question() -> None:
    commands = every_command()
    for name in ("run", "compare", "brief", *({"size"} & commands.keys())):
        options = {word for parameter in commands[name].params for word in parameter.opts}
        assert {"--set", "--without", "--kwp", "--key", "--save"} <= options, name


def test_a_person_is_all_its_sites_and_plants(folder: Path) -> None:
    (folder / "persons.csv").write_text("id;name\nville;La Ville\ncave;Cave\n", encoding="utf-8")
    for file, owned in (("participants.csv", ("mairie", "ecole")), ("plants.csv", ("gymnase",))):
        head, *rows = (folder / file).read_text(encoding="utf-8").splitlines()
        made = [f"{row};{'ville' if row.startswith(owned) else ''}" for row in rows]
        (folder / file).write_text("\n".join([f"{head};person", *made]), encoding="utf-8")
    for name in ("ville", "La Ville", "la ville"):
        scenario = load(folder, settings=read_question(without=[name]))
        assert scenario.inactive_ids == {"mairie", "ecole"}
        assert scenario.inactive_plant_ids == {"gymnase"}


def test_who_is_meant_is_an_id_a_name_or_first_letters(folder: Path) -> None:
    source = read_source(folder)

    def path(word: str) -> str:
        return resolve_settings(source, read_question(without=[word]))[0].path

    assert {path("ecole"), path("École"), path("eco")} == {"participants.ecole.active"}
    assert path("hangar") == "plants.hangar.active"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--key", "egal"], ("--key", "« egal » est inconnue. Parts égales : equal.")),
        (["--variant", "sans cave"], ("--variant", "sans la cave")),
        (["--without", "garagiste"], ("--without", "garage")),
        (["--without", "g"], ("--without", "garage, gymnase")),
        (["--kwp", "gymnase"], ("--kwp", "toit=199")),
        (["--kwp", "gymnase=beaucoup"], ("--kwp gymnase=beaucoup", "beaucoup")),
        (["--set", "prix"], ("--set", "prix=95")),
        (["--set", "prx=95"], ("--set prx=95", "prix")),
        (["--set", "prix=-3"], ("--set prix=-3", "-3")),
    ],
)
def test_a_fault_of_the_command_line_is_told_of_it(
    folder: Path, words: list[str], says: tuple[str, str]
) -> None:
    done = acc("run", folder, *words)
    assert done.exit_code == 2
    assert "operation.toml" not in done.stderr
    assert all(text in done.stderr.replace("\u00a0", " ") for text in says), done.stderr


def test_an_ask_parts_where_a_path_begins() -> None:
    found = read_ask("prix=95,5 key.shares={a = 0.5, b = 0.5} cle=static operation.name=Sans la cave")
    assert [(s.path, s.value) for s in found] == [
        ("prices.local_eur_per_mwh", 95.5),
        ("key.shares", {"a": 0.5, "b": 0.5}),
        ("key.name", "static"),
        ("operation.name", "Sans la cave"),
    ]


@pytest.mark.parametrize("name", ["equal", "Parts égales", "EGALES"])
def test_a_key_is_called_in_french_or_by_its_id(name: str) -> None:
    assert resolve_key(name) == "equal"


@pytest.mark.parametrize(
    ("written", "read"), [('["commune"]', ["commune"]), ('["entreprises", "foyer"]', ["company", "foyer"])]
)
def test_groups_are_read_in_french(folder: Path, written: str, read: list[str]) -> None:
    change(folder, "operation.toml", '["commune"]', written)
    # `foyer` is the id of a site here: it stays that site.
    assert load(folder, key="priority").key.parameters["ranks"] == [read, ["*"]]


def test_a_group_of_nobody_is_refused(folder: Path) -> None:
    change(folder, "operation.toml", '["commune"]', '["licorne"]')
    done = acc("run", folder, "--key", "priority")
    assert done.exit_code == 1
    assert "licorne" in done.stderr


def test_a_folder_may_name_its_key_in_french(folder: Path) -> None:
    change(folder, "operation.toml", 'name = "prorata"', 'name = "Par priorité"')
    change(folder, "operation.toml", "[keys.priority]", '[keys."par priorité"]')
    assert (load(folder).key.name, list(load(folder).key_parameters)) == (
        "priority",
        ["weighted", "priority"],
    )
    change(folder, "operation.toml", 'name = "Par priorité"', 'name = "egal"')
    done = acc("check", folder)
    assert done.exit_code == 1
    assert "operation.toml, ligne 10, [key] name" in done.stderr
    assert "« egal » est inconnue. Parts égales : equal." in done.stderr.replace("\u00a0", " ")
