"""A folder that somebody gave may hold Python files beside its tables: no command runs them."""

import subprocess
import sys
from pathlib import Path

from tests.test_publish import write

NAMES = (
    "acc",
    "cli",
    "csv",
    "json",
    "multiprocessing",
    "numpy",
    "pickle",
    "profiles",
    "reports",
    "scenarios",
    "struct",
)
PLANTED = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\nraise ImportError(__name__)\n"
STARTED = """
import multiprocessing, subprocess, sys
from concurrent.futures import ProcessPoolExecutor
import cli

if __name__ == "__main__":
    sys.argv = ["acc", "check", "."]
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code, end
    # As sheets and draws are made on several processes, as the page makes a document.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(abs, [-1])) == [1]
    subprocess.run([sys.executable, "-m", "cli", "--version"], check=True, stdout=subprocess.DEVNULL)
"""


def test_no_module_of_the_folder_that_one_stands_in_is_run(tmp_path: Path) -> None:
    rows = [(name, "commune", "", "") for name in ("Mairie", "Ecole", "Gymnase")]
    folder = write(tmp_path / "op", *rows)
    for name in NAMES:
        (folder / f"{name}.py").write_text(PLANTED)
    script = tmp_path / "bin" / "started.py"  # as the command is installed: in a folder of its own
    script.parent.mkdir()
    script.write_text(STARTED)
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (folder / "ran").exists()
