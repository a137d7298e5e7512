"""What is wrong in the writing of `operation.toml`: the line, what stands there, the same line corrected.

The parser stops at its first fault, in English: each line at fault is set aside, then the rest is read again.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from gettext import gettext as _

from acc.problem import InputError, Problem
from scenarios.entry.columns.messages import shown
from scenarios.entry.columns.toml_text import BeyondTomlError, toml_values

MOST_FAULTS = 20
LONGEST_MENDED = 1_000
"""Characters: a longer line is no slip of a person, and what it may mean takes minutes to try."""


def parse_toml(text: str, file: str) -> dict[str, object]:
    """Return the sections of a TOML text.

    Raises:
        InputError: every line that cannot be read, with what to write.
    """
    problems: list[Problem] = []
    lines = text.splitlines()
    while True:
        try:
            sections = toml_values("\n".join(lines))
        except BeyondTomlError as fault:
            problems.append(Problem(file, str(fault)))
            break
        except tomllib.TOMLDecodeError as fault:
            number = _line_of(str(fault), lines)
            problems.append(_problem(file, number, lines[number - 1] if lines else "", str(fault)))
            if len(problems) == MOST_FAULTS or not lines or lines[number - 1].lstrip().startswith("["):
                break  # a header set aside would make faults of the lines below it
            lines[number - 1] = ""
            continue
        break
    if problems:
        raise InputError(sorted(set(problems), key=problems.index))
    return sections


def _line_of(fault: str, lines: list[str]) -> int:
    """Return the line that the parser names; at the end of the document, the last one that says something."""
    named = re.search(r"at line (\d+)", fault)
    last = max((n for n, line in enumerate(lines, start=1) if line.strip()), default=1)
    number = min(int(named[1]), len(lines)) if named else last
    # A text or a list that is not closed is told at the line below it.
    while number > 1 and not lines[number - 1].strip():
        number -= 1
    return number


def _problem(file: str, number: int, line: str, fault: str) -> Problem:
    place = _("{file}, line {line}").format(file=file, line=number)
    written = line.strip()
    corrected = ""
    if "overwrite" in fault or "Cannot mutate" in fault:
        message = _("“{line}”: this key is written twice: keep one of them.")
    elif "declare" in fault:
        message = _("“{line}”: this section is there already: keep one of them.")
    elif len(written) <= LONGEST_MENDED and (corrected := _corrected(written) or ""):
        message = _("“{line}”: not valid TOML, write {corrected}")
    else:
        message = _(
            "“{line}” is not understood: it is `key = value`, a text between quotes, a number with a point"
        )
    return Problem(place, message.format(line=shown(written), corrected=corrected))


def _corrected(line: str) -> str | None:
    """Return a line as it was likely meant, None where no mending makes it readable."""
    if line.startswith("["):
        header = re.fullmatch(r"\[+\s*([\w.\- ]+?)\s*\]*", line)
        return (
            _readable(f"[{header[1]}]" if header and not line.startswith("[[") else f"[[{header[1]}]]")
            if header
            else None
        )
    key, sign, value = line.partition("=")
    if not sign:
        parts = re.fullmatch(r"([\w.-]+)\s*:?\s+(.+)|([\w.-]+)\s*:\s*(.+)", line)
        if not parts:
            return None
        key, value = parts[1] or parts[3], parts[2] or parts[4]
    if not key.strip():
        return None
    key, value = key.strip(), re.sub(r"\s+#.*$", "", value).strip()
    if not re.fullmatch(r"[\w.-]+", key):
        key = f'"{key.strip(chr(34))}"'
    return next((mended for mend in _MENDS if (mended := _readable(f"{key} = {_mended(mend, value)}"))), None)


def _mended(mend: Callable[[str], str | None], value: str) -> str:
    mended = mend(value)
    return "?" if mended is None else mended


def _readable(line: str) -> str | None:
    try:
        toml_values(line)
    except tomllib.TOMLDecodeError:
        return None
    return line


def _day(value: str) -> str | None:
    parts = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value)
    return f"{parts[3]}-{parts[2]:0>2}-{parts[1]:0>2}" if parts else None


def _short_day(value: str) -> str | None:
    parts = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", value)
    return f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}" if parts else None


def _number(value: str) -> str | None:
    """Return a number with a point, without thousands apart nor unit; a percentage as a ratio."""
    parts = re.fullmatch(
        r"([-+]?\d[\d\s\u00a0\u202f]*(?:[.,]\d+)?|[-+]?[.,]\d+)\s*([€%][^\d\"']*)?(\s[^\d\"']+)?", value
    )
    if not parts:
        return None
    number = re.sub(r"[\s\u00a0\u202f]", "", parts[1]).replace(",", ".")
    if (parts[2] or "").strip() == "%":
        return f"{float(number) / 100.0:.10g}"
    digits, point, decimals = number.lstrip("+").partition(".")
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{digits.lstrip('-0') or '0'}{point}{decimals}"


_TRUTHS: Mapping[str, str] = {
    "oui": "true",
    "vrai": "true",
    "yes": "true",
    "non": "false",
    "faux": "false",
    "no": "false",
}


def _truth(value: str) -> str | None:
    return _TRUTHS.get(value.strip("\"'").lower()) or {"true": "true", "false": "false"}.get(value.lower())


def _decimals_in_list(value: str) -> str | None:
    """Return a list or a table with a points in its numbers and each of its brackets closed."""
    if not value.startswith(("[", "{")):
        return None
    mended = re.sub(r"(?<=\d),(?=\d)", ".", value)
    for left, right in ("[]", "{}"):
        mended += right * (mended.count(left) - mended.count(right))
    return mended


def _text(value: str) -> str | None:
    bare = value.strip("\"'“”«»\u00a0\u202f ").replace('"', "'").replace("\\", "/")
    return f'"{bare}"'


_MENDS: tuple[Callable[[str], str | None], ...] = (
    lambda value: value,
    _day,
    _short_day,
    _number,
    _truth,
    _decimals_in_list,
    _text,
)
"""What is tried in turn on a value that cannot be read, the surest first."""
