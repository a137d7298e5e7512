"""A disk that is really full: a small one, on which nothing is left half written, and the message says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.closed import on_posix
from tests.effort import few
from tests.scenarios.operation import write_operation

ROOT = Path(__file__).resolve().parents[1]
REFUSED = ("le disque est plein", "aucun fichier ne peut y être aussi grand")
"""Of a disk; and of a file, where no disk can be mounted."""

COMMANDS = (
    "run OP",
    "brief OP --format pdf,xlsx,html",
    "sheets OP",
    "compare OP --brief",
    "papers OP",
    "members OP",
    "size OP",
    "export OP OP/book.xlsx",
    "export OP OP/texts",
    "export OP OP/handed.zip --anonymous",
)

ON_A_SMALL_DISK = """
import json, os, resource, subprocess, sys
from pathlib import Path
from shutil import copytree
from click.testing import CliRunner
import cli
source, disk, free, is_mounted, *words = sys.argv[1:]
if is_mounted == "1":
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", disk], check=True)
folder = Path(copytree(source, Path(disk) / "op"))
before = {*folder.rglob("*")}
if is_mounted == "1":
    room = os.statvfs(disk)
    filler = Path(disk) / "filler"
    filler.write_bytes(bytes(room.f_bavail * room.f_frsize - int(free)))
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(free) // 8, resource.RLIM_INFINITY))
words = [word.replace("OP", str(folder)) for word in words]
told = CliRunner().invoke(cli.main, words)
left = [path for path in folder.rglob("*") if path.is_file() and path not in before]
whole = {str(path): path.stat().st_size for path in left}
if is_mounted == "1":
    filler.unlink()
else:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
again = CliRunner().invoke(cli.main, words)
sizes = {name: Path(name).stat().st_size for name in whole if Path(name).exists()}
fault = type(told.exception).__name__
print(json.dumps([told.exit_code, fault, told.output, again.exit_code, again.output, whole, sizes]))
"""
"""A command where so many bytes are free, then once more where there is room."""


def in_a_namespace() -> list[str]:
    """Return what makes a process one that may mount a disk, empty where the system has no such thing."""
    words = ["unshare", "--map-root-user", "--mount"]
    try:
        tried = subprocess.run([*words, "mount", "-t", "tmpfs", "none", "/mnt"], check=False, timeout=20)
    except OSError:
        return []
    return [] if tried.returncode else words


@on_posix
@pytest.mark.parametrize("free", few(1, [8_000, 120_000]))
@pytest.mark.parametrize("command", few(1, COMMANDS))
def test_a_full_disk_is_said_and_nothing_on_it_is_half_written(
    tmp_path: Path, command: str, free: int
) -> None:
    namespace, disk = in_a_namespace(), tmp_path / "disk"
    disk.mkdir()
    # Roofs are sized on whole years.
    end = "end = 2027-01-01" if command.startswith("size") else "end = 2026-01-08"
    source = write_operation(tmp_path / "op", **{"end = 2027-01-01": end})
    settings = [str(source), str(disk), str(free), "1" if namespace else "0"]
    script = [sys.executable, "-c", ON_A_SMALL_DISK, *settings, *command.split()]
    done = subprocess.run(
        [*namespace, *script],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    code, fault, told, again, later, found, sizes = json.loads(done.stdout.splitlines()[-1])
    assert fault in {"NoneType", "SystemExit"}, told
    assert not [name for name in found if name.endswith(".tmp") or not found[name]]
    assert code == 0 or any(words in told for words in REFUSED), told
    # A file of a name that was asked for is not written over where the first time it fitted in.
    assert again == 0 or (code == 0 and "existe déjà" in later), later
    # A file that was there is whole: made again where there is room, it is not longer.
    assert {name: size for name, size in found.items() if ".cache" not in name and sizes[name] != size} == {}
