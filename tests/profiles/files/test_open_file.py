"""Files that somebody gave are opened within limits."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

import profiles.files.open_file as opening
from acc.problem import InputError
from profiles.files.open_file import (
    check_memory,
    is_beyond,
    masked_name,
    open_regular,
    read_unpacked,
    read_within,
)


def test_a_file_is_read_up_to_its_limit_and_refused_beyond(tmp_path: Path) -> None:
    path = tmp_path / "five.csv"
    path.write_bytes(b"12345")
    assert read_within(path, 5) == b"12345"
    with pytest.raises(InputError, match=r"here: 5 bytes: more than the 4 expected of such a file; too long"):
        read_within(path, 4, place="here", way="too long")
    with open_regular(path, 5) as file:
        assert file.read() == b"12345"
    with pytest.raises(OSError, match="too large"):
        open_regular(path, 4)


def test_what_is_missing_or_no_file_is_said_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"member\.csv: file missing in .*\. did you mean members\.csv\?"):
        read_within(tmp_path / "member.csv", 9)
    with pytest.raises(InputError, match="this is a folder"):
        read_within(tmp_path, 9)


def test_an_archive_has_at_most_so_many_bytes_and_tags(tmp_path: Path) -> None:
    """Two parts of 6 bytes, 12 together, and of 2 tags, 4 together."""
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "<a></a"[:6])
        archive.writestr("b", "<b><c>")
    with zipfile.ZipFile(path) as archive:
        assert not is_beyond(archive, 12, 4)
        assert is_beyond(archive, 11, 4)
        assert is_beyond(archive, 12, 3)


def test_meter_numbers_are_masked_to_their_last_four_figures() -> None:
    assert masked_name("Conso_30000012344800.csv") == "Conso_•••• 4800.csv"
    assert masked_name("Conso_300000123448001.csv") == "Conso_300000123448001.csv"  # 15 figures are no meter


def test_what_a_file_takes_in_memory_is_counted_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    check_memory("a.csv", 10, opening.MEMORY_BYTES, "cut it")
    monkeypatch.setattr(opening, "MEMORY_BYTES", 20_000_000)
    said = "7 MB of text, which would take 21 MB of memory; 20 MB are what one file may take: cut it"
    with pytest.raises(InputError, match=said) as refused:
        check_memory("a.csv", 6_500_000, 20_000_001, "cut it")
    assert refused.value.problems[0].path == "a.csv"


def test_what_is_unpacked_stops_at_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PIECE_BYTES", 10)
    monkeypatch.setattr(opening, "UNPACKED_BYTES", 40)
    assert read_unpacked(BytesIO(b"x" * 40), "a.gz", "cut it") == b"x" * 40
    file = BytesIO(b"x" * 1_000)
    with pytest.raises(InputError, match="unpacks to more than 0 MB, all that one file may hold: cut it"):
        read_unpacked(file, "a.gz", "cut it")
    assert file.tell() == 50
