"""The cache: a second run needs neither pandas nor pvlib; a damaged entry is made again, never trusted."""

import hashlib
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.result.result import LoadQuality, WeatherUsed
from acc.sites import Grade
from profiles.files.atomic_write import signing_key
from scenarios.operation.metering.kept_meters import MadeNotes, arrays
from scenarios.operation.store.store import CACHE, KeptStore
from scenarios.run import run
from tests.scenarios.operation import write_operation

pytestmark = pytest.mark.usefixtures("made_anew")

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("pandas", "pvlib", "scipy", "numba", "matplotlib", "distributed", "highspy")

SECOND_RUN = f"""
import io
import sys
from datetime import date
from pathlib import Path
from reports.data.files import result_files
from scenarios.run import run
result = run(Path(sys.argv[1]), ran_on=date(2026, 9, 1), all_keys=True)
files = result_files(result, steps=True)
for name in ("steps.parquet", "pairs.csv"):
    files[name](io.BytesIO())
print([name for name in {HEAVY!r} if name in sys.modules], result.energy.received_kwh.sum())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was run once, with 60 days to be quick."""
    changes = {"end = 2027-01-01": "end = 2026-03-02", ', "catch-up"': ""}
    folder = write_operation(tmp_path_factory.mktemp("cache") / "op", **changes)
    run(folder, ran_on=date(2026, 9, 1))
    return folder


ARRAY = arrays((4,))


def entries(folder: Path) -> list[Path]:
    return sorted((folder / CACHE).glob("*.kept"))


def test_a_second_run_imports_neither_pandas_nor_pvlib(folder: Path) -> None:
    command = [sys.executable, "-c", SECOND_RUN, str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("[] ")
    again = run(folder, ran_on=date(2026, 9, 1))
    assert float(ran.stdout.split()[-1]) == again.energy.received_kwh.sum()


def cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def flipped(raw: bytes) -> bytes:
    middle = len(raw) * 3 // 4
    return raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]


@pytest.mark.parametrize("damage", [cut, flipped, lambda _raw: b"", lambda _raw: b"x" * 500])
def test_a_damaged_entry_is_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    before = {path.name: path.read_bytes() for path in entries(folder)}
    first = run(folder, ran_on=date(2026, 9, 1))
    for path in entries(folder):
        path.write_bytes(damage(path.read_bytes()))
    again = run(folder, ran_on=date(2026, 9, 1))
    np.testing.assert_array_equal(again.energy.received_kwh, first.energy.received_kwh)
    assert {path.name: path.read_bytes() for path in entries(folder)} == before


NOTES = MadeNotes(
    warnings=("one",),
    of_plant=("two", "three"),
    quality=LoadQuality(grade=Grade.B, source="curve", filled_ratio=0.1, step_minutes=30, notes=("n",)),
    weather=WeatherUsed(source="file", ghi_kwh_per_m2=1200.0),
)


def test_an_entry_of_another_shape_or_key_is_not_found(tmp_path: Path) -> None:
    cache = KeptStore(tmp_path)
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    found = cache.known(ARRAY, {"load": "a"})
    assert found is not None
    assert found[0].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert found[1] == NOTES
    assert cache.known(arrays((5,)), {"load": "a"}) is None
    assert cache.known(ARRAY, {"load": "b"}) is None


def test_no_cache_keeps_nothing(tmp_path: Path) -> None:
    cache = KeptStore(None)
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), MadeNotes()))
    assert cache.known(ARRAY, {"load": "a"}) is None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    KeptStore(blocked).keep(ARRAY, {"load": "a"}, (np.arange(4.0), MadeNotes()))
    assert KeptStore(blocked).known(ARRAY, {"load": "a"}) is None


def kept_body(path: Path) -> bytes:
    return path.read_bytes()[64:]


def test_an_array_planted_with_its_own_digest_is_not_believed(tmp_path: Path) -> None:
    """Whoever can write to the folder knows how to hash, not the key."""
    cache = KeptStore(tmp_path)
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    (entry,) = tmp_path.glob("*.kept")
    forged = kept_body(entry).replace(np.float64(3.0).tobytes(), np.float64(9.0).tobytes())
    assert forged != kept_body(entry)
    entry.write_bytes(hashlib.sha256(forged).hexdigest().encode() + forged)
    assert cache.known(ARRAY, {"load": "a"}) is None


def test_an_entry_cannot_stand_for_another(tmp_path: Path) -> None:
    cache = KeptStore(tmp_path)
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    (of_a,) = tmp_path.glob("*.kept")
    cache.keep(ARRAY, {"load": "b"}, (np.ones(4), NOTES))
    (of_b,) = set(tmp_path.glob("*.kept")) - {of_a}
    of_b.write_bytes(of_a.read_bytes())
    assert cache.known(ARRAY, {"load": "a"}) is not None
    assert cache.known(ARRAY, {"load": "b"}) is None


def test_what_is_not_a_number_is_made_again(tmp_path: Path) -> None:
    cache = KeptStore(tmp_path)
    cache.keep(ARRAY, {"load": "a"}, (np.array([1.0, np.nan]), NOTES))
    assert cache.known(arrays((2,)), {"load": "a"}) is None


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_the_key_is_closed_and_outside_the_folder_and_another_user_makes_everything_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = KeptStore(tmp_path / "op")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "me"))
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    key = tmp_path / "me" / "autoconso" / "cache.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert cache.known(ARRAY, {"load": "a"}) is not None
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "other"))
    assert cache.known(ARRAY, {"load": "a"}) is None


@pytest.mark.skipif(os.name != "posix", reason="rights of files are those of POSIX")
def test_a_key_that_others_could_read_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    path = tmp_path / "autoconso" / "cache.key"
    path.parent.mkdir()
    path.write_bytes(b"k" * 32)
    path.chmod(0o644)
    assert signing_key() not in {None, b"k" * 32}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_in_place_of_the_key_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "autoconso" / "cache.key").mkdir(parents=True)
    assert signing_key() is None
    cache = KeptStore(tmp_path / "op")
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    assert cache.known(ARRAY, {"load": "a"}) is None


def test_without_a_place_for_the_key_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache = KeptStore(tmp_path / "op")
    cache.keep(ARRAY, {"load": "a"}, (np.arange(4.0), NOTES))
    assert not (tmp_path / "op").exists()
