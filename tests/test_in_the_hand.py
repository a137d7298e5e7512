"""What is handed to the members: unpacked in an empty home, its launcher opens the page, no link is dead."""

import re
import subprocess
import sys
import urllib.request
import zipfile
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import unquote

import pytest

from docs.hand_over import LAUNCHERS, write_zip
from scenarios.entry.catalogue import FOLDER as EXAMPLES_FOLDER
from scenarios.entry.folder.load import load
from tests.every_command import every_command


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home with the zip unpacked in it, and `acc` where `uv tool install` puts it."""
    made = tmp_path_factory.mktemp("home")
    wheel = made / "autoconso-9.9-py3-none-any.whl"
    wheel.write_bytes(b"")
    write_zip(wheel, made / "autoconso.zip")
    wheel.unlink()
    with zipfile.ZipFile(made / "autoconso.zip") as handed:
        for info in handed.infolist():
            path = Path(handed.extract(info, made / "Documents"))
            path.chmod(info.external_attr >> 16)
    acc = made / ".local" / "bin" / "acc"
    acc.parent.mkdir(parents=True)
    acc.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from cli import main; main()" "$@"\n')
    acc.chmod(0o755)
    return made


def test_every_link_of_the_guide_leads_to_a_page_of_the_zip(home: Path) -> None:
    pages = [*(home / "Documents").rglob("*.html")]
    assert len(pages) > 20
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for link, title in re.findall(r'(?:href|src)="([^"#:]+)(?:#([^"]*))?"', text):
            assert (page.parent / link).is_file(), f"{page.name}: {link}"
            target = (page.parent / link).read_text(encoding="utf-8") if title else ""
            assert f'id="{unquote(title)}"' in target or not title, f"{page.name}: {link}#{title}"
    first = (home / "Documents" / "Commencer.html").read_text(encoding="utf-8")
    assert "uv tool install autoconso-9.9-py3-none-any.whl" in first


def test_the_example_is_a_folder_that_is_read_as_it_stands(home: Path) -> None:
    handed, bundled = load(home / "Documents" / "operations" / "exemple"), load(EXAMPLES_FOLDER / "bergerac")
    assert handed.participants == bundled.participants
    assert handed.plants == bundled.plants


def test_a_double_click_opens_the_page_on_a_folder_beside_it(home: Path) -> None:
    launcher = home / "Documents" / "Ouvrir.command"
    about = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANGUAGE": "fr"}
    with subprocess.Popen(
        [launcher, "--no-browser"],
        cwd="/",
        env=about,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as served:
        try:
            assert served.stdout is not None
            address = next(found[0] for line in served.stdout if (found := re.search(r"http://\S+", line)))
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            with opener.open(address, timeout=60) as answer:
                page = answer.read().decode()
        finally:
            served.terminate()
    for words in ("Nouvelle opération", ">exemple<", "Ouvrir"):
        assert words in page


def test_without_the_program_a_double_click_says_where_to_begin(home: Path, tmp_path: Path) -> None:
    launcher = home / "Documents" / "Ouvrir.command"
    about = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([launcher], env=about, input="\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Commencer.html" in done.stdout


def test_each_system_has_its_launcher(home: Path) -> None:
    assert set(LAUNCHERS) == {"Ouvrir.bat", "Ouvrir.command", "Ouvrir.desktop"}
    windows = (home / "Documents" / "Ouvrir.bat").read_bytes()
    assert windows.count(b"\r\n") == windows.count(b"\n")
    assert windows.isascii() or windows.startswith(b"@echo off\r\nchcp 65001")


def exec_words(line: str) -> list[str]:
    r"""Return the words of a line `Exec` as the specification of desktop entries parts them.

    A text is unescaped first; then double quotes alone hold spaces, and a backslash escapes inside them.
    """
    text, words = line.replace("\\\\", "\\"), []
    for quoted, bare in re.findall(r'"((?:[^"\\`$]|\\["\\`$])*)"|([^\s"\'\\><~|&;$*?#()`]+)', text):
        words.append(re.sub(r'\\(["\\`$])', r"\1", quoted) if quoted else bare)
    assert len(" ".join(words)) >= len(text) - text.count("\\") - 2 * text.count('"') // 2
    return words


def test_the_desktop_entry_runs_the_launcher_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "mes documents"
    folder.mkdir()
    (folder / "Ouvrir.command").write_text("#!/bin/sh\necho $0\n", encoding="utf-8")
    (folder / "Ouvrir.command").chmod(0o755)
    entry = dict(line.split("=", 1) for line in LAUNCHERS["Ouvrir.desktop"].splitlines() if "=" in line)
    assert (entry["Type"], entry["Terminal"]) == ("Application", "true")
    words = [word.replace("%k", str(folder / "Ouvrir.desktop")) for word in exec_words(entry["Exec"])]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(folder / "Ouvrir.command")


OF_WINDOWS = {"@echo", "chcp", "rem", "cd", "set", "if", "where", "echo", "pause", "exit", "acc", ")"}
"""Words of cmd.exe, and ours."""


def test_each_line_of_the_windows_launcher_names_a_command_that_exists() -> None:
    lines = [line.strip() for line in LAUNCHERS["Ouvrir.bat"].splitlines()]
    assert {line.split()[0].lower() for line in lines} <= OF_WINDOWS
    (served,) = [line.split() for line in lines if line.startswith("acc ")]
    assert served[1] in every_command()
    assert served[2:] == ["operations", "%*"]
    # What is opened closes, and the program is looked for where `uv tool install` puts it.
    assert sum(line.endswith("(") for line in lines) == lines.count(")") == 1
    assert r'set "PATH=%USERPROFILE%\.local\bin;%PATH%"' in lines
    assert all(line.count('"') % 2 == 0 for line in lines)
    # A folder whose name has a space, or another drive: its path is quoted, the drive is changed too.
    assert [line for line in lines if "%~dp0" in line] == ['cd /d "%~dp0"']
    assert lines.index("where acc >nul 2>nul") + 1 == lines.index("if errorlevel 1 (")
