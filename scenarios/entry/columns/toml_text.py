"""TOML: values as it writes them, where a key stands in a text, another value in its place, what is wrong.

The parser stops at its first fault, in English: each line at fault is set aside, then the rest is read again;
the line, what stands there, the same line corrected are told.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from gettext import gettext as _

from acc.arrays import CellValue
from acc.problem import InputError, Problem, refuse
from profiles.files.letters import stripped
from scenarios.entry.columns.messages import shown

SETTING_LINE = re.compile(r"(\s*[\w\"]+\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\r]*?)(\s*#.*)?(\r?)$")
"""A key of a TOML file: what stands before its value, the value, the remark, the end of the line."""

MAX_TOML_BYTES = 500_000
"""The parser takes a second for it; a folder with a thousand variants has a tenth."""

MOST_DEEP, MOST_DOTS = 20, 100
"""Tables within tables, and parts of a dotted key: a folder needs four. The parser has no limit."""

_DOT = re.compile(r"\.\s*[^\s.]")


class BeyondTomlError(tomllib.TOMLDecodeError):
    """What no folder holds, whatever stands in it: told of the whole text, for no line is at fault alone."""


def toml_values(text: str) -> dict[str, CellValue]:
    """Parse a TOML text: nested within `MOST_DEEP`, numbers within 64 bits, texts `stripped`.

    Raises:
        TOMLDecodeError: not TOML; BeyondTomlError where it is without bound.
    """
    parts = (part for line in text.splitlines() if line.count(".") > MOST_DOTS for part in line.split("="))
    if any(len(_DOT.findall(part)) > MOST_DOTS for part in parts):
        raise BeyondTomlError(_too_deep())
    try:
        site_loads = tomllib.loads(text)
    except RecursionError:
        raise BeyondTomlError(_too_deep()) from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        raise BeyondTomlError(_too_long()) from None
    level: list[object] = [site_loads]
    for _depth in range(MOST_DEEP):
        if any(isinstance(value, int) and abs(value) >> 63 for value in level):
            raise BeyondTomlError(_too_long())
        level = [inner for value in level for inner in _inner(value)]
    if level:
        raise BeyondTomlError(_too_deep())
    return {stripped(name): _readable(value) for name, value in site_loads.items()}


def _readable(value: CellValue) -> CellValue:
    if isinstance(value, dict):
        return {stripped(name): _readable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return list(map(_readable, value))
    return stripped(value) if isinstance(value, str) else value


def _inner(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> str:
    return _("tables within tables, {most} levels deep or more: this is no operation").format(most=MOST_DEEP)


def _too_long() -> str:
    return _("a whole number of more than 18 digits: is it the right file?")


def toml_of(value: object) -> str:
    """Return a value as TOML writes it.

    >>> toml_of({"name": "équipe", "ranks": [["a"], ["b"]], "on": True})
    '{ "name" = "équipe", "ranks" = [["a"], ["b"]], "on" = true }'
    """
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_of(key)} = {toml_of(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(toml_of(inner) for inner in value) + "]"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)  # a date


def sections_text(sections: Mapping[str, CellValue]) -> str:
    """Return sections as `operation.toml` holds them.

    >>> print(sections_text({"prices": {"surplus": 45}, "variants": [{"name": "x", "a.b": True}]}))
    [prices]
    surplus = 45
    <BLANKLINE>
    [[variants]]
    name = "x"
    "a.b" = true
    <BLANKLINE>
    """
    parts, alone = [], []
    for name, content in sections.items():
        several = isinstance(content, list) and all(isinstance(table, Mapping) for table in content)
        if not several and not isinstance(content, Mapping):
            alone.append(f"{name} = {toml_of(content)}\n")
            continue
        for table in content if isinstance(content, list) else [content]:
            pairs = table.items() if isinstance(table, Mapping) else ()
            lines = [f"{_key(key)} = {toml_of(value)}" for key, value in pairs]
            parts.append("\n".join([f"[[{name}]]" if several else f"[{name}]", *lines, ""]))
    return "\n".join(["".join(alone)] * bool(alone) + parts)


def section_values(content: CellValue) -> Mapping[str, CellValue]:
    """A section as its values by key, empty where it is no table."""
    return content if isinstance(content, Mapping) else {}


def variants_of(sections: Mapping[str, CellValue]) -> list[dict[str, CellValue]]:
    """Return the `[[variants]]` of a folder, those that are tables."""
    variants = sections.get("variants", [])
    return [v for v in variants if isinstance(v, dict)] if isinstance(variants, list) else []


def toml_line(text: str, section: str, key: str = "", rank: int = 0) -> int | None:
    """Return the line of `key` in `[section]` of a TOML text, None when it is not there.

    Args:
        rank: which of several `[[section]]`, from 1; 0 takes any.
    """
    inside, parent_line, seen = False, None, 0
    head, full_key = re.escape(key.partition(".")[0]), re.escape(key)
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line)
        if header:
            seen += header.group(1) == section
            inside = header.group(1) == section and rank in {0, seen}
            if inside and not key:
                return number
        elif inside and key and re.match(rf"\s*\"?{full_key}\"?\s*=", line):
            return number
        elif inside and key and re.match(rf"\s*\"?{head}\"?\s*[=.]", line):
            parent_line = parent_line or number
    return parent_line


def with_key(text: str, section: str, key: str, value: str | None) -> str:
    """Return a TOML text with a key of a section on a line of its own, None takes it away; its remark stays.

    Raises:
        InputError: a value of several lines.
    """
    lines = text.split("\n")
    number = toml_line(text, section, key)
    if number is not None:
        old = SETTING_LINE.match(lines[number - 1])
        if old is None or old[2].startswith(("[", "{")):
            raise InputError(
                [Problem(f"{section}.{key}", _("written over several lines: change it by hand"))]
            )
        lines[number - 1 : number] = [] if value is None else [f"{old[1]}{value}{old[3] or ''}{old[4]}"]
        return "\n".join(lines)
    if value is None:
        return text
    head = toml_line(text, section)
    if head is None:
        return "\n".join([text.rstrip(), "", f"[{section}]", f"{key} = {value}", ""])
    lines.insert(head, f"{key} = {value}")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_of(name)


MOST_FAULTS = 20
LONGEST_MENDED = 1_000
"""Characters: a longer line is no slip of a person, and what it may mean takes minutes to try."""


def parse_toml(text: str, file: str) -> dict[str, CellValue]:
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
    refuse(sorted(set(problems), key=problems.index))
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
    elif day := _no_day(written):
        message = _("“{line}”: there is no {day}: write a day of the calendar, as 2026-01-31")
        return Problem(place, message.format(line=shown(written), day=day))
    elif len(written) <= LONGEST_MENDED and (corrected := _corrected(written) or ""):
        message = _("“{line}”: not valid TOML, write {corrected}")
    else:
        message = _(
            "“{line}” is not understood: it is `key = value`, a text between quotes, a number with a point"
        )
    return Problem(place, message.format(line=shown(written), corrected=corrected))


def _no_day(line: str) -> str:
    """Return the day of a line that no calendar has; between quotes it would be none either.

    >>> _no_day("start = 2026-02-29"), _no_day("start = 2026-02-28"), _no_day("place = Bergerac")
    ('2026-02-29', '', '')
    """
    day = re.fullmatch(r"[\w.-]+\s*=\s*[\"']?(\d{4}-\d\d-\d\d)[\"']?\s*(#.*)?", line)
    if not day:
        return ""
    try:
        date.fromisoformat(day[1])
    except ValueError:
        return day[1]
    return ""


def _corrected(line: str) -> str | None:
    """Return a line as it was likely meant, None where no mending makes it readable."""
    if line.startswith("["):
        header = re.fullmatch(r"\[+\s*([\w.\- ]+?)\s*\]*", line)
        name = header[1] if header else ""
        corrected = f"[[{name}]]" if line.startswith("[[") else f"[{name}]"
        return corrected if header and _is_readable(corrected) else None
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
    lines = (f"{key} = {mended}" for mend in _MENDS if (mended := mend(value)) is not None)
    return next(filter(_is_readable, lines), None)


def _is_readable(line: str) -> bool:
    try:
        toml_values(line)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _day(value: str) -> str | None:
    day = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", value)
    short = re.fullmatch(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", value)
    parts = day.groups()[::-1] if day else short.groups() if short else ()
    return "-".join(part.zfill(2) for part in parts) or None


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


_TRUTHS = {"oui": "true", "vrai": "true", "yes": "true", "non": "false", "faux": "false", "no": "false"}


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


_MENDS: tuple[Callable[[str], str | None], ...] = (str, _day, _number, _truth, _decimals_in_list, _text)
"""What is tried in turn on a value that cannot be read, the surest first."""
