"""Delimited text of every dialect: UTF-8, UTF-16 or Windows-1252; `;`, tab or `,`; JSON within bounds.

Lists of members and plants, curves and weather files come from the same spreadsheets: they are read by the
same code, so that what Excel saves is understood in all of them or in none.
"""

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from gettext import gettext as _

from acc.problem import InputError, Problem

SEPARATORS = (";", "\t", ",")


def decode(data: bytes) -> str | None:
    """Return the text of a file: UTF-8, UTF-16 with its mark, else Windows-1252; None for a binary.

    >>> decode("Début".encode("cp1252")), decode("Début".encode("utf-16")), decode(bytes([0, 1, 2]))
    ('Début', 'Début', None)
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _try_decode(data, "utf-16")
    if b"\0" in data[:65536]:
        return None
    text = _try_decode(data, "utf-8-sig")
    if text is None:
        text = _try_decode(data, "cp1252")
    return data.decode("latin-1") if text is None else text


def _try_decode(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def text_lines(text: str) -> list[str]:
    """Return the lines of a text, whatever ends them on the three systems."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


_TEXT_END = re.compile("\r\n|[\n\r]")


def each_text_line(text: str) -> Iterator[str]:
    r"""Yield what `text_lines` gives, without holding all of it.

    >>> list(each_text_line("a\r\nb\rc\n"))
    ['a', 'b', 'c', '']
    """
    first = 0
    while end := _TEXT_END.search(text, first + _PIECE):
        yield from text_lines(text[first : end.end()])[:-1]
        first = end.end()
    yield from text_lines(text[first:])


_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_PIECE = 1 << 20


def each_line(text: str) -> Iterator[str]:
    r"""Yield what `text.splitlines()` gives, without holding all of it.

    >>> list(each_line("a\r\nb\rc"))
    ['a', 'b', 'c']
    """
    first = 0
    while first < len(text):
        end = _LINE_END.search(text, first + _PIECE)
        stop = end.end() if end else len(text)
        yield from text[first:stop].splitlines()
        first = stop


LINE_BYTES, CELL_BYTES, VALUE_BYTES, TAG_BYTES, ATTRIBUTE_BYTES = 300, 65, 64, 100, 250
"""Of a line and a cell of a table, a value of JSON, a tag and an attribute of XML, at most, letters apart."""


_WIDE = re.compile(rb"[\xf0-\xff]")


def decoded_bytes(data: bytes) -> int:
    """Memory of a file while it is decoded, in bytes: 1, 2 or 4 a letter, by the widest."""
    if data.isascii():
        return 2 * len(data)
    return len(data) * (5 if _WIDE.search(data) else 3)


def parsed_bytes(text: str) -> int:
    r"""Memory of a text with its parsed cells, in bytes, at most: its marks are counted.

    >>> parsed_bytes("time;a_kwh\n" * 1_000) // 1_000
    474
    """
    start = text[:1000].lstrip("\ufeff \t\r\n")[:1]
    letters = sys.getsizeof(text)
    if start and start in "{[":
        return 3 * letters + VALUE_BYTES * sum(map(text.count, "{[,:"))
    if start == "<":
        return 3 * letters + TAG_BYTES * text.count("<") + ATTRIBUTE_BYTES * text.count("=")
    lines = text.count("\n") + text.count("\r")
    return 4 * letters + LINE_BYTES * lines + CELL_BYTES * (lines + max(map(text.count, SEPARATORS)))


def separator_of(text: str) -> str:
    r"""Return the separator that a header uses most; `;` wins a draw, as French files do.

    >>> separator_of("id;name, place"), separator_of("id\tname, place")
    (';', '\t')
    """
    return max(SEPARATORS, key=text.count)


def rows_of(file: str, lines: Iterable[str], separator: str = ",") -> Iterator[list[str]]:
    """Yield the cells of each row; one between quotes may run over several lines.

    Args:
        file: its name, for faults.

    Raises:
        InputError: a quote that is never closed.
    """
    try:
        yield from csv.reader(lines, delimiter=separator)
    except csv.Error as fault:
        message = _("a cell between quotes cannot be read ({fault})")
        raise InputError([Problem(file, message.format(fault=fault))]) from None


def csv_text(rows: Iterable[Iterable[object]], separator: str = ";", newline: str = "\n") -> str:
    r"""Text of rows of cells, between quotes where they hold a separator.

    >>> csv_text([["id", "name"], [1, "a;b"]])
    'id;name\n1;"a;b"\n'
    """
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=newline).writerows(rows)
    return out.getvalue()


def split_lines(lines: Sequence[str], separator: str, *, quoted: bool = True) -> list[list[str]]:
    """Return the cells of each line; `quoted` False where no line has a `"`, which is faster.

    >>> split_lines(['a;"b;c"'], ";")
    [['a', 'b;c']]

    Raises:
        csv.Error: a cell longer than Python reads (131,072 characters), as an open quote makes.
    """
    if not quoted:
        return [line.split(separator) for line in lines]
    return [next(csv.reader([line], delimiter=separator)) for line in lines]


def parse_json(text: str | bytes, parse_float: Callable[[str], object] | None = None) -> object:
    """Return the value of a JSON text.

    Args:
        parse_float: what reads a number with decimals; `float` without it.

    Raises:
        JSONDecodeError: no JSON, nested too deep, or a whole number of thousands of digits.
    """
    try:
        return json.loads(text, parse_float=parse_float)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        fault = "nested too deep"
    except ValueError as odd:  # an encoding; a number that Python would take minutes to read
        fault = str(odd).partition(";")[0]
    raise json.JSONDecodeError(fault, "", 0)
