"""Files that somebody gave are opened within limits."""

import zipfile
from pathlib import Path

import pytest

from acc.problem import InputError
from profiles.files.open_file import is_beyond, masked_name, open_regular, read_within


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
