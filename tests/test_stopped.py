"""Ctrl-C while modules are imported: the command ends, with a word or none, never with a traceback."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.effort import few
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]

STOPPED_AT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # tests may be started deaf to Ctrl-C
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Stop())
import cli
cli.main(["run", {folder!r}, "--no-ranges"])
"""
"""The command in a process of its own, with Ctrl-C at the moment when a module is looked for."""


@pytest.mark.parametrize(
    "module", few(2, ["acc.i18n", "scenarios.entry.columns.schema", "click", "numpy", "pyarrow.lib"])
)
def test_ctrl_c_while_importing_gives_no_traceback(module: str, tmp_path: Path) -> None:
    folder = write_operation(tmp_path / "op")
    script = STOPPED_AT.format(module=module, folder=str(folder))
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode in {1, -signal.SIGINT}
    assert "Traceback" not in ended.stderr
    assert not ended.stdout
    assert not (folder / "out").exists()
