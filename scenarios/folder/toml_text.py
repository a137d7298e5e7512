"""Values as TOML writes them."""

import json
import re
from collections.abc import Mapping, Sequence


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


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else toml_of(name)
