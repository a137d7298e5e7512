"""Delimited text of every dialect, by hand."""

import json

import pytest

from acc.problem import InputError
from profiles.text.delimited import decode, parse_json, rows_of, separator_of, split_lines, text_lines


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_the_encodings_of_spreadsheets(encoding: str) -> None:
    assert decode("Début, 1 €".encode(encoding)) == "Début, 1 €"


def test_what_is_no_text_is_none_and_every_other_byte_is_a_letter() -> None:
    assert decode(b"PK\x03\x04\x00") is None
    assert decode(b"\xff\xfe\x00") is None  # half a letter of UTF-16
    assert decode(b"\x81a") == "\x81a"  # no letter of Windows-1252
    assert decode(b"a" * 65_536 + b"\0") == "a" * 65_536 + "\0"
    assert decode(b"") == ""


def test_lines_end_as_on_each_system() -> None:
    assert text_lines("a\r\nb\rc\nd") == ["a", "b", "c", "d"]
    assert text_lines("a\n") == ["a", ""]


@pytest.mark.parametrize(
    ("head", "separator"),
    [("a;b,c", ";"), ("a;b,c,d", ","), ("a\tb,c", "\t"), ("a\tb\tc;d", "\t"), ("alone", ";")],
)
def test_the_separator_is_the_one_used_most(head: str, separator: str) -> None:
    assert separator_of(head) == separator


def test_cells_between_quotes_hold_separators_and_rows_also_lines() -> None:
    assert split_lines(['a;"b;c"', "d;e"], ";") == [["a", "b;c"], ["d", "e"]]
    assert split_lines(['a;"b;c"'], ";", quoted=False) == [["a", '"b', 'c"']]
    assert list(rows_of("x.csv", ['a,"b\n', 'c"\n', "d,e\n"])) == [["a", "b\nc"], ["d", "e"]]
    assert list(rows_of("x.csv", ["a;b"], ";")) == [["a", "b"]]
    with pytest.raises(InputError, match=r"x\.csv.*quotes"):
        list(rows_of("x.csv", ['"' + "a" * 131_073]))


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "1" * 5_000])
def test_what_is_no_json_or_beyond_bounds_is_one_fault(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse_json(text)


def test_numbers_with_decimals_are_read_as_the_caller_wants() -> None:
    assert parse_json('{"a": [1, 0.5]}') == {"a": [1, 0.5]}
    assert parse_json('{"a": [1, 0.5]}', str) == {"a": [1, "0.5"]}
