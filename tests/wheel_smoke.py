"""Builds the wheel, looks at what is in it, installs it in a fresh environment, runs the demo there.

Run by `make wheel`. The new environment takes the dependencies of the present one through a .pth file,
so nothing is downloaded again; the program itself comes from the wheel alone.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

ROOT = Path(__file__).resolve().parents[1]
TOP = {"acc", "profiles", "scenarios", "reports", "web", "commands", "cli.py"}
LICENCES = "LICENSE", "SOURCES.md"
DATA_SUFFIXES = {".csv", ".toml", ".typ", ".mo", ".po", ".txt", ".html", ".css", ".js", ".svg", ".md"}


def build(folder: Path) -> Path:
    """Build the wheel of the tree into `folder`; return its path."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.whl"))


def check_content(wheel: Path) -> None:
    """Fail unless the wheel holds the packages, licences, every data file of the tree, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        about = {name.partition(".dist-info/licenses/")[2]: name for name in archive.namelist()}
        for name in LICENCES:
            assert archive.read(about[name]) == (ROOT / name).read_bytes(), f"not in the wheel: {name}"
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    top = {name.split("/")[0] for name in names}
    assert top == TOP, f"top level of the wheel: {sorted(top)}"
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in TOP - {"cli.py"}
        for path in (ROOT / package).rglob("*")
        if path.is_file()
        and (path.suffix in DATA_SUFFIXES or path.suffix == ".py")
        and "out" not in path.parts
    }
    assert expected <= names, f"missing from the wheel: {sorted(expected - names)}"


def run_elsewhere(wheel: Path, folder: Path) -> None:
    """Install the wheel outside the clone and run the main job there."""
    on_windows = os.name == "nt"
    venv.create(folder / "env", with_pip=False, symlinks=not on_windows)
    python = folder / "env" / ("Scripts/python.exe" if on_windows else "bin/python")
    site = next((folder / "env").glob("Lib/site-packages" if on_windows else "lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "ACC_LANG"}}
    program = "import cli; assert 'site-packages' in cli.__file__, cli.__file__; cli.main()"
    for arguments in (
        ["--version"],
        ["demo", "essai"],
        ["run", "essai"],
        ["check", "essai"],
        ["rates", "--on", "2026-09-01"],
    ):
        command = [str(python), "-P", "-c", program, *arguments]
        ran = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"acc {' '.join(arguments)}:\n{ran.stdout}\n{ran.stderr}"
    briefs = list((folder / "essai" / "out").rglob("*.pdf"))
    assert briefs, "the demo made no brief"
    served = subprocess.Popen(
        [str(python), "-P", "-c", program, "serve", "essai", "--no-browser"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        look_at_the_page(served)
    finally:
        served.terminate()
        served.wait(10)
    print(f"{wheel.name}: installed, run and served outside the clone, {len(briefs)} brief")


def look_at_the_page(served: "subprocess.Popen[str]") -> None:
    """Fail unless every screen that is served stands on its templates, its style and its script."""
    assert served.stdout is not None
    address = served.stdout.readline().strip()
    browser = build_opener(HTTPCookieProcessor())
    browser.open(address, timeout=60)
    base = address.partition("/?")[0]
    for path in ("donnees", "question", "seance", "static/page.css", "static/seance.js", "police/Bold"):
        answer = browser.open(f"{base}/{path}", timeout=120)
        assert answer.status == 200, f"{path}: {answer.status}"


def main() -> None:
    """Do all of it in a temporary folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder)
        check_content(wheel)
        run_elsewhere(wheel, folder)


if __name__ == "__main__":
    main()
