"""The same question twice: the same words, nothing computed; after any change, all is computed again."""

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
import scenarios.run
from commands import command
from reports.terminal.capture import said_once, warn
from scenarios.answer_cache import AGAIN, CachedCommand
from scenarios.entry.folder.mask import SECRET
from scenarios.operation.store.store import SIGNATURE, sign_in_hidden_file

ROOT = Path(__file__).resolve().parents[1]
OPERATION = """
[operation]
name = "Essai"
fictitious = true
start = 2025-06-02
end = 2025-06-04
perimeter = "2km"
"""
PARTICIPANTS = """id;name;kind;latitude;longitude;insee;curve
mairie;Mairie;commune;44,8561;0,4011;24340;mairie.csv
"""
PLANTS = "id;name;latitude;longitude;insee;kwp;curve\ntoit;Toit;44,8575;0,4048;24340;60;toit.csv\n"
HEAVY = ("numpy", "pandas", "pyarrow", "pydantic", "pyproj", "rich")
NOT_OF_A_PRICE = (
    "highspy", "matplotlib", "numba", "openpyxl", "pandas", "pvlib", "pyarrow", "scipy", "typst",
    "profiles.curves.formats.xlsx", "profiles.pv.plant_output", "reports.documents.brief",
    "reports.paper.typeset", "reports.sentences.comparison", "reports.sentences.paired",
    "scenarios.studies.lawful.plans",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days, every curve measured: neither a sky nor a profile has to be made."""
    folder = tmp_path / "essai"
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(OPERATION, encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    hours = [f"2025-06-0{day}T{hour:02d}:00:00+02:00" for day in (2, 3) for hour in range(24)]
    for name, power_w in (("mairie", 4000), ("toit", 2500)):
        lines = "\n".join(f"{hour};{power_w}" for hour in hours)
        (folder / "curves" / f"{name}.csv").write_text(f"time;power (W)\n{lines}\n", encoding="utf-8")
    return folder


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every folder that is computed."""
    found: list[Path] = []
    plain = scenarios.run.run

    def counted(folder: Path, **more: object) -> object:
        found.append(folder)
        return plain(folder, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(scenarios.run, "run", counted)
    return found


def said(folder: Path, *words: str) -> str:
    ran = CliRunner().invoke(cli.main, ["run", str(folder), *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.mark.parametrize("words", [(), ("--json",), ("--quiet",), ("--lang", "en", "--set", "prix=95")])
def test_the_same_question_has_the_same_words_and_is_computed_once(
    folder: Path, computed: list[Path], words: tuple[str, ...]
) -> None:
    first = said(folder, *words)
    assert first or "--quiet" in words
    assert said(folder, *words) == first
    assert len(computed) == (2 if "--set" in words else 1)  # a question: without it too


@pytest.mark.parametrize("words", [("members",), ("members", "--split")])
def test_who_adds_what_and_lawful_groups_are_said_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    typed = [words[0], str(folder), *words[1:]]
    first = CliRunner().invoke(cli.main, typed)
    assert first.exit_code == 0, first.output
    monkeypatch.setattr(command, "finish", None)  # nothing is computed, nothing is written again
    again = CliRunner().invoke(cli.main, typed)
    assert (again.stdout, again.stderr, again.exit_code) == (first.stdout, first.stderr, 0)


def test_what_an_answer_warns_of_is_said_again(capsys: pytest.CaptureFixture[str]) -> None:
    class Question:
        kept: tuple[str, Sequence[str], bool] | None = None

        def answer(self) -> tuple[str, Sequence[str], bool] | None:
            return self.kept

        def keep(self, said: tuple[str, Sequence[str], bool]) -> None:
            self.kept = said

    def say() -> tuple[Sequence[str], bool]:
        print("an answer")
        warn(notes := ["look out"])
        return notes, True

    question = Question()
    assert said_once(question, say)
    first = capsys.readouterr()
    assert said_once(question, lambda: pytest.fail("computed again"))
    assert capsys.readouterr() == first == ("an answer\n", "⚠ look out\n")


@pytest.mark.parametrize("name", sorted(AGAIN - {"sweep", "front", "papers", "size", "worth"}))
def test_each_command_is_answered_again_the_same_day_and_computed_anew_on_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    force = [] if name in {"check", "next"} else ["--force"]

    def ask() -> Result:
        return CliRunner().invoke(cli.main, [name, str(folder), *force])

    first = ask()
    assert first.exit_code == 0, first.output
    done: list[Path] = []
    plain = command.finish

    def counted(answer: command.CommandResult, where: Path, **more: object) -> None:
        done.append(where)
        plain(answer, where, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "finish", counted)
    again = ask()
    assert (again.stdout, again.exit_code, done) == (first.stdout, first.exit_code, [])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1893456000")  # 2030
    ask()
    assert done == [folder]


def test_a_brief_whose_pages_were_touched_is_made_again(folder: Path, computed: list[Path]) -> None:
    words = ["brief", str(folder), "--format", "pdf"]
    CliRunner().invoke(cli.main, words, catch_exceptions=False)
    count = len(computed)
    (page, *_rest) = (folder / "out").glob("*/*.pdf")
    page.write_bytes(b"")
    CliRunner().invoke(cli.main, [*words, "--force"], catch_exceptions=False)
    assert len(computed) > count
    assert page.read_bytes().startswith(b"%PDF")


def test_the_first_brief_for_others_is_kept_though_it_makes_the_secret(
    folder: Path, computed: list[Path]
) -> None:
    rows = PARTICIPANTS + "forge;Forge;company;44,8561;0,4011;24340;mairie.csv\n"
    (folder / "participants.csv").write_text(rows, encoding="utf-8")
    words = ["brief", str(folder), "--format", "pdf", "--force"]
    first = CliRunner().invoke(cli.main, words, catch_exceptions=False)
    assert (folder / SECRET).exists()
    count = len(computed)
    assert CliRunner().invoke(cli.main, words, catch_exceptions=False).stdout == first.stdout
    assert len(computed) == count > 0
    (folder / SECRET).write_text("0b" * 32, encoding="utf-8")  # another secret is another question
    CliRunner().invoke(cli.main, words)
    assert len(computed) > count


def entry(folder: Path) -> Path:
    (path,) = (folder / "out" / ".cache").glob("*.said")
    return path


def change_a_curve(folder: Path) -> None:
    path = folder / "curves" / "mairie.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("4000", "4100"), encoding="utf-8")


def add_a_file(folder: Path) -> None:
    (folder / "persons.csv").write_text("id;name\nmairie;La commune\n", encoding="utf-8")


def lose_a_result(folder: Path) -> None:
    next((folder / "out").glob("*/results.json")).unlink()


def lose_the_page(folder: Path) -> None:
    (folder / "out" / "index.html").unlink()


def make_a_sweep(folder: Path) -> None:
    (folder / "out" / "sweep-1").mkdir()
    summary = folder / "out" / "sweep-1" / "summary.json"
    summary.write_bytes(b"{}")
    sign_in_hidden_file(summary, b"{}")  # one that is not signed is told


def forge_the_words(folder: Path) -> None:
    path = entry(folder)
    path.write_bytes(path.read_bytes().replace(b"Essai", b"Forge"))


def cut_the_words(folder: Path) -> None:
    path = entry(folder)
    path.write_bytes(path.read_bytes()[: SIGNATURE // 2])


@pytest.mark.parametrize(
    "change",
    [
        change_a_curve,
        add_a_file,
        lose_a_result,
        lose_the_page,
        make_a_sweep,
        forge_the_words,
        cut_the_words,
    ],
)
def test_whatever_changed_everything_is_computed_again(
    folder: Path, computed: list[Path], change: Callable[[Path], None]
) -> None:
    first = said(folder)
    change(folder)
    second = said(folder)
    assert len(computed) == 2
    assert "Forge" not in second
    if change not in {change_a_curve, add_a_file}:
        assert second == first
    assert list((folder / "out").glob("*/results.json"))


def test_other_words_another_width_and_no_cache_are_other_questions(
    folder: Path, computed: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(folder)
    said(folder, "--set", "prix=95")
    said(folder, "--no-cache")
    said(folder)  # what others have written beside does not matter
    assert len(computed) == 4  # the question: with it and without
    monkeypatch.setenv("COLUMNS", "50")
    said(folder)
    assert len(computed) == 5


def test_nothing_is_kept_of_a_folder_that_changed_while_it_ran(folder: Path) -> None:
    question = CachedCommand(folder, folder / "out", {})
    change_a_curve(folder)
    question.keep(("too early", [], False))
    assert CachedCommand(folder, folder / "out", {}).answer() is None
    CachedCommand(folder, folder / "out", {}).keep(("in time", ["a note"], False))
    assert CachedCommand(folder, folder / "out", {}).answer() == ["in time", ["a note"], False]


def test_a_folder_behind_a_link_is_read_too(folder: Path, tmp_path: Path) -> None:
    (folder / "curves").rename(tmp_path / "elsewhere")
    (folder / "curves").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    first = CachedCommand(folder, folder / "out", {}).inputs
    change_a_curve(folder)
    assert CachedCommand(folder, folder / "out", {}).inputs != first


def imported(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Modules of these names that a process has read when it has answered."""
    code = f"""
import atexit, sys
atexit.register(lambda: print([name for name in {names!r} if name in sys.modules]))
from cli import main
main({words!r})
"""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    found: list[str] = ast.literal_eval(ran.stdout)
    return found


def test_a_second_run_imports_nothing_heavy(folder: Path) -> None:
    words = ["run", str(folder), "--quiet"]
    assert "numpy" in imported(words, HEAVY)
    assert imported(words, HEAVY) == []


def test_another_price_imports_only_what_it_asks(folder: Path) -> None:
    words = ["run", str(folder), "--quiet"]
    imported(words, ())  # in a process of its own: this one may hold what it would keep
    assert imported([*words, "--set", "prix=91"], ("numpy", *NOT_OF_A_PRICE)) == ["numpy"]
