"""Values as TOML writes them; where a key stands in a text, and another value in its place."""

import json
import re
from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.problem import InputError, Problem

ONE_LINE = re.compile(r"(\s*[\w\"]+\s*=\s*)(\"(?:[^\"\\]|\\.)*\"|[^#\r]*?)(\s*#.*)?(\r?)$")
"""A key of a TOML file: what stands before its value, the value, the remark, the end of the line."""


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


def sections_text(sections: Mapping[str, object]) -> str:
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


def toml_line(text: str, section: str, key: str = "", rank: int = 0) -> int | None:
    """Return the line of `key` in `[section]` of a TOML text, None when it is not there.

    Args:
        rank: which of several `[[section]]`, from 1; 0 takes any.
    """
    inside, found, seen = False, None, 0
    head, whole = re.escape(key.partition(".")[0]), re.escape(key)
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?", line)
        if header:
            seen += header.group(1) == section
            inside = header.group(1) == section and rank in {0, seen}
            if inside and not key:
                return number
        elif inside and key and re.match(rf"\s*\"?{whole}\"?\s*=", line):
            return number
        elif inside and key and re.match(rf"\s*\"?{head}\"?\s*[=.]", line):
            found = found or number
    return found


def with_key(text: str, section: str, key: str, value: str | None) -> str:
    """Return a TOML text with a key of a section on a line of its own, None takes it away; its remark stays.

    Raises:
        InputError: a value of several lines.
    """
    lines = text.split("\n")
    number = toml_line(text, section, key)
    if number is not None:
        old = ONE_LINE.match(lines[number - 1])
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
