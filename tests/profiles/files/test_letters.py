"""Letters that no page, sheet or file may hold, and those that stay."""

import pytest

from profiles.files.letters import as_words, from_words, stripped, usable


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("École de l’Orme", "École de l’Orme"),
        ("a\tb\u2028c", "a b c"),
        ("a\nb", "a\nb"),
        ("a\x00b\x07c", "abc"),
        ("a\u202eb\u200dc\u00add", "abcd"),  # direction, joiner, soft hyphen
        ("a\ufe00b\ufe0fc\ufe10d", "abc\ufe10d"),  # looks of the letter before, the last one is a comma
        ("a\U000e0100b\U000e01efc\U000e01f0", "abc\U000e01f0"),
        ("a\ufffeb\uffffc\U0001fffed", "abcd"),  # reserved for ever
        ("a\ufdd0b\ufdefc\ufdf0", "abc\ufdf0"),
        ("\ufdcf", "\ufdcf"),
    ],
)
def test_control_and_reserved_characters_are_dropped_and_words_stay(text: str, kept: str) -> None:
    assert stripped(text) == kept


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+a", "'+a"),
        ("-a", "'-a"),
        ("\tx", "'\tx"),
        ("-", "-"),  # a sign alone runs nothing
        ("-1 234,5", "-1 234,5"),
        ("+1.5e-3", "+1.5e-3"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_what_a_sheet_would_run_is_marked_as_words_and_comes_back(text: str, cell: str) -> None:
    assert as_words(text) == cell
    assert from_words(cell) == text


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("aux", "aux-"),
        ("Nul.csv", "Nul-.csv"),
        ("com9", "com9-"),
        ("lpt0.a.b", "lpt0-.a.b"),
        ("com10", "com10"),
        ("auxerre.csv", "auxerre.csv"),
        ("a.aux", "a.aux"),
    ],
)
def test_names_of_devices_are_no_names_of_files(name: str, used: str) -> None:
    assert usable(name) == used
